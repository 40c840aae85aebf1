"""The spider of one portal: from its columns, or from its home page, to its annual reports."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy.http import Response

import settings
from crawler.items import PageItem
from crawler.parsing.titles import read_year
from crawler.services import CrawlEvent
from spiders.candidates import Claim, ColumnContext, claim_entry
from spiders.columns import PDF, folder_links, is_column, is_document, report_entries
from spiders.entries import list_entries, looks_like_report
from spiders.harvest import Harvest
from spiders.lists import Entry
from spiders.page import Page
from spiders.reader import ColumnReading, read_column
from spiders.scope import Scope
from spiders.search import ColumnSearch, Found, SearchResult
from spiders.work import WorkSpider
from storage import repositories
from storage.domain import ColumnRead, Problem, Publication
from storage.repositories import KnownCandidate
from storage.vocab import ProblemKind, RunOutcome

MAX_FOLDERS = 150
"""Parts of columns (years, departments) read in one run."""
MAX_NESTING = 3
MAX_JUMPS = 3


class PortalSpider(WorkSpider):
    name = "portal"

    scope: Scope

    async def work(self) -> None:
        """Read the columns to their ends, fetch what they list, look after what they list no more."""
        self.answers: dict[str, Response] = {}
        self._pages: dict[str, Page] = {}
        self._claims: dict[str, Claim] = {}
        self._readings: list[tuple[str, ColumnReading]] = []
        self._folders = 0
        known, publications, last = await self._remember()
        home = await self.open(self.portal.url, home=True)
        if isinstance(home, Problem):
            self.problem(home)
        await self._read_known(last)
        if not isinstance(home, Problem) and self._must_search():
            await self._search(home)
            if not self.record.columns:
                message = "从首页出发没有找到年报栏目；可在 portals.yml 的 columns 中写明"
                self.problem(Problem(ProblemKind.COLUMN_NOT_FOUND, message, self.portal.url))
        harvest = Harvest(self, known, publications)
        await harvest.gather(self._claims.values())
        complete = {c.url for c in self.record.columns if c.complete}
        listed = {e.url for _, reading in self._readings for e in reading.entries}
        await harvest.check_gone(complete, listed | set(self._claims))

    # --- pages ------------------------------------------------------------------

    async def open(self, url: str, *, home: bool = False) -> Page | Problem:
        """A page, archived; shells that only send on are followed. Never fetched twice."""
        for _ in range(MAX_JUMPS):
            if url in self._pages:
                return self._pages[url]
            answer = await self.fetcher.get(url, home=home)
            if answer.problem is not None or answer.response is None:
                return answer.problem or Problem(ProblemKind.DECODE, "没有内容", url)
            response = answer.response
            await self.submit(PageItem(response))
            self.answers[url] = self.answers[response.url] = response
            if not answer.is_html:
                return Problem(ProblemKind.DECODE, "不是网页", url)
            page = Page(response.url, response.body)
            self._pages[url] = self._pages[page.url] = page
            target = page.jump()
            if target is None or not self.hosts.allows(target):
                return page
            url = target
        return Problem(ProblemKind.REDIRECT_LOOP, "页面一再跳转", url)

    # --- columns ----------------------------------------------------------------

    async def _remember(
        self,
    ) -> tuple[dict[str, KnownCandidate], list[Publication], list[ColumnRead]]:
        store = self.services.store
        agencies = await store(repositories.agencies)
        portals = await store(repositories.portals)
        self.scope = Scope(self.portal, agencies, portals)
        known = await store(repositories.known_candidates, self.portal.id)
        publications = await store(repositories.publications, portal=self.portal.id)
        runs = await store(repositories.healths, self.portal.id)
        healthy = [r for r in runs if r.outcome is RunOutcome.HEALTHY]
        return known, publications, list(healthy[-1].columns) if healthy else []

    async def _read_known(self, last: list[ColumnRead]) -> None:
        """Columns of the registry, and those of the last healthy run."""
        registered = list(self.portal.columns)
        remembered = [c.url for c in last if c.url not in registered]
        for url in [*registered, *remembered]:
            if any(url == r for r, _ in self._readings):
                continue
            page = await self.open(url)
            if not isinstance(page, Problem):
                await self._read(Found(page, "", self._owner_of(page)), url)
            elif url in registered:
                self._lost(url, page)
            else:
                # A column that moved: the search from the home page finds its new place.
                self.problem(page)

    def _must_search(self) -> bool:
        """Search unless known columns were read whole and list every body at least once."""
        if not self.record.columns or not all(c.complete for c in self.record.columns):
            return True
        return not self.portal.columns and bool(self._unlisted())

    async def _search(self, home: Page) -> None:
        search = ColumnSearch(self.open, self.scope)
        for url, reading in self._readings:
            for known in (url, *(p.url for p in reading.pages)):
                search.close(known)
        await self._take(await search.run(home))
        if unlisted := self._unlisted():
            await self._take(await search.for_agencies(unlisted))

    async def _take(self, result: SearchResult) -> None:
        for problem in result.problems:
            self.problem(problem)
        for url, problem in result.lost:
            self._lost(url, problem)
        for page, label in result.documents:
            self._claim(Entry(page.url, _title_of(page, label)), None)
        for found in result.columns:
            await self._read(found)

    async def _read(self, found: Found, url: str | None = None, nesting: int = 0) -> None:
        """Read a column and its parts; the same list under another address counts once."""
        page = await self._content(found.page)
        reading = await read_column(page, self.open)
        parts = self._parts(page, reading) if nesting < MAX_NESTING else []
        lines = {e.url for e in reading.entries}
        if lines and any(lines == {e.url for e in r.entries} for _, r in self._readings):
            return
        address = url or found.page.url
        self._readings.append((address, reading))
        for problem in reading.problems:
            self.problem(problem)
        context = ColumnContext(address, found.agency, found.year)
        parts_of = {part.url for part, _ in parts}
        for entry in reading.entries:
            if entry.url not in parts_of:
                self._claim(entry, context)
        if reading.entries or not parts or reading.incomplete:
            column = reading.column(address)
            self.record.columns.append(column)
            self.services.tell(
                CrawlEvent(self.portal_id, "column", f"栏目 {column.entries} 条", address)
            )
        for entry, part in parts:
            await self._read_part(entry, part, context, nesting)

    async def _content(self, page: Page) -> Page:
        """The page with the list: itself, or a frame of it."""
        if not list_entries(page):
            for url in page.frames()[:3]:
                if self.hosts.allows(url):
                    frame = await self.open(url)
                    if not isinstance(frame, Problem) and list_entries(frame):
                        return frame
        return page

    def _parts(self, page: Page, reading: ColumnReading) -> list[tuple[Entry, Found]]:
        """Links of a column to its parts: by year, group of bodies, or body."""
        found: dict[str, tuple[Entry, Found]] = {}
        for link in folder_links(page):
            entry = Entry(link.url, link.label)
            found[link.url] = entry, Found(page, link.label, None, read_year(link.label + "年"))
        for entry in reading.entries:
            name = re.sub(r"(?:政府信息公开|信息公开)?(?:工作)?(?:年报|年度报告)$", "", entry.title)
            if name and (agency := self.scope.exact(name)) and not entry.date:
                found[entry.url] = entry, Found(page, entry.title, agency)
        return [
            (entry, part)
            for url, (entry, part) in found.items()
            if self.hosts.allows(url)
            and not PDF.search(urlsplit(url).path)
            and url not in self._pages
        ]

    async def _read_part(
        self, entry: Entry, part: Found, context: ColumnContext, nesting: int
    ) -> None:
        self._folders += 1
        own = ColumnContext(context.url, part.agency or context.agency, part.year or context.year)
        if self._folders > MAX_FOLDERS:
            self._lost(
                entry.url,
                Problem(ProblemKind.LIST_INCOMPLETE, f"栏目分支超过 {MAX_FOLDERS} 个", entry.url),
            )
            return
        page = await self.open(entry.url)
        if isinstance(page, Problem):
            if entry.url in self.answers:
                self._claim(entry, own)  # not a page but a file
            else:
                self._lost(entry.url, page)
        elif is_document(page) or (looks_like_report(entry.title) and not list_entries(page)):
            self._claim(entry, own)
        elif report_entries(page) or is_column(page, part.label) or part.agency is None:
            await self._read(Found(page, part.label, own.agency, own.year), entry.url, nesting + 1)

    # --- claims -----------------------------------------------------------------

    def _claim(self, entry: Entry, column: ColumnContext | None) -> None:
        """Keep the best claim for an address."""
        if not self.hosts.allows(entry.url):
            return
        claim = claim_entry(entry, column, self.scope)
        known = self._claims.get(entry.url)
        if known is None or claim.score > known.score:
            self._claims[entry.url] = claim

    def _lost(self, url: str, problem: Problem) -> None:
        """A column that could not be read: it may list anybody's report."""
        self.problem(problem)
        self.record.columns.append(ColumnRead(url, "", 0, False, problem.message))

    def _unlisted(self) -> list[str]:
        """Own bodies that no listed entry names."""
        named = {c.agency or c.context_agency for c in self._claims.values() if c.verdict is None}
        return [
            a.id
            for a in self.scope.own.by_id.values()
            if a.id not in named and (a.valid_to is None or a.valid_to >= settings.now().date())
        ]

    def _owner_of(self, page: Page) -> str | None:
        """The body whose own column a known page is, by its name."""
        return self.scope.exact(page.meta.get("columnname", ""))


def _title_of(page: Page, label: str) -> str:
    return next((h for h in page.headings if "报告" in h), None) or label or page.title
