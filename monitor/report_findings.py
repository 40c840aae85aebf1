"""What the rules say of stored reports: by themselves, beside last year's, beside their bodies',
beside like texts. Only reports are read for which something changed since they were last judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from monitor.changes.copies import matches
from monitor.lineage import Before, befores, counting
from monitor.rules import (
    Earlier,
    Match,
    Member,
    check_group,
    check_report,
    check_reuse,
    check_years,
)
from storage import repositories as repo
from storage.canonical import digest, plain
from storage.domain import Agency, AnnualReport, StatusLine, Table, Verdict
from storage.repositories.writing import batches
from storage.vocab import AgencyKind, FormatVersion, SectionId

_AT_ONCE = 100
"""Reports in memory at once, each with that of the year before."""
_COMPARED = ("table3", "new_received")
"""The row by which a government is compared with its bodies."""
_SOURCES = ("rules", "changes")


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts of all outcomes on the report that counts for a body and year."""

    line: StatusLine
    version: int
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that the reports of a year are judged from, without the reports themselves.

    ``slots``: the status that rests on a report, by body; ``marks``: (version, mark) of the
    contents, by publication, of this and the year before.
    """

    year: int
    slots: Mapping[str, StatusLine]
    marks: Mapping[int, tuple[int, str]]
    before: Mapping[str, Before]
    reused: Mapping[str, Mapping[SectionId, Sequence[Match]]]
    members: Mapping[str, Sequence[Member]]

    def version(self, agency: str) -> int | None:
        """The version that is judged; None if there is none that could be read."""
        line = self.slots.get(agency)
        if line is None or line.publication is None or line.publication not in self.marks:
            return None
        return self.marks[line.publication][0]

    def version_before(self, agency: str) -> int | None:
        """The version of the year before that it goes on from."""
        before = self.before.get(agency)
        known = None if before is None else self.marks.get(before.publication)
        return None if known is None else known[0]

    def mark(self, agency: str) -> list[Any]:
        """What a body's verdicts follow from, as JSON; equal while nothing changed."""
        line = self.slots.get(agency)
        if line is None or line.publication is None or line.publication not in self.marks:
            return []
        before = self.before.get(agency)
        earlier = None
        if before is not None and before.publication in self.marks:
            name = before.owner.name
            earlier = [self.marks[before.publication][1], name, before.same_body]
        members = [[m.agency, m.name, _printed(m.report)] for m in self.members.get(agency, ())]
        reused = plain(self.reused.get(agency))
        return [rules_mark(), self.marks[line.publication][1], line.url, earlier, members, reused]


def ground_of(
    session: Session,
    year: int,
    lines: Sequence[StatusLine],
    lines_before: Sequence[StatusLine],
    agencies: Mapping[str, Agency],
) -> Ground:
    """``lines`` and ``lines_before``: statuses of the year and of the year before. A text that is
    another body's or year's is held against nobody. The texts were stored with `index_texts`."""
    chosen = counting(lines)
    slots = {line.agency: line for line in chosen.values()}
    publications = {line.agency: id for id, line in chosen.items()}
    before = befores(agencies, counting(lines_before).values())
    marks = repo.version_marks(session, [*chosen, *(b.publication for b in before.values())])
    members = _members(session, publications, marks, agencies, year)
    return Ground(year, slots, marks, before, matches(session, year, agencies), members)


def report_verdicts(session: Session, ground: Ground, bodies: Collection[str]) -> Iterator[Judged]:
    """The reports of ``bodies`` that could be read, by body. Memory is bounded."""
    for batch in batches(sorted(bodies), _AT_ONCE):
        versions = {agency: v for agency in batch if (v := ground.version(agency)) is not None}
        earlier = {a: v for a in versions if (v := ground.version_before(a)) is not None}
        reports = repo.reports_of(session, {*versions.values(), *earlier.values()})
        for agency, version in versions.items():
            if version not in reports:
                continue  # taken out since the marks were read
            report = reports[version]
            before = _earlier(
                ground.before.get(agency), reports.get(earlier.get(agency, 0)), ground
            )
            verdicts = check_report(report)
            verdicts += check_years(report, before)
            verdicts += check_reuse(report, ground.reused.get(agency))
            if agency in ground.members:
                verdicts += check_group(report, ground.members[agency])
            yield Judged(ground.slots[agency], version, verdicts)


@lru_cache(maxsize=1)
def rules_mark() -> str:
    """Differs whenever a rule does."""
    found = sha256()
    for folder in _SOURCES:
        for file in sorted((Path(__file__).parent / folder).iterdir()):
            if file.suffix in (".py", ".yml"):
                found.update(file.read_bytes())
    return found.hexdigest()[:16]


def mark_of(parts: Sequence[Any]) -> str:
    """A short mark for everything (as JSON) a body's findings of a year follow from."""
    return digest(parts)


def _printed(report: AnnualReport) -> list[list[Any]]:
    """The cells of table three as JSON, without where they stand; rows of a database have no order."""
    return [
        [row, column, cell.state, None if cell.value is None else str(cell.value), cell.raw]
        for row, columns in sorted(report.table3.items(), key=itemgetter(0))
        for column, cell in sorted(columns.items(), key=itemgetter(0))
    ]


def _earlier(before: Before | None, report: AnnualReport | None, ground: Ground) -> Earlier | None:
    if before is None or report is None:
        return None
    return Earlier(report, ground.year - 1, before.owner.name, before.same_body)


def _members(
    session: Session,
    publications: Mapping[str, int],
    marks: Mapping[int, tuple[int, str]],
    agencies: Mapping[str, Agency],
    year: int,
) -> dict[str, list[Member]]:
    """What a government is compared with: the row of every report of its bodies."""
    versions = {
        marks[publication][0]: agency
        for agency, publication in publications.items()
        if publication in marks and _parent(agencies, agency) in publications
    }
    found: dict[str, list[Member]] = defaultdict(list)
    rows = repo.row_cells(session, sorted(versions), *_COMPARED)
    for version, row in sorted(rows.items(), key=lambda item: versions[item[0]]):
        agency = versions[version]
        report = _figures(agencies[agency].name, year, row)
        found[_parent(agencies, agency)].append(Member(agency, agencies[agency].name, report))
    return dict(found)


def _parent(agencies: Mapping[str, Agency], agency: str) -> str:
    """The government a body belongs to; empty if none is known."""
    parent = agencies.get(agencies[agency].parent or "")
    return parent.id if parent and parent.kind is AgencyKind.GOVERNMENT else ""


def _figures(name: str, year: int, row: Table) -> AnnualReport:
    return AnnualReport(
        agency=name, year=year, format_version=FormatVersion.FMT2021, table3=row, confidence=1.0
    )
