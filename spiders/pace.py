"""How soon a known report is asked for again: data with its reasons, and the sum of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from settings import SHANGHAI
from storage.domain import Publication


@dataclass(frozen=True, slots=True)
class Pace:
    """The pause between two visits, up to an age of the report in days (None: any age)."""

    until: int | None
    pause: timedelta
    reason: str


STANDING = (
    Pace(365, timedelta(days=7), "公布后一年内：更正和撤换多在此时"),
    Pace(None, timedelta(days=30), "一年以上：改版、迁移、撤下"),
)
GONE = (
    # Of these the age counts from the day on which they were found gone.
    Pace(90, timedelta(days=7), "撤下不久：改正后常在原址重新公开"),
    Pace(None, timedelta(days=30), "撤下已久"),
)
SEASON = ((1, 15), (4, 10))
"""Days (month, day) in which reports of the year before appear and are judged: 条例第四十九条."""
IN_SEASON = Pace(None, timedelta(days=1), "公开期限前后：当年应公开的年报每天复查")
SOONER = timedelta(hours=2)
"""Visits come once a day, never to the second: without it every visit would come a day late."""


def pace(publication: Publication, now: datetime) -> Pace:
    """The pace at which a report is to be asked for."""
    today = now.astimezone(SHANGHAI).date()
    if publication.gone_at is not None:
        return _by_age(GONE, publication.gone_at.astimezone(SHANGHAI).date(), today)
    in_season = SEASON[0] <= (today.month, today.day) <= SEASON[1]
    if in_season and publication.year == today.year - 1:
        return IN_SEASON
    known = [d.day for d in publication.dates if d.day <= today]
    first_seen = publication.first_seen.astimezone(SHANGHAI).date()
    # The latest day that anything names: rather asked for too often than too seldom.
    return _by_age(STANDING, max(known, default=first_seen), today)


def is_due(publication: Publication, asked: datetime | None, now: datetime) -> bool:
    """``asked``: when its address last answered; None = never."""
    return asked is None or now - asked >= pace(publication, now).pause - SOONER


def _by_age(paces: tuple[Pace, ...], since: date, today: date) -> Pace:
    age = (today - since).days
    return next(p for p in paces if p.until is None or age <= p.until)
