"""Lists of truecms (Nantong): ``messageController/getMessage.do``, JSONP around XML records.

The page has ``proxyUrl: '…'`` and ``columnId: '…'``; the answer is ``cb({"result": "<datastore>
<totalrecord>57</totalrecord>…<record><![CDATA[<li>…]]>"})``. Lines are asked for by ``startrecord``
and ``endrecord``; servers refuse windows larger than their own, so the page's ``perpage`` is kept,
and answer 404 without the Referer of the page. Pages whose own script asks by the number of a page
(``…&pageNum=' + n``, ``x.send('…&page=' + n)``) are asked in that way; the answer is then JSON
with records of any names, or XML as above.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.lists.ajax_list import MECHANISM as RECORDS
from spiders.lists.numbered import following
from spiders.lists.script_calls import SIZE_NAMES, Call, calls
from spiders.lists.script_values import PAGE_NAMES, code_of, value, with_pairs
from spiders.lists.sent import sent
from spiders.page import Page
from spiders.query import Query

_SIGN = re.compile(r"messageController/getMessage\.do", re.I)
_ADDRESS = re.compile(r"[\"'`]([^\"'`\s]*messageController/getMessage\.do[^\"'`\s]*)[\"'`]", re.I)
_LINES = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_TOTAL = re.compile(r"<totalrecord>\s*(\d{1,7})\s*<", re.I)
_OTHERS = ("webId", "unitId", "siteId", "columnName", "sourceContentType")
_SIZE = 10
_MAX = 400


class TrueCms:
    name = "truecms"

    def fingerprint(self, page: Page) -> float:
        return 0.95 if _SIGN.search(page.text) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        if page.asked is None:
            return list_entries(page)
        if _is_records(page):
            return RECORDS.entries(page)
        lines = "\n".join(_LINES.findall(_result(page)))
        parts = Page(page.asked.referer or page.url, f"<ul>{lines}</ul>".encode())
        return [e for e in list_entries(parts) if e.url != parts.url]

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            first = _first(page)
            return [first] if first else []
        if _is_records(page):
            return RECORDS.next_requests(page)
        window, total = _window(page.asked), _total(page)
        if window is None:
            return following(page.asked, total, len(_LINES.findall(_result(page))))
        if window[0] != 1 or total is None:
            return []
        size = len(_LINES.findall(_result(page))) or window[1]
        return [
            replace(page.asked, url=_at(page.asked.url, start, size))
            for start in range(size + 1, min(total, size * _MAX) + 1, size)
        ]

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            lost = None if _first(page) else "页面没有写明列表接口的栏目编号"
            return Extent(open_end=lost, step=True)
        if _is_records(page):
            return RECORDS.extent(page)
        total = _total(page)
        if total is None:
            return Extent(open_end="列表接口返回的不是列表数据，或没有写明总条数")
        return Extent(None, total)

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """Where numbers begin with 0, the page before the first."""
        return RECORDS.otherwise(query, page) if _window(query) is None else []


def _is_records(page: Page) -> bool:
    """Whether an answer to a question by number holds records in JSON, not lines in XML."""
    assert page.asked is not None
    return _window(page.asked) is None and page.json is not None and _total(page) is None


def _numbered(page: Page) -> Query | None:
    """The question of a script that asks by the number of a page, all else in it known."""
    for call in (*calls(page, _SIGN), *sent(page, _SIGN)):
        pairs = dict(_pairs(call))
        keys = {key.lower() for key in pairs}
        unknown = {key.lower() for key, told in pairs.items() if "{" in told}
        if "startrecord" in keys or not keys & PAGE_NAMES or unknown - PAGE_NAMES - SIZE_NAMES:
            continue
        if len(keys - PAGE_NAMES - SIZE_NAMES) == 0:
            continue  # nothing in it says which column
        number = next(told for key, told in pairs.items() if key.lower() in PAGE_NAMES)
        name = re.escape(number.strip("{}").rpartition(".")[2])
        counted = re.search(rf"(?<![\w$]){name}\s*[:=]\s*0\b", code_of(page)) if name else None
        zero = bool(counted) or bool(re.search(r"^0$|-\s*1\}$", number))
        if query := call.query(page, 1, _SIZE):
            return replace(query, note=json.dumps({"zero": zero}))
    return None


def _pairs(call: Call) -> Iterator[tuple[str, str]]:
    for pair in filter(None, call.address.partition("?")[2].split("&")):
        yield pair.partition("=")[0], pair.partition("=")[2]
    for key, told in call.data.items():
        yield key, told if isinstance(told, str) else json.dumps(told)


def _first(page: Page) -> Query | None:
    if numbered := _numbered(page):
        return numbered
    address = _ADDRESS.search(code_of(page))
    column = value(page, "columnId", "columnid")
    url = page.absolute(address[1]) if address else None
    if url is None or not column:
        return None
    own = value(page, "perpage", "perPage", "pageSize") or ""
    size = int(own) if own.isdigit() and 0 < int(own) <= 100 else _SIZE
    pairs = [("columnId", column)]
    pairs += [(k, v) for k in _OTHERS if (v := value(page, k)) and re.fullmatch(r"[\w-]+", v)]
    pairs += [("perpage", str(size)), ("callback", "cb")]
    return Query(_at(with_pairs(url, pairs), 1, size), referer=page.url)


def _at(url: str, start: int, size: int) -> str:
    return with_pairs(url, [("startrecord", str(start)), ("endrecord", str(start + size - 1))])


def _window(query: Query) -> tuple[int, int] | None:
    """(first record, number of records) that a question asks for."""
    asked = parse_qs(urlsplit(query.url).query)
    try:
        start, end = int(asked["startrecord"][0]), int(asked["endrecord"][0])
    except (KeyError, ValueError):
        return None
    return start, end - start + 1


def _result(page: Page) -> str:
    found: Any = page.json
    if isinstance(found, dict):
        found = found.get("result") or found.get("data") or ""
    return found if isinstance(found, str) else page.text


def _total(page: Page) -> int | None:
    m = _TOTAL.search(_result(page))
    return int(m[1]) if m else None


MECHANISM = TrueCms()
