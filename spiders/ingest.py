"""A document taken by hand: archived, read and stored as if a crawl had found it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from crawler.parsing.reading import read
from crawler.parsing.years import text_year
from spiders.identify import match_agency
from storage import repositories as repo
from storage.archive import Archive
from storage.domain import AnnualReport, DateEvidence, ParseFailure
from storage.session import Database
from storage.vocab import DateSource, ParseErrorCode


@dataclass(frozen=True, slots=True)
class Ingested:
    """``failure``: the file is no report, or names no year; then nothing was stored of it."""

    year: int | None
    is_new: bool = False
    is_changed: bool = False
    failure: ParseFailure | None = None


def ingest_file(
    database: Database,
    archive: Path,
    data: bytes,
    *,
    name: str,
    agency: str,
    year: int | None,
    published: date | None,
    url: str,
    now: datetime,
) -> Ingested:
    """Archive, read and store one document for a body of the registry.

    ``year`` overrules the year that the report names; without either nothing is stored.
    Raises LookupError (Chinese message) for a body that the registry does not hold.
    """
    with database.session(write=False) as session:
        body = repo.agency(session, agency)
        bodies = repo.agencies(session)
    if body is None:
        raise LookupError(
            f"名录中没有机关“{agency}”；请先用 nianbao registry import 载入，或核对编号"
        )
    reading = read(data, filename=name)
    result = reading.result
    report = result if isinstance(result, AnnualReport) else None
    if isinstance(result, ParseFailure) and (
        result.code is ParseErrorCode.NOT_A_REPORT or year is None
    ):
        return Ingested(year, failure=result)
    slot = year or (report.year if report else None)
    if slot is None:
        return Ingested(
            None,
            failure=ParseFailure(ParseErrorCode.UNREADABLE, "报告没有写明年度，请用 --year 指定"),
        )
    dates = reading.dates
    if published is not None:
        dates = (DateEvidence(DateSource.MANUAL, published), *dates)
    with Archive(archive).writer("ingest") as writer:
        capture = writer.write(url, 200, (), data, now, report.media_type if report else None)
    named = match_agency(report.agency, bodies) if report and report.agency else None
    with database.session() as session:
        saved = repo.save_report(
            session,
            agency=agency,
            year=slot,
            url=url,
            portal=body.portal,
            column_url=None,
            title=report.title if report else name,
            manual=True,
            dates=dates,
            # A government's report may be handed in for its office and the other way round:
            # only a name that is clearly another body's speaks against the one who was named.
            content_agency=named,
            content_year=text_year(report) if report else None,
            result=result,
            capture=repo.save_capture(session, None, capture),
            run=None,
            now=now,
        )
    failure = result if isinstance(result, ParseFailure) else None
    return Ingested(slot, saved.is_new, saved.is_changed, failure)
