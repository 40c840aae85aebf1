"""Reports of the last years that the columns lack, and where they may stand a step aside: among the
notices of the front page, in articles that gather them, or linked from other reports."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import settings
from crawler.documents.charset import decode
from spiders import titles
from spiders.candidates import Claim, claim_entry
from spiders.entries import list_entries
from spiders.known import first_due, searched_lately
from spiders.lists import Entry, choose
from spiders.page import Page, squeeze
from spiders.scope import Scope, core
from storage import repositories
from storage.domain import Problem

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

Slot = tuple[str, int]
YEARS = 3
"""Years back from the one that is due: older reports are gone from many portals."""
MAX_NOTICES = 3
MAX_PAGES = 3
"""Lists of notices that are looked at, and pages of each: what is due was published lately."""
_NOTICES = re.compile(
    r"^(?:政府|政务|部门|信息|最新|网上)?(?:通知公告|公示公告|公告公示|公告通知|通知公示|公告栏|通知|公告|公示|通告"
    r"|最新公开|公开动态|信息公开动态|最新信息公开)$"
)
_TAG = 900
_TITLE_END = re.compile(r"公开[^<>]{0,40}(?:报告|年报)[^<>]{0,20}</a>", re.I)
_LINK = re.compile(
    r"<a\b[^<>]{0,400}?\bhref\s*=\s*[\"']?([^\"'\s<>]{1,400})[^<>]{0,400}>\s*([^<>]{8,120}?)\s*</a>",
    re.I,
)


def gaps(claims: Iterable[Claim], scope: Scope, today: date) -> frozenset[Slot]:
    """Own bodies, and those of the last years of which no report of theirs is listed, though others'
    are."""
    years: dict[str, set[int]] = defaultdict(set)
    for claim in claims:
        if claim.verdict is None and claim.year and (agency := claim.slot_agency):
            years[agency].add(claim.year)
    last = {y for own in years.values() for y in own if today.year - YEARS <= y < today.year}
    bodies = (a.id for a in scope.own.by_id.values() if not a.valid_to or a.valid_to >= today)
    return frozenset((a, y) for a in bodies for y in last - years[a])


async def look_aside(spider: PortalSpider) -> None:
    """Offer titles of missing reports that stand on the front page and among its notices. A run that
    did not open the front page anyway does so every few days only."""
    scope, walk = spider.scope, spider.walk
    today = settings.now().astimezone(settings.SHANGHAI).date()
    missing = gaps(walk.claims.values(), scope, today)
    if not missing or not walk.readings:
        return
    if not spider.was_opened(spider.portal.url):
        due = first_due(today, await spider.services.store(repositories.overrides))
        runs = await spider.services.store(repositories.healths, spider.portal.id)
        if today <= due or searched_lately(runs, settings.now(), due):
            return
    home = await spider.open(spider.portal.url, home=True)
    if isinstance(home, Problem):
        return  # told where the home page is needed
    pages = [home]
    notices = [k.url for k in home.links if _NOTICES.match(k.label.replace(" ", ""))]
    for url in (*_some(spider, notices), *_some(spider, _own_places(spider, missing))):
        page = await spider.open(url)
        if not isinstance(page, Problem):
            pages += [page, *await _further(spider, page)]
    for entry in (e for page in pages for e in list_entries(page)):
        several = titles.of_several(entry.title) and "公开" in entry.title
        if several or _fills(entry, missing, scope):
            walk.claim(entry, None)


async def _further(spider: PortalSpider, page: Page) -> list[Page]:
    """The next pages of a list of notices."""
    found = []
    for query in choose(page).next_requests(page)[: MAX_PAGES - 1]:
        answer = await spider.ask(query)
        found += [] if isinstance(answer, Problem) else [answer]
    return found


def _some(spider: PortalSpider, urls: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(u for u in urls if spider.hosts.allows(u)))[:MAX_NOTICES]


def _own_places(spider: PortalSpider, missing: frozenset[Slot]) -> Iterator[str]:
    """Links met on the way that speak of what a body makes public (审计公开): those of the bodies
    whose newest report is missing."""
    newest = max(year for _, year in missing)
    names = [spider.scope.own.by_id[a].name for a, year in missing if year == newest]
    words = [w for n in names if len(w := core(n)) >= 2]
    if not words or len(words) > MAX_NOTICES:
        return
    label = re.compile(
        rf"(?:{'|'.join(map(re.escape, words))}).{{0,4}}(?:公开|年报|年度报告|专栏)$"
    )
    for page in spider.opened():
        yield from (k.url for k in page.links if len(k.label) < 16 and label.search(k.label))


class Mentions:
    """Titles of missing reports that documents link, one run's."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider
        self._missing: frozenset[Slot] = frozenset()
        self._found: dict[str, Entry] = {}

    def begin(self) -> None:
        """Before the first document is read, when all that columns list is known."""
        claims = self._spider.walk.claims.values()
        today = settings.now().astimezone(settings.SHANGHAI).date()
        self._missing = gaps(claims, self._spider.scope, today)

    def note(self, body: bytes, url: str) -> None:
        text = decode(body)[0] if self._missing and b"href" in body else ""
        for hit in _TITLE_END.finditer(text):
            # Pages have hundreds of links: only those are read that end like a report's title.
            begin = text.rfind("<a", max(0, hit.start() - _TAG), hit.start())
            m = _LINK.match(text, begin) if begin >= 0 else None
            if m is None:
                continue
            address, words = m.groups()
            target = Page(url, b"").absolute(address)
            entry = Entry(target or "", squeeze(words))
            if target and _fills(entry, self._missing, self._spider.scope):
                self._found.setdefault(entry.url, entry)

    def claims(self) -> list[Claim]:
        """Those that nothing else lists."""
        walk = self._spider.walk
        before = set(walk.claims)
        for entry in self._found.values():
            walk.claim(entry, None)
        return [c for url, c in walk.claims.items() if url not in before]


def _fills(entry: Entry, missing: frozenset[Slot], scope: Scope) -> bool:
    if not titles.read(entry.title).is_report_title:
        return False
    claim = claim_entry(entry, None, scope)
    return claim.verdict is None and (claim.agency or "", claim.year or 0) in missing
