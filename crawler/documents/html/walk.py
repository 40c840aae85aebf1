"""Elements of a page → blocks in reading order. Iterative: deep nesting can't exhaust the stack."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.documents.document import Block, Link, Paragraph
from crawler.documents.html.divs import CONTAINERS, div_grid, div_rows
from crawler.documents.html.tables import is_layout, read_table
from crawler.documents.html.text import BLOCKS, Element, tidy, whole_text
from crawler.documents.limits import MAX_BLOCKS, MAX_TEXT, too_large

_PAGE = re.compile(r"^(?!\s*(?:#|javascript:))", re.I)
"""Addresses that lead to another page; the others are marks inside this one."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINKED = 0.8
"""Share of a paragraph's words inside links that makes it an entry of a list or a menu."""
_NO_WORDS = re.compile(r"[\d\W年月日]+")
_WIDE_GAP = re.compile(r"\s*(?:\u2003|[\xa0\u3000\u2002]\s*[\xa0\u3000\u2002])\s*")
"""White space by which cells are set apart in running text; single ones part words."""
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)
_CUT = "#PAGE_BREAK#"
"""Where the portal's script cuts a text into pages; all of it stands in the page."""


def _words(text: str) -> int:
    """Characters that are neither digits, dates nor signs."""
    return len(_NO_WORDS.sub("", text))


def _is_entry(linked: str, text: str) -> bool:
    """Whether a paragraph's text is nearly all inside links, as ``linked`` is."""
    return linked == text or _words(linked) >= _LINKED * _words(text)


def is_link(element: Element) -> bool:
    return element.tag == "a" and bool(_PAGE.match(element.get("href") or "#"))


class Walker:
    """Collects blocks in reading order; ``_parts`` is the text of the block that is open.

    ``drawn``: look for tables without ``<table>`` too, and keep the gaps that part their cells.
    """

    def __init__(self, *, drawn: bool = False) -> None:
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.images = 0
        self._drawn = drawn
        self._tables = 0
        self._grids = 0
        self._paragraphs = 0
        self._length = 0
        self._parts: list[str] = []
        self._linked: list[str] = []
        self._path: tuple[int, ...] = ()
        self._level = 0

    def walk(self, body: Element) -> None:
        path: list[int] = []
        anchors = 0
        if body.text:
            self._parts.append(body.text)
        stack: list[tuple[Element, Iterator[Element]]] = [(body, iter(body))]
        count = [0]
        while stack:
            element, children = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
                count.pop()
                if stack:
                    anchors = self._leave(element, path, anchors)
                continue
            count[-1] += 1
            path.append(count[-1])
            if not self._enter(child, path):
                path.pop()
                self._after(child, path, anchors)
                continue
            if child.tag == "a":
                anchors += is_link(child)
            if text := child.text:
                self._add(text, anchors)
            if len(child):
                stack.append((child, iter(child)))
                count.append(0)
            else:
                # Half of a page's elements are leaves: nothing to come back to.
                anchors = self._leave(child, path, anchors)
        self._flush()

    def _enter(self, element: Element, path: list[int]) -> bool:
        """Note what an element begins; False if its content is not to be walked."""
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
            self._path = tuple(path)
            self._level = _HEADINGS.get(tag, 0)
            if tag == "table":
                self._tables += 1
                if not is_layout(element):
                    self._table(element)
                    return False
            elif tag == "pre" or (self._drawn and _KEEPS_LINES.search(element.get("style") or "")):
                self._lines(whole_text(element))
                return False
            elif self._drawn and tag in CONTAINERS and (rows := div_rows(element)):
                self._grids += 1
                self._below(element)
                self.blocks.extend(div_grid(rows, f"grid[{self._grids}]", self._path))
                return False
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self.images += 1
        elif tag == "a":
            self._link(element)
        return True

    def _leave(self, element: Element, path: list[int], anchors: int) -> int:
        """Note what an element ends; the number of links that are open behind it."""
        path.pop()
        tag = element.tag
        if tag in BLOCKS:
            self._flush()
        elif tag == "a":
            anchors -= is_link(element)
        self._after(element, path, anchors)
        return anchors

    def _after(self, element: Element, path: list[int], anchors: int) -> None:
        """The text behind an element belongs to the element around it."""
        if tail := element.tail:
            if not self._parts:
                self._path = tuple(path)
            self._add(tail, anchors)

    def _add(self, text: str, anchors: int) -> None:
        self._parts.append(text)
        if anchors:
            self._linked.append(text)

    def _flush(self) -> None:
        if not self._parts:
            return
        source = "".join(self._parts)
        text = tidy(source)
        link = bool(self._linked) and _is_entry("".join(self._linked), source)
        self._parts.clear()
        self._linked.clear()
        if _CUT in text:
            text = tidy(text.replace(_CUT, ""))
        elif self._drawn and text and _WIDE_GAP.search(source):
            text = "  ".join(filter(None, map(tidy, _WIDE_GAP.split(source))))
        if text:
            self._paragraph(text, link)

    def _paragraph(self, text: str, link: bool = False) -> None:
        self._paragraphs += 1
        at = f"paragraph[{self._paragraphs}]"
        self.blocks.append(Paragraph(text, at, self._path, self._level, link))
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise too_large(f"文字超过 {MAX_TEXT // 10_000} 万字")
        if len(self.blocks) > MAX_BLOCKS:
            raise too_large(f"段落超过 {MAX_BLOCKS} 个")

    def _lines(self, text: str) -> None:
        """Preformatted text: lines and tabs mean something."""
        for line in text.splitlines():
            if line.strip():
                self._paragraph(line.rstrip())

    def _table(self, table: Element) -> None:
        self._below(table)
        self.blocks.extend(read_table(table, self._tables, self._path))

    def _below(self, element: Element) -> None:
        for inner in element.iter("a", "img"):
            if inner.tag == "a":
                self._link(inner)
            else:
                self.images += 1

    def _link(self, element: Element) -> None:
        if href := element.get("href"):
            label = element.get("title") or whole_text(element)
            self.links.append(Link(href.strip(), tidy(label)))
