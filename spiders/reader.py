"""Reads a column to its end, page by page, and says whether the end is proven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import dataclass, field

from spiders.entries import looks_like_report
from spiders.lists import Entry, ListMechanism, choose, otherwise
from spiders.page import Page
from spiders.query import Query
from storage.domain import ColumnRead, Problem
from storage.vocab import ProblemKind

MAX_LIST_PAGES = 300
"""Pages of one column; the longest column of annual reports seen has some 60."""

_REFUSALS = frozenset({ProblemKind.HTTP_4XX, ProblemKind.HTTP_5XX, ProblemKind.SOFT_404})
"""Answers to the way of asking, not to the asker: another way may be tried."""
_WHOLE_PAGE = re.compile(r"<(?:html|body|frameset)\b", re.I)

Fetch = Callable[[Query], Awaitable[Page | Problem]]


@dataclass
class ColumnReading:
    """``entries``: every line of all pages once, in order; ``problem``: what stopped the reading."""

    how: str
    entries: list[Entry] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    lines: int = 0
    incomplete: str | None = None
    problems: list[Problem] = field(default_factory=list)
    chosen: bool = False
    """whether all choices of years and bodies that the page offers were made in a browser"""

    def column(self, url: str) -> ColumnRead:
        return ColumnRead(url, self.how, self.lines, self.incomplete is None, self.incomplete)


@dataclass
class _List:
    """One list of the column: its distinct pages with their lines, and what it states of itself."""

    lines: list[list[Entry]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    pages: int = 0
    total: int = 0
    repeated: str | None = None
    empty: str | None = None
    framed: bool = True
    """whether all of it came as whole pages, which have boxes beside the list"""


@dataclass
class _Progress:
    """``stepped``: a step was read, so the list itself must come from answers; ``preview``: the
    lines that steps show."""

    reading: ColumnReading
    lists: dict[str, _List] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    stepped: bool = False
    preview: list[Entry] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    """pages that were not there under one name, and asked for under another"""

    def keep(self, page: Page, entries: list[Entry]) -> None:
        self.reading.pages.append(page)
        self.reading.entries += [e for e in entries if e.url not in self.taken]
        self.taken.update(e.url for e in entries)


async def read_column(first: Page, fetch: Fetch) -> ColumnReading:
    """Read the list that begins on ``first``. Complete only if every page that the list is known
    to have was read, none was another one again, and no fewer lines came than the list states."""
    mechanism = choose(first)
    progress = _Progress(ColumnReading(mechanism.name))
    _take(progress, mechanism, first)
    queue = mechanism.next_requests(first)
    asked = {first.url}
    while queue:
        query = queue.pop(0)
        if query.key in asked:
            continue
        if len(asked) >= MAX_LIST_PAGES:
            progress.doubts.append(f"列表超过 {MAX_LIST_PAGES} 页，没有读完")
            break
        asked.add(query.key)
        page = await fetch(query)
        if isinstance(page, Problem):
            others = otherwise(mechanism, query, None) if page.kind in _REFUSALS else []
            if others:
                queue += others
                progress.refused.append(page)
                continue
            progress.reading.problems.append(page)
            progress.doubts.append(f"列表页未能读取：{query.url}（{page.message}）")
            continue
        if page.asked is None:
            # It was met before on another way, or the answer sent on to it.
            page = copy(page)
            page.asked = query
        if _take(progress, mechanism, page):
            queue += [q for q in mechanism.next_requests(page) if q.key not in asked]
        elif others := [q for q in otherwise(mechanism, query, page) if q.key not in asked]:
            queue += others
        else:
            _nothing_new(progress, mechanism, page)
    return _conclude(progress)


def _take(progress: _Progress, mechanism: ListMechanism, page: Page) -> bool:
    """Add a page's lines; False for one that brings nothing new."""
    entries = mechanism.entries(page)
    extent = mechanism.extent(page)
    own = progress.lists.setdefault(extent.of, _List())
    own.total = max(own.total, extent.total or 0)
    if extent.step:
        if page.asked is not None and entries and all(e.url in progress.taken for e in entries):
            return False  # the same answer again and again leads nowhere
        progress.doubts += filter(None, [extent.open_end])
        progress.stepped = True
        progress.preview += entries
        progress.keep(page, entries)
        return True
    if progress.reading.pages and not entries:
        progress.reading.pages.append(page)
        return False
    if own.lines and all(e.url in own.seen for e in entries):
        return False
    progress.doubts += filter(None, [extent.open_end])
    own.pages = max(own.pages, extent.pages or 0)
    own.lines.append(entries)
    own.seen.update(e.url for e in entries)
    own.framed = own.framed and bool(_WHOLE_PAGE.search(page.text))
    progress.keep(page, entries)
    return True


def _nothing_new(progress: _Progress, mechanism: ListMechanism, page: Page) -> None:
    """What it means that a page is empty or repeats another, and nothing else can be asked."""
    extent = mechanism.extent(page)
    own = progress.lists[extent.of]
    if extent.open_end:
        progress.doubts.append(extent.open_end)
    elif mechanism.entries(page):
        own.repeated = own.repeated or page.url
    elif extent.total != 0:  # a list that says that it has nothing is read
        own.empty = own.empty or page.url


def _conclude(progress: _Progress) -> ColumnReading:
    reading = progress.reading
    framed = [own for own in progress.lists.values() if own.framed]
    furniture = _furniture([page for own in framed for page in own.lines])
    reading.lines = sum(e.url not in furniture for e in reading.entries)
    doubts = list(progress.doubts)
    stated = max((own.total for own in progress.lists.values()), default=0)
    for own in progress.lists.values():
        doubts += _doubts(own, furniture)
        if progress.stepped and own.seen and not (own.pages or own.total or stated):
            doubts.append("列表没有写明总数，无法确认读到末尾")
    brought = set().union(*(own.seen for own in progress.lists.values()))
    if progress.stepped and not brought:
        doubts.append("没有读到列表数据")
    elif any(looks_like_report(e.title) and e.url not in brought for e in progress.preview):
        doubts.append("页面上的条目不在接口返回的列表中")
    if doubts:
        reading.incomplete = doubts[0]
        reading.problems += progress.refused
    return reading


def _doubts(own: _List, furniture: set[str]) -> list[str]:
    """What speaks against one list's having been read whole."""
    found: list[str] = []
    pages = sum(bool(lines) for lines in own.lines)
    printed, met = 0, set(furniture)
    for lines in own.lines:
        # A line that an earlier page had stands there for another that was never shown.
        printed += sum(e.url not in met for e in lines)
        met.update(e.url for e in lines)
    if own.pages > max(pages, 1):
        found.append(f"列表共 {own.pages} 页，只读到 {pages} 个不同的页面")
    counted = 0 < own.total <= printed
    if own.repeated and own.pages != pages and not counted:
        found.append(f"列表页与已读的重复：{own.repeated}")
    if own.empty and not counted:
        found.append(f"列表页没有条目：{own.empty}")
    if not own.framed and 0 < own.total < printed:
        # What was taken for the number of lines counts something else (pages, say).
        found.append(f"列表写明共 {own.total} 条，却读到 {printed} 条")
    if printed < own.total:
        found.append(f"列表写明共 {own.total} 条，只读到 {printed} 条")
    return found


def _furniture(pages: list[list[Entry]]) -> set[str]:
    """Lines that stand on every page are boxes beside the list."""
    filled = [lines for lines in pages if lines]
    counts = Counter(url for lines in filled for url in {e.url for e in lines})
    return (
        {url for url, count in counts.items() if count == len(filled)} if len(filled) > 1 else set()
    )
