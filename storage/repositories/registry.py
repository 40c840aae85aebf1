"""The registry as last imported: bodies, portals, local deadlines."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.domain import Agency, DeadlineOverride, Portal
from storage.models import AgencyRow, OverrideRow, PortalRow
from storage.vocab import AgencyKind, BrowserMode, Level, Severity


def agencies(s: Session, active_only: bool = True) -> list[Agency]:
    """Bodies by id; ``active_only=False`` also those that a later registry dropped."""
    query = select(AgencyRow).order_by(AgencyRow.id)
    if active_only:
        query = query.where(AgencyRow.active)
    return [_agency(row) for row in s.scalars(query)]


def agency(s: Session, id: str) -> Agency | None:
    """One body, active or not."""
    row = s.get(AgencyRow, id)
    return None if row is None else _agency(row)


def portals(s: Session, active_only: bool = True) -> list[Portal]:
    query = select(PortalRow).order_by(PortalRow.id)
    if active_only:
        query = query.where(PortalRow.active)
    return [
        Portal(
            id=row.id,
            url=row.url,
            name=row.name,
            columns=tuple(row.columns),
            hosts=tuple(row.hosts),
            delay=row.delay,
            browser=BrowserMode(row.browser),
            # JSON has text keys only.
            min_reports={int(year): count for year, count in row.min_reports.items()},
            notes=row.notes,
        )
        for row in s.scalars(query)
    ]


def overrides(s: Session) -> list[DeadlineOverride]:
    """Local deadlines in the order of the file."""
    return [
        DeadlineOverride(
            due=row.due,
            source=row.source,
            division=row.division,
            kinds=tuple(AgencyKind(kind) for kind in row.kinds),
            years=tuple(row.years),
            severity=Severity(row.severity),
        )
        for row in s.scalars(select(OverrideRow).order_by(OverrideRow.id))
    ]


def _agency(row: AgencyRow) -> Agency:
    return Agency(
        id=row.id,
        name=row.name,
        kind=AgencyKind(row.kind),
        level=Level(row.level),
        division=row.division,
        parent=row.parent,
        portal=row.portal,
        aliases=tuple(row.aliases),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        predecessor=row.predecessor,
    )
