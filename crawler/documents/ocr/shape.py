"""What the shape of a single sign says against its spelling: a slash is not a 1, a dash and a
circle are no figures. The recogniser takes slashes for ones, surely and in every size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

_LEANS = 0.16
"""Sideways for each pixel of height: about 9 degrees. Upright ones lean less."""
_SLASH = 0.28
_STRAIGHT = 0.3
"""How far ink lies from a straight line, in widths of the stroke: evenly filled, 0.29."""
_FLAT = 1.4
_ROUND = 0.88
"""Width to height: of dashes more, of noughts less than this."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Pixels of a sign's ink. ``lean``: to the right going up, for each pixel of height; ``off``:
    how far its ink lies from the straight line through it, in widths of the stroke."""

    width: int
    height: int
    lean: float
    off: float

    @property
    def is_slash(self) -> bool:
        return self.lean >= _SLASH and self.off <= _STRAIGHT * 1.4

    @property
    def is_dash(self) -> bool:
        return self.width >= _FLAT * self.height

    def denies(self, text: str) -> bool:
        """Whether a number can't have this shape."""
        if self.is_dash and len(text) == 1:
            return True
        if text == "1":
            return self.lean >= _LEANS
        return text == "0" and self.width > _ROUND * self.height


def shape_of(ink: Picture) -> Shape:
    """``ink``: mask of one sign, cut to its borders."""
    import numpy as np

    ys, xs = np.nonzero(ink)
    height, width = ink.shape
    if len(ys) < 3 or height < 3:
        return Shape(width, height, 0.0, 1.0)
    slope, base = np.polyfit(ys, xs, 1)
    away = float(np.std(xs - (base + slope * ys)))
    stroke = max(len(ys) / height, 1.0)
    return Shape(width, height, float(-slope), away / stroke)
