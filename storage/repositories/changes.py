"""Revisions: what one content of a report differs in from the one before, kept per later content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from storage.canonical import cell_from_json, cell_to_json, report_from_json
from storage.domain import AnnualReport, Cell, Change
from storage.models import ChangeRow, PublicationRow, ReportVersionRow
from storage.repositories.writing import clean, table_of
from storage.vocab import ChangeKind


@dataclass(frozen=True, slots=True)
class Revised:
    """A content that the publisher changed (``version``), with the one before it."""

    publication: int
    agency: str
    year: int
    url: str
    version: int
    before: AnnualReport
    before_seen: datetime
    after: AnnualReport
    after_seen: datetime


def revised(s: Session, year: int) -> Iterator[Revised]:
    """Every proven change of the reports of a year, by body, address and order; streamed."""
    earlier = aliased(ReportVersionRow)
    previous = (
        select(func.max(earlier.seq))
        .where(
            earlier.publication_id == ReportVersionRow.publication_id,
            earlier.seq < ReportVersionRow.seq,
            earlier.report.is_not(None),
        )
        .correlate(ReportVersionRow)
        .scalar_subquery()
    )
    before = aliased(ReportVersionRow)
    query = (
        select(ReportVersionRow.id, before.id, PublicationRow)
        .join(PublicationRow, PublicationRow.id == ReportVersionRow.publication_id)
        .join(
            before,
            (before.publication_id == ReportVersionRow.publication_id) & (before.seq == previous),
        )
        .where(
            PublicationRow.year == year,
            ReportVersionRow.changed,
            ReportVersionRow.report.is_not(None),
        )
        .order_by(PublicationRow.agency, PublicationRow.id, ReportVersionRow.seq)
    )
    for after_id, before_id, row in s.execute(query).all():
        after = s.get_one(ReportVersionRow, after_id)
        old = s.get_one(ReportVersionRow, before_id)
        assert after.report is not None and old.report is not None  # filtered in the query
        yield Revised(
            row.id, row.agency, row.year, row.url, after_id,
            report_from_json(old.report), old.seen_at,
            report_from_json(after.report), after.seen_at,
        )  # fmt: skip
        s.expunge(after)
        if old is not after:
            s.expunge(old)


def save_revisions(s: Session, version: int, changes: Sequence[Change]) -> None:
    """Replace what is stored of a later content by ``changes``; paths must differ."""
    s.execute(delete(ChangeRow).where(ChangeRow.version_id == version))
    rows = [
        {
            "version_id": version,
            "agency": change.agency,
            "year": change.year,
            "against": str(change.against),
            "path": change.path,
            "before": _stored(change.path, change.before),
            "after": _stored(change.path, change.after),
            "note": clean(change.note),
        }
        for change in changes
    ]
    if rows:
        s.execute(insert(table_of(ChangeRow)), rows)


def revisions(s: Session, *, year: int | None = None, agency: str | None = None) -> list[Change]:
    """Stored revisions by body, year, content and path."""
    query = select(ChangeRow)
    if year is not None:
        query = query.where(ChangeRow.year == year)
    if agency is not None:
        query = query.where(ChangeRow.agency == agency)
    query = query.order_by(ChangeRow.agency, ChangeRow.year, ChangeRow.version_id, ChangeRow.id)
    return [
        Change(
            row.agency, ChangeKind.REVISION, row.year, row.against, row.path,
            _shown(row.before), _shown(row.after), row.note,
        )
        for row in s.scalars(query)
    ]  # fmt: skip


def _stored(path: str, shown: Cell | str | None) -> dict[str, Any] | None:
    if isinstance(shown, Cell):
        return cell_to_json(path.rpartition(".")[2], shown)
    return None if shown is None else {"text": clean(shown)}


def _shown(stored: dict[str, Any] | None) -> Cell | str | None:
    if stored is None or "text" in stored:
        return None if stored is None else str(stored["text"])
    return cell_from_json(stored)
