"""The story of the simulated gov.cn and what a monitor must make of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from settings import SHANGHAI
from spiders.samples import AFTER_ALL, SamplePortals
from spiders.samples.places import AGENCIES, SITES, Engine, Trouble
from spiders.samples.reports import Defect
from spiders.samples.world import World

YEARS = (2023, 2024, 2025)


@pytest.fixture
def portals() -> SamplePortals:
    """Not started: the story can be told without serving it."""
    return SamplePortals(lambda: AFTER_ALL)


def test_the_world_is_large_enough_and_hangs_together() -> None:
    assert len(AGENCIES) >= 44 and len(SITES) >= 6
    ids = {agency.id for agency in AGENCIES}
    assert len(ids) == len(AGENCIES)
    sites = {site.id for site in SITES}
    for agency in AGENCIES:
        assert agency.portal in sites
        assert agency.parent is None or agency.parent in ids
        assert agency.predecessor is None or agency.predecessor in ids
    assert set(Trouble) <= {site.trouble for site in SITES}
    assert set(Engine) == {site.engine for site in SITES}
    numbers = [posting.number for posting in World(YEARS).postings]
    assert len(set(numbers)) == len(numbers)


def test_years_outside_the_story_are_refused() -> None:
    with pytest.raises(ValueError, match="2023"):
        SamplePortals(lambda: AFTER_ALL, years=(2019,))


def test_expected_statuses_after_everything(portals: SamplePortals) -> None:
    e2023, e2024, e2025 = (portals.expected(year) for year in YEARS)
    assert set(e2024) == {agency.id for agency in AGENCIES}
    assert e2023["lanchuan-shuiwu"] == "exempt" and e2023["lanchuan-sjj"] == "exempt"
    assert e2023["lanchuan-jrgzj"] == "on_time" and e2024["lanchuan-jrgzj"] == "exempt"
    assert e2024["lanchuan-jrglj"] == "on_time" and e2023["lanchuan-jrglj"] == "exempt"
    assert e2024["lanchuan-lscbj"] == "exempt"
    assert e2023["lanchuan-czj"] == "late" and e2024["huaidu-gov"] == "late"
    assert e2024["qinglan-zjj"] == "late"
    assert e2024["huaidu-office"] == "date_uncertain"
    assert e2024["lanchuan-jyj"] == e2024["jishui-sjj"] == e2024["lanchuan-zrzyj"] == "missing"
    assert e2025["jishui-sfj"] == "on_time" and e2025["huaidu-nyj"] == "missing"
    reasons = portals.expected_reason(2025)
    assert reasons["wangtang-gov"] == "blocked" and reasons["shayuan-lyj"] == "column_not_found"
    assert (
        reasons["weitang-office"] == "empty_column" and reasons["luming-tjj"] == "list_incomplete"
    )
    assert portals.expected_reason(2023)["luming-gov"] == "list_incomplete"
    assert {a for a, s in e2025.items() if s == "unknown"} == set(reasons)
    assert portals.expected_flags(2024)["lanchuan-zrzyj"] == {"wrong_year"}
    assert portals.expected_flags(2024)["jishui-sjj"] == {"wrong_agency"}
    assert portals.expected_flags(2023)["lanchuan-mzj"] == {"image_only"}


def test_expected_changes_with_the_moments_of_the_crawls(portals: SamplePortals) -> None:
    def at(month: int, day: int) -> datetime:
        return datetime(2026, month, day, 8, tzinfo=SHANGHAI)

    early = portals.expected(2025, [at(1, 5)])
    assert set(early.values()) <= {"not_due", "exempt"}
    assert portals.expected(2025, [at(2, 5)])["huaidu-shiliang"] == "missing"
    assert portals.expected(2025, [at(2, 5)])["qinglan-gov"] == "not_due"
    runs = [at(2, 5), at(4, 1), AFTER_ALL]
    told = portals.expectations(2025, runs)
    assert told["huaidu-shiliang"].status == "late"
    assert told["jishui-sfj"].status == "late" and told["jishui-sfj"].flags == {"backdated"}
    assert told["huaidu-nyj"].status == "on_time" and told["huaidu-nyj"].flags == {"withdrawn"}
    assert told["qinglan-office"].flags == {"changed_after_publication"}
    assert told["qinglan-office"].rules == {"D-CHANGED"}
    assert portals.expected_rules(2025, [at(2, 5)])["qinglan-office"] == {"T3-ROW"}


def test_most_reports_are_compliant(portals: SamplePortals) -> None:
    for year in YEARS:
        rules = portals.expected_rules(year)
        assert sum(not codes for codes in rules.values()) >= 36
    injected = set().union(*(c for y in YEARS for c in portals.expected_rules(y).values()))
    assert {d.value for d in Defect} - {"cells-blank", "cells-slash"} <= injected
