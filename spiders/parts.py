"""The parts of a column, each a list of its own: by year, by group of bodies, by body. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.parsing.titles import read_year
from spiders.columns import COLUMN_PATH, folder_links, more_links, score_link
from spiders.lists import Entry, scripted_parts
from spiders.page import Page
from spiders.scope import Scope
from spiders.search import Found

_OF_COLUMN = re.compile(r"(?:政府信息公开|信息公开)?(?:工作)?(?:年报|年度报告)$")

Part = tuple[Entry, Found]


def parts_of(
    page: Page,
    pages: Sequence[Page],
    frames: Sequence[Page],
    entries: Sequence[Entry],
    scope: Scope,
) -> dict[str, Part]:
    """Links of a column to its parts, by address.

    ``page``: the column's first page; ``pages``: all of its list; ``frames``: what stands beside it, a
    tree of bodies say; ``entries``: the list's lines.
    """
    found: dict[str, Part] = {}
    listed = {e.url: e for e in entries}
    for link in folder_links(page):
        entry = listed.get(link.url) or Entry(link.url, link.label)
        found[link.url] = entry, Found(page, link.label, None, read_year(f"{link.label}年"))
    for shown in (page, *pages):
        for link, heading in more_links(shown):
            found[link.url] = (
                Entry(link.url, heading or link.label),
                Found(page, heading, scope.exact(heading), read_year(f"{heading}年")),
            )
    for entry in entries:
        name = _OF_COLUMN.sub("", entry.title)
        if name and not entry.date and (agency := scope.exact(name)):
            year = read_year(entry.heading)
            found[entry.url] = entry, Found(page, entry.title, agency, year, listed=True)
    scripted = (e for p in (page, *pages, *frames) for e in scripted_parts(p))
    for entry in dict.fromkeys(scripted):
        agency = scope.exact(entry.title)
        found[entry.url] = entry, Found(page, entry.title, agency, listed=True)
    directory = page.url.rpartition("/")[0] + "/"
    for link in page.links:
        # A menu of bodies beside the list leads to their parts of the column.
        below = link.url.startswith(directory) or score_link("", link.url) >= COLUMN_PATH
        if below and link.url not in found and (agency := scope.exact(link.label)):
            found[link.url] = Entry(link.url, link.label), Found(page, link.label, agency)
    return found
