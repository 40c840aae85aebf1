"""Values that are wrapped inside their narrow cells, in tables without rules.

A number broken over two lines shows one part in the row's line and the other above or below it; a
remark stands where a value should. Neither part alone is the value, so such cells are unread
(U+FFFD) here; a figure taken from its first line would be a false one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from crawler.documents.pdf.areas import Area, fit, is_part, is_value, values_area
from crawler.documents.pdf.lines import Line, Word
from crawler.documents.pdf.page import UNKNOWN

_LEAST = 3
"""Values of a line that shows where the columns of values begin."""
_OPENING = "（([［【〔"
_LEVELS = 3
_SOLID = 1.7
"""Lines, and sizes of type, from a value to the remark below it at most."""
_TAIL = 2.0
"""Sizes of type from one line of a cell to the next at most, however wide the lines are set."""
_CLOSER = 0.75
"""Of the usual distance of rows, for lines of one row."""
_NUMBERED = re.compile(r"^([（(]?[一二三四五六七八九十\d]{1,2}[）)、.．,，]|[一二三四五六七]、)")
_DIGITS = re.compile(r"[\d.,]+")
_CLOSE = 1.3
"""The same where nothing else tells."""
_NEAR = 1.45
"""Sizes of type from one line of a cell to the next; rows of a table stand further apart."""


def without_wraps(
    lines: Sequence[Line], table: Sequence[Line] = (), *, joined: bool = False
) -> list[Line]:
    """The lines of a table; what is wrapped or stands beside numbers as text is unread.

    ``table``: all its lines, where ``lines`` are those on one page. ``joined``: numbers whose parts would not fit side by side are put together instead. Without
    rules that is likely, not sure: the form's sums have to confirm it.
    """
    area = values_area(table or lines)
    if area is None:
        return list(lines)
    lines = _without_remarks(lines, area)
    whole: dict[int, list[int]] = {}
    for i, row in _rows_of(lines, area).items():
        whole.setdefault(row, [row]).append(i)
    gone = {i for row, parts in whole.items() for i in parts if i != row}
    out: list[Line] = []
    for i, line in enumerate(lines):
        if i in whole:
            out.append(_together(line, [lines[n] for n in sorted(whole[i])], area, joined=joined))
        elif i not in gone:
            out.append(_plain(line, area.edge))
        elif labels := tuple(word for word in line.words if word.center < area.edge):
            out.append(Line(labels))
    return out


def _without_remarks(lines: Sequence[Line], area: Area) -> list[Line]:
    """Values below which a remark begins are part of a text; so is a cell that shows nothing on
    its row's level, and words right above and below."""
    out = list(lines)
    for i, line in enumerate(lines):
        for word in area.values(line):
            if is_value(word):
                continue
            for k in range(max(i - _LEVELS, 0), min(i + _LEVELS + 1, len(out))):
                below = word.middle - out[k].middle
                if k < i and word.text[0] in _OPENING and below < _SOLID * word.size:
                    out[k] = _unread(out[k], word)
                elif k != i and abs(below) < word.size and _is_row(out[k], area):
                    out[k] = _shown_at(out[k], word)
    return out


def _unread(line: Line, part: Word) -> Line:
    return Line(
        tuple(
            replace(word, text=UNKNOWN) if word.is_value and _is_level(word, part) else word
            for word in line.words
        )
    )


def _is_level(one: Word, other: Word) -> bool:
    """Whether two words stand one above the other."""
    return one.x0 < other.x1 and other.x0 < one.x1


def _is_row(line: Line, area: Area) -> bool:
    return sum(map(is_value, area.values(line))) > 1


def _shown_at(line: Line, part: Word) -> Line:
    if any(_is_level(word, part) for word in line.words):
        return line
    unread = replace(part, text=UNKNOWN, top=line.top, bottom=line.bottom)
    return Line(tuple(sorted((*line.words, unread), key=lambda word: word.x0)))


def _rows_of(lines: Sequence[Line], area: Area) -> dict[int, int]:
    """Line → the line of its row, for lines that show parts of another line's values."""
    row: dict[int, int] = {}
    for i in range(len(lines)):
        near = _row_of_fragment(lines, i, area.edge, len(area.places))
        if near is not None:
            row[i] = near
    shown = [i for i, line in enumerate(lines) if any(map(is_part, area.values(line)))]
    for one, other in pairwise(shown):
        if row.get(one) == other or row.get(other) == one:
            continue
        if _overlap(lines[one : other + 1], area):
            more, less = sorted((one, other), key=lambda i: (-_shown(lines[i], area.edge), i))
            if less in row and not _has_label(lines[more], area):
                row.setdefault(more, row[less])
            row.setdefault(less, more)
    for i, before in _continued(lines, area).items():
        if i not in row or lines[row[i]].middle - lines[i].middle > lines[i].size:
            row[i] = before
    return _resolved(row)


