"""Values that stand under each other without rules between: which column each stands in."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, pstdev

from crawler.documents.pdf.lines import Word, part_of
from crawler.documents.pdf.page import Glyph

_REACH = 0.42
"""A value farther from a column than this share of the way to the next one is in neither."""
_ALIGNED = 0.75
"""Ems between a value and its column, where the row has blanks."""
_OVER = 0.8
"""Ems by which a label may reach over the next column."""
_SEAM = 0.06
"""Ems between two digits of one number at most; wider only if the number is spread."""
_LINED_UP = 0.45
"""Ems between values of one column at most."""
_NARROWEST = 1.4
"""Ems from one column to the next at least."""
_LEAST = 3
"""Columns; fewer need no alignment."""

Anchor = Callable[[Word], float]
_ANCHORS: tuple[Anchor, ...] = (
    lambda word: word.center,
    lambda word: word.x1,
    lambda word: word.x0,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """``places``: of the columns, by ``anchor``: the middle, the right or the left of a value."""

    places: tuple[float, ...]
    anchor: Anchor

    @property
    def reach(self) -> float:
        pairs = zip(self.places, self.places[1:], strict=False)
        return _REACH * min(b - a for a, b in pairs)

    @property
    def centred(self) -> bool:
        return self.anchor is _ANCHORS[0]

    def under(self, word: Word) -> int | None:
        """The column over which a label stands; None if it stands over several."""
        middles = [(a + b) / 2 for a, b in zip(self.places, self.places[1:], strict=False)]
        if not self.centred:
            # Values on one side of their columns: the borders are near that side.
            shift = word.size * (0.5 if self.anchor is _ANCHORS[1] else -0.5)
            edges = self.places[:-1] if self.anchor is _ANCHORS[1] else self.places[1:]
            middles = [edge + shift for edge in edges]
        crossed = [
            m for m in middles if word.x0 + _OVER * word.size < m < word.x1 - _OVER * word.size
        ]
        return None if crossed else bisect_right(middles, word.center)

    def place(self, values: Sequence[Word]) -> list[Word | None] | None:
        """Each column's value, None where it is blank; None if that can't be told.

        Numbers of narrow columns may stand so near that they were taken for one: a number with a
        gap in it is believed in neither way, unless its parts fill the row.
        """
        row = self._near(values)
        if row is None or None not in row:
            return row
        shown = [(place, w) for place, w in zip(self.places, row, strict=True) if w is not None]
        # A row of other columns than these, as the parts of table 二 have, has no blanks.
        aside = any(abs(place - self.anchor(w)) > _ALIGNED * w.size for place, w in shown)
        return None if aside else row

    def holds(self, values: Sequence[Word]) -> bool:
        """Whether each value is near to a column of its own."""
        return self._near(values) is not None

    def _near(self, values: Sequence[Word]) -> list[Word | None] | None:
        parts = [part for word in values for part in _parts(word)]
        if len(parts) == len(values):
            return self._nearest(values)
        return self._nearest(parts) if len(parts) == len(self.places) else None

    def _nearest(self, values: Sequence[Word]) -> list[Word | None] | None:
        row: list[Word | None] = [None] * len(self.places)
        for word in values:
            at = self.anchor(word)
            near = min(range(len(self.places)), key=lambda i: abs(self.places[i] - at))
            if abs(self.places[near] - at) > self.reach or row[near] is not None:
                return None
            row[near] = word
        return row


def _parts(word: Word) -> list[Word]:
    """The number cut at its gaps, if it has any."""
    runs: list[list[Glyph]] = []
    for glyph in word.glyphs:
        if runs and glyph.x0 - runs[-1][-1].x1 <= _SEAM * word.size:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return [part_of(word, run) for run in runs] if len(runs) > 1 else [word]


def columns_of(rows: Sequence[Sequence[Word]]) -> Columns | None:
    """The columns of a table: those of its whole rows, or, where hardly a row is whole, those that
    values of all rows line up in. Of several the one in which most rows have their places."""
    several = [row for row in rows if len(row) > 1]
    found = [c for c in (_of_whole_rows(several), _of_all_rows(several)) if c is not None]
    return max(found, key=lambda c: sum(map(c.holds, rows)), default=None)


def _of_whole_rows(rows: Sequence[Sequence[Word]]) -> Columns | None:
    counts = Counter(len(row) for row in rows if len(row) >= _LEAST)
    if not counts:
        return None
    # A row with blanks is shorter; only a number beside its row's label makes one longer.
    width = max(counts, key=lambda n: (counts[n], n))
    width = max([width, *(n for n, times in counts.items() if n > width and times > 1)])
    whole = [row for row in rows if len(row) == width]
    found: list[tuple[float, int, Columns]] = []
    for index, anchor in enumerate(_ANCHORS):
        sides = list(zip(*([anchor(word) for word in row] for row in whole), strict=True))
        places = tuple(median(side) for side in sides)
        if not _ascending(places):
            continue
        columns = Columns(places, anchor)
        if all(map(columns.holds, whole)):
            found.append((round(sum(pstdev(side) for side in sides), 3), index, columns))
    return min(found)[2] if found else None


def _of_all_rows(rows: Sequence[Sequence[Word]]) -> Columns | None:
    """Where values of many rows line up, a column that most rows leave blank shows as well."""
    words = [word for row in rows for word in row]
    if len(rows) < _LEAST or not words:
        return None
    found: list[tuple[int, int, Columns]] = []
    for index, anchor in enumerate(_ANCHORS):
        marks = sorted(anchor(word) for word in words)
        size = median(word.size for word in words)
        near = _LINED_UP * size
        groups: list[list[float]] = [[marks[0]]]
        for mark in marks[1:]:
            if mark - groups[-1][-1] <= near:
                groups[-1].append(mark)
            else:
                groups.append([mark])
        places = tuple(median(group) for group in groups)
        spread = max(group[-1] - group[0] for group in groups)
        if any(b - a < _NARROWEST * size for a, b in itertools.pairwise(places)):
            continue  # values of one column that do not line up by this side
        if len(places) >= _LEAST and spread <= 2 * near:
            found.append((len(places), index, Columns(places, anchor)))
    return min(found)[2] if found else None


def _ascending(places: Sequence[float]) -> bool:
    return all(a < b for a, b in itertools.pairwise(places))
