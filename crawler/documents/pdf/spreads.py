"""Writing that is spread by one distance throughout: letters, and the digits of numbers.

A line that is justified is spread as well, but each such line by another distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from crawler.documents.pdf.page import Glyph

EVEN = 0.06
"""Ems by which equal distances differ at most."""
_LEAST, _MOST = 0.1, 0.8
"""Ems; wider than this, and numbers of two columns might be taken for one."""
_PAIRS = 3
"""Distances on a line that show how it is spread."""
_LINES = 4
_NEAR = 3
"""Lines from one that shows how it is spread to one that does not."""
_HAN = "\u4e00", "\u9fff"


def spreads(levels: Sequence[Sequence[Glyph]]) -> list[float]:
    """Ems between the glyphs of each line (from left to right), 0 for writing as usual.

    Lines without letters, or in which labels of several lines mix, are spread as one near them.
    """
    own = [_spread(level) for level in levels]
    wide = [spread for spread in own if spread]
    best = max(wide, key=lambda one: sum(abs(one - n) <= EVEN for n in wide), default=0.0)
    alike = [spread for spread in wide if abs(spread - best) <= EVEN]
    if len(alike) < _LINES or 2 * len(alike) < len(wide):
        return [0.0] * len(levels)
    usual = median(alike)
    known = [found is not None and abs(found - usual) <= EVEN for found in own]
    return [
        usual if any(known[max(i - _NEAR, 0) : i + _NEAR + 1]) else 0.0 for i in range(len(own))
    ]


def _spread(level: Sequence[Glyph]) -> float | None:
    """The distance of most letters on a line; None where there are too few to tell."""
    gaps = [
        (right.x0 - left.x1) / max(left.size, right.size)
        for left, right in pairwise(level)
        if _is_han(left) and _is_han(right)
    ]
    gaps = [gap for gap in gaps if gap <= _MOST]
    if len(gaps) < _PAIRS:
        return None
    middle = median(gaps)
    if middle <= _LEAST or sum(abs(gap - middle) <= EVEN for gap in gaps) < 0.6 * len(gaps):
        return 0.0
    return middle


def _is_han(glyph: Glyph) -> bool:
    return _HAN[0] <= glyph.text[:1] <= _HAN[1]
