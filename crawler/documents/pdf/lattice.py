"""Ruling lines → the cells that they enclose. Pure geometry: it knows no text.

A side that is open counts as closed: tables are torn by page breaks, and some are drawn without
their outer borders. Where a line between two fields is missing, they are one cell.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.documents.pdf.page import Rule

_SNAP = 3.6
"""Points; lines nearer to each other than this are one line, drawn as two."""
_BUNDLE = 4
"""Verticals that are a table without any horizontal."""
_COVERED = 0.5
"""Share of a field's side that must be drawn."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell in rows and columns of its lattice (0-based)."""

    row: int
    col: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Lattice:
    """``xs``, ``ys``: the lines, ascending. ``whole``: every cell is a rectangle.
    ``open_top``, ``open_bottom``: no line is drawn there, or not all along."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]
    whole: bool
    open_top: bool
    open_bottom: bool

    def holds(self, x: float, y: float, size: float) -> bool:
        """Whether text of that size stands in the table; a line more at an open end, where the
        page's last line may stand below the end of the rules."""
        above = size if self.open_top else _SNAP
        below = size if self.open_bottom else _SNAP
        return (
            self.xs[0] - _SNAP <= x <= self.xs[-1] + _SNAP
            and self.ys[0] - above <= y <= self.ys[-1] + below
        )

    def is_beside(self, x: float, y: float) -> bool:
        """Whether a place lies right of the table, level with it."""
        return x > self.xs[-1] + _SNAP and self.ys[0] <= y <= self.ys[-1]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line at ``place`` from ``start`` to ``end``, across or down."""

    place: float
    start: float
    end: float


def lattices(rules: Iterable[Rule]) -> list[Lattice]:
    """The tables drawn on a page, from top to bottom. Frames around one field are none."""
    across, down = _merged(rules)
    found = [_lattice(h, v) for h, v in _connected(across, down)]
    tables = [lattice for lattice in found if lattice is not None]
    return sorted(tables, key=lambda lattice: lattice.ys[0])


def _merged(rules: Iterable[Rule]) -> tuple[list[_Line], list[_Line]]:
    """Horizontal and vertical lines; pieces of one line put together."""
    across = [_Line(r.top, r.x0, r.x1) for r in rules if r.top == r.bottom]
    down = [_Line(r.x0, r.top, r.bottom) for r in rules if r.x0 == r.x1 and r.top != r.bottom]
    return _whole_lines(across), _whole_lines(down)


def _whole_lines(lines: Iterable[_Line]) -> list[_Line]:
    out: list[_Line] = []
    for group in _near(sorted(lines, key=lambda line: line.place)):
        # Pieces count by their length: dots of lines that cross belong to neither place.
        place = _weighted(group)
        start = end = None
        for line in sorted(group, key=lambda line: line.start):
            if start is None or end is None or line.start > end + _SNAP:
                if start is not None and end is not None:
                    out.append(_Line(place, start, end))
                start, end = line.start, line.end
            else:
                end = max(end, line.end)
        if start is not None and end is not None:
            out.append(_Line(place, start, end))
    return [line for line in out if line.end - line.start > _SNAP]


def _weighted(group: Sequence[_Line]) -> float:
    """The place at which half of the drawn length lies on either side."""
    ranked = sorted(group, key=lambda line: line.place)
    half = sum(line.end - line.start for line in group) / 2
    for line in ranked:
        half -= line.end - line.start
        if half <= 0:
            return line.place
    return ranked[-1].place


def _near(lines: Sequence[_Line]) -> list[list[_Line]]:
    groups: list[list[_Line]] = []
    for line in lines:
        near = groups and line.place - groups[-1][-1].place <= _SNAP
        if near and line.place - groups[-1][0].place <= 2 * _SNAP:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _connected(
    across: Sequence[_Line], down: Sequence[_Line]
) -> list[tuple[list[_Line], list[_Line]]]:
    """Lines that meet, in groups: each group is one table."""
    group = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    places = [line.place for line in across]
    for number, line in enumerate(down, len(across)):
        first = bisect_left(places, line.start - _SNAP)
        for index in range(first, len(across)):
            if across[index].place > line.end + _SNAP:
                break
            if across[index].start - _SNAP <= line.place <= across[index].end + _SNAP:
                group[root(index)] = root(number)
    parts: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for index, line in enumerate(across):
        parts.setdefault(root(index), ([], []))[0].append(line)
    for index, line in enumerate(down, len(across)):
        parts.setdefault(root(index), ([], []))[1].append(line)
    tables = [part for part in parts.values() if part[0] and part[1]]
    alone: list[_Line] = []
    for part in parts.values():
        if not part[0] and not _adopt(part[1], tables):
            alone.extend(part[1])
    return [*tables, *(([], group) for group in _bundles(alone))]


def _adopt(lines: Sequence[_Line], tables: Sequence[tuple[list[_Line], list[_Line]]]) -> bool:
    """A vertical that no horizontal meets, beside a table of just its height, is its outer side:
    on the middle pages of a long table the stub's cell has no ends. False if it is of none."""
    for line in lines:
        for _, down in tables:
            if any(_alike(line, other) for other in down):
                down.extend(lines)
                return True
    return False


