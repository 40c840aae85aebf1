"""Which rows of the flow belong to which of the three tables: by what they say, then by place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from crawler.parsing.flow import FlowItem, RowItem, TextItem
from crawler.parsing.labels import TABLE3_FORMS, core
from crawler.parsing.numbers import is_value

_TABLE2 = re.compile(
    r"第二十条|信息内容|^规章|规范性文件|行政许可|行政处罚|行政强制|事业性?收费|制发件数|现行有效|处理决定数量"
    r"|新制作数量|新公开数量|对外公开总数|集中采购|采购项目|对外管理服务|上一年项目"
)
_TABLE3 = re.compile(
    r"自然人|商业企业|科研机构|社会公益组织|法律服务机构|申请人情况|勾稽关系|本年新收|上年结转|办理结果|不予公开|无法提供|不予处理"
    r"|结转下年"
)
_TABLE4 = re.compile(r"行政复议|行政诉讼|结果维持|结果纠正|尚未审结|未经复议|复议后起诉")
_LONG = 70
_BAND = 20
"""Longest lone label in a table, e.g. 第二十条第（一）项."""
_TABLE3_CORES = frozenset(
    form
    for key, forms in TABLE3_FORMS.items()
    if key not in ("other_misc", "result_total")
    for form in forms
)


@lru_cache(maxsize=4096)
def _named_table(text: str) -> str | None:
    """The table that a label belongs to."""
    if is_value(text):
        return None
    plain = core(text)
    if plain in _TABLE3_CORES or _TABLE3.search(plain):
        return "table3"
    if _TABLE4.search(plain):
        return "table4"
    return "table2" if _TABLE2.search(plain) else None


def _vote(row: RowItem) -> str | None:
    votes = {"table2": 0, "table3": 0, "table4": 0}
    for text in row.texts:
        if len(text) <= _LONG and (table := _named_table(text)):
            votes[table] += 2 if table == "table3" else 1
    best = max(votes, key=lambda k: votes[k])
    return best if votes[best] else None


_PROSE_SECTIONS = frozenset(("s1_overview", "s5_problems", "s6_other"))


def _prose(row: RowItem, section: str | None) -> bool:
    """A line of text in a section without tables, on a page that is one giant table."""
    if section not in _PROSE_SECTIONS or not row.exact or len(row.texts) != 1:
        return False
    return len(row.texts[0]) > _BAND or _vote(row) is None


def assign_tables(
    items: Sequence[FlowItem],
    sections: Sequence[str | None],
    apart: frozenset[int] = frozenset(),
) -> dict[str, list[RowItem]]:
    """Rows of table2, table3, table4 in order. ``sections``: the section of each flow item;
    ``apart``: flow indices of rows that belong to none of them.

    Rows that say nothing follow the row before them in the same grid, or, in a grid torn off by a
    page break, the table before it.
    """
    expected = {"s2_proactive": "table2", "s3_requests": "table3", "s4_review_litigation": "table4"}
    result: dict[str, list[RowItem]] = {"table2": [], "table3": [], "table4": []}
    current: str | None = None
    rows = [(i, item) for i, item in enumerate(items) if i not in apart]
    for is_row, group in groupby(rows, key=lambda pair: isinstance(pair[1], RowItem)):
        members = list(group)
        if not is_row:
            # Prose between two grids ends a table; a page number or a caption does not.
            if sum(len(item.text) for _, item in members if isinstance(item, TextItem)) > 120:
                current = None
            continue
        for _, grid_rows in groupby(members, key=lambda pair: pair[1].block):
            part = [
                (i, item)
                for i, item in grid_rows
                if isinstance(item, RowItem) and not _prose(item, sections[i])
            ]
            if not part:
                continue
            votes = [_vote(item) for _, item in part]
            first = next((v for v in votes if v), None)
            if first is None:
                if current is None:
                    current = expected.get(sections[part[0][0]] or "")
                if current is None:
                    continue
            else:
                current = first
            for (_, item), vote in zip(part, votes, strict=True):
                current = vote or current
                if current is not None:
                    result[current].append(item)
    return result
