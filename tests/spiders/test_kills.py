"""A crawl that is killed and started again ends as if nothing had happened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.judge import judge
from storage import repositories
from tests.spiders import crash
from tests.spiders.crash import Killings
from tests.spiders.served import NOW, ROOT, Answer, Seen, Site, World

MOMENTS = ((2, 0.0), (4, 0.0), (3, 0.02), (6, 0.05), (4, 0.0))
"""Requests after the start of each process, and seconds after the last of them: while a page is
waited for, while it is archived, read or stored."""


@pytest.fixture
def site() -> Iterator[Site]:
    with crash.victim() as site:
        yield site


def fresh(template: Path, folder: Path, site: Site) -> World:
    folder.mkdir()
    shutil.copyfile(template, folder / "d.sqlite3")
    return crash.world(f"sqlite:///{folder / 'd.sqlite3'}", folder, site)


def judged(world: World) -> dict[str, list[tuple[object, ...]]]:
    judge(world.database, now=datetime.fromisoformat(NOW))
    found = crash.state(world)
    world.close()
    return found


def test_killed_again_and_again(sqlite_template: Path, tmp_path: Path, site: Site) -> None:
    calm = fresh(sqlite_template, tmp_path / "calm", site)
    result = calm.crawl("p")["p"]
    assert (result["outcome"], result["reports_new"]) == ("healthy", 14)
    world = fresh(sqlite_template, tmp_path / "killed", site)
    done = crash.crawl_with_kills(world, site, MOMENTS)
    assert done == Killings(kills=len(MOMENTS))
    expected, found = judged(calm), judged(world)
    for name, rows in expected.items():
        assert found[name] == rows, name


def test_what_was_read_long_ago_is_read_anew(
    sqlite_template: Path, tmp_path: Path, site: Site
) -> None:
    world = fresh(sqlite_template, tmp_path / "w", site)
    crash.kill_once(world, site, requests=5)
    before = len(site.log)
    world.crawl("p", now="2024-05-20T13:00:00+08:00")
    assert {"/", "/nb/"} <= {s.path for s in site.log[before:]}
    with world.database.session() as session:
        runs = repositories.healths(session, "p")
    assert [r.run for r in runs] == [2]
    world.close()


def test_a_change_that_was_archived_and_not_read_is_not_lost(
    sqlite_template: Path, tmp_path: Path, site: Site
) -> None:
    """The bytes are in the archive when the process dies; the next run must not take them for
    known, however late it comes."""
    world = fresh(sqlite_template, tmp_path / "w", site)
    world.crawl("p", years=[2023])
    site.routes["/2023/0.html"] = crash.report(crash.BODIES[0], 2023, extra="后来改动的一段。")
    later, much_later = "2024-06-20T09:00:00+08:00", "2024-06-28T09:00:00+08:00"
    pipelines = {
        "crawler.pipelines.archive.ArchivePipeline": 100,
        "tests.spiders.crash.DieBeforeReading": 200,
        "crawler.pipelines.store.StorePipeline": 300,
    }
    with pytest.raises(AssertionError):
        world.crawl("p", years=[2023], now=later, ITEM_PIPELINES=pipelines)
    assert world.crawl("p", years=[2023], now=much_later)["p"]["reports_changed"] == 1
    world.close()


@pytest.mark.parametrize("requests", [1, 3, 6, 9])
def test_a_signal_to_the_whole_group_ends_the_crawl(
    sqlite_template: Path, tmp_path: Path, site: Site, requests: int
) -> None:
    """Parser processes die by it, too; the crawl must neither wait for them nor for itself."""
    world = fresh(sqlite_template, tmp_path / "w", site)
    plain = site.answer
    process = subprocess.Popen(
        world.command(["p"]), env=world.environment(NOW), cwd=ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def answer(seen: Seen) -> Answer:
        if len(site.log) == requests:
            os.killpg(process.pid, signal.SIGTERM)
        return plain(seen)

    site.answer = answer  # type: ignore[method-assign]
    try:
        assert process.wait(timeout=60) == -signal.SIGINT  # KeyboardInterrupt
    finally:
        site.answer = plain  # type: ignore[method-assign]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    with world.database.session() as session:
        assert [r.run for r in repositories.healths(session, "p")] == []
    assert world.crawl("p")["p"]["reports_new"] == 14
    world.close()
