"""When a body's status becomes an alert, and when that alert is over.

One alert per state change, never the same twice:

- a status that becomes ``missing`` or ``late`` opens an alert and queues one message ``opened``;
- ``missing`` -> ``late`` (or back) is one message: the new alert's text says what was told before,
  and the old alert is closed without a message of its own;
- any status that answers the question closes the alert with one message ``resolved``;
- ``unknown`` answers nothing: the alert keeps firing and nothing is sent, neither on the way to
  ``unknown`` nor on the way back;
- a report taken down keeps its status (contract section 9): the flag ``withdrawn`` opens an alert
  of its own, its end closes it.

Everything is written in the caller's transaction, together with the statuses it is about: either
both are kept or neither. Repeating a call changes nothing, because what is open is looked up in
the database and not remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.alerts import texts
from storage.domain import StatusLine
from storage.models import AlertRow, ObligationRow, OutboxRow
from storage.repositories import StatusChange
from storage.vocab import AlertKind, AlertState, Flag, Severity, Status

ALERTING = {Status.MISSING: AlertKind.MISSING, Status.LATE: AlertKind.LATE}
OPENED, RESOLVED = "opened", "resolved"


def record_changes(s: Session, changes: Sequence[StatusChange], now: datetime) -> int:
    """Open and close the alerts of these bodies and years; the number of messages queued."""
    lines = [change.line for change in changes if change.line.status is not Status.UNKNOWN]
    if not lines:
        return 0
    ledger = _Ledger(s, now)
    return sum(_follow_status(ledger, line) + _follow_withdrawal(ledger, line) for line in lines)


def _follow_status(ledger: _Ledger, line: StatusLine) -> int:
    kind = ALERTING.get(line.status)
    firing = {k: alert for k, alert in ledger.firing(line).items() if k in ALERTING.values()}
    if kind in firing:
        return 0
    before = list(firing.values())
    for alert in before:
        ledger.resolve(alert, line, tell=kind is None)
    if kind is None:
        return len(before)
    ledger.open(kind, line, ledger.severity(line), before=before[0] if before else None)
    return 1


def _follow_withdrawal(ledger: _Ledger, line: StatusLine) -> int:
    gone = Flag.WITHDRAWN in line.flags
    alert = ledger.firing(line).get(AlertKind.WITHDRAWN)
    if gone == (alert is not None):
        return 0
    if alert is None:
        ledger.open(AlertKind.WITHDRAWN, line, Severity.ERROR)
    else:
        ledger.resolve(alert, line, tell=True)
    return 1


class _Ledger:
    """The alerts that are not over, and how often each state came up before."""

    _KINDS = (*ALERTING.values(), AlertKind.WITHDRAWN)

    def __init__(self, s: Session, now: datetime) -> None:
        self._s, self._now = s, now
        self._firing: dict[tuple[str | None, int | None], dict[AlertKind, AlertRow]] = {}
        open_alerts = select(AlertRow).where(
            AlertRow.kind.in_(self._KINDS), AlertRow.state != AlertState.RESOLVED
        )
        for alert in s.scalars(open_alerts):
            self._of(alert.agency, alert.year)[AlertKind(alert.kind)] = alert
        self._evidence = texts.EvidenceReader(s)

    def firing(self, line: StatusLine) -> dict[AlertKind, AlertRow]:
        """What is open for the line's body and year; acknowledged alerts are open, too."""
        return self._of(line.agency, line.year)

    def severity(self, line: StatusLine) -> Severity:
        """That of the obligation. Without a stored one nothing proves a statute: warning."""
        return self._severities.get((line.agency, line.year), Severity.WARNING)

    def open(
        self,
        kind: AlertKind,
        line: StatusLine,
        severity: Severity,
        before: AlertRow | None = None,
    ) -> None:
        count = self._counts.get((kind, line.agency, line.year), 0) + 1
        self._counts[kind, line.agency, line.year] = count
        alert = AlertRow(
            key=f"{kind}:{line.agency}:{line.year}:{count}",
            kind=kind,
            agency=line.agency,
            year=line.year,
            severity=severity,
            state=AlertState.FIRING,
            opened_at=self._now,
        )
        since = None if before is None else before.opened_at
        text = texts.opened(alert, line, self._evidence.of(line), self._now, since)
        alert.title, alert.body = text.title, text.body
        self._tell(alert, OPENED, text)
        self._s.add(alert)
        self._of(line.agency, line.year)[kind] = alert

    def resolve(self, alert: AlertRow, line: StatusLine, *, tell: bool) -> None:
        alert.state = AlertState.RESOLVED
        alert.resolved_at = self._now
        self._of(alert.agency, alert.year).pop(AlertKind(alert.kind))
        if tell:
            text = texts.resolved(alert, line, self._evidence.of(line), self._now)
            self._tell(alert, RESOLVED, text)

    def _tell(self, alert: AlertRow, event: str, text: texts.Text) -> None:
        message = OutboxRow(event=event, title=text.title, body=text.body, created_at=self._now)
        alert.messages.append(message)

    def _of(self, agency: str | None, year: int | None) -> dict[AlertKind, AlertRow]:
        return self._firing.setdefault((agency, year), {})

    @cached_property
    def _counts(self) -> dict[tuple[AlertKind, str | None, int | None], int]:
        query = (
            select(AlertRow.kind, AlertRow.agency, AlertRow.year, func.count())
            .where(AlertRow.kind.in_(self._KINDS))
            .group_by(AlertRow.kind, AlertRow.agency, AlertRow.year)
        )
        return {
            (AlertKind(kind), agency, year): n for kind, agency, year, n in self._s.execute(query)
        }

    @cached_property
    def _severities(self) -> dict[tuple[str, int], Severity]:
        query = select(ObligationRow.agency, ObligationRow.year, ObligationRow.severity)
        return {(agency, year): Severity(text) for agency, year, text in self._s.execute(query)}
