"""Bytes → Document, by what the bytes show and not by the file's name."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.documents.document import Document, DocumentError
from crawler.documents.html import read_html
from crawler.documents.text import read_text

MAX_BYTES = 64 * 1024 * 1024

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "application/pdf", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "DOC/XLS/WPS"),
    (b"PK\x03\x04", "application/zip", "DOCX/XLSX/OFD/ZIP"),
    (b"Rar!", "application/vnd.rar", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7Z"),
    (b"{\\rtf", "application/rtf", "RTF"),
    (b"\x89PNG", "image/png", "PNG"),
    (b"\xff\xd8\xff", "image/jpeg", "JPEG"),
    (b"GIF8", "image/gif", "GIF"),
)
_TAG = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|table|div|p|meta|span|td|tr|ul|h1)\b", re.I
)

READERS: dict[str, Callable[[bytes, str | None], Document]] = {
    "text/html": read_html,
    "text/plain": read_text,
}


def sniff(data: bytes) -> str:
    """Media type of the content."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, media_type, _ in _MAGIC:
        if head.startswith(magic):
            return media_type
    if _TAG.search(data[:65536]) or _TAG.search(data[:4096].replace(b"\x00", b"")):
        return "text/html"
    return "text/plain"


def open_document(data: bytes, http_charset: str | None = None) -> Document:
    """Read any supported format. Raises DocumentError with the contract's code."""
    if not data:
        raise DocumentError("unreadable", "文件为空")
    if len(data) > MAX_BYTES:
        raise DocumentError("too_large", f"文件超过 {MAX_BYTES // 2**20} MB，未读取")
    media_type = sniff(data)
    reader = READERS.get(media_type)
    if reader is None:
        name = next((n for _, m, n in _MAGIC if m == media_type), media_type)
        raise DocumentError(
            "unsupported", f"暂不支持读取 {name} 文件；请另存为网页或文本后用 nianbao ingest 导入"
        )
    return reader(data, http_charset)
