"""Differences between two contents of one report; what only the page changed is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.changes.revisions import revision
from storage.canonical import change_json, content_digest
from storage.domain import AnnualReport, Change
from storage.repositories import Revised
from tests.monitor.rules.builders import changed, compliant

THEN = datetime(2024, 1, 20, 1, tzinfo=UTC)
NOW = datetime(2024, 3, 1, 1, tzinfo=UTC)
REPORT = compliant()


def differences(before: AnnualReport, after: AnnualReport) -> list[Change]:
    return revision(Revised(1, "a-1", 2023, "http://x/", 2, before, THEN, after, NOW))


def test_a_cell() -> None:
    after = changed(REPORT, {"table3.granted.natural_person": 12})
    (change,) = differences(REPORT, after)
    told = change_json(change)
    assert (told["path"], told["before"], told["after"]) == ("table3.granted.natural_person", 9, 12)
    assert (told["delta"], told["ratio"], told["kind"]) == (3, 1.3333, "revision")
    assert told["against"] == "2024-01-20T09:00:00+08:00"
    assert "予以公开" in told["note"] and told["after_cell"]["raw"] == "12"


def test_money_is_compared_as_decimals_and_told_as_text() -> None:
    before = changed(REPORT, {"table2.fees.amount_wan": "1.5"})
    after = changed(REPORT, {"table2.fees.amount_wan": "4.25"})
    told = change_json(differences(before, after)[0])
    assert (told["before"], told["after"], told["delta"]) == ("1.5", "4.25", "2.75")
    assert differences(before, changed(REPORT, {"table2.fees.amount_wan": "1.50"})) == []


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [(0, "", (0, "")), ("", "/", ("", "/")), ("/", 0, ("/", 0)), ("", " ", None)],
)
def test_blank_mark_and_zero_are_different_things(before: Any, after: Any, shown: Any) -> None:
    old, new = (changed(REPORT, {"table3.granted.research": value}) for value in (before, after))
    found = [change_json(c) for c in differences(old, new)]
    assert [(c["before"], c["after"]) for c in found] == ([shown] if shown else [])
    assert all(c["delta"] is None for c in found)


def test_a_cell_that_one_reading_lost_is_no_change() -> None:
    lost = changed(REPORT, {"table3.granted.research": None, "table4": None})
    assert differences(REPORT, lost) == []
    assert differences(lost, REPORT) == []


def test_paragraphs() -> None:
    text = "第一段说明公开的总体安排。\n第二段说明平台建设的情况。\n第三段说明监督保障的情况。"
    before = changed(REPORT, {"sections.s1_overview": text})
    edited = text.replace("平台建设的情况", "平台建设和维护的情况") + "\n新添的一段。"
    found = differences(before, changed(REPORT, {"sections.s1_overview": edited}))
    assert [(c.path, c.before, c.after) for c in found] == [
        ("s1_overview[2]", "第二段说明平台建设的情况。", "第二段说明平台建设和维护的情况。"),
        ("s1_overview[4]", None, "新添的一段。"),
    ]
    shorter = text.split("\n", 1)[1]
    (gone,) = differences(before, changed(REPORT, {"sections.s1_overview": shorter}))
    assert (gone.path, gone.before, gone.after) == (
        "s1_overview[-1]", "第一段说明公开的总体安排。", None,
    )  # fmt: skip


def test_paths_are_told_apart_however_much_is_rewritten() -> None:
    before = "\n".join(f"原文第{n}段，写{n * 7}件事。" for n in range(12))
    after = "\n".join(f"另起第{n}行：共计办理{n * 11}项。" for n in range(3, 9))
    found = differences(
        changed(REPORT, {"sections.s5_problems": before}),
        changed(REPORT, {"sections.s5_problems": after}),
    )
    assert len({c.path for c in found}) == len(found) > 6


@pytest.mark.parametrize(
    "furniture",
    [
        "浏览次数：{n}",
        "发布日期：2024-01-2{n}　来源：县水务局　点击量：{n} 次",
        "【打印】 【关闭】　阅读：{n}",
        "上一篇：第{n}篇文章\n下一篇：没有了",
        "字体：大 中 小",
    ],
)
def test_page_furniture_is_no_content(furniture: str) -> None:
    text = "本年度没有收取信息处理费。"
    with_it = [
        changed(REPORT, {"sections.s6_other": f"{text}\n{furniture.format(n=n)}"}) for n in (1, 9)
    ]
    without = changed(REPORT, {"sections.s6_other": text})
    assert differences(*with_it) == []
    assert len({content_digest(r) for r in (*with_it, without)}) == 1


def test_sentences_about_visits_are_content() -> None:
    one, two = (
        changed(REPORT, {"sections.s1_overview": f"网站全年访问量 {n} 万次。"}) for n in (12, 21)
    )
    assert len(differences(one, two)) == 1
    assert content_digest(one) != content_digest(two)


def test_title_and_date() -> None:
    after = replace(REPORT, title="另一个标题", report_date=date(2024, 1, 31))
    assert [c.path for c in differences(REPORT, after)] == ["title", "report_date"]
    assert differences(REPORT, replace(REPORT, title=None)) == []
