"""The spider that asks for known reports again, cheaply: unchanged, changed, gone, back again.

It reads no list. Its run says nothing about reports that are not known, and no status rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import settings
from crawler.fetch import Fetched
from crawler.health import GONE
from spiders.candidates import Claim
from spiders.harvest import Harvest
from spiders.pace import is_due
from spiders.portal import PortalSpider
from storage import repositories
from storage.domain import Capture, Problem, Publication
from storage.repositories import KnownCandidate
from storage.vocab import DateSource, ProblemKind, RunKind, RunOutcome

MAX_VISITS = 600
"""Addresses in one run; those that waited longest come first, the rest waits for the next."""
NOT_ALL_AT_ONCE = 3
"""So many reports of a portal are not taken down together: then its addresses have moved."""


class RevisitSpider(PortalSpider):
    """One portal. Arguments: ``portal`` (required), ``years`` (comma-separated), ``all`` (any
    value: also reports that are not due)."""

    name = "revisit"
    kind = RunKind.REVISIT

    def __init__(self, *args: Any, all: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._everything = bool(all)
        self.asked = self.unchanged = self.back = self.waiting = 0

    async def work(self) -> None:
        """Ask for what is due; what has gone is filed at the end, when it is known how much."""
        await self.prepare()
        store = self.services.store
        publications = await store(repositories.publications, portal=self.portal.id)
        addresses = await store(repositories.text_addresses, self.portal.id)
        texts = {p.url: addresses[p.id] for p in publications if p.id in addresses}
        places = await self._due(publications, texts)
        self.waiting = max(0, len(places) - MAX_VISITS)
        known = await store(repositories.known_candidates, self.portal.id, self.run)
        visits = Visits(self, known, publications, texts)
        for place in places[:MAX_VISITS]:
            self.asked += 1
            await self._visit(visits, place, known.get(place[0].url))
        await visits.touch()
        await visits.file_gone()

    def conclude(self) -> RunOutcome:
        """Healthy: everything that was asked for answered. That no list was read is no fault."""
        failed = len({p.url for p in self.record.problems if p.url})
        if failed and failed >= self.asked:
            return RunOutcome.FAILED
        return RunOutcome.PARTIAL if self.record.problems else RunOutcome.HEALTHY

    async def result(self) -> dict[str, Any]:
        """The result of a crawl, without columns, with what became of the reports."""
        own = {
            "kind": self.kind.value,
            "asked": self.asked,
            "unchanged": self.unchanged,
            "reports_back": self.back,
            "waiting": self.waiting,
        }
        return {**await super().result(), **own}

    # --- what is due ------------------------------------------------------------

    async def _due(
        self, publications: list[Publication], texts: Mapping[str, str]
    ) -> list[list[Publication]]:
        """Publications by address, those first that waited longest."""
        now = settings.now()
        answered = await self.services.store(repositories.last_asked, self.portal.id)
        asked = {
            url: max(moments)
            for url in {p.url for p in publications}
            if (moments := [answered[u] for u in (url, texts.get(url)) if u in answered])
        }
        found: dict[str, list[Publication]] = {}
        for publication in publications:
            if not publication.manual and self.hosts.allows(publication.url):
                found.setdefault(publication.url, []).append(publication)
        chosen = [
            (asked[url].timestamp() if url in asked else 0.0, url)
            for url, stood in found.items()
            if (not self.years or any(p.year in self.years for p in stood))
            and (self._everything or any(is_due(p, asked.get(url), now) for p in stood))
        ]
        return [found[url] for _, url in sorted(chosen)]

    # --- one address ------------------------------------------------------------

    async def _visit(
        self, visits: Visits, place: list[Publication], known: KnownCandidate | None
    ) -> None:
        newest = max(place, key=lambda p: (p.gone_at is None, p.last_seen, p.id))
        claim = claim_again(newest, known)
        before = self.record.changed
        await visits.visit(claim)
        if claim.url in visits.touched:
            self.unchanged += 1
        elif claim.url in visits.owners:
            self.unchanged += self.record.changed == before and newest.gone_at is None
            self.back += newest.gone_at is not None


class Visits(Harvest):
    """What the visits find. Reports that are gone are gathered first."""

    def __init__(
        self,
        spider: RevisitSpider,
        known: dict[str, KnownCandidate],
        publications: list[Publication],
        texts: Mapping[str, str],
    ) -> None:
        super().__init__(spider, known, publications, texts)
        self._gone_now: list[tuple[Publication, Fetched]] = []

    async def file_gone(self) -> None:
        """A report is withdrawn if its address says so; not if most of the portal's say so."""
        if len(self._gone_now) >= NOT_ALL_AT_ONCE and len(self._gone_now) * 2 > self.fetched:
            message = (
                f"复查的 {self.fetched} 个地址中有 {len(self._gone_now)} 个同时失效，"
                "可能是门户改版，没有记为撤下；请重新采集该门户"
            )
            self.spider.problem(Problem(ProblemKind.HTTP_4XX, message, self.spider.portal.url))
            return
        if self._gone_now and not await self.spider.answers_at_all():
            return  # then its reports are no more gone than the portal
        for publication, answer in self._gone_now:
            await self._gone(publication, answer)

    async def _unreachable(self, claim: Claim, answer: Fetched) -> None:
        problem = answer.problem or Problem(ProblemKind.DECODE, "没有内容", claim.url)
        standing = [p for p in self.publications.get(claim.url, ()) if p.gone_at is None]
        if answer.status in GONE or problem.kind is ProblemKind.SOFT_404:
            self._gone_now += [(p, answer) for p in standing]
        else:
            self.spider.problem(problem)

    async def _broken(self, claim: Claim, problem: Problem) -> None:
        self.spider.problem(problem)

    def _unresolved(self, claim: Claim, *doubt: Any) -> None:
        super()._unresolved(claim, *doubt)
        message = f"原来的年报处现在是别的内容，或无法辨认：{claim.title}"
        self.spider.problem(Problem(ProblemKind.DECODE, message, claim.url))

    async def _answer(self, claim: Claim, stored: bool) -> Fetched:
        known: Capture | None = None
        if stored:
            # Behind a redirection, what is known is known of the address that answered.
            for url in filter(None, (claim.url, self.texts.get(claim.url))):
                last = await self.spider.services.store(repositories.settled_capture, url)
                if known is None and last is not None and last.http_status == 200:
                    known = last
        return await self.spider.fetcher.get(claim.url, known=known)


def claim_again(publication: Publication, known: KnownCandidate | None) -> Claim:
    """What the listing of a report claimed, from what is stored of it."""
    listed = [d.day for d in publication.dates if d.source is DateSource.LIST]
    title = (known.title if known else None) or publication.title or ""
    return Claim(
        url=publication.url,
        title=title,
        list_date=listed[0] if listed else None,
        column=publication.column_url,
        agency=publication.agency,
        named=None,
        context_agency=None,
        hint=None,
        year=publication.year,
        score=1.0,
        reasons=("复查已知的报告",),
    )
