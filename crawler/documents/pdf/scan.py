"""Pages of a PDF that are pictures: drawn, and read by the recogniser (extra ``ocr``)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crawler.documents.document import Block
from crawler.documents.ocr import reader as ocr
from crawler.documents.ocr.blocks import NumberedPage, blocks_by_page
from crawler.documents.pdf.pdfium import opened

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

available = ocr.available

_DPI = 200
_MOST = 12_000_000
"""Pixels of a page: at 200 dpi an A3 page has 8 million."""


def read_pages(data: bytes, numbers: Sequence[int]) -> dict[int, tuple[Block, ...]]:
    """The blocks of these pages (0-based) by their number; needs `available()`.

    A page that is not in the answer was not read (too many pages, or out of time). What is written
    in a cell and could not be read is `ocr_text.UNREAD`, never empty. Raises DocumentError as
    `pdf_pdfium.opened`.
    """
    return _blocks(data, numbers, again=False)


def read_pages_again(data: bytes, numbers: Sequence[int]) -> dict[int, tuple[Block, ...]]:
    """The same pages, with the likelier reading where two differ: to be believed where sums confirm
    it. Costs nothing after `read_pages`."""
    return _blocks(data, numbers, again=True)


def _blocks(data: bytes, numbers: Sequence[int], *, again: bool) -> dict[int, tuple[Block, ...]]:
    pages = _read(ocr.Hashed(data), tuple(sorted(set(numbers))))
    found = blocks_by_page(pages, again=again)
    return {number - 1: blocks for number, blocks in found.items()}


@lru_cache(maxsize=1)
def _read(file: ocr.Hashed, numbers: tuple[int, ...]) -> tuple[NumberedPage, ...]:
    from crawler.documents.ocr.page import read_sheet
    from crawler.documents.ocr.sheet import sheet_of

    end = time.monotonic() + ocr.MAX_SECONDS
    pages: list[NumberedPage] = []
    with ocr.guarded(), opened(file.data) as document:
        for number in numbers[: ocr.MAX_PAGES]:
            if time.monotonic() > end:
                break
            pages.append(NumberedPage(number + 1, read_sheet(sheet_of(_drawn(document, number)))))
    return tuple(pages)


def _drawn(document: Any, number: int) -> Picture:
    page = document[number]
    try:
        width, height = page.get_size()
        area = max(width * height / 72**2, 0.01)
        scale = min(_DPI, (_MOST / area) ** 0.5) / 72
        bitmap = page.render(scale=scale, grayscale=True)
        try:
            drawn: Picture = bitmap.to_numpy()
            return (drawn[:, :, 0] if drawn.ndim == 3 else drawn).copy()
        finally:
            bitmap.close()
    finally:
        page.close()
