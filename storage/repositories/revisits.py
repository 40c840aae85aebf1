"""When known reports were last asked for, and where their text stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import CaptureRow, PublicationRow, ReportVersionRow, RunRow
from storage.vocab import RunKind


def last_asked(s: Session, portal: str) -> dict[str, datetime]:
    """By address: when it last answered a run of the portal that came to its end."""
    query = (
        select(CaptureRow.url, func.max(CaptureRow.fetched_at))
        .join(RunRow, RunRow.id == CaptureRow.run_id)
        .where(RunRow.portal == portal, RunRow.finished_at.is_not(None))
        .group_by(CaptureRow.url)
    )
    return dict(s.execute(query).tuples().all())


def text_addresses(s: Session, portal: str) -> dict[int, str]:
    """By publication of a portal: the address of the document from which its newest content was
    read, where that is not the publication's own (a file, a frame, the end of a redirection)."""
    newest = (
        select(func.max(ReportVersionRow.seq))
        .where(ReportVersionRow.publication_id == PublicationRow.id)
        .correlate(PublicationRow)
        .scalar_subquery()
    )
    query = (
        select(PublicationRow.id, CaptureRow.url)
        .join(ReportVersionRow, ReportVersionRow.publication_id == PublicationRow.id)
        .join(CaptureRow, CaptureRow.id == ReportVersionRow.capture_id)
        .where(
            PublicationRow.portal == portal,
            ReportVersionRow.seq == newest,
            CaptureRow.url != PublicationRow.url,
        )
    )
    return dict(s.execute(query).tuples().all())


def last_revisits(s: Session) -> dict[str, tuple[datetime, bool]]:
    """By portal with publications: when its last revisit began, and whether it came to its end;
    portals never revisited are left out."""
    newest = (
        select(func.max(RunRow.id))
        .where(RunRow.kind == RunKind.REVISIT.value)
        .group_by(RunRow.portal)
    )
    rows = select(RunRow.portal, RunRow.started_at, RunRow.finished_at).where(RunRow.id.in_(newest))
    return {portal: (began, ended is not None) for portal, began, ended in s.execute(rows)}
