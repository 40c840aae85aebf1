"""Proof that a report is not there, or what stands in the way of it. Pure.

Contract section 5: ``missing`` needs a healthy run after the deadline over columns that cover the
body. A report may stand on the body's own portal or on its parent's, so both must have been read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.obligations import end_of_day
from storage.domain import (
    Agency,
    ColumnRead,
    Obligation,
    RunHealth,
    UnresolvedCandidate,
)
from storage.vocab import ProblemKind, Reason, RunOutcome

Runs = Mapping[str, Sequence[RunHealth]]
"""Finished runs by portal, oldest first."""

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
    ``kin``: itself, the body it continues and the bodies that continue it.
    """

    agency: Agency
    portals: tuple[str, ...]
    kin: frozenset[str]


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
    found = []
    for agency in agencies:
        parent = by_id.get(agency.parent or "")
        portals = (agency.portal, parent.portal if parent else None) if agency.portal else ()
        kin = {agency.id, *successors.get(agency.id, ())}
        kin |= {agency.predecessor} if agency.predecessor else set()
        found.append(Body(agency, tuple(dict.fromkeys(p for p in portals if p)), frozenset(kin)))
    return found


def prove_absence(
    body: Body, obligation: Obligation, runs: Runs
) -> tuple[RunHealth, ...] | Obstacle:
    """The healthy runs that prove the absence, one for each portal; else what is in the way.

    ``obligation`` must have a due day; ``runs``: those finished by now.
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
    after = [r for r in runs if r.started_at >= deadline]
    obstacle: Obstacle | None = None
    for proof in reversed(after):
        obstacle = _flaw(proof, kin, year) or _contradiction(proof, runs, kin, year)
        if obstacle is None:
            return proof
    if after:
        # Told from the last run: what it met is what has to be mended now.
        return _flaw(after[-1], kin, year) or obstacle or _unread(after[-1])
    if runs and runs[-1].outcome is not RunOutcome.HEALTHY:
        return _unread(runs[-1])
    return Obstacle(Reason.NEVER_CRAWLED, "应公开日期之后还没有完成过采集")


def _flaw(run: RunHealth, kin: Collection[str], year: int) -> Obstacle | None:
    """Why a run proves nothing about this body; None if it does."""
    whole = bool(run.columns) and all(c.complete and c.entries > 0 for c in run.columns)
    if run.outcome is not RunOutcome.HEALTHY or run.finished_at is None or not whole:
        return _unread(run)
    if doubtful := open_candidates(run, kin, year):
        return _doubt(run, doubtful)
    return None


def _contradiction(
    proof: RunHealth, runs: Sequence[RunHealth], kin: Collection[str], year: int
) -> Obstacle | None:
    """What other runs met that weakens a proof; a later run that just failed does not.

    A column that was met and not read: since the healthy run before the proof, or later. The
    proof must have read it, or it may hold the report. And a later entry that could be it.
    """
    read = {c.url for c in proof.columns}
    for run in _window(proof, runs):
        column = next((c for c in run.columns if not c.complete and c.url not in read), None)
        if column is not None:
            return _told(Reason.LIST_INCOMPLETE, run, f"遇到未能读全的栏目 {column.url}")
        if run.started_at > proof.started_at and (
            doubtful := open_candidates(run, kin, year)
        ):
            return _doubt(run, doubtful)
    return None


def _window(proof: RunHealth, runs: Sequence[RunHealth]) -> Iterator[RunHealth]:
    """The runs after the last healthy run before the proof, newest first, without the proof."""
    for run in reversed(runs):
        if run.run == proof.run:
            continue
        if run.started_at <= proof.started_at and run.outcome is RunOutcome.HEALTHY:
            return
        yield run


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
