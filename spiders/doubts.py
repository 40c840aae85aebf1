"""What was met and leaves open whether a body's report is there, beside what could not be read.

Nothing is credited here: these only keep a body from being called missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from typing import TYPE_CHECKING

from spiders.candidates import Claim, Verdict
from spiders.scope import Scope
from storage.domain import ColumnRead, Publication, UnresolvedCandidate
from storage.vocab import AgencyKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

Slot = tuple[str, int]
_UNNAMED = frozenset({AgencyKind.GOVERNMENT, AgencyKind.OFFICE})


def note_doubts(spider: PortalSpider, publications: Iterable[Publication]) -> None:
    """Lines and columns of a run that leave open whose reports they are. ``publications``: those
    known before."""
    claims, record = spider.walk.claims, spider.record
    found = {(p.agency, p.year) for p in publications}
    found |= {(c.agency, c.year) for c in claims.values() if c.agency and c.year}
    record.unresolved += under_other_names(claims.values(), found, spider.scope)
    record.unresolved += nothing_recognised(record.columns, claims.values())
    common = {c.url for c in record.columns if c.agency is None} - spider.walk.parts
    record.unresolved += left_behind(claims.values(), common)


def under_other_names(
    claims: Iterable[Claim], found: Collection[Slot], scope: Scope
) -> list[UnresolvedCandidate]:
    """Reports of bodies that the registry does not have, which may be those of one that it has under
    an earlier or later name: the one begins where the other ends. ``found``: bodies and years whose
    reports are known."""
    strange: dict[str, dict[int, Claim]] = defaultdict(dict)
    for claim in claims:
        name = claim.named
        if claim.verdict is not None or claim.agency or not name or not claim.year:
            continue
        if scope.is_body(name) and not scope.is_elsewhere(name) and not scope.is_several(name):
            strange[name][claim.year] = claim
    if not strange:
        return []
    years: dict[str, set[int]] = defaultdict(set)
    for agency, year in found:
        years[agency].add(year)
    return [
        UnresolvedCandidate(claim.url, claim.title, agency.id, year, None)
        for agency in scope.own.by_id.values()
        if agency.kind not in _UNNAMED and (own := years.get(agency.id))
        for theirs in strange.values()
        if max(theirs) < min(own) or min(theirs) > max(own)
        for year, claim in theirs.items()
    ]


def nothing_recognised(
    columns: Sequence[ColumnRead], claims: Iterable[Claim]
) -> list[UnresolvedCandidate]:
    """A body's own columns, and a portal's only ones, in which no line was taken for a report: their
    reports may bear titles that tell nothing."""
    found = []
    telling = {c.column for c in claims if c.verdict is None or c.verdict is Verdict.FOREIGN}
    recognised = {c.url: bool(c.bodies) or c.url in telling for c in columns}
    for column in columns:
        if not column.complete or not column.entries or recognised[column.url]:
            continue
        if column.agency or not any(recognised.values()):
            title = "栏目里没有一条可以认作年度报告"
            found.append(UnresolvedCandidate(column.url, title, column.agency, None, None))
    return found


def left_behind(claims: Iterable[Claim], common: Set[str]) -> list[UnresolvedCandidate]:
    """Bodies that stand only in a column that ended years before another one of the portal: where
    they publish since, nothing tells. ``common``: columns of several bodies and years."""
    newest: dict[str, int] = {}
    places: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        agency = claim.slot_agency
        if claim.verdict is not None or not claim.year or not claim.column or not agency:
            continue
        places[agency].add(claim.column)
        newest[claim.column] = max(newest.get(claim.column, 0), claim.year)
    last = max((y for url, y in newest.items() if url in common), default=0)
    title = "该机关只见于已停止更新的栏目"
    return [
        UnresolvedCandidate(next(iter(sorted(urls))), title, agency, year, None)
        for agency, urls in places.items()
        if urls <= common
        for year in range(max(newest[u] for u in urls if u in newest) + 1, last + 1)
        if all(newest[u] < last for u in urls)
    ]