def _continued(lines: Sequence[Line], area: Area) -> dict[int, int]:
    """Lines with values beside the second line of a label → the line before: what is level with
    them is the rest of the row. Labels that are numbered tell where a row begins."""
    shown = [i for i, line in enumerate(lines) if any(map(is_part, area.values(line)))]
    begun = [
        i
        for i in shown
        if any(_NUMBERED.match(w.text) for w in lines[i].words if w.center < area.edge)
    ]
    steps = [lines[b].middle - lines[a].middle for a, b in pairwise(begun)]
    if len(steps) < _LEAST:
        return {}
    usual = median(steps)
    out: dict[int, int] = {}
    for one, other in pairwise(shown):
        apart = lines[other].middle - lines[one].middle
        if (
            (one in begun or one in out)
            and other not in begun
            and apart < min(_TAIL * lines[other].size, _CLOSER * usual)
        ):
            out[other] = one
    return out


def _resolved(row: dict[int, int]) -> dict[int, int]:
    """Each line's row, where parts are joined to parts."""
    found: dict[int, int] = {}
    for start in row:
        seen = {start}
        end = row[start]
        while end in row and end not in seen:
            seen.add(end)
            end = row[end]
        if end != start:
            found[start] = min(seen) if end in seen else end
    return {i: end for i, end in found.items() if i != end}


def _overlap(lines: Sequence[Line], area: Area) -> bool:
    """Whether the first and the last line, with only labels between, stand too near to each other
    for two rows; or both beside one line of a label, which one of them lacks."""
    first, last = lines[0], lines[-1]
    size = max(first.size, last.size)
    apart = last.middle - first.middle
    if apart < size:
        return True
    if len(lines) == 2:
        return apart < _NEAR * size and _is_one_row(first, last, area, apart / size)
    if len(lines) != 3 or all(_has_label(line, area) for line in (first, last)):
        return False
    return all(b.middle - a.middle < size for a, b in pairwise(lines))


def _is_one_row(above: Line, below: Line, area: Area, sizes: float) -> bool:
    """Whether two lines that stand close (``sizes`` of type) show parts of the same numbers."""
    label = _label(below, area)
    if len(label) == 1:
        return True  # a label written downward: no row has one of a single character
    if not label and len(_label(above, area)) <= 1 and _is_torn(above, below, area, sure=True):
        return True
    fewer = len(area.values(below)) < len(area.values(above))
    begun = any(_NUMBERED.match(w.text) for w in below.words if w.center < area.edge)
    return sizes < _CLOSE and fewer and not begun and _is_torn(above, below, area, sure=False)


def _is_torn(above: Line, below: Line, area: Area, *, sure: bool) -> bool:
    """Whether two lines show parts of a number: such as would not fit side by side; or, if it need
    not be ``sure``, such as no number of their column is as wide as."""
    columns = {area.column(word): word for word in area.values(above)}
    for word in area.values(below):
        column = area.column(word)
        if column is None or column not in columns:
            continue
        fits = (
            fit(columns[column], word, area.width(column))
            if sure
            else area.has_room(column, columns[column], word)
        )
        if not fits:
            return True
    return False


def _label(line: Line, area: Area) -> str:
    return "".join(word.text for word in line.words if word.center < area.edge)


def _has_label(line: Line, area: Area) -> bool:
    return line.words[0].center < area.edge


def _together(row: Line, parts: Sequence[Line], area: Area, *, joined: bool) -> Line:
    """A row with the parts of its values, from top to bottom."""
    cells: dict[int, list[Word]] = {}
    lost: list[Word] = []
    for part in parts:
        for word in area.values(part):
            column = area.column(word)
            if column is None:
                lost.append(word)
            else:
                cells.setdefault(column, []).append(word)
    for column, word in area.around(lost):
        # Two numbers that touch look like one between their columns: neither of these is blank.
        cells.setdefault(column, []).append(word)
    words = [word for word in row.words if word.center < area.edge]
    for column, found in cells.items():
        text = None if lost else _number(found, area.width(column), joined=joined)
        x0, x1 = min(word.x0 for word in found), max(word.x1 for word in found)
        glyphs = found[0].glyphs
        cell = replace(found[0], x0=x0, x1=x1, top=row.top, bottom=row.bottom, glyphs=glyphs)
        words.append(replace(cell, text=UNKNOWN if text is None else text))
    return Line(tuple(sorted(words, key=lambda word: word.x0)))


def _number(parts: Sequence[Word], width: float, *, joined: bool) -> str | None:
    """What a cell shows; None where that is not sure."""
    if len(parts) == 1:
        return parts[0].text if parts[0].is_value else None
    if not joined or not all(_DIGITS.fullmatch(part.text) for part in parts):
        return None
    fits = any(fit(a, b, width) for a, b in pairwise(parts))
    return None if fits else "".join(part.text for part in parts)


def _row_of_fragment(lines: Sequence[Line], index: int, edge: float, width: int) -> int | None:
    """The line to whose cells a line of parts belongs; None for a line of its own."""
    line = lines[index]
    if len(line.words) >= width or any(word.center < edge for word in line.words):
        return None
    if not any(c.isdigit() or c == UNKNOWN for word in line.words for c in word.text):
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
    if len(area) == len(line.words) and 2 * sum(word.is_value for word in area) < len(area):
        return line  # the head of a table whose labels hold figures
    return Line(
        tuple(
            replace(word, text=UNKNOWN) if word.center >= edge and not word.is_value else word
            for word in line.words
        )
    )
