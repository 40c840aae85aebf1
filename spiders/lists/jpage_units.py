"""The lists that a page of 大汉 JPage holds as XML, with what the page says of their interface."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from spiders.entries import looks_like_report
from spiders.lists import Entry
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.pieces import record_entries
from spiders.lists.script_values import resolved, value
from spiders.page import Page

_STORE = re.compile(r"<datastore\b[^>]*>(.*?)(?:</datastore\s*>|\Z)", re.I | re.S)
_RECORD = re.compile(r"<record\b[^>]*>(.*?)</record\s*>", re.I | re.S)
_LINKED = re.compile(r"href|onclick", re.I)
"""Records without a link are rules between the lines."""
_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*?)(?:\]\]>)?\s*$", re.I | re.S)
_NEXT = re.compile(r"<nextgroup\b[^>]*>(.*?)</nextgroup\s*>", re.I | re.S)
_TOTAL = re.compile(r"<totalrecord>\s*(?:<!\[CDATA\[)?\s*(\d{1,7})", re.I)
_SET_TOTAL = re.compile(r"(?<![\w.])total_?records?[\"']?\s*[:=]\s*[\"']?(\d{1,7})", re.I)
_PER_PAGE = re.compile(r"(?<![\w.])per_?page[\"']?\s*[:=]\s*[\"']?(\d{1,4})", re.I)
_PROXY = re.compile(r"([^\"'\s<>(),=]{0,500}dataproxy\.jsp[^\"'\s<>()]*)", re.I)
_PROXY_NAME = re.compile(r"dataproxy\.jsp", re.I)
_PARAMETERS = re.compile(r"\{[^{}]*?\b[\"']?columnid[\"']?\s*:[^{}]*\}", re.I)
_COLUMN = re.compile(r"/col(\d+)(?:/|\.|$)", re.I)
_DEFAULT_PROXY = "/module/web/jpage/dataproxy.jsp"
_WIDEST = 100
WINDOW = frozenset({"startrecord", "endrecord", "perpage", "page", "rowpage", "currentpage"})
"""Parameters that say which part of the list is asked for, in small letters."""


@dataclass(frozen=True)
class Unit:
    """One list of a page. ``records``: its lines as HTML; ``proxy`` and ``asked``: where the others
    come from."""

    records: tuple[str, ...]
    total: int | None
    size: int
    proxy: str | None
    asked: tuple[tuple[str, str], ...]

    @property
    def column(self) -> str | None:
        return {k.lower(): v for k, v in self.asked}.get("columnid")

    @property
    def whole(self) -> bool:
        """Whether the page has all of its records."""
        return self.total is not None and len(self.records) >= self.total


@lru_cache(maxsize=16)
def units_of(page: Page) -> tuple[Unit, ...]:
    """The lists of a page or answer: those with reports, else those of the page's own column, else
    all."""
    found = tuple({(u.records or u.asked, u.total): u for u in _every_unit(page)}.values())
    if page.asked is not None or len(found) < 2:
        return found
    telling = tuple(u for u in found if any(looks_like_report(e.title) for e in lines_of(u, page)))
    own = own_column(page)
    return telling or tuple(u for u in found if own and u.column == own) or found


def _every_unit(page: Page) -> Iterator[Unit]:
    text = page.text
    stores = list(_STORE.finditer(text))
    if not stores:
        # Looked for by its name first: most pages have none, and some have very long words.
        proxy = page.asked is None and _PROXY_NAME.search(text) and _PROXY.search(text)
        if proxy:
            yield _unit(page, "", html.unescape(text), proxy[1], len(stores))
        return
    ends = [m.start() for m in stores[1:]] + [len(text)]
    for store, end in zip(stores, ends, strict=True):
        # What belongs to a store stands in it, behind it, or for a single one anywhere.
        around = text if len(stores) == 1 else text[store.start() : end]
        proxy = _PROXY.search(around)
        yield _unit(page, store[1], html.unescape(around), proxy and proxy[1], len(stores))


def _unit(page: Page, store: str, around: str, proxy: str | None, stores: int) -> Unit:
    records = (plain(m[1]) for m in _RECORD.finditer(store))
    link = next_link(store)
    outside = around.replace(store, "")
    asked = _parameters(page, outside) or _query_of(link or proxy or "")
    if not asked and stores < 2:
        asked = _fields(page)
    total = _TOTAL.search(store) or _SET_TOTAL.search(outside)
    size = _PER_PAGE.search(outside)
    return Unit(
        records=tuple(r for r in records if _LINKED.search(r)),
        total=int(total[1]) if total else None,
        size=min(int(size[1]), _WIDEST) if size and int(size[1]) else 15,
        proxy=page.absolute(html.unescape(link or proxy or _DEFAULT_PROXY).partition("?")[0]),
        asked=tuple((k, v) for k, v in asked if k.lower() not in WINDOW),
    )


def next_link(text: str) -> str | None:
    """The address in ``<nextgroup>``."""
    following = _NEXT.search(text)
    link = _PROXY.search(html.unescape(plain(following[1]))) if following else None
    return link[1] if link else None


def plain(text: str) -> str:
    """The content of a CDATA section; of an escaped one, resolved."""
    m = _CDATA.match(text)
    if m:
        return m[1]
    return html.unescape(text) if "&lt;" in text else text


def _parameters(page: Page, around: str) -> list[tuple[str, str]]:
    """The object with ``columnid`` that the page's script posts."""
    for m in _PARAMETERS.finditer(around):
        try:
            found, _ = literal(around, m.start())
        except NoLiteral:
            continue
        if isinstance(found, dict):
            pairs = list(_known(page, found))
            if any(k.lower() == "columnid" and v for k, v in pairs):
                return pairs
    return []


def _known(page: Page, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, told in found.items():
        if isinstance(told, str) and told.startswith("{"):
            told = resolved(page, told, 2)
        if isinstance(told, (str, int, float)):
            yield key, str(told)


def _query_of(address: str) -> list[tuple[str, str]]:
    asked = parse_qsl(html.unescape(address).partition("?")[2], keep_blank_values=True)
    return asked if any(k.lower() == "columnid" and v for k, v in asked) else []


def _fields(page: Page) -> list[tuple[str, str]]:
    """Parameters in variables, fields or attributes of the page."""
    column = value(page, "columnid")
    if not column:
        return []
    names = ("col", "appid", "webid", "path", "sourceContentType", "unitid", "webname")
    others = [(n, v) for n in (*names, "permissiontype") if (v := value(page, n))]
    return [("columnid", column), *others]


def lines_of(unit: Unit, page: Page) -> list[Entry]:
    return [e for r in unit.records for e in record_entries(r, base_of(page))]


def base_of(page: Page) -> str:
    """Records count their addresses from the column's page, not from the interface."""
    return page.asked.referer if page.asked and page.asked.referer else page.base


def own_column(page: Page) -> str | None:
    m = _COLUMN.search(urlsplit(page.url).path)
    return m[1] if m else None
