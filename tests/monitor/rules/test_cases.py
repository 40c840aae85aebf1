"""Every rule against its cases: cases/<CODE>.yml, found by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.rules import (
    Earlier,
    Match,
    Member,
    catalogue,
    check_group,
    check_report,
    check_reuse,
    check_years,
)
from storage.domain import AnnualReport, Verdict
from storage.vocab import FormatVersion, Layer, Outcome, SectionId, Severity
from tests.monitor.rules.builders import BASE_ROWS, changed, compliant

FOLDER = Path(__file__).parent / "cases"
CODES = [info.code for info in catalogue()]
OUTCOMES = [outcome.value for outcome in Outcome]


def _load(code: str) -> dict[str, Any]:
    data = yaml.safe_load((FOLDER / f"{code}.yml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def _cases() -> list[Any]:
    return [
        pytest.param(path.stem, outcome, case, id=f"{path.stem}-{outcome}-{case['name']}")
        for path in sorted(FOLDER.glob("*.yml"))
        for outcome, cases in _load(path.stem).items()
        if outcome in OUTCOMES and isinstance(cases, list)
        for case in cases
    ]


def build(case: dict[str, Any]) -> AnnualReport:
    base = dict(case.get("base", {}))
    version = FormatVersion(base.pop("version", "fmt2021"))
    rows = dict(BASE_ROWS)
    if version is FormatVersion.FMT2019:
        rows["other_all"] = rows.pop("other_misc")
    return changed(compliant(version=version, rows=rows, **base), case.get("change", {}))


def judged(case: dict[str, Any]) -> list[Verdict]:
    """By the report alone, or beside ``earlier`` (null: there is none), ``members``, or
    ``matches``."""
    report = build(case)
    if "earlier" in case:
        return check_years(report, _earlier(case["earlier"]))
    if "members" in case:
        members = [
            Member(f"m-{n}", member["base"]["agency"], build(member))
            for n, member in enumerate(case["members"])
        ]
        return check_group(report, members)
    if "matches" in case:
        found = {
            SectionId(section): [Match(**m) for m in given]
            for section, given in (case["matches"] or {}).items()
        }
        return check_reuse(report, found if case["matches"] is not None else None)
    return check_report(report)


def _earlier(told: dict[str, Any] | None) -> Earlier | None:
    if told is None:
        return None
    base = {"year": 2022, **told.get("base", {})}
    report = build({"base": base, "change": told.get("change", {})})
    same = told.get("same_body", True)
    return Earlier(report, base["year"], report.agency or "", same_body=same)


@pytest.mark.parametrize(("code", "outcome", "case"), _cases())
def test_case(code: str, outcome: str, case: dict[str, Any]) -> None:
    verdicts = [v for v in judged(case) if v.rule == code]
    told = {v.subject: v for v in verdicts}
    assert len(told) == len(verdicts), "one verdict per subject"
    for subject in case["subjects"]:
        verdict = told[subject]
        assert verdict.outcome == outcome, verdict.message
        if "severity" in case:
            assert verdict.severity == case["severity"]
        if "message" in case:
            assert case["message"] in verdict.message
        if "basis" in case:
            assert case["basis"] in (verdict.basis or "")
        for key, value in case.get("evidence", {}).items():
            assert verdict.evidence[key] == value
    failing = {s for s, v in told.items() if v.outcome is Outcome.FAIL}
    assert failing == (set(case["subjects"]) if outcome == "fail" else set())


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_its_cases(code: str) -> None:
    cases = _load(code)
    assert set(cases) <= {*OUTCOMES}
    for outcome in ("pass", "fail", "not_assessable"):
        assert cases.get(outcome), f"{code}: no case for {outcome}"


def test_no_cases_without_a_rule() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} == set(CODES)


@pytest.mark.parametrize("info", catalogue(), ids=CODES)
def test_catalogue_texts_are_chinese_and_whole(info: Any) -> None:
    for text in (info.message, info.basis, info.bad, info.good, info.hint):
        assert any("\u4e00" <= c <= "\u9fff" for c in text)
        assert "{" not in text
    assert "号" in info.basis or "条" in info.basis
    if info.layer is Layer.EXTRACTION:
        assert info.severity is not Severity.ERROR
    if info.code.startswith("X-"):
        assert info.severity is not Severity.ERROR


def test_findings_show_their_cells_with_place_and_values() -> None:
    report = changed(compliant(), {"table3.granted.total": 14})
    (finding,) = (v for v in check_report(report) if v.rule == "T3-ROW" and v.outcome == "fail")
    cells = {c["name"]: c for c in finding.evidence["cells"]}
    assert cells["table3.granted.total"]["value"] == 14
    assert cells["table3.granted.total"]["raw"] == "14"
    assert cells["table3.granted.total"]["at"]
    assert "予以公开" in cells["table3.granted.total"]["label"]
    assert finding.hint and finding.basis and "30号" in finding.basis
    json.dumps(finding.evidence)


def test_quotes_are_passages_of_the_report() -> None:
    report = changed(
        compliant(), {"sections.s1_overview": "2023年，我局收到政府信息公开申请31件。"}
    )
    (finding,) = (v for v in check_report(report) if v.rule == "X-REQ")
    (quote,) = finding.evidence["quotes"]
    assert quote["text"] in report.sections[0].text
    assert quote["value"] == 31
