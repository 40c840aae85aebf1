"""Writing that is laid over tables or spread, and cells that hold two lines of digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from crawler.documents.document import Grid
from crawler.documents.ofd.reader import read_ofd, read_ofd_again
from crawler.documents.pdf.breaks import joined
from crawler.documents.pdf.lattice import Lattice, lattices
from crawler.documents.pdf.lines import Word, words_of
from crawler.documents.pdf.marks import without_marks
from crawler.documents.pdf.page import UNKNOWN, Glyph, Page, Rule, is_pale
from crawler.documents.pdf.paragraphs import page_counts
from crawler.documents.pdf.raised import with_raised
from crawler.documents.pdf.struck import without_struck
from crawler.documents.pdf.tables import PageTable, fill
from tests.crawler.documents.ofd_files import ofd, page_xml, text_object

SIZE = 10.0


def glyphs(
    text: str, x: float, y: float, *, gap: float = 0.0, turn: int = 0, pale: bool = False
) -> list[Glyph]:
    out: list[Glyph] = []
    for char in text:
        width = SIZE / 2 if char.isascii() else SIZE
        out.append(Glyph(char, x, x + width, y - 5, y + 5, SIZE, turn, pale))
        x += width + gap
    return out


def page(*parts: Sequence[Glyph]) -> Page:
    return Page(1, 600, 800, tuple(glyph for part in parts for glyph in part))


def texts(found: Page) -> list[str]:
    return [word.text for word in words_of(found.glyphs)]


def lattice(xs: Sequence[float], ys: Sequence[float]) -> Lattice:
    across = [Rule(xs[0], xs[-1], y, y) for y in ys]
    (found,) = lattices([*across, *(Rule(x, x, ys[0], ys[-1]) for x in xs)])
    return found


def table(xs: Sequence[float], ys: Sequence[float], *parts: Sequence[Glyph]) -> PageTable | None:
    filled = fill(lattice(xs, ys), words_of(page(*parts).glyphs), 1, 1)
    return filled.tables[0] if filled else None


# --- Watermarks -------------------------------------------------------------------------------


def test_pale_writing_over_other_writing_is_a_watermark_everywhere() -> None:
    over = page(glyphs("18", 100, 100), glyphs("2024", 98, 102, pale=True))
    alone = page(glyphs("9", 100, 100), glyphs("2024", 300, 300, pale=True))
    assert [texts(p) for p in without_marks([over, alone])] == [["18"], ["9"]]


def test_pale_writing_over_nothing_stays_and_is_no_part_of_a_number() -> None:
    head = page(glyphs("总计", 100, 50, pale=True), glyphs("18", 100, 100))
    assert without_marks([head]) == [head]
    assert texts(page(glyphs("20", 90, 100, pale=True), glyphs("18", 100, 100))) == ["20", "18"]


def test_how_light_ink_is_pale() -> None:
    assert is_pale(221, 221, 221) and is_pale(0, 0, 0, 40)
    assert not is_pale(120, 120, 120) and not is_pale(255, 255, 255) and not is_pale(0, 0, 0, 2)


# --- Spread writing ---------------------------------------------------------------------------


def test_digits_that_are_spread_as_all_letters_are_one_number() -> None:
    rows = [
        (*glyphs("予以公开数量", 50, 100 + 20 * n, gap=4), *glyphs("318", 300, 100 + 20 * n, gap=4))
        for n in range(5)
    ]
    assert texts(page(*rows)) == ["予以公开数量", "318"] * 5


def test_digits_apart_beside_letters_that_are_not_are_several_words() -> None:
    rows = [
        (*glyphs("予以公开数量", 50, 100 + 20 * n), *glyphs("318", 300, 100 + 20 * n, gap=4))
        for n in range(5)
    ]
    assert texts(page(*rows)) == ["予以公开数量", "3", "1", "8"] * 5


# --- Cells ------------------------------------------------------------------------------------


def test_two_numbers_in_one_cell_are_unread_and_not_one() -> None:
    found = table(
        (50, 150, 250, 350), (100, 160, 200),
        glyphs("予以公开", 60, 130), glyphs("3", 180, 118), glyphs("4", 180, 142),
        glyphs("7", 300, 130), glyphs("总计", 60, 180), glyphs("5", 180, 180),
    )  # fmt: skip
    assert found is not None
    assert [c.text for c in found.cells] == ["予以公开", UNKNOWN, "7", "总计", "5", ""]


def test_a_number_that_reaches_into_the_next_cell_may_be_two() -> None:
    found = table((50, 150, 170, 190), (100, 140, 180), glyphs("1234567", 151.5, 120))
    assert found is not None
    assert [c.text for c in found.cells if c.box.row == 0] == ["", UNKNOWN, UNKNOWN]
    near = table((50, 150, 170, 190), (100, 140, 180), glyphs("1234", 151.5, 120))
    assert near is not None
    assert [c.text for c in near.cells if c.box.row == 0] == ["", "1234", ""]


def part(*rows: Sequence[str]) -> PageTable:
    """A table on one page: label and two values; ``/`` parts lines."""
    shown = [
        glyphs(line, x, 112 + 40 * r + 11 * n)
        for r, row in enumerate(rows)
        for x, text in zip((51, 142, 200), row, strict=True)
        for n, line in enumerate(text.split("/"))
    ]
    ys = [100.0 + 40 * r for r in range(len(rows) + 1)]
    found = table((50, 140, 156, 250), ys, *shown)
    assert found is not None
    return found


FIRST, LAST = ("总计", "9", "9"), ("小计", "1", "1")


@pytest.mark.parametrize(
    ("above", "below", "between"),
    [
        (("甲", "12", "9"), ("", "3", ""), [["甲", "123", "9"]]),
        (("甲", "12", "9"), ("乙", "3", "9"), [["甲", "12", "9"], ["乙", "3", "9"]]),
        (("重/复", "7", "9"), ("申/请", "", ""), [["重复申请", "7", "9"]]),
        (("重复", "", ""), ("申请", "7", "8"), [["重复"], ["申请", "7", "8"]]),
        (("规章", "7", "8"), ("许可", "", ""), [["规章", "7", "8"], ["许可"]]),
        (("规章", "7", "8"), ("2.许可", "", ""), [["规章", "7", "8"], ["2.许可", "", ""]]),
    ],
)
def test_a_break_through_a_row(
    above: Sequence[str], below: Sequence[str], between: list[list[str]]
) -> None:
    """What it cuts goes on; what may stand overleaf is unread and not blank."""
    whole = joined(part(FIRST, above), part(below, LAST))
    assert whole is not None
    rows = [[c.text for c in whole.cells if c.box.row == r] for r in range(whole.rows)]
    assert rows == [list(FIRST), *between, list(LAST)]


# --- What is printed over and into tables -----------------------------------------------------


def test_a_label_printed_over_a_number_leaves_it_unread() -> None:
    mixed = page(glyphs("申请数量", 100, 100), glyphs("18", 122, 100))
    assert texts(mixed) == [f"申请数{UNKNOWN}{UNKNOWN}量"]
    assert texts(page(glyphs("3件", 100, 100))) == ["3件"]


def test_the_rest_of_a_label_among_numbers_is_no_value() -> None:
    found = table(
        (50, 150, 200, 250), (100, 140, 180),
        glyphs("总计", 60, 120), glyphs("7", 170, 120), glyphs("7", 220, 120),
        glyphs("新收的申请数量", 100, 160), glyphs("4", 220, 160),
    )  # fmt: skip
    assert found is not None
    assert [c.text for c in found.cells if c.box.row == 1] == ["新收的申请", UNKNOWN, "4"]


def test_rows_without_a_rule_between_have_their_own_numbers() -> None:
    across = [Rule(50, 150, y, y) for y in (100, 140, 180)]
    sides = [Rule(150, 200, y, y) for y in (100, 180)]
    down = [Rule(x, x, 100, 180) for x in (50, 100, 150, 200)]
    (open_side,) = lattices([*across, *sides, *down])
    shown = [glyphs(t, x, y) for t, x, y in (("甲", 60, 120), ("5", 120, 120), ("6", 170, 120))]
    shown += [glyphs(t, x, y) for t, x, y in (("乙", 60, 160), ("7", 120, 160), ("8", 170, 160))]
    filled = fill(open_side, words_of(page(*shown).glyphs), 1, 1)
    assert filled is not None
    cells = filled.tables[0].cells
    assert [[c.text for c in cells if c.box.row == r] for r in (0, 1)] == [
        ["甲", "5", "6"], ["乙", "7", "8"],
    ]  # fmt: skip
    assert not filled.tables[0].whole


def test_numbers_that_count_the_pages_are_no_figures() -> None:
    def words(*shown: str) -> list[tuple[int, list[Word]]]:
        return [
            (n, words_of(page(glyphs(t, 300, 400), glyphs("7", 100, 400)).glyphs))
            for n, t in enumerate(shown, 2)
        ]

    counted = words("2", "3", "4")
    assert page_counts(counted) == {id(some[-1]) for _, some in counted}
    assert not page_counts(words("2", "3")) and not page_counts(words("2", "5", "4"))


def test_a_raised_figure_is_no_digit_of_the_number() -> None:
    (mark,) = glyphs("1", 110, 96)
    small = mark._replace(x1=113, top=93, bottom=99, size=6)
    noted = Page(1, 600, 800, (*glyphs("10", 100, 100), small))
    assert texts(with_raised(noted)) == ["10¹"]
    low = Page(1, 600, 800, (*glyphs("10", 100, 100), small._replace(top=99, bottom=105)))
    assert with_raised(low) == low


def test_what_is_struck_out_does_not_count() -> None:
    shown = page(glyphs("15", 100, 100), glyphs("16", 110, 100))
    struck = replace(shown, rules=(Rule(100, 110, 100, 100),))
    assert texts(without_struck(struck)) == ["16"]
    for rule in (Rule(100, 120, 104, 104), Rule(50, 400, 100, 100)):
        kept = replace(shown, rules=(rule,))
        assert without_struck(kept) == kept


# --- OFD --------------------------------------------------------------------------------------


def wrapped_ofd() -> bytes:
    """Rows of labels and figures (mm), in one of which the first figure has two lines."""
    content = ""
    for n in range(5):
        content += text_object(20, 30 + 12 * n, f"{n + 1}.予以公开")
        for column in range(7):
            content += text_object(
                70 + 12 * column, 30 + 12 * n, "28903" if n == 2 == column + 2 else "7"
            )
    return ofd([page_xml(content + text_object(70, 34.5, "4521"))])


def test_the_second_reading_of_an_ofd_file_never_shows_less() -> None:
    def shown(again: bool) -> list[str]:
        read = read_ofd_again if again else read_ofd
        grids = [b for b in read(wrapped_ofd()).blocks if isinstance(b, Grid)]
        return [cell.text for grid in grids for row in grid.rows for cell in row if cell]

    first, second = shown(False), shown(True)
    assert len(first) == len(second)
    differing = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    assert differing == [(UNKNOWN, "74521")]
