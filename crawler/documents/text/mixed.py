"""Markdown with tables as HTML: its lines are paragraphs, which a page's white space is not."""

from __future__ import annotations

import re

from crawler.documents.charset import decode

_TAG = re.compile(r"</?([A-Za-z][\w:-]*)")
_BEGIN = re.compile(r"<table\b", re.I)
_END = re.compile(r"</table\s*>", re.I)
_TABLES = ("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col")
_INLINE = ("br", "b", "strong", "i", "em", "u", "sup", "sub", "span")
_MARKDOWN = frozenset((*_TABLES, *_INLINE))
"""Tags that people write in Markdown; any other belongs to a page."""
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_BOLD = re.compile(r"^\*\*(.+)\*\*$")


def as_page(data: bytes, http_charset: str | None = None) -> bytes | None:
    """The page (UTF-8) that a Markdown text with HTML tables makes; None for anything else."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return None
    text = decode(data, http_charset)[0]
    if not _MARKDOWN.issuperset(tag.lower() for tag in _TAG.findall(text)):
        return None
    made: list[str] = []
    done = 0
    while begin := _BEGIN.search(text, done):
        end = _END.search(text, begin.end())
        if end is None:
            return None
        made += map(_line, text[done : begin.start()].splitlines())
        made.append(text[begin.start() : end.end()])
        done = end.end()
    if not made:
        return None
    made += map(_line, text[done:].splitlines())
    return f'<meta charset="utf-8">{"".join(made)}'.encode("utf-8", "replace")


def _line(line: str) -> str:
    text = line.strip()
    if match := _HEADING.match(text):
        level = len(match.group(1))
        return f"<h{level}>{match.group(2).rstrip('# ')}</h{level}>"
    if match := _BOLD.match(text):
        text = match.group(1)
    return f"<p>{text}</p>" if text else ""
