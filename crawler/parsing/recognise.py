"""Whether a page is an annual report, and if not, why: lists, news and guides also speak of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crawler.documents.document import Document
from crawler.parsing.flow import FlowItem, TextItem
from crawler.parsing.headings import Heading
from crawler.parsing.tables import TableReading
from crawler.parsing.title_search import Title
from crawler.parsing.titles import part_of_year, plain_title, read_title
from storage.domain import ParseFailure
from storage.vocab import CellState, ParseErrorCode

_TOPICS = tuple(
    re.compile(pattern)
    for pattern in (
        "主动公开",
        "申请",
        "复议|诉讼",
        "问题|不足",
        "改进|下一步",
        "处理费|收费",
        "公开条例",
    )
)
_LEAST_TOPICS = 3
_NEWS = re.compile(r"记者|获悉|日前|近日|本报讯|讯员")
_SENTENCE = 25
"""A shorter paragraph is no prose."""
_ENOUGH = 200
"""Characters of prose of the shortest report without headings and tables."""
_NOTHING = 20
"""A page with fewer visible characters shows no text."""


def refusal(
    document: Document,
    items: Sequence[FlowItem],
    title: Title,
    headings: Sequence[Heading],
    tables: Mapping[str, TableReading],
    statistics: bool = False,
) -> ParseFailure | None:
    """None for a report; else the error with a Chinese reason. ``statistics``: it has the 统计表 of
    the reports up to 2018."""
    states = [{c.state for row in t.cells.values() for c in row.values()} for t in tables.values()]
    read = [found for found in states if found - {CellState.ABSENT}]
    figures = [found for found in states if CellState.NUMBER in found]
    own = [i.text for i in items[title.end :] if isinstance(i, TextItem) and not i.link]
    prose = [text for text in own if len(text) >= _SENTENCE]
    if title.excluded is not None:
        # A notice that brings the blank form along is none; a page whose other title was taken is;
        # one of half a year is none, whatever it brings.
        if not part_of_year(title.text or "") and len(figures) >= 2 and len(headings) >= 4:
            return None
        return _not_a_report(f"标题含“{title.excluded}”")
    if len(read) >= 2 or (read and (title.is_report or len(headings) >= 2)):
        return None
    length = sum(map(len, prose))
    if title.is_report and (len(headings) >= 2 or statistics or _tells(prose, own)):
        return None
    if len(headings) >= 4 and length >= _ENOUGH:
        return None
    return _failure(document, items, title, length)


def _tells(prose: Sequence[str], own: Sequence[str]) -> bool:
    """Whether running text without headings speaks of what a report must speak of, and not as
    news do. ``own``: all of the page's text but links."""
    text = "".join(prose)
    topics = sum(bool(topic.search(text)) for topic in _TOPICS)
    return (
        len(text) >= _ENOUGH
        and topics >= _LEAST_TOPICS
        and not _NEWS.search("".join(own)[:_ENOUGH])
    )


def _failure(
    document: Document, items: Sequence[FlowItem], title: Title, length: int
) -> ParseFailure:
    if _claims(items, title) and length < _ENOUGH:
        where = "图片" if document.images else "附件或由脚本加载"
        message = (
            f"页面有年度报告的标题而没有正文，正文可能是{where}，未能读取；可将原文转成文本后导入"
        )
        return ParseFailure(ParseErrorCode.UNREADABLE, message, image_only=document.images > 0)
    shown = sum(len(i.text) if isinstance(i, TextItem) else sum(map(len, i.texts)) for i in items)
    if shown < _NOTHING:
        return ParseFailure(ParseErrorCode.UNREADABLE, "没有可读的文字内容")
    return _not_a_report("没有年度报告的标题、章节和表格")


def _claims(items: Sequence[FlowItem], title: Title) -> bool:
    """Whether the page says that it is one body's report of one year, and no list of them."""
    if title.reading is None or not title.is_report or title.reading.year is None:
        return False
    lines = [item for item in items if isinstance(item, TextItem)]
    # A path to the page names the column, without a year.
    listed = [line for line in lines if _names_report(line.text)]
    if len({plain_title(line.text) for line in listed if not line.link}) > 1:
        return False
    return title.reading.agency is not None or sum(line.link for line in listed) < 2


def _names_report(line: str) -> bool:
    reading = read_title(line)
    return reading.is_report_title and reading.year is not None


def _not_a_report(why: str) -> ParseFailure:
    return ParseFailure(ParseErrorCode.NOT_A_REPORT, f"不是政府信息公开工作年度报告：{why}")
