"""What a monitor that crawls at given moments must find, worked out from the story itself.

This is the contract (section 5 and "Publication dates") applied to what is known here for
certain: which page was there when, and what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from settings import SHANGHAI
from spiders.samples.places import AGENCIES, ELSEWHERE, SITE_BY_ID, Trouble
from spiders.samples.postings import COMMON, Posting
from spiders.samples.reports import Defect
from spiders.samples.world import World, due_day
from storage.domain import Agency
from storage.vocab import Flag, Reason, Status

AFTER_ALL = datetime(2026, 4, 10, 9, tzinfo=SHANGHAI)
"""A moment when the story is over and every deadline has passed."""

_REASONS = {
    Trouble.WALL: Reason.BLOCKED,
    Trouble.HANGING_LIST: Reason.LIST_INCOMPLETE,
    Trouble.NO_COLUMN: Reason.COLUMN_NOT_FOUND,
    Trouble.EMPTY_COLUMN: Reason.EMPTY_COLUMN,
}
# A page with a stranger's text breaks further rules, none of them by design.
_WRONG_TEXT = frozenset({"Y-COPY", "Y-CARRY", "Y-INFORCE", "X-AGG", "M-YEAR", "M-AGENCY", "P-DUP"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """``rules``: must be found. ``tolerated``: may be found too. Neither lists ``info`` rules."""

    status: Status
    reason: Reason | None = None
    flags: frozenset[Flag] = frozenset()
    rules: frozenset[str] = frozenset()
    tolerated: frozenset[str] = frozenset()


def listed_postings(world: World, site: str, column: str, now: datetime) -> list[Posting]:
    """The entries of a column at ``now``, as the portal orders them: newest first."""
    found = [p for p in world.postings if p.site == site and column in p.columns and p.visible(now)]
    return sorted(found, key=lambda p: (p.listed, p.number), reverse=True)


def reachable(world: World, posting: Posting, now: datetime) -> bool:
    """Whether a crawl at ``now`` can come to the page."""
    site = SITE_BY_ID[posting.site]
    if not posting.visible(now):
        return False
    if site.trouble is Trouble.HANGING_LIST:
        return posting in listed_postings(world, site.id, COMMON, now)[: site.per_page]
    return True


def expectations(
    world: World, year: int, runs: Sequence[datetime] = (AFTER_ALL,)
) -> dict[str, Expectation]:
    """Agency id -> what must be found for ``year`` after crawls at ``runs`` (in order)."""
    return {agency.id: _expect(world, agency, year, runs) for agency in AGENCIES}


def _expect(world: World, agency: Agency, year: int, runs: Sequence[datetime]) -> Expectation:
    due = due_day(agency, year)
    if due is None:
        return Expectation(Status.EXEMPT)
    postings = (p for p in world.postings if (p.agency, p.year) == (agency.id, year))
    posting = next(postings, None)
    seen = [run for run in runs if posting and reachable(world, posting, run)]
    if posting is None or not seen:
        return _not_found(agency, due, runs[-1])
    if (posting.text_agency, posting.text_year) != (agency.id, year):
        wrong_year = posting.text_agency == agency.id
        flag, rule = (Flag.WRONG_YEAR, "M-YEAR") if wrong_year else (Flag.WRONG_AGENCY, "M-AGENCY")
        absent = _not_found(agency, due, runs[-1])
        rules = absent.rules | {rule}
        return Expectation(
            absent.status, absent.reason, frozenset({flag}), rules, _WRONG_TEXT - {rule}
        )
    return _found(world, posting, due, runs, seen)


def _not_found(agency: Agency, due: date, last: datetime) -> Expectation:
    if last.astimezone(SHANGHAI).date() <= due:
        return Expectation(Status.NOT_DUE)
    site = SITE_BY_ID[ELSEWHERE.get(agency.id, agency.portal or "")]
    if site.trouble is not None:
        return Expectation(Status.UNKNOWN, _REASONS[site.trouble])
    return Expectation(Status.MISSING, rules=frozenset({"D-MISSING"}))


def _found(
    world: World, posting: Posting, due: date, runs: Sequence[datetime], seen: list[datetime]
) -> Expectation:
    flags: set[Flag] = set()
    defects = set(world.defects(posting, seen[-1]))
    rules = {d.value for d in defects} - {Defect.BLANK, Defect.SLASH}
    if world.fate(posting).copied and (posting.year or 0) - 1 in world.years:
        rules.add("Y-COPY")
    healthy = SITE_BY_ID[posting.site].trouble is None
    before = [run for run in runs if healthy and run < posting.appears]
    status = _status(posting, due, before[-1] if before else None, seen[0], flags)
    if status is Status.LATE:
        rules.add("D-LATE")
    if posting.edited and seen[0] < posting.edited <= seen[-1]:
        flags.add(Flag.CHANGED)
        rules.add("D-CHANGED")
    if posting.gone and posting.gone <= runs[-1]:
        flags.add(Flag.WITHDRAWN)
        rules.add("D-WITHDRAWN")
    if Defect.IMAGE in defects:
        flags.add(Flag.IMAGE_ONLY)
    tolerated = set()
    if Defect.NO_SECTION_SIX in defects:
        tolerated.add("S-FEE")
    if defects & {Defect.BLANK, Defect.SLASH}:
        tolerated.add("T-RAGGED")
    if Defect.IMAGE in defects:
        tolerated |= {"S-MISSING", "S-FEE", "S-OVERVIEW-ITEMS", "T-RAGGED"}
    return Expectation(status, None, frozenset(flags), frozenset(rules), frozenset(tolerated))


def _status(
    posting: Posting, due: date, before: datetime | None, first: datetime, flags: set[Flag]
) -> Status:
    """By the dates of the page; by the interval of the runs if these disprove the page."""
    if before is not None and posting.shown < before.astimezone(SHANGHAI).date():
        flags.add(Flag.BACKDATED)
        if first.astimezone(SHANGHAI).date() <= due:
            return Status.ON_TIME
        return Status.LATE if before.astimezone(SHANGHAI).date() > due else Status.DATE_UNCERTAIN
    late = posting.shown > due
    if any((day > due) is not late for day in (posting.listed, posting.addressed)):
        return Status.DATE_UNCERTAIN
    return Status.LATE if late else Status.ON_TIME
