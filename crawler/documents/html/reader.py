"""HTML pages → Document: visible text blocks and grids with their places.

Built on lxml. A page that shows no report may still carry one that its script would show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

import lxml.etree

from crawler.documents.document import Block, Document, DocumentError, Grid, Link, Note, Paragraph
from crawler.documents.form_words import table_words, tables_shown
from crawler.documents.html.embedded import bodies, embedded, is_poor, is_written, shown
from crawler.documents.html.hidden import take_unseen
from crawler.documents.html.pager import script_pages
from crawler.documents.html.strings import Text
from crawler.documents.html.text import Element, collapse, without_invisible
from crawler.documents.html.walk import Walker
from crawler.documents.text.lines import Line, read_lines
from crawler.documents.text.reader import readable

# libxml2 drops what stands behind </html>; browsers show it. CDATA marks are none of HTML's.
_NO_MARKUP = re.compile(r"<(?:/(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\s*>|!\[CDATA\[)")
# Patterns of one word: each is found in half the time that ``in`` and ``replace`` take.
_CDATA_END = re.compile(r"\]\]>")
_NUL = re.compile("\x00")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_EMBEDDED = {"iframe": "src", "embed": "src", "object": "data", "frame": "src"}


@dataclass(frozen=True, slots=True)
class _Page:
    """``hidden``: elements that the markup hides."""

    root: Element
    walker: Walker
    blocks: tuple[Block, ...]
    frames: tuple[Link, ...]
    hidden: tuple[Element, ...]


def read_html(data: bytes, http_charset: str | None = None) -> Document:
    """Parse a page. Raises DocumentError(unreadable) where nothing can be parsed."""
    text, notes = readable(data, http_charset)
    return read_markup(text, notes)


def read_markup(source: str, notes: tuple[Note, ...] = ()) -> Document:
    """Parse a page's source."""
    source = _prepared(_XML_DECLARATION.sub("", source))
    if not source.strip():
        raise DocumentError("unreadable", "页面为空")
    page = _read(source)
    if page.hidden and is_poor(seen := shown(page.blocks)):
        tabs = _read(source, tabs=True)
        if shown(tabs.blocks).order > seen.order:
            page = tabs
    title = page.root.findtext(".//title")
    document = Document(
        media_type="text/html",
        blocks=page.blocks,
        title=collapse(title) if title else None,
        meta=tuple(_metas(page.root)),
        links=(*page.frames, *page.walker.links),
        images=page.walker.images,
        notes=notes,
        pages=script_pages(source),
    )
    seen = shown(page.blocks)
    if not is_poor(seen):
        return document
    found = bodies(embedded(_parsed(source.encode("utf-8", "replace")), page.hidden), seen)
    # A page that carries several reports is a list of them.
    return with_body(document, found[0]) if len(found) == 1 else document


def with_body(document: Document, body: Text) -> Document:
    """The page with the body that its script would show; the body's places begin with its own."""
    blocks, links, images = read_body(body)
    return replace(
        document,
        blocks=(
            *(block for block in document.blocks if not is_written(block)),
            *(below(block, body.at) for block in blocks),
        ),
        meta=(*document.meta, *body.beside),
        links=(*document.links, *links),
        images=document.images + images,
    )


def read_body(body: Text) -> tuple[Sequence[Block], Sequence[Link], int]:
    """Blocks, links and number of pictures of a text by itself, markup or plain."""
    if body.is_markup:
        page = _read(_prepared(body.text))
        return page.blocks, page.walker.links, page.walker.images
    lines = (Line(line, None, f"line[{n}]") for n, line in enumerate(body.text.splitlines(), 1))
    return tuple(read_lines(lines)), (), 0


def below(block: Block, at: str) -> Block:
    """The block with its place, and its path, below the body's."""
    path = (0, *block.path)
    if isinstance(block, Paragraph):
        return replace(block, at=f"{at}/{block.at}", path=path)
    return block.below(at, path)


def _prepared(source: str) -> str:
    source = _NO_MARKUP.sub("", without_invisible(_NUL.sub("", source)))
    return _CDATA_END.sub("", source)


def _parsed(source: bytes) -> Element:
    # Not lxml.html: its own element classes cost a call for every element.
    parser = lxml.etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.etree.fromstring(source, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("unreadable", f"页面无法解析：{error}") from None
    if root is None:
        raise DocumentError("unreadable", "页面没有内容")
    return root


def _read(text: str, *, tabs: bool = False) -> _Page:
    source = text.encode("utf-8", "replace")
    root = _parsed(source)
    frames = tuple(_frames(root))
    hidden = tuple(take_unseen(root, source, tabs=tabs))
    body = root.find("body")
    walker = Walker()
    if body is not None:
        walker.walk(body)
    blocks = walker.blocks
    if body is not None and not _has_tables(blocks):
        walker = Walker(drawn=True)
        walker.walk(body)
        blocks = list(_with_tables(walker.blocks))
    return _Page(root, walker, tuple(blocks), frames, hidden)


def _has_tables(blocks: Sequence[Block]) -> bool:
    """Whether one of the form's tables stands there as such."""
    cells = {
        cell.text
        for block in blocks
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row
        if cell is not None
    }
    return tables_shown(table_words("\n".join(cells).replace(" ", ""))) > 0


def _metas(root: Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop")
        content = meta.get("content")
        if name and content:
            yield name.strip(), collapse(content)


def _frames(root: Element) -> Iterator[Link]:
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


def _with_tables(blocks: Sequence[Block]) -> Iterator[Block]:
    """A page without tables may still show some: as text, or a paragraph for each cell."""
    lines: list[Line] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(Line(block.text, None, block.at, block.path, block.level, block.link))
            continue
        yield from read_lines(lines)
        lines = []
        yield block
    yield from read_lines(lines)
