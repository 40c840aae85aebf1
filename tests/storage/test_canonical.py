"""Reports, statuses and findings as JSON and back."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from storage.canonical import (
    content_digest,
    finding_json,
    plain,
    report_from_json,
    report_to_json,
    status_from_json,
    status_json,
)
from storage.domain import (
    ABSENT,
    AnnualReport,
    Attribution,
    Cell,
    Fact,
    Finding,
    Issue,
    Published,
    Section,
    StatusLine,
    YearMention,
)
from storage.vocab import (
    DECIMAL_COLUMNS,
    TABLE2_2021,
    TABLE3_COLUMNS,
    TABLE3_ROWS_2021,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    CellState,
    DateSource,
    Flag,
    FormatVersion,
    Layer,
    Outcome,
    Reason,
    SectionId,
    Severity,
    Status,
)
from tests.storage.samples import NOW, number, report

CONTRACT = Path(__file__).parents[3] / "shared" / "docs" / "contract.schema.json"

texts = st.text(max_size=12)
maybe_texts = st.none() | texts
places = st.text(min_size=1, max_size=8)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
decimals = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12
) | st.sampled_from([Decimal("1E+3"), Decimal("0E-7"), Decimal("12345678901234567890.123456789")])


def cells(column: str) -> st.SearchStrategy[Cell]:
    values = decimals if column in DECIMAL_COLUMNS else st.integers(-(10**20), 10**20)
    return st.one_of(
        st.builds(Cell, st.just(CellState.NUMBER), values, texts, places),
        st.builds(Cell, st.just(CellState.TEXT), st.none() | values, texts, places),
        st.builds(
            Cell, st.sampled_from([CellState.BLANK, CellState.MARK]), st.none(), texts, places
        ),
        st.just(ABSENT),
    )


def tables(rows: dict[str, tuple[str, ...]]) -> st.SearchStrategy[dict[str, dict[str, Cell]]]:
    return st.fixed_dictionaries(
        {},
        optional={
            row: st.fixed_dictionaries({}, optional={c: cells(c) for c in columns})
            for row, columns in rows.items()
        },
    )


sections = st.builds(Section, st.sampled_from(SectionId), texts, texts, maybe_texts)
facts = st.builds(
    Fact,
    texts,
    st.none() | st.integers(),
    texts,
    st.none() | st.sampled_from(SectionId),
    scope=maybe_texts,
    counting=maybe_texts,
    approximate=st.booleans(),
    at=maybe_texts,
)
reports = st.builds(
    AnnualReport,
    media_type=maybe_texts,
    title=maybe_texts,
    agency=maybe_texts,
    year=st.none() | st.integers(1990, 2100),
    format_version=st.none() | st.sampled_from(FormatVersion),
    report_date=st.none() | days,
    period=st.none() | st.tuples(st.none() | days, st.none() | days),
    sections=st.lists(sections, max_size=3).map(tuple),
    table2=tables(TABLE2_2021),
    table3=tables(dict.fromkeys(TABLE3_ROWS_2021[:4], TABLE3_COLUMNS)),
    table4=tables(dict.fromkeys(TABLE4_GROUPS, TABLE4_COLUMNS)),
    issues=st.lists(
        st.builds(Issue, st.sampled_from(Layer), texts, texts, maybe_texts), max_size=2
    ).map(tuple),
    confidence=st.floats(0, 1),
    preface=texts,
    attributions=st.lists(
        st.builds(Attribution, texts, texts, texts, st.floats(0, 1), maybe_texts), max_size=2
    ).map(tuple),
    signatory=maybe_texts,
    years=st.lists(st.builds(YearMention, texts, st.integers(1990, 2100), texts), max_size=2).map(
        tuple
    ),
    facts=st.lists(facts, max_size=2).map(tuple),
    image_only=st.booleans(),
    parser_version=texts,
)


@settings(max_examples=200, deadline=None)
@given(reports)
def test_a_report_comes_back_as_it_was(value: AnnualReport) -> None:
    text = json.dumps(report_to_json(value))
    again = report_from_json(json.loads(text))
    assert again == value
    assert content_digest(again) == content_digest(value)


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    if not CONTRACT.exists():
        pytest.skip(f"{CONTRACT.name} is not beside this repository")
    return dict(json.loads(CONTRACT.read_text("utf-8")))


def validator(contract: dict[str, Any], name: str) -> Draft202012Validator:
    return Draft202012Validator({**contract, "$ref": f"#/$defs/{name}"})


def test_reports_keep_the_contract(contract: dict[str, Any]) -> None:
    check = validator(contract, "report")

    @settings(max_examples=100, deadline=None)
    @given(reports)
    def holds(value: AnnualReport) -> None:
        check.validate({"file": "x", **report_to_json(value)})

    holds()
    check.validate({"file": "x", **report_to_json(report())})


def test_statuses_and_findings_keep_the_contract(contract: dict[str, Any]) -> None:
    for line in LINES:
        validator(contract, "status").validate(status_json(line))
    validator(contract, "finding").validate(finding_json(FINDING))


def test_money_is_written_out_exactly() -> None:
    value = report(table2={"fees": {"amount_wan": number(Decimal("1.50E+3"))}})
    cell = report_to_json(value)["table2"]["fees"]["amount_wan"]
    assert cell["value"] == "1500"
    whole = report(table2={"fees": {"amount_wan": number(7)}})
    assert report_to_json(whole)["table2"]["fees"]["amount_wan"]["value"] == "7"


@pytest.mark.parametrize("state", [CellState.BLANK, CellState.MARK, CellState.ABSENT])
def test_a_missing_number_stays_missing(state: CellState) -> None:
    value = report(table3={"granted": {"total": Cell(state, None, "/", "x")}})
    cell = report_to_json(value)["table3"]["granted"]["total"]
    assert cell == {"value": None, "raw": "/", "state": state.value, "at": "x"}


def test_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        report_to_json(report(table2={"fees": {"amount_wan": number(Decimal("NaN"))}}))


# --- What makes the content another one -----------------------------------------


@pytest.mark.parametrize(
    "same",
    [
        {"parser_version": "2"},
        {"confidence": 0.1},
        {"issues": ()},
        {"media_type": None},
        {"facts": ()},
        {"table2": {"rules": {"made": Cell(CellState.NUMBER, 1, "1", "第9页 表1")}}},
        {"table2": {"rules": {"made": number(1), "repealed": ABSENT}}},
        {"title": "青石县 水务局2023年\n政府信息公开\u200b工作年度报告"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_no_content_leaves_the_digest(same: dict[str, Any]) -> None:
    base = report(table2={"rules": {"made": number(1)}})
    assert content_digest(dataclasses.replace(base, **same)) == content_digest(base)


def test_money_written_with_another_number_of_zeros_is_the_same_amount() -> None:
    amounts = [
        report(table2={"fees": {"amount_wan": Cell(CellState.NUMBER, Decimal(v), "1.5", "x")}})
        for v in ("1.5", "1.500")
    ]
    assert len({content_digest(value) for value in amounts}) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"title": "另一个标题"},
        {"agency": None},
        {"year": 2022},
        {"report_date": None},
        {"sections": ()},
        {"table3": {}},
        {"table2": {"rules": {"made": number(2)}}},
        {"table2": {"rules": {"made": Cell(CellState.BLANK, None, "", "x")}}},
        {"table2": {"rules": {"made": Cell(CellState.TEXT, 1, "1（含旧件）", "x")}}},
        {"table2": {"rules": {"repealed": number(1)}}},
        {"table2": {"fees": {"made": number(1)}}},
        {"table2": {"rules": {"made": number(10)}}},
    ],
    ids=str,
)
def test_what_the_report_says_is_in_the_digest(other: dict[str, Any]) -> None:
    base = report(table2={"rules": {"made": number(1)}})
    assert content_digest(dataclasses.replace(base, **other)) != content_digest(base)


# --- Statuses and findings --------------------------------------------------------

EAST = timezone(timedelta(hours=8))
LINES = (
    StatusLine("a", "甲", 2023, None, None, Status.EXEMPT),
    StatusLine(
        "b",
        "乙",
        2023,
        date(2024, 1, 31),
        "《条例》第五十条",
        Status.LATE,
        published=Published(date(2024, 2, 3), DateSource.PAGE, NOW, NOW.astimezone(EAST)),
        late_days=3,
        url="http://x/",
        title="标题",
        portal="p",
        checked_at=datetime(2024, 2, 4, tzinfo=EAST),
        flags=(Flag.CHANGED, Flag.WITHDRAWN),
        explanation="为什么",
        publication=7,
    ),
    StatusLine("c", "丙", 2023, None, None, Status.UNKNOWN, reason=Reason.BLOCKED),
    StatusLine(
        "d", "丁", 2023, None, None, Status.LATE, published=Published(None, None, None, NOW)
    ),
)
FINDING = Finding(
    "R-SUM",
    "a",
    2023,
    Severity.ERROR,
    Layer.REPORT,
    Outcome.FAIL,
    "合计不符",
    {"cells": [number(3)], "amount": Decimal("1E+1"), "day": date(2024, 1, 1)},
    "办法",
    first_seen=NOW,
    subject="granted",
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.agency)
def test_a_status_comes_back_as_it_was(line: StatusLine) -> None:
    assert status_from_json(json.loads(json.dumps(status_json(line)))) == line


def test_evidence_becomes_plain_json() -> None:
    data = json.loads(json.dumps(finding_json(FINDING)))
    assert data["evidence"] == {
        "cells": [{"state": "number", "value": 3, "raw": "3", "at": "表1 行1 列1"}],
        "amount": "10",
        "day": "2024-01-01",
    }
    assert data["first_seen"] == "2024-02-01T17:00:00+08:00"
    assert (data["subject"], data["state"], data["agency"]) == ("granted", "open", "a")


def test_plain_says_what_it_can_not_write() -> None:
    assert plain({Severity.ERROR: {3, 1}, 2: datetime(2024, 1, 1, tzinfo=UTC)}) == {
        "error": [1, 3],
        "2": "2024-01-01T00:00:00+00:00",
    }
    with pytest.raises(TypeError, match="object"):
        plain({"x": object()})
