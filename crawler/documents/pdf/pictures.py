"""Pages that are pictures: which these are, and reading them by the OCR component if there is one."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.documents.document import Block
from crawler.documents.pdf.page import Page, legible

_FEW = 40
"""Glyphs of a page; fewer beside a picture are a stamp or a page number on a scan."""
LEGIBLE = 0.7
"""Share of glyphs whose character must be known."""
_COVERED = 0.5
"""Share of the page that pictures cover at least."""
_WHOLE = 0.8
_OUTLINES = 400
"""Curves on a page whose letters were turned into drawings."""


def is_picture(page: Page) -> bool:
    """Whether a page shows text that it does not hold, as a scanned one does."""
    seen = page.seen
    if len(seen) < _FEW:
        return page.covered >= _COVERED or page.curves >= _OUTLINES
    return legible(seen) < LEGIBLE


def is_under_text(page: Page) -> bool:
    """Whether the page's text lies on a picture of the whole page: a scan's layer for searching."""
    return page.covered >= _WHOLE and not is_picture(page)


def can_recognise() -> bool:
    """Whether the OCR component is installed."""
    from crawler.documents.pdf import scan as pdf_scan

    return pdf_scan.available()


def recognised(
    data: bytes, numbers: Sequence[int], *, again: bool = False
) -> dict[int, tuple[Block, ...]]:
    """Blocks of pages by their number (from 1), of those that could be read; empty without OCR.

    ``again``: by the second reading of the recogniser.
    """
    if not numbers or not can_recognise():
        return {}
    from crawler.documents.pdf import scan as pdf_scan

    reader = pdf_scan.read_pages_again if again else pdf_scan.read_pages
    read = reader(data, [number - 1 for number in numbers])
    return {index + 1: blocks for index, blocks in read.items()}
