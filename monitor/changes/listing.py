"""All changes in one order: revisions as stored, comparisons of years made from the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy.orm import Session

from monitor.changes.years import year_over_year
from monitor.lineage import befores, counting
from storage import repositories as repo
from storage.domain import Change
from storage.vocab import ChangeKind

_AT_ONCE = 25
"""Bodies whose two reports are in memory at once."""


def all_changes(
    session: Session,
    years: Sequence[int] | None = None,
    *,
    agency: str | None = None,
    kind: ChangeKind | None = None,
    unchanged: bool = False,
) -> Iterator[Change]:
    """By year, kind, body and place in the form; streamed. ``years`` None: every year with a
    report. ``unchanged``: also cells that show the same number in both years."""
    for year in sorted(set(years)) if years else repo.report_years(session):
        if kind is not ChangeKind.YEAR_OVER_YEAR:
            yield from repo.revisions(session, year=year, agency=agency)
        if kind is not ChangeKind.REVISION:
            for change in _between_years(session, year, agency):
                if unchanged or change.delta != 0:
                    yield change


def _between_years(session: Session, year: int, agency: str | None) -> Iterator[Change]:
    """Reports are those on which the statuses of the two years rest; where a body has none for the
    earlier year, that of the body it continues."""
    chosen = counting(repo.statuses(session, year=year))
    later = {line.agency: id for id, line in chosen.items() if agency in (None, line.agency)}
    agencies = {a.id: a for a in repo.agencies(session, active_only=False)}
    earlier = befores(agencies, counting(repo.statuses(session, year=year - 1)).values())
    bodies = iter(sorted(set(later) & set(earlier)))
    while batch := list(islice(bodies, _AT_ONCE)):
        wanted = [id for body in batch for id in (later[body], earlier[body].publication)]
        reports = repo.latest_reports(session, wanted)
        for body in batch:
            before = earlier[body]
            new, old = reports.get(later[body]), reports.get(before.publication)
            if new is None or old is None:
                continue
            for change in year_over_year(body, old[1], new[1], (year - 1, year)):
                if before.same_body:
                    yield change
                else:
                    yield replace(change, note=f"{change.note}（前身{before.owner.name}的报告）")
