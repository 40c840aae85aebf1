"""What keeps a body from being called missing although its report was not seen: pure."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.candidates import Claim, ColumnContext, claim_entry
from spiders.doubts import left_behind, nothing_recognised, under_other_names
from spiders.gaps import gaps
from spiders.lists import Entry
from spiders.scope import Scope
from storage.domain import Agency, ColumnRead, Portal
from storage.vocab import AgencyKind, Level

PORTAL = Portal("p", "http://a.example/")
OLD, NEW = "http://a.example/old/", "http://a.example/new/"


def body(id: str, name: str) -> Agency:
    return Agency(id, name, AgencyKind.DEPARTMENT, Level.COUNTY, portal="p")


BODIES = [
    body("edu", "云岭县教育局"),
    body("wat", "云岭县水务局"),
    body("rur", "云岭县乡村振兴局"),
]
SCOPE = Scope(PORTAL, BODIES, [PORTAL])


def line(name: str, year: int, column: str = NEW) -> Claim:
    url = f"{column}{name}{year}.html"
    entry = Entry(url, f"{name}{year}年政府信息公开工作年度报告", date(year + 1, 1, 20))
    return claim_entry(entry, ColumnContext(column), SCOPE)


def of(*claims: Claim) -> list[tuple[str | None, int | None]]:
    found = {(c.agency, c.year) for c in claims if c.agency and c.year}
    return sorted((u.agency, u.year) for u in under_other_names(claims, found, SCOPE))


@pytest.mark.parametrize(
    ("strange", "years", "doubted"),
    [
        ("云岭县扶贫开发办公室", (2021,), [("rur", 2021)]),
        ("云岭县扶贫开发办公室", (2020, 2021), [("rur", 2020), ("rur", 2021)]),
        ("云岭县扶贫开发办公室", (2021, 2022), []),  # both published for 2022: two bodies
        ("高河县扶贫开发办公室", (2021,), []),  # of another region
    ],
)
def test_who_begins_where_a_stranger_ends_may_be_it(
    strange: str, years: tuple[int, ...], doubted: list[tuple[str, int]]
) -> None:
    rur = [line("云岭县乡村振兴局", y) for y in (2022, 2023)]
    edu = [line("云岭县教育局", y) for y in (2020, 2021, 2022, 2023)]
    assert of(*rur, *edu, *(line(strange, y) for y in years)) == doubted


def test_who_stands_only_in_a_column_that_ended_is_not_missing_in_the_other() -> None:
    claims = [line("云岭县教育局", y, OLD) for y in (2020, 2021)]
    claims += [line("云岭县教育局", y, NEW) for y in (2022, 2023)]
    claims += [line("云岭县水务局", y, OLD) for y in (2020, 2021)]
    found = left_behind(claims, {OLD, NEW})
    assert [(u.agency, u.year) for u in found] == [("wat", 2022), ("wat", 2023)]
    assert left_behind(claims, {NEW}) == [], "a part of another column ends with its year"


def test_columns_without_anything_like_a_report_prove_nothing() -> None:
    own = ColumnRead(OLD, "plain_list", 3, True, agency="wat")
    common = ColumnRead(NEW, "plain_list", 3, True)
    told = nothing_recognised([own, common], [line("云岭县教育局", 2023)])
    assert [(u.url, u.agency) for u in told] == [(OLD, "wat")]
    assert [u.agency for u in nothing_recognised([common], [])] == [None]
    assert nothing_recognised([ColumnRead(OLD, "", 3, True, bodies=("wat",))], []) == []


def test_gaps_are_those_of_the_last_years_that_others_have() -> None:
    claims = [line("云岭县教育局", y) for y in (2018, 2022, 2023)]
    claims += [line("云岭县水务局", 2022), line("云岭县乡村振兴局", 2022)]
    found = gaps(claims, SCOPE, date(2024, 5, 20))
    assert found == {("wat", 2023), ("rur", 2023)}
