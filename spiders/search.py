"""Searches a portal for its columns of annual reports, best link first, within a budget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from spiders import titles
from spiders.columns import (
    COLUMN_SCORE,
    FOLLOW_SCORE,
    MAX_AGENCY_PAGES,
    MAX_PAGES,
    folder_links,
    is_column,
    is_document,
    names_column,
    promising_links,
    report_entries,
)
from spiders.entries import list_entries, looks_like_report
from spiders.frontier import Frontier
from spiders.lists import Entry
from spiders.lists import names_column as scripts_name_column
from spiders.menus import tree_links
from spiders.page import Page
from spiders.scope import Scope
from spiders.site_search import search_addresses
from storage.domain import Problem
from storage.vocab import AgencyKind

AFTER_FIRST = 12
"""Pages opened after a column was found: siblings stand near it, the rest of the portal is far."""
SEARCH_QUESTIONS = 4
SEARCH_HITS = 6
"""Questions put to the portal's own search, and hits that are opened: their breadcrumbs lead to the
column in which they stand."""
AFTER_SCORE = 50
"""Score of a link that is still worth opening then (政府信息公开, 信息公开)."""

FEW_LINKS, MAX_FRAMES = 8, 4
"""A page with fewer links of its own may keep its menu in frames."""

Open = Callable[[str], Awaitable[Page | Problem]]


@dataclass
class Found:
    """A column's first page; ``agency``/``year``: whose and of which year the way to it says;
    ``loose``: only taken for one because it lists reports; ``listed``: a column says that this is
    where a body's reports stand."""

    page: Page
    label: str
    agency: str | None = None
    year: int | None = None
    loose: bool = False
    listed: bool = False


