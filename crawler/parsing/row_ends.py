"""Rows of table 三 that lost numbers in their middle: what the sums can still confirm.

The supposition is that each short row still begins with 自然人 and ends with 总计. It is believed
only where rows that were read whole speak for it: both printed identities must hold for both
columns, with figures other than zero, and at least one of the four rows of the balance must be
whole. Sums choose between readings; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.parsing.numbers import read_cell
from crawler.parsing.rows import SplitRow
from storage.domain import ABSENT, Cell
from storage.vocab import TABLE3_COLUMNS

_ENDS = ("natural_person", "total")
_BALANCE = ("new_received", "carried_in", "result_total", "carried_out")
_LEAST = 4
"""A row of fewer numbers has lost more than it shows."""


def ends_by_sums(
    cells: Mapping[str, Mapping[str, Cell]], short: Mapping[str, SplitRow], form: Sequence[str]
) -> dict[str, dict[str, Cell]]:
    """Rows of ``short`` with their first and last cell, if the identities confirm them; else {}."""
    supposed: dict[str, dict[str, Cell]] = {}
    for key, split in short.items():
        shown = split.shown
        if len(shown) < _LEAST or shown[-1].col - shown[0].col + 1 != len(shown):
            continue
        row = dict.fromkeys(TABLE3_COLUMNS, ABSENT)
        row["natural_person"] = read_cell(shown[0].text, shown[0].at)
        row["total"] = read_cell(shown[-1].text, shown[-1].at)
        supposed[key] = row
    if not supposed or all(key in short for key in _BALANCE):
        return {}
    table = {**cells, **supposed}
    if all(_confirmed(table, column, form, short) for column in _ENDS):
        return supposed
    return {}


def _confirmed(
    table: Mapping[str, Mapping[str, Cell]],
    column: str,
    form: Sequence[str],
    short: Mapping[str, SplitRow],
) -> bool:
    figures: dict[str, int] = {}
    for key in form:
        value = table.get(key, {}).get(column, ABSENT).value
        if not isinstance(value, int) or value < 0:
            return False
        figures[key] = value
    new, carried_in, result, carried_out = (figures[key] for key in _BALANCE)
    parts = form[form.index("granted") : form.index("result_total")]
    whole = any(figures[key] > 0 for key in _BALANCE if key not in short)
    return (
        whole
        and new + carried_in == result + carried_out
        and sum(figures[key] for key in parts) == result > 0
    )
