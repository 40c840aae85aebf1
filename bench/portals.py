"""Many portals in one process: memory, time, and the pause between two requests on one host.

    python -m bench.portals [--portals 500] [--at-once 32] [--delay 0.1] [--hang 5] [--flood 5]

Every portal is a host of its own (127.0.x.y) with a home page, a column of two pages and six reports
of one body, its pages as large as those of real portals. Rules of politeness are those of the
product; only the pause is scaled down (``--delay``; the product's is 1 s), and so is the time after
which a silent server is given up (``--timeout``; the product's is 30 s). Of the portals, ``--hang``
never answer for their column and ``--flood`` send it without end: those must end as not healthy, all
others healthy with every report. Memory is sampled from outside, resident sets of the crawling
process and of its children apart; pages that they share count in each. Exit status 1 where a portal
ended otherwise, a pause was too short, or two requests on one host overlapped.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.served import FLOOD, HANG, Served, bodies, portal_pages, serve
from storage.session import Database
from tests.spiders.crash import descendants
from tests.spiders.served import ROOT, World, agency, clean_environment

LISTS, REPORTS = 2, 6
COLUMN = "/nb/"
_SAMPLE_SECONDS = 0.2
_TOLD = 50
"""Portals between two lines on how far it is."""
_TOLERANCE = 0.005
"""Seconds by which arrivals at the server may stand closer than the requests were sent."""


@dataclass
class Memory:
    """Largest resident sets seen, in MB: the process, its children together, all of them at once;
    ``course``: the process, sample by sample."""

    main: float = 0.0
    workers: float = 0.0
    tree: float = 0.0
    course: list[float] = field(default_factory=list)

    def add(self, main: float, workers: float) -> None:
        self.main = max(self.main, main)
        self.workers = max(self.workers, workers)
        self.tree = max(self.tree, main + workers)
        self.course.append(main)

    def after(self, part: float) -> float:
        """The largest of the process up to this part of its life."""
        return max(self.course[: max(1, int(len(self.course) * part))])


def make(n: int, hang: int, flood: int, filler: int) -> dict[str, bytes]:
    pages = portal_pages(n, LISTS, REPORTS, filler)
    if n < hang + flood:
        pages[COLUMN] = HANG if n < hang else FLOOD
    return pages


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--portals", type=int, default=500)
    options.add_argument("--at-once", type=int, default=32)
    options.add_argument("--delay", type=float, default=0.1, help="seconds; the product's is 1")
    options.add_argument("--timeout", type=float, default=5.0, help="seconds; the product's is 30")
    options.add_argument("--hang", type=int, default=5)
    options.add_argument("--flood", type=int, default=5)
    options.add_argument("--filler", type=int, default=8000, help="characters of menus and text")
    options.add_argument("--worker", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        _crawl(json.loads(given.worker))
        return
    made = functools.partial(make, hang=given.hang, flood=given.flood, filler=given.filler)
    with serve(given.portals, made, addresses=True) as site, tempfile.TemporaryDirectory() as place:
        world = _world(Path(place) / "w", site)
        world.close()
        task = {
            "db": world.url, "archive": str(world.archive), "at_once": given.at_once,
            "overrides": {"NIANBAO_DELAY": given.delay, "DOWNLOAD_TIMEOUT": given.timeout},
        }  # fmt: skip
        began = time.monotonic()
        results, memory = _measure(task)
        seconds = time.monotonic() - began
        sys.exit(_tell(given, site, results, memory, seconds))


def _world(folder: Path, site: Served) -> World:
    folder.mkdir()
    url = f"sqlite:///{folder / 'd.sqlite3'}"
    database = Database(url)
    database.migrate()
    database.close()
    count = range(len(site.urls))
    return World(
        url,
        folder,
        [agency(f"a{n}-{i}", b, f"p{n}") for n in count for i, b in enumerate(bodies(n, REPORTS))],
        # No pause of their own: that of the product counts.
        [{"id": f"p{n}", "name": f"p{n}", "url": site.urls[n]} for n in count],
    )


def _measure(task: dict[str, Any]) -> tuple[list[dict[str, Any]], Memory]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.portals", "--worker", json.dumps(task)],
        env=clean_environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    memory, ended = Memory(), threading.Event()

    def sample() -> None:
        while not ended.wait(_SAMPLE_SECONDS):
            memory.add(_resident(process.pid), sum(map(_resident, descendants(process.pid))))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        output, _ = process.communicate()
    finally:
        process.kill()
        ended.set()
        sampler.join()
    if process.returncode:
        sys.exit(process.returncode)
    return json.loads(output.splitlines()[-1]), memory


def _resident(pid: int) -> float:
    """MB; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1024 for x in lines if x.startswith("VmRSS:")), 0.0)


def _tell(
    given: argparse.Namespace,
    site: Served,
    results: list[dict[str, Any]],
    memory: Memory,
    seconds: float,
) -> int:
    """Print the table; the exit status."""
    bad = {f"p{n}" for n in range(given.hang + given.flood)}
    wrong = [
        r
        for r in results
        if (r["outcome"] == "healthy" and r["reports_new"] == REPORTS) == (r["portal"] in bad)
    ]
    logs = [sorted(x) for x in site.log()]
    pauses = [b[0] - a[0] for log in logs for a, b in pairwise(log)]
    overlaps = sum(b[0] < a[1] - _TOLERANCE for log in logs for a, b in pairwise(log))
    requests = sum(map(len, logs))
    outcomes = Counter(r["outcome"] for r in results)
    rows = (
        ("portals (at once)", f"{given.portals} ({given.at_once})"),
        ("outcomes", ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items()))),
        ("reports found", str(sum(r["reports_new"] for r in results))),
        ("ended otherwise than they should", str(len(wrong))),
        ("time, requests", f"{seconds:.0f} s, {requests} = {requests / seconds:.1f}/s"),
        ("pause asked for, smallest seen", f"{given.delay:.3f} s, {min(pauses):.3f} s"),
        ("requests that overlapped on a host", str(overlaps)),
        ("peak memory: process, workers, all",
         f"{memory.main:.0f}, {memory.workers:.0f}, {memory.tree:.0f} MB"),
        ("process, after a quarter, half, whole",
         ", ".join(f"{memory.after(part):.0f}" for part in (0.25, 0.5, 1.0)) + " MB"),
    )  # fmt: skip
    for name, value in rows:
        print(f"{name:<40} {value}")
    for r in wrong[:3]:
        print(r)
    return int(bool(wrong or overlaps or min(pauses) < given.delay - _TOLERANCE))


def _crawl(task: dict[str, Any]) -> None:
    from crawler.run import CrawlEvent, crawl

    began, ended = time.monotonic(), Counter[str]()

    def progress(event: CrawlEvent) -> None:
        ended[event.kind] += 1
        if event.kind == "finished" and ended[event.kind] % _TOLD == 0:
            seconds, own = time.monotonic() - began, _resident(os.getpid())
            print(f"{ended[event.kind]} ended after {seconds:.0f} s, {own:.0f} MB", file=sys.stderr)

    results = crawl(
        task["db"], Path(task["archive"]), [], progress=progress,
        at_once=task["at_once"], overrides=task["overrides"],
    )  # fmt: skip
    print(json.dumps(results))


if __name__ == "__main__":
    main()
