"""Accidents: a pipeline that dies between archiving and reading, and a portal whose crawler is
killed at a certain request, again and again, until it comes to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from crawler.items import PageItem
from storage.archive import Archive
from tests.spiders.served import NOW, ROOT, Answer, Seen, Site, World, agency, page, portal, report


class DieBeforeReading:
    """The process is killed when a document is archived and not yet read."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, PageItem) and item.read:
            os.kill(os.getpid(), 9)
        return item


BODIES = tuple(f"杉县{name}局" for name in ("教育", "司法", "民政", "水利", "交通", "农业", "审计"))
LINES = 4


def victim() -> Site:
    """A portal with a column of two pages: reports of two years, one of them a file behind its
    page, one behind a redirection, another portal's report and a page that is none."""
    titles = [
        (f"/{year}/{i}.html", f"{body}{year}年政府信息公开工作年度报告", f"{year + 1}-01-2{i}")
        for year in (2023, 2022)
        for i, body in enumerate(BODIES)
    ]
    titles.append(("/far.html", "柏县教育局2023年政府信息公开工作年度报告", "2024-01-22"))
    titles.append(("/meeting.html", "政府信息公开年报编制要求", "2024-01-02"))
    routes: dict[str, Any] = {
        f"/{year}/{i}.html": report(body, year)
        for year in (2023, 2022)
        for i, body in enumerate(BODIES)
    }
    routes["/2023/1.html"] = page(
        "年度报告", "<p>全文见附件。</p><a href='/f.doc'>年度报告全文.doc</a>"
    )
    routes["/f.doc"] = report(BODIES[1], 2023)
    routes["/2023/2.html"] = Answer("", 302, {"Location": "/moved/2.html"})
    routes["/moved/2.html"] = report(BODIES[2], 2023)
    routes["/far.html"] = report("柏县教育局", 2023)
    routes["/meeting.html"] = page("要求", f"<p>{'各单位应按时报送材料。' * 30}</p>")
    pages = -(-len(titles) // LINES)
    for number in range(pages):
        rows = "".join(
            f"<li><a href='{url}'>{title}</a> <span>{day}</span></li>"
            for url, title, day in titles[number * LINES : (number + 1) * LINES]
        )
        name = "/nb/" if number == 0 else f"/nb/index_{number}.html"
        script = f"<script>createPageHTML({pages}, {number}, 'index', 'html');</script>"
        routes[name] = page("政府信息公开年报", f"<ul>{rows}</ul>{script}")
    routes["/"] = page("门户", "<a href='/xxgk/'>政府信息公开</a>")
    routes["/xxgk/"] = page("政府信息公开", "<a href='/nb/'>政府信息公开年报</a>")
    return Site(routes)


def world(url: str, folder: Path, site: Site) -> World:
    return World(
        url,
        folder,
        [agency(f"a{i}", name, "p") for i, name in enumerate(BODIES)],
        [portal("p", site.url)],
    )


@dataclass
class Killings:
    """What the kills of one crawl did. ``again``: archived before a kill, asked for after it;
    ``orphans``: processes that outlived the one that was killed."""

    kills: int = 0
    again: list[str] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)


def crawl_with_kills(
    world: World, site: Site, moments: Sequence[tuple[int, float]], seconds: float = 60.0
) -> Killings:
    """Crawl portal ``p``; for each (requests, delay) kill the process so many requests after its
    start, so long after the last of them arrived; at last let it come to its end."""
    done = Killings()
    for requests, delay in moments:
        archived, start = _archived(world), len(site.log)
        killed, family = kill_once(world, site, requests, delay, seconds)
        done.kills += killed
        done.orphans += _outliving(family, seconds)
        done.again += _asked_again(site, archived, start)
        if not killed or _run_ended(world):
            return done  # a further crawl would be another run, which asks anew
    archived, start = _archived(world), len(site.log)
    world.crawl("p")
    done.again += _asked_again(site, archived, start)
    return done


