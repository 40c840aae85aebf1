"""Tables whose lines state their columns: as many tabs, pipes or commas in every line.

Then a blank between two separators is a cell, and the place of a number tells its column. It is
believed only where the table bears it out, since some programs fill up short lines at their end:
every number stands below a column label (or all in one column), and no column holds row labels
and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.documents.document import GridCell
from crawler.documents.text.line_cells import Piece

_Rows = Sequence[Sequence[Piece]]
_LEAST = 2
"""Fewer lines of equal length prove nothing."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table has shown of its columns, for the part of it on the next page: ``width`` and
    the columns that bear a label."""

    width: int
    labelled: frozenset[int]


def stated_columns(rows: _Rows, above: Columns | None) -> Columns | None:
    """The columns of a table whose lines state them; None where they don't, or it may be shifted.

    ``above``: those of the table before it, whose head it may go on under.
    """
    width = len(rows[0])
    if width < _LEAST or any(len(row) != width for row in rows):
        return None
    if not all(row[0].line.states_cells for row in rows):
        return None
    carried = above.labelled if above and above.width == width else frozenset()
    if len(rows) < _LEAST and not carried:
        return None
    labelled = set(carried)
    stubs: set[int] = set()
    figures: set[int] = set()
    named = True
    for row in rows:
        shown = [column for column, piece in enumerate(row) if piece.text]
        first = next((column for column in shown if row[column].is_value), None)
        if first is None:
            labelled.update(shown)
            continue
        own = [column for column in shown if column >= first]
        named = named and labelled.issuperset(own)
        if carried and first == shown[0]:
            # Below a head on another page, a line without a label of its own may be shifted.
            return None
        figures.update(own)
        stubs.update(column for column in shown if column < first)
    # A single column of numbers needs no name.
    if stubs & figures or not (named or len(figures) == 1):
        return None
    return Columns(width, frozenset(labelled))


def stated_rows(rows: _Rows) -> tuple[tuple[GridCell, ...], ...]:
    """Grid rows without blank columns behind the last; in a head of several lines, labels reach
    over the blanks, or repetitions of themselves, that are theirs."""
    width = 1 + max((c for row in rows for c, p in enumerate(row) if p.text), default=0)
    rows = [row[:width] for row in rows]
    labels = [any(p.text for p in row) and not any(p.is_value for p in row) for row in rows]
    own = [_own(row) if is_label else [] for row, is_label in zip(rows, labels, strict=True)]
    heads: list[int] = []
    for r in range(len(rows) - 1):
        if labels[r] and labels[r + 1]:
            lower = [
                text and b.text != a.text
                for text, a, b in zip(own[r + 1], rows[r], rows[r + 1], strict=True)
            ]
            if _splits(own[r], lower):
                heads.append(r)
                own[r + 1] = lower
    grid: list[list[GridCell]] = [
        [GridCell(p.text, r, c, p.at) for c, p in enumerate(row)] for r, row in enumerate(rows)
    ]
    for (r, c), (height, width) in {**_stubs(rows), **_spans(rows, own, heads)}.items():
        cell = grid[r][c]._replace(rowspan=height, colspan=width)
        for y in range(r, r + height):
            grid[y][c : c + width] = [cell] * width
    return tuple(map(tuple, grid))


def _own(row: Sequence[Piece]) -> list[bool]:
    """Where a label begins: neither blank nor its left neighbour once more."""
    return [
        bool(piece.text) and (not c or piece.text != row[c - 1].text) for c, piece in enumerate(row)
    ]


def _splits(upper: Sequence[bool], lower: Sequence[bool]) -> bool:
    """Whether a line of labels parts what the line above it names: each of its labels stands below
    one of those, two or more below the same."""
    owner: int | None = None
    below: Counter[int] = Counter()
    for c, (begins, label) in enumerate(zip(upper, lower, strict=True)):
        owner = c if begins else owner
        if label:
            if owner is None:
                return False
            below[owner] += 1
    return max(below.values(), default=0) > 1


def _stubs(rows: _Rows) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Row labels that reach over the blanks below them: names of groups beside their rows."""
    firsts = [next((c for c, p in enumerate(row) if p.is_value), None) for row in rows]
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for c in range(min((first for first in firsts if first is not None), default=0)):
        start: int | None = None
        for r, (row, first) in enumerate(zip(rows, firsts, strict=True)):
            if row[c].text:
                start = r if first is not None else None
            elif first is None or not any(p.text for p in row[c + 1 : first]):
                start = None
            elif start is not None:
                spans[start, c] = (r - start + 1, 1)
    return spans


def _spans(
    rows: _Rows, own: Sequence[Sequence[bool]], heads: Sequence[int]
) -> Mapping[tuple[int, int], tuple[int, int]]:
    """(row, column) → (height, width) of labels that take more than one place."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for r in range(len(rows) - 1, -1, -1):
        start: int | None = None
        for c, begins in enumerate(own[r]):
            below = r in heads and (own[r + 1][c] or (r + 1, c) in taken)
            if begins:
                start = c
            elif start is None or not (rows[r][c].text == rows[r][start].text or below):
                start = None
            else:
                spans[r, start] = (1, c - start + 1)
                taken.add((r, c))
    for r in heads:
        for c, begins in enumerate(own[r]):
            if not begins or (r, c) in spans:
                continue
            end = r
            while end in heads and not own[end + 1][c] and (end + 1, c) not in taken:
                end += 1
            if end > r:
                spans[r, c] = (end - r + 1, 1)
    return spans
