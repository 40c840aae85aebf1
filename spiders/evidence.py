"""What else a document's listing, address and answer tell: its day, and its attachments."""

from __future__ import annotations

import re
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
_TABLES = re.compile(r"附[件表]|[一二三四]\s*表|统计表|情况表|表格|申请情况")
_SHEET = re.compile(r"\.(?:xlsx?|et|docx?|wps|pdf|ofd)$", re.I)


def publication_dates(
    claim: Claim, reading: Reading, response: Response, now: datetime
) -> list[DateEvidence]:
    """Every evidence of the day of publication, each with its source. The server's own date is
    only ever kept beside them; the signature stands in the report, the first sight in the store."""
    found = list(reading.dates)
    if claim.list_date:
        found.append(DateEvidence(DateSource.LIST, claim.list_date))
    if (by_url := url_date(claim.url)) is not None:
        found.append(by_url)
    if (modified := _last_modified(response, now)) is not None:
        found.append(modified)
    return list(dict.fromkeys(found))


def likely_attachments(attachments: Sequence[Attachment], claim: Claim) -> list[Attachment]:
    """Attachments that may be the report, the best first."""
    named = [a for a in attachments if looks_like_report(a.text)]
    others = [a for a in attachments if a not in named]
    return named + (others if claim.score >= 0.5 else [])


def may_hold_tables(attachments: Sequence[Attachment]) -> list[Attachment]:
    """Attachments that may hold the tables of a report whose text stands on the page."""
    named = [
        a for a in attachments if _TABLES.search(a.text) or looks_like_report(a.text) or not a.text
    ]
    return [a for a in named if _SHEET.search(a.url.partition("?")[0]) or a.text]


def _last_modified(response: Response, now: datetime) -> DateEvidence | None:
    text = (response.headers.get("Last-Modified") or b"").decode("latin-1")
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None or moment > now - _FRESH:
        return None
    return DateEvidence(DateSource.LAST_MODIFIED, moment.astimezone(SHANGHAI).date(), quote=text)
