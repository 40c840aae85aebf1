"""Rows that a page break tore in two, and rows that only look so."""

from __future__ import annotations

import pytest

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import TABLE3_FORMS
from crawler.parsing.rows import SplitRow
from crawler.parsing.torn import without_tears

SEVEN = "3 0 1 0 0 0 4"
BLANK = "_ _ _ _ _ _ _"
FEE = "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
SOME = "3 _ _ _ _ _ 3"


def row(label: str, numbers: str) -> SplitRow:
    texts = [label, *(n.replace("_", "") for n in numbers.split())]
    cells = tuple(GridCell(text, 0, i, f"r/{i}") for i, text in enumerate(texts))
    return SplitRow(RowItem(cells, cells, True, 0, (), 0), cells[:1] if label else (), cells[1:])


def told(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    found = without_tears([row(label, numbers) for label, numbers in rows], TABLE3_FORMS)
    return [(s.leaf, " ".join(cell.text or "_" for cell in s.values)) for s in found]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2.其他法律行政法", SEVEN), ("规禁止公开", BLANK)),
        (("2.其他法律行政法", SOME), ("规禁止公开", BLANK)),
        (("2.其他法律行政法", BLANK), ("规禁止公开", SEVEN)),
        (("一、本年新收政府", SEVEN), ("信息公开申请数量", BLANK)),
        (("2.没有现成信息", SEVEN), ("需要另行制作", BLANK)),
        (("1.本机关不掌握", SEVEN), ("相关政府信息", BLANK)),
        (("（二）部分公开", SEVEN), ("（区分处理的，只计这一情形，不计其他情形）", BLANK)),
    ],
)
def test_a_torn_row(first: tuple[str, str], second: tuple[str, str]) -> None:
    numbers = first[1] if first[1] != BLANK else second[1]
    assert told(first, second) == [(first[0] + second[0], numbers)]


@pytest.mark.parametrize(
    "rows",
    [
        (("2.其他法律行政法", SEVEN), ("规禁止公开", SEVEN)),
        (("2.重复申请", SEVEN), ("3.要求提供公开出版物", BLANK)),
        (("1.属于国家秘密", BLANK), ("2.其他法律行政法规禁止公开", BLANK)),
        (("3.其他", SEVEN), ("（七）总计", BLANK)),
        (("（六）其他", SEVEN), ("总计", BLANK)),
        ((FEE, BLANK), ("3.其他", SEVEN)),
        ((FEE, SEVEN), ("3.其他", BLANK)),
        (("三、本年度办理结果", BLANK), ("（一）予以公开", SEVEN)),
        (("5.要求行政机关确认或重新出具已获取信息", SEVEN), ("（六）", BLANK), ("总计", SEVEN))[
            ::2
        ],
        (("", SEVEN), ("规禁止公开", BLANK)),
        (("2.其他法律行政法", SEVEN), ("", BLANK)),
        (("备注", BLANK), ("以上数据截至年底", BLANK)),
    ],
)
def test_rows_that_are_two(rows: tuple[tuple[str, str], ...]) -> None:
    assert told(*rows) == list(rows)


@pytest.mark.parametrize("label", ["（六）", "(六)", "六、", "3."])
def test_a_group_s_number_alone_is_no_row(label: str) -> None:
    assert told((label, BLANK), ("（六）其他处理", SEVEN)) == [("（六）其他处理", SEVEN)]
    assert len(told((label, SEVEN))) == 1
