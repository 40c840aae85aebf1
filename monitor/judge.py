"""Judges what is stored: obligations, statuses, findings, and the alerts that follow. Idempotent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.alerts.policy import record_changes
from monitor.coverage import PortalRuns, as_of, status_line
from monitor.obligations import obligations
from monitor.rules import check_report
from storage import repositories as repo
from storage.domain import (
    Agency,
    DeadlineOverride,
    Finding,
    Obligation,
    Publication,
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


def default_years(session: Session, now: datetime) -> list[int]:
    """Report years worth judging: those with reports, and the one that is due now."""
    due = now.year - 1
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
    counts: Counter[str] = Counter()
    totals = Counter[str]()
    for year in wanted:
        with database.session() as session:
            owed = _obligations(session, year)
            repo.save_obligations(session, [o for _, o in owed])
            lines = _lines(session, owed, year, now)
            changes = repo.save_statuses(session, lines, now)
            totals["changed"] += len(changes)
            totals["alerts"] += record_changes(session, changes, now)
            totals["findings"] += _judge_reports(session, lines, year, now)
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

    ``replay``: only what was published or proven by then counts.
    """
    return _lines(session, _obligations(session, year), year, moment, replay=replay)


def _obligations(session: Session, year: int) -> list[tuple[Agency, Obligation]]:
    bodies = repo.agencies(session)
    rules: Sequence[DeadlineOverride] = repo.overrides(session)
    by_id = {a.id: a for a in bodies}
    return [(by_id[o.agency], o) for o in obligations(bodies, [year], rules)]


def _lines(
    session: Session,
    owed: Iterable[tuple[Agency, Obligation]],
    year: int,
    now: datetime,
    *,
    replay: bool = False,
) -> list[StatusLine]:
    runs: dict[str, PortalRuns] = {}
    grouped: dict[str, list] = defaultdict(list)
    for health in repo.healths(session, until=now):
        grouped[health.portal].append(health)
    for portal, healths in grouped.items():
        runs[portal] = PortalRuns(tuple(healths))
    found: dict[str, list[Publication]] = defaultdict(list)
    publications = repo.publications(session, year=year)
    for publication in as_of(publications, now) if replay else publications:
        found[publication.agency].append(publication)
    nothing = PortalRuns()
    return [
        status_line(
            agency, obligation, found[agency.id], runs.get(agency.portal or "", nothing), now
        )
        for agency, obligation in owed
    ]


def _judge_reports(session: Session, lines: Sequence[StatusLine], year: int, now: datetime) -> int:
    """Findings of every body of a year; a body without a counted report has none of its report."""
    chosen = {
        line.publication: line
        for line in lines
        if line.publication is not None and line.status not in (Status.MISSING, Status.UNKNOWN)
    }
    total = 0
    done: set[str] = set()
    for publication, version, report in repo.latest_versions(session, year=year):
        line = chosen.get(publication.id)
        if line is None or report is None:
            continue
        findings = [
            to_finding(v, line.agency, year, publication.url, now)
            for v in check_report(report)
            if v.outcome is Outcome.FAIL
        ]
        repo.sync_findings(session, line.agency, year, findings, version=version, now=now)
        done.add(line.agency)
        total += len(findings)
    stale = {f.agency for f in repo.findings(session, year=year) if f.agency} - done
    for agency in sorted(stale):
        repo.sync_findings(session, agency, year, [], version=None, now=now)
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
