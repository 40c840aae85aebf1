"""One table row: which cells are labels, which are values, and which value stands in which column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.numbers import is_value


@dataclass(frozen=True, slots=True)
class SplitRow:
    """``labels``: the stub's texts in order; ``values``: all cells behind them, blanks included."""

    row: RowItem
    labels: tuple[GridCell, ...]
    values: tuple[GridCell, ...]

    @property
    def leaf(self) -> str:
        return self.labels[-1].text if self.labels else ""

    @property
    def shown(self) -> tuple[GridCell, ...]:
        """Value cells that are not blank."""
        return tuple(cell for cell in self.values if cell.text)


def split_row(row: RowItem, is_label: Callable[[str], bool]) -> SplitRow:
    """Labels end at the first value; a known label behind it (a numbered stub) moves the border."""
    cells = row.cells
    border = 0
    first_value = next((i for i, c in enumerate(cells) if is_value(c.text)), len(cells))
    for i, cell in enumerate(cells):
        if cell.text and not is_value(cell.text) and (i < first_value or is_label(cell.text)):
            border = i + 1
    labels = tuple(c for c in cells[:border] if c.text)
    return SplitRow(row, labels, cells[border:])


def window(
    split: SplitRow, n: int, usual: Mapping[int, int] | None = None
) -> list[GridCell] | None:
    """The ``n`` neighbouring cells that hold everything shown, if there is just one such window.

    In running text a blank at either end may be a stub, a shift or a real blank: it is believed
    only where rows of the same length usually begin at that column (``usual``: row length → grid
    column of the first value).
    """
    values = split.values
    if split.row.exact and len(values) == n:
        return list(values)
    shown = [i for i, cell in enumerate(values) if cell.text]
    if len(values) < n or not shown:
        # Nothing shown: which of the empty cells are meant makes no difference.
        return list(values[-n:]) if not shown and len(values) >= n else None
    first, last = shown[0], shown[-1]
    if last - first + 1 > n:
        return None
    if last - first + 1 == n:
        return list(values[first : last + 1])
    column = (usual or {}).get(len(split.row.cells))
    if column is None:
        return None
    start = next((i for i, cell in enumerate(values) if cell.col == column), None)
    if start is not None and start <= first and last < start + n <= len(values):
        return list(values[start : start + n])
    return None


def by_position(split: SplitRow, columns: Sequence[int], n: int) -> list[GridCell] | None:
    """Cells at the header's grid columns; only for exact grids, and only if nothing is left out."""
    if not split.row.exact or len(columns) != n:
        return None
    picked: list[GridCell] = []
    for column in columns:
        cell = split.row.grid_row[column] if column < len(split.row.grid_row) else None
        if cell is None or cell in picked or cell in split.labels:
            return None
        picked.append(cell)
    if any(cell not in picked for cell in split.shown):
        return None
    return picked


def usual_columns(rows: Sequence[SplitRow], n: int) -> dict[int, int]:
    """Row length → column at which the values begin in most rows that show all ``n``."""
    starts: dict[int, Counter[int]] = {}
    for split in rows:
        shown = split.shown
        if len(shown) == n and shown[-1].col - shown[0].col + 1 == n:
            starts.setdefault(len(split.row.cells), Counter())[shown[0].col] += 1
    return {length: counter.most_common(1)[0][0] for length, counter in starts.items()}
