"""``<table>`` → grids, with rowspan and colspan expanded, and the prose that stands in tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html

from crawler.documents.document import Block, DocumentError, Grid, GridCell, Paragraph
from crawler.documents.html_text import Cell, cell_lines, cell_text

_MAX_SPAN = 100
_MAX_GRID = 200_000
_LAYOUT_CELLS = 3
"""A table of so few cells with a long text in one of them lays out a page."""
_LONG = 400
_PROSE = 80
"""A row that shows one text longer than this is prose that happens to stand in a table."""

Element = lxml.html.HtmlElement


def is_layout(table: Element) -> bool:
    """Whether a table lays out a page: it holds further tables, or an article in one cell."""
    for nested in table.iterdescendants("table"):
        # Editors put a single number into a table of its own.
        if len(nested.findall(".//td")) > 1 or len(nested.text_content()) > _PROSE:
            return True
    cells = list(table.iter("td", "th"))
    return len(cells) <= _LAYOUT_CELLS and any(len(c.text_content()) >= _LONG for c in cells)


def read_table(table: Element, number: int, path: tuple[int, ...]) -> Iterator[Block]:
    """Grids, and between them the rows of prose as paragraphs. ``number``: 1-based, for places.

    Raises DocumentError(too_large) for grids that no page needs.
    """
    at = f"table[{number}]"
    pending: list[tuple[int, list[Cell]]] = []
    own = [tr for tr in table.iter("tr") if next(tr.iterancestors("table")) is table]
    for index, tr in enumerate(own):
        cells = [
            Cell(td, cell_text(td), _span(td, "rowspan"), _span(td, "colspan"))
            for td in tr
            if td.tag == "td" or td.tag == "th"
        ]
        if not _is_prose(cells):
            pending.append((index, cells))
            continue
        yield from _grid(pending, at, path)
        pending = []
        for cell in cells:
            for line in cell_lines(cell.element):
                yield Paragraph(line, f"{at}/row[{index + 1}]", path)
    yield from _grid(pending, at, path)


def _is_prose(cells: list[Cell]) -> bool:
    lengths = [len(cell.text) for cell in cells if cell.text]
    return bool(lengths) and (max(lengths) >= _LONG or (len(lengths) == 1 and lengths[0] > _PROSE))


def _span(cell: Element, name: str) -> int:
    value = re.match(r"\s*(\d{1,6})", cell.get(name) or "")
    return min(max(int(value[1]), 1), _MAX_SPAN) if value else 1


def _grid(rows: list[tuple[int, list[Cell]]], at: str, path: tuple[int, ...]) -> Iterator[Grid]:
    """Bounded: spans over ``_MAX_SPAN`` are cut, huge grids refused."""
    grid: list[dict[int, GridCell]] = [{} for _ in rows]
    total = 0
    for r, (index, cells) in enumerate(rows):
        col = 0
        for cell in cells:
            while col in grid[r]:
                col += 1
            place = f"{at}/row[{index + 1}]/col[{col + 1}]"
            item = GridCell(cell.text, r, col, place, cell.rowspan, cell.colspan)
            total += cell.rowspan * cell.colspan
            if total > _MAX_GRID:
                raise DocumentError("too_large", f"表格过大（超过 {_MAX_GRID} 个单元格）")
            for y in range(r, min(r + cell.rowspan, len(rows))):
                for x in range(col, col + cell.colspan):
                    grid[y].setdefault(x, item)
            col += cell.colspan
    width = max((max(row) + 1 for row in grid if row), default=0)
    if width:
        filled = tuple(tuple(row.get(x) for x in range(width)) for row in grid)
        yield Grid(filled, at, True, path)
