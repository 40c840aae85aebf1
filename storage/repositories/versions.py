"""Storing what was read at an address: the publication, its versions, the cells.

When is it a change? A new version is stored when the content differs from the newest content that
could be read. It counts as *changed by the publisher* only if the same parser version read both;
bytes that did not change but read differently are a better parser, and replace the stored reading.
A document that can't be read never replaces one that could, and never counts as changed: it may be
a wall that nobody recognised. It is kept as a version of its own, for its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storage.canonical import TABLES, content_digest, digest, report_to_json
from storage.domain import AnnualReport, DateEvidence, ParseFailure
from storage.models import CaptureRow, CellRow, PublicationRow, ReportVersionRow
from storage.repositories.publications import dates_to_json
from storage.repositories.writing import add_row, checked_url, clean, insert_id, table_of
from storage.vocab import DateSource


@dataclass(frozen=True, slots=True)
class Saved:
    """What :func:`save_report` did. ``version``: the row that holds this content, new or known.

    ``is_new``: the address was unknown for this body and year. ``is_changed``: the publisher
    changed the content of a known one.
    """

    publication: int
    version: int | None
    is_new: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class _Version:
    id: int
    seq: int
    content: str
    parser: str
    body: str | None
    """digest of the captured bytes"""
    readable: bool


def save_report(
    s: Session,
    *,
    agency: str,
    year: int,
    url: str,
    portal: str | None,
    column_url: str | None,
    title: str | None,
    manual: bool,
    dates: Sequence[DateEvidence],
    content_agency: str | None,
    content_year: int | None,
    result: AnnualReport | ParseFailure,
    capture: int | None,
    run: int | None,
    now: datetime,
) -> Saved:
    """Store a report found at an address for a body and year; may be repeated.

    ``content_agency``/``content_year``: what the text itself says. Values not known now (None, no
    dates) leave what is stored; a date given by hand stays beside what the page says.
    StorageError: address too long; IntegrityError: unknown body, portal, capture or run.
    """
    url = checked_url(url)
    start = {"agency": agency, "year": year, "url": url}
    readable = isinstance(result, AnnualReport)
    body = None
    if capture is not None:
        body = s.scalar(select(CaptureRow.digest).where(CaptureRow.id == capture))
    new = insert_id(
        s,
        PublicationRow,
        {
            **start,
            "manual": manual,
            "first_seen": now,
            "last_seen": now,
            "first_run": run,
            "portal": portal,
            "column_url": clean(column_url),
            "title": clean(title),
            "dates": dates_to_json(dates),
            "content_agency": content_agency if readable else None,
            "content_year": content_year if readable else None,
            "readable": readable,
            "image_only": result.image_only,
        },
        tuple(start),
    )
    if new is not None:
        version, _ = _save_version(s, new, (), result, body, capture, now)
        return Saved(new, version, True, False)
    row = s.scalars(
        select(PublicationRow)
        .filter_by(**start)
        # One writer at a time per publication (PostgreSQL; SQLite has one writer anyway).
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.last_seen = now
    row.gone_at = None
    row.manual = row.manual and manual
    row.portal = portal or row.portal
    row.column_url = clean(column_url) or row.column_url
    row.title = clean(title) or row.title
    if dates:
        row.dates = _merged(row.dates, dates)
    row.image_only = result.image_only
    row.readable = readable
    if readable:
        row.content_agency = content_agency
        row.content_year = content_year
    known = _versions(s, row.id)
    version, changed = _save_version(s, row.id, known, result, body, capture, now)
    s.flush()
    return Saved(row.id, version, False, changed)


def _save_version(
    s: Session,
    publication: int,
    known: Sequence[_Version],
    result: AnnualReport | ParseFailure,
    body: str | None,
    capture: int | None,
    now: datetime,
) -> tuple[int, bool]:
    """(version id, changed by the publisher)."""
    if isinstance(result, ParseFailure):
        return _save_failure(s, publication, known, result, body, capture, now), False
    return _save_content(s, publication, known, result, body, capture, now)


def _merged(
    stored: Sequence[dict[str, Any]], dates: Sequence[DateEvidence]
) -> list[dict[str, Any]]:
    new = dates_to_json(dates)
    manual = DateSource.MANUAL.value
    if any(d["source"] == manual for d in new):
        return new
    return [d for d in stored if d["source"] == manual] + new


def _versions(s: Session, publication: int) -> list[_Version]:
    """Newest first, without the reports themselves."""
    query = (
        select(
            ReportVersionRow.id,
            ReportVersionRow.seq,
            ReportVersionRow.content_digest,
            ReportVersionRow.parser_version,
            CaptureRow.digest,
            ReportVersionRow.report.is_not(None),
        )
        .outerjoin(CaptureRow, CaptureRow.id == ReportVersionRow.capture_id)
        .where(ReportVersionRow.publication_id == publication)
        .order_by(ReportVersionRow.seq.desc())
    )
    return [_Version(*row) for row in s.execute(query)]


def _save_content(
    s: Session,
    publication: int,
    known: Sequence[_Version],
    report: AnnualReport,
    body: str | None,
    capture: int | None,
    now: datetime,
) -> tuple[int, bool]:
    """(version id, changed by the publisher)."""
    content = content_digest(report)
    before = next((v for v in known if v.readable), None)
    same_parser = before is not None and before.parser == report.parser_version
    if before is not None:
        same_bytes = body is not None and body == before.body
        if before.content == content or (same_bytes and not same_parser):
            if not same_parser:
                replace_reading(s, before.id, content, report)
            return before.id, False
    row = {
        "publication_id": publication,
        "seq": known[0].seq + 1 if known else 1,
        "capture_id": capture,
        "seen_at": now,
        "content_digest": content,
        "changed": same_parser,
        **_reading(report),
    }
    version = add_row(s, ReportVersionRow, row)
    _insert_cells(s, version, report)
    return version, same_parser


def _save_failure(
    s: Session,
    publication: int,
    known: Sequence[_Version],
    failure: ParseFailure,
    body: str | None,
    capture: int | None,
    now: datetime,
) -> int:
    content = digest([failure.code.value, failure.message])
    if known:
        last = known[0]
        same_failure = not last.readable and last.content == content
        if same_failure or body is None or body == last.body:
            return last.id
    row = ReportVersionRow(
        publication_id=publication,
        seq=known[0].seq + 1 if known else 1,
        capture_id=capture,
        seen_at=now,
        content_digest=content,
        changed=False,
        parser_version="",
        error_code=failure.code.value,
        error_message=clean(failure.message),
    )
    s.add(row)
    s.flush()
    return row.id


def replace_reading(s: Session, version: int, content: str, report: AnnualReport) -> None:
    """The same bytes, read by another parser; ``content``: digest of what it read."""
    row = s.get_one(ReportVersionRow, version)
    row.content_digest = content
    row.error_code = row.error_message = None
    for column, value in _reading(report).items():
        setattr(row, column, value)
    s.execute(delete(CellRow).where(CellRow.version_id == version))
    _insert_cells(s, version, report)


def _reading(report: AnnualReport) -> dict[str, Any]:
    version = report.format_version
    return {
        "parser_version": report.parser_version,
        "format_version": None if version is None else version.value,
        "report": report_to_json(report),
    }


def _insert_cells(s: Session, version: int, report: AnnualReport) -> None:
    if rows := list(cell_rows(version, report)):
        s.execute(insert(table_of(CellRow)), rows)


def cell_rows(version: int, report: AnnualReport) -> Iterator[dict[str, Any]]:
    for table in TABLES:
        for row, columns in report.table(table).items():
            for column, cell in columns.items():
                yield {
                    "version_id": version,
                    "table_name": table,
                    "row_name": row,
                    "column_name": column,
                    "state": cell.state.value,
                    "value": None if cell.value is None else Decimal(cell.value),
                    "raw": clean(cell.raw),
                }
