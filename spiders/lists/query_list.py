"""Lists of portals that post to ``/queryList`` (Jiangxi's 大汉 and its relatives).

``loadPageData({unitid, webSiteCode, channelCode, perPage})`` posts ``current``, ``pageSize``,
``webSiteCode[]``, ``channelCode[]`` and gets ``{"data": {"total", "results": [{"source": {"title",
"pubDate", "urls"}}]}}``; ``urls`` is JSON in a string with the address under ``pc``. Other pages of the
family bring the whole list themselves: ``var listData = {articleList: […]}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.any_record import entries_of
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.known_record import entry_of
from spiders.lists.link_pager import MECHANISM as LINKS
from spiders.lists.numbered import count_at, following, number_of, page_count, rows_at
from spiders.lists.script_calls import calls
from spiders.lists.script_values import at_root, code_of, resolved, value
from spiders.page import Page
from spiders.query import JSON, Query

_SIGN = re.compile(r"\bqueryList\b")
_LOAD = re.compile(r"\bload(?:Page|List)?Data\s*\(\s*(?=\{)", re.I)
_ANY_LOAD = re.compile(r"\bloadPageData\s*\(", re.I)
_DATA = re.compile(
    r"(?<![\w.])(?:var\s+|let\s+|const\s+|window\.)?\w*listData\s*=\s*(?=[{\[])", re.I
)
_CODES = ("webSiteCode", "channelCode", "channelId")
_RESULTS = ("data.results", "data.data.results", "results", "data.list", "data.rows", "data")
_TOTAL = ("data.total", "data.data.total", "total", "data.totalCount", "data.count")
_IN_PAGE = ("articleList", "data.articleList", "list", "rows", "results", "data", "")
_IN_PAGE_TOTAL = ("total", "totalCount", "totalRecord", "totalNum", "count", "page.total")
_SIZE = 15


class QueryList:
    name = "query_list"

    def fingerprint(self, page: Page) -> float:
        if page.asked is not None:
            return 0.0
        if _in_page(page):
            return 0.92
        if _questions(page) or _ANY_LOAD.search(code_of(page)):
            printed = any(looks_like_report(e.title) for e in list_entries(page))
            return 0.3 if printed and LINKS.next_requests(page) else 0.92
        return 0.0

    def entries(self, page: Page) -> list[Entry]:
        if page.asked is None or page.json is None:
            found = _in_page(page)
            return found + [e for e in list_entries(page) if looks_like_report(e.title)]
        rows = rows_at(page.json, *_RESULTS)
        return [e for row in rows or () if (e := _entry(page, row))]

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is not None and page.json is not None:
            rows = rows_at(page.json, *_RESULTS)
            return following(page.asked, count_at(page.json, *_TOTAL), len(rows or ()))
        if _in_page(page):
            return LINKS.next_requests(page)
        return list(_questions(page))

    def extent(self, page: Page) -> Extent:
        if page.asked is not None and page.json is not None:
            return _answered(page)
        found = _in_page(page)
        if not found:
            lost = (
                None
                if _questions(page)
                else "页面没有写明列表接口的参数（webSiteCode、channelCode）"
            )
            return Extent(open_end=lost, step=True)
        told = LINKS.extent(page) if LINKS.fingerprint(page) else Extent()
        total = next((t for d in _literals(page) if (t := count_at(d, *_IN_PAGE_TOTAL))), None)
        if total is None and told.pages is None and "下一页" in page.text:
            return Extent(open_end="列表没有写明总数，无法确认读到末尾")
        return Extent(told.pages, total)

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """The same as JSON, where the form brings nothing."""
        if query.body is None or query.content_type == JSON or number_of(query) != 1:
            return []
        if page is not None and rows_at(page.json, *_RESULTS) is not None:
            return []
        data: dict[str, Any] = {}
        for key, told in parse_qsl(query.body.decode(), keep_blank_values=True):
            name = key.removesuffix("[]")
            data[name] = [*data.get(name, []), told] if key.endswith("[]") else _number_or(told)
        return [Query(query.url, json.dumps(data).encode(), JSON, query.referer, query.note)]


def _number_or(told: str) -> int | str:
    return int(told) if told.isdecimal() else told


def _entry(page: Page, row: Mapping[str, Any]) -> Entry | None:
    """A record's line; its address stands in JSON inside of JSON."""
    source = row.get("source", row)
    if isinstance(source, str):
        source = _read(source)
    if not isinstance(source, Mapping):
        return None
    urls = _read(source.get("urls"))
    found = [urls.get(k) for k in ("pc", "common", "wap")] if isinstance(urls, Mapping) else [urls]
    found += [source.get(k) for k in ("url", "pcUrl", "link", "staticUrl")]
    url = next((u for u in found if isinstance(u, str) and u and u != "null"), None)
    title = next((t for k in ("title", "showTitle", "name") if (t := source.get(k))), None)
    day = next(
        (d for k in ("pubDate", "publishTime", "publishedTimeStr", "date") if (d := source.get(k))),
        None,
    )
    base = Page(page.asked.referer, b"") if page.asked and page.asked.referer else page
    return entry_of(base, title, url, day, source.get("siteName"))


