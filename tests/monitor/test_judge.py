"""The judge on real databases: what is stored becomes statuses, findings and alerts, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from monitor.deadline_findings import STATUS_RULES
from monitor.judge import JudgeSummary, default_years, judge
from monitor.statuses import live_statuses
from storage import repositories as repo
from storage.domain import (
    AnnualReport,
    Capture,
    ColumnRead,
    DateEvidence,
    DeadlineOverride,
    Finding,
    ParseFailure,
    Portal,
    StatusLine,
)
from storage.models import AlertRow, FindingRow, OutboxRow, StatusRow
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import (
    AgencyKind,
    FindingState,
    Flag,
    ParseErrorCode,
    Reason,
    RunOutcome,
    Severity,
    Status,
)
from tests.monitor.building import (
    BUREAU,
    COLUMN,
    COUNTY,
    PAGE,
    PARENT_COLUMN,
    TOWN,
    YEAR,
    at,
    column,
    doubtful,
    stated,
)
from tests.monitor.rules.builders import changed, compliant

AGENCIES = (
    BUREAU,
    replace(BUREAU, id="a-2", name="云岭县林业局"),
    COUNTY,
    TOWN,
    replace(BUREAU, id="z-1", name="云岭县供水公司", kind=AgencyKind.ENTERPRISE),
)
PORTALS = (Portal("p-1", "http://a.example/"), Portal("p-up", "http://up.example/"))
JAN20, JAN30, FEB5 = date(2024, 1, 20), date(2024, 1, 30), date(2024, 2, 5)
LONG_AGO = date(2023, 1, 20)


OF_STATUS = {info.code for info in STATUS_RULES}


class World:
    """A database with a registry, to which crawls and reports are added."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.register(AGENCIES)

    def register(self, agencies: Sequence[Any]) -> None:
        with self.database.session() as s:
            import_registry(s, RegistryData(tuple(agencies), PORTALS, ()))

    def crawled(
        self,
        start: datetime,
        outcome: RunOutcome = RunOutcome.HEALTHY,
        *,
        portals: Sequence[str] = ("p-1", "p-up"),
        columns: Sequence[ColumnRead] | None = None,
        unresolved: Sequence[Any] = (),
    ) -> None:
        usual = {"p-1": column(COLUMN), "p-up": column(PARENT_COLUMN)}
        with self.database.session() as s:
            for portal in portals:
                repo.finish_run(
                    s,
                    repo.start_run(s, portal, start),
                    now=start + timedelta(minutes=5),
                    outcome=outcome,
                    columns=[usual[portal]] if columns is None else columns,
                    problems=(),
                    unresolved=unresolved,
                    candidates=0,
                    reports_new=0,
                    reports_changed=0,
                    reports_gone=0,
                    requests=1,
                    bytes_=1,
                    seconds=1.0,
                )

    def found(
        self,
        now: datetime,
        *dates: DateEvidence,
        result: AnnualReport | ParseFailure | None = None,
        **more: Any,
    ) -> int:
        """Store a report as a crawl does; the publication's id."""
        values = {
            "agency": "a-1",
            "year": YEAR,
            "url": PAGE,
            "portal": "p-1",
            "column_url": COLUMN,
            "title": "2023年政府信息公开工作年度报告",
            "manual": False,
            "content_agency": "a-1",
            "content_year": YEAR,
            "capture": None,
            "run": None,
            **more,
        }
        with self.database.session() as s:
            saved = repo.save_report(
                s, dates=dates, result=result or compliant(), now=now, **values
            )
            return saved.publication

    def gone(self, publication: int, now: datetime) -> None:
        with self.database.session() as s:
            assert repo.mark_gone(s, publication, now)

    def fetched(self, url: str, now: datetime, status: int = 200) -> None:
        capture = Capture(url, now, status, "text/html", "sha256:00", 9, "a.warc.gz", 0)
        with self.database.session() as s:
            repo.save_capture(s, None, capture)

    def judge(self, now: datetime, *years: int) -> JudgeSummary:
        return judge(self.database, now=now, years=years or [YEAR])

    def lines(self, year: int = YEAR) -> dict[str, StatusLine]:
        with self.database.session(write=False) as s:
            return {line.agency: line for line in repo.statuses(s, year)}

    def line(self, agency: str = "a-1") -> StatusLine:
        return self.lines()[agency]

    def findings(self, agency: str = "a-1", *, everything: bool = False) -> list[Finding]:
        states = None if everything else (FindingState.OPEN, FindingState.ACKNOWLEDGED)
        with self.database.session(write=False) as s:
            return repo.findings(s, year=YEAR, agency=agency, states=states)

    def rules(self, agency: str = "a-1") -> dict[str, Severity]:
        """Open findings that follow from the status; what the text gives is tested elsewhere."""
        return {f.rule: f.severity for f in self.findings(agency) if f.rule in OF_STATUS}

    def alerts(self) -> list[tuple[str, str, str]]:
        with self.database.session(write=False) as s:
            rows = s.scalars(select(AlertRow).order_by(AlertRow.id))
            return [(str(a.kind), str(a.agency), str(a.state)) for a in rows]

    def everything(self) -> list[Any]:
        """What the judge writes, without the moment of judging."""
        with self.database.session(write=False) as s:
            return [
                *repo.obligations(s),
                *((r.agency, r.status, r.since, r.line) for r in s.scalars(select(StatusRow))),
                *repo.findings(s),
                *((a.key, a.state, a.body) for a in s.scalars(select(AlertRow))),
                *((m.event, m.title) for m in s.scalars(select(OutboxRow))),
            ]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def small(sqlite_database: Database) -> World:
    """The same on SQLite only, where the kind of database does not matter."""
    return World(sqlite_database)


