"""Table 二 in both forms: row labels give the row, the band's own header gives the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import (
    TABLE2_COLUMN_FORMS,
    TABLE2_FORMS,
    align,
    best_match,
    core,
    similarity,
)
from crawler.parsing.numbers import is_value, read_cell, stated_unit
from crawler.parsing.rows import SplitRow, split_row, under_header, window
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
from crawler.parsing.wordings import deviates
from storage.domain import Cell, Issue
from storage.vocab import (
    DECIMAL_COLUMNS,
    SIGNED_COLUMNS,
    TABLE2_2019,
    TABLE2_2021,
    TABLE2_ROW_NAMES,
    FormatVersion,
)

_TABLE = "table2"
_ONLY_2019 = frozenset(
    {"newly_made", "newly_published", "total_public", "prev_items", "change", "projects", "amount"}
)
_ONLY_2021 = frozenset({"made", "repealed", "in_force", "amount_wan"})
_ROWS_2019 = frozenset(TABLE2_2019.keys() - TABLE2_2021.keys())
_DECIDED = frozenset({"licensing", "penalty", "coercion"})
_STUB = core("信息内容")
_BAND = "第二十条"


@dataclass(frozen=True, slots=True)
class _Band:
    """Columns that a band's header names, left to right; None for one that the form lacks.
    ``unit``: of money, where the header states one."""

    keys: tuple[str | None, ...] = ()
    positions: Mapping[int, str | None] = field(default_factory=dict)
    width: int = 0
    unit: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key is not None)


@dataclass(frozen=True, slots=True)
class _BandRow:
    split: SplitRow
    band: _Band


@lru_cache(maxsize=4096)
def _known(text: str) -> bool:
    return any(similarity(text, forms) >= 0.8 for forms in TABLE2_FORMS.values())


@lru_cache(maxsize=4096)
def _column(text: str, threshold: float = 0.75) -> str | None:
    return best_match(text, TABLE2_COLUMN_FORMS, threshold)


@lru_cache(maxsize=4096)
def _row(text: str) -> str | None:
    return best_match(text, TABLE2_FORMS, 0.8)


def _band(row: RowItem) -> _Band:
    """The columns that a row's labels name; none for rows without such labels."""
    labels = [c for c in row.cells if c.text and not is_value(c.text)]
    keys = {id(c): _column(c.text) for c in labels}
    first = next((i for i, c in enumerate(labels) if keys[id(c)]), None)
    if first is None:
        return _Band()
    labels = [c for c in labels[first:] if core(c.text) != _STUB and not _known(c.text)]
    if len(labels) < len(row.cells) - 1 and row.has_figures:
        # Where each cell has a line of its own, the labels run on to the first row's numbers.
        labels = [c for c in labels if keys[id(c)]]
    positions = {
        column: keys[id(cell)]
        for cell in labels
        for column in range(cell.col, cell.col + cell.colspan)
        if row.exact
    }
    named = tuple(keys[id(cell)] for cell in labels)
    if len(set(named)) != len(named):
        positions = {}
    money = (c.text for c in labels if keys[id(c)] in DECIMAL_COLUMNS)
    return _Band(named, positions, len(row.grid_row), next(map(stated_unit, money), None))


def read_table2(rows: Sequence[RowItem], *, recognised: bool = False) -> TableReading:
    """Read the rows that belong to table 二. Mixed forms are read band by band. ``recognised``: as
    for `read_table3`."""
    data, seen = _data(rows)
    if not data:
        return NO_TABLE
    if any(_column(d.split.leaf, 0.8) for d in data):
        # The header runs straight into figures: each row's label stands behind its numbers.
        empty = {key: absent(columns) for key, columns in TABLE2_2021.items()}
        text = "数字排在行标签之前，无法确定哪一行数字属于哪个标签"
        return TableReading(empty, (note("T-RAGGED", _TABLE, text),), None)
    named = {key for d in data if (key := _row(d.split.leaf))}
    version = _version(seen, named, data)
    form = TABLE2_2019 if version is FormatVersion.FMT2019 else TABLE2_2021
    splits = [d.split for d in data]
    matches = believable(align([s.leaf for s in splits], tuple(form), TABLE2_FORMS), splits)
    if all(m.by_order for m in matches):
        return NO_TABLE
    bands = {id(d.split): d.band for d in data}
    told = version is not None

    def place(key: str, split: SplitRow) -> dict[str, Cell] | None:
        band = _fitting(key, bands[id(split)])
        return _place(split, band or (_Band(form[key]) if told else _Band()))

    issues: list[Issue] = []
    cells: Cells = {}
    for match in matches:
        split = data[match.observed].split
        placed = place(match.key, split)
        if match.rivals:
            issues.append(ambiguous(_TABLE, match, split.leaf, TABLE2_ROW_NAMES))
            placed = None
        elif placed is None:
            issues.append(_ragged(match.key, len(split.shown), len(form[match.key])))
        cells[match.key] = placed or absent(form[match.key])
        if match.by_order:
            text = f"行标签“{split.leaf or '（空）'}”不可辨认，按前后行的顺序确定"
            issues.append(note("T-LABEL", _TABLE, text, match.key))
        elif (
            not recognised
            and not match.rivals
            and deviates(split.leaf, match.key, TABLE2_FORMS[match.key])
        ):
            text = f"行标签“{split.leaf}”与格式“{TABLE2_ROW_NAMES[match.key]}”不一致"
            issues.append(note("T-LABEL", _TABLE, text, match.key))
    issues += settle_leftovers(_TABLE, splits, matches, cells, TABLE2_FORMS, place)
    if missing := [key for key in form if key not in cells]:
        names = "、".join(TABLE2_ROW_NAMES[key] for key in missing)
        issues.append(note("T-ROW", _TABLE, f"未能找到 {len(missing)} 行：{names}"))
    ordered = {key: cells.get(key) or absent(form[key]) for key in form}
    return TableReading(ordered, tuple(issues), version)


