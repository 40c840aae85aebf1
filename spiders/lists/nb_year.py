"""Columns ``zfxxgknb.html?nbYear=2023``: the column's page is the report, a select has the years.

``artview/…?nbYear=&orgCode=`` shows a body's report: the body stays as the page has it. Portals
whose menu leads there (``<a href="/zfxxgknb.html?nbYear=2023">``) name the parameter on every page:
only a page that takes it itself is such a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from spiders.lists import Entry, Extent
from spiders.lists.script_values import code_of
from spiders.lists.year_pages import YearPages
from spiders.page import Page
from spiders.query import Query

_NAMES = ("nbYear", "nbyear", "nb_year", "reportYear")
_PAGES = YearPages(*_NAMES)
_WORD = re.compile(rf"(?:{'|'.join(_NAMES)})[\"'`]?\s*[=:]", re.I)
_BACKWARDS = re.compile(r"[^\s\"'`<>()]*")
_LONGEST = 300
_MOST = 1000
_INDEX = re.compile(r"(?:index|default)\.\w+$", re.I)


class NbYear:
    name = "nb_year"

    def fingerprint(self, page: Page) -> float:
        return 0.9 if _PAGES.name_used(page) and _takes_years(page) else 0.0

    def column(self, page: Page) -> bool:
        """The parameter's name says what the page shows."""
        return self.fingerprint(page) > 0

    def entries(self, page: Page) -> list[Entry]:
        return _PAGES.entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        return _PAGES.next_requests(page)

    def extent(self, page: Page) -> Extent:
        return _PAGES.extent(page)


def _takes_years(page: Page) -> bool:
    """Whether the parameter is the page's own: it stands in its address, or the page offers several
    years under it, not only addresses of other pages."""
    if _PAGES.own_year(page) or _WORD.search(urlsplit(page.url).query):
        return True
    return len(_PAGES.years(page)) > 1 and any(_own(page, a) for a in _named(page))


def _named(page: Page) -> Iterator[str]:
    """For every mention of the parameter the address in which it stands, as far as it stands before
    it; "" for one outside of addresses."""
    code = code_of(page)
    for m in islice(_WORD.finditer(code), _MOST):
        before = _BACKWARDS.match(code[max(0, m.start() - _LONGEST) : m.start()][::-1])
        path, mark, asked = (before[0] if before else "")[::-1].partition("?")
        yield re.split(r"[=,;{}\[\]]", path)[-1] + mark + asked if mark else ""


def _own(page: Page, address: str) -> bool:
    """Whether an address is the page's own but for what it asks besides."""
    path, _, query = address.partition("?")
    here = urlsplit(page.url)
    folder = _folder(here.path)
    if path:
        there = urlsplit(page.absolute(path) or "")
        if (there.netloc, _folder(there.path)) != (here.netloc, folder):
            return False
    # One script that serves all pages of a portal tells them apart by its other parameters.
    asked, own = parse_qs(query), parse_qs(here.query)
    same = all(own[key] == asked[key] for key in own.keys() & asked.keys())
    return same and (not folder.endswith("/") or asked.keys() <= own.keys())


def _folder(path: str) -> str:
    return _INDEX.sub("", path) or "/"


MECHANISM = NbYear()
