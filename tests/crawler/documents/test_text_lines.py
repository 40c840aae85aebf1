"""Tables in plain text: what parts their cells, and what only looks like a table."""

from __future__ import annotations

import pytest

from crawler.documents.document import Grid, Paragraph
from crawler.documents.text.reader import read_text


def blocks(text: str) -> list[list[list[str]] | str]:
    """Tables as rows of texts, paragraphs as text."""
    found: list[list[list[str]] | str] = []
    for block in read_text(text.encode()).blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        else:
            assert isinstance(block, Grid) and not block.exact
            found.append([[c.text for c in row if c is not None] for row in block.rows])
    return found


_TABLE = [["规章", "0", "", "2"], ["行政规范性文件", "3", "1", "18"]]


@pytest.mark.parametrize(
    "text",
    [
        "规章\t0\t\t2\n行政规范性文件\t3\t1\t18",
        "|规章|0||2|\n|---|---|---|---|\n|行政规范性文件|3|1|18|",
        "规章 | 0 | | 2\n---|---|---|---\n行政规范性文件 | 3 | 1 | 18",
        "| **规章** | `0` | &nbsp; | *2* |\n|:--|:-:|--:|---|\n| 行政<br>规范性文件 | __3__ | 1 | 18 |",
        "│规章│0││2│\n│行政规范性文件│3│1│18│",
        "｜规章｜0｜｜2｜\n｜行政规范性文件｜3｜1｜18｜",
        "┌──┬──┬──┬──┐\n│规章│0│  │2 │\n├──┼──┼──┼──┤\n│行政规范性文件│3│1│18│\n└──┴──┴──┴──┘",
    ],
)
def test_one_table_in_many_signs(text: str) -> None:
    assert blocks(text) == [_TABLE]


def test_escaped_pipes_belong_to_the_cell() -> None:
    assert blocks("| a\\|b | 1 | 2 |\n| c | 3 | 4 |") == [[["a|b", "1", "2"], ["c", "3", "4"]]]


def test_rows_of_a_framed_table_may_take_several_lines() -> None:
    text = """+--------+----+----+
| 标签   | 甲 | 乙 |
+========+====+====+
| 没有现 | 1  | 2  |
| 成信息 |    |    |
+--------+----+----+
| 重复   |    |    |
| 申请   | 3  | 4  |
+--------+----+----+
"""
    assert blocks(text) == [
        [["标签", "甲", "乙"], ["没有现成信息", "1", "2"], ["重复申请", "3", "4"]]
    ]


def test_lines_between_frames_that_hold_numbers_are_rows_of_their_own() -> None:
    rule = "+----+----+\n"
    text = (
        rule
        + "| 甲 | 乙 |\n"
        + rule
        + "| 一类 | 1 |\n| 二类 | 2 |\n"
        + rule
        + "| 三类 | 3 |\n"
        + rule
    )
    assert blocks(text) == [[["甲", "乙"], ["一类", "1"], ["二类", "2"], ["三类", "3"]]]


def test_partial_frames_are_no_cells() -> None:
    text = "+---+---+---+\n| 组 | 甲 | 1 |\n|   +---+---+\n|   | 乙 | 2 |\n+---+---+---+\n"
    assert blocks(text) == [[["组", "甲", "1"], ["", "乙", "2"]]]


@pytest.mark.parametrize("gap", ["  ", "      ", "　　", " 　 "])
def test_columns_apart_by_gaps(gap: str) -> None:
    text = f"规章{gap}0{gap}1{gap}2\n行政规范性文件{gap}3{gap}1{gap}18"
    assert blocks(text) == [[["规章", "0", "1", "2"], ["行政规范性文件", "3", "1", "18"]]]


def test_comma_separated_values() -> None:
    lines = ["信息内容,制发,废止,有效", "规章,0,,2", '"文件,含""试行""",3,1,"1,018"', "许可,5,0,0"]
    assert blocks("\n".join(lines)) == [
        [
            ["信息内容", "制发", "废止", "有效"],
            ["规章", "0", "", "2"],
            ['文件,含"试行"', "3", "1", "1,018"],
            ["许可", "5", "0", "0"],
        ]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "甲,1,2,3\n乙,1,234,5,6\n丙,1,2,3\n丁,4,5,6",  # thousands without quotes
        "甲,1,2\n乙,3,4",  # too few lines
    ],
)
def test_commas_that_may_stand_inside_numbers_part_nothing(text: str) -> None:
    assert all(isinstance(block, str) for block in blocks(text))


def test_prose_stays_prose() -> None:
    text = (
        "# 报告\n\n一是加强领导，二是完善制度。\n\n------------\n\n全年公开信息12条，比上年多3条。"
    )
    assert blocks(text) == [
        "报告",
        "一是加强领导，二是完善制度。",
        "全年公开信息12条，比上年多3条。",
    ]


def test_places_are_offsets_in_the_text() -> None:
    text = "标题\n\n| 规章 | 12 |  | 2 |\n| 文件 | 3 | 1 | 18 |\n"
    grid = read_text(text.encode()).blocks[1]
    assert isinstance(grid, Grid)
    for row in grid.rows:
        for cell in row:
            assert cell is not None
            start, end = map(int, cell.at.removeprefix("chars[").removesuffix("]").split(":"))
            assert text[start:end] == cell.text
