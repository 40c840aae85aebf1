"""Fetches what the columns list, lets the content decide, and files what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from scrapy.http import Response

import settings
from crawler.fetch import Fetched
from crawler.health import GONE
from crawler.items import PageItem, ReportItem
from crawler.middlewares.redirects import redirections
from crawler.parsing.reading import Reading
from spiders.again import (
    checked_lately,
    decided_before,
    is_other,
    newly_listed,
    no_longer_listed,
)
from spiders.attribution import Decision, decide, doubted_bodies
from spiders.candidates import Claim, ColumnContext, Verdict, claim_entry, wanted
from spiders.documents import Documents, Stood
from spiders.evidence import publication_dates
from spiders.gaps import Mentions
from spiders.lists import Entry
from spiders.notes import Notes
from spiders.page import Page
from spiders.search import Found
from storage import repositories
from storage.domain import Problem, Publication
from storage.repositories import KnownCandidate
from storage.vocab import ProblemKind, RunKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

MAX_FETCHES = 3000
"""Documents in one run: more are listed by no column seen; the rest stays unresolved."""
MAX_GONE_CHECKS = 60
_GATHERED = ("文章汇集多个机关的年报，逐份读取",)


class Harvest(Notes):
    """The second half of a run: from claims to publications."""

    def __init__(
        self,
        spider: PortalSpider,
        known: dict[str, KnownCandidate],
        publications: Sequence[Publication],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """``texts``: by address of a page, the file from which its report was read."""
        super().__init__(spider, known)
        self.documents = Documents(spider)
        self.mentions = Mentions(spider)
        self.publications: dict[str, list[Publication]] = {}
        for publication in publications:
            self.publications.setdefault(publication.url, []).append(publication)
        self._bundles = {p.column_url for p in publications}
        """articles among them that list reports themselves: what they link may have grown"""
        self.texts = dict(texts or {})
        self._anew: set[str] = set()
        """pages to be read although their own bytes are what they were"""
        self.touched: set[str] = set()
        self.fetched = 0
        self.owners: dict[str, set[str]] = {}
        """whose report stands, or is claimed to stand, at an address"""
        self._credited: set[str] = set()

    async def gather(self, claims: Iterable[Claim]) -> None:
        """Fetch and file all claims, newest year first."""
        self.mentions.begin()
        await self._each(claims)
        await self._each(self.mentions.claims())
        await self.touch()

    async def _each(self, claims: Iterable[Claim]) -> None:
        for claim in sorted(claims, key=lambda c: (-(c.year or 9999), c.url)):
            known = self.known.get(claim.url)
            if claim.verdict is None and claim.slot_agency:
                self.owners.setdefault(claim.url, {claim.slot_agency})
            if claim.verdict is not None:
                await self._note(claim, Decision(claim.verdict, claim.agency, claim.year))
            elif not wanted(claim, self.spider.years):
                if claim.url not in self.publications:  # nothing follows from not having read it
                    self._unresolved(claim, doubted_bodies(claim, self.spider.scope), None)
            elif claim.url not in self._bundles and decided_before(claim, known):
                continue
            elif await checked_lately(self.spider, claim, self._filed(claim.url), known):
                self._seen_again(claim.url)
            else:
                await self.visit(claim)

    async def touch(self) -> None:
        """Record which reports were seen to stand as they were."""
        if self.touched:
            await self.spider.services.store(
                repositories.touch_publications,
                self.spider.portal.id,
                self.touched,
                settings.now(),
            )

    async def check_gone(self, complete: set[str], listed: set[str]) -> None:
        """Reports that their column no longer lists: gone if their address says so now."""
        stood = no_longer_listed(chain(*self.publications.values()), complete, listed)
        missing = [p for p in stood if not self.spider.years or p.year in self.spider.years]
        for publication in missing[:MAX_GONE_CHECKS]:
            answer = await self.spider.fetcher.get(publication.url)
            # No longer listed, and the page says that it is not there, with whatever status.
            said = answer.problem is not None and answer.problem.kind is ProblemKind.SOFT_404
            if answer.problem is None and answer.response is not None:
                said = await self.spider.leads_home(answer.response)
            if said or answer.status in GONE:
                await self._gone(publication, answer)
            elif answer.problem is not None:
                self.spider.problem(answer.problem)

    async def _gone(self, publication: Publication, answer: Fetched) -> None:
        """The answer that proves it is archived first."""
        if answer.response is not None:
            await self.spider.submit(PageItem(answer.response))
        if await self.spider.services.store(repositories.mark_gone, publication.id, settings.now()):
            self.record.gone += 1
            self._tell("report", f"已撤下：{publication.title}", publication.url)

    # --- one candidate ----------------------------------------------------------

    async def visit(self, claim: Claim) -> None:
        """Fetch what stands at an address, let its content decide, and file it."""
        self.record.candidates += 1
        self.fetched += 1
        if self.fetched > MAX_FETCHES:
            message = f"候选文件超过 {MAX_FETCHES} 个，其余留待下次"
            self.spider.problem(Problem(ProblemKind.LIST_INCOMPLETE, message, claim.column))
            self._unresolved(claim, doubted_bodies(claim, self.spider.scope), None)
            return
        await self._look(claim)

    async def _look(self, claim: Claim) -> None:
        stored = self._stands(claim)
        answer = await self._answer(claim, stored)
        if answer.problem is not None or answer.response is None:
            await self._unreachable(claim, answer)
            return
        # That the listed address was asked for, and where it led, has a record of its own.
        for step in redirections(answer.response):
            await self.spider.submit(PageItem(step))
        if answer.unchanged:
            await self.spider.submit(PageItem(answer.response))
            await self._same_page(claim, answer.response)
            return
        # Behind a redirection the same bytes may be those of a page that stands for all dead ones.
        stored = stored and answer.response.url == claim.url
        stood = await self.documents.read(claim, answer.response, known=stored)
        self.mentions.note(answer.response.body, answer.response.url)
        if stood is None:
            await self._same_page(claim, answer.response)
            return
        known = claim.url in self.publications
        if known and not stood.is_report and await self.spider.leads_home(answer.response):
            dead = Problem(ProblemKind.SOFT_404, "地址已失效：返回的是门户首页的内容", claim.url)
            await self._unreachable(claim, Fetched(claim.url, answer.response, dead, 404))
            return
        if stood.broken is not None:
            await self._broken(claim, stood.broken)
        elif stood.several is not None and self.spider.kind is RunKind.CRAWL:
            await self._several(claim, stood.several)
        elif stood.parts:
            await self._parts(claim, stood, answer.response)
        else:
            decision = decide(claim, stood.reading, self.spider.scope)
            await self._file(claim, decision, stood.reading, stood.capture, answer.response)

    async def _several(self, claim: Claim, page: Page) -> None:
        """An article that links the reports of several bodies is a list of its own."""
        claims = self.spider.walk.claims
        before = set(claims)
        if claim.url not in self.spider.walk.addresses:
            await self.spider.walk.read(Found(page, claim.title, None, claim.year), claim.url)
        decision = Decision(Verdict.NOT_A_REPORT, None, claim.year, reasons=_GATHERED)
        await self._note(claim, decision)
        await self._each([c for url, c in claims.items() if url not in before])

    async def _parts(self, claim: Claim, stood: Stood, response: Response) -> None:
        """An article with the reports of several bodies: each is filed under its own title."""
        column = ColumnContext(claim.column, None, claim.year) if claim.column else None
        for title, reading in stood.parts:
            own = claim_entry(Entry(claim.url, title, claim.list_date), column, self.spider.scope)
            dated = replace(reading, dates=(*stood.reading.dates, *reading.dates))
            if own.verdict is None:
                decision = decide(own, dated, self.spider.scope)
                await self._file(own, decision, dated, stood.capture, response)

    async def _same_page(self, claim: Claim, response: Response) -> None:
        """The page is what it was; the file from which its report was read may be another one."""
        file = self.texts.get(claim.url)
        if file and file != response.url and await is_other(self.spider, file):
            self._anew.add(claim.url)
            await self._look(claim)
        else:
            self._seen_again(claim.url)

    def _stands(self, claim: Claim) -> bool:
        """Whether what was last read at an address is a report that is stored, so that the same
        bytes need no reading. Else they may be those of a notice that had taken its place. One that
        was found elsewhere and is now listed is filed anew, with its column."""
        filed = self._filed(claim.url)
        if claim.url in self._anew or newly_listed(claim, filed):
            return False
        known = self.known.get(claim.url)
        return (known is None or known.verdict == Verdict.REPORT) and any(
            p.gone_at is None for p in filed
        )

    async def _answer(self, claim: Claim, stored: bool) -> Fetched:
        opened = self.spider.answers.get(claim.url)
        if opened is not None:
            return Fetched(claim.url, opened, status=opened.status)
        known = None
        if stored:
            known = await self.spider.services.store(repositories.settled_capture, claim.url)
        return await self.spider.fetcher.get(claim.url, known=known)

    async def _unreachable(self, claim: Claim, answer: Fetched) -> None:
        problem = answer.problem or Problem(ProblemKind.DECODE, "没有内容", claim.url)
        if answer.status in GONE:
            # Still listed, yet taken down: a dead link where a report was seen is a withdrawal.
            for publication in self._filed(claim.url):
                await self._gone(publication, answer)
        await self._broken(claim, problem)

    async def _broken(self, claim: Claim, problem: Problem) -> None:
        """What was listed could not be read, or not whole: judged as neither there nor absent."""
        self.spider.problem(problem)
        doubted = doubted_bodies(claim, self.spider.scope)
        self._unresolved(claim, doubted, problem.kind)
        verdict = Verdict.UNRESOLVED if doubted else Verdict.FOREIGN
        decision = Decision(verdict, claim.slot_agency, claim.year, reasons=(problem.message,))
        await self._note(claim, decision)

    async def _file(
        self,
        claim: Claim,
        decision: Decision,
        reading: Reading,
        capture: int | None,
        response: Response,
    ) -> None:
        if decision.verdict is not Verdict.REPORT or not decision.agency or not decision.year:
            await self._note(claim, decision)
            if decision.verdict is Verdict.UNRESOLVED:
                self._unresolved(claim, decision.doubted, None, decision.year)
            return
        item = await self.spider.submit(
            ReportItem(
                agency=decision.agency,
                year=decision.year,
                url=claim.url,
                column=claim.column,
                title=claim.title,
                dates=publication_dates(claim, reading, response, settings.now()),
                content_agency=decision.content_agency,
                content_year=decision.content_year,
                result=reading.result,
                capture=capture,
                candidate=self._news(claim, decision),
            )
        )
        assert item.saved is not None
        self._credit(claim.url, decision.agency)
        self.record.new += item.saved.is_new
        self.record.changed += item.saved.is_changed
        self.record.seen(decision.year, claim.url)
        self._tell("report", claim.title, claim.url)

    # --- records -----------------------------------------------------------------

    def _filed(self, url: str) -> Sequence[Publication]:
        return self.publications.get(url, ())

    def _credit(self, url: str, agency: str) -> None:
        """Whose report stands there is known now; what was only claimed counts no more."""
        known = self.owners[url] if url in self._credited else set()
        self.owners[url] = {*known, agency}
        self._credited.add(url)

    def _seen_again(self, url: str) -> None:
        self.touched.add(url)
        for publication in self._filed(url):
            self._credit(url, publication.agency)
            self.record.seen(publication.year, url)
