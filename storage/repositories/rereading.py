"""Stored contents read anew from the archive, after the parser has become a better one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.canonical import content_digest, report_from_json
from storage.domain import AnnualReport
from storage.models import CaptureRow, ChangeRow, PublicationRow, ReportVersionRow
from storage.repositories.versions import replace_reading


@dataclass(frozen=True, slots=True)
class Outdated:
    """A content that an earlier parser read, and where its bytes are archived."""

    version: int
    publication: int
    agency: str
    year: int
    url: str
    capture_url: str
    warc_file: str
    warc_offset: int


@dataclass(frozen=True, slots=True)
class Reread:
    """``says``: (body, year) that the text itself names, where its title now reads differently."""

    report: AnnualReport
    says: tuple[str | None, int | None] | None = None


def outdated(s: Session, parser: str, years: Collection[int] | None = None) -> list[Outdated]:
    """Contents not read by ``parser``, by publication and order; those not archived are left out."""
    query = (
        select(
            ReportVersionRow.id,
            ReportVersionRow.publication_id,
            PublicationRow.agency,
            PublicationRow.year,
            PublicationRow.url,
            CaptureRow.url,
            CaptureRow.warc_file,
            CaptureRow.warc_offset,
        )
        .join(PublicationRow, PublicationRow.id == ReportVersionRow.publication_id)
        .join(CaptureRow, CaptureRow.id == ReportVersionRow.capture_id)
        .where(ReportVersionRow.parser_version != parser)
        .order_by(ReportVersionRow.publication_id, ReportVersionRow.seq)
    )
    if years:
        query = query.where(PublicationRow.year.in_(years))
    return [Outdated(*row) for row in s.execute(query)]


def stored_report(s: Session, version: int) -> AnnualReport | None:
    """What was read of a content; None where it could not be read."""
    report = s.scalar(select(ReportVersionRow.report).where(ReportVersionRow.id == version))
    return None if report is None else report_from_json(report)


def still_unread(s: Session, versions: Iterable[int], parser: str) -> None:
    """This parser can't read them either: not tried again before the next one."""
    for version in versions:
        row = s.get_one(ReportVersionRow, version)
        if row.report is None:
            row.parser_version = parser


def save_rereadings(s: Session, publication: int, readings: Mapping[int, Reread]) -> None:
    """Put new readings (by version) in the place of the old ones, and say anew which contents the
    publisher changed: the same parser must have read both, and must see a difference."""
    row = s.scalars(
        select(PublicationRow)
        .where(PublicationRow.id == publication)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    for version, reread in readings.items():
        replace_reading(s, version, content_digest(reread.report), reread.report)
    newest = s.scalar(
        select(func.max(ReportVersionRow.seq)).where(ReportVersionRow.publication_id == publication)
    )
    before: ReportVersionRow | None = None
    query = select(ReportVersionRow).where(ReportVersionRow.publication_id == publication)
    for version_row in s.scalars(query.order_by(ReportVersionRow.seq)):
        if version_row.report is None:
            continue
        if before is not None:
            # What two old readings proved stays proven as long as one of them can't be made anew.
            if before.parser_version == version_row.parser_version:
                version_row.changed = before.content_digest != version_row.content_digest
            if not version_row.changed:
                s.execute(delete(ChangeRow).where(ChangeRow.version_id == version_row.id))
        before = version_row
        if version_row.seq == newest and version_row.id in readings:
            row.readable = True
            row.image_only = readings[version_row.id].report.image_only
            says = readings[version_row.id].says
            if says is not None:
                row.content_agency, row.content_year = says
