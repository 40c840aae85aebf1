"""What the database tells beside the publications of a slot: earlier contacts, earlier contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.coverage import Sighting
from storage.domain import Publication
from storage.models import CaptureRow, PublicationRow, ReportVersionRow

MANY = 5
"""Bodies that have published on a portal: that all of them left out a year is not believed."""
FEW = 2
"""A portal on which less than half of those who published for other years do so for one has moved
its column, shows an older state of it, or keeps some years only; so many breaches at once are for
people to confirm."""
_BATCH = 500


def sightings(
    session: Session, publications: Sequence[Publication], year: int
) -> dict[int, Sighting]:
    """What was known of addresses and bodies before the reports were recognised."""
    addresses: dict[str, datetime] = {}
    urls = sorted({p.url for p in publications})
    for start in range(0, len(urls), _BATCH):
        query = (
            select(CaptureRow.url, func.min(CaptureRow.fetched_at))
            .where(CaptureRow.url.in_(urls[start : start + _BATCH]))
            .where(CaptureRow.http_status.between(200, 299))
            .group_by(CaptureRow.url)
        )
        addresses.update((url, fetched) for url, fetched in session.execute(query))
    older = (
        select(
            PublicationRow.agency, PublicationRow.column_url, func.min(PublicationRow.first_seen)
        )
        .where(PublicationRow.year < year, PublicationRow.manual.is_(False))
        .group_by(PublicationRow.agency, PublicationRow.column_url)
    )
    since = {(agency, column): seen for agency, column, seen in session.execute(older)}
    return {
        p.id: Sighting(addresses.get(p.url), since.get((p.agency, p.column_url)))
        for p in publications
    }


def versions_by(
    session: Session, publications: Sequence[Publication], year: int, moment: datetime
) -> list[Publication]:
    """The publications with the number of contents seen by a moment."""
    query = (
        select(ReportVersionRow.publication_id, func.count())
        .join(PublicationRow, PublicationRow.id == ReportVersionRow.publication_id)
        .where(PublicationRow.year == year, ReportVersionRow.changed)
        .where(ReportVersionRow.seen_at <= moment)
        .group_by(ReportVersionRow.publication_id)
    )
    changes: dict[int, int] = {row[0]: row[1] for row in session.execute(query)}
    return [replace(p, versions=1 + changes.get(p.id, 0)) for p in publications]


def silent_portals(session: Session, year: int) -> frozenset[str]:
    """Portals with reports of at least :data:`MANY` bodies for other years, and of few of so many
    (less than one in :data:`FEW`) for this."""
    query = (
        select(PublicationRow.portal, PublicationRow.agency, PublicationRow.year == year)
        .where(PublicationRow.manual.is_(False), PublicationRow.portal.is_not(None))
        .distinct()
    )
    others: Counter[str | None] = Counter()
    now: Counter[str | None] = Counter()
    for portal, _, of_this_year in session.execute(query):
        (now if of_this_year else others)[portal] += 1
    return frozenset(p for p, n in others.items() if p and n >= MANY and now[p] * FEW < n)


def outside_columns(session: Session, year: int) -> frozenset[str]:
    """Bodies whose found reports of the years next to this one, before or after, stood in no column:
    on pages of their own, or where only the portal's search led."""
    beside = select(PublicationRow.agency).where(
        PublicationRow.column_url.is_(None), PublicationRow.manual.is_(False)
    )
    query = (
        select(PublicationRow.agency, PublicationRow.year, func.max(PublicationRow.column_url))
        .where(PublicationRow.agency.in_(beside), PublicationRow.year != year)
        .where(PublicationRow.manual.is_(False))
        .group_by(PublicationRow.agency, PublicationRow.year)
    )
    listed: dict[str, dict[int, bool]] = {}
    for agency, found, column in session.execute(query):
        listed.setdefault(agency, {})[found] = column is not None
    return frozenset(
        agency
        for agency, years in listed.items()
        for nearest in (
            max((y for y in years if y < year), default=None),
            min((y for y in years if y > year), default=None),
        )
        if nearest is not None and not years[nearest]
    )
