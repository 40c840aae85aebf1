"""A list that only a running script makes, read in the browser.

What the page itself fetched is read first, records with titles and addresses wherever they stand in
its JSON, then the links that it draws. 下一页 is pressed until it is dead or brings nothing new.
Never chosen by :func:`spiders.lists.choose`: this is the way where no mechanism knows another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Protocol

from scrapy.http import Response

from spiders.entries import list_entries
from spiders.lists import Entry
from spiders.lists.browser_records import joined, plain, records_in
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
_WINDOW = re.compile(r"[末尾]\s*页|>>|[»›]|\d\s*(?:\.{3}|…)")
"""Signs that a pager shows some of its numbers only."""


_CHOOSE = """words => {
  const read = e => (e.textContent || '').replace(/\\s+/g, ' ').trim();
  const option = [...document.querySelectorAll('option')].find(o => read(o) === words);
  const select = option && option.closest('select');
  if (select) {
    option.selected = true;
    for (const kind of ['input', 'change']) select.dispatchEvent(new Event(kind, {bubbles: true}));
    return true;
  }
  const named = [...document.querySelectorAll('a,li,span,div,button,dd,label,td,p,em,b')]
    .filter(e => read(e) === words && e.getClientRects().length);
  const inner = named.find(e => !named.some(o => o !== e && e.contains(o)));
  if (inner) inner.click();
  return !!inner;
}"""
"""Choose an option of a select box, or click what bears the words."""


class Drawn(Protocol):
    """What is needed of a tab (:class:`crawler.middlewares.browser_tab.Tab`)."""

    answers: list[Response]
    page: Any

    async def open(self, url: str) -> None: ...
    async def settle(self, quiet: float = ...) -> None: ...
    async def views(self) -> list[tuple[str, str]]: ...
    async def press(self, words: str, dead: str, more: str, beside: str = "") -> str: ...
    async def scroll(self) -> None: ...


@dataclass
class _Progress:
    """``views``: the lines of every view; ``records``: addresses of all records of the list."""

    views: list[list[Entry]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    records: set[str] = field(default_factory=set)
    totals: list[int] = field(default_factory=list)
    weak: list[int] = field(default_factory=list)
    """counts that may mean the page's own lines"""
    stated_pages: int = 0
    place: str | None = None
    paged: bool = False
    end: str = ""
    """dead, none, numbers, stuck or limit: why no further page was read"""

    @property
    def seen(self) -> set[str]:
        return {e.url for lines in self.views for e in lines}


async def read_drawn(
    tab: Drawn, url: str, options: Sequence[str] = (), whole: bool = False
) -> ColumnReading:
    """Read the list at ``url`` to its end, then those that its ``options`` (years, groups, bodies as
    printed) bring in its place. ``whole``: what is shown before one is chosen is known to be all of
    it. Raises crawler.health.Trouble."""
    await tab.open(url)
    reading = await _to_the_end(tab, 0)
    reading.incomplete = None if whole and options else reading.incomplete
    shown = {e.url for e in reading.entries}
    known = set(shown)
    for option in options:
        used = len(tab.answers)
        if not await tab.page.evaluate(_CHOOSE, option):
            reading.incomplete = reading.incomplete or f"选项“{option}”在浏览器中无法选择"
            continue
        await tab.settle()
        part = await _to_the_end(tab, used)
        now = {e.url for e in part.entries}
        if now == shown:
            if option == options[0]:  # it is what the page shows at first
                reading.entries = [replace(e, heading=option) for e in reading.entries]
            else:
                reading.incomplete = reading.incomplete or f"选项“{option}”没有换来内容"
            continue
        if part.incomplete:
            reading.incomplete = reading.incomplete or f"选项“{option}”：{part.incomplete}"
        shown = now
        reading.entries += [replace(e, heading=option) for e in part.entries if e.url not in known]
        reading.lines += len(now - known)
        known |= now
    reading.chosen = bool(options)
    return reading


