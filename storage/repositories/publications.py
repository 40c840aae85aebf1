"""Reports found at addresses, and the newest content of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from storage.canonical import report_from_json
from storage.domain import AnnualReport, Cell, DateEvidence, Publication, Table
from storage.models import CellRow, PublicationRow, ReportVersionRow
from storage.repositories.writing import batches
from storage.vocab import CellState, DatePrecision, DateSource, SectionId

_CHUNK = 50
"""Reports in memory at once while streaming; one is about 60 KB of JSON."""


def publications(
    s: Session, *, agency: str | None = None, year: int | None = None, portal: str | None = None
) -> list[Publication]:
    """Publications by body, year and id, also those that are gone."""
    query = _with_versions()
    if agency is not None:
        query = query.where(PublicationRow.agency == agency)
    if year is not None:
        query = query.where(PublicationRow.year == year)
    if portal is not None:
        query = query.where(PublicationRow.portal == portal)
    query = query.order_by(PublicationRow.agency, PublicationRow.year, PublicationRow.id)
    return [_publication(row, changed) for row, changed in s.execute(query)]


def latest_report(s: Session, publication_id: int) -> tuple[int, AnnualReport] | None:
    """(version id, report) of the newest content that could be read; None if there is none.

    ``Publication.readable`` tells whether what stands there now could be read.
    """
    row = s.execute(
        select(ReportVersionRow.id, ReportVersionRow.report)
        .where(
            ReportVersionRow.publication_id == publication_id, ReportVersionRow.report.is_not(None)
        )
        .order_by(ReportVersionRow.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else (row.id, report_from_json(_known(row.report)))


def version_marks(s: Session, publications: Collection[int]) -> dict[int, tuple[int, str]]:
    """By publication: (version id, mark) of what `latest_report` would give, without reading it.
    The mark differs when the content does, or when a better parser read it anew."""
    found: dict[int, tuple[int, str]] = {}
    for batch in batches(publications, 500):
        query = (
            select(
                ReportVersionRow.publication_id,
                ReportVersionRow.id,
                ReportVersionRow.parser_version,
                ReportVersionRow.content_digest,
            )
            .where(ReportVersionRow.publication_id.in_(batch), ReportVersionRow.report.is_not(None))
            .order_by(ReportVersionRow.seq)
        )
        for publication, version, parser, content in s.execute(query):
            found[publication] = version, f"{version}:{parser}:{content[-16:]}"
    return found


def latest_reports(
    s: Session, publications: Collection[int]
) -> dict[int, tuple[int, AnnualReport]]:
    """:func:`latest_report` of many publications at once; those without one are left out."""
    other = aliased(ReportVersionRow)
    newest = (
        select(func.max(other.seq))
        .where(other.publication_id == ReportVersionRow.publication_id, other.report.is_not(None))
        .correlate(ReportVersionRow)
        .scalar_subquery()
    )
    found: dict[int, tuple[int, AnnualReport]] = {}
    for batch in batches(publications, _CHUNK):
        query = select(
            ReportVersionRow.publication_id, ReportVersionRow.id, ReportVersionRow.report
        ).where(ReportVersionRow.publication_id.in_(batch), ReportVersionRow.seq == newest)
        for publication, version, report in s.execute(query):
            found[publication] = version, report_from_json(_known(report))
    return found


def reports_of(s: Session, versions: Collection[int]) -> dict[int, AnnualReport]:
    """What stored versions say, by id; those that could not be read are left out."""
    query = select(ReportVersionRow.id, ReportVersionRow.report)
    found: dict[int, AnnualReport] = {}
    for batch in batches(versions, _CHUNK):
        for version, report in s.execute(query.where(ReportVersionRow.id.in_(batch))):
            if report is not None:
                found[version] = report_from_json(report)
    return found


def sections_of(s: Session, versions: Collection[int]) -> dict[int, dict[SectionId, str]]:
    """The text of every section of stored versions, without the rest of the reports."""
    query = select(ReportVersionRow.id, ReportVersionRow.report["sections"].label("sections"))
    found: dict[int, dict[SectionId, str]] = {}
    for batch in batches(versions, 200):
        for version, sections in s.execute(query.where(ReportVersionRow.id.in_(batch))):
            texts = [(SectionId(section["id"]), section["text"]) for section in sections or ()]
            found[version] = dict(reversed(texts))  # of two with one id the first counts
    return found


def latest_versions(
    s: Session, year: int | None = None
) -> Iterator[tuple[Publication, int | None, AnnualReport | None]]:
    """Every publication with :func:`latest_report`, by body, year and id.

    Reads in chunks with one query each: memory stays bounded however many reports there are, and
    the caller may write in the same session meanwhile.
    """
    other = aliased(ReportVersionRow)
    newest = (
        select(func.max(other.seq))
        .where(other.publication_id == PublicationRow.id, other.report.is_not(None))
        .correlate(PublicationRow)
        .scalar_subquery()
    )
    position = tuple_(PublicationRow.agency, PublicationRow.year, PublicationRow.id)
    query = (
        _with_versions()
        .add_columns(ReportVersionRow.id, ReportVersionRow.report)
        .outerjoin(
            ReportVersionRow,
            (ReportVersionRow.publication_id == PublicationRow.id)
            & (ReportVersionRow.seq == newest),
        )
        .order_by(PublicationRow.agency, PublicationRow.year, PublicationRow.id)
        .limit(_CHUNK)
    )
    if year is not None:
        query = query.where(PublicationRow.year == year)
    after: tuple[str, int, int] | None = None
    while True:
        chunk = s.execute(query if after is None else query.where(position > after)).all()
        for row, changed, version, report in chunk:
            after = (row.agency, row.year, row.id)
            content = None if report is None else report_from_json(report)
            yield _publication(row, changed), version, content
        if len(chunk) < _CHUNK:
            return


def report_years(s: Session) -> list[int]:
    """Years for which any publication is known, ascending."""
    query = select(PublicationRow.year).distinct().order_by(PublicationRow.year)
    return list(s.scalars(query))


def touch_publications(s: Session, portal: str, urls: Collection[str], now: datetime) -> None:
    """Seen again unchanged: ``last_seen`` moves on; one that was gone is there again."""
    for batch in batches(urls, 500):
        s.execute(
            update(PublicationRow)
            .where(PublicationRow.portal == portal, PublicationRow.url.in_(batch))
            .values(last_seen=now, gone_at=None)
        )


def mark_gone(s: Session, publication_id: int, now: datetime) -> bool:
    """The report is no longer at its address; False if that was known (or there is no such one)."""
    row = s.get(PublicationRow, publication_id)
    if row is None or row.gone_at is not None:
        return False
    row.gone_at = now
    s.flush()
    return True


def row_cells(s: Session, versions: Collection[int], table: str, row: str) -> dict[int, Table]:
    """One row of a table as stored for analysis, by version; cells have no place there."""
    found: dict[int, dict[str, dict[str, Cell]]] = {}
    for batch in batches(versions, 500):
        query = select(CellRow).where(
            CellRow.version_id.in_(batch), CellRow.table == table, CellRow.row == row
        )
        for cell in s.scalars(query):
            value = cell.value
            number = value if value is None or value % 1 else int(value)
            shown = Cell(CellState(cell.state), number, cell.raw)
            found.setdefault(cell.version_id, {row: {}})[row][cell.column] = shown
    return dict(found)


def dates_to_json(dates: Collection[DateEvidence]) -> list[dict[str, Any]]:
    """Date evidence as stored with its publication."""
    return [
        {
            "source": d.source.value,
            "day": d.day.isoformat(),
            "precision": d.precision.value,
            "quote": d.quote,
        }
        for d in dates
    ]


def _with_versions() -> Select[PublicationRow, int]:
    """Publications, each with the number of proven changes."""
    changes = (
        select(func.count())
        .where(ReportVersionRow.publication_id == PublicationRow.id, ReportVersionRow.changed)
        .correlate(PublicationRow)
        .scalar_subquery()
    )
    return select(PublicationRow, changes)


def _known(report: Mapping[str, Any] | None) -> Mapping[str, Any]:
    assert report is not None  # filtered in the query
    return report


def _publication(row: PublicationRow, changed: int) -> Publication:
    return Publication(
        id=row.id,
        agency=row.agency,
        year=row.year,
        url=row.url,
        portal=row.portal,
        title=row.title,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        gone_at=row.gone_at,
        column_url=row.column_url,
        dates=tuple(
            DateEvidence(
                DateSource(d["source"]),
                date.fromisoformat(d["day"]),
                DatePrecision(d["precision"]),
                d["quote"],
            )
            for d in row.dates
        ),
        content_agency=row.content_agency,
        content_year=row.content_year,
        readable=row.readable,
        image_only=row.image_only,
        versions=1 + changed,
        manual=row.manual,
    )
