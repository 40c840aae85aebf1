"""What earlier runs know of a portal's columns, and what this one makes of it. Pure.

Two things are easily taken for absence: a portal that opened a new column for the newest reports
while the old one stays as it was, and a column that suddenly shows only a few of its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta

from crawler.health import GONE
from settings import SHANGHAI
from spiders.candidates import Claim
from storage.domain import ColumnRead, DeadlineOverride, Problem, Publication, RunHealth
from storage.vocab import ProblemKind, RunOutcome

FIRST_DUE = "01-31"
"""The earliest day on which the statute (政府信息公开条例 art. 49) has reports due; a local rule may
be earlier."""
SEARCH_AGAIN = timedelta(days=3)
"""A portal without any report of the year is searched anew no more often than this."""
FEW = 4
"""Columns with fewer lines vary too much to call a loss sudden."""
SETTLED = 3
SETTLED_FOR = timedelta(days=10)
"""So many runs over so long that read the same few lines make them the column's new state."""


def first_due(today: date, overrides: Iterable[DeadlineOverride]) -> date:
    """The earliest day of this year on which a report of the year before is due."""
    year = today.year - 1
    days = [o.due for o in overrides if not o.years or year in o.years]
    return datetime.strptime(f"{today.year}-{min([FIRST_DUE, *days])}", "%Y-%m-%d").date()


def lists_year(claims: Iterable[Claim], year: int) -> bool:
    """Whether any line that may be a report is of the year, or appeared in the year after."""
    return any(
        c.verdict is None
        and (c.year == year or (c.year is None and c.list_date and c.list_date.year == year + 1))
        for c in claims
    )


def searched_lately(runs: Sequence[RunHealth], now: datetime, due: date) -> bool:
    """Whether a healthy run after the due day looked for the year's column a short while ago."""
    return any(
        r.outcome is RunOutcome.HEALTHY
        and r.started_at.astimezone(SHANGHAI).date() > due
        and now - r.started_at < SEARCH_AGAIN
        for r in runs
    )


def read_before(
    columns: Sequence[ColumnRead], runs: Sequence[RunHealth]
) -> list[tuple[ColumnRead, ColumnRead]]:
    """(column now, at its last healthy reading) of those whose present state is not settled.
    ``runs``: earlier ones, oldest first."""
    known: dict[str, ColumnRead] = {}
    for run in runs:
        if run.outcome is RunOutcome.HEALTHY:
            known |= {c.url: c for c in run.columns}
    return [
        (c, known[c.url])
        for c in columns
        if c.complete and c.url in known and not _settled(c, runs)
    ]


def losses(
    read: Sequence[tuple[ColumnRead, ColumnRead]],
    publications: Sequence[Publication],
    met: Set[str],
) -> list[tuple[ColumnRead, ColumnRead]]:
    """Those of :func:`read_before` that lost most of their lines or of the reports known from them,
    and whose reports were neither met elsewhere nor are taken down. ``met``: addresses that this
    run met."""
    again = {(p.agency, p.year) for p in publications if p.url in met}
    found = []
    for column, before in read:
        known = [
            p
            for p in publications
            if p.column_url == column.url and p.gone_at is None and not p.manual
        ]
        lost = [p for p in known if p.url not in met and (p.agency, p.year) not in again]
        fewer = before.entries >= FEW and column.entries * 2 < before.entries
        if len(lost) * 2 > len(known) > 1 or (fewer and (lost or not known)):
            found.append((column, before))
    return found


def doubted(column: ColumnRead, before: ColumnRead) -> ColumnRead:
    """The column with its loss as the reason why its end is not believed."""
    message = (
        f"栏目内容骤减：上次完整读到 {before.entries} 条，这次 {column.entries} 条，"
        "以前见过的年报没有再见到"
    )
    return replace(column, complete=False, message=message)


def _settled(column: ColumnRead, runs: Sequence[RunHealth]) -> bool:
    """Whether the last runs all read about as many lines, for long enough."""
    last = runs[-SETTLED:]
    if len(last) < SETTLED or last[-1].started_at - last[0].started_at < SETTLED_FOR:
        return False
    counts = [next((c.entries for c in r.columns if c.url == column.url), None) for r in last]
    return all(n is not None and abs(n - column.entries) <= column.entries // 10 for n in counts)


def moved(problem: Problem) -> bool:
    """Whether an address answers that nothing is there, so that the search may find its new one."""
    gone = problem.kind is ProblemKind.HTTP_4XX and any(str(s) in problem.message for s in GONE)
    return gone or problem.kind is ProblemKind.SOFT_404
