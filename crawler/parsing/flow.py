"""Document → one flow of text and table rows in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from crawler.documents.document import Document, Grid, GridCell, Paragraph
from crawler.parsing.numbers import is_value

_PROSE = 80
"""A lone cell longer than this is prose that happens to stand in a table."""

_WIDEST = 400
"""The form's widest row has 15 cells, a sheet's some hundred with blank ones; a wider row is
damage, and would cost the readers of tables the square of its cells."""


@dataclass(frozen=True, slots=True)
class TextItem:
    text: str
    at: str
    path: tuple[int, ...]
    level: int
    block: int
    link: bool = False


@dataclass(frozen=True)
class RowItem:
    """``cells``: those that begin in this row; ``grid_row``: the row with spans expanded."""

    cells: tuple[GridCell, ...]
    grid_row: tuple[GridCell | None, ...]
    exact: bool
    grid: int
    path: tuple[int, ...]
    block: int

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells if cell.text)

    @cached_property
    def has_figures(self) -> bool:
        """Whether a cell shows what can stand in a value column."""
        return any(map(is_value, self.texts))


FlowItem = TextItem | RowItem


def flow(document: Document) -> list[FlowItem]:
    """Paragraphs as they are; rows of grids one by one, lone cells of prose as text."""
    items: list[FlowItem] = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            items.append(TextItem(block.text, block.at, block.path, block.level, index, block.link))
        else:
            items.extend(_rows(block, index))
    return items


def _rows(grid: Grid, index: int) -> Iterator[FlowItem]:
    for r, row in enumerate(grid.rows):
        cells = tuple(grid.own_cells(r))
        shown = [cell for cell in cells if cell.text]
        if (
            len(shown) == 1
            and len(row) == sum(c.colspan for c in cells)
            and len(shown[0].text) > _PROSE
        ):
            yield TextItem(shown[0].text, shown[0].at, grid.path, 0, index)
        elif cells and len(row) <= _WIDEST:
            yield RowItem(cells, row, grid.exact, index, grid.path, index)
