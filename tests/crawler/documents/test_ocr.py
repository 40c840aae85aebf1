"""Pictures of reports, read by the recogniser: nothing wrong, nothing invented, the rest unread."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from crawler.documents.document import Grid
from crawler.documents.image import read_image, read_image_again
from crawler.documents.ocr.downward import spelled_down, tower_of
from crawler.documents.ocr.ink import Ink, Spot
from crawler.documents.ocr.reader import Char, Spelled
from crawler.parsing.reading import read
from crawler.worker import ParserPool
from spiders.samples.reports import Heading
from storage.domain import AnnualReport
from storage.vocab import CellState
from tests.crawler.documents import scan_files
from tests.crawler.documents.pdf_files import (
    Sheet,
    Shown,
    pictured,
    printed,
    sheet_of,
    shown,
    tally,
)
from tests.crawler.documents.scan_files import COPIED, CSS, Picture, jpeg, pages, png
from tests.crawler.parsing.writing import sample

pytestmark = pytest.mark.skipif(
    scan_files.LACKING is not None, reason=scan_files.LACKING or "everything is there"
)
_ONE_PAGE = (
    CSS.replace("size:A4", "size:250mm 462mm").replace("margin:18mm", "margin:10mm")
    + "p,span,font{font-size:9pt!important;line-height:1.5!important;margin:2pt 0!important}"
)


@pytest.fixture(scope="module")
def printed_report() -> tuple[bytes, Shown]:
    """A short report of one large page, figures of all lengths in it."""
    given = sample(4)
    short = tuple(
        item[:24] + "。" if isinstance(item, str) and len(item) > 24 else item
        for item in given.report.body
    )
    report = replace(given.report, body=short)
    assert any(isinstance(item, Heading) for item in report.body)
    pdf = printed([Sheet(sheet_of(report, Random(4), _ONE_PAGE, None))])[0]
    assert len(pages(pdf)) == 1
    return pdf, shown(report, given)


def test_report_that_lies_on_its_side_as_a_poor_copy(printed_report: tuple[bytes, Shown]) -> None:
    pdf, cells = printed_report
    page = np.rot90(pages(pdf, replace(COPIED, dpi=120))[0])
    pool = ParserPool(1)
    try:
        reading = asyncio.run(pool.read(jpeg(np.ascontiguousarray(page))))
    finally:
        pool.close()
    report = reading.result
    assert isinstance(report, AnnualReport), report
    counts = tally(report, cells)
    assert not counts.wrong and not counts.invented, counts
    assert len(counts.right) >= 0.97 * len(cells), counts
    assert report.year == 2023 and len(report.sections) == 6
    assert 0.5 < report.confidence <= 0.9
    total = report.cell("table3", "new_received", "total")
    assert total.at is not None and total.at.startswith("page[1]/table[")


def test_scanned_pdf(printed_report: tuple[bytes, Shown]) -> None:
    from crawler.documents.pdf import scan as pdf_scan

    pdf, cells = printed_report
    scan = pictured(pdf, range(1), dpi=110)
    assert pdf_scan.available()
    blocks = pdf_scan.read_pages(scan, [0])[0]
    assert sum(isinstance(block, Grid) for block in blocks) == 3
    assert all(block.recognised for block in blocks)
    again = pdf_scan.read_pages_again(scan, [0])[0]
    assert [type(block) for block in again] == [type(block) for block in blocks]
    report = read(scan).result
    assert isinstance(report, AnnualReport), report
    counts = tally(report, cells)
    assert not counts.wrong and not counts.invented, counts


# --- Cells ------------------------------------------------------------------------


def _table(texts: list[list[str]], *, size: int = 26) -> Picture:
    """A small ruled table on white paper."""
    import cv2

    row, col = 2 * size, 6 * size
    page = np.full((row * len(texts) + 120, col * len(texts[0]) + 120), 255, np.uint8)
    for r in range(len(texts) + 1):
        cv2.line(page, (60, 60 + r * row), (60 + col * len(texts[0]), 60 + r * row), 0, 1)
    for c in range(len(texts[0]) + 1):
        cv2.line(page, (60 + c * col, 60), (60 + c * col, 60 + row * len(texts)), 0, 1)
    image = Image.fromarray(page)
    pen = ImageDraw.Draw(image)
    for r, line in enumerate(texts):
        for c, text in enumerate(line):
            place = (60 + c * col + col // 3, 60 + r * row + size // 3)
            pen.text(place, text, fill=0, font_size=size)
    return np.array(image)


def _shown(data: bytes) -> list[list[str]]:
    document = read_image(data)
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    return [[cell.text for cell in grid.own_cells(r)] for r in range(len(grid.rows))]


def test_blank_is_blank_and_writing_that_is_no_text_is_unread() -> None:
    import cv2

    page = _table([["12", "0", "7"], ["", "305", "1"], ["46", "", "8"], ["9", "11", "100"]])
    x, y = 60 + 2 * 156 + 40, 60 + 2 * 52 + 10
    cv2.rectangle(page, (x - 20, y - 2), (x + 60, y + 34), 255, -1)
    # A figure that someone crossed out.
    for step in range(0, 34, 3):
        cv2.line(page, (x, y + step), (x + 44, y + (step * 7) % 34), 0, 2)
    rows = _shown(png(page))
    assert rows[0] == ["12", "0", "7"]
    assert rows[1] == ["", "305", "1"]
    assert rows[2][:2] == ["46", ""]
    assert set(rows[2][2]) == {"\ufffd"}
    assert rows[3] == ["9", "11", "100"]


def test_marks_are_no_figures() -> None:
    """The recogniser takes a slash for a 1, surely and in every size."""
    rows = _shown(png(_table([["12", "/", "7"], ["/", "1", "-"], ["46", "11", "/"]])))
    assert rows == [["12", "/", "7"], ["/", "1", "-"], ["46", "11", "/"]]


def test_faint_writing_is_not_blank() -> None:
    page = _table([["12", "34", "56"], ["7", "8", "9"]])
    faint = page[112:164, 216:372]
    page[112:164, 216:372] = np.where(faint < 128, 205, faint)
    page[112:114, 216:372] = 0
    assert _shown(png(page))[1][1] in ("8", "\ufffd")


def test_labels_written_downward_are_spelled_as_one_line() -> None:
    spots = [
        Spot(10, 38, y, y + h, 1) for y, h in ((0, 28), (40, 8), (56, 12), (80, 28), (120, 28))
    ]
    ink = Ink(np.zeros((160, 60), np.uint8), np.full((160, 60), 250, np.uint8), 30.0)
    tower = tower_of(spots, ink)
    assert tower is not None
    assert [(s.y0, s.y1) for s in tower.spots] == [(0, 28), (40, 68), (80, 108), (120, 148)]
    places = [0.1, *((a + b) / 2 for a, b in pairwise(tower.ends))]

    def spelled(text: str) -> list[str] | None:
        chars = tuple(Char(c, p, 0.9) for c, p in zip(text, places, strict=True))
        return spelled_down(tower, Spelled(chars))

    assert spelled("其六处理") == ["其", "六", "处", "理"]
    assert spelled("1234") is None and spelled("并案3件") is None


def test_cells_without_lines_between_them_are_one() -> None:
    page = _table([["12", "", "7"], ["3", "5", "1"], ["4", "6", "2"]])
    page[63:110, 210:222] = 255
    document = read_image(png(page))
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    first = next(grid.own_cells(0))
    assert (first.text, first.colspan, first.rowspan) == ("12", 2, 1)
    assert len(list(grid.own_cells(1))) == 3


def test_second_reading_has_the_same_places() -> None:
    data = png(_table([["12", "0"], ["3", "45"]]))
    one, other = read_image(data), read_image_again(data)
    assert [b.at for b in one.blocks] == [b.at for b in other.blocks]


def test_unread_cell_is_absent_with_a_note_and_a_place() -> None:
    from crawler.parsing.numbers import is_value, read_cell

    cell = read_cell("\ufffd", "page[1]/table[1]/row[2]/col[3]")
    assert cell.state is CellState.ABSENT and cell.value is None and cell.at
    assert read_cell("1\ufffd3", "x").value is None
    assert is_value("\ufffd") and not is_value("\ufffd\ufffd")
