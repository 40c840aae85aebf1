"""The report's own title on a page that names others as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from crawler.documents.document import Document
from crawler.parsing.flow import FlowItem, TextItem
from crawler.parsing.titles import TitleReading, plain_title, read_title

_LINES = 4
"""A title may be set in several lines: body, year, 政府信息公开工作, 年度报告."""
_LENGTH = 80
_HEAD = 40
"""Without a section heading the title is looked for among so many items."""
_SURE = 6
"""Score of a title that names a body or a year beside the kind of report."""
_NAVIGATION = re.compile(r"当前位置|您的位置|所在位置|首页|[>＞»›→]")
# A line of a title that goes on in the next: a body, a year, words; no date, number or label.
_PART = re.compile(r"^[^\d:：|]*(?:(?:19|20)\d{2}\s*年?度?)?[^\d:：|]*$")
_YEAR = re.compile(r"^[(（]?(?:(?:19|20)\d{2}|二[〇○零].{2})年?度?[)）]?$")
_NO_TITLE = re.compile(r"^第二十条|^[(（]?单位")
"""Lines over the form's tables, where nothing stands above these."""
_META = ("articletitle", "title", "og:title")


@dataclass(frozen=True, slots=True)
class Title:
    """``end``: flow index behind the title (0 if it does not stand in the text). ``source``: where
    it was read: heading, text, meta or page_title."""

    text: str | None
    reading: TitleReading | None
    end: int
    source: str = "text"

    @property
    def is_report(self) -> bool:
        return bool(self.reading and self.reading.is_report_title)

    @property
    def excluded(self) -> str | None:
        """The word that shows that the page is about something else."""
        return self.reading.excluded if self.reading else None


def find_title(document: Document, items: Sequence[FlowItem], first: int | None) -> Title:
    """What stands above the text, then headings, meta tags, the page's title.

    ``first``: flow index of the first section heading. Links name other pages and are no titles.
    """
    candidates = list(_shown(items, min(len(items), _HEAD) if first is None else first))
    # Of equals the one in fewer lines, then the one nearest to the text.
    best = max(candidates, key=lambda c: c[:3], default=None)
    if best is not None and best[0] >= _SURE:
        return best[3]
    for text, source in named_titles(document):
        reading = read_title(text)
        if reading.is_report_title and (best is None or reading.agency is not None):
            return Title(plain_title(text), reading, best[3].end if best else 0, source)
    if best is not None:
        return best[3]
    text = document.title or next((i.text for i in items if _may_be_title(i)), "")
    if _NO_TITLE.match(text):
        return Title(None, None, 0)
    if not text or len(text) > _LENGTH:
        return Title(None, None, 0)
    return Title(plain_title(text), read_title(text), 0, "page_title" if document.title else "text")


def named_titles(document: Document) -> Iterator[tuple[str, str]]:
    """Titles that the page names beside its text, each with its source."""
    yield from ((text, "meta") for name, text in document.meta if name.lower() in _META)
    if document.title:
        yield document.title, "page_title"


def _shown(items: Sequence[FlowItem], end: int) -> Iterator[tuple[int, int, int, Title]]:
    """Score, minus number of lines, place, and title of each candidate before ``end``."""
    for start in range(end):
        joined = ""
        complete = False
        source = "text"
        for index in range(start, min(start + _LINES, end)):
            item = items[index]
            if not _may_be_title(item) or (complete and not _YEAR.match(item.text)):
                break
            if joined and not (_PART.match(joined) and _PART.match(item.text)):
                break
            joined += item.text
            if item.level > 0:
                source = "heading"
            if len(joined) > _LENGTH or "。" in joined:
                break
            reading = read_title(joined)
            if not reading.is_report_title and reading.excluded is None:
                continue
            complete = reading.is_report_title
            score = 4 * complete + 2 * (reading.agency is not None)
            score += (reading.year is not None) + (item.level > 0)
            title = Title(plain_title(joined), reading, index + 1, source)
            yield score, start - index, start, title


def _may_be_title(item: FlowItem) -> TypeGuard[TextItem]:
    return (
        isinstance(item, TextItem)
        and (not item.link or item.level == 1)
        and not _NAVIGATION.search(item.text)
    )
