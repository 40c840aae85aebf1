"""The five real reports and the real pages, to the last cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crawler.parsing.reading import read
from monitor.rules import check_report
from storage.domain import AnnualReport
from storage.vocab import (
    TABLE2_2021,
    TABLE3_COLUMNS,
    TABLE3_ROWS_2021,
    CellState,
    Outcome,
    Severity,
)

SHARED = Path(__file__).parents[4] / "shared"
SEEDS = {
    "wenxian": "000_2b0699a3dfee169a.txt",
    "zhicheng": "001_17c4ec4c0f6b2a29.txt",
    "zhongyang": "002_1bbcc3992d530de9.txt",
    "yongji": "003_0d7647d4b5eecc1e.txt",
    "xingtai": "004_244885625ff316f7.txt",
}
pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the shared folder of real reports is not beside this checkout"
)
ZERO = (0, 0, 0, 0, 0, 0, 0)
NOUGHT = (0, 0, 0, 0, 0)


def person(n: int) -> tuple[int, ...]:
    """A row in which natural persons are all applicants."""
    return (n, 0, 0, 0, 0, 0, n)


TABLE2 = {
    "wenxian": (0, 0, 0, 5, 0, 27, 0, 0, 0, 0),
    "zhicheng": (0, 0, 0, 0, 0, 0, 0, 74, 0, 0),
    "zhongyang": (0, 0, 0, 14, 0, 14, 8212, 212, 7, Decimal("1935.87208")),
    "yongji": (0, 0, 0, 3, 0, 24, 0, 0, 0, 0),
    "xingtai": (1, 0, 3, 9, 6, 24, 0, 0, 0, 0),
}
TABLE3 = {
    "wenxian": {
        "new_received": person(16),
        "granted": person(1),
        "unavailable_not_held": person(11),
        "other_misc": person(4),
        "result_total": person(16),
    },
    "zhongyang": {"new_received": person(1), "granted": person(1), "result_total": person(1)},
    "yongji": {
        "new_received": person(4),
        "partial": person(1),
        "denied_third_party": person(1),
        "unavailable_needs_creation": person(2),
        "result_total": person(4),
    },
    "xingtai": {
        "new_received": (107, 5, 39, 0, 72, 2, 225),
        "carried_in": person(2),
        "granted": (13, 0, 11, 0, 0, 0, 24),
        "partial": (17, 0, 12, 0, 26, 0, 55),
        "unavailable_not_held": (73, 5, 14, 0, 44, 2, 138),
        "other_misc": person(3),
        "result_total": (106, 5, 37, 0, 70, 2, 220),
        "carried_out": (3, 0, 2, 0, 2, 0, 7),
    },
}


def report_of(name: str) -> AnnualReport:
    result = read((SHARED / "seeds" / SEEDS[name]).read_bytes()).result
    assert isinstance(result, AnnualReport)
    return result


def row_of(report: AnnualReport, row: str) -> tuple[object, ...]:
    return tuple(report.cell("table3", row, column).value for column in TABLE3_COLUMNS)


@pytest.mark.parametrize("name", SEEDS)
def test_table_two(name: str) -> None:
    report = report_of(name)
    found = tuple(report.cell("table2", r, c).value for r, cs in TABLE2_2021.items() for c in cs)
    assert found == TABLE2[name]


@pytest.mark.parametrize("name", TABLE3)
def test_table_three(name: str) -> None:
    report = report_of(name)
    expected = {row: TABLE3[name].get(row, ZERO) for row in TABLE3_ROWS_2021}
    assert {row: row_of(report, row) for row in TABLE3_ROWS_2021} == expected


def test_a_table_that_lost_columns() -> None:
    """轵城镇: two rows are whole; of the others the sums confirm the first and the last cell."""
    report = report_of("zhicheng")
    assert row_of(report, "new_received") == person(6)
    assert row_of(report, "carried_in") == ZERO
    for row in TABLE3_ROWS_2021[2:]:
        first, *middle, last = row_of(report, row)
        assert (first, last) == ((6, 6) if row in ("granted", "result_total") else (0, 0))
        assert middle == [None] * 5
        assert report.cell("table3", row, "other_org").state is CellState.ABSENT


@pytest.mark.parametrize("name", SEEDS)
def test_table_four(name: str) -> None:
    report = report_of(name)
    found = {
        group: tuple(cell.value for cell in cells.values())
        for group, cells in report.table4.items()
    }
    if name == "xingtai":
        lost = (None,) * 5
        assert found == {
            "review": (5, 0, 0, 1, 6),
            "litigation_direct": lost,
            "litigation_after_review": lost,
        }
    else:
        assert set(found.values()) == {NOUGHT}


@pytest.mark.parametrize("name", SEEDS)
def test_no_error_that_the_report_does_not_deserve(name: str) -> None:
    failed = [v for v in check_report(report_of(name)) if v.outcome is Outcome.FAIL]
    assert [v for v in failed if v.severity is Severity.ERROR] == []
    # Nothing that rests on a figure: every sum and every narrated number of these reports holds.
    assert [v.rule for v in failed if v.rule.startswith(("T3-", "T4-", "X-REQ", "X-APP"))] == []


@pytest.mark.parametrize("name", SEEDS)
def test_every_cell_leads_to_its_place(name: str) -> None:
    report = report_of(name)
    text = (SHARED / "seeds" / SEEDS[name]).read_text(encoding="utf-8")
    for table in (report.table2, report.table3, report.table4):
        for cells in table.values():
            for cell in cells.values():
                if cell.state is CellState.ABSENT:
                    continue
                assert cell.at is not None
                begin, end = cell.at.removeprefix("chars[").removesuffix("]").split(":")
                assert text[int(begin) : int(end)] == cell.raw


@pytest.mark.parametrize(
    ("name", "agency", "year"),
    [
        ("wenxian", "温县人民政府办公室", 2023),
        ("zhicheng", "轵城镇人民政府", 2023),
        ("zhongyang", "中阳县", 2022),
        ("yongji", "永济市人民政府办公室", 2023),
        ("xingtai", "邢台市人民政府办公室", 2023),
    ],
)
def test_whose_and_when(name: str, agency: str, year: int) -> None:
    report = report_of(name)
    assert (report.agency, report.year, len(report.sections)) == (agency, year, 6)
    assert report.format_version == "fmt2021"


def test_a_real_page_and_a_real_pdf() -> None:
    page = next((SHARED / "samples").glob("*.html"))
    result = read(page.read_bytes()).result
    assert isinstance(result, AnnualReport)
    assert row_of(result, "new_received") == (26, None, None, None, None, None, 26)
    assert result.cell("table3", "new_received", "research").state is CellState.BLANK
    assert result.cell("table4", "review", "pending").value == 1
    pdf = next((SHARED / "samples").glob("*.pdf"))
    result = read(pdf.read_bytes()).result
    assert isinstance(result, AnnualReport)
    total = {r: result.cell("table3", r, "total").value for r in ("new_received", "carried_in", "result_total", "carried_out")}  # fmt: skip
    assert total == {
        "new_received": 3119,
        "carried_in": 34,
        "result_total": 3050,
        "carried_out": 103,
    }
    failed = [v for v in check_report(result) if v.outcome is Outcome.FAIL]
    assert [v.rule for v in failed if v.rule.startswith(("T3-", "T4-"))] == []
