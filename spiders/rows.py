"""Rows of a table of bodies whose link says nothing but 查看: the first cell tells whose it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from spiders.lists import Entry
from spiders.page import Page, squeeze, text_of

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
                yield Entry(link.url, words)
                break