# --- statuses, findings, alerts ---------------------------------------------------


def test_a_year_of_judging(world: World) -> None:
    world.crawled(at(1, 28))
    world.judge(at(1, 28, 10))
    assert {a: x.status for a, x in world.lines().items()} == {
        "a-1": Status.NOT_DUE,
        "a-2": Status.NOT_DUE,
        "g-1": Status.NOT_DUE,
        "t-1": Status.NOT_DUE,
        "z-1": Status.EXEMPT,
    }
    assert world.alerts() == [] and world.rules() == {}

    # The deadline passes; nobody has looked since.
    world.judge(at(2, 1, 0, 0))
    assert world.line().status is Status.UNKNOWN
    assert world.line().reason is Reason.NEVER_CRAWLED
    assert world.alerts() == [] and world.rules() == {}

    world.crawled(at(2, 2))
    world.found(at(2, 2), stated(JAN30), agency="a-2", url=PAGE + "?2", content_agency="a-2")
    summary = world.judge(at(2, 2, 10))
    assert summary.statuses == {"missing": 2, "on_time": 1, "not_due": 1, "exempt": 1}
    assert summary.alerts == 2
    assert world.rules("a-1") == {"D-MISSING": Severity.ERROR}
    assert world.rules("t-1") == {"D-MISSING": Severity.WARNING}
    assert world.rules("a-2") == world.rules("g-1") == world.rules("z-1") == {}
    assert world.alerts() == [("missing", "a-1", "firing"), ("missing", "t-1", "firing")]

    # It turns up late.
    world.found(at(2, 6), stated(FEB5))
    world.judge(at(2, 6, 10))
    assert (world.line().status, world.line().late_days) == (Status.LATE, 5)
    assert world.rules() == {"D-LATE": Severity.ERROR}
    resolved = [f.rule for f in world.findings(everything=True) if f.state == "resolved"]
    assert resolved == ["D-MISSING"]
    assert world.alerts() == [
        ("missing", "a-1", "resolved"),
        ("missing", "t-1", "firing"),
        ("late", "a-1", "firing"),
    ]


def test_judging_again_changes_nothing(world: World) -> None:
    world.crawled(at(2, 2))
    world.found(at(2, 6), stated(FEB5), result=changed(compliant(), {"table3.granted.total": 14}))
    world.found(at(2, 6), agency="a-2", url=PAGE + "?2", content_agency="a-1")
    world.judge(at(2, 7))
    before = world.everything()
    with world.database.session(write=False) as s:
        first_seen = {f.id: (f.first_seen, f.state) for f in s.scalars(select(FindingRow))}
    summary = world.judge(at(2, 8))
    assert (summary.changed, summary.alerts) == (0, 0)
    assert world.everything() == before
    with world.database.session(write=False) as s:
        assert {f.id: (f.first_seen, f.state) for f in s.scalars(select(FindingRow))} == first_seen
    assert (
        world.judge(at(2, 8)).findings
        == summary.findings
        == len([f for a in AGENCIES for f in world.findings(a.id)])
    )


def test_findings_of_status_and_text_stand_beside_each_other(world: World) -> None:
    world.crawled(at(2, 2))
    world.found(at(2, 6), stated(FEB5), result=changed(compliant(), {"table3.granted.total": 14}))
    world.judge(at(2, 7))
    assert {"D-LATE", "T3-ROW"} <= {f.rule for f in world.findings()}
    for finding in world.findings():
        assert finding.url == PAGE and finding.basis and finding.first_seen == at(2, 7)


