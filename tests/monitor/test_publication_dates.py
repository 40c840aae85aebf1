"""What the evidence of a date proves: contract section 9, "Publication dates"."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.obligations import end_of_day
from monitor.publication_dates import DateVerdict, Interval, judge_date, stated_by
from settings import SHANGHAI
from storage.domain import DateEvidence
from storage.vocab import DatePrecision, DateSource, Flag, Status
from tests.monitor.building import DUE, YEAR, at, stated

MANUAL, PAGE, META = DateSource.MANUAL, DateSource.PAGE, DateSource.META
LIST, URL = DateSource.LIST, DateSource.URL
MODIFIED, SEEN = DateSource.LAST_MODIFIED, DateSource.FIRST_SEEN
MONTH = DatePrecision.MONTH
ON_TIME, LATE, UNCERTAIN = Status.ON_TIME, Status.LATE, Status.DATE_UNCERTAIN

JAN20, JAN31 = date(2024, 1, 20), date(2024, 1, 31)
FEB1, FEB10 = date(2024, 2, 1), date(2024, 2, 10)
LONG_AFTER = Interval(None, at(4, 10))


def judge(
    *evidence: DateEvidence, interval: Interval = LONG_AFTER, due: date | None = DUE
) -> DateVerdict:
    return judge_date(evidence, YEAR, due, interval)


# --- one date -----------------------------------------------------------------


@pytest.mark.parametrize("source", [MANUAL, PAGE, META, LIST, URL])
@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2024, 1, 1), ON_TIME), (JAN31, ON_TIME), (FEB1, LATE), (FEB10, LATE)],
)
def test_any_single_stated_date_decides(source: DateSource, day: date, status: Status) -> None:
    verdict = judge(stated(day, source))
    assert (verdict.status, verdict.day, verdict.source) == (status, day, source)
    assert verdict.flags == ()


@pytest.mark.parametrize("source", [MODIFIED, SEEN])
def test_what_a_server_says_of_its_files_states_nothing(source: DateSource) -> None:
    for day in (JAN20, FEB10):
        verdict = judge(stated(day, source))
        assert (verdict.status, verdict.day, verdict.source) == (UNCERTAIN, None, SEEN)


def test_exempt_bodies_have_a_date_and_no_judgement() -> None:
    verdict = judge(stated(FEB10), stated(JAN20, LIST), due=None)
    assert (verdict.status, verdict.day, verdict.source) == (Status.EXEMPT, FEB10, PAGE)
    assert judge(due=None).status is Status.EXEMPT


# --- precedence and conflict ----------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_precedence_of_the_sources(turned: bool) -> None:
    order = [MANUAL, PAGE, META, LIST, URL]
    for n, first in enumerate(order):
        evidence = [stated(date(2024, 1, 10 + i), s) for i, s in enumerate(order[n:])]
        verdict = judge(*(evidence[::-1] if turned else evidence))
        assert (verdict.status, verdict.source, verdict.day) == (ON_TIME, first, date(2024, 1, 10))


@pytest.mark.parametrize("witness", [META, LIST, URL])
@pytest.mark.parametrize(("page", "other"), [(JAN20, FEB1), (FEB1, JAN31), (JAN31, FEB1)])
def test_a_witness_on_the_other_side_makes_the_page_uncertain(
    witness: DateSource, page: date, other: date
) -> None:
    verdict = judge(stated(page), stated(other, witness))
    assert (verdict.status, verdict.day, verdict.source) == (UNCERTAIN, page, PAGE)
    assert str(page) in verdict.explanation and str(other) in verdict.explanation


@pytest.mark.parametrize("witness", [META, LIST, URL])
@pytest.mark.parametrize(("page", "other"), [(JAN20, JAN31), (FEB1, FEB10), (FEB10, FEB1)])
def test_a_witness_on_the_same_side_changes_nothing(
    witness: DateSource, page: date, other: date
) -> None:
    verdict = judge(stated(page), stated(other, witness))
    assert verdict.status is (LATE if page > DUE else ON_TIME)
    assert verdict.day == page


def test_witnesses_also_contradict_each_other_without_a_page_date() -> None:
    verdict = judge(stated(JAN20, LIST), stated(FEB10, URL))
    assert (verdict.status, verdict.source) == (UNCERTAIN, LIST)


def test_two_dates_shown_on_the_page_on_both_sides_are_uncertain() -> None:
    assert judge(stated(FEB10), stated(JAN20)).status is UNCERTAIN


def test_a_date_entered_by_hand_overrules_the_page() -> None:
    for entered, shown, status in ((JAN20, FEB10, ON_TIME), (FEB10, JAN20, LATE)):
        verdict = judge(stated(shown), stated(shown, LIST), stated(entered, MANUAL))
        assert (verdict.status, verdict.source) == (status, MANUAL)


# --- months -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "due", "status"),
    [
        (date(2024, 1, 1), DUE, ON_TIME),
        (date(2024, 2, 1), DUE, LATE),
        (date(2024, 1, 1), date(2024, 1, 20), UNCERTAIN),
        (date(2024, 3, 1), date(2024, 3, 31), ON_TIME),
        (date(2024, 4, 1), date(2024, 3, 31), LATE),
    ],
)
def test_a_month_decides_only_if_it_lies_on_one_side(
    month: date, due: date, status: Status
) -> None:
    verdict = judge(stated(month, URL, MONTH), due=due)
    assert (verdict.status, verdict.day) == (status, None), "no day is made up"
    assert month.strftime("%Y-%m") in verdict.explanation


@pytest.mark.parametrize(
    ("page", "month", "status"),
    [
        (JAN20, date(2024, 1, 1), ON_TIME),
        (JAN20, date(2024, 2, 1), UNCERTAIN),
        (FEB10, date(2024, 1, 1), UNCERTAIN),
        (FEB10, date(2024, 2, 1), LATE),
    ],
)
def test_a_month_in_the_address_is_a_witness(page: date, month: date, status: Status) -> None:
    assert judge(stated(page), stated(month, URL, MONTH)).status is status


def test_a_month_that_holds_the_deadline_witnesses_nothing() -> None:
    month = stated(date(2024, 1, 1), URL, MONTH)
    for page, status in ((date(2024, 1, 10), ON_TIME), (date(2024, 1, 25), LATE)):
        assert judge(stated(page), month, due=date(2024, 1, 20)).status is status


def test_a_day_is_preferred_to_a_month_of_a_better_source() -> None:
    verdict = judge(stated(date(2024, 1, 1), PAGE, MONTH), stated(JAN20, LIST))
    assert (verdict.source, verdict.day) == (LIST, JAN20)


def test_a_month_that_is_open_is_narrowed_by_what_the_runs_saw() -> None:
    month = stated(date(2024, 1, 1), URL, MONTH)
    due = date(2024, 1, 20)
    seen = Interval(None, at(1, 19))
    absent = Interval(at(1, 21), at(1, 28))
    assert judge(month, interval=seen, due=due).status is ON_TIME
    assert judge(month, interval=absent, due=due).status is LATE


# --- the interval -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("not_before", "not_after", "status"),
    [
        (None, None, UNCERTAIN),
        (None, at(1, 31, 23, 59), ON_TIME),
        (None, at(2, 1, 0, 0), UNCERTAIN),
        (at(1, 31, 23, 59), at(2, 2), UNCERTAIN),
        (at(2, 1, 0, 0), at(2, 2), LATE),
        (at(1, 10), at(1, 20), ON_TIME),
        # The same moments in UTC.
        (None, datetime(2024, 1, 31, 15, 59, tzinfo=UTC), ON_TIME),
        (None, datetime(2024, 1, 31, 16, 0, tzinfo=UTC), UNCERTAIN),
        (datetime(2024, 1, 31, 15, 59, tzinfo=UTC), at(2, 2), UNCERTAIN),
        (datetime(2024, 1, 31, 16, 0, tzinfo=UTC), at(2, 2), LATE),
    ],
)
def test_without_any_date_the_interval_decides(
    not_before: datetime | None, not_after: datetime | None, status: Status
) -> None:
    interval = Interval(not_before, not_after)
    verdict = judge(interval=interval)
    assert (verdict.status, verdict.day, verdict.source) == (status, None, SEEN)
    assert verdict.interval == interval
    assert "没有可信的公开日期" in verdict.explanation


@pytest.mark.parametrize(
    ("not_before", "not_after", "status"),
    [
        (at(2, 5), at(2, 8), LATE),
        (at(1, 25), at(2, 8), UNCERTAIN),
        (at(1, 25), at(1, 28), ON_TIME),
    ],
)
def test_a_disproved_date_is_backdated_and_the_interval_decides(
    not_before: datetime, not_after: datetime, status: Status
) -> None:
    verdict = judge(stated(JAN20), interval=Interval(not_before, not_after))
    assert verdict.status is status
    assert verdict.flags == (Flag.BACKDATED,)
    assert (verdict.day, verdict.source) == (JAN20, PAGE), "what the page states is still told"


@pytest.mark.parametrize(
    ("day", "absent_at", "backdated"),
    [
        (date(2024, 2, 4), at(2, 5, 0, 0), True),
        (date(2024, 2, 5), at(2, 5, 0, 0), False),
        (date(2024, 2, 5), at(2, 5, 23, 59), False),
        (date(2024, 2, 5), at(2, 6, 0, 0), True),
        # 2024-02-05 23:30 in UTC is the morning of the 6th in Shanghai.
        (date(2024, 2, 5), datetime(2024, 2, 5, 23, 30, tzinfo=UTC), True),
        (date(2024, 2, 5), datetime(2024, 2, 5, 15, 59, tzinfo=UTC), False),
    ],
)
def test_the_same_day_is_not_backdated(day: date, absent_at: datetime, backdated: bool) -> None:
    verdict = judge(stated(day), interval=Interval(absent_at, at(3, 1)))
    assert (Flag.BACKDATED in verdict.flags) is backdated


def test_a_month_is_backdated_only_if_it_was_over() -> None:
    month = stated(date(2024, 1, 1), URL, MONTH)
    assert judge(month, interval=Interval(at(1, 31), at(2, 8))).flags == ()
    disproved = judge(month, interval=Interval(at(2, 5), at(2, 8)))
    assert (disproved.status, disproved.flags, disproved.day) == (LATE, (Flag.BACKDATED,), None)


def test_what_we_entered_ourselves_is_never_called_backdated() -> None:
    verdict = judge(stated(JAN20, MANUAL), interval=Interval(at(2, 5), at(2, 8)))
    assert (verdict.status, verdict.flags) == (ON_TIME, ())


# --- dates that can't be ------------------------------------------------------------


@pytest.mark.parametrize("source", [MANUAL, PAGE, META, LIST, URL])
@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2023, 1, 20), date(2019, 1, 1)])
def test_a_date_before_the_year_was_over_proves_nothing(source: DateSource, day: date) -> None:
    verdict = judge(stated(day, source))
    assert (verdict.status, verdict.day, verdict.source) == (UNCERTAIN, None, SEEN)
    assert str(day) in verdict.explanation and "不予采信" in verdict.explanation


def test_other_evidence_takes_its_place() -> None:
    verdict = judge(stated(date(2023, 1, 20)), stated(JAN20, LIST))
    assert (verdict.status, verdict.day, verdict.source) == (ON_TIME, JAN20, LIST)
    assert "2023-01-20" in verdict.explanation
    seen_early = judge(stated(date(2023, 1, 20)), interval=Interval(None, at(1, 10)))
    assert seen_early.status is ON_TIME


def test_an_impossible_witness_makes_nothing_uncertain() -> None:
    template_path = stated(date(2019, 1, 1), URL, MONTH)
    assert judge(stated(FEB10), template_path).status is LATE
    assert judge(stated(JAN20), template_path).status is ON_TIME


@pytest.mark.parametrize("source", [MANUAL, PAGE, META, LIST, URL])
def test_a_date_after_the_report_was_seen_is_not_believed(source: DateSource) -> None:
    verdict = judge(stated(FEB10, source), interval=Interval(None, at(1, 28)))
    assert (verdict.status, verdict.day, verdict.source) == (ON_TIME, None, SEEN)
    assert "2024-02-10" in verdict.explanation and "2024-01-28" in verdict.explanation
    late_seen = judge(stated(date(2024, 3, 20), source), interval=Interval(None, at(2, 5)))
    assert late_seen.status is UNCERTAIN


def test_the_day_it_was_seen_is_credible() -> None:
    seen = Interval(None, at(2, 5, 0, 10))
    assert judge(stated(date(2024, 2, 5)), interval=seen).day == date(2024, 2, 5)
    assert judge(stated(date(2024, 2, 6)), interval=seen).day is None


def test_a_page_date_that_moved_on_with_an_edit_leaves_the_address_to_decide() -> None:
    edited = judge(stated(date(2024, 3, 20)), stated(JAN20, URL), interval=Interval(None, at(2, 5)))
    assert (edited.status, edited.day, edited.source) == (ON_TIME, JAN20, URL)


def test_something_seen_at_the_address_before_the_year_was_over_was_not_this_report() -> None:
    too_early = Interval(None, at(11, 20, year=2023))
    assert judge(interval=too_early).status is UNCERTAIN
    verdict = judge(stated(FEB10), interval=too_early)
    assert (verdict.status, verdict.day) == (LATE, FEB10)
    assert verdict.interval == too_early
    assert judge(interval=Interval(None, at(1, 1, 0, 0))).status is ON_TIME


# --- until when it was up at the latest -----------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "interval", "day"),
    [
        ((stated(JAN20),), LONG_AFTER, JAN20),
        ((stated(JAN20, LIST), stated(FEB10)), LONG_AFTER, FEB10),
        ((stated(date(2024, 1, 1), URL, MONTH),), LONG_AFTER, JAN31),
        ((), LONG_AFTER, None),
        ((stated(date(2023, 1, 20)),), LONG_AFTER, None),
        ((stated(JAN20),), Interval(at(2, 5), at(2, 8)), None),
        ((stated(FEB10),), Interval(None, at(1, 28)), None),
    ],
)
def test_stated_by(
    evidence: tuple[DateEvidence, ...], interval: Interval, day: date | None
) -> None:
    assert stated_by(evidence, YEAR, interval) == day


# --- for all evidence -------------------------------------------------------------

DAYS = st.dates(date(2018, 1, 1), date(2025, 12, 31))
EVIDENCE = st.builds(
    DateEvidence, st.sampled_from(DateSource), DAYS, st.sampled_from(DatePrecision)
)
MOMENTS = st.datetimes(
    datetime(2023, 1, 1), datetime(2025, 1, 1), timezones=st.sampled_from([UTC, SHANGHAI])
)
INTERVALS = st.builds(Interval, st.none() | MOMENTS, st.none() | MOMENTS)


@given(st.lists(EVIDENCE, max_size=6), st.none() | DAYS, INTERVALS)
def test_a_judgement_always_rests_on_something(
    evidence: list[DateEvidence], due: date | None, interval: Interval
) -> None:
    verdict = judge_date(evidence, YEAR, due, interval)
    assert verdict.status in (ON_TIME, LATE, UNCERTAIN, Status.EXEMPT)
    assert (verdict.status is Status.EXEMPT) == (due is None)
    assert verdict.explanation
    if verdict.day is not None:
        assert DateEvidence(verdict.source or SEEN, verdict.day) in evidence
    if due is None or verdict.status is UNCERTAIN:
        return
    believable = [e for e in evidence if e.source is not MODIFIED and e.day.year > YEAR]
    seen_late = interval.not_before is not None and interval.not_before >= end_of_day(due)
    if verdict.status is LATE:
        assert seen_late or any(e.day > due for e in believable)
    if verdict.status is ON_TIME:
        seen = interval.not_after is not None and interval.not_after < end_of_day(due)
        assert seen or any(e.day <= due for e in believable)


@given(st.lists(EVIDENCE, max_size=5), DAYS, INTERVALS)
def test_an_impossible_date_more_changes_no_status(
    evidence: list[DateEvidence], due: date, interval: Interval
) -> None:
    before = judge_date(evidence, YEAR, due, interval)
    for source in DateSource:
        more = [stated(date(2020, 5, 1), source), *evidence]
        after = judge_date(more, YEAR, due, interval)
        assert (after.status, after.day, after.flags) == (before.status, before.day, before.flags)
