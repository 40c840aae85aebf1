"""Judges what is stored: obligations, statuses, findings, and the alerts that follow. Idempotent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from monitor.absence import Obstacle, prove_absence
from monitor.alerts.health import record_health
from monitor.alerts.policy import record_changes
from monitor.changes.copies import index_texts
from monitor.changes.revisions import revision
from monitor.deadline_findings import status_findings
from monitor.lineage import counting
from monitor.report_findings import ground_of as reports_ground
from monitor.report_findings import mark_of, report_verdicts
from monitor.scoring import load_profile, scores
from monitor.site_findings import site_findings
from monitor.statuses import Ground, by_body, ground_of, lines_before, lines_of
from settings import SHANGHAI
from storage import repositories as repo
from storage.canonical import plain
from storage.domain import (
    Change,
    Finding,
    Obligation,
    StatusLine,
    Verdict,
)
from storage.repositories.writing import batches
from storage.session import Database
from storage.vocab import FindingState, Flag, Outcome, Status

_AT_ONCE = 200
"""Bodies whose findings are one transaction: under a second, on a slow machine a few."""
MAX_YEARS = 30
"""A wrong year in the data (1923) must not make the judge work through a century."""


@dataclass(frozen=True, slots=True)
class JudgeSummary:
    years: tuple[int, ...] = ()
    statuses: Mapping[str, int] = field(default_factory=dict)
    findings: int = 0
    changed: int = 0
    alerts: int = 0


def default_years(session: Session, now: datetime) -> list[int]:
    """Report years worth judging: those with reports, and the one that is due now."""
    due = now.astimezone(SHANGHAI).year - 1
    found = [y for y in repo.report_years(session) if due - MAX_YEARS < y <= due]
    return sorted({*found, due})


def judge(
    database: Database,
    *,
    now: datetime,
    years: Sequence[int] | None = None,
    progress: Callable[[int], None] | None = None,
) -> JudgeSummary:
    """Judge every body for the given report years, oldest first.

    A year's statuses and their alerts are one transaction; its findings follow in batches of
    bodies, each with the marks of what they were made from. So writers never wait long, and a
    judgement broken off anywhere leaves findings that fit their marks: the next one goes on from
    there. Each year is compared with the one before it as that one was last judged. ``progress``
    is called with each year when it is done.
    """
    with database.session(write=False) as session:
        wanted = sorted(set(years)) if years else default_years(session, now)
        ground = ground_of(session, now)
    profile = load_profile("default")
    counts: Counter[str] = Counter()
    totals = Counter[str]()
    for year in wanted:
        with database.session() as session:
            owed = ground.owed(year)
            repo.save_obligations(session, owed)
            lines = lines_of(session, ground, owed, year, now)
            changes = repo.save_statuses(session, lines, now)
            totals["changed"] += len(changes)
            totals["alerts"] += record_changes(session, changes, now)
            _record_revisions(session, year)
            certain = _status_findings(session, ground, owed, lines, now)
        counted = {line.agency: id for id, line in counting(lines).items()}
        index_texts(database, year, counted, ground.agencies)
        _sync(database, ground, lines, certain, year, now)
        with database.session() as session:
            found = repo.findings(session, year=year)
            totals["findings"] += sum(f.state is not FindingState.RESOLVED for f in found)
            repo.save_scores(session, scores(lines, found, profile), now)
            counts.update(line.status.value for line in lines)
        if progress is not None:
            progress(year)
    with database.session() as session:
        totals["alerts"] += record_health(session, now)
    return JudgeSummary(
        tuple(wanted), dict(counts), totals["findings"], totals["changed"], totals["alerts"]
    )


def _record_revisions(session: Session, year: int) -> None:
    for revised in repo.revised(session, year):
        repo.save_revisions(session, revised.version, revision(revised))


def _status_findings(
    session: Session,
    ground: Ground,
    owed: Sequence[Obligation],
    lines: Sequence[StatusLine],
    now: datetime,
) -> dict[str, list[Finding]]:
    """Findings that follow from the statuses and the site, by body; bodies without any are left
    out."""
    found: dict[str, list[Finding]] = {}
    if not lines:
        return found
    published = by_body(repo.publications(session, year=lines[0].year))
    site = site_findings(session, lines, published, ground.runs)
    changes: dict[str, list[Change]] = defaultdict(list)
    if any(Flag.CHANGED in line.flags for line in lines):
        for change in repo.revisions(session, year=lines[0].year):
            changes[change.agency].append(change)
    for obligation, line in zip(owed, lines, strict=True):
        since = None
        if line.status is Status.MISSING:
            proof = prove_absence(ground.bodies[line.agency], obligation, ground.runs)
            assert not isinstance(proof, Obstacle)  # the status rests on it
            since = min(run.started_at for run in proof)
        verdicts = status_findings(line, obligation, since, changes[line.agency])
        verdicts += site.get(line.agency, ())
        if verdicts:
            found[line.agency] = [
                to_finding(v, line.agency, line.year, line.url, now) for v in verdicts
            ]
    return found


def _sync(
    database: Database,
    ground: Ground,
    lines: Sequence[StatusLine],
    certain: Mapping[str, Sequence[Finding]],
    year: int,
    now: datetime,
) -> None:
    """Store the findings of every body: of its status, and of its report if it has one.

    Bodies for which nothing changed since they were last judged are left as they are.
    """
    with database.session(write=False) as session:
        before = lines_before(session, ground, year, now)
        reports = reports_ground(session, year, lines, before, ground.agencies)
        known = repo.judged_marks(session, year)
        strangers = repo.bodies_with_findings(session, year)
    marks = {
        line.agency: mark_of([reports.mark(line.agency), _told(certain.get(line.agency, ()))])
        for line in lines
    }
    strangers -= set(marks)
    stale = {agency for agency, mark in marks.items() if known.get(agency) != mark}
    for batch in batches(sorted(stale | strangers), _AT_ONCE):
        with database.session() as session:
            repo.lock_bodies(session, year, batch)
            present = {agency: repo.Present(certain.get(agency, ()), None) for agency in batch}
            for judged in report_verdicts(session, reports, stale.intersection(batch)):
                agency, url = judged.line.agency, judged.line.url
                failing = [v for v in judged.verdicts if v.outcome is Outcome.FAIL]
                text = [to_finding(v, agency, year, url, now) for v in failing]
                findings = [*certain.get(agency, ()), *text]
                present[agency] = repo.Present(findings, judged.version)
            repo.sync_all_findings(session, year, present, now)
            repo.save_judged_marks(session, year, {a: marks[a] for a in batch if a in stale})


def _told(findings: Sequence[Finding]) -> list[Any]:
    """What of the findings on a status would be stored."""
    return [
        [
            f.rule,
            f.subject,
            f.severity,
            f.layer,
            f.message,
            plain(f.evidence),
            f.basis,
            f.url,
            f.hint,
        ]
        for f in findings
    ]


def to_finding(
    verdict: Verdict, agency: str | None, year: int | None, url: str | None, now: datetime | None
) -> Finding:
    """A verdict as a finding of a body and year."""
    return Finding(
        rule=verdict.rule,
        agency=agency,
        year=year,
        severity=verdict.severity,
        layer=verdict.layer,
        outcome=verdict.outcome,
        message=verdict.message,
        evidence=verdict.evidence,
        basis=verdict.basis,
        url=url,
        first_seen=now,
        hint=verdict.hint,
        subject=verdict.subject,
    )