def test_a_withdrawn_report_keeps_its_status_and_alerts_once(world: World) -> None:
    found = world.found(at(1, 22), stated(JAN20))
    world.judge(at(1, 22, 10))
    world.crawled(at(3, 18))
    world.gone(found, at(3, 18))
    for hour in (10, 11):
        world.judge(at(3, 18, hour))
    assert world.line().status is Status.ON_TIME
    assert world.line().flags == (Flag.WITHDRAWN,)
    assert world.rules() == {"D-WITHDRAWN": Severity.ERROR}
    assert [a for a in world.alerts() if a[1] == "a-1"] == [("withdrawn", "a-1", "firing")]
    # Put up again.
    world.found(at(3, 20), stated(JAN20))
    world.judge(at(3, 20, 10))
    assert world.line().flags == () and world.rules() == {}
    assert [a for a in world.alerts() if a[1] == "a-1"] == [("withdrawn", "a-1", "resolved")]


def test_changed_after_publication(world: World) -> None:
    world.found(at(1, 22), stated(JAN20))
    edited = changed(
        compliant(), {"sections.s6_other": "本年度没有其他需要报告的事项，未收取信息处理费。"}
    )
    world.found(at(3, 5), stated(JAN20), result=edited)
    world.judge(at(3, 5, 10))
    assert (world.line().status, world.line().flags) == (Status.ON_TIME, (Flag.CHANGED,))
    assert world.rules() == {"D-CHANGED": Severity.WARNING}


def test_unreadable_is_published(world: World) -> None:
    failure = ParseFailure(ParseErrorCode.UNREADABLE, "文件损坏")
    world.found(at(1, 22), stated(JAN20), result=failure, content_agency=None, content_year=None)
    world.judge(at(2, 10))
    assert (world.line().status, world.line().flags) == (Status.ON_TIME, (Flag.UNREADABLE,))
    assert world.findings() == []


@pytest.mark.parametrize("crawl_too", [True, False])
def test_the_wrong_report_is_not_checked_as_the_bodys_own(world: World, crawl_too: bool) -> None:
    if crawl_too:
        world.crawled(at(2, 2))
    wrong = changed(compliant(), {"table3.granted.total": 14})
    world.found(at(1, 22), stated(JAN20), result=wrong, content_agency="a-2")
    world.judge(at(1, 25))
    assert (world.line().status, set(world.rules())) == (Status.NOT_DUE, {"M-AGENCY"})
    assert [f.rule for f in world.findings()] == ["M-AGENCY"], "nothing of the stranger's text"
    world.judge(at(2, 10))
    line = world.line()
    assert line.status is (Status.MISSING if crawl_too else Status.UNKNOWN)
    assert (line.url, line.flags) == (PAGE, (Flag.WRONG_AGENCY,))
    assert set(world.rules()) == ({"D-MISSING", "M-AGENCY"} if crawl_too else {"M-AGENCY"})


def test_a_dismissed_absence_does_not_come_back_with_the_next_crawl(world: World) -> None:
    world.crawled(at(2, 2))
    world.judge(at(2, 2, 10))
    with world.database.session() as s:
        for row in s.scalars(select(FindingRow).where(FindingRow.agency == "a-1")):
            row.state = FindingState.DISMISSED
    world.crawled(at(2, 9))
    world.judge(at(2, 9, 10))
    (finding,) = world.findings(everything=True)
    assert (finding.rule, finding.state) == ("D-MISSING", FindingState.DISMISSED)
    assert "2024-02-09" in finding.message


def test_proof_lost_is_no_finding_any_more(world: World) -> None:
    world.crawled(at(2, 2))
    world.judge(at(2, 2, 10))
    lost = ColumnRead("http://a.example/bm/", "", 0, False)
    world.crawled(at(2, 9), RunOutcome.PARTIAL, portals=["p-1"], columns=[column(), lost])
    world.judge(at(2, 9, 10))
    assert world.line().status is Status.UNKNOWN
    assert world.findings() == []
    assert world.alerts()[0] == ("missing", "a-1", "firing"), "unknown answers nothing"


