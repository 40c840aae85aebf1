"""Tables that are drawn without rules: lines of words → rows of labels and values.

A row is known by the values at its end. Its label may stand above, below and beside them, since
cells are centred; the numbering of the form's labels tells where one ends and the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from statistics import median

from crawler.documents.document import Grid, GridCell
from crawler.documents.pdf.columns import Columns, columns_of
from crawler.documents.pdf.heads import (
    as_it_is,
    head_rows,
    is_band,
    is_known,
    is_note,
    named_columns,
)
from crawler.documents.pdf.lines import Line, Word, join_lines, join_words
from crawler.documents.pdf.page import UNKNOWN
from crawler.documents.pdf.wraps import is_value, without_wraps

_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)\s*$")
_NUMBERED = re.compile(r"^([（(]?[一二三四五六七八九十\d]{1,2}[）)、.．,，]|[一二三四]、)")
_LEAF = re.compile(r"^\d{1,2}[.、．]")
_PROSE = re.compile(r"[。；！？]|[：:]$")
_CLAUSE = re.compile(r"[，。；！？]|[：:]$")
_ITEMS = (
    "规章",
    "规范性文件",
    "行政规范性文件",
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政事业性收费",
    "政府集中采购",
    "其他对外管理服务事项",
)
"""Rows of table 二, most of which show one value only."""
_BEGINNING = 4
"""Characters of such a label that are enough, where it is wrapped."""
_LONG = 38
"""Characters; a longer line without values is prose."""
_CELL = 24
"""Characters of the longest label in a column's head."""
_APART = 1.2
"""Ems between a label and the only value of its row."""
_MANY = 6
"""Values in one line that are a table by themselves, with their label above and below them."""
_FEW = 3
_TAIL = 1.45
"""Sizes of type from one line of a cell to the next at most."""
_BETWEEN = 8
"""Lines of labels between two rows of values at most."""
_HEAD = 14
"""Lines of a head at most: in narrow columns a label has a line for each character."""
_LEAVES = 4
"""Numbered labels that show where the column of labels begins."""


@dataclass(slots=True)
class _Row:
    """A line with values, and the lines of its label above and below."""

    line: Line
    values: tuple[Word, ...]
    own: tuple[Word, ...]
    above: list[Line] = field(default_factory=list)
    below: list[Line] = field(default_factory=list)


def _values(line: Line) -> tuple[Word, ...]:
    """The values at the line's end."""
    words = line.words
    start = len(words)
    while start and is_value(words[start - 1]):
        start -= 1
    return words[start:]


def is_row(line: Line) -> bool:
    """Whether a line ends with values as the row of a table does."""
    values = _values(line)
    if len(values) != 1:
        return len(values) > 1
    label = line.words[:-1]
    if not label or _PROSE.search(line.text) or len(join_words(label)) > _LONG:
        return False
    apart = values[0].x0 - label[-1].x1 > _APART * values[0].size
    return apart or _is_item(label)


def _is_item(label: Sequence[Word]) -> bool:
    text = join_words(label)
    return text in _ITEMS or (
        len(text) >= _BEGINNING and any(item.startswith(text) for item in _ITEMS)
    )


def is_rest(line: Line) -> bool:
    """Whether a line at the top of a page may be what a page break left of a row's values."""
    return all(is_value(word) or word.text.isdigit() for word in line.words)


