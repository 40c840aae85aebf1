"""Table 四: one data row of fifteen numbers in three groups.

A row that shows fewer numbers is aligned with what its headings allow, never by position alone:
all alignments that the headings permit are listed, those that contradict a group's own sum or the
narrated figures are dropped, and a cell gets a value only where all that remain agree on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import core
from crawler.parsing.numbers import is_value, read_cell
from crawler.parsing.rows import SplitRow, split_row
from crawler.parsing.table3 import TableReading
from storage.domain import ABSENT, Cell, Fact, Issue
from storage.vocab import TABLE4_COLUMN_NAMES, TABLE4_COLUMNS, TABLE4_GROUPS, Layer

_SLOTS = tuple((group, column) for group in TABLE4_GROUPS for column in TABLE4_COLUMNS)
_WIDTH = len(_SLOTS)
_GROUP = len(TABLE4_COLUMNS)
_LEAVES = tuple(core(name) for name in (*TABLE4_COLUMN_NAMES.values(), "合计", "其它结果"))
_FACT_SLOTS = {f"review_{column}": ("review", column) for column in TABLE4_COLUMNS}

Alignment = tuple[int | None, ...]
"""For each of the fifteen slots the index of the shown number, or None."""


def _known(text: str) -> bool:
    plain = core(text)
    return plain in _LEAVES or _group(plain) is not None or plain == "行政诉讼"


def _group(label: str) -> str | None:
    plain = core(label)
    if "未经复议" in plain or "直接起诉" in plain:
        return "litigation_direct"
    if "复议后" in plain:
        return "litigation_after_review"
    if "行政复议" in plain and "诉讼" not in plain:
        return "review"
    return None


@dataclass(frozen=True, slots=True)
class _Header:
    groups: tuple[str, ...]
    leaves: int
    positions: tuple[int, ...]


def _header(rows: Sequence[RowItem]) -> _Header:
    """Groups named, leaf labels counted, and (exact grids) the columns of all fifteen."""
    groups: dict[str, None] = {}
    leaves: list[GridCell] = []
    for row in rows:
        for cell in row.cells:
            if not cell.text or is_value(cell.text):
                continue
            if (group := _group(cell.text)) is not None:
                groups.setdefault(group)
            elif core(cell.text) in _LEAVES:
                leaves.append(cell)
    positions: tuple[int, ...] = ()
    if rows and all(row.exact for row in rows) and len(leaves) == _WIDTH:
        positions = tuple(sorted(cell.col for cell in leaves))
        if len(set(positions)) != _WIDTH:
            positions = ()
    return _Header(tuple(g for g in TABLE4_GROUPS if g in groups), len(leaves), positions)


def read_table4(rows: Sequence[RowItem], facts: Iterable[Fact] = ()) -> TableReading:
    """Read the rows that belong to table 四; ``facts`` are the narrated figures of the report."""
    header = _header(rows)
    if not header.groups and header.leaves < 3:
        return TableReading({}, (), None)
    splits = [s for s in (split_row(row, _known) for row in rows) if s.values]
    grouped = _by_group_rows(splits)
    if grouped is not None:
        return TableReading(_table(grouped), (), None)
    data = [s for s in splits if s.shown] or [
        s for s in splits if not s.labels and s.row.exact and len(s.values) >= _WIDTH
    ]
    if not data:
        return TableReading(_table({}), (_issue("表四有表头而没有数据行"),), None)
    split = max(data, key=lambda s: len(s.shown))
    whole = _whole(split, header) or _joined(data)
    if whole is not None:
        cells = {slot: read_cell(c.text, c.at) for slot, c in zip(_SLOTS, whole, strict=True)}
        return TableReading(_table(cells), (), None)
    numbers = [read_cell(c.text, c.at) for c in split.shown]
    cells = _partial(numbers, header, list(facts))
    note = _issue(
        f"数据行读到 {len(numbers)} 个数字，应为 {_WIDTH} 个；"
        f"按表头和勾稽关系能确定的有 {len(cells)} 格，其余不作判断"
    )
    return TableReading(_table(cells), (note,), None)


def _table(cells: Mapping[tuple[str, str], Cell]) -> dict[str, dict[str, Cell]]:
    return {g: {c: cells.get((g, c), ABSENT) for c in TABLE4_COLUMNS} for g in TABLE4_GROUPS}


def _whole(split: SplitRow, header: _Header) -> Sequence[GridCell] | None:
    """Fifteen cells that need no guess."""
    values, shown = split.values, split.shown
    if split.row.exact:
        if len(values) == _WIDTH:
            return values
        if header.positions:
            picked = [
                split.row.grid_row[c] for c in header.positions if c < len(split.row.grid_row)
            ]
            cells = [c for c in picked if c is not None]
            if (
                len(cells) == _WIDTH
                and len({id(c) for c in cells}) == _WIDTH
                and all(c in cells for c in shown)
            ):
                return cells
    if not shown:
        return None
    first, last = values.index(shown[0]), len(values) - 1 - values[::-1].index(shown[-1])
    # Anchored at both ends: blanks between are blanks, not shifts.
    return values[first : last + 1] if last - first + 1 == _WIDTH else None


def _joined(data: Sequence[SplitRow]) -> Sequence[GridCell] | None:
    """One data row that was torn over several lines."""
    cells = [cell for split in data for cell in split.shown]
    return cells if len(data) > 1 and len(cells) == _WIDTH else None


def _by_group_rows(splits: Sequence[SplitRow]) -> dict[tuple[str, str], Cell] | None:
    """A transposed table: a line per group."""
    found: dict[tuple[str, str], Cell] = {}
    lines = 0
    for split in splits:
        group = next((g for c in reversed(split.labels) if (g := _group(c.text))), None)
        if group is None or len(split.values) != _GROUP or not split.shown:
            continue
        lines += 1
        for column, cell in zip(TABLE4_COLUMNS, split.values, strict=True):
            found[(group, column)] = read_cell(cell.text, cell.at)
    return found if lines >= 2 and len(found) == lines * _GROUP else None


def _partial(
    numbers: Sequence[Cell], header: _Header, facts: Sequence[Fact]
) -> dict[tuple[str, str], Cell]:
    values = [cell.value for cell in numbers]
    if not values or not all(isinstance(v, int) for v in values) or len(values) >= _WIDTH:
        return {}
    figures = [int(v) for v in values if v is not None]
    options = [a for a in _alignments(len(figures), header) if _sums_hold(a, figures)]
    narrated = [a for a in options if _agrees(a, figures, facts)]
    remaining = narrated or options
    cells: dict[tuple[str, str], Cell] = {}
    for position, slot in enumerate(_SLOTS):
        choices = {a[position] for a in remaining}
        # Two alignments may take different cells that show the same figure: which one is meant
        # stays open, so the place (at) would be a guess as well.
        if len(choices) == 1 and (index := choices.pop()) is not None:
            cells[slot] = numbers[index]
    return cells


def _alignments(count: int, header: _Header) -> list[Alignment]:
    if count % _GROUP == 0:
        groups = header.groups if header.groups else TABLE4_GROUPS
        if len(groups) * _GROUP == count:
            return [_groups_alignment(groups)]
        return [
            _groups_alignment(chosen) for chosen in combinations(TABLE4_GROUPS, count // _GROUP)
        ]
    if header.leaves == count or count < _GROUP:
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
        index = alignment[_SLOTS.index((group, column))]
        return None if index is None else figures[index]

    for fact in facts:
        if fact.approximate:
            continue
        if fact.kind in _FACT_SLOTS and fact.value is not None:
            shown = value(*_FACT_SLOTS[fact.kind])
            if shown is not None and shown != fact.value:
                return False
        elif fact.kind == "litigation_total" and fact.value is not None:
            parts = [value("litigation_direct", "total"), value("litigation_after_review", "total")]
            known = sum(p for p in parts if p is not None)
            if known > fact.value or (None not in parts and known != fact.value):
                return False
        elif (fact.kind == "review_none" and (value("review", "total") or 0) > 0) or (
            fact.kind == "litigation_none"
            and any(
                (value(g, "total") or 0) > 0
                for g in ("litigation_direct", "litigation_after_review")
            )
        ):
            return False
    return True


def _issue(message: str) -> Issue:
    return Issue(Layer.EXTRACTION, "T-RAGGED", message, "table4")
