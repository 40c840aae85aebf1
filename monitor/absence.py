"""Proof that a report is not there, or what stands in the way of it. Pure.

Contract section 5: ``missing`` needs a healthy run after the deadline over columns that cover the
body. A report may stand on the body's own portal or on its parent's, so both must have been read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from monitor.covering import TOWNS, uncovered
from monitor.obligations import end_of_day
from storage.domain import (
    Agency,
    ColumnRead,
    Obligation,
    RunHealth,
    UnresolvedCandidate,
)
from storage.vocab import AgencyKind, ProblemKind, Reason, RunOutcome

Runs = Mapping[str, Sequence[RunHealth]]
"""Finished runs by portal, oldest first."""

_CENTRE = frozenset({AgencyKind.GOVERNMENT, AgencyKind.OFFICE})
_INDEX = re.compile(r"/?(?:index\.\w{2,5})?$")

_BLOCKED = frozenset({ProblemKind.BLOCKED, ProblemKind.CAPTCHA, ProblemKind.ROBOTS})
_NOT_THERE = frozenset(
    {ProblemKind.HTTP_4XX, ProblemKind.SOFT_404, ProblemKind.COLUMN_NOT_FOUND, ProblemKind.DECODE}
)
_UNREACHABLE = frozenset(
    {
        ProblemKind.DNS,
        ProblemKind.CONNECT,
        ProblemKind.TIMEOUT,
        ProblemKind.TLS,
        ProblemKind.HTTP_5XX,
        ProblemKind.REDIRECT_LOOP,
        ProblemKind.BROWSER,
    }
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body, where its report may stand, and under whose name an entry could be its report.

    ``portals``: its own, then its parent's; empty where the registry names none of its own.
    ``kin``: itself, the body it continues and the bodies that continue it. ``peers``: the bodies
    of its own portal that columns list together with it, itself included: departments, or towns
    and subdistricts; none for governments and their offices.
    """

    agency: Agency
    portals: tuple[str, ...]
    kin: frozenset[str]
    peers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why absence is not proven; ``text`` is Chinese."""

    reason: Reason
    text: str


def bodies(agencies: Sequence[Agency]) -> list[Body]:
    """The bodies of a registry, in the order given."""
    by_id = {a.id: a for a in agencies}
    successors: dict[str, set[str]] = {}
    for agency in agencies:
        if agency.predecessor:
            successors.setdefault(agency.predecessor, set()).add(agency.id)
    peers: dict[tuple[str, bool], set[str]] = {}
    for agency in agencies:
        if agency.portal and agency.kind not in _CENTRE:
            peers.setdefault((agency.portal, agency.kind in TOWNS), set()).add(agency.id)
    found = []
    for agency in agencies:
        parent = by_id.get(agency.parent or "")
        portals = (agency.portal, parent.portal if parent else None) if agency.portal else ()
        kin = {agency.id, *successors.get(agency.id, ())}
        kin |= {agency.predecessor} if agency.predecessor else set()
        own = tuple(dict.fromkeys(p for p in portals if p))
        among: set[str] = set()
        if agency.kind not in _CENTRE:
            among = peers.get((agency.portal or "", agency.kind in TOWNS), set())
        found.append(Body(agency, own, frozenset(kin), frozenset(among)))
    return found


def prove_absence(
    body: Body,
    obligation: Obligation,
    runs: Runs,
    silent: Set[str] = frozenset(),
    outside: Set[str] = frozenset(),
) -> tuple[RunHealth, ...] | Obstacle:
    """The healthy runs that prove the absence, one for each portal; else what is in the way.

    ``obligation`` must have a due day; ``runs``: those finished by now. ``silent``: portals on
    which few reports of the year were found or none, though many bodies have published there. That
    is a column that moved, or one that keeps some years only, rather than most of them in breach.
    ``outside``: bodies whose reports of the years next to this one stood in no column; reading the
    columns to their ends says nothing of where those publish.
    """
    assert obligation.due is not None
    if not body.portals:
        return Obstacle(Reason.NEVER_CRAWLED, "名录没有写明应当刊载其报告的门户")
    deadline = end_of_day(obligation.due)
    proofs: list[RunHealth] = []
    for portal in body.portals:
        found = _prove(body.kin, obligation.year, deadline, runs.get(portal, ()))
        if isinstance(found, Obstacle):
            where = "" if portal == body.agency.portal else f"上级机关的门户 {portal}："
            return Obstacle(found.reason, where + found.text)
        proofs.append(found)
    if (text := uncovered(proofs, body)) is not None:
        return _told(Reason.COLUMN_NOT_FOUND, proofs[0], text)
    if body.kin & outside:
        text = "该机关相邻年度的报告不在读到的栏目中，而是在别处找到的，该年度的报告也可能在别处"
        return _told(Reason.COLUMN_NOT_FOUND, proofs[0], text)
    if body.agency.portal in silent:
        text = "栏目中该年度的报告一份也没有，或明显少于其他年度，可能另有栏目，或只保留部分年度"
        return _told(Reason.LIST_INCOMPLETE, proofs[0], text)
    return tuple(proofs)


def open_candidates(
    run: RunHealth, kin: Collection[str], year: int
) -> tuple[UnresolvedCandidate, ...]:
    """Entries met in that run that could be this body's report and could not be read or told."""
    return tuple(
        u
        for u in run.unresolved
        if (u.agency is None or u.agency in kin) and u.year in (None, year)
    )