def _data(rows: Sequence[RowItem]) -> tuple[list[_BandRow], set[str]]:
    """Rows of figures, each with the header of its band; and all columns named."""
    band = _Band()
    data: list[_BandRow] = []
    seen: set[str] = set()
    for row in rows:
        figures = row.has_figures
        begins = any(_BAND in text for text in row.texts)
        if begins:
            band = _Band()
        if (named := _band(row)).keys:
            band = named
            seen.update(named.named)
            if not figures:
                continue
        if not figures and begins:
            continue
        split = split_row(row, _known, _first_column(row, band))
        if split.values and (split.shown or any(_known(c.text) for c in split.labels)):
            data.append(_BandRow(split, band))
    return data, seen


def _first_column(row: RowItem, band: _Band) -> int | None:
    """Where the band's header says that the values of a row begin."""
    fits = row.exact and band.positions and len(row.grid_row) == band.width
    return min(band.positions) if fits else None


def _version(seen: set[str], rows: set[str], data: Sequence[_BandRow]) -> FormatVersion | None:
    """The form, by the names of columns; else by the rows that only one form has, and by how many
    numbers the rows of decisions show (2021: one, 2019: three)."""
    old, new = len(seen & _ONLY_2019), len(seen & _ONLY_2021)
    if old != new:
        return FormatVersion.FMT2019 if old > new else FormatVersion.FMT2021
    if rows & _ROWS_2019:
        return FormatVersion.FMT2019
    shown = {len(d.split.shown) for d in data if _row(d.split.leaf) in _DECIDED and d.split.shown}
    if shown == {1} or (not shown and "decisions" in seen):
        return FormatVersion.FMT2021
    return FormatVersion.FMT2019 if shown == {3} else None


def _fitting(row: str, band: _Band) -> _Band | None:
    """The band's header, where it names columns that the row has in one of the forms."""
    allowed = {*TABLE2_2021.get(row, ()), *TABLE2_2019.get(row, ())}
    return band if band.named and set(band.named) <= allowed else None


def _place(split: SplitRow, band: _Band) -> dict[str, Cell] | None:
    n = len(band.keys)
    if not n:
        return None
    unit = next((u for c in reversed(split.labels) if (u := stated_unit(c.text))), band.unit)
    if picked := under_header(split, band.positions, band.width):
        return _read(picked, unit)
    cells: Sequence[GridCell] | None = window(split, n)
    shown = split.shown
    doubtful = not split.row.exact and len(split.values) > n
    if cells and doubtful and 0 < sum(bool(c.text) for c in cells) < n:
        # Merged cells written out as several: whether a blank is a cell or part of one is unknown.
        cells = None
    if cells is None and n == 1 and split.values and len({c.text for c in shown}) <= 1:
        # A merged cell that was written out as several: one number, or the same one repeated.
        cells = [shown[0] if shown else split.values[0]]
    if cells is None and len(shown) == n:
        # Merged cells that were written out as several: numbers with blanks between.
        cells = shown
    return _read(dict(zip(band.keys, cells, strict=True)), unit) if cells is not None else None


def _read(
    picked: Mapping[str, GridCell] | Mapping[str | None, GridCell], unit: str | None
) -> dict[str, Cell]:
    return {
        column: read_cell(
            cell.text,
            cell.at,
            decimal=column in DECIMAL_COLUMNS,
            signed=column in SIGNED_COLUMNS,
            unit=unit if column in DECIMAL_COLUMNS else None,
        )
        for column, cell in picked.items()
        if column is not None
    }


def _ragged(row: str, shown: int, expected: int) -> Issue:
    name = TABLE2_ROW_NAMES[row]
    text = f"“{name}”一行读到 {shown} 个数字，应为 {expected} 个，无法确定对应的列"
    return note("T-RAGGED", _TABLE, text, row)
