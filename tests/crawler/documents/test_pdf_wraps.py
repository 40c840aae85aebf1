"""Numbers and remarks that are wrapped in narrow columns without rules: unread, never half a number."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.documents.pdf.lines import Line, Word
from crawler.documents.pdf.page import UNKNOWN
from crawler.documents.pdf.wraps import without_wraps

SIZE = 10.0


def line(y: float, *shown: tuple[float, str]) -> Line:
    """Words by their left edge, on a line with the middle ``y``."""
    return Line(
        tuple(
            Word(text, x, x + SIZE * len(text) / 2, y - 5, y + 5, SIZE, ())
            for x, text in sorted(shown)
        )
    )


def row(y: float, label: str, values: Sequence[str]) -> Line:
    words = [(0.0, label)] if label else []
    return line(y, *words, *((200.0 + 40 * n, v) for n, v in enumerate(values) if v))


def texts(lines: Sequence[Line]) -> list[list[str]]:
    return [[word.text for word in found.words] for found in without_wraps(lines)]


PLAIN = [row(0, "一、本年新收", "1234567"), row(30, "二、上年结转", "0000000")]


def test_plain_tables_stay_as_they_are() -> None:
    assert without_wraps(PLAIN) == PLAIN


def test_the_second_line_of_a_number() -> None:
    found = texts(
        [*PLAIN, row(60, "（一）予以公开", ["18", *"123456"]), row(71, "", ["701"]), PLAIN[0]]
    )
    assert found[2] == ["（一）予以公开", UNKNOWN, *"123456"]
    assert len(found) == 4


def test_parts_above_and_below_the_row() -> None:
    lines = [
        *PLAIN, row(60, "", ["18", "", "2"]), row(67, "（一）予以公开", ["", "1", "", *"3456"]),
        row(74, "", ["701", "", "98"]), row(100, "（二）部分公开", "1234567"),
    ]  # fmt: skip
    assert texts(lines)[2] == ["（一）予以公开", UNKNOWN, "1", UNKNOWN, *"3456"]


def test_a_remark_among_the_numbers() -> None:
    lines = [*PLAIN, row(60, "（一）予以公开", ["4（含并案", *"123456"]), row(71, "", ["3件）"])]
    assert texts(lines)[2:] == [["（一）予以公开", UNKNOWN, *"123456"]]


def test_rows_of_their_own_are_not_taken_for_parts() -> None:
    apart = [*PLAIN, row(60, "（一）予以公开", "1234567"), row(90, "", ["5", "", "7"])]
    assert without_wraps(apart) == apart
    whole = [*PLAIN, row(60, "", "1234567"), row(71, "", "1234567")]
    assert without_wraps(whole) == whole


def test_a_third_line_of_numbers_belongs_to_the_row_of_the_second() -> None:
    torn = [row(60, "", ["", "69", *"12345"]), row(69, "", ["38"]), row(78, "", ["", "8"])]
    assert texts([*PLAIN, *torn])[2:] == [["38", UNKNOWN, *"12345"]]


def test_a_line_beside_one_character_is_no_row_of_its_own() -> None:
    down = [row(60, "3.", "1234567"), row(72, "其", ["8"]), row(84, "他", [])]
    assert texts([*PLAIN, *down])[2] == ["3.", UNKNOWN, *"234567"]
    assert texts([*PLAIN, row(60, "规章", "1234567"), row(90, "其", ["8"])])[3] == ["其", "8"]


def test_a_number_over_two_columns_leaves_neither_blank() -> None:
    torn = [line(60, (0.0, "总计"), (200.0, "1"), (257.0, "23"), (320.0, "4")), row(68, "", ["5"])]
    assert texts([*PLAIN, *torn])[2] == ["总计", *UNKNOWN * 4]


def test_lines_of_labels_are_no_parts() -> None:
    labels = [
        *PLAIN,
        row(60, "（一）予以公开", "1234567"),
        line(71, (0.0, "（区分处理的，只计这一情形）")),
    ]
    assert without_wraps(labels) == labels


def test_parts_are_joined_only_where_the_sums_can_decide() -> None:
    """A part that would not have fitted beside the first one: unread, or one number for the sums."""
    wide = [*PLAIN, row(60, "（一）予以公开", ["28903", *"123456"]), row(71, "", ["4521"])]
    assert texts(wide)[2] == ["（一）予以公开", UNKNOWN, *"123456"]
    joined = without_wraps(wide, joined=True)[2]
    assert [word.text for word in joined.words] == ["（一）予以公开", "289034521", *"123456"]


def test_numbers_that_would_have_fitted_are_never_joined() -> None:
    lines = [*PLAIN, row(60, "（一）予以公开", ["1", *"123456"]), row(71, "", ["7"])]
    joined = without_wraps(lines, joined=True)[2]
    assert joined.words[1].text == UNKNOWN


def test_a_number_above_its_remark_is_unread() -> None:
    lines = [*PLAIN, row(60, "（一）予以公开", "2123456"), row(74, "", ["（含"])]
    assert texts(lines)[2] == ["（一）予以公开", UNKNOWN, *"123456"]


def test_a_label_s_second_line_with_values_is_the_same_row() -> None:
    """Figures and labels of two lines each, level with each other: neither line is a row."""
    lines = [
        part
        for n in range(5)
        for part in (
            row(60 + 45 * n, f"{n + 1}.属于国家", ["12345", *"123456"]),
            row(72 + 45 * n, "秘密", ["6789"]),
        )
    ]
    found = texts(lines)
    assert found[::2] == [[f"{n + 1}.属于国家", UNKNOWN, *"123456"] for n in range(5)]
    assert found[1::2] == [["秘密"]] * 5


def test_a_number_s_rest_midway_between_two_numbered_rows_belongs_to_the_upper_one() -> None:
    lines = [row(60 + 28 * n, f"{n + 1}.重复申请", "1234567") for n in range(5)]
    lines.insert(3, row(130.5, "", ["", "", "", "", "", "", "0"]))
    found = texts(lines)
    assert found[2] == ["3.重复申请", *"123456", UNKNOWN]
    assert found[3] == ["4.重复申请", *"1234567"]
