"""Cells over several rows in which each row has a value of its own: the rules between are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.documents.pdf.cells import TextCell
from crawler.documents.pdf.lattice import Box
from crawler.documents.pdf.lines import Line

_LEVEL = 0.45
"""Sizes of type by which values of one row differ in height."""


def split(cells: Sequence[TextCell], ys: Sequence[float]) -> list[TextCell]:
    """The cells, with those cut into rows whose values are level with the values beside them.

    ``ys``: borders of the rows. A number that is wrapped within a merged cell stands around the
    cell's middle, and not level with others.
    """
    levels: dict[int, list[Line]] = {}
    for cell in cells:
        if cell.box.rowspan == 1 and cell.is_value and len(cell.lines) == 1:
            levels.setdefault(cell.box.row, []).append(cell.lines[0])
    parts = (part for cell in cells for part in _parts(cell, ys, levels))
    return sorted(parts, key=lambda cell: (cell.box.row, cell.box.col))


def _parts(
    cell: TextCell, ys: Sequence[float], levels: dict[int, list[Line]]
) -> Iterator[TextCell]:
    rows = range(cell.box.row, cell.last_row + 1)
    own: dict[int, Line] = {}
    for line in cell.lines:
        row = next((r for r in rows if ys[r] <= line.middle < ys[r + 1]), None)
        beside = levels.get(row, ()) if row is not None else ()
        level = any(abs(line.middle - other.middle) < _LEVEL * line.size for other in beside)
        if row is None or row in own or len(line.words) > 1 or not level:
            yield cell
            return
        own[row] = line
    if len(own) < 2 or not cell.is_value:
        yield cell
        return
    for row in rows:
        lines = (own[row],) if row in own else ()
        yield replace(cell, box=Box(row, cell.box.col, 1, cell.box.colspan), lines=lines)
