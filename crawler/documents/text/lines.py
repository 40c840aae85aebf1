"""Lines of text → paragraphs and tables. Grids are exact only where lines state their columns
(`stated`); else columns are guessed.

Ways in which tables are found in text: tabs between cells, pipes and frames of lines (Markdown,
RST, box drawing), commas where the caller says so, columns aligned with spaces, cells apart by
single spaces, and one cell a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crawler.documents.document import Block, Grid, GridCell, Paragraph
from crawler.documents.form_words import table_words, tables_shown
from crawler.documents.text.line_cells import (
    GAP,
    LABEL,
    WORD,
    Line,
    Piece,
    cells_of,
    place,
    whole,
)
from crawler.documents.text.spaced import (
    header_words,
    is_prose,
    proves_table,
    row_apart_by_spaces,
    rows_above,
    spaced_rows,
    stacked,
)
from crawler.documents.text.stated import Columns, stated_columns, stated_rows

__all__ = ["Line", "read_lines"]

_BARS = str.maketrans(dict.fromkeys("│┃║┆┇┊┋¦｜", "|"))
_OTHER_BAR = re.compile("[│┃║┆┇┊┋¦｜]")
_FRAME = re.compile(r"^\s*(?:\+[-=+]|[┌├└┏┣┗╔╠╚╟╭╰┎┠┖┍┝┕╞╒╘])")
"""A rule that closes the cells above it: rows may take several lines."""
# A section heading ends a table of one cell a line; the form's own numbered rows do not.
_SECTION = re.compile(r"^[#*\s]*[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)[*\s]*$|^#+\s")
_SENTENCE_END = ("。", "；", "：")
_SHORT = 45
"""Longest line that may be a cell of its own."""
_MIN_STACK = 8
"""Fewer lines of one cell each are prose or a list, not a table."""
_NAMES = 5
"""So many words apart by spaces, none long, are the labels of a header, however long together."""
_SPARSE = 5
"""One number to so many lines are enough in a table of the form."""
_MIN_FRAMES = 4
"""Fewer rules part a table's head from its rows, and not each row from the next."""
_MIN_LONE = 3
"""Fewer fields may be a label with a tab behind it."""


def read_lines(lines: Iterable[Line]) -> Iterator[Block]:
    """Blocks in order; blank lines only end tables whose cells share lines."""
    table: list[list[Piece]] = []
    rules: list[int] = []
    stack: list[Piece] = []
    columns: Columns | None = None
    run = 0

    def end_table() -> Iterator[Block]:
        nonlocal columns
        if table:
            rows = _joined(table, rules)
            columns = stated_columns(rows, columns)
            yield _grid(rows, stated=columns is not None)
            table.clear()
        rules.clear()

    def end_stack() -> Iterator[Block]:
        yield from _unstack(stack)
        stack.clear()

    previous = ""
    for line in lines:
        if _OTHER_BAR.search(line.text):
            line = replace(line, text=line.text.translate(_BARS))
        piece = whole(line)
        above = bool(previous)
        previous = piece.text
        if not piece.text and not (table and line.text.count("\t") + 1 == len(table[-1]) > 1):
            # A blank line is often a page break inside a table: the table reader joins the parts.
            yield from end_table()
            run = len(stack)
            continue
        cells = cells_of(line)
        if cells is None and table and above and not table[-1][0].line.states_cells:
            cells = row_apart_by_spaces(piece)
        if cells and line.states_cells and (lone := _lone(cells, first=not table)):
            # A whole report in one sheet: titles, headings and prose stand in its first column.
            yield from end_table()
            yield from end_stack()
            run = 0
            if _SECTION.match(lone.text):
                columns = None
            yield _paragraph(lone)
            continue
        if cells is not None:
            if not table and above:
                table.extend(rows_above(stack, run))
            yield from end_stack()
            run = 0
            if cells:
                table.append(cells)
            elif _FRAME.match(line.text) or "|" in line.text:
                rules.append(len(table) if _FRAME.match(line.text) else -1)
            continue
        if table:
            run = len(stack)
        yield from end_table()
        if len(piece.text) > _SHORT or _SECTION.match(piece.text):
            columns = None
        if _SECTION.match(piece.text):
            yield from end_stack()
            run = 0
            yield _paragraph(piece)
        elif _may_be_cell(piece.text) or proves_table(spaced_rows(piece)):
            stack.append(piece)
        else:
            yield from end_stack()
            run = 0
            yield _paragraph(piece)
    yield from end_table()
    yield from end_stack()


