"""Lines of text → their cells, by whatever parts them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

_RULE = re.compile(r"^[\s|:+\-=_\u2500-\u257f]+$")
_LINE = re.compile(r"[-=_─━═┄┅┈┉╌╍]{5}|[+├┌└┼╔╠╚]")
_PARTIAL_RULE = re.compile(r"[+├┼|][-─=]{3,}[+┼┤|]|[├┼┝┠][─━═]{3}")
_TAB = re.compile("\t")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS = ("**", "__", "*", "`")
_BREAK = re.compile(r"<br\s*/?>|\\(?=\|)|^&nbsp;$", re.I)
_VALUE = re.compile(
    r"^[+\-－]?[\d０-９]([\d０-９,，.．]*[\d０-９])?[件项个条]?(?:[（(](?:含|包含|包括|其中)[^（()）]{1,30}[）)])?$"
    r"|^[/／\-－—]$|^[无零〇]$"
)
GAP = re.compile(r"[ \u3000\u00a0]{2,}")
_LETTER = "(?![无零〇一二两三四五六七八九十])[\u4e00-\u9fff]"
_LETTERS = (
    r"(?<!\S)(?:[（(]?[一二三四五六七八九十\d]{1,2}[ \u3000]*[)）、.．]+[ \u3000]*)?"
    rf"{_LETTER}(?P<gap>[ \u3000]{{1,4}}){_LETTER}(?:(?P=gap){_LETTER})*(?!\S)"
)
"""A label whose characters are set apart, all as far (行  政  许  可)."""
_NEXT_LETTERS = _LETTERS.replace("gap", "other")
WIDE_CELL = re.compile(rf"{_LETTERS}|\S+(?:[ \u3000\u00a0](?!{_NEXT_LETTERS})\S+)*")
WORD = re.compile(rf"{_LETTERS}|\S+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[ \u00a0]\d{3})+$")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Left by editors of web articles and by joined files."""
_BLANK = _INVISIBLE + " \t\r\n\x0b\x0c\u00a0\u3000\u2002\u2003\u2009\u202f"
_ROWS_IN_LINE = 3
"""So often a label behind a number: many rows in one line."""
LABEL = 20
"""Longest column label; longer pieces between wide gaps are prose."""


@dataclass(frozen=True, slots=True)
class Line:
    """``start``: offset in the source's text, None where ``at`` names the line as a whole.
    ``path``, ``level`` and ``link`` as for `Paragraph`. ``separator``: parts the cells of a row;
    quoted cells may hold it."""

    text: str
    start: int | None
    at: str = ""
    path: tuple[int, ...] = ()
    level: int = 0
    link: bool = False
    separator: str = ""

    @property
    def states_cells(self) -> bool:
        """Whether signs of their own part the cells, so that an empty one leaves a trace."""
        return bool(self.separator) or self.text.count("|") > 1 or "\t" in self.text


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line: a cell, or all of it."""

    text: str
    start: int
    line: Line

    @property
    def at(self) -> str:
        return place(self, self)

    @property
    def is_value(self) -> bool:
        return bool(_VALUE.match(self.text))


def place(first: Piece, last: Piece) -> str:
    if first.line.start is None or last.line.start is None:
        return first.line.at
    end = last.line.start + last.start + len(last.text)
    return f"chars[{first.line.start + first.start}:{end}]"


def whole(line: Line) -> Piece:
    return part(line, 0, len(line.text))


def part(line: Line, start: int, end: int) -> Piece:
    """The stretch without white space and invisible characters around it."""
    text = line.text[start:end]
    stripped = text.strip()
    if stripped and (stripped[0] in _INVISIBLE or stripped[-1] in _INVISIBLE):
        stripped = stripped.strip(_BLANK).strip()
    return Piece(stripped, start + (text.find(stripped) if stripped else 0), line)


def as_cell(line: Line, start: int, end: int) -> Piece:
    """As `part`, without Markdown's marks."""
    piece = part(line, start, end)
    text = piece.text
    for mark in _MARKS:
        width = len(mark)
        if len(text) > 2 * width and text.startswith(mark) and text.endswith(mark):
            return as_cell(line, piece.start + width, piece.start + len(text) - width)
    if _BREAK.search(text):
        return replace(piece, text=_BREAK.sub("", text))
    return piece


