"""The whole line against bare Scrapy: pages per second of the same served portals, same manners.

    python -m bench.crawl [--portals 8] [--reports 60] [--lists 4] [--rounds 2] [--delay 0 0.5]

Both ask every host for one page at a time, ``--delay`` seconds after another, so many portals at
once; each delay is measured by itself. 0, as fast as they can, shows what a page costs; half a
second, less than the product's pause, shows what that cost matters when portals are crawled. Bare Scrapy reads the links of each page and follows them; the line
archives, decides, reads, stores. Rounds take turns; the best of each counts. Also told: processor
time of the process and of its workers, by page, and what a second crawl of the unchanged portals
costs. Exit status 1 where that is more than robots.txt and the pages of the known column.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.served import Served, bodies, portal_pages, serve
from storage.session import Database
from tests.spiders.served import ROOT, World, agency, clean_environment, portal

GOAL = 0.8


def make(n: int, lists: int, reports: int, filler: int) -> dict[str, bytes]:
    return portal_pages(n, lists, reports, filler)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--portals", type=int, default=8)
    options.add_argument("--reports", type=int, default=60)
    options.add_argument("--lists", type=int, default=4)
    options.add_argument("--filler", type=int, default=8000, help="characters of menus and text")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument(
        "--delay", type=float, nargs="+", default=[0.0, 0.5], help="seconds between two requests"
    )
    options.add_argument("--worker", choices=("bare", "line"), help=argparse.SUPPRESS)
    options.add_argument("--task", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        _worker(given.worker, json.loads(given.task))
        return
    made = functools.partial(make, lists=given.lists, reports=given.reports, filler=given.filler)
    most = 0
    for delay in given.delay:
        print(f"{delay:g} s between two requests of a host:", flush=True)
        with serve(given.portals, made) as site, tempfile.TemporaryDirectory() as folder:
            most = max(most, _compare(given, site, Path(folder), delay))
    sys.exit(most > given.lists)


def _compare(given: argparse.Namespace, site: Served, folder: Path, delay: float) -> int:
    """The most pages that a second crawl asked of a portal."""
    best: dict[str, dict[str, Any]] = {}
    task: dict[str, Any] = {}
    for number in range(given.rounds):
        world = _world(folder / str(number), site, given.reports, delay)
        task = {
            "urls": site.urls, "db": world.url, "archive": str(world.archive), "delay": delay,
        }  # fmt: skip
        world.close()
        for way in ("bare", "line"):
            figures = _measure(way, task, site)
            print(_line(way, figures), flush=True)
            if way not in best or figures["rate"] > best[way]["rate"]:
                best[way] = figures
    again = _measure("line", task, site)
    print(_line("second crawl", again))
    most: int = max(again["asked"])
    print(f"second crawl: at most {most} pages of a portal; its column has {given.lists}")
    ratio = best["line"]["rate"] / best["bare"]["rate"]
    verdict = "reached" if ratio >= GOAL else "missed"
    print(
        f"the line reads {ratio:.2f} times the pages of bare Scrapy a second (goal {GOAL}: {verdict})",
        flush=True,
    )
    return most


def _line(way: str, f: dict[str, Any]) -> str:
    return (
        f"{way:>12}: {f['pages']} pages in {f['seconds']:.1f} s = {f['rate']:.1f}/s; processor"
        f" {f['own'] / max(f['pages'], 1) * 1000:.1f} ms a page + workers"
        f" {f['workers'] / max(f['pages'], 1) * 1000:.1f} ms"
    )


def _world(folder: Path, site: Served, reports: int, delay: float = 0.0) -> World:
    folder.mkdir(parents=True)
    database = Database(f"sqlite:///{folder / 'd.sqlite3'}")
    database.migrate()
    database.close()
    count = range(len(site.urls))
    return World(
        f"sqlite:///{folder / 'd.sqlite3'}",
        folder,
        [agency(f"a{n}-{i}", b, f"p{n}") for n in count for i, b in enumerate(bodies(n, reports))],
        [portal(f"p{n}", site.urls[n], access={"delay": delay}) for n in count],
    )


def _measure(way: str, task: dict[str, Any], site: Served) -> dict[str, Any]:
    """Pages served, from the first request to the end of the last page's work."""
    site.clear()
    done = subprocess.run(
        [sys.executable, "-m", "bench.crawl", "--worker", way, "--task", json.dumps(task)],
        env=clean_environment(), cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    told = json.loads(done.stdout.splitlines()[-1])
    logs = [[x for x in log if x[2] != "/robots.txt"] for log in site.log()]
    asked = [len(log) for log in logs]
    pages = sum(asked)
    seconds = told["ended"] - min(x[0] for log in logs for x in log)
    return {
        **told, "asked": asked, "pages": pages, "seconds": seconds, "rate": pages / seconds,
    }  # fmt: skip


def _worker(way: str, task: dict[str, Any]) -> None:
    before = time.process_time()
    (_bare if way == "bare" else _whole)(task)
    ended = time.time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = time.process_time() - before
    workers = children.ru_utime + children.ru_stime
    print(json.dumps({"ended": ended, "own": own, "workers": workers}))


def _whole(task: dict[str, Any]) -> None:
    from crawler.run import crawl

    results = crawl(task["db"], Path(task["archive"]), [])
    bad = [r for r in results if r["outcome"] != "healthy"]
    if bad:
        sys.exit(f"not healthy: {bad[0]}")


def _bare(task: dict[str, Any]) -> None:
    from collections.abc import AsyncIterator

    from scrapy import Spider
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import Request, Response, TextResponse
    from scrapy.linkextractors import LinkExtractor

    class Bare(Spider):
        name = "bare"
        links = LinkExtractor()

        async def start(self) -> AsyncIterator[Any]:
            for url in task["urls"]:
                yield Request(url)

        def parse(self, response: Response) -> Any:
            assert isinstance(response, TextResponse)
            for link in self.links.extract_links(response):
                yield Request(link.url)

    process = CrawlerProcess(
        {
            # All that wait: else those of one host fill the downloader while others stand still.
            "CONCURRENT_REQUESTS": 10_000,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": task["delay"],
            "DOWNLOAD_DELAY_JITTER": 0,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            # Slots by address and port: each portal is a host of its own, as for the line.
            "DOWNLOADER_MIDDLEWARES": {"bench.crawl.SlotByPort": 50},
        }
    )
    process.crawl(Bare)
    process.start()


class SlotByPort:
    def process_request(self, request: Any) -> None:
        request.meta["download_slot"] = request.url.split("/")[2]


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
