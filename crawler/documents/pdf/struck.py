"""Writing that is struck out: what a line is drawn through does not count."""

from __future__ import annotations

from dataclasses import replace

from crawler.documents.pdf.page import Glyph, Page, Rule

_MIDDLE = (0.35, 0.7)
"""Share of a glyph's height, from its top, in which such a line runs. Underlines run below."""
_COVERED = 0.7
"""Share of a glyph's width that the line covers at least."""
_LONG = 12.0
"""Sizes of type; a longer line is a table's, over which something was printed."""
_FIELD = 16.0


def without_struck(page: Page) -> Page:
    """The page without the glyphs through whose middle a short line runs."""
    fields: dict[int, list[Rule]] = {}
    for rule in page.rules:
        if rule.top == rule.bottom:
            fields.setdefault(int(rule.top // _FIELD), []).append(rule)
    if not fields:
        return page
    kept = tuple(
        glyph
        for glyph in page.glyphs
        if not any(
            _is_through(rule, glyph)
            for field in range(int(glyph.top // _FIELD), int(glyph.bottom // _FIELD) + 1)
            for rule in fields.get(field, ())
        )
    )
    return page if len(kept) == len(page.glyphs) else replace(page, glyphs=kept)


def _is_through(rule: Rule, glyph: Glyph) -> bool:
    if glyph.turn or not glyph.text.isalnum() or rule.x1 - rule.x0 > _LONG * glyph.size:
        return False
    share = (rule.top - glyph.top) / max(glyph.bottom - glyph.top, 1.0)
    if not _MIDDLE[0] < share < _MIDDLE[1]:
        return False
    covered = min(rule.x1, glyph.x1) - max(rule.x0, glyph.x0)
    return covered > _COVERED * (glyph.x1 - glyph.x0)
