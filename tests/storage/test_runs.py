"""Runs, captures, candidates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage import repositories as repo
from storage.domain import ColumnRead, Problem, UnresolvedCandidate
from storage.repositories import KnownCandidate
from storage.session import Database, StorageError
from storage.vocab import ProblemKind, RunOutcome
from tests.storage.samples import NOW, URL, add_portal, capture

COLUMNS = (
    ColumnRead("http://x/a/", "static_pager", 12, True),
    ColumnRead("http://x/b/", "jpage", 3, False, "第 2 页打不开"),
)
PROBLEMS = (
    Problem(ProblemKind.TIMEOUT, "超时", "http://x/b/2"),
    Problem(ProblemKind.COLUMN_NOT_FOUND, "没有找到年报栏目"),
)
UNRESOLVED = (
    UnresolvedCandidate("http://x/1", "某单位年报", None, 2023, ProblemKind.HTTP_5XX),
    UnresolvedCandidate("http://x/2", None, "a", None, None),
)


@pytest.fixture
def s(database: Database) -> Any:
    with database.session() as session:
        add_portal(session)
        yield session


def finish(s: Session, run: int, **changes: Any) -> None:
    values: dict[str, Any] = {
        "now": NOW,
        "outcome": RunOutcome.PARTIAL,
        "columns": COLUMNS,
        "problems": PROBLEMS,
        "unresolved": UNRESOLVED,
        "candidates": 4,
        "reports_new": 1,
        "reports_changed": 2,
        "reports_gone": 3,
        "requests": 50,
        "bytes_": 5_000_000_000,
        "seconds": 1.5,
    }
    repo.finish_run(s, run, **{**values, **changes})


def test_a_run_and_its_result(s: Session) -> None:
    run = repo.start_run(s, "p", NOW - timedelta(minutes=5))
    finish(s, run)
    result = repo.run_result(s, run)
    assert result.pop("unresolved")[0]["kind"] == "http_5xx"
    assert result == {
        "portal": "p",
        "run": run,
        "outcome": "partial",
        "columns": [
            {"url": "http://x/a/", "how": "static_pager", "entries": 12, "complete": True,
             "message": None, "agency": None, "bodies": []},
            {"url": "http://x/b/", "how": "jpage", "entries": 3, "complete": False,
             "message": "第 2 页打不开", "agency": None, "bodies": []},
        ],
        "candidates": 4,
        "reports_new": 1,
        "reports_changed": 2,
        "reports_gone": 3,
        "requests": 50,
        "bytes": 5_000_000_000,
        "seconds": 1.5,
        "problems": [
            {"kind": "timeout", "message": "超时", "url": "http://x/b/2"},
            {"kind": "column_not_found", "message": "没有找到年报栏目", "url": None},
        ],
    }  # fmt: skip


def test_finishing_twice_counts_once(s: Session) -> None:
    run = repo.start_run(s, "p", NOW)
    finish(s, run)
    finish(s, run, reports_new=7)
    assert repo.run_result(s, run)["reports_new"] == 7
    assert len(repo.healths(s)) == 1


def test_healths_are_those_of_finished_runs_in_order(s: Session) -> None:
    add_portal(s, "q", ())
    second = repo.start_run(s, "p", NOW)
    first = repo.start_run(s, "p", NOW - timedelta(days=1))
    other = repo.start_run(s, "q", NOW)
    repo.start_run(s, "p", NOW + timedelta(days=2))  # killed, or under way
    finish(s, second, now=NOW + timedelta(hours=1))
    finish(s, first, now=NOW, outcome=RunOutcome.HEALTHY, problems=(), unresolved=())
    finish(s, other)
    assert [h.run for h in repo.healths(s, "p")] == [first, second]
    assert [h.run for h in repo.healths(s)] == [first, second, other]
    assert [h.run for h in repo.healths(s, "p", until=NOW)] == [first]
    health = repo.healths(s, "p")[1]
    assert (health.columns, health.problems, health.unresolved) == (COLUMNS, PROBLEMS, UNRESOLVED)
    assert (health.portal, health.outcome) == ("p", RunOutcome.PARTIAL)
    assert (health.started_at, health.finished_at) == (NOW, NOW + timedelta(hours=1))
    assert repo.last_run_started(s, "p") == NOW + timedelta(days=2)
    assert repo.last_run_started(s, "none") is None


def test_runs_that_do_not_exist_or_are_not_finished(s: Session) -> None:
    run = repo.start_run(s, "p", NOW)
    with pytest.raises(LookupError, match="not finished"):
        repo.run_result(s, run)
    with pytest.raises(LookupError, match="999"):
        finish(s, 999)


def test_a_run_needs_a_portal(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as s:
        repo.start_run(s, "none", NOW)


def test_captures(s: Session) -> None:
    run = repo.start_run(s, "p", NOW)
    old = capture("one", etag='"1"', last_modified="Thu, 01 Feb 2024 00:00:00 GMT")
    new = replace(old, fetched_at=NOW + timedelta(hours=1), warc_offset=3_000_000_000, etag=None)
    first = repo.save_capture(s, run, old)
    assert repo.save_capture(s, run, new) != first
    assert repo.save_capture(s, run, old) == first
    assert s.scalar(text("SELECT count(*) FROM captures")) == 2
    assert repo.latest_capture(s, URL) == new
    assert repo.latest_capture(s, "http://none/") is None
    hostile = replace(old, url=URL + "2", media_type="x/" + "y" * 5000 + "\0", etag="\0")
    repo.save_capture(s, None, hostile)
    with pytest.raises(StorageError, match="网址过长"):
        repo.save_capture(s, None, replace(old, url="http://x/" + "a" * 3000))


def test_the_last_decision_about_a_candidate_stands(s: Session) -> None:
    run = repo.start_run(s, "p", NOW)

    def decide(**changes: Any) -> None:
        values: dict[str, Any] = {
            "portal": "p",
            "url": URL,
            "title": "某局2023年年报",
            "column_url": "http://x/a/",
            "list_date": date(2024, 1, 30),
            "verdict": "unresolved",
            "agency": None,
            "year": None,
            "score": 0.5,
            "reasons": ["标题像年报"],
            "run": run,
        }
        repo.save_candidate(s, **{**values, **changes})

    decide()
    decide(verdict="report", agency="a", year=2023, title="标\0题", score=1.0)
    decide(url="http://x/2", verdict="not_a_report")
    assert repo.known_candidates(s, "p") == {
        URL: KnownCandidate(URL, "report", "a", 2023, "标�题"),
        "http://x/2": KnownCandidate("http://x/2", "not_a_report", None, None, "某局2023年年报"),
    }
    assert repo.known_candidates(s, "q") == {}
    with pytest.raises(StorageError, match="网址过长"):
        decide(url="http://x/" + "a" * 3000)
