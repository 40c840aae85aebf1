"""Which portals are due, by season and by how the last run went."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from monitor.schedule import QUIET, SEASONS, due_portals, season
from settings import SHANGHAI
from storage import repositories
from storage.domain import Portal
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import RunOutcome

HOUR = timedelta(hours=1)
HEALTHY, PARTIAL, FAILED = RunOutcome.HEALTHY, RunOutcome.PARTIAL, RunOutcome.FAILED


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (at(1, 14), 7),
        (at(1, 15), 1),
        (at(1, 31), 1),
        (at(2, 10), 1),
        (at(2, 11), 7),
        (at(2, 29), 7),
        (at(3, 1), 1),
        (at(4, 10), 1),
        (at(4, 11), 7),
        (at(10, 1), 7),
    ],
)
def test_interval_of_the_day(moment: datetime, days: int) -> None:
    assert season(moment).interval == timedelta(days=days)


def test_the_day_is_that_of_shanghai() -> None:
    assert season(datetime.fromisoformat("2024-01-14T16:30:00+00:00")).interval.days == 1


def test_every_season_has_a_reason_and_none_overlap() -> None:
    assert all(s.reason for s in (*SEASONS, QUIET))
    for n in range(366):
        day = date(2024, 1, 1) + timedelta(days=n)
        assert sum(s.covers(day) for s in SEASONS) <= 1


def run(database: Database, portal: str, started: datetime, outcome: RunOutcome | None) -> None:
    with database.session() as s:
        number = repositories.start_run(s, portal, started)
        if outcome is not None:
            repositories.finish_run(
                s,
                number,
                now=started + timedelta(minutes=5),
                outcome=outcome,
                columns=(),
                problems=(),
                unresolved=(),
                candidates=0,
                reports_new=0,
                reports_changed=0,
                reports_gone=0,
                requests=1,
                bytes_=1,
                seconds=1.0,
            )


def portals(database: Database, *ids: str) -> None:
    known = tuple(Portal(id, f"http://{id}.example/") for id in ids)
    with database.session() as s:
        import_registry(s, RegistryData((), known, ()))


def due(database: Database, now: datetime) -> list[str]:
    with database.session(write=False) as s:
        return due_portals(s, now)


@pytest.mark.parametrize(
    ("now", "outcome", "hours", "expected"),
    [
        (at(1, 20), HEALTHY, 23, False),
        (at(1, 20), HEALTHY, 24, True),
        (at(1, 20), HEALTHY, 23.6, True),  # an hourly look never hits the second
        (at(1, 20), PARTIAL, 5, False),
        (at(1, 20), PARTIAL, 6, True),
        (at(1, 20), FAILED, 6, True),
        (at(6, 1), HEALTHY, 24, False),
        (at(6, 1), HEALTHY, 7 * 24, True),
        (at(6, 1), PARTIAL, 23, False),
        (at(6, 1), PARTIAL, 24, True),
        (at(6, 1), None, 1, False),  # under way
        (at(6, 1), None, 2, True),  # killed
        (at(1, 15), HEALTHY, 2 * 24, True),  # the dense season begins
    ],
)
def test_due(
    database: Database, now: datetime, outcome: RunOutcome | None, hours: float, expected: bool
) -> None:
    portals(database, "p-1")
    run(database, "p-1", now - hours * HOUR, outcome)
    assert due(database, now) == (["p-1"] if expected else [])


def test_the_last_run_counts(sqlite_database: Database) -> None:
    portals(sqlite_database, "p-1", "p-2")
    now = at(6, 1)
    run(sqlite_database, "p-1", now - 30 * HOUR, HEALTHY)
    run(sqlite_database, "p-1", now - 25 * HOUR, FAILED)
    run(sqlite_database, "p-2", now - 30 * HOUR, FAILED)
    run(sqlite_database, "p-2", now - 25 * HOUR, HEALTHY)
    assert due(sqlite_database, now) == ["p-1"]


def test_never_crawled_comes_first_then_the_longest_wait(sqlite_database: Database) -> None:
    portals(sqlite_database, "p-1", "p-2", "p-3")
    now = at(6, 1)
    run(sqlite_database, "p-1", now - 8 * 24 * HOUR, HEALTHY)
    run(sqlite_database, "p-2", now - 9 * 24 * HOUR, HEALTHY)
    assert due(sqlite_database, now) == ["p-3", "p-2", "p-1"]


def test_portals_no_longer_listed_are_left_alone(sqlite_database: Database) -> None:
    portals(sqlite_database, "p-1", "p-2")
    portals(sqlite_database, "p-2")
    assert due(sqlite_database, at(6, 1)) == ["p-2"]
