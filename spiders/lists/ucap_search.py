"""Lists that a search interface fills (开普云 UCAP and its relatives).

``/common/search/<channel>``, ``/searchList/<channel>``, ``/search/common/search/<column>`` with
``_isAgg``, ``_isJson``, ``_pageSize`` and ``page`` answer
``{"data": {"total": N, "results": [{"title", "url", "publishedTimeStr", …}]}}``.

Traps: ``publishedTime`` is an epoch eight hours off, so only ``publishedTimeStr`` is a date;
addresses begin with ``//``; the author may be the text "null"; servers answer fewer records than
``_pageSize`` asks for. Without ``_isJson`` the answer is a piece of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.known_record import entry_of
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.numbered import count_at, following, page_count, rows_at
from spiders.lists.script_calls import Call, calls
from spiders.lists.script_values import with_pairs
from spiders.page import Page
from spiders.query import Query

_SIGN = re.compile(
    r"/(?:common/search|searchList|manuscriptList|whmanuscriptList|es-search/search)/"
    r"|/search/(?=[\"'`]|[0-9a-f]{32}|\$\{|\{)"
)
_SITE_SEARCH = re.compile(r"(?:searchword|keyword|[?&]q|wd|kw)=", re.I)
"""The portal's own search box, which stands on every page, is no list."""
_RESULTS = ("data.results", "results", "data.list", "data.data.results", "data")
_TOTAL = ("data.total", "total", "data.data.total", "data.totalCount", "data.count")
_SIZE = 20
_WALLED = "列表接口返回的不是列表数据"


class UcapSearch:
    name = "ucap_search"

    def fingerprint(self, page: Page) -> float:
        if not _calls(page):
            return 0.0
        if not any(looks_like_report(e.title) for e in list_entries(page)):
            return 0.95
        # A list that is printed with links to its pages needs no interface: that is a box's.
        return 0.3 if LINKS.next_requests(page) else 0.6

    def entries(self, page: Page) -> list[Entry]:
        rows = rows_at(page.json, *_RESULTS) if page.asked else None
        if rows is not None:
            return [e for row in rows if (e := _entry(page, row))]
        return list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            found = (_first(page, call) for call in _calls(page))
            return list(dict.fromkeys(q for q in found if q))
        rows = rows_at(page.json, *_RESULTS) or []
        return following(page.asked, count_at(page.json, *_TOTAL), len(rows))

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            lost = None if self.next_requests(page) else "页面没有写明列表接口的栏目编号"
            return Extent(open_end=lost, step=True)
        of = page.asked.url.partition("?")[0]
        rows = rows_at(page.json, *_RESULTS)
        if rows is None:
            return Extent(open_end=_WALLED, of=of)
        total = count_at(page.json, *_TOTAL)
        if total is None:
            return Extent(open_end="列表接口没有写明总条数", of=of)
        return Extent(page_count(total, len(rows)) if _is_first(page) else None, total, of=of)


def _calls(page: Page) -> list[Call]:
    return [
        call
        for call in calls(page, _SIGN)
        if not call.address.partition("?")[0].endswith("/")
        and not _SITE_SEARCH.search(call.address)
        and not any(_SITE_SEARCH.match(f"{key}=") for key in call.data)
    ]


def _first(page: Page, call: Call) -> Query | None:
    """The first page's question, in JSON and with a page number, whatever the script leaves out."""
    query = call.query(page, 1, _SIZE)
    if query is None or query.body is not None:
        return query
    known = {p.partition("=")[0] for p in query.url.partition("?")[2].split("&")}
    missing = {"_isJson": "true", "_pageSize": str(_SIZE), "page": "1"}
    pairs = [(k, v) for k, v in missing.items() if k not in known]
    return Query(with_pairs(query.url, pairs), referer=query.referer)


def _is_first(page: Page) -> bool:
    return bool(page.asked and following(page.asked, 2, 1))


def _entry(page: Page, row: Mapping[str, Any]) -> Entry | None:
    """Only the printed time tells the day: the epoch is eight hours off."""
    return entry_of(page, row.get("title"), row.get("url"), row.get("publishedTimeStr"))


MECHANISM = UcapSearch()
