"""When one portal's run opens the browser, for what, and how often at most."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawler.components import VISIT_SECONDS
from crawler.documents.charset import decode
from crawler.documents.sniff import sniff
from crawler.health import NETWORK, WALLS, Trouble
from crawler.items import PageItem
from crawler.middlewares.browser import Memory, NoBrowser
from crawler.middlewares.browser_tab import Asked, Tab, visit
from crawler.middlewares.walls import recognise
from spiders.candidates import Claim
from spiders.columns import is_column
from spiders.entries import looks_like_report
from spiders.lists import choose
from spiders.lists.browser_list import read_drawn
from spiders.page import Page
from spiders.query import Query
from spiders.reader import ColumnReading
from storage.domain import Problem
from storage.vocab import BrowserMode, ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

MAX_COLUMNS = 20
MAX_PAGES = 10
MAX_DOCUMENTS = 20
"""Visits in one run: of lists, of pages on the way to them, of single documents."""
MAX_OPTIONS = 30
"""Years and bodies chosen in one list."""
MAX_ALWAYS = 200
"""The same where the registry wants every page opened in the browser."""
WALL_TURNS = 6
WALL_PATIENCE = 3.0
WALL_SILENCES = 2
"""Times that a wall may load itself anew; seconds of silence waited for; after how many of them,
with nothing loaded in between, no more is expected."""
_THIN = 300
"""Characters of a page that leaves its text to a script."""
_FEW_LINKS = 3
_PRINTED = frozenset({"plain_list", "bundle", "link_pager", "static_pager", "onclick_pager"})
"""Mechanisms that read what the page shows; the others read an interface, drawn or not."""
_KNOWN_LIST = 0.6
"""Fingerprint from which a list is known by its scripts: it needs the page as it came."""
_EVENTS = re.compile(r"<[a-z][^<>]{0,3000}?\son\w{2,30}\s*=|href\s*=\s*[\"']?javascript:", re.I)
_HOST_REFUSED = re.compile(r"主机 (\S+) 不属于本门户")


class Surfing:
    """The browser as one portal's run uses it."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider
        self._memory = Memory()
        self._used = {"columns": 0, "pages": 0, "documents": 0}
        self._missing = False

    @property
    def always(self) -> bool:
        return self._spider.portal.browser is BrowserMode.ALWAYS

    # --- lists ------------------------------------------------------------------

    async def column(
        self, page: Page, reading: ColumnReading, doubt: str | None, options: Sequence[str]
    ) -> ColumnReading:
        """The reading, or a better one from the browser where a script may hold the rest, also
        behind ``options`` that only it obeys. ``doubt``: why the reading may be a part, though its
        own list was read to its end."""
        whole = reading.incomplete is None
        reading.incomplete = reading.incomplete or doubt
        if page.drawn and reading.how in _PRINTED:
            reading.incomplete = reading.incomplete or "列表由脚本生成，无法确认读到末尾"
        unproven = reading.incomplete is not None or not reading.entries
        hindered = any(p.kind in WALLS or p.kind in NETWORK for p in reading.problems)
        if not self.always and (not unproven or hindered or not _has_scripts(page)):
            return reading
        if not self._may("columns", MAX_COLUMNS):
            return reading
        try:
            async with self._tab(page) as tab:
                drawn = await read_drawn(tab, page.url, options[:MAX_OPTIONS], whole)
                self._tell_refused(tab, drawn)
        except Trouble as trouble:
            self._failed(trouble, page.url)
            reading.incomplete = reading.incomplete or trouble.message
            return reading
        return _better(reading, drawn)

    # --- single pages -----------------------------------------------------------

    async def page(self, page: Page) -> Page:
        """The page as its scripts make it, where it has no links of its own; else itself. Columns
        and lists that a mechanism knows by their scripts are left as they are."""
        bare = len(page.links) < _FEW_LINKS and not page.frames() and _has_scripts(page)
        bare = bare and not is_column(page, "") and choose(page).fingerprint(page) < _KNOWN_LIST
        if not (bare or self.always) or not self._may("pages", MAX_PAGES):
            return page
        drawn = await self._drawn(page)
        return page if drawn is None else drawn

    async def document(self, claim: Claim, page: Page) -> Response | None:
        """A listed page whose text only a script brings, as it then stands."""
        empty = len(page.visible) < _THIN and _has_scripts(page) and claim.score >= 0.5
        if not (empty or self.always) or not self._may("documents", MAX_DOCUMENTS):
            return None
        drawn = await self._drawn(page)
        if drawn is None or drawn.visible == page.visible:
            return None
        return Response(
            page.url,
            headers={"Content-Type": "text/html; charset=utf-8", "X-Nianbao-Rendered": "chromium"},
            body=drawn.text.encode("utf-8", "replace"),
        )

    async def _drawn(self, page: Page) -> Page | None:
        try:
            async with self._tab(page) as tab:
                await tab.open(page.url)
                views = await tab.views()
        except Trouble as trouble:
            self._failed(trouble, page.url)
            return None
        if not views:
            return None
        url, text = max(views, key=lambda view: len(view[1]))
        drawn = Page(page.url if url == views[0][0] else url, text.encode("utf-8", "replace"))
        drawn.drawn = True
        return drawn

    # --- walls ------------------------------------------------------------------

    async def open_wall(self, url: str) -> Response | None:
        """One slow visit; what stands behind the wall if its script lets the browser pass."""
        if not self._may("pages", MAX_PAGES):
            return None
        try:
            async with self._tab(None, through=True) as tab:
                await tab.open(url)
                silent = 0
                while (response := _behind(tab)) is None and not tab.refused:
                    seen = len(tab.documents)
                    await tab.settle(WALL_PATIENCE)
                    silent = silent + 1 if len(tab.documents) == seen else 0
                    if silent >= WALL_SILENCES:
                        break
                return response
        except Trouble as trouble:
            if trouble.kind is ProblemKind.BROWSER:
                self._failed(trouble, url)
        return None

    # --- inside -----------------------------------------------------------------

    def _may(self, what: str, most: int) -> bool:
        if self._spider.portal.browser is BrowserMode.NEVER or self._missing:
            return False
        self._used[what] += 1
        return self._used[what] <= (MAX_ALWAYS if self.always else most)

    @asynccontextmanager
    async def _tab(self, page: Page | None, *, through: bool = False) -> AsyncIterator[Tab]:
        spider = self._spider
        turns = 0

        async def relay(asked: Asked) -> Response:
            nonlocal turns
            turns += asked.kind == "document"
            if through and turns > WALL_TURNS:
                raise Trouble(ProblemKind.BLOCKED, "门户的验证页面一再重新载入，未能通过")
            response = await spider.fetcher.relay(asked, through=through)
            if asked.kind != "script" or "?" in asked.url:
                key = Query(response.url, asked.body).key
                await spider.submit(PageItem(response.replace(url=key)))
            return response

        agent: str = spider.crawler.settings["USER_AGENT"]
        seconds = spider.crawler.settings.getfloat(VISIT_SECONDS)
        browser = spider.services.browser
        async with visit(browser, self._memory, agent, relay, seconds) as tab:
            known = spider.answers.get(page.url) if page is not None else None
            if known is not None:
                tab.ready[page.url if page else known.url] = known
            yield tab

    def _tell_refused(self, tab: Tab, drawn: ColumnReading) -> None:
        """Data that the page wanted and did not get. What other hosts would have sent matters only
        where the list is not whole: counters of visits stand on every page."""
        hosts: set[str] = set()
        for problem in (*tab.refused, *tab.without):
            if elsewhere := _HOST_REFUSED.search(problem.message):
                hosts.add(elsewhere[1])
            elif problem in tab.refused:
                self._spider.problem(problem)
                told = f"页面的数据未能读取：{problem.url}（{problem.message}）"
                drawn.incomplete = drawn.incomplete or told
        if hosts and drawn.incomplete:
            drawn.incomplete += (
                f"；页面用到主机 {'、'.join(sorted(hosts))} 的内容，未访问，"
                "确属本门户时请写入 portals.yml 的 hosts"
            )

    def _failed(self, trouble: Trouble, url: str) -> None:
        if isinstance(trouble, NoBrowser):
            self._missing = True
        self._spider.problem(Problem(trouble.kind, trouble.message, url))


