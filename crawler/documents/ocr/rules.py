"""Ruling lines of a page → frames: tables with their cells, spans where lines are lacking.

Lines are found where the picture is dark along them and lighter across. What is drawn straight may
lie on the scan a little askew: a line is a place and a slope.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from crawler.documents.ocr.cells import cells_of
from crawler.documents.ocr.strokes import (
    MIDDLE,
    Rect,
    Segment,
    drawn,
    erase_strokes,
    inside,
    segments,
)
from crawler.documents.pdf.lattice import Box

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

# All in ems.
_NEAR = 0.4
"""Lines nearer to each other are one: tables with spaced cells have two."""
_TOUCH = 0.35
_ASIDE = 0.22
"""How far a line may run from where its slope puts it."""
_OPEN = 0.8
"""How far lines run over the last one across before the side is open, and not the line too long."""


_DRAWN = 0.6
"""Share of a cell's side that must be drawn."""
_THROUGH = 0.92
"""The same for a side that runs through writing."""
_ALONG = 0.3
_INSET = 0.15
_MAX_LINES = 120
"""Of one direction in one table; a picture with more is no table."""


@dataclass(frozen=True, slots=True)
class Track:
    """A line through a table: where it stands at ``base``, and how it slants."""

    place: float
    slope: float
    base: float

    def at(self, along: float) -> float:
        return self.place + self.slope * (along - self.base)


@dataclass(frozen=True, slots=True)
class Frame:
    """A table's lines from left to right and top to bottom, and its cells.

    ``whole``: every cell is a rectangle.
    """

    xs: tuple[Track, ...]
    ys: tuple[Track, ...]
    boxes: tuple[Box, ...]
    whole: bool

    def corners(self, box: Box) -> tuple[float, float, float, float]:
        """Left, right, top, bottom of a cell, as far as they are straight."""
        left, right = self.xs[box.col], self.xs[box.col + box.colspan]
        top, bottom = self.ys[box.row], self.ys[box.row + box.rowspan]
        y = (top.place + bottom.place) / 2
        x = (left.at(y) + right.at(y)) / 2
        return left.at(y), right.at(y), top.at(x), bottom.at(x)


@dataclass(frozen=True, slots=True)
class Rules:
    """``across``, ``down``: where lines are drawn, as masks (0 or 255)."""

    across: Picture
    down: Picture
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class _Mask:
    """Where lines of one direction are drawn, and lines of text (along it, and across)."""

    pixels: Picture
    text: Sequence[Rect]

    def is_through(self, level: float, start: float, end: float) -> bool:
        """Whether a line there runs through writing, as its strokes do and rules do not."""
        return any(
            min(right, end) - max(left, start) > _ALONG * (end - start)
            and top + MIDDLE * (bottom - top) < level < bottom - MIDDLE * (bottom - top)
            for left, right, top, bottom in self.text
        )


