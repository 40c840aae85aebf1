"""Time to judge: bodies × years with stored reports, first time and again.

python -m bench.judge [--bodies 2000] [--years 3] [--postgres | --database URL]

Baseline of the same run: reading every stored report back from the database (JSON → AnnualReport),
which any judgement that looks at reports needs. Reports are generated and read ones (as many as
`DISTINCT` bodies publish in the years) whose figures go on from year to year; every fifth body has
a defect. The bodies share them, each with texts of its own in sections 一 and 五; one in twenty
repeats its text of the year before. Every 45th body is the government of the others on its portal;
one portal in fifty was not read to its end; one body in forty publishes nothing.

``--postgres``: on a server of its own, started and removed by the bench.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import JSON, Text, bindparam, cast, insert
from sqlalchemy.orm import Session

from crawler.parsing.reading import read
from monitor.judge import judge
from settings import SHANGHAI
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import IDENTITIES, Defect, render_html
from storage import repositories as repo
from storage.canonical import report_to_json
from storage.domain import AnnualReport, ColumnRead
from storage.models import AgencyRow, CellRow, PortalRow, PublicationRow, ReportVersionRow
from storage.repositories.versions import cell_rows
from storage.repositories.writing import table_of
from storage.session import Database
from storage.vocab import RunOutcome
from tests.conftest import PostgresServer

LAST = 2025
NOW = datetime(2026, 5, 1, 9, tzinfo=SHANGHAI)
SEEN = NOW - timedelta(days=9)
PER_PORTAL = 45
DISTINCT = 30
"""Bodies whose reports are really made and read; the others share their contents."""
AT_ONCE = 500
_OWN = "本机关的文字"
"""Stands where each body's own text goes."""
_CHARACTERS = "".join(map(chr, range(0x4E00, 0x5E00)))


@dataclass(frozen=True, slots=True)
class Content:
    """``text``: canonical JSON with places for the body's own text and its name; ``cells``: the row
    by which governments are compared with their bodies."""

    text: str
    cells: list[dict[str, Any]]