@dataclass
class SearchResult:
    columns: list[Found] = field(default_factory=list)
    documents: list[tuple[Page, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: list[tuple[str, Problem]] = field(default_factory=list)
    """links named like a column that could not be opened"""
    hits: list[Entry] = field(default_factory=list)
    """what the portal's own search found"""


class ColumnSearch:
    """One search of one portal; pages once opened are not opened again."""

    def __init__(self, open_page: Open, scope: Scope) -> None:
        self._open = open_page
        self._scope = scope
        self._frontier = Frontier()
        self._agency_links: dict[str, dict[str, None]] = {}
        self._loose: list[tuple[Page, int]] = []
        self._beside: list[Page] = []
        self._opened: set[str] = set()
        self._agency_pages = 0
        self._budget = MAX_PAGES

    def close(self, url: str) -> None:
        """An address that is known already."""
        self._frontier.close(url)
        self._opened.add(url)

    async def run(self, home: Page, *, loose: bool = True) -> SearchResult:
        """From the home page to the columns; a little further once one is found. ``loose``: take
        pages that only list reports for columns where there are none."""
        self.close(home.url)
        self.close(self._scope.portal.url)
        self._beside.append(home)
        self._look(home, 0)
        result = await self._follow(AFTER_SCORE)
        if loose and not result.columns:
            self._take_loose(result)
        return result

    async def go_on(self) -> SearchResult:
        """The rest of the budget, also for weaker links: bodies are missing from what was found."""
        return await self._follow(FOLLOW_SCORE)

    async def _follow(self, least: int) -> SearchResult:
        """Open links, best first. Once a column is found, only those that score ``least``."""
        result = SearchResult()
        after = AFTER_FIRST if least > FOLLOW_SCORE else MAX_PAGES
        while self._budget > 0 and (step := self._frontier.pop()):
            if result.columns and (step.score < least or after <= 0):
                self._frontier.push(step)
                break
            self._budget -= 1
            after -= bool(result.columns)
            page = await self._open(step.url)
            if isinstance(page, Problem):
                self._failed(result, step.url, step.label, page)
            elif self._first_time(page, step.url):
                self._sort(result, page, step.label)
                self._look(page, step.depth)
        return result

    def beside(self) -> list[Entry]:
        """Titles of reports with body and year that stood on pages which are no columns. They prove
        nothing of what else is there."""
        found: dict[str, Entry] = {}
        for entry in (e for page in self._beside for e in list_entries(page)):
            reading = titles.read(entry.title)
            if reading.is_report_title and reading.year and self._scope.match(reading.agency):
                found.setdefault(entry.url, entry)
        return list(found.values())

    async def for_agencies(self, wanted: list[str]) -> SearchResult:
        """Columns on the own pages of bodies that no column lists."""
        result = SearchResult()
        for agency in wanted:
            for url in list(self._agency_links.get(agency, ()))[:2]:
                if await self._agency_page(result, agency, url, deeper=True):
                    break
        return result

    async def by_site_search(self, home: Page, names: list[str]) -> SearchResult:
        """What the portal's own search finds, and the columns to which its hits lead.

        ``names``: bodies that nothing lists. Hits are offered as documents; they prove nothing.
        """
        words = ["信息公开工作年度报告", *(f"{name} 信息公开工作年度报告" for name in names)]
        addresses = [u for w in words[:SEARCH_QUESTIONS] for u in search_addresses(home, w)[:1]]
        hits: dict[str, Entry] = {}
        for url in addresses:
            page = await self._open(url) if self._scope.hosts.allows(url) else None
            if page is None or isinstance(page, Problem):
                continue
            for entry in list_entries(page):
                if looks_like_report(entry.title) and self._scope.hosts.allows(entry.url):
                    hits.setdefault(entry.url, entry)
        result = SearchResult(hits=list(hits.values()))
        for url, entry in list(hits.items())[:SEARCH_HITS]:
            page = await self._open(url) if url not in self._opened else None
            if page is None or isinstance(page, Problem) or not self._first_time(page, url):
                continue
            self._sort(result, page, entry.title)
            self._look(page, 0)
        self._budget = max(self._budget, SEARCH_HITS) if hits else self._budget
        more = await self._follow(AFTER_SCORE)
        result.columns += more.columns
        result.documents += more.documents
        result.problems += more.problems
        result.lost += more.lost
        return result

    async def _agency_page(
        self, result: SearchResult, agency: str, url: str, *, deeper: bool
    ) -> bool:
        """Open a body's page and look for its column; True if one was found."""
        if self._agency_pages >= MAX_AGENCY_PAGES or url in self._opened:
            return False
        self._agency_pages += 1
        page = await self._open(url)
        if isinstance(page, Problem):
            result.problems.append(page)
            return False
        if not self._first_time(page, url):
            return False
        if is_column(page, "") or scripts_name_column(page):
            result.columns.append(Found(page, "", agency))
            return True
        links = sorted(promising_links(page), key=lambda link: -link[2])
        for target, label, score in links[:4]:
            if target in self._opened or not self._scope.hosts.allows(target):
                continue
            if score >= COLUMN_SCORE and names_column(label):
                self._agency_pages += 1
                column = await self._open(target)
                if isinstance(column, Problem):
                    self._failed(result, target, label, column)
                elif self._first_time(column, target) and self._sort(result, column, label):
                    result.columns[-1].agency = agency
                    return True
            elif deeper and await self._agency_page(result, agency, target, deeper=False):
                return True
        return False

    def _first_time(self, page: Page, asked: str) -> bool:
        """Different links may lead to one page, after a redirect."""
        new = page.url not in self._opened
        self._opened.update((page.url, asked))
        return new

    def _sort(self, result: SearchResult, page: Page, label: str) -> bool:
        """Put an opened page where it belongs; True for a column."""
        named = scripts_name_column(page)
        document = is_document(page) and not named
        if document and not (names_column(label) and folder_links(page)):
            result.documents.append((page, label or page.title))
            return False
        if document or named or is_column(page, label):
            result.columns.append(Found(page, label, self._owner(label)))
            return True
        if count := report_entries(page):
            self._loose.append((page, count))
            self._beside.append(page)
        return False

    def _owner(self, label: str) -> str | None:
        return self._scope.exact(label.replace("政府信息公开", "").replace("年报", ""))

    def _look(self, page: Page, depth: int) -> None:
        for url, label, score in promising_links(page):
            if self._scope.hosts.allows(url):
                self._frontier.add(url, label, depth + 1, score)
        if len(page.links) < FEW_LINKS:
            for url in page.frames()[:MAX_FRAMES]:
                if self._scope.hosts.allows(url):
                    self._frontier.add(url, "", depth, AFTER_SCORE)
        for link in (*page.links, *tree_links(page)):
            if not self._scope.hosts.allows(link.url) or len(link.label) > 24:
                continue
            agency = self._scope.exact(link.label)
            known = self._scope.own.by_id.get(agency or "")
            if known and known.kind is not AgencyKind.GOVERNMENT:
                self._agency_links.setdefault(known.id, {})[link.url] = None

    def _failed(self, result: SearchResult, url: str, label: str, problem: Problem) -> None:
        result.problems.append(problem)
        if names_column(label):
            result.lost.append((url, problem))

    def _take_loose(self, result: SearchResult) -> None:
        """No page is named like a column: one that lists several reports is taken for it."""
        for page, count in sorted(self._loose, key=lambda found: -found[1])[:3]:
            if count >= 2:
                result.columns.append(Found(page, page.title, loose=True))
