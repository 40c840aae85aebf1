"""Statuses of a year from everything that is stored: publications, runs, registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.absence import Body, Runs, bodies
from monitor.coverage import as_of, status_line
from monitor.obligations import obligations
from monitor.sightings import outside_columns, sightings, silent_portals, versions_by
from storage import repositories as repo
from storage.domain import (
    Agency,
    DeadlineOverride,
    Obligation,
    Publication,
    RunHealth,
    StatusLine,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the judgement of every year stands on; ``runs`` are those finished by the moment."""

    bodies: Mapping[str, Body]
    overrides: Sequence[DeadlineOverride]
    runs: Runs

    @property
    def agencies(self) -> dict[str, Agency]:
        return {id: body.agency for id, body in self.bodies.items()}

    def owed(self, year: int) -> list[Obligation]:
        return obligations((b.agency for b in self.bodies.values()), [year], self.overrides)


def ground_of(session: Session, until: datetime | None) -> Ground:
    """``until``: only runs finished by then count; None: all."""
    runs: dict[str, list[RunHealth]] = defaultdict(list)
    for health in repo.healths(session, until=until):
        runs[health.portal].append(health)
    known = {b.agency.id: b for b in bodies(repo.agencies(session))}
    return Ground(known, repo.overrides(session), runs)


def lines_of(
    session: Session,
    ground: Ground,
    owed: Iterable[Obligation],
    year: int,
    now: datetime,
    *,
    replay: bool = False,
) -> list[StatusLine]:
    """One status per obligation of a year, in their order; ``replay`` as in `live_statuses`."""
    publications = repo.publications(session, year=year)
    seen = sightings(session, publications, year)
    silent = silent_portals(session, year)
    outside = outside_columns(session, year)
    if replay:
        publications = versions_by(session, publications, year, now)
    found = by_body(publications)
    lines = []
    for obligation in owed:
        body = ground.bodies[obligation.agency]
        slot = as_of(body, found.get(obligation.agency, ()), ground.runs, now, seen)
        line = status_line(body, obligation, slot, ground.runs, now, seen, silent, outside)
        lines.append(line)
    return lines


def by_body(publications: Iterable[Publication]) -> dict[str, list[Publication]]:
    found: dict[str, list[Publication]] = defaultdict(list)
    for publication in publications:
        found[publication.agency].append(publication)
    return dict(found)


def lines_before(session: Session, ground: Ground, year: int, now: datetime) -> list[StatusLine]:
    """Statuses of the year before, as stored; computed where that year was never judged."""
    return repo.statuses(session, year=year - 1) or lines_of(
        session, ground, ground.owed(year - 1), year - 1, now
    )


def live_statuses(
    session: Session, year: int, moment: datetime, *, replay: bool
) -> list[StatusLine]:
    """Statuses computed afresh at a moment, nothing stored; sorted by agency.

    Only what was published or proven by then counts. ``replay``: the moment is past, so dates are
    judged with what was learned since, and contents counted as they were then.
    """
    ground = ground_of(session, None if replay else moment)
    return lines_of(session, ground, ground.owed(year), year, moment, replay=replay)
