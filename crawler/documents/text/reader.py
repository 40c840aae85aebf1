"""Plain text, Markdown and comma-separated values → Document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from crawler.documents.charset import decode, garbled, repaired
from crawler.documents.document import Document, DocumentError, Note, NoteCode
from crawler.documents.limits import MAX_TEXT, too_large
from crawler.documents.text.line_cells import fields
from crawler.documents.text.lines import Line, read_lines
from crawler.documents.text.one_line import without_breaks

_SEPARATORS = (",", ";")
_MIN_FIELDS = 3
_MIN_ROWS = 4
"""Fewer lines with the same number of commas are prose."""


def read_text(data: bytes, http_charset: str | None = None) -> Document:
    """Read text. Places are ``chars[start:end]`` of the decoded text.

    Raises DocumentError(unreadable) for empty, binary or garbled content.
    """
    text, notes = readable(data, http_charset)
    if len(text) > MAX_TEXT and len(text.strip()) > MAX_TEXT:
        raise too_large(f"文字超过 {MAX_TEXT // 10_000} 万字")
    if not text.strip():
        raise DocumentError("unreadable", "文件为空")
    if "\x00" in text:
        raise DocumentError("unreadable", "文件不是文本")
    blocks = tuple(read_lines(_with_commas(list(_lines(text)))))
    return Document("text/plain", blocks, notes=notes)


def readable(data: bytes, http_charset: str | None) -> tuple[str, tuple[Note, ...]]:
    """The decoded text, and what is to be said of it.

    Raises DocumentError(unreadable) for text that was garbled before it was stored, unless all of
    it can be told for certain.
    """
    text, codec, clean = decode(data, http_charset)
    notes: list[Note] = []
    if not clean:
        notes.append(Note(NoteCode.ENCODING, f"部分字符无法按 {codec} 解码"))
    if garbled(text):
        found = repaired(text)
        if found is None:
            raise DocumentError("unreadable", "文字是乱码（编码被错误转换过），无法还原")
        notes.append(Note(NoteCode.ENCODING, "文字曾按错误的编码转换，已完整还原"))
        text = found
    return text, tuple(notes)


def _lines(text: str) -> Iterator[Line]:
    offset = 0
    for line in text.splitlines(keepends=True):
        yield from without_breaks(Line(line, offset))
        offset += len(line)


def _with_commas(lines: Sequence[Line]) -> Iterator[Line]:
    """Marks runs of lines that all have the same number of fields as comma-separated values.

    Where thousands are written with unquoted commas, the numbers of fields differ: no such table.
    """
    counts = [_fields(line.text) for line in lines]
    for (separator, count), run in groupby(zip(counts, lines, strict=True), key=lambda p: p[0]):
        members = [line for _, line in run]
        if count >= _MIN_FIELDS and len(members) >= _MIN_ROWS:
            yield from (replace(line, separator=separator) for line in members)
        else:
            yield from members


def _fields(text: str) -> tuple[str, int]:
    """The sign that parts a line's fields, and their number; none for other lines."""
    if "\t" not in text and "|" not in text:
        for separator in _SEPARATORS:
            if text.count(separator) + 1 >= _MIN_FIELDS:
                return separator, len(fields(text, separator))
    return "", 0
