"""Table 二 in both forms: row labels give the row, the band's own header gives the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import TABLE2_COLUMN_FORMS, TABLE2_FORMS, align, best_match, similarity
from crawler.parsing.numbers import is_value, read_cell
from crawler.parsing.rows import SplitRow, split_row, window
from crawler.parsing.table3 import TableReading
from storage.domain import ABSENT, Cell, Issue
from storage.vocab import (
    DECIMAL_COLUMNS,
    SIGNED_COLUMNS,
    TABLE2_2019,
    TABLE2_2021,
    TABLE2_ROW_NAMES,
    FormatVersion,
    Layer,
)

_ONLY_2019 = frozenset(
    {"newly_made", "newly_published", "total_public", "prev_items", "change", "projects", "amount"}
)
_ONLY_2021 = frozenset({"made", "repealed", "in_force", "amount_wan"})


@dataclass(frozen=True, slots=True)
class _BandRow:
    split: SplitRow
    columns: tuple[str, ...]


def _known(text: str) -> bool:
    return any(similarity(text, forms) >= 0.8 for forms in TABLE2_FORMS.values())


def _columns(row: RowItem) -> tuple[str, ...]:
    """Column identifiers that a header row names; () for any other row."""
    if any(is_value(t) for t in row.texts):
        return ()
    named = (best_match(t, TABLE2_COLUMN_FORMS, 0.75) for t in row.texts)
    return tuple(dict.fromkeys(key for key in named if key is not None))


def read_table2(rows: Sequence[RowItem]) -> TableReading:
    """Read the rows that belong to table 二. Mixed forms are read band by band."""
    band: tuple[str, ...] = ()
    data: list[_BandRow] = []
    seen: set[str] = set()
    for row in rows:
        if columns := _columns(row):
            band = columns
            seen.update(columns)
            continue
        if any("第二十条" in t for t in row.texts) and not any(is_value(t) for t in row.texts):
            band = ()
            continue
        split = split_row(row, _known)
        if split.values and (split.shown or any(_known(c.text) for c in split.labels)):
            data.append(_BandRow(split, band))
    if not data:
        return TableReading({}, (), None)
    version = _version(seen)
    form = TABLE2_2019 if version is FormatVersion.FMT2019 else TABLE2_2021
    matches = align([d.split.leaf for d in data], tuple(form), TABLE2_FORMS)
    if not any(not m.by_order for m in matches):
        return TableReading({}, (), None)
    issues: list[Issue] = []
    cells: dict[str, dict[str, Cell]] = {}
    for match in matches:
        item = data[match.observed]
        expected = _expected(match.key, item.columns, form)
        placed = _place(item.split, expected)
        if placed is None:
            issues.append(_ragged(match.key, len(item.split.shown), len(expected)))
            placed = dict.fromkeys(expected, ABSENT)
        cells[match.key] = placed
        if match.by_order:
            label = item.split.leaf or "（空）"
            issues.append(
                _issue("T-LABEL", match.key, f"行标签“{label}”不可辨认，按前后行的顺序确定")
            )
    used = {m.observed for m in matches}
    for index, item in enumerate(data):
        if index not in used and item.split.shown and item.split.labels:
            issues.append(
                _issue("T-EXTRA", None, f"多出一行“{item.split.leaf}”，未能对应到格式中的行")
            )
    missing = [key for key in form if key not in cells]
    if missing:
        names = "、".join(TABLE2_ROW_NAMES[key] for key in missing)
        issues.append(_issue("T-ROW", None, f"未能找到 {len(missing)} 行：{names}"))
    ordered = {key: cells.get(key) or dict.fromkeys(form[key], ABSENT) for key in form}
    return TableReading(ordered, tuple(issues), version)


def _version(seen: set[str]) -> FormatVersion | None:
    old, new = len(seen & _ONLY_2019), len(seen & _ONLY_2021)
    if old == new:
        return FormatVersion.FMT2021 if "decisions" in seen else None
    return FormatVersion.FMT2019 if old > new else FormatVersion.FMT2021


def _expected(row: str, band: tuple[str, ...], form: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The band's header decides where it fits the row in either form; else the form does."""
    allowed = {*TABLE2_2021.get(row, ()), *TABLE2_2019.get(row, ())}
    if band and set(band) <= allowed:
        return band
    return form[row]


def _place(split: SplitRow, columns: tuple[str, ...]) -> dict[str, Cell] | None:
    n = len(columns)
    cells: Sequence[GridCell] | None = window(split, n)
    if cells is None and n == 1 and split.values:
        # A merged cell that was written out as several: one number, or the same one repeated.
        texts = {c.text for c in split.shown}
        if len(texts) <= 1:
            cells = [split.shown[0] if split.shown else split.values[0]]
    if cells is None and not split.shown and split.row.exact:
        cells = split.values[:n] if len(split.values) >= n else None
    if cells is None:
        return None
    return {
        column: read_cell(
            cell.text, cell.at, decimal=column in DECIMAL_COLUMNS, signed=column in SIGNED_COLUMNS
        )
        for column, cell in zip(columns, cells, strict=True)
    }


def _ragged(row: str, shown: int, expected: int) -> Issue:
    name = TABLE2_ROW_NAMES[row]
    return _issue(
        "T-RAGGED", row, f"“{name}”一行读到 {shown} 个数字，应为 {expected} 个，无法确定对应的列"
    )


def _issue(code: str, row: str | None, message: str) -> Issue:
    return Issue(Layer.EXTRACTION, code, message, f"table2.{row}" if row else "table2")