def cells_of(line: Line) -> list[Piece] | None:
    """Cells of a table line; [] for a rule; None for a line that is no table row."""
    text = line.text
    if line.separator:
        return list(_quoted(line))
    bars = text.count("|")
    if _RULE.match(text) and (_LINE.search(text) or (bars >= 2 and "-" in text)):
        return []
    if bars >= 2:
        if _PARTIAL_RULE.search(text):
            return []
        framed = text.lstrip().startswith("|")
        first = text.index("|") + 1 if framed else 0
        # Without a bar in front, the last one is followed by an empty cell.
        last = text.rindex("|") if framed and text.rstrip().endswith("|") else len(text)
        return list(_separated(line, first, last, _BAR))
    if "\t" in text:
        return list(_separated(line, 0, len(text), _TAB))
    cells = _apart(line)
    parts = [cell.text for cell in cells]
    if sum(a.is_value and not b.is_value for a, b in pairwise(cells)) >= _ROWS_IN_LINE:
        return None
    values = sum(bool(_VALUE.match(p)) for p in parts)
    labels_only = len(parts) >= 3 and max(map(len, parts)) <= LABEL
    if values >= 2 or labels_only or (len(parts) == 2 and values == 1 and _VALUE.match(parts[1])):
        return cells
    return None


def _apart(line: Line) -> list[Piece]:
    """Cells apart by wide gaps, none if there are no such; where some of these hold several
    numbers, and none is one with its thousands set apart, single spaces part the numbers as well."""
    bounds = [m.span() for m in WIDE_CELL.finditer(line.text)]
    if not any(GAP.match(line.text, a[1], b[0]) for a, b in pairwise(bounds)):
        return []
    wide = [as_cell(line, *bound) for bound in bounds]
    cells = [part for cell in wide for part in _numbers_behind(cell)]
    if len(cells) == len(wide) or any(_THOUSANDS.match(cell.text) for cell in wide):
        return wide
    return cells


def _numbers_behind(cell: Piece) -> list[Piece]:
    """The words of a cell, and each number behind them."""
    words = [
        as_cell(cell.line, cell.start + m.start(), cell.start + m.end())
        for m in WORD.finditer(cell.text)
    ]
    end = next((i for i in range(len(words), 0, -1) if not words[i - 1].is_value), 0)
    if end == len(words) or len(words) < 2:
        return [cell]
    if not end:
        return words
    last = words[end - 1]
    return [part(cell.line, cell.start, last.start + len(last.text)), *words[end:]]


def _separated(line: Line, start: int, end: int, separator: re.Pattern[str]) -> Iterator[Piece]:
    for match in separator.finditer(line.text, start, end):
        yield as_cell(line, start, match.start())
        start = match.end()
    yield as_cell(line, start, end)


def fields(text: str, separator: str) -> list[tuple[int, int]]:
    """Bounds of the fields of a line; separators inside quotes belong to the field."""
    found: list[tuple[int, int]] = []
    start, quoted = 0, False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            found.append((start, at))
            start = at + 1
    return [*found, (start, len(text))]


def _quoted(line: Line) -> Iterator[Piece]:
    for start, end in fields(line.text, line.separator):
        piece = part(line, start, end)
        text = piece.text
        if len(text) >= 2 and text[0] == text[-1] == '"':
            piece = part(line, piece.start + 1, piece.start + len(text) - 1)
            if '""' in piece.text:
                piece = replace(piece, text=piece.text.replace('""', '"'))
        yield piece
