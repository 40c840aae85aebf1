"""Lists of eportal: ``/eportal/ui?pageId=…&currentPage=2&moduleId=…``, opened by scripts.

The pager's links carry their address in ``onclick="queryArticleByCondition(this,'/eportal/ui?…')"``
or in an attribute ``tagname``; only some pages are linked, the last one states the number. Articles
are ``ui?pageId=…&articleKey=…&columnId=…``.
"""

from __future__ import annotations

import re

from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.lists.plain_list import stated
from spiders.lists.script_values import code_of, with_pairs
from spiders.page import Page
from spiders.query import Query

_PAGED = re.compile(r"[\"'(]([^\"'()\s<>]*\bui\?[^\"'()\s<>]*\bcurrentPage=(\d{1,4})[^\"'()\s<>]*)")
_COUNT = re.compile(
    r"(?<![\w.])(?:pageTotal|totalPages?|pageCount|page_count)[\"']?\s*[:=]\s*[\"']?(\d{1,4})\b",
    re.I,
)


class Eportal:
    name = "eportal"

    def fingerprint(self, page: Page) -> float:
        return 0.8 if _paged(page) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        known = _paged(page)
        if not known:
            return []
        pattern = next(iter(known.values()))
        count = self.extent(page).pages or 1
        found = {n: with_pairs(pattern, [("currentPage", str(n))]) for n in range(2, count + 1)}
        return [Query(u, referer=page.url) for u in (found | known).values() if u != page.url]

    def extent(self, page: Page) -> Extent:
        told, count = stated(page), _COUNT.search(code_of(page))
        numbers = [told.pages or 1, int(count[1]) if count else 1, *_paged(page)]
        return Extent(max(numbers), told.total)


def _paged(page: Page) -> dict[int, str]:
    """Addresses of the list's pages after the first, by number, as far as the page shows them."""
    found: dict[int, str] = {}
    for m in _PAGED.finditer(code_of(page)):
        url = page.absolute(m[1])
        if url and int(m[2]) > 1:
            found.setdefault(int(m[2]), url)
    return found


MECHANISM = Eportal()
