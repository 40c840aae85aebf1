"""Table 三: 25 rows (2019: 23) of seven applicant columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from crawler.documents.document import GridCell
from crawler.parsing.applicants import Header, is_header, names_column, read_header
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import TABLE3_FORMS, Match, align, is_group, similarity
from crawler.parsing.numbers import read_cell
from crawler.parsing.row_ends import ends_by_sums
from crawler.parsing.rows import SplitRow, split_row, under_header, usual_columns, window
from crawler.parsing.tables import (
    NO_TABLE,
    Cells,
    TableReading,
    absent,
    ambiguous,
    believable,
    note,
    settle_leftovers,
)
from crawler.parsing.torn import without_tears
from crawler.parsing.wordings import deviates
from storage.domain import Cell, Issue
from storage.vocab import (
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    TABLE3_ROWS_2019,
    TABLE3_ROWS_2021,
    CellState,
    FormatVersion,
)

_TABLE = "table3"
_WIDTH = len(TABLE3_COLUMNS)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What is known of the table's columns. ``order``: from left to right, None if unknown;
    ``sure``: the header names all of them. ``usual``: see `rows.window`; ``widest``: most numbers
    in one row."""

    header: Header | None
    order: tuple[str | None, ...] | None
    sure: bool
    usual: Mapping[int, int]
    widest: int


@lru_cache(maxsize=4096)
def _known(text: str) -> bool:
    return is_group(text) or any(similarity(text, forms) >= 0.8 for forms in TABLE3_FORMS.values())


def read_table3(rows: Sequence[RowItem], *, recognised: bool = False) -> TableReading:
    """Read the rows that belong to table 三. Cells that can't be aligned are ``absent``.

    ``recognised``: read from a picture, where a character amiss is the reader's.
    """
    header = read_header(rows)
    splits = [
        split_row(row, _known, _first_column(row, header)) for row in rows if not is_header(row)
    ]
    splits = without_tears([s for s in splits if s.values and (s.labels or s.shown)], TABLE3_FORMS)
    if not splits:
        return NO_TABLE
    if any(names_column(s.leaf) and len(s.labels) >= _WIDTH for s in splits):
        # The header runs straight into figures: each row's label stands behind its numbers.
        empty = {key: absent(TABLE3_COLUMNS) for key in TABLE3_ROWS_2021}
        text = "数字排在行标签之前，无法确定哪一行数字属于哪个标签"
        return TableReading(empty, (note("T-RAGGED", _TABLE, text),), None)
    version = _version(splits)
    form = TABLE3_ROWS_2019 if version is FormatVersion.FMT2019 else TABLE3_ROWS_2021
    data, issues = _without_groups(splits, version)
    matches = believable(align([s.leaf for s in data], form, TABLE3_FORMS), data)
    if all(m.by_order for m in matches):
        return NO_TABLE
    columns = _columns(data, header)
    short: dict[str, SplitRow] = {}
    cells: Cells = {}
    for match in matches:
        split = data[match.observed]
        placed = _place(split, columns)
        if match.rivals:
            issues.append(ambiguous(_TABLE, match, split.leaf, TABLE3_ROW_NAMES))
            placed = None
        elif placed is None:
            issues.append(_ragged(match.key, len(split.shown)))
            short[match.key] = split
        cells[match.key] = placed or absent(TABLE3_COLUMNS)
        issues.extend(_label_notes(match, split, recognised))
    issues += settle_leftovers(
        _TABLE, data, matches, cells, TABLE3_FORMS, lambda _, split: _place(split, columns)
    )
    cells.update(ends_by_sums(cells, short, form))
    if missing := [key for key in form if key not in cells]:
        names = "、".join(TABLE3_ROW_NAMES[key] for key in missing)
        issues.append(note("T-ROW", _TABLE, f"未能找到 {len(missing)} 行：{names}"))
    if header and len(header.keys) != _WIDTH:
        text = f"表头读到 {len(header.keys)} 列，应为 {_WIDTH} 列"
        issues.append(note("T-COL", _TABLE, text))
    ordered = {key: cells.get(key) or absent(TABLE3_COLUMNS) for key in form}
    return TableReading(ordered, tuple(issues), version)


