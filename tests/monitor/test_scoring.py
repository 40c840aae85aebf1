"""Scores: explained line by line, by weights that are data."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from monitor.scoring import ProfileError, load_profile, profiles, score, scores
from storage import repositories as repo
from storage.domain import Finding, Score, ScoreLine, StatusLine
from storage.session import Database
from storage.vocab import FindingState, Layer, Outcome, Severity, Status
from tests.monitor.building import at
from tests.monitor.rules.builders import changed, compliant
from tests.monitor.test_judge import World

DEFAULT = load_profile("default")


def line(status: Status = Status.ON_TIME, agency: str = "a") -> StatusLine:
    return StatusLine(agency, "某局", 2023, None, None, status)


def finding(rule: str, severity: Severity = Severity.ERROR, **more: Any) -> Finding:
    values: dict[str, Any] = {"layer": Layer.REPORT, "outcome": Outcome.FAIL, **more}
    return Finding(
        rule, "a", 2023, severity, message=f"{rule} 的说明", evidence={}, basis=None, **values
    )


def points(found: Score) -> dict[str, Decimal]:
    return {f"{x.rule}{x.subject}": x.points for x in found.lines}


def test_without_findings_it_is_full() -> None:
    assert score(line(), [], DEFAULT) == Score("a", 2023, "default", Decimal(100), Decimal(100))


def test_every_point_is_explained() -> None:
    found = score(
        line(Status.LATE),
        [finding("S-FEE", Severity.WARNING), finding("D-LATE"), finding("X-RATE", Severity.INFO)],
        DEFAULT,
    )
    assert points(found) == {"D-LATE": 20, "S-FEE": 3}
    assert found.value == 77
    assert [x.message for x in found.lines] == ["D-LATE 的说明", "S-FEE 的说明"]


def test_a_group_costs_no_more_than_its_limit() -> None:
    found = score(line(), [finding("T3-ROW", subject=str(n)) for n in range(9)], DEFAULT)
    assert found.value == 75
    assert list(points(found).values()) == [10, 10, 5, 0, 0, 0, 0, 0, 0]
    assert found.lines[2].note == "“表格勾稽关系”合计至多扣 25 分"


def test_never_below_zero() -> None:
    assert score(line(Status.MISSING), [finding("D-MISSING")] * 2, DEFAULT).value == 0


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.NOT_DUE, Status.EXEMPT])
def test_what_is_not_known_has_no_score(status: Status) -> None:
    found = score(line(status), [finding("T3-BAL")], DEFAULT)
    assert (found.value, found.lines) == (None, ())


@pytest.mark.parametrize(
    "more",
    [
        {"layer": Layer.EXTRACTION},
        {"state": FindingState.DISMISSED},
        {"state": FindingState.RESOLVED},
        {"outcome": Outcome.NOT_ASSESSABLE},
    ],
)
def test_what_costs_nothing(more: dict[str, Any]) -> None:
    assert score(line(), [finding("T3-BAL", **more)], DEFAULT).value == 100


def test_an_acknowledged_finding_still_counts() -> None:
    given = [finding("T3-BAL", state=FindingState.ACKNOWLEDGED)]
    assert score(line(), given, DEFAULT).value == 90


def test_a_local_scheme() -> None:
    local = load_profile("licheng")
    found = score(line(), [finding("S-MISSING"), finding("T-MISSING"), finding("D-LATE")], local)
    assert (found.value, found.full) == (0, 10)
    assert points(found) == {"D-LATE": 5, "S-MISSING": 5, "T-MISSING": 0}


@pytest.mark.parametrize("name", profiles())
def test_profiles_of_the_program_name_rules_that_exist(name: str) -> None:
    from monitor.catalogue import all_rules

    codes = {info.code for info in all_rules()}
    profile = load_profile(name)
    assert set(profile.rules) <= codes
    for group in profile.groups:
        for pattern in group.rules:
            assert any(
                profile.group(code) == group for code in codes if code.startswith(pattern[:2])
            )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2", "YAML"),
        ("- a", "name"),
        ("{name: x, full: 100, colour: red}", "full"),
        ("{name: x, full: lots}", "无效"),
        ("{name: x, full: 10, rules: {T3-BAL: -5}}", "不小于 0"),
        ("{name: x, full: 10, severities: {fatal: 5}}", "fatal"),
        ("{name: x, full: 10, groups: [{name: y}]}", "无效"),
    ],
)
def test_profiles_that_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "own.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=said):
        load_profile(str(file))


def test_a_profile_that_is_not_there() -> None:
    with pytest.raises(ProfileError, match="default"):
        load_profile("nowhere")


def test_history(database: Database) -> None:
    world = World(database)
    world.found(at(1, 21), result=changed(compliant(), {"table3.granted.total": 14}))
    world.judge(at(3, 1))
    world.judge(at(3, 2))
    world.found(at(3, 3))
    world.judge(at(3, 3))
    with database.session(write=False) as s:
        history = repo.score_history(s, "a-1", 2023, "default")
        assert [at for at, _ in history] == [at(3, 1), at(3, 3)]
        (now,) = [x for x in repo.scores(s, year=2023, profile="default") if x.agency == "a-1"]
        assert now == history[-1][1]
        live = scores(repo.statuses(s, year=2023), repo.findings(s, year=2023), DEFAULT)
        assert repo.scores(s, year=2023, profile="default") == live
    before, after = (one for _, one in history)
    assert before.value is not None and after.value is not None
    assert "T3-ROW" in {x.rule for x in before.lines}
    assert "T3-ROW" not in {x.rule for x in after.lines}
    with database.session() as s:
        assert repo.save_scores(s, live, at(3, 4) + timedelta(days=1)) == 0


def test_lines_survive_the_database(sqlite_database: Database) -> None:
    World(sqlite_database)
    lines = (ScoreLine("T3-BAL", "total", "差 1", Decimal("2.5"), "至多"),)
    given = Score("a-1", 2023, "own", Decimal("97.5"), Decimal(100), lines)
    with sqlite_database.session() as s:
        assert repo.save_scores(s, [given], at(3, 1)) == 1
        assert repo.scores(s, year=2023, profile="own") == [given]
