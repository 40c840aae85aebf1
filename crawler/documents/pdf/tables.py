"""A page's lattice and its words → cells with text, and tables → grids."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.documents.document import Block, Grid
from crawler.documents.grids import Placed, table_blocks
from crawler.documents.pdf.cells import TextCell, is_crowded, is_stacked, lines_in, unread
from crawler.documents.pdf.lattice import Box, Lattice
from crawler.documents.pdf.lines import Line, Word, part_of
from crawler.documents.pdf.page import UNKNOWN
from crawler.documents.pdf.splits import split

_STRADDLE = 0.2
"""Share of a glyph on the far side of a rule that shows that the rule does not part the word."""
_EDGE = 3.0
"""Points from the page's edge at which nothing is printed on purpose."""
_PROSE = 80
"""Characters; a longer text over the whole width of a table is no label."""
_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)\s*$")
_FIGURES = frozenset("0123456789.,")
_SEAM = 0.05
"""Ems between two glyphs of one number at most."""
_REACH = 0.4
"""Ems by which a text that is wider than its cell shows itself in the next one."""


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table, by the borders of its columns and its number of rows; ``top`` and ``bottom`` on
    its (first) page. ``whole``: every cell is a rectangle. ``number``: on its page, 1-based.
    ``cut``: the page's edge hides its last columns."""

    page: int
    number: int
    xs: tuple[float, ...]
    rows: int
    top: float
    bottom: float
    whole: bool
    cells: tuple[TextCell, ...]
    cut: bool = False

    @property
    def at(self) -> str:
        return f"page[{self.page}]/table[{self.number}]"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a lattice holds: usually one table. ``lines``: of prose that a frame encloses."""

    tables: tuple[PageTable, ...]
    lines: tuple[Line, ...] = ()


def fill(lattice: Lattice, words: Sequence[Word], page: int, number: int) -> Filled | None:
    """The text in its cells; None if the lattice does not part the values that stand in it.

    ``number``: of the first table, on its page. Where a frame is drawn around a whole report, the
    rows of prose part its tables.
    """
    owner: dict[tuple[int, int], int] = {}
    for index, box in enumerate(lattice.boxes):
        for r in range(box.row, box.row + box.rowspan):
            for c in range(box.col, box.col + box.colspan):
                owner[r, c] = index
    found: list[list[Word]] = [[] for _ in lattice.boxes]
    torn: set[Box] = set()
    seams: set[Box] = set()
    for word in words:
        row = _index(lattice.ys, word.middle)
        before: tuple[Word, int] | None = None
        for part in _parted(word, row, lattice, owner):
            index = owner[row, _index(lattice.xs, part.center)]
            found[index].append(part)
            if before is not None and not part.is_value:
                torn.add(lattice.boxes[index])
            if before is not None and _touch(before[0], part):
                seams |= {lattice.boxes[before[1]], lattice.boxes[index]}
            before = part, index
    for index, word in _reached(words, lattice, owner):
        # What stands here may be part of that text: the cell is not blank, and a number that
        # reaches into the next cell may be two.
        if not found[index]:
            found[index].append(replace(word, text=UNKNOWN))
        elif word.is_value:
            found[index] = [
                replace(w, text=UNKNOWN) if w.glyphs == word.glyphs else w for w in found[index]
            ]
    cells = [
        TextCell(box, lattice.xs[box.col], lattice.xs[box.col + box.colspan], lines_in(inside), "")
        for box, inside in zip(lattice.boxes, found, strict=True)
    ]
    whole = len(cells)
    cells = split(cells, lattice.ys)
    if any(is_crowded(cell) for cell in cells):
        return None
    lattice = replace(lattice, whole=lattice.whole and len(cells) == whole)
    cells = _believed(cells, torn, seams)
    prose = _prose(cells, len(lattice.xs) - 1)
    gone = {row for cell in prose for row in range(cell.box.row, cell.last_row + 1)}
    tables: list[PageTable] = []
    for first, end in _runs(gone, len(lattice.ys) - 1):
        own = [c for c in cells if first <= c.box.row < end]
        if not prose or any(cell.lines for cell in own):
            tables.append(_table(lattice, own, (first, end), page, number + len(tables)))
    return Filled(tuple(tables), tuple(line for cell in prose for line in cell.lines))


def _touch(left: Word, right: Word) -> bool:
    """Whether the rule between two figures runs through a number that is wider than its cell."""
    figures = left.text[-1] in _FIGURES and right.text[0] in _FIGURES
    return figures and right.x0 - left.x1 < _SEAM * left.size


def _believed(
    cells: Sequence[TextCell], torn: Container[Box], seams: Container[Box]
) -> list[TextCell]:
    """``torn``: cells that show a part of a text that begins in another one: among numbers such a
    cell's own value, if it has one, is not what stands in it. ``seams``: with part of a number."""
    columns = {cell.box.col for cell in cells if cell.is_value}
    rows = {cell.box.row for cell in cells if cell.is_value}
    return [
        unread(cell)
        if is_stacked(cell)
        or cell.box in seams
        or (cell.box in torn and cell.box.col in columns and cell.box.row in rows)
        else cell
        for cell in cells
    ]


