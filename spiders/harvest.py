"""Fetches what the columns list, lets the content decide, and files what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from scrapy.http import Response

import settings
from crawler.fetch import Fetched
from crawler.health import GONE
from crawler.items import CandidateItem, PageItem, ReportItem
from crawler.middlewares.redirects import redirections
from crawler.parsing.reading import Reading
from crawler.services import CrawlEvent
from spiders.again import checked_lately, is_other
from spiders.attribution import Decision, decide, doubted_bodies
from spiders.candidates import Claim, Verdict, wanted
from spiders.documents import Documents
from spiders.evidence import publication_dates
from storage import repositories
from storage.domain import Problem, Publication, UnresolvedCandidate
from storage.repositories import KnownCandidate
from storage.vocab import ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

MAX_FETCHES = 3000
"""Documents in one run: more are listed by no column seen; the rest stays unresolved."""
MAX_GONE_CHECKS = 60


class Harvest:
    """The second half of a run: from claims to publications."""

    def __init__(
        self,
        spider: PortalSpider,
        known: dict[str, KnownCandidate],
        publications: Sequence[Publication],
        texts: Mapping[str, str] | None = None,
    ) -> None:
        """``texts``: by address of a page, the file from which its report was read."""
        self.spider = spider
        self.record = spider.record
        self.documents = Documents(spider)
        self.known = known
        self.publications: dict[str, list[Publication]] = {}
        for publication in publications:
            self.publications.setdefault(publication.url, []).append(publication)
        self.texts = dict(texts or {})
        self._anew: set[str] = set()
        """pages to be read although their own bytes are what they were"""
        self.touched: set[str] = set()
        self.fetched = 0
        self.owners: dict[str, str] = {}
        """whose report stands, or is claimed to stand, at an address"""

    async def gather(self, claims: Iterable[Claim]) -> None:
        """Fetch and file all claims, newest year first."""
        for claim in sorted(claims, key=lambda c: (-(c.year or 9999), c.url)):
            if claim.verdict is None and claim.slot_agency:
                self.owners[claim.url] = claim.slot_agency
            if claim.verdict is not None:
                await self._note(claim, Decision(claim.verdict, claim.agency, claim.year))
            elif not wanted(claim, self.spider.years):
                self._leave(claim)
            elif self._decided_before(claim):
                continue
            elif await checked_lately(
                self.spider, claim, self._filed(claim.url), self.known.get(claim.url)
            ):
                self._seen_again(claim.url)
            else:
                await self.visit(claim)
        await self.touch()

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
        missing = [
            p
            for found in self.publications.values()
            for p in found
            if p.gone_at is None
            and not p.manual
            and p.column_url in complete
            and p.url not in listed
            and (not self.spider.years or p.year in self.spider.years)
        ]
        for publication in missing[:MAX_GONE_CHECKS]:
            answer = await self.spider.fetcher.get(publication.url)
            # No longer listed, and the page says that it is not there, with whatever status.
            said = answer.problem is not None and answer.problem.kind is ProblemKind.SOFT_404
            if answer.problem is None and answer.response is not None:
                said = await self.spider.leads_home(answer.response)
            if answer.status in GONE or said:
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

    def _leave(self, claim: Claim) -> None:
        """Not asked for: nothing may be concluded from not having read it."""
        if claim.url not in self.publications:
            self._unresolved(claim, doubted_bodies(claim, self.spider.scope), None)

    def _decided_before(self, claim: Claim) -> bool:
        """Listed as before, and known to be nothing of ours: not fetched every time."""
        known = self.known.get(claim.url)
        if known is None or known.title != claim.title:
            return False
        if known.verdict == Verdict.FOREIGN:
            return claim.agency is None
        return known.verdict == Verdict.NOT_A_REPORT and claim.score < 0.7

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
        stored = self._stands(claim.url)
        answer = await self._answer(claim, stored)
        if answer.problem is None and answer.response is not None:
            # That the listed address was asked for, and where it led, is known by its own record.
            for step in redirections(answer.response):
                await self.spider.submit(PageItem(step))
        if answer.unchanged and answer.response is not None:
            await self.spider.submit(PageItem(answer.response))
            await self._same_page(claim, answer.response)
            return
        if answer.problem is not None or answer.response is None:
            await self._unreachable(claim, answer)
            return
        # Behind a redirection the same bytes may be those of a page that stands for all dead ones.
        itself = answer.response.url == claim.url
        stood = await self.documents.read(claim, answer.response, known=stored and itself)
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
            return
        decision = decide(claim, stood.reading, self.spider.scope)
        await self._file(claim, decision, stood.reading, stood.capture, answer.response)

    async def _same_page(self, claim: Claim, response: Response) -> None:
        """The page is what it was; the file from which its report was read may be another one."""
        file = self.texts.get(claim.url)
        if file and file != response.url and await is_other(self.spider, file):
            self._anew.add(claim.url)
            await self._look(claim)
        else:
            self._seen_again(claim.url)

    def _stands(self, url: str) -> bool:
        """Whether what was last read at an address is a report that is stored, so that the same
        bytes need no reading. Else they may be those of a notice that had taken its place."""
        if url in self._anew:
            return False
        known = self.known.get(url)
        return (known is None or known.verdict == Verdict.REPORT) and any(
            p.gone_at is None for p in self._filed(url)
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
        self.owners[claim.url] = decision.agency
        self.record.new += item.saved.is_new
        self.record.changed += item.saved.is_changed
        self.record.seen(decision.year, claim.url)
        self._tell("report", claim.title, claim.url)

    # --- records -----------------------------------------------------------------

    def _filed(self, url: str) -> Sequence[Publication]:
        return self.publications.get(url, ())

    def _seen_again(self, url: str) -> None:
        self.touched.add(url)
        for publication in self._filed(url):
            self.owners[url] = publication.agency
            self.record.seen(publication.year, url)

    def _unresolved(
        self,
        claim: Claim,
        doubted: Sequence[str | None],
        kind: ProblemKind | None,
        year: int | None = None,
    ) -> None:
        for agency in doubted:
            self.record.unresolved.append(
                UnresolvedCandidate(claim.url, claim.title, agency, year or claim.year, kind)
            )

    async def _note(self, claim: Claim, decision: Decision) -> None:
        if (item := self._news(claim, decision)) is not None:
            await self.spider.submit(item)

    def _news(self, claim: Claim, decision: Decision) -> CandidateItem | None:
        """The decision, to be kept; None if it is the one that is known."""
        known = self.known.get(claim.url)
        verdict = decision.verdict.value
        if known and (known.verdict, known.agency, known.year, known.title) == (
            verdict, decision.agency, decision.year, claim.title,
        ):  # fmt: skip
            return None
        return CandidateItem(
            url=claim.url,
            title=claim.title,
            column=claim.column,
            list_date=claim.list_date,
            verdict=verdict,
            agency=decision.agency,
            year=decision.year,
            score=claim.score,
            reasons=(*claim.reasons, *decision.reasons),
        )

    def _tell(self, kind: str, text: str, url: str) -> None:
        self.spider.services.tell(CrawlEvent(self.spider.portal_id, kind, text, url))
