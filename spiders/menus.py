"""Items of menus and trees that scripts draw: links that no element of the page is."""

from __future__ import annotations

import re
from functools import lru_cache

from spiders.page import Link, Page, squeeze

_ITEM_WORDS = r"[\"']([^\"'<>\n]{0,30}[\u4e00-\u9fff][^\"'<>\n]{0,30})[\"']"
_ITEM_ADDRESS = r"[\"']((?:https?:)?(?:[\w\-./:%]*(?:/|\.(?:s?html?|aspx?|jspx?|php|do))|/[\w\-./%]*/?[\w\-]+)(?:[?#][^\"'\s<>]*)?)[\"']"
_ITEM = re.compile(
    rf"{_ITEM_WORDS}[^{{}}();]{{0,80}}?{_ITEM_ADDRESS}|{_ITEM_ADDRESS}[^{{}}();]{{0,80}}?{_ITEM_WORDS}"
)
_DATA_SCRIPT = re.compile(r"xml|html|json|template", re.I)
_TREE_SIZE = 300_000


@lru_cache(maxsize=32)
def tree_links(page: Page) -> tuple[Link, ...]:
    """``d.add(3, 0, '年报', 'list.asp?id=12')``, ``{name: '年报', url: 'nb/'}``: what such an item is
    called is all that is known of it."""
    found: dict[str, Link] = {}
    for script in page.root.iter("script"):
        if _DATA_SCRIPT.search(script.get("type") or ""):
            continue
        code = (script.text or "")[:_TREE_SIZE].replace("\\/", "/")
        for text, address, first, then in _ITEM.findall(code):
            url = page.absolute(address or first)
            if url and url != page.url:
                found.setdefault(url, Link(url, squeeze(text or then), "", script))
    return tuple(found.values())
