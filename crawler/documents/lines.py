"""Lines of text → paragraphs and tables. Columns are guessed from separators: grids not exact.

Five ways in which tables are found in text: tabs between cells, Markdown pipes, columns aligned
with spaces, cells apart by single spaces, and one cell a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.documents.document import Block, Grid, GridCell, Paragraph

_PIPE_RULE = re.compile(r"^[\s|:+\-=_]+$")
_GAP = re.compile(r"[ \u3000]{2,}")
_WIDE_CELL = re.compile(r"\S+(?:[ \u3000]\S+)*")
_VALUE = re.compile(r"^[+\-－]?[\d０-９]([\d０-９,，.．]*[\d０-９])?[件项个条]?$|^[/／\-－—]$|^无$")
# A section heading ends a table of one cell a line; the form's own numbered rows do not.
_SECTION = re.compile(r"^[#*\s]*[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)[*\s]*$|^#+\s")
_SENTENCE_END = ("。", "；", "：")
_PROSE_MARK = re.compile(r"[，。；：！？]")
_LABEL = 20
"""Longest column label; longer pieces between wide gaps are prose."""
_SHORT = 45
"""Longest line that may be a cell of its own."""
_MIN_STACK = 8
"""Fewer lines of one cell each are prose or a list, not a table."""
_MIN_SPACED = 3
"""Fewer numbers at a line's end, apart by single spaces, are no proof of a table."""


@dataclass(frozen=True, slots=True)
class Line:
    """``start``: offset in the source's text, None where ``at`` names the line as a whole.
    ``path``, ``level`` and ``link`` as for `Paragraph`."""

    text: str
    start: int | None
    at: str = ""
    path: tuple[int, ...] = ()
    level: int = 0
    link: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a line: a cell, or all of it."""

    text: str
    start: int
    line: Line

    @property
    def at(self) -> str:
        return _place(self, self)

    @property
    def is_value(self) -> bool:
        return bool(_VALUE.match(self.text))


def _place(first: _Piece, last: _Piece) -> str:
    if first.line.start is None or last.line.start is None:
        return first.line.at
    end = last.line.start + last.start + len(last.text)
    return f"chars[{first.line.start + first.start}:{end}]"


def read_lines(lines: Iterable[Line]) -> Iterator[Block]:
    """Blocks in order; blank lines only end tables whose cells share lines."""
    table: list[list[_Piece]] = []
    stack: list[_Piece] = []

    def end_table() -> Iterator[Block]:
        if table:
            yield _grid(table)
            table.clear()

    def end_stack() -> Iterator[Block]:
        yield from _unstack(stack)
        stack.clear()

    previous = ""
    for line in lines:
        piece = _whole(line)
        above = bool(previous)
        previous = piece.text
        if not piece.text:
            # A blank line is often a page break inside a table: the table reader joins the parts.
            yield from end_table()
            continue
        cells = _split(line)
        if cells is not None:
            if not table and above and (head := _two_labels(stack)):
                table.append(head)
            yield from end_stack()
            if cells:
                table.append(cells)
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


def _may_be_cell(text: str) -> bool:
    return len(text) <= _SHORT and not text.endswith(_SENTENCE_END)


def _paragraph(piece: _Piece) -> Paragraph:
    level, text = piece.line.level, piece.text
    if match := re.match(r"^(#{1,6})\s+", text):
        level = len(match.group(1))
        text = text[match.end() :]
    return Paragraph(text, piece.at, piece.line.path, level, piece.line.link)


def _whole(line: Line) -> _Piece:
    return _part(line, 0, len(line.text))


def _part(line: Line, start: int, end: int) -> _Piece:
    """The stretch without white space around it."""
    text = line.text[start:end]
    stripped = text.strip()
    return _Piece(stripped, start + (text.find(stripped) if stripped else 0), line)


def _cell(line: Line, start: int, end: int) -> _Piece:
    """As `_part`, without Markdown's bold marks."""
    piece = _part(line, start, end)
    text = piece.text
    if len(text) > 4 and text.startswith("**") and text.endswith("**"):
        return _part(line, piece.start + 2, piece.start + len(text) - 2)
    return piece


