"""Lists of 大汉 JPage: records in the page as XML with CDATA, further groups from ``dataproxy.jsp``.

``<datastore><totalrecord>123</totalrecord><recordset><record><![CDATA[<li>…</li>]]></record>…``
stands in a script or in the page itself; parsers of HTML see nothing of it. Some three pages are in
the page, the rest is posted for: ``/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&
perpage=15`` with columnid, unitid, webid … of the page's script (``param_<unit>``, ``ajaxParam``), or
of the address in ``<nextgroup>``.

Traps: ``totalpage`` is wrong, ``totalrecord`` right; windows beyond 300 are cut; some servers ignore
startrecord and send the first group again, but obey ``page`` or ``perpage``; groups overlap by a
record.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.jpage_units import WINDOW, Unit, lines_of, next_link, own_column, units_of
from spiders.lists.script_values import with_pairs
from spiders.page import Page
from spiders.query import Query

_GROUP = 3
"""Pages of a group, as the portals' own script asks."""
_WIDEST = 100
_CUT = 300
"""Records that a server sends at most."""
_WHOLE = "whole"
"""Note of a question for the whole list, from its first record."""
_PAGED = "paged"
"""Note of a question by page after the whole list was asked for."""
_MAX_GROUPS = 300


class JPage:
    name = "jpage"

    def fingerprint(self, page: Page) -> float:
        return 0.9 if units_of(page) and not in_box(page) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        found = [e for unit in units_of(page) for e in lines_of(unit, page)]
        known = {e.url: e for e in found}
        return [*known.values(), *_beside(page, set(known))]

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is not None:
            return _rest(page)
        return [q for unit in units_of(page) for q in _groups(page, unit)]

    def extent(self, page: Page) -> Extent:
        units = units_of(page)
        if page.asked is not None:
            return _answered(page, units)
        shown = [u for u in units if u.records]
        doubt: str | None = None
        if any(not u.whole and not _groups(page, u) for u in units):
            doubt = "页面没有写明列表接口的栏目编号，后面的条目无法读取"
        elif len(units) > 1 and any(u.total is None for u in units):
            doubt = "页面有几个列表，没有写明各自的总条数"
        if not shown:
            empty = bool(units) and all(u.total == 0 for u in units)
            return Extent(total=0 if empty else None, open_end=doubt, step=not empty)
        # A record in the page that brings no line counts as one that is missing.
        total = sum(max(u.total or 0, len(u.records)) for u in units)
        known = {e.url for u in units for e in lines_of(u, page)}
        return Extent(None, total + len(_beside(page, known)), doubt)

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """Where ``startrecord`` brings the same again: the whole list at once, by ``perpage``, then
        by ``page``. Where posting is refused: by ``page``."""
        if page is None:
            return [_by_page(query, 1)] if query.body is not None else []
        unit = next(iter(units_of(page)), None)
        if unit is None or not unit.records or unit.total is None:
            return []
        if query.note == _PAGED:
            return []
        if query.note == _WHOLE or len(unit.records) >= unit.total:
            return [replace(q, note=_PAGED) for q in _by_pages(query, unit)]
        return [_whole(query, unit.total)]


def _beside(page: Page, known: Set[str]) -> list[Entry]:
    """Reports printed beside the records, for readers without scripts or pinned."""
    if page.asked is not None:
        return []
    return [e for e in list_entries(page) if looks_like_report(e.title) and e.url not in known]


def _by_pages(query: Query, unit: Unit) -> list[Query]:
    """Every page of a list, by what one answer brought of it."""
    count = math.ceil((unit.total or 0) / len(unit.records))
    return [_by_page(query, n) for n in range(1, min(count, _MAX_GROUPS) + 1)]


def _by_page(query: Query, number: int) -> Query:
    """The same list by the number of a page, as ``<nextgroup>`` has it."""
    pairs = [("page", str(number)), *_fields(query)]
    return Query(with_pairs(query.url.partition("?")[0], pairs), referer=query.referer)


