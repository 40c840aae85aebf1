"""The spider that reads a portal's own list of departments and towns, and proposes registry rows."""

from __future__ import annotations

import heapq
import re
from dataclasses import asdict
from typing import Any

import settings
from crawler.hosts import HostRules
from crawler.services import CrawlEvent
from spiders.page import Page, squeeze
from spiders.portal import PortalSpider
from spiders.proposing.body_words import TO_THE_LIST
from spiders.proposing.mentions import Group, groups
from spiders.proposing.places import Owner, owner_of
from spiders.proposing.proposals import Proposal, Proposed, portal_id, propose
from spiders.query import Query
from storage.domain import Portal, Problem
from storage.vocab import ProblemKind, RunOutcome

MAX_PAGES = 16
MAX_DEPTH = 3
"""Home page → 政务公开 → 政府信息公开 → 机构设置."""
MAX_TREES = 4
_TREE = re.compile(
    # Organ trees that a page's script asks for: 大汉 tree.jsp, and names that others use.
    r"[\"']\s*([^\"'\s<>]{0,200}?(?:tree\.jsp|orgtree|organtree|getorgan|getorg|orglist|organlist|deptlist"
    r"|getdept|unitlist|getunit|sitelist)[^\"'\s<>]{0,200})[\"']",
    re.I,
)


class AgenciesSpider(PortalSpider):
    """One portal. Arguments: ``url`` (its home page; it need not be registered), or ``portal``."""

    name = "agencies"

    def __init__(
        self, url: str | None = None, portal: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if not url and not portal:
            raise ValueError("缺少参数 url：scrapy crawl agencies -a url=门户首页网址")
        super().__init__(portal or portal_id(url or ""), *args, **kwargs)
        self._url = url
        self.proposed: Proposed | None = None

    async def work(self) -> None:
        """Home page first; then the pages that its links call a list of bodies, the surest first."""
        await self.prepare()
        home = await self.open(self.portal.url, home=True)
        if isinstance(home, Problem):
            self.problem(home)
            return
        owner = owner_of(home)
        read = [groups(home)]
        if owner.body is None:
            read += await self._lists(home)
        self.proposed = propose(self.portal.url, owner, read)
        self._conclude(owner)

    async def _lists(self, home: Page) -> list[list[Group]]:
        found: list[list[Group]] = []
        waiting: list[tuple[int, int, str, str, int]] = []
        seen = {home.url, self.portal.url}
        trees: set[str] = set()
        self._queue(waiting, seen, home, 1)
        found += await self._trees(home, trees)
        for _ in range(MAX_PAGES):
            if not waiting:
                break
            _, _, url, label, depth = heapq.heappop(waiting)
            page = await self.open(url)
            if isinstance(page, Problem):
                self.problem(page)
                continue
            self.services.tell(CrawlEvent(self.portal_id, "column", f"机构列表 {label}", url))
            found.append(groups(page, label))
            for frame in page.frames()[:3]:
                inner = await self.open(frame) if self.hosts.allows(frame) else None
                if isinstance(inner, Page):
                    found.append(groups(inner, label))
                    found += await self._trees(inner, trees)
            found += await self._trees(page, trees)
            if depth < MAX_DEPTH:
                self._queue(waiting, seen, page, depth + 1)
        return found

    def _queue(
        self,
        waiting: list[tuple[int, int, str, str, int]],
        seen: set[str],
        page: Page,
        depth: int,
    ) -> None:
        for link in page.links:
            words = squeeze(link.label).replace(" ", "")
            if not words or len(words) > 16 or link.url in seen:
                continue
            score = max((s for pattern, s in TO_THE_LIST if pattern.search(words)), default=0)
            if score and self.hosts.allows(link.url):
                seen.add(link.url)
                heapq.heappush(waiting, (-score, len(seen), link.url, words, depth))

    async def _trees(self, page: Page, seen: set[str]) -> list[list[Group]]:
        """Lists of organs that the page's scripts ask for."""
        found = []
        for m in _TREE.finditer(page.text):
            url = page.absolute(m[1])
            if not url or url in seen or len(seen) >= MAX_TREES or not self.hosts.allows(url):
                continue
            seen.add(url)
            answer = await self.ask(Query(url, referer=page.url))
            if isinstance(answer, Problem):
                self.problem(answer)
            else:
                found.append(groups(answer, "机构列表"))
        return found

    def _conclude(self, owner: Owner) -> None:
        assert self.proposed is not None
        certain = sum(p.certain for p in self.proposed.proposals)
        text = f"{owner.name or '未能确认归属'}：确认 {certain} 个机关"
        self.services.tell(CrawlEvent(self.portal_id, "report", text, self.portal.url))

    # --- a run that leaves no record ----------------------------------------------

    async def _load(self) -> None:
        if self._url is None:
            await super()._load()
            return
        self.portal = Portal(self.portal_id, self._url)
        self.hosts = HostRules.of(self.portal)
        self.delay = self.crawler.settings.getfloat("NIANBAO_DELAY", settings.DOWNLOAD_DELAY)

    async def _begin(self) -> None:
        """It reads no column: nothing about it must ever be taken for a crawl's run."""

    async def _finish(self, seconds: float) -> None:
        outcome = "已读完" if self.proposed else "失败"
        self.services.tell(CrawlEvent(self.portal_id, "finished", outcome, self.portal.url))

    def conclude(self) -> RunOutcome:
        return RunOutcome.PARTIAL if self.record.problems else RunOutcome.HEALTHY

    async def result(self) -> dict[str, Any]:
        """``portal``, ``agencies`` and ``doubtful`` as rows with confidence and evidence, ``notes``
        and ``problems`` in Chinese."""
        made = self.proposed
        rows = made.proposals if made else ()
        if made is None and not self.record.problems:
            self.problem(Problem(ProblemKind.DECODE, "没有读到首页", self.portal.url))
        portal = made.portal if made else self.portal
        return {
            "portal": {
                "id": portal.id,
                "name": portal.name,
                "url": portal.url,
                "hosts": list(portal.hosts),
            },
            "agencies": [_row(p) for p in rows if p.certain],
            "doubtful": [_row(p) for p in rows if not p.certain],
            "notes": list(made.notes) if made else [],
            "problems": [
                {"url": p.url, "kind": p.kind.value, "message": p.message}
                for p in self.record.problems
            ],
            "outcome": (self.conclude() if made else RunOutcome.FAILED).value,
        }


def _row(proposal: Proposal) -> dict[str, Any]:
    agency = proposal.agency
    return {
        "id": agency.id,
        "name": agency.name,
        "kind": agency.kind.value,
        "level": agency.level.value,
        "division": agency.division,
        "parent": agency.parent,
        "portal": agency.portal,
        "aliases": list(agency.aliases),
        "confidence": proposal.confidence,
        "doubt": proposal.doubt,
        "evidence": [asdict(e) for e in proposal.evidence],
    }
