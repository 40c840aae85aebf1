"""Watermarks: pale writing laid over what a page says, which would mix with the text of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crawler.documents.pdf.page import Glyph, Page

_FIELD = 24.0
"""Points; glyphs are looked up by fields of this size."""
_OVER = 0.15
"""Share of the smaller of two glyphs that the other one covers; letters of a line only touch."""
_SAME = 2.0
"""Sizes and turns of writing are compared in steps of one of so many points."""

_Kind = tuple[int, int]


def without_marks(pages: Sequence[Page]) -> list[Page]:
    """The pages without pale writing of a kind that runs over other writing on any of them.

    Pale heads on a dark ground run over nothing and stay. Oblique writing is never read.
    """
    kinds = {kind for page in pages for kind in _over_others(page.glyphs)}
    if not kinds:
        return list(pages)
    return [
        replace(page, glyphs=tuple(g for g in page.glyphs if not (g.pale and _kind(g) in kinds)))
        for page in pages
    ]


def _kind(glyph: Glyph) -> _Kind:
    return round(glyph.size * _SAME), glyph.turn


def _over_others(glyphs: Sequence[Glyph]) -> Iterator[_Kind]:
    pale = [glyph for glyph in glyphs if glyph.pale]
    if not pale:
        return
    fields: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        if not glyph.pale:
            for field in _fields(glyph):
                fields.setdefault(field, []).append(glyph)
    known: set[_Kind] = set()
    for glyph in pale:
        if (kind := _kind(glyph)) in known:
            continue
        if any(
            _covers(glyph, other) for field in _fields(glyph) for other in fields.get(field, ())
        ):
            known.add(kind)
            yield kind


def _fields(glyph: Glyph) -> Iterable[tuple[int, int]]:
    """The fields of a glyph's corners and its middle."""
    xs = (glyph.x0, (glyph.x0 + glyph.x1) / 2, glyph.x1)
    ys = (glyph.top, (glyph.top + glyph.bottom) / 2, glyph.bottom)
    return {(int(x // _FIELD), int(y // _FIELD)) for x in xs for y in ys}


def _covers(one: Glyph, other: Glyph) -> bool:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min((g.x1 - g.x0) * (g.bottom - g.top) for g in (one, other))
    return width > 0 and height > 0 and width * height > _OVER * smaller