def rules_of(grey: Picture, boxes: Sequence[Picture], em: float) -> Rules:
    """``grey``: the page, straight; ``boxes``: around its lines of text; ``em``: pixels of a
    character."""
    import cv2
    import numpy as np

    text = [inside(box, em) for box in boxes]
    across = drawn(grey, em)
    down = drawn(np.ascontiguousarray(grey.T), em)
    turned = [(top, bottom, left, right) for left, right, top, bottom in text]
    erase_strokes(across, text, em)
    erase_strokes(down, turned, em)
    lying = segments(across, text, em)
    standing = segments(down, turned, em)
    down = np.ascontiguousarray(down.T)
    touch = max(3, round(_TOUCH * em))
    both = cv2.dilate(across | down, np.ones((touch, touch), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(both)
    frames = []
    for label in range(1, count):
        width, height = stats[label, cv2.CC_STAT_WIDTH], stats[label, cv2.CC_STAT_HEIGHT]
        if width < 4 * em or height < 2 * em:
            continue
        here = [s for s in lying if labels[s.pixel[1], s.pixel[0]] == label]
        there = [s for s in standing if labels[s.pixel[0], s.pixel[1]] == label]
        frame = _frame(here, there, _Mask(across, text), _Mask(down.T, turned), em)
        if frame is not None:
            frames.append(frame)
    frames.sort(key=lambda frame: frame.ys[0].place)
    return Rules(across, down, tuple(frames))


def _frame(
    lying: Sequence[Segment],
    standing: Sequence[Segment],
    across: _Mask,
    down: _Mask,
    em: float,
) -> Frame | None:
    ys, xs = _tracks(lying, em), _tracks(standing, em)
    if len(ys) > _MAX_LINES or len(xs) > _MAX_LINES:
        return None
    ys, xs = _closed(ys, standing, em), _closed(xs, lying, em)
    if len(ys) < 2 or len(xs) < 2:
        return None
    aside = max(2, round(_ASIDE * em))

    def sides() -> tuple[list[list[bool]], list[list[bool]]]:
        above = [[_is_drawn(across, y, a, b, aside) for a, b in pairwise(xs)] for y in ys]
        beside = [[_is_drawn(down, x, a, b, aside) for a, b in pairwise(ys)] for x in xs]
        return above, beside

    above, beside = sides()
    lines = len(ys) + len(xs)
    ys = [y for i, y in enumerate(ys) if any(above[i]) or i in (0, len(ys) - 1)]
    xs = [x for i, x in enumerate(xs) if any(beside[i]) or i in (0, len(xs) - 1)]
    if len(ys) + len(xs) < lines:
        above, beside = sides()
    boxes, whole = cells_of(above, beside, len(ys) - 1, len(xs) - 1)
    if len(boxes) < 2:
        return None
    return Frame(tuple(xs), tuple(ys), tuple(boxes), whole)


def _tracks(segments: Sequence[Segment], em: float) -> list[Track]:
    """Lines from pieces that stand in one line."""
    if not segments:
        return []
    start, end = min(s.start for s in segments), max(s.end for s in segments)
    base = (start + end) / 2
    long = [s.slope for s in segments if s.end - s.start > 5 * em]
    slope = median(long) if long else 0.0
    placed = sorted(
        ((s.place + slope * (base - s.middle), s) for s in segments), key=lambda item: item[0]
    )
    groups: list[list[tuple[float, Segment]]] = []
    for item in placed:
        if (
            groups
            and item[0] - groups[-1][-1][0] <= _NEAR * em
            and item[0] - groups[-1][0][0] <= em
        ):
            groups[-1].append(item)
        else:
            groups.append([item])
    tracks = []
    for group in groups:
        weight = sum(s.end - s.start for _, s in group)
        own = [s.slope for _, s in group if s.end - s.start > (end - start) / 2]
        tilt = median(own) if own else slope
        place = sum((s.place + tilt * (base - s.middle)) * (s.end - s.start) for _, s in group)
        tracks.append(Track(place / weight, tilt, base))
    return tracks


def _closed(tracks: Sequence[Track], crossing: Sequence[Segment], em: float) -> list[Track]:
    """With the sides that are not drawn: where lines across reach beyond the outermost line."""
    if not tracks:
        starts, ends = sorted(s.start for s in crossing), sorted(s.end for s in crossing)
        return [Track(median(starts), 0.0, 0.0), Track(median(ends), 0.0, 0.0)] if starts else []
    out = list(tracks)
    before = [s.start for s in crossing if s.start < tracks[0].at(s.place) - _OPEN * em]
    behind = [s.end for s in crossing if s.end > tracks[-1].at(s.place) + _OPEN * em]
    if len(before) >= 2:
        out.insert(0, Track(median(before), tracks[0].slope, tracks[0].base))
    if len(behind) >= 2:
        out.append(Track(median(behind), tracks[-1].slope, tracks[-1].base))
    return out


def _is_drawn(drawn: _Mask, line: Track, start: Track, end: Track, aside: int) -> bool:
    """Whether the line is drawn between two others that cross it."""
    import numpy as np

    a, b = start.at(line.place), end.at(line.place)
    mask = drawn.pixels
    inset = min(_INSET * (b - a), aside + 1)
    places = np.arange(math.ceil(a + inset), math.floor(b - inset) + 1)
    places = places[(places >= 0) & (places < mask.shape[1])]
    if not len(places):
        return False
    rows = np.rint(line.place + line.slope * (places - line.base)).astype(int)
    hit = np.zeros(len(places), dtype=bool)
    for step in range(-aside, aside + 1):
        hit |= mask[np.clip(rows + step, 0, mask.shape[0] - 1), places] > 0
    least = _THROUGH if drawn.is_through(line.at((a + b) / 2), a, b) else _DRAWN
    return float(hit.mean()) >= least