def _first_column(row: RowItem, header: Header | None) -> int | None:
    fits = header and header.positions and row.exact and len(row.grid_row) == header.width
    return min(header.positions) if header and fits else None


def _is_other(label: str) -> bool:
    return similarity(label, TABLE3_FORMS["other_all"]) >= 0.95


def _version(splits: Sequence[SplitRow]) -> FormatVersion:
    split_rows = ("other_no_correction", "other_fee_unpaid")
    if any(similarity(s.leaf, TABLE3_FORMS[k]) >= 0.7 for s in splits for k in split_rows):
        return FormatVersion.FMT2021
    for split, following in pairwise((*splits, None)):
        # In the form of 2019 the total comes next; a row between them is one of the three of 2021.
        if split and split.shown and _is_other(split.leaf):
            last = following is None or similarity(following.leaf, TABLE3_FORMS["result_total"])
            return FormatVersion.FMT2019 if last >= 0.8 else FormatVersion.FMT2021
    for above, split, below in zip(splits, splits[1:], splits[2:], strict=False):
        # One row without a label stands where the form of 2021 has three.
        if (
            split.shown
            and not split.labels
            and similarity(above.leaf, TABLE3_FORMS["not_processed_confirm"]) >= 0.9
            and similarity(below.leaf, TABLE3_FORMS["result_total"]) >= 0.9
        ):
            return FormatVersion.FMT2019
    return FormatVersion.FMT2021


def _without_groups(
    splits: Sequence[SplitRow], version: FormatVersion
) -> tuple[list[SplitRow], list[Issue]]:
    """Rows that only carry a group's name hold no figures of the form."""
    data: list[SplitRow] = []
    issues: list[Issue] = []
    for split in splits:
        if not is_group(split.leaf) or (version is FormatVersion.FMT2019 and _is_other(split.leaf)):
            data.append(split)
        elif split.shown:
            text = f"“{split.leaf}”只是分组名称，却自成一行数字；该行未采用"
            issues.append(note("T-EXTRA", _TABLE, text))
    return data, issues


def _columns(data: Sequence[SplitRow], header: Header | None) -> _Columns:
    # Where some rows have lost cells, a blank at a row's end may be a shift: no habit is believed.
    torn = any(not s.row.exact and s.shown and len(s.values) < _WIDTH for s in data)
    usual = {} if torn else usual_columns(data, _WIDTH)
    widest = max((len(s.shown) for s in data), default=0)
    order: tuple[str | None, ...] | None = TABLE3_COLUMNS
    sure = header is not None and header.complete
    if header and sure:
        order = header.keys
        if len(order) > _WIDTH and _added_empty(data, header):
            order = tuple(key for key in order if key is not None)
        if not header.told and len(order) == _WIDTH:
            order, sure = _by_sums(data, order)
        if not header.told and len(order) > _WIDTH and not _consistent(data, order):
            order = None
    elif header and not header.in_form:
        order = None
    if header and len(header.keys) > _WIDTH and not _in_line(data, header):
        header, order = None, None
    if header and not header.complete and max(len(s.values) for s in data) > len(header.keys):
        # Rows with more cells than the header names columns: the header lost some as well.
        header = None
    return _Columns(header, order, sure, usual, widest)


def _by_sums(
    data: Sequence[SplitRow], order: tuple[str | None, ...]
) -> tuple[tuple[str | None, ...], bool]:
    """Where the header does not tell on which side 总计 stands, the rows' sums do; and whether
    more of them speak for one side."""
    whole = [split.shown for split in data if len(split.shown) == _WIDTH]
    last = sum(_adds_up(cells) for cells in whole)
    first = sum(_adds_up((*cells[1:], cells[0])) for cells in whole)
    if first > last:
        return ("total", *(key for key in order if key != "total")), True
    return order, last > first


def _added_empty(data: Sequence[SplitRow], header: Header) -> bool:
    """Whether the columns that the form lacks show nothing in any row under the header: a part of
    the table on another page may come without them."""
    added = [column for column, key in header.positions.items() if key is None]
    under = [s.row for s in data if under_header(s, header.positions, header.width)]
    cells = [row.grid_row[column] for row in under for column in added]
    return bool(cells) and not any(cell and cell.text for cell in cells)