def _split(line: Line) -> list[_Piece] | None:
    """Cells of a table line; [] for a Markdown rule; None for a line that is no table row."""
    text = line.text
    if text.count("|") >= 2:
        if _PIPE_RULE.match(text) and "-" in text:
            return []
        first = text.index("|") + 1 if text.lstrip().startswith("|") else 0
        last = text.rindex("|") if text.rstrip().endswith("|") else len(text)
        return list(_separated(line, first, last, "|"))
    if "\t" in text:
        return list(_separated(line, 0, len(text), "\t"))
    parts = _GAP.split(text.strip())
    values = sum(bool(_VALUE.match(p)) for p in parts)
    labels_only = len(parts) >= 3 and max(map(len, parts)) <= _LABEL
    if values >= 2 or labels_only or (len(parts) == 2 and values == 1 and _VALUE.match(parts[1])):
        return [_cell(line, m.start(), m.end()) for m in _WIDE_CELL.finditer(text)]
    return None


def _two_labels(stack: list[_Piece]) -> list[_Piece] | None:
    """Two labels apart by a wide gap right above a table are its first row; taken from the stack."""
    if not stack:
        return None
    piece = stack[-1]
    parts = [m.group() for m in _WIDE_CELL.finditer(piece.text)]
    if len(parts) != 2 or max(map(len, parts)) > _LABEL or _PROSE_MARK.search(piece.text):
        return None
    stack.pop()
    start = piece.start
    return [
        _cell(piece.line, start + m.start(), start + m.end())
        for m in _WIDE_CELL.finditer(piece.text)
    ]


def _separated(line: Line, start: int, end: int, separator: str) -> Iterator[_Piece]:
    for part in line.text[start:end].split(separator):
        yield _cell(line, start, start + len(part))
        start += len(part) + len(separator)


def _words(piece: _Piece) -> list[_Piece]:
    return [
        _cell(piece.line, piece.start + m.start(), piece.start + m.end())
        for m in re.finditer(r"\S+", piece.text)
    ]


def _spaced(piece: _Piece) -> list[list[_Piece]]:
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
    return [[_part(piece.line, labels[0].start, end), *words[len(labels) :]]]


def _proves_table(rows: Sequence[Sequence[_Piece]]) -> bool:
    return any(len(row) > _MIN_SPACED for row in rows)


def _unstack(stack: Sequence[_Piece]) -> Iterator[Block]:
    """Short lines → a table, if they hold the numbers of one; else paragraphs."""
    spaced = [_spaced(piece) for piece in stack]
    if any(map(_proves_table, spaced)):
        yield from _spaced_table(stack, spaced)
    elif len(stack) >= _MIN_STACK and sum(p.is_value for p in stack) * 3 >= len(stack):
        yield _grid(_stacked(stack))
    else:
        yield from map(_paragraph, stack)


def _spaced_table(stack: Sequence[_Piece], spaced: Sequence[list[list[_Piece]]]) -> Iterator[Block]:
    table: list[list[_Piece]] = []
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


def _header_words(piece: _Piece) -> list[list[_Piece]]:
    """Column labels apart by single spaces."""
    words = _words(piece)
    fits = len(words) > 1 and max(len(word.text) for word in words) <= _LABEL
    return [words] if fits else []


def _stacked(stack: Sequence[_Piece]) -> list[list[_Piece]]:
    """One cell a line → rows: labels, then the values up to the next label."""
    rows: list[list[_Piece]] = [[]]
    in_values = False
    for piece in stack:
        if in_values and not piece.is_value:
            rows.append([])
        in_values = piece.is_value
        rows[-1].append(piece)
    return rows


def _grid(lines: Sequence[Sequence[_Piece]]) -> Grid:
    rows = tuple(
        tuple(GridCell(p.text, r, c, p.at) for c, p in enumerate(line))
        for r, line in enumerate(lines)
    )
    at = _place(lines[0][0], lines[-1][-1])
    return Grid(rows, at, exact=False, path=lines[0][0].line.path)