def _whole(query: Query, total: int, number: int = 1, size: int = 0) -> Query:
    """As many records as a server sends at once, from the first; or the page of that size with this
    number, in all ways that servers understand."""
    size = size or min(total, _CUT)
    start = (number - 1) * size + 1
    window = [
        ("startrecord", start),
        ("endrecord", min(start + size - 1, total)),
        ("perpage", size),
    ]
    pairs = [(k, str(v)) for k, v in window]
    if number > 1:
        pairs.append(("page", str(number)))
    base = query.url.partition("?")[0]
    if query.body is None:
        url = with_pairs(base, [*pairs, *_fields(query)])
        return Query(url, referer=query.referer, note=_WHOLE)
    url = with_pairs(base, pairs)
    return Query(url, urlencode(_fields(query)).encode(), referer=query.referer, note=_WHOLE)


def _fields(query: Query) -> list[tuple[str, str]]:
    """What a question asks for but the part of the list."""
    return [p for p in _asked(query) if p[0].lower() not in WINDOW]


def in_box(page: Page) -> bool:
    """Whether the records of a page are those of boxes beside a list that is printed."""
    if page.asked is not None or not units_of(page):
        return False
    if any(looks_like_report(e.title) for u in units_of(page) for e in lines_of(u, page)):
        return False
    own = own_column(page)
    if own and any(u.column == own for u in units_of(page)):
        return False
    return any(looks_like_report(e.title) for e in list_entries(page))


def _groups(page: Page, unit: Unit) -> list[Query]:
    """The questions for what a page's list has beyond its records."""
    read = len(unit.records)
    if unit.whole or not unit.proxy or not unit.column:
        return []
    wide = max(unit.size, min(unit.size * _GROUP, _WIDEST))
    last = unit.total if unit.total is not None else read + wide
    starts = range(read + 1, min(last, read + wide * _MAX_GROUPS) + 1, wide)
    return [_question(unit, page.url, start, start + wide - 1) for start in starts]


def _question(unit: Unit, referer: str, start: int, end: int) -> Query:
    pairs = [("startrecord", str(start)), ("endrecord", str(end)), ("perpage", str(unit.size))]
    url = with_pairs(unit.proxy or "", pairs)
    return Query(url, urlencode(unit.asked).encode(), referer=referer)


def _rest(page: Page) -> list[Query]:
    """What an answer makes known: the total where the page had none, and what it cut off."""
    assert page.asked is not None
    unit = next(iter(units_of(page)), None)
    if unit is None or not unit.records:
        return []
    got = len(unit.records)
    if page.asked.note == _WHOLE:
        start, _, _ = _window(page.asked)
        # A server that cut the first answer sends the others in the same size.
        if start > 1 or unit.total is None or got >= unit.total:
            return []
        count = min(math.ceil(unit.total / got), _MAX_GROUPS)
        return [_whole(page.asked, unit.total, n, got) for n in range(2, count + 1)]
    if page.asked.body is None:
        link = next_link(page.text)
        url = page.absolute(link) if link else None
        more = [Query(url, referer=page.asked.referer)] if url else []
        return more or (_by_pages(page.asked, unit) if unit.total is not None else [])
    start, end, size = _window(page.asked)
    last = unit.total if unit.total is not None else end
    wide = max(end - start + 1, 1)
    fields = parse_qsl(page.asked.body.decode(), keep_blank_values=True)
    proxy = page.asked.url.partition("?")[0]
    again = replace(unit, size=size, proxy=proxy, asked=tuple(fields))
    if start + got <= min(end, last):
        return [_question(again, page.asked.referer or "", start + got, end)]
    starts = range(end + 1, min(last, end + wide * _MAX_GROUPS) + 1, wide)
    return [_question(again, page.asked.referer or "", s, s + wide - 1) for s in starts]


def _answered(page: Page, units: tuple[Unit, ...]) -> Extent:
    assert page.asked is not None
    if not units:
        return Extent(open_end="列表接口返回的不是列表数据")
    total = units[0].total
    if not units[0].records:
        return Extent(total=total if total is not None else 0)
    return Extent(None, total)


def _asked(query: Query) -> list[tuple[str, str]]:
    asked = parse_qsl(query.url.partition("?")[2], keep_blank_values=True)
    return asked + parse_qsl((query.body or b"").decode("utf-8", "replace"), keep_blank_values=True)


def _window(query: Query) -> tuple[int, int, int]:
    """(first record, last record, records of a page) that a question asks for."""
    asked = {k.lower(): v for k, v in _asked(query)}

    def number(key: str, default: int) -> int:
        found = asked.get(key, "")
        return int(found) if found.isdigit() else default

    start = number("startrecord", 1)
    return start, number("endrecord", start), number("perpage", 15)


MECHANISM = JPage()
