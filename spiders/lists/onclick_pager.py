"""Lists whose pager only calls a script, while its pages stand there as files.

``<a onclick="goPage(2)">`` on ``17318.html``; the second page is ``17318-2.html``. The script says
how it makes the address, or a form has a field for the page; else the usual names are tried.
"""

from __future__ import annotations

import re
from itertools import chain

from spiders.choices import numbers_below
from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.link_pager import pager_of
from spiders.lists.page_names import (
    first_question,
    form_names,
    next_naming,
    own_names,
    posted_names,
    rest,
    same_list,
    script_names,
)
from spiders.lists.plain_list import in_attributes, stated
from spiders.page import Page, squeeze, text_of
from spiders.query import Query

_CALL = re.compile(
    r"(?<![\w.$])[\w.$]{1,80}\s{0,5}\(\s{0,5}(?:this\s*,\s*)?[\"']?(\d{1,4})[\"']?\s*[,)]"
)
_NUMBER = re.compile(r"^[\s\[(]*(\d{1,4})[\s\])]*$")
_COUNT = re.compile(
    r"(?<![\w.])(?:page_?count|total_?pages?|max_?page|all_?page|count_?page|page_?total)[\"']?\s*[:=]\s*[\"']?(\d{1,4})\b",
    re.I,
)


class OnclickPager:
    name = "onclick_pager"

    def fingerprint(self, page: Page) -> float:
        if page.asked is not None or LINKS.next_requests(page):
            return 0.0
        if (_count(page) or 0) < 2:
            return 0.0
        told = (
            _calls(page)
            or any(script_names(page))
            or any(posted_names(page))
            or (in_attributes(page)[0] or 0) > 1
        )
        return 0.55 if told else 0.0

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page) if same_list(page) else []

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is not None:
            return rest(page, _count(page))
        names = chain(
            posted_names(page),
            script_names(page),
            form_names(page),
            own_names(page, dash_first=True),
        )
        return first_question(names, _count(page) or 0, page)

    def extent(self, page: Page) -> Extent:
        told = stated(page)
        return Extent(_count(page), told.total)

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        return next_naming(query)


def _calls(page: Page) -> list[int]:
    """Numbers that the pager's elements hand to a script."""
    region = pager_of(page)
    found: list[int] = []
    for element in region.iter("a", "span", "li", "button", "option") if region is not None else ():
        code = f"{element.get('onclick') or ''} {element.get('href') or ''}"
        data = next((v for k, v in element.items() if k.startswith("data-") and "page" in k), "")
        m = _CALL.search(code)
        if m or data.isdecimal():
            found.append(int(m[1]) if m else int(data))
    return found


def _count(page: Page) -> int | None:
    """Number of pages: stated, set in a script, or the highest that the pager shows."""
    told = stated(page).pages
    if told:
        return told
    region = pager_of(page)
    if region is None:
        return numbers_below(page) if any(script_names(page)) else None
    if m := _COUNT.search(page.script):
        return int(m[1])
    shown = [
        int(m[1])
        for e in region.iter("a", "span", "li", "button", "option", "em", "b", "strong")
        if (m := _NUMBER.match(squeeze(text_of(e))))
    ]
    return max([*shown, *_calls(page)], default=None)


MECHANISM = OnclickPager()
