"""Obligation × publications × runs → status: contract sections 5 and 9."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from monitor.absence import bodies
from monitor.coverage import Sighting, as_of, status_line
from monitor.obligations import end_of_day, obligation
from storage.domain import (
    ColumnRead,
    DateEvidence,
    Obligation,
    Publication,
    RunHealth,
    StatusLine,
    UnresolvedCandidate,
)
from storage.vocab import (
    AgencyKind,
    DatePrecision,
    DateSource,
    Flag,
    ProblemKind,
    Reason,
    RunOutcome,
    Status,
)
from tests.monitor.building import (
    BUREAU,
    COLUMN,
    COUNTY,
    DUE,
    PAGE,
    PARENT_COLUMN,
    TOWN,
    YEAR,
    at,
    body_of,
    column,
    doubtful,
    grouped,
    judged,
    publication,
    run,
    stated,
)

JAN20, FEB1, FEB5 = date(2024, 1, 20), date(2024, 2, 1), date(2024, 2, 5)
OTHER_PAGE = "http://a.example/nb/2.html"
NOW = at(4, 10)
PARTIAL, FAILED = RunOutcome.PARTIAL, RunOutcome.FAILED


# --- published ------------------------------------------------------------------------


def test_on_time() -> None:
    line = judged(NOW, publication(at(2, 3), stated(JAN20)))
    assert (line.status, line.reason, line.late_days, line.flags) == (
        Status.ON_TIME,
        None,
        None,
        (),
    )
    assert line.published is not None
    assert (line.published.day, line.published.source) == (JAN20, DateSource.PAGE)
    assert (line.published.not_before, line.published.not_after) == (None, at(2, 3))
    assert (line.url, line.portal, line.publication) == (PAGE, "p-1", 1)
    assert line.title == "云岭县水务局2023年政府信息公开工作年度报告"
    assert line.checked_at == at(2, 3)


@pytest.mark.parametrize(("day", "late"), [(date(2024, 1, 31), None), (FEB1, 1), (FEB5, 5)])
def test_days_late(day: date, late: int | None) -> None:
    line = judged(NOW, publication(at(2, 6), stated(day)))
    assert line.status is (Status.ON_TIME if late is None else Status.LATE)
    assert line.late_days == late


def test_published_before_the_deadline_is_told_at_once() -> None:
    assert judged(at(1, 25), publication(at(1, 24), stated(JAN20))).status is Status.ON_TIME


@pytest.mark.parametrize(
    ("dates", "runs"),
    [
        ((stated(date(2024, 2, 1), DateSource.URL, DatePrecision.MONTH),), ()),
        ((), (run(at(2, 2)),)),
        ((stated(JAN20),), (run(at(2, 2)),)),
    ],
)
def test_days_late_are_never_made_up(
    dates: tuple[DateEvidence, ...], runs: tuple[RunHealth, ...]
) -> None:
    """A month, an interval, a disproved date: late, and nobody knows by how much."""
    line = judged(NOW, publication(at(2, 6), *dates), *runs)
    assert (line.status, line.late_days) == (Status.LATE, None)


def test_conflict_across_the_deadline() -> None:
    found = publication(at(3, 1), stated(JAN20), stated(FEB5, DateSource.LIST))
    line = judged(NOW, found)
    assert (line.status, line.late_days) == (Status.DATE_UNCERTAIN, None)
    assert line.explanation and "2024-01-20" in line.explanation


def test_a_report_that_is_up_is_never_missing_however_the_runs_went() -> None:
    for health in (run(at(2, 5)), run(at(2, 9), FAILED, columns=(), problems=[ProblemKind.DNS])):
        assert judged(NOW, publication(at(2, 3), stated(JAN20)), health).status is Status.ON_TIME


def test_a_report_of_a_body_without_portal_counts() -> None:
    body = body_of(replace(BUREAU, portal=None))
    handed_in = publication(
        at(2, 3), stated(JAN20, DateSource.MANUAL), manual=True, portal=None, column_url=None
    )
    line = judged(NOW, handed_in, body=body)
    assert (line.status, line.portal) == (Status.ON_TIME, None)


def test_a_report_on_the_parents_portal_counts_and_is_dated_by_its_runs() -> None:
    body = body_of(TOWN, COUNTY)
    there: dict[str, Any] = {"agency": "t-1", "portal": "p-up", "column_url": PARENT_COLUMN}
    line = judged(NOW, publication(at(2, 3), stated(JAN20), **there), body=body)
    assert (line.status, line.portal) == (Status.ON_TIME, "p-up")
    own_runs = judged(NOW, publication(at(2, 8), stated(JAN20), **there), run(at(2, 5)), body=body)
    assert own_runs.flags == (), "its own portal never carried it"
    read = run(at(2, 5), portal="p-up")
    line = judged(NOW, publication(at(2, 8), stated(JAN20), **there), read, body=body)
    assert (line.status, line.flags) == (Status.LATE, (Flag.BACKDATED,))


# --- backdated ------------------------------------------------------------------------

SEEN = at(3, 1)
DISPROOF = run(at(2, 5))


def test_a_healthy_run_of_its_column_that_did_not_see_it_disproves_the_date() -> None:
    line = judged(NOW, DISPROOF, run(at(2, 9)), publication(SEEN, stated(JAN20)))
    assert (line.status, line.flags, line.late_days) == (Status.LATE, (Flag.BACKDATED,), None)
    assert line.published is not None
    assert (line.published.day, line.published.not_before) == (JAN20, at(2, 9))
    assert line.published.not_after == SEEN


@pytest.mark.parametrize(
    ("proof", "found"),
    [
        (run(at(2, 5), PARTIAL), {}),
        (run(at(2, 5), FAILED, columns=()), {}),
        (replace(DISPROOF, finished_at=None), {}),
        (run(at(2, 5), columns=[column(complete=False)]), {}),
        (run(at(2, 5), columns=[column(entries=0)]), {}),
        (run(at(2, 5), columns=[column("http://a.example/zwgk/")]), {}),
        (run(at(2, 5), portal="p-other"), {}),
        # It was listed and could not be read, or an entry was that may have been it.
        (run(at(2, 5), unresolved=[doubtful("a-2", YEAR, url=PAGE)]), {}),
        (run(at(2, 5), unresolved=[doubtful("a-1", YEAR)]), {}),
        (run(at(2, 5), unresolved=[doubtful(None, None)]), {}),
        # Nobody crawled what was handed in, or found it outside of any column.
        (DISPROOF, {"manual": True}),
        (DISPROOF, {"column_url": None}),
        # The run that saw it first.
        (run(SEEN - timedelta(minutes=1)), {}),
    ],
)
def test_what_does_not_disprove_a_date(proof: RunHealth, found: dict[str, Any]) -> None:
    line = judged(NOW, proof, publication(SEEN, stated(JAN20), **found))
    assert (line.status, line.flags) == (Status.ON_TIME, ())
    assert line.published is not None and line.published.not_before is None


def test_first_seen_by_an_unhealthy_run_is_seen_all_the_same() -> None:
    sighted = run(at(1, 30), PARTIAL, columns=[column(complete=False)])
    line = judged(NOW, run(at(1, 28)), sighted, publication(at(1, 30, 9, 2)))
    assert line.status is Status.ON_TIME
    assert line.published is not None
    assert line.published.not_before == at(1, 28)
    assert line.published.not_after == at(1, 30, 9, 2)


@pytest.mark.parametrize(
    ("sighting", "backdated"),
    [
        (Sighting(), True),
        # Something was fetched from the address before: taken for something else then.
        (Sighting(address_known=at(2, 5, 9, 1)), False),
        (Sighting(address_known=at(2, 20)), True),
        # Its older reports were passed over as well: that run did not look for this body.
        (Sighting(body_known=SEEN), False),
        (Sighting(body_known=at(1, 10)), True),
    ],
)
def test_a_run_that_could_not_recognise_it_disproves_nothing(
    sighting: Sighting, backdated: bool
) -> None:
    """The registry may have learned of the body, or of its name, only after that run."""
    found = publication(SEEN, stated(JAN20))
    line = judged(NOW, DISPROOF, found, sightings={1: sighting})
    assert (Flag.BACKDATED in line.flags) is backdated
    assert line.status is (Status.LATE if backdated else Status.ON_TIME)


def test_an_earlier_run_that_could_recognise_it_still_counts() -> None:
    sightings = {1: Sighting(address_known=at(2, 9, 9, 1))}
    line = judged(NOW, DISPROOF, run(at(2, 9)), publication(SEEN), sightings=sightings)
    assert line.published is not None and line.published.not_before == at(2, 5)


# --- several publications ---------------------------------------------------------------


def second(first_seen: datetime, *dates: DateEvidence, **more: Any) -> Publication:
    return publication(first_seen, *dates, **{"id": 2, "url": OTHER_PAGE, **more})


@pytest.mark.parametrize("turned", [False, True])
def test_one_on_time_and_one_late_is_on_time(turned: bool) -> None:
    found = [publication(at(2, 6), stated(FEB5)), second(at(2, 3), stated(JAN20))]
    line = judged(NOW, *(found[::-1] if turned else found))
    assert (line.status, line.url, line.late_days) == (Status.ON_TIME, OTHER_PAGE, None)
    assert line.flags == (Flag.DUPLICATE,)


def test_an_uncertain_one_is_no_ground_to_call_it_late() -> None:
    uncertain = second(at(3, 1), stated(JAN20), stated(FEB5, DateSource.LIST))
    line = judged(NOW, publication(at(2, 6), stated(FEB5)), uncertain)
    assert (line.status, line.late_days) == (Status.DATE_UNCERTAIN, None)


def test_of_two_late_ones_the_earlier_counts() -> None:
    line = judged(
        NOW, publication(at(3, 1), stated(date(2024, 2, 20))), second(at(3, 1), stated(FEB5))
    )
    assert (line.status, line.late_days, line.url) == (Status.LATE, 5, OTHER_PAGE)


def test_the_same_address_twice_is_no_duplicate() -> None:
    for url in (PAGE.replace("http:", "https:"), PAGE + "/"):
        line = judged(
            NOW, publication(at(2, 3), stated(JAN20)), second(at(2, 4), stated(JAN20), url=url)
        )
        assert line.flags == ()


def test_a_file_handed_in_is_no_second_place() -> None:
    copy = second(at(2, 4), stated(JAN20), url="urn:sha256:00#a.pdf", manual=True, column_url=None)
    assert judged(NOW, publication(at(2, 3), stated(JAN20)), copy).flags == ()
    beside = replace(copy, url="http://b.example/a.pdf")
    assert judged(NOW, publication(at(2, 3), stated(JAN20)), beside).flags == (Flag.DUPLICATE,)


# --- withdrawn --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "status"), [(JAN20, Status.ON_TIME), (FEB5, Status.LATE), (None, Status.DATE_UNCERTAIN)]
)
def test_a_withdrawn_report_keeps_the_status_of_its_publication(
    day: date | None, status: Status
) -> None:
    dates = () if day is None else (stated(day),)
    gone = publication(at(2, 6), *dates, gone_at=at(3, 18))
    line = judged(NOW, gone, run(at(3, 18)))
    assert (line.status, line.flags) == (status, (Flag.WITHDRAWN,))
    assert (line.url, line.checked_at) == (PAGE, at(3, 18))


def test_put_up_again_elsewhere_it_is_neither_withdrawn_nor_late() -> None:
    """A portal that moves its pages dates them anew; the duty was fulfilled before."""
    moved = second(at(3, 18), stated(date(2024, 3, 15)))
    line = judged(NOW, publication(at(2, 3), stated(JAN20), gone_at=at(3, 18)), moved)
    assert (line.status, line.late_days, line.flags) == (Status.ON_TIME, None, ())
    assert (line.url, line.publication) == (OTHER_PAGE, 2), "where it can be read now"
    assert line.published is not None and line.published.day == JAN20
    assert PAGE in (line.explanation or "")


def test_all_copies_gone_is_withdrawn() -> None:
    line = judged(
        NOW,
        publication(at(2, 3), stated(JAN20), gone_at=at(3, 18)),
        second(at(2, 6), stated(FEB5), gone_at=at(3, 20)),
    )
    assert (line.status, line.flags) == (Status.ON_TIME, (Flag.WITHDRAWN,))


def test_a_copy_handed_in_before_does_not_hide_the_withdrawal() -> None:
    gone = publication(at(2, 3), stated(JAN20), gone_at=at(3, 18))
    copy = second(at(2, 10), stated(JAN20), manual=True, column_url=None)
    assert judged(NOW, gone, copy).flags == (Flag.WITHDRAWN,)
    later = replace(copy, first_seen=at(3, 20), last_seen=at(3, 20))
    assert judged(NOW, gone, later).flags == ()
    assert judged(NOW, copy).flags == ()


# --- what stands at the address -----------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "flag"),
    [
        ({"versions": 2}, Flag.CHANGED),
        ({"readable": False}, Flag.UNREADABLE),
        ({"image_only": True}, Flag.IMAGE_ONLY),
    ],
)
@pytest.mark.parametrize(("day", "status"), [(JAN20, Status.ON_TIME), (FEB5, Status.LATE)])
def test_flags_leave_the_status_to_the_date(
    more: dict[str, Any], flag: Flag, day: date, status: Status
) -> None:
    line = judged(NOW, publication(at(2, 6), stated(day), **more), run(at(2, 6)))
    assert (line.status, line.flags) == (status, (flag,))


def test_a_picture_is_called_that_and_not_unreadable_too() -> None:
    found = publication(at(2, 6), stated(JAN20), readable=False, image_only=True)
    assert judged(NOW, found).flags == (Flag.IMAGE_ONLY,)


WRONG = [
    ({"content_year": YEAR - 1}, Flag.WRONG_YEAR),
    ({"content_agency": "a-2"}, Flag.WRONG_AGENCY),
    ({"content_agency": "海棠区教育局"}, Flag.WRONG_AGENCY),
]


@pytest.mark.parametrize(("more", "flag"), WRONG)
@pytest.mark.parametrize(
    ("now", "facts", "status", "reason"),
    [
        (at(1, 25), (), Status.NOT_DUE, None),
        (NOW, (run(at(2, 5)),), Status.MISSING, None),
        (NOW, (run(at(1, 20)),), Status.UNKNOWN, Reason.NEVER_CRAWLED),
        (
            NOW,
            (run(at(2, 5), PARTIAL, columns=[column(complete=False)]),),
            Status.UNKNOWN,
            Reason.LIST_INCOMPLETE,
        ),
    ],
)
def test_the_wrong_text_fulfils_nothing_and_is_shown(
    more: dict[str, Any],
    flag: Flag,
    now: datetime,
    facts: tuple[RunHealth, ...],
    status: Status,
    reason: Reason | None,
) -> None:
    line = judged(now, publication(at(1, 22), stated(JAN20), **more), *facts)
    assert (line.status, line.reason) == (status, reason)
    assert (line.url, line.flags, line.publication) == (PAGE, (flag,), 1)
    assert line.published is None


def test_wrong_in_both_ways() -> None:
    line = judged(NOW, publication(at(1, 22), content_year=YEAR - 1, content_agency="a-2"))
    assert line.flags == (Flag.WRONG_YEAR, Flag.WRONG_AGENCY)


@pytest.mark.parametrize("more", [{"content_year": YEAR}, {"content_agency": "a-1"}, {}])
def test_a_text_that_says_nothing_else_counts(more: dict[str, Any]) -> None:
    assert judged(NOW, publication(at(1, 22), stated(JAN20), **more)).status is Status.ON_TIME


def test_a_text_under_the_bodys_former_name_is_its_own() -> None:
    old = replace(BUREAU, id="a-0", name="云岭县水利局")
    body = body_of(replace(BUREAU, predecessor="a-0"), old)
    line = judged(NOW, publication(at(1, 22), stated(JAN20), content_agency="a-0"), body=body)
    assert (line.status, line.flags) == (Status.ON_TIME, ())


def test_the_right_text_beside_the_wrong_one_counts() -> None:
    wrong = publication(at(1, 22), stated(JAN20), content_agency="a-2")
    line = judged(NOW, wrong, second(at(2, 6), stated(FEB5)))
    assert (line.status, line.url, line.flags) == (Status.LATE, OTHER_PAGE, ())


def test_a_wrong_text_that_was_taken_down_is_not_shown() -> None:
    gone = publication(at(1, 22), stated(JAN20), content_agency="a-2", gone_at=at(2, 2))
    line = judged(NOW, gone, run(at(2, 5)))
    assert (line.status, line.url, line.flags) == (Status.MISSING, None, ())


# --- exempt -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "agency",
    [
        replace(BUREAU, kind=AgencyKind.ENTERPRISE),
        replace(BUREAU, valid_from=date(2024, 1, 1)),
        replace(BUREAU, valid_to=date(2024, 1, 30)),
    ],
)
def test_who_owes_nothing_is_exempt_whatever_was_crawled(agency: Any) -> None:
    body = body_of(agency)
    for facts in ((), (run(at(2, 5)),), (run(at(2, 5), FAILED, columns=()),)):
        line = judged(NOW, *facts, body=body)
        assert (line.status, line.due, line.reason, line.flags) == (Status.EXEMPT, None, None, ())
    found = publication(SEEN, stated(JAN20), gone_at=at(3, 18))
    line = judged(NOW, DISPROOF, found, body=body)
    assert (line.status, line.url, line.late_days, line.flags) == (Status.EXEMPT, PAGE, None, ())
    wrong = publication(SEEN, stated(JAN20), content_agency="a-2")
    assert judged(NOW, wrong, body=body).flags == ()


# --- looking back -------------------------------------------------------------------------


def replayed(moment: datetime, *facts: RunHealth | Publication) -> StatusLine:
    body = body_of(BUREAU)
    runs = grouped([f for f in facts if isinstance(f, RunHealth)])
    found = [f for f in facts if isinstance(f, Publication)]
    kept = as_of(body, found, runs, moment)
    return status_line(body, obligation(BUREAU, YEAR, []), kept, runs, moment)


LATE_FOUND = publication(at(4, 2), stated(date(2024, 2, 10)))


@pytest.mark.parametrize(
    ("moment", "facts", "status"),
    [
        # Dated 10 February, found in April.
        (at(1, 20), (LATE_FOUND,), Status.NOT_DUE),
        (at(2, 9, 23, 59), (LATE_FOUND,), Status.UNKNOWN),
        (at(2, 10), (LATE_FOUND,), Status.LATE),
        (at(2, 9), (LATE_FOUND, run(at(2, 5))), Status.MISSING),
        (at(2, 4), (LATE_FOUND, run(at(2, 5))), Status.UNKNOWN),
        (at(2, 11), (LATE_FOUND, run(at(2, 5))), Status.LATE),
        # No date: published when seen.
        (at(2, 9), (publication(at(2, 10)),), Status.UNKNOWN),
        (at(2, 10), (publication(at(2, 10)),), Status.DATE_UNCERTAIN),
        # An impossible date says nothing of the day either.
        (at(1, 20), (publication(at(2, 10), stated(date(2023, 1, 20))),), Status.NOT_DUE),
        # A date that a later run disproved was not true before that run, either.
        (at(2, 4), (DISPROOF, publication(SEEN, stated(JAN20))), Status.UNKNOWN),
        (at(2, 6), (DISPROOF, publication(SEEN, stated(JAN20))), Status.MISSING),
        (SEEN, (DISPROOF, publication(SEEN, stated(JAN20))), Status.LATE),
        # Before the end of the month, a month proves nothing.
        (
            at(1, 20),
            (publication(SEEN, stated(JAN20, DateSource.URL, DatePrecision.MONTH)),),
            Status.NOT_DUE,
        ),
        (
            at(1, 31),
            (publication(SEEN, stated(JAN20, DateSource.URL, DatePrecision.MONTH)),),
            Status.ON_TIME,
        ),
    ],
)
def test_as_of(
    moment: datetime, facts: tuple[RunHealth | Publication, ...], status: Status
) -> None:
    assert replayed(moment, *facts).status is status


def test_as_of_a_moment_in_utc() -> None:
    # 16:00 UTC on the 9th is the beginning of the 10th in Shanghai.
    assert replayed(datetime(2024, 2, 9, 15, 59, tzinfo=UTC), LATE_FOUND).status is Status.UNKNOWN
    assert replayed(datetime(2024, 2, 9, 16, 0, tzinfo=UTC), LATE_FOUND).status is Status.LATE


def test_as_of_before_it_was_withdrawn() -> None:
    gone = publication(at(2, 3), stated(JAN20), gone_at=at(3, 18), last_seen=at(3, 10))
    before = replayed(at(3, 17, 23, 59), gone)
    assert (before.status, before.flags) == (Status.ON_TIME, ())
    assert before.checked_at == at(3, 10)
    assert replayed(at(3, 18), gone).flags == (Flag.WITHDRAWN,)
    assert replayed(at(2, 4), gone).checked_at == at(2, 3), "what was known of it then"


def test_as_of_now_is_now() -> None:
    facts = (DISPROOF, publication(SEEN, stated(JAN20)), second(at(2, 3), stated(FEB1)))
    assert replayed(NOW, *facts) == judged(NOW, *facts)


# --- for all runs and publications -----------------------------------------------------------

MOMENTS = st.datetimes(datetime(2023, 12, 1), datetime(2024, 4, 1)).map(
    lambda m: m.replace(tzinfo=UTC)
)
URLS = st.sampled_from([COLUMN, PARENT_COLUMN, "http://a.example/bm/nb/"])
AGENCIES = st.sampled_from([None, "a-1", "t-1", "a-2"])
YEARS = st.sampled_from([None, YEAR, YEAR - 1])
KINDS = st.sampled_from(ProblemKind)
COLUMNS = st.builds(ColumnRead, URLS, st.just("pager"), st.integers(0, 3), st.booleans())
OPEN = st.builds(UnresolvedCandidate, URLS, st.none(), AGENCIES, YEARS, st.none() | KINDS)


@st.composite
def some_runs(draw: st.DrawFn, moments: st.SearchStrategy[datetime] = MOMENTS) -> list[RunHealth]:
    found = []
    for start in draw(st.lists(moments, max_size=5, unique=True)):
        # Half of them what real runs are like, so that absence is proven now and then.
        usual = draw(st.booleans())
        found.append(
            run(
                start,
                RunOutcome.HEALTHY if usual else draw(st.sampled_from(RunOutcome)),
                portal=draw(st.sampled_from(["p-1", "p-up"])),
                columns=None if usual else draw(st.lists(COLUMNS, max_size=3)),
                problems=[] if usual else draw(st.lists(KINDS, max_size=2)),
                unresolved=draw(st.lists(OPEN, max_size=1)) if draw(st.booleans()) else [],
                minutes=draw(st.integers(0, 100)),
            )
        )
    return found


EVIDENCE = st.builds(
    DateEvidence,
    st.sampled_from(DateSource),
    st.dates(date(2023, 1, 1), date(2024, 4, 1)),
    st.sampled_from(DatePrecision),
)


@st.composite
def some_publication(draw: st.DrawFn, right: bool = False) -> Publication:
    return publication(
        draw(MOMENTS),
        *draw(st.lists(EVIDENCE, max_size=3)),
        id=draw(st.integers(1, 9)),
        url=draw(st.sampled_from([PAGE, OTHER_PAGE, "urn:x"])),
        portal=draw(st.sampled_from(["p-1", "p-up", None])),
        column_url=draw(st.none() | URLS),
        gone_at=draw(st.none() | MOMENTS),
        last_seen=draw(MOMENTS),
        content_agency=None if right else draw(AGENCIES),
        content_year=None if right else draw(YEARS),
        readable=draw(st.booleans()),
        image_only=draw(st.booleans()),
        versions=draw(st.integers(1, 3)),
        manual=draw(st.booleans()),
    )


TOWN_BODY, BUREAU_BODY = body_of(TOWN, COUNTY), body_of(BUREAU)
BODIES = st.sampled_from(
    [BUREAU_BODY, TOWN_BODY, body_of(replace(BUREAU, portal=None)), *bodies([COUNTY])]
)
OWED = st.sampled_from(
    [Obligation("a-1", YEAR, DUE, "依据"), Obligation("a-1", YEAR, None, "依据")]
)


@given(BODIES, OWED, st.lists(some_publication(), max_size=3), some_runs(), MOMENTS)
@settings(max_examples=300)
def test_a_status_is_always_told_and_whole(
    body: Any, owed: Obligation, found: list[Publication], runs: list[RunHealth], now: datetime
) -> None:
    line = status_line(body, owed, found, grouped(runs), now)
    assert (line.reason is not None) == (line.status is Status.UNKNOWN)
    assert (line.status is Status.EXEMPT) == (owed.due is None)
    assert len(set(line.flags)) == len(line.flags)
    if line.status in (Status.ON_TIME, Status.LATE, Status.DATE_UNCERTAIN):
        assert line.url and line.published and line.publication
    if line.late_days is not None:
        assert owed.due is not None and line.published is not None
        assert line.published.day == owed.due + timedelta(days=line.late_days)
        assert line.late_days > 0 and line.status is Status.LATE
        assert Flag.BACKDATED not in line.flags
    if line.status is Status.NOT_DUE:
        assert owed.due is not None and now < end_of_day(owed.due)


AROUND_THE_DEADLINE = st.datetimes(datetime(2024, 1, 30), datetime(2024, 2, 9)).map(
    lambda m: m.replace(tzinfo=UTC)
)


@given(
    st.sampled_from([BUREAU_BODY, TOWN_BODY]),
    st.just([]) | st.lists(some_publication(), max_size=1),
    some_runs(AROUND_THE_DEADLINE),
    AROUND_THE_DEADLINE | st.just(at(4, 1)),
)
@settings(max_examples=500)
def test_missing_implies_its_proof(
    body: Any, found: list[Publication], runs: list[RunHealth], now: datetime
) -> None:
    """Said again from the contract, without the code that judges."""
    line = status_line(body, Obligation("a-1", YEAR, DUE, "依据"), found, grouped(runs), now)
    event(line.status.value)
    if line.status is not Status.MISSING:
        return
    assert now >= end_of_day(DUE)
    for portal in body.portals:
        mine = sorted((r for r in runs if r.portal == portal), key=lambda r: r.started_at)
        mine = [r for r in mine if r.finished_at is not None and r.finished_at <= now]
        proofs = [
            r
            for r in mine
            if r.started_at >= end_of_day(DUE)
            and r.outcome is RunOutcome.HEALTHY
            and r.columns
            and all(c.complete and c.entries for c in r.columns)
        ]
        assert proofs
        last = proofs[-1]
        read = {c.url for c in last.columns}
        for health in mine[mine.index(last) :]:
            assert all(c.complete or c.url in read for c in health.columns)
            for entry in health.unresolved:
                other = entry.agency not in (None, body.agency.id)
                assert other or entry.year not in (None, YEAR)
    for one in found:
        wrong_text = one.content_agency not in (None, body.agency.id)
        assert wrong_text or one.content_year not in (None, YEAR)


@given(
    BODIES, st.lists(some_publication(), max_size=2), some_publication(True), some_runs(), MOMENTS
)
@settings(max_examples=200)
def test_a_report_more_is_never_missing_nor_unknown(
    body: Any,
    found: list[Publication],
    report: Publication,
    runs: list[RunHealth],
    now: datetime,
) -> None:
    line = status_line(body, Obligation("a-1", YEAR, DUE, ""), [*found, report], grouped(runs), now)
    assert line.status in (Status.ON_TIME, Status.LATE, Status.DATE_UNCERTAIN)


@given(st.lists(some_publication(), max_size=2), some_runs(), MOMENTS)
@settings(max_examples=200)
def test_a_failed_run_more_accuses_nobody(
    found: list[Publication], runs: list[RunHealth], now: datetime
) -> None:
    owed = Obligation("a-1", YEAR, DUE, "")
    before = status_line(BUREAU_BODY, owed, found, grouped(runs), now)
    for outcome in (FAILED, PARTIAL):
        more = run(at(2, 20, 3, 7), outcome, columns=(), problems=[ProblemKind.DNS])
        after = status_line(BUREAU_BODY, owed, found, grouped([*runs, more]), now)
        assert after.status is before.status
        assert after.flags == before.flags


@given(st.lists(some_publication(), max_size=3, unique_by=lambda p: p.id), some_runs(), MOMENTS)
@settings(max_examples=200)
def test_looking_back_never_raises_and_never_invents(
    found: list[Publication], runs: list[RunHealth], moment: datetime
) -> None:
    grouped_runs = grouped(runs)
    kept = as_of(BUREAU_BODY, found, grouped_runs, moment)
    assert {p.id for p in kept} <= {p.id for p in found}
    assert all(p.gone_at is None or p.gone_at <= moment for p in kept)
    assert {p.id for p in found if p.first_seen <= moment} <= {p.id for p in kept}
    status_line(BUREAU_BODY, Obligation("a-1", YEAR, DUE, ""), kept, grouped_runs, moment)
