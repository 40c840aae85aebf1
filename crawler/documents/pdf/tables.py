"""A page's lattice and its words → cells with text, and tables → grids."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from crawler.documents.document import Block, Grid
from crawler.documents.grids import Placed, table_blocks
from crawler.documents.pdf.lattice import Box, Lattice
from crawler.documents.pdf.lines import Line, Word, join_lines, lines_of, part_of

_STRADDLE = 0.2
"""Share of a glyph on the far side of a rule that shows that the rule does not part the word."""
_EDGE = 3.0
"""Points from the page's edge at which nothing is printed on purpose."""
_PROSE = 80
"""Characters; a longer text over the whole width of a table is no label."""
_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)\s*$")
_DIGITS = re.compile(r"[\d.,]+")
_OPENING = "（([［【〔"
_MARGINS = 1.1
"""Ems of a cell's width that its two margins take."""

_SOLID = 1.7
"""Sizes of type from one line to the next within a cell, at most."""


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell with its lines; ``x0``, ``x1``: its borders; ``at``: its place on its page.

    ``more``: text that stands overleaf.
    """

    box: Box
    x0: float
    x1: float
    lines: tuple[Line, ...]
    at: str
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return join_lines([*_wrapped(self), *self.more])

    @property
    def last_row(self) -> int:
        return self.box.row + self.box.rowspan - 1

    @property
    def is_value(self) -> bool:
        words = [word for line in self.lines for word in line.words]
        return bool(words) and all(word.is_value for word in words)


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
    for word in words:
        row = _index(lattice.ys, word.middle)
        for part in _parted(word, row, lattice, owner):
            found[owner[row, _index(lattice.xs, part.center)]].append(part)
    cells = [
        TextCell(box, lattice.xs[box.col], lattice.xs[box.col + box.colspan], _lines(inside), "")
        for box, inside in zip(lattice.boxes, found, strict=True)
    ]
    if any(_crowded(cell) for cell in cells):
        return None
    prose = _prose(cells, len(lattice.xs) - 1)
    gone = {row for cell in prose for row in range(cell.box.row, cell.last_row + 1)}
    tables: list[PageTable] = []
    for first, end in _runs(gone, len(lattice.ys) - 1):
        own = [c for c in cells if first <= c.box.row < end]
        if not prose or any(cell.lines for cell in own):
            tables.append(_table(lattice, own, (first, end), page, number + len(tables)))
    return Filled(tuple(tables), tuple(line for cell in prose for line in cell.lines))


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


def _lines(words: Sequence[Word]) -> tuple[Line, ...]:
    upright = lines_of(word for word in words if not word.turn)
    climbing = sorted((w for w in words if w.turn == 90), key=lambda w: (round(w.x0), -w.bottom))
    falling = sorted((w for w in words if w.turn == 270), key=lambda w: (-round(w.x1), w.top))
    return (*upright, *(Line((word,)) for word in (*climbing, *falling)))


def _wrapped(cell: TextCell) -> list[str]:
    """The cell's lines; digits that only the cell's width has wrapped stand in one."""
    out: list[str] = []
    for index, line in enumerate(cell.lines):
        before = cell.lines[index - 1] if index else None
        if before is not None and (_is_broken(cell, index) or _is_within_remark(out[-1])):
            out[-1] += line.text
        else:
            out.append(line.text)
    return out


def _is_within_remark(text: str) -> bool:
    """Whether a bracket is open behind a number: what stands in it is broken at any character."""
    return text[0].isdigit() and sum(map(text.count, "（(")) > sum(map(text.count, "）)"))


def goes_on(above: TextCell, below: TextCell) -> TextCell | None:
    """The cell that a page break has cut through a number; None where each part may be one."""
    whole = replace(above, lines=(*above.lines, *below.lines))
    if above.more or not (above.lines and below.lines and _is_broken(whole, len(above.lines))):
        return None
    return whole if len(_wrapped(whole)) == 1 else None


def _is_broken(cell: TextCell, index: int) -> bool:
    """Whether a line begins in the middle of a number: 22|98, 1|8（含并案3件）."""
    before, line = cell.lines[index - 1], cell.lines[index]
    if not _DIGITS.fullmatch(before.text) or not _DIGITS.match(line.text):
        return False
    return _fills(cell, before) or _torn(cell, index)


def _fills(cell: TextCell, line: Line) -> bool:
    """Whether one more digit would not have fitted in the line."""
    width = line.x1 - line.x0
    digit = width / len(line.text)
    return cell.x1 - cell.x0 - width < digit + _MARGINS * line.size


def _torn(cell: TextCell, index: int) -> bool:
    """Whether lines set solid would not have fitted side by side: what can't be parted (digits of
    one font, a digit with the bracket behind it) goes to the next line whole."""
    before, line = cell.lines[index - 1], cell.lines[index]
    glyphs = [
        glyph for n in cell.lines[index : index + 2] for word in n.words for glyph in word.glyphs
    ]
    digits = list(takewhile(lambda glyph: _DIGITS.fullmatch(glyph.text), glyphs[: len(line.text)]))
    width = before.x1 - before.x0 + digits[-1].x1 - digits[0].x0
    behind = glyphs[len(digits)] if len(digits) < len(glyphs) else None
    if behind is not None and behind.text in _OPENING:
        width += behind.x1 - behind.x0
    solid = line.words[0].middle - before.words[0].middle <= _SOLID * line.size
    return solid and cell.x1 - cell.x0 - width < _MARGINS * line.size


def _crowded(cell: TextCell) -> bool:
    """Several values side by side, or one above the other: a rule between them is missing."""
    words = [word for line in cell.lines for word in line.words]
    if len(words) < 2 or not cell.is_value:
        return False
    return len(_wrapped(cell)) > 1 or any(len(line.words) > 1 for line in cell.lines)
