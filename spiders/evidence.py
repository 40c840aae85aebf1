"""What else a document's listing, address and answer tell: its day, and its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from crawler.parsing.dates import url_date
from crawler.parsing.reading import Attachment, Reading
from settings import SHANGHAI
from spiders.candidates import Claim
from spiders.entries import looks_like_report
from storage.domain import DateEvidence
from storage.vocab import DateSource

_FRESH = timedelta(days=1)
"""A Last-Modified younger than this is made for the request, not for the document."""


def publication_dates(
    claim: Claim, reading: Reading, response: Response, now: datetime
) -> list[DateEvidence]:
    """Every evidence of the day of publication; the server's own date only where nothing else is."""
    found = list(reading.dates)
    if claim.list_date:
        found.append(DateEvidence(DateSource.LIST, claim.list_date))
    if (by_url := url_date(claim.url)) is not None:
        found.append(by_url)
    if not found and (modified := _last_modified(response, now)) is not None:
        found.append(modified)
    return found


def likely_attachments(attachments: Sequence[Attachment], claim: Claim) -> list[Attachment]:
    """Attachments that may be the report, the best first."""
    named = [a for a in attachments if looks_like_report(a.text)]
    others = [a for a in attachments if a not in named]
    return named + (others if claim.score >= 0.5 else [])


def _last_modified(response: Response, now: datetime) -> DateEvidence | None:
    text = (response.headers.get("Last-Modified") or b"").decode("latin-1")
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment > now - _FRESH:
        return None
    return DateEvidence(DateSource.LAST_MODIFIED, moment.astimezone(SHANGHAI).date(), quote=text)
