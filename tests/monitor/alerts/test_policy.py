"""Transitions of one body's status, and what is told of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from monitor.alerts.outbox import AlertsError, acknowledge, alert_list
from monitor.alerts.policy import record_changes
from storage import repositories
from storage.models import AgencyRow, OutboxRow
from storage.repositories import StatusChange
from storage.session import Database
from storage.vocab import AlertKind, AlertState, Flag, Severity, Status
from tests.monitor.alerts.world import COLUMN, NAMES, NOW, judge, line

MISSING, LATE, UNKNOWN = Status.MISSING, Status.LATE, Status.UNKNOWN
ON_TIME, UNCERTAIN = Status.ON_TIME, Status.DATE_UNCERTAIN

# statuses one after the other -> messages (alert kind and number, event), alerts still open
CASES: dict[str, tuple[list[Status], list[str], list[str]]] = {
    "first judged missing": ([MISSING], ["missing:1 opened"], ["missing:1"]),
    "first judged late": ([LATE], ["late:1 opened"], ["late:1"]),
    "first judged on time": ([ON_TIME], [], []),
    "first judged unknown": ([UNKNOWN], [], []),
    "becomes missing": ([Status.NOT_DUE, MISSING], ["missing:1 opened"], ["missing:1"]),
    "mended": ([MISSING, ON_TIME], ["missing:1 opened", "missing:1 resolved"], []),
    "turns up late: one message": (
        [MISSING, LATE],
        ["missing:1 opened", "late:1 opened"],
        ["late:1"],
    ),
    "late was wrong": ([LATE, ON_TIME], ["late:1 opened", "late:1 resolved"], []),
    "late report is not one": (
        [LATE, MISSING],
        ["late:1 opened", "missing:1 opened"],
        ["missing:1"],
    ),
    "published, date uncertain": (
        [MISSING, UNCERTAIN],
        ["missing:1 opened", "missing:1 resolved"],
        [],
    ),
    "uncertain, then late": ([UNCERTAIN, LATE], ["late:1 opened"], ["late:1"]),
    "exempted": ([MISSING, Status.EXEMPT], ["missing:1 opened", "missing:1 resolved"], []),
    "local date withdrawn": (
        [MISSING, Status.NOT_DUE],
        ["missing:1 opened", "missing:1 resolved"],
        [],
    ),
    "unknown is not back": ([MISSING, UNKNOWN], ["missing:1 opened"], ["missing:1"]),
    "unknown in between": ([MISSING, UNKNOWN, MISSING], ["missing:1 opened"], ["missing:1"]),
    "mended after unknown": (
        [MISSING, UNKNOWN, ON_TIME],
        ["missing:1 opened", "missing:1 resolved"],
        [],
    ),
    "late after unknown": (
        [MISSING, UNKNOWN, LATE],
        ["missing:1 opened", "late:1 opened"],
        ["late:1"],
    ),
    "late, unknown, late": ([LATE, UNKNOWN, LATE], ["late:1 opened"], ["late:1"]),
    "again": (
        [MISSING, ON_TIME, MISSING],
        ["missing:1 opened", "missing:1 resolved", "missing:2 opened"],
        ["missing:2"],
    ),
}


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Iterator[tuple[list[Status], list[str], list[str]]]:
    yield CASES[request.param]


def messages(database: Database) -> list[str]:
    with database.session(write=False) as s:
        rows = s.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [f"{row.alert.kind}:{row.alert.key[-1]} {row.event}" for row in rows]


def bodies(database: Database) -> list[str]:
    with database.session(write=False) as s:
        rows = s.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [f"{row.title}\n{row.body}" for row in rows]


def still_open(database: Database) -> list[str]:
    with database.session(write=False) as s:
        alerts = alert_list(s)
    return [f"{a.kind}:{a.key[-1]}" for a in alerts if a.state is not AlertState.RESOLVED]


def test_transitions(world: Database, case: tuple[list[Status], list[str], list[str]]) -> None:
    statuses, told, open_at_end = case
    queued = [
        judge(world, line(status), now=NOW + timedelta(days=n)) for n, status in enumerate(statuses)
    ]
    assert messages(world) == told
    assert still_open(world) == open_at_end
    assert sum(queued) == len(told)


def test_judged_again_nothing_is_said(world: Database) -> None:
    judge(world, line(MISSING))
    assert judge(world, line(MISSING), now=NOW + timedelta(days=1)) == 0
    assert messages(world) == ["missing:1 opened"]


def test_the_same_change_recorded_twice_is_told_once(small_world: Database) -> None:
    change = StatusChange(line(MISSING), None)
    for _ in range(2):
        with small_world.session() as s:
            record_changes(s, [change, change], NOW)
    assert messages(small_world) == ["missing:1 opened"]


def test_alerts_are_lost_with_the_statuses_and_kept_with_them(world: Database) -> None:
    with pytest.raises(RuntimeError), world.session() as s:
        record_changes(s, repositories.save_statuses(s, [line(MISSING)], NOW), NOW)
        raise RuntimeError("killed before the commit")
    assert messages(world) == []
    judge(world, line(MISSING))
    assert messages(world) == ["missing:1 opened"]


def test_severity_is_that_of_the_obligation(small_world: Database) -> None:
    judge(small_world, line(MISSING), line(MISSING, "a-2"))
    with small_world.session(write=False) as s:
        found = {alert.agency: alert.severity for alert in alert_list(s)}
    assert found == {"a-1": Severity.ERROR, "a-2": Severity.WARNING}


def test_withdrawn_report_is_told_though_its_status_stays(world: Database) -> None:
    judge(world, line(ON_TIME))
    gone = line(ON_TIME, flags=(Flag.WITHDRAWN,))
    assert judge(world, gone, now=NOW + timedelta(days=1)) == 1
    assert judge(world, line(UNKNOWN), now=NOW + timedelta(days=2)) == 0
    assert judge(world, gone, now=NOW + timedelta(days=3)) == 0
    assert judge(world, line(ON_TIME), now=NOW + timedelta(days=4)) == 1
    assert messages(world) == ["withdrawn:1 opened", "withdrawn:1 resolved"]
    opened, resolved = bodies(world)
    assert opened.startswith("【报告撤下】云岭县水务局 2023")
    assert "重新见到" in resolved


def test_missing_text_gives_evidence_and_says_what_it_cannot_know(small_world: Database) -> None:
    judge(small_world, line(MISSING, explanation="把 1 个栏目全部读完"))
    (text,) = bodies(small_world)
    title, body = text.split("\n", 1)
    assert title == f"【未见公开】{NAMES['a-1']} 2023 年度政府信息公开工作年度报告"
    for part in (
        "应公开日期：2024-01-31（依据：《政府信息公开条例》第四十九条）",
        "期限已过 1 天",
        "核查时间：2024-02-01 03:30（第 1 次采集，完整）",
        "门户：云岭县人民政府 http://www.yunling.example/",
        f"栏目：{COLUMN}",
        "把 1 个栏目全部读完",
        "人工复核：",
        "不能得知：",
        "预警编号：missing:a-1:2023:1（opened）",
    ):
        assert part in body
    assert "未见公开" in body and "不履行" not in body


def test_late_text_says_since_when_it_was_missing(small_world: Database) -> None:
    judge(small_world, line(MISSING))
    judge(small_world, line(LATE), now=NOW + timedelta(days=4))
    text = bodies(small_world)[1]
    assert "逾期 5 天" in text
    assert "2024-02-01 09:00 起曾预警为“未见公开”" in text
    assert "公开日期：2024-02-05（来源：页面标注）" in text
    assert "标题：2023年政府信息公开 工作年度报告\n" in text
    assert "http://www.yunling.example/nb/7.html" in text


def test_first_judged_late_says_nothing_of_an_alert_before(small_world: Database) -> None:
    judge(small_world, line(LATE))
    assert "曾预警" not in bodies(small_world)[0]


def test_date_uncertain_says_published_but_not_when(small_world: Database) -> None:
    judge(small_world, line(MISSING))
    judge(small_world, line(UNCERTAIN), now=NOW + timedelta(days=1))
    text = bodies(small_world)[1]
    assert text.startswith("【已公开，日期存疑】")
    assert "不能断定是否按时" in text
    assert "按时公开" not in text


def test_what_does_not_count_is_named(small_world: Database) -> None:
    url = "http://www.yunling.example/nb/8.html"
    judge(small_world, line(MISSING, url=url, flags=(Flag.WRONG_AGENCY, Flag.WRONG_YEAR)))
    text = bodies(small_world)[0]
    assert f"不能算作该机关该年度的报告）：{url}" in text
    assert "标记：内容为其他机关、内容为其他年度" in text


def test_numbers_that_are_not_known_are_not_made_up(small_world: Database) -> None:
    bare = line(LATE, late_days=None, published=None, url=None, title=None, checked_at=None)
    judge(small_world, bare)
    text = bodies(small_world)[0]
    assert "逾期 不详 天" in text
    assert "公开日期：不详" in text
    assert "网址：不详" in text
    assert "核查时间：不详" in text
    assert "None" not in text


def test_hostile_names_stay_on_their_line(small_world: Database) -> None:
    evil = line(MISSING, name="水务局\r\nBcc: everyone@example.org\x00")
    judge(small_world, evil)
    with small_world.session(write=False) as s:
        (alert,) = alert_list(s)
    assert "\n" not in alert.title and "\r" not in alert.title and "\x00" not in alert.title
    assert "\nBcc:" not in alert.body
    assert "\n\n\n" not in alert.body


def test_acknowledged_alert_is_still_resolved(small_world: Database) -> None:
    judge(small_world, line(MISSING))
    with small_world.session() as s:
        alert = acknowledge(s, 1, " 张三 ")
    assert alert.state is AlertState.ACKNOWLEDGED
    assert judge(small_world, line(UNKNOWN)) == judge(small_world, line(MISSING)) == 0
    judge(small_world, line(ON_TIME))
    assert messages(small_world) == ["missing:1 opened", "missing:1 resolved"]
    with small_world.session() as s:
        with pytest.raises(AlertsError, match="已经解除"):
            acknowledge(s, 1, "张三")
        with pytest.raises(AlertsError, match="没有编号为 9"):
            acknowledge(s, 9, "张三")
        with pytest.raises(AlertsError, match="确认人"):
            acknowledge(s, 1, "  ")


def test_list_is_newest_first_and_by_state(small_world: Database) -> None:
    judge(small_world, line(MISSING), line(MISSING, "a-2"))
    judge(small_world, line(ON_TIME), now=NOW + timedelta(days=1))
    with small_world.session(write=False) as s:
        assert [alert.agency for alert in alert_list(s)] == ["a-2", "a-1"]
        assert [alert.agency for alert in alert_list(s, AlertState.FIRING)] == ["a-2"]
        (resolved,) = alert_list(s, AlertState.RESOLVED)
    assert resolved.kind is AlertKind.MISSING
    assert resolved.resolved_at == NOW + timedelta(days=1)


def test_a_nation_judged_at_once(small_world: Database) -> None:
    """Thousands of first judgements are looked up in bulk, not one by one."""
    with small_world.session() as s:
        s.add_all(
            AgencyRow(id=f"n-{n}", name=f"机关{n}", kind="department", level="county")
            for n in range(2000)
        )
    statements: list[str] = []
    event.listen(
        small_world.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    many = [replace(line(MISSING), agency=f"n-{n}", name=f"机关{n}") for n in range(2000)]
    assert judge(small_world, *many) == 2000
    assert len([x for x in statements if x.startswith("SELECT")]) < 50
