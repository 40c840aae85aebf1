"""How often a portal is crawled: daily around the deadlines, weekly for the rest of the year; and
how often it is looked through for known reports that are due again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from settings import SHANGHAI
from storage.models import PortalRow, PublicationRow, RunRow
from storage.repositories import last_revisits
from storage.vocab import RunKind, RunOutcome


@dataclass(frozen=True, slots=True)
class Season:
    """A part of the year, both days included, in which portals are crawled more often."""

    first: tuple[int, int]
    last: tuple[int, int]
    interval: timedelta
    retry: timedelta
    reason: str

    def covers(self, day: date) -> bool:
        return self.first <= (day.month, day.day) <= self.last


DAILY, WEEKLY = timedelta(days=1), timedelta(days=7)
SEASONS: tuple[Season, ...] = (
    Season(
        (1, 15),
        (1, 31),
        DAILY,
        timedelta(hours=6),
        "部门年报期限 1 月 31 日前（条例第四十九条第一款）",
    ),
    Season(
        (2, 1), (2, 10), DAILY, timedelta(hours=6), "1 月 31 日之后：取得期限后的证据，发现迟报"
    ),
    Season(
        (3, 1),
        (3, 31),
        DAILY,
        timedelta(hours=6),
        "政府年报期限 3 月 31 日前（条例第四十九条第二款）",
    ),
    Season(
        (4, 1), (4, 10), DAILY, timedelta(hours=6), "3 月 31 日之后：取得期限后的证据，发现迟报"
    ),
)
QUIET = Season((1, 1), (12, 31), WEEKLY, DAILY, "其余时间：补报、改动和撤下")

UNFINISHED = timedelta(hours=2)
"""A run without an end is under way or was killed; no portal takes this long to crawl."""
_TOLERANCE = timedelta(minutes=30)
"""The service looks once an hour, never to the second: without it every day would start later."""


REVISIT = DAILY
"""Between two revisits of a portal. Which of its reports are asked for then is decided by their
age, so that most visits ask for few, or for none."""


def season(now: datetime) -> Season:
    """The season of a moment, by the day in Shanghai."""
    day = now.astimezone(SHANGHAI).date()
    return next((season for season in SEASONS if season.covers(day)), QUIET)


def due_portals(s: Session, now: datetime) -> list[str]:
    """Ids of active portals to be crawled now, those that waited longest first.

    Due is a portal that was never crawled, or whose last run began longer ago than the season's
    interval; if that run was not healthy, longer ago than the season's retry; if it never ended,
    longer ago than any crawl takes.
    """
    last = _last_runs(s)
    present = season(now)
    due = []
    for portal in s.scalars(select(PortalRow.id).where(PortalRow.active).order_by(PortalRow.id)):
        run = last.get(portal)
        if run is None:
            due.append((datetime.min.replace(tzinfo=SHANGHAI), portal))
            continue
        started, outcome = run
        if now - started >= _wait(outcome, present) - _TOLERANCE:
            due.append((started, portal))
    return [portal for _, portal in sorted(due)]


def due_revisits(s: Session, now: datetime) -> list[str]:
    """Ids of active portals with known reports whose last revisit began a day ago, or never."""
    with_reports = select(PublicationRow.portal).where(PublicationRow.manual.is_(False)).distinct()
    query = select(PortalRow.id).where(PortalRow.active, PortalRow.id.in_(with_reports))
    last = last_revisits(s)
    due = []
    for portal in s.scalars(query.order_by(PortalRow.id)):
        if portal not in last:
            due.append(portal)
            continue
        began, ended = last[portal]
        if now - began >= (REVISIT if ended else UNFINISHED) - _TOLERANCE:
            due.append(portal)
    return due


def _wait(outcome: str | None, present: Season) -> timedelta:
    if outcome is None:
        return UNFINISHED
    return present.interval if outcome == RunOutcome.HEALTHY else present.retry


def _last_runs(s: Session) -> Mapping[str, tuple[datetime, str | None]]:
    newest = select(func.max(RunRow.id)).where(RunRow.kind == RunKind.CRAWL).group_by(RunRow.portal)
    rows = s.execute(
        select(RunRow.portal, RunRow.started_at, RunRow.outcome).where(RunRow.id.in_(newest))
    )
    return {portal: (started, outcome) for portal, started, outcome in rows}
