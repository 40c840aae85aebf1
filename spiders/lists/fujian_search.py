"""Lists of Fujian's TRS portals: ``POST /fjdzapp/search``, or all pages already in the page.

The form has ``channelid``, ``classsql`` (``chnlid=…``), ``page`` and ``prepage``; the answer is
``{"data": [{"doctitle", "docreltime", "docpuburl"}], "count"?, "pageCount"?}`` (also
``{"docs": [{"chnldocurl", …}]}``). ``recordCount: '57'`` in the page states the whole. The first
groups of lines stand in the page as ``div`` with ``ms-visible="$showStatic(n)"``; where they are
all, by ``recordCount`` or by the words 共57条 or 共4页, nothing need be asked. Known from client code:
the form is read from the page's script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.lists.known_record import entry_of
from spiders.lists.numbered import (
    MAX_PAGES,
    count_at,
    following,
    number_of,
    page_count,
    rows_at,
    with_number,
)
from spiders.lists.script_calls import Call, calls
from spiders.lists.script_values import code_of, value
from spiders.page import Page
from spiders.query import Query

_SIGN = re.compile(r"/fjdzapp/search\b")
_STATIC = re.compile(r"ms-visible\s*=\s*[\"']\$?showStatic\s*\(", re.I)
_GROUP = re.compile(r"showStatic\s*\(\s*[\"']?(\d+)", re.I)
_WORDS_TOTAL = re.compile(r"共\s*(?:有|计)?\s*(\d{1,6})\s*[条篇]")
_WORDS_PAGES = re.compile(r"共\s*(?:有|计)?\s*(\d{1,4})\s*页|(?<!\d)\d{1,3}\s*/\s*(\d{1,3})\s*页")
_ROWS = ("data", "docs", "data.data", "data.docs", "rows")
_TOTAL = ("count", "recordCount", "total", "totalCount", "data.count", "data.recordCount", "num")
_PAGES = ("pageCount", "totalPage", "data.pageCount")
_SIZE = 75


class FujianSearch:
    name = "fujian_search"

    def fingerprint(self, page: Page) -> float:
        return 0.95 if _SIGN.search(page.text) or _STATIC.search(page.text) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        rows = rows_at(page.json, *_ROWS) if page.asked else None
        if rows is None:
            return list_entries(page)
        return [e for row in rows if (e := _entry(page, row))]

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            return [] if _all_printed(page) else _questions(page)
        rows = rows_at(page.json, *_ROWS) or []
        pages = count_at(page.json, *_PAGES)
        return following(page.asked, count_at(page.json, *_TOTAL), len(rows), pages)

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            if _all_printed(page):
                return Extent(1, _stated(page))
            lost = None if _questions(page) else "页面没有写明检索接口的栏目编号，列表不全在页面里"
            return Extent(None, _stated(page), lost, step=True)
        rows = rows_at(page.json, *_ROWS)
        if rows is None:
            return Extent(open_end="检索接口返回的不是列表数据")
        total, pages = count_at(page.json, *_TOTAL), count_at(page.json, *_PAGES)
        if number_of(page.asked) != 1:
            return Extent(None, total)
        return Extent(page_count(total, len(rows)) or pages, total)


def _questions(page: Page) -> list[Query]:
    """The form for every page where the page states how many entries there are, else for the first."""
    first = next(filter(None, (_form(page, call) for call in calls(page, _SIGN))), None)
    if first is None:
        return []
    size = (
        int(m[1])
        if (m := re.search(rb"prepage=(\d+)", first.body or first.url.encode()))
        else _SIZE
    )
    pages = page_count(_stated(page), max(size, 1)) or 1
    return [with_number(first, n) for n in range(1, min(pages, MAX_PAGES) + 1)]


def _form(page: Page, call: Call) -> Query | None:
    data: dict[str, Any] = dict(call.data)
    for key in ("channelid", "sortfield", "classcol", "classnum", "classsort", "cache", "templet"):
        if not _filled(data.get(key)) and (found := value(page, key)):
            data[key] = found
    if not _filled(data.get("classsql")):
        found = value(page, "classsql") or ""
        column = value(page, "chnlid", "chnlId", "channelId")
        data["classsql"] = found if re.search(r"=\d", found) else f"chnlid={column or ''}"
    if not re.search(r"=\s*\d", str(data["classsql"])) or not _filled(data.get("channelid")):
        return None
    size = data.get("prepage") or value(page, "prepage") or _SIZE
    data |= {"page": "1", "prepage": str(size) if _filled(size) else str(_SIZE)}
    return Call(call.address, data, post=not call.get).query(page, 1, _SIZE)


def _filled(found: Any) -> bool:
    return bool(str(found or "")) and "{" not in str(found)


def _stated(page: Page) -> int | None:
    m = re.search(r"(?<![\w.])recordCount[\"']?\s*[:=]\s*[\"']?(\d{1,6})", code_of(page))
    return int(m[1]) if m else None


def _all_printed(page: Page) -> bool:
    """Whether every entry stands in the page itself."""
    total = _stated(page)
    if total is not None:
        return len(list_entries(page)) >= total > 0
    groups = _groups(page)
    if not groups:
        return False
    words = page.visible
    totals = {int(m[1]) for m in _WORDS_TOTAL.finditer(words)}
    pages = {int(m[1] or m[2]) for m in _WORDS_PAGES.finditer(words)}
    # The words don't say what they count: only where they all fit the groups.
    lines = len({e.url for e in list_entries(page)} & set().union(*groups.values()))
    fits = all(n == lines for n in totals) and all(n == len(groups) for n in pages)
    return bool(lines and (totals or pages) and fits)


def _groups(page: Page) -> dict[str, set[str]]:
    """The addresses in every group of lines that the page has, by the group's number."""
    found: dict[str, set[str]] = {}
    for element in page.root.iter():
        if isinstance(element.tag, str) and (m := _GROUP.search(element.get("ms-visible") or "")):
            urls = (page.absolute(a.get("href")) for a in element.iter("a"))
            found.setdefault(m[1], set()).update(filter(None, urls))
    return found


def _entry(page: Page, row: Mapping[str, Any]) -> Entry | None:
    url = row.get("docpuburl") or row.get("chnldocurl") or row.get("url")
    title = row.get("doctitle") or row.get("title")
    return entry_of(page, title, url, row.get("docreltime") or row.get("pubdate"))


MECHANISM = FujianSearch()
