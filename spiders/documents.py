"""What stands at an address, wherever the page keeps it: in itself, on further pages, in a frame,
behind a jump, in a file, or put there by a script. Everything is archived before it is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawler.documents.sniff import sniff
from crawler.health import GONE
from crawler.items import PageItem
from crawler.parsing.reading import Attachment, Part, Reading
from spiders.candidates import Claim
from spiders.evidence import likely_attachments, may_hold_tables
from spiders.files import files, viewed
from spiders.lists import bundle, flip_book
from spiders.merged import texts as merged_texts
from spiders.page import Page
from storage.domain import AnnualReport, ParseFailure, Problem
from storage.vocab import ParseErrorCode, ProblemKind

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

MAX_ATTACHMENTS = 3
MAX_PARTS = 40
"""Pages of one article; flip-books of reports have up to thirty."""
_BOOK_PAGE = re.compile(r"^(.*/files/basic-html/page)(\d{1,4})(\.html?)$", re.I)
MAX_FRAMES = 3
MAX_DEPTH = 3
"""Shells inside of shells."""


@dataclass(frozen=True)
class Stood:
    """``reading`` of what was found, ``capture`` where it is archived. ``broken``: why a part of
    it could not be fetched; what was read then is not the whole. ``several``: the page, where it is
    no report but links those of several bodies; ``parts``: title and reading of each report, where
    it holds several itself."""

    reading: Reading
    capture: int | None
    broken: Problem | None = None
    several: Page | None = None
    parts: tuple[tuple[str, Reading], ...] = ()

    @property
    def is_report(self) -> bool:
        return isinstance(self.reading.result, AnnualReport)


class Documents:
    """Reads the documents of one portal's run."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider

    async def read(self, claim: Claim, response: Response, *, known: bool) -> Stood | None:
        """The document that a claim leads to; None for one that is stored and has not changed."""
        item = await self._spider.submit(PageItem(response, read=True, known=known))
        if item.reading is None:
            return None
        return await self._look(claim, response, Stood(item.reading, item.capture), set(), 0)

    async def _look(
        self, claim: Claim, response: Response, stood: Stood, seen: set[str], depth: int
    ) -> Stood:
        seen.add(response.url)
        page = Page(response.url, response.body) if sniff(response.body) == "text/html" else None
        if stood.reading.next_pages or _next_of_book(response.url):
            stood = await self._whole(response, stood)
        if stood.broken is not None:
            return stood
        if page is not None and (merged := merged_texts(page)):
            return replace(stood, parts=await self._separately(merged, response.url))
        if stood.is_report:
            return await self._with_tables(claim, response, stood, page)
        if page is None:
            return stood
        if bundle.of_several(page):
            return replace(stood, several=page)
        if depth < MAX_DEPTH:
            async for inner in self._inside(page, seen):
                found = await self._read(inner)
                found = await self._look(claim, inner, found, seen, depth + 1)
                if found.is_report or found.broken or found.several:
                    return _titled(found, stood)
        attached = await self._attached(claim, page, stood, seen)
        if attached.is_report or depth:
            return attached
        rendered = await self._spider.surfing.document(claim, page)
        if rendered is not None:
            drawn = await self._look(claim, rendered, await self._read(rendered), seen, MAX_DEPTH)
            if drawn.is_report or drawn.several:
                return drawn
        return replace(stood, broken=_empty(page, stood)) if attached is stood else attached

    async def _read(self, response: Response) -> Stood:
        item = await self._spider.submit(PageItem(response, read=True))
        assert item.reading is not None
        return Stood(item.reading, item.capture)

    async def _separately(
        self, merged: Sequence[tuple[str, bytes]], url: str
    ) -> tuple[tuple[str, Reading], ...]:
        read = self._spider.services.parser.read_parts
        return tuple([(title, await read([Part(text, url=url)])) for title, text in merged])

    # --- further pages ----------------------------------------------------------

    async def _whole(self, response: Response, stood: Stood) -> Stood:
        """The article with all of its pages, read together."""
        parts = [_part(response)]
        asked = {response.url}
        waiting = list(stood.reading.next_pages) or _one(_next_of_book(response.url))
        reading = stood.reading
        while waiting:
            url = waiting.pop(0)
            if url in asked or not self._spider.hosts.allows(url):
                continue
            if len(parts) >= MAX_PARTS:
                message = f"文章超过 {MAX_PARTS} 页，没有读完"
                broken = Problem(ProblemKind.LIST_INCOMPLETE, message, response.url)
                return replace(stood, broken=broken)
            asked.add(url)
            answer = await self._spider.fetcher.get(url)
            if answer.status in GONE and _next_of_book(url) and not _links(parts[-1], url):
                break  # behind the last page of a book
            if answer.problem is not None or answer.response is None:
                problem = answer.problem or Problem(ProblemKind.DECODE, "没有内容", url)
                message = f"文章的后续页面未能读取（{problem.message}）"
                return replace(stood, broken=Problem(problem.kind, message, url))
            await self._spider.submit(PageItem(answer.response))
            parts.append(_part(answer.response))
            reading = await self._spider.services.parser.read_parts(parts)
            waiting += reading.next_pages or _one(_next_of_book(url))
        whole = replace(reading, dates=tuple(dict.fromkeys((*stood.reading.dates, *reading.dates))))
        return Stood(whole, stood.capture)

    # --- shells -----------------------------------------------------------------

    async def _inside(self, page: Page, seen: set[str]) -> AsyncIterator[Response]:
        """Pages that the page sends on to, or shows in its frames."""
        target = page.jump() or flip_book.first_page(page)
        shown = [
            url for url in page.frames() if viewed(url) is None
        ]  # a viewer's file is asked itself
        for url in [target] if target else shown[:MAX_FRAMES]:
            if url in seen or not self._spider.hosts.allows(url):
                continue
            seen.add(url)
            answer = await self._spider.fetcher.get(url)
            if answer.problem is not None:
                self._spider.problem(answer.problem)
            elif answer.response is not None and not answer.unchanged:
                yield answer.response

    # --- files ------------------------------------------------------------------

    async def _attached(self, claim: Claim, page: Page, stood: Stood, seen: set[str]) -> Stood:
        """The report among a page's files; what can't be read among them is told as such."""
        unreadable: Stood | None = None
        for attachment in likely_attachments(_all_files(page, stood.reading), claim)[
            :MAX_ATTACHMENTS
        ]:
            if attachment.url in seen or not self._spider.hosts.allows(attachment.url):
                continue
            seen.add(attachment.url)
            found = await self._file(attachment, stood)
            if isinstance(found.reading.result, AnnualReport):
                return found
            failure = found.reading.result
            if failure.code is not ParseErrorCode.NOT_A_REPORT:
                unreadable = unreadable or found
        return unreadable or stood

    async def _with_tables(
        self, claim: Claim, response: Response, stood: Stood, page: Page | None
    ) -> Stood:
        """A page's text with the tables that it keeps in a file."""
        result = stood.reading.result
        if page is None or not isinstance(result, AnnualReport) or result.table3:
            return stood
        for attachment in may_hold_tables(_all_files(page, stood.reading))[:MAX_ATTACHMENTS]:
            if not self._spider.hosts.allows(attachment.url):
                continue
            answer = await self._spider.fetcher.get(attachment.url)
            if answer.problem is not None or answer.response is None:
                if answer.problem:
                    self._spider.problem(answer.problem)
                continue
            alone = await self._read(answer.response)
            whole = await self._spider.services.parser.read_parts(
                [_part(response), _part(answer.response)]
            )
            for reading, capture in ((whole, stood.capture), (alone.reading, alone.capture)):
                if isinstance(reading.result, AnnualReport) and reading.result.table3:
                    return Stood(replace(stood.reading, result=reading.result), capture)
        return stood

    async def _file(self, attachment: Attachment, stood: Stood) -> Stood:
        answer = await self._spider.fetcher.get(attachment.url)
        if answer.problem is not None or answer.response is None:
            if answer.problem:
                self._spider.problem(answer.problem)
            message = f"附件未能下载：{answer.problem.message if answer.problem else '没有内容'}"
            failure = ParseFailure(ParseErrorCode.UNREADABLE, message)
            return replace(stood, reading=replace(stood.reading, result=failure))
        found = await self._read(answer.response)
        return Stood(replace(stood.reading, result=found.reading.result), found.capture)


