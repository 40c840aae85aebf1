"""The parser's front door: bytes → report, publication dates, attachments. Never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crawler.documents.document import Document, DocumentError
from crawler.documents.pdf import ImageOnlyPdf
from crawler.documents.sniff import open_again, open_document
from crawler.parsing.dates import page_dates
from crawler.parsing.report import parse_document
from crawler.parsing.two_readings import agreed
from storage.domain import AnnualReport, DateEvidence, ParseFailure
from storage.vocab import ParseErrorCode

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w\-]+)", re.I)
_MAY_BE_ATTACHMENT = re.compile(r"\.(pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|txt)\b|download", re.I)
_ATTACHMENT = re.compile(r"\.(pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|txt)$|download", re.I)


@dataclass(frozen=True, slots=True)
class Attachment:
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """``dates``: publication dates that the page states (never the signature)."""

    result: AnnualReport | ParseFailure
    page_title: str | None = None
    dates: tuple[DateEvidence, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def read(
    data: bytes,
    *,
    filename: str | None = None,
    content_type: str | None = None,
    url: str | None = None,
) -> Reading:
    """Read one document. Pure; bad input gives a ParseFailure, never an exception.

    ``content_type`` is only used for its charset; the format is told by the content.
    """
    charset = _CHARSET.search(content_type or "")
    try:
        document = open_document(data, charset.group(1) if charset else None)
        parsed = parse_document(document)
        if (again := open_again(data, document)) is not None:
            parsed = agreed(parsed, parse_document(again))
    except DocumentError as error:
        image_only = isinstance(error, ImageOnlyPdf)
        return Reading(ParseFailure(ParseErrorCode(error.code), error.message, image_only))
    except (ValueError, IndexError, KeyError, AttributeError, RecursionError, MemoryError) as error:
        # A defect of ours must not stop a crawl; it is told as unreadable, never as a judgement.
        name = type(error).__name__
        return Reading(ParseFailure(ParseErrorCode.UNREADABLE, f"解析程序出错（{name}），未能读取"))
    return Reading(
        parsed.result,
        document.title,
        page_dates(document, parsed.body_block),
        _attachments(document, url),
    )


def _attachments(document: Document, base: str | None) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for link in document.links:
        if not _MAY_BE_ATTACHMENT.search(link.url):
            continue
        address = urljoin(base or "", link.url)
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and _ATTACHMENT.search(parts.path):
            found.setdefault(address, Attachment(address, link.text))
    return tuple(found.values())