def _has_scripts(page: Page) -> bool:
    scripts = page.root.iter("script")
    return any(s.get("src") or (s.text or "").strip() for s in scripts) or bool(
        _EVENTS.search(page.text)
    )


def _better(reading: ColumnReading, drawn: ColumnReading) -> ColumnReading:
    """The browser's reading, unless it shows less. What stood in the page and is not drawn is
    added, and keeps the list from being called complete."""
    known = {e.url for e in drawn.entries}
    titles = {e.title for e in drawn.entries}
    lost = [
        e
        for e in reading.entries
        if e.url not in known and e.title not in titles and looks_like_report(e.title)
    ]
    if lost:
        drawn.entries += lost
        drawn.incomplete = drawn.incomplete or "页面中的条目在浏览器中没有出现"
    if not drawn.entries or (drawn.incomplete and len(drawn.entries) <= len(reading.entries)):
        if not reading.problems:
            reading.incomplete = drawn.incomplete or reading.incomplete
        return reading
    drawn.pages = reading.pages
    drawn.problems = [*reading.problems, *drawn.problems]
    return drawn


def _behind(tab: Tab) -> Response | None:
    """The last document, if it is a page and no wall."""
    for response in reversed(tab.documents[-1:]):
        text = decode(response.body)[0]
        if (
            response.status == 200
            and sniff(response.body) == "text/html"
            and recognise(200, text) is None
        ):
            return response
    return None
