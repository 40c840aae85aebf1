"""Lists of 大汉 JPaaS: units of a page that a script fetches as HTML inside of JSON.

``<script url="/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{'webId':'…',
'pageId':'…','tplSetId':'…','tagId':'…','parseType':'bulidstatic','pageType':'column'}">`` answers
``{"data": {"html": "<ul>…</ul><div class='pagination' rows='15' count='57'>"}}``. Further pages only by
``paramJson={"pageNo":2,"pageSize":15}``. A page has several units: which one is the list shows
itself in the answers. What must be sent changes with the template: the page's own data are sent whole.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, Extent
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.numbered import page_count
from spiders.lists.pieces import lines, piece
from spiders.lists.plain_list import stated
from spiders.lists.script_calls import calls
from spiders.lists.script_values import resolved, value, with_pairs
from spiders.page import Page
from spiders.query import Query

_SIGN = re.compile(r"jpaas-publish-server|/front/page/build/unit", re.I)
_ADDRESS = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_NAMES = ("webId", "pageId", "tplSetId", "tagId", "parseType", "pageType")
_NEEDED = frozenset({"webid", "pageid"})
_LIST_TAG = re.compile(r"分页|列表|list|page", re.I)
_COUNT = re.compile(
    r"(?<![\w.])(?:data-)?(?:total_?)?(?:count|records?|total|totalnum)[\"']?\s*[:=]\s*[\"']?(\d{1,6})\b",
    re.I,
)
_PAGES = re.compile(
    r"(?<![\w.])(?:data-)?(?:totalpages?|page_?(?:count|total|sum)|pages)[\"']?\s*[:=]\s*[\"']?(\d{1,4})\b",
    re.I,
)
_LIST = "list"
"""Note of a question to a page's only list."""
_MAX_UNITS = 12
_MAX_PAGES = 300


class JpaasUnit:
    name = "jpaas_unit"

    def fingerprint(self, page: Page) -> float:
        return 0.95 if page.asked is None and _SIGN.search(page.text) and _is_list(page) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        if page.asked is None:
            return _printed(page)
        found = lines(_html(page) or "", page.asked.referer or page.url)
        return found if _tells(page, found) else []

    def next_requests(self, page: Page) -> list[Query]:
        if page.asked is None:
            return list(_units(page))
        return _following(page, len(self.entries(page)))

    def extent(self, page: Page) -> Extent:
        if page.asked is None:
            lost = None if _units(page) else "页面没有写明列表单元的参数（webId、pageId 等）"
            return Extent(open_end=lost, step=True)
        answer = _html(page)
        if answer is None:
            return Extent(open_end="列表接口返回的不是列表数据", of=_of(page.asked))
        if not self.entries(page):
            # A box of the page, or the only list, and it has nothing.
            empty = page.asked.note == _LIST
            return Extent(total=0 if empty else None, step=not empty, of=_of(page.asked))
        total, pages = _stated(answer)
        return Extent(pages if total is None else None, total, of=_of(page.asked))

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """Some servers want the number of the first page, too."""
        if "paramJson=" in query.url or (page is not None and _html(page)):
            return []
        return [_numbered(query, 1, 15)]


def _is_list(page: Page) -> bool:
    """Whether units make the page's list, rather than its head and foot around a printed one."""
    return not _printed(page) or any(u.note == _LIST for u in _units(page))


def _printed(page: Page) -> list[Entry]:
    return [e for e in list_entries(page) if looks_like_report(e.title)]


@lru_cache(maxsize=16)
def _units(page: Page) -> tuple[Query, ...]:
    """The question for every unit of the page; the page's only list is marked."""
    found: dict[str, Query] = {}
    for address, data in _every_unit(page):
        url = page.absolute(address)
        sent = {k: v for k, v in data.items() if v not in {"", "null", "undefined"}}
        if url and {k.lower() for k in sent} >= _NEEDED:
            query = Query(with_pairs(url, sent.items()), referer=page.url)
            found.setdefault(query.url, query)
    units = list(found.values())[:_MAX_UNITS]
    telling = [u for u in units if _LIST_TAG.search(dict(_asked(u)).get("tagId", ""))]
    only = units if len(units) == 1 else telling if len(telling) == 1 else []
    return tuple(replace(u, note=_LIST) if u in only else u for u in units)


