"""Disclosure columns of PHP portals: ``/opennessAnnualReport/?branch_id=<body>``.

The page lists one body's reports (``/OpennessAnnualReport/show/<id>.html``,
``/XxgkAnnualReport/show/<id>``) and beside them every body, as links or as a select of numbers.
The reports' titles often name no body. Pages follow by links (``?branch_id=…&page=2``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from crawler.parsing.dates import find_dates
from spiders.entries import PAGER_WORDS, list_entries
from spiders.lists import Entry, Extent
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.script_values import with_pairs
from spiders.lists.year_pages import NOTHING
from spiders.page import Link, Page, squeeze, text_of
from spiders.query import Query

_SHOW = re.compile(r"/\w*AnnualReports?/(?:show|detail|view|info)/[\w-]+", re.I)
_COLUMN = re.compile(r"/(?:openness|xxgk)AnnualReports?(?:/|$|\.)", re.I)
_BODY = re.compile(r"branch|dept|organ", re.I)
_ID = re.compile(r"^(?:[0-9a-f]{24}|\d{1,9})$", re.I)
_LINE = 160


class Openness:
    name = "openness"

    def fingerprint(self, page: Page) -> float:
        path = urlsplit(page.url).path
        if _SHOW.search(path):
            return 0.0
        shown = any(_SHOW.search(urlsplit(k.url).path) for k in page.links)
        return 0.8 if _COLUMN.search(path) else 0.6 if shown else 0.0

    def entries(self, page: Page) -> list[Entry]:
        owner = _owner(page)
        listed = {
            e.url: replace(e, heading=owner or e.heading)
            for e in list_entries(page)
            if _SHOW.search(urlsplit(e.url).path)
        }
        for link in page.links:
            if (
                link.url not in listed
                and link.label
                and not PAGER_WORDS.match(link.label)
                and _SHOW.search(urlsplit(link.url).path)
            ):
                words = _line(link)
                days = find_dates(words.replace(link.text, " ", 1))
                day = days[0] if days else None
                listed[link.url] = Entry(link.url, link.label, day, words, owner)
        return list(listed.values())

    def next_requests(self, page: Page) -> list[Query]:
        found = LINKS.next_requests(page)
        if page.asked is None:
            found += [Query(u, referer=page.url) for u in _bodies(page)]
        return list(dict.fromkeys(found))

    def extent(self, page: Page) -> Extent:
        told = LINKS.extent(page)
        empty = not self.entries(page) and bool(NOTHING.search(page.visible))
        if empty:
            return Extent(total=0, of=_shown(page))
        return Extent(told.pages, told.total, told.open_end, of=_shown(page))


def _shown(page: Page) -> str:
    """Whose list a page is: an address that names nobody shows one body's, which its pager names."""
    if own := _body(page.url):
        return own
    named = {_body(query.url) for query in LINKS.next_requests(page)}
    return named.pop() if len(named) == 1 else ""


def _body(url: str) -> str:
    """Whose list an address is."""
    asked = parse_qs(urlsplit(url).query)
    return next((v[0] for k, v in sorted(asked.items()) if _BODY.search(k)), "")


def _owner(page: Page) -> str:
    """The name of the body whose list this is, from the select of bodies."""
    number = _shown(page)
    for option in page.root.iter("option"):
        if number and (option.get("value") or "").strip() == number:
            return squeeze(text_of(option))
    return ""


def _bodies(page: Page) -> list[str]:
    """Addresses of the other bodies' lists, where a select has their numbers only."""
    found: list[str] = []
    for select in page.root.iter("select"):
        name = select.get("name") or select.get("id") or ""
        values = [(o.get("value") or "").strip() for o in select.iter("option")]
        numbers = [v for v in values if _ID.match(v)]
        if _BODY.search(name) and len(numbers) >= 2:
            key = next((k for k in parse_qs(urlsplit(page.url).query) if _BODY.search(k)), name)
            found += [with_pairs(page.url, [(key, v)]) for v in numbers]
    return [u for u in dict.fromkeys(found) if u != page.url]


def _line(link: Link) -> str:
    """The words around a link, as far as they are one line."""
    node: HtmlElement = link.element
    for ancestor in link.element.iterancestors():
        if len(squeeze(text_of(ancestor))) > _LINE:
            break
        node = ancestor
    return squeeze(text_of(node))


MECHANISM = Openness()
