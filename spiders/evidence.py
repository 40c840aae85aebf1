"""What else a document's listing, address and answer tell: its day, and its attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from crawler.documents.sniff import sniff
from crawler.parsing.dates import url_date
from crawler.parsing.reading import Attachment, Reading
from settings import SHANGHAI
from spiders.candidates import Claim
from spiders.entries import looks_like_report
from spiders.page import Page
from storage.domain import DateEvidence
from storage.vocab import DateSource

_FRESH = timedelta(days=1)
"""A Last-Modified younger than this is made for the request, not for the document."""
_META_NAMES = frozenset({"pubdate", "publishdate", "publishtime", "publish_time", "datepublished"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:\d{6})?$")
_JAVA = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) \d\d:\d\d:\d\d [A-Z]{3,4} (20\d\d)")
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_TABLES = re.compile(r"附[件表]|[一二三四]\s*表|统计表|情况表|表格|申请情况")
_SHEET = re.compile(r"\.(?:xlsx?|et|docx?|wps|pdf|ofd)$", re.I)


def publication_dates(
    claim: Claim, reading: Reading, response: Response, now: datetime
) -> list[DateEvidence]:
    """Every evidence of the day of publication, each with its source. The server's own date is
    only ever kept beside them; the signature stands in the report, the first sight in the store."""
    found = [_in_shanghai(d) for d in reading.dates]
    if not any(d.source is DateSource.META for d in found):
        found += _meta_days(response)
    if claim.list_date:
        found.append(DateEvidence(DateSource.LIST, claim.list_date))
    if (by_url := url_date(claim.url)) is not None:
        found.append(by_url)
    if (modified := _last_modified(response, now)) is not None:
        found.append(modified)
    return list(dict.fromkeys(found))


def _in_shanghai(evidence: DateEvidence) -> DateEvidence:
    """A moment printed with its zone is another day there than here for eight hours a day."""
    moment = _MOMENT.search(evidence.quote or "")
    if moment is None or evidence.source is not DateSource.META:
        return evidence
    try:
        day = datetime.fromisoformat(moment.group()).astimezone(SHANGHAI).date()
    except ValueError:
        return evidence
    return replace(evidence, day=day)


def _meta_days(response: Response) -> list[DateEvidence]:
    """Publication days of meta tags in forms of machines: 20240117, Wed Jan 17 09:30:00 CST 2024,
    epochs. The hour is never used: templates print 12-hour clocks without saying so."""
    if sniff(response.body) != "text/html":
        return []
    found: list[DateEvidence] = []
    for name, content in Page(response.url, response.body).meta.items():
        if name in _META_NAMES and (day := _machine_day(content.strip())) is not None:
            found.append(DateEvidence(DateSource.META, day, quote=f"{name}={content}"[:60]))
    return found


def _machine_day(text: str) -> date | None:
    try:
        if m := _COMPACT.match(text):
            return date(int(m[1]), int(m[2]), int(m[3]))
        if m := _JAVA.fullmatch(text):
            # The zone's name is left out: CST is Shanghai's here and Chicago's elsewhere.
            return date(int(m[3]), _MONTHS.index(m[1]) // 3 + 1, int(m[2]))
    except ValueError:
        return None
    if text.isdecimal() and len(text) in (10, 13):
        moment = datetime.fromtimestamp(int(text[:10]), SHANGHAI)
        return moment.date() if 1995 < moment.year < 2100 else None
    return None


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
