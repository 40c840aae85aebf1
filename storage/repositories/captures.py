"""Archived responses, and what was decided about listed entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage.domain import Capture
from storage.models import CandidateRow, CaptureRow, RunRow
from storage.repositories.writing import add_row, checked_url, clean, upsert


@dataclass(frozen=True, slots=True)
class KnownCandidate:
    """The latest decision about an address. ``verdict``: see :class:`CandidateRow`."""

    url: str
    verdict: str
    agency: str | None
    year: int | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Archived:
    """Where a capture's record stands in the archive."""

    capture: int
    warc_file: str
    warc_offset: int


def save_capture(s: Session, run: int | None, capture: Capture) -> int:
    """The id of the capture; the same archive record saved again keeps its id.

    StorageError: address too long.
    """
    known = s.scalar(
        select(CaptureRow.id).where(
            CaptureRow.url == capture.url,
            CaptureRow.fetched_at == capture.fetched_at,
            CaptureRow.warc_file == capture.warc_file,
            CaptureRow.warc_offset == capture.warc_offset,
        )
    )
    if known is not None:
        return known
    row = {
        "run_id": run,
        "url": checked_url(capture.url),
        "fetched_at": capture.fetched_at,
        "http_status": capture.http_status,
        "media_type": clean(capture.media_type),
        "digest": capture.digest,
        "length": capture.length,
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
        "etag": clean(capture.etag),
        "last_modified": clean(capture.last_modified),
    }
    return add_row(s, CaptureRow, row)


def latest_capture(s: Session, url: str) -> Capture | None:
    """The newest capture of an address."""
    return _newest(s, select(CaptureRow).where(CaptureRow.url == url))


def settled_capture(s: Session, url: str) -> Capture | None:
    """The newest capture of an address whose content was dealt with for certain: its run came to
    its end. A run that was killed may have archived a page and never read it; to take that page
    for known would lose a change for good."""
    query = (
        select(CaptureRow)
        .outerjoin(RunRow, RunRow.id == CaptureRow.run_id)
        .where(CaptureRow.url == url)
        .where(CaptureRow.run_id.is_(None) | RunRow.finished_at.is_not(None))
    )
    return _newest(s, query)


def captures_of(s: Session, run: int) -> dict[str, list[Archived]]:
    """What a run archived, by address, the newest first."""
    query = (
        select(CaptureRow.url, CaptureRow.id, CaptureRow.warc_file, CaptureRow.warc_offset)
        .where(CaptureRow.run_id == run)
        .order_by(CaptureRow.id.desc())
    )
    found: dict[str, list[Archived]] = {}
    for url, capture, file, offset in s.execute(query):
        found.setdefault(url, []).append(Archived(capture, file, offset))
    return found


def _newest(s: Session, query: Select[CaptureRow]) -> Capture | None:
    row = s.scalar(query.order_by(CaptureRow.fetched_at.desc(), CaptureRow.id.desc()).limit(1))
    if row is None:
        return None
    return Capture(
        url=row.url,
        fetched_at=row.fetched_at,
        http_status=row.http_status,
        media_type=row.media_type,
        digest=row.digest,
        length=row.length,
        warc_file=row.warc_file,
        warc_offset=row.warc_offset,
        etag=row.etag,
        last_modified=row.last_modified,
    )


def save_candidate(
    s: Session,
    *,
    portal: str,
    url: str,
    title: str | None,
    column_url: str | None,
    list_date: date | None,
    verdict: str,
    agency: str | None,
    year: int | None,
    score: float,
    reasons: Sequence[str],
    run: int | None,
) -> None:
    """Keep the decision about a listed entry; one row per portal and address, the last one wins.

    StorageError: address too long.
    """
    row = {
        "portal": portal,
        "url": checked_url(url),
        "title": clean(title),
        "column_url": clean(column_url),
        "list_date": list_date,
        "verdict": verdict,
        "agency": agency,
        "year": year,
        "score": score,
        "reasons": list(reasons),
        "run_id": run,
    }
    upsert(s, CandidateRow, [row], ("portal", "url"))


def known_candidates(
    s: Session, portal: str, besides: int | None = None
) -> dict[str, KnownCandidate]:
    """The latest decision for every address of a portal, by address; ``besides``: a run that is
    under way, whose own decisions are left out."""
    query = select(
        CandidateRow.url,
        CandidateRow.verdict,
        CandidateRow.agency,
        CandidateRow.year,
        CandidateRow.title,
    ).where(CandidateRow.portal == portal)
    if besides is not None:
        query = query.where(CandidateRow.run_id.is_(None) | (CandidateRow.run_id != besides))
    return {row.url: KnownCandidate(*row) for row in s.execute(query)}