def _joined(table: list[list[Piece]], rules: Sequence[int]) -> list[list[Piece]]:
    """Where frames stand between all rows, the lines between two frames are one row: labels are
    wrapped, numbers are not."""
    if len(set(rules)) < _MIN_FRAMES or -1 in rules:
        return table
    out: list[list[Piece]] = []
    for index, line in enumerate(table):
        if out and index not in rules and _continues(out[-1], line):
            out[-1] = [_wrapped(a, b) for a, b in zip(out[-1], line, strict=True)]
        else:
            out.append(line)
    return out


def _continues(row: Sequence[Piece], line: Sequence[Piece]) -> bool:
    if len(row) != len(line) or (any(p.is_value for p in row) and any(p.is_value for p in line)):
        return False
    pairs = zip(row, line, strict=True)
    return not any(a.text and b.text and (a.is_value or b.is_value) for a, b in pairs)


def _wrapped(first: Piece, rest: Piece) -> Piece:
    if not (first.text and rest.text):
        return first if first.text else rest
    return replace(first, text=first.text + rest.text)


def _may_be_cell(text: str) -> bool:
    if len(GAP.sub(" ", text)) <= _SHORT:
        return not text.endswith(_SENTENCE_END)
    words = WORD.findall(text)
    names = len(words) >= _NAMES and max(map(len, words)) <= LABEL
    return names and not is_prose(text)


def _paragraph(piece: Piece) -> Paragraph:
    level, text = piece.line.level, piece.text
    if match := re.match(r"^(#{1,6})\s+", text):
        level = len(match.group(1))
        text = text[match.end() :]
    if piece.line.start is None:
        # Gaps of pages and of Word were kept so long as they could part columns.
        text = GAP.sub(" ", text)
    return Paragraph(text, piece.at, piece.line.path, level, piece.line.link)


def _lone(cells: Sequence[Piece], *, first: bool) -> Piece | None:
    """The only cell that shows something, at a line's beginning, where it is no row of a table:
    above the ``first`` of these, a heading, a sentence."""
    if not cells[0].text or len(cells) < _MIN_LONE or any(piece.text for piece in cells[1:]):
        return None
    text = cells[0].text
    return cells[0] if first or _SECTION.match(text) or "。" in text else None


def _unstack(stack: Sequence[Piece]) -> Iterator[Block]:
    """Short lines → a table, if they hold the numbers of one; else paragraphs."""
    spaced = [spaced_rows(piece) for piece in stack]
    if any(map(proves_table, spaced)):
        yield from _spaced_table(stack, spaced)
    elif len(stack) >= _MIN_STACK and _holds_numbers(stack):
        yield _grid(stacked(stack))
    else:
        yield from map(_paragraph, stack)


def _holds_numbers(stack: Sequence[Piece]) -> bool:
    """Whether enough of the lines are numbers: fewer will do where the labels are those of a table
    of the form, which has captions and headers over single rows."""
    values = sum(piece.is_value for piece in stack)
    labels = "".join("".join(p.text.split()) for p in stack if not p.is_value)
    return values * (_SPARSE if tables_shown(table_words(labels)) else 3) >= len(stack)


def _spaced_table(stack: Sequence[Piece], spaced: Sequence[list[list[Piece]]]) -> Iterator[Block]:
    table: list[list[Piece]] = []
    for piece, rows in zip(stack, spaced, strict=True):
        rows = rows or header_words(piece)
        if proves_table(rows) or (rows and not is_prose(piece.text)):
            table.extend(rows)
            continue
        if table:
            yield _grid(table)
            table = []
        yield _paragraph(piece)
    if table:
        yield _grid(table)


def _grid(lines: Sequence[Sequence[Piece]], *, stated: bool = False) -> Grid:
    at = place(lines[0][0], lines[-1][-1])
    path = lines[0][0].line.path
    if stated:
        return Grid(stated_rows(lines), at, exact=True, path=path)
    rows = tuple(
        tuple(GridCell(p.text, r, c, p.at) for c, p in enumerate(line))
        for r, line in enumerate(lines)
    )
    return Grid(rows, at, exact=False, path=path)
