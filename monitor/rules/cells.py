"""Rows of cells as numbers under the blank policy, and cells as evidence.

Policy (spec 2.5, 6): a row is used only if none of its cells is absent or unreadable. A blank or
a mark stands for zero only where the printed numbers then fit; if they do not fit, nothing is
said. Text with a value (``55（含自然失效29件）``) counts with that value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from storage.domain import ABSENT, AnnualReport, Cell
from storage.vocab import TABLE3_COLUMNS, CellState, FormatVersion, cell_name

BLANK_POLICY = "空白或标记只有按 0 计后与印出的合计相符时才按 0 计"
_EMPTY = frozenset({CellState.BLANK, CellState.MARK})
_NO_BLANKS: frozenset[str] = frozenset()
_NO_CELLS: Mapping[str, Cell] = {}

CellKey = tuple[str, str, str]
"""table, row, column."""


@dataclass(frozen=True, slots=True)
class Row:
    """``values``: blanks as 0. ``blanks``: which columns are blank or a mark. ``obstacle``: why
    the row can't be used, in Chinese; None if it was read whole."""

    values: Mapping[str, int]
    blanks: frozenset[str]
    obstacle: str | None


def read_row(cells: Mapping[str, Cell] | None, columns: Sequence[str]) -> Row:
    """The row's cells of ``columns`` as whole numbers."""
    cells = cells or _NO_CELLS
    values: dict[str, int] = {}
    blanks: list[str] | None = None
    obstacle: str | None = None
    for column in columns:
        cell = cells.get(column, ABSENT)
        value = cell.value
        if type(value) is int:
            values[column] = value
        elif cell.state in _EMPTY:
            values[column] = 0
            blanks = [*(blanks or ()), column]
        elif cell.state is CellState.ABSENT:
            obstacle = "有单元格未能读到"
        else:
            obstacle = obstacle or f"“{cell.raw}”不是整数"
    return Row(values, frozenset(blanks) if blanks else _NO_BLANKS, obstacle)


_Value = TypeVar("_Value")


def once_a_report(
    work: Callable[[AnnualReport, str], _Value],
) -> Callable[[AnnualReport, str], _Value]:
    """``work`` with its results for the last report kept: several rules in turn ask for the same
    of one report. A report never changes."""
    last: list[tuple[AnnualReport | None, dict[str, _Value]]] = [(None, {})]

    @wraps(work)
    def kept(report: AnnualReport, key: str) -> _Value:
        # One assignment of the pair: threads that judge different reports never mix them.
        of, results = last[0]
        if of is not report:
            results = {}
            last[0] = report, results
        if key not in results:
            results[key] = work(report, key)
        return results[key]

    return kept


@once_a_report
def table3_row(report: AnnualReport, name: str) -> Row:
    """A whole row of table three."""
    return read_row(report.table3.get(name), TABLE3_COLUMNS)


def whole_number(cell: Cell) -> int | None:
    """The number a cell shows; None for blank, mark, text without a value, absent."""
    return cell.value if isinstance(cell.value, int) else None


def table3_version(report: AnnualReport) -> FormatVersion:
    """By the rows that the table has: reports mix a new table 二 with an old table 三."""
    whole = report.table3.get("other_all", _NO_CELLS)
    shown = any(cell.state is not CellState.ABSENT for cell in whole.values())
    return FormatVersion.FMT2019 if shown else FormatVersion.FMT2021


def key_name(key: CellKey) -> str:
    return ".".join(key)


def cell_evidence(report: AnnualReport, keys: Sequence[CellKey]) -> list[dict[str, Any]]:
    """What the named cells show and where, as plain JSON."""
    shown = []
    for key in keys:
        cell = report.cell(*key)
        value = cell.value if isinstance(cell.value, int) or cell.value is None else str(cell.value)
        shown.append(
            {
                "name": key_name(key),
                "label": cell_name(*key),
                "value": value,
                "raw": cell.raw,
                "state": cell.state.value,
                "at": cell.at,
            }
        )
    return shown


def sum_evidence(
    report: AnnualReport,
    keys: Sequence[CellKey],
    formula: str,
    expected: int,
    actual: int,
    blanks: bool = False,
) -> dict[str, Any]:
    """Evidence of an identity: ``expected`` is what the parts give, ``actual`` what is printed."""
    evidence: dict[str, Any] = {
        "cells": cell_evidence(report, keys),
        "formula": formula,
        "expected": expected,
        "actual": actual,
    }
    if blanks:
        evidence["policy"] = BLANK_POLICY
    return evidence
