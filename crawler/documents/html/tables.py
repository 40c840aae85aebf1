"""``<table>`` → grids, with rowspan and colspan expanded, and the prose that stands in tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.documents.document import Block, Grid, GridCell, Paragraph
from crawler.documents.html.text import Element, cell_text, lines, whole_text
from crawler.documents.limits import MAX_GRID, too_large

_MAX_SPAN = 100
_LAYOUT_CELLS = 3
"""A table of so few cells with a long text in one of them lays out a page."""
_LONG = 400
_PROSE = 80
"""A row that shows one text longer than this is prose that happens to stand in a table."""
_NUMBER = re.compile(r"\s*(\d{1,6})")


class _Cell(NamedTuple):
    """A cell before its place in the grid is known."""

    element: Element
    text: str
    rowspan: int
    colspan: int


def is_layout(table: Element) -> bool:
    """Whether a table lays out a page: it holds further tables, or an article in one cell."""
    for nested in table.iterdescendants("table"):
        # Editors put a single number into a table of its own.
        if len(nested.findall(".//td")) > 1 or _length(nested) > _PROSE:
            return True
    cells: list[Element] = []
    for cell in table.iter("td", "th"):
        cells.append(cell)
        if len(cells) > _LAYOUT_CELLS:
            return False
    return any(_length(cell) >= _LONG for cell in cells)


def _length(element: Element) -> int:
    return len(whole_text(element))


def read_table(table: Element, number: int, path: tuple[int, ...]) -> Iterator[Block]:
    """Grids, and between them the rows of prose as paragraphs. ``number``: 1-based, for places.

    Raises DocumentError(too_large) for grids that no page needs.
    """
    at = f"table[{number}]"
    pending: list[tuple[int, list[_Cell]]] = []
    for index, row in enumerate(_rows(table)):
        cells = [
            _Cell(cell, cell_text(cell), _span(cell, "rowspan"), _span(cell, "colspan"))
            for cell in row
            if cell.tag in ("td", "th")
        ]
        if not _is_prose(cells):
            pending.append((index, cells))
            continue
        yield from _grid(pending, at, path)
        pending = []
        for cell in cells:
            for line in lines(cell.element):
                yield Paragraph(line, f"{at}/row[{index + 1}]", path)
    yield from _grid(pending, at, path)


def _rows(table: Element) -> list[Element]:
    """The table's rows, without those of tables in its cells."""
    rows = list(table.iter("tr"))
    if next(table.iterdescendants("table"), None) is None:
        return rows
    return [row for row in rows if next(row.iterancestors("table")) is table]


def _is_prose(cells: Sequence[_Cell]) -> bool:
    lengths = [len(cell.text) for cell in cells if cell.text]
    return bool(lengths) and (max(lengths) >= _LONG or (len(lengths) == 1 and lengths[0] > _PROSE))


def _span(cell: Element, name: str) -> int:
    stated = cell.get(name)
    if stated is None:
        return 1
    value = _NUMBER.match(stated)
    return min(max(int(value[1]), 1), _MAX_SPAN) if value else 1


def _grid(
    rows: Sequence[tuple[int, list[_Cell]]], at: str, path: tuple[int, ...]
) -> Iterator[Grid]:
    """Bounded: spans over ``_MAX_SPAN`` are cut, huge grids refused."""
    grid: list[dict[int, GridCell]] = [{} for _ in rows]
    total = 0
    for r, (index, cells) in enumerate(rows):
        col = 0
        line = grid[r]
        before = f"{at}/row[{index + 1}]/col["
        for _, text, rowspan, colspan in cells:
            while col in line:
                col += 1
            item = GridCell(text, r, col, f"{before}{col + 1}]", rowspan, colspan)
            total += rowspan * colspan
            if total > MAX_GRID:
                raise too_large(f"表格超过 {MAX_GRID} 个单元格")
            if rowspan == colspan == 1:
                line[col] = item
                col += 1
                continue
            for y in range(r, min(r + rowspan, len(rows))):
                for x in range(col, col + colspan):
                    grid[y].setdefault(x, item)
            col += colspan
    width = max((max(row) + 1 for row in grid if row), default=0)
    if width:
        columns = range(width)
        yield Grid(tuple(tuple(map(row.get, columns)) for row in grid), at, True, path)
