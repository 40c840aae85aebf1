"""A list on a single page, and the extent that any printed list states."""

from __future__ import annotations

import re

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.jpage import MECHANISM as JPAGE
from spiders.lists.jpage_units import units_of
from spiders.page import Page
from spiders.query import Query

_PAGES = (
    re.compile(r"共\s*(\d{1,4})\s*页"),
    re.compile(r"(?:总页数|页数|总共)\s*[:：]?\s*(\d{1,4})\s*页?"),
    re.compile(r"第?\s*\d{1,4}\s*页?\s*/\s*(?:共)?\s*(\d{1,4})\s*页"),
)
_TOTAL = (
    re.compile(r"共\s*(?:有|计)?\s*(\d{1,6})\s*(?:条|篇|个)\s*(?:记录|信息|数据|结果|文章)"),
    re.compile(r"共\s*(?:有|计)?\s*(\d{1,6})\s*(?:条|篇)(?=[^。]{0,20}页)"),
    re.compile(r"页[^。]{0,20}共\s*(\d{1,6})\s*(?:条|篇)"),
    re.compile(r"(?:总记录数|总条数|记录总数|总数)\s*[:：]?\s*(\d{1,6})"),
)
_BARE_TOTAL = re.compile(r"共\s*(?:有|计)?\s*(\d{1,6})\s*[条篇份](?![例款措目])")
"""Says nothing of what is counted: believed only where it speaks against the list."""
_NEXT = re.compile(
    r"下一?页|下页|后一?页|(?:加载|显示)更多|[上下]拉(?:加载|刷新)|(?<![\w-])(?:next|load\s*more)(?![\w-])",
    re.I,
)
_PAGE_ATTRIBUTES = frozenset(
    {
        "pagecount",
        "datapagecount",
        "totalpage",
        "totalpages",
        "datatotalpage",
        "datatotalpages",
        "datapages",
    }
)
_TOTAL_ATTRIBUTES = frozenset(
    {"totalcount", "datatotalcount", "totalrecord", "datatotalrecord", "datatotal", "recordcount"}
)
_SCRIPTED = (
    # Lists that a script fetches or unfolds; sources: the families of list addresses seen on
    # public portals. Reading what happens to stand in the page is never reading such a list.
    re.compile(r"\bqueryList\b|\bloadPageData\s*\("),
    re.compile(r"jpaas-publish-server|/gkmlpt/api|_CONFIG\s*=\s*\{|/fjdzapp/search"),
    re.compile(r"getMessage\.do|getgovinfolist|/searchList/|/common/search/[0-9a-f]{8}"),
)
_CALLS = re.compile(
    r"\$\.(?:ajax|post|get|getJSON)\b|\bfetch\s*\(|XMLHttpRequest|\baxios\b|v-for=|ng-repeat=|ms-repeat=|\{\{\s*item"
)


def stated(page: Page) -> Extent:
    """Pages and entries that the page itself states, and signs that a script makes the list."""
    words = page.visible
    pages = next((int(m[1]) for p in _PAGES if (m := p.search(words))), None)
    total = next((int(m[1]) for p in _TOTAL if (m := p.search(words))), None)
    if pages is None and total is None:
        pages, total = in_attributes(page)
    if pages is None and total is None and (m := _BARE_TOTAL.search(words)):
        total = int(m[1]) if int(m[1]) > len(list_entries(page)) else None
    return Extent(pages, total, scripted(page))


def in_attributes(page: Page) -> tuple[int | None, int | None]:
    """(pages, entries) that an element keeps for the script that draws its pager."""
    for element in page.root.iter("div", "span", "ul", "p", "input", "nav", "td"):
        told = {k.lower().replace("-", "").replace("_", ""): v for k, v in element.attrib.items()}
        pages = _number(told, _PAGE_ATTRIBUTES)
        if pages is not None:
            return pages, _number(told, _TOTAL_ATTRIBUTES)
    return None, None


def _number(told: dict[str, str], names: frozenset[str]) -> int | None:
    return next((int(v) for k, v in told.items() if k in names and v.strip().isdecimal()), None)


def scripted(page: Page) -> str | None:
    """Why the list can't be in the page itself; None where nothing speaks against it."""
    # A store that holds no record and states no number may be filled by a script.
    silent = any(not unit.records and unit.total is None for unit in units_of(page))
    if any(sign.search(page.text) for sign in _SCRIPTED) or JPAGE.fingerprint(page) or silent:
        return "列表由脚本生成，页面里的条目不是全部"
    if _CALLS.search(page.text) and not any(looks_like_report(e.title) for e in list_entries(page)):
        return "页面没有年报条目，列表可能由脚本生成"
    return None


class PlainList:
    name = "plain_list"

    def fingerprint(self, page: Page) -> float:
        return 0.1

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        return []

    def extent(self, page: Page) -> Extent:
        told = stated(page)
        if told.open_end or (told.pages or 0) > 1:
            return told
        complete = told.pages == 1 or (
            told.total is not None and told.total <= len(self.entries(page))
        )
        if not complete and _NEXT.search(words := page.visible):
            sign = _NEXT.search(words)
            return Extent(told.pages, told.total, f"页面有“{sign and sign[0]}”，但翻页方式无法识别")
        return told


MECHANISM = PlainList()
