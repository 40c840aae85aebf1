"""Lines of a list that come as pieces of HTML: records in XML, ``html`` members of JSON."""

from __future__ import annotations

import re

from spiders.entries import Group, groups, list_entries, looks_like_report
from spiders.lists import Entry
from spiders.page import Page

_LINE = re.compile(r"<(?:li|tr|dl|dt)\b", re.I)
_ROWS = re.compile(r"^\s*<t[dr]\b", re.I)


def piece(html: str, base: str) -> Page:
    """A piece as a page of its own; rows stand in no table, which parsers would drop."""
    whole = f"<table>{html}</table>" if _ROWS.match(html) else html
    return Page(base, whole.encode("utf-8", "replace"), "utf-8")


def record_entries(html: str, base: str) -> list[Entry]:
    """The line of one record, read alone: an unclosed tag in it harms no other. More than one only
    where it holds several items."""
    page = piece(html, base)
    found = _all(groups(page))
    if len(found) < 2 or len(_LINE.findall(html)) > 1:
        return found
    return [max(found, key=lambda e: (looks_like_report(e.title), len(e.title)))]


def lines(html: str, base: str) -> list[Entry]:
    """The lines of a whole piece; where no list shows itself in it, every link that is a line."""
    page = piece(html, base)
    return list_entries(page) or _all(groups(page))


def _all(found: list[Group]) -> list[Entry]:
    return list({e.url: e for group in found for e in group.entries}.values())
