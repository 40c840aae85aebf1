"""A list that only a running script makes, read in the browser.

What the page itself fetched is read first, records with titles and addresses wherever they stand in
its JSON, then the links that it draws. 下一页 is pressed until it is dead or brings nothing new.
Never chosen by :func:`spiders.lists.choose`: this is the way where no mechanism knows another.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from scrapy.http import Response

from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry
from spiders.lists.any_record import entries_of
from spiders.lists.plain_list import stated
from spiders.page import Page
from spiders.reader import ColumnReading

HOW = "browser"
MAX_PAGES = 60
PATIENCE = 3.0
"""Seconds of silence waited for where a page shows nothing yet."""
NEXT = r"^(?:下一?页|下一?頁|后一?页|下翻|next(?:page)?|下一页[>›»]+|[>›»]下一页)$"
MORE = r"^(?:(?:点击)?(?:加载|显示|展开|查看|浏览)更多|加载更多.{0,4}|loadmore|showmore)$"
DEAD = r"disab|forbid|unable|nolink|(?:^|[\s_-])(?:gray|grey|off|end|no)(?:$|[\s_-])"
_BACK = re.compile(r"上一?页|前一?页|\bprev", re.I)
_OVER = re.compile(r"没有更多|暂无更多|已经?(?:到底|全部加载)|到底了|全部加载完|no more", re.I)
_TOTAL = re.compile(
    r"^(?:total|totals|total_?(?:count|num|number|records?|elements|size|hits|rows?|results?)"
    r"|records?_?(?:count|total|num)|row_?count|count|item_?count|num_?found|all_?count|sum)$",
    re.I,
)
_PAGES = re.compile(
    r"^(?:pages|total_?pages?|page_?(?:count|total|sum|nums?)|all_?pages?|max_?page)$", re.I
)
_PAGED = re.compile(r"page|start|begin|offset|limit|size|rows|cur|num|end|pn|ps", re.I)
_DEEP = 8


class Drawn(Protocol):
    """What is needed of a tab (:class:`crawler.middlewares.browser_tab.Tab`)."""

    answers: list[Response]

    async def open(self, url: str) -> None: ...
    async def settle(self, quiet: float = ...) -> None: ...
    async def views(self) -> list[tuple[str, str]]: ...
    async def press(self, words: str, dead: str, more: str) -> str: ...
    async def scroll(self) -> None: ...


@dataclass(frozen=True)
class Records:
    """The list in an answer: ``entries``, and what stands beside it of pages and total."""

    place: str
    entries: tuple[Entry, ...]
    total: int | None = None
    pages: int | None = None
    paged: bool = False

    @property
    def reports(self) -> int:
        return sum(looks_like_report(e.title) for e in self.entries)


@dataclass
class _Progress:
    """``views``: the lines of every view; ``records``: addresses of all records of the list."""

    views: list[list[Entry]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    records: set[str] = field(default_factory=set)
    totals: list[int] = field(default_factory=list)
    stated_pages: int = 0
    place: str | None = None
    paged: bool = False
    end: str = ""
    """dead, none, stuck or limit: why no further page was read"""

    @property
    def seen(self) -> set[str]:
        return {e.url for lines in self.views for e in lines}


async def read_drawn(tab: Drawn, url: str) -> ColumnReading:
    """Read the list at ``url`` to its end. Raises crawler.health.Trouble."""
    progress = _Progress()
    await tab.open(url)
    used = await _take(progress, tab, 0)
    if not progress.seen:
        await tab.settle(PATIENCE)
        progress.views.clear()
        used = await _take(progress, tab, 0)
    scrolled = False
    while not progress.end:
        if len(progress.views) >= MAX_PAGES:
            progress.end = "limit"
            break
        before = progress.seen
        told = await tab.press(NEXT, DEAD, MORE)
        if told == "none" and not scrolled:
            scrolled = True
            await tab.scroll()
        elif told != "pressed":
            progress.end = told
            break
        await tab.settle()
        asked = len(tab.answers) > used
        used = await _take(progress, tab, used)
        if progress.seen <= before:
            progress.views.pop()
            if told == "pressed":
                progress.end = "stuck"
            elif not asked:
                progress.end = "none"
        elif told == "none":
            scrolled = False  # a list that grows as it is scrolled
    return _conclude(progress)


async def _take(progress: _Progress, tab: Drawn, used: int) -> int:
    """Add what the page shows now, and what it was sent since; the number of answers used."""
    answers = tab.answers[used:]
    pages = [Page(url, html.encode("utf-8", "replace")) for url, html in await tab.views()]
    base = pages[0] if pages else None
    found = [r for answer in answers for r in records_in(answer, base)]
    if progress.place is not None:
        found = [r for r in found if r.place == progress.place] or found
    best = max(found, key=lambda r: (r.reports, len(r.entries)), default=None)
    drawn = [e for page in pages for e in list_entries(page)]
    if best is not None and best.reports:
        progress.place = best.place
        progress.paged = progress.paged or best.paged
        progress.totals += [best.total] if best.total is not None else []
        progress.stated_pages = max(progress.stated_pages, best.pages or 0)
        drawn = joined(best.entries, drawn)
        progress.records |= {e.url for e in best.entries}
    for page in pages:
        told = stated(page)
        progress.totals += [told.total] if told.total is not None else []
        progress.stated_pages = max(progress.stated_pages, told.pages or 0)
    progress.views.append(drawn)
    progress.pages = pages
    return len(tab.answers)


def joined(records: Sequence[Entry], drawn: Sequence[Entry]) -> list[Entry]:
    """Records with the addresses that the page gives them, then the other reports it draws."""
    links = {_plain(e.title): e for e in drawn}
    found: dict[str, Entry] = {}
    for record in records:
        link = links.pop(_plain(record.title), None)
        entry = replace(record, url=link.url, date=record.date or link.date) if link else record
        found.setdefault(entry.url, entry)
    for entry in links.values():
        if looks_like_report(entry.title):
            found.setdefault(entry.url, entry)
    return list(found.values())


def records_in(answer: Response, base: Page | None = None) -> list[Records]:
    """Every array of records with titles and addresses in an answer's JSON. ``base``: the page
    that draws them, from which their addresses count."""
    page = Page(answer.url, answer.body)
    request = answer.request
    body = request.body.decode("utf-8", "replace") if request is not None else ""
    place = urlsplit(answer.url).path
    asked = [key for key, _ in parse_qsl(urlsplit(answer.url).query)]
    asked += [key for key, _ in parse_qsl(body)] + re.findall(r'"(\w+)"\s*:', body)
    paged = any(_PAGED.search(key) for key in asked) or bool(re.search(r"\d\.\w+$", place))
    found: list[Records] = []
    for path, records, around in _arrays(page.json, "", (), 0):
        entries = entries_of(records, base or page)
        if entries:
            total = _beside(around, _TOTAL)
            pages = _beside(around, _PAGES)
            if total is not None and total < len(entries):
                total = None  # some other count
            found.append(Records(f"{place}#{path}", tuple(entries), total, pages, paged))
    return found


def _arrays(
    data: Any, path: str, around: tuple[dict[str, Any], ...], depth: int
) -> Iterator[tuple[str, list[dict[str, Any]], tuple[dict[str, Any], ...]]]:
    """(path, records, objects around them from the inside out) of every array of objects."""
    if depth > _DEEP:
        return
    if isinstance(data, str) and data[:1] in "[{" and len(data) > 2:
        try:
            data = json.loads(data)  # JSON as a string in JSON
        except (ValueError, RecursionError):
            return
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _arrays(value, f"{path}.{key}", (data, *around), depth + 1)
    elif isinstance(data, list):
        records = [r for r in data if isinstance(r, dict)]
        if records:
            yield path, records, around
        for record in records[:50]:
            yield from _arrays(record, f"{path}[]", around, depth + 1)


def _beside(around: Sequence[dict[str, Any]], names: re.Pattern[str]) -> int | None:
    for level in around:
        for key, value in level.items():
            text = str(value)
            if names.match(key) and not isinstance(value, bool) and text.isdecimal():
                return int(text)
    return None


def _conclude(progress: _Progress) -> ColumnReading:
    reading = ColumnReading(HOW)
    known: dict[str, Entry] = {}
    for lines in progress.views:
        for entry in lines:
            known.setdefault(entry.url, entry)
    reading.entries = list(known.values())
    furniture: set[str] = set()
    if len(progress.views) > 1 and not progress.records:
        counts = Counter(url for lines in progress.views for url in {e.url for e in lines})
        furniture = {url for url, count in counts.items() if count == len(progress.views)}
        if furniture == set(known):
            furniture = set()
    reading.lines = len(progress.records or set(known) - furniture)
    reading.incomplete = _doubt(progress, reading)
    return reading


def _doubt(progress: _Progress, reading: ColumnReading) -> str | None:
    """Why the end of the list is not proven."""
    if not reading.entries:
        return "在浏览器中打开后，页面仍没有列表条目"
    total = max(progress.totals, default=None)
    if total is not None and reading.lines < total:
        return f"列表写明共 {total} 条，在浏览器中只读到 {reading.lines} 条"
    visited = len(progress.views)
    if progress.stated_pages > max(visited, 1):
        return f"列表共 {progress.stated_pages} 页，在浏览器中只读到 {visited} 页"
    if progress.end == "limit":
        return f"列表超过 {MAX_PAGES} 页，没有读完"
    if total is not None or progress.stated_pages or progress.end == "dead":
        return None
    words = " ".join(page.visible for page in progress.pages)
    if _OVER.search(words):
        return None
    if progress.end == "stuck":
        return "“下一页”没有带来新的条目，无法确认读到末尾"
    if visited > 1:
        return None if _BACK.search(words) else "列表没有写明总数，无法确认读到末尾"
    if progress.records and not progress.paged and not _BACK.search(words):
        return None  # one file with everything: asked for without a page, shown without a pager
    return "列表由脚本生成，没有写明总数，也没有“下一页”，无法确认读到末尾"


def _plain(title: str) -> str:
    return re.sub(r"\W", "", title)
