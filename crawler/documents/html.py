"""HTML pages → Document: visible text blocks and grids with rowspan and colspan expanded.

Built on lxml; the walk is iterative, so that deep nesting can't exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.etree
import lxml.html

from crawler.documents.charset import decode
from crawler.documents.document import (
    Block,
    Document,
    DocumentError,
    Grid,
    GridCell,
    Link,
    Paragraph,
)

_SKIP = frozenset({"script", "style", "noscript", "template", "select", "svg", "head", "object"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "td",
        "th",
        "tr",
        "table",
        "tbody",
        "thead",
        "ul",
        "caption",
        "ucapcontent",
        "ucaptitle",
        "publishtime",
        "iframe",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u3000\u200b\u200c\u200d\ufeff]+")
_MAX_SPAN = 100
_MAX_GRID = 200_000
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def collapse(text: str) -> str:
    """White space folded to single spaces, zero-width characters dropped."""
    return _SPACE.sub(" ", text).strip()


def read_html(data: bytes, http_charset: str | None = None) -> Document:
    """Parse a page. Raises DocumentError(unreadable) where nothing can be parsed."""
    text, codec, clean = decode(data, http_charset)
    notes = () if clean else (f"部分字符无法按 {codec} 解码",)
    text = _XML_DECLARATION.sub("", text.replace("\x00", ""))
    if not text.strip():
        raise DocumentError("unreadable", "页面为空")
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = lxml.html.document_fromstring(
            text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True
        )
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("unreadable", f"页面无法解析：{error}") from None
    body = root.find("body")
    reader = _Walker()
    if body is not None:
        reader.walk(body)
    title = root.findtext(".//title")
    return Document(
        media_type="text/html",
        blocks=tuple(reader.blocks),
        title=collapse(title) if title else None,
        meta=tuple(_metas(root)),
        links=tuple(reader.links),
        images=reader.images,
        notes=notes,
    )


def _metas(root: lxml.html.HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop")
        content = meta.get("content")
        if name and content:
            yield name.strip(), collapse(content)


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.images = 0
        self._tables = 0
        self._paragraphs = 0
        self._parts: list[str] = []
        self._path: tuple[int, ...] = ()
        self._level = 0

    def walk(self, body: lxml.html.HtmlElement) -> None:
        path: list[int] = []
        counters: list[int] = [0]
        walker = lxml.etree.iterwalk(body, events=("start", "end"))
        skipped: set[lxml.html.HtmlElement] = set()
        for event, element in walker:
            tag = element.tag
            if event == "start":
                counters[-1] += 1
                path.append(counters[-1])
                counters.append(0)
                if not isinstance(tag, str) or tag in _SKIP or self._hidden(element):
                    skipped.add(element)
                    walker.skip_subtree()
                    continue
                if tag in _BLOCKS:
                    self._flush()
                    self._path = tuple(path)
                    self._level = (
                        int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else 0
                    )
                elif tag == "br":
                    self._flush()
                elif tag == "img":
                    self.images += 1
                elif tag == "a" and (href := element.get("href")):
                    label = element.get("title") or "".join(element.itertext())
                    self.links.append(Link(href.strip(), collapse(label)))
                if tag == "table":
                    self._tables += 1
                    if self._is_data(element):
                        self._table(element, tuple(path))
                        skipped.add(element)
                        walker.skip_subtree()
                        continue
                if element.text:
                    self._parts.append(element.text)
                continue
            path.pop()
            counters.pop()
            if tag in _BLOCKS and element not in skipped:
                self._flush()
            skipped.discard(element)
            if element is not body and element.tail:
                if not self._parts:
                    self._path = tuple(path)
                self._parts.append(element.tail)
        self._flush()

    @staticmethod
    def _hidden(element: lxml.html.HtmlElement) -> bool:
        style = element.get("style")
        return bool(style and _HIDDEN.search(style))

    def _flush(self) -> None:
        if self._parts:
            text = collapse("".join(self._parts))
            self._parts.clear()
            if text:
                self._paragraphs += 1
                self.blocks.append(
                    Paragraph(text, f"paragraph[{self._paragraphs}]", self._path, self._level)
                )

    @staticmethod
    def _is_data(table: lxml.html.HtmlElement) -> bool:
        """A table that holds data, not one that lays out a page.

        Layout tables hold further tables, or a whole article in one cell.
        """
        if next(table.iterdescendants("table"), None) is not None:
            return False
        cells = list(table.iter("td", "th"))
        if len(cells) <= 3:
            return all(len("".join(cell.itertext())) < 400 for cell in cells)
        return True

    def _table(self, table: lxml.html.HtmlElement, path: tuple[int, ...]) -> None:
        for link in table.iter("a"):
            if href := link.get("href"):
                self.links.append(
                    Link(href.strip(), collapse(link.get("title") or "".join(link.itertext())))
                )
        self.images += sum(1 for _ in table.iter("img"))
        rows = list(table.iter("tr"))
        at = f"table[{self._tables}]"
        grid = _expand(rows, at)
        if grid:
            self.blocks.append(Grid(grid, at, True, path))


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdigit() else 1


def _expand(rows: list[lxml.html.HtmlElement], at: str) -> tuple[tuple[GridCell | None, ...], ...]:
    """Rows of ``tr`` → grid. Bounded: spans over ``_MAX_SPAN`` are cut, huge grids refused."""
    grid: list[dict[int, GridCell]] = [{} for _ in rows]
    total = 0
    for r, tr in enumerate(rows):
        col = 0
        for cell in tr:
            if cell.tag not in ("td", "th"):
                continue
            while col in grid[r]:
                col += 1
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            item = GridCell(
                _cell_text(cell), r, col, f"{at}/row[{r + 1}]/col[{col + 1}]", height, width
            )
            for y in range(r, min(r + height, len(rows))):
                for x in range(col, col + width):
                    grid[y].setdefault(x, item)
            total += width * height
            if total > _MAX_GRID:
                raise DocumentError("too_large", f"表格过大（超过 {_MAX_GRID} 个单元格）")
            col += width
    width = max((max(row) + 1 for row in grid if row), default=0)
    return tuple(tuple(row.get(x) for x in range(width)) for row in grid)


def _cell_text(cell: lxml.html.HtmlElement) -> str:
    for child in cell.iter("script", "style"):
        child.text = None
    for br in cell.iter("br", "p", "div"):
        # Block ends are white space, so that stacked labels do not run into each other's tail.
        br.tail = "\n" + (br.tail or "")
    return collapse("".join(cell.itertext()))
