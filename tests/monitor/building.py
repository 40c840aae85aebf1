"""Short ways to say what was owed, crawled and found; everything about the report year 2023."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date, datetime, timedelta
from typing import Any

from monitor.absence import Body, bodies
from monitor.coverage import Sightings, status_line
from monitor.obligations import obligation
from settings import SHANGHAI
from storage.domain import (
    Agency,
    ColumnRead,
    DateEvidence,
    Obligation,
    Problem,
    Publication,
    RunHealth,
    StatusLine,
    UnresolvedCandidate,
)
from storage.vocab import (
    AgencyKind,
    DatePrecision,
    DateSource,
    Level,
    ProblemKind,
    RunOutcome,
)

YEAR = 2023
DUE = date(2024, 1, 31)
COLUMN = "http://a.example/nb/"
PARENT_COLUMN = "http://up.example/nb/"
PAGE = "http://a.example/nb/1.html"

BUREAU = Agency("a-1", "云岭县水务局", AgencyKind.DEPARTMENT, Level.COUNTY, portal="p-1")
COUNTY = Agency("g-1", "云岭县人民政府", AgencyKind.GOVERNMENT, Level.COUNTY, portal="p-up")
TOWN = Agency(
    "t-1", "云岭县竹溪镇人民政府", AgencyKind.TOWNSHIP, Level.TOWNSHIP, parent="g-1", portal="p-1"
)


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = YEAR + 1) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def column(
    url: str = COLUMN,
    entries: int = 12,
    complete: bool = True,
    agency: str | None = None,
    bodies: tuple[str, ...] = (),
) -> ColumnRead:
    """A column; ``agency``: whose own, ``bodies``: whose reports it lists."""
    message = None if complete else "第 2 页未能读取"
    return ColumnRead(url, "pager", entries, complete, message, agency, bodies)


def run(
    start: datetime,
    outcome: RunOutcome = RunOutcome.HEALTHY,
    *,
    portal: str = "p-1",
    columns: Sequence[ColumnRead] | None = None,
    problems: Sequence[ProblemKind | Problem] = (),
    unresolved: Sequence[UnresolvedCandidate] = (),
    minutes: int = 5,
) -> RunHealth:
    """A finished run; without ``columns`` it read the usual column of its portal."""
    usual = (column(PARENT_COLUMN if portal == "p-up" else COLUMN),)
    return RunHealth(
        run=int(start.timestamp()) // 60,
        portal=portal,
        started_at=start,
        finished_at=start + timedelta(minutes=minutes),
        outcome=outcome,
        columns=usual if columns is None else tuple(columns),
        problems=tuple(
            p if isinstance(p, Problem) else Problem(p, "没有答复", "http://a.example/")
            for p in problems
        ),
        unresolved=tuple(unresolved),
    )


def doubtful(
    agency: str | None = None,
    year: int | None = None,
    kind: ProblemKind | None = None,
    url: str = "http://a.example/nb/x.html",
) -> UnresolvedCandidate:
    return UnresolvedCandidate(url, "年度报告", agency, year, kind)


def stated(
    day: date, source: DateSource = DateSource.PAGE, precision: DatePrecision = DatePrecision.DAY
) -> DateEvidence:
    return DateEvidence(source, day, precision)


def publication(first_seen: datetime, *dates: DateEvidence, **more: Any) -> Publication:
    values: dict[str, Any] = {
        "id": 1,
        "agency": "a-1",
        "year": YEAR,
        "url": PAGE,
        "portal": "p-1",
        "title": "云岭县水务局2023年政府信息公开工作年度报告",
        "last_seen": first_seen,
        "column_url": COLUMN,
        **more,
    }
    return Publication(first_seen=first_seen, dates=dates, **values)


def grouped(runs: Sequence[RunHealth]) -> dict[str, list[RunHealth]]:
    found: dict[str, list[RunHealth]] = {}
    for one in sorted(runs, key=lambda r: r.started_at):
        found.setdefault(one.portal, []).append(one)
    return found


def body_of(agency: Agency, *others: Agency) -> Body:
    """The body as it stands in a registry with ``others``."""
    return next(b for b in bodies([agency, *others]) if b.agency.id == agency.id)


def judged(
    now: datetime,
    *facts: RunHealth | Publication,
    body: Body | None = None,
    owed: Obligation | None = None,
    sightings: Sightings | None = None,
    silent: Set[str] = frozenset(),
) -> StatusLine:
    """The status of a body (a bureau due on 31 January 2024) from runs and publications."""
    body = body or body_of(BUREAU)
    return status_line(
        body,
        owed or obligation(body.agency, YEAR, []),
        [f for f in facts if isinstance(f, Publication)],
        grouped([f for f in facts if isinstance(f, RunHealth)]),
        now,
        sightings,
        silent,
    )
