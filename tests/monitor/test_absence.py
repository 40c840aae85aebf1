"""When absence is proven, and what else is said: contract sections 5 and 9, "Coverage"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.absence import Obstacle, bodies, prove_absence
from monitor.obligations import obligation
from storage.domain import ColumnRead, Problem, RunHealth
from storage.session import Database
from storage.vocab import AgencyKind, ProblemKind, Reason, RunOutcome, Status
from tests.monitor.building import (
    BUREAU,
    COLUMN,
    COUNTY,
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
from tests.monitor.test_judge import World

HEALTHY, PARTIAL, FAILED = RunOutcome.HEALTHY, RunOutcome.PARTIAL, RunOutcome.FAILED
NEW_COLUMN = "http://a.example/bm/nb/"
NOW = at(3, 10)


# --- the deadline -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (at(1, 1), Status.NOT_DUE),
        (at(1, 31, 23, 59), Status.NOT_DUE),
        (datetime(2024, 1, 31, 15, 59, 59, tzinfo=UTC), Status.NOT_DUE),
        (datetime(2024, 1, 31, 16, 0, tzinfo=UTC), Status.UNKNOWN),
        (at(2, 1, 0, 0), Status.UNKNOWN),
    ],
)
def test_nothing_is_due_before_the_day_is_over(now: datetime, status: Status) -> None:
    assert judged(now, run(at(1, 20))).status is status


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (at(1, 31, 23, 59), Status.UNKNOWN),
        (at(2, 1, 0, 0), Status.MISSING),
        (datetime(2024, 1, 31, 15, 59, tzinfo=UTC), Status.UNKNOWN),
        (datetime(2024, 1, 31, 16, 0, tzinfo=UTC), Status.MISSING),
    ],
)
def test_only_a_run_that_began_after_the_day_proves_absence(
    start: datetime, status: Status
) -> None:
    line = judged(at(2, 1, 12), run(start))
    assert line.status is status
    assert line.reason is (Reason.NEVER_CRAWLED if status is Status.UNKNOWN else None)
    assert line.checked_at == start + timedelta(minutes=5)


def test_a_run_that_was_not_over_proves_nothing() -> None:
    assert judged(at(2, 5, 9, 4), run(at(2, 5, 9, 0), minutes=5)).status is Status.UNKNOWN
    assert judged(at(2, 5, 9, 5), run(at(2, 5, 9, 0), minutes=5)).status is Status.MISSING
    killed = replace(run(at(2, 5)), finished_at=None)
    assert judged(NOW, killed).status is Status.UNKNOWN


def test_missing_says_what_was_read() -> None:
    proof = run(at(2, 5), columns=[column(), column(NEW_COLUMN, 3)])
    line = judged(NOW, run(at(1, 20)), proof)
    assert (line.status, line.reason) == (Status.MISSING, None)
    assert line.checked_at == proof.finished_at
    assert f"第 {proof.run} 次采集" in (line.explanation or "")
    assert "2 个栏目" in (line.explanation or "")
    assert (line.published, line.url, line.flags, line.late_days) == (None, None, (), None)


# --- every reason -----------------------------------------------------------------


def lost(url: str = COLUMN, message: str = "没有答复") -> ColumnRead:
    return ColumnRead(url, "", 0, False, message)


def trouble(kind: ProblemKind, url: str) -> Problem:
    return Problem(kind, "没有答复", url)


BLOCKED = (ProblemKind.BLOCKED, ProblemKind.CAPTCHA, ProblemKind.ROBOTS)
NETWORK = (
    ProblemKind.DNS,
    ProblemKind.CONNECT,
    ProblemKind.TIMEOUT,
    ProblemKind.TLS,
    ProblemKind.HTTP_5XX,
    ProblemKind.REDIRECT_LOOP,
    ProblemKind.BROWSER,
)

REASONS = [
    *[(run(at(2, 5), FAILED, columns=(), problems=[k]), Reason.BLOCKED) for k in BLOCKED],
    *[
        (run(at(2, 5), FAILED, columns=(), problems=[k]), Reason.UNREACHABLE)
        for k in (*NETWORK, ProblemKind.HTTP_4XX)
    ],
    # A registered column of a portal that does not answer was met, but never opened.
    *[
        (
            run(at(2, 5), FAILED, columns=[lost()], problems=[trouble(kind, COLUMN)]),
            Reason.BLOCKED if kind in BLOCKED else Reason.UNREACHABLE,
        )
        for kind in (*BLOCKED, *NETWORK)
    ],
    *[
        (
            run(at(2, 5), FAILED, columns=[lost()], problems=[trouble(kind, COLUMN)]),
            Reason.COLUMN_NOT_FOUND,
        )
        for kind in (ProblemKind.HTTP_4XX, ProblemKind.SOFT_404)
    ],
    (
        run(at(2, 5), FAILED, columns=(), problems=[ProblemKind.COLUMN_NOT_FOUND]),
        Reason.COLUMN_NOT_FOUND,
    ),
    # The home page answered; a dead link on the way is not what keeps the report away.
    (
        run(
            at(2, 5),
            FAILED,
            columns=(),
            problems=[ProblemKind.HTTP_4XX, ProblemKind.TIMEOUT, ProblemKind.COLUMN_NOT_FOUND],
        ),
        Reason.COLUMN_NOT_FOUND,
    ),
    # A wall on the way may well stand before the column.
    (
        run(
            at(2, 5),
            FAILED,
            columns=(),
            problems=[ProblemKind.COLUMN_NOT_FOUND, ProblemKind.CAPTCHA],
        ),
        Reason.BLOCKED,
    ),
    (run(at(2, 5), FAILED, columns=()), Reason.COLUMN_NOT_FOUND),
    (run(at(2, 5), HEALTHY, columns=()), Reason.COLUMN_NOT_FOUND),
    (
        run(
            at(2, 5),
            PARTIAL,
            columns=[column(complete=False)],
            problems=[trouble(ProblemKind.TIMEOUT, COLUMN + "index_1.html")],
        ),
        Reason.LIST_INCOMPLETE,
    ),
    (
        run(at(2, 5), PARTIAL, columns=[column(), lost(NEW_COLUMN)]),
        Reason.LIST_INCOMPLETE,
    ),
    (
        run(
            at(2, 5),
            PARTIAL,
            columns=[column(), lost(NEW_COLUMN)],
            problems=[
                trouble(ProblemKind.CAPTCHA, NEW_COLUMN),
                trouble(ProblemKind.TIMEOUT, "http://a.example/z.html"),
            ],
        ),
        Reason.BLOCKED,
    ),
    # Walls that stand elsewhere do not explain the column.
    (
        run(
            at(2, 5),
            PARTIAL,
            columns=[column(), lost(NEW_COLUMN)],
            problems=[
                trouble(ProblemKind.TIMEOUT, NEW_COLUMN),
                trouble(ProblemKind.CAPTCHA, "http://a.example/z.html"),
            ],
        ),
        Reason.LIST_INCOMPLETE,
    ),
    (
        run(
            at(2, 5),
            PARTIAL,
            columns=[column(complete=False)],
            problems=[trouble(ProblemKind.CAPTCHA, "http://a.example/z.html")],
        ),
        Reason.LIST_INCOMPLETE,
    ),
    (
        run(
            at(2, 5),
            PARTIAL,
            columns=[column(entries=0)],
            problems=[trouble(ProblemKind.EMPTY_COLUMN, COLUMN)],
        ),
        Reason.EMPTY_COLUMN,
    ),
    (run(at(2, 5), PARTIAL, columns=[column(), column(NEW_COLUMN, 0)]), Reason.EMPTY_COLUMN),
    # Fewer reports than the registry demands.
    (
        run(at(2, 5), PARTIAL, problems=[ProblemKind.TIMEOUT, ProblemKind.LIST_INCOMPLETE]),
        Reason.LIST_INCOMPLETE,
    ),
    (run(at(2, 5), PARTIAL, problems=[ProblemKind.BLOCKED]), Reason.BLOCKED),
    (run(at(2, 5), PARTIAL, problems=[ProblemKind.TIMEOUT]), Reason.UNREACHABLE),
    (run(at(2, 5), PARTIAL), Reason.LIST_INCOMPLETE),
]


@pytest.mark.parametrize(("health", "reason"), REASONS)
def test_a_run_that_read_less_than_everything(health: RunHealth, reason: Reason) -> None:
    line = judged(NOW, health)
    assert (line.status, line.reason) == (Status.UNKNOWN, reason)
    assert f"第 {health.run} 次采集" in (line.explanation or "")
    assert line.checked_at == health.finished_at


def test_every_reason_is_reached() -> None:
    assert {reason for _, reason in REASONS} | {Reason.NEVER_CRAWLED} == set(Reason)


def test_never_crawled() -> None:
    line = judged(NOW)
    assert (line.status, line.reason, line.checked_at) == (
        Status.UNKNOWN,
        Reason.NEVER_CRAWLED,
        None,
    )
    assert judged(NOW, run(at(2, 5), portal="p-other")).reason is Reason.NEVER_CRAWLED


def test_not_crawled_since_the_deadline() -> None:
    assert judged(NOW, run(at(1, 20))).reason is Reason.NEVER_CRAWLED
    walled = run(at(1, 20), FAILED, columns=(), problems=[ProblemKind.CAPTCHA])
    assert judged(NOW, walled).reason is Reason.BLOCKED, "what kept it away the last time"
    assert judged(NOW, walled, run(at(1, 28))).reason is Reason.NEVER_CRAWLED


def test_a_healthy_run_is_not_taken_at_its_word() -> None:
    """The outcome says healthy; the columns say otherwise."""
    for columns in ([column(complete=False)], [column(entries=0)], [column(), lost(NEW_COLUMN)]):
        assert judged(NOW, run(at(2, 5), columns=columns)).status is Status.UNKNOWN


def test_the_reason_is_that_of_the_last_run() -> None:
    walled = run(at(2, 5), FAILED, columns=(), problems=[ProblemKind.CAPTCHA])
    down = run(at(2, 9), FAILED, columns=(), problems=[ProblemKind.DNS])
    assert judged(NOW, walled, down).reason is Reason.UNREACHABLE
    assert judged(at(2, 6), walled, down).reason is Reason.BLOCKED


# --- entries that could be it -------------------------------------------------------


@pytest.mark.parametrize(
    ("agency", "year", "open_"),
    [
        (None, None, True),
        ("a-1", None, True),
        (None, YEAR, True),
        ("a-1", YEAR, True),
        ("a-2", YEAR, False),
        ("a-2", None, False),
        ("a-1", YEAR - 1, False),
        (None, YEAR + 1, False),
    ],
)
def test_an_entry_that_could_be_the_report_stands_in_the_way(
    agency: str | None, year: int | None, open_: bool
) -> None:
    line = judged(NOW, run(at(2, 5), unresolved=[doubtful(agency, year)]))
    assert line.status is (Status.UNKNOWN if open_ else Status.MISSING)
    assert line.reason is (Reason.LIST_INCOMPLETE if open_ else None)
    if open_:
        assert "年度报告" in (line.explanation or "")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (None, Reason.LIST_INCOMPLETE),
        (ProblemKind.CAPTCHA, Reason.BLOCKED),
        (ProblemKind.ROBOTS, Reason.BLOCKED),
        (ProblemKind.TIMEOUT, Reason.UNREACHABLE),
        (ProblemKind.HTTP_4XX, Reason.UNREACHABLE),
        (ProblemKind.TOO_LARGE, Reason.LIST_INCOMPLETE),
    ],
)
def test_the_reason_tells_why_the_entry_is_open(kind: ProblemKind | None, reason: Reason) -> None:
    line = judged(NOW, run(at(2, 5), unresolved=[doubtful("a-1", YEAR, kind)]))
    assert line.reason is reason


def test_an_entry_under_a_former_or_a_later_name_may_be_it() -> None:
    old = replace(BUREAU, id="a-0", name="云岭县水利局")
    new = replace(BUREAU, predecessor="a-0")
    for body, other in ((body_of(new, old), "a-0"), (body_of(old, new), "a-1")):
        health = run(at(2, 5), unresolved=[doubtful(other, YEAR)])
        assert judged(NOW, health, body=body).status is Status.UNKNOWN


# --- several runs -------------------------------------------------------------------


@pytest.mark.parametrize(
    "later",
    [
        run(at(2, 9), FAILED, columns=(), problems=[ProblemKind.DNS]),
        run(at(2, 9), FAILED, columns=[lost()], problems=[trouble(ProblemKind.DNS, COLUMN)]),
        run(at(2, 9), PARTIAL, columns=[column(complete=False)]),
        run(at(2, 9), PARTIAL, columns=[column(entries=0)]),
        run(at(2, 9), PARTIAL, columns=[lost(COLUMN + "index.html")]),
        run(at(2, 9), PARTIAL, columns=[column(), column(NEW_COLUMN)]),
        run(at(2, 9), PARTIAL, columns=[column()], unresolved=[doubtful("a-2", YEAR)]),
    ],
)
def test_a_later_unhealthy_run_leaves_the_proof(later: RunHealth) -> None:
    proof = run(at(2, 5))
    line = judged(NOW, proof, later)
    assert (line.status, line.checked_at) == (Status.MISSING, proof.finished_at)


@pytest.mark.parametrize("outcome", list(RunOutcome))
@pytest.mark.parametrize(
    "met",
    [
        {"columns": [column(), lost(NEW_COLUMN)]},
        {"columns": [column(), column(NEW_COLUMN, 4, complete=False)]},
        {"unresolved": [doubtful("a-1", YEAR)]},
        {"unresolved": [doubtful(None, None, ProblemKind.TIMEOUT)]},
    ],
)
def test_what_a_later_run_met_and_could_not_read_takes_the_proof_away(
    outcome: RunOutcome, met: dict[str, list]
) -> None:
    """The report may have come since, in the new column or as the new entry."""
    line = judged(NOW, run(at(2, 5)), run(at(2, 9), outcome, **met))
    assert line.status is Status.UNKNOWN
    again = [column(), column(NEW_COLUMN)]
    assert judged(NOW, run(at(2, 5)), run(at(2, 9), outcome, **met), run(at(2, 12), columns=again))\
        .status is Status.MISSING  # fmt: skip


def test_a_failure_after_that_does_not_restore_the_proof() -> None:
    met = run(at(2, 9), PARTIAL, columns=[column(), lost(NEW_COLUMN)])
    down = run(at(2, 12), FAILED, columns=(), problems=[ProblemKind.DNS])
    line = judged(NOW, run(at(2, 5)), met, down)
    assert (line.status, line.reason) == (Status.UNKNOWN, Reason.UNREACHABLE)


def test_a_run_that_passes_over_a_column_just_met_proves_nothing_yet() -> None:
    """Known columns are read again; one that was met once and not read may be forgotten."""
    met = run(at(2, 5), PARTIAL, columns=[column(), lost(NEW_COLUMN)])
    blind, clean = run(at(2, 9)), run(at(2, 16))
    line = judged(NOW, met, blind)
    assert (line.status, line.reason) == (Status.UNKNOWN, Reason.LIST_INCOMPLETE)
    assert NEW_COLUMN in (line.explanation or "")
    # Not met again by two healthy runs: it is not there any more.
    assert judged(NOW, met, blind, clean).status is Status.MISSING
    assert judged(NOW, met, run(at(2, 9), columns=[column(), column(NEW_COLUMN)])).status is (
        Status.MISSING
    )


def test_the_newest_proof_counts() -> None:
    line = judged(NOW, run(at(2, 5)), run(at(2, 9)))
    assert line.checked_at == at(2, 9, 9, 5)


# --- whose absence a column proves ------------------------------------------------------

OWN = "http://a.example/slj/nb/"


@pytest.mark.parametrize(
    ("columns", "covered"),
    [
        # Its own, or a common one where nobody is known to have one of his own.
        ([column(OWN, agency="a-1")], True),
        ([column(OWN, agency="a-1"), column(NEW_COLUMN, agency="a-2")], True),
        ([column()], True),
        ([column(bodies=("a-2",)), column(NEW_COLUMN)], True),
        # It stood there in an earlier year.
        ([column(bodies=("a-1",)), column(NEW_COLUMN, agency="a-2")], True),
        ([column(NEW_COLUMN, agency="a-2", bodies=("a-1", "a-2"))], True),
        # Others have their own columns: a common one must be shared to be one.
        ([column(bodies=("a-3", "a-4")), column(NEW_COLUMN, agency="a-2")], True),
        ([column(bodies=("g-1",)), column(NEW_COLUMN, agency="a-2")], False),
        ([column(), column(NEW_COLUMN, agency="a-2")], False),
        ([column(NEW_COLUMN, agency="a-2", bodies=("a-2",))], False),
    ],
)
def test_the_columns_must_be_those_of_the_body(columns: list[ColumnRead], covered: bool) -> None:
    line = judged(NOW, run(at(2, 5), columns=columns))
    assert line.status is (Status.MISSING if covered else Status.UNKNOWN)
    assert line.reason is (None if covered else Reason.COLUMN_NOT_FOUND)


@pytest.mark.parametrize(
    ("listed", "others", "covered"),
    [
        (("g-1",), 2, False),
        (("g-1", "o-1"), 2, False),
        (("g-1", "o-1"), 1, True),
        (("g-1", "d-0"), 2, True),
        (("g-1", "a-1"), 2, True),
        ((), 2, True),
    ],
)
def test_a_column_of_the_government_alone_is_not_that_of_its_departments(
    listed: tuple[str, ...], others: int, covered: bool
) -> None:
    """``others``: further departments on the portal; none of them ever stood in the column."""
    here = replace(COUNTY, portal="p-1")
    office = replace(BUREAU, id="o-1", kind=AgencyKind.OFFICE)
    more = [replace(BUREAU, id=f"d-{n}") for n in range(others)]
    body = body_of(BUREAU, here, office, *more)
    line = judged(NOW, run(at(2, 5), columns=[column(bodies=listed)]), body=body)
    assert line.status is (Status.MISSING if covered else Status.UNKNOWN)
    assert line.reason is (None if covered else Reason.COLUMN_NOT_FOUND)
    # The office's own report would stand there.
    the_office = body_of(office, here, BUREAU, *more)
    health = run(at(2, 5), columns=[column(bodies=("g-1",))])
    assert judged(NOW, health, body=the_office).status is Status.MISSING


@pytest.mark.parametrize(
    ("listed", "towns", "covered"),
    [
        (("d-0", "d-1"), 1, True),
        (("d-0", "d-1"), 2, False),
        (("d-0", "d-1", "t-0"), 2, True),
        (("d-0", "d-1", "t-0"), 4, False),
        (("d-0", "t-0", "t-1"), 4, True),
        (("d-0", "t-2"), 4, True),
    ],
)
def test_a_column_of_departments_is_not_that_of_the_towns(
    listed: tuple[str, ...], towns: int, covered: bool
) -> None:
    """``towns``: on the portal; t-2 is the one that is looked for."""
    departments = [replace(BUREAU, id=f"d-{n}") for n in range(3)]
    others = [replace(TOWN, id=f"t-{n}", portal="p-1", parent=None) for n in (2, 0, 1, 3)[:towns]]
    body = body_of(others[0], *departments, *others[1:])
    line = judged(NOW, run(at(2, 5), columns=[column(bodies=listed)]), body=body)
    assert line.status is (Status.MISSING if covered else Status.UNKNOWN)
    assert covered or "乡镇、街道" in (line.explanation or "")


@pytest.mark.parametrize(
    ("listed", "peers", "covered"),
    [(3, 6, False), (4, 6, True), (6, 9, False), (7, 9, True), (7, 10, True), (2, 4, True)],
)
def test_a_column_that_never_had_many_of_its_peers_is_a_part(
    listed: int, peers: int, covered: bool
) -> None:
    """Three or more that never stood anywhere, a third of all, have a place of their own; whoever
    stood in the column before is missing all the same."""
    others = [replace(BUREAU, id=f"d-{n}") for n in range(peers - 1)]
    there = column(bodies=tuple(o.id for o in others[:listed]))
    line = judged(NOW, run(at(2, 5), columns=[there]), body=body_of(BUREAU, *others))
    assert line.status is (Status.MISSING if covered else Status.UNKNOWN)
    assert line.reason is (None if covered else Reason.COLUMN_NOT_FOUND)
    before = replace(there, bodies=(*there.bodies, "a-1"))
    line = judged(NOW, run(at(2, 5), columns=[before]), body=body_of(BUREAU, *others))
    assert line.status is Status.MISSING


def test_a_column_under_a_former_name_is_its_own() -> None:
    old = replace(BUREAU, id="a-0")
    new = body_of(replace(BUREAU, predecessor="a-0"), old)
    health = run(at(2, 5), columns=[column(OWN, agency="a-0"), column(NEW_COLUMN, agency="a-2")])
    assert judged(NOW, health, body=new).status is Status.MISSING


def test_covered_on_one_of_its_portals_is_enough() -> None:
    elsewhere = run(at(2, 5), columns=[column(NEW_COLUMN, agency="a-2")])
    upper = run(at(2, 5), portal="p-up", columns=[column(PARENT_COLUMN, bodies=("t-1",))])
    town = body_of(TOWN, COUNTY)
    assert judged(NOW, elsewhere, upper, body=town).status is Status.MISSING
    assert judged(NOW, elsewhere, run(at(2, 5), portal="p-up", columns=[column(agency="g-1")]),
                  body=town).reason is Reason.COLUMN_NOT_FOUND  # fmt: skip


def test_where_a_whole_portal_falls_silent_nobody_is_missing() -> None:
    line = judged(NOW, run(at(2, 5)), silent={"p-1"})
    assert (line.status, line.reason) == (Status.UNKNOWN, Reason.LIST_INCOMPLETE)
    assert judged(NOW, run(at(2, 5)), silent={"p-other"}).status is Status.MISSING
    found = publication(at(2, 6), stated(date(2024, 1, 20)))
    assert judged(NOW, found, silent={"p-1"}).status is Status.ON_TIME


# --- where a report may stand ---------------------------------------------------------


def test_a_body_without_portal_is_never_missing() -> None:
    nowhere = replace(BUREAU, portal=None, parent="g-1")
    line = judged(NOW, run(at(2, 5), portal="p-up"), body=body_of(nowhere, COUNTY))
    assert (line.status, line.reason) == (Status.UNKNOWN, Reason.NEVER_CRAWLED)
    assert "门户" in (line.explanation or "")


@pytest.mark.parametrize(
    ("facts", "status", "reason"),
    [
        ((run(at(2, 5)),), Status.UNKNOWN, Reason.NEVER_CRAWLED),
        ((run(at(2, 5), portal="p-up"),), Status.UNKNOWN, Reason.NEVER_CRAWLED),
        ((run(at(2, 5)), run(at(1, 30), portal="p-up")), Status.UNKNOWN, Reason.NEVER_CRAWLED),
        ((run(at(2, 5)), run(at(2, 6), portal="p-up")), Status.MISSING, None),
        (
            (
                run(at(2, 5)),
                run(at(2, 6), FAILED, portal="p-up", columns=(), problems=[ProblemKind.BLOCKED]),
            ),
            Status.UNKNOWN,
            Reason.BLOCKED,
        ),
        (
            (run(at(2, 5)), run(at(2, 6), portal="p-up", unresolved=[doubtful("t-1")])),
            Status.UNKNOWN,
            Reason.LIST_INCOMPLETE,
        ),
    ],
)
def test_the_parents_portal_must_have_been_read_too(
    facts: tuple[RunHealth, ...], status: Status, reason: Reason | None
) -> None:
    line = judged(NOW, *facts, body=body_of(TOWN, COUNTY))
    assert (line.status, line.reason, line.portal) == (status, reason, "p-1")
    if status is Status.MISSING:
        assert line.checked_at == facts[0].finished_at, "evidence is looked up at its own portal"


def test_the_obstacle_names_the_parents_portal() -> None:
    line = judged(NOW, run(at(2, 5)), body=body_of(TOWN, COUNTY))
    assert "p-up" in (line.explanation or "")


def test_portals_and_kin_of_the_registry() -> None:
    agencies = [
        COUNTY,
        TOWN,
        BUREAU,
        replace(BUREAU, id="same", parent="g-1", portal="p-up"),
        replace(BUREAU, id="lost", parent="nobody"),
        replace(BUREAU, id="next", predecessor="a-1"),
    ]
    found = {b.agency.id: b for b in bodies(agencies)}
    assert list(found) == [a.id for a in agencies]
    assert found["t-1"].portals == ("p-1", "p-up")
    assert found["same"].portals == ("p-up",)
    assert found["lost"].portals == ("p-1",)
    assert found["a-1"].kin == {"a-1", "next"} == found["next"].kin
    assert found["t-1"].kin == {"t-1"}


def test_the_proof_is_one_run_for_each_portal() -> None:
    body = body_of(TOWN, COUNTY)
    owed = obligation(TOWN, YEAR, [])
    own, upper = run(at(2, 5)), run(at(2, 6), portal="p-up", columns=[column(PARENT_COLUMN)])
    assert prove_absence(body, owed, grouped([own, upper])) == (own, upper)
    assert isinstance(prove_absence(body, owed, grouped([own])), Obstacle)


def test_a_local_date_moves_the_moment_from_which_runs_prove() -> None:
    owed = replace(obligation(BUREAU, YEAR, []), due=date(2024, 1, 20))
    assert judged(NOW, run(at(1, 21)), owed=owed).status is Status.MISSING
    assert judged(NOW, run(at(1, 20)), owed=owed).status is Status.UNKNOWN


# --- reports that stood in no column ------------------------------------------------


def test_who_published_outside_the_columns_is_not_missing_in_them() -> None:
    owed, runs = obligation(BUREAU, YEAR, []), grouped([run(at(2, 5))])
    body = body_of(BUREAU)
    found = prove_absence(body, owed, runs, outside={"a-1"})
    assert isinstance(found, Obstacle)
    assert found.reason is Reason.COLUMN_NOT_FOUND
    assert not isinstance(prove_absence(body, owed, runs, outside={"a-2"}), Obstacle)


@pytest.mark.parametrize(
    ("reports", "status"),
    [
        # (year, column) of what was found of the body in other years
        ([(2022, None)], Status.UNKNOWN),
        ([(2024, None)], Status.UNKNOWN),
        ([(2022, COLUMN)], Status.MISSING),
        ([(2022, None), (2022, COLUMN)], Status.MISSING),
        ([(2022, COLUMN), (2021, None)], Status.MISSING),
        ([(2022, None), (2021, COLUMN)], Status.UNKNOWN),
    ],
)
def test_where_the_reports_of_the_years_beside_stood(
    database: Database, reports: list[tuple[int, str | None]], status: Status
) -> None:
    world = World(database)
    for year, column_url in reports:
        url = f"{PAGE}?{year}{bool(column_url)}"
        world.found(at(2, 5), year=year, url=url, column_url=column_url, content_year=year)
    world.crawled(at(2, 5))
    world.judge(NOW)
    assert world.line().status is status


def test_what_was_handed_in_says_nothing_of_where_a_body_publishes(
    sqlite_database: Database,
) -> None:
    world = World(sqlite_database)
    world.found(at(2, 5), year=2022, url="file:1", column_url=None, manual=True, content_year=2022)
    world.crawled(at(2, 5))
    world.judge(NOW)
    assert world.line().status is Status.MISSING
