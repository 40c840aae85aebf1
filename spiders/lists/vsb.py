"""Lists of 博达 VSB, whose pages are numbered backwards.

``nb.htm`` is the first page; the second is ``nb/3.htm`` where there are four, the last always
``nb/1.htm``: old pages keep their address when new ones come. Whoever counts upwards reads pages
twice and misses others. The pager is one of links (下页, 尾页, numbers with gaps), or a box that
jumps (``_simple_list_gotopage_fun(4, …)``); ``共37条`` and ``1/4`` state the extent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.page import Page
from spiders.query import Query

_NUMBERED = re.compile(r"^(.*)/(\d{1,4})(\.s?html?)$")
_FIRST = re.compile(r"^(.*)(\.s?html?)$")
_JUMP = re.compile(r"_?(?:simple_list_)?gotopage_fun\w*\s*\(\s*(\d{1,4})\s*,", re.I)
_SIGNS = re.compile(
    r"id=[\"']?line_?u|_vsb|vsb_|p_pages|p_no|fanye\d|_simple_list|v_news|winstyle", re.I
)
_TOTAL = re.compile(r"共\s*(\d{1,6})\s*条")
_PLACE = re.compile(r"(?:条|第)\D{0,12}(\d{1,4})\s*/\s*(\d{1,4})(?!\s*/|\d)")


class Vsb:
    name = "vsb"

    def fingerprint(self, page: Page) -> float:
        count = _count(page)
        if count is None or not _SIGNS.search(page.text):
            return 0.0
        return 0.85

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        stem, own = _place(page)
        count = _count(page)
        if stem is None or own is not None or count is None or page.asked is not None:
            return []
        return [Query(f"{stem[0]}/{n}{stem[1]}") for n in range(count - 1, 0, -1)]

    def extent(self, page: Page) -> Extent:
        total = _TOTAL.search(page.visible)
        return Extent(_count(page), int(total[1]) if total else None)


def _place(page: Page) -> tuple[tuple[str, str] | None, int | None]:
    """(address without ending, ending) of the list's first page, and the page's own number."""
    address, _, rest = page.url.partition("?")
    if rest:
        return None, None
    if (m := _NUMBERED.match(address)) and (
        page.asked
        or any(urlsplit(k.url).path == urlsplit(f"{m[1]}{m[3]}").path for k in page.links)
    ):
        return (m[1], m[3]), int(m[2])
    first = _FIRST.match(address)
    return ((first[1], first[2]) if first else None), None


def _count(page: Page) -> int | None:
    """Number of pages: one more than the highest number beside the list's own name, or stated."""
    stem, _ = _place(page)
    if stem is None:
        return None
    known = [int(m[1]) + 1 for m in _links(page, stem)]
    known += [int(m[1]) for m in _JUMP.finditer(page.text)]
    if _TOTAL.search(page.visible):
        known += [int(m[2]) for m in _PLACE.finditer(page.visible) if int(m[1]) <= int(m[2])]
    return max(known, default=None)


def _links(page: Page, stem: tuple[str, str]) -> Iterator[re.Match[str]]:
    path = urlsplit(stem[0]).path
    name = re.compile(rf"^{re.escape(path)}/(\d{{1,4}}){re.escape(stem[1])}$")
    for link in page.links:
        if urlsplit(link.url).netloc == urlsplit(stem[0]).netloc and (
            m := name.match(urlsplit(link.url).path)
        ):
            yield m


MECHANISM = Vsb()
