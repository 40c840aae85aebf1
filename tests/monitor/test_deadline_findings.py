"""Findings that follow from a status; nothing is held against a body that is not proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from monitor.deadline_findings import STATUS_RULES, status_findings
from monitor.exports.evidence import evidence_text
from monitor.obligations import obligation
from monitor.rules import catalogue
from storage.domain import Agency, DeadlineOverride, Obligation, StatusLine, Verdict
from storage.vocab import DatePrecision, DateSource, Flag, Layer, Outcome, Severity, Status
from tests.monitor.building import (
    BUREAU,
    COUNTY,
    PAGE,
    TOWN,
    YEAR,
    at,
    body_of,
    judged,
    publication,
    run,
    stated,
)
from tests.monitor.contract import contract_errors

NOW = at(4, 10)
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LAW = obligation(BUREAU, YEAR, [])
LOCAL = obligation(BUREAU, YEAR, [DeadlineOverride("01-20", "某市通知")])
TOWN_DUTY = obligation(TOWN, YEAR, [])
JAN25, FEB5 = date(2024, 1, 25), date(2024, 2, 5)


def line(status: Status = Status.MISSING, *flags: Flag, **more: Any) -> StatusLine:
    values = {"due": LAW.due, "basis": LAW.basis, "flags": flags, "url": None, **more}
    return StatusLine(BUREAU.id, BUREAU.name, YEAR, status=status, **values)


def told(found: list[Verdict]) -> dict[str, Severity]:
    assert all(v.outcome is Outcome.FAIL and v.basis and v.hint for v in found)
    assert len({(v.rule, v.subject) for v in found}) == len(found)
    return {v.rule: v.severity for v in found}


# --- missing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owed", "since", "severity"),
    [
        (LAW, at(2, 1, 0, 0), ERROR),
        (LOCAL, at(1, 21), WARNING),
        (LOCAL, at(1, 31, 23, 59), WARNING),
        (LOCAL, datetime(2024, 1, 31, 15, 59, tzinfo=UTC), WARNING),
        (LOCAL, datetime(2024, 1, 31, 16, 0, tzinfo=UTC), ERROR),
        (LOCAL, at(2, 1, 0, 0), ERROR),
        # Without a proving run beyond the date of the law, only the local one was missed.
        (LOCAL, None, WARNING),
        (TOWN_DUTY, at(4, 1), WARNING),
        (obligation(TOWN, YEAR, [DeadlineOverride("01-20", "某县通知")]), at(4, 1), WARNING),
        (
            obligation(
                replace(BUREAU, valid_to=date(2024, 1, 25)),
                YEAR,
                [DeadlineOverride("01-20", "某市通知")],
            ),
            at(4, 1),
            WARNING,
        ),
        (
            obligation(BUREAU, YEAR, [DeadlineOverride("01-20", "某市通知", severity=INFO)]),
            at(1, 22),
            INFO,
        ),
        (
            obligation(BUREAU, YEAR, [DeadlineOverride("01-20", "某市通知", severity=ERROR)]),
            at(1, 22),
            ERROR,
        ),
    ],
)
def test_severity_of_missing(owed: Obligation, since: datetime | None, severity: Severity) -> None:
    found = status_findings(line(due=owed.due, basis=owed.basis), owed, since)
    assert told(found) == {"D-MISSING": severity}
    assert found[0].basis == owed.basis


def test_missing_tells_the_run_and_keeps_it_out_of_the_evidence() -> None:
    """A dismissed finding comes back when its evidence changes: not with every crawl."""
    first, second = run(at(2, 5)), run(at(2, 9))
    before = status_findings(judged(at(2, 6), first), LAW, first.started_at)[0]
    after = status_findings(judged(NOW, first, second), LAW, second.started_at)[0]
    assert f"第 {first.run} 次采集" in before.message and "2024-02-05 09:05" in before.message
    assert f"第 {second.run} 次采集" in after.message
    assert before.evidence == after.evidence
    assert "2024-01-31" in evidence_text(before.evidence)


def test_missing_past_both_dates_says_so() -> None:
    (found,) = status_findings(line(due=LOCAL.due), LOCAL, at(2, 5))
    assert "2024-01-20" in found.message and "法定期限 2024-01-31 也已过" in found.message
    (found,) = status_findings(line(due=LOCAL.due), LOCAL, at(1, 25))
    assert "法定期限" not in found.message


# --- late -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owed", "facts", "severity"),
    [
        (LAW, (publication(at(3, 1), stated(FEB5)),), ERROR),
        (LOCAL, (publication(at(3, 1), stated(JAN25)),), WARNING),
        (LOCAL, (publication(at(3, 1), stated(date(2024, 1, 31))),), WARNING),
        (LOCAL, (publication(at(3, 1), stated(date(2024, 2, 1))),), ERROR),
        (TOWN_DUTY, (publication(at(3, 1), stated(FEB5)),), WARNING),
        # Known only by interval: late for the local date, perhaps not for the law.
        (LOCAL, (run(at(1, 25)), publication(at(3, 1))), WARNING),
        (LOCAL, (run(at(2, 5)), publication(at(3, 1))), ERROR),
        (LAW, (run(at(2, 5)), publication(at(3, 1))), ERROR),
        (LAW, (run(at(2, 5)), publication(at(3, 1), stated(JAN25))), ERROR),
        (LOCAL, (run(at(1, 28)), publication(at(3, 1), stated(JAN25))), WARNING),
        (LOCAL, (run(at(2, 5)), publication(at(3, 1), stated(JAN25))), ERROR),
        (
            LAW,
            (publication(at(3, 1), stated(FEB5, DateSource.URL, DatePrecision.MONTH)),),
            ERROR,
        ),
        (
            LOCAL,
            (publication(at(3, 1), stated(FEB5, DateSource.URL, DatePrecision.MONTH)),),
            WARNING,
        ),
    ],
)
def test_severity_of_late(owed: Obligation, facts: tuple[Any, ...], severity: Severity) -> None:
    judgement = judged(NOW, *facts, owed=owed)
    assert judgement.status is Status.LATE
    assert told(status_findings(judgement, owed)) == {"D-LATE": severity}


def test_late_tells_date_source_and_days() -> None:
    found = status_findings(judged(NOW, publication(at(3, 1), stated(FEB5)), owed=LAW), LAW)[0]
    assert "2024-02-05" in found.message and "晚 5 天" in found.message
    text = evidence_text(found.evidence)
    assert PAGE in text and "页面标注" in text and "不晚于 2024-01-31" in text
    assert "2024-03-01 09:00 采集已见" in text


def test_late_for_the_local_date_only_says_so() -> None:
    (found,) = status_findings(judged(NOW, publication(at(3, 1), stated(JAN25)), owed=LOCAL), LOCAL)
    assert "未超过法定期限 2024-01-31" in found.message
    by_interval = judged(NOW, run(at(1, 25)), publication(at(3, 1)), owed=LOCAL)
    (found,) = status_findings(by_interval, LOCAL)
    assert "未超过" not in found.message, "nobody knows"


def test_a_backdated_late_report_is_told_by_its_interval() -> None:
    backdated = judged(NOW, run(at(2, 5)), publication(at(3, 1), stated(JAN25)))
    (found,) = status_findings(backdated, LAW)
    assert "2024-02-05 09:00 至 2024-03-01 09:00 之间" in found.message
    assert "标注 2024-01-25" in found.message and "天" not in found.message


# --- what was seen with certainty -------------------------------------------------------


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.EXEMPT])
@pytest.mark.parametrize(
    ("flag", "rule", "severity", "layer"),
    [
        (Flag.WITHDRAWN, "D-WITHDRAWN", ERROR, Layer.SITE),
        (Flag.CHANGED, "D-CHANGED", WARNING, Layer.SITE),
        (Flag.WRONG_AGENCY, "M-AGENCY", ERROR, Layer.REPORT),
        (Flag.WRONG_YEAR, "M-YEAR", ERROR, Layer.REPORT),
    ],
)
def test_flags(status: Status, flag: Flag, rule: str, severity: Severity, layer: Layer) -> None:
    if status is Status.LATE:
        return  # has a publication; covered below
    found = [
        v
        for v in status_findings(line(status, flag, url=PAGE, title="某报告"), LAW)
        if v.rule != "D-MISSING"
    ]
    assert told(found) == {rule: severity}
    assert found[0].layer is layer
    assert PAGE in evidence_text(found[0].evidence)


@pytest.mark.parametrize("flag", [Flag.BACKDATED, Flag.UNREADABLE, Flag.IMAGE_ONLY, Flag.DUPLICATE])
def test_other_flags_are_no_findings_of_their_own(flag: Flag) -> None:
    assert status_findings(line(Status.ON_TIME, flag), LAW) == []


@pytest.mark.parametrize(
    "status", [Status.UNKNOWN, Status.DATE_UNCERTAIN, Status.NOT_DUE, Status.ON_TIME]
)
def test_what_is_not_proven_is_not_found(status: Status) -> None:
    assert status_findings(line(status), LAW, at(4, 1)) == []


def test_nothing_is_held_against_who_owes_nothing() -> None:
    assert (
        status_findings(line(Status.EXEMPT, *Flag, url=PAGE), Obligation("a-1", YEAR, None, ""))
        == []
    )


def test_withdrawn_and_late_and_changed_at_once() -> None:
    gone = publication(at(2, 6), stated(FEB5), gone_at=at(3, 18), versions=2)
    found = status_findings(judged(NOW, gone), LAW)
    assert told(found) == {"D-LATE": ERROR, "D-WITHDRAWN": ERROR, "D-CHANGED": WARNING}
    withdrawn = next(v for v in found if v.rule == "D-WITHDRAWN")
    assert "2024-03-18 09:00" in withdrawn.message and PAGE in withdrawn.message


def test_the_wrong_report_is_missing_and_wrong() -> None:
    wrong = publication(at(1, 22), stated(JAN25), content_agency="a-2", content_year=YEAR - 1)
    found = status_findings(judged(NOW, wrong, run(at(2, 5))), LAW, at(2, 5))
    assert told(found) == {"D-MISSING": ERROR, "M-AGENCY": ERROR, "M-YEAR": ERROR}
    assert next(v for v in found if v.rule == "M-YEAR").subject == "slot"


# --- the catalogue --------------------------------------------------------------------


def test_codes_are_those_of_the_spec_and_stand_in_no_other_catalogue() -> None:
    codes = [info.code for info in STATUS_RULES]
    assert codes == sorted(codes)
    assert codes == ["D-CHANGED", "D-LATE", "D-MISSING", "D-WITHDRAWN", "M-AGENCY"]
    assert not {info.code for info in catalogue()} & set(codes)


@pytest.mark.parametrize("info", STATUS_RULES, ids=lambda info: info.code)
def test_every_entry_is_whole_and_chinese(info: Any) -> None:
    for text in (info.message, info.basis, info.bad, info.good, info.hint):
        assert any("\u4e00" <= c <= "\u9fff" for c in text)


def test_evidence_is_readable_without_knowing_the_program() -> None:
    facts = publication(at(3, 1), stated(FEB5), gone_at=at(3, 18), versions=2)
    for verdict in status_findings(judged(NOW, facts), LAW):
        text = evidence_text(verdict.evidence)
        assert not any(key in text for key in ("notes", "expected", "actual", "url"))


def test_findings_follow_the_contract() -> None:
    from monitor.judge import to_finding
    from storage.canonical import finding_json

    town: Agency = TOWN
    health = (run(at(2, 5)), run(at(2, 5), portal="p-up"))
    missing = judged(NOW, *health, body=body_of(town, COUNTY))
    (verdict,) = status_findings(missing, TOWN_DUTY, at(2, 5))
    item = finding_json(to_finding(verdict, town.id, YEAR, None, NOW))
    assert contract_errors("finding", item) == []
