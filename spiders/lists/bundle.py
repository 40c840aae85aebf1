"""One article that holds or links the reports of several bodies: 关于公布2023年度…年度报告的通知, 各部门….

Its attachments or links bear the names of bodies. It is a list like any other, of one year; its title
is that of an article, so that no column's page is taken for one, and any pager goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from crawler.parsing.dates import find_dates
from spiders import titles
from spiders.columns import is_document
from spiders.entries import is_column_label, list_entries, looks_like_report
from spiders.files import files
from spiders.lists import Entry, Extent
from spiders.lists.plain_list import MECHANISM as PLAIN
from spiders.page import Page, is_furniture, squeeze, text_of
from spiders.query import Query

_NUMBER = re.compile(
    r"^[\s(（\[【]*(?:附\s*件\s*)?(?:\d{1,3}|[一二三四五六七八九十]{1,3})?\s*[)）\]】]?\s*[.．、:：—-]*\s*"
)
_ENDING = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|html?)$", re.I)
_WORDS = re.compile(
    r"(?:19|20)\d{2}\s*年?度?|(?:政府)?信息公开|政务公开|工作|年度|年报|报告|情况|[()（）《》]"
)
_BODY = re.compile(
    r"^[\u4e00-\u9fff·、]{2,30}(?:局|委|委员会|办|办公室|厅|院|署|站|所|队|行|会|中心|政府|镇|乡|街道|办事处|区|县|市|旗)$"
)
_DAY = re.compile(r"(?:发布|公开|公布|成文|更新|发文)?(?:日期|时间)\s*[:：]?\s*(.{8,24})")
_LEAST = 2


class Bundle:
    name = "bundle"

    def fingerprint(self, page: Page) -> float:
        if page.asked is not None or not (lines := _lines(page)):
            return 0.0
        printed = {e.url for e in list_entries(page)}
        return 0.2 if any(e.url not in printed for e in lines) else 0.0

    def entries(self, page: Page) -> list[Entry]:
        return list({e.url: e for e in (*list_entries(page), *_lines(page))}.values())

    def next_requests(self, page: Page) -> list[Query]:
        return []

    def extent(self, page: Page) -> Extent:
        return PLAIN.extent(page)

    def column(self, page: Page) -> bool:
        return bool(_lines(page))


def of_several(page: Page) -> bool:
    """Whether a page that is no report itself links those of several bodies."""
    return bool(_lines(page))


@lru_cache(maxsize=16)
def _lines(page: Page) -> tuple[Entry, ...]:
    """The lines that name bodies or are reports, where they are those of several bodies."""
    title = next(filter(titles.of_several, (*page.headings, page.title)), None)
    if title is None or is_document(page):
        return ()
    found: dict[str, Entry] = {}
    bodies: set[str] = set()
    for entry in _offered(page):
        if entry.url == page.url or entry.url in found:
            continue
        label = _ENDING.sub("", _NUMBER.sub("", squeeze(entry.title)))
        body = titles.read(label).agency or _body(label) or _body(entry.heading)
        if body is None and not looks_like_report(label):
            continue
        bodies |= {body} if body else set()
        found[entry.url] = replace(entry, title=label or entry.title)
    if len(bodies) < _LEAST:
        return ()
    day = _day(page)
    return tuple(replace(e, date=e.date or day) for e in found.values())


def _offered(page: Page) -> Iterator[Entry]:
    """What the page's lists show, then what else it links in its text, then files."""
    yield from (e for e in list_entries(page) if not is_column_label(e.title))
    for link in page.links:
        if not is_column_label(link.label) and not is_furniture(link.element):
            row = next(link.element.iterancestors("tr"), None)
            cells = list(row.iterchildren("td", "th"))[:3] if row is not None else ()
            named = next((w for c in cells if _body(w := squeeze(text_of(c)))), "")
            yield Entry(link.url, link.label, heading=named)
    yield from (Entry(f.url, f.text) for f in files(page) if f.text)


def _body(label: str) -> str | None:
    words = _WORDS.sub("", label.replace(" ", ""))
    return words if _BODY.match(words) else None


def _day(page: Page) -> date | None:
    """The day that the article states for itself, which is that of all that it publishes."""
    m = _DAY.search(page.visible[:3000])
    days = find_dates(m[1]) if m else []
    return days[0] if days else None


MECHANISM = Bundle()
