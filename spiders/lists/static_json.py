"""Lists that stand in a JSON file beside the page, which a script reads whole (Hubei).

``$.getJSON("zfxxgknb.json")`` and relatives; records like ``{"FILENAME", "URL", "DOCRELTIME"}``,
bare or under a name (``data``, ``list``, ``docs``). There are no pages: the file is the list.
Files without records of pages (settings, weather, menus) are no list.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.any_record import entries_of
from spiders.lists.numbered import count_at, rows_at
from spiders.lists.script_calls import calls
from spiders.page import Page
from spiders.query import Query

_FILE = re.compile(r"\.json(?=[\"'`?])")
_ROWS = (
    "",
    "data",
    "list",
    "docs",
    "rows",
    "result",
    "results",
    "items",
    "records",
    "data.list",
    "datas",
)
_TOTAL = ("total", "count", "recordCount", "totalCount", "data.total", "num")
_MAX_FILES = 6


class StaticJson:
    name = "static_json"

    def fingerprint(self, page: Page) -> float:
        if not calls(page, _FILE) or any(looks_like_report(e.title) for e in list_entries(page)):
            return 0.0
        return 0.7

    def entries(self, page: Page) -> list[Entry]:
        return entries_of(rows_at(page.json, *_ROWS) or [], page) if page.asked else []

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is not None:
            return []
        found = [q for c in calls(page, _FILE) if not c.post and (q := c.query(page, 1))]
        return list(dict.fromkeys(found))[:_MAX_FILES]

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            known = calls(page, _FILE)
            lost = len(self.next_requests(page)) < len({c.address for c in known})
            return Extent(open_end="列表数据文件的地址无法确定" if lost else None, step=True)
        of = urlsplit(page.asked.url).path
        if page.json is None:
            return Extent(open_end="列表数据文件里不是列表数据", of=of)
        if not self.entries(page):
            return Extent(step=True, of=of)
        rows: list[Any] = list(rows_at(page.json, *_ROWS) or [])
        return Extent(1, max(count_at(page.json, *_TOTAL) or 0, len(rows)), of=of)


MECHANISM = StaticJson()
