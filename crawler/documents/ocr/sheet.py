"""A picture of a page → the page upright, straight and evenly lit, and where lines of text stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.documents.ocr.reader import find_lines, spell

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

_LEAST, _MOST = 1500, 2600
"""Pixels of the longer side between which lines of text are found well."""
_ENLARGE = 2.5
_DARK = 100
_BOX = 0.7
"""An em as a share of the height of the box that is found around a line of Chinese."""
_EMS = (22.0, 40.0)
"""Pixels of an em between which a page is worked on."""
_LONG = 2.5
_TRIAL = 5
"""Lines that are spelled to see whether the page stands on its head."""
_LEGIBLE = 0.85
_STRAIGHT = 0.03
"""Degrees that don't matter."""
_TILT = 12.0
"""Degrees; what slants more is no line of the page's text."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``grey``: 8 bits, paper white, writing dark. ``boxes``: quadrangles around lines of text,
    from the upper left corner clockwise. ``em``: pixels of a usual character."""

    grey: Picture
    boxes: tuple[Picture, ...]
    em: float


def sheet_of(picture: Picture) -> Sheet:
    """``picture``: height × width, 8 bits, however it was laid on the scanner."""
    import cv2
    import numpy as np

    if float(np.median(picture)) < _DARK:
        # White on black, as screens show it at night.
        picture = 255 - picture
    longest = max(picture.shape[:2])
    scale = min(_ENLARGE, _LEAST / longest) if longest < _LEAST else min(1.0, _MOST / longest)
    if scale != 1:
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        size = (max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1))
        picture = cv2.resize(picture, size, interpolation=how)
    grey = _evenly_lit(picture)
    boxes = find_lines(_channels(grey))
    if _lies(boxes):
        grey = cv2.rotate(grey, cv2.ROTATE_90_COUNTERCLOCKWISE)
        boxes = find_lines(_channels(grey))
    if _on_its_head(grey, boxes):
        grey = cv2.rotate(grey, cv2.ROTATE_180)
        boxes = find_lines(_channels(grey))
    return _straight(grey, boxes)


def crop(grey: Picture, box: Picture, scale: float = 1.0) -> Picture:
    """The line of text in a quadrangle, laid straight; three channels."""
    import cv2
    import numpy as np

    width = max(math.dist(box[0], box[1]), math.dist(box[3], box[2]))
    height = max(math.dist(box[0], box[3]), math.dist(box[1], box[2]))
    w, h = max(round(width * scale), 4), max(round(height * scale), 4)
    target = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(box, dtype=np.float32), target)
    cut = cv2.warpPerspective(
        grey, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return _channels(cut)


def _channels(grey: Picture) -> Picture:
    import cv2

    return cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)


def _evenly_lit(picture: Picture) -> Picture:
    """Shadows taken out: each place against the paper around it."""
    import cv2
    import numpy as np

    height, width = picture.shape
    small = cv2.resize(
        picture, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA
    )
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((11, 11), np.uint8)), 21)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    # Below this the place is dark for another reason than a shadow.
    return cv2.divide(picture, np.maximum(paper, 80), scale=250)


def _lies(boxes: Sequence[Picture]) -> bool:
    """Whether the lines of text run from top to bottom."""
    wide = tall = 0.0
    for box in boxes:
        width, height = math.dist(box[0], box[1]), math.dist(box[0], box[3])
        if width > _LONG * height:
            wide += width
        elif height > _LONG * width:
            tall += height
    return tall > wide


def _on_its_head(grey: Picture, boxes: Sequence[Picture]) -> bool:
    import cv2

    longest = sorted(boxes, key=lambda box: -math.dist(box[0], box[1]))[:_TRIAL]
    lines = [crop(grey, box) for box in longest]
    as_it_is = _legible(lines)
    if not lines or as_it_is > _LEGIBLE:
        return False
    return _legible([cv2.rotate(line, cv2.ROTATE_180) for line in lines]) > as_it_is


def _legible(lines: Sequence[Picture]) -> float:
    sure = [char.sure for spelled in spell(lines) for char in spelled.chars]
    return sum(sure) / len(sure) if sure else 0.0


# --- Straightening ----------------------------------------------------------------


def _straight(grey: Picture, boxes: Sequence[Picture]) -> Sheet:
    """The page turned by its slant, and brought to a size at which an em is about 30 pixels."""
    import cv2
    import numpy as np

    heights = sorted(
        math.dist(b[0], b[3]) for b in boxes if math.dist(b[0], b[1]) > 1.5 * math.dist(b[0], b[3])
    )
    em = _BOX * heights[len(heights) // 2] if heights else _EMS[0]
    scale = min(max(1.0, _EMS[0] / em), _ENLARGE) if em < _EMS[0] else min(1.0, _EMS[1] / em)
    angle = _slant(grey, boxes, em)
    if abs(angle) < _STRAIGHT and scale == 1:
        return Sheet(grey, tuple(boxes), em)
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    matrix[0, 2] += size[0] / 2 - width / 2
    matrix[1, 2] += size[1] / 2 - height / 2
    grey = cv2.warpAffine(
        grey, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    moved = tuple(np.hstack([box, np.ones((4, 1))]) @ matrix.T for box in boxes)
    return Sheet(grey, moved, em * scale)


def _slant(grey: Picture, boxes: Sequence[Picture], em: float) -> float:
    """Degrees by which the page is turned (to the right: positive), by its ruling lines if it has
    any, else by its lines of text."""
    import cv2
    import numpy as np

    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 18
    )
    length = max(grey.shape[1] // 5, 1)
    found = cv2.HoughLinesP(ink, 1, np.pi / 1800, length // 2, minLineLength=length, maxLineGap=6)
    weighed = [
        (_angle((x0, y0), (x1, y1)), math.dist((x0, y0), (x1, y1)))
        for x0, y0, x1, y1 in ([] if found is None else np.asarray(found).reshape(-1, 4).tolist())
    ]
    weighed = [(angle, weight) for angle, weight in weighed if abs(angle) < _TILT]
    if len(weighed) < 3:
        weighed = [
            (_angle(box[start], box[end]), math.dist(box[start], box[end]))
            for box in boxes
            for start, end in ((0, 1), (3, 2))
            if math.dist(box[0], box[1]) > 8 * em
        ]
    return _middle([(angle, weight) for angle, weight in weighed if abs(angle) < _TILT])


def _angle(start: Sequence[float], end: Sequence[float]) -> float:
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def _middle(weighed: Sequence[tuple[float, float]]) -> float:
    """The weighted median; 0 for nothing."""
    half = sum(weight for _, weight in weighed) / 2
    for angle, weight in sorted(weighed):
        half -= weight
        if half <= 0:
            return angle
    return 0.0
