"""Tables drawn without ``<table>``: rows of ``div``, ``li``, ``p`` and definition lists → grids.

Where columns are merged only style sheets know, so these grids are never exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.documents.document import Grid, GridCell
from crawler.documents.form_words import table_words, tables_shown
from crawler.documents.html.text import Element, cell_text, whole_text

CONTAINERS = frozenset(("div", "ul", "ol", "dl", "section", "article", "center", "form", "main"))
_ROWS = frozenset(("div", "li", "ul", "ol", "p", "dl", "section", "tr"))
_CELLS = frozenset(
    ("div", "span", "p", "li", "b", "strong", "em", "i", "label", "font", "dd", "dt", "td", "th")
)
_MIN_ROWS = 4
_MIN_CELLS = 2
"""Cells of the rows that make a table; further rows may have fewer."""
_FULL = 7
"""Numbers of a row that is no other than one of the form's."""
_LONGEST = 80
_VALUE = re.compile(r"^\s*(?:[+\-－]?[\d０-９][\d０-９,，.．]*\s*[件项个条]?|[/／\-－—]|无)?\s*$")

Row = list[Element]


def div_rows(element: Element) -> list[Row] | None:
    """The rows of cells that an element's children are; None if they are none."""
    if len(element) < _MIN_ROWS or (element.text and element.text.strip()):
        return None
    rows = _list_rows(element) if element.tag == "dl" else _child_rows(element)
    if rows is None:
        return None
    full = [row for row in rows if len(row) >= _MIN_CELLS]
    return rows if len(full) >= _MIN_ROWS and (_mostly_values(full) or _of_form(full)) else None


def _of_form(rows: Sequence[Row]) -> bool:
    """Whether the rows are a table of the form, whose headers over single rows outnumber figures."""
    texts = [cell_text(cell) for row in rows for cell in row]
    values = sum(bool(text and _VALUE.match(text)) for text in texts)
    labels = "".join("".join(text.split()) for text in texts)
    return values * 2 >= len(rows) and tables_shown(table_words(labels)) > 0


def _child_rows(element: Element) -> list[Row] | None:
    rows: list[Row] = []
    odd = 0
    for child in element:
        if child.tail and child.tail.strip():
            return None
        row = _cells(child)
        if row is None:
            # A heading, a caption or a note between rows.
            odd += 1
            if odd * 3 > len(element) or _length(child) > _LONGEST:
                return None
            row = [child]
        if row:
            rows.append(row)
    return rows


def _cells(row: Element) -> Row | None:
    """A row's cells; [] for an empty element; None for what is no row."""
    if row.tag not in _ROWS:
        return [] if not _length(row) else None
    while len(row) == 1 and row[0].tag in _ROWS and not (row.text or "").strip():
        row = row[0]
    if row.text and row.text.strip():
        return None
    cells = list(row)
    for cell in cells:
        if cell.tag not in _CELLS or (cell.tail and cell.tail.strip()) or _length(cell) > _LONGEST:
            return None
    return cells


def _list_rows(element: Element) -> list[Row] | None:
    """``dt`` begins a row, its ``dd`` follow; several ``dt`` in front are its stubs."""
    rows: list[Row] = []
    below = False
    children = [c for child in element for c in (child if child.tag == "div" else (child,))]
    for child in children:
        if child.tag not in ("dt", "dd") or _length(child) > _LONGEST:
            return None
        if not rows or (child.tag == "dt" and below):
            rows.append([])
        below = child.tag == "dd"
        rows[-1].append(child)
    return rows


def _mostly_values(rows: Sequence[Row]) -> bool:
    """Whether most cells behind the first hold a number or nothing, and some a number; or one row
    is as long as those of the form and holds numbers only, as in table 四 under its header."""
    lines = [[cell_text(cell) for cell in row] for row in rows]
    texts = [text for line in lines for text in line[1:]]
    values = [text for text in texts if _VALUE.match(text)]
    if len(values) * 2 >= len(texts) and sum(map(bool, values)) >= len(rows):
        return True
    return any(len(line) >= _FULL and all(t and _VALUE.match(t) for t in line) for line in lines)


def _length(element: Element) -> int:
    return len("".join(whole_text(element).split()))


def div_grid(rows: Sequence[Row], at: str, path: tuple[int, ...]) -> Iterator[Grid]:
    """``at``: the table's place; rows and columns are numbered from 1 behind it."""
    yield Grid(
        tuple(
            tuple(
                GridCell(cell_text(cell), r, c, f"{at}/row[{r + 1}]/col[{c + 1}]")
                for c, cell in enumerate(row)
            )
            for r, row in enumerate(rows)
        ),
        at,
        exact=False,
        path=path,
    )
