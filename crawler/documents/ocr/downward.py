"""Labels written downward, a character a line, as narrow columns show them: the recogniser reads
along lines only, and alone takes some characters for signs or strokes. So their pictures are laid
side by side and spelled as one line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from crawler.documents.ocr.ink import Ink, Spot
from crawler.documents.ocr.reader import Spelled
from crawler.documents.ocr.text import LABEL, UNREAD, canonical

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

_LEAST = 3
"""Characters."""
_WIDE = 1.5
"""Ems of the widest line of one character."""
_FULL = 0.6
"""Ems of height that show where a character's middle is; dots and single strokes stand elsewhere."""
_PITCH = (0.95, 2.6)
"""Ems from one character to the next."""
_GAP = 0.12
"""Ems between characters that are laid side by side."""
_SURE = 0.5
_PAPER = 250
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Tower:
    """``spots``: of each character, from top to bottom; ``ends``: where each one's picture ends in
    ``picture``, as a share of its width; three channels."""

    em: float
    spots: tuple[Spot, ...]
    picture: Picture
    ends: tuple[float, ...]


def tower_of(spots: Sequence[Spot], ink: Ink) -> Tower | None:
    """The characters of a cell's lines, if each line shows no more than one."""
    em = ink.em
    if len(spots) < _LEAST or any(spot.x1 - spot.x0 > _WIDE * em for spot in spots):
        return None
    if max(s.x1 for s in spots) - min(s.x0 for s in spots) > _WIDE * em:
        return None
    middles = [(s.y0 + s.y1) / 2 for s in spots if s.y1 - s.y0 >= _FULL * em]
    steps = [b - a for a, b in pairwise(middles) if b - a <= _PITCH[1] * em]
    if not steps or (pitch := median(steps)) < _PITCH[0] * em:
        return None
    groups: dict[int, list[Spot]] = {}
    for spot in spots:
        groups.setdefault(round(((spot.y0 + spot.y1) / 2 - middles[0]) / pitch), []).append(spot)
    if len(groups) < _LEAST:
        return None
    whole = tuple(_together(groups[index]) for index in sorted(groups))
    centres = [middles[0] + index * pitch for index in sorted(groups)]
    return Tower(em, whole, *_laid(whole, centres, ink))


def spelled_down(tower: Tower, spelled: Spelled) -> list[str] | None:
    """The text of each of its characters; None if this is no label, "" for what shows
    no character (dots that are read with the next one). Figures are not read here."""
    text = canonical(spelled.text)
    figures = any(char.isdigit() for char in text)
    if len(_CJK.findall(text)) < 2 or (figures and not LABEL.match(text)):
        return None
    out = [""] * len(tower.spots)
    for char in spelled.chars:
        index = next((i for i, end in enumerate(tower.ends) if char.place <= end), len(out) - 1)
        out[index] += canonical(char.text) if char.sure >= _SURE else UNREAD
    tall = [spot.y1 - spot.y0 >= _FULL * tower.em for spot in tower.spots]
    return [part or (UNREAD if full else "") for part, full in zip(out, tall, strict=True)]


def _together(spots: Sequence[Spot]) -> Spot:
    return Spot(
        min(s.x0 for s in spots),
        max(s.x1 for s in spots),
        min(s.y0 for s in spots),
        max(s.y1 for s in spots),
        max(s.pieces for s in spots),
    )


def _laid(
    spots: Sequence[Spot], centres: Sequence[float], ink: Ink
) -> tuple[Picture, tuple[float, ...]]:
    """Each character at the height at which it stands in its line."""
    import cv2
    import numpy as np

    gap = max(round(_GAP * ink.em), 2)
    half = round(max(0.5 * ink.em, *(_reach(s, c) for s, c in zip(spots, centres, strict=True))))
    width = gap + sum(spot.x1 - spot.x0 + gap for spot in spots)
    out = np.full((2 * (half + gap), width), _PAPER, dtype=np.uint8)
    x = gap
    ends: list[float] = []
    for spot, centre in zip(spots, centres, strict=True):
        part = ink.clean[spot.y0 : spot.y1, spot.x0 : spot.x1]
        top = max(half + gap + round(spot.y0 - centre), 0)
        out[top : top + part.shape[0], x : x + part.shape[1]] = part[: out.shape[0] - top]
        x += part.shape[1] + gap
        ends.append((x - gap / 2) / width)
    return cv2.cvtColor(out, cv2.COLOR_GRAY2BGR), tuple(ends)


def _reach(spot: Spot, centre: float) -> float:
    return max(spot.y1 - centre, centre - spot.y0)
