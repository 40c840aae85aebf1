"""Obligation × publications × run health → status with its proof. Pure; nothing is fetched.

``missing`` is said only where absence was proven (:mod:`monitor.absence`). In every other case
without a report the status is ``unknown``, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.absence import Body, Obstacle, Runs, open_candidates, prove_absence
from monitor.obligations import end_of_day
from monitor.publication_dates import DateVerdict, Interval, judge_date, stated_by
from settings import SHANGHAI
from storage.domain import Obligation, Publication, Published, RunHealth, StatusLine
from storage.vocab import Flag, RunOutcome, Status

WRONG = frozenset({Flag.WRONG_YEAR, Flag.WRONG_AGENCY})
"""Flags with which a publication does not count as the body's report."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What limits the runs that can prove that a publication was not yet there. None: no limit.

    ``address_known``: when a page was first fetched from its address. It may have been the report
    all along, taken for something else until the registry or the program learned better.
    ``body_known``: since when older reports of the body are known from the same column. Earlier
    runs passed over these too, so they did not look for this body.
    """

    address_known: datetime | None = None
    body_known: datetime | None = None


Sightings = Mapping[int, Sighting]
"""By publication id."""


def status_line(
    body: Body,
    obligation: Obligation,
    publications: Sequence[Publication],
    runs: Runs,
    now: datetime,
    sightings: Sightings | None = None,
    silent: Set[str] = frozenset(),
    outside: Set[str] = frozenset(),
) -> StatusLine:
    """Status of one body for one year at ``now``.

    ``publications``: what was found in the slot of this body and year. ``runs``: of all portals;
    those that finished after ``now`` only serve to date what was published before. ``silent``,
    ``outside``: see :func:`monitor.absence.prove_absence`.
    """
    agency = body.agency
    by_now = {p: [r for r in runs.get(p, ()) if _finished_by(r, now)] for p in body.portals}
    own = by_now.get(agency.portal or "", ())
    base = StatusLine(
        agency=agency.id,
        name=agency.name,
        year=obligation.year,
        due=obligation.due,
        basis=obligation.basis,
        status=Status.UNKNOWN,
        portal=agency.portal,
        checked_at=own[-1].finished_at if own else None,
    )
    counted = [p for p in publications if not wrong_flags(p, body)]
    if counted:
        return _published(base, body, obligation, counted, runs, sightings or {})
    if obligation.due is None:
        return replace(base, status=Status.EXEMPT)
    line = _unpublished(base, body, obligation, by_now, now, silent, outside)
    standing = [p for p in publications if p.gone_at is None]
    if standing:
        # Shown by its address with the flag; it does not fulfil the obligation.
        wrong = max(standing, key=lambda p: (p.last_seen, p.id))
        flags = wrong_flags(wrong, body)
        line = replace(line, url=wrong.url, title=wrong.title, flags=flags, publication=wrong.id)
    return line


def wrong_flags(publication: Publication, body: Body) -> tuple[Flag, ...]:
    """The flags of :data:`WRONG`; a text under the body's former or later name is its own."""
    flags: list[Flag] = []
    if publication.content_year is not None and publication.content_year != publication.year:
        flags.append(Flag.WRONG_YEAR)
    if publication.content_agency is not None and publication.content_agency not in body.kin:
        flags.append(Flag.WRONG_AGENCY)
    return tuple(flags)


def _finished_by(run: RunHealth, moment: datetime) -> bool:
    return run.finished_at is not None and run.finished_at <= moment


# --- without a report ---------------------------------------------------------


def _unpublished(
    base: StatusLine,
    body: Body,
    obligation: Obligation,
    runs: Runs,
    now: datetime,
    silent: Set[str],
    outside: Set[str],
) -> StatusLine:
    assert obligation.due is not None
    if now < end_of_day(obligation.due):
        return replace(base, status=Status.NOT_DUE)
    proof = prove_absence(body, obligation, runs, silent, outside)
    if isinstance(proof, Obstacle):
        return replace(base, status=Status.UNKNOWN, reason=proof.reason, explanation=proof.text)
    read = "，".join(f"第 {run.run} 次采集读完 {len(run.columns)} 个栏目" for run in proof)
    return replace(
        base,
        status=Status.MISSING,
        checked_at=proof[0].finished_at,
        explanation=f"{read}，未见该机关的报告",
    )


# --- with a report ------------------------------------------------------------


