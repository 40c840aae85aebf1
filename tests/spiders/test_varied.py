"""Portals varied after the spider was finished: everything found that can be, nobody accused."""

from __future__ import annotations

import pytest

from bench.discovery import Row, measure
from tests.spiders import varied_four, varied_three
from tests.spiders.gallery import varied

UNREADABLE = varied_three.UNREADABLE | varied_four.UNREADABLE
NAMES = [case.name for case in varied()]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    found = measure(varied(), tmp_path_factory.mktemp("varied"))
    return {row.case.name: row for row in found}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in UNREADABLE])
def test_every_report_is_found(rows: dict[str, Row], name: str) -> None:
    row = rows[name]
    assert (row.outcome, row.lost) == ("healthy", ()), row
    assert (row.credited, row.wrong) == (row.right, ()), row


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_parts_are_not_taken_for_the_whole(rows: dict[str, Row], name: str) -> None:
    assert rows[name].outcome == "partial", rows[name]
    assert rows[name].problems
    assert not rows[name].wrong


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_accused_of_what_is_there(rows: dict[str, Row], name: str) -> None:
    assert rows[name].accused == (), rows[name]
