"""Second reading of a PDF, by PDFium: another decoder of fonts and streams, without ruling lines.

PDFium also opens the file first: it tells encrypted and broken files apart, and fast.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crawler.documents.document import DocumentError
from crawler.documents.limits import damaged, too_large
from crawler.documents.pdf.limits import MAX_GLYPHS, MAX_PAGES
from crawler.documents.pdf.page import CURVED, UNKNOWN, Glyph, Page, is_pale, plain, tidy, turn_of

_PICTURE = 0.02
_LOCK = threading.RLock()
"""PDFium is not made for threads."""
_TITLE_PREFIX = re.compile(r"^Microsoft\s+(Office\s+)?Word\s*-\s*", re.I)
_TITLE_SUFFIX = re.compile(r"\.(docx?|wps|pdf|rtf|html?)$", re.I)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The ``pypdfium2.PdfDocument``, closed in the end.

    Raises DocumentError: encrypted, unreadable, too_large.
    """
    import pypdfium2
    import pypdfium2.raw as raw

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise DocumentError("encrypted", "PDF 已加密，需要密码才能打开，未能读取") from None
            raise damaged("PDF") from None
        try:
            if not len(document):
                raise damaged("PDF", "没有页面")
            if len(document) > MAX_PAGES:
                raise too_large(f"PDF 有 {len(document)} 页，超过 {MAX_PAGES} 页")
            yield document
        finally:
            document.close()


def title_of(document: Any) -> str | None:
    """The title that the file states of itself, if it is one and no file name or garble."""
    try:
        title = document.get_metadata_value("Title").strip("\x00 \t\r\n")
    except UnicodeDecodeError:
        return None  # damaged; the page shows the title as well
    title = _TITLE_SUFFIX.sub("", _TITLE_PREFIX.sub("", title))
    return title if _CHINESE.search(title) else None


def pdfium_pages(document: Any) -> Iterator[Page]:
    """The pages of an `opened` document, one by one. Raises DocumentError: unreadable."""
    import pypdfium2

    for number in range(1, len(document) + 1):
        page = None
        try:
            page = document[number - 1]
            read = tidy(_page(page, number))
        except pypdfium2.PdfiumError:
            raise damaged("PDF", f"第 {number} 页无法打开") from None
        finally:
            if page is not None:
                page.close()
        yield read


def _page(page: Any, number: int) -> Page:
    import pypdfium2.raw as raw

    width, height = page.get_size()
    to_view = _view(page.get_rotation(), page.get_bbox())
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_GLYPHS:
            raise too_large(f"PDF 第 {number} 页超过 {MAX_GLYPHS} 个字符")
        glyphs = tuple(_glyphs(raw, text, count, to_view))
    finally:
        text.close()
    shares, curves = _drawn(raw, page, width * height)
    images = sum(share >= _PICTURE for share in shares)
    return Page(number, width, height, glyphs, (), images, sum(shares), curves)


def _drawn(raw: Any, page: Any, area: float) -> tuple[list[float], int]:
    """Shares of the page that its pictures cover, and the number of its curves."""
    shares: list[float] = []
    curves = 0
    box = [ctypes.c_float() for _ in range(4)]
    for item in page.get_objects(
        filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3
    ):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            curves += raw.FPDFPath_CountSegments(item) >= CURVED
        elif raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, box)):
            left, bottom, right, top = (side.value for side in box)
            shares.append((right - left) * (top - bottom) / max(area, 1.0))
    return shares, curves


def _glyphs(raw: Any, text: Any, count: int, to_view: _View) -> Iterator[Glyph]:
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    ink = [ctypes.c_uint() for _ in range(4)]
    high = ""
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if raw.FPDFText_IsGenerated(text, index) or code in (0, 10, 13):
            continue
        char = chr(code)
        if 0xD800 <= code < 0xDC00:
            high = char
            continue
        if 0xDC00 <= code < 0xE000:
            char = (high + char).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        high = ""
        if raw.FPDFText_HasUnicodeMapError(text, index) == 1:
            char = UNKNOWN
        if not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        raw.FPDFText_GetMatrix(text, index, matrix)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        size = raw.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
        a, b = to_view.vector(matrix.a, matrix.b)
        turn = turn_of(a, b)
        x0, x1, top, bottom = to_view.box(box.left, box.bottom, box.right, box.top)
        if turn is None or not all(map(math.isfinite, (x0, x1, top, bottom, size))):
            continue
        if turn == 0:
            line = to_view.point(x.value, y.value)[1]
            top, bottom = line - 0.88 * size, line + 0.12 * size
        pale = bool(raw.FPDFText_GetFillColor(text, index, *ink)) and is_pale(
            *(part.value for part in ink)
        )
        yield Glyph(plain(char), x0, x1, top, bottom, size, turn, pale)


class _View:
    """From the page's own coordinates (y upward, unturned) to those of the reader."""

    def __init__(self, turn: int, box: tuple[float, float, float, float]) -> None:
        self._turn = turn % 360
        self._left, self._bottom, self._right, self._top = box

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Page → view; the turn of a page is to the right."""
        if self._turn == 90:
            return y - self._bottom, x - self._left
        if self._turn == 180:
            return self._right - x, y - self._bottom
        if self._turn == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def vector(self, a: float, b: float) -> tuple[float, float]:
        """A direction, y still upward."""
        if self._turn == 90:
            return b, -a
        if self._turn == 180:
            return -a, -b
        if self._turn == 270:
            return -b, a
        return a, b

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Left, right, top, bottom as the reader sees them."""
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)


def _view(turn: int, box: tuple[float, float, float, float]) -> _View:
    return _View(turn, box)
