"""Where a page shows writing, whatever it says: a cell that shows some and gives no text was not
read, and is neither blank nor nought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.documents.ocr.rules import Rules
from crawler.documents.ocr.shape import Shape, shape_of
from crawler.documents.ocr.strokes import usual_near
from crawler.documents.ocr.text import UNREAD, Reading

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

_PAPER = 250
_FAINT = 38
"""Least difference of writing from paper."""
_PLAIN = 120
"""What is darker by this is writing in any noise."""
_OVER_NOISE = 9.0
_SPECK = 0.14
"""Ems; smaller spots are dirt."""
_RULE = 0.12
"""Ems beside a ruling line that belong to it."""
_EDGE = 0.14
"""Ems inside a cell's borders in which nothing is written."""
_TALL = 0.5
_LOWEST, _HIGHEST = 0.7, 1.4
"""Height of a figure to that of the table's others."""
_DASH = 0.22
_HALO = 0.15
_OTHER_MARGIN = 0.6
_MARGIN = 0.42
"""Of the height of writing, around it in the picture for the second reading."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with writing: left, right, top, bottom; ``pieces``: separate strokes side by side."""

    x0: int
    x1: int
    y0: int
    y1: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Ink:
    """``mask``: writing without ruling lines; ``clean``: the page without ruling lines."""

    mask: Picture
    clean: Picture
    em: float

    def lines(self, corners: tuple[float, float, float, float]) -> list[Spot]:
        """The lines of writing inside a cell (left, right, top, bottom), from top to bottom."""
        import numpy as np

        edge = _EDGE * self.em
        x0, x1 = max(round(corners[0] + edge), 0), round(corners[1] - edge)
        y0, y1 = max(round(corners[2] + edge), 0), round(corners[3] - edge)
        part = self.mask[y0:y1, x0:x1]
        if part.size == 0:
            return []
        found = self._spots(part)
        if not found:
            return []
        rows = np.zeros(part.shape[0], dtype=bool)
        for _, _, top, bottom in found:
            rows[top:bottom] = True
        edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
        lines: list[Spot] = []
        for top, bottom in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            inside = [spot for spot in found if top <= spot[2] and spot[3] <= bottom]
            left, right = min(s[0] for s in inside), max(s[1] for s in inside)
            lines.append(
                Spot(x0 + left, x0 + right, y0 + top, y0 + bottom, _pieces(inside, bottom - top))
            )
        return lines

    def _spots(self, part: Picture) -> list[tuple[int, int, int, int]]:
        import cv2

        least = _SPECK * self.em
        count, _, stats, _ = cv2.connectedComponentsWithStats(part)
        return [
            (x, x + width, y, y + height)
            for x, y, width, height, area in stats[1:count].tolist()
            if max(width, height) >= least and area >= max(5, 0.3 * least * least)
        ]

    def shape(self, spot: Spot) -> Shape:
        return shape_of(self.mask[spot.y0 : spot.y1, spot.x0 : spot.x1])

    def picture(self, spot: Spot, *, other: bool = False) -> Picture:
        """The writing alone, without lines and neighbours; three channels. ``other``: smaller in its
        frame and without grain, for one more reading."""
        import cv2

        height = max(spot.y1 - spot.y0, round(0.5 * self.em))
        pad = round((_OTHER_MARGIN if other else _MARGIN) * height)
        middle = (spot.y0 + spot.y1) // 2
        y0, y1 = max(middle - height // 2 - pad, 0), middle + height // 2 + pad
        x0, x1 = max(spot.x0 - pad, 0), spot.x1 + pad
        part = self.clean[y0:y1, x0:x1].copy()
        # What belongs to the lines and cells around; strokes fade out over some pixels.
        halo = max(round(_HALO * self.em), 2)
        part[: max(spot.y0 - y0 - halo, 0)] = _PAPER
        part[max(spot.y1 - y0 + halo, 0) :] = _PAPER
        part[:, : max(spot.x0 - x0 - halo, 0)] = _PAPER
        part[:, max(spot.x1 - x0 + halo, 0) :] = _PAPER
        if other:
            part = cv2.resize(
                cv2.medianBlur(part, 3), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC
            )
        return cv2.cvtColor(part, cv2.COLOR_GRAY2BGR)


def _pieces(spots: Sequence[tuple[int, int, int, int]], height: int) -> int:
    """How many strokes or characters stand apart, side by side."""
    tall = sorted((s[0], s[1]) for s in spots if s[3] - s[2] >= _TALL * height)
    end, count = -1, 0
    for left, right in tall:
        count += left >= end
        end = max(end, right)
    return count


def by_shape(reading: Reading, spot: Spot, ink: Ink, usual: int | None) -> Reading:
    """What is left of a reading once the ink was looked at. ``usual``: height of the table's
    figures, where it is known."""
    shape = ink.shape(spot)
    known = {reading.text, reading.guess} - {UNREAD}
    if spot.pieces <= 1 and shape.is_slash and known <= {"1", "/"}:
        return Reading("/", "/")
    if spot.pieces <= 1 and shape.is_dash and known <= {"-"} and shape.width >= _DASH * ink.em:
        return Reading("-", "-")

    def possible(text: str) -> str:
        if not text.isdigit():
            return text
        fits = usual is None or _LOWEST * usual <= shape.height <= _HIGHEST * usual
        # Fewer digits than strokes that stand side by side: one was lost.
        return text if fits and spot.pieces <= len(text) and not shape.denies(text) else UNREAD

    return Reading(possible(reading.text), possible(reading.guess))


def ink_of(grey: Picture, rules: Rules, em: float) -> Ink:
    import cv2
    import numpy as np

    wide = 2 * round(_RULE * em) + 1
    lines: Picture = rules.across | rules.down
    drawn = cv2.dilate(lines, np.ones((wide, wide), np.uint8))
    clean = grey.copy()
    clean[drawn > 0] = _PAPER
    smooth = cv2.GaussianBlur(clean, (3, 3), 0)
    noise = usual_near(cv2.absdiff(smooth, cv2.medianBlur(smooth, 5)))
    darker = np.clip(_OVER_NOISE * noise, _FAINT, _PLAIN)
    mask: Picture = (smooth < _PAPER - darker).astype(np.uint8)
    return Ink(mask, clean, em)
