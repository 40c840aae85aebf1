"""Pages as they were read → blocks: tables as grids, lines as paragraphs, in reading order.

The rest is as in a PDF with text: tables that a page break cut are put together, page numbers
dropped, lines joined to paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.documents.document import Block, Paragraph
from crawler.documents.ocr.result import ReadPage, ReadTable, Written
from crawler.documents.pdf.breaks import Torn, mended
from crawler.documents.pdf.cells import TextCell
from crawler.documents.pdf.lines import Line, Word, join_lines, lines_of
from crawler.documents.pdf.page import Glyph, Page
from crawler.documents.pdf.paragraphs import Margins, goes_on, margins_of, without_furniture
from crawler.documents.pdf.tables import PageTable, blocks_of

_POINTS = 595.0
"""Width of a page: pictures don't say how large the paper was."""
_APART = 0.9
"""Ems between characters of two words."""
_BODY = 0.65
"""An em as a share of the height of a line: titles are larger than the text."""
_STRAY = 8
"""Characters of a line that is no text between two parts of a table."""
_WIDE = 0.55
"""Ems of a digit or letter."""


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """``number``: 1-based, in the document."""

    number: int
    page: ReadPage


@dataclass(frozen=True, slots=True)
class _Content:
    page: Page
    tables: tuple[PageTable, ...]
    lines: tuple[Line, ...]


def blocks_by_page(
    pages: Sequence[NumberedPage], *, again: bool = False
) -> dict[int, tuple[Block, ...]]:
    """The blocks of each page by its number; ``again``: with guesses, see
    `ocr_text.Reading`.

    Places are as in PDF: ``page[2]/table[1]/row[5]/col[3]``, ``page[2]/paragraph[3]``. A table
    that goes on overleaf stands whole on the page where it begins; a page that shows nothing is
    not in the answer.
    """
    shown = [_content(page, again=again) for page in pages if page.page.tables or page.page.lines]
    contents = _joined(shown)
    bodies = without_furniture([(content.page, content.lines) for content in contents])
    lines = [line for body in bodies for line in body.lines]
    margins = margins_of(lines)
    return {
        content.page.number: tuple(
            _blocks(content.page.number, content.tables, body.lines, margins)
        )
        for content, body in zip(contents, bodies, strict=True)
    }


def _content(numbered: NumberedPage, *, again: bool) -> _Content:
    page = numbered.page
    scale = _POINTS / max(page.width, 1)
    tables = tuple(
        _table(table, numbered.number, index + 1, scale, page.em, again=again)
        for index, table in enumerate(page.tables)
    )
    words = [word for line in page.lines for word in _words(line, scale, page.em, again=again)]
    shown = Page(numbered.number, page.width * scale, page.height * scale, ())
    return _Content(shown, tables, tuple(lines_of(words)))


def _words(line: Written, scale: float, em: float, *, again: bool) -> Iterator[Word]:
    """The words of a line: parted where characters stand far apart."""
    text = line.guess if again else line.text
    xs = line.xs
    if len(text) != len(xs):
        step = (line.x1 - line.x0) / max(len(text), 1)
        xs = tuple(line.x0 + step * (i + 0.5) for i in range(len(text)))
    em = max(em, _BODY * (line.bottom - line.top))
    run: list[Glyph] = []
    for char, x in zip(text, xs, strict=True):
        half = (_WIDE if char.isascii() else 1.0) * em / 2
        glyph = Glyph(
            char,
            (x - half) * scale,
            (x + half) * scale,
            line.top * scale,
            line.bottom * scale,
            em * scale,
        )
        if run and glyph.x0 - run[-1].x1 > _APART * em * scale:
            yield _word(run)
            run = []
        if char.strip():
            run.append(glyph)
    if run:
        yield _word(run)


def _word(run: Sequence[Glyph]) -> Word:
    text = "".join(glyph.text for glyph in run)
    first, last = run[0], run[-1]
    return Word(text, first.x0, last.x1, first.top, first.bottom, first.size, tuple(run))


def _table(
    table: ReadTable, page: int, number: int, scale: float, em: float, *, again: bool
) -> PageTable:
    frame = table.frame
    at = f"page[{page}]/table[{number}]"
    cells = []
    for box, lines in zip(frame.boxes, table.cells, strict=True):
        left, right, _, _ = frame.corners(box)
        shown = tuple(
            Line(tuple(words))
            for line in lines
            if (words := list(_words(line, scale, em, again=again)))
        )
        place = f"{at}/row[{box.row + 1}]/col[{box.col + 1}]"
        cells.append(TextCell(box, left * scale, right * scale, shown, place))
    return PageTable(
        page,
        number,
        tuple(line.place * scale for line in frame.xs),
        len(frame.ys) - 1,
        frame.ys[0].place * scale,
        frame.ys[-1].place * scale,
        frame.whole,
        tuple(cells),
    )


def _joined(contents: Sequence[_Content]) -> list[_Content]:
    """Tables that a page break has cut, on the page where they begin. Short lines above and below
    are page numbers and dirt."""
    pages = [
        Torn(c.page.number, c.tables, tuple(n for n in c.lines if len(n.text) > _STRAY))
        for c in contents
    ]
    return [replace(c, tables=some) for c, some in zip(contents, mended(pages), strict=True)]


def _blocks(
    page: int, tables: Sequence[PageTable], lines: Sequence[Line], margins: Margins | None
) -> Iterator[Block]:
    parts: list[tuple[float, PageTable | Line]] = [(table.top, table) for table in tables]
    parts += [(line.middle, line) for line in lines]
    parts.sort(key=lambda part: part[0])
    run: list[Line] = []
    count = 0
    for _, part in parts:
        if isinstance(part, Line) and run and margins and goes_on(run[-1], part, margins):
            run.append(part)
            continue
        if run:
            count += 1
            yield _paragraph(run, page, count)
            run = []
        if isinstance(part, Line):
            run = [part]
        else:
            yield from (replace(block, recognised=True) for block in blocks_of(part))
    if run:
        yield _paragraph(run, page, count + 1)


def _paragraph(lines: Sequence[Line], page: int, number: int) -> Paragraph:
    text = join_lines([line.text for line in lines])
    return Paragraph(text, f"page[{page}]/paragraph[{number}]", recognised=True)
