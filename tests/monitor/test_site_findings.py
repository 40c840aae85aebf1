"""What is said of the way a report stands on the site, on real databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitor.catalogue import all_rules
from monitor.site_findings import SITE_RULES
from storage.domain import ParseFailure, UnresolvedCandidate
from storage.session import Database
from storage.vocab import DateSource, Layer, ParseErrorCode, ProblemKind, Severity
from tests.monitor.building import PAGE, YEAR, at, column, doubtful, stated
from tests.monitor.rules.builders import changed, compliant
from tests.monitor.test_judge import World

CODES = {info.code for info in SITE_RULES} | {"T-IMAGE"}
OTHER = f"{PAGE}?copy"
ON_TIME = stated(date(2024, 1, 20))


@pytest.fixture
def world(sqlite_database: Database) -> World:
    return World(sqlite_database)


def said(world: World, agency: str = "a-1") -> dict[str, str]:
    world.judge(at(3, 1))
    return {f.rule: f.message for f in world.findings(agency) if f.rule in CODES}


def failure(message: str, code: ParseErrorCode = ParseErrorCode.UNREADABLE, **more: Any) -> Any:
    return ParseFailure(code, message, **more)


def test_codes_are_unique() -> None:
    codes = [info.code for info in all_rules()]
    assert len(codes) == len(set(codes)) >= 60


def test_a_report_that_stands_as_it_should(world: World) -> None:
    world.crawled(at(2, 10))
    world.found(at(1, 21), ON_TIME)
    assert said(world) == {}


def test_no_date_anywhere(world: World) -> None:
    world.found(at(1, 21))
    assert set(said(world)) == {"M-DATE-NONE"}
    world.found(at(1, 22), stated(date(2024, 1, 20), DateSource.URL))
    assert said(world) == {}


def test_a_document_handed_in_needs_no_date_on_a_page(world: World) -> None:
    world.found(at(1, 21), url="urn:nianbao:1", manual=True, portal=None, column_url=None)
    assert said(world) == {}


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        (failure("文档已加密", ParseErrorCode.ENCRYPTED), "P-ACCESS"),
        (failure("不支持的格式", ParseErrorCode.UNSUPPORTED), "P-ACCESS"),
        (failure("附件未能下载：地址不存在（404）"), "P-ATTACH"),
        (failure("没有可读的文字内容", image_only=True), "T-IMAGE"),
        (failure("文件已损坏"), None),
    ],
)
def test_reports_that_can_not_be_read(world: World, result: Any, rule: str | None) -> None:
    world.found(at(1, 21), ON_TIME, result=result)
    assert list(said(world)) == ([rule] if rule else [])


def test_copies_that_differ(world: World) -> None:
    world.found(at(1, 21), ON_TIME)
    world.found(
        at(1, 22), ON_TIME, result=changed(compliant(), {"table3.granted.enterprise": 5}), url=OTHER
    )
    assert "1 格数字不同" in said(world)["P-DUP"]
    (finding,) = [f for f in world.findings() if f.rule == "P-DUP"]
    assert (finding.layer, finding.severity) == (Layer.SITE, Severity.WARNING)
    assert any("予以公开" in note and "4 ／ 5" in note for note in finding.evidence["notes"])


@pytest.mark.parametrize(
    "copy",
    [
        compliant(),
        changed(compliant(), {"table3.granted.enterprise": None, "table4": None}),
        changed(compliant(), {"table3.partial.research": ""}),
    ],
)
def test_copies_that_agree_as_far_as_they_were_read(world: World, copy: Any) -> None:
    world.found(at(1, 21), ON_TIME)
    world.found(at(1, 22), ON_TIME, result=copy, url=OTHER)
    assert said(world) == {}


def test_a_copy_that_is_another_bodys_is_no_copy(world: World) -> None:
    world.found(at(1, 21), ON_TIME)
    world.found(
        at(1, 22), ON_TIME, result=changed(compliant(), {"table3.granted.enterprise": 5}),
        url=OTHER, content_agency="a-2",
    )  # fmt: skip
    assert "P-DUP" not in said(world)


def dead(kind: ProblemKind = ProblemKind.HTTP_4XX, year: int = YEAR) -> UnresolvedCandidate:
    return doubtful("a-1", year, kind)


@pytest.mark.parametrize(
    ("before", "last", "told"),
    [
        ([dead()], [dead()], True),
        ([], [dead()], False),
        ([dead()], [], False),
        ([dead(ProblemKind.TIMEOUT)], [dead()], False),
        ([dead(year=2022)], [dead(year=2022)], False),
    ],
)
def test_dead_links_are_told_when_seen_twice(
    world: World, before: Any, last: Any, told: bool
) -> None:
    world.crawled(at(2, 10), unresolved=before, portals=["p-1"])
    world.crawled(at(2, 12), unresolved=last, portals=["p-1"])
    assert ("P-LINK" in said(world)) is told


def test_an_empty_column_of_its_own(world: World) -> None:
    own = [column(agency="a-1", entries=0), column("http://a.example/other/", agency="a-2")]
    world.found(at(1, 21), ON_TIME)
    world.crawled(at(2, 10), columns=own, portals=["p-1"])
    assert said(world) == {}
    world.crawled(at(2, 12), columns=own, portals=["p-1"])
    assert set(said(world)) == {"P-COLUMN"}
    assert said(world, "a-2") == {}
