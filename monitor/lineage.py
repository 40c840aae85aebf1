"""Which report counts for a body and year, and which one it goes on from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.coverage import WRONG
from storage.domain import Agency, StatusLine


@dataclass(frozen=True, slots=True)
class Before:
    """Where the report of the year before stands. ``owner``: who published it."""

    publication: int
    owner: Agency
    same_body: bool


def counting(lines: Iterable[StatusLine]) -> dict[int, StatusLine]:
    """By publication: the statuses that rest on a report of the right body and year."""
    return {
        line.publication: line
        for line in lines
        if line.publication is not None and not WRONG.intersection(line.flags)
    }


def befores(agencies: Mapping[str, Agency], lines: Iterable[StatusLine]) -> dict[str, Before]:
    """For every body, its own report of the year before, or that of the body it continues.

    A predecessor whose work went to several bodies is compared with none of them.
    """
    published = {line.agency: line.publication for line in lines if line.publication is not None}
    heirs = Counter(a.predecessor for a in agencies.values() if a.predecessor)
    found: dict[str, Before] = {}
    for agency in agencies.values():
        owner: Agency | None = agency
        seen: set[str] = set()
        while owner is not None and owner.id not in published and owner.id not in seen:
            seen.add(owner.id)
            before = owner.predecessor
            alone = before is not None and heirs[before] == 1
            owner = agencies.get(before) if before and alone else None
        if owner is not None and owner.id in published:
            found[agency.id] = Before(published[owner.id], owner, owner.id == agency.id)
    return found
