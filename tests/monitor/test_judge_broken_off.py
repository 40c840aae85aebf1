"""A judgement that is broken off anywhere: what is stored fits together, the next run completes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import monitor.changes.copies
import monitor.judge
from bench.judge import NOW, fill
from monitor.judge import judge
from storage import repositories as repo
from storage.models import FindingRow, JudgedRow, TextLikenessRow, TextRow, TextSentenceRow
from storage.session import Database

YEARS = [2024, 2025]
BODIES = 46
_JUDGE = """
import sys
import monitor.changes.copies, monitor.judge
from bench.judge import NOW
from storage.session import Database
monitor.judge._AT_ONCE = monitor.changes.copies._AT_ONCE = 4
monitor.judge.judge(Database(sys.argv[1]), now=NOW, years=[2024, 2025])
"""


class Broken(Exception):
    """Stands for the end of the process."""


def stored(database: Database) -> dict[str, Any]:
    """What a judgement leaves, without the numbers of rows."""
    with database.session(write=False) as s:
        texts = {t.id: (t.agency, t.year, t.section) for t in s.scalars(select(TextRow))}
        return {
            "findings": sorted(
                (f.agency, f.year, f.rule, f.subject, f.state, f.message, str(f.evidence))
                for f in s.scalars(select(FindingRow))
            ),
            "marks": sorted((j.agency, j.year, j.mark) for j in s.scalars(select(JudgedRow))),
            "scores": [repo.scores(s, year=year, profile="default") for year in YEARS],
            "texts": sorted(texts.values()),
            "alike": sorted(
                (texts[x.later], texts[x.earlier], x.similarity)
                for x in s.scalars(select(TextLikenessRow))
            ),
            "sentences": {r.fingerprint: r.texts for r in s.scalars(select(TextSentenceRow))},
        }


def unfinished(database: Database) -> tuple[int, int]:
    """Bodies with a mark, and bodies with findings but without one."""
    with database.session(write=False) as s:
        marked = {(j.agency, j.year) for j in s.scalars(select(JudgedRow))}
        found = {(f.agency, f.year) for f in s.scalars(select(FindingRow))}
    return len(marked), len(found - marked)


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an undisturbed judgement of the same reports leaves."""
    path = tmp_path_factory.mktemp("whole") / "whole.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    fill(database, BODIES, range(2024, 2026))
    judge(database, now=NOW, years=YEARS)
    found = stored(database)
    database.close()
    return found


def small_batches(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(monitor.judge, "_AT_ONCE", 4)
    patch.setattr(monitor.changes.copies, "_AT_ONCE", 4)


def test_broken_off_between_and_inside_batches(
    database: Database, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, BODIES, range(2024, 2026))
    small_batches(monkeypatch)
    for name, calls in (
        ("save_likenesses", 3), ("save_judged_marks", 2), ("sync_all_findings", 5),
        ("save_scores", 1), ("save_texts", 4), ("save_judged_marks", 1),
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            left, real = [calls], getattr(repo, name)

            def breaking(*given: Any, left: list[int] = left, real: Any = real, **more: Any) -> Any:
                left[0] -= 1
                if left[0] == 0:
                    raise Broken
                return real(*given, **more)

            patch.setattr(repo, name, breaking)
            with pytest.raises(Broken):
                judge(database, now=NOW, years=YEARS)
        assert unfinished(database)[1] == 0
    judge(database, now=NOW, years=YEARS)
    assert stored(database) == whole
    judge(database, now=NOW, years=YEARS)
    assert stored(database) == whole


def test_two_judges_at_once(
    database: Database, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, BODIES, range(2024, 2026))
    small_batches(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        orders = (YEARS, YEARS[1:])
        done = [pool.submit(judge, database, now=NOW, years=years) for years in orders]
        for future in done:
            future.result()
    judge(database, now=NOW, years=YEARS)
    found = stored(database)
    # Which of two like texts was stored first is as it happened.
    assert {**found, "alike": [], "marks": []} == {**whole, "alike": [], "marks": []}


def test_killed(sqlite_url: str, whole: dict[str, Any]) -> None:
    database = Database(sqlite_url)
    fill(database, BODIES, range(2024, 2026))
    process = subprocess.Popen([sys.executable, "-c", _JUDGE, sqlite_url])
    while process.poll() is None and unfinished(database)[0] < 8:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() in (-signal.SIGKILL, os.EX_OK)
    assert unfinished(database)[1] == 0
    judge(database, now=NOW, years=YEARS)
    assert stored(database) == whole
    database.close()
