"""When a portal's crawls become an alert: silence of the crawler must not pass for order.

One alert per portal while it can't be read whole: opened when the last two crawls were not healthy
(one is enough where it is the first; a single time-out is none), closed by the next healthy one.
Written in the caller's transaction; repeating it changes nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor import labels
from monitor.alerts import texts
from storage.models import AgencyRow, AlertRow, OutboxRow, PortalRow, RunRow, StatusRow
from storage.vocab import (
    AlertKind,
    AlertState,
    ProblemKind,
    Reason,
    RunKind,
    RunOutcome,
    Severity,
    Status,
)

_LOOKED_AT = 2
_PROBLEMS_SHOWN = 5
_PREFIX = f"{AlertKind.CRAWL_HEALTH}:"
_SEVERITIES = {RunOutcome.FAILED: Severity.ERROR, RunOutcome.PARTIAL: Severity.WARNING}


@dataclass(frozen=True, slots=True)
class PortalHealth:
    """What a message about a portal tells. ``problems``: kind in Chinese, message; ``unknown``:
    bodies whose report could not be looked for."""

    portal: str
    name: str
    url: str
    run: int
    outcome: RunOutcome
    at: datetime
    problems: tuple[tuple[str, str], ...]
    unknown: int


def record_health(s: Session, now: datetime) -> int:
    """Open and close the alerts of all portals; the number of messages queued."""
    firing = {_portal_of(alert.key): alert for alert in _firing(s)}
    runs = _last_runs(s)
    unknown: Counter[str] | None = None
    told = 0
    for portal in s.scalars(select(PortalRow).where(PortalRow.active).order_by(PortalRow.id)):
        last = runs.get(portal.id, [])
        alert = firing.get(portal.id)
        sick = bool(last) and all(run.outcome != RunOutcome.HEALTHY for run in last)
        well = bool(last) and last[0].outcome == RunOutcome.HEALTHY
        if alert is None and sick:
            unknown = _unknown(s) if unknown is None else unknown
            _open(s, _health(portal, last[0], unknown[portal.id]), now)
            told += 1
        elif alert is not None and well:
            _resolve(alert, _health(portal, last[0], 0), now)
            told += 1
    return told


def _firing(s: Session) -> list[AlertRow]:
    query = select(AlertRow).where(
        AlertRow.kind == AlertKind.CRAWL_HEALTH, AlertRow.state != AlertState.RESOLVED
    )
    return list(s.scalars(query))


def _portal_of(key: str) -> str:
    return key.removeprefix(_PREFIX).rpartition(":")[0]


def _last_runs(s: Session) -> dict[str, list[RunRow]]:
    """The last finished crawls of each portal, newest first."""
    place = (
        func.row_number()
        .over(partition_by=RunRow.portal, order_by=(RunRow.started_at.desc(), RunRow.id.desc()))
        .label("place")
    )
    ranked = (
        select(RunRow.id, place)
        .where(RunRow.kind == RunKind.CRAWL, RunRow.finished_at.is_not(None))
        .subquery()
    )
    query = (
        select(RunRow)
        .join(ranked, ranked.c.id == RunRow.id)
        .where(ranked.c.place <= _LOOKED_AT)
        .order_by(RunRow.portal, ranked.c.place)
    )
    runs: dict[str, list[RunRow]] = {}
    for run in s.scalars(query):
        runs.setdefault(run.portal, []).append(run)
    return runs


def _unknown(s: Session) -> Counter[str]:
    """By portal: bodies whose report could not be looked for, in any year."""
    query = (
        select(AgencyRow.portal, func.count(func.distinct(StatusRow.agency)))
        .join(StatusRow, StatusRow.agency == AgencyRow.id)
        .where(StatusRow.status == Status.UNKNOWN, StatusRow.reason != Reason.NEVER_CRAWLED)
        .group_by(AgencyRow.portal)
    )
    return Counter({portal: count for portal, count in s.execute(query) if portal})


def _health(portal: PortalRow, run: RunRow, unknown: int) -> PortalHealth:
    problems = [
        (labels.label(ProblemKind(p["kind"])) or p["kind"], texts.one_line(p["message"]))
        for p in run.problems
    ]
    assert run.outcome is not None and run.finished_at is not None  # filtered in the query
    return PortalHealth(
        portal.id,
        portal.name or portal.id,
        portal.url,
        run.id,
        RunOutcome(run.outcome),
        run.finished_at,
        tuple(dict.fromkeys(problems))[:_PROBLEMS_SHOWN],
        unknown,
    )


def _open(s: Session, health: PortalHealth, now: datetime) -> None:
    before = s.scalar(
        select(func.count())
        .select_from(AlertRow)
        .where(AlertRow.key.startswith(f"{_PREFIX}{health.portal}:", autoescape=True))
    )
    alert = AlertRow(
        key=f"{_PREFIX}{health.portal}:{(before or 0) + 1}",
        kind=AlertKind.CRAWL_HEALTH,
        agency=None,
        year=None,
        severity=_SEVERITIES[health.outcome],
        state=AlertState.FIRING,
        opened_at=now,
    )
    text = texts.portal_text("crawl_health.txt.j2", alert, health, now)
    alert.title, alert.body = text.title, text.body
    _tell(alert, "opened", text, now)
    s.add(alert)


def _resolve(alert: AlertRow, health: PortalHealth, now: datetime) -> None:
    alert.state = AlertState.RESOLVED
    alert.resolved_at = now
    _tell(alert, "resolved", texts.portal_text("crawl_healthy.txt.j2", alert, health, now), now)


def _tell(alert: AlertRow, event: str, text: texts.Text, now: datetime) -> None:
    message = OutboxRow(event=event, title=text.title, body=text.body, created_at=now)
    alert.messages.append(message)
