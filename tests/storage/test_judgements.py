"""Obligations, statuses, findings: written again and again by every judgement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage import repositories as repo
from storage.domain import Finding, Obligation, StatusLine, Triage
from storage.models import AgencyRow, FindingRow, StatusRow
from storage.repositories import StatusChange
from storage.session import Database
from storage.vocab import FindingState, Flag, Layer, Outcome, Reason, Severity, Status
from tests.storage.samples import NOW, add_portal, report, save

LATER = NOW + timedelta(days=1)


@pytest.fixture
def s(database: Database) -> Any:
    with database.session() as session:
        add_portal(session, agencies=("a", "b", "c"))
        yield session


def line(agency: str = "a", year: int = 2023, **changes: Any) -> StatusLine:
    values: dict[str, Any] = {"status": Status.UNKNOWN, "reason": Reason.NEVER_CRAWLED}
    base = StatusLine(agency, f"单位{agency}", year, date(year + 1, 1, 31), "条例", Status.UNKNOWN)
    return replace(base, **{**values, **changes})


def test_obligations(s: Session) -> None:
    due = Obligation("b", 2023, date(2024, 1, 28), "某市通知", Severity.WARNING, date(2024, 1, 31))
    exempt = Obligation("a", 2023, None, "2023年12月撤销")
    repo.save_obligations(s, [due, exempt])
    repo.save_obligations(s, iter([replace(due, basis="另一通知"), replace(due, year=2022)]))
    assert repo.obligations(s, 2023) == [exempt, replace(due, basis="另一通知")]
    assert [o.year for o in repo.obligations(s)] == [2023, 2022, 2023]
    repo.save_obligations(s, [])


def test_first_judgement_then_only_changes(s: Session) -> None:
    first = [line("b"), line("a")]
    assert repo.save_statuses(s, first, NOW) == [StatusChange(x, None) for x in first]
    assert repo.save_statuses(s, first, LATER) == []
    late = line("a", status=Status.LATE, reason=None, late_days=3)
    changes = repo.save_statuses(s, [late, line("b", reason=Reason.BLOCKED)], LATER)
    assert changes == [StatusChange(late, Status.UNKNOWN)]
    assert repo.statuses(s, 2023) == [late, line("b", reason=Reason.BLOCKED)]


def test_since_moves_only_with_the_status(s: Session) -> None:
    repo.save_statuses(s, [line("a"), line("b")], NOW)
    repo.save_statuses(s, [line("a", reason=Reason.BLOCKED), line("b", status=Status.LATE)], LATER)
    rows = s.execute(select(StatusRow.since, StatusRow.judged_at).order_by(StatusRow.agency)).all()
    assert [tuple(row) for row in rows] == [(NOW, LATER), (LATER, LATER)]


def test_a_new_flag_is_a_change_too(s: Session) -> None:
    repo.save_statuses(s, [line(flags=(Flag.CHANGED,))], NOW)
    flagged = line(flags=(Flag.WITHDRAWN, Flag.CHANGED))
    assert repo.save_statuses(s, [flagged], LATER) == [
        StatusChange(flagged, Status.UNKNOWN, (Flag.CHANGED,))
    ]
    assert repo.save_statuses(s, [line(flags=(Flag.CHANGED, Flag.WITHDRAWN))], LATER) == []


def test_statuses_are_sorted_and_many_are_no_problem(s: Session) -> None:
    s.add_all(
        AgencyRow(id=f"n{n:04}", name="单位", kind="department", level="county") for n in range(700)
    )
    s.flush()
    many = [line(f"n{n:04}") for n in reversed(range(700))]
    assert len(repo.save_statuses(s, many, NOW)) == 700
    assert repo.save_statuses(s, many, NOW) == []
    assert [x.agency for x in repo.statuses(s)] == [f"n{n:04}" for n in range(700)]


# --- Findings --------------------------------------------------------------------------


def finding(rule: str = "R-1", subject: str = "", **changes: Any) -> Finding:
    base = Finding(
        rule,
        "a",
        2023,
        Severity.ERROR,
        Layer.REPORT,
        Outcome.FAIL,
        "合计不符",
        {"expected": 3, "actual": Decimal("4.0"), "cells": ("x", "y")},
        "办法第九条",
        url="http://x/",
        hint="请核对",
        subject=subject,
    )
    return replace(base, **changes)


def sync(s: Session, *given: Finding, now: Any = NOW, version: int | None = None) -> list[Finding]:
    repo.sync_findings(s, "a", 2023, given, version=version, now=now)
    return repo.findings(s)


def decide(s: Session, state: FindingState, reason: str | None = "已核实") -> Finding:
    (found,) = repo.findings(s)
    assert found.id is not None
    (decided,) = repo.triage(s, [found.id], state, by="李四", reason=reason, now=LATER)
    return decided


def test_a_new_finding_is_open(s: Session) -> None:
    version = save(s, report()).version
    (found,) = sync(s, finding(), version=version)
    assert replace(found, id=None) == finding(
        evidence={"expected": 3, "actual": "4.0", "cells": ["x", "y"]}, first_seen=NOW
    )
    assert s.scalar(select(FindingRow.version_id)) == version


def test_found_again_keeps_its_beginning_and_takes_the_news(s: Session) -> None:
    sync(s, finding())
    (found,) = sync(s, finding(message="差 2", evidence={"expected": 5}), now=LATER)
    assert (found.first_seen, found.message, found.evidence) == (NOW, "差 2", {"expected": 5})
    assert found.state is FindingState.OPEN
    assert s.scalar(select(FindingRow.last_seen)) == LATER


def test_not_found_any_more_is_resolved_and_reopens(s: Session) -> None:
    sync(s, finding(), finding("R-2"))
    states = {f.rule: f.state for f in sync(s, finding("R-2"), now=LATER)}
    assert states == {"R-1": FindingState.RESOLVED, "R-2": FindingState.OPEN}
    again = sync(s, finding(), finding("R-2"), now=LATER)
    assert [(f.state, f.first_seen) for f in again] == [(FindingState.OPEN, NOW)] * 2


def test_dismissed_stays_dismissed_while_the_evidence_is_the_same(s: Session) -> None:
    sync(s, finding())
    assert decide(s, FindingState.DISMISSED).triage == Triage(
        FindingState.DISMISSED, "李四", "已核实", LATER
    )
    assert sync(s, finding(message="别的话"))[0].state is FindingState.DISMISSED
    (reopened,) = sync(s, finding(evidence={"expected": 9}))
    assert (reopened.state, reopened.triage) == (FindingState.OPEN, None)


def test_a_decision_survives_a_time_without_the_finding(s: Session) -> None:
    sync(s, finding())
    decide(s, FindingState.DISMISSED)
    assert sync(s)[0].state is FindingState.RESOLVED
    assert sync(s, finding())[0].state is FindingState.DISMISSED
    sync(s)
    assert sync(s, finding(evidence={"expected": 9}))[0].state is FindingState.OPEN


def test_decisions_can_be_taken_back(s: Session) -> None:
    sync(s, finding())
    decide(s, FindingState.ACKNOWLEDGED, reason=None)
    assert decide(s, FindingState.OPEN).triage is None


def test_what_can_not_be_decided(s: Session) -> None:
    (found,) = sync(s, finding())
    with pytest.raises(ValueError, match="reason"):
        decide(s, FindingState.DISMISSED, reason=None)
    with pytest.raises(ValueError, match="judge"):
        decide(s, FindingState.RESOLVED)
    sync(s)
    assert repo.triage(s, [found.id or 0], FindingState.OPEN, by="x", reason=None, now=NOW) == []
    assert repo.triage(s, [999], FindingState.OPEN, by="x", reason=None, now=NOW) == []


def test_acknowledged_stays_so_even_with_new_evidence(s: Session) -> None:
    sync(s, finding())
    decide(s, FindingState.ACKNOWLEDGED)
    assert sync(s, finding(evidence={"n": 9}))[0].state is FindingState.ACKNOWLEDGED
    assert sync(s)[0].state is FindingState.RESOLVED


def test_only_the_body_and_year_given_is_touched(s: Session) -> None:
    sync(s, finding())
    repo.sync_findings(s, "a", 2022, [finding(year=2022)], version=None, now=NOW)
    repo.sync_findings(s, "b", 2023, [finding(agency="b")], version=None, now=NOW)
    sync(s)
    assert [(f.agency, f.year, f.state) for f in repo.findings(s)] == [
        ("a", 2022, FindingState.OPEN),
        ("a", 2023, FindingState.RESOLVED),
        ("b", 2023, FindingState.OPEN),
    ]
    assert len(repo.findings(s, year=2023)) == 2
    assert len(repo.findings(s, agency="a")) == 2
    assert len(repo.findings(s, states={FindingState.OPEN})) == 2
    assert repo.findings(s, states=set()) == []


def test_subjects_are_told_apart_and_sorted(s: Session) -> None:
    found = sync(s, finding("R-2"), finding(subject="列" * 300), finding(subject="b"))
    assert [(f.rule, f.subject) for f in found] == [
        ("R-1", "b"),
        ("R-1", "列" * 300),
        ("R-2", ""),
    ]
    assert s.scalar(text("SELECT count(*) FROM findings")) == 3


def test_only_failures_are_kept_and_doubles_refused(s: Session) -> None:
    assert sync(s, finding(outcome=Outcome.NOT_ASSESSABLE)) == []
    with pytest.raises(ValueError, match="twice"):
        sync(s, finding(), finding(message="又一次"))
