"""Table 四: one data row of fifteen numbers in three groups.

Where rows and columns are stated, labels tell what a number is. In running text a row that shows
fewer numbers is aligned with what its headings allow, never by position alone (table4_align).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import core
from crawler.parsing.numbers import is_value, normalise, read_cell
from crawler.parsing.rows import SplitRow, split_row
from crawler.parsing.table4_align import SLOTS, contradicted, partial_cells
from crawler.parsing.table4_grid import Slots, slots_by_labels
from crawler.parsing.tables import NO_TABLE, TableReading, note
from storage.domain import ABSENT, Cell, Fact, Issue
from storage.vocab import TABLE4_COLUMN_NAMES, TABLE4_COLUMNS, TABLE4_GROUPS

_TABLE = "table4"
_WIDTH = len(SLOTS)
_GROUP = len(TABLE4_COLUMNS)
_COLUMNS = {core(name): key for key, name in TABLE4_COLUMN_NAMES.items()}
_COLUMNS |= {"合计": "total", "其它结果": "other", "维持": "upheld", "纠正": "corrected"}
_LITIGATION = "行政诉讼"


def _column(label: str) -> str | None:
    return _COLUMNS.get(core(label))


def _group(label: str) -> str | None:
    # With what stands in brackets: 行政诉讼（未经复议直接起诉）.
    plain = normalise(label)
    if "未经复议" in plain or "直接起诉" in plain:
        return "litigation_direct"
    if "复议后" in plain:
        return "litigation_after_review"
    if "行政复议" in plain and "诉讼" not in plain:
        return "review"
    return None


def _known(text: str) -> bool:
    return _column(text) is not None or _group(text) is not None or core(text) == _LITIGATION


@dataclass(frozen=True, slots=True)
class _Header:
    """``groups`` in the form's order; ``leaves``: outcome labels counted; ``in_form``: the labels
    that are left stand in the form's order."""

    groups: tuple[str, ...]
    leaves: int
    in_form: bool


def _header(rows: Sequence[RowItem]) -> _Header:
    texts = [t for row in rows for t in row.texts if not is_value(t)]
    groups = list(dict.fromkeys(g for t in texts if (g := _group(t))))
    leaves = [column for t in texts if (column := _column(t))]
    litigation = next((i for i, t in enumerate(texts) if core(t) == _LITIGATION), len(texts))
    review = next((i for i, t in enumerate(texts) if _group(t) == "review"), -1)
    ordered = [g for g in TABLE4_GROUPS if g in groups]
    return _Header(
        tuple(ordered),
        len(leaves),
        groups == ordered and review < litigation and _runs(leaves),
    )


def _runs(leaves: Sequence[str]) -> bool:
    """Whether outcome labels, some perhaps lost, are up to three times the form's own."""
    runs = 1
    previous = -1
    for leaf in leaves:
        place = TABLE4_COLUMNS.index(leaf)
        runs += place <= previous
        previous = place
    return runs <= len(TABLE4_GROUPS)


def read_table4(rows: Sequence[RowItem], facts: Iterable[Fact] = ()) -> TableReading:
    """Read the rows that belong to table 四; ``facts`` are the narrated figures of the report."""
    told = list(facts)
    header = _header(rows)
    if not header.groups and header.leaves < 3:
        return NO_TABLE
    slipped = False
    labelled = slots_by_labels(rows, _group, _column, _known)
    if labelled is not None:
        settled = _settled(labelled)
        blank = any(not cell.text for cells in labelled.values() for cell in cells)
        # Blanks, and a text that tells other figures: the numbers have slipped aside.
        slipped = blank and contradicted(settled.cells, told)
        if not slipped:
            return settled
    data = [s for s in (split_row(row, _known) for row in rows) if s.values]
    if (grouped := _by_group_rows(data)) is not None:
        return TableReading(_table(grouped), (), None)
    filled = [s for s in data if s.shown] or [
        s for s in data if not s.labels and s.row.exact and len(s.values) >= _WIDTH
    ]
    if not filled:
        return TableReading(_table({}), (_ragged("表四有表头而没有数据行"),), None)
    whole = [found for split in filled if (found := _whole(split))]
    if not whole and (joined := _joined(filled)):
        whole = [joined]
    if whole and header.in_form and not slipped:
        settled = _settled({slot: [row[i] for row in whole] for i, slot in enumerate(SLOTS)})
        # Where names of groups are lost, their order is taken from the form, unless the text denies.
        if len(header.groups) == len(TABLE4_GROUPS) or not contradicted(settled.cells, told):
            return settled
    split = max(filled, key=lambda s: len(s.shown))
    numbers = [read_cell(c.text, c.at) for c in split.shown]
    cells = partial_cells(numbers, header.groups, header.leaves, told)
    if not header.in_form or _several(filled):
        cells = {}
    text = (
        f"数据行读到 {len(numbers)} 个数字，应为 {_WIDTH} 个；"
        f"按表头和勾稽关系能确定的有 {len(cells)} 格，其余不作判断"
    )
    return TableReading(_table(cells), (_ragged(text),), None)


def _table(cells: Mapping[tuple[str, str], Cell]) -> dict[str, dict[str, Cell]]:
    return {g: {c: cells.get((g, c), ABSENT) for c in TABLE4_COLUMNS} for g in TABLE4_GROUPS}


def _settled(slots: Slots) -> TableReading:
    """Slots that show different things in several rows are doubtful; empty rows say nothing."""
    cells: dict[tuple[str, str], Cell] = {}
    doubtful = 0
    filled = {cell.row for found in slots.values() for cell in found if cell.text}
    for slot, found in slots.items():
        kept = [cell for cell in found if cell.row in filled] or found
        read = [read_cell(cell.text, cell.at) for cell in kept]
        if len({cell.state if cell.value is None else cell.value for cell in read}) > 1:
            doubtful += 1
        else:
            cells[slot] = read[0]
    if not doubtful:
        return TableReading(_table(cells), (), None)
    text = f"表四出现多行数字且互不相同，{doubtful} 格无法确定取哪一行"
    return TableReading(_table(cells), (note("T-AMBIGUOUS", _TABLE, text),), None)


def _whole(split: SplitRow) -> Sequence[GridCell] | None:
    """Fifteen cells that need no guess."""
    values, shown = split.values, split.shown
    if split.row.exact and len(values) == _WIDTH:
        return values
    if len(shown) == _WIDTH:
        return shown
    if not shown:
        return None
    first, last = values.index(shown[0]), len(values) - 1 - values[::-1].index(shown[-1])
    # Anchored at both ends: blanks between are blanks, not shifts.
    return values[first : last + 1] if last - first + 1 == _WIDTH else None


def _joined(data: Sequence[SplitRow]) -> Sequence[GridCell] | None:
    """One data row that was torn over several lines."""
    cells = [cell for split in data for cell in split.shown]
    torn = len(data) > 1 and not any(split.labels for split in data[1:])
    return cells if torn and len(cells) == _WIDTH else None


def _several(data: Sequence[SplitRow]) -> bool:
    """Whether two rows could each be the data row, and show other numbers."""
    long = {tuple(c.text for c in split.shown) for split in data if len(split.shown) >= _GROUP}
    return len(long) > 1


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


def _ragged(message: str) -> Issue:
    return note("T-RAGGED", _TABLE, message)
