"""The columns of values in a table without rules, as far as its fullest rows show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from crawler.documents.pdf.lines import Line, Word
from crawler.documents.pdf.page import UNKNOWN

_LEAST = 3
"""Values of a line that shows where the columns of values begin."""
_REACH = 0.42
"""Share of a column's width; a value farther from its middle is in neither of two."""
_MARGINS = 1.1
"""Ems of a cell's width that its two margins take."""


def is_value(word: Word) -> bool:
    """A number, a mark that stands for none, or a value that could not be read."""
    return word.is_value or word.text == UNKNOWN


@dataclass(frozen=True, slots=True)
class Area:
    """``edge``: where the columns of values begin; ``places``: their middles."""

    edge: float
    places: tuple[float, ...]

    def column(self, word: Word) -> int | None:
        """The column in which a word stands; None if it stands in none or in two."""
        near = min(range(len(self.places)), key=lambda i: abs(self.places[i] - word.center))
        return near if abs(self.places[near] - word.center) < _REACH * self.width(near) else None

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
    return Area(min(row[0].x0 - row[0].size for row in rows), places)


def _ending(line: Line) -> tuple[Word, ...]:
    start = len(line.words)
    while start and line.words[start - 1].is_value:
        start -= 1
    return line.words[start:]


def fit(one: Word, other: Word, width: float) -> bool:
    return one.x1 - one.x0 + other.x1 - other.x0 + _MARGINS * other.size <= width
