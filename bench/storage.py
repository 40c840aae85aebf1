"""Speed of storing and streaming reports, against bare Core inserts of the same rows.

    python -m bench.storage [--reports 300] [--postgres URL]

One transaction a report, as a crawl does it. Without ``--postgres`` only SQLite is measured (in a
temporary folder). Prints ratios: machines differ, ratios less so. The PostgreSQL database must be
empty; its tables are left behind.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import delete, func, insert, select

from storage import repositories as repo
from storage.canonical import content_digest, report_to_json
from storage.domain import AnnualReport, Cell, Section
from storage.models import AgencyRow, CellRow, PortalRow, PublicationRow, ReportVersionRow
from storage.repositories.versions import cell_rows
from storage.session import Database
from storage.vocab import (
    TABLE2_2021,
    TABLE3_COLUMNS,
    TABLE3_ROWS_2021,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    CellState,
    SectionId,
)

NOW = datetime(2024, 2, 1, tzinfo=UTC)


def report(number: int) -> AnnualReport:
    """A report of common size: 200 cells, six sections of together some 4,500 characters."""

    def table(rows: dict[str, tuple[str, ...]]) -> dict[str, dict[str, Cell]]:
        return {
            row: {c: Cell(CellState.NUMBER, number + i, str(number + i), f"{row}/{c}")
                  for i, c in enumerate(columns)}
            for row, columns in rows.items()
        }  # fmt: skip

    return AnnualReport(
        media_type="text/html",
        title=f"第{number}局2023年政府信息公开工作年度报告",
        agency=f"第{number}局",
        year=2023,
        report_date=date(2024, 1, 20),
        sections=tuple(Section(s, "标题", f"第{number}号文字，" * 100) for s in SectionId),
        table2=table(TABLE2_2021),
        table3=table(dict.fromkeys(TABLE3_ROWS_2021, TABLE3_COLUMNS)),
        table4=table(dict.fromkeys(TABLE4_GROUPS, TABLE4_COLUMNS)),
        parser_version="bench",
    )


def save(database: Database, reports: list[AnnualReport]) -> None:
    for number, item in enumerate(reports):
        with database.session() as s:
            repo.save_report(
                s, agency="a", year=2023, url=f"http://x/{number}", portal="p", column_url=None,
                title=item.title, manual=False, dates=(), content_agency="a", content_year=2023,
                result=item, capture=None, run=None, now=NOW,
            )  # fmt: skip


def bare(database: Database, reports: list[AnnualReport]) -> None:
    """The least that stores the same rows: three Core inserts, nothing checked."""
    for number, item in enumerate(reports):
        with database.engine.begin() as connection:
            (publication,) = connection.execute(
                insert(PublicationRow.__table__).values(
                    agency="a", year=2023, url=f"http://x/{number}", portal="p", title=item.title,
                    first_seen=NOW, last_seen=NOW,
                )
            ).inserted_primary_key  # fmt: skip
            (version,) = connection.execute(
                insert(ReportVersionRow.__table__).values(
                    publication_id=publication, seq=1, seen_at=NOW, parser_version="bench",
                    content_digest=content_digest(item), report=report_to_json(item),
                )
            ).inserted_primary_key  # fmt: skip
            connection.execute(insert(CellRow.__table__), list(cell_rows(version, item)))


def stream(database: Database) -> None:
    with database.session(write=False) as s:
        for _ in repo.latest_versions(s):
            pass


def bare_stream(database: Database) -> None:
    """All reports at once, left as JSON."""
    with database.session(write=False) as s:
        s.execute(select(ReportVersionRow.report)).all()


def empty(database: Database) -> None:
    with database.session() as s:
        for model in (CellRow, ReportVersionRow, PublicationRow):
            s.execute(delete(model))


def seconds(work: Callable[[], None]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak(work: Callable[[], None]) -> float:
    """Highest memory of Python objects meanwhile, MB."""
    gc.collect()
    tracemalloc.start()
    work()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest / 1e6


def measure(name: str, url: str, reports: list[AnnualReport]) -> None:
    database = Database(url)
    database.migrate()
    with database.session() as s:
        s.add(PortalRow(id="p", url="http://x/"))
        s.flush()
        s.add(AgencyRow(id="a", name="局", kind="department", level="county"))
    save(database, reports[:5])
    empty(database)
    ours, least, again = [], [], []
    for _ in range(3):
        least.append(seconds(lambda: bare(database, reports)))
        empty(database)
        ours.append(seconds(lambda: save(database, reports)))
        again.append(seconds(lambda: save(database, reports)))
        with database.session() as s:
            assert s.scalar(select(func.count()).select_from(CellRow)) == 200 * len(reports)
        if len(ours) < 3:
            empty(database)
    streamed = min(seconds(lambda: stream(database)) for _ in range(3))
    raw = min(seconds(lambda: bare_stream(database)) for _ in range(3))
    n = len(reports)
    print(f"{name}: {n} reports, {200 * n} cells")
    print(
        f"  save_report       {n / min(ours):7.0f}/s   {min(ours) / min(least):.2f} x bare insert"
    )
    print(f"  bare Core insert  {n / min(least):7.0f}/s")
    print(
        f"  saved again       {n / min(again):7.0f}/s   {min(again) / min(least):.2f} x bare insert"
    )
    print(f"  latest_versions   {n / streamed:7.0f}/s   {streamed / raw:.2f} x bare select")
    print(f"  peak memory       {peak(lambda: stream(database)):.1f} MB streamed,"
          f" {peak(lambda: bare_stream(database)):.1f} MB all at once")  # fmt: skip
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--postgres", metavar="URL")
    options = parser.parse_args()
    reports = [report(number) for number in range(options.reports)]
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}", reports)
    if options.postgres:
        measure("PostgreSQL", options.postgres, reports)


if __name__ == "__main__":
    main()
