"""Writing that is laid over tables or spread, and cells that hold two lines of digits."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.documents.document import Grid
from crawler.documents.ofd.reader import read_ofd, read_ofd_again
from crawler.documents.pdf.breaks import joined
from crawler.documents.pdf.lattice import Lattice, lattices
from crawler.documents.pdf.lines import words_of
from crawler.documents.pdf.marks import without_marks
from crawler.documents.pdf.page import UNKNOWN, Glyph, Page, Rule, is_pale
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


def test_a_cell_into_which_a_number_reaches_is_not_blank() -> None:
    found = table((50, 150, 170, 190), (100, 140, 180), glyphs("1234567", 151.5, 120))
    assert found is not None
    assert [c.text for c in found.cells if c.box.row == 0] == ["", "1234567", UNKNOWN]


def test_a_break_through_a_row_joins_its_label_and_one_through_a_number_its_digits() -> None:
    def part(first: str, number: str) -> PageTable:
        found = table(
            (50, 140, 156, 250), (100, 140, 180),
            glyphs(first, 51, 120), glyphs(number, 142, 120), glyphs("9", 200, 120),
            glyphs("总计" if number else "小计", 51, 160), glyphs("9", 200, 160),
        )  # fmt: skip
        assert found is not None
        return found

    whole = joined(part("甲", "12"), part("乙", "3"))
    assert whole is not None and whole.rows == 4
    assert "123" not in [cell.text for cell in whole.cells]


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
    assert all(a == UNKNOWN for a, _ in differing)
