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
