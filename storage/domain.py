"""Frozen types shared by the packages; the field's words. Standard library only.

Unknown is a value: ``None`` (or ``CellState.ABSENT``) means "not known", never zero or a default.
All datetimes are aware; dates of obligations and publications are days in Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from storage.vocab import (
    AgencyKind,
    AlertKind,
    AlertState,
    BrowserMode,
    CellState,
    ChangeKind,
    DatePrecision,
    DateSource,
    FindingState,
    Flag,
    FormatVersion,
    Layer,
    Level,
    Outcome,
    ParseErrorCode,
    ProblemKind,
    Reason,
    RunOutcome,
    SectionId,
    Severity,
    Status,
)

# --- Registry -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agency:
    """行政机关: one body that may owe a report. A government is not its own office."""

    id: str
    name: str
    kind: AgencyKind
    level: Level
    division: str | None = None
    parent: str | None = None
    portal: str | None = None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    predecessor: str | None = None


@dataclass(frozen=True, slots=True)
class Portal:
    """门户: a site that must carry reports. ``delay`` in seconds between requests to one host."""

    id: str
    url: str
    name: str | None = None
    columns: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    delay: float | None = None
    browser: BrowserMode = BrowserMode.AUTO
    min_reports: Mapping[int, int] = field(default_factory=dict)
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class DeadlineOverride:
    """A local due date (MM-DD of the following year) for some kinds of bodies in a division."""

    due: str
    source: str
    division: str | None = None
    kinds: tuple[AgencyKind, ...] = ()
    years: tuple[int, ...] = ()
    severity: Severity = Severity.WARNING


# --- Reports ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the document shows it.

    ``value`` is an int (Decimal for money columns), or None where nothing can be read;
    ``raw`` the text as printed; ``at`` the place in the source. A value is never made up.
    """

    state: CellState
    value: int | Decimal | None = None
    raw: str | None = None
    at: str | None = None


ABSENT = Cell(CellState.ABSENT)

Table = Mapping[str, Mapping[str, Cell]]
"""row identifier -> column identifier -> cell (table 四: group -> column -> cell)."""


@dataclass(frozen=True, slots=True)
class Section:
    id: SectionId
    heading: str
    text: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """Something noticed while reading; ``layer`` says whose fault it may be."""

    layer: Layer
    code: str
    message: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class YearMention:
    """A year with its source: ``title``, ``period``, ``body`` or ``heading``."""

    source: str
    year: int
    quote: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one source says of a report's ``field``: title, agency, year, period, report_date or
    format_version. ``value`` as text (dates ISO, a period as two of them with ``/`` between);
    ``source``: heading, text, meta, page_title, title, period, body, signature, preface, tables,
    statistics or year; ``confidence`` 0–1. Sources that contradict each other all stand here; the
    report's own field holds the one that was believed.
    """

    field: str
    value: str
    source: str
    confidence: float
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or statement narrated in the text.

    ``kind``: requests_received, requests_handled, review_total, review_upheld, review_corrected,
    review_other, review_pending, litigation_total, litigation_upheld, litigation_corrected,
    litigation_other, litigation_pending, requests_none, review_none, litigation_none;
    carried_in, carried_out, result_<row or group of rows of table 三>, applicants_<column>,
    applicants_bodies, applicants_only_natural, applicants_only_bodies, rate_complete;
    normative_made, normative_repealed, normative_in_force, licensing_decisions,
    penalty_decisions, coercion_decisions, administrative_fees (分); fee_statement, fee_none,
    fee_notices, fee_charged (分); disclosed_total and the disclosed_part that follow it.
    ``value`` is None for statements. ``scope`` is the scope word found in the
    sentence (全市, 我办 …), ``counting`` the counting word (新收, 含上年结转 …);
    ``approximate`` marks 余, 约, 近 and percentages.
    """

    kind: str
    value: int | None
    quote: str
    section: SectionId | None
    scope: str | None = None
    counting: str | None = None
    approximate: bool = False
    at: str | None = None


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """A date that may be the publication date, with where it was read."""

    source: DateSource
    day: date
    precision: DatePrecision = DatePrecision.DAY
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """年度报告, normalised. ``signatory`` is the body that signed at the end, if any."""

    media_type: str | None = None
    title: str | None = None
    agency: str | None = None
    year: int | None = None
    format_version: FormatVersion | None = None
    report_date: date | None = None
    period: tuple[date | None, date | None] | None = None
    sections: tuple[Section, ...] = ()
    table2: Table = field(default_factory=dict)
    table3: Table = field(default_factory=dict)
    table4: Table = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    confidence: float = 0.0
    preface: str = ""
    signatory: str | None = None
    years: tuple[YearMention, ...] = ()
    facts: tuple[Fact, ...] = ()
    image_only: bool = False
    parser_version: str = ""
    attributions: tuple[Attribution, ...] = ()

    def table(self, name: str) -> Table:
        """``table2``, ``table3`` or ``table4`` by name."""
        return {"table2": self.table2, "table3": self.table3, "table4": self.table4}[name]

    def cell(self, table: str, row: str, column: str) -> Cell:
        """The cell, ``ABSENT`` where the report has none."""
        return self.table(table).get(row, {}).get(column, ABSENT)

    def section(self, section_id: SectionId) -> Section | None:
        return next((s for s in self.sections if s.id is section_id), None)


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A document that gives no report; ``message`` is Chinese and says what to do.

    ``image_only``: it shows a report's title and pictures in the place of the text.
    """

    code: ParseErrorCode
    message: str
    image_only: bool = False


# --- Crawling -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """How one 年报 column was read. ``complete``: to its proven end. ``how``: the list mechanism.

    ``agency``: the body whose own column it is, None for a common one; ``bodies``: those whose
    reports of any year it lists. They tell whose absence the column can prove.
    """

    url: str
    how: str
    entries: int
    complete: bool
    message: str | None = None
    agency: str | None = None
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    kind: ProblemKind
    message: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class UnresolvedCandidate:
    """A listed entry that could be a report but could not be read or attributed in this run.

    No body whose report it could be may be called missing. ``agency``/``year`` None = any.
    """

    url: str
    title: str | None
    agency: str | None
    year: int | None
    kind: ProblemKind | None


@dataclass(frozen=True, slots=True)
class RunHealth:
    """What a crawl of one portal can vouch for."""

    run: int
    portal: str
    started_at: datetime
    finished_at: datetime | None
    outcome: RunOutcome
    columns: tuple[ColumnRead, ...] = ()
    problems: tuple[Problem, ...] = ()
    unresolved: tuple[UnresolvedCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """One archived response (WARC sense)."""

    url: str
    fetched_at: datetime
    http_status: int
    media_type: str | None
    digest: str
    length: int
    warc_file: str
    warc_offset: int
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A report found at an address, for the body and year that its listing claims.

    ``content_agency``/``content_year`` are what the text itself says (registry id / year; None =
    the text does not say, or nothing readable). ``readable`` False: a document that could not be
    read. ``versions`` counts distinct contents seen at the address.
    """

    id: int
    agency: str
    year: int
    url: str
    portal: str | None
    title: str | None
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None = None
    column_url: str | None = None
    dates: tuple[DateEvidence, ...] = ()
    content_agency: str | None = None
    content_year: int | None = None
    readable: bool = True
    image_only: bool = False
    versions: int = 1
    manual: bool = False


