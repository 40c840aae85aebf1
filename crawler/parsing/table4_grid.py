"""Table 四 where rows and columns are stated (HTML, Word): each number by the labels around it.

Group and outcome of a cell are the nearest labels to its left and above it, so that it makes no
difference whether the groups stand side by side, under each other, or in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import core
from crawler.parsing.numbers import is_figure

Slot = tuple[str, str]
"""group, column"""
Slots = Mapping[Slot, Sequence[GridCell]]
_CELLS = 5
"""A group's number of outcomes: what a row of values has at least."""


def slots_by_labels(
    rows: Sequence[RowItem],
    group_of: Callable[[str], str | None],
    column_of: Callable[[str], str | None],
    named: Callable[[str], bool],
) -> Slots | None:
    """The cells of each slot, several where the table stands there twice. ``named``: whether a text
    is one of the table's labels.

    None unless every number has a group and an outcome of its own, in rows that lost no cell.
    """
    found: dict[Slot, list[GridCell]] = {}
    for _, members in groupby(rows, key=lambda row: row.grid):
        table = list(members)
        if not all(row.exact for row in table):
            return None
        for index, row in enumerate(table):
            if None in row.grid_row and any(is_figure(text) for text in row.texts):
                return None
            taken: set[Slot] = set()
            for cell in row.cells:
                text = bool(cell.text) and not is_figure(cell.text)
                # Words in a row of cells are what stands for a number; a note stands alone.
                if text and (len(row.cells) < _CELLS or named(cell.text)):
                    continue
                labels = [core(label.text) for label in _around(cell, table, index)]
                group = next((g for label in labels if (g := group_of(label))), None)
                column = next((c for label in labels if (c := column_of(label))), None)
                if group is None or column is None or (group, column) in taken:
                    if cell.text and not text:
                        return None
                    continue
                taken.add((group, column))
                found.setdefault((group, column), []).append(cell)
    return found or None


def _around(cell: GridCell, table: Sequence[RowItem], index: int) -> Iterator[GridCell]:
    """Labels to the left of a cell, then those above it, the nearest first."""
    row = table[index].grid_row
    left = [other for other in reversed(row[: cell.col]) if other is not None]
    above = [
        other
        for upper in reversed(table[:index])
        if cell.col < len(upper.grid_row) and (other := upper.grid_row[cell.col]) is not None
    ]
    for other in (*left, *above):
        if other.text and not is_figure(other.text):
            yield other
