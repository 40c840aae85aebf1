"""Portals varied after the spider was finished: everything found that can be, nobody accused."""

from __future__ import annotations

import pytest

from bench.discovery import Row, measure
from tests.spiders import varied_five, varied_four, varied_three
from tests.spiders.gallery import varied

UNREADABLE = varied_three.UNREADABLE | varied_four.UNREADABLE | {"page_three", "foreign_newest"}
"""Choices that only a script obeys, pages that do not answer, another host."""
ELSEWHERE = varied_five.ELSEWHERE | {"sub_sites", "closed_articles", "short_names"}
"""What stands where no crawler looks, can't be read, or bears a name that the registry lacks."""
NAMES = [case.name for case in varied()]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    found = measure(varied(), tmp_path_factory.mktemp("varied"))
    return {row.case.name: row for row in found}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in UNREADABLE | ELSEWHERE])
def test_every_report_is_found(rows: dict[str, Row], name: str) -> None:
    row = rows[name]
    assert (row.outcome, row.lost) == ("healthy", ()), row
    assert (row.credited, row.wrong) == (row.right, ()), row


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_what_stands_where_no_crawler_looks_is_no_breach(rows: dict[str, Row], name: str) -> None:
    """A column read to its end, and reports that it never had: found in part, nobody accused."""
    assert rows[name].lost, rows[name]
    assert not rows[name].wrong, rows[name]


@pytest.mark.parametrize("name", ["split_departments", "year_in_select"])
def test_who_left_out_a_year_in_a_whole_column_stays_missing(
    rows: dict[str, Row], name: str
) -> None:
    assert rows[name].true_missing == 2, rows[name]


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_parts_are_not_taken_for_the_whole(rows: dict[str, Row], name: str) -> None:
    assert rows[name].outcome == "partial", rows[name]
    assert rows[name].problems
    assert not rows[name].wrong


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_accused_of_what_is_there(rows: dict[str, Row], name: str) -> None:
    assert rows[name].accused == (), rows[name]
