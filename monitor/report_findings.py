"""What the rules say of stored reports: by themselves, beside last year's, beside their bodies',
beside like texts. Only reports are read for which something changed since they were last judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from monitor.changes.copies import index_texts, matches
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
from storage.vocab import AgencyKind, FormatVersion, SectionId

_AT_ONCE = 50
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
        members = [[m.agency, m.name, plain(m.report.table3)] for m in self.members.get(agency, ())]
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
    another body's or year's is held against nobody."""
    chosen = counting(lines)
    slots = {line.agency: line for line in chosen.values()}
    publications = {line.agency: id for id, line in chosen.items()}
    index_texts(session, year, publications, agencies)
    before = befores(agencies, counting(lines_before).values())
    marks = repo.version_marks(session, [*chosen, *(b.publication for b in before.values())])
    members = _members(session, publications, marks, agencies, year)
    return Ground(year, slots, marks, before, matches(session, year, agencies), members)


def report_verdicts(session: Session, ground: Ground, bodies: Collection[str]) -> Iterator[Judged]:
    """The reports of ``bodies`` that could be read, by body. Memory is bounded."""
    wanted = sorted(
        a for a in bodies if a in ground.slots and ground.slots[a].publication in ground.marks
    )
    for start in range(0, len(wanted), _AT_ONCE):
        batch = [ground.slots[a] for a in wanted[start : start + _AT_ONCE]]
        ids = [line.publication for line in batch if line.publication is not None]
        reports = repo.latest_reports(session, ids)
        known = [b.publication for line in batch if (b := ground.before.get(line.agency))]
        earlier = repo.latest_reports(session, known)
        for line in batch:
            assert line.publication is not None  # it has a mark
            version, report = reports[line.publication]
            before = _earlier(ground.before.get(line.agency), earlier, ground.year)
            verdicts = check_report(report)
            verdicts += check_years(report, before)
            verdicts += check_reuse(report, ground.reused.get(line.agency))
            if line.agency in ground.members:
                verdicts += check_group(report, ground.members[line.agency])
            yield Judged(line, version, verdicts)


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
    """A short mark for everything a body's findings of a year follow from."""
    return digest(plain(parts))


def _earlier(
    before: Before | None, reports: Mapping[int, tuple[int, AnnualReport]], year: int
) -> Earlier | None:
    if before is None or before.publication not in reports:
        return None
    report = reports[before.publication][1]
    return Earlier(report, year - 1, before.owner.name, before.same_body)


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