def _every_unit(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, data) as attributes, calls in scripts, or variables have them."""
    for element in page.root.iter("script", "div", "ul", "section", "span", "input", "template"):
        attributes = {
            k.lower().replace("-", "").removeprefix("data"): v for k, v in element.items()
        }
        told = attributes.get("querydata") or attributes.get("params") or ""
        data = _object(page, html.unescape(told))
        if data or set(attributes) >= _NEEDED:
            own = {n: v for n in _NAMES if (v := attributes.get(n.lower()))}
            yield attributes.get("url") or _ADDRESS, data or own
    for call in calls(page, _SIGN):
        data = {k: str(v) for k, v in call.data.items() if isinstance(v, (str, int))}
        data = {k: v for k, v in data.items() if not v.startswith("{")}
        address, _, asked = call.address.partition("?")
        data |= {k: v for k, v in parse_qsl(asked) if "{" not in v}
        if "{" not in address:
            known = {n: v for n in _NAMES if n not in data and (v := value(page, n))}
            yield address, known | data


def _object(page: Page, text: str) -> dict[str, str]:
    if not text.lstrip().startswith("{"):
        return {}
    try:
        found, _ = literal(text, 0)
    except NoLiteral:
        return {}
    known: dict[str, str] = {}
    for key, told in found.items() if isinstance(found, Mapping) else ():
        if isinstance(told, str) and told.startswith("{") and told.endswith("}"):
            told = told if ":" in told else resolved(page, told, 2)
        if isinstance(told, (str, int)) and not isinstance(told, bool):
            known[key] = str(told)
        elif isinstance(told, Mapping):
            known[key] = json.dumps(told, ensure_ascii=False)
    return known


def _html(page: Page) -> str | None:
    """The answer's piece of HTML; None where it is something else."""
    found: Any = page.json
    for key in ("data", "html"):
        if isinstance(found, Mapping):
            found = found.get(key)
    return found if isinstance(found, str) else None


def _tells(page: Page, found: list[Entry]) -> bool:
    """Whether an answer is a page of the list: the page's only one, or one with reports."""
    assert page.asked is not None
    return page.asked.note == _LIST or any(looks_like_report(e.title) for e in found)


def _following(page: Page, got: int) -> list[Query]:
    assert page.asked is not None
    if not got or _number(page.asked) != 1:
        return []
    total, pages = _stated(_html(page) or "")
    count = page_count(total, got) or pages or 1
    query = replace(page.asked, note=_LIST)  # a later page belongs to it, reports or not
    return [_numbered(query, n, got) for n in range(2, min(count, _MAX_PAGES) + 1)]


def _stated(answer: str) -> tuple[int | None, int | None]:
    """(lines, pages) that a piece states."""
    count, pages = _COUNT.search(answer), _PAGES.search(answer)
    told = stated(piece(answer, "http://localhost/"))
    return (
        int(count[1]) if count else told.total,
        int(pages[1]) if pages else told.pages,
    )


def _numbered(query: Query, number: int, size: int) -> Query:
    asked = dict(_asked(query)).get("paramJson", "")
    data = json.loads(asked) if asked.startswith("{") else {}
    data |= {"pageNo": number, "pageSize": data.get("pageSize", size)}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return replace(query, url=with_pairs(query.url, [("paramJson", text)]))


def _number(query: Query) -> int:
    asked = dict(_asked(query)).get("paramJson", "")
    try:
        return int(json.loads(asked).get("pageNo", 1)) if asked else 1
    except (ValueError, AttributeError):
        return 1


def _of(query: Query) -> str:
    """Which unit a question is for."""
    return "&".join(f"{k}={v}" for k, v in _asked(query) if k != "paramJson")


def _asked(query: Query) -> list[tuple[str, str]]:
    return parse_qsl(query.url.partition("?")[2], keep_blank_values=True)


MECHANISM = JpaasUnit()
