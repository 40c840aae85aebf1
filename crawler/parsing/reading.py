"""The parser's front door: bytes → report, publication dates, attachments, further pages.

Never raises for the document's sake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.documents.document import Document, DocumentError, Note, NoteCode
from crawler.documents.parts import Part as ReadPart
from crawler.documents.parts import different_reports, join_parts, make_part, without_copies
from crawler.documents.pdf.reader import ImageOnlyPdf
from crawler.documents.sniff import open_again, open_document
from crawler.parsing.dates import page_dates
from crawler.parsing.next_pages import next_pages
from crawler.parsing.report import ParsedDocument, parse_document
from crawler.parsing.two_readings import agreed
from storage.domain import AnnualReport, DateEvidence, ParseFailure
from storage.vocab import ParseErrorCode, SectionId

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w\-]+)", re.I)
_MAY_BE_ATTACHMENT = re.compile(r"\.(pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|txt)\b|download", re.I)
_ATTACHMENT = re.compile(r"\.(pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|txt)$|download", re.I)


@dataclass(frozen=True, slots=True)
class Attachment:
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """``dates``: publication dates that the page states (never the signature). ``next_pages``:
    addresses of the article's pages behind this one, for `read_parts`."""

    result: AnnualReport | ParseFailure
    page_title: str | None = None
    dates: tuple[DateEvidence, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    next_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A page or file that holds part of a report; fields as the arguments of `read`."""

    data: bytes
    filename: str | None = None
    content_type: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """``again``: the second reading of a document, or the first where there is none."""

    part: Part
    document: Document
    again: Document


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
    return _guarded(lambda: _read(_open(Part(data, filename, content_type, url))))


def read_parts(parts: Sequence[Part]) -> Reading:
    """Read a report that is spread over several pages or files, given in order.

    What pages of a portal repeat above and below the text counts once, copies of a part are left
    out; places begin with the part's number: ``part[2]/table[1]/row[5]/col[3]``. A single part is
    read as by `read`. A part that can't be opened is told in the report's issues if the others
    make a whole report; else the failure is the result, since what it held would seem missing.
    """
    if not parts:
        return Reading(ParseFailure(ParseErrorCode.UNREADABLE, "没有文件"))
    if len(parts) == 1:
        return read(**_hints(parts[0]))
    return _guarded(lambda: _read_parts(parts))


def _hints(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in ("data", "filename", "content_type", "url")}


def _guarded(work: Callable[[], Reading]) -> Reading:
    try:
        return work()
    except DocumentError as error:
        return Reading(_failure(error))
    except (ValueError, IndexError, KeyError, AttributeError, RecursionError, MemoryError) as error:
        # A defect of ours must not stop a crawl; it is told as unreadable, never as a judgement.
        name = type(error).__name__
        return Reading(ParseFailure(ParseErrorCode.UNREADABLE, f"解析程序出错（{name}），未能读取"))


def _failure(error: DocumentError) -> ParseFailure:
    image_only = isinstance(error, ImageOnlyPdf)
    return ParseFailure(ParseErrorCode(error.code), error.message, image_only)


def _open(part: Part) -> _Opened:
    charset = _CHARSET.search(part.content_type or "")
    document = open_document(part.data, charset.group(1) if charset else None)
    return _Opened(part, document, open_again(part.data, document) or document)


def _read(opened: _Opened) -> Reading:
    parsed = _parsed(opened.document, opened.again)
    document, url = opened.document, opened.part.url
    return Reading(
        parsed.result,
        document.title,
        page_dates(document, parsed.body_block),
        _attachments(document, url),
        next_pages(document, url, is_report=isinstance(parsed.result, AnnualReport)),
    )


def _parsed(document: Document, again: Document) -> ParsedDocument:
    if not again.blocks:
        # What kept the second reading from being made must not go unsaid.
        return parse_document(replace(document, notes=(*document.notes, *again.notes)))
    parsed = parse_document(document)
    return parsed if again is document else agreed(parsed, parse_document(again))


def _read_parts(parts: Sequence[Part]) -> Reading:
    made: dict[int, tuple[_Opened, ReadPart]] = {}
    failures: dict[int, DocumentError] = {}
    for number, part in enumerate(parts, start=1):
        if any(part.data == parts[earlier - 1].data for earlier in made):
            continue
        try:
            opened = _open(part)
            made[number] = opened, make_part(f"part[{number}]", opened.document)
        except DocumentError as error:
            failures[number] = error
    if not made:
        raise next(iter(failures.values()))
    kept = without_copies([read_part for _, read_part in made.values()])
    if (different := different_reports(kept, by_title=False)) > 1:
        text = f"{different} 个部分各是一份不同的年度报告，不能合成一份；请逐份导入"
        raise DocumentError("unsupported", text)
    chosen = [(opened, read_part) for opened, read_part in made.values() if read_part in kept]
    media = {opened.document.media_type for opened, _ in chosen}
    media_type = media.pop() if len(media) == 1 else chosen[0][0].document.media_type
    document = join_parts([read_part for _, read_part in chosen], media_type)
    again = document
    if any(opened.again is not opened.document for opened, _ in chosen):
        seconds = [replace(read_part, document=opened.again) for opened, read_part in chosen]
        again = join_parts(seconds, media_type)
    notes = [
        Note(NoteCode.UNREAD, f"第 {number} 个部分未能读取：{error.message}")
        for number, error in failures.items()
    ]
    parsed = _parsed(replace(document, notes=(*document.notes, *notes)), again)
    if failures and not _is_whole(parsed.result):
        first, failure = next(iter(failures.items()))
        raise DocumentError(failure.code, f"第 {first} 个部分：{failure.message}")
    given = {part.url for part in parts}
    attachments: dict[str, Attachment] = {}
    further: dict[str, None] = {}
    for opened, _ in made.values():
        for attachment in _attachments(opened.document, opened.part.url):
            attachments.setdefault(attachment.url, attachment)
        pages = next_pages(opened.document, opened.part.url, is_report=True)
        further |= dict.fromkeys(page for page in pages if page not in given)
    return Reading(
        parsed.result,
        document.title,
        page_dates(document, parsed.body_block),
        tuple(a for a in attachments.values() if a.url not in given),
        tuple(further),
    )


def _is_whole(result: AnnualReport | ParseFailure) -> bool:
    """Whether nothing that an unread part could hold is missing."""
    return (
        isinstance(result, AnnualReport)
        and len({s.id for s in result.sections}) == len(SectionId)
        and all((result.table2, result.table3, result.table4))
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
