"""Rows of table 四 beside its data row, where rows and columns are stated."""

from __future__ import annotations

import pytest

from crawler.parsing.reading import read
from storage.domain import AnnualReport
from storage.vocab import TABLE4_COLUMNS, TABLE4_GROUPS, CellState

OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
HEAD = (
    "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>"
    + "".join(f"<td rowspan=2>{name}</td>" for name in OUTCOMES)
    + "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>"
    + "".join(f"<td>{name}</td>" for name in OUTCOMES * 2)
    + "</tr>"
)
NUMBERS = [str(n) for n in (1, 2, 3, 4, 10, 5, 6, 7, 8, 26, 9, 0, 1, 2, 12)]
BLANK = [""] * 15


def read_rows(*rows: list[str]) -> AnnualReport:
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    page = (
        "<h1>青石县水利局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>本局认真办理。</p>"
        f"<p>四、政府信息公开行政复议、行政诉讼情况</p><table>{HEAD}{body}</table>"
        "<p>五、存在的主要问题及改进情况</p><p>形式不够多样。</p><p>六、其他需要报告的事项</p><p>无。</p>"
    )
    result = read(page.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def shown(report: AnnualReport) -> list[tuple[CellState, object]]:
    cells = [report.table4[g][c] for g in TABLE4_GROUPS for c in TABLE4_COLUMNS]
    return [(cell.state, cell.value) for cell in cells]


@pytest.mark.parametrize("rows", [(NUMBERS, BLANK), (BLANK, NUMBERS), (NUMBERS, NUMBERS)])
def test_an_empty_row_says_nothing(rows: tuple[list[str], ...]) -> None:
    assert shown(read_rows(*rows)) == [(CellState.NUMBER, int(n)) for n in NUMBERS]


def test_words_where_numbers_stand_are_no_blanks() -> None:
    half = [n if i % 2 else "#REF!" for i, n in enumerate(NUMBERS)]
    wanted = [
        (CellState.NUMBER, int(n)) if i % 2 else (CellState.TEXT, None)
        for i, n in enumerate(NUMBERS)
    ]
    assert shown(read_rows(half)) == wanted
    assert shown(read_rows(half, BLANK)) == wanted


def test_a_note_below_the_numbers_is_none_of_them() -> None:
    note = "<td colspan=15>注：以上数据截至2023年12月31日</td>"
    report = read_rows(NUMBERS, [note])
    assert shown(report) == [(CellState.NUMBER, int(n)) for n in NUMBERS]


def test_the_form_without_figures_is_blank() -> None:
    assert shown(read_rows(BLANK)) == [(CellState.BLANK, None)] * 15


def test_two_rows_that_differ_are_doubtful() -> None:
    other = [*NUMBERS[:-1], "13"]
    found = shown(read_rows(NUMBERS, other))
    assert found[-1] == (CellState.ABSENT, None)
    assert found[:-1] == [(CellState.NUMBER, int(n)) for n in NUMBERS[:-1]]
