"""The header of table 三: which applicant stands over which column.

In the form it has three lines (自然人 and 总计 in the second, the organisations in the third), so
that in running text the order of reading is not the order of the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.parsing.flow import RowItem
from crawler.parsing.labels import TABLE3_COLUMN_FORMS, best_match, core, similarity
from crawler.parsing.numbers import is_value
from storage.vocab import TABLE3_COLUMNS

_GROUPS = ("申请人情况", "法人或其他组织", "勾稽关系")
_ORGANISATIONS = frozenset(TABLE3_COLUMNS[1:-1])
_OUTER = frozenset((TABLE3_COLUMNS[0], TABLE3_COLUMNS[-1]))
_GROUP = "法人或其他组织"
_SURE = 0.8
_RESCUE = 0.4
"""A misprinted label is believed at the one place where the form's own is missing."""
_RUN_TOGETHER = 3
"""So many column names in one row are a header, even if numbers follow in the same row."""


@dataclass(frozen=True, slots=True)
class Header:
    """``keys``: the columns from left to right, None for one that the form does not have.
    ``positions``: grid column → key (exact grids whose header fits its columns). ``width`` of
    the grid that these belong to."""

    keys: tuple[str | None, ...]
    positions: Mapping[int, str | None] = field(default_factory=dict)
    width: int = 0

    @property
    def complete(self) -> bool:
        """All seven columns named, each once."""
        return sorted(k for k in self.keys if k is not None) == sorted(TABLE3_COLUMNS)

    @property
    def plausible(self) -> bool:
        """Nothing named contradicts the form's own order: the names that are missing were lost."""
        order = iter(TABLE3_COLUMNS)
        return all(key is not None and key in order for key in self.keys)


def is_header(row: RowItem) -> bool:
    """Whether a row belongs to the header and holds no figures."""
    if any(is_value(text) for text in row.texts):
        return False
    groups = any(_is_group(text) for text in row.texts)
    return groups or sum(_key(text) is not None for text in row.texts) >= 2


def read_header(rows: Sequence[RowItem]) -> Header | None:
    """The header found among all rows of the table; None if too little of it is left."""
    own = [row for row in rows if is_header(row)]
    exact = _by_columns(own) if own and all(row.exact for row in own) else None
    if exact is not None:
        return exact
    lines = [_names(row) for row in rows if row in own or _names_many(row)]
    keys = _rescued(_in_order(lines))
    return Header(keys) if len([k for k in keys if k]) >= _RUN_TOGETHER else None


def _key(text: str) -> str | None:
    return best_match(text, TABLE3_COLUMN_FORMS, _SURE)


def _is_group(text: str) -> bool:
    plain = core(text)
    return any(group in plain for group in _GROUPS)


def _names_many(row: RowItem) -> bool:
    return sum(_key(t) in _ORGANISATIONS for t in row.texts if not is_value(t)) >= _RUN_TOGETHER


def _by_columns(rows: Sequence[RowItem]) -> Header | None:
    """Exact grids: the lowest label over each grid column, in the grid that begins the table."""
    labels: dict[int, str] = {}
    first = [row for row in rows if row.grid == rows[0].grid]
    for row in first:
        for column, cell in enumerate(row.grid_row):
            if cell is not None and cell.text:
                labels[column] = cell.text
    named = {column: _key(text) for column, text in labels.items()}
    begin = min((c for c, key in named.items() if key), default=None)
    if begin is None:
        return None
    positions: dict[int, str | None] = {}
    runs: list[str | None] = []
    previous: str | None = None
    for column in sorted(c for c in labels if c >= begin):
        if named[column] is None and _is_group(labels[column]):
            previous = None
            continue
        positions[column] = named[column]
        if labels[column] != previous:
            runs.append(named[column])
        previous = labels[column]
    known = [key for key in runs if key]
    if len(known) < _RUN_TOGETHER or len(set(known)) != len(known):
        return None
    if set(known) < {key for row in first for t in row.texts if (key := _key(t))}:
        # A name stands in the header, but over no column of its own: its spans are wrong.
        return None
    keys = _rescued(runs)
    if keys != tuple(runs):
        rescued = iter(keys)
        by_label = {labels[c]: next(rescued) for c in _starts(positions, labels)}
        positions = {c: by_label[labels[c]] for c in positions}
    return Header(keys, positions, len(first[0].grid_row))


def _starts(positions: Mapping[int, str | None], labels: Mapping[int, str]) -> list[int]:
    columns = sorted(positions)
    return [c for i, c in enumerate(columns) if not i or labels[c] != labels[columns[i - 1]]]


def _names(row: RowItem) -> list[str]:
    """The labels of a row from its first column name on, without the stub's."""
    texts = [text for text in row.texts if not is_value(text)]
    first = next((i for i, t in enumerate(texts) if _key(t) or _GROUP in core(t)), len(texts))
    return texts[first:]


def _in_order(lines: Sequence[Sequence[str]]) -> list[str | None]:
    """Reading order → order of the columns. Repeated headers (on every page) count once."""
    outer: list[str | None] = []
    inner: list[str | None] = []
    flat: list[str | None] = []
    for line in lines:
        keys = [_key(text) for text in line]
        organisations = sum(key in _ORGANISATIONS for key in keys)
        if organisations and _OUTER & set(keys) and _GROUP not in map(core, line):
            flat = flat or _until_stub(keys)
        elif organisations and not inner:
            inner = [key for key in _until_stub(keys) if key not in _OUTER]
        if not outer and _OUTER & set(keys):
            outer = [
                "*" if _GROUP in core(text) else key
                for text, key in zip(line, keys, strict=True)
                if key not in _ORGANISATIONS and (key or _GROUP in core(text))
            ]
    if flat:
        return flat
    if "*" not in outer:
        place = outer.index("natural_person") + 1 if "natural_person" in outer else 0
        outer.insert(place, "*")
    return [key for name in outer for key in (inner if name == "*" else [name])]


def _until_stub(keys: Sequence[str | None]) -> list[str | None]:
    """Labels behind the last column name are the stub of the first row, run on."""
    last = max(i for i, key in enumerate(keys) if key)
    return list(keys[: last + 1])


def _rescued(keys: Sequence[str | None]) -> tuple[str | None, ...]:
    return tuple(keys)


__all__ = ["Header", "is_header", "read_header", "similarity"]
