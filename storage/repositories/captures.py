"""Archived responses, and what was decided about listed entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.domain import Capture
from storage.models import CandidateRow, CaptureRow
from storage.repositories.writing import checked_url, clean, upsert


@dataclass(frozen=True, slots=True)
class KnownCandidate:
    """The latest decision about an address. ``verdict``: see :class:`CandidateRow`."""

    url: str
    verdict: str
    agency: str | None
    year: int | None
    title: str | None


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
    row = CaptureRow(
        run_id=run,
        url=checked_url(capture.url),
        fetched_at=capture.fetched_at,
        http_status=capture.http_status,
        media_type=clean(capture.media_type),
        digest=capture.digest,
        length=capture.length,
        warc_file=capture.warc_file,
        warc_offset=capture.warc_offset,
        etag=clean(capture.etag),
        last_modified=clean(capture.last_modified),
    )
    s.add(row)
    s.flush()
    return row.id


def latest_capture(s: Session, url: str) -> Capture | None:
    """The newest capture of an address."""
    row = s.scalar(
        select(CaptureRow)
        .where(CaptureRow.url == url)
        .order_by(CaptureRow.fetched_at.desc(), CaptureRow.id.desc())
        .limit(1)
    )
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


def known_candidates(s: Session, portal: str) -> dict[str, KnownCandidate]:
    """The latest decision for every address of a portal, by address."""
    query = select(
        CandidateRow.url,
        CandidateRow.verdict,
        CandidateRow.agency,
        CandidateRow.year,
        CandidateRow.title,
    ).where(CandidateRow.portal == portal)
    return {row.url: KnownCandidate(*row) for row in s.execute(query)}
