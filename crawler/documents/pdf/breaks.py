"""Tables that page breaks have cut, put together.

Two parts with the same columns, and nothing but the break between them, are one table. What the
break cut through is mended: a row whose label goes on overleaf, a group's name that does, and
merged cells that reach over the break.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.documents.pdf.cells import TextCell, goes_on
from crawler.documents.pdf.lattice import Box
from crawler.documents.pdf.lines import Line
from crawler.documents.pdf.tables import PageTable

_SAME = 4.0
"""Points by which a column's border may differ from page to page."""
_FULL = 1.7
"""Ems; a line that ends nearer to its cell's border was wrapped there."""
_LABELS = 3
"""Columns of labels at most: the names of groups, and of rows in them."""
_NUMBERED = re.compile(r"^\s*([（(]?[一二三四五六七八九十\d]{1,2}[）)、.．,，]|[一二三四五六七]、)")

Pair = tuple[TextCell, TextCell]


def joined(above: PageTable, below: PageTable) -> PageTable | None:
    """One table of two parts, the lower one overleaf; None if their columns are not the same."""
    below = _with_columns(below, above.xs)
    above = _with_columns(above, below.xs)
    above, below = _without_rest(above, above.rows - 1), _without_rest(below, 0)
    if not _same_borders(above.xs, below.xs):
        return None
    pairs, alike = _pairs(above, below)
    torn = alike and _row_is_torn(pairs)
    if not torn:
        if not _begins_row(below):
            above, below = without_torn(above, above.rows - 1), without_torn(below, 0)
            pairs, _ = _pairs(above, below)
        # Where the rows at the break are divided differently, a cell of both is a merged one.
        pairs = [
            (a, b)
            for a, b in pairs
            if not (alike and a.box.rowspan == b.box.rowspan == 1)
            and (_continues(a, b) or (a.text and not b.text))
        ]
    return _stacked(above, below, pairs, shared=int(torn))


def _stacked(above: PageTable, below: PageTable, merged: Sequence[Pair], shared: int) -> PageTable:
    """``merged``: cells that are one; ``shared``: rows that are one, 0 or 1."""
    rest = {id(a): b for a, b in merged}
    gone = {id(b) for _, b in merged}
    cells: list[TextCell] = []
    for cell in above.cells:
        if (other := rest.get(id(cell))) is not None:
            box = replace(cell.box, rowspan=cell.box.rowspan + other.box.rowspan - shared)
            more = (*cell.more, other.text) if other.text else cell.more
            number = goes_on(cell, other)
            mended = replace(cell, more=more) if number is None else number
            cells.append(replace(mended, box=box))
        else:
            cells.append(cell)
    shift = above.rows - shared
    cells.extend(
        replace(cell, box=replace(cell.box, row=cell.box.row + shift))
        for cell in below.cells
        if id(cell) not in gone
    )
    whole = above.whole and below.whole
    return replace(above, rows=shift + below.rows, whole=whole, cells=tuple(cells))


def _without_rest(table: PageTable, row: int) -> PageTable:
    """The table without that row at the break, if it is what the break left of a row whose text
    stands on the other page: a row of which no cell shows anything."""
    if table.rows < 2 or any(
        cell.text for cell in table.cells if cell.box.row == row and cell.box.rowspan == 1
    ):
        return table
    cells: list[TextCell] = []
    for cell in table.cells:
        box = cell.box
        if box.row <= row < box.row + box.rowspan:
            if box.rowspan == 1:
                continue
            box = replace(box, rowspan=box.rowspan - 1)
        elif box.row > row:
            box = replace(box, row=box.row - 1)
        cells.append(replace(cell, box=box))
    return replace(table, rows=table.rows - 1, cells=tuple(cells))


@dataclass(frozen=True, slots=True)
class Torn:
    """A page's tables and the lines around them; ``number``: 1-based, in the document."""

    number: int
    tables: tuple[PageTable, ...]
    lines: tuple[Line, ...]


def mended(pages: Sequence[Torn]) -> list[tuple[PageTable, ...]]:
    """The tables of each page; those that page breaks have cut are put together, on the page where
    they begin. What the break leaves unsure of a row is not there: it is unread, not blank."""
    tables = [list(page.tables) for page in pages]
    last: int | None = None
    """the page whose last table goes on until the end of the page before"""
    for index, page in enumerate(pages):
        below = page.tables[0] if page.tables else None
        on_top = below is not None and not any(n.middle < below.top for n in page.lines)
        if index and pages[index - 1].number + 1 != page.number:
            _end(tables, last)
            last = None
        whole = joined(tables[last][-1], below) if last is not None and below and on_top else None
        if last is not None and whole is not None:
            tables[last][-1] = whole
            del tables[index][0]
        else:
            _end(tables, last)
            if below and on_top and page.number > 1:
                tables[index][0] = without_torn(below, 0)
        if not page.tables or any(n.middle > page.tables[-1].bottom for n in page.lines):
            last = None
        elif tables[index]:
            last = index
    _end(tables, last)
    return [tuple(some) for some in tables]


