"""What the pages ask the database: counted and cut there, so that a page costs a page.

The repositories give whole years; here are only the questions with counts, filters and pages.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from monitor import labels
from storage.canonical import status_from_json
from storage.domain import Finding, StatusLine
from storage.models import AgencyRow, FindingRow, StatusRow
from storage.repositories.findings import finding_of
from storage.vocab import (
    FindingState,
    Level,
    Severity,
    Status,
)

OPEN_STATES = (FindingState.OPEN, FindingState.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """None = any. ``text``: part of a body's name (or its exact id)."""

    status: Status | None = None
    portal: str | None = None
    level: Level | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """None = any. ``agency``: registry id."""

    year: int | None = None
    rule: str | None = None
    severity: Severity | None = None
    agency: str | None = None


def year_counts(s: Session, year: int | None = None) -> dict[int, dict[Status, int]]:
    """Newest year first; every status, zero included, in the order of attention."""
    query = select(StatusRow.year, StatusRow.status, func.count())
    if year is not None:
        query = query.where(StatusRow.year == year)
    rows = s.execute(query.group_by(StatusRow.year, StatusRow.status))
    years: dict[int, dict[Status, int]] = {}
    for year, status, count in rows:
        years.setdefault(year, dict.fromkeys(labels.STATUS_ORDER, 0))[Status(status)] = count
    return dict(sorted(years.items(), reverse=True))


def years_known(s: Session) -> list[int]:
    return list(s.scalars(select(StatusRow.year).distinct().order_by(StatusRow.year.desc())))


def severity_counts(
    s: Session, year: int, agencies: Collection[str] | None = None
) -> dict[str, dict[Severity, int]]:
    """Open findings of a year by body (only bodies that have some)."""
    query = (
        select(FindingRow.agency, FindingRow.severity, func.count())
        .where(FindingRow.year == year, FindingRow.state.in_(OPEN_STATES))
        .group_by(FindingRow.agency, FindingRow.severity)
    )
    if agencies is not None:
        query = query.where(FindingRow.agency.in_(agencies))
    counts: dict[str, dict[Severity, int]] = {}
    for agency, severity, count in s.execute(query):
        counts.setdefault(agency, dict.fromkeys(Severity, 0))[Severity(severity)] = count
    return counts


def finding_totals(s: Session) -> dict[int, dict[Severity, int]]:
    """Open findings by year and severity."""
    rows = s.execute(
        select(FindingRow.year, FindingRow.severity, func.count())
        .where(FindingRow.state.in_(OPEN_STATES))
        .group_by(FindingRow.year, FindingRow.severity)
    )
    totals: dict[int, dict[Severity, int]] = {}
    for year, severity, count in rows:
        totals.setdefault(year, dict.fromkeys(Severity, 0))[Severity(severity)] = count
    return totals


def status_page(
    s: Session, year: int, wanted: StatusFilter, *, limit: int, offset: int
) -> tuple[int, list[StatusLine]]:
    """How many lines fit the filter, and one page of them by agency id."""
    query = _filtered(select(StatusRow.line), year, wanted)
    total = s.scalar(_filtered(select(func.count()).select_from(StatusRow), year, wanted)) or 0
    rows = s.scalars(query.order_by(StatusRow.agency).limit(limit).offset(offset))
    return total, [status_from_json(line) for line in rows]


def _filtered(query: Select[Any], year: int, wanted: StatusFilter) -> Select[Any]:
    query = query.join(AgencyRow, AgencyRow.id == StatusRow.agency).where(StatusRow.year == year)
    if wanted.status is not None:
        query = query.where(StatusRow.status == wanted.status.value)
    if wanted.portal is not None:
        query = query.where(AgencyRow.portal == wanted.portal)
    if wanted.level is not None:
        query = query.where(AgencyRow.level == wanted.level.value)
    if wanted.text is not None:
        query = query.where(
            AgencyRow.name.icontains(wanted.text, autoescape=True) | (AgencyRow.id == wanted.text)
        )
    return query


def agency_statuses(s: Session, agency: str) -> list[StatusLine]:
    """All years of one body, newest first."""
    rows = s.scalars(
        select(StatusRow.line).where(StatusRow.agency == agency).order_by(StatusRow.year.desc())
    )
    return [status_from_json(line) for line in rows]


def finding_page(
    s: Session, wanted: FindingFilter, *, limit: int, offset: int
) -> tuple[int, list[tuple[Finding, str]]]:
    """How many open findings fit, and one page of them with the body's name; worst first."""
    conditions: list[ColumnElement[bool]] = [FindingRow.state.in_(OPEN_STATES)]
    for column, value in (
        (FindingRow.year, wanted.year),
        (FindingRow.rule, wanted.rule),
        (FindingRow.severity, wanted.severity),
        (FindingRow.agency, wanted.agency),
    ):
        if value is not None:
            conditions.append(column == value)
    total = s.scalar(select(func.count()).select_from(FindingRow).where(*conditions)) or 0
    worst = case(
        {severity.value: place for place, severity in enumerate(Severity)},
        value=FindingRow.severity,
    )
    rows = s.execute(
        select(FindingRow, AgencyRow.name)
        .join(AgencyRow, AgencyRow.id == FindingRow.agency)
        .where(*conditions)
        .order_by(
            FindingRow.year.desc(),
            worst,
            FindingRow.agency,
            FindingRow.rule,
            FindingRow.subject,
        )
        .limit(limit)
        .offset(offset)
    )
    return total, [(finding_of(row), name) for row, name in rows]


def rules_found(s: Session) -> list[str]:
    """Codes of the rules with open findings, for the filter."""
    return list(
        s.scalars(
            select(FindingRow.rule)
            .where(FindingRow.state.in_(OPEN_STATES))
            .distinct()
            .order_by(FindingRow.rule)
        )
    )
