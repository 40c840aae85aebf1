"""Plain text and Markdown → Document. Columns are guessed from separators, so grids are not exact.

Four ways in which reports are found as text: tabs between cells, Markdown pipes, columns aligned
with spaces, and one cell a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.documents.charset import decode
from crawler.documents.document import Block, Document, DocumentError, Grid, GridCell, Paragraph

_PIPE_RULE = re.compile(r"^[\s|:+\-=_]+$")
_GAP = re.compile(r"[ \u3000]{2,}")
_VALUE = re.compile(r"^[+\-－]?[\d０-９,，.．]+$|^[/／\-－—]$|^无$")
# A section heading ends a table of one cell a line; the form's own numbered rows do not.
_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S*(情况|事项|措施|概述)\s*$")
_LABEL = 20
"""Longest column label; longer pieces between wide gaps are prose."""
_MIN_STACK = 8
"""Fewer lines of one cell each are prose or a list, not a table."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int


def read_text(data: bytes, http_charset: str | None = None) -> Document:
    """Read text. Raises DocumentError(unreadable) for empty or binary content."""
    text, codec, clean = decode(data, http_charset)
    if not text.strip():
        raise DocumentError("unreadable", "文件为空")
    if "\x00" in text:
        raise DocumentError("unreadable", "文件不是文本")
    blocks = tuple(_blocks(text))
    notes = () if clean else (f"部分字符无法按 {codec} 解码",)
    return Document("text/plain", blocks, notes=notes)


def _blocks(text: str) -> Iterator[Block]:
    table: list[list[_Piece]] = []
    stack: list[_Piece] = []
    offset = 0

    def flush_table() -> Iterator[Block]:
        if table:
            yield _grid(table)
            table.clear()

    def flush_stack() -> Iterator[Block]:
        values = sum(bool(_VALUE.match(p.text)) for p in stack)
        if len(stack) >= _MIN_STACK and values * 3 >= len(stack):
            yield _grid(_stacked(stack))
        else:
            for piece in stack:
                yield _paragraph(piece)
        stack.clear()

    for line in text.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        line = line.rstrip("\r\n\x0b\x0c\x85\u2028\u2029")
        if not line.strip():
            # A blank line is often a page break inside a table: the table reader joins the parts.
            yield from flush_table()
            continue
        cells = _split(line, start)
        if cells is not None:
            yield from flush_stack()
            if cells:
                table.append(cells)
            continue
        yield from flush_table()
        piece = _trim(line, start)
        if _SECTION.match(piece.text):
            yield from flush_stack()
            yield _paragraph(piece)
            continue
        if len(piece.text) <= 45 and not piece.text.endswith(("。", "；", "：")):
            stack.append(piece)
            continue
        yield from flush_stack()
        yield _paragraph(piece)
    yield from flush_table()
    yield from flush_stack()


def _paragraph(piece: _Piece) -> Paragraph:
    level = 0
    text = piece.text
    if match := re.match(r"^(#{1,6})\s+", text):
        level = len(match.group(1))
        text = text[match.end() :]
    return Paragraph(text, f"chars[{piece.start}:{piece.start + len(piece.text)}]", level=level)


def _trim(text: str, start: int) -> _Piece:
    stripped = text.strip()
    return _Piece(stripped, start + text.find(stripped) if stripped else start)


def _split(line: str, start: int) -> list[_Piece] | None:
    """Cells of a table line; [] for a Markdown rule; None for a line that is no table row."""
    if line.count("|") >= 2:
        if _PIPE_RULE.match(line) and "-" in line:
            return []
        left = len(line) - len(line.lstrip())
        inner = line.strip()
        lead = 1 if inner.startswith("|") else 0
        tail = 1 if inner.endswith("|") else 0
        return list(_pieces(inner[lead : len(inner) - tail], start + left + lead, "|"))
    if "\t" in line:
        return list(_pieces(line, start, "\t"))
    body = line.strip()
    parts = _GAP.split(body)
    values = sum(bool(_VALUE.match(p)) for p in parts)
    labels_only = len(parts) >= 3 and max(map(len, parts)) <= _LABEL
    if values >= 2 or labels_only or (len(parts) == 2 and values == 1 and _VALUE.match(parts[1])):
        return list(_gap_pieces(line, start))
    return None


def _pieces(line: str, start: int, separator: str) -> Iterator[_Piece]:
    position = start
    for part in line.split(separator):
        yield _trim(part, position)
        position += len(part) + len(separator)


def _gap_pieces(line: str, start: int) -> Iterator[_Piece]:
    for match in re.finditer(r"\S+(?:[ \u3000]\S+)*", line):
        yield _Piece(match.group(), start + match.start())


def _stacked(stack: list[_Piece]) -> list[list[_Piece]]:
    """One cell a line → rows: labels, then the values up to the next label."""
    rows: list[list[_Piece]] = [[]]
    in_values = False
    for piece in stack:
        value = bool(_VALUE.match(piece.text))
        if in_values and not value:
            rows.append([])
        in_values = value
        rows[-1].append(piece)
    return rows


def _grid(lines: list[list[_Piece]]) -> Grid:
    rows = tuple(
        tuple(
            GridCell(p.text, r, c, f"chars[{p.start}:{p.start + len(p.text)}]")
            for c, p in enumerate(line)
        )
        for r, line in enumerate(lines)
    )
    first, last = lines[0][0], lines[-1][-1]
    return Grid(rows, f"chars[{first.start}:{last.start + len(last.text)}]", exact=False)
