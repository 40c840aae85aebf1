"""Dates in text, in addresses and on pages; each with its source, none preferred here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from crawler.documents.document import Block, Document, Grid, Paragraph
from storage.domain import DateEvidence
from storage.vocab import DatePrecision, DateSource

_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DATE = re.compile(
    r"(?<!\d)(20\d{2}|19\d{2})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*日?"
)
_CHINESE_DATE = re.compile(
    r"(二[〇○零][〇○零一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_LABEL = re.compile(
    r"(发布|公开|发文|发表|更新|上网|公布|录入|编辑)\s*(?:的)?\s*(日期|时间)|^(日期|时间|发布于)\s*[:：]|信息时间"
)
_NOT_PUBLICATION = re.compile(
    r"星期|今天|当前|采集|打印|生成时间|生成日期|成文|施行|生效|失效|访问|截至|截止|版权|统计(?!局)|ICP"
)
_SEPARATOR = re.compile(r"[\s:：,，;；|]")
_META_DATE = frozenset(
    {
        "pubdate",
        "publishdate",
        "publishtime",
        "article:published_time",
        "publish_time",
        "datepublished",
    }
)
_SHANGHAI = timezone(timedelta(hours=8))
"""Without summer time since 1991; no page of the network is older."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:\d{6})?$")
_JAVA = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) \d\d:\d\d:\d\d [A-Z]{3,4} (20\d\d)")
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_URL_DAY = (
    re.compile(r"/t(20\d{2})(\d{2})(\d{2})_\d+"),
    re.compile(r"/(20\d{2})[/-](\d{1,2})[/-](\d{1,2})/"),
    re.compile(r"/(20\d{2})/(\d{2})-?(\d{2})/"),
    re.compile(r"/(20\d{2})(\d{2})(\d{2})/"),
    re.compile(r"/(20\d{2})(\d{2})/(\d{2})/"),
)
_URL_MONTH = (re.compile(r"/(20\d{2})(\d{2})/"), re.compile(r"/(20\d{2})[/-](\d{1,2})/"))
_SHORT = 120
"""A publication date stands in a short line, not in a paragraph of prose."""


def _chinese_number(text: str) -> int:
    """1–99 in Chinese numerals."""
    if "十" not in text:
        return int(text.translate(_CHINESE))
    tens, _, ones = text.partition("十")
    return (int(tens.translate(_CHINESE)) if tens else 1) * 10 + (
        int(ones.translate(_CHINESE)) if ones else 0
    )


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_dates(text: str) -> list[date]:
    """Every full date in the text, in order; impossible dates are left out."""
    plain = unicodedata.normalize("NFKC", text)
    found = [(m.start(), _date(int(m[1]), int(m[2]), int(m[3]))) for m in _DATE.finditer(plain)]
    for m in _CHINESE_DATE.finditer(plain):
        year = int(m[1].translate(_CHINESE))
        found.append((m.start(), _date(year, _chinese_number(m[2]), _chinese_number(m[3]))))
    return [day for _, day in sorted(found, key=lambda item: item[0]) if day is not None]


def only_date(text: str) -> tuple[date, str] | None:
    """The one date in the text, and what stands beside it; None for no date or several."""
    plain = unicodedata.normalize("NFKC", text)
    found = [*_DATE.finditer(plain), *_CHINESE_DATE.finditer(plain)]
    days = find_dates(plain)
    if len(found) != 1 or len(days) != 1:
        return None
    return days[0], (plain[: found[0].start()] + plain[found[0].end() :]).strip()


def url_date(url: str) -> DateEvidence | None:
    """The date that an address carries, exact to the day or the month."""
    path = urlsplit(url).path
    for pattern in _URL_DAY:
        if (m := pattern.search(path)) and (day := _date(int(m[1]), int(m[2]), int(m[3]))):
            return DateEvidence(DateSource.URL, day, quote=m.group())
    for pattern in _URL_MONTH:
        if (m := pattern.search(path)) and (day := _date(int(m[1]), int(m[2]), 1)):
            return DateEvidence(DateSource.URL, day, DatePrecision.MONTH, m.group())
    return None


