"""Picture files of every make, damaged and hostile ones among them."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from crawler.documents.document import DocumentError, Paragraph
from crawler.documents.ocr import reader as ocr
from crawler.documents.sniff import open_document, sniff
from crawler.parsing.reading import read
from storage.domain import ParseFailure

needs_engine = pytest.mark.skipif(
    not ocr.available(), reason="needs the extra ocr (uv sync --extra ocr)"
)


def _drawn() -> Image.Image:
    image = Image.new("L", (520, 150), 255)
    ImageDraw.Draw(image).text((40, 40), "REPORT 2023", fill=0, font_size=48)
    return image


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _transparent() -> Image.Image:
    """Black on nothing: what is not drawn must not become black."""
    image = Image.new("RGBA", (520, 150), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((40, 40), "REPORT 2023", fill=(0, 0, 0, 255), font_size=48)
    return image


def _sixteen() -> Image.Image:
    return Image.fromarray(np.asarray(_drawn(), dtype=np.uint16) * 200)


def _lying() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(_drawn().rotate(90, expand=True), "JPEG", exif=exif.tobytes())


def _moving() -> bytes:
    other = Image.new("L", (520, 150), 255)
    ImageDraw.Draw(other).text((40, 40), "SECOND 9999", fill=0, font_size=48)
    return _saved(_drawn(), "GIF", save_all=True, append_images=[other])


_MAKES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "palette": ("image/png", lambda: _saved(_drawn().convert("P"), "PNG")),
    "transparent": ("image/png", lambda: _saved(_transparent(), "PNG")),
    "16 bits": ("image/png", lambda: _saved(_sixteen(), "PNG")),
    "1 bit": ("image/tiff", lambda: _saved(_drawn().convert("1"), "TIFF", compression="group4")),
    "CMYK": ("image/jpeg", lambda: _saved(_drawn().convert("CMYK"), "JPEG")),
    "EXIF": ("image/jpeg", _lying),
    "animated": ("image/gif", _moving),
    "BMP": ("image/bmp", lambda: _saved(_drawn().convert("RGB"), "BMP")),
    "WebP": ("image/webp", lambda: _saved(_drawn().convert("RGB"), "WEBP")),
}


@needs_engine
@pytest.mark.parametrize("make", _MAKES)
def test_makes_of_pictures(make: str) -> None:
    media_type, made = _MAKES[make]
    data = made()
    assert sniff(data) == media_type
    document = open_document(data)
    assert document.media_type == media_type
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert "".join(texts).replace(" ", "") == "REPORT2023"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _bomb(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packed = zlib.compress(bytes(1 << 20), 9)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", packed), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@needs_engine
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_bomb(50_000, 50_000), "too_large"),
        (_bomb(100_000, 100), "too_large"),
        (_bomb(3_000, 3_000), "unreadable"),
        (_bomb(8, 8), "unreadable"),
        (_saved(_drawn(), "PNG")[:300], "unreadable"),
        (_saved(_drawn(), "JPEG")[:900], "unreadable"),
        (_saved(_drawn().convert("RGB"), "WEBP")[:200], "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unreadable"),
        (b"\xff\xd8\xff" + b"abc" * 50, "unreadable"),
        (b"GIF89a" + bytes(60), "unreadable"),
        (b"II*\x00" + b"\xff" * 60, "unreadable"),
        # Without its width.
        (_saved(_drawn(), "TIFF").replace(b"\x00\x01\x04\x00", b"\x99\x99\x04\x00"), "unreadable"),
        (_saved(Image.new("L", (300, 300), 255), "PNG"), "unreadable"),
    ],
)
def test_hostile_and_damaged(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        open_document(data)
    assert caught.value.code == code
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.message)


def test_without_the_extra_a_picture_is_published_and_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    result = read(_saved(Image.new("L", (321, 123), 255), "PNG")).result
    assert isinstance(result, ParseFailure)
    assert result.image_only and "uv sync --extra ocr" in result.message


def test_the_program_starts_without_the_engine() -> None:
    code = (
        "import sys, monitor.cli, crawler.documents.sniff, crawler.documents.pdf.scan;"
        "print([m for m in ('onnxruntime', 'cv2', 'rapidocr') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
