"""Lists that grow while one scrolls: each answer names the mark from which the next one goes on.

``<div data-after="4">`` and ``load('/flow?after=' + flow.dataset.after)``; answers are JSON with
records or HTML and the next mark, or pieces of HTML with it. The end is proven by an answer that
has the mark's place empty, or says that there is no more.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.browser_records import lists_in, markup_in, more_in
from spiders.lists.script_calls import calls
from spiders.lists.script_values import with_pairs
from spiders.page import Page
from spiders.query import Query

_KEYS = "after|cursor|next|offset|last|lastid|nextid|nextpage|start|since|from|max_?id|position"
_MARKED = re.compile(rf"^data-((?:{_KEYS})(?:-?\w{{1,10}})?)$")
_VALUE = re.compile(r"^[\w\-=.]{1,80}$")


class Cursor:
    name = "cursor"

    def fingerprint(self, page: Page) -> float:
        if page.asked is not None or "data-" not in page.text or _first(page) is None:
            return 0.0
        return 0.6 if any(looks_like_report(e.title) for e in list_entries(page)) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        if page.asked is None or page.json is None:
            return list_entries(page)
        base = Page(page.asked.referer or page.url, b"<html></html>")
        lists = [r for r in lists_in(page.json, base) if r.entries]
        if lists:
            return list(max(lists, key=lambda r: (r.reports, len(r.entries))).entries)
        return list_entries(Page(base.url, markup_in(page.json).encode()))

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            return [q] if (q := _first(page)) else []
        key, mark = page.asked.note, _next(page)
        if not mark or not self.entries(page):
            return []
        query = Query(
            with_pairs(page.asked.url, [(key, mark)]), referer=page.asked.referer, note=key
        )
        return [] if query.url == page.asked.url else [query]

    def extent(self, page: Page) -> Extent:
        if page.asked is None or _next(page) is not None:
            return Extent()
        return Extent(open_end="列表由脚本续载，答复没有写明是否还有")


def _first(page: Page) -> Query | None:
    """The question for what follows what the page shows."""
    for element in page.root.iter("div", "ul", "section", "main", "body", "a", "button", "tbody"):
        for attribute, value in element.items():
            m = _MARKED.match(attribute)
            if m is None or not _VALUE.match(value.strip()):
                continue
            for key in dict.fromkeys((m[1], m[1].replace("-", ""), m[1].replace("-", "_"))):
                for call in calls(page, _sign(key)):
                    address = call.address.partition("?")[0]
                    url = None if "{" in address or call.post else page.absolute(call.address)
                    if url:
                        asked = with_pairs(_known(url), [(key, value.strip())])
                        return Query(asked, referer=page.url, note=key)
    return None


@lru_cache(maxsize=32)
def _sign(key: str) -> re.Pattern[str]:
    return re.compile(rf"[?&]{re.escape(key)}=", re.I)


def _known(url: str) -> str:
    """The address without parameters that only the running script knows."""
    base, _, asked = url.partition("?")
    kept = [p for p in asked.split("&") if p and "{" not in p and "%7B" not in p]
    return base + ("?" + "&".join(kept) if kept else "")


def _next(page: Page) -> str | None:
    """The mark that an answer gives; "" where it says that nothing follows; None where it says
    neither."""
    assert page.asked is not None
    key = page.asked.note
    if page.json is None:
        for element in page.root.iter():
            if isinstance(element.tag, str) and (mark := element.get(f"data-{key}")) is not None:
                return str(mark).strip()
        return None
    return "" if more_in(page.json) is False else _told(page.json, key.lower().replace("-", ""), 0)


def _told(data: Any, key: str, depth: int) -> str | None:
    if not isinstance(data, dict) or depth > 3:
        return None
    for name, value in data.items():
        if name.lower().replace("_", "") in {key, f"next{key}", "next", "nextcursor", "cursor"}:
            return "" if value in (None, False, "", -1) else str(value)
    return next(
        (t for v in data.values() if (t := _told(v, key, depth + 1)) is not None),
        None,
    )


MECHANISM = Cursor()