def _in_line(data: Sequence[SplitRow], header: Header) -> bool:
    """Whether the rows' sums bear out a header with added columns: its spans may be wrong."""
    for split in data:
        picked = under_header(split, header.positions, header.width)
        if picked is None or "total" not in picked:
            continue
        figures = {key: read_cell(cell.text, cell.at).value or 0 for key, cell in picked.items()}
        total = figures.pop("total")
        named = {id(cell) for cell in picked.values()}
        added = [c for c in split.shown if id(c) not in named]
        more = sum(read_cell(cell.text, cell.at).value or 0 for cell in added)
        if total not in (sum(figures.values()), sum(figures.values()) + more):
            return False
    return True


def _consistent(data: Sequence[SplitRow], order: Sequence[str | None]) -> bool:
    """Whether the sums of all rows fit an order in which only the side of 总计 was supposed: a row
    with its one number in 自然人 and in 总计 fits either side."""
    whole = [split for split in data if len(split.shown) == len(order)]
    return all(_with_added_column(split, order) is not None for split in whole)


def _place(split: SplitRow, columns: _Columns) -> dict[str, Cell] | None:
    """The row's cells by column, or None where nothing tells which stands where."""
    header = columns.header
    if header and (picked := under_header(split, header.positions, header.width)):
        return absent(TABLE3_COLUMNS) | _read(picked)
    if columns.order is None:
        return None
    if len(columns.order) > _WIDTH:
        return _with_added_column(split, columns.order)
    cells: Sequence[GridCell] | None = window(split, _WIDTH, columns.usual)
    if cells is not None and not (columns.sure or _adds_up(cells)):
        return None
    if cells is None and len(split.shown) == columns.widest == _WIDTH and _adds_up(split.shown):
        cells = split.shown  # with empty columns between
    return _read(dict(zip(columns.order, cells, strict=True))) if cells else None


def _read(picked: Mapping[str | None, GridCell] | Mapping[str, GridCell]) -> dict[str, Cell]:
    return {key: read_cell(cell.text, cell.at) for key, cell in picked.items() if key is not None}


def _adds_up(cells: Sequence[GridCell]) -> bool:
    """Whether six cells make the seventh; blanks and marks add nothing."""
    read = [read_cell(cell.text, cell.at) for cell in cells]
    if any(cell.value is None and cell.state is CellState.TEXT for cell in read):
        return False
    *parts, total = [int(cell.value or 0) for cell in read]
    return sum(parts) == total


def _with_added_column(split: SplitRow, order: Sequence[str | None]) -> dict[str, Cell] | None:
    """A row under a header that names more columns than the form: its own sum must agree."""
    shown = split.shown
    if len(shown) != len(order) or shown[-1].col - shown[0].col + 1 != len(shown):
        return None
    cells = _read(dict(zip(order, shown, strict=True)))
    values = {key: cell.value for key, cell in cells.items()}
    known = [v for key, v in values.items() if key != "total" and isinstance(v, int)]
    everything = [read_cell(cell.text, cell.at).value for cell in shown]
    if None in everything or not isinstance(total := values["total"], int):
        return None
    added = sum(int(v) for v in everything if v is not None) - total
    return cells if total in (sum(known), added) else None


def _label_notes(match: Match, split: SplitRow, recognised: bool) -> list[Issue]:
    other = not recognised and deviates(split.leaf, match.key, TABLE3_FORMS[match.key])
    if match.by_order:
        text = f"行标签“{split.leaf or '（空）'}”不可辨认，按前后行的顺序确定"
    elif (match.score < 0.85 or other) and not match.rivals:
        text = f"行标签“{split.leaf}”与格式“{TABLE3_ROW_NAMES[match.key]}”不一致"
    else:
        return []
    return [note("T-LABEL", _TABLE, text, match.key)]


def _ragged(key: str, shown: int) -> Issue:
    name = TABLE3_ROW_NAMES[key]
    text = f"“{name}”一行读到 {shown} 个数字，应为 {_WIDTH} 个，无法确定对应的列"
    return note("T-RAGGED", _TABLE, text, key)
