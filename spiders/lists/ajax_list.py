"""Lists that a script asks for by page, of no family that has a reader of its own.

``$.ajax({url, data: {…, pageNo: n}})``, ``fetch('/api/list?page=' + n)`` and the like. Answers are
JSON with records or with HTML in it, or pieces of HTML; titles and addresses are told by their
values. Chosen only where nothing else reads the page. The end is proven by a stated total or number
of pages, or by an empty answer behind the last.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.browser_records import lists_in, markup_in, more_in, stated_in
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.numbered import following, number_of, with_number
from spiders.lists.plain_list import MECHANISM as PLAIN
from spiders.lists.script_calls import SIZE_NAMES, Call, calls
from spiders.lists.script_values import PAGE_NAMES, code_of
from spiders.page import Page
from spiders.query import FORM, Query

_ASKS = re.compile(
    r"\$\.(?:ajax|post|get|getJSON)\b|\.load\s*\(|\bfetch\s*\(|XMLHttpRequest|\baxios\b|\burl\s*:\s*[\"'`]"
)
_SIGN = re.compile(
    # The path of an address at the beginning of a string; no file that is there for all pages.
    r"(?<=[\"'`])(?!text/|application/|[^\"'`\s]*\.(?:css|js|png|jpe?g|gif|ico|svg|woff2?|s?html?)\b)"
    r"(?:(?:https?:)?//[\w.:-]+)?(?:\.{0,2}/[\w\-.]+|[\w-]+(?:/[\w\-.]+|\.(?:do|jsp|php|aspx?|ashx|action)\b))"
)
_UNKNOWN = re.compile(r"\{[^{}]*\}")
_FROM_ZERO = r"(?<![\w$]){0}[\"']?\s*[:=]\s*[\"']?0[\"']?\s*[,;}})&\n]"
_COUNTED_UP = r"(?:\+\+\s*{0}\b|(?<![\w$]){0}\s*(?:\+\+|\+=))[^{{}}]{{0,200}}(?:fetch|ajax|get\w*|post|open|load|send)\s*\("
"""A page number that begins with 0; and one that is counted up before it is asked for."""
_MOST = 3
_SIZE = 20


class AjaxList:
    name = "ajax_list"

    def fingerprint(self, page: Page) -> float:
        if page.asked is not None or not _ASKS.search(page.text) or not _questions(page):
            return 0.0
        if any(looks_like_report(e.title) for e in list_entries(page)):
            # What is printed may be the first page: only where it says that it goes on.
            goes_on = PLAIN.extent(page).open_end or LINKS.extent(page).open_end
            return 0.52 if goes_on and not LINKS.next_requests(page) else 0.0
        return 0.45 if LINKS.next_requests(page) else 0.56

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page) if page.asked is None else list(_answer(page)[0])

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            return _questions(page)
        entries, total, pages = _answer(page)
        number, told = number_of(page.asked), _told(page.asked)
        if not entries or not number:
            return []
        told |= {"sum": told["sum"] + len(entries)}
        if total is not None or pages is not None:
            return following(page.asked, total, len(entries), pages)
        if more_in(page.json) is False:
            return [_renumbered(page.asked, 0, told)] if told["zero"] else []
        return [_renumbered(page.asked, number + 1, told)]

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            return Extent(open_end=_lost(page), step=True)
        told = _told(page.asked)
        entries, total, pages = _answer(page)
        if not entries and told["sum"]:
            return Extent(total=told["sum"], of=told["of"])  # behind the last page
        if entries and total is None and pages is None and number_of(page.asked) == 0:
            return Extent(total=told["sum"] + len(entries), of=told["of"])
        if entries and total is None and pages is None and more_in(page.json) is False:
            return Extent(total=told["sum"] + len(entries), of=told["of"])
        if not told["alone"] and not any(looks_like_report(e.title) for e in entries):
            return Extent(step=True, of=told["of"])
        if not entries and total != 0:
            return Extent(open_end="列表接口返回的不是列表数据", of=told["of"])
        return Extent(pages, total, of=told["of"])

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """Where the script does not say how it asks: by POST. Where nothing stands behind the last
        page and the script counts from zero: the page before the first."""
        told = _told(query)
        if page is not None and told["zero"] and (number_of(query) or 0) > 1:
            return [_renumbered(query, 0, told)]
        if query.body is not None or not told["vague"] or number_of(query) != 1:
            return []
        address, _, asked = query.url.partition("?")
        return [replace(query, url=address, body=asked.encode(), content_type=FORM)]


def _renumbered(query: Query, number: int, told: dict[str, Any]) -> Query:
    return replace(with_number(query, number), note=json.dumps(told))


@lru_cache(maxsize=16)
def _known(page: Page) -> tuple[Call, ...]:
    # The addresses of menus stand near scripts as well; what a link opens is a page, no interface.
    linked = {link.url.partition("?")[0] for link in page.links}
    found = [c for c in calls(page, _SIGN) if _page_key(c) and (c.post or c.get or c.data)]
    return tuple(c for c in found if page.absolute(c.address.partition("?")[0]) not in linked)


def _page_key(call: Call) -> str | None:
    asked = [p.partition("=")[0] for p in call.address.partition("?")[2].split("&")]
    return next((k for k in (*asked, *call.data) if k.lower() in PAGE_NAMES), None)


def _questions(page: Page) -> list[Query]:
    """The first page of every list that the scripts ask for."""
    asked = [(c, q) for c in _known(page) if (q := c.query(page, 1, _SIZE))]
    found: dict[str, Query] = {}
    for call, query in asked[:_MOST]:
        note = {
            "sum": 0,
            "of": query.url.partition("?")[0],
            "alone": len({q.url for _, q in asked}) == 1,
            "vague": not (call.post or call.get),
            "zero": _from_zero(page, call),
        }
        found.setdefault(query.key, replace(query, note=json.dumps(note)))
    return list(found.values())


def _from_zero(page: Page, call: Call) -> bool:
    """Whether the script's page number begins with 0 and is not counted up before it is asked for."""
    key = _page_key(call) or ""
    value = str(
        call.data.get(key) or dict(parse_qsl(call.address.partition("?")[2])).get(key) or ""
    )
    names = {key, value.strip("{}").rpartition(".")[2]}
    known = [re.escape(n) for n in names if re.fullmatch(r"[A-Za-z_$][\w$]*", n)]
    code = code_of(page)
    return any(re.search(_FROM_ZERO.format(n), code, re.I) for n in known) and not any(
        re.search(_COUNTED_UP.format(n), code) for n in known
    )


