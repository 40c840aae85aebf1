"""A report whose line breaks were lost: the whole text in one line or a few → lines again.

Cuts are made only where the form itself says that a line begins or ends: its six headings, the
beginnings of its tables, the title, the signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from crawler.documents.text.line_cells import Line

_LONG = 600
"""A paragraph of a report with lines is hardly ever so long."""
_LEAST = 4
"""Fewer headings in a line are a sentence about the form."""
_HEADING = re.compile(
    r"[一二三四五六][、.．] ?(?:总体情况|主动公开政府信息的?情况|收到和处理政府信息公开申请的?情况"
    r"|(?:因?政府信息公开(?:工作)?(?:被申请)?|被申请)?行政复议、(?:提起)?行政诉讼的?情况"
    r"|(?:政府信息公开工作)?存在的?主要问题及改进(?:情况|措施)|其[他它]需要报告的?(?:的)?事项)"
)
_TABLE = re.compile(r"第二十条第[（(]一[）)]项|[（(]本列数据|行政复议\s+(?:行政诉讼|结果维持)")
_TITLE = re.compile(r"(?:年度报告|年报)(?=\s|根据|按照|依照|依据|现将|为)")
_FIRST = 80
"""The title ends within so many characters."""
_SIGNATURE = re.compile(r"[^。；，：]{4,60}\d{4}年\d{1,2}月\d{1,2}日\s*$")


def without_breaks(line: Line) -> Iterator[Line]:
    """The line, or the lines that it is made of; places stay those of the text."""
    if len(line.text) < _LONG or line.start is None:
        yield line
        return
    headings = list(_HEADING.finditer(line.text))
    if len(headings) < _LEAST:
        yield line
        return
    cuts = {place for found in headings for place in found.span()}
    cuts.update(found.start() for found in _TABLE.finditer(line.text))
    if title := _TITLE.search(line.text, 0, _FIRST):
        cuts.add(title.end())
    last = line.text.rfind("。") + 1
    if last and _SIGNATURE.match(line.text, last):
        cuts.add(last)
    bounds = [0, *sorted(cuts - {0, len(line.text)}), len(line.text)]
    for begin, end in pairwise(bounds):
        yield Line(line.text[begin:end], line.start + begin)
