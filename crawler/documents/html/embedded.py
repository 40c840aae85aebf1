"""Bodies that a page's script would put into it: escaped in scripts, fields, attributes, JSON.

They count only where the page itself shows no report: templates and copies are never read beside
a text that is there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.etree

from crawler.documents.document import Block, Grid
from crawler.documents.form_words import section_words, table_words, tables_shown
from crawler.documents.html.strings import LEAST, Text, plain, script_texts
from crawler.documents.html.text import Element, whole_text

_TAGS = re.compile(r"<[^>]{0,5000}>|&nbsp;|\s+")
_TITLE = re.compile(r"政府信息公开.{0,12}年度报告")
_MARKUP = re.compile(r"</|&lt;/|%3C|\\u003|<table|<p\b", re.I)
_WRITTEN = re.compile(r"</?(?:p|span|t[dr]|table|div)\b[^<>]{0,500}>", re.I)
_RAW = frozenset(("script", "style", "textarea", "xmp", "template", "noscript"))
_PROSE = 25
"""A shorter paragraph is no prose."""
_POOR = 600
"""A page with less prose is a shell, whatever its menus say."""
_SHELL = 200
_SECTIONS = 3
_MAX_LOOKED_AT = 600


@dataclass(frozen=True, slots=True)
class Strength:
    """How much of a report a text shows: ``tables`` 0–3, ``sections`` 0–6, characters."""

    tables: int
    sections: int
    length: int

    @property
    def order(self) -> tuple[int, int, int]:
        return self.tables, self.sections, self.length


def strength(text: str) -> Strength:
    """``text`` without tags and white space."""
    return Strength(tables_shown(table_words(text)), len(section_words(text)), len(text))


def shown(blocks: Sequence[Block]) -> Strength:
    """What a page shows by itself; ``length`` counts prose only."""
    texts: list[str] = []
    prose = 0
    for block in blocks:
        if isinstance(block, Grid):
            texts += {cell.text for row in block.rows for cell in row if cell is not None}
        elif not (block.link or is_written(block)):
            texts.append(block.text)
            prose += len(block.text) if len(block.text) >= _PROSE else 0
    found = strength("\n".join(texts).replace(" ", ""))
    return Strength(found.tables, found.sections, prose)


def is_written(block: Block) -> bool:
    """Whether a paragraph shows markup that was escaped once too often."""
    return not isinstance(block, Grid) and bool(_WRITTEN.search(block.text))


def is_poor(page: Strength) -> bool:
    """Whether the page may be a shell."""
    return page.tables < 3 and (page.sections < _SECTIONS or page.length < _POOR)


def embedded(root: Element, hidden: Sequence[Element]) -> Iterator[Text]:
    """Texts that may be the body. ``root``: the page with its scripts; ``hidden``: elements that
    the markup hides, which a script may show."""
    for number, script in enumerate(root.iter("script"), start=1):
        text = whole_text(script)
        if len(text) < LEAST:
            continue
        kind = (script.get("type") or "").lower()
        at = f"script[{number}]"
        if "html" in kind or "template" in kind or kind == "text/plain":
            yield from plain(Text(text, at))
        else:
            yield from script_texts(text, at)
    for tag in ("textarea", "xmp", "template", "noscript"):
        for number, element in enumerate(root.iter(tag), start=1):
            yield from plain(Text(_inner(element), f"{tag}[{number}]"))
    for element in root.iter():
        for name, value in element.attrib.items():
            if len(value) >= LEAST and _MARKUP.search(str(value)):
                yield from plain(Text(str(value), f"{element.tag}/@{name}"))  # type: ignore[str-bytes-safe]
        text = element.text or ""
        if len(text) >= LEAST and "</" in text and element.tag not in _RAW:
            yield from plain(Text(text, str(element.tag)))
    for number, element in enumerate(hidden, start=1):
        text = lxml.etree.tostring(element, encoding="unicode", method="html", with_tail=False)
        yield Text(text, f"hidden[{number}]")


def _inner(element: Element) -> str:
    if not len(element):
        return element.text or ""
    inner = [lxml.etree.tostring(child, encoding="unicode", method="html") for child in element]
    return html.escape(element.text or "", quote=False) + "".join(inner)


def bodies(texts: Iterator[Text], page: Strength) -> list[Text]:
    """The texts that are the body where the page shows none; several where it holds several
    different reports, best first."""
    found: list[tuple[Strength, Text]] = []
    for number, text in enumerate(texts):
        if number >= _MAX_LOOKED_AT:
            break
        if len(text.text) < LEAST:
            continue
        bare = _TAGS.sub("", text.text)
        seen = strength(bare)
        titled = bool(_TITLE.search(bare))
        more = seen.order[:2] > (page.tables, page.sections)
        if seen.length < LEAST or not (more or (titled and page.length < _SHELL)):
            continue
        if seen.tables or seen.sections >= _SECTIONS or titled:
            found.append((seen, text))
    found.sort(key=lambda pair: pair[0].order, reverse=True)
    if not found:
        return []
    best = found[0]
    whole = {
        _TAGS.sub("", t.text): t for s, t in found if s.tables == 3 and s.sections >= _SECTIONS
    }
    return list(whole.values()) if len(whole) > 1 else [best[1]]