def _bundles(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Verticals of one height that no horizontal meets: a row so high that the page before holds
    its beginning and the next one its end."""
    bundles: list[list[_Line]] = []
    for line in lines:
        bundle = next((b for b in bundles if _alike(b[0], line)), None)
        if bundle is None:
            bundles.append([line])
        else:
            bundle.append(line)
    return [bundle for bundle in bundles if len(bundle) >= _BUNDLE]


def _alike(one: _Line, other: _Line) -> bool:
    return abs(one.start - other.start) <= _SNAP and abs(one.end - other.end) <= _SNAP


def _lattice(across: Sequence[_Line], down: Sequence[_Line]) -> Lattice | None:
    left = min([line.start for line in across] + [line.place for line in down])
    right = max([line.end for line in across] + [line.place for line in down])
    top = min([line.start for line in down] + [line.place for line in across])
    bottom = max([line.end for line in down] + [line.place for line in across])
    xs = _places([line.place for line in down], left, right)
    ys = _places([line.place for line in across], top, bottom)
    if len(xs) * len(ys) <= 4 or len(xs) < 3:
        return None
    columns, rows = len(xs) - 1, len(ys) - 1
    beside = [
        [_drawn(down, xs[c], ys[r], ys[r + 1]) for c in range(columns + 1)] for r in range(rows)
    ]
    below = [
        [_drawn(across, ys[r], xs[c], xs[c + 1]) for c in range(columns)] for r in range(rows + 1)
    ]
    boxes, whole = _boxes(rows, columns, beside, below)
    return Lattice(xs, ys, boxes, whole, not all(below[0]), not all(below[rows]))


def _places(lines: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    places = sorted(lines)
    if not places or places[0] - low > _SNAP:
        places.insert(0, low)
    if high - places[-1] > _SNAP:
        places.append(high)
    distinct = [places[0]]
    distinct.extend(b for b in places[1:] if b - distinct[-1] > 1e-6)
    return tuple(distinct)


def _drawn(lines: Sequence[_Line], place: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(line.end, end) - max(line.start, start))
        for line in lines
        if abs(line.place - place) <= 1e-6
    )
    return covered >= _COVERED * (end - start)


def _boxes(
    rows: int, columns: int, beside: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]]
) -> tuple[tuple[Box, ...], bool]:
    """Fields without a line between them, put together; False if one is no rectangle."""
    group = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(field: tuple[int, int]) -> tuple[int, int]:
        while group[field] != field:
            group[field] = group[group[field]]
            field = group[field]
        return field

    for r in range(rows):
        for c in range(columns):
            if c + 1 < columns and not beside[r][c + 1]:
                group[root((r, c + 1))] = root((r, c))
            if r + 1 < rows and not below[r + 1][c]:
                group[root((r + 1, c))] = root((r, c))
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for field in group:
        members.setdefault(root(field), []).append(field)
    boxes: list[Box] = []
    whole = True
    for fields in members.values():
        top, left = min(r for r, _ in fields), min(c for _, c in fields)
        height = max(r for r, _ in fields) - top + 1
        width = max(c for _, c in fields) - left + 1
        if height * width == len(fields):
            boxes.append(Box(top, left, height, width))
            continue
        whole = False
        boxes.extend(_strips(sorted(fields)))
    return tuple(sorted(boxes, key=lambda box: (box.row, box.col))), whole


def _strips(fields: Sequence[tuple[int, int]]) -> list[Box]:
    """A crooked field, row by row."""
    strips: list[Box] = []
    for r, c in fields:
        last = strips[-1] if strips else None
        if last is not None and last.row == r and last.col + last.colspan == c:
            strips[-1] = Box(r, last.col, 1, last.colspan + 1)
        else:
            strips.append(Box(r, c, 1, 1))
    return strips
