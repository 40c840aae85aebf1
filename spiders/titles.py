"""Titles of lines as lists print them: notices that only announce a report are read as its title."""

from __future__ import annotations

import re

from crawler.parsing.titles import TitleReading, read_title

_VERB = r"(?:公布|发布|公开|公示|印发|刊发)+"
_ANNOUNCED = re.compile(
    # 某局关于公布《…年度报告》的通知. What asks others to hand in or to compile reports is none.
    rf"^(?P<body>[\u4e00-\u9fff（）()]{{0,40}}?)(?:关于|现将)?(?:{_VERB})?《(?P<inner>[^《》]*(?:年报|报告))》"
    r"(?:的)?(?:通知|公告|公示|通报|函)?$"
    rf"|^(?P<body2>[\u4e00-\u9fff（）()]{{0,40}}?)关于{_VERB}(?P<inner2>[^《》]*(?:年报|年度报告))的(?:通知|公告|公示|函)$"
)
_LONGEST = 120
"""Characters of a title; longer texts are none."""
_GATHERED = re.compile(
    # What gathers reports, or announces what is in its attachments.
    r"汇总|汇编|合集|合编|一览表?$|集中(?:公开|公示|展示|发布)"
    rf"|{_VERB}.{{0,50}}(?:通知|公告|通告|公示|通报|函)$|.{{0,40}}(?:年报|报告|材料)的?(?:公示|公告|通告)$"
)
_OF_WORK = re.compile(
    # What asks for reports, or tells of other matters, in the same form.
    r"做好|编制|编写|撰写|报送|上报|填报|开展|召开|培训|解读|图解|要求|考核|测评|整改|征求|评选|任免|招聘|录用|采购|招标"
    r"|会议|要点|方案|检查|预算|决算|统计公报|政府工作报告|法治|指南|目录"
)
_GROUP = re.compile(
    r"各|部分|有关|所有|全部|等.{0,4}[\d一二三四五六七八九十]+[家个]"
    r"|(?:^|[省市县区州旗]|直属?|级)(?:部门|单位|机关|乡镇|镇街|镇乡|街道|乡镇街道)(?:\(?街道\)?)?$"
)


def announced(title: str) -> str:
    """The report's own title where a title only announces it, with the announcing body before one
    that names none; any other title as it is."""
    m = _ANNOUNCED.match(re.sub(r"\s", "", title))
    if m is None:
        return title
    inner, body = m["inner"] or m["inner2"], m["body"] or m["body2"] or ""
    return inner if read_title(inner).agency else body + inner


def read(title: str) -> TitleReading:
    """As `read_title`, of the title that is announced."""
    return read_title(announced(title))


def of_several(title: str) -> bool:
    """Whether an article's title may be that of one that holds or links the reports of several
    bodies: it gathers or announces them, or is a report's title that names no single body."""
    words = re.sub(r"\s", "", title)
    if (
        len(words) > _LONGEST
        or not re.search(r"(?:19|20)\d{2}|年报|年度报告", words)
        or _OF_WORK.search(words)
    ):
        return False
    if _GATHERED.search(words):
        return True
    reading = read(words)
    if not reading.is_report_title or reading.excluded or not reading.year:
        return False
    return reading.agency is None or bool(_GROUP.search(reading.agency))


def gathers(title: str) -> bool:
    """Whether a title gathers or announces what others wrote, in words that no report bears."""
    words = re.sub(r"\s", "", title)
    return of_several(words) and bool(_GATHERED.search(words))
