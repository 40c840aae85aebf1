"""Discovery: simulated portals known by home page and list of bodies only, crawled by the real line.

    python -m bench.discovery [--varied] [--only NAME,NAME] [--show]

One row a portal: reports there, found, recall, precision (credited to the right body and year, each
once), bodies and years said to be missing although the portal has them (must be 0) and rightly so,
outcome of the run, requests, requests per report found. Obstacles are portals that an honest
crawler can't read whole: their recall falls short by design. Judged by the monitor itself, long
after the deadlines. ``--varied``: only the portals that were first crawled when they were finished,
with the figures of that first crawl: the first, fifth, seventh and eighth series were written by authors
who had not read the spider, each other one after the spider had been mended for the one before. Exit status
1 on a false missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.judge import judge
from monitor.statuses import live_statuses
from storage.session import Database
from storage.vocab import Status
from tests.spiders.gallery import Case, cases, varied
from tests.spiders.served import World, portal
from tests.spiders.wild import Portal

JUDGED = datetime.fromisoformat("2024-05-21T09:00:00+08:00")
BEFORE: Mapping[str, tuple[int, int, str]] = {
    "tabs_of_groups": (4, 8, "healthy"),
    "asp_of_2006": (0, 0, "failed"),
    "years_of_records": (6, 0, "healthy"),
    "departments_by_number": (9, 0, "healthy"),
    "short_names_by_year": (0, 0, "partial"),
    "frames_and_form": (0, 0, "failed"),
    "three_doors": (9, 0, "healthy"),
    "array_in_script": (0, 0, "partial"),
    "near_names": (5, 3, "healthy"),
    "menu_object": (0, 0, "failed"),
    "years_by_script": (2, 4, "healthy"),
    "organs_by_script": (3, 9, "healthy"),
    "pager_in_attributes": (2, 4, "healthy"),
    "click_to_see": (6, 0, "healthy"),
    "old_and_new": (6, 0, "partial"),
    "hidden_next": (2, 4, "healthy"),
    "two_lists": (8, 0, "healthy"),
    "towns_apart": (4, 4, "healthy"),
    "ajax_tabs": (4, 2, "healthy"),
    "cut_titles": (0, 0, "partial"),
    "split_departments": (11, 11, "healthy"),
    "year_in_select": (13, 0, "healthy"),
    "odd_pager": (6, 1, "healthy"),
    "notice_with_file": (8, 8, "healthy"),
    "towns_on_a_host": (22, 8, "healthy"),
    "merged_article": (8, 11, "healthy"),
    "statutory": (11, 8, "healthy"),
    "stale_list": (13, 3, "healthy"),
    "infinite_scroll": (4, 12, "healthy"),
    "two_moved_out": (22, 0, "healthy"),
    "titled_otherwise": (17, 0, "healthy"),
    "short_newest": (15, 1, "healthy"),
    "half_by_half": (9, 8, "healthy"),
    "sub_sites": (0, 16, "healthy"),
    "newest_in_front": (22, 0, "healthy"),
    "dead_column": (8, 0, "healthy"),
    "jump_box": (0, 0, "partial"),
    "renamed": (13, 1, "healthy"),
    "two_columns": (21, 1, "healthy"),
    "matrix_by_script": (0, 0, "failed"),
    "mixed_postback": (0, 0, "failed"),
    "other_column": (15, 2, "healthy"),
    "newest_ten": (17, 0, "healthy"),
    "left_menu": (20, 0, "healthy"),
    "page_three": (12, 0, "partial"),
    "short_names": (16, 1, "healthy"),
    "years_in_words": (14, 0, "healthy"),
    "closed_articles": (15, 0, "healthy"),
    "own_section": (14, 3, "healthy"),
    "foreign_newest": (11, 0, "healthy"),
}
"""Found, false missing and outcome of the first crawl of each varied portal, before any mending."""


@dataclass(frozen=True)
class Row:
    case: Case
    outcome: str
    credited: int
    right: int
    accused: tuple[tuple[str, int], ...]
    true_missing: int
    requests: int
    problems: tuple[str, ...] = ()
    lost: tuple[tuple[str, int], ...] = ()
    wrong: tuple[tuple[str, int], ...] = ()

    @property
    def false_missing(self) -> int:
        return len(self.accused)


def measure(chosen: Iterable[Case], folder: Path, browser: str = "never") -> list[Row]:
    """Crawl and judge; one row a portal."""
    wanted = list(chosen)
    database = Database(f"sqlite:///{folder / 'd.sqlite3'}")
    database.migrate()
    database.close()
    with ExitStack() as stack:
        sites = {c.name: stack.enter_context(Portal(c.routes)) for c in wanted}
        access = {"delay": 0, "browser": browser}
        world = World(
            f"sqlite:///{folder / 'd.sqlite3'}", folder,
            [row for c in wanted for row in c.bodies],
            [portal(n, s.url, access=dict(access)) for n, s in sites.items()],
        )  # fmt: skip
        stack.callback(world.close)
        results = world.crawl()
        years = sorted({y for c in wanted for _, y in c.there} | {2023})
        judge(world.database, now=JUDGED, years=years)
        missing = _missing(world, years)
        return [_row(c, world, results[c.name], missing, len(sites[c.name].log)) for c in wanted]


def _missing(world: World, years: Iterable[int]) -> set[tuple[str, int]]:
    with world.database.session(write=False) as session:
        return {
            (line.agency, line.year)
            for year in years
            for line in live_statuses(session, year, JUDGED, replay=False)
            if line.status is Status.MISSING
        }


def _row(
    case: Case, world: World, result: dict[str, Any], missing: set[tuple[str, int]], requests: int
) -> Row:
    standing = [p for p in world.publications(portal=case.name) if p.gone_at is None]
    found = {(p.agency, p.year) for p in standing}
    accused = {pair for pair in missing if pair[0] in {b["id"] for b in case.bodies}}
    return Row(
        case, result["outcome"], len(standing), len(found & case.there),
        tuple(sorted((accused & case.there) - case.disputed)), len(accused - case.there), requests,
        tuple(f"{p['kind']}: {p['message']}" for p in result["problems"]),
        tuple(sorted(case.there - found)), tuple(sorted(found - case.there)),
    )  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:7.1%}" if whole else "      -"


def _print(rows: Iterable[Row], show: bool) -> None:
    group = ""
    for row in rows:
        if row.case.group != group:
            group = row.case.group
            print(
                f"\n{group:24} there found  recall precise missing(false) (true) outcome  requests per report"
            )
        there = len(row.case.there)
        each = f"{row.requests / row.right:10.1f}" if row.right else "         -"
        before = BEFORE.get(row.case.name)
        told = (
            f"  before: {before[0]}/{there}, false missing {before[1]}, {before[2]}"
            if before
            else ""
        )
        print(
            f"{row.case.name:24} {there:5} {row.right:5} {_percent(row.right, there)}"
            f" {_percent(row.right, row.credited)} {row.false_missing:14} {row.true_missing:6}"
            f" {row.outcome:8} {row.requests:8} {each}{told}"
        )
        if show:
            for text in (
                *row.problems,
                f"lost {row.lost}",
                f"wrong {row.wrong}",
                f"accused {row.accused}",
            ):
                print(f"      {text}")


def _sum(words: str, rows: list[Row]) -> None:
    there, right = sum(len(r.case.there) for r in rows), sum(r.right for r in rows)
    credited, requests = sum(r.credited for r in rows), sum(r.requests for r in rows)
    print(
        f"{words}: {len(rows)} portals, {right} of {there} reports (recall {_percent(right, there).strip()}),"
        f" precision {_percent(right, credited).strip()}, false missing {sum(r.false_missing for r in rows)},"
        f" rightly missing {sum(r.true_missing for r in rows)}, {requests / max(right, 1):.1f} requests per report"
    )
    first = [BEFORE[r.case.name] for r in rows if r.case.name in BEFORE]
    if len(first) == len(rows):
        found, wrong = sum(f[0] for f in first), sum(f[1] for f in first)
        print(
            f"{'':10} first crawl: {found} of {there} ({_percent(found, there).strip()}), false missing {wrong}"
        )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--varied", action="store_true", help="only the varied ones")
    options.add_argument("--only", help="names, comma between")
    options.add_argument("--show", action="store_true", help="problems, what was lost or wrong")
    options.add_argument("--browser", choices=("never", "auto"), default="never")
    given = options.parse_args()
    chosen = varied() if given.varied else [*cases(), *varied()]
    if given.only:
        chosen = [c for c in chosen if c.name in given.only.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(chosen, Path(folder), given.browser)
    rows.sort(key=lambda r: r.case.group)
    _print(rows, given.show)
    print()
    for group in dict.fromkeys(r.case.group for r in rows):
        _sum(group, [r for r in rows if r.case.group == group])
    _sum("all", rows)
    return 1 if any(r.false_missing for r in rows) else 0


if __name__ == "__main__":
    # The other measurements of `bench` go on after this one.
    if status := main():
        sys.exit(status)
