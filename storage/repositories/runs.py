"""Crawl runs and what they can vouch for; revisits, which vouch for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.canonical import plain
from storage.domain import ColumnRead, Problem, RunHealth, UnresolvedCandidate
from storage.models import CaptureRow, PublicationRow, ReportVersionRow, RunRow
from storage.vocab import ProblemKind, RunKind, RunOutcome


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A run that was killed, with what it had counted so far."""

    run: int
    reports_new: int
    reports_changed: int
    reports_gone: int


def start_run(s: Session, portal: str, now: datetime, kind: RunKind = RunKind.CRAWL) -> int:
    """A new run, unfinished until :func:`finish_run`; IntegrityError for an unknown portal."""
    row = RunRow(portal=portal, started_at=now, kind=kind.value)
    s.add(row)
    s.flush()
    return row.id


def broken_off(
    s: Session, portal: str, now: datetime, within: timedelta, kind: RunKind = RunKind.CRAWL
) -> BrokenOff | None:
    """The portal's last run of a kind, if it never ended and began no longer ago than ``within``.

    It may be gone on with: its start stays what it was, so that pages that were read before a
    deadline never prove anything after it.
    """
    row = s.scalars(
        select(RunRow)
        .where(RunRow.portal == portal, RunRow.kind == kind.value)
        .order_by(RunRow.id.desc())
        .limit(1)
    ).first()
    if row is None or row.finished_at is not None or not now - within <= row.started_at <= now:
        return None
    new = select(func.count()).where(PublicationRow.first_run == row.id)
    changed = (
        select(func.count(ReportVersionRow.publication_id.distinct()))
        .join(CaptureRow, CaptureRow.id == ReportVersionRow.capture_id)
        .where(CaptureRow.run_id == row.id, ReportVersionRow.changed)
    )
    gone = select(func.count()).where(
        PublicationRow.portal == portal, PublicationRow.gone_at >= row.started_at
    )
    counts = (s.scalar(query) or 0 for query in (new, changed, gone))
    return BrokenOff(row.id, *counts)


def finish_run(
    s: Session,
    run: int,
    *,
    now: datetime,
    outcome: RunOutcome,
    columns: Sequence[ColumnRead],
    problems: Sequence[Problem],
    unresolved: Sequence[UnresolvedCandidate],
    candidates: int,
    reports_new: int,
    reports_changed: int,
    reports_gone: int,
    requests: int,
    bytes_: int,
    seconds: float,
) -> None:
    """Record how the run went; repeated, the last record stands. LookupError: no such run."""
    row = _run(s, run)
    row.finished_at = now
    row.outcome = outcome.value
    row.columns = [plain(asdict(column)) for column in columns]
    row.problems = [plain(asdict(problem)) for problem in problems]
    row.unresolved = [plain(asdict(candidate)) for candidate in unresolved]
    row.candidates = candidates
    row.reports_new = reports_new
    row.reports_changed = reports_changed
    row.reports_gone = reports_gone
    row.requests = requests
    row.bytes = bytes_
    row.seconds = seconds
    s.flush()


def run_result(s: Session, run: int) -> dict[str, Any]:
    """The crawl result of contract section 4; LookupError: no such run, or not finished."""
    row = _run(s, run)
    if row.finished_at is None:
        raise LookupError(f"run {run} is not finished")
    return {
        "portal": row.portal,
        "run": row.id,
        "outcome": row.outcome,
        "columns": row.columns,
        "candidates": row.candidates,
        "reports_new": row.reports_new,
        "reports_changed": row.reports_changed,
        "reports_gone": row.reports_gone,
        "requests": row.requests,
        "bytes": row.bytes,
        "seconds": row.seconds,
        "problems": row.problems,
        "unresolved": row.unresolved,
    }


def healths(
    s: Session, portal: str | None = None, until: datetime | None = None
) -> list[RunHealth]:
    """Finished crawls, oldest first; ``until``: finished at that moment or before. Never revisits:
    they read no column, and say nothing about what is absent."""
    query = select(RunRow).where(
        RunRow.finished_at.is_not(None), RunRow.kind == RunKind.CRAWL.value
    )
    if portal is not None:
        query = query.where(RunRow.portal == portal)
    if until is not None:
        query = query.where(RunRow.finished_at <= until)
    return [_health(row) for row in s.scalars(query.order_by(RunRow.started_at, RunRow.id))]


def last_run_started(s: Session, portal: str) -> datetime | None:
    """When the portal's last crawl began, finished or not."""
    return s.scalar(
        select(func.max(RunRow.started_at)).where(
            RunRow.portal == portal, RunRow.kind == RunKind.CRAWL.value
        )
    )


def _run(s: Session, run: int) -> RunRow:
    row = s.get(RunRow, run)
    if row is None:
        raise LookupError(f"no run {run}")
    return row


def _health(row: RunRow) -> RunHealth:
    assert row.outcome is not None  # finished runs have one
    return RunHealth(
        run=row.id,
        portal=row.portal,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=RunOutcome(row.outcome),
        columns=tuple(
            ColumnRead(**{**column, "bodies": tuple(column.get("bodies", ()))})
            for column in row.columns
        ),
        problems=tuple(
            Problem(ProblemKind(p["kind"]), p["message"], p["url"]) for p in row.problems
        ),
        unresolved=tuple(
            UnresolvedCandidate(
                **{**u, "kind": None if u["kind"] is None else ProblemKind(u["kind"])}
            )
            for u in row.unresolved
        ),
    )
