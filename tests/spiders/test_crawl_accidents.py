"""Kills, signals, broken storage, wrong use: what was read stays, what was not vouches for nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import repositories
from storage.archive import Archive
from tests.spiders.served import ROOT, Answer, Site, World, agency, page, portal, report

BODY = "榕县教育局"


@pytest.fixture
def site() -> Iterator[Site]:
    listing = (
        f"<ul><li><a href='/r.html'>{BODY}2023年政府信息公开工作年度报告</a> 2024-01-22</li></ul>"
    )
    with Site(
        {
            "/": page("门户", "<a href='/nb/'>政府信息公开年报</a>"),
            "/nb/": page("政府信息公开年报", listing),
            "/r.html": report(BODY, 2023),
        }
    ) as site:
        yield site


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, site: Site) -> Iterator[World]:
    entries = [portal("p", site.url), portal("q", site.url)]
    world = World(sqlite_url, tmp_path, [agency("a", BODY, "p")], entries)
    yield world
    world.close()


def run(world: World, *portals: str, **overrides: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        world.command(portals, **overrides),
        env=world.environment(), cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def unfinished(world: World) -> int:
    with world.database.session(write=False) as session:
        return int(
            session.execute(
                text("SELECT count(*) FROM runs WHERE finished_at IS NULL")
            ).scalar_one()
        )


def test_killed_between_archiving_and_reading(world: World, site: Site) -> None:
    pipelines = {
        "crawler.pipelines.archive.ArchivePipeline": 100,
        "tests.spiders.crash.DieBeforeReading": 200,
        "crawler.pipelines.store.StorePipeline": 300,
    }
    done = run(world, "p", ITEM_PIPELINES=pipelines)
    assert done.returncode == -signal.SIGKILL
    assert unfinished(world) == 1
    assert not world.publications()
    with world.database.session(write=False) as session:
        capture = repositories.latest_capture(session, f"{site.url}r.html")
        assert repositories.healths(session, "p") == []
    assert capture is not None
    kept = Archive(world.archive).read(capture.warc_file, capture.warc_offset)
    assert kept.body.decode() == report(BODY, 2023)
    # The next run is none the worse for it.
    assert world.crawl("p")["p"]["reports_new"] == 1


def test_sigterm_stops_cleanly(world: World, site: Site) -> None:
    site.routes["/nb/"] = Answer("", wait=30)
    process = subprocess.Popen(
        world.command(["p"]),
        env=world.environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while "/nb/" not in site.paths() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)  # do not wait for the answer under way
    _, errors = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors
    assert unfinished(world) == 1


@pytest.mark.parametrize("table", ["captures", "publications", "candidates"])
def test_storage_that_fails_ends_the_crawl_loudly(world: World, table: str) -> None:
    with world.database.session() as session:
        # As a full or damaged disk would: the write fails, reading goes on.
        session.execute(
            text(
                f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN "
                "SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        )
    done = run(world, "p")
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout.splitlines()[-1])[0]
    assert result["outcome"] == "failed"
    assert result["error"]
    assert unfinished(world) == 1


def test_an_archive_that_cant_be_written_ends_the_crawl(world: World) -> None:
    world.archive.write_text("a file where the folder should be")
    done = run(world, "p")
    result = json.loads(done.stdout.splitlines()[-1])[0]
    assert result["outcome"] == "failed"
    assert "存档" in result["error"]
    assert not world.publications()


def test_unknown_portals_are_refused(world: World) -> None:
    done = run(world, "p", "nowhere", "neither")
    assert done.returncode != 0
    assert "登记名录中没有门户：nowhere、neither" in done.stderr
    assert unfinished(world) == 0


def test_scrapys_own_command_works(world: World, site: Site) -> None:
    environment = world.environment() | {
        "NIANBAO_DB": world.url,
        "NIANBAO_DATA": str(world.folder),
    }
    done = subprocess.run(
        [world.command()[0], "-m", "scrapy", "crawl", "portal", "-a", "portal=p"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert world.found() == {("a", 2023)}
    assert unfinished(world) == 0
    refused = subprocess.run(
        [world.command()[0], "-m", "scrapy", "crawl", "portal"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "缺少参数 portal" in refused.stderr