# --- Judging ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Obligation:
    """公开义务: agency x year. ``due`` None = exempt.

    ``statutory_due`` is the date of the law, ``due`` the date that counts (a local date may be
    earlier). ``basis`` cites the source; ``severity`` is that of missing ``due``.
    """

    agency: str
    year: int
    due: date | None
    basis: str
    severity: Severity = Severity.ERROR
    statutory_due: date | None = None


@dataclass(frozen=True, slots=True)
class Published:
    day: date | None
    source: DateSource | None
    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class StatusLine:
    """Status of one obligation with its proof (contract section 5)."""

    agency: str
    name: str
    year: int
    due: date | None
    basis: str | None
    status: Status
    reason: Reason | None = None
    published: Published | None = None
    late_days: int | None = None
    url: str | None = None
    title: str | None = None
    portal: str | None = None
    checked_at: datetime | None = None
    flags: tuple[Flag, ...] = ()
    explanation: str | None = None
    publication: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one report."""

    rule: str
    outcome: Outcome
    severity: Severity
    layer: Layer
    message: str
    basis: str | None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    hint: str | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """问题: a stored verdict (contract section 6)."""

    rule: str
    agency: str | None
    year: int | None
    severity: Severity
    layer: Layer
    outcome: Outcome
    message: str
    evidence: Mapping[str, Any]
    basis: str | None
    url: str | None = None
    first_seen: datetime | None = None
    state: FindingState | None = FindingState.OPEN
    hint: str | None = None
    subject: str = ""
    id: int | None = None
    triage: Triage | None = None


@dataclass(frozen=True, slots=True)
class Triage:
    """What a person decided about a finding: acknowledged or dismissed, who, why and when."""

    state: FindingState
    by: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """What one finding costs; ``note``: why less than its weight."""

    rule: str
    subject: str
    message: str
    points: Decimal
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """评分 of a body and year by a profile of weights; ``value`` None: it can't be scored yet."""

    agency: str
    year: int
    profile: str
    value: Decimal | None
    full: Decimal
    lines: tuple[ScoreLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """变动: one difference between two contents (contract section 7).

    ``path``: ``table3.granted.total``, ``s1_overview[2]`` (paragraph), ``title``. ``against``: the
    earlier year (``year_over_year``), or when the earlier content was first seen (``revision``,
    ISO 8601). ``before``/``after``: a cell or a text, None where there is none. ``delta`` and
    ``ratio`` (after divided by before) only between two numbers.
    """

    agency: str
    kind: ChangeKind
    year: int
    against: int | str
    path: str
    before: Cell | str | None
    after: Cell | str | None
    note: str | None = None

    @property
    def delta(self) -> int | Decimal | None:
        before, after = _value(self.before), _value(self.after)
        return None if before is None or after is None else after - before

    @property
    def ratio(self) -> float | None:
        before, after = _value(self.before), _value(self.after)
        return None if not before or after is None else round(float(after / before), 4)


def _value(shown: Cell | str | None) -> int | Decimal | None:
    return shown.value if isinstance(shown, Cell) else None


@dataclass(frozen=True, slots=True)
class Delivery:
    channel: str
    event: str
    at: datetime | None
    ok: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """预警: one state change to be told (contract section 8)."""

    id: int
    key: str
    kind: AlertKind
    agency: str | None
    year: int | None
    severity: Severity
    state: AlertState
    title: str
    body: str
    opened_at: datetime
    resolved_at: datetime | None = None
    deliveries: tuple[Delivery, ...] = ()
