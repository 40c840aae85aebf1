"""Columns ``zfxxgknb.html?nbYear=2023``: the column's page is the report, a select has the years.

``artview/…?nbYear=&orgCode=`` shows a body's report: the body stays as the page has it.
"""

from __future__ import annotations

from spiders.lists import Entry, Extent
from spiders.lists.year_pages import YearPages
from spiders.page import Page
from spiders.query import Query

_PAGES = YearPages("nbYear", "nbyear", "nb_year", "reportYear")


class NbYear:
    name = "nb_year"

    def fingerprint(self, page: Page) -> float:
        return 0.9 if _PAGES.name_used(page) else 0.0

    def column(self, page: Page) -> bool:
        """The parameter's name says what the page shows."""
        return self.fingerprint(page) > 0

    def entries(self, page: Page) -> list[Entry]:
        return _PAGES.entries(page)

    def next_requests(self, page: Page) -> list[Query]:
        return _PAGES.next_requests(page)

    def extent(self, page: Page) -> Extent:
        return _PAGES.extent(page)


MECHANISM = NbYear()
