"""Rows of a table of bodies whose link says nothing but 查看: the first cell tells whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from spiders.lists import Entry
from spiders.page import Page, squeeze, text_of

_YEAR = re.compile(r"^(?:19|20)\d{2}\s*年?度?$")
_LOOK = re.compile(
    r"^[\[【(（]?(?:点击|在线)?(?:查看|下载|详情|详细|浏览|打开|进入)(?:详情|全文|报告|年报)?[\]】)）]?$"
)


def row_entries(page: Page, body_of: Callable[[str], str | None]) -> Iterator[Entry]:
    """``body_of``: which own body a text names exactly."""
    for link in page.links:
        if not _LOOK.match(link.text.replace(" ", "")):
            continue
        row = next(link.element.iterancestors("tr"), None)
        for cell in row.iterchildren("td", "th") if row is not None else ():
            words = squeeze(text_of(cell))
            if body_of(words):
                yield Entry(link.url, words, heading=_head(link.element, row))
                break


def _head(link: HtmlElement, row: HtmlElement) -> str:
    """The head of the column in which a link stands, where that is a year; else empty."""
    cell = next((c for c in (link, *link.iterancestors()) if c.getparent() is row), None)
    table = next(row.iterancestors("table"), None)
    first = next(table.iter("tr"), None) if table is not None else None
    if cell is None or first is None or first is row:
        return ""
    at = sum(int(c.get("colspan") or 1) for c in cell.itersiblings("td", "th", preceding=True))
    heads = list(first.iterchildren("td", "th"))
    words = squeeze(text_of(heads[at])) if at < len(heads) else ""
    return words if _YEAR.match(words) else ""
