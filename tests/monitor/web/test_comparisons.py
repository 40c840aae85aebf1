"""Reused passages, revisions and scores as a browser gets them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from lxml import html

from monitor.web.app import create_app
from storage.session import Database
from tests.monitor.building import at
from tests.monitor.changes.test_copies import OWN, Texts, report
from tests.monitor.contract import contract_errors
from tests.monitor.rules.builders import changed
from tests.monitor.serving import get, serve


@pytest.fixture
def site(sqlite_database: Database) -> Iterator[str]:
    texts = Texts(sqlite_database)
    texts.publish("a-1", report("a-1", 2022, OWN))
    first = report("a-1", 2023, OWN)
    texts.publish("a-1", first)
    texts.publish("a-1", changed(first, {"table3.granted.enterprise": 5}))
    texts.judge(at(4, 20), 2022, 2023)
    with serve(create_app(sqlite_database)) as address:
        yield address


def test_the_page_of_a_body(site: str) -> None:
    root = html.document_fromstring(get(f"{site}/agencies/a-1").text)
    year = root.get_element_by_id("y2023")
    text = " ".join(year.text_content().split())
    assert "公开后的改动（1）" in text
    (row,) = [
        r
        for r in year.iter("tr")
        if "予以公开" in r.text_content() and "商业企业" in r.text_content()
    ][:1]
    assert [c.text_content().strip() for c in row.iter("td")] == ["4", "5", "+1"]
    (side,) = year.find_class("side")
    left, right = side.find("tbody/tr").iter("td")
    assert left.text_content() == right.text_content() in OWN
    assert "D-CHANGED" in text and "/ 100" in text


def test_the_api(site: str) -> None:
    found = json.loads(get(f"{site}/api/changes?year=2023").text)
    (change,) = found["items"]
    assert (change["before"], change["after"], found["total"]) == (4, 5, 1)
    assert contract_errors("change", change) == []
    scores = json.loads(get(f"{site}/api/scores?year=2023").text)
    (own,) = [s for s in scores["items"] if s["agency"] == "a-1"]
    assert own["score"] == 100 - sum(x["points"] for x in own["lines"])
    assert json.loads(get(f"{site}/api/changes?year=2023&offset=1").text)["items"] == []
