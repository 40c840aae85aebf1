"""Table 三: 25 rows (2019: 23) of seven applicant columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.documents.document import GridCell
from crawler.parsing.flow import RowItem
from crawler.parsing.labels import (
    TABLE3_COLUMN_FORMS,
    TABLE3_FORMS,
    Match,
    align,
    best_match,
    core,
    is_group,
    similarity,
)
from crawler.parsing.numbers import is_value, read_cell
from crawler.parsing.row_ends import ends_by_sums
from crawler.parsing.rows import SplitRow, by_position, split_row, usual_columns, window
from storage.domain import ABSENT, Cell, Issue
from storage.vocab import (
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    TABLE3_ROWS_2019,
    TABLE3_ROWS_2021,
    FormatVersion,
    Layer,
)

_WIDTH = len(TABLE3_COLUMNS)
_HEADER_GROUPS = ("申请人情况", "法人或其他组织", "勾稽关系")


@dataclass(frozen=True, slots=True)
class TableReading:
    """``cells``: row → column → cell; empty where no table was found."""

    cells: Mapping[str, Mapping[str, Cell]]
    issues: tuple[Issue, ...]
    version: FormatVersion | None


@dataclass(frozen=True, slots=True)
class _Header:
    """``columns``: identifiers in order, None for a column that the form does not have.
    ``positions``: grid columns of the seven, for exact grids with a whole header."""

    columns: tuple[str | None, ...]
    positions: tuple[int, ...]


def _known(text: str) -> bool:
    return is_group(text) or any(similarity(text, forms) >= 0.8 for forms in TABLE3_FORMS.values())


def _is_header(row: RowItem) -> bool:
    if any(is_value(t) for t in row.texts):
        return False
    columns = sum(best_match(t, TABLE3_COLUMN_FORMS, 0.85) is not None for t in row.texts)
    groups = sum(any(g in core(t) for g in _HEADER_GROUPS) for t in row.texts)
    return columns >= 2 or groups >= 1


def _header(rows: Sequence[RowItem]) -> _Header | None:
    found: dict[str, GridCell] = {}
    extra: list[GridCell] = []
    for row in rows:
        named = [(best_match(c.text, TABLE3_COLUMN_FORMS, 0.8), c) for c in row.cells if c.text]
        for key, cell in named:
            if key is not None:
                found.setdefault(key, cell)
            elif sum(k is not None for k, _ in named) >= 3 and not any(
                g in core(cell.text) for g in _HEADER_GROUPS
            ):
                extra.append(cell)
    if len(found) < 3:
        return None
    if all(row.exact for row in rows):
        cells = sorted([*found.items(), *((None, c) for c in extra)], key=lambda kv: kv[1].col)
        columns: tuple[str | None, ...] = tuple(k for k, _ in cells)
        positions = tuple(found[c].col for c in TABLE3_COLUMNS) if len(found) == _WIDTH else ()
        return _Header(columns, positions)
    # In text the three header lines are not aligned with each other: 自然人 and 总计 stand in
    # other lines than the columns between them.
    middle: list[str | None] = [k for k in found if k not in ("natural_person", "total")]
    middle.extend(None for _ in extra)
    first = ["natural_person"] if "natural_person" in found else []
    last = ["total"] if "total" in found else []
    return _Header((*first, *middle, *last), ())


def read_table3(rows: Sequence[RowItem]) -> TableReading:
    """Read the rows that belong to table 三. Cells that can't be aligned are ``absent``."""
    header_rows = [row for row in rows if _is_header(row)]
    header = _header(header_rows)
    splits = [split_row(row, _known) for row in rows if row not in header_rows]
    splits = [s for s in splits if s.values and (s.labels or s.shown)]
    if not splits:
        return TableReading({}, (), None)
    version = _version(splits)
    form = TABLE3_ROWS_2019 if version is FormatVersion.FMT2019 else TABLE3_ROWS_2021
    issues: list[Issue] = []
    data: list[SplitRow] = []
    for split in splits:
        if is_group(split.leaf) and not (
            version is FormatVersion.FMT2019 and _is_other(split.leaf)
        ):
            if split.shown:
                issues.append(
                    _issue(
                        "T-EXTRA", None, f"“{split.leaf}”只是分组名称，却自成一行数字；该行未采用"
                    )
                )
            continue
        data.append(split)
    matches = align([s.leaf for s in data], form, TABLE3_FORMS)
    if not any(not m.by_order for m in matches):
        return TableReading({}, (), None)
    # Where some rows have lost cells, a blank at a row's end may be a shift: no habit is believed.
    torn = any(not s.row.exact and s.shown and len(s.values) < _WIDTH for s in data)
    usual = {} if torn else usual_columns(data, _WIDTH)
    if header and max((len(s.shown) for s in data), default=0) > len(header.columns):
        # Rows with more numbers than the header names columns: the header lost some as well.
        header = None
    short: dict[str, SplitRow] = {}
    cells: dict[str, dict[str, Cell]] = {}
    for match in matches:
        split = data[match.observed]
        placed = _place(split, header, usual)
        if placed is None:
            cells[match.key] = dict.fromkeys(TABLE3_COLUMNS, ABSENT)
            issues.append(_ragged(match.key, len(split.shown)))
            short[match.key] = split
        else:
            cells[match.key] = placed
        issues.extend(_label_notes(match, split))
    issues.extend(_leftovers(data, matches, cells, header, usual))
    cells.update(ends_by_sums(cells, short, form))
    missing = [key for key in form if key not in cells]
    if missing:
        names = "、".join(TABLE3_ROW_NAMES[key] for key in missing)
        issues.append(_issue("T-ROW", None, f"未能找到 {len(missing)} 行：{names}"))
    named = _header(header_rows)
    if named and len(named.columns) != _WIDTH:
        issues.append(_issue("T-COL", None, f"表头读到 {len(named.columns)} 列，应为 {_WIDTH} 列"))
    ordered = {key: cells.get(key) or dict.fromkeys(TABLE3_COLUMNS, ABSENT) for key in form}
    return TableReading(ordered, tuple(issues), version)


