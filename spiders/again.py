"""Whether what is known need be asked for again, and whether a known file is still the one it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import timedelta
from typing import TYPE_CHECKING

import settings
from crawler.components import RECHECK_DAYS
from crawler.items import PageItem
from spiders.candidates import Claim, Verdict
from spiders.columns import is_column
from spiders.lists import names_column
from spiders.reader import read_column
from storage import repositories
from storage.domain import Problem, Publication
from storage.repositories import KnownCandidate
from storage.vocab import DateSource, ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

SHORTEST_PAUSE = timedelta(hours=12)
"""Between two checks of a report whose line in its list has not changed."""


async def vouch(
    spider: PortalSpider, columns: Sequence[str], publications: Sequence[Publication]
) -> bool:
    """Whether the known columns show by themselves that they are what they were, so that the home
    page need not be asked for to tell them from it: each is named as one and lists most of the
    reports that were found there before."""
    held: dict[str, set[str]] = {}
    for publication in publications:
        if publication.gone_at is None and not publication.manual:
            held.setdefault(publication.column_url or "", set()).add(publication.url)
    for url in columns:
        if not held.get(url):
            return False
        page = await spider.open(url)
        if isinstance(page, Problem) or not (is_column(page, "") or names_column(page)):
            return False
        listed = held[url] & {link.url for link in page.links}
        if len(listed) * 2 < len(held[url]):
            # Further pages, or what a script asks for: asked once, now or when the column is read.
            listed |= held[url] & {e.url for e in (await read_column(page, spider.ask)).entries}
        if len(listed) * 2 < len(held[url]):
            return False
    return bool(columns)


def decided_before(claim: Claim, known: KnownCandidate | None) -> bool:
    """Whether a line is what it was, and known to be nothing of ours: not fetched every time."""
    if known is None or known.title != claim.title:
        return False
    if known.verdict == Verdict.FOREIGN:
        return claim.agency is None
    return known.verdict == Verdict.NOT_A_REPORT and claim.score < 0.7


async def checked_lately(
    spider: PortalSpider,
    claim: Claim,
    known: Sequence[Publication],
    before: KnownCandidate | None,
) -> bool:
    """Whether a known report whose line is as it was need not be asked for yet.

    Young reports are corrected most: the pause grows with the time for which the text has stood,
    up to the setting.
    """
    if not known or before is None or before.title != claim.title:
        return False
    if claim.url in spider.answers or newly_listed(claim, known):
        return False  # it was opened on the way, as a column or a page of one
    if any(p.gone_at is not None or not p.readable for p in known):
        return False
    listed = {d.day for p in known for d in p.dates if d.source is DateSource.LIST}
    if listed != ({claim.list_date} if claim.list_date else set()):
        return False
    capture = await spider.services.store(repositories.settled_capture, claim.url)
    if capture is None:
        return False
    most = timedelta(days=spider.crawler.settings.getfloat(RECHECK_DAYS))
    stood = capture.fetched_at - min(p.first_seen for p in known)
    return settings.now() - capture.fetched_at < min(most, max(stood, SHORTEST_PAUSE))


def no_longer_listed(
    publications: Iterable[Publication], complete: Set[str], listed: Set[str]
) -> list[Publication]:
    """Reports that stood in a column which was read whole, and stand there no more."""
    return [
        p
        for p in publications
        if p.gone_at is None and not p.manual and p.column_url in complete and p.url not in listed
    ]


def newly_listed(claim: Claim, known: Sequence[Publication]) -> bool:
    """Whether a column lists what was found in none so far."""
    return claim.column is not None and bool(known) and all(p.column_url is None for p in known)


async def is_other(spider: PortalSpider, url: str) -> bool:
    """Whether a known file has other bytes now; asked for conditionally. A file that can't be had
    is told as a problem, and is not another one."""
    if not spider.hosts.allows(url):
        return False
    known = await spider.services.store(repositories.settled_capture, url)
    answer = await spider.fetcher.get(url, known=known)
    if answer.problem is not None or answer.response is None:
        spider.problem(answer.problem or Problem(ProblemKind.DECODE, "没有内容", url))
        return False
    item = await spider.submit(PageItem(answer.response))
    return not item.unchanged
