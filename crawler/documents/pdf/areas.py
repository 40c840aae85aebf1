"""The columns of values in a table without rules, as far as its fullest rows show them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from crawler.documents.pdf.lines import Line, Word
from crawler.documents.pdf.page import UNKNOWN

_DIGITS = re.compile(r"[\d.,]+")
_LEAST = 3
"""Values of a line that shows where the columns of values begin."""
_REACH = 0.42
"""Share of a column's width; a value farther from its middle is in neither of two."""
_BESIDE = 0.75
"""Shares of the narrowest column's width; a value farther from all columns stands in another one."""
_MARGINS = 1.1
"""Ems of a cell's width that its two margins take."""


def is_value(word: Word) -> bool:
    """A number, a mark that stands for none, or a value that could not be read."""
    return word.is_value or word.text == UNKNOWN


def is_part(word: Word) -> bool:
    """A value, or what a narrow column leaves of one on a line: ``1,``, ``,036``."""
    return is_value(word) or bool(_DIGITS.fullmatch(word.text))


@dataclass(frozen=True, slots=True)
class Area:
    """``edge``: where the columns of values begin; ``places``: their middles; ``widest``: of each,
    the width of the widest value in it."""

    edge: float
    places: tuple[float, ...]
    widest: tuple[float, ...] = ()

    def column(self, word: Word) -> int | None:
        """The column in which a word stands; None if it stands in none or in two."""
        near = min(range(len(self.places)), key=lambda i: abs(self.places[i] - word.center))
        return near if abs(self.places[near] - word.center) < _REACH * self.width(near) else None

    def has_room(self, column: int, one: Word, other: Word) -> bool:
        """Whether a column shows values as wide as two together would be."""
        return one.x1 - one.x0 + other.x1 - other.x0 <= self.widest[column] + one.size / 8

    def around(self, words: Sequence[Word]) -> Iterator[tuple[int, Word]]:
        """The columns left and right of words that stand in none, with what stands there."""
        for word in words:
            right = next((i for i, p in enumerate(self.places) if p > word.center), None)
            for column in (right - 1, right) if right else ():
                place, half = self.places[column], word.size / 4
                yield column, replace(word, text=UNKNOWN, x0=place - half, x1=place + half)

    def width(self, column: int) -> float:
        """Of a column: the way to the next one."""
        around = self.places[max(column - 1, 0) : column + 2]
        return min(b - a for a, b in pairwise(around))

    def values(self, line: Line) -> list[Word]:
        return [word for word in line.words if word.center >= self.edge]


def values_area(lines: Sequence[Line]) -> Area | None:
    counts = Counter(len(found) for line in lines if len(found := _ending(line)) >= _LEAST)
    if not counts:
        return None
    # Where most rows wrap a number, few show them all; only once, it is a number beside a label.
    width = max(counts, key=lambda n: (counts[n], n))
    width = max([width, *(n for n, times in counts.items() if times > 1)])
    rows = [_ending(line) for line in lines if len(_ending(line)) == width]
    places = tuple(median(word.center for word in side) for side in zip(*rows, strict=True))
    if any(a >= b for a, b in pairwise(places)):
        return None
    edge = min(row[0].x0 - row[0].size for row in rows)
    words = [word for line in lines for word in line.words if word.x0 >= edge and is_value(word)]
    area = Area(edge, _with_wrapped(places, words))
    widest = [0.0] * len(area.places)
    for word in words:
        if (column := area.column(word)) is not None:
            widest[column] = max(widest[column], word.x1 - word.x0)
    return replace(area, widest=tuple(widest))


def _with_wrapped(places: tuple[float, ...], words: Sequence[Word]) -> tuple[float, ...]:
    """The columns with those in which all numbers are wrapped, so that no row shows them."""
    steps = [b - a for a, b in pairwise(places)]
    found = list(places)
    for word in words:
        near = min(abs(place - word.center) for place in found)
        if word.is_value and near > _BESIDE * min(steps):
            found.append(word.center)
    return tuple(sorted(found))


def _ending(line: Line) -> tuple[Word, ...]:
    start = len(line.words)
    while start and is_part(line.words[start - 1]):
        start -= 1
    return line.words[start:]


def fit(one: Word, other: Word, width: float) -> bool:
    return one.x1 - one.x0 + other.x1 - other.x0 + _MARGINS * other.size <= width
