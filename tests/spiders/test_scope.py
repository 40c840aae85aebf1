"""Which bodies and addresses count on a portal."""

from __future__ import annotations

import pytest

from crawler.hosts import HostRules
from spiders.scope import Scope
from storage.domain import Portal
from tests.spiders.test_identify import BODIES, body

COUNTY = Portal("p", "http://www.qiu.gov.example/", hosts=("xxgk.qiu.gov.example", "10.1.2.3:8080"))
OTHER = Portal("other", "http://www.other.example/")
OWN = ("county", "office", "edu", "drc", "env", "old", "street", "tax")


def scope() -> Scope:
    bodies = [
        body(b.id, b.name, b.kind, b.level, parent=b.parent,
             portal="p" if b.id in OWN else "other", aliases=b.aliases)
        for b in BODIES
    ]  # fmt: skip
    return Scope(COUNTY, bodies, [COUNTY, OTHER])


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://www.qiu.gov.example/a", True),
        ("https://qiu.gov.example/a", True),
        ("http://www.qiu.gov.example:8443/a", False),
        ("http://xxgk.qiu.gov.example:88/a", True),
        ("http://10.1.2.3:8080/", True),
        ("http://10.1.2.3/", False),
        ("http://evil.example/?www.qiu.gov.example", False),
        ("http://www.qiu.gov.example.evil.example/", False),
        ("http://www.qiu.gov.example@evil.example/", False),
        ("ftp://", False),
        ("http://[bad", False),
    ],
)
def test_hosts(url: str, allowed: bool) -> None:
    assert HostRules.of(COUNTY).allows(url) is allowed


@pytest.mark.parametrize(
    ("agency", "url", "counts"),
    [
        ("edu", "http://www.qiu.gov.example/r", True),
        ("town", "http://www.qiu.gov.example/r", True),  # on its parent's portal
        ("city", "http://www.qiu.gov.example/r", False),  # a superior's repost
        ("city-edu", "http://www.qiu.gov.example/r", False),
        ("edu", "http://copy.example/r", False),
        ("nobody", "http://www.qiu.gov.example/r", False),
    ],
)
def test_who_counts(agency: str, url: str, counts: bool) -> None:
    assert scope().counts(agency, url) is counts


def test_short_names_mean_the_portals_own_bodies() -> None:
    assert scope().match("教育局") == "edu"
    assert scope().match("淮岭市教育局") == "city-edu"
    assert scope().match_context("2024-01-20 发布机构：县教育局") == "edu"


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [("淮岭市人民政府", True), ("外乡市教育局", True), ("楸县档案馆", False), ("档案馆", False)],
)
def test_names_of_other_regions(name: str, elsewhere: bool) -> None:
    assert scope().is_elsewhere(name) is elsewhere


@pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("楸县发展委", ("drc",)),
        ("县环保局", ("old",)),
        ("楸县档案馆", ()),
        ("县环境局", ("env", "old")),
    ],
)
def test_a_name_that_could_be_short_for_a_body(name: str, bodies: tuple[str, ...]) -> None:
    assert set(scope().may_be(name)) == set(bodies)
