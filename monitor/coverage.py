"""Obligation × publications × run health → status with its proof. Pure; nothing is fetched.

``missing`` is said only where absence was proven: after the deadline, a healthy run read every
column of the body's portal to its end, and nothing listed there could have been its report. In
every other case without a report the status is ``unknown``, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.publication_dates import DateVerdict, Interval, judge_date
from storage.domain import Agency, Obligation, Publication, Published, RunHealth, StatusLine
from storage.vocab import DateSource, Flag, ProblemKind, Reason, RunOutcome, Status

SHANGHAI = ZoneInfo("Asia/Shanghai")

_REASONS: tuple[tuple[frozenset[ProblemKind], Reason], ...] = (
    (frozenset({ProblemKind.BLOCKED, ProblemKind.CAPTCHA, ProblemKind.ROBOTS}), Reason.BLOCKED),
    (
        frozenset(
            {
                ProblemKind.DNS,
                ProblemKind.CONNECT,
                ProblemKind.TIMEOUT,
                ProblemKind.TLS,
                ProblemKind.HTTP_4XX,
                ProblemKind.HTTP_5XX,
                ProblemKind.REDIRECT_LOOP,
                ProblemKind.BROWSER,
            }
        ),
        Reason.UNREACHABLE,
    ),
    (frozenset({ProblemKind.COLUMN_NOT_FOUND}), Reason.COLUMN_NOT_FOUND),
    (frozenset({ProblemKind.EMPTY_COLUMN}), Reason.EMPTY_COLUMN),
)


@dataclass(frozen=True, slots=True)
class PortalRuns:
    """The finished runs of one portal, oldest first."""

    runs: tuple[RunHealth, ...] = ()

    def until(self, moment: datetime) -> PortalRuns:
        return PortalRuns(tuple(r for r in self.runs if (r.finished_at or r.started_at) <= moment))

    @property
    def last(self) -> RunHealth | None:
        return self.runs[-1] if self.runs else None


def end_of_day(day: date) -> datetime:
    """The first moment after a day in Asia/Shanghai: the deadline day counts to its end."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def status_line(
    agency: Agency,
    obligation: Obligation,
    publications: Sequence[Publication],
    runs: PortalRuns,
    now: datetime,
) -> StatusLine:
    """Status of one body for one year at ``now``.

    ``publications``: what was found in the slot of this body and year; ``runs``: of the portal
    that must carry the report.
    """
    base = StatusLine(
        agency=agency.id,
        name=agency.name,
        year=obligation.year,
        due=obligation.due,
        basis=obligation.basis,
        status=Status.UNKNOWN,
        portal=agency.portal,
        checked_at=runs.last.finished_at if runs.last else None,
    )
    counted = [p for p in publications if not _flags_of(p, agency)]
    if counted:
        return _published(base, obligation, agency, counted, runs)
    if obligation.due is None:
        return replace(base, status=Status.EXEMPT)
    line = _unpublished(base, obligation, agency, runs, now)
    if publications:
        # Shown by its address with the flag; it does not fulfil the obligation.
        wrong = max(publications, key=lambda p: p.last_seen)
        flags = _flags_of(wrong, agency)
        line = replace(line, url=wrong.url, title=wrong.title, flags=flags, publication=wrong.id)
    return line


def _flags_of(publication: Publication, agency: Agency) -> tuple[Flag, ...]:
    """Flags with which a publication does not count as the body's report."""
    flags: list[Flag] = []
    if publication.content_year is not None and publication.content_year != publication.year:
        flags.append(Flag.WRONG_YEAR)
    if publication.content_agency is not None and publication.content_agency != agency.id:
        flags.append(Flag.WRONG_AGENCY)
    return tuple(flags)


def _published(
    base: StatusLine,
    obligation: Obligation,
    agency: Agency,
    publications: Sequence[Publication],
    runs: PortalRuns,
) -> StatusLine:
    judged = [(p, _judge(p, obligation.due, runs)) for p in publications]
    # Several legitimate copies: the earliest publication fulfils the obligation.
    chosen, verdict = min(judged, key=lambda pair: _preference(pair[0], pair[1]))
    flags = list(verdict.flags)
    if all(p.gone_at is not None for p in publications):
        flags.insert(0, Flag.WITHDRAWN)
    if chosen.versions > 1:
        flags.append(Flag.CHANGED)
    if not chosen.readable:
        flags.append(Flag.UNREADABLE)
    if chosen.image_only:
        flags.append(Flag.IMAGE_ONLY)
    if len({p.url for p in publications if p.gone_at is None}) > 1:
        flags.append(Flag.DUPLICATE)
    interval = verdict.interval
    line = replace(
        base,
        published=Published(verdict.day, verdict.source, interval.not_before, interval.not_after),
        url=chosen.url,
        title=chosen.title,
        portal=chosen.portal or agency.portal,
        flags=tuple(flags),
        explanation=verdict.explanation,
        publication=chosen.id,
        checked_at=max(chosen.last_seen, base.checked_at) if base.checked_at else chosen.last_seen,
    )
    if obligation.due is None:
        return replace(line, status=Status.EXEMPT)
    late = None
    if verdict.status is Status.LATE and verdict.day and Flag.BACKDATED not in verdict.flags:
        late = (verdict.day - obligation.due).days
    return replace(line, status=verdict.status, late_days=late)