def _reached(
    words: Sequence[Word], lattice: Lattice, owner: dict[tuple[int, int], int]
) -> Iterator[tuple[int, Word]]:
    """Cells (by their index) into which texts with digits reach from others, with those texts."""
    for word in words:
        if word.turn or not any(char.isdigit() or char == UNKNOWN for char in word.text):
            continue
        row = _index(lattice.ys, word.middle)
        for part in _parted(word, row, lattice, owner):
            first, last = _index(lattice.xs, part.x0), _index(lattice.xs, part.x1)
            cells = {
                owner[row, column]
                for column in range(first, last + 1)
                if min(part.x1, lattice.xs[column + 1]) - max(part.x0, lattice.xs[column])
                > _REACH * part.size
            }
            if len(cells) > 1:
                yield from ((index, part) for index in cells)


def _table(
    lattice: Lattice, cells: Sequence[TextCell], rows: tuple[int, int], page: int, number: int
) -> PageTable:
    """The table of a lattice's rows from the first to before the last."""
    first, end = rows
    at = f"page[{page}]/table[{number}]"
    placed = tuple(
        replace(
            cell,
            box=replace(cell.box, row=cell.box.row - first),
            at=f"{at}/row[{cell.box.row - first + 1}]/col[{cell.box.col + 1}]",
        )
        for cell in cells
    )
    top, bottom = lattice.ys[first], lattice.ys[end]
    return PageTable(page, number, lattice.xs, end - first, top, bottom, lattice.whole, placed)


def _prose(cells: Sequence[TextCell], columns: int) -> list[TextCell]:
    """Cells that hold paragraphs, with nothing beside them; none if others reach into their rows."""
    found: list[TextCell] = []
    for cell in cells:
        if cell.box.colspan * 2 < columns or not _is_prose(cell):
            continue
        rows = range(cell.box.row, cell.last_row + 1)
        beside = [
            other
            for other in cells
            if other is not cell and other.box.row <= rows[-1] and other.last_row >= rows[0]
        ]
        if any(other.lines for other in beside):
            return []
        if all(rows[0] <= other.box.row and other.last_row <= rows[-1] for other in beside):
            found.append(cell)
    return found


def _is_prose(cell: TextCell) -> bool:
    if len(cell.lines) < 2:
        return False
    heading = any(_SECTION.match(line.text) for line in cell.lines)
    return heading or sum(len(line.text) for line in cell.lines) > _PROSE


def _runs(gone: Container[int], rows: int) -> Iterator[tuple[int, int]]:
    """Stretches of rows that are not gone (first, end)."""
    first = 0
    for row in range(rows + 1):
        if row == rows or row in gone:
            if first < row:
                yield first, row
            first = row + 1


def without_cut(table: PageTable, width: float) -> PageTable:
    """The table without last columns that reach over the page's edge and show nothing.

    Such a cell is not blank: the page is too narrow for it.
    """
    cells = list(table.cells)
    xs = list(table.xs)
    while len(xs) > 2 and xs[-1] > width - _EDGE:
        last = len(xs) - 2
        ends = [cell for cell in cells if cell.box.col + cell.box.colspan - 1 == last]
        if any(cell.text for cell in ends if cell.box.colspan == 1):
            break
        del xs[-1]
        cells = [
            replace(cell, box=replace(cell.box, colspan=cell.box.colspan - 1), x1=xs[-1])
            if cell.box.col + cell.box.colspan - 1 == last
            else cell
            for cell in cells
            if cell.box.col < last
        ]
    return replace(table, xs=tuple(xs), cells=tuple(cells), cut=len(xs) < len(table.xs))


def blocks_of(table: PageTable) -> Iterator[Block]:
    """The grid, and rows of prose in it as paragraphs."""
    placed = [
        Placed(
            cell.box.row,
            cell.box.col,
            (cell.text,) if cell.text else (),
            cell.at,
            cell.box.rowspan,
            cell.box.colspan,
        )
        for cell in table.cells
    ]
    for block in table_blocks(placed, table.at):
        if isinstance(block, Grid) and not table.whole:
            yield replace(block, exact=False)
        else:
            yield block


def _index(places: Sequence[float], place: float) -> int:
    """The field in which a place lies."""
    return min(max(bisect_right(places, place) - 1, 0), len(places) - 2)


def _parted(
    word: Word, row: int, lattice: Lattice, owner: dict[tuple[int, int], int]
) -> Iterator[Word]:
    """The word, or its parts where a rule runs between its glyphs: narrow columns come close.

    A rule that runs through a glyph does not part the word; the text is wider than its cell.
    """
    first, last = _index(lattice.xs, word.x0), _index(lattice.xs, word.x1)
    if word.turn or owner[row, first] == owner[row, last]:
        yield word
        return
    rest = list(word.glyphs)
    for column in range(first + 1, last + 1):
        border = lattice.xs[column]
        if owner[row, column - 1] == owner[row, column]:
            continue
        through = any(
            glyph.x0 + _STRADDLE * (glyph.x1 - glyph.x0)
            < border
            < glyph.x1 - _STRADDLE * (glyph.x1 - glyph.x0)
            for glyph in rest
        )
        before = [glyph for glyph in rest if (glyph.x0 + glyph.x1) / 2 < border]
        if not through and before:
            rest = rest[len(before) :]
            yield part_of(word, before)
    if rest:
        yield part_of(word, rest)
