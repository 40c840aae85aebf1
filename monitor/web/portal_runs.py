"""Every portal with what its last crawl can vouch for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor import labels
from storage.models import AgencyRow, PortalRow, RunRow
from storage.vocab import ProblemKind, RunKind, RunOutcome


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A 年报 column as read: ``short`` is its path, to be shown instead of the address."""

    url: str
    short: str
    entries: int
    complete: bool


@dataclass(frozen=True, slots=True)
class PortalRun:
    """A portal with its last finished run; ``run`` None = none finished yet.

    ``healthy_at``: start of the last healthy run. ``bodies``: how many bodies depend on the portal.
    """

    portal: PortalRow
    run: RunRow | None
    healthy_at: datetime | None
    bodies: int

    @property
    def outcome(self) -> RunOutcome | None:
        return None if self.run is None or not self.run.outcome else RunOutcome(self.run.outcome)

    @property
    def healthy(self) -> bool:
        return self.outcome is RunOutcome.HEALTHY

    @property
    def columns(self) -> list[ReadColumn]:
        return [
            ReadColumn(c["url"], urlsplit(c["url"]).path or "/", c["entries"], c["complete"])
            for c in (self.run.columns if self.run else [])
        ]

    @property
    def problems(self) -> list[tuple[str, int]]:
        """Kinds of problem with the first message of each, and how often; most frequent first."""
        kinds: defaultdict[ProblemKind, list[str]] = defaultdict(list)
        for problem in self.run.problems if self.run else []:
            kinds[ProblemKind(problem["kind"])].append(problem["message"])
        found = sorted(kinds.items(), key=lambda item: -len(item[1]))
        return [(_problem_text(kind, messages[0]), len(messages)) for kind, messages in found]


def portal_runs(s: Session) -> list[PortalRun]:
    """Every active portal with its last finished run, the unhealthy ones first."""
    crawls = RunRow.kind == RunKind.CRAWL
    finished = select(func.max(RunRow.id)).where(RunRow.finished_at.is_not(None), crawls)
    last = s.scalars(select(RunRow).where(RunRow.id.in_(finished.group_by(RunRow.portal))))
    runs = {run.portal: run for run in last}
    healthy = s.execute(
        select(RunRow.portal, func.max(RunRow.started_at))
        .where(RunRow.outcome == RunOutcome.HEALTHY.value, crawls)
        .group_by(RunRow.portal)
    )
    healthy_at = dict(healthy.tuples().all())
    bodies = s.execute(
        select(AgencyRow.portal, func.count())
        .where(AgencyRow.active.is_(True))
        .group_by(AgencyRow.portal)
    )
    counts = dict(bodies.tuples().all())
    portals = s.scalars(select(PortalRow).where(PortalRow.active.is_(True)))
    listed = [
        PortalRun(p, runs.get(p.id), healthy_at.get(p.id), counts.get(p.id, 0)) for p in portals
    ]
    return sorted(listed, key=lambda item: (item.healthy, item.portal.id))


def _problem_text(kind: ProblemKind, message: str) -> str:
    name = labels.label(kind)
    return message if not name or name in message else f"{name}：{message}" if message else name
