"""The words of the lists: labels, evidence, advice, the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from io import StringIO

import pytest
from rich.console import Console

from monitor import labels
from monitor.exports.csv_file import defuse
from monitor.exports.evidence import evidence_text
from monitor.exports.rows import AuditRow
from monitor.exports.terminal import audit_table
from storage.domain import Obligation, StatusLine
from storage.vocab import Severity, Status
from tests.monitor.scenario import SMALL_FINDINGS, small_lines

LINES = {line.status: line for line in small_lines()}
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
        ({"cells": ["table3.granted.total"]}, "单元格：表三“予以公开”的“总计”"),
        (
            {"cells": [{"table": "table4", "row": "review", "column": "upheld", "value": 0}]},
            "单元格：表四“行政复议”的“结果维持”=0",
        ),
        (
            {"cells": [{"cell": "table3.granted.total", "raw": "", "value": None}]},
            "单元格：表三“予以公开”的“总计”=（空）",
        ),
        ({"cells": "table3.no_such_row.total"}, "单元格：table3.no_such_row.total"),
        ({"actual": 3, "expected": None}, "应为：（空）\n实为：3"),
        ({"quotes": ["甲", "乙"], "ratio": 0.9}, "原文：甲；乙\nratio：0.9"),
        ({"other": {"k": [1]}}, 'other：{"k": [1]}'),
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
