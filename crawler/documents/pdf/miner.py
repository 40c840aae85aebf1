"""First reading of a PDF, by pdfplumber: glyphs and the ruling lines that tables are drawn with."""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crawler.documents.document import DocumentError
from crawler.documents.limits import too_large
from crawler.documents.pdf.limits import INFLATER, MAX_GLYPHS, MAX_PAGES, MAX_RULES
from crawler.documents.pdf.page import (
    CURVED,
    UNKNOWN,
    Glyph,
    Page,
    Rule,
    is_pale,
    plain,
    tidy,
    turn_of,
)

if TYPE_CHECKING:
    import pdfplumber
    import pdfplumber.page

_THIN = 3.0
"""Points; a filled rectangle no thicker than this is a line."""
_PICTURE = 0.02
"""Share of the page that a picture covers at least; smaller ones are ornaments and seals."""


class MinerFailed(Exception):
    """The library could not read the file; another one may."""


def miner_pages(data: bytes) -> Iterator[Page]:
    """The pages, one by one, in bounded memory.

    Raises DocumentError: unreadable, too_large; `MinerFailed` where the library gives up on a
    file that is not plainly damaged. Call inside `pdf_limits.limited`.
    """
    pdfplumber = _library()
    INFLATER.begin()
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise too_large(f"PDF 超过 {MAX_PAGES} 页")
            for number, page in enumerate(pdf.pages, 1):
                yield tidy(_page(page, number))
                page.close()
    except DocumentError:
        raise
    except Exception as error:
        # The library wraps what it meets, ours included, and meets anything in a broken file.
        cause = error.args[0] if error.args else None
        if isinstance(cause, DocumentError):
            raise cause from None
        raise MinerFailed(f"{type(error).__name__}: {error}") from error


def _library() -> Any:
    """pdfplumber, loaded when first needed, kept quiet and within bounds.

    Damage is told by our own errors; the library's notes on every odd font would fill the log.
    """
    import pdfminer.pdftypes
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    setattr(pdfminer.pdftypes, "zlib", INFLATER)  # noqa: B010 - the module's own name for it
    return pdfplumber


def _page(page: pdfplumber.page.Page, number: int) -> Page:
    left, top = float(page.bbox[0]), float(page.bbox[1])
    width, height = float(page.width), float(page.height)
    if len(page.chars) > MAX_GLYPHS:
        raise too_large(f"PDF 第 {number} 页超过 {MAX_GLYPHS} 个字符")
    glyphs = tuple(
        glyph for char in page.chars if (glyph := _glyph(char, left, top, height)) is not None
    )
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    rules = tuple(_rules(page, left, top)) if drawn <= MAX_RULES else ()
    area = max(width * height, 1.0)
    shares = [float(image["width"] * image["height"]) / area for image in page.images]
    images = sum(share >= _PICTURE for share in shares)
    curves = sum(len(curve["pts"]) >= CURVED for curve in page.curves)
    return Page(number, width, height, glyphs, rules, images, sum(shares), curves)


def _glyph(char: dict[str, Any], left: float, top: float, height: float) -> Glyph | None:
    a, b, _c, d, _, base = char["matrix"]
    turn = turn_of(a, b)
    box = char["x0"] - left, char["x1"] - left, char["top"] - top, char["bottom"] - top
    if turn is None or not all(map(math.isfinite, box)):
        return None
    text = UNKNOWN if char["text"].startswith("(cid:") else plain(char["text"])
    size = char["size"] if turn in (0, 180) else box[1] - box[0]
    if turn == 0 and d > 0:
        # Fonts state their heights at will; the line that they stand on is the same for all.
        line = height - base
        box = box[0], box[1], line - 0.88 * size, line + 0.12 * size
    return Glyph(text, *box, size, turn, _is_pale(char.get("non_stroking_color")))


def _is_pale(color: object) -> bool:
    """By the components of a colour in grey, RGB or CMYK; patterns are not pale."""
    if not isinstance(color, tuple) or not all(isinstance(part, int | float) for part in color):
        return False
    if len(color) == 4:
        return is_pale(*(255 * (1 - min(1.0, part + color[3])) for part in color[:3]))
    return len(color) in (1, 3) and is_pale(*(255 * part for part in (color * 3)[:3]))


def _rules(page: pdfplumber.page.Page, left: float, top: float) -> Iterator[Rule]:
    """Lines, borders of boxes, and the thin boxes that browsers draw for lines.

    A broad area filled with colour is no rule: shading ends where no cell does.
    """
    for line in page.lines:
        yield from _rule(line["x0"], line["x1"], line["top"], line["bottom"], left, top)
    for box in page.rects:
        x0, x1, y0, y1 = box["x0"], box["x1"], box["top"], box["bottom"]
        if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
            yield from _rule(x0, x1, y0, y1, left, top)
        elif box["stroke"]:
            for side in ((x0, x1, y0, y0), (x0, x1, y1, y1), (x0, x0, y0, y1), (x1, x1, y0, y1)):
                yield from _rule(*side, left, top)
    for curve in page.curves:
        points = curve["pts"]
        if not curve["stroke"]:
            # A border with mitred corners is a thin four-sided area.
            yield from _rule(curve["x0"], curve["x1"], curve["top"], curve["bottom"], left, top)
            continue
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            yield from _rule(min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1), left, top)


def _rule(x0: float, x1: float, y0: float, y1: float, left: float, top: float) -> Iterator[Rule]:
    """The middle line of a thin box, both middle lines of a dot; nothing for any other."""
    x0, x1, y0, y1 = x0 - left, x1 - left, y0 - top, y1 - top
    if not all(map(math.isfinite, (x0, x1, y0, y1))):
        return
    if y1 - y0 <= _THIN and 2 * (x1 - x0) > y1 - y0:
        yield Rule(x0, x1, (y0 + y1) / 2, (y0 + y1) / 2)
    if x1 - x0 <= _THIN and 2 * (y1 - y0) > x1 - x0:
        yield Rule((x0 + x1) / 2, (x0 + x1) / 2, y0, y1)