def _all_files(page: Page, reading: Reading) -> list[Attachment]:
    named = {a.url: a for a in reading.attachments if a.text}
    found = {a.url: named.get(a.url, a) for a in files(page)}
    for attachment in reading.attachments:
        found.setdefault(attachment.url, attachment)
    return list(found.values())


def _empty(page: Page, stood: Stood) -> Problem | None:
    """Why a page without text is no proof of an unreadable report: it would show it elsewhere."""
    result = stood.reading.result
    if not isinstance(result, ParseFailure) or result.image_only:
        return None
    if result.code is not ParseErrorCode.UNREADABLE:
        return None
    if (target := page.jump()) is not None:
        return Problem(ProblemKind.DECODE, f"页面只是跳转到 {target}，那里没有读到报告", page.url)
    if page.frames() or next(page.root.iter("script"), None) is not None:
        return Problem(
            ProblemKind.DECODE, "页面本身没有文字，内容由脚本或框架显示，未能读取", page.url
        )
    return None


def _titled(inner: Stood, outer: Stood) -> Stood:
    """The page's own title and dates belong to what its shell shows, too."""
    dates = tuple(dict.fromkeys((*outer.reading.dates, *inner.reading.dates)))
    title = inner.reading.page_title or outer.reading.page_title
    return replace(inner, reading=replace(inner.reading, page_title=title, dates=dates))


def _next_of_book(url: str) -> str | None:
    """The address of a flip-book's next page; its pages do not always link each other."""
    m = _BOOK_PAGE.match(url)
    return f"{m[1]}{int(m[2]) + 1}{m[3]}" if m else None


def _links(part: Part, url: str) -> bool:
    return part.url is not None and any(k.url == url for k in Page(part.url, part.data).links)


def _one(url: str | None) -> list[str]:
    return [url] if url else []


def _part(response: Response) -> Part:
    content_type = response.headers.get("Content-Type")
    return Part(
        response.body,
        content_type=content_type.decode("latin-1") if content_type else None,
        url=response.url,
    )
