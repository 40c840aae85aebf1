"""Fetches what the columns list, lets the content decide, and files what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy.http import Response

import settings
from crawler.fetch import Fetched
from crawler.health import GONE
from crawler.items import CandidateItem, PageItem, ReportItem
from crawler.parsing.reading import Reading
from crawler.services import CrawlEvent
from spiders.attribution import Decision, decide, doubted_bodies
from spiders.candidates import Claim, Verdict, wanted
from spiders.evidence import likely_attachments, publication_dates
from storage import repositories
from storage.domain import (
    AnnualReport,
    ParseFailure,
    Problem,
    Publication,
    UnresolvedCandidate,
)
from storage.repositories import KnownCandidate
from storage.vocab import ParseErrorCode, ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

MAX_FETCHES = 3000
"""Documents in one run: more are listed by no column seen; the rest stays unresolved."""
MAX_ATTACHMENTS = 3
MAX_GONE_CHECKS = 60


class Harvest:
    """The second half of a run: from claims to publications."""

    def __init__(
        self,
        spider: PortalSpider,
        known: dict[str, KnownCandidate],
        publications: Sequence[Publication],
    ) -> None:
        self.spider = spider
        self.record = spider.record
        self.known = known
        self.publications: dict[str, list[Publication]] = {}
        for publication in publications:
            self.publications.setdefault(publication.url, []).append(publication)
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
            elif not self._decided_before(claim):
                await self._fetch(claim)
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

    async def _fetch(self, claim: Claim) -> None:
        self.record.candidates += 1
        self.fetched += 1
        if self.fetched > MAX_FETCHES:
            message = f"候选文件超过 {MAX_FETCHES} 个，其余留待下次"
            self.spider.problem(Problem(ProblemKind.LIST_INCOMPLETE, message, claim.column))
            self._unresolved(claim, doubted_bodies(claim, self.spider.scope), None)
            return
        stored = claim.url in self.publications
        answer = await self._answer(claim, stored)
        if answer.unchanged:
            self._seen_again(claim.url)
            return
        if answer.problem is not None or answer.response is None:
            await self._unreachable(claim, answer)
            return
        page = await self.spider.submit(PageItem(answer.response, read=True, known=stored))
        if page.reading is None:
            self._seen_again(claim.url)
            return
        reading, capture = page.reading, page.capture
        if isinstance(reading.result, ParseFailure):
            reading, capture = await self._attached(claim, reading, capture)
        decision = decide(claim, reading, self.spider.scope)
        await self._file(claim, decision, reading, capture, answer.response)

    async def _answer(self, claim: Claim, stored: bool) -> Fetched:
        opened = self.spider.answers.get(claim.url)
        if opened is not None:
            return Fetched(claim.url, opened, status=opened.status)
        known = None
        if stored:
            known = await self.spider.services.store(repositories.latest_capture, claim.url)
        return await self.spider.fetcher.get(claim.url, known=known)

    async def _unreachable(self, claim: Claim, answer: Fetched) -> None:
        problem = answer.problem or Problem(ProblemKind.DECODE, "没有内容", claim.url)
        self.spider.problem(problem)
        if answer.status in GONE:
            # Still listed, yet taken down: a dead link where a report was seen is a withdrawal.
            for publication in self.publications.get(claim.url, ()):
                await self._gone(publication, answer)
        doubted = doubted_bodies(claim, self.spider.scope)
        self._unresolved(claim, doubted, problem.kind)
        verdict = Verdict.UNRESOLVED if doubted else Verdict.FOREIGN
        decision = Decision(verdict, claim.slot_agency, claim.year, reasons=(problem.message,))
        await self._note(claim, decision)

    async def _attached(
        self, claim: Claim, reading: Reading, capture: int | None
    ) -> tuple[Reading, int | None]:
        """The report among a page's attachments; what can't be read among them is told as such."""
        unreadable: tuple[Reading, int | None] | None = None
        for attachment in likely_attachments(reading.attachments, claim)[:MAX_ATTACHMENTS]:
            if not self.spider.hosts.allows(attachment.url):
                continue
            answer = await self.spider.fetcher.get(attachment.url)
            if answer.problem is not None or answer.response is None:
                if answer.problem:
                    self.spider.problem(answer.problem)
                message = (
                    f"附件未能下载：{answer.problem.message if answer.problem else '没有内容'}"
                )
                failure = ParseFailure(ParseErrorCode.UNREADABLE, message)
                unreadable = unreadable or (replace(reading, result=failure), capture)
                continue
            item = await self.spider.submit(PageItem(answer.response, read=True))
            if item.reading is None:
                continue
            found = replace(reading, result=item.reading.result)
            if isinstance(item.reading.result, AnnualReport):
                return found, item.capture
            if item.reading.result.code is not ParseErrorCode.NOT_A_REPORT:
                unreadable = unreadable or (found, item.capture)
        return unreadable or (reading, capture)

    async def _file(
        self,
        claim: Claim,
        decision: Decision,
        reading: Reading,
        capture: int | None,
        response: Response,
    ) -> None:
        await self._note(claim, decision)
        if decision.verdict is Verdict.UNRESOLVED:
            self._unresolved(claim, decision.doubted, None, decision.year)
            return
        if decision.verdict is not Verdict.REPORT or not decision.agency or not decision.year:
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
            )
        )
        assert item.saved is not None
        self.owners[claim.url] = decision.agency
        self.record.new += item.saved.is_new
        self.record.changed += item.saved.is_changed
        self.record.seen(decision.year, claim.url)
        self._tell("report", claim.title, claim.url)

    # --- records -----------------------------------------------------------------

    def _seen_again(self, url: str) -> None:
        self.touched.add(url)
        for publication in self.publications.get(url, ()):
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
        known = self.known.get(claim.url)
        verdict = decision.verdict.value
        if known and (known.verdict, known.agency, known.year, known.title) == (
            verdict, decision.agency, decision.year, claim.title,
        ):  # fmt: skip
            return
        await self.spider.submit(
            CandidateItem(
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
        )

    def _tell(self, kind: str, text: str, url: str) -> None:
        self.spider.services.tell(CrawlEvent(self.spider.portal_id, kind, text, url))
