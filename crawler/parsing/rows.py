"""One table row: which cells are labels, which are values, and which value stands in which column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.numbers import is_share, is_value


@dataclass(frozen=True)
class SplitRow:
    """``labels``: the stub's texts in order; ``values``: all cells behind them, blanks included."""

    row: RowItem
    labels: tuple[GridCell, ...]
    values: tuple[GridCell, ...]

    @property
    def leaf(self) -> str:
        return self.labels[-1].text if self.labels else ""

    @cached_property
    def shown(self) -> tuple[GridCell, ...]:
        """Value cells that are not blank."""
        return tuple(cell for cell in self.values if cell.text)


def split_row(
    row: RowItem, is_label: Callable[[str], bool], first_column: int | None = None
) -> SplitRow:
    """Labels end at the first value; a known label behind it (a numbered stub) moves the border.

    ``first_column``: where an exact grid's header says that the values begin.
    """
    cells = row.cells
    border = 0
    numeric = [is_value(cell.text) for cell in cells]
    first_value = numeric.index(True) if True in numeric else len(cells)
    for i, cell in enumerate(cells):
        if cell.text and not numeric[i] and (i < first_value or is_label(cell.text)):
            border = i + 1
    if first_column is not None:
        stated = next((i for i, c in enumerate(cells) if c.col >= first_column), border)
        # Words in a value column ("约3件") are no label, unless they are one of the form's.
        if stated < border and not any(c.text and is_label(c.text) for c in cells[stated:border]):
            border = stated
    labels = tuple(c for c in cells[:border] if c.text)
    # Shares of the total stand in columns of their own.
    return SplitRow(row, labels, tuple(c for c in cells[border:] if not is_share(c.text)))


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


def under_header(
    split: SplitRow, positions: Mapping[int, str | None], width: int
) -> dict[str, GridCell] | None:
    """Exact grids: the cell under each named column.

    None unless the row has one cell for each name and shows nothing under no name.
    """
    row = split.row
    if not row.exact or not positions or len(row.grid_row) != width:
        return None
    if _one_each(split, positions):
        named = zip(positions.values(), split.values, strict=True)
        return {key: cell for key, cell in named if key is not None}
    picked: dict[str, GridCell] = {}
    taken: set[int] = set()
    values = set(map(id, split.values))
    for column, key in positions.items():
        cell = row.grid_row[column]
        if cell is None or (key is not None and id(cell) not in values):
            return None
        taken.add(id(cell))
        known = picked.get(key) if key else None
        if known is not None and known is not cell and known.text and cell.text:
            return None
        if key is not None and (known is None or not known.text):
            picked[key] = cell
    # Shares count here: one under no name shows that the header is out of line with the row.
    end = max(positions)
    behind = (cell for cell in row.cells if cell.text and cell.col > end)
    if any(id(cell) not in taken for cell in (*split.shown, *behind)):
        return None
    if len({id(cell) for cell in picked.values()}) != len(picked):
        return None
    return picked


def _one_each(split: SplitRow, positions: Mapping[int, str | None]) -> bool:
    """The usual row: under each column, named once, a cell of its own, and nothing behind them."""
    return (
        len(split.values) == len(positions) == len(set(positions.values()))
        and split.row.cells[-1] is split.values[-1]
        and all(map(is_, split.values, map(split.row.grid_row.__getitem__, positions)))
    )


def usual_columns(rows: Sequence[SplitRow], n: int) -> dict[int, int]:
    """Row length → column at which the values begin in most rows that show all ``n``."""
    starts: dict[int, Counter[int]] = {}
    for split in rows:
        shown = split.shown
        if len(shown) == n and shown[-1].col - shown[0].col + 1 == n:
            starts.setdefault(len(split.row.cells), Counter())[shown[0].col] += 1
    return {length: counter.most_common(1)[0][0] for length, counter in starts.items()}
