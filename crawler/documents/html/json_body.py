"""Answers of portals' interfaces: JSON that carries a page's body, or its parts."""

from __future__ import annotations

from crawler.documents.charset import decode
from crawler.documents.document import Block, Document, DocumentError, Paragraph
from crawler.documents.form_words import section_words, table_words
from crawler.documents.html.embedded import Strength, bodies
from crawler.documents.html.reader import below, read_body, with_body
from crawler.documents.html.strings import Text, json_strings, json_texts, parsed_json, script_texts
from crawler.documents.html.text import collapse
from crawler.documents.limits import MAX_BLOCKS, damaged, too_large
from crawler.documents.text.reader import readable

MEDIA_TYPE = "application/json"
_LEAST_WORDS = 3
"""So many more words of the form in all strings together: the report is spread over them."""


def is_json(data: bytes) -> bool:
    """Whether bytes are JSON or a call with JSON (JSONP)."""
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    begins = head[:1] in (b"{", b"[") or (b"(" in head and b"<" not in head.split(b"(")[0])
    if not begins or data[-20:].rstrip(b"; \t\r\n\x00")[-1:] not in (b"}", b"]", b")"):
        return False
    return parsed_json(decode(data)[0]) is not None


def read_json(data: bytes, http_charset: str | None = None) -> Document:
    """Read the body in an answer; places begin with its path, e.g. ``$.data.content``.

    Raises DocumentError: unreadable; unsupported where it holds several reports.
    """
    text, notes = readable(data, http_charset)
    value = parsed_json(text)
    texts = list(json_texts(value)) if value is not None else list(script_texts(text, "$"))
    if value is None and not texts:
        raise damaged("JSON")
    empty = Document(MEDIA_TYPE, (), notes=notes)
    found = bodies(iter(texts), Strength(0, 0, 0))
    if len(found) > 1:
        raise DocumentError(
            "unsupported",
            f"JSON 内有 {len(found)} 份不同的年度报告，无法确定取哪一份；请逐份导入",
        )
    strings = list(json_strings(value))
    everything = _words("".join(s.text for s in strings))
    if found and len(everything - _words(found[0].text)) < _LEAST_WORDS:
        return with_body(empty, found[0])
    return Document(
        MEDIA_TYPE,
        tuple(_all_blocks(strings)),
        meta=next((t.beside for t in texts if t.beside), ()),
        notes=notes,
    )


def _words(text: str) -> frozenset[str]:
    return section_words(text).union(*table_words(text))


def _all_blocks(strings: list[Text]) -> list[Block]:
    """Every string in order, as text or as markup."""
    blocks: list[Block] = []
    for string in strings:
        if string.is_markup:
            blocks += (below(block, string.at) for block in read_body(string)[0])
        elif text := collapse(string.text):
            blocks.append(Paragraph(text, string.at))
        if len(blocks) > MAX_BLOCKS:
            raise too_large(f"段落超过 {MAX_BLOCKS} 个")
    return blocks
