"""Lists that stand in the page's own script, as records or as rows of values, and are written from
there: ``var data = [["…年度报告", "../a/1.html", "2024-01-11"], …]``.

Names of variables and keys differ from portal to portal: titles, addresses and days are told by
their values. What the page's script holds is the list, unless the page states more, asks an
interface, or leads on to further pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.any_record import entries_of
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.plain_list import scripted, stated
from spiders.page import Page
from spiders.query import Query

_ARRAY = re.compile(r"[=:(]\s*(?=\[\s*[\[{])")
_PAGES = re.compile(
    r"\b(?:page_?count|total_?pages?|max_?page|count_?page)[\"']?\s*[:=]\s*[\"']?(\d{1,4})\b", re.I
)
_MOST = 20
"""Arrays looked at in one page."""


class ScriptArray:
    name = "script_array"

    def fingerprint(self, page: Page) -> float:
        if page.json is not None or any(looks_like_report(e.title) for e in list_entries(page)):
            return 0.0
        if not _entries(page):
            return 0.0
        # A number of pages alone makes no static pager where no page prints its lines.
        return 0.91 if _PAGES.search(page.script) and scripted(page) is None else 0.6

    def entries(self, page: Page) -> list[Entry]:
        return list(_entries(page))

    def next_requests(self, page: Page) -> list[Query]:
        return LINKS.next_requests(page)

    def extent(self, page: Page) -> Extent:
        told, linked = stated(page), LINKS.extent(page)
        counted = _PAGES.search(page.script)
        pages = told.pages or linked.pages or (int(counted[1]) if counted else None)
        return Extent(pages, told.total, told.open_end or linked.open_end)


@lru_cache(maxsize=16)
def _entries(page: Page) -> tuple[Entry, ...]:
    """The array with the most reports."""
    best: list[Entry] = []
    for rows in _arrays(page.script):
        found = entries_of(rows, page)
        if _reports(found) > _reports(best):
            best = found
    return tuple(best)


def _reports(entries: list[Entry]) -> int:
    return sum(looks_like_report(e.title) for e in entries)


def _arrays(script: str) -> Iterator[list[Mapping[str, Any]]]:
    at = 0
    for _ in range(_MOST):
        m = _ARRAY.search(script, at)
        if m is None:
            return
        try:
            found, at = literal(script, m.end())
        except NoLiteral:
            at = m.end()
            continue
        rows = [_record(row) for row in found] if isinstance(found, list) else []
        if rows and all(rows):
            yield [row for row in rows if row]


def _record(row: Any) -> Mapping[str, Any] | None:
    if isinstance(row, list):
        return {str(n): value for n, value in enumerate(row)}
    return row if isinstance(row, Mapping) else None


MECHANISM = ScriptArray()
