"""Findings and their life: open, acknowledged, dismissed, resolved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.canonical import digest, plain
from storage.domain import Finding, Triage
from storage.models import FindingRow
from storage.repositories.writing import batches, clean, table_of
from storage.vocab import FindingState, Layer, Outcome, Severity

_BODIES = 200
"""Bodies whose findings are looked up in one query."""


@dataclass(frozen=True, slots=True)
class Present:
    """What fails now for a body and year; ``version``: of the report it was found in."""

    findings: Sequence[Finding]
    version: int | None


def sync_findings(
    s: Session,
    agency: str,
    year: int,
    findings: Sequence[Finding],
    *,
    version: int | None,
    now: datetime,
) -> None:
    """:func:`sync_all_findings` of one body."""
    sync_all_findings(s, year, {agency: Present(findings, version)}, now)


def sync_all_findings(s: Session, year: int, present: Mapping[str, Present], now: datetime) -> None:
    """Bring the stored findings of these bodies and a year in line with those that fail now.

    New ones are open. Known ones (same rule and subject) are updated and keep ``first_seen`` and
    their state, with two exceptions: a dismissed one reopens when its evidence changed; a resolved
    one is again what it was, as long as a decision on the same evidence stands. Stored ones that
    are not given are resolved. Outcomes other than ``fail`` are not stored. ValueError: the same
    rule and subject twice.
    """
    for batch in batches(sorted(present), _BODIES):
        _sync(s, year, {agency: present[agency] for agency in batch}, now)


def _sync(s: Session, year: int, present: Mapping[str, Present], now: datetime) -> None:
    failing = {
        (agency, f.rule, f.subject): (f, given.version)
        for agency, given in present.items()
        for f in _failing(agency, year, given.findings)
    }
    query = (
        select(FindingRow)
        .where(FindingRow.agency.in_(present), FindingRow.year == year)
        .order_by(FindingRow.id)
    )
    # Locked: two judges at once must not both update (PostgreSQL).
    stored = {
        (row.agency, row.rule, row.subject): row for row in s.scalars(query.with_for_update())
    }
    for key, row in stored.items():
        if key not in failing and row.state != FindingState.RESOLVED:
            row.state = FindingState.RESOLVED
            row.last_seen = now
    new = []
    for key, (finding, version) in failing.items():
        told = _told(finding, version, now)
        if key in stored:
            _update(stored[key], told)
        else:
            agency, rule, subject = key
            new.append(
                {"agency": agency, "year": year, "rule": rule, "subject": subject,
                 "first_seen": now, "state": FindingState.OPEN.value, **told}
            )  # fmt: skip
    s.flush()
    if new:
        s.execute(insert(table_of(FindingRow)), new)


def _failing(agency: str, year: int, findings: Sequence[Finding]) -> list[Finding]:
    failing = [f for f in findings if f.outcome is Outcome.FAIL]
    if len({(f.rule, f.subject) for f in failing}) != len(failing):
        raise ValueError(f"a rule and subject twice among the findings of {agency} {year}")
    return failing


def _told(finding: Finding, version: int | None, now: datetime) -> dict[str, Any]:
    """What a finding says now, by column."""
    return {
        "severity": finding.severity.value,
        "layer": finding.layer.value,
        "outcome": finding.outcome.value,
        "message": clean(finding.message) or "",
        "hint": clean(finding.hint),
        "evidence": plain(finding.evidence),
        "basis": finding.basis,
        "url": clean(finding.url),
        "version_id": version,
        "last_seen": now,
    }


def _update(row: FindingRow, told: Mapping[str, Any]) -> None:
    same = digest(told["evidence"]) == digest(row.evidence)
    if row.state == FindingState.RESOLVED:
        row.state = row.triage_state or FindingState.OPEN
        if row.triage_state and not same:
            _decide(row, FindingState.OPEN)
    elif row.state == FindingState.DISMISSED and not same:
        _decide(row, FindingState.OPEN)
    for column, value in told.items():
        setattr(row, column, value)


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
