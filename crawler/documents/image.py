"""Pictures of reports: PNG, JPEG, GIF, BMP, TIFF, WebP → Document, by the recogniser.

Without the extra ``ocr`` a picture is published and unreadable, as it is said of scanned PDF files.
"""

from __future__ import annotations

import struct
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crawler.documents.document import Document, DocumentError, Note, NoteCode
from crawler.documents.limits import damaged, too_large
from crawler.documents.ocr import reader as ocr
from crawler.documents.ocr.blocks import NumberedPage, blocks_by_page
from crawler.documents.pdf.reader import ImageOnlyPdf

if TYPE_CHECKING:
    from numpy import ndarray
    from PIL.Image import Image

    Picture = ndarray[Any, Any]

MEDIA_TYPES = ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "image/webp")
_MAX_PIXELS = 80_000_000
"""An A3 page at 600 dpi has 70 million."""
_MAX_SIDE = 60_000
_LEAST = 64
"""Pixels; a smaller picture shows no page."""
_ENOUGH = 3000
"""Pixels of the shorter side; a page at 300 dpi has 2480."""
_LONG = 2.2
"""Times as high as wide: a picture of a whole web page, to be cut into pages."""
_PAGE = 1.5
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
)
"""Pillow raises any of these for damaged files, depending on the format."""
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_MIME = dict(zip(_FORMATS, MEDIA_TYPES, strict=True)) | {"MPO": "image/jpeg"}
"""MPO: what cameras write is a JPEG file with further pictures behind it."""


class ImageOnly(ImageOnlyPdf):
    """A picture that can't be read here: it is published, but its text is not to be had."""

    def __init__(self) -> None:
        super().__init__(1)
        self.message = f"文件是图片，没有可读的文字；{ocr.INSTALL}"


def read_image(data: bytes, http_charset: str | None = None) -> Document:
    """Places are ``page[1]/table[1]/row[5]/col[3]``; a long picture is cut into pages.

    What is written and could not be read is ``\ufffd``. Raises DocumentError: unreadable
    (`ImageOnly` without the extra), too_large.
    """
    return _document(_read(ocr.Hashed(data)), again=False)


def read_image_again(data: bytes) -> Document:
    """The same with the likelier reading where two differ. Costs nothing after `read_image`."""
    return _document(_read(ocr.Hashed(data)), again=True)


@dataclass(frozen=True, slots=True)
class _Read:
    media_type: str
    pages: tuple[NumberedPage, ...]
    whole: bool


@lru_cache(maxsize=1)
def _read(file: ocr.Hashed) -> _Read:
    if not ocr.available():
        raise ImageOnly
    from crawler.documents.ocr.page import read_sheet
    from crawler.documents.ocr.sheet import sheet_of

    end = time.monotonic() + ocr.MAX_SECONDS
    pages: list[NumberedPage] = []
    kind = ""
    with ocr.guarded():
        for media_type, picture in _pictures(file.data):
            kind = media_type
            if len(pages) >= ocr.MAX_PAGES or (pages and time.monotonic() > end):
                return _Read(kind, tuple(pages), whole=False)
            pages.append(NumberedPage(len(pages) + 1, read_sheet(sheet_of(picture))))
    return _Read(kind, tuple(pages), whole=True)


def _document(read: _Read, *, again: bool) -> Document:
    found = blocks_by_page(read.pages, again=again)
    blocks = tuple(block for number in sorted(found) for block in found[number])
    if not blocks:
        raise DocumentError("unreadable", "图片中没有识别到文字")
    notes = [Note(NoteCode.READING, "内容由图片识别得到；两次识别不一致的单元格按未读到处理")]
    if not read.whole:
        text = f"图片较长，只识别了前 {len(read.pages)} 页"
        notes.append(Note(NoteCode.UNREAD, text))
    return Document(read.media_type, blocks, notes=tuple(notes), images=len(read.pages))


def _pictures(data: bytes) -> Iterator[tuple[str, Picture]]:
    """Media type and grey picture of each page. Of animations only the first frame."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Of damaged metadata, and of sizes below the limit that counts here.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=_FORMATS) as file:
                frames = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
                for frame in range(min(frames, ocr.MAX_PAGES + 1)):
                    if frame:
                        file.seek(frame)
                    _check_size(*file.size)
                    media_type = _MIME[file.format or ""]
                    for page in _pages(_grey(file)):
                        yield media_type, page
    except Image.DecompressionBombError:
        raise too_large(f"图片超过 {_MAX_PIXELS // 1_000_000} 百万像素") from None
    except _DAMAGED:
        raise damaged("图片") from None


def _check_size(width: int, height: int) -> None:
    if width * height > _MAX_PIXELS or max(width, height) > _MAX_SIDE:
        raise too_large(f"图片有 {width}×{height} 像素，超过上限")
    if min(width, height) < _LEAST:
        raise DocumentError("unreadable", f"图片只有 {width}×{height} 像素，没有可读的内容")


def _grey(file: Image) -> Picture:
    """As the camera held it, on white paper, in 8 bits."""
    import numpy as np
    from PIL import Image, ImageOps

    # JPEG can be unpacked smaller and grey, at a fraction of the memory; others ignore this.
    file.draft("L", (_ENOUGH, _ENOUGH))
    image: Image.Image = file
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        # 16 bits, or 32 bits of which 16 are used: brought to 8 by what the picture uses.
        image = Image.fromarray(((values - low) * (255 / max(high - low, 1))).astype(np.uint8))
    elif image.mode in ("P", "PA", "LA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        whole = image.convert("RGBA")
        image = Image.new("RGBA", whole.size, "white")
        image.alpha_composite(whole)
    image = ImageOps.exif_transpose(image.convert("L") if image.mode != "L" else image)
    shrink = min(image.size) // _ENOUGH
    return np.array(image.reduce(shrink) if shrink > 1 else image)


def _pages(picture: Picture) -> Iterator[Picture]:
    """The picture, or a long one in pages, cut where the least is written."""
    import numpy as np

    height, width = picture.shape
    if height <= _LONG * width:
        yield picture
        return
    rest = 0
    length = round(_PAGE * width)
    while height - rest > _LONG * width:
        window = picture[rest + length // 2 : rest + length].astype(np.int16)
        # Borders down a table change nothing from left to right below each other: only what
        # changes from row to row is written.
        changes = np.abs(np.diff(window, axis=0)).mean(axis=1)
        quiet = np.convolve(changes, np.ones(9) / 9, mode="same")
        calm = np.flatnonzero(quiet <= quiet.min() + 0.1)
        cut = rest + length // 2 + int(calm[-1])
        yield picture[rest:cut]
        rest = cut
    yield picture[rest:]
