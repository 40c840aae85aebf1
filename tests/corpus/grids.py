"""Tools on the form's grids: where cells stand, cutting a grid in two, changing cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from spiders.samples.reports import Report
from spiders.samples.tables import Grid, GridCell


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with the row and column where it begins."""

    row: int
    column: int
    cell: GridCell


def placed(grid: Grid) -> list[list[Placed]]:
    """The cells of each row that begin there, with their columns."""
    taken: set[tuple[int, int]] = set()
    rows: list[list[Placed]] = []
    for y, row in enumerate(grid.rows):
        rows.append([])
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            rows[-1].append(Placed(y, x, cell))
            taken |= {(y + dy, x + dx) for dy in range(cell.rowspan) for dx in range(cell.colspan)}
    return rows


def width(grid: Grid) -> int:
    """Columns of the grid."""
    return max(p.column + p.cell.colspan for row in placed(grid) for p in row)


def cut(grid: Grid, at: int) -> tuple[Grid, Grid]:
    """The grid before and from row ``at``; a cell that spans the cut goes on as an empty one."""
    above: list[list[Placed]] = [[] for _ in range(at)]
    below: list[list[Placed]] = [[] for _ in range(len(grid.rows) - at)]
    for row in placed(grid):
        for p in row:
            end = p.row + p.cell.rowspan
            if p.row >= at:
                below[p.row - at].append(p)
                continue
            above[p.row].append(replace(p, cell=replace(p.cell, rowspan=min(end, at) - p.row)))
            if end > at:
                rest = GridCell("", rowspan=end - at, colspan=p.cell.colspan)
                below[0].append(Placed(0, p.column, rest))
    return (
        Grid(_rows(above), min(grid.header_rows, at)),
        Grid(_rows(below), max(0, grid.header_rows - at)),
    )


def _rows(rows: list[list[Placed]]) -> tuple[tuple[GridCell, ...], ...]:
    return tuple(tuple(p.cell for p in sorted(row, key=lambda p: p.column)) for row in rows)


def inserted(grid: Grid, at: int, row: tuple[GridCell, ...]) -> Grid:
    """With a row put in before row ``at``; ``row`` names the cells that begin there, and every
    cell that spans the place grows by it."""
    rows = [
        tuple(
            replace(p.cell, rowspan=p.cell.rowspan + (p.row < at < p.row + p.cell.rowspan))
            for p in placed_row
        )
        for placed_row in placed(grid)
    ]
    rows.insert(at, row)
    return replace(grid, rows=tuple(rows))


def free_columns(grid: Grid, at: int) -> int:
    """How many columns a row put in before row ``at`` has beside the cells that span the place."""
    spanning = sum(
        p.cell.colspan for row in placed(grid) for p in row if p.row < at < p.row + p.cell.rowspan
    )
    return width(grid) - spanning


def map_labels(grid: Grid, change: Callable[[str], str]) -> Grid:
    """Every text that is no value rewritten."""
    return replace(
        grid,
        rows=tuple(
            tuple(c if c.is_value else replace(c, text=change(c.text)) for c in row)
            for row in grid.rows
        ),
    )


def map_values(grid: Grid, change: Callable[[str], str]) -> Grid:
    """Every value rewritten."""
    return replace(
        grid,
        rows=tuple(
            tuple(replace(c, text=change(c.text)) if c.is_value else c for c in row)
            for row in grid.rows
        ),
    )


def values(grid: Grid) -> Iterator[str]:
    """Texts of the value cells in reading order."""
    return (cell.text for row in grid.rows for cell in row if cell.is_value)


def map_grids(report: Report, change: Callable[[int, Grid], Grid]) -> Report:
    """Every table of a report rewritten; ``change`` gets its number (0: table 二)."""
    number = -1
    body: list[object] = []
    for item in report.body:
        if isinstance(item, Grid):
            number += 1
            item = change(number, item)
        body.append(item)
    return replace(report, body=tuple(body))  # type: ignore[arg-type]
