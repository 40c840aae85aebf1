"""Judges what is stored: obligations, statuses, findings, and the alerts that follow. Idempotent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.absence import Body, Obstacle, Runs, bodies, prove_absence
from monitor.alerts.policy import record_changes
from monitor.coverage import WRONG, as_of, status_line
from monitor.deadline_findings import status_findings
from monitor.obligations import obligations
from monitor.rules import check_report
from monitor.sightings import sightings, silent_portals, versions_by
from settings import SHANGHAI
from storage import repositories as repo
from storage.domain import (
    DeadlineOverride,
    Finding,
    Obligation,
    Publication,
    RunHealth,
    StatusLine,
    Verdict,
)
from storage.session import Database
from storage.vocab import Outcome, Status

MAX_YEARS = 30
"""A wrong year in the data (1923) must not make the judge work through a century."""


@dataclass(frozen=True, slots=True)
class JudgeSummary:
    years: tuple[int, ...] = ()
    statuses: Mapping[str, int] = field(default_factory=dict)
    findings: int = 0
    changed: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the judgement of every year stands on; ``runs`` are those finished by the moment."""

    bodies: Mapping[str, Body]
    overrides: Sequence[DeadlineOverride]
    runs: Runs

    def owed(self, year: int) -> list[Obligation]:
        return obligations((b.agency for b in self.bodies.values()), [year], self.overrides)


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
    """Judge every body for the given report years, one transaction a year.

    ``progress`` is called with each year when it is done.
    """
    with database.session(write=False) as session:
        wanted = sorted(set(years)) if years else default_years(session, now)
        ground = _ground(session, now)
    counts: Counter[str] = Counter()
    totals = Counter[str]()
    for year in wanted:
        with database.session() as session:
            owed = ground.owed(year)
            repo.save_obligations(session, owed)
            lines = _lines(session, ground, owed, year, now)
            changes = repo.save_statuses(session, lines, now)
            totals["changed"] += len(changes)
            totals["alerts"] += record_changes(session, changes, now)
            certain = _status_findings(ground, owed, lines, now)
            totals["findings"] += _sync(session, lines, certain, year, now)
            counts.update(line.status.value for line in lines)
        if progress is not None:
            progress(year)
    return JudgeSummary(
        tuple(wanted), dict(counts), totals["findings"], totals["changed"], totals["alerts"]
    )


def live_statuses(
    session: Session, year: int, moment: datetime, *, replay: bool
) -> list[StatusLine]:
    """Statuses computed afresh at a moment, nothing stored; sorted by agency.

    Only what was published or proven by then counts. ``replay``: the moment is past, so dates are
    judged with what was learned since, and contents counted as they were then.
    """
    ground = _ground(session, None if replay else moment)
    return _lines(session, ground, ground.owed(year), year, moment, replay=replay)


def _ground(session: Session, until: datetime | None) -> _Ground:
    runs: dict[str, list[RunHealth]] = defaultdict(list)
    for health in repo.healths(session, until=until):
        runs[health.portal].append(health)
    known = {b.agency.id: b for b in bodies(repo.agencies(session))}
    return _Ground(known, repo.overrides(session), runs)


def _lines(
    session: Session,
    ground: _Ground,
    owed: Iterable[Obligation],
    year: int,
    now: datetime,
    *,
    replay: bool = False,
) -> list[StatusLine]:
    publications = repo.publications(session, year=year)
    seen = sightings(session, publications, year)
    silent = silent_portals(session, year)
    if replay:
        publications = versions_by(session, publications, year, now)
    found: dict[str, list[Publication]] = defaultdict(list)
    for publication in publications:
        found[publication.agency].append(publication)
    lines = []
    for obligation in owed:
        body = ground.bodies[obligation.agency]
        slot = as_of(body, found[obligation.agency], ground.runs, now, seen)
        lines.append(status_line(body, obligation, slot, ground.runs, now, seen, silent))
    return lines


def _status_findings(
    ground: _Ground, owed: Sequence[Obligation], lines: Sequence[StatusLine], now: datetime
) -> dict[str, list[Finding]]:
    """Findings that follow from the statuses, by body; bodies without any are left out."""
    found: dict[str, list[Finding]] = {}
    for obligation, line in zip(owed, lines, strict=True):
        since = None
        if line.status is Status.MISSING:
            proof = prove_absence(ground.bodies[line.agency], obligation, ground.runs)
            assert not isinstance(proof, Obstacle)  # the status rests on it
            since = min(run.started_at for run in proof)
        if verdicts := status_findings(line, obligation, since):
            found[line.agency] = [
                to_finding(v, line.agency, line.year, line.url, now) for v in verdicts
            ]
    return found


def _sync(
    session: Session,
    lines: Sequence[StatusLine],
    certain: Mapping[str, Sequence[Finding]],
    year: int,
    now: datetime,
) -> int:
    """Store the findings of every body: of its status, and of its report if it has one.

    A text that is another body's or year's is not held against the body whose slot it stands in.
    """
    checked = {
        line.publication: line
        for line in lines
        if line.publication is not None and not WRONG.intersection(line.flags)
    }
    done: set[str] = set()
    total = 0

    def sync(agency: str, findings: Sequence[Finding], version: int | None) -> None:
        nonlocal total
        repo.sync_findings(session, agency, year, findings, version=version, now=now)
        done.add(agency)
        total += len(findings)

    for publication, version, report in repo.latest_versions(session, year=year):
        line = checked.get(publication.id)
        if line is None or report is None:
            continue
        failing = [v for v in check_report(report) if v.outcome is Outcome.FAIL]
        text = [to_finding(v, line.agency, year, publication.url, now) for v in failing]
        sync(line.agency, [*certain.get(line.agency, ()), *text], version)
    stored = {f.agency for f in repo.findings(session, year=year) if f.agency}
    for agency in sorted((stored | set(certain)) - done):
        sync(agency, certain.get(agency, ()), None)
    return total


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