async def _to_the_end(tab: Drawn, used: int) -> ColumnReading:
    """The list that the page shows; ``used``: answers that belong to what it showed before."""
    progress, first = _Progress(), used
    used = await _take(progress, tab, used)
    if not progress.seen:
        await tab.settle(PATIENCE)
        progress.views.clear()
        used = await _take(progress, tab, first)
    scrolled = numbered = False
    while not progress.end:
        if len(progress.views) >= MAX_PAGES:
            progress.end = "limit"
            break
        before = progress.seen
        told = await tab.press(NEXT, DEAD, MORE)
        number = len(progress.views)
        if told == "none" and (number == 1 or numbered):
            # A pager of bare numbers; those of a table's rows bring nothing when pressed.
            told = await tab.press(f"^{number + 1}$", DEAD, "^$", str(number))
            if numbered and told != "pressed":
                progress.end = "numbers"
                break
            numbered = told == "pressed"
        if told == "none" and not scrolled:
            scrolled = True
            await tab.scroll()
        elif told != "pressed":
            progress.end = told
            break
        await tab.settle()
        used = await _take(progress, tab, used)
        if progress.seen <= before and told == "pressed":
            progress.views.pop()
            await tab.settle(PATIENCE)  # it may come late
            used = await _take(progress, tab, used)
        if progress.seen <= before:
            progress.views.pop()
            idle = told == "none" or (numbered and number == 1)
            progress.end = "none" if idle else "stuck"
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
        if best.total is not None:
            (progress.totals if best.sure else progress.weak).append(best.total)
        progress.stated_pages = max(progress.stated_pages, best.pages or 0)
        named = {plain(title) for title in best.titles}
        listed = best.entries or tuple(e for e in drawn if plain(e.title) in named)
        drawn = joined(listed, drawn)
        progress.records |= {e.url for e in drawn if plain(e.title) in named}
    for page in pages:
        told = stated(page)
        progress.totals += [told.total] if told.total is not None else []
        progress.stated_pages = max(progress.stated_pages, told.pages or 0)
    progress.views.append(drawn)
    progress.pages = pages
    return len(tab.answers)


def _conclude(progress: _Progress) -> ColumnReading:
    reading = ColumnReading(HOW)
    known: dict[str, Entry] = {}
    for lines in progress.views:
        for entry in lines:
            known.setdefault(entry.url, entry)
    reading.entries = list(known.values())
    furniture: set[str] = set()
    grows = all(
        {e.url for e in one} <= {e.url for e in two} for one, two in pairwise(progress.views)
    )
    if len(progress.views) > 1 and not progress.records and not grows:
        counts = Counter(url for lines in progress.views for url in {e.url for e in lines})
        furniture = {url for url, count in counts.items() if count == len(progress.views)}
    reading.lines = len(progress.records or set(known) - furniture)
    reading.incomplete = _doubt(progress, reading)
    return reading


def _doubt(progress: _Progress, reading: ColumnReading) -> str | None:
    """Why the end of the list is not proven."""
    if not reading.entries:
        return "在浏览器中打开后，页面仍没有列表条目"
    # A count beside a button that is still alive may be that of the page.
    weak = progress.weak if progress.end in ("dead", "none") else []
    total = max(progress.totals + weak, default=None)
    if total is not None and reading.lines < total:
        return f"列表写明共 {total} 条，在浏览器中只读到 {reading.lines} 条"
    visited = len(progress.views)
    if progress.stated_pages > max(visited, 1):
        return f"列表共 {progress.stated_pages} 页，在浏览器中只读到 {visited} 页"
    if progress.end == "limit":
        return f"列表超过 {MAX_PAGES} 页，没有读完"
    if total is not None or progress.stated_pages or progress.end == "dead":
        return None
    words = _words(progress)
    if progress.end == "numbers":
        return "页码可能没有全部列出，无法确认读到末尾" if _WINDOW.search(words) else None
    if _OVER.search(words):
        return None
    if progress.end == "stuck":
        return "“下一页”没有带来新的条目，无法确认读到末尾"
    if visited > 1:
        return None if _BACK.search(words) else "列表没有写明总数，无法确认读到末尾"
    if progress.records and not progress.paged and not _BACK.search(words):
        return None  # one file with everything: asked for without a page, shown without a pager
    return "列表由脚本生成，没有写明总数，也没有“下一页”，无法确认读到末尾"


def _words(progress: _Progress) -> str:
    return " ".join(page.visible for page in progress.pages)
