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
            assert isinstance(block, Grid)
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
    assert blocks(text) == [[["组", "甲", "1"], ["组", "乙", "2"]]]


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


def grids(text: str) -> list[Grid]:
    return [block for block in read_text(text.encode()).blocks if isinstance(block, Grid)]


_HEAD = "标签\t甲\t乙\t丙\n"


@pytest.mark.parametrize("sign", ["\t", "|", ","])
def test_as_many_fields_in_every_line_state_the_columns(sign: str) -> None:
    text = (_HEAD + "规章\t\t2\t\n文件\t3\t\t18\n许可\t\t\t").replace("\t", sign)
    (grid,) = grids(text)
    assert grid.exact
    assert [cell.text for cell in grid.rows[1] if cell] == ["规章", "", "2", ""]


@pytest.mark.parametrize(
    "rows",
    [
        # A line that lost a field.
        "规章\t\t2\t\n文件\t3\t18",
        # Lines without a column for the second label were filled up at their end.
        "规章\t小计\t2\t3\n文件\t3\t\t",
        # Numbers below no name.
        "规章\t\t2\t\t7\n文件\t3\t\t18\t9",
    ],
)
def test_columns_that_may_be_shifted_are_guessed(rows: str) -> None:
    head = _HEAD if rows.count("\t") % 4 else _HEAD.replace("\n", "\t\n")
    assert not any(grid.exact for grid in grids(head + rows))


def test_the_columns_hold_on_the_next_page_for_lines_with_a_label() -> None:
    text = _HEAD + "规章\t\t2\t\n文件\t3\t\t18\n\n— 3 —\n\n"
    assert [grid.exact for grid in grids(text + "许可\t\t\t5\n收费\t1\t\t")] == [True, True]
    assert [grid.exact for grid in grids(text + "\t\t\t5")] == [True, False]


@pytest.mark.parametrize("twice", [False, True])
def test_labels_of_a_head_reach_over_their_blanks(twice: bool) -> None:
    """Merged cells that were written out, empty or repeated."""
    again = "复议" if twice else ""
    text = f"复议\t{again}\t诉讼\t\n维持\t总计\t直接\t\n\t\t维持\t总计\n1\t\t\t2\t\t"
    lines = text.split("\n")
    (grid,) = grids("\n".join([*lines[:3], "1\t1\t2\t2"]))
    assert [[(c.text, c.rowspan, c.colspan) for c in grid.own_cells(r)] for r in range(3)] == [
        [("复议", 1, 2), ("诉讼", 1, 2)],
        [("维持", 2, 1), ("总计", 2, 1), ("直接", 1, 2)],
        [("维持", 1, 1), ("总计", 1, 1)],
    ]


def test_spaced_letters_are_parted_all_by_the_same_gap() -> None:
    text = "信  息  内  容 制  发 废止件数 现行有效\n行  政  许  可 1 2 3\n3  .  其  他 4 5 6"
    assert blocks(text) == [
        [
            ["信  息  内  容", "制  发", "废止件数", "现行有效"],
            ["行  政  许  可", "1", "2", "3"],
            ["3  .  其  他", "4", "5", "6"],
        ]
    ]


def test_numbers_between_wide_and_single_gaps() -> None:
    assert blocks("规章 0\u00a0 3 5\n文件  1   2 　 17") == [
        [["规章", "0", "3", "5"], ["文件", "1", "2", "17"]]
    ]
    # One number with its thousands set apart, or two: nothing is split.
    assert blocks("规章  1 234   5 6\n文件  1   2") == [
        [["规章", "1 234", "5 6"], ["文件", "1", "2"]]
    ]


def test_a_row_of_one_number_needs_its_name() -> None:
    assert blocks("第二十条第（五）项\n行政许可 2672") == [
        "第二十条第（五）项",
        [["行政许可", "2672"]],
    ]
    assert blocks("联系电话 2672\n房间 305") == ["联系电话 2672", "房间 305"]


def test_invisible_signs_around_a_cell() -> None:
    text = "\u200b\n".join(["规章", "0", "1", "2", "文件", "3", "1", "18", "许可", "5"])
    assert blocks(text + "\u200b \x85\u2028") == [
        [["规章", "0", "1", "2"], ["文件", "3", "1", "18"], ["许可", "5"]]
    ]


def test_prose_in_the_first_column_of_a_sheet() -> None:
    lines = ["年度报告", "一、总体情况", "公开5条。", "标签,甲,乙", "规章,0,1", "文件,,2", "完毕。"]
    text = "\n".join(line + "," * (2 - line.count(",")) for line in lines)
    found = blocks(text)
    assert found[:3] == lines[:3] and found[4] == "完毕。"
    assert found[3] == [["标签", "甲", "乙"], ["规章", "0", "1"], ["文件", "", "2"]]
