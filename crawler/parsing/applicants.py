"""The header of table 三: which applicant stands over which column.

In the form it has three lines (自然人 and 总计 in the second, the organisations in the third), so
that in running text the order of reading is not the order of the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import takewhile

from crawler.parsing.flow import RowItem
from crawler.parsing.labels import (
    TABLE3_COLUMN_FORMS,
    TABLE3_FORMS,
    best_match,
    core,
    is_group,
    similarity,
)
from crawler.parsing.numbers import is_value
from storage.vocab import TABLE3_COLUMNS

_GROUP = "法人或其他组织"
_GROUPS = ("申请人情况", _GROUP, "勾稽关系")
_OUTER = (TABLE3_COLUMNS[0], TABLE3_COLUMNS[-1])
_ORGANISATIONS = TABLE3_COLUMNS[1:-1]
_SURE = 0.8
_RESCUE = 0.4
"""A misprinted label is believed at the one place where the form's own is missing."""
_LEAST = 3
"""Fewer column names are no header that anything could be read by."""


@dataclass(frozen=True, slots=True)
class _Label:
    """``key``: None for a column that the form does not have. ``place``: line or grid column."""

    text: str
    key: str | None
    place: int


@dataclass(frozen=True, slots=True)
class Header:
    """``keys``: the columns from left to right, None for one that the form does not have.
    ``positions``: grid column → key, where the header states it (exact grids). ``width``: of the
    grid that these belong to. ``told``: the header tells on which side 自然人 and 总计 stand; else
    ``keys`` has them as the form does."""

    keys: tuple[str | None, ...]
    positions: Mapping[int, str | None] = field(default_factory=dict)
    width: int = 0
    told: bool = True

    @property
    def complete(self) -> bool:
        """All seven columns are named, each once."""
        return sorted(k for k in self.keys if k) == sorted(TABLE3_COLUMNS)

    @property
    def in_form(self) -> bool:
        """Nothing contradicts the form's own order: names that are missing may have been lost."""
        order = iter(TABLE3_COLUMNS)
        return all(key is not None and key in order for key in self.keys)


def is_header(row: RowItem) -> bool:
    """Whether a row belongs to the header and holds no figures."""
    if row.has_figures:
        return False
    grouped = any(_is_group(text) for text in row.texts)
    return grouped or sum(_key(text) is not None for text in row.texts) >= 2


def names_column(text: str) -> bool:
    """Whether a label is that of one of the seven columns."""
    return _key(text) is not None


def read_header(rows: Sequence[RowItem]) -> Header | None:
    """The header among all rows of the table; None if too little of it is left."""
    own = [row for row in rows if is_header(row)]
    header = None
    if own and all(row.exact for row in own):
        # A header that stands again further down may be out of line with the columns.
        begin = rows.index(own[0])
        first = list(takewhile(is_header, rows[begin:]))
        header = _by_columns([row for row in first if row.grid == own[0].grid], own)
    if header is None:
        # Where each cell has a line of its own, the first row of figures begins with the header.
        lines = own or [row for row in rows if len(_labels(row, 0)) > len(TABLE3_COLUMNS)][:1]
        labels = [label for i, row in enumerate(lines) for label in _labels(row, i)]
        ordered, told = _in_order(labels)
        header = Header(tuple(label.key for label in _rescued(ordered)), told=told)
    return header if sum(key is not None for key in header.keys) >= _LEAST else None


@lru_cache(maxsize=4096)
def _is_group(text: str, groups: tuple[str, ...] = _GROUPS) -> bool:
    """Whether a label is one that stands over several columns, misprints included."""
    plain = core(text)
    return any(group in plain or similarity(text, (group,)) >= _SURE for group in groups)


@lru_cache(maxsize=4096)
def _key(text: str) -> str | None:
    return best_match(text, TABLE3_COLUMN_FORMS, _SURE)


@lru_cache(maxsize=4096)
def _stub(text: str) -> bool:
    """Labels that stand over or beside the columns, not in one."""
    return (
        _is_group(text)
        or is_group(text)
        or any(similarity(text, forms) >= _SURE for forms in TABLE3_FORMS.values())
    )


