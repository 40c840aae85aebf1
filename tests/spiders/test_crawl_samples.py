"""The simulated city, crawled from its home pages: what is found is what was told to be there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from spiders.samples import SamplePortals
from storage import repositories
from storage.registry import import_registry, read_registry
from storage.session import Database
from tests.spiders.served import ROOT, clean_environment

NOW = "2026-05-10T09:00:00+08:00"
PUBLISHED = {"on_time", "late", "date_uncertain"}


@pytest.fixture(scope="module")
def city(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SamplePortals, Database, list[list[dict[str, Any]]]]]:
    folder = tmp_path_factory.mktemp("city")
    file = folder / "d.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    with SamplePortals(lambda: datetime.fromisoformat(NOW)) as portals:
        portals.write_registry(folder / "registry")
        with database.session() as session:
            import_registry(session, read_registry(folder / "registry"))
        task = {
            "database": database.url, "archive": str(folder / "archive"), "portals": [],
            "years": [], "overrides": {},
        }  # fmt: skip
        runs = []
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-m", "tests.spiders.crawl_process", json.dumps(task)],
                env=clean_environment(NOW), cwd=ROOT, capture_output=True, text=True, timeout=240,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
            runs.append(json.loads(done.stdout.splitlines()[-1]))
        yield portals, database, runs
    database.close()


def test_outcomes(city: tuple[SamplePortals, Database, list[list[dict[str, Any]]]]) -> None:
    outcomes = {r["portal"]: (r["outcome"], {p["kind"] for p in r["problems"]}) for r in city[2][0]}
    assert outcomes["p-wangtang"] == ("failed", {"blocked"})
    assert outcomes["p-shayuan"] == ("failed", {"column_not_found"})
    assert outcomes["p-weitang"] == ("partial", {"empty_column"})
    assert outcomes["p-luming"][0] == "partial"
    for portal in ("p-lanchuan", "p-qinglan", "p-huaidu", "p-jishui", "p-shuiwu"):
        assert outcomes[portal] == ("healthy", set()), portal


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_every_report_is_found_and_no_other(
    city: tuple[SamplePortals, Database, list[list[dict[str, Any]]]], year: int
) -> None:
    portals, database, _ = city
    with database.session(write=False) as session:
        found = {
            p.agency
            for p in repositories.publications(session, year=year)
            if p.content_agency in (None, p.agency) and p.content_year in (None, year)
        }
    expected = portals.expected(year)
    assert found == {a for a, status in expected.items() if status in PUBLISHED}


def test_the_second_run_finds_nothing_new_and_asks_less(
    city: tuple[SamplePortals, Database, list[list[dict[str, Any]]]],
) -> None:
    first, second = city[2]
    for before, after in zip(first, second, strict=True):
        assert (after["reports_new"], after["reports_changed"]) == (0, 0), after["portal"]
        assert after["requests"] <= before["requests"], after["portal"]
        assert after["outcome"] == before["outcome"], after["portal"]
