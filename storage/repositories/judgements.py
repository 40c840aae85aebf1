"""Obligations and their judged statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.canonical import status_from_json, status_json
from storage.domain import Obligation, StatusLine
from storage.models import JudgedRow, ObligationRow, StatusRow
from storage.repositories.writing import batches, upsert
from storage.vocab import Flag, Severity, Status

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status that is not what it was. ``before`` None: judged for the first time.

    ``flags_before``: the flags it had, to tell new ones (a status may only have gained a flag;
    then ``before`` equals the present status).
    """

    line: StatusLine
    before: Status | None
    flags_before: tuple[Flag, ...] = ()


def save_obligations(s: Session, items: Iterable[Obligation]) -> None:
    """Upsert by body and year."""
    upsert(
        s,
        ObligationRow,
        (
            {
                "agency": item.agency,
                "year": item.year,
                "due": item.due,
                "statutory_due": item.statutory_due,
                "basis": item.basis,
                "severity": item.severity.value,
            }
            for item in items
        ),
        ("agency", "year"),
    )


def obligations(s: Session, year: int | None = None) -> list[Obligation]:
    """By body and year."""
    query = select(ObligationRow).order_by(ObligationRow.agency, ObligationRow.year)
    if year is not None:
        query = query.where(ObligationRow.year == year)
    return [
        Obligation(
            agency=row.agency,
            year=row.year,
            due=row.due,
            basis=row.basis,
            severity=Severity(row.severity),
            statutory_due=row.statutory_due,
        )
        for row in s.scalars(query)
    ]


def save_statuses(s: Session, lines: Iterable[StatusLine], now: datetime) -> list[StatusChange]:
    """Upsert by body and year; returns what changed (status or flags), in the order given.

    ``since`` of a row moves only when the status itself changes. Judged again with the same
    outcome, nothing is returned.
    """
    changes: list[StatusChange] = []
    for batch in batches(lines, _BATCH):
        known = _known(s, batch)
        rows = []
        for line in batch:
            before = known.get((line.agency, line.year))
            old = None if before is None else status_from_json(before.line)
            if old is None:
                changes.append(StatusChange(line, None))
            elif old.status is not line.status or set(old.flags) != set(line.flags):
                changes.append(StatusChange(line, old.status, old.flags))
            moved = before is None or before.status != line.status.value
            rows.append(
                {
                    "agency": line.agency,
                    "year": line.year,
                    "status": line.status.value,
                    "reason": None if line.reason is None else line.reason.value,
                    "since": now if moved or before is None else before.since,
                    "judged_at": now,
                    "line": status_json(line),
                }
            )
        upsert(s, StatusRow, rows, ("agency", "year"))
    return changes


def statuses(s: Session, year: int | None = None) -> list[StatusLine]:
    """The latest judgement, by body and year."""
    query = select(StatusRow.line).order_by(StatusRow.agency, StatusRow.year)
    if year is not None:
        query = query.where(StatusRow.year == year)
    return [status_from_json(line) for line in s.scalars(query)]


def _known(s: Session, lines: list[StatusLine]) -> dict[tuple[str, int], StatusRow]:
    query = select(StatusRow).where(
        StatusRow.agency.in_({line.agency for line in lines}),
        StatusRow.year.in_({line.year for line in lines}),
    )
    # Locked, so that two judges at once do not both report the same change (PostgreSQL).
    return {(row.agency, row.year): row for row in s.scalars(query.with_for_update())}


def judged_marks(s: Session, year: int) -> dict[str, str]:
    """By body: the mark of what its findings of a year were last made from."""
    rows = s.execute(select(JudgedRow.agency, JudgedRow.mark).where(JudgedRow.year == year))
    return {row.agency: row.mark for row in rows}


def lock_bodies(s: Session, year: int, agencies: Iterable[str]) -> None:
    """Until the transaction ends no other judge works on these bodies and year (PostgreSQL; SQLite
    has one writer anyway)."""
    for batch in batches(sorted(agencies), _BATCH):
        query = select(ObligationRow.agency).where(
            ObligationRow.agency.in_(batch), ObligationRow.year == year
        )
        s.execute(query.order_by(ObligationRow.agency).with_for_update())


def save_judged_marks(s: Session, year: int, marks: Mapping[str, str]) -> None:
    """Keep marks of a year by body."""
    rows = [{"agency": a, "year": year, "mark": mark} for a, mark in sorted(marks.items())]
    upsert(s, JudgedRow, rows, ["agency", "year"])
