"""Plain text and Markdown → Document."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.documents.charset import decode
from crawler.documents.document import Document, DocumentError
from crawler.documents.limits import MAX_TEXT, too_large
from crawler.documents.lines import Line, read_lines


def read_text(data: bytes, http_charset: str | None = None) -> Document:
    """Read text. Places are ``chars[start:end]`` of the decoded text.

    Raises DocumentError(unreadable) for empty or binary content.
    """
    text, codec, clean = decode(data, http_charset)
    if len(text) > MAX_TEXT and len(text.strip()) > MAX_TEXT:
        raise too_large(f"文字超过 {MAX_TEXT // 10_000} 万字")
    if not text.strip():
        raise DocumentError("unreadable", "文件为空")
    if "\x00" in text:
        raise DocumentError("unreadable", "文件不是文本")
    blocks = tuple(read_lines(_lines(text)))
    notes = () if clean else (f"部分字符无法按 {codec} 解码",)
    return Document("text/plain", blocks, notes=notes)


def _lines(text: str) -> Iterator[Line]:
    offset = 0
    for line in text.splitlines(keepends=True):
        yield Line(line, offset)
        offset += len(line)
