"""What a reader said of a report whose figures are known: right, blank, lost, wrong, invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from spiders.samples.figures import Figures
from storage.domain import AnnualReport
from storage.vocab import (
    APPLICANT_COLUMNS,
    TABLE2_2021,
    TABLE3_ROWS_2021,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    CellState,
    FormatVersion,
    result_rows,
)

Slot = tuple[str, str, str]
"""table, row, column"""
Truth = Mapping[Slot, int | Decimal]
TABLES = ("table2", "table3", "table4")


@dataclass(frozen=True, slots=True)
class Score:
    """``lost``: the document shows a number, the reading has none. ``blank``: the reading says the
    cell is empty or a mark. ``invented``: a number for a cell that the document does not have."""

    right: frozenset[Slot]
    blank: frozenset[Slot]
    lost: frozenset[Slot]
    wrong: frozenset[Slot]
    invented: frozenset[Slot]

    def __str__(self) -> str:
        parts = (f"{name}={len(getattr(self, name))}" for name in self.__slots__)
        worst = sorted(self.wrong | self.invented)[:6] or sorted(self.lost)[:6]
        return f"{' '.join(parts)} {worst}"


def truth(figures: Figures) -> Truth:
    """Every cell of the report's three tables."""
    return dict(_cells(figures))


def _cells(figures: Figures) -> Iterator[tuple[Slot, int | Decimal]]:
    for name in TABLES:
        for row, cells in getattr(figures, name).items():
            for column, value in cells.items():
                yield (name, row, column), value


def score(report: AnnualReport, expected: Truth) -> Score:
    """Compare cell by cell. A blank or a mark counts as blank, right or not: it says no number."""
    found: dict[str, set[Slot]] = {name: set() for name in Score.__slots__}
    for slot, value in expected.items():
        cell = report.cell(*slot)
        if cell.value is not None:
            found["right" if cell.value == value else "wrong"].add(slot)
        elif cell.state in (CellState.BLANK, CellState.MARK):
            found["blank"].add(slot)
        else:
            found["lost"].add(slot)
    for name in TABLES:
        for row, cells in report.table(name).items():
            for column, cell in cells.items():
                if cell.value is not None and (name, row, column) not in expected:
                    found["invented"].add((name, row, column))
    return Score(**{name: frozenset(slots) for name, slots in found.items()})


def dense_figures(rng: Random) -> Figures:
    """Consistent figures without a zero, neighbours different: no shift can go unseen."""

    def counts(number: int) -> list[int]:
        return rng.sample(range(1, 40), number)

    table3: dict[str, dict[str, int]] = {}
    for row in TABLE3_ROWS_2021:
        table3[row] = dict(zip(APPLICANT_COLUMNS, counts(len(APPLICANT_COLUMNS)), strict=True))
    for column in APPLICANT_COLUMNS:
        done = sum(table3[row][column] for row in result_rows(FormatVersion.FMT2021))
        table3["result_total"][column] = done
        left, before = table3["carried_out"][column], table3["carried_in"][column]
        table3["new_received"][column] = done + left - before
    for cells in table3.values():
        cells["total"] = sum(cells.values())
    table4: dict[str, dict[str, int]] = {}
    for group in TABLE4_GROUPS:
        parts = counts(len(TABLE4_COLUMNS) - 1)
        table4[group] = dict(zip(TABLE4_COLUMNS, (*parts, sum(parts)), strict=True))
    table2: dict[str, dict[str, int | Decimal]] = {}
    for row, columns in TABLE2_2021.items():
        table2[row] = dict(zip(columns, counts(len(columns)), strict=True))
    table2["fees"]["amount_wan"] = Decimal(rng.randrange(10_001, 99_999)) / 1000
    return Figures(table2, table3, table4)
