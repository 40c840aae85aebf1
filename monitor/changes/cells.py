"""Cells of two contents side by side."""

from __future__ import annotations

from collections.abc import Iterator

from storage.canonical import TABLES
from storage.domain import AnnualReport, Cell
from storage.vocab import CellState, cell_name

Difference = tuple[str, Cell, Cell, str]
"""path, before, after, note"""


def changed_cells(before: AnnualReport, after: AnnualReport) -> Iterator[Difference]:
    """Cells that both contents show and that differ, in the order of the form.

    A cell that one of the two lacks tells nothing: it may be the reading that lost it.
    """
    for path, old, new in shared_cells(before, after):
        if not _alike(old, new):
            yield path, old, new, note_of(path, old, new)


def shared_cells(before: AnnualReport, after: AnnualReport) -> Iterator[tuple[str, Cell, Cell]]:
    """(path, before, after) of every cell that was read in both."""
    for table in TABLES:
        old_rows = before.table(table)
        for row, columns in after.table(table).items():
            for column, new in columns.items():
                old = old_rows.get(row, {}).get(column)
                if old is None or CellState.ABSENT in (old.state, new.state):
                    continue
                yield f"{table}.{row}.{column}", old, new


def note_of(path: str, before: Cell, after: Cell) -> str:
    """The cell's name, and what a comparison of the two can't say."""
    table, row, column = path.split(".")
    name = cell_name(table, row, column)
    empty = [word for word, cell in (("前", before), ("后", after)) if cell.value is None]
    return f"{name}（{'、'.join(empty)}没有数字）" if empty else name


def _alike(old: Cell, new: Cell) -> bool:
    if old.value is None and new.value is None:
        return old.state is new.state and _words(old.raw) == _words(new.raw)
    return old.value == new.value


def _words(raw: str | None) -> str:
    return "".join((raw or "").split())
