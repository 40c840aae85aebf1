"""Flip-books: a report as a book whose pages are files, ``files/basic-html/page1.html`` … ``pageN``.

The book is one document, whichever of its pages, or its viewer's page, the portal links: the list
has its first page as the only entry. Reading the parts together is the reader's.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from spiders.columns import is_document
from spiders.lists import Entry, Extent
from spiders.page import Page
from spiders.query import Query

_PART = re.compile(r"^(.*?/files/basic-html/)(?:page\d{1,4}|index)\.html?$", re.I)
_VIEWER = re.compile(
    r"files/basic-html/|mobile/javascript/(?:main|config|flipHtml5)|bookConfig\s*[=.]|flipHtml5|flippdf",
    re.I,
)


class FlipBook:
    name = "flip_book"

    def fingerprint(self, page: Page) -> float:
        return (
            0.97 if first_page(page) and (_PART.match(page.url) or not is_document(page)) else 0.0
        )

    def entries(self, page: Page) -> list[Entry]:
        first = first_page(page)
        return [Entry(first, page.title)] if first else []

    def next_requests(self, page: Page) -> list[Query]:
        return []

    def extent(self, page: Page) -> Extent:
        return Extent(1, 1)


def first_page(page: Page) -> str | None:
    """The first page of the book that this page belongs to or shows; None where it shows none."""
    if m := _PART.match(page.url.partition("?")[0]):
        return f"{m[1]}page1.html"
    linked = next((k.url for k in page.links if _PART.match(k.url.partition("?")[0])), None)
    if linked and (m := _PART.match(linked.partition("?")[0])) and len(page.visible) < 400:
        return f"{m[1]}page1.html"
    if len(page.visible) < 400 and _VIEWER.search(page.text) and not page.links:
        return page.absolute(urljoin(page.url, "files/basic-html/page1.html"))
    return None


MECHANISM = FlipBook()
