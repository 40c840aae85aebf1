"""Small raised figures behind numbers: marks of notes, which are no digits of the number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crawler.documents.pdf.page import Glyph, Page

_SMALL = 0.8
"""Of the size of the number's digits, at most."""
_NEAR = 0.35
"""Sizes of type between the number and its mark, at most."""
_RAISED = 0.1
"""Sizes of type by which the mark stands above the foot of the number."""
_FIELD = 8.0
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def with_raised(page: Page) -> Page:
    """The page with such figures as superscripts, level with their number."""
    digits = [glyph for glyph in page.glyphs if glyph.text.isdigit() and not glyph.turn]
    sizes = {round(glyph.size, 1) for glyph in digits}
    if not sizes or min(sizes) >= _SMALL * max(sizes):
        return page
    ends: dict[int, list[Glyph]] = {}
    for glyph in digits:
        ends.setdefault(int(glyph.x1 // _FIELD), []).append(glyph)
    return replace(page, glyphs=tuple(_shown(glyph, ends) for glyph in page.glyphs))


def _shown(glyph: Glyph, ends: dict[int, list[Glyph]]) -> Glyph:
    if not glyph.text.isdigit() or glyph.turn:
        return glyph
    field = int(glyph.x0 // _FIELD)
    around = (base for n in (field - 1, field, field + 1) for base in ends.get(n, ()))
    base = _base(glyph, around)
    if base is None:
        return glyph
    text = glyph.text.translate(_SUPERSCRIPT)
    return glyph._replace(text=text, top=base.top, bottom=base.bottom, size=base.size)


def _base(mark: Glyph, digits: Iterable[Glyph]) -> Glyph | None:
    """The digit behind which a mark stands."""
    for base in digits:
        small = mark.size < _SMALL * base.size and abs(mark.x0 - base.x1) < _NEAR * base.size
        raised = base.top < mark.bottom < base.bottom - _RAISED * base.size
        if small and raised:
            return base
    return None
