"""Reports judged beside those of other years and bodies, on real databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from storage import repositories as repo
from storage.domain import AnnualReport
from storage.session import Database
from storage.vocab import ChangeKind, FindingState, FormatVersion, Severity
from tests.monitor.building import BUREAU, COUNTY, PAGE, TOWN, at, stated
from tests.monitor.changes.test_years import ROWS_2019
from tests.monitor.rules.builders import changed, compliant
from tests.monitor.test_judge import AGENCIES, World

YEARS = (2022, 2023)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def publish(world: World, report: AnnualReport, agency: str = "a-1") -> int:
    year = report.year or 0
    shown = stated(date(year + 1, 1, 20))
    return world.found(
        at(1, 21), shown, result=report, agency=agency, content_agency=agency,
        year=year, content_year=year, url=f"{PAGE}?{agency}-{year}", title=report.title,
    )  # fmt: skip


def across(world: World, agency: str = "a-1") -> dict[tuple[str, str], Severity]:
    """Open findings of 2023 that compare: by rule and subject."""
    return {
        (f.rule, f.subject): f.severity
        for f in world.findings(agency)
        if f.rule.startswith("Y-") or f.rule == "X-AGG"
    }


def earlier(**more: object) -> AnnualReport:
    """A report of 2022 that those of 2023 go on from, with changes."""
    goes_on = {"table2.normative_documents.in_force": 11}
    return changed(compliant(2022), {**goes_on, **more})


def test_last_years_report_is_held_beside_this_years(world: World) -> None:
    publish(world, earlier(**{"table3.carried_out.total": 3}))
    publish(world, compliant(2023))
    world.judge(at(3, 1), *YEARS)
    assert across(world) == {("Y-CARRY", "total"): Severity.ERROR}
    (finding,) = [f for f in world.findings() if f.rule == "Y-CARRY"]
    assert finding.evidence["against"] == 2022
    assert [c["year"] for c in finding.evidence["cells"]] == [2022, 2023]
    before = world.everything()
    world.judge(at(3, 1), 2023)
    assert world.everything() == before


def test_the_year_alone_finds_the_other_year_too(world: World) -> None:
    publish(world, earlier(**{"table3.carried_out.total": 3}))
    publish(world, compliant(2023))
    world.judge(at(3, 1), 2023)
    assert set(across(world)) == {("Y-CARRY", "total")}


def test_reports_that_go_on_are_quiet(world: World) -> None:
    publish(world, earlier())
    publish(world, compliant(2023))
    world.judge(at(3, 1), *YEARS)
    assert across(world) == {}


def test_without_the_year_before_nothing_is_compared(world: World) -> None:
    publish(world, compliant(2023))
    world.judge(at(3, 1), *YEARS)
    assert across(world) == {}


def test_another_bodys_text_in_the_slot_is_compared_with_nothing(world: World) -> None:
    wrong = earlier(**{"table3.carried_out.total": 3})
    world.found(
        at(1, 21), stated(date(2023, 1, 20)), result=wrong, year=2022, content_year=2022,
        content_agency="a-2", url=f"{PAGE}?x",
    )  # fmt: skip
    publish(world, compliant(2023))
    world.judge(at(3, 1), *YEARS)
    assert across(world) == {}


def test_a_renamed_body_goes_on_from_its_predecessor(world: World) -> None:
    old = replace(BUREAU, id="old", name="云岭县水利局", valid_to=date(2023, 2, 1))
    new = replace(BUREAU, predecessor="old", valid_from=date(2023, 2, 1))
    world.register([old, new, *AGENCIES[1:]])
    publish(world, earlier(**{"table3.carried_out.total": 3}), "old")
    publish(world, compliant(2023))
    world.judge(at(3, 1), *YEARS)
    assert across(world) == {("Y-CARRY", "total"): Severity.WARNING}
    (finding,) = [f for f in world.findings() if f.rule == "Y-CARRY"]
    assert "云岭县水利局 2022 年度" in finding.message


def test_a_body_that_was_divided_is_compared_with_nobody(world: World) -> None:
    old = replace(BUREAU, id="old", name="云岭县农林水局", valid_to=date(2023, 2, 1))
    heirs = [replace(a, predecessor="old") for a in AGENCIES[:2]]
    world.register([old, *heirs, *AGENCIES[2:]])
    publish(world, earlier(**{"table3.carried_out.total": 3}), "old")
    publish(world, compliant(2023))
    world.judge(at(3, 1), *YEARS)
    assert across(world) == {}


def test_a_government_beside_its_bodies(world: World) -> None:
    world.register([replace(BUREAU, parent="g-1"), AGENCIES[1], COUNTY, TOWN])
    publish(world, changed(compliant(2023), {"table3.new_received.total": 31}))
    publish(world, compliant(2023, agency="云岭县竹溪镇人民政府"), "t-1")
    publish(world, compliant(2023, agency="云岭县人民政府"), "g-1")
    world.judge(at(4, 20), 2023)
    assert across(world, "g-1") == {("X-AGG", ""): Severity.INFO}
    publish(world, compliant(2023))
    world.judge(at(4, 21), 2023)
    assert across(world, "g-1") == {}


def test_the_new_form_after_the_old_one(world: World) -> None:
    with_old = compliant(2020, version=FormatVersion.FMT2019, rows=ROWS_2019)
    publish(world, with_old)
    publish(world, compliant(2021))
    world.judge(at(3, 1), 2020, 2021)
    with world.database.session(write=False) as s:
        rules = {f.rule for f in repo.findings(s, year=2021, agency="a-1")}
    assert not {r for r in rules if r.startswith("Y-")}


def test_revisions_are_recorded_once_and_told_with_the_finding(world: World) -> None:
    publish(world, compliant(2023))
    publish(world, changed(compliant(2023), {"table3.granted.enterprise": 5}))
    for _ in range(2):
        world.judge(at(3, 1), 2023)
    with world.database.session(write=False) as s:
        (change,) = repo.revisions(s, year=2023)
    assert (change.kind, change.path) == (ChangeKind.REVISION, "table3.granted.enterprise")
    (finding,) = [f for f in world.findings() if f.rule == "D-CHANGED"]
    assert any("4 → 5" in note for note in finding.evidence["notes"])


def test_a_dismissed_change_comes_back_with_the_next_one(world: World) -> None:
    publish(world, compliant(2023))
    publish(world, changed(compliant(2023), {"table3.granted.enterprise": 5}))
    world.judge(at(3, 1), 2023)
    (finding,) = [f for f in world.findings() if f.rule == "D-CHANGED"]
    with world.database.session() as s:
        repo.triage(
            s, [finding.id or 0], FindingState.DISMISSED, by="李四", reason="更正", now=at(3, 2)
        )
    world.judge(at(3, 3), 2023)
    assert "D-CHANGED" not in {f.rule for f in world.findings()}
    publish(world, changed(compliant(2023), {"table3.granted.enterprise": 6}))
    world.judge(at(3, 4), 2023)
    assert "D-CHANGED" in {f.rule for f in world.findings()}
