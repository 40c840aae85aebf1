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

from crawler.documents.ocr_cells import cells_of
from crawler.documents.pdf_lattice import Box

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

# All in ems.
_REACH = 1.25
"""Strokes of characters are shorter, sides of cells longer than this."""
_NEAR = 0.4
"""Lines nearer to each other are one: tables with spaced cells have two."""
_TOUCH = 0.35
_ASIDE = 0.22
"""How far a line may run from where its slope puts it."""
_OPEN = 0.8
"""How far lines run over the last one across before the side is open, and not the line too long."""

_MARGIN = 0.12
"""Of a box around the writing in it."""
_SLACK = 0.5
"""By which strokes reach over the ends of their line of text."""

_OVER_NOISE = 3.5
_TILE = 96
_DARKER = 16
"""Least difference of a line from the paper beside it."""
_DRAWN = 0.6
"""Share of a cell's side that must be drawn."""
_THROUGH = 0.92
"""The same for a side that runs through writing."""
_ALONG = 0.3
_COVERED = 0.6
_MIDDLE = 0.2
_INSET = 0.15
_MAX_LINES = 120
"""Of one direction in one table; a picture with more is no table."""


_Rect = tuple[float, float, float, float]
"""Left, right, top, bottom."""


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
    text: Sequence[_Rect]

    def is_through(self, level: float, start: float, end: float) -> bool:
        """Whether a line there runs through writing, as its strokes do and rules do not."""
        return any(
            min(right, end) - max(left, start) > _ALONG * (end - start)
            and top + _MIDDLE * (bottom - top) < level < bottom - _MIDDLE * (bottom - top)
            for left, right, top, bottom in self.text
        )


@dataclass(frozen=True, slots=True)
class _Segment:
    """A straight piece: from ``start`` to ``end`` along its direction, at ``place`` in between."""

    start: float
    end: float
    place: float
    slope: float
    pixel: tuple[int, int]
    """One of its places, along and across."""

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def rules_of(grey: Picture, boxes: Sequence[Picture], em: float) -> Rules:
    """``grey``: the page, straight; ``boxes``: around its lines of text; ``em``: pixels of a
    character."""
    import cv2
    import numpy as np

    text = [_inside(box, em) for box in boxes]
    across = _drawn(grey, em)
    down = _drawn(np.ascontiguousarray(grey.T), em)
    turned = [(top, bottom, left, right) for left, right, top, bottom in text]
    _erase_strokes(across, text, em)
    _erase_strokes(down, turned, em)
    lying = _segments(across, text, em)
    standing = _segments(down, turned, em)
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


def _inside(box: Picture, em: float) -> _Rect:
    """Left, right, top, bottom of the writing in a box; the box is drawn wide around it."""
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    side = min(_MARGIN * em, 0.3 * (right - left), 0.3 * (bottom - top))
    return left + side, right - side, top + side, bottom - side


def _drawn(grey: Picture, em: float) -> Picture:
    """Mask of lines across. Smoothed along them, so that noise does not tear them."""
    import cv2
    import numpy as np

    along = max(3, round(0.3 * em))
    smooth = cv2.blur(grey, (along, 1))
    lit = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((max(9, round(0.5 * em)), 1), np.uint8))
    darker = lit.astype(np.int16) - smooth
    mask: Picture = (darker > np.maximum(_DARKER, _OVER_NOISE * usual_near(darker))).astype(
        np.uint8
    )
    mask *= 255
    gap = max(3, round(0.15 * em))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    # One pixel of height for each step that a slanting line takes within the kernel's length.
    mask = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    return cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(_REACH * em)), np.uint8))


def usual_near(values: Picture) -> Picture:
    """The median of each place's surroundings: what is noise there, more so in the shadows."""
    import cv2
    import numpy as np

    height, width = values.shape
    rows, cols = max(height // _TILE, 1), max(width // _TILE, 1)
    tiles = values[: rows * _TILE, : cols * _TILE] if min(height, width) >= _TILE else values
    tiles = tiles.reshape(rows, tiles.shape[0] // rows, cols, tiles.shape[1] // cols)
    middle = np.median(tiles, axis=(1, 3)).astype(np.float32)
    return np.asarray(cv2.resize(middle, (width, height), interpolation=cv2.INTER_LINEAR))


def _segments(mask: Picture, text: Sequence[_Rect], em: float) -> list[_Segment]:
    """Straight pieces. Strokes of the writing are taken out of the mask: pieces inside a line of
    text that do not reach beyond it."""
    import cv2
    import numpy as np

    found: list[_Segment] = []
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask)
    for piece in range(1, count):
        x, y, width, height, _ = stats[piece].tolist()
        part = pieces[y : y + height, x : x + width] == piece
        ys, xs = np.nonzero(part)
        slope, place = 0.0, float(ys.mean())
        if width > 5 * em:
            slope, base = np.polyfit(xs, ys, 1)
            place = float(base + slope * (width - 1) / 2)
        level = y + place
        if _is_stroke(level, x, x + width, text, em):
            mask[y : y + height, x : x + width][part] = 0
            continue
        found.append(
            _Segment(float(x), float(x + width), level, float(slope), (x + xs[0], y + ys[0]))
        )
    return found


def _erase_strokes(mask: Picture, text: Sequence[_Rect], em: float) -> None:
    """Takes out of the mask what is drawn in a line of text and does not go on beside it. Strokes
    of a line that stands close to a rule would else be one piece with the rule."""
    slack = _SLACK * em
    for left, right, top, bottom in text:
        deep = min(_MIDDLE * (bottom - top), _SLACK * em)
        rows = slice(max(round(top + deep), 0), max(round(bottom - deep), 0))
        x0, x1 = max(round(left - slack), 0), round(right + slack)
        part = mask[rows, x0:x1]
        if part.size:
            part[(part[:, 0] == 0) & (part[:, -1] == 0)] = 0


def _is_stroke(level: float, start: float, end: float, text: Sequence[_Rect], em: float) -> bool:
    """Whether a piece is a stroke of the writing: inside a line of text and not longer, or mostly
    in the midst of lines of text, as where characters of lines set close stand below each other."""
    slack, inside = _SLACK * em, 0.0
    for left, right, top, bottom in text:
        if not top < level < bottom:
            continue
        if left - slack < start and end < right + slack:
            return True
        deep = min(_MIDDLE * (bottom - top), _SLACK * em)
        if top + deep < level < bottom - deep:
            inside += max(min(right, end) - max(left, start), 0.0)
    return inside > _COVERED * (end - start)


def _frame(
    lying: Sequence[_Segment],
    standing: Sequence[_Segment],
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


def _tracks(segments: Sequence[_Segment], em: float) -> list[Track]:
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
    groups: list[list[tuple[float, _Segment]]] = []
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


def _closed(tracks: Sequence[Track], crossing: Sequence[_Segment], em: float) -> list[Track]:
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
