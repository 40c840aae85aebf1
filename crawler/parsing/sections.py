"""Flow and headings → preface, sections, signature. Page furniture around the text is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.parsing.flow import FlowItem, RowItem, TextItem
from crawler.parsing.headings import Heading
from crawler.parsing.signature import Signature, take_signature
from storage.domain import Section

_FURNITURE = re.compile(
    r"^[【\[]?(上一[篇条]|下一[篇条]|打印|关闭|返回|分享|扫一扫|扫码|[主承]办单位|[主承]办[:：]|版权所有|网站标识码|相关链接|友情链接"
    r"|责任编辑|责编|编辑[:：]|信息来源|来源[:：]|返回顶部|浏览次数|阅读次数|网站地图|联系我们|[^。]{0,12}ICP备|[^。]{0,8}公网安备|附件[:：]?\d*$)"
)
_TERMINAL = ("。", "！", "？", "；", "：", "”", ".", ";", ":", "!", "?", "）", ")")
_LIST_LEAD = re.compile(
    r"^([（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+[、是]|\d+[.、．]|[*#—-])"
)
_LEAST = 15
"""A shorter line before the first heading is no preface."""
_PREFACE = re.compile(r"条例|报告|政府信息公开")
_BEHIND = 12
"""So many lines behind the body are searched for its signature."""
_TORN = 20
"""A shorter line without a full stop is a subheading, not a torn sentence."""


@dataclass(frozen=True, slots=True)
class Sections:
    preface: str
    sections: tuple[Section, ...]
    signature: Signature
    body_start: int
    """index in the flow of the first heading: dates from there on belong to the report"""


def join_torn(lines: Sequence[str]) -> str:
    """Lines → text; a sentence torn by a page break is put together again."""
    out: list[str] = []
    for line in lines:
        previous = out[-1] if out else ""
        if (
            previous
            and len(previous) >= _TORN
            and not previous.endswith(_TERMINAL)
            and not _LIST_LEAD.match(line)
        ):
            out[-1] = previous + line
        else:
            out.append(line)
    return "\n".join(out)


def build_sections(
    items: Sequence[FlowItem],
    headings: Sequence[Heading],
    official_rows: frozenset[int],
    start: int,
) -> Sections:
    """``start``: flow index behind the title; ``official_rows``: flow indices of the three tables."""
    container = _container(items, headings, official_rows)
    sections: list[Section] = []
    signature = Signature(None, None)
    for position, heading in enumerate(headings):
        last = position + 1 == len(headings)
        end = len(items) if last else headings[position + 1].index
        lines = [heading.rest] if heading.rest else []
        annex: int | None = None
        for index in range(heading.index + 1, end):
            item = items[index]
            if index in official_rows or not _inside(item, container):
                continue
            text = item.text if isinstance(item, TextItem) else "\t".join(item.texts)
            if last and isinstance(item, TextItem) and item.link:
                continue
            if last and "。" not in text and _FURNITURE.match(text):
                break
            if annex is None and isinstance(item, RowItem):
                annex = len(lines)
            lines.append(text)
        if last:
            behind = _behind(items, heading.index, container)
            lines, signature = _signed(lines, annex, behind)
        at = items[heading.index]
        place = at.at if isinstance(at, TextItem) else at.cells[0].at
        sections.append(
            Section(heading.id, heading.text, join_torn([x for x in lines if x]), place)
        )
    first = headings[0].index if headings else len(items)
    preface = _preface(items[start:first], container)
    return Sections(join_torn(preface), tuple(sections), signature, first)


def _signed(
    lines: list[str], annex: int | None, behind: Sequence[str]
) -> tuple[list[str], Signature]:
    """The last section's text without its signature. ``annex``: index of the first line that is a
    row of a table; ``behind``: lines outside the element that holds the headings."""
    kept, signature = take_signature(lines)
    if signature.day is not None:
        return kept, signature
    if annex is not None:
        before, found = take_signature(lines[:annex])
        if found.day is not None:
            return [*before, *lines[annex:]], found
    if behind:
        # A date alone may be the page's own.
        more, found = take_signature([*lines, *behind])
        if found.day is not None and found.body is not None:
            return more, found
    return kept, signature


def _behind(items: Sequence[FlowItem], start: int, container: tuple[int, ...]) -> list[str]:
    """Lines that follow the body's element at once, up to links, tables and page furniture."""
    if not container:
        return []
    end = max(i for i in range(start, len(items)) if _inside(items[i], container)) + 1
    lines: list[str] = []
    for item in items[end : end + _BEHIND]:
        if not isinstance(item, TextItem) or item.link or _FURNITURE.match(item.text):
            break
        lines.append(item.text)
    return lines


def _preface(items: Sequence[FlowItem], container: tuple[int, ...]) -> list[str]:
    """Text between title and first heading: within the element that holds the headings; else
    within the next one around it that has prose about the report."""
    lines = [i for i in items if isinstance(i, TextItem) and len(i.text) >= _LEAST]
    own = [item.text for item in lines if _inside(item, container)]
    if own:
        return own
    prose = [item for item in lines if "。" in item.text and not item.link]
    while container:
        container = container[:-1]
        near = [item.text for item in prose if _inside(item, container)]
        if any(_PREFACE.search(text) for text in near):
            return near
    return []


def _inside(item: FlowItem, container: tuple[int, ...]) -> bool:
    return item.path[: len(container)] == container


def _container(
    items: Sequence[FlowItem], headings: Sequence[Heading], rows: frozenset[int]
) -> tuple[int, ...]:
    """Path of the smallest element around all headings and tables; () where formats have no tree."""
    paths = [items[h.index].path for h in headings] + [items[i].path for i in rows]
    if not paths or not all(paths):
        return ()
    shared = _common(paths)
    return shared[:-1] if shared in paths else shared


def _common(paths: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    low, high = min(paths), max(paths)
    length = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), None)
    return low[:length] if length is not None else low[: len(high)]
