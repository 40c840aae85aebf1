"""Word tables → grids: merged cells with their true spans, tables inside tables laid open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from crawler.documents.document import Block
from crawler.documents.grids import Placed, table_blocks
from crawler.documents.limits import MAX_GRID, too_large
from crawler.documents.office.docx_content import Cell, Content, Line, Table
from crawler.documents.office.marks import cell_lines

_LONG = 80
"""A table of one cell with a shorter text is an editor's accident around a number."""

Walk = Callable[[Content, str], Iterator[Block]]


def table_content(table: Table, at: str, walk: Walk) -> Iterator[Block]:
    """Grids, and between them the rows that hold tables of their own, walked as text.

    ``walk``: content and its place → blocks.
    """
    pending: list[Placed] = []
    open_cells: dict[tuple[int, int], int] = {}
    for r, row in enumerate(table.rows):
        if any(_has_table(cell.content) for cell in row.cells):
            yield from table_blocks(_from_first(pending), at)
            pending, open_cells = [], {}
            for c, cell in enumerate(row.cells):
                yield from walk(cell.content, f"{at}/row[{r + 1}]/col[{c + 1}]")
            continue
        column = row.before
        for cell in row.cells:
            index = open_cells.get((column, cell.span)) if cell.merge == "down" else None
            if cell.merge == "right" and pending and pending[-1].row == r:
                pending[-1] = replace(pending[-1], colspan=pending[-1].colspan + cell.span)
            elif index is not None and pending[index].row + pending[index].rowspan == r:
                pending[index] = replace(pending[index], rowspan=pending[index].rowspan + 1)
            else:
                if cell.merge in ("start", "down"):
                    open_cells[column, cell.span] = len(pending)
                pending.append(_placed(cell, r, column, at))
            column += cell.span
        if len(pending) > MAX_GRID:
            raise too_large(f"表格超过 {MAX_GRID} 个单元格")
    yield from table_blocks(_from_first(pending), at)


def _placed(cell: Cell, row: int, column: int, at: str) -> Placed:
    place = f"{at}/row[{row + 1}]/col[{column + 1}]"
    return Placed(row, column, tuple(_lines(cell.content)), place, 1, cell.span)


def _from_first(cells: list[Placed]) -> list[Placed]:
    """Rows numbered from 0."""
    first = min((cell.row for cell in cells), default=0)
    return [replace(cell, row=cell.row - first) for cell in cells] if first else cells


def _lines(content: Content) -> list[str]:
    return cell_lines(_written(content))


def _written(content: Content) -> Iterator[str]:
    """All text of a cell, that of its text boxes and accidental tables too."""
    for item in content:
        if isinstance(item, Line):
            yield from item.text.split("\n")
            for box in item.boxes:
                yield from _written(box)
        else:
            for row in item.rows:
                for cell in row.cells:
                    yield from _written(cell.content)


def _has_table(content: Content) -> bool:
    """Whether a cell holds a table worth its name."""
    for item in content:
        if isinstance(item, Table):
            cells = [cell for row in item.rows for cell in row.cells]
            if len(cells) > 1 or sum(len(t) for c in cells for t in _lines(c.content)) > _LONG:
                return True
        elif any(map(_has_table, item.boxes)):
            return True
    return False