def _end(tables: Sequence[list[PageTable]], last: int | None) -> None:
    """The table that reached the end of a page, and did not go on."""
    if last is not None:
        tables[last][-1] = without_torn(tables[last][-1], tables[last][-1].rows - 1)


def without_torn(table: PageTable, row: int) -> PageTable:
    """The table without the blank cells of a row at a page break that shows only its label: its
    values may stand on the other page, where they were not found."""
    own = [cell for cell in table.cells if cell.box.row == row == cell.last_row]
    shown = [cell for cell in own if cell.text]
    if not 0 < len(shown) <= _LABELS or any(cell.is_value for cell in shown):
        return table
    stub = max(cell.box.col for cell in shown)
    gone = {id(cell) for cell in own if not cell.text and cell.box.col > stub}
    return replace(table, cells=tuple(cell for cell in table.cells if id(cell) not in gone))


def _same_borders(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= _SAME for a, b in zip(one, other, strict=True)
    )


def _with_columns(table: PageTable, xs: tuple[float, ...]) -> PageTable:
    """The table with the columns ``xs`` if its own are some of them: a part of a table may lack
    columns that only the rows of another part divide."""
    places: list[int] = []
    for x in table.xs:
        near = [i for i, other in enumerate(xs) if abs(other - x) <= _SAME]
        if len(near) != 1:
            return table
        places.append(near[0])
    if len(table.xs) == len(xs) or places[0] != 0 or places[-1] != len(xs) - 1:
        return table

    def moved(box: Box) -> Box:
        start, end = places[box.col], places[box.col + box.colspan]
        return replace(box, col=start, colspan=end - start)

    cells = tuple(replace(cell, box=moved(cell.box)) for cell in table.cells)
    return replace(table, xs=xs, cells=cells)


def _pairs(above: PageTable, below: PageTable) -> tuple[list[Pair], bool]:
    """The cells that meet at the break with the same borders; whether these are all there."""
    upper = [cell for cell in above.cells if cell.last_row == above.rows - 1]
    lower = {(c.box.col, c.box.colspan): c for c in below.cells if c.box.row == 0}
    pairs = [
        (cell, lower[cell.box.col, cell.box.colspan])
        for cell in upper
        if (cell.box.col, cell.box.colspan) in lower
    ]
    return pairs, len(pairs) == len(upper) == len(lower)


def _begins_row(table: PageTable) -> bool:
    """Whether a numbered label shows that the break does not run through the first row."""
    first = [cell for cell in table.cells if cell.box.row == 0]
    return any(_NUMBERED.match(cell.text) and not cell.is_value for cell in first)


def _continues(a: TextCell, b: TextCell) -> bool:
    """Whether ``b`` goes on where ``a`` breaks off: a full line, or characters one below the other;
    and no number at its beginning."""
    if not a.lines or not b.text or a.is_value or b.is_value or _NUMBERED.match(b.text):
        return False
    line = a.lines[-1]
    return a.x1 - line.x1 < _FULL * line.size or (_is_downward(a, 2) and _is_downward(b, 1))


def _is_downward(cell: TextCell, least: int) -> bool:
    return len(cell.lines) >= least and all(len(line.text) == 1 for line in cell.lines)


def _row_is_torn(pairs: Sequence[Pair]) -> bool:
    """Whether the break runs through a row: its label goes on, its values stand on one side; or
    numbers go on, beside others that do not."""
    own = [(a, b) for a, b in pairs if a.box.rowspan == 1 and b.box.rowspan == 1]
    labels = [(a, b) for a, b in own if _continues(a, b)]
    rest = [pair for pair in own if pair not in labels]
    both = [(a, b) for a, b in rest if a.text and b.text]
    if both:
        below = [(a, b) for a, b in rest if b.text]
        return len(below) < len(rest) and all(goes_on(a, b) is not None for a, b in below)
    if not labels or not rest:
        return False
    return not (any(a.text for a, _ in rest) and any(b.text for _, b in rest))