def _preference(publication: Publication, verdict: DateVerdict) -> tuple[bool, int, date, str]:
    order = {Status.ON_TIME: 0, Status.LATE: 2}.get(verdict.status, 1)
    return (
        publication.gone_at is not None,
        order,
        verdict.day or publication.first_seen.astimezone(SHANGHAI).date(),
        publication.url,
    )


def _judge(publication: Publication, due: date | None, runs: PortalRuns) -> DateVerdict:
    return judge_date(
        publication.dates, due, _interval(publication, runs), manual=publication.manual
    )


def _interval(publication: Publication, runs: PortalRuns) -> Interval:
    """When it was last proven absent from its own column, and when first seen.

    A report that someone handed in was not found by a run; only runs that read the very column in
    which it was found can prove that it was not yet there.
    """
    if publication.manual or publication.column_url is None:
        return Interval(None, publication.first_seen)
    absent = [
        run.started_at
        for run in runs.runs
        if run.outcome is RunOutcome.HEALTHY
        and run.finished_at is not None
        and run.finished_at < publication.first_seen
        and any(c.url == publication.column_url and c.complete for c in run.columns)
    ]
    return Interval(max(absent, default=None), publication.first_seen)


def _unpublished(
    base: StatusLine, obligation: Obligation, agency: Agency, runs: PortalRuns, now: datetime
) -> StatusLine:
    assert obligation.due is not None
    deadline = end_of_day(obligation.due)
    if now < deadline:
        return replace(base, status=Status.NOT_DUE)
    after = [r for r in runs.runs if r.started_at >= deadline]
    proof = next((r for r in reversed(after) if _proves_absence(r, agency, obligation.year)), None)
    if proof is not None and not _contradicted(proof, after):
        return replace(
            base,
            status=Status.MISSING,
            checked_at=proof.finished_at,
            explanation=f"第 {proof.run} 次采集把 {len(proof.columns)} 个栏目全部读完，未见该机关的报告",
        )
    last = after[-1] if after else None
    return replace(base, status=Status.UNKNOWN, reason=_reason(last, agency, obligation.year))


def _proves_absence(run: RunHealth, agency: Agency, year: int) -> bool:
    return (
        run.outcome is RunOutcome.HEALTHY
        and bool(run.columns)
        and all(c.complete and c.entries > 0 for c in run.columns)
        and not _open_candidates(run, agency, year)
    )


def _open_candidates(run: RunHealth, agency: Agency, year: int) -> list[ProblemKind | None]:
    """Entries of that run which could be this body's report and could not be read."""
    return [
        u.kind for u in run.unresolved if u.agency in (None, agency.id) and u.year in (None, year)
    ]


def _contradicted(proof: RunHealth, after: Iterable[RunHealth]) -> bool:
    """A later run that came upon a further column it could not read weakens the proof."""
    known = {c.url for c in proof.columns}
    return any(
        not c.complete and c.url not in known
        for run in after
        if run.started_at > proof.started_at
        for c in run.columns
    )


def _reason(run: RunHealth | None, agency: Agency, year: int) -> Reason:
    if run is None:
        return Reason.NEVER_CRAWLED
    if run.outcome is RunOutcome.HEALTHY:
        kinds = {k for k in _open_candidates(run, agency, year) if k is not None}
        if any(c.entries == 0 for c in run.columns):
            return Reason.EMPTY_COLUMN
        return next((r for group, r in _REASONS[:2] if kinds & group), Reason.LIST_INCOMPLETE)
    kinds = {p.kind for p in run.problems}
    if run.columns and any(not c.complete for c in run.columns):
        # Columns were found, so the portal answers; what stopped a list is told by its kind.
        blocked, _ = _REASONS[0]
        return (
            Reason.BLOCKED
            if kinds & blocked and run.outcome is RunOutcome.FAILED
            else Reason.LIST_INCOMPLETE
        )
    if run.columns and any(c.entries == 0 for c in run.columns):
        return Reason.EMPTY_COLUMN
    for group, reason in _REASONS:
        if kinds & group:
            return reason
    return Reason.LIST_INCOMPLETE if run.columns else Reason.COLUMN_NOT_FOUND


def as_of(publications: Iterable[Publication], moment: datetime) -> list[Publication]:
    """What counted as published at a moment: stated before its end, or seen by then."""
    day = moment.astimezone(SHANGHAI).date()
    kept: list[Publication] = []
    for publication in publications:
        stated = [
            d.day for d in publication.dates if d.source in (DateSource.PAGE, DateSource.MANUAL)
        ] or [d.day for d in publication.dates]
        if publication.first_seen <= moment or (stated and min(stated) <= day):
            gone = publication.gone_at
            kept.append(replace(publication, gone_at=gone if gone and gone <= moment else None))
    return kept
