"""Alerts on portals that can't be read whole: told once, and once when they can be again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.alerts.health import record_health
from monitor.alerts.views import alert_list
from monitor.judge import judge
from storage import repositories
from storage.domain import Agency, Alert, ColumnRead, Portal, Problem
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import (
    AgencyKind,
    AlertKind,
    AlertState,
    Level,
    ProblemKind,
    RunKind,
    RunOutcome,
    Severity,
)
from tests.monitor.alerts.world import CHECKED, COLUMN, NOW, seed

DAY = timedelta(days=1)


@pytest.fixture
def seeded(database: Database) -> Database:
    seed(database)
    return database


def crawl(
    database: Database, outcome: RunOutcome | None, days: int, portal: str = "p-1", **more: Any
) -> None:
    """A finished crawl so many days after the first, healthy one; None: one that was killed."""
    moment = CHECKED + days * DAY
    with database.session() as s:
        run = repositories.start_run(s, portal, moment, **more)
        if outcome is None:
            return
        whole = outcome is RunOutcome.HEALTHY
        problem = Problem(ProblemKind.BLOCKED, "门户用脚本验证访客\n（状态 412）", COLUMN)
        repositories.finish_run(
            s, run, now=moment, outcome=outcome,
            columns=(ColumnRead(COLUMN, "pager", 12, whole, None if whole else "列表页未能读取"),),
            problems=() if whole else (problem,), unresolved=(), candidates=0, reports_new=0,
            reports_changed=0, reports_gone=0, requests=3, bytes_=10, seconds=1.0,
        )  # fmt: skip


def record(database: Database) -> int:
    with database.session() as s:
        return record_health(s, NOW)


def alerts(database: Database) -> list[Alert]:
    with database.session(write=False) as s:
        return [a for a in alert_list(s) if a.kind is AlertKind.CRAWL_HEALTH]


def test_told_once_and_once_when_it_is_over(seeded: Database) -> None:
    assert record(seeded) == 0 and alerts(seeded) == []
    crawl(seeded, RunOutcome.PARTIAL, 1)
    assert record(seeded) == 0  # a single failure is no alarm
    crawl(seeded, RunOutcome.FAILED, 2)
    assert record(seeded) == 1
    assert record(seeded) == 0
    (alert,) = alerts(seeded)
    assert (alert.severity, alert.state) == (Severity.ERROR, AlertState.FIRING)
    assert (alert.agency, alert.year, alert.key) == (None, None, "crawl_health:p-1:1")
    assert alert.title == "【采集异常】云岭县人民政府"
    assert "拒绝自动访问——门户用脚本验证访客 （状态 412）" in alert.body
    assert "不会被称为未公开" in alert.body
    crawl(seeded, RunOutcome.PARTIAL, 3)
    assert record(seeded) == 0
    crawl(seeded, RunOutcome.HEALTHY, 4)
    assert record(seeded) == 1
    assert record(seeded) == 0
    (alert,) = alerts(seeded)
    assert alert.state is AlertState.RESOLVED
    for days in (5, 6):
        crawl(seeded, RunOutcome.PARTIAL, days)
    assert record(seeded) == 1
    again, before = alerts(seeded)
    assert (again.key, before.key) == ("crawl_health:p-1:2", "crawl_health:p-1:1")
    assert again.severity is Severity.WARNING


def test_what_is_no_crawl_says_nothing(seeded: Database) -> None:
    for days in (1, 2):
        crawl(seeded, RunOutcome.FAILED, days, kind=RunKind.REVISIT)
        crawl(seeded, None, days)
    assert record(seeded) == 0


def test_the_judge_tells_how_many_bodies_are_unknown(seeded: Database) -> None:
    """The first crawl of a portal is told at once when it fails."""
    other = Portal("p-2", "http://www.heshan.example/", "禾山县人民政府")
    bodies = [
        Agency(f"b-{n}", name, AgencyKind.DEPARTMENT, Level.COUNTY, "431224", portal="p-2")
        for n, name in enumerate(("禾山县水务局", "禾山县教育局"))
    ]
    with seeded.session() as s:
        known = repositories.agencies(s), repositories.portals(s)
        import_registry(s, RegistryData((*known[0], *bodies), (*known[1], other), ()))
    crawl(seeded, RunOutcome.FAILED, 1, portal="p-2")
    moment = CHECKED + 2 * DAY
    summary = judge(seeded, now=moment, years=[2023])
    (alert,) = alerts(seeded)
    assert alert.key == "crawl_health:p-2:1" and alert.opened_at == moment
    assert "影响：2 个机关因未能读全而“未能核实”" in alert.body
    assert summary.alerts == 1 + summary.statuses["missing"]
