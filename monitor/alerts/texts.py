"""The words of an alert: Jinja2 templates filled with the status and what it was judged from.

Texts say what was seen, where and when, how to check it by hand, and what the program can't know.
They are stored with the alert, so that what was sent can be read later as it was sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor import labels
from settings import SHANGHAI
from storage.domain import StatusLine
from storage.models import AlertRow, PortalRow, RunRow
from storage.vocab import AlertKind, RunKind, RunOutcome

_COLUMNS_SHOWN = 3
_GAPS = re.compile(r"\n{3,}")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A message: a one-line title and a plain-text body."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The crawl that a status rests on. None and empty where nothing was crawled."""

    portal: str | None = None
    portal_url: str | None = None
    run: int | None = None
    outcome: RunOutcome | None = None
    columns: tuple[str, ...] = ()


class EvidenceReader:
    """Looks evidence up once per portal and moment: a judgement can open thousands of alerts."""

    def __init__(self, s: Session) -> None:
        self._s = s
        self._known: dict[tuple[str | None, datetime | None], Evidence] = {}

    def of(self, line: StatusLine) -> Evidence:
        key = (line.portal, line.checked_at)
        if key not in self._known:
            self._known[key] = self._read(line)
        return self._known[key]

    def _read(self, line: StatusLine) -> Evidence:
        if line.portal is None:
            return Evidence()
        portal = self._s.get(PortalRow, line.portal)
        name = (portal.name if portal is not None else None) or line.portal
        url = None if portal is None else portal.url
        if line.checked_at is None:
            return Evidence(name, url)
        run = self._s.scalars(
            select(RunRow)
            .where(
                RunRow.portal == line.portal,
                RunRow.kind == RunKind.CRAWL,
                RunRow.started_at <= line.checked_at,
                RunRow.finished_at.is_not(None),
            )
            .order_by(RunRow.started_at.desc())
            .limit(1)
        ).first()
        if run is None:
            return Evidence(name, url)
        columns = tuple(str(column["url"]) for column in run.columns[:_COLUMNS_SHOWN])
        outcome = None if run.outcome is None else RunOutcome(run.outcome)
        return Evidence(name, url, run.id, outcome, columns)


def opened(
    alert: AlertRow,
    line: StatusLine,
    evidence: Evidence,
    now: datetime,
    before: datetime | None = None,
) -> Text:
    """The message for a new alert. ``before``: since when the body's previous alert had fired."""
    return _render(f"{alert.kind}.txt.j2", alert, line, evidence, now, before=before)


def resolved(alert: AlertRow, line: StatusLine, evidence: Evidence, now: datetime) -> Text:
    """The message for an alert that is over; ``line`` is the status that ended it."""
    return _render("resolved.txt.j2", alert, line, evidence, now)


def portal_text(template: str, alert: AlertRow, health: object, now: datetime) -> Text:
    """A message about a portal; ``health``: `monitor.alerts.health.PortalHealth`."""
    text = _TEMPLATES.get_template(template).render(alert=alert, health=health, now=now)
    return _split(text)


def sample(channel: str) -> Text:
    """The message of ``alerts test``."""
    return _split(_TEMPLATES.get_template("test.txt.j2").render(channel=channel))


def _render(
    template: str,
    alert: AlertRow,
    line: StatusLine,
    evidence: Evidence,
    now: datetime,
    **more: object,
) -> Text:
    return _split(
        _TEMPLATES.get_template(template).render(
            alert=alert,
            kind=AlertKind(alert.kind),
            line=line,
            evidence=evidence,
            now=now,
            overdue=_days_since(line.due, now),
            **more,
        )
    )


def _split(text: str) -> Text:
    title, _, body = text.strip().partition("\n")
    return Text(one_line(title), _GAPS.sub("\n\n", body.strip()) + "\n")


def _days_since(due: date | None, now: datetime) -> int | None:
    return None if due is None else (now.astimezone(SHANGHAI).date() - due).days


def one_line(text: object) -> str:
    """Names and titles come from registries and pages: none may break a line or a header."""
    return _SPACES.sub(" ", str(text)).strip()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=False,  # noqa: S701 - plain text; HTML-escaping would garble addresses
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        one_line=one_line,
        label=labels.label,
        day=lambda value: labels.day(value) or "不详",
        moment=lambda value: labels.moment(value) or "不详",
    )
    environment.globals.update(
        labels_of=labels.labels,
        published_day=labels.published_day,
        published_source=labels.published_source,
        published_interval=labels.published_interval,
    )
    return environment


_TEMPLATES = _environment()