def _lost(page: Page) -> str | None:
    """A parameter that only the running script knows may be the one that chooses the column."""
    for call in _known(page):
        for key, value in call.data.items():
            name = key.lower()
            if name in PAGE_NAMES or name in SIZE_NAMES or not isinstance(value, str):
                continue
            if _UNKNOWN.search(value):
                return f"列表接口的参数 {key} 只有运行脚本才知道"
    return None


def _told(query: Query) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(query.note) if query.note.startswith("{") else {}
    return {"sum": 0, "of": "", "alone": True, "vague": False, "zero": False} | found


@lru_cache(maxsize=64)
def _answer(page: Page) -> tuple[tuple[Entry, ...], int | None, int | None]:
    """(entries, total, pages) of an answer."""
    assert page.asked is not None
    base = Page(page.asked.referer or page.url, b"<html></html>")
    if page.json is None:
        drawn = Page(base.url, page.text.encode())
        told = PLAIN.extent(drawn)
        return tuple(list_entries(drawn)), told.total, told.pages
    total, pages = stated_in(page.json)
    lists = [r for r in lists_in(page.json, base) if r.entries]
    if lists:
        best = max(lists, key=lambda r: (r.reports, len(r.entries)))
        return best.entries, best.total if best.sure else total, best.pages or pages
    text = markup_in(page.json)
    entries = list_entries(Page(base.url, text.encode())) if text else []
    return tuple(entries), total, pages


MECHANISM = AjaxList()
