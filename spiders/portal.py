"""The spider of one portal: from its columns, or from its home page, to its annual reports."""

from __future__ import annotations

from collections.abc import Set

from scrapy.http import Response

import settings
from crawler.documents.sniff import sniff
from crawler.items import PageItem
from spiders.again import vouch
from spiders.doubts import note_doubts
from spiders.gaps import look_aside
from spiders.harvest import Harvest
from spiders.known import (
    doubted,
    first_due,
    lists_year,
    losses,
    moved,
    read_before,
    searched_lately,
)
from spiders.page import Page
from spiders.query import Query
from spiders.scope import Scope
from spiders.scripts import Scripts
from spiders.search import ColumnSearch, Found, SearchResult
from spiders.surfing import Surfing
from spiders.walk import ColumnWalk
from spiders.work import WorkSpider
from storage import repositories
from storage.domain import ColumnRead, Problem, Publication
from storage.vocab import ProblemKind, RunOutcome

MAX_JUMPS = 3
MAX_PAGE = 8 * 1024 * 1024
"""Bytes of a page that is searched for links; lists of portals stay below 1 MB."""


class PortalSpider(WorkSpider):
    name = "portal"

    scope: Scope
    walk: ColumnWalk
    surfing: Surfing
    scripts: Scripts

    async def prepare(self) -> None:
        """What every visit to a portal needs before its first request."""
        self.answers: dict[str, Response] = {}
        self._pages: dict[str, Page] = {}
        self._failed: dict[str, Problem] = {}
        self._vanished: list[tuple[str, Problem]] = []
        self.scope = Scope(self.portal, *await self.services.registry())
        self.walk = ColumnWalk(self)
        self.surfing = Surfing(self)
        self.scripts = Scripts(self)
        self.fetcher.open_wall = self.surfing.open_wall

    async def work(self) -> None:
        """Read the columns to their ends, fetch what they list, look after what they list no more."""
        await self.prepare()
        store = self.services.store
        publications = await store(repositories.publications, portal=self.portal.id)
        known_columns = await self._known_columns()
        if not await vouch(self, known_columns, publications):
            await self._open_home()
        await self._read_known(known_columns)
        if await self._must_search() and not isinstance(home := await self._open_home(), Problem):
            await self._search(home)
            if not self.record.columns:
                message = "从首页出发没有找到年报栏目；可在 portals.yml 的 columns 中写明"
                self.problem(Problem(ProblemKind.COLUMN_NOT_FOUND, message, self.portal.url))
        await look_aside(self)
        self._miss_vanished(publications)
        known = await store(repositories.known_candidates, self.portal.id, self.run)
        files = await store(repositories.text_addresses, self.portal.id)
        texts = {p.url: files[p.id] for p in publications if p.id in files}
        harvest = Harvest(self, known, publications, texts)
        await harvest.gather(self.walk.claims.values())
        complete = {c.url for c in self.record.columns if c.complete}
        await harvest.check_gone(complete, self.walk.listed)
        self.walk.name_bodies(harvest.owners)
        note_doubts(self, publications)
        await self._doubt_losses()

    # --- pages ------------------------------------------------------------------

    async def open(self, url: str, *, home: bool = False) -> Page | Problem:
        """A page, archived; shells that only send on are followed. Never fetched twice."""
        way: list[str] = []
        for _ in range(MAX_JUMPS):
            if url in self._pages:
                return self._keep(way, self._pages[url])
            if url in self._failed:
                return self._failed[url]
            way.append(url)
            answer = await self.fetcher.get(url, home=home)
            if answer.problem is not None or answer.response is None:
                problem = answer.problem or Problem(ProblemKind.DECODE, "没有内容", url)
                self._failed |= dict.fromkeys(way, problem)
                return problem
            response = answer.response
            await self.submit(PageItem(response))
            self.answers[url] = self.answers[response.url] = response
            if not answer.is_html:
                return Problem(ProblemKind.DECODE, "不是网页", url)
            if len(response.body) > MAX_PAGE:
                return Problem(ProblemKind.TOO_LARGE, "网页过大，未读取其中的链接", url)
            way.append(response.url)
            page = Page(response.url, response.body)
            target = page.jump()
            if target is None or not self.hosts.allows(target):
                return self._keep(way, await self.surfing.page(page))
            url = target
        return Problem(ProblemKind.REDIRECT_LOOP, "页面一再跳转", url)

    def _keep(self, way: list[str], page: Page) -> Page:
        self._pages |= dict.fromkeys([*way, page.url], page)
        return page

    async def leads_home(self, response: Response) -> bool:
        """Whether an answer is the portal's home page, shown for an address that is dead."""
        home = await self._open_home()
        if isinstance(home, Problem) or sniff(response.body) != "text/html":
            return False
        page = Page(response.url, response.body)
        return page.url == home.url or _same(page, home)

    async def answers_at_all(self) -> bool:
        """Whether the portal shows its home page; a problem is recorded where it does not."""
        return not isinstance(await self._open_home(), Problem)

    async def _open_home(self) -> Page | Problem:
        home = await self.open(self.portal.url, home=True)
        if isinstance(home, Problem):
            self.problem(home)
        return home

    async def ask(self, query: Query) -> Page | Problem:
        """The answer to a list's question, archived; HTML, JSON or XML."""
        if query.key in self._pages:
            return self._pages[query.key]
        if query.key in self._failed:
            return self._failed[query.key]
        headers = {"Content-Type": query.content_type} if query.body is not None else {}
        if query.referer:
            headers["Referer"] = query.referer
        answer = await self.fetcher.get(query.url, post=query.body, headers=headers)
        if answer.problem is not None or answer.response is None:
            problem = answer.problem or Problem(ProblemKind.DECODE, "没有内容", query.url)
            self._failed[query.key] = problem
            return problem
        response = answer.response
        if query.body is None and answer.is_html:
            # A page of a list may be a report as well, of one year or body.
            self.answers[query.url] = self.answers[response.url] = response
        address = response.url if query.body is None else query.key
        await self.submit(PageItem(response.replace(url=address)))
        if len(response.body) > MAX_PAGE:
            return Problem(ProblemKind.TOO_LARGE, "列表数据过大，未读取", query.url)
        page = Page(response.url, response.body, asked=query)
        self._pages[query.key] = page
        target = page.jump()
        return await self.open(target) if target and self.hosts.allows(target) else page

    def opened(self) -> list[Page]:
        return list(dict.fromkeys(self._pages.values()))

    def was_opened(self, url: str) -> bool:
        return url in self._pages

    # --- columns ----------------------------------------------------------------

    async def _known_columns(self) -> list[str]:
        """Columns of the registry, and those of the last healthy run."""
        runs = await self.services.store(repositories.healths, self.portal.id)
        healthy = [r for r in runs if r.outcome is RunOutcome.HEALTHY]
        remembered = [c.url for c in healthy[-1].columns] if healthy else []
        return list(dict.fromkeys([*self.portal.columns, *remembered]))

    async def _read_known(self, columns: list[str]) -> None:
        for url in columns:
            if url in self.walk.addresses:
                continue
            page = await self.open(url)
            home = self._pages.get(self.portal.url)
            # It may have been opened before the home page was known.
            if home and not isinstance(page, Problem) and _same(page, home) and page is not home:
                page = Problem(ProblemKind.SOFT_404, "地址已失效：返回的是门户首页的内容", url)
            if not isinstance(page, Problem):
                owner = self.scope.exact(page.meta.get("columnname", ""))
                await self.walk.read(Found(page, "", owner), url)
            elif url in self.portal.columns or not moved(page):
                self.walk.lost(url, page)
            else:
                self.problem(page)
                self._vanished.append((url, page))

    async def _must_search(self) -> bool:
        """Search unless known columns were read whole and list every body at least once, and a
        report of the year that is due."""
        columns = self.record.columns
        if not columns or self._vanished or not all(c.complete for c in columns):
            return True
        unlisted = not self.portal.columns and bool(self._unlisted())
        return (
            unlisted or bool(await self._losses(self.walk.listed)) or await self._year_is_missing()
        )

    async def _year_is_missing(self) -> bool:
        """Reports are due and no column lists any of that year: there may be a new column."""
        now = settings.now()
        today = now.astimezone(settings.SHANGHAI).date()
        due = first_due(today, await self.services.store(repositories.overrides))
        if today <= due or not self.scope.own.by_id:
            return False
        if lists_year(self.walk.claims.values(), today.year - 1):
            return False
        runs = await self.services.store(repositories.healths, self.portal.id)
        return not searched_lately(runs, now, due)

    async def _losses(self, met: Set[str]) -> list[tuple[ColumnRead, ColumnRead]]:
        """Columns that lost most of what they had; ``met``: addresses that count as met."""
        runs = await self.services.store(repositories.healths, self.portal.id)
        read = read_before(self.record.columns, runs)
        if not read:
            return []
        known = await self.services.store(repositories.publications, portal=self.portal.id)
        return losses(read, [p for p in known if not self.years or p.year in self.years], met)

    async def _doubt_losses(self) -> None:
        """A sudden loss is not believed, unless all of it was met elsewhere or is taken down."""
        met = {url for urls in self.record.reports.values() for url in urls} | self.walk.listed
        for column, before in await self._losses(met):
            doubt = doubted(column, before)
            self.record.columns = [doubt if c is column else c for c in self.record.columns]

    async def _search(self, home: Page) -> None:
        search = ColumnSearch(self.open, self.scope)
        for url, reading in self.walk.readings:
            for known in (url, *(p.url for p in reading.pages)):
                search.close(known)
        await self._take(await search.run(home, loose=not self.walk.readings))
        # A column that ended years ago may have a successor that no menu shows.
        if self.record.columns and (self._unlisted() or await self._year_is_missing()):
            await self._take(await search.go_on())
        if unlisted := self._unlisted():
            await self._take(await search.for_agencies(unlisted))
        self.walk.claim_beside(search.beside())
        if unlisted := self._unlisted():
            names = [self.scope.own.by_id[a].name for a in unlisted]
            await self._take(await search.by_site_search(home, names))

    async def _take(self, result: SearchResult) -> None:
        for problem in result.problems:
            self.problem(problem)
        for url, problem in result.lost:
            self.walk.lost(url, problem)
        for page, label in result.documents:
            self.walk.claim_page(page, label)
        for entry in result.hits:
            self.walk.claim(entry, None)
        for found in result.columns:
            await self.walk.read(found)

    def _miss_vanished(self, publications: list[Publication]) -> None:
        """A column that is gone without a successor: what it held can't be called missing."""
        unlisted = set(self._unlisted())
        for url, problem in self._vanished:
            if unlisted & {p.agency for p in publications if p.column_url == url}:
                self.walk.lost(url, problem)

    def _unlisted(self) -> list[str]:
        """Own bodies that no listed entry names."""
        claims = [c for c in self.walk.claims.values() if c.verdict is None]
        named = {c.agency or c.context_agency for c in claims}
        today = settings.now().date()
        return [
            a.id
            for a in self.scope.own.by_id.values()
            if a.id not in named and (a.valid_to is None or a.valid_to >= today)
        ]


def _same(page: Page, home: Page) -> bool:
    return len(page.visible) >= 20 and page.visible == home.visible
