"""Year over year: every cell of a report beside the same cell of the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from monitor.changes.cells import note_of, shared_cells
from storage.domain import AnnualReport, Cell, Change
from storage.vocab import (
    TABLE3_COLUMNS,
    CellState,
    ChangeKind,
    cell_name,
)

OTHER_PARTS = ("other_no_correction", "other_fee_unpaid", "other_misc")
"""Rows of the 2021 form that were one row, ``other_all``, in that of 2019."""


def year_over_year(
    agency: str, earlier: AnnualReport, later: AnnualReport, years: tuple[int, int]
) -> Iterator[Change]:
    """Cells that both reports show, in the order of the form; ``years``: earlier and later.

    Tables of different forms have only some cells in common; 其他处理 is compared as a whole
    across them. What one of the two does not show is left out: unknown is no change.
    """
    for path, old, new in shared_cells(_comparable(earlier, later), _comparable(later, earlier)):
        if old.value is None and new.value is None:
            continue
        note = note_of(path, old, new) if None in (old.value, new.value) else None
        yield Change(
            agency, ChangeKind.YEAR_OVER_YEAR, years[1], years[0], path, old, new,
            note or _name(path),
        )  # fmt: skip


def _name(path: str) -> str:
    table, row, column = path.split(".")
    return cell_name(table, row, column)


def _comparable(report: AnnualReport, other: AnnualReport) -> AnnualReport:
    """The report with 其他处理 in one row where the other one has it so."""
    whole = other.table3.get("other_all")
    if not whole or "other_all" in report.table3:
        return report
    rows = [report.table3.get(name, {}) for name in OTHER_PARTS]
    sums: dict[str, Cell] = {}
    for column in TABLE3_COLUMNS:
        values = [row[column].value for row in rows if column in row]
        if len(values) == len(rows) and all(type(v) is int for v in values):
            total = sum(v for v in values if isinstance(v, int))
            sums[column] = Cell(CellState.NUMBER, total, None, "2021 年格式“其他处理”三项之和")
    return replace(report, table3={**report.table3, "other_all": sums})
