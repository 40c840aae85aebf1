"""What the rules say of stored reports: by themselves, beside last year's, beside their bodies'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy.orm import Session

from monitor.changes.copies import index_texts, matches
from monitor.lineage import Before, befores, counting
from monitor.rules import (
    Earlier,
    Member,
    check_group,
    check_report,
    check_reuse,
    check_years,
)
from storage import repositories as repo
from storage.domain import Agency, AnnualReport, StatusLine, Verdict
from storage.vocab import AgencyKind

_AT_ONCE = 50
"""Reports in memory at once, each with that of the year before."""
_COMPARED = ("new_received",)
"""Rows of table 三 that are kept of every report, for its government."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts of all outcomes on the report that counts for a body and year."""

    line: StatusLine
    version: int
    verdicts: Sequence[Verdict]


def report_verdicts(
    session: Session,
    year: int,
    lines: Sequence[StatusLine],
    lines_before: Sequence[StatusLine],
    agencies: Mapping[str, Agency],
) -> Iterator[Judged]:
    """Every report of ``year`` that counts and could be read; governments come last.

    ``lines`` and ``lines_before``: statuses of the year and of the year before. A text that is
    another body's or year's is held against nobody. Memory is bounded, however many there are.
    """
    chosen = counting(lines)
    index_texts(session, year, {line.agency: id for id, line in chosen.items()}, agencies)
    reused = matches(session, year, agencies)
    before = befores(agencies, counting(lines_before).values())
    figures: dict[str, AnnualReport] = {}
    governments: list[tuple[Judged, AnnualReport]] = []
    stream = (
        (chosen[publication.id], version, report)
        for publication, version, report in repo.latest_versions(session, year=year)
        if publication.id in chosen and report is not None and version is not None
    )
    for batch in batched_reports(stream):
        ids = [b.publication for line, _, _ in batch if (b := before.get(line.agency))]
        earlier = repo.latest_reports(session, ids)
        for line, version, report in batch:
            verdicts = check_report(report)
            verdicts += check_years(report, _earlier(before.get(line.agency), earlier, year))
            verdicts += check_reuse(report, reused.get(line.agency))
            judged = Judged(line, version, verdicts)
            body = agencies[line.agency]
            if body.kind is AgencyKind.GOVERNMENT:
                governments.append((judged, _figures(report)))
            else:
                figures[line.agency] = _figures(report)
                yield judged
    members = _members(agencies, figures)
    for judged, report in governments:
        together = check_group(report, members.get(judged.line.agency, ()))
        yield replace(judged, verdicts=[*judged.verdicts, *together])


Stored = tuple[StatusLine, int, AnnualReport]


def batched_reports(stream: Iterable[Stored]) -> Iterator[Sequence[Stored]]:
    """A stream of reports in pieces small enough to be held in memory twice."""
    iterator = iter(stream)
    while batch := tuple(islice(iterator, _AT_ONCE)):
        yield batch


def _earlier(
    before: Before | None, reports: Mapping[int, tuple[int, AnnualReport]], year: int
) -> Earlier | None:
    if before is None or before.publication not in reports:
        return None
    report = reports[before.publication][1]
    return Earlier(report, year - 1, before.owner.name, before.same_body)


def _figures(report: AnnualReport) -> AnnualReport:
    """Only what a government is compared with."""
    kept = {row: report.table3[row] for row in _COMPARED if row in report.table3}
    return AnnualReport(
        agency=report.agency, year=report.year, format_version=report.format_version,
        table3=kept, confidence=report.confidence,
    )  # fmt: skip


def _members(
    agencies: Mapping[str, Agency], figures: Mapping[str, AnnualReport]
) -> dict[str, list[Member]]:
    """The reports of every government's bodies, by the government's id."""
    found: dict[str, list[Member]] = defaultdict(list)
    for agency, report in figures.items():
        if parent := agencies[agency].parent:
            found[parent].append(Member(agency, agencies[agency].name, report))
    return found