def find_zones(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Stretches of a page's lines that are tables (first, end): rows, and what may stand between
    and around them."""
    rows = [i for i, line in enumerate(lines) if is_row(line)]
    start = 0
    while start < len(rows):
        end = start
        while end + 1 < len(rows) and _linked(lines[rows[end] + 1 : rows[end + 1]]):
            end += 1
        inside = rows[start : end + 1]
        start = end + 1
        if len(inside) < 2 and not _is_table(lines[inside[0]]):
            continue
        edge = min(min(word.x0 for word in _values(lines[i])) for i in inside)
        first, last = inside[0], inside[-1] + 1
        first -= _count_heads(lines[:first], edge)
        while (
            last < len(lines)
            and last - inside[-1] < 4
            and _is_tail(lines[last], lines[last - 1], edge)
        ):
            last += 1
        yield first, last


def heads_before(lines: Sequence[Line], zone: Sequence[Line]) -> int:
    """How many of the last ``lines`` of a page are the head of the table that begins overleaf."""
    values = [_values(line) for line in zone if is_row(line)]
    count = _count_heads(lines, min((row[0].x0 for row in values), default=0.0))
    heads = lines[len(lines) - count :]
    return count if any(map(is_known, heads)) else 0


def _count_heads(lines: Sequence[Line], edge: float) -> int:
    heads = takewhile(lambda line: _is_head(line, edge), reversed(lines[-_HEAD:]))
    return sum(1 for _ in heads)


def _is_table(line: Line) -> bool:
    """Whether a line is a table by itself: table 四, or the only row on its page."""
    values, label = _values(line), _label(line)
    if _is_item(label):
        return True
    return len(values) >= _MANY or (len(values) >= _FEW and bool(label))


def _linked(between: Sequence[Line]) -> bool:
    return len(between) <= _BETWEEN and all(_may_be_label(line) for line in between)


def _may_be_label(line: Line) -> bool:
    if _SECTION.match(line.text) or _PROSE.search(line.text):
        return False
    return max(len(word.text) for word in line.words) <= _LONG and len(line.text) <= 2 * _LONG


def _is_head(line: Line, edge: float) -> bool:
    """Whether a line above a table may be its head."""
    if not _may_be_label(line):
        return False
    if line.x1 <= edge or is_note(line):
        return True
    return not _CLAUSE.search(line.text) and max(len(w.text) for w in line.words) <= _CELL


def _is_tail(line: Line, before: Line, edge: float) -> bool:
    """Whether a line below the last row is the end of that row's label or of its numbers."""
    if line.words[0].x0 > edge - line.size and (is_rest(line) or line.text[0] in "（("):
        return line.middle - before.middle < _TAIL * line.size
    near = line.middle - before.middle < 2 * line.size
    return near and line.x1 <= edge and _may_be_label(line) and not _NUMBERED.match(line.text)


# --- One table --------------------------------------------------------------------


def grids_of(
    parts: Sequence[Sequence[Line]], places: Sequence[str], *, joined: bool = False
) -> list[Grid]:
    """The grids of one table, torn over pages into ``parts``; ``places``: where each stands;
    ``joined``: see `without_wraps`."""
    whole = [line for lines in parts for line in lines]
    tables = [_rows(without_wraps(lines, whole, joined=joined)) for lines in parts]
    columns = columns_of([row.values for rows, _ in tables for row in rows])
    stub = max((row.own[-1].x1 for rows, _ in tables for row in rows if row.own), default=0.0)
    above = [line for _, heads in tables[:2] for line in heads.get(0, ())]
    columns = named_columns(above, columns, stub)
    leaf = _leaf_edge([row for rows, _ in tables for row in rows])
    return [
        _grid(rows, heads, at, columns, leaf, stub)
        for (rows, heads), at in zip(tables, places, strict=True)
    ]


def _rows(lines: Sequence[Line]) -> tuple[list[_Row], dict[int, list[Line]]]:
    """Rows with their labels; and lines of heads by the number of rows above them."""
    rows = [_Row(line, _values(line), _label(line)) for line in lines if is_row(line)]
    edge = min((row.values[0].x0 for row in rows), default=0.0)
    heads: dict[int, list[Line]] = {}
    above = 0
    for line in lines:
        if is_row(line):
            above += 1
        elif rows and line.x1 <= edge and not is_band(line) and not _is_above(line, rows[0]):
            _assign(line, rows)
        else:
            heads.setdefault(above, []).append(line)
    return rows, heads


def _grid(
    rows: Sequence[_Row],
    heads: Mapping[int, Sequence[Line]],
    at: str,
    columns: Columns | None,
    leaf: float | None,
    stub: float,
) -> Grid:
    out: list[list[str]] = []
    for index in range(len(rows) + 1):
        out.extend(head_rows(heads.get(index, ()), columns, stub))
        if index < len(rows):
            # Where the head names as many columns as the row shows values, none is blank.
            named = len(out[-1]) - 1 if index in heads and out else 0
            whole = named == len(rows[index].values)
            out.append(_cells(rows[index], None if whole else columns, leaf))
    if not out:
        out.extend(as_it_is(line) for lines in heads.values() for line in lines)
    width = max(map(len, out))
    table: list[tuple[GridCell, ...]] = []
    for r, cells in enumerate(out):
        # Labels stand at the left end, values at the right one: blanks fill up between.
        cells = [*[""] * (width - len(cells)), *cells]
        table.append(
            tuple(
                GridCell(text, r, c, f"{at}/row[{r + 1}]/col[{c + 1}]")
                for c, text in enumerate(cells)
            )
        )
    return Grid(tuple(table), at, exact=False)


def _label(line: Line) -> tuple[Word, ...]:
    return line.words[: len(line.words) - len(_values(line))]


def _assign(line: Line, rows: Sequence[_Row]) -> None:
    """Give a line of label to the row above or below it."""
    after = next((i for i, row in enumerate(rows) if row.line.middle > line.middle), len(rows))
    if after == 0:
        rows[0].above.append(line)
    elif after == len(rows):
        rows[-1].below.append(line)
    elif _begins_next(line, rows[after - 1], rows[after]):
        rows[after].above.append(line)
    else:
        rows[after - 1].below.append(line)


def _is_above(line: Line, first: _Row) -> bool:
    """Whether a line belongs to the table's head and not to the label of its first row."""
    if line.middle > first.line.middle:
        return False
    begun = bool(first.own) and bool(_NUMBERED.match(first.own[-1].text))
    return begun or line.middle < first.line.middle - 3 * line.size


def _begins_next(line: Line, before: _Row, after: _Row) -> bool:
    if after.above or _NUMBERED.match(line.words[-1].text):
        return True
    if after.own and _NUMBERED.match(after.own[-1].text):
        return False
    return after.line.middle - line.middle < line.middle - before.line.middle


def _leaf_edge(rows: Sequence[_Row]) -> float | None:
    """Where the column of numbered labels begins; left of it stand the names of groups."""
    starts = [
        word.x0
        for row in rows
        for line in (row.own, *(part.words for part in (*row.above, *row.below)))
        for word in line
        if _LEAF.match(word.text)
    ]
    return median(starts) if len(starts) >= _LEAVES else None


def _cells(row: _Row, columns: Columns | None, leaf: float | None) -> list[str]:
    parts: Sequence[Sequence[Word]] = [
        *(line.words for line in row.above),
        row.own,
        *(line.words for line in row.below),
    ]
    if leaf is not None:
        own = _own_label(parts, len(row.above), leaf)
        if own is None:
            label = join_lines([join_words(words) for words in parts if words])
            return [label, *(UNKNOWN for _ in row.values)]
        parts = _without_groups(own, leaf)
    label = join_lines([join_words(words) for words in parts if words])
    placed = columns.place(row.values) if columns else None
    if placed is None:
        return [label, *(word.text for word in row.values)]
    return [label, *(word.text if word else "" for word in placed)]


def _own_label(
    parts: Sequence[Sequence[Word]], level: int, leaf: float
) -> Sequence[Sequence[Word]] | None:
    """The lines of the label beside the values (``level``), where the labels of rows that show
    nothing stand above and below it; None if it can't be told which that is."""
    starts = [
        i
        for i, words in enumerate(parts)
        if any(_LEAF.match(word.text) and word.x0 > leaf - word.size for word in words)
    ]
    if len(starts) < 2:
        return parts
    if not parts[level] and (level + 1 >= len(parts) or level + 1 in starts):
        return None
    first = max((i for i in starts if i <= level), default=0)
    end = min((i for i in starts if i > level), default=len(parts))
    return parts[first:end]


def _without_groups(parts: Sequence[Sequence[Word]], leaf: float) -> Sequence[Sequence[Word]]:
    """The row's own label: not the names of groups, which stand left of ``leaf`` where they fit.

    A label merged over both columns begins further left and reaches over the border.
    """
    wide = [
        word.x0
        for line in parts
        for word in line
        if word.x0 < leaf - word.size and word.x1 > leaf + word.size
    ]
    border = min(wide) - 1 if wide else leaf
    own = [[word for word in line if word.center > border] for line in parts]
    return own if any(own) else parts