def page_dates(document: Document, body_start: int | None = None) -> tuple[DateEvidence, ...]:
    """Publication dates that the page states: meta tags and labelled visible dates.

    ``body_start``: index of the block where the report's text begins; dates inside the report
    (signature, prose) never count. Without labels, a lone date in a short line right above the
    text counts as visible date.
    """
    found: list[DateEvidence] = []
    for name, content in document.meta:
        if name.lower() in _META_DATE and (day := _meta_day(content)):
            found.append(DateEvidence(DateSource.META, day, quote=f"{name}={content}"[:60]))
    head = document.blocks[:body_start] if body_start is not None else document.blocks[:40]
    visible = list(_labelled(head))
    if not visible and body_start is not None:
        visible = list(_alone(head[-8:]))
    found.extend(visible)
    return tuple(dict.fromkeys(found))


def _meta_day(content: str) -> date | None:
    """The day in Shanghai that a meta tag names. A moment with its zone is another day there than
    here for eight hours a day; where none is told, the hour is never used: templates print 12-hour
    clocks without saying so."""
    if moment := _MOMENT.search(content):
        try:
            return datetime.fromisoformat(moment.group()).astimezone(_SHANGHAI).date()
        except ValueError:
            return None
    days = find_dates(content)
    return days[0] if days else _machine_day(content.strip())


def _machine_day(text: str) -> date | None:
    """Forms of machines: 20240117, Wed Jan 17 09:30:00 CST 2024, epochs."""
    if m := _COMPACT.match(text):
        return _date(int(m[1]), int(m[2]), int(m[3]))
    if m := _JAVA.fullmatch(text):
        # The zone's name is left out: CST is Shanghai's here and Chicago's elsewhere.
        at = _MONTHS.find(m[1])
        return _date(int(m[3]), at // 3 + 1, int(m[2])) if at >= 0 and at % 3 == 0 else None
    if text.isdecimal() and len(text) in (10, 13):
        moment = datetime.fromtimestamp(int(text[:10]), _SHANGHAI)
        return moment.date() if 1995 < moment.year < 2100 else None
    return None


def _labelled(blocks: Sequence[Block]) -> Iterator[DateEvidence]:
    for label, text in _neighbours(blocks):
        match = _LABEL.search(label)
        if not match or len(label) > _SHORT:
            continue
        # "数据统计时间" is none; a 统计局 that is named before says nothing.
        word = _SEPARATOR.split(label[: match.start()])[-1] + match.group()
        if _NOT_PUBLICATION.search(word):
            continue
        for candidate in (label[match.start() :], text):
            if candidate and len(candidate) <= _SHORT and (days := find_dates(candidate)):
                yield DateEvidence(DateSource.PAGE, days[0], quote=candidate[:60])
                break


def _neighbours(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """(text, text that follows it): paragraph and next paragraph, cell and next cell."""
    for position, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            following = blocks[position + 1] if position + 1 < len(blocks) else None
            yield block.text, following.text if isinstance(following, Paragraph) else ""
        else:
            yield from _cell_neighbours(block)


def _cell_neighbours(grid: Grid) -> Iterator[tuple[str, str]]:
    for row in range(len(grid.rows)):
        cells = list(grid.own_cells(row))
        for i, cell in enumerate(cells):
            yield cell.text, cells[i + 1].text if i + 1 < len(cells) else ""


def _alone(blocks: Sequence[Block]) -> Iterator[DateEvidence]:
    lines = [
        b.text
        for b in blocks
        if isinstance(b, Paragraph)
        and not b.link
        and len(b.text) <= _SHORT
        and not _NOT_PUBLICATION.search(b.text)
    ]
    # A period (1 January to 31 December) or a list of other articles is no publication date.
    dated = [(line, days) for line in lines if (days := find_dates(line))]
    if len(dated) == 1 and len(dated[0][1]) == 1:
        yield DateEvidence(DateSource.PAGE, dated[0][1][0], quote=dated[0][0][:60])
