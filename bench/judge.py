"""Time to judge: bodies × years with stored reports, first and again, and with one report changed.

python -m bench.judge [--bodies 2000] [--years 3] [--database URL]

Baseline of the same run: reading every stored report back from the database (JSON → AnnualReport),
which any judgement that looks at reports needs. Reports are compliant ones of random figures that
go on from year to year; one portal in fifty was not read to its end.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert

from crawler.parsing.reading import read
from monitor.judge import judge
from settings import SHANGHAI
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_html
from storage import repositories as repo
from storage.canonical import report_to_json
from storage.domain import AnnualReport, ColumnRead
from storage.models import AgencyRow, PortalRow, PublicationRow, ReportVersionRow
from storage.session import Database
from storage.vocab import RunOutcome

LAST = 2025
NOW = datetime(2026, 5, 1, 9, tzinfo=SHANGHAI)
PER_PORTAL = 45
DISTINCT = 40
"""Reports that are really made and read; bodies share their contents."""


def contents() -> list[AnnualReport]:
    found = []
    for seed in range(DISTINCT):
        rng = Random(seed)
        figures = random_figures(rng, Profile.random(rng))
        result = read(render_html("青石县水利局", LAST, figures, rng=rng).encode()).result
        assert isinstance(result, AnnualReport)
        found.append(result)
    return found


def fill(database: Database, bodies: int, years: range) -> int:
    """Registry, runs and reports; the number of reports."""
    made = [report_to_json(r) for r in contents()]
    portals = [f"p-{n}" for n in range(-(-bodies // PER_PORTAL))]
    with database.session() as session:
        session.execute(
            insert(PortalRow),
            [{"id": p, "url": f"http://{p}.example/", "columns": [], "hosts": [],
              "browser": "auto", "min_reports": {}, "active": True} for p in portals],
        )  # fmt: skip
        session.execute(
            insert(AgencyRow),
            [{"id": f"b-{n}", "name": f"青石县第{n}局", "kind": "department", "level": "county",
              "aliases": [], "active": True, "portal": portals[n // PER_PORTAL]}
             for n in range(bodies)],
        )  # fmt: skip
        for n, portal in enumerate(portals):
            complete = n % 50 != 7
            repo.finish_run(
                session, repo.start_run(session, portal, NOW - timedelta(days=9)),
                now=NOW - timedelta(days=9), candidates=0, reports_new=0, reports_changed=0,
                outcome=RunOutcome.HEALTHY if complete else RunOutcome.PARTIAL,
                columns=[ColumnRead(f"http://{portal}.example/nb/", "static_pager", 99, complete)],
                problems=(), unresolved=(), reports_gone=0, requests=1, bytes_=1, seconds=1.0,
            )  # fmt: skip
    count = 0
    for year in years:
        with database.session() as session:
            rows = list(_reports(bodies, year, made))
            count += len(rows)
            for start in range(0, len(rows), 500):
                part = rows[start : start + 500]
                session.execute(insert(PublicationRow), [p for p, _ in part])
                session.execute(insert(ReportVersionRow), [v for _, v in part])
    return count


def _reports(bodies: int, year: int, made: list[dict]) -> Iterator[tuple[dict, dict]]:
    for n in range(bodies):
        if n % 40 == 3:
            continue  # published nothing
        id = (year - 2000) * 100_000 + n
        content = made[(n * 7 + year) % len(made)]
        shown = f"{year + 1}-01-{15 + n % 16}"
        portal = f"p-{n // PER_PORTAL}"
        yield (
            {"id": id, "agency": f"b-{n}", "year": year, "url": f"http://{portal}.example/{id}",
             "portal": portal, "column_url": f"http://{portal}.example/nb/", "title": "年度报告",
             "manual": False, "first_seen": NOW - timedelta(days=9),
             "last_seen": NOW - timedelta(days=9), "readable": True, "image_only": False,
             "dates": [{"source": "page", "day": shown, "precision": "day", "quote": None}]},
            {"id": id, "publication_id": id, "seq": 1, "seen_at": NOW - timedelta(days=9),
             "content_digest": str(id), "changed": False, "parser_version": "1",
             "report": {**content, "year": year, "sections": _own(content["sections"], id)}},
        )  # fmt: skip


def _own(sections: list[dict], seed: int) -> list[dict]:
    """Texts of the body's own in sections 一 and 五: no two reports are alike."""
    rng = Random(seed)
    words = "".join(chr(rng.randrange(0x4E00, 0x5E00)) for _ in range(500))
    own = "。".join(words[n : n + 25] for n in range(0, 500, 25))
    return [
        {**s, "text": f"{s['text']}\n{own}"} if s["id"] in ("s1_overview", "s5_problems") else s
        for s in sections
    ]


def measured(name: str, count: int, work) -> float:
    start = time.perf_counter()
    work()
    taken = time.perf_counter() - start
    print(f"{name:<44}{taken:8.1f} s {1000 * taken / count:8.2f} ms/report", flush=True)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=2000)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--database")
    options = parser.parse_args()
    years = range(LAST - options.years + 1, LAST + 1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "judge.sqlite3"
        database = Database(options.database or f"sqlite:///{file}")
        database.migrate()
        count = fill(database, options.bodies, years)
        print(f"{options.bodies} bodies × {options.years} years, {count} reports")

        def read_back() -> None:
            with database.session(write=False) as session:
                for year in years:
                    for _ in repo.latest_versions(session, year):
                        pass

        def all_years() -> None:
            judge(database, now=NOW, years=list(years))

        base = measured("baseline: reading every report", count, read_back)
        first = measured("judge, first time", count, all_years)
        again = measured("judge, nothing new", count, all_years)
        print(f"first / baseline {first / base:.1f}, again / baseline {again / base:.2f}")
        database.close()
        if file.exists():
            print(f"database {file.stat().st_size / 2**20:.0f} MB")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