def _prove(
    kin: Collection[str], year: int, deadline: datetime, runs: Sequence[RunHealth]
) -> RunHealth | Obstacle:
    first = next((n for n, r in enumerate(runs) if r.started_at >= deadline), None)
    if first is None:
        if runs and runs[-1].outcome is not RunOutcome.HEALTHY:
            return _unread(runs[-1])
        return Obstacle(Reason.NEVER_CRAWLED, "应公开日期之后还没有完成过采集")
    newest: Obstacle | None = None
    for n in range(len(runs) - 1, first - 1, -1):
        obstacle = _flaw(runs[n], kin, year) or _contradiction(n, runs, kin, year)
        if obstacle is None:
            return runs[n]
        newest = newest or obstacle
    assert newest is not None
    return newest


def _flaw(run: RunHealth, kin: Collection[str], year: int) -> Obstacle | None:
    """Why a run proves nothing about this body; None if it does."""
    whole = bool(run.columns) and all(c.complete and c.entries > 0 for c in run.columns)
    if run.outcome is not RunOutcome.HEALTHY or run.finished_at is None or not whole:
        return _unread(run)
    if doubtful := open_candidates(run, kin, year):
        return _doubt(run, doubtful)
    return None


def _contradiction(
    proof: int, runs: Sequence[RunHealth], kin: Collection[str], year: int
) -> Obstacle | None:
    """What the runs around a proof met that weakens it. That a later one just failed does not.

    A column that was met and could not be read, later or since the healthy run before: unless the
    proof read it, the report may stand there. And a later entry that could be the report.
    """
    read = {_plain(c.url) for c in runs[proof].columns}
    later = runs[proof + 1 :]
    for run in (*later, *_since_healthy(runs[:proof])):
        for column in run.columns:
            if not column.complete and _plain(column.url) not in read:
                return _told(Reason.LIST_INCOMPLETE, run, f"遇到未能读全的栏目 {column.url}")
    for run in later:
        if doubtful := open_candidates(run, kin, year):
            return _doubt(run, doubtful)
    return None


def _since_healthy(runs: Sequence[RunHealth]) -> Iterator[RunHealth]:
    """The unhealthy runs at the end of a row, newest first."""
    return takewhile(lambda run: run.outcome is not RunOutcome.HEALTHY, reversed(runs))


