"""A data row of table 四 that shows fewer than fifteen numbers: which are they?

All alignments that the headings permit are listed, those that contradict a group's own sum or the
narrated figures are dropped, and a cell gets a value only where all that remain agree on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from storage.domain import Cell, Fact
from storage.vocab import TABLE4_COLUMNS, TABLE4_GROUPS

SLOTS = tuple((group, column) for group in TABLE4_GROUPS for column in TABLE4_COLUMNS)
_WIDTH = len(SLOTS)
_GROUP = len(TABLE4_COLUMNS)
_FACT_SLOTS = {f"review_{column}": ("review", column) for column in TABLE4_COLUMNS}

Alignment = tuple[int | None, ...]
"""For each of the fifteen slots the index of the shown number, or None."""


def partial_cells(
    numbers: Sequence[Cell], groups: Sequence[str], leaves: int, facts: Sequence[Fact]
) -> dict[tuple[str, str], Cell]:
    """The cells of which all permitted alignments agree. ``groups`` that the heading names,
    ``leaves``: how many outcome labels it shows, ``facts``: narrated figures."""
    values = [cell.value for cell in numbers]
    if not values or not all(isinstance(v, int) for v in values) or len(values) >= _WIDTH:
        return {}
    figures = [int(v) for v in values if v is not None]
    options = [a for a in _alignments(len(figures), groups, leaves) if _sums_hold(a, figures)]
    narrated = [a for a in options if _agrees(a, figures, facts)]
    remaining = narrated or options
    cells: dict[tuple[str, str], Cell] = {}
    for position, slot in enumerate(SLOTS):
        choices = {a[position] for a in remaining}
        # Two alignments may take different cells that show the same figure: which one is meant
        # stays open, so the place (at) would be a guess as well.
        if len(choices) == 1 and (index := choices.pop()) is not None:
            cells[slot] = numbers[index]
    return cells


def _alignments(count: int, groups: Sequence[str], leaves: int) -> list[Alignment]:
    if count % _GROUP == 0:
        # Names of groups may be lost with a line; the outcomes under them tell how many there were.
        if len(groups) * _GROUP == count == leaves:
            return [_groups_alignment(groups)]
        return [
            _groups_alignment(chosen) for chosen in combinations(TABLE4_GROUPS, count // _GROUP)
        ]
    if leaves == count or count < _GROUP:
        return []
    result: list[Alignment] = []
    for chosen in combinations(range(_WIDTH), count):
        slots: list[int | None] = [None] * _WIDTH
        for index, slot in enumerate(chosen):
            slots[slot] = index
        result.append(tuple(slots))
    return result


def _groups_alignment(groups: Sequence[str]) -> Alignment:
    slots: list[int | None] = []
    index = 0
    for group in TABLE4_GROUPS:
        if group in groups:
            slots.extend(range(index, index + _GROUP))
            index += _GROUP
        else:
            slots.extend([None] * _GROUP)
    return tuple(slots)


def _sums_hold(alignment: Alignment, figures: Sequence[int]) -> bool:
    for start in range(0, _WIDTH, _GROUP):
        indices = alignment[start : start + _GROUP]
        if None not in indices:
            *parts, total = [figures[i] for i in indices if i is not None]
            if sum(parts) != total:
                return False
    return True


def _agrees(alignment: Alignment, figures: Sequence[int], facts: Sequence[Fact]) -> bool:
    def value(group: str, column: str) -> int | None:
        index = alignment[SLOTS.index((group, column))]
        return None if index is None else figures[index]

    return not any(_denies(fact, value) for fact in facts if not fact.approximate)


def contradicted(cells: Mapping[str, Mapping[str, Cell]], facts: Sequence[Fact]) -> bool:
    """Whether the text tells other figures than the cells show."""

    def value(group: str, column: str) -> int | None:
        shown = cells[group][column].value
        return shown if isinstance(shown, int) else None

    return any(_denies(fact, value) for fact in facts if not fact.approximate)


def _denies(fact: Fact, value: Callable[[str, str], int | None]) -> bool:
    """Whether a narrated figure rules out the numbers that ``value`` finds in the table."""
    totals = [value("litigation_direct", "total"), value("litigation_after_review", "total")]
    known = sum(t for t in totals if t is not None)
    if fact.kind in _FACT_SLOTS and fact.value is not None:
        shown = value(*_FACT_SLOTS[fact.kind])
        return shown is not None and shown != fact.value
    if fact.kind == "litigation_total" and fact.value is not None:
        return known > fact.value or (None not in totals and known != fact.value)
    if fact.kind == "review_none":
        return (value("review", "total") or 0) > 0
    return fact.kind == "litigation_none" and known > 0