def test_the_parents_portal_is_part_of_the_proof(world: World) -> None:
    world.crawled(at(2, 2), portals=["p-1"])
    world.judge(at(2, 2, 10))
    assert world.line("a-1").status is Status.MISSING
    assert world.line("t-1").status is Status.UNKNOWN
    world.crawled(at(2, 3), portals=["p-up"])
    world.judge(at(2, 3, 10))
    assert world.line("t-1").status is Status.MISSING


def test_a_local_date_missed_and_then_that_of_the_law(world: World) -> None:
    with world.database.session() as s:
        dates = (DeadlineOverride("01-20", "某市通知"),)
        import_registry(s, RegistryData(AGENCIES, PORTALS, dates))
    world.crawled(at(1, 21))
    world.judge(at(1, 21, 10))
    assert world.rules() == {"D-MISSING": Severity.WARNING}
    # Both dates have passed, the proof is still the one from between them.
    world.judge(at(2, 5))
    assert world.rules() == {"D-MISSING": Severity.WARNING}
    world.crawled(at(2, 6))
    world.judge(at(2, 6, 10))
    assert world.rules() == {"D-MISSING": Severity.ERROR}


# --- what earlier runs could not know -------------------------------------------------


def test_backdated(world: World) -> None:
    world.crawled(at(2, 2))
    world.found(at(2, 20), stated(JAN20))
    world.judge(at(2, 20, 10))
    assert (world.line().status, world.line().flags) == (Status.LATE, (Flag.BACKDATED,))
    assert world.rules() == {"D-LATE": Severity.ERROR}
    published = world.line().published
    assert published is not None and published.not_before == at(2, 2)


@pytest.mark.parametrize(("status", "backdated"), [(200, False), (404, True)])
def test_a_page_that_was_there_before_is_not_backdated(
    world: World, status: int, backdated: bool
) -> None:
    """Fetched in the earlier run and not recognised: the registry did not know the body yet."""
    world.crawled(at(2, 2))
    world.fetched(PAGE, at(2, 2, 9, 3), status)
    world.fetched(PAGE, at(2, 20))
    world.found(at(2, 20), stated(JAN20))
    world.judge(at(2, 20, 10))
    assert (Flag.BACKDATED in world.line().flags) is backdated


@pytest.mark.parametrize(
    ("older", "backdated"),
    [
        ({"now": at(2, 20)}, False),
        ({"now": at(1, 10)}, True),
        ({"now": at(2, 20), "agency": "a-2"}, True),
        ({"now": at(2, 20), "column_url": "http://a.example/old/"}, True),
        ({"now": at(2, 20), "manual": True}, True),
        ({"now": at(2, 20), "year": YEAR + 1}, True),
    ],
)
def test_a_body_whose_older_reports_were_passed_over_too_is_not_called_backdated(
    world: World, older: dict[str, Any], backdated: bool
) -> None:
    world.crawled(at(2, 2))
    world.found(at(2, 20), stated(JAN20))
    values = {"year": YEAR - 1, "url": PAGE + "?older", **older}
    world.found(values.pop("now"), stated(LONG_AGO), **values)
    world.judge(at(2, 20, 10))
    assert (Flag.BACKDATED in world.line().flags) is backdated
    assert world.line().status is (Status.LATE if backdated else Status.ON_TIME)


# --- a portal without a year --------------------------------------------------------------


@pytest.mark.parametrize(
    ("bodies", "this_year", "status"),
    [
        (5, {}, Status.UNKNOWN),
        (4, {}, Status.MISSING),
        (3, {"agency": "b-0"}, Status.MISSING),
        (5, {"agency": "b-0"}, Status.UNKNOWN),
        # Found elsewhere, or handed in: the portal itself still shows nothing of the year.
        (5, {"agency": "b-0", "portal": "p-up"}, Status.UNKNOWN),
        (5, {"agency": "b-0", "manual": True}, Status.UNKNOWN),
    ],
)
@pytest.mark.parametrize("other_year", [YEAR - 1, YEAR + 1])
def test_all_bodies_of_a_portal_at_once_are_not_missing(
    small: World, bodies: int, this_year: dict[str, Any], status: Status, other_year: int
) -> None:
    """A column per year that nobody found yet, or one that keeps the last years only."""
    others = [replace(BUREAU, id=f"b-{n}", name=f"云岭县第{n}局") for n in range(bodies)]
    small.register([*AGENCIES, *others])
    for n, other in enumerate(others):
        small.found(at(1, 5), agency=other.id, year=other_year, url=f"{PAGE}?{other_year}-{n}")
    if this_year:
        small.found(at(1, 22), stated(JAN20), **{"url": PAGE + "?this", **this_year})
    small.crawled(at(2, 2))
    small.judge(at(2, 10))
    assert small.line("a-1").status is status
    assert ("D-MISSING" in small.rules("a-1")) is (status is Status.MISSING)