def kill_once(
    world: World, site: Site, requests: int, delay: float = 0.0, seconds: float = 60.0
) -> tuple[bool, set[int]]:
    """(whether it was killed before its end, the processes that it had started)."""
    plain, family = site.answer, set[int]()
    process = subprocess.Popen(
        world.command(["p"]), env=world.environment(NOW), cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip

    def end() -> None:
        family.update(descendants(process.pid))
        process.send_signal(signal.SIGKILL)

    site.answer = _counting(plain, site, len(site.log) + requests, delay, end)  # type: ignore[method-assign]
    _, errors = process.communicate(timeout=seconds)
    code = process.returncode
    site.answer = plain  # type: ignore[method-assign]
    assert code in (0, -signal.SIGKILL), errors[-3000:]
    return code == -signal.SIGKILL, family


def _counting(
    plain: Callable[[Seen], Answer], site: Site, last: int, delay: float, end: Callable[[], None]
) -> Callable[[Seen], Answer]:
    def answer(seen: Seen) -> Answer:
        if len(site.log) == last:
            if delay:
                threading.Timer(delay, end).start()
            else:
                end()
        return plain(seen)

    return answer


def _run_ended(world: World) -> bool:
    """Whether the run was recorded whole before the kill met the process on its way out."""
    with world.database.session(write=False) as session:
        return bool(session.scalar(text("SELECT count(*) FROM runs WHERE finished_at IS NOT NULL")))


def _archived(world: World) -> set[str]:
    with world.database.session(write=False) as session:
        return set(session.execute(text("SELECT url FROM captures")).scalars())


def _asked_again(site: Site, archived: set[str], start: int) -> list[str]:
    asked = [s.path for s in site.log[start:]]
    return [path for path in asked if site.url + path.removeprefix("/") in archived]


def descendants(pid: int) -> set[int]:
    """Processes that a process started, and those that these started (Linux)."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for children in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                pids = [int(word) for word in children.read_text().split()]
            except OSError:
                continue
            found.update(pids)
            waiting += pids
    return found


def _outliving(family: set[int], seconds: float) -> list[int]:
    deadline = time.monotonic() + seconds
    while (left := [p for p in family if _runs(p)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


_STATE = {
    "publications": (
        "SELECT agency, year, url, column_url, title, dates, content_agency, content_year,"
        " readable, gone_at, first_run FROM publications ORDER BY agency, year, url"
    ),
    "versions": (
        "SELECT p.url, v.seq, v.content_digest, v.changed, v.parser_version, c.digest, c.url"
        " FROM report_versions v JOIN publications p ON p.id = v.publication_id"
        " JOIN captures c ON c.id = v.capture_id ORDER BY p.url, v.seq"
    ),
    "cells": "SELECT count(*), sum(CAST(value AS FLOAT)) FROM cells",
    "candidates": (
        "SELECT url, title, column_url, list_date, verdict, agency, year, score, run_id"
        " FROM candidates ORDER BY url"
    ),
    "captures": "SELECT url, http_status, digest, count(*) FROM captures GROUP BY url, http_status, digest ORDER BY url",
    "runs": (
        "SELECT id, portal, started_at, outcome, columns, problems, unresolved, candidates,"
        " reports_new, reports_changed, reports_gone FROM runs ORDER BY id"
    ),
    "statuses": "SELECT agency, year, status, reason, line FROM statuses ORDER BY agency, year",
}  # fmt: skip


def state(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a crawl leaves behind, comparable between two worlds on one site; requests,
    bytes and seconds are those of the last process."""
    with world.database.session(write=False) as session:
        found = {n: [tuple(r) for r in session.execute(text(q))] for n, q in _STATE.items()}
        places = session.execute(text("SELECT url, warc_file, warc_offset FROM captures")).all()
    archive = Archive(world.archive)
    for url, file, offset in places:
        assert archive.read(file, offset).url == url
    return found