def _read(found: Any) -> Any:
    if isinstance(found, str) and found.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(found)
        except (ValueError, RecursionError):
            return found
    return found


def _answered(page: Page) -> Extent:
    rows = rows_at(page.json, *_RESULTS)
    total = count_at(page.json, *_TOTAL)
    if rows is None:
        return Extent(open_end="列表接口返回的不是列表数据")
    if total is None:
        return Extent(open_end="列表接口没有写明总条数")
    first = number_of(page.asked) == 1
    return Extent(page_count(total, len(rows)) if first and rows else None, total)


@lru_cache(maxsize=16)
def _questions(page: Page) -> tuple[Query, ...]:
    """The first page's question of every list of the page."""
    found: dict[str, Query] = {}
    code = code_of(page)
    addresses = [c for c in calls(page, _SIGN) if c.address.partition("?")[0].endswith("queryList")]
    url = next((u for c in addresses if (u := page.absolute(c.address.partition("?")[0]))), None)
    url = url or at_root(page, "/queryList")
    told = [dict(c.data) | dict(parse_qsl(c.address.partition("?")[2])) for c in addresses]
    for m in _LOAD.finditer(code):
        try:
            data, _ = literal(code, m.end())
        except NoLiteral:
            continue
        if isinstance(data, dict):
            told.insert(0, data)
    for data in told:
        query = _question(page, url, data)
        if query is not None:
            found.setdefault(query.key, query)
    if not found and (_SIGN.search(code) or _ANY_LOAD.search(code)):
        query = _question(page, url, {})
        return (query,) if query else ()
    return tuple(found.values())


def _question(page: Page, url: str | None, data: Mapping[str, Any]) -> Query | None:
    plain = {k.lower().removesuffix("[]"): v for k, v in data.items()}
    codes = {name: list(_codes(page, name, plain.get(name.lower()))) for name in _CODES}
    if url is None or not (codes["channelCode"] or codes["channelId"]):
        return None
    size = str(plain.get("perpage") or plain.get("pagesize") or "")
    form = [("current", "1"), ("pageSize", size if size.isdecimal() and int(size) else str(_SIZE))]
    unit = plain.get("unitid")
    form += [("unitid", str(unit))] if unit and not str(unit).startswith("{") else []
    form += [(f"{name}[]", code) for name, found in codes.items() for code in found]
    return Query(url, urlencode(form).encode(), referer=page.url)


def _codes(page: Page, name: str, told: Any) -> Iterator[str]:
    """The codes under a name: one, several, or what the page sets elsewhere."""
    if isinstance(told, list):
        for member in told:
            yield from _codes(page, name, member)
    elif isinstance(told, str) and told.startswith("{"):
        known = resolved(page, told, 2) or value(page, name)
        yield from filter(None, [known])
    elif told not in (None, ""):
        yield from filter(None, str(told).split(","))
    elif told is None and (known := value(page, name)):
        yield known


@lru_cache(maxsize=16)
def _literals(page: Page) -> tuple[Any, ...]:
    code = page.script
    found: list[Any] = []
    for m in _DATA.finditer(code):
        try:
            data, _ = literal(code, m.end())
        except NoLiteral:
            continue
        found.append(data)
    return tuple(found)


@lru_cache(maxsize=16)
def _in_page_found(page: Page) -> tuple[Entry, ...]:
    known: dict[str, Entry] = {}
    for data in _literals(page):
        rows: Sequence[Mapping[str, Any]] = rows_at(data, *_IN_PAGE) or []
        own = [e for row in rows if (e := _entry(page, row))]
        for entry in own if len(own) == len(rows) else entries_of(rows, page):
            known.setdefault(entry.url, entry)
    return tuple(known.values())


def _in_page(page: Page) -> list[Entry]:
    return list(_in_page_found(page))


MECHANISM = QueryList()
