"""Page furniture inside texts: counters, buttons, dates of the page. Never part of a report.

Content systems print them within the same block as the text, so that they end up in a section.
They change with every visit; a report that is called changed because of them would be a false
accusation. Source: footers and head lines of pages seen on public portals.
"""

from __future__ import annotations

import re

_DATE = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_COUNTER = re.compile(
    r"[【\[（(]?\s*(?:浏览|阅读|点击|访问|查看)\s*(?:次数|量|数|人数|人次|率)?\s*[:：]?\s*"
    r"(?:\d[\d,]*\s*(?:次|人次|人)?|(?:次|人次))\s*[】\]）)]?"
)
"""Needs its own mark: 浏览次数：12, 阅读量 12次, 点击：12. 访问量为12万 is content."""
_MARKED = re.compile(r"(?:次数|量|数|人数|人次|率)?\s*[:：]|次|[【\[]")
_PIECES = re.compile(
    rf"(?:(?:发布|发稿|更新|录入|添加|公开|成文|生成|打印)(?:时间|日期)\s*[:：]\s*(?:{_DATE})?"
    r"|(?:信息|文章|稿件)?(?:来源|作者|编辑|责任编辑|审核|录入)\s*[:：]\s*\S{0,30}"
    r"|字\s*[体号]\s*(?:大小)?\s*[:：]?\s*[【\[（(]?\s*(?:特大|大)?\s*/?\s*大?\s*/?\s*中\s*/?\s*小\s*[】\]）)]?"
    r"|[【\[（(]?\s*(?:我要)?(?:打印|关闭|收藏|分享|纠错|返回顶部|返回)(?:本页|本文|此页|窗口|页面|到|顶部)?\s*[:：]?\s*[】\]）)]?"
    r"|扫一扫\S{0,20}|微信|微博|朋友圈|TOP"
    r"|(?:上|下)一[篇条页]\s*[:：]?.*|相关(?:链接|文章|阅读|信息)\s*[:：]?.*)",
    re.I,
)
_GAP = re.compile(r"[\s|｜·、，,;；]+")


def content_lines(text: str) -> list[str]:
    """The lines of a text without furniture; empty ones are left out."""
    return [line for raw in text.splitlines() if (line := _content(raw))]


def _content(line: str) -> str:
    line = line.strip()
    if len(line) > 200:
        return line
    counted = _COUNTER.sub(_drop_counter, line) if _COUNTER.search(line) else line
    rest = _PIECES.sub("", counted)
    if not rest or _GAP.fullmatch(rest):
        return ""
    return line if counted is line else counted.strip()


def _drop_counter(match: re.Match[str]) -> str:
    """Only what is printed like a counter; a sentence about visits stays."""
    return "" if _MARKED.search(match[0]) and re.search(r"[:：【\[]", match[0]) else match[0]