def _labels(row: RowItem, line: int) -> list[_Label]:
    """Names of columns in a row, and the group's as ``*``, from the first of them on."""
    found: list[_Label] = []
    for text in row.texts:
        key = "*" if _is_group(text, (_GROUP,)) else _key(text)
        if key or (found and not is_value(text) and not _stub(text)):
            found.append(_Label(text, key, line))
    return found


def _in_order(labels: Sequence[_Label]) -> tuple[list[_Label], bool]:
    """Reading order → order of the columns, and whether it is told (see `Header`)."""
    once = list(_until_repeated(labels))
    first = next((i for i, label in enumerate(once) if label.key in _ORGANISATIONS), None)
    if first is None:
        return [], False
    stretch = once[first:]
    inner = [
        label
        for label in stretch
        if label.place == once[first].place and label.key not in (*_OUTER, "*")
    ]
    outer = [label for label in once if label not in inner]
    star = next((i for i, label in enumerate(outer) if label.key == "*"), None)
    if star is not None:
        return _around_group(outer, star, inner)
    if any(label.place == once[first].place for label in outer):
        return once, True
    after = next((i for i, label in enumerate(outer) if label.key == _OUTER[0]), -1) + 1
    return [*outer[:after], *inner, *outer[after:]], False


def _around_group(
    outer: Sequence[_Label], star: int, inner: Sequence[_Label]
) -> tuple[list[_Label], bool]:
    """The organisations stand where their group does. What stands beside the group's name in its
    line keeps its side; a 总计 or 自然人 from another line, or of a header whose lines run into
    one, says nothing of its place: then it is the form's."""
    line = outer[star].place
    beside = bool(inner) and inner[0].place != line
    left: list[_Label] = []
    right: list[_Label] = []
    for position, label in enumerate(outer):
        if label.key == "*":
            continue
        if beside and label.place == line:
            (left if position < star else right).append(label)
        elif label.key == _OUTER[0]:
            left.insert(0, label)
        else:
            right.append(label)
    told = beside and all(label.place == line for label in outer)
    return [*left, *inner, *right], told


def _until_repeated(labels: Sequence[_Label]) -> Iterator[_Label]:
    """A header that stands again on the next page adds nothing."""
    seen: set[str] = set()
    for label in labels:
        if label.key in seen:
            return
        if label.key:
            seen.add(label.key)
        yield label


def _by_columns(first: Sequence[RowItem], rows: Sequence[RowItem]) -> Header | None:
    """Exact grids: the lowest label over each grid column of the ``first`` rows. None if the spans
    don't fit, or other ``rows`` of the header name further columns."""
    lowest: dict[int, str] = {}
    for row in first:
        for column, cell in enumerate(row.grid_row):
            if cell is not None and cell.text:
                lowest[column] = cell.text
    over = [_Label(text, _key(text), column) for column, text in sorted(lowest.items())]
    begin = next((i for i, label in enumerate(over) if label.key), len(over))
    over = [label for label in over[begin:] if not _is_group(label.text)]
    runs = [
        label
        for i, label in enumerate(over)
        if not i or (label.text, label.place) != (over[i - 1].text, over[i - 1].place + 1)
    ]
    keys = [label.key for label in runs if label.key]
    written = {key for row in rows for text in row.texts if (key := _key(text))}
    if len(set(keys)) != len(keys) or set(keys) != written:
        return None
    named = {label.place: label.key for label in _rescued(runs)}
    positions: dict[int, str | None] = {}
    current: str | None = None
    for label in over:
        current = named.get(label.place, current)
        positions[label.place] = current
    return Header(tuple(named.values()), positions, len(first[0].grid_row))


def _rescued(labels: Sequence[_Label]) -> list[_Label]:
    """A label that is nearly the one that the form has in its place is that one."""
    if len(labels) != len(TABLE3_COLUMNS):
        return list(labels)
    changed = [
        replace(label, key=key)
        if label.key is None and similarity(label.text, TABLE3_COLUMN_FORMS[key]) >= _RESCUE
        else label
        for label, key in zip(labels, TABLE3_COLUMNS, strict=True)
    ]
    return changed if tuple(label.key for label in changed) == TABLE3_COLUMNS else list(labels)
