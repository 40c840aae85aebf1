"""What a run notes of the entries that it met: what was decided, what stays open, what is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.items import CandidateItem
from crawler.services import CrawlEvent
from spiders.attribution import Decision
from spiders.candidates import Claim
from storage.domain import UnresolvedCandidate
from storage.repositories import KnownCandidate
from storage.vocab import ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider


class Notes:
    """The notes of one portal's run. ``known``: what earlier runs decided, by address."""

    def __init__(self, spider: PortalSpider, known: dict[str, KnownCandidate]) -> None:
        self.spider = spider
        self.record = spider.record
        self.known = known

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
