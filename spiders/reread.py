"""Archived documents read anew after the parser has become a better one: nothing is fetched.

Of a report that was put together from several pages or files the archive does not tell which ones;
it keeps its reading until a crawl fetches it again. The same holds for one that can no longer be
read: a reading that was good enough to be stored is not given up for none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from crawler.parsing.reading import Reading
from crawler.parsing.report import PARSER_VERSION
from crawler.parsing.years import text_year
from crawler.worker import ParserPool
from spiders.identify import match_agency
from storage import repositories as repo
from storage.archive import Archive, ArchiveError
from storage.domain import Agency, AnnualReport
from storage.repositories import Outdated, Reread
from storage.session import Database

_PART = "part["
_AT_ONCE = 20
"""Publications read together: their documents are in memory."""

Told = Callable[[int, int], None]


@dataclass
class RereadSummary:
    """``replaced`` of the ``found`` outdated contents now have a reading by this parser; ``kept``:
    address and Chinese reason of those that keep what they had."""

    found: int = 0
    replaced: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)


def reread(
    database: Database,
    archive: Path,
    *,
    years: Collection[int] | None = None,
    told: Told = lambda done, of: None,
    stopping: Callable[[], bool] = lambda: False,
) -> RereadSummary:
    """Read all outdated contents (of ``years``); may be stopped and begun again at any moment.
    ``told``: how many of how many are done."""
    with database.session(write=False) as session:
        waiting = repo.outdated(session, PARSER_VERSION, years)
        bodies = repo.agencies(session)
    summary = RereadSummary(len(waiting))
    merged = _merged(waiting)
    pool = ParserPool()
    try:
        done = 0
        for some in _batches(waiting):
            if stopping():
                break
            readings = asyncio.run(_read(pool, Archive(archive), some))
            readings |= {o.version: _TOGETHER for o in some if o.publication in merged}
            _save(database, bodies, some, readings, summary)
            done += len(some)
            told(done, len(waiting))
    finally:
        pool.close()
    return summary


def _merged(waiting: Sequence[Outdated]) -> set[int]:
    """Publications that share an archived page with another: read whole, it would be the first's."""
    at: dict[tuple[str, int], set[int]] = {}
    for content in waiting:
        at.setdefault((content.warc_file, content.warc_offset), set()).add(content.publication)
    return {p for found in at.values() if len(found) > 1 for p in found}


def _batches(waiting: Sequence[Outdated]) -> Iterator[list[Outdated]]:
    """Whole publications: what changed between two contents is judged of both together."""
    batch: list[Outdated] = []
    for count, (_, contents) in enumerate(groupby(waiting, lambda o: o.publication), start=1):
        batch += contents
        if count % _AT_ONCE == 0:
            yield batch
            batch = []
    if batch:
        yield batch


async def _read(
    pool: ParserPool, archive: Archive, some: Sequence[Outdated]
) -> dict[int, Reading | str]:
    """By version: the reading, or why there is none."""

    async def one(content: Outdated) -> tuple[int, Reading | str]:
        try:
            archived = archive.read(content.warc_file, content.warc_offset)
        except ArchiveError as error:
            return content.version, str(error)
        kind = next((v for k, v in archived.headers if k.lower() == "content-type"), None)
        reading = await pool.read(archived.body, content_type=kind, url=content.capture_url)
        return content.version, reading

    return dict(await asyncio.gather(*(one(content) for content in some)))


def _save(
    database: Database,
    bodies: Sequence[Agency],
    some: Sequence[Outdated],
    readings: dict[int, Reading | str],
    summary: RereadSummary,
) -> None:
    for publication, contents in groupby(some, lambda o: o.publication):
        better: dict[int, Reread] = {}
        unread: list[int] = []
        with database.session() as session:
            for content in contents:
                reading = readings[content.version]
                before = repo.stored_report(session, content.version)
                made = _judged(reading, before, bodies)
                if isinstance(made, Reread):
                    better[content.version] = made
                    continue
                if before is None and isinstance(reading, Reading):
                    unread.append(content.version)
                summary.kept.append((content.url, made))
            repo.still_unread(session, unread, PARSER_VERSION)
            if better:
                repo.save_rereadings(session, publication, better)
        summary.replaced += len(better)


def _judged(
    reading: Reading | str, before: AnnualReport | None, bodies: Sequence[Agency]
) -> Reread | str:
    """The reading that replaces the stored one, or why it does not."""
    if isinstance(reading, str):
        return reading
    report = reading.result
    if not isinstance(report, AnnualReport):
        return report.message
    if before is None:
        # What could not be read was filed by its title; whose it is the text says only now.
        return Reread(report, _says(report, bodies)) if not reading.next_pages else _SEVERAL
    if reading.next_pages or _of_parts(before) or (before.table3 and not report.table3):
        return _SEVERAL
    named = (before.agency, before.year, before.title)
    changed = named != (report.agency, report.year, report.title)
    return Reread(report, _says(report, bodies) if changed else None)


_SEVERAL = "由多个页面或文件合成，须重新采集"
_TOGETHER = "一个页面含多个机关的报告，须重新采集"


def _says(report: AnnualReport, bodies: Sequence[Agency]) -> tuple[str | None, int | None]:
    named = match_agency(report.agency, bodies) if report.agency else None
    return named, text_year(report)


def _of_parts(report: AnnualReport) -> bool:
    cells = (
        cell
        for table in (report.table2, report.table3, report.table4)
        for row in table.values()
        for cell in row.values()
    )
    return any((cell.at or "").startswith(_PART) for cell in cells) or any(
        (section.at or "").startswith(_PART) for section in report.sections
    )
