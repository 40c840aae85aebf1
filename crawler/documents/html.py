"""HTML pages → Document: visible text blocks and grids with their places.

Built on lxml; the walk is iterative, so that deep nesting can't exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

import lxml.etree

from crawler.documents.charset import decode
from crawler.documents.document import Block, Document, DocumentError, Grid, Link, Paragraph
from crawler.documents.html_tables import is_layout, read_table
from crawler.documents.html_text import BLOCKS, Element, all_text, collapse, drop_unseen
from crawler.documents.limits import MAX_BLOCKS, MAX_TEXT, too_large
from crawler.documents.lines import Line, read_lines

# libxml2 drops what stands behind </html>; browsers show it.
_END_TAGS = re.compile(r"</(?:body|html)\s*>", re.I)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HIDING = re.compile(r"none|hidden", re.I)
_PAGE = re.compile(r"^(?!\s*(?:#|javascript:))", re.I)
"""Addresses that lead to another page; the others are marks inside this one."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_EMBEDDED = {"iframe": "src", "embed": "src", "object": "data", "frame": "src"}
_LINKED = 0.8
"""Share of a paragraph's words inside links that makes it an entry of a list or a menu."""
_NO_WORDS = re.compile(r"[\d\W年月日]+")
_MIN_ROWS = 4
"""Grids of fewer rows are no table of a report."""


def read_html(data: bytes, http_charset: str | None = None) -> Document:
    """Parse a page. Raises DocumentError(unreadable) where nothing can be parsed."""
    text, codec, clean = decode(data, http_charset)
    notes = () if clean else (f"部分字符无法按 {codec} 解码",)
    text = _END_TAGS.sub("", _XML_DECLARATION.sub("", text.replace("\x00", "")))
    if not text.strip():
        raise DocumentError("unreadable", "页面为空")
    # Not lxml.html: its own element classes cost a call for every element.
    parser = lxml.etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("unreadable", f"页面无法解析：{error}") from None
    if root is None:
        raise DocumentError("unreadable", "页面没有内容")
    title = root.findtext(".//title")
    reader = _Walker()
    reader.links.extend(_embedded(root))
    drop_unseen(root, hiding=bool(_HIDING.search(text)))
    body = root.find("body")
    if body is not None:
        reader.walk(body)
    return Document(
        media_type="text/html",
        blocks=tuple(_with_tables(reader.blocks)),
        title=collapse(title) if title else None,
        meta=tuple(_metas(root)),
        links=tuple(reader.links),
        images=reader.images,
        notes=notes,
    )


def _words(text: str) -> int:
    """Characters that are neither digits, dates nor signs."""
    return len(_NO_WORDS.sub("", text))


def _metas(root: Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop")
        content = meta.get("content")
        if name and content:
            yield name.strip(), collapse(content)


def _embedded(root: Element) -> Iterator[Link]:
    """Documents shown inside the page; viewers name them in their own address (?file=…)."""
    for element in root.iter(*_EMBEDDED):
        address = element.get(_EMBEDDED[str(element.tag)])
        if not address:
            continue
        try:
            query = urlsplit(address).query
        except ValueError:
            continue
        named = [value for key, value in parse_qsl(query) if key.lower() in ("file", "src", "url")]
        yield Link((named or [address])[0].strip(), "")


def _is_link(element: Element) -> bool:
    return element.tag == "a" and bool(_PAGE.match(element.get("href") or "#"))


def _with_tables(blocks: Sequence[Block]) -> Iterator[Block]:
    """A page without tables may still show some: as text, or a paragraph for each cell."""
    if any(isinstance(block, Grid) and len(block.rows) >= _MIN_ROWS for block in blocks):
        yield from blocks
        return
    lines: list[Line] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(Line(block.text, None, block.at, block.path, block.level, block.link))
            continue
        yield from read_lines(lines)
        lines = []
        yield block
    yield from read_lines(lines)


class _Walker:
    """Collects blocks in reading order; ``_parts`` is the text of the block that is open."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.images = 0
        self._tables = 0
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
            if child is not None:
                count[-1] += 1
                path.append(count[-1])
                if self._enter(child, path):
                    anchors += _is_link(child)
                    self._add(child.text, anchors)
                    stack.append((child, iter(child)))
                    count.append(0)
                else:
                    path.pop()
                    self._after(child, path, anchors)
                continue
            stack.pop()
            count.pop()
            if not stack:
                break
            path.pop()
            anchors -= _is_link(element)
            if element.tag in BLOCKS:
                self._flush()
            self._after(element, path, anchors)
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
            elif tag == "pre":
                self._lines("".join(all_text(element)))
                return False
        elif tag == "br":
            self._flush()
        elif tag == "img":
            self.images += 1
        elif tag == "a":
            self._link(element)
        return True

    def _after(self, element: Element, path: list[int], anchors: int) -> None:
        """The text behind an element belongs to the element around it."""
        if element.tail:
            if not self._parts:
                self._path = tuple(path)
            self._add(element.tail, anchors)

    def _add(self, text: str | None, anchors: int) -> None:
        if text:
            self._parts.append(text)
            if anchors:
                self._linked.append(text)

    def _flush(self) -> None:
        if not self._parts:
            return
        text = collapse("".join(self._parts))
        link = bool(self._linked) and _words("".join(self._linked)) >= _LINKED * _words(text)
        self._parts.clear()
        self._linked.clear()
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
        for link in table.iter("a"):
            self._link(link)
        self.images += sum(1 for _ in table.iter("img"))
        self.blocks.extend(read_table(table, self._tables, self._path))

    def _link(self, element: Element) -> None:
        if href := element.get("href"):
            label = element.get("title") or "".join(all_text(element))
            self.links.append(Link(href.strip(), collapse(label)))
