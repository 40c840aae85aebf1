"""The words of the lists: labels, evidence, advice, the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from enum import StrEnum
from io import StringIO

import pytest
from rich.console import Console

from monitor import labels
from monitor.exports.csv_file import defuse
from monitor.exports.evidence import evidence_text
from monitor.exports.rows import AuditRow
from monitor.exports.terminal import audit_table
from storage.domain import Obligation, Published, StatusLine
from storage.vocab import DateSource, Flag, Severity, Status
from tests.monitor.scenario import NOW, SMALL_FINDINGS, small_lines

LINES = {line.status: line for line in small_lines()}
GRANTED = {
    "name": "table3.granted.total",
    "label": "表三“予以公开”的“总计”",
    "value": 16,
    "raw": "16件",
    "state": "number",
    "at": "table[2]/row[5]/col[10]",
}
DUE, STATUTORY = date(2024, 1, 20), date(2024, 1, 31)


def row(line: StatusLine, obligation: Obligation | None = None) -> AuditRow:
    return AuditRow(1, line, None, None, None, obligation, SMALL_FINDINGS.get(line.agency, ()))


@pytest.mark.parametrize("kind", labels.LABELS)
def test_every_word_of_the_vocabulary_has_a_label(kind: type[StrEnum]) -> None:
    assert set(labels.LABELS[kind]) == set(kind)
    assert len(set(labels.LABELS[kind].values())) == len(kind)


def test_every_status_is_ordered_and_explained() -> None:
    assert sorted(labels.STATUS_ORDER) == sorted(Status)
    assert tuple(labels.STATUS_MEANINGS) == labels.STATUS_ORDER


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        ({}, ""),
        ({"cells": [GRANTED]}, "单元格：表三“予以公开”的“总计” = 16件"),
        ({"cells": [{**GRANTED, "raw": "0", "value": 0}]}, "单元格：表三“予以公开”的“总计” = 0"),
        (
            {"cells": [{**GRANTED, "raw": "", "state": "blank"}, {**GRANTED, "raw": "/"}]},
            "单元格：表三“予以公开”的“总计” = 空白；表三“予以公开”的“总计” = /",
        ),
        (
            {"cells": [{**GRANTED, "raw": None, "state": "absent"}]},
            "单元格：表三“予以公开”的“总计” = 未读到",
        ),
        ({"cells": [{"name": "made"}, {"name": "table3.no.such"}]}, "单元格：made；table3.no.such"),
        ({"cells": [{"name": "table2.fees.change"}]}, "单元格：表二“行政事业性收费”的“本年增/减”"),
        ({"actual": 3, "formula": "1 + 1", "expected": [1, 2]}, "算式：1 + 1\n应为：1；2\n实为：3"),
        (
            {"quotes": [{"text": "共 7 件", "at": "p[3]"}], "ratio": 0.9},
            "原文：“共 7 件”\nratio：0.9",
        ),
        ({"notes": [{"where": "table3", "text": "少一列"}], "cells": []}, "说明：“少一列”"),
        ({"other": {"k": [1]}, "none": None, "yes": True}, 'other：{"k": [1]}\nnone：无\nyes：是'),
    ],
)
def test_evidence_is_readable(evidence: dict[str, object], text: str) -> None:
    assert evidence_text(evidence) == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_formulas_are_defused(start: str) -> None:
    assert defuse(f"{start}1+1") == f"'{start}1+1"
    assert defuse(f"1{start}1") == f"1{start}1"


def test_numbers_stay_numbers() -> None:
    assert defuse(-3) == -3
    assert defuse(None) == ""


def test_a_local_deadline_is_not_called_statutory() -> None:
    local = Obligation("e-long", 2023, DUE, "市办通知", Severity.WARNING, STATUTORY)
    missing = row(replace(LINES[Status.MISSING], due=DUE, flags=()), local)
    assert missing.advice.startswith("已过的是本地时限，法定时限为 2024-01-31；")
    late = LINES[Status.LATE]
    assert late.published is not None
    in_time = replace(late, due=DUE, flags=(), published=replace(late.published, day=STATUTORY))
    assert row(in_time, local).advice.startswith("晚于本地时限，未超过法定时限 2024-01-31；")
    too_late = replace(late, due=DUE, flags=())
    assert "本地" not in row(too_late, local).advice


def test_a_customary_deadline_is_said_to_be_one() -> None:
    town = Obligation("e-long", 2023, STATUTORY, "惯例", Severity.WARNING, STATUTORY)
    assert row(LINES[Status.MISSING], town).advice.startswith("该时限并非《条例》")
    law = replace(town, severity=Severity.ERROR)
    assert row(LINES[Status.MISSING], law).advice.startswith("请人工")


def test_a_backdated_report_is_dated_by_what_was_seen() -> None:
    line = LINES[Status.DATE_UNCERTAIN]
    seen = Published(
        DUE, DateSource.PAGE, NOW - timedelta(days=4), NOW.astimezone(UTC) - timedelta(days=1)
    )
    backdated = replace(line, published=seen, flags=(Flag.BACKDATED,), explanation="见采集区间")
    assert labels.published_when(replace(backdated, flags=())) == "2024-01-20"
    shown = "2024-01-30 10:00 至 2024-02-02 10:00 之间"
    assert labels.published_when(backdated) == f"{shown}（标注 2024-01-20）"
    assert labels.published_when(replace(backdated, published=replace(seen, day=None))) == shown
    early = replace(seen, not_before=None, day=None)
    assert labels.published_when(replace(backdated, published=early)) == "不晚于 2024-02-02 10:00"
    assert labels.why(replace(backdated, status=Status.LATE)) == "见采集区间"


def test_reasons_are_given_where_there_is_something_to_say() -> None:
    late = replace(LINES[Status.LATE], explanation="页面日期 2024-02-02")
    assert labels.why(late) == ""
    missing = replace(LINES[Status.MISSING], explanation="第 3 次采集把 4 个栏目全部读完")
    assert labels.why(missing) == "期限后 2024-02-02 03:30 核查：第 3 次采集把 4 个栏目全部读完"
    unknown = replace(LINES[Status.UNKNOWN], explanation="首页返回验证码")
    assert labels.why(unknown) == "门户拒绝自动访问：首页返回验证码"
    doubtful = replace(LINES[Status.DATE_UNCERTAIN], explanation="分处期限两侧")
    assert labels.why(doubtful) == "分处期限两侧"


def test_the_main_problems_are_few() -> None:
    found = SMALL_FINDINGS["c-late"]
    many = tuple(replace(found[0], message=f"问题{n}。") for n in range(5))
    line = LINES[Status.LATE]
    assert row(line).main_problems == "；".join(f.message for f in found)
    crowded = replace(row(line), findings=many)
    assert crowded.main_problems == "问题0；问题1；问题2；等 5 项"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://a.gov.cn/x", True),
        ("HTTPS://a.gov.cn:8443/x?y#z", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.gov.cn/x", False),
        ("http://", False),
        ("http://[bad", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, allowed: bool) -> None:
    assert (labels.web_link(url) is not None) is allowed


def test_the_terminal_shows_what_needs_attention_first() -> None:
    named = replace(LINES[Status.UNKNOWN], name="[bold]方括号[/bold]局")
    rows = [row(LINES[status]) for status in (Status.ON_TIME, Status.LATE, Status.MISSING)]
    output = StringIO()
    Console(width=120, file=output).print(audit_table([*rows, row(named)]))
    text = output.getvalue()
    places = [text.index(word) for word in ("未见公开", "逾期公开", "未能核实", "按时公开")]
    assert places == sorted(places)
    assert "[bold]方括号[/bold]局" in text
    assert "门户拒绝自动访问" in text
    summed = "共 4 个机关：未见公开 1，逾期公开 1，未能核实 1，按时公开 1；待处理问题 2 项"
    assert summed in text.replace("\n", "")
