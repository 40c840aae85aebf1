"""What a page of a PDF shows, whichever library read it: glyphs, ruling lines, pictures.

Coordinates are points from the page's upper left corner, as a reader sees the page.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

UNKNOWN = "\ufffd"
"""A glyph whose font does not say which character it shows."""
CURVED = 9
"""Points of a path that is a curve or a letter's outline; borders have fewer."""
_PALE = 176.0
_WHITE = 251.0
"""Of 255. Watermarks are lighter than grey notes; white writing stands on a dark ground."""
_TURNED = 0.6
"""Share of turned glyphs that makes it the page that is turned."""

# Fonts draw some radicals and some characters with one glyph, and converters write down whichever
# code comes first. NFKC knows the Kangxi radicals (2F00–2FD5), but of the supplement only two.
# Source: Unicode EquivalentUnifiedIdeograph.txt, characters of their own only.
_RADICALS = {
    "\u2e81": "厂", "\u2e88": "刀", "\u2e8c": "小", "\u2e8d": "小", "\u2e92": "巳", "\u2e9c": "日",
    "\u2e9d": "月", "\u2e9f": "母", "\u2ea0": "民", "\u2ea7": "牛", "\u2ea9": "王", "\u2eac": "示",
    "\u2eb6": "羊", "\u2ebc": "肉", "\u2ec4": "西", "\u2ec5": "见", "\u2ec6": "角", "\u2ec9": "贝",
    "\u2ecb": "车", "\u2ed1": "長", "\u2ed3": "长", "\u2ed4": "门", "\u2ed7": "雨", "\u2ed8": "青",
    "\u2ed9": "韦", "\u2eda": "页", "\u2edb": "风", "\u2edc": "飞", "\u2edd": "食", "\u2ee2": "马",
    "\u2ee3": "骨", "\u2ee4": "鬼", "\u2ee5": "鱼", "\u2ee6": "鸟", "\u2ee7": "卤", "\u2ee8": "麦",
    "\u2ee9": "黄", "\u2eea": "黾", "\u2eec": "齐", "\u2eee": "齿", "\u2ef0": "龙", "\u2ef1": "龜",
    "\u2ef3": "龟",
}  # fmt: skip


class Glyph(NamedTuple):
    """``turn``: degrees by which the writing is turned to the left: 0, 90, 180 or 270.
    ``pale``: its ink is light, but not white; see `marks`."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    turn: int = 0
    pale: bool = False


class Rule(NamedTuple):
    """A thin straight line: horizontal if ``top == bottom``, vertical if ``x0 == x1``."""

    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """``number`` is 1-based; ``images``: pictures that are large enough to show something;
    ``covered``: share of the page that pictures cover; ``curves``: drawn on it, letters' outlines among them."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    images: int = 0
    covered: float = 0.0
    curves: int = 0

    def shows(self, x0: float, x1: float, top: float, bottom: float) -> bool:
        """Whether any part of a box lies on the page: files hold more than the page shows."""
        return x1 > 0 and bottom > 0 and x0 < self.width and top < self.height

    @property
    def seen(self) -> tuple[Glyph, ...]:
        """The glyphs that the page shows."""
        return tuple(g for g in self.glyphs if self.shows(g.x0, g.x1, g.top, g.bottom))


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """The usual character for what a font calls a radical, a compatibility or a full-width form.

    NFKC for letters and digits. Chinese punctuation stays as printed: its compatibility form is
    another sign, and numbers in circles are no digits.
    """
    out: list[str] = []
    for char in text:
        if (known := _RADICALS.get(char)) is not None:
            out.append(known)
            continue
        normal = unicodedata.normalize("NFKC", char)
        circled = "\u2460" <= char <= "\u24ff" or "\u3200" <= char <= "\u33ff"
        vertical = "\ufe10" <= char <= "\ufe4f"
        keep = circled or (not normal.isalnum() and not vertical)
        out.append(char if keep else normal)
    return "".join(out)


def turn_of(a: float, b: float) -> int | None:
    """The direction of writing from the text matrix's first vector; None if it is oblique."""
    if abs(a) >= abs(b) * 6:
        return 0 if a >= 0 else 180
    if abs(b) >= abs(a) * 6:
        return 90 if b > 0 else 270
    return None


def is_pale(red: float, green: float, blue: float, alpha: float = 255.0) -> bool:
    """Whether ink on white paper is light and can still be seen; components from 0 to 255."""
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return _PALE <= 255 - (255 - light) * alpha / 255 < _WHITE


def tidy(page: Page) -> Page:
    """The page as one would hold it to read, without what is there twice."""
    glyphs = tuple(_once(glyph for glyph in page.glyphs if glyph.text.strip()))
    turns = Counter(glyph.turn for glyph in glyphs)
    page = replace(page, glyphs=glyphs)
    turn, count = turns.most_common(1)[0] if turns else (0, 0)
    return turned(page, turn) if turn and count >= _TURNED * len(glyphs) else page


def _once(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """Bold type is at times imitated by drawing a glyph twice, a hair apart."""
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    for glyph in glyphs:
        near = glyph.size * 0.2
        key = glyph.text, round(glyph.x0 / 4), round(glyph.top / 4)
        around = (
            other
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for other in seen.get((key[0], key[1] + dx, key[2] + dy), ())
        )
        if any(
            abs(other.x0 - glyph.x0) < near and abs(other.top - glyph.top) < near
            for other in around
        ):
            continue
        seen.setdefault(key, []).append(glyph)
        yield glyph


def turned(page: Page, turn: int) -> Page:
    """The page turned to the right by ``turn`` degrees: writing of that turn becomes upright."""

    def box(item: Glyph | Rule) -> tuple[float, float, float, float]:
        if turn == 90:
            return page.height - item.bottom, page.height - item.top, item.x0, item.x1
        if turn == 270:
            return item.top, item.bottom, page.width - item.x1, page.width - item.x0
        width, height = page.width, page.height
        return width - item.x1, width - item.x0, height - item.bottom, height - item.top

    width, height = (page.width, page.height) if turn == 180 else (page.height, page.width)
    glyphs = tuple(
        Glyph(g.text, *box(g), g.size, (g.turn - turn) % 360, g.pale) for g in page.glyphs
    )
    rules = tuple(Rule(*box(rule)) for rule in page.rules)
    return replace(page, width=width, height=height, glyphs=glyphs, rules=rules)


def legible(glyphs: Sequence[Glyph]) -> float:
    """Share of glyphs whose character is known; 1.0 for none at all."""
    if not glyphs:
        return 1.0
    return 1 - sum(glyph.text == UNKNOWN for glyph in glyphs) / len(glyphs)
