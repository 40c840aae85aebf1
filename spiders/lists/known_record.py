"""A record whose title, address and day are known by name → a list's entry."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from typing import Any

from crawler.parsing.dates import find_dates
from settings import SHANGHAI
from spiders.lists import Entry
from spiders.page import Page, squeeze

_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")
_TAGS = re.compile(r"<[^<>]{1,200}>")


def entry_of(
    page: Page, title: Any, url: Any, day: Any = None, context: Any = None
) -> Entry | None:
    """The entry, or None where title or address is missing. ``day``: text, or an epoch in seconds
    or milliseconds; ``context``: who published it, where the record says so."""
    words = squeeze(_TAGS.sub("", html.unescape(title))) if isinstance(title, str) else ""
    address = page.absolute(url) if isinstance(url, str) else None
    if not words or not address:
        return None
    beside = context if isinstance(context, str) and context != "null" else ""
    return Entry(address, words, _day(day), squeeze(beside))


def _day(found: Any) -> date | None:
    text = str(found).strip() if isinstance(found, (str, int)) else ""
    if text.isdecimal() and len(text) in {10, 13}:
        moment = datetime.fromtimestamp(int(text[:10]), SHANGHAI)
        return moment.date() if 1995 < moment.year < 2100 else None
    if _ZONED.fullmatch(text):
        # A moment told in another zone is another day there for eight hours a day.
        return datetime.fromisoformat(text).astimezone(SHANGHAI).date()
    days = find_dates(text)
    return days[0] if days else None