def _plain(url: str) -> str:
    """An address without what redirects commonly add or change."""
    return _INDEX.sub("", url.partition("://")[2] or url)


def _doubt(run: RunHealth, doubtful: Sequence[UnresolvedCandidate]) -> Obstacle:
    kinds = {u.kind for u in doubtful if u.kind is not None}
    reason = Reason.LIST_INCOMPLETE
    if kinds & _BLOCKED:
        reason = Reason.BLOCKED
    elif kinds & (_UNREACHABLE | _NOT_THERE):
        reason = Reason.UNREACHABLE
    first = doubtful[0]
    text = f"有 {len(doubtful)} 个条目可能是该机关的报告而未能读取或辨认，如“{first.title or first.url}”"
    return _told(reason, run, text)


def _unread(run: RunHealth) -> Obstacle:
    """Why a run read less than everything."""
    kinds = {p.kind for p in run.problems}
    lost = [c for c in run.columns if not c.complete]
    if not run.columns:
        return _without_columns(run, kinds)
    if lost:
        return _with_lost_columns(run, lost, kinds)
    if empty := next((c for c in run.columns if c.entries == 0), None):
        return _told(Reason.EMPTY_COLUMN, run, f"栏目 {empty.url} 没有条目")
    if ProblemKind.LIST_INCOMPLETE not in kinds:
        if kinds & _BLOCKED:
            return _told(Reason.BLOCKED, run, _first(run, _BLOCKED))
        if kinds & _UNREACHABLE:
            return _told(Reason.UNREACHABLE, run, _first(run, _UNREACHABLE))
    return _told(Reason.LIST_INCOMPLETE, run, _first(run, {ProblemKind.LIST_INCOMPLETE}))


def _without_columns(run: RunHealth, kinds: Collection[ProblemKind]) -> Obstacle:
    for group, reason in (
        (_BLOCKED, Reason.BLOCKED),
        # Said only where the home page answered: then the other failures are of pages on the way.
        ({ProblemKind.COLUMN_NOT_FOUND}, Reason.COLUMN_NOT_FOUND),
        (_UNREACHABLE | _NOT_THERE, Reason.UNREACHABLE),
        ({ProblemKind.EMPTY_COLUMN}, Reason.EMPTY_COLUMN),
        ({ProblemKind.LIST_INCOMPLETE}, Reason.LIST_INCOMPLETE),
    ):
        if not group.isdisjoint(kinds):
            return _told(reason, run, _first(run, group))
    return _told(Reason.COLUMN_NOT_FOUND, run, "没有读到年报栏目")


def _with_lost_columns(
    run: RunHealth, lost: Sequence[ColumnRead], kinds: Collection[ProblemKind]
) -> Obstacle:
    """A list that breaks off is incomplete; one that never came is told by what kept it away."""
    unopened = {c.url for c in lost if c.entries == 0}
    text = f"栏目 {lost[0].url} 未能读全" + (f"（{lost[0].message}）" if lost[0].message else "")
    at_them = {p.kind for p in run.problems if p.url in unopened} or set(kinds)
    if unopened and at_them & _BLOCKED:
        return _told(Reason.BLOCKED, run, text)
    if not any(c.entries for c in run.columns):
        if at_them & _UNREACHABLE:
            return _told(Reason.UNREACHABLE, run, text)
        if at_them & _NOT_THERE:
            return _told(Reason.COLUMN_NOT_FOUND, run, text)
    return _told(Reason.LIST_INCOMPLETE, run, text)


def _first(run: RunHealth, kinds: Collection[ProblemKind]) -> str:
    problem = next((p for p in run.problems if p.kind in kinds), None)
    if problem is None:
        return "没有读完"
    return problem.message + (f"（{problem.url}）" if problem.url else "")


def _told(reason: Reason, run: RunHealth, text: str) -> Obstacle:
    return Obstacle(reason, f"第 {run.run} 次采集：{text}")
