"""Walks through columns: reads each to its end, follows its parts, gathers what they list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.services import CrawlEvent
from spiders.candidates import Claim, ColumnContext, claim_entry
from spiders.choices import unread_choice, unread_options, unread_rest
from spiders.columns import (
    PDF,
    closed_boxes,
    folder_links,
    has_years,
    is_column,
    is_document,
    report_entries,
)
from spiders.entries import list_entries, looks_like_report
from spiders.lists import Entry, choose, holds_list, scripted_parts
from spiders.lists import names_column as scripts_name_column
from spiders.moves import follow_move
from spiders.page import Page
from spiders.parts import Part, parts_of
from spiders.reader import ColumnReading, read_column
from spiders.rows import row_entries
from spiders.search import Found
from storage.domain import ColumnRead, Problem
from storage.vocab import ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

MAX_PARTS = 150
"""Parts of columns (years, departments) read in one run."""
MAX_NESTING = 3
_CHOOSING = frozenset({"nb_year", "longxun", "openness", "annual_report_jsp"})
"""Mechanisms that read a page's choices of years and bodies themselves."""
_ARCHIVE = re.compile(r"历年|往年|历史|以往|往期|归档|存档")


class ColumnWalk:
    """Everything that the columns of one portal list."""

    def __init__(self, spider: PortalSpider) -> None:
        self.spider = spider
        self._scope = spider.scope
        self._parts_read = 0
        self._frames: dict[str, list[Page]] = {}
        """frames beside the one with the list, by its address"""
        self.claims: dict[str, Claim] = {}
        self.readings: list[tuple[str, ColumnReading]] = []
        self.parts: set[str] = set()
        """addresses of columns that are a part of another, or hold one year"""

    @property
    def addresses(self) -> set[str]:
        """Addresses of the columns read so far."""
        return {url for url, _ in self.readings}

    @property
    def listed(self) -> set[str]:
        """Every address that a column lists."""
        return {e.url for _, reading in self.readings for e in reading.entries} | set(self.claims)

    async def read(self, found: Found, url: str | None = None, nesting: int = 0) -> None:
        """Read a column and its parts; the same list under another address counts once."""
        if any(found.page.url == p.url for _, r in self.readings for p in r.pages[1:]):
            return  # a further page of a list that was read
        page, reading = await self._reading(found)
        lines = {e.url for e in reading.entries}
        for entry in (
            e for p in reading.pages or [page] for e in row_entries(p, self._scope.exact)
        ):
            if entry.url not in lines:
                reading.entries.append(entry)
                lines.add(entry.url)
        if lines and any(lines == {e.url for e in r.entries} for _, r in self.readings):
            return
        address = url or found.page.url
        owner = found.agency or self._owner(page)
        self.readings.append((address, reading))
        if found.year or nesting or _ARCHIVE.search(f"{found.label} {page.title}"):
            self.parts.add(address)
        for problem in reading.problems:
            self.spider.problem(problem)
        parts = self._parts(page, reading) if nesting < MAX_NESTING else {}
        context = ColumnContext(address, owner, found.year)
        for entry in reading.entries:
            if entry.url not in parts:
                self.claim(entry, context)
        if not reading.lines:
            reading.lines = len(parts) + len(reading.entries)
        column = replace(reading.column(address), agency=owner)
        self.spider.record.columns.append(column)
        told = CrawlEvent(self.spider.portal_id, "column", f"栏目 {column.entries} 条", address)
        self.spider.services.tell(told)
        for entry, part in parts.values():
            await self._read_part(entry, part, context, nesting)
        if nesting < MAX_NESTING:
            await self._read_frames(page, context, nesting)
            await follow_move(self, page, context.agency, nesting)
        self._miss_other_hosts(page)

    async def _reading(self, found: Found) -> tuple[Page, ColumnReading]:
        """The page with the list, and what was read of it."""
        page = await self._content(found.page)
        if is_document(page) and not scripts_name_column(page):
            # The newest report itself, with links to the other years.
            reading = ColumnReading("single_page", [Entry(page.url, _title_of(page))])
            reading.incomplete = self._doubt(found, page, reading)
            return page, reading
        reading = await read_column(page, self.spider.ask)
        unsure = not reading.entries or self._doubt(found, page, reading) is not None
        drawn = reading.how == "plain_list" and self.spider.scripts.draws_pager(page)
        if (unsure or drawn) and not found.loose:
            page, reading = await self.spider.scripts.reread(
                page, reading, lambda other, again: self._doubt(found, other, again)
            )
        if reading.entries or reading.incomplete or not self._parts(page, reading):
            doubt = None if found.loose else self._doubt(found, page, reading)
            options = unread_options(page, reading.entries, self._scope.exact) if doubt else []
            reading = await self.spider.surfing.column(page, reading, doubt, options)
        reading.incomplete = self._doubt(found, page, reading)
        return page, reading

    def _doubt(self, found: Found, page: Page, reading: ColumnReading) -> str | None:
        """Why a column may not have been read whole (Chinese); None where nothing says so."""
        if found.loose:
            return "页面没有年报栏目的名称，列出的可能只是一部分"
        if reading.incomplete is not None:
            return reading.incomplete
        if closed_boxes(page):
            return "栏目只显示最新几条，“更多”由脚本打开，没有可读的地址"
        if reading.how in _CHOOSING or reading.chosen:
            return None
        choice = unread_choice(page, reading.entries, self._scope.exact)
        if choice is None and len(reading.pages) == 1 and reading.how != "browser":
            return unread_rest(page)
        return choice

    async def _read_frames(self, page: Page, context: ColumnContext, nesting: int) -> None:
        """A frame beside a list may hold more of it."""
        for url in page.frames()[:3]:
            if not self.spider.hosts.allows(url) or self.spider.was_opened(url):
                continue
            frame = await self.spider.open(url)
            if not isinstance(frame, Problem) and report_entries(frame):
                found = Found(frame, "", context.agency, context.year)
                await self.read(found, url, nesting + 1)

    def claim(self, entry: Entry, column: ColumnContext | None) -> None:
        """Keep the best claim for an address."""
        if not self.spider.hosts.allows(entry.url):
            return
        claim = claim_entry(entry, column, self._scope)
        known = self.claims.get(entry.url)
        best = known if known and known.score >= claim.score else claim
        if known is not None and best.column is None:
            # A page that was met on the way may be listed by a column all the same.
            listed = claim if claim.column else known
            best = replace(best, column=listed.column, list_date=listed.list_date)
        self.claims[entry.url] = best

    def claim_beside(self, entries: Iterable[Entry]) -> None:
        """Reports that pages other than columns list, of bodies and years that no column has."""
        if not self.readings:
            return
        claims = (c for c in self.claims.values() if c.verdict is None)
        slots = {(c.slot_agency, c.year) for c in claims}
        for entry in entries:
            claim = claim_entry(entry, None, self._scope)
            if claim.agency and (claim.agency, claim.year) not in slots:
                self.claim(entry, None)

    def claim_page(self, page: Page, label: str) -> None:
        """A page that is itself a report, met on the way to the columns."""
        self.claim(Entry(page.url, _title_of(page) or label), None)

    def _miss_other_hosts(self, page: Page) -> None:
        """Parts of a column on hosts that are not the portal's."""
        for link in folder_links(page):
            if not self.spider.hosts.allows(link.url):
                message = f"栏目的一部分（{link.label}）在另一主机，未访问；确属本门户时请写入 portals.yml 的 hosts"
                self.lost(link.url, Problem(ProblemKind.LIST_INCOMPLETE, message, link.url))

    def lost(self, url: str, problem: Problem) -> None:
        """A column that could not be read: it may list anybody's report."""
        self.spider.problem(problem)
        self.spider.record.columns.append(ColumnRead(url, "", 0, False, problem.message))

    def name_bodies(self, owners: Mapping[str, Set[str]]) -> None:
        """Tell of every column whose reports it lists. ``owners``: bodies by address."""
        listed: dict[str, set[str]] = {
            url: {e.url for e in reading.entries} for url, reading in self.readings
        }
        for claim in self.claims.values():
            listed.setdefault(claim.column or "", set()).add(claim.url)
        record = self.spider.record
        record.columns = [
            replace(c, bodies=tuple(sorted({b for u in listed[c.url] for b in owners.get(u, ())})))
            if c.url in listed
            else c
            for c in record.columns
        ]

    async def _content(self, page: Page) -> Page:
        """The page with the list: itself, or a frame of it; other frames may hold its parts."""
        if choose(page).entries(page):
            return page
        opened = [
            await self.spider.open(url)
            for url in page.frames()[:3]
            if self.spider.hosts.allows(url)
        ]
        frames = [frame for frame in opened if not isinstance(frame, Problem)]
        content = next(filter(holds_list, frames), page)
        self._frames[content.url] = [frame for frame in frames if frame is not content]
        return content

    def _owner(self, page: Page) -> str | None:
        """Whose page of a column it is, where its scripts name the bodies' pages."""
        pages = (page, *self._frames.get(page.url, ()))
        own = next((e for p in pages for e in scripted_parts(p) if e.url == page.url), None)
        return self._scope.exact(own.title) if own else None

    def _parts(self, page: Page, reading: ColumnReading) -> dict[str, Part]:
        """The column's parts that were not opened yet, by address."""
        frames = self._frames.get(page.url, ())
        found = parts_of(page, reading.pages, frames, reading.entries, self._scope)
        return {
            url: part
            for url, part in found.items()
            if self.spider.hosts.allows(url) and not self.spider.was_opened(url)
        }

    async def _read_part(
        self, entry: Entry, part: Found, context: ColumnContext, nesting: int
    ) -> None:
        """Read one part of a column: a list of its own, or a report itself."""
        own = ColumnContext(context.url, part.agency or context.agency, part.year or context.year)
        if PDF.search(urlsplit(entry.url).path):
            self.claim(entry, own)
            return
        self._parts_read += 1
        if self._parts_read > MAX_PARTS:
            message = f"栏目分支超过 {MAX_PARTS} 个，其余没有读"
            self.lost(entry.url, Problem(ProblemKind.LIST_INCOMPLETE, message, entry.url))
            return
        page = await self.spider.open(entry.url)
        if isinstance(page, Problem):
            if entry.url in self.spider.answers:
                self.claim(entry, own)  # not a page but a file
            else:
                self.lost(entry.url, page)
        elif (is_document(page) and not scripts_name_column(page)) or (
            (looks_like_report(entry.title) or (part.listed and part.year))
            and not (list_entries(page) or has_years(page))
        ):
            self.claim(entry, own)
        elif (
            report_entries(page)
            or has_years(page)
            or is_column(page, part.label)
            or scripts_name_column(page)
            or part.agency is None
        ):
            await self.read(Found(page, part.label, own.agency, own.year), entry.url, nesting + 1)
        elif part.listed:
            message = f"栏目所列机关的页面里没有读到年报：{part.label}"
            self.lost(entry.url, Problem(ProblemKind.LIST_INCOMPLETE, message, entry.url))


def _title_of(page: Page) -> str:
    return next((h for h in page.headings if "报告" in h), None) or page.title
