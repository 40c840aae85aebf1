"""Catalogues of 大汉 whose list is drawn from ``/module/xxgk/search.jsp``, by category.

The page's script (or a frame's address) names the category ``infotypeId`` with ``jdid``, ``area`` and
``divid``; the answer is a table as HTML that states its number of pages, the further ones asked for
by ``currpage``. Parameters and POST form as public crawlers of Zhejiang, Hangzhou and Harbin portals
send them; one of them reports servers that ignore the category, where titles have to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.numbered import following, number_of
from spiders.lists.plain_list import stated
from spiders.lists.script_calls import calls
from spiders.lists.script_values import at_root, code_of, value, with_pairs
from spiders.page import Page
from spiders.query import FORM, Query

_PATH = "/module/xxgk/search.jsp"
_SIGN = re.compile(r"module/xxgk/search\.jsp", re.I)
_FORM_TEXT = re.compile(r"[\"'?]((?:[\w\[\]]+=[^\"'&<>\s]*&)*infotypeId=[^\"'<>\s]*)[\"']", re.I)
_NAMES = ("infotypeId", "jdid", "area", "divid", "sortfield", "standardXxgk", "isAllList")
_ALWAYS = (
    ("vc_title", ""), ("vc_number", ""), ("vc_filenumber", ""), ("vc_all", ""), ("texttype", ""),
    ("fbtime", ""),
)  # fmt: skip
_UNKNOWN = re.compile(r"[{}]")


class XxgkSearch:
    name = "xxgk_search"

    def fingerprint(self, page: Page) -> float:
        if page.asked is not None:
            return 0.0
        if _is_answer(page):
            return 0.85
        if not _SIGN.search(code_of(page)):
            return 0.0
        printed = any(looks_like_report(e.title) for e in list_entries(page))
        return 0.3 if printed and LINKS.next_requests(page) else 0.85

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is not None:
            return following(page.asked, None, 1, stated(page).pages)
        if _is_answer(page):
            # A frame shows the first page itself.
            first = _question(page, dict(parse_qsl(urlsplit(page.url).query)))
            return following(first, None, 1, stated(page).pages) if first else []
        return [q] if (q := _first(page)) else []

    def extent(self, page: Page) -> Extent:
        told = stated(page)
        if page.asked is None and not _is_answer(page):
            lost = None if _first(page) else "列表接口的栏目编号（infotypeId）没有写明"
            return Extent(open_end=lost, step=True)
        first = page.asked is None or number_of(page.asked) == 1
        silent = first and told.pages is None and told.total is None
        return Extent(told.pages, told.total, "列表没有写明总页数" if silent else None)

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """Some servers read the parameters of the address only."""
        if query.body is None:
            return []
        pairs = parse_qsl(query.body.decode(), keep_blank_values=True)
        return [Query(with_pairs(query.url, pairs), referer=query.referer)]


def _is_answer(page: Page) -> bool:
    return bool(_SIGN.search(urlsplit(page.url).path))


@lru_cache(maxsize=16)
def _first(page: Page) -> Query | None:
    """The question for the first page; None where the page does not tell the category."""
    told: dict[str, str] = {}
    for given in _written(page):
        for key, found in given.items():
            if not _UNKNOWN.search(found):
                told.setdefault(key, found)
    for key in _NAMES:
        if key not in told and (set_to := value(page, key)) is not None:
            told[key] = set_to
    return _question(page, told)


def _written(page: Page) -> Iterator[dict[str, str]]:
    """Parameters of the calls, then those of texts that look like them."""
    for call in calls(page, _SIGN):
        query = urlsplit(call.address).query
        yield {
            **dict(parse_qsl(query, keep_blank_values=True)),
            **{k: str(v) for k, v in call.data.items() if isinstance(v, (str, int))},
        }
    for text in _FORM_TEXT.findall(code_of(page)):
        yield dict(parse_qsl(text, keep_blank_values=True))


def _question(page: Page, told: dict[str, str]) -> Query | None:
    if "infotypeId" not in told and not told.get("area"):
        return None
    address = at_root(page, _PATH)
    form = dict(_ALWAYS) | {k: v for k, v in told.items() if k.lower() != "currpage"}
    body = urlencode([*form.items(), ("currpage", "1")])
    return Query(address, body.encode(), FORM, page.url) if address else None


MECHANISM = XxgkSearch()
