"""Tables that are drawn without rules: lines of words → rows of labels and values.

A row is known by the values at its end. Its label may stand above, below and beside them, since
cells are centred; the numbering of the form's labels tells where one ends and the next begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile
from statistics import median

from crawler.documents.document import Grid, GridCell
from crawler.documents.pdf.columns import Columns, columns_of
from crawler.documents.pdf.heads import as_it_is, head_rows, is_band, named_columns
from crawler.documents.pdf.lines import Line, Word, join_lines, join_words
from crawler.documents.pdf.page import UNKNOWN
from crawler.documents.pdf.wraps import without_wraps
from crawler.documents.pdf.zones import FEW, ITEMS, NUMBERED, is_item, is_row, label_of, values_of

_LEAF = re.compile(r"^\d{1,2}[.、．]")
_GROUP = re.compile(r"^三、本年|^[（(][三四五六][）)]")
"""Names of groups, which stand beside the labels of their rows."""
_LEVELS = 3
"""At which the values of one row stand at most: above, beside and below the middle."""
_TOGETHER = 0.9
"""Ems between digits of one number at most, however it is spread."""
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
    every = [row for rows, _ in tables for row in rows]
    leaf = _leaf_edge(every)
    doubtful = iter(
        _doubtful(every, [columns.place(row.values) if columns else None for row in every])
    )
    return [
        _grid(rows, heads, at, columns, leaf, stub, list(islice(doubtful, len(rows))))
        for (rows, heads), at in zip(tables, places, strict=True)
    ]


def _rows(lines: Sequence[Line]) -> tuple[list[_Row], dict[int, list[Line]]]:
    """Rows with their labels; and lines of heads by the number of rows above them."""
    rows = [_Row(line, values_of(line), label_of(line)) for line in lines if is_row(line)]
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
    doubtful: Sequence[set[int]],
) -> Grid:
    """``doubtful``: of each row, see `_doubtful`."""
    out: list[list[str]] = []
    placed = [columns.place(row.values) if columns else None for row in rows]
    counts = Counter(len(row.values) for row in rows if len(row.values) >= FEW)
    usual = {count for count, times in counts.items() if 2 * times > counts.total() > FEW}
    above = 0
    """columns that the last head names"""
    for index in range(len(rows) + 1):
        head = list(head_rows(heads.get(index, ()), columns, stub))
        above = max(map(len, head), default=above + 1) - 1
        out.extend(head)
        if index < len(rows):
            # Where the head names as many columns as the row shows values, none is blank.
            named = len(out[-1]) - 1 if index in heads and out else 0
            whole = named == len(rows[index].values)
            shown: Sequence[Word | None] | None = rows[index].values if whole else placed[index]
            blanks = [UNKNOWN if n in doubtful[index] else "" for n in range(len(shown or ()))]
            if shown is None and len(rows[index].values) in usual:
                shown, blanks = rows[index].values, [""] * len(rows[index].values)
            if shown is None and 1 < len(rows[index].values) < above:
                shown, blanks = [None] * above, [UNKNOWN] * above
            out.append(_cells(rows[index], shown, blanks, leaf))
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
    begun = bool(first.own) and bool(NUMBERED.match(first.own[-1].text))
    return begun or line.middle < first.line.middle - 3 * line.size


def _begins_next(line: Line, before: _Row, after: _Row) -> bool:
    if after.above or NUMBERED.match(line.words[-1].text):
        return True
    if after.own and NUMBERED.match(after.own[-1].text):
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


def _doubtful(
    rows: Sequence[_Row], placed: Sequence[Sequence[Word | None] | None]
) -> list[set[int]]:
    """Blanks of each row that may not be: rows that follow each other and show nothing in common
    columns may be one, whose cells are not level."""
    shown = [
        {n for n, word in enumerate(words) if word is not None}
        if words is not None and not is_item(row.own)
        else set()
        for row, words in zip(rows, placed, strict=True)
    ]
    out: list[set[int]] = [set() for _ in placed]
    for i, one in enumerate(shown):
        seen = set(one)
        for k in range(i + 1, min(i + _LEVELS, len(shown))):
            if not one or not shown[k] or seen & shown[k]:
                break
            for n in range(i, k):
                out[n] |= shown[k]
                out[k] |= shown[n]
            seen |= shown[k]
    return out


def _cells(
    row: _Row, placed: Sequence[Word | None] | None, blanks: Sequence[str], leaf: float | None
) -> list[str]:
    """``placed``: its values by columns, if these are known; ``blanks``: what stands for none."""
    numbered = bool(row.own) and _is_begun(row.own[-1].text)
    above = () if numbered else tuple(line.words for line in _without_items(row))
    below = tuple(line.words for line in takewhile(_goes_on, row.below))
    parts: Sequence[Sequence[Word]] = [*above, row.own, *below]
    if _is_beside(above, row.own, below):
        return [join_words(row.own), *(UNKNOWN for _ in row.values)]
    if leaf is not None:
        own = _own_label(parts, len(above), leaf)
        if own is None:
            label = join_lines([join_words(words) for words in parts if words])
            return [label, *(UNKNOWN for _ in row.values)]
        parts = _without_groups(own, leaf)
    label = join_lines([join_words(words) for words in parts if words])
    if placed is None:
        return [
            label,
            *(UNKNOWN if _is_spread(row, n) else word.text for n, word in enumerate(row.values)),
        ]
    return [
        label,
        *(word.text if word else blank for word, blank in zip(placed, blanks, strict=True)),
    ]


def _is_beside(
    above: Sequence[Sequence[Word]],
    own: Sequence[Word],
    below: Sequence[Sequence[Word]],
) -> bool:
    """Whether the label above values stands in another column of the stub than the label beside
    them, which is written downward: it may be that of a row before, which shows nothing."""
    if len(join_words(own)) != 1:
        return False
    under = [any(word.x0 >= own[-1].x1 for word in words) for words in (*above, *below)]
    return any(under[: len(above)]) and not any(under[len(above) :])


def _goes_on(line: Line) -> bool:
    """Whether a line below a row is not the label of the next one, which shows nothing."""
    return not _is_begun(line.words[-1].text)


def _is_begun(text: str) -> bool:
    return bool(NUMBERED.match(text)) and not _GROUP.match(text)


def _without_items(row: _Row) -> list[Line]:
    """The lines above a label, without those of rows that show nothing."""
    own = join_words(row.own)
    if own not in ITEMS:
        return row.above
    last = max((i for i, line in enumerate(row.above) if line.text in ITEMS), default=-1)
    return row.above[last + 1 :]


def _is_spread(row: _Row, index: int) -> bool:
    """Whether a digit stands so near to another one that both may be of one number."""
    word = row.values[index]
    around = (*row.values[max(index - 1, 0) : index], *row.values[index + 1 : index + 2])
    return any(
        len(word.text) == len(other.text) == 1
        and word.text.isdigit()
        and other.text.isdigit()
        and max(word.x0, other.x0) - min(word.x1, other.x1) < _TOGETHER * word.size
        for other in around
    )


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
