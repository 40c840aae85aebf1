"""Web archives (MHTML; Word's and Excel's 单个文件网页, often named .doc or .xls) → the pages inside."""

from __future__ import annotations

import email
import email.policy
import posixpath
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message

from crawler.documents.document import Document, DocumentError
from crawler.documents.html.reader import read_html
from crawler.documents.limits import damaged
from crawler.documents.parts import (
    Part,
    different_reports,
    join_parts,
    make_part,
    without_copies,
)

MEDIA_TYPE = "multipart/related"
_PAGES = ("text/html", "application/xhtml+xml")
_FRAMES = re.compile(rb"<frameset\b", re.I)
_MAX_FRAMES = 60


def read_mhtml(data: bytes, http_charset: str | None = None) -> Document:
    """Read the archive's main page; of a workbook, which is a set of frames, every sheet.

    Raises DocumentError: unreadable; unsupported for several different reports.
    """
    message = email.message_from_bytes(data, EmailMessage, policy=email.policy.compat32)
    pages = list(_pages(message))
    if not pages:
        raise damaged("MHT", "没有网页")
    _, charset, content = pages[0]
    if not _FRAMES.search(content):
        return read_html(content, charset or http_charset)
    parts: list[Part] = []
    for name, charset, content in pages[1 : 1 + _MAX_FRAMES]:
        if not _FRAMES.search(content):
            parts.append(make_part(name, read_html(content, charset or http_charset)))
    if not parts:
        raise damaged("MHT", "没有网页")
    if (different := different_reports(parts)) > 1:
        text = f"文件内有 {different} 份不同的年度报告，无法确定取哪一份；请分别另存后导入"
        raise DocumentError("unsupported", text)
    return join_parts(without_copies(parts), MEDIA_TYPE)


def _pages(message: Message) -> Iterator[tuple[str, str | None, bytes]]:
    """Name, charset and bytes of each page; first the one that the archive names as its root."""
    root = str(message.get_param("start") or "").strip("<> ")
    parts = [part for part in message.walk() if part.get_content_type() in _PAGES]
    parts.sort(key=lambda part: not root or str(part.get("Content-ID", "")).strip("<> ") != root)
    for number, part in enumerate(parts, 1):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            place = str(part.get("Content-Location", "")).replace("\\", "/")
            yield posixpath.basename(place) or str(number), part.get_content_charset(), content
