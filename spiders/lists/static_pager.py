"""Static list pages whose number a script in the page states (TRS WCM and its relatives).

``createPageHTML(N, 0, "index", "html")`` and ``var countPage = N`` write the pager in the browser;
the pages themselves are plain files: ``index.html``, ``index_1.html`` … ``index_{N-1}.html``.
Some portals count from ``_2`` for the second page: links, the current number and the script's own
code tell which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from spiders.entries import list_entries
from spiders.lists import Entry, Extent
from spiders.lists.page_names import (
    first_question,
    next_naming,
    own_names,
    rest,
    same_list,
    script_names,
)
from spiders.lists.plain_list import stated
from spiders.page import Page
from spiders.query import Query

_CALL = re.compile(
    r"\b\w*page\w*\s*\(\s*(?:[\"'][^\"']*[\"']\s*,\s*)?(\d{1,4})\s*,\s*(\d{1,4})\s*,"
    r"\s*[\"']([\w./-]*?)[\"']\s*,\s*[\"']\.?(\w{2,5})[\"']",
    re.I,
)
_COUNT = re.compile(
    r"\b(?:var|let|const)?\s*(?:n?countpage|page_?count|total_?pages?|max_?page|all_?page)\s*=\s*[\"']?(\d{1,4})\b",
    re.I,
)
_CURRENT = re.compile(
    r"\b(?:var\s+)?(?:current_?page|curr_?page|page_?index)\s*=\s*[\"']?(\d{1,4})\b", re.I
)
_BASE = re.compile(r"[\"'](?:[^\"']*[^\"'\w-])?([\w-]+)_[\"']\s*\+")
_EXTENSION = re.compile(r"\+\s*[\"']\.(s?html?|aspx?|jsp)\b", re.I)
_PLUS_ONE = re.compile(r"_[\"']\s*\+\s*\(\s*\w+\s*\+\s*1\s*\)")
_SUFFIX = re.compile(r"_(\d{1,4})$")


@dataclass(frozen=True, slots=True)
class _Paging:
    count: int
    current: int
    base: str
    extension: str


class StaticPager:
    name = "static_pager"

    def fingerprint(self, page: Page) -> float:
        return 0.9 if _paging(page) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        return list_entries(page) if same_list(page) else []

    def next_requests(self, page: Page) -> list[Query]:
        paging = _paging(page)
        if page.asked is not None and page.asked.note:
            return rest(page)
        if paging is None or paging.count < 2 or _SUFFIX.search(_stem(page.url)):
            return []
        marks = ("{n}", "{m}") if _counts_from_one(page, paging) else ("{m}", "{n}")
        names = [f"{paging.base}_{mark}.{paging.extension}" for mark in marks if paging.base]
        folder = urljoin(page.base, ".")
        own = [urljoin(folder, name) for name in names]
        return first_question([*own, *script_names(page), *own_names(page)], paging.count, page)

    def extent(self, page: Page) -> Extent:
        paging, told = _paging(page), stated(page)
        return Extent(paging.count if paging else told.pages, told.total, told.open_end)

    def otherwise(self, query: Query, page: Page | None) -> list[Query]:
        """The second page of some portals is ``_2``, of others ``2.html``."""
        return next_naming(query)


def _stem(url: str) -> str:
    return PurePosixPath(urlsplit(url).path).stem


def _paging(page: Page) -> _Paging | None:
    script = page.script
    if m := _CALL.search(script):
        return _Paging(max(int(m[1]), 1), int(m[2]), m[3].removeprefix("./"), m[4])
    m = _COUNT.search(script)
    if m is None:
        return None
    path = urlsplit(page.url).path
    own = PurePosixPath(path)
    stem, extension = ("index", "html") if path.endswith("/") else (own.stem, own.suffix[1:])
    base = _BASE.search(script)
    suffix = _EXTENSION.search(script)
    current = _CURRENT.search(script)
    if base is None and not extension:
        return None
    return _Paging(
        max(int(m[1]), 1),
        int(current[1]) if current else 0,
        base[1] if base else _SUFFIX.sub("", stem),
        suffix[1] if suffix else extension,
    )


def _counts_from_one(page: Page, paging: _Paging) -> bool:
    """Whether the second page is ``_2``: by a link that shows number and address, else by the
    number of the current page, else by the script's code."""
    name = re.compile(rf"/{re.escape(paging.base)}_(\d+)\.{re.escape(paging.extension)}$")
    for link in page.links:
        if link.text.isdigit() and (m := name.search(urlsplit(link.url).path)):
            return int(link.text) == int(m[1])
    return paging.current == 1 or bool(_PLUS_ONE.search(page.script))


MECHANISM = StaticPager()
