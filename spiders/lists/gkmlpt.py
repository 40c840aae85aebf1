"""Lists of the disclosure platform gkmlpt (Guangdong): a tree of categories, filled by an interface.

``window._CONFIG = {SID: '…', TREE: [{"id", "name", "post_count", …}]}`` stands in every page of the
platform; ``/gkmlpt/api/all/<category>?page=N&sid=SID`` answers ``{"total", "articles": [{"id",
"title", "url", "display_publish_time", …}]}``, 100 a page. ``/gkmlpt/annualreport#2629`` shows
category 2629. Known from client code: parameters are read from the page, never assumed.

Traps: the body's own pages have settings of their own (``/jyj/gkmlpt/``); some servers answer
404 from the second page on; a category named 年报 may be split by kind of body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from spiders.columns import names_column
from spiders.entries import is_column_label
from spiders.lists import Entry, Extent
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.known_record import entry_of
from spiders.lists.numbered import count_at, following, page_count, rows_at
from spiders.lists.script_values import at_root, code_of, value
from spiders.page import Page
from spiders.query import Query

_CONFIG = re.compile(r"\b_CONFIG\s*=")
_TREE = re.compile(r"[\"']?\bTREE[\"']?\s*[:=]\s*(?=\[)")
_HASH = re.compile(r"annualreport[^\"'#]*#(\d{1,9})", re.I)
_OWN_HASH = re.compile(r"href\s*=\s*[\"']#(\d{2,9})[\"']")
_MAX_CATEGORIES = 60
_CHILDREN = ("children", "child", "sub", "nodes", "items")


class Gkmlpt:
    name = "gkmlpt"

    def fingerprint(self, page: Page) -> float:
        text = code_of(page)
        return 0.95 if _CONFIG.search(text) and _TREE.search(text) and value(page, "SID") else 0.0

    def column(self, page: Page) -> bool:
        """Whether the tree of the page has a category of annual reports."""
        return bool(self.fingerprint(page) and _named(page))

    def entries(self, page: Page) -> list[Entry]:
        rows = rows_at(page.json, "articles", "data.articles") if page.asked else None
        return [e for row in rows or () if (e := _entry(page, row))]

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            sid = value(page, "SID")
            base = page.url.partition("/gkmlpt")[0] if "/gkmlpt" in page.url else None
            found = (
                f"{base or at_root(page, '')}/gkmlpt/api/all/{c}?page=1&sid={sid}"
                for c in _categories(page)[:_MAX_CATEGORIES]
            )
            return [Query(url, referer=page.url) for url in found]
        rows = rows_at(page.json, "articles", "data.articles") or []
        return following(page.asked, count_at(page.json, "total", "data.total"), len(rows))

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            known = len(_categories(page))
            lost = "信息公开目录里没有年报栏目" if not known else None
            lost = "年报栏目分支过多，没有读完" if known > _MAX_CATEGORIES else lost
            return Extent(open_end=lost, step=True)
        of = urlsplit(page.asked.url).path
        rows = rows_at(page.json, "articles", "data.articles")
        total = count_at(page.json, "total", "data.total")
        if rows is None or total is None:
            return Extent(open_end="目录接口返回的不是列表数据", of=of)
        first = bool(following(page.asked, 2, 1))
        return Extent(page_count(total, len(rows)) if first else None, total, of=of)


def _categories(page: Page) -> list[str]:
    """Numbers of the categories of annual reports: by name, else those of the page's own links."""
    found = _named(page)
    if not found and "annualreport" in page.url.lower():
        text = code_of(page)
        found = [m[1] for m in (*_HASH.finditer(text), *_OWN_HASH.finditer(text))]
        if not found and len(tree := _tree(page)) == 1:
            found = [str(tree[0]["id"])]
    return list(dict.fromkeys(found))


def _named(page: Page) -> list[str]:
    return [str(i) for node in _tree(page) for i in _below(node)]


def _below(node: Mapping[str, Any]) -> Iterator[Any]:
    """The category named like a column of annual reports; its parts too where its own count
    does not include theirs."""
    name = str(node.get("name") or node.get("title") or "")
    if is_column_label(name) or names_column(name):
        parts = [p for p in _children(node) if p.get("id") is not None]
        own, theirs = (
            count_at(node, "post_count"),
            sum(count_at(p, "post_count") or 0 for p in parts),
        )
        if node.get("id") is not None and (own != 0 or not parts):
            yield node["id"]
        if own is not None and (own < theirs or not own):
            yield from (p["id"] for p in parts)
        return
    for child in _children(node):
        yield from _below(child)


def _children(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in _CHILDREN:
        if isinstance(node.get(key), list):
            yield from (c for c in node[key] if isinstance(c, dict))


def _tree(page: Page) -> list[dict[str, Any]]:
    text = code_of(page)
    for m in _TREE.finditer(text):
        try:
            found, _ = literal(text, m.end())
        except NoLiteral:
            continue
        if isinstance(found, list):
            return [node for node in found if isinstance(node, dict) and "id" in node]
    return []


def _entry(page: Page, row: Mapping[str, Any]) -> Entry | None:
    """The day shown, else that of the first publication, an epoch; never that of the draft."""
    url, number = row.get("post_url") or row.get("url"), row.get("id")
    if not url and isinstance(number, int):
        base = page.url.partition("/gkmlpt")[0]
        url = f"{base}/gkmlpt/content/{number // 10**6}/{number // 10**3}/post_{number}.html"
    day = row.get("display_publish_time") or row.get("first_publish_time") or row.get("date")
    return entry_of(page, row.get("title"), url, day, row.get("publisher"))


MECHANISM = Gkmlpt()