@cache
def contents(years: range) -> dict[tuple[int, int], Content]:
    """By number and year: reports whose figures go on."""
    found = {}
    defects = [d for d in Defect if d not in IDENTITIES]  # these ask for certain figures
    for number in range(DISTINCT):
        rng = Random(number)
        profile, figures = Profile.random(rng), None
        wrong = (defects[number // 5 % len(defects)].value,) if number % 5 == 4 else ()
        for year in years:
            figures = random_figures(rng, profile, figures)
            page = render_html("青石县水利局", year, figures, rng=rng, defects=wrong)
            report = read(page.encode()).result
            assert isinstance(report, AnnualReport)
            found[number, year] = _content(report)
    return found


def _content(report: AnnualReport) -> Content:
    data = report_to_json(report)
    for n, section in enumerate(data["sections"]):
        if section["id"] in ("s1_overview", "s5_problems"):
            section["text"] += f"\n{_OWN}{n}"
    cells = [
        {key: value for key, value in row.items() if key != "version_id"}
        for row in cell_rows(0, report)
        if (row["table_name"], row["row_name"]) == ("table3", "new_received")
    ]
    return Content(json.dumps(data, ensure_ascii=False), cells)


def fill(database: Database, bodies: int, years: range) -> int:
    """Registry, runs and reports; the number of reports."""
    made = contents(years)
    portals = [f"p-{n}" for n in range(-(-bodies // PER_PORTAL))]
    with database.session() as session:
        session.execute(
            insert(PortalRow),
            [{"id": p, "url": f"http://{p}.example/", "columns": [], "hosts": [],
              "browser": "auto", "min_reports": {}, "active": True} for p in portals],
        )  # fmt: skip
        session.execute(insert(AgencyRow), [_agency(n, portals) for n in range(bodies)])
        for n, portal in enumerate(portals):
            complete = n % 50 != 7
            repo.finish_run(
                session, repo.start_run(session, portal, SEEN),
                now=SEEN, candidates=0, reports_new=0, reports_changed=0,
                outcome=RunOutcome.HEALTHY if complete else RunOutcome.PARTIAL,
                columns=[ColumnRead(f"http://{portal}.example/nb/", "static_pager", 99, complete)],
                problems=(), unresolved=(), reports_gone=0, requests=1, bytes_=1, seconds=1.0,
            )  # fmt: skip
    publishing = [n for n in range(bodies) if n % 40 != 3]
    for year in years:
        for start in range(0, len(publishing), AT_ONCE):
            with database.session() as session:
                _publish(session, publishing[start : start + AT_ONCE], year, made)
    return len(publishing) * len(years)


def _agency(n: int, portals: list[str]) -> dict[str, Any]:
    government, portal = n - n % PER_PORTAL, n // PER_PORTAL
    common = {
        "id": f"b-{n}", "level": "county", "aliases": [], "active": True, "portal": portals[portal]
    }  # fmt: skip
    if n == government:
        name, kind, parent = f"青石第{portal}县人民政府", "government", None
    else:
        name, kind, parent = f"青石第{portal}县第{n}局", "department", f"b-{government}"
    return {**common, "name": name, "kind": kind, "parent": parent}


def _publish(
    session: Session, bodies: list[int], year: int, made: Mapping[tuple[int, int], Content]
) -> None:
    session.execute(insert(PublicationRow), [_publication(n, year) for n in bodies])
    # Written as text: dumping every report again would cost more than storing it.
    given = bindparam("json", type_=Text())
    postgres = session.get_bind().dialect.name == "postgresql"
    columns = ("id", "publication_id", "seq", "seen_at", "content_digest", "changed",
               "parser_version")  # fmt: skip
    values = {
        **{c: bindparam(c) for c in columns},
        "report": cast(given, JSON) if postgres else given,
    }
    session.execute(
        insert(table_of(ReportVersionRow)).values(values), list(_versions(bodies, year, made))
    )
    session.execute(
        insert(table_of(CellRow)),
        [
            {**cell, "version_id": _id(n, year)}
            for n in bodies
            for cell in made[n % DISTINCT, year].cells
        ],
    )


def _id(n: int, year: int) -> int:
    return (year - 2000) * 100_000 + n


def _publication(n: int, year: int) -> dict[str, Any]:
    portal = f"p-{n // PER_PORTAL}"
    shown = f"{year + 1}-01-{15 + n % 16}"
    return {
        "id": _id(n, year), "agency": f"b-{n}", "year": year, "manual": False,
        "url": f"http://{portal}.example/{_id(n, year)}", "portal": portal,
        "column_url": f"http://{portal}.example/nb/", "title": "年度报告",
        "first_seen": SEEN, "last_seen": SEEN, "readable": True, "image_only": False,
        "dates": [{"source": "page", "day": shown, "precision": "day", "quote": None}],
    }  # fmt: skip


def _versions(
    bodies: list[int], year: int, made: Mapping[tuple[int, int], Content]
) -> Iterator[dict[str, Any]]:
    for n in bodies:
        id = _id(n, year)
        text = made[n % DISTINCT, year].text
        rng = Random(_id(n, year - year % 2) if n % 20 == 0 else id)
        for section in range(6):
            if (place := f"{_OWN}{section}") in text:
                text = text.replace(place, _prose(rng))
        yield {
            "id": id, "publication_id": id, "seq": 1, "seen_at": SEEN, "content_digest": str(id),
            "changed": False, "parser_version": "1", "json": text,
        }  # fmt: skip


def _prose(rng: Random) -> str:
    """Twenty sentences that no other seed gives."""
    words = "".join(rng.choices(_CHARACTERS, k=500))
    return "。".join(words[n : n + 25] for n in range(0, 500, 25))


def measured(name: str, count: int, work: Callable[[], object]) -> float:
    """Seconds; prints also the processor time of this process, which other load changes less."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    taken, used = time.perf_counter() - start, time.process_time() - cpu
    print(
        f"{name:<34}{taken:8.1f} s {1000 * taken / count:8.2f} ms/report "
        f"(processor {1000 * used / count:.2f} ms), peak {peak():.0f} MB",
        flush=True,
    )
    return taken


class Years:
    """Prints what each year of a judgement took: whether it grows with what is stored."""

    def __init__(self, reports: int) -> None:
        self._reports = reports
        self._last = time.perf_counter(), time.process_time()

    def __call__(self, year: int) -> None:
        now = time.perf_counter(), time.process_time()
        taken, used = (1000 * (b - a) / self._reports for a, b in zip(self._last, now, strict=True))
        self._last = now
        print(f"  {year}: {taken:.2f} ms/report (processor {used:.2f} ms)", flush=True)


def peak() -> float:
    """The most memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=2000)
    parser.add_argument("--years", type=int, default=3)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--postgres", action="store_true")
    where.add_argument("--database")
    options = parser.parse_args()
    years = range(LAST - options.years + 1, LAST + 1)
    with ExitStack() as stack:
        file = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "judge.sqlite3"
        url = options.database or f"sqlite:///{file}"
        if options.postgres:
            server = PostgresServer()
            stack.callback(server.stop)
            url = server.create()
        database = Database(url)
        stack.callback(database.close)
        database.migrate()
        start = time.perf_counter()
        count = fill(database, options.bodies, years)
        print(
            f"{database.engine.dialect.name}: {options.bodies} bodies × {options.years} years, "
            f"{count} reports, filled in {time.perf_counter() - start:.0f} s",
            flush=True,
        )

        def read_back() -> None:
            with database.session(write=False) as session:
                for year in years:
                    for _ in repo.latest_versions(session, year):
                        pass

        def all_years() -> None:
            judge(database, now=NOW, years=list(years), progress=Years(count // len(years)))

        base = measured("baseline: reading every report", count, read_back)
        first = measured("judge, first time", count, all_years)
        again = measured("judge, nothing new", count, all_years)
        print(f"first / baseline {first / base:.1f}, again / baseline {again / base:.2f}")
        if file.exists():
            print(f"database {file.stat().st_size / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