def _is_other(label: str) -> bool:
    return similarity(label, TABLE3_FORMS["other_all"]) >= 0.95


def _version(splits: Sequence[SplitRow]) -> FormatVersion:
    split_rows = ("other_no_correction", "other_fee_unpaid")
    if any(similarity(s.leaf, TABLE3_FORMS[k]) >= 0.7 for s in splits for k in split_rows):
        return FormatVersion.FMT2021
    if any(_is_other(s.leaf) and s.shown for s in splits):
        return FormatVersion.FMT2019
    return FormatVersion.FMT2021


def _place(
    split: SplitRow, header: _Header | None, usual: Mapping[int, int]
) -> dict[str, Cell] | None:
    if header and len(header.columns) != _WIDTH and len(split.shown) == len(header.columns):
        return _by_header(split, header)
    cells = (by_position(split, header.positions, _WIDTH) if header else None) or window(
        split, _WIDTH, usual
    )
    if cells is None:
        return None
    return {c: read_cell(cell.text, cell.at) for c, cell in zip(TABLE3_COLUMNS, cells, strict=True)}


def _by_header(split: SplitRow, header: _Header) -> dict[str, Cell] | None:
    """A row that shows just as many numbers as the header names columns, other than seven."""
    cells = split.shown
    if cells[-1].col - cells[0].col + 1 != len(cells):
        return None
    read = dict.fromkeys(TABLE3_COLUMNS, ABSENT)
    for column, cell in zip(header.columns, cells, strict=True):
        if column is not None:
            read[column] = read_cell(cell.text, cell.at)
    values = [read_cell(cell.text, cell.at).value for cell in cells]
    # The header itself may have lost the wrong name: the row's own sum must agree.
    if header.columns[-1] == "total" and None not in values:
        *parts, total = [int(v) for v in values if v is not None]
        return read if sum(parts) == total else None
    return None if len(header.columns) < _WIDTH else read


def _leftovers(
    data: Sequence[SplitRow],
    matches: Sequence[Match],
    cells: dict[str, dict[str, Cell]],
    header: _Header | None,
    usual: Mapping[int, int],
) -> list[Issue]:
    """Rows that were not matched: repeated ones with other figures make their row doubtful."""
    issues: list[Issue] = []
    used = {m.observed for m in matches}
    for index, split in enumerate(data):
        if index in used or not split.shown:
            continue
        key = best_match(split.leaf, TABLE3_FORMS, 0.85)
        placed = _place(split, header, usual)
        if key in cells and key is not None and placed is not None:
            if [c.value for c in placed.values()] == [c.value for c in cells[key].values()]:
                continue
            cells[key] = dict.fromkeys(TABLE3_COLUMNS, ABSENT)
            issues.append(
                _issue(
                    "T-AMBIGUOUS",
                    f"table3.{key}",
                    f"“{split.leaf}”出现多次且数字不同，无法确定取哪一行",
                )
            )
            continue
        issues.append(_issue("T-EXTRA", None, f"多出一行“{split.leaf}”，未能对应到格式中的行"))
    return issues


def _label_notes(match: Match, split: SplitRow) -> list[Issue]:
    where = f"table3.{match.key}"
    if match.by_order:
        return [
            _issue(
                "T-LABEL", where, f"行标签“{split.leaf or '（空）'}”不可辨认，按前后行的顺序确定"
            )
        ]
    if match.score < 0.85:
        return [
            _issue(
                "T-LABEL", where, f"行标签“{split.leaf}”与格式“{TABLE3_ROW_NAMES[match.key]}”不一致"
            )
        ]
    return []


def _ragged(key: str, shown: int) -> Issue:
    return _issue(
        "T-RAGGED",
        f"table3.{key}",
        f"“{TABLE3_ROW_NAMES[key]}”一行读到 {shown} 个数字，应为 {_WIDTH} 个，无法确定对应的列",
    )


def _issue(code: str, where: str | None, message: str) -> Issue:
    return Issue(Layer.EXTRACTION, code, message, where or "table3")