# --- which years, which bodies ----------------------------------------------------------


def test_default_years(small: World) -> None:
    for year in (YEAR, YEAR - 2, YEAR + 1, 1923):
        small.found(at(2, 6), year=year, content_year=year)
    with small.database.session(write=False) as s:
        assert default_years(s, at(2, 6)) == [YEAR - 2, YEAR]
        # It is 2025 in Shanghai already.
        assert default_years(s, datetime(2024, 12, 31, 16, tzinfo=UTC))[-1] == YEAR + 1
        assert default_years(s, datetime(2024, 12, 31, 15, tzinfo=UTC))[-1] == YEAR


def test_every_year_is_judged_by_itself(small: World) -> None:
    small.crawled(at(2, 2))
    small.found(at(1, 22), stated(JAN20))
    done: list[int] = []
    summary = judge(small.database, now=at(2, 10), years=[YEAR, YEAR - 1], progress=done.append)
    assert summary.years == (YEAR - 1, YEAR) == tuple(done)
    assert small.lines(YEAR)["a-1"].status is Status.ON_TIME
    assert small.lines(YEAR - 1)["a-1"].status is Status.MISSING


def test_a_body_taken_out_of_the_registry_has_no_open_findings(world: World) -> None:
    world.crawled(at(2, 2))
    assert world.judge(at(2, 2, 10)).statuses["missing"] == 3
    world.register([a for a in AGENCIES if a.id != "a-1"])
    assert world.judge(at(2, 3)).statuses["missing"] == 2
    assert world.rules() == {}


def test_a_year_before_the_regulation_owes_nothing(small: World) -> None:
    small.judge(at(2, 10), 2005)
    assert {line.status for line in small.lines(2005).values()} == {Status.EXEMPT}


# --- looking back -----------------------------------------------------------------------


def replayed(world: World, moment: datetime) -> StatusLine:
    with world.database.session(write=False) as s:
        lines = live_statuses(s, YEAR, moment, replay=True)
    return next(line for line in lines if line.agency == "a-1")


def test_replay(world: World) -> None:
    world.crawled(at(2, 2))
    found = world.found(at(2, 20), stated(date(2024, 2, 10)))
    edited = changed(compliant(), {"sections.s6_other": "其他事项另见附件，未收取信息处理费。"})
    world.found(at(3, 5), stated(date(2024, 2, 10)), result=edited)
    world.crawled(at(3, 18))
    world.gone(found, at(3, 18))
    assert [
        (replayed(world, moment).status, replayed(world, moment).flags)
        for moment in (at(1, 31, 23, 59), at(2, 1), at(2, 9), at(2, 10), at(3, 6), at(3, 18))
    ] == [
        (Status.NOT_DUE, ()),
        (Status.UNKNOWN, ()),
        (Status.MISSING, ()),
        (Status.LATE, ()),
        (Status.LATE, (Flag.CHANGED,)),
        (Status.LATE, (Flag.WITHDRAWN, Flag.CHANGED)),
    ]
    assert world.lines() == {}, "nothing is stored"


def test_replay_knows_what_was_learned_since(small: World) -> None:
    """Dated 20 January; the run of 5 February proves that it was not there yet."""
    small.crawled(at(2, 5))
    small.found(at(3, 1), stated(JAN20))
    assert replayed(small, at(2, 4)).status is Status.UNKNOWN
    assert replayed(small, at(2, 6)).status is Status.MISSING
    assert replayed(small, at(3, 1)).status is Status.LATE


def test_a_clock_turned_back_sees_what_was_there(small: World) -> None:
    small.crawled(at(2, 2))
    small.found(at(2, 20), stated(date(2024, 2, 10)))
    with small.database.session(write=False) as s:
        then = live_statuses(s, YEAR, at(2, 5), replay=False)
    assert next(line.status for line in then if line.agency == "a-1") is Status.MISSING


def test_live_statuses_are_those_that_are_stored(world: World) -> None:
    world.crawled(at(2, 2), unresolved=[doubtful("a-2", YEAR)])
    world.found(at(2, 6), stated(FEB5))
    world.judge(at(2, 10))
    with world.database.session(write=False) as s:
        live = live_statuses(s, YEAR, at(2, 10), replay=False)
    assert {line.agency: line for line in live} == world.lines()
    assert [line.agency for line in live] == sorted(line.agency for line in live)
