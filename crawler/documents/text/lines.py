"""Lines of text → paragraphs and tables. Columns are guessed from separators: grids not exact.

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
    WIDE_CELL,
    WORD,
    Line,
    Piece,
    as_cell,
    cells_of,
    part,
    place,
    whole,
)

__all__ = ["Line", "read_lines"]

_BARS = str.maketrans(dict.fromkeys("│┃║┆┇┊┋¦｜", "|"))
_OTHER_BAR = re.compile("[│┃║┆┇┊┋¦｜]")
_FRAME = re.compile(r"^\s*(?:\+[-=+]|[┌├└┏┣┗╔╠╚╟╭╰┎┠┖┍┝┕╞╒╘])")
"""A rule that closes the cells above it: rows may take several lines."""
# A section heading ends a table of one cell a line; the form's own numbered rows do not.
_SECTION = re.compile(r"^[#*\s]*[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)[*\s]*$|^#+\s")
_SENTENCE_END = ("。", "；", "：")
_PROSE_MARK = re.compile(r"[，。；：！？]")
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
_MIN_SPACED = 3
"""Fewer numbers at a line's end, apart by single spaces, are no proof of a table."""


def read_lines(lines: Iterable[Line]) -> Iterator[Block]:
    """Blocks in order; blank lines only end tables whose cells share lines."""
    table: list[list[Piece]] = []
    rules: list[int] = []
    stack: list[Piece] = []

    def end_table() -> Iterator[Block]:
        if table:
            yield _grid(_joined(table, rules))
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
        if not piece.text:
            # A blank line is often a page break inside a table: the table reader joins the parts.
            yield from end_table()
            continue
        cells = cells_of(line)
        if cells is not None:
            if not table and above and (head := _two_labels(stack)):
                table.append(head)
            yield from end_stack()
            if cells:
                table.append(cells)
            elif _FRAME.match(line.text) or "|" in line.text:
                rules.append(len(table) if _FRAME.match(line.text) else -1)
            continue
        yield from end_table()
        if _SECTION.match(piece.text):
            yield from end_stack()
            yield _paragraph(piece)
        elif _may_be_cell(piece.text) or _proves_table(_spaced(piece)):
            stack.append(piece)
        else:
            yield from end_stack()
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
    if len(text) <= _SHORT:
        return not text.endswith(_SENTENCE_END)
    words = WORD.findall(text)
    names = len(words) >= _NAMES and max(map(len, words)) <= LABEL
    return names and not _PROSE_MARK.search(text)


def _paragraph(piece: Piece) -> Paragraph:
    level, text = piece.line.level, piece.text
    if match := re.match(r"^(#{1,6})\s+", text):
        level = len(match.group(1))
        text = text[match.end() :]
    if piece.line.start is None:
        # Gaps of pages and of Word were kept so long as they could part columns.
        text = GAP.sub(" ", text)
    return Paragraph(text, piece.at, piece.line.path, level, piece.line.link)


def _two_labels(stack: list[Piece]) -> list[Piece] | None:
    """Two labels apart by a wide gap right above a table are its first row; taken from the stack."""
    if not stack:
        return None
    piece = stack[-1]
    parts = [m.group() for m in WIDE_CELL.finditer(piece.text)]
    if len(parts) != 2 or max(map(len, parts)) > LABEL or _PROSE_MARK.search(piece.text):
        return None
    stack.pop()
    start = piece.start
    return [
        as_cell(piece.line, start + m.start(), start + m.end())
        for m in WIDE_CELL.finditer(piece.text)
    ]


def _words(piece: Piece) -> list[Piece]:
    return [
        as_cell(piece.line, piece.start + m.start(), piece.start + m.end())
        for m in WORD.finditer(piece.text)
    ]


def _spaced(piece: Piece) -> list[list[Piece]]:
    """Rows of cells apart by single spaces: words that make a label, then numbers; [] if the text
    does not end with a number."""
    words = _words(piece)
    if not words[-1].is_value:
        return []
    rows = _stacked(words)
    if len(rows) > 1:
        # A whole table in one paragraph: the first words are its header.
        return rows
    labels = [word for word in words if not word.is_value]
    if not labels:
        return rows
    end = labels[-1].start + len(labels[-1].text)
    return [[part(piece.line, labels[0].start, end), *words[len(labels) :]]]


def _proves_table(rows: Sequence[Sequence[Piece]]) -> bool:
    return any(len(row) > _MIN_SPACED for row in rows)


def _unstack(stack: Sequence[Piece]) -> Iterator[Block]:
    """Short lines → a table, if they hold the numbers of one; else paragraphs."""
    spaced = [_spaced(piece) for piece in stack]
    if any(map(_proves_table, spaced)):
        yield from _spaced_table(stack, spaced)
    elif len(stack) >= _MIN_STACK and _holds_numbers(stack):
        yield _grid(_stacked(stack))
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
        rows = rows or _header_words(piece)
        if _proves_table(rows) or (rows and not _PROSE_MARK.search(piece.text)):
            table.extend(rows)
            continue
        if table:
            yield _grid(table)
            table = []
        yield _paragraph(piece)
    if table:
        yield _grid(table)


def _header_words(piece: Piece) -> list[list[Piece]]:
    """Column labels apart by single spaces."""
    words = _words(piece)
    fits = len(words) > 1 and max(len(word.text) for word in words) <= LABEL
    return [words] if fits else []


def _stacked(stack: Sequence[Piece]) -> list[list[Piece]]:
    """One cell a line → rows: labels, then the values up to the next label."""
    rows: list[list[Piece]] = [[]]
    in_values = False
    for piece in stack:
        if in_values and not piece.is_value:
            rows.append([])
        in_values = piece.is_value
        rows[-1].append(piece)
    return rows


def _grid(lines: Sequence[Sequence[Piece]]) -> Grid:
    rows = tuple(
        tuple(GridCell(p.text, r, c, p.at) for c, p in enumerate(line))
        for r, line in enumerate(lines)
    )
    at = place(lines[0][0], lines[-1][-1])
    return Grid(rows, at, exact=False, path=lines[0][0].line.path)
