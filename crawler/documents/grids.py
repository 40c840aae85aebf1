"""Cells whose place in a table is known → grids, and between them the prose that stands in tables.

Shared by the formats that state places (Word, spreadsheets) or draw them (OFD).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.documents.document import Block, Grid, GridCell, Paragraph
from crawler.documents.limits import MAX_GRID, too_large

_PROSE = 80
"""A row that shows one text longer than this is prose that happens to stand in a table."""
_LONG = 400
_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)\s*$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell; ``lines``: its text, one string for each line or paragraph. ``at``: its place."""

    row: int
    col: int
    lines: tuple[str, ...]
    at: str
    rowspan: int = 1
    colspan: int = 1

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class _Row:
    own: tuple[Placed, ...]
    covered: bool
    """Whether a cell with text reaches into this row from above."""

    @property
    def lone(self) -> Placed | None:
        """The only cell that shows something."""
        shown = [cell for cell in self.own if cell.text]
        return shown[0] if len(shown) == 1 and not self.covered else None

    @property
    def empty(self) -> bool:
        return not self.covered and not any(cell.text for cell in self.own)

    @property
    def is_prose(self) -> bool:
        lengths = [len(cell.text) for cell in self.own if cell.text]
        lone = self.lone is not None and lengths[0] > _PROSE
        return bool(lengths) and (max(lengths) >= _LONG or lone)


def table_blocks(cells: Sequence[Placed], at: str) -> Iterator[Block]:
    """One table of a text document: its grid, split where rows of prose stand in it."""
    rows = _rows(cells)
    width = _width(cells)
    first = 0
    for index, row in enumerate(rows):
        if row.is_prose:
            yield from _grid(rows[first:index], at, width)
            yield from _paragraphs(row.own)
            first = index + 1
    yield from _grid(rows[first:], at, width)


def sheet_blocks(cells: Sequence[Placed], at: str) -> Iterator[Block]:
    """One sheet that may hold a whole report: titles, headings, prose, and several tables.

    Rows of prose, section headings and empty rows part the tables. A row with one text at a
    table's beginning is a title; at its end a note, or else a label with blank cells behind it.
    """
    rows = _rows(cells)
    width = _width(cells)
    first = 0
    for index in range(len(rows) + 1):
        row = rows[index] if index < len(rows) else None
        if row is not None and not (row.empty or row.is_prose or _is_heading(row)):
            continue
        yield from _region(rows, first, index, width, at)
        if row is not None:
            yield from _paragraphs(row.own)
        first = index + 1


def _rows(cells: Iterable[Placed]) -> list[_Row]:
    own: dict[int, list[Placed]] = {}
    covered: set[int] = set()
    last = -1
    total = 0
    for cell in cells:
        own.setdefault(cell.row, []).append(cell)
        last = max(last, cell.row + cell.rowspan - 1)
        total += cell.rowspan * cell.colspan
        if total > MAX_GRID or last >= MAX_GRID:
            raise too_large(f"表格超过 {MAX_GRID} 个单元格")
        if cell.text:
            covered.update(range(cell.row + 1, cell.row + cell.rowspan))
    return [
        _Row(tuple(sorted(own.get(r, ()), key=lambda c: c.col)), r in covered)
        for r in range(last + 1)
    ]


def _is_heading(row: _Row) -> bool:
    lone = row.lone
    return lone is not None and bool(_SECTION.match(lone.text))


def _paragraphs(cells: Iterable[Placed]) -> Iterator[Paragraph]:
    for cell in cells:
        for line in cell.lines:
            yield Paragraph(line, cell.at)


def _region(rows: Sequence[_Row], first: int, end: int, width: int, at: str) -> Iterator[Block]:
    """The rows between two borders: lone texts, the table, lone texts."""
    top, bottom = first, end
    while top < end and rows[top].lone is not None:
        yield from _paragraphs(rows[top].own)
        top += 1
    while bottom > top and _is_note(rows[bottom - 1], width):
        bottom -= 1
    # Beside a wider table in the same sheet, a narrow one has cells that are not its own.
    table = rows[top:bottom]
    yield from _grid(table, at, _width(c for row in table for c in row.own if c.text))
    for row in rows[bottom:end]:
        yield from _paragraphs(row.own)


def _is_note(row: _Row, width: int) -> bool:
    lone = row.lone
    # A label merged over part of the width has blank cells behind it.
    return lone is not None and (lone.colspan == 1 or lone.col + lone.colspan >= width)


def _width(cells: Iterable[Placed]) -> int:
    return max((cell.col + cell.colspan for cell in cells), default=0)


def _grid(rows: Sequence[_Row], at: str, width: int) -> Iterator[Grid]:
    """A grid of the rows, numbered from 0; none if they have no cells."""
    height = len(rows)
    if not width or not any(row.own for row in rows):
        return
    if width * height > MAX_GRID:
        raise too_large(f"表格超过 {MAX_GRID} 个单元格")
    grid: list[list[GridCell | None]] = [[None] * width for _ in rows]
    for r, row in enumerate(rows):
        for cell in row.own:
            right = min(cell.col + cell.colspan, width)
            bottom = min(r + cell.rowspan, height)
            if cell.col >= right:
                continue
            item = GridCell(cell.text, r, cell.col, cell.at, bottom - r, right - cell.col)
            for y in range(r, bottom):
                for x in range(cell.col, right):
                    if grid[y][x] is None:
                        grid[y][x] = item
    yield Grid(tuple(map(tuple, grid)), at)
