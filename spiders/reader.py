"""Reads a column to its end, page by page, and says whether the end is proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from spiders.lists import Entry, ListMechanism, choose
from spiders.page import Page
from spiders.query import Query
from storage.domain import ColumnRead, Problem

MAX_LIST_PAGES = 300
"""Pages of one column; the longest column of annual reports seen has some 60."""

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

    def column(self, url: str) -> ColumnRead:
        return ColumnRead(url, self.how, self.lines, self.incomplete is None, self.incomplete)


@dataclass
class _Progress:
    """Distinct pages with their lines, and what the pages state about the whole."""

    reading: ColumnReading
    lines: list[list[Entry]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    stated_pages: int = 0
    stated_total: int = 0
    doubts: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


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
            progress.reading.problems.append(page)
            progress.doubts.append(f"列表页未能读取：{query.url}（{page.message}）")
            continue
        if _take(progress, mechanism, page):
            queue += [q for q in mechanism.next_requests(page) if q.key not in asked]
    return _conclude(progress)


def _take(progress: _Progress, mechanism: ListMechanism, page: Page) -> bool:
    """Add a page's lines; False for one that brings nothing new."""
    entries = mechanism.entries(page)
    extent = mechanism.extent(page)
    if not progress.stated_total:
        progress.stated_total = extent.total or 0
    if progress.reading.pages and not entries:
        progress.doubts.append(f"列表页没有条目：{page.url}")
        return False
    if progress.reading.pages and all(e.url in progress.seen for e in entries):
        progress.repeated.append(page.url)
        return False
    progress.stated_pages = max(progress.stated_pages, extent.pages or 0)
    if extent.open_end:
        progress.doubts.append(extent.open_end)
    progress.reading.pages.append(page)
    progress.lines.append(entries)
    progress.reading.entries += [e for e in entries if e.url not in progress.seen]
    progress.seen.update(e.url for e in entries)
    return True


def _conclude(progress: _Progress) -> ColumnReading:
    reading = progress.reading
    # The shell of a list that a script fills has no entries and is none of its pages.
    pages = sum(bool(lines) for lines in progress.lines)
    furniture: set[str] = set()
    if pages > 1:
        # Lines that stand on every page are boxes beside the list.
        counts = Counter(url for lines in progress.lines for url in {e.url for e in lines})
        furniture = {url for url, count in counts.items() if count == pages}
    reading.lines = sum(e.url not in furniture for e in reading.entries)
    printed = sum(e.url not in furniture for lines in progress.lines for e in lines)
    doubts = list(progress.doubts)
    if progress.stated_pages > max(pages, 1):
        doubts.append(f"列表共 {progress.stated_pages} 页，只读到 {pages} 个不同的页面")
    if progress.repeated and progress.stated_pages != pages:
        doubts.append(f"列表页与已读的重复：{progress.repeated[0]}")
    if printed < progress.stated_total:
        doubts.append(f"列表写明共 {progress.stated_total} 条，只读到 {printed} 条")
    reading.incomplete = doubts[0] if doubts else None
    return reading
