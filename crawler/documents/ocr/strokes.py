"""Straight strokes in a picture: those of ruling lines, told from those of the writing.

Lines are found where the picture is dark along them and lighter across.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

_REACH = 1.25
"""Strokes of characters are shorter, sides of cells longer than this."""
_MARGIN = 0.12
"""Of a box around the writing in it."""
_SLACK = 0.5
"""By which strokes reach over the ends of their line of text."""
_OVER_NOISE = 3.5
_TILE = 96
_DARKER = 16
"""Least difference of a line from the paper beside it."""
_COVERED = 0.6
MIDDLE = 0.2
"""Share of a line of text at its edges in which a rule may run."""

Rect = tuple[float, float, float, float]
"""Left, right, top, bottom."""


@dataclass(frozen=True, slots=True)
class Segment:
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


def inside(box: Picture, em: float) -> Rect:
    """Left, right, top, bottom of the writing in a box; the box is drawn wide around it."""
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    side = min(_MARGIN * em, 0.3 * (right - left), 0.3 * (bottom - top))
    return left + side, right - side, top + side, bottom - side


def drawn(grey: Picture, em: float) -> Picture:
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


def segments(mask: Picture, text: Sequence[Rect], em: float) -> list[Segment]:
    """Straight pieces. Strokes of the writing are taken out of the mask: pieces inside a line of
    text that do not reach beyond it."""
    import cv2
    import numpy as np

    found: list[Segment] = []
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
            Segment(float(x), float(x + width), level, float(slope), (x + xs[0], y + ys[0]))
        )
    return found


def erase_strokes(mask: Picture, text: Sequence[Rect], em: float) -> None:
    """Takes out of the mask what is drawn in a line of text and does not go on beside it. Strokes
    of a line that stands close to a rule would else be one piece with the rule."""
    slack = _SLACK * em
    for left, right, top, bottom in text:
        deep = min(MIDDLE * (bottom - top), _SLACK * em)
        rows = slice(max(round(top + deep), 0), max(round(bottom - deep), 0))
        x0, x1 = max(round(left - slack), 0), round(right + slack)
        part = mask[rows, x0:x1]
        if part.size:
            part[(part[:, 0] == 0) & (part[:, -1] == 0)] = 0


def _is_stroke(level: float, start: float, end: float, text: Sequence[Rect], em: float) -> bool:
    """Whether a piece is a stroke of the writing: inside a line of text and not longer, or mostly
    in the midst of lines of text, as where characters of lines set close stand below each other."""
    slack, inside = _SLACK * em, 0.0
    for left, right, top, bottom in text:
        if not top < level < bottom:
            continue
        if left - slack < start and end < right + slack:
            return True
        deep = min(MIDDLE * (bottom - top), _SLACK * em)
        if top + deep < level < bottom - deep:
            inside += max(min(right, end) - max(left, start), 0.0)
    return inside > _COVERED * (end - start)
