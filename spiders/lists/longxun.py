"""Columns of 龙讯 (Anhui): ``/public/column/<organ>?type=…&action=…``.

``type=3&action=detail&title=<year>`` is one page a year, the report itself: see
:mod:`spiders.lists.year_pages`. ``type=4&action=list`` is a list whose pager a script writes from
``pageCount``; its pages are the same address with ``pageIndex``, or pieces of HTML from a label's
address (``/site/label/…?labelName=publicInfoList&pageIndex=``).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from spiders.columns import is_document
from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.numbered import following, number_of
from spiders.lists.script_calls import calls
from spiders.lists.script_values import code_of, with_pairs
from spiders.lists.year_pages import YearPages
from spiders.page import Page
from spiders.query import Query

_YEARS = YearPages("title", in_scripts=False)
_ORGAN = re.compile(r"/public/column/\d+", re.I)
_ACTION = re.compile(r"[?&]action=(\w+)", re.I)
_LABEL = re.compile(r"/site/label/\d+|labelName=\w*List", re.I)
_COUNT = re.compile(
    r"(?<![\w.])(?:pageCount|totalPages?|pages)[\"']?\s*[:=]\s*[\"']?(\d{1,4})\b", re.I
)
_TOTAL = re.compile(
    r"(?<![\w.])(?:total|totalCount|rowCount|count)[\"']?\s*[:=]\s*[\"']?(\d{1,6})\b|共\s*(\d{1,6})\s*条",
    re.I,
)
_INDEX = re.compile(r"[?&\"'](pageIndex|pageNo|pageNum|page)=?[\"']?", re.I)


class Longxun:
    name = "longxun"

    def fingerprint(self, page: Page) -> float:
        if not _ORGAN.search(urlsplit(page.url).path):
            return 0.0
        if _is_detail(page):
            return 0.9
        if _action(page) != "list" or LINKS.next_requests(page):
            return 0.0
        return 0.8 if _count(page) is not None or calls(page, _LABEL) else 0.0

    def column(self, page: Page) -> bool:
        return self.fingerprint(page) > 0 and _is_detail(page) and is_document(page)

    def entries(self, page: Page) -> list[Entry]:
        return _YEARS.entries(page) if _is_detail(page) else list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        if _is_detail(page):
            return _YEARS.next_requests(page)
        if page.asked is not None:
            return following(page.asked, None, 1, _count(page)) if _by_label(page) else []
        labels = [q for c in calls(page, _LABEL) if (q := c.query(page, 1)) and number_of(q) == 1]
        if labels:
            return list(dict.fromkeys(labels))
        index = _INDEX.search(code_of(page))
        name = index[1] if index else "pageIndex"
        return [
            Query(with_pairs(page.url, [(name, str(n))]), referer=page.url)
            for n in range(2, (_count(page) or 1) + 1)
        ]

    def extent(self, page: Page) -> Extent:
        if _is_detail(page):
            return _YEARS.extent(page)
        if page.asked is None and calls(page, _LABEL):
            lost = None if self.next_requests(page) else "列表片段的地址没有写明页码"
            return Extent(open_end=lost, step=True)
        of = page.asked.url.partition("?")[0] if page.asked and _by_label(page) else ""
        total = _TOTAL.search(code_of(page))
        number = next((int(g) for g in total.groups() if g), None) if total else None
        first = not page.asked or number_of(page.asked) == 1
        lost = "列表没有写明总页数" if first and _count(page) is None else None
        return Extent(_count(page) if first else None, number, lost, of=of)


def _action(page: Page) -> str:
    m = _ACTION.search(f"?{urlsplit(page.url).query}")
    return m[1].lower() if m else ""


def _is_detail(page: Page) -> bool:
    address = page.asked.url if page.asked else page.url
    return (
        "action=list" not in address
        and bool(_ORGAN.search(address))
        and _YEARS.name_used(page) is not None
    )


def _by_label(page: Page) -> bool:
    return page.asked is not None and bool(_LABEL.search(page.asked.url))


def _count(page: Page) -> int | None:
    m = _COUNT.search(code_of(page))
    return max(int(m[1]), 1) if m else None


MECHANISM = Longxun()
