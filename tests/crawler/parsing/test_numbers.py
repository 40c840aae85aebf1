"""Cells: a number, a blank, a mark and words are four different things."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.parsing.numbers import is_share, is_value, normalise, read_cell, stated_unit
from storage.vocab import CellState

NUMBER, BLANK, MARK, TEXT = CellState.NUMBER, CellState.BLANK, CellState.MARK, CellState.TEXT


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("16", NUMBER, 16),
        (" 0 ", NUMBER, 0),
        ("１０３", NUMBER, 103),
        ("1,036", NUMBER, 1036),
        ("12，345", NUMBER, 12345),
        ("\u00a07\u3000", NUMBER, 7),
        ("\u200b12\ufeff", NUMBER, 12),
        ("3.0", NUMBER, 3),
        ("-2", NUMBER, -2),
        ("−2", NUMBER, -2),
        ("", BLANK, None),
        ("  \u3000\u00a0", BLANK, None),
        ("/", MARK, None),
        ("／", MARK, None),
        ("-", MARK, None),
        ("—", MARK, None),
        ("——", MARK, None),
        ("无", MARK, None),
        ("16件", TEXT, 16),
        ("55（含自然失效29件）", TEXT, 55),
        ("3.5", TEXT, None),
        ("约3件", TEXT, None),
        ("8-9", TEXT, None),
        ("见附件", TEXT, None),
        ("57%", TEXT, None),
        ("0 0 0", TEXT, None),
        ("12 5", TEXT, None),
        ("3\n5", TEXT, None),
        ("1, 234", TEXT, None),
        ("1 ,234", TEXT, None),
        ("000", TEXT, None),
        ("05", TEXT, None),
        ("1,23,456", TEXT, None),
        ("0,123", TEXT, None),
        ("9" * 13, TEXT, None),
        ("1234567890123456789", TEXT, None),
        ("251000元", TEXT, None),
        ("1e5", TEXT, None),
        ("Ⅲ", TEXT, None),
        ("十二", TEXT, 12),
        ("二十件", TEXT, 20),
        ("一百零五", TEXT, 105),
        ("〇", TEXT, 0),
        ("两", TEXT, 2),
        ("三四", TEXT, None),
        ("一百五", TEXT, None),
        ("1 234", TEXT, 1234),
        ("1\u00a0234", TEXT, 1234),
        ("1\n234", TEXT, None),
        ("1 234 5", TEXT, None),
        ("0 234", TEXT, None),
        ("5.00", NUMBER, 5),
        ("1.2万", TEXT, 12000),
        ("3万件", TEXT, 30000),
        ("共3件", TEXT, 3),
        ("3件次", TEXT, 3),
        ("0。", TEXT, 0),
        ("5①", TEXT, 5),
        ("5²", TEXT, 5),
        ("①", TEXT, None),
        ("3（2）", TEXT, None),
        ("￥1200", TEXT, None),
        ("10^30", TEXT, None),
        ("//", MARK, None),
        ("---", MARK, None),
        ("－", MARK, None),
        ("……", MARK, None),
        ("不涉及", TEXT, None),
        ("½", TEXT, None),
    ],
)
def test_counts(text: str, state: CellState, value: int | None) -> None:
    cell = read_cell(text, "here")
    assert (cell.state, cell.value) == (state, value)
    assert cell.raw == text.strip()
    assert cell.at == "here"
    assert cell.value is None or type(cell.value) is int


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("1935.87208", NUMBER, "1935.87208"),
        ("0", NUMBER, "0"),
        ("1,935.87", NUMBER, "1935.87"),
        ("０．５", NUMBER, "0.5"),
        ("12.5万元", TEXT, "12.5"),
        ("251000元", TEXT, "25.1"),
        ("0.3亿元", TEXT, "3000"),
        ("1.2万", TEXT, "1.2"),
        ("3千元", TEXT, "0.3"),
        ("￥1200元", TEXT, "0.12"),
        ("￥1200", TEXT, None),
        ("人民币5万元", TEXT, "5"),
        ("12件", TEXT, "12"),
        ("12万件", TEXT, None),
        ("免收", TEXT, None),
        ("12.5 3", TEXT, None),
        ("/", MARK, None),
        ("", BLANK, None),
    ],
)
def test_money_is_exact_and_in_wan(text: str, state: CellState, value: str | None) -> None:
    cell = read_cell(text, "here", decimal=True)
    assert cell.state is state
    assert cell.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("减3", -3),
        ("减少 3 项", -3),
        ("减：8", -8),
        ("净增3", 3),
        ("下降两项", -2),
        ("增加12", 12),
        ("↓4", -4),
        ("+1036", 1036),
        ("-8", -8),
        ("－8", -8),
        ("持平", None),
        ("减-8", None),
        ("增长12%", None),
    ],
)
def test_signed_changes(text: str, value: int | None) -> None:
    assert read_cell(text, "", signed=True).value == value


@pytest.mark.parametrize(
    ("text", "unit", "state", "value"),
    [
        ("251000", "元", TEXT, "25.1"),
        ("1935.87", "元", TEXT, "0.193587"),
        ("1935.87208", "元", TEXT, None),
        ("251000", "万元", NUMBER, "251000"),
        ("2.5", "亿元", TEXT, "25000"),
        ("3万元", "元", TEXT, "3"),
        ("0", "元", TEXT, "0"),
        ("/", "元", MARK, None),
    ],
)
def test_a_unit_of_the_label_converts_plain_numbers(
    text: str, unit: str, state: CellState, value: str | None
) -> None:
    cell = read_cell(text, "here", decimal=True, unit=unit)
    assert (cell.state, cell.raw) == (state, text)
    assert cell.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("采购总金额（万元）", "万元"),
        ("本年收费金额（单位：元）", "元"),
        ("采购总金额（单位： 亿元）", "亿元"),
        ("采购总金额：元", "元"),
        ("采购总金额", None),
        ("处理决定数量（件）", None),
    ],
)
def test_units_that_labels_state(label: str, unit: str | None) -> None:
    assert stated_unit(label) == unit


def test_words_for_signs_mean_nothing_in_other_columns() -> None:
    assert read_cell("减3", "").value is None


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "1,036",
        "/",
        "-",
        "无",
        "16件",
        "减3",
        "12.5",
        "55（含）",
        "57%",
        "十二",
        "〇",
        "三件",
        "1.2万",
    ],
)
def test_may_stand_in_a_value_column(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize(
    "text", ["", "规章", "1.属于国家秘密", "（一）", "一", "第1项", "3年", "x" * 500]
)
def test_may_not_stand_in_a_value_column(text: str) -> None:
    assert not is_value(text)


def test_shares_are_no_counts() -> None:
    assert is_share("57%")
    assert is_share(" 57.5％ ")
    assert not is_share("57")


def test_normalise_drops_every_white_space_and_unifies_width() -> None:
    assert normalise(" 结\u3000果\n维\u200b持（１） ") == "结果维持(1)"
