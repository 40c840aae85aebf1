"""Due dates: contract section 1, spec section 1."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from monitor.obligations import end_of_day, obligation, obligations
from storage.domain import Agency, DeadlineOverride
from storage.vocab import AgencyKind, Level, Severity

JAN, MAR = date(2024, 1, 31), date(2024, 3, 31)
ERROR, WARNING = Severity.ERROR, Severity.WARNING
G, OFFICE, D = AgencyKind.GOVERNMENT, AgencyKind.OFFICE, AgencyKind.DEPARTMENT
T, S, V = AgencyKind.TOWNSHIP, AgencyKind.SUBDISTRICT, AgencyKind.VERTICAL
AUTH, ENT = AgencyKind.AUTHORIZED, AgencyKind.ENTERPRISE
ABOVE = (Level.COUNTY, Level.CITY, Level.PROVINCE)


def body(kind: AgencyKind = D, level: Level = Level.COUNTY, **more: object) -> Agency:
    return Agency("x", "某机关", kind, level, **more)  # type: ignore[arg-type]


def local(due: str, **more: object) -> DeadlineOverride:
    return DeadlineOverride(due, str(more.pop("source", "某市通知")), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kinds", "levels", "due", "severity", "article", "by_law"),
    [
        ((G,), ABOVE, MAR, ERROR, "第四十九条第二款", True),
        ((G,), (Level.NATIONAL,), MAR, WARNING, "第四十九条第二款", False),
        ((OFFICE, D), (*ABOVE, Level.NATIONAL), JAN, ERROR, "第四十九条第一款", True),
        ((AUTH,), (*ABOVE, Level.NATIONAL), JAN, ERROR, "第五十四条", True),
        ((G,), (Level.TOWNSHIP,), JAN, WARNING, "第五十条第四项", False),
        ((OFFICE, D, AUTH), (Level.TOWNSHIP,), JAN, WARNING, "参照", False),
        ((T, S), tuple(Level), JAN, WARNING, "第五十条第四项", False),
        ((V,), tuple(Level), JAN, WARNING, "第三条", False),
    ],
)
def test_every_kind_and_level(
    kinds: tuple[AgencyKind, ...],
    levels: tuple[Level, ...],
    due: date,
    severity: Severity,
    article: str,
    by_law: bool,
) -> None:
    for kind in kinds:
        for level in levels:
            owed = obligation(body(kind, level), 2023, [])
            assert (owed.due, owed.severity) == (due, severity), (kind, level)
            assert "711号" in owed.basis and article in owed.basis
            assert owed.statutory_due == (due if by_law else None)


def test_the_table_above_leaves_nothing_out() -> None:
    for kind in AgencyKind:
        for level in Level:
            owed = obligation(body(kind, level), 2023, [])
            assert (owed.due is None) == (kind is ENT)


@pytest.mark.parametrize("kind", [k for k in AgencyKind if k is not ENT])
@pytest.mark.parametrize("level", list(Level))
def test_years_to_2018_are_due_on_31_march_for_all(kind: AgencyKind, level: Level) -> None:
    for year in (2008, 2018):
        owed = obligation(body(kind, level), year, [])
        assert owed.due == owed.statutory_due == date(year + 1, 3, 31)
        assert owed.severity is ERROR
        assert "492号" in owed.basis and "第三十一条" in owed.basis
    assert "711号" in obligation(body(kind, level), 2019, []).basis


def test_nothing_is_owed_for_years_before_the_regulation() -> None:
    owed = obligation(body(), 2007, [])
    assert owed.due is None and "2008年5月1日" in owed.basis


@pytest.mark.parametrize(("year", "article"), [(2023, "第五十五条"), (2018, "第三十一条")])
def test_enterprises_owe_nothing_whatever_the_overrides_say(year: int, article: str) -> None:
    owed = obligation(body(ENT), year, [local("01-20"), local("01-20", kinds=(ENT,))])
    assert owed.due is None and owed.statutory_due is None
    assert article in owed.basis


# --- local dates --------------------------------------------------------------


def test_an_earlier_local_date_counts_with_its_source() -> None:
    owed = obligation(body(division="431202"), 2023, [local("01-28", division="4312")])
    assert owed.due == date(2024, 1, 28)
    assert owed.statutory_due == JAN
    assert owed.severity is WARNING
    assert "某市通知" in owed.basis
    assert "2024年1月31日" in owed.basis and "第四十九条第一款" in owed.basis


def test_a_local_date_has_the_severity_that_its_entry_states() -> None:
    assert obligation(body(), 2023, [local("01-28", severity=ERROR)]).severity is ERROR


@pytest.mark.parametrize("due", ["01-31", "02-01", "02-28", "03-31"])
def test_the_statute_wins_over_a_local_date_that_is_not_earlier(due: str) -> None:
    assert obligation(body(), 2023, [local(due)]) == obligation(body(), 2023, [])


def test_a_government_may_have_its_local_date_in_february() -> None:
    owed = obligation(body(G), 2023, [local("02-20")])
    assert (owed.due, owed.statutory_due, owed.severity) == (date(2024, 2, 20), MAR, WARNING)


@pytest.mark.parametrize("kind", [T, S, V])
def test_where_no_statute_names_the_body_a_later_local_date_counts_too(kind: AgencyKind) -> None:
    owed = obligation(body(kind, Level.TOWNSHIP), 2023, [local("03-31")])
    assert (owed.due, owed.statutory_due, owed.severity) == (MAR, None, WARNING)
    assert "某市通知" in owed.basis and "惯例期限" in owed.basis
    # Under the law of 2007 they were named.
    assert obligation(body(kind), 2018, [local("04-15")]).due == date(2019, 3, 31)


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"division": "43"}, True),
        ({"division": "4312"}, True),
        ({"division": "431202"}, True),
        ({"division": "431203"}, False),
        ({"division": "431202100"}, False),
        ({"division": "31"}, False),
        ({"kinds": (D, OFFICE)}, True),
        ({"kinds": (OFFICE,)}, False),
        ({"years": (2022, 2023)}, True),
        ({"years": (2022,)}, False),
        ({"division": "4312", "kinds": (D,), "years": (2023,)}, True),
        ({"division": "4312", "kinds": (D,), "years": (2024,)}, False),
    ],
)
def test_whom_a_local_date_concerns(more: dict[str, object], counts: bool) -> None:
    owed = obligation(body(division="431202"), 2023, [local("01-28", **more)])
    assert (owed.due == date(2024, 1, 28)) is counts


def test_a_body_without_division_is_concerned_by_no_region() -> None:
    assert obligation(body(), 2023, [local("01-28", division="43")]).due == JAN
    assert obligation(body(), 2023, [local("01-28")]).due == date(2024, 1, 28)


@pytest.mark.parametrize(
    ("broad", "narrow"),
    [
        ({"division": "43"}, {"division": "4312"}),
        ({"division": "4312"}, {"division": "431202"}),
        ({}, {"division": "43"}),
        ({"division": "4312"}, {"division": "4312", "kinds": (D,)}),
        ({"division": "4312"}, {"division": "4312", "years": (2023,)}),
        ({"kinds": (D,), "years": (2023,)}, {"division": "43"}),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_most_specific_local_date_counts(
    broad: dict[str, object], narrow: dict[str, object], turned: bool
) -> None:
    for first, second in (("01-10", "01-28"), ("01-28", "01-10")):
        dates = [local(first, **broad), local(second, **narrow)]
        owed = obligation(body(division="431202"), 2023, dates[::-1] if turned else dates)
        assert owed.due == date(2024, 1, int(second[3:]))


def test_a_void_local_date_still_takes_precedence_over_a_broader_one() -> None:
    dates = [local("01-10", division="43"), local("02-28", division="4312")]
    assert obligation(body(division="431202"), 2023, dates).due == JAN


def test_two_notices_that_disagree_make_nobody_late() -> None:
    for dates in (["01-10", "01-20"], ["01-20", "01-10"]):
        assert obligation(body(), 2023, [local(d) for d in dates]).due == date(2024, 1, 20)


@pytest.mark.parametrize(("year", "day"), [(2023, 29), (2022, 28)])
def test_the_29th_of_february(year: int, day: int) -> None:
    assert obligation(body(G), year, [local("02-29")]).due == date(year + 1, 2, day)


# --- life of the body ---------------------------------------------------------


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "owes"),
    [
        (date(2023, 12, 31), None, True),
        (date(2024, 1, 1), None, False),
        (date(2030, 1, 1), None, False),
        (None, date(2024, 1, 30), False),
        (None, date(2024, 1, 31), True),
        (None, date(2024, 2, 1), True),
        (None, date(2023, 6, 30), False),
        (date(2023, 12, 31), date(2024, 1, 31), True),
        (date(2024, 1, 1), date(2024, 1, 2), False),
    ],
)
def test_a_body_owes_only_while_it_lives(
    valid_from: date | None, valid_to: date | None, owes: bool
) -> None:
    owed = obligation(body(valid_from=valid_from, valid_to=valid_to), 2023, [])
    assert (owed.due is not None) is owes
    if not owes:
        day = valid_from if valid_from and valid_from > date(2023, 12, 31) else valid_to
        assert day is not None and f"{day.year}年{day.month}月{day.day}日" in owed.basis


def test_abolished_between_the_local_date_and_that_of_the_law() -> None:
    """The local date could still be kept; that of the law binds nobody any more."""
    owed = obligation(body(valid_to=date(2024, 1, 29)), 2023, [local("01-28", severity=WARNING)])
    assert (owed.due, owed.statutory_due) == (date(2024, 1, 28), None)
    assert obligation(body(valid_to=date(2024, 1, 27)), 2023, [local("01-28")]).due is None


# --- the whole registry -------------------------------------------------------


def test_all_bodies_and_years_sorted() -> None:
    agencies = [replace(body(), id=i) for i in ("b", "a")]
    found = obligations(iter(agencies), [2023, 2022, 2023], [])
    assert [(o.agency, o.year) for o in found] == [
        ("a", 2022),
        ("a", 2023),
        ("b", 2022),
        ("b", 2023),
    ]


def test_the_division_is_that_of_the_nearest_parent_that_has_one() -> None:
    agencies = [
        replace(body(G), id="city", division="431200"),
        replace(body(G), id="county", division="431202", parent="city"),
        replace(body(), id="bureau", parent="county"),
        replace(body(T), id="town", division="431202100", parent="county"),
    ]
    dates = [local("01-10", division="431202"), local("01-05", division="431202100")]
    due = {o.agency: o.due for o in obligations(agencies, [2023], dates)}
    assert due["bureau"] == date(2024, 1, 10)
    assert due["town"] == date(2024, 1, 5)
    assert due["city"] == MAR


def test_an_unknown_or_circular_parent_is_no_region() -> None:
    agencies = [
        replace(body(), id="lost", parent="nobody"),
        replace(body(), id="c1", parent="c2"),
        replace(body(), id="c2", parent="c1"),
    ]
    for owed in obligations(agencies, [2023], [local("01-10", division="43")]):
        assert owed.due == JAN


def test_the_deadline_day_counts_to_its_end_in_shanghai() -> None:
    assert end_of_day(JAN) == datetime(2024, 1, 31, 16, 0, tzinfo=UTC)
