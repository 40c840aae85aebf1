"""Values that are wrapped inside their narrow cells, in tables without rules.

A number broken over two lines shows one part in the row's line and the other above or below it; a
remark stands where a value should. Neither part alone is the value, so such cells are unread
(U+FFFD) here; a figure taken from its first line would be a false one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crawler.documents.pdf_lines import Line, Word
from crawler.documents.pdf_page import UNKNOWN

_LEAST = 3
"""Values of a line that shows where the columns of values begin."""
_NEAR = 1.45
"""Sizes of type from one line of a cell to the next; rows of a table stand further apart."""


def is_value(word: Word) -> bool:
    """A number, a mark that stands for none, or a value that could not be read."""
    return word.is_value or word.text == UNKNOWN


def without_wraps(lines: Sequence[Line]) -> list[Line]:
    """The lines of a table; what is wrapped or stands beside numbers as text is unread."""
    edge, width = _values_area(lines)
    if width < _LEAST:
        return list(lines)
    fragments = {
        i: near
        for i, line in enumerate(lines)
        if (near := _row_of_fragment(lines, i, edge, width)) is not None
    }
    out = {i: _plain(line, edge) for i, line in enumerate(lines) if i not in fragments}
    for i, row in fragments.items():
        target = row
        while target in fragments:  # a number of three lines
            target = fragments[target]
        if target in out:
            out[target] = _tainted(out[target], lines[i].words)
    return [out[i] for i in sorted(out)]


def _values_area(lines: Sequence[Line]) -> tuple[float, int]:
    """Where the columns of values begin, and how many there are."""
    counts = Counter(len(found) for line in lines if len(found := _ending(line)) >= _LEAST)
    if not counts:
        return 0.0, 0
    width = max(counts, key=lambda n: (counts[n], n))
    rows = [_ending(line) for line in lines if len(_ending(line)) == width]
    return min(row[0].x0 - row[0].size for row in rows), width


def _ending(line: Line) -> tuple[Word, ...]:
    start = len(line.words)
    while start and line.words[start - 1].is_value:
        start -= 1
    return line.words[start:]


def _row_of_fragment(lines: Sequence[Line], index: int, edge: float, width: int) -> int | None:
    """The line to whose cells a line of parts belongs; None for a line of its own."""
    line = lines[index]
    if len(line.words) >= width or any(word.center < edge for word in line.words):
        return None
    if not any(c.isdigit() for word in line.words for c in word.text):
        return None
    near = [
        i
        for i in (index - 1, index + 1)
        if 0 <= i < len(lines)
        and abs(lines[i].middle - line.middle) < _NEAR * line.size
        and _shown(lines[i], edge) > len(line.words)
    ]
    return min(near, key=lambda i: abs(lines[i].middle - line.middle), default=None)


def _shown(line: Line, edge: float) -> int:
    """How much a line shows that a fragment does not: values, or a label with values."""
    values = sum(is_value(word) for word in line.words if word.center >= edge)
    return values and values + any(word.center < edge for word in line.words)


def _plain(line: Line, edge: float) -> Line:
    """Text among the values of a row is a remark with its number, or part of one."""
    area = [word for word in line.words if word.center >= edge]
    if sum(word.is_value for word in area) < 2 or len(area) == sum(w.is_value for w in area):
        return line
    if len(area) == len(line.words):
        return line  # the head of a table whose labels hold figures
    return Line(
        tuple(
            replace(word, text=UNKNOWN) if word.center >= edge and not word.is_value else word
            for word in line.words
        )
    )


def _tainted(row: Line, parts: Sequence[Word]) -> Line:
    words = list(row.words)
    for part in parts:
        under = [i for i, word in enumerate(words) if word.x0 < part.x1 and part.x0 < word.x1]
        if under:
            for i in under:
                if is_value(words[i]):
                    words[i] = replace(words[i], text=UNKNOWN)
        else:
            words.append(replace(part, text=UNKNOWN, top=row.top, bottom=row.bottom))
    return Line(tuple(sorted(words, key=lambda word: word.x0)))
