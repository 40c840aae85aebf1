"""Findings and their life: open, acknowledged, dismissed, resolved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.canonical import digest, plain
from storage.domain import Finding, Triage
from storage.models import FindingRow
from storage.repositories.writing import batches, clean
from storage.vocab import FindingState, Layer, Outcome, Severity


def sync_findings(
    s: Session,
    agency: str,
    year: int,
    findings: Sequence[Finding],
    *,
    version: int | None,
    now: datetime,
) -> None:
    """Bring the stored findings of a body and year in line with those that fail now.

    New ones are open. Known ones (same rule and subject) are updated and keep ``first_seen`` and
    their state, with two exceptions: a dismissed one reopens when its evidence changed; a resolved
    one is again what it was, as long as a decision on the same evidence stands. Stored ones that
    are not given are resolved. Outcomes other than ``fail`` are not stored. ValueError: the same rule and subject twice.
    """
    failing = {(f.rule, f.subject): f for f in findings if f.outcome is Outcome.FAIL}
    if len(failing) != sum(f.outcome is Outcome.FAIL for f in findings):
        raise ValueError(f"a rule and subject twice among the findings of {agency} {year}")
    query = select(FindingRow).where(FindingRow.agency == agency, FindingRow.year == year)
    # Locked: two judges at once must not both insert (PostgreSQL).
    stored = {(row.rule, row.subject): row for row in s.scalars(query.with_for_update())}
    for key, row in stored.items():
        if key not in failing and row.state != FindingState.RESOLVED:
            row.state = FindingState.RESOLVED
            row.last_seen = now
    for key, finding in failing.items():
        row = stored.get(key) or FindingRow(
            rule=finding.rule,
            subject=finding.subject,
            agency=agency,
            year=year,
            first_seen=now,
            state=FindingState.OPEN,
            evidence={},
        )
        _update(row, finding, version, now)
        s.add(row)
    s.flush()


def _update(row: FindingRow, finding: Finding, version: int | None, now: datetime) -> None:
    evidence = plain(finding.evidence)
    same = digest(evidence) == digest(row.evidence)
    if row.state == FindingState.RESOLVED:
        row.state = row.triage_state or FindingState.OPEN
        if row.triage_state and not same:
            _decide(row, FindingState.OPEN)
    elif row.state == FindingState.DISMISSED and not same:
        _decide(row, FindingState.OPEN)
    row.severity = finding.severity.value
    row.layer = finding.layer.value
    row.outcome = finding.outcome.value
    row.message = clean(finding.message) or ""
    row.hint = clean(finding.hint)
    row.evidence = evidence
    row.basis = finding.basis
    row.url = clean(finding.url)
    row.version_id = version
    row.last_seen = now


def findings(
    s: Session,
    *,
    year: int | None = None,
    agency: str | None = None,
    states: Collection[FindingState] | None = None,
) -> list[Finding]:
    """Stored findings by body, year, rule and subject; ``states`` None: all of them."""
    query = select(FindingRow)
    if year is not None:
        query = query.where(FindingRow.year == year)
    if agency is not None:
        query = query.where(FindingRow.agency == agency)
    if states is not None:
        query = query.where(FindingRow.state.in_([state.value for state in states]))
    query = query.order_by(FindingRow.agency, FindingRow.year, FindingRow.rule, FindingRow.subject)
    return [finding_of(row) for row in s.scalars(query)]


def bodies_with_findings(s: Session, year: int) -> set[str]:
    """Bodies with a finding of a year that is not resolved."""
    query = select(FindingRow.agency).where(
        FindingRow.year == year, FindingRow.state != FindingState.RESOLVED
    )
    return set(s.scalars(query.distinct()))


def triage(
    s: Session,
    ids: Collection[int],
    state: FindingState,
    *,
    by: str,
    reason: str | None,
    now: datetime,
) -> list[Finding]:
    """Acknowledge, dismiss or reopen findings; those that changed, by id.

    A resolved finding is left as it is: what no longer fails needs no decision. ValueError: a
    dismissal without a reason, or a state that only the judge gives.
    """
    if state is FindingState.RESOLVED:
        raise ValueError("only the judge resolves a finding")
    if state is FindingState.DISMISSED and not reason:
        raise ValueError("a dismissal needs a reason")
    changed = []
    for batch in batches(ids, 500):
        query = select(FindingRow).where(FindingRow.id.in_(batch)).order_by(FindingRow.id)
        for row in s.scalars(query.with_for_update()):
            if row.state == FindingState.RESOLVED:
                continue
            _decide(row, state, by, reason, now)
            changed.append(row)
    s.flush()
    return [finding_of(row) for row in changed]


def _decide(
    row: FindingRow,
    state: FindingState,
    by: str | None = None,
    reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Open again, decisions are forgotten."""
    opened = state is FindingState.OPEN
    row.state = state
    row.triage_state = None if opened else state
    row.triage_by = None if opened else clean(by)
    row.triage_reason = None if opened else clean(reason)
    row.triage_at = None if opened else at


def finding_of(row: FindingRow) -> Finding:
    """A stored row as the domain has it."""
    return Finding(
        rule=row.rule,
        agency=row.agency,
        year=row.year,
        severity=Severity(row.severity),
        layer=Layer(row.layer),
        outcome=Outcome(row.outcome),
        message=row.message,
        evidence=row.evidence,
        basis=row.basis,
        url=row.url,
        first_seen=row.first_seen,
        state=FindingState(row.state),
        hint=row.hint,
        subject=row.subject,
        id=row.id,
        triage=None
        if row.triage_state is None or row.triage_by is None or row.triage_at is None
        else Triage(
            FindingState(row.triage_state), row.triage_by, row.triage_reason, row.triage_at
        ),
    )