def _published(
    base: StatusLine,
    body: Body,
    obligation: Obligation,
    publications: Sequence[Publication],
    runs: Runs,
    sightings: Sightings,
) -> StatusLine:
    judged = []
    for publication in publications:
        interval = _interval(publication, body, runs, sightings)
        verdict = judge_date(publication.dates, publication.year, obligation.due, interval)
        judged.append((publication, verdict))
    # Whichever copy was up first fulfils the obligation, also if it was taken down since.
    judged.sort(key=lambda pair: _preference(*pair))
    proof, verdict = judged[0]
    standing = _standing(publications)
    shown = next((p for p, _ in judged if p in standing), proof)
    explanation = verdict.explanation
    if shown is not proof:
        explanation += f"；首次公开于 {proof.url}，该地址已撤下，现见于本地址"
    line = replace(
        base,
        status=verdict.status,
        published=Published(
            verdict.day, verdict.source, verdict.interval.not_before, verdict.interval.not_after
        ),
        url=shown.url,
        title=shown.title,
        portal=shown.portal or base.portal,
        flags=_flags(shown, verdict, standing),
        explanation=explanation or None,
        publication=shown.id,
        checked_at=max(shown.last_seen, shown.gone_at or shown.last_seen),
    )
    if obligation.due is None:
        # Nothing was owed, so nothing is held against the body.
        flags = tuple(f for f in line.flags if f not in (Flag.WITHDRAWN, Flag.BACKDATED))
        return replace(line, status=Status.EXEMPT, flags=flags)
    if verdict.status is Status.LATE and verdict.day and Flag.BACKDATED not in verdict.flags:
        return replace(line, late_days=(verdict.day - obligation.due).days)
    return line


def _flags(
    shown: Publication, verdict: DateVerdict, standing: Sequence[Publication]
) -> tuple[Flag, ...]:
    flags = list(verdict.flags)
    if not standing:
        flags.insert(0, Flag.WITHDRAWN)
    if shown.versions > 1:
        flags.append(Flag.CHANGED)
    if shown.image_only:
        flags.append(Flag.IMAGE_ONLY)
    elif not shown.readable:
        flags.append(Flag.UNREADABLE)
    # A document handed in without an address is no second place on the web.
    if len({_address(p.url) for p in standing if p.url.startswith("http")}) > 1:
        flags.append(Flag.DUPLICATE)
    return tuple(flags)


def _address(url: str) -> str:
    return url.partition("://")[2].rstrip("/")


def _standing(publications: Sequence[Publication]) -> list[Publication]:
    """Those that are up. Nobody watches what was handed in: it does not outlive what was crawled,
    unless it was handed in after that was gone."""
    crawled = [p for p in publications if not p.manual]
    gone = [p.gone_at for p in crawled if p.gone_at is not None]
    taken_down = max(gone) if crawled and len(gone) == len(crawled) else None
    return [
        p
        for p in publications
        if p.gone_at is None and (not p.manual or taken_down is None or p.last_seen > taken_down)
    ]


def _preference(publication: Publication, verdict: DateVerdict) -> tuple[int, bool, date, str]:
    order = {Status.ON_TIME: 0, Status.LATE: 2}.get(verdict.status, 1)
    day = None if Flag.BACKDATED in verdict.flags else verdict.day
    return (
        order,
        publication.gone_at is not None,
        day or publication.first_seen.astimezone(SHANGHAI).date(),
        publication.url,
    )


def _interval(publication: Publication, body: Body, runs: Runs, sightings: Sightings) -> Interval:
    """When it was last proven absent from its own column, and when first seen.

    A report that someone handed in was not found by a run. Only healthy runs prove absence that
    read the very column in which it was found, and left no entry open that could have been it.
    """
    if publication.manual or publication.column_url is None:
        return Interval(None, publication.first_seen)
    sighting = sightings.get(publication.id, Sighting())
    known = min(publication.first_seen, sighting.address_known or publication.first_seen)
    for run in reversed(runs.get(publication.portal or "", ())):
        if (
            run.outcome is RunOutcome.HEALTHY
            and run.finished_at is not None
            and run.finished_at < known
            and (sighting.body_known is None or sighting.body_known <= run.finished_at)
            and any(
                c.url == publication.column_url and c.complete and c.entries for c in run.columns
            )
            and not open_candidates(run, body.kin, publication.year)
            and all(u.url != publication.url for u in run.unresolved)
        ):
            return Interval(run.started_at, publication.first_seen)
    return Interval(None, publication.first_seen)


# --- looking back -------------------------------------------------------------


def as_of(
    body: Body,
    publications: Iterable[Publication],
    runs: Runs,
    moment: datetime,
    sightings: Sightings | None = None,
) -> list[Publication]:
    """What was published by a moment: seen by then, or credibly dated to that day or earlier.

    Today's knowledge judges the dates: one that a later run disproved proves nothing.
    """
    day = moment.astimezone(SHANGHAI).date()
    kept: list[Publication] = []
    for publication in publications:
        interval = _interval(publication, body, runs, sightings or {})
        stated = stated_by(publication.dates, publication.year, interval)
        seen = publication.first_seen <= moment
        if seen or (stated is not None and stated <= day):
            gone = publication.gone_at
            last = publication.last_seen
            kept.append(
                replace(
                    publication,
                    gone_at=gone if gone and gone <= moment else None,
                    # When it was last seen before is not kept; this much is certain.
                    last_seen=last if last <= moment or not seen else publication.first_seen,
                )
            )
    return kept
