"""Finds the six section headings in a flow, whatever their wording."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from crawler.parsing.flow import FlowItem, TextItem
from crawler.parsing.labels import TABLE3_FORMS, similarity
from crawler.parsing.numbers import normalise
from storage.vocab import SectionId

_ORDER = tuple(SectionId)
_CHINESE = "一二三四五六七八九"
_NUMBERED = re.compile(
    r"^(?:第([一二三四五六七八九])(?:部分|章)[、.,:．，：\s]*|([一二三四五六七八九])(?:[、.,:．，：]+|\s)\s*)(.+)$"
)
_DIGIT_NUMBERED = re.compile(r"^([1-9])[、.．]\s*(.+)$")
_RUN_IN = (re.compile(r"[。:：；]"), re.compile(r"\s"))
"""What parts a heading from text that runs on in the same paragraph; white space only if no sign
does, since wrapped source text has some anywhere."""
_MAX_HEADING = 45

# Wordings seen in published reports beside the official one; sources: spec of headings 2021,
# 沭阳 2023 (整改措施), 常州 2022 (政府信息公开工作存在的…), county templates (工作概述).
_VARIANTS: dict[SectionId, tuple[str, ...]] = {
    SectionId.OVERVIEW: ("总体情况", "工作总体推进情况", "工作概述", "总体概况", "概述", "基本情况"),
    SectionId.PROACTIVE: ("主动公开政府信息情况", "主动公开政府信息的情况", "政府信息主动公开情况", "主动公开情况"),
    SectionId.REQUESTS: (
        "收到和处理政府信息公开申请情况", "收到和处理政府信息公开申请的情况", "政府信息公开申请情况",
        "依申请公开政府信息情况",
    ),
    SectionId.REVIEW_LITIGATION: (
        "政府信息公开行政复议、行政诉讼情况", "政府信息公开行政复议、行政诉讼的情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况", "行政复议、行政诉讼情况",
    ),
    SectionId.PROBLEMS: (
        "存在的主要问题及改进情况", "政府信息公开工作存在的主要问题及改进情况", "存在问题及改进情况",
        "存在的主要问题及整改措施", "存在问题及改进措施", "工作存在的主要问题及改进情况",
    ),
    SectionId.OTHER: ("其他需要报告的事项", "其他需要报告事项", "其它需要报告的事项", "需要报告的其他事项"),
}  # fmt: skip
_FORMS = {section: tuple(map(normalise, variants)) for section, variants in _VARIANTS.items()}
_KEYWORDS: tuple[tuple[SectionId, re.Pattern[str]], ...] = (
    (SectionId.REVIEW_LITIGATION, re.compile(r"复议|诉讼")),
    (SectionId.REQUESTS, re.compile(r"(收到|处理|办理|依).*申请|申请.*(办理|处理)")),
    (SectionId.PROACTIVE, re.compile(r"主动公开")),
    (SectionId.PROBLEMS, re.compile(r"问题|不足|改进|整改")),
    (SectionId.OTHER, re.compile(r"(其他|其它|需要).*(报告|说明|事项)")),
    (SectionId.OVERVIEW, re.compile(r"总体|概述|概况|基本情况|推进情况")),
)
# Reports up to 2018 chose their chapters: Article 31 of the regulation of 2007 named six matters and
# no words. Only a chapter that speaks of one of them alone is mapped.
_FREE = (
    (SectionId.REVIEW_LITIGATION, re.compile(r"复议|诉讼")),
    (
        SectionId.REQUESTS,
        re.compile(r"依申请|申请公开|公开申请|申请(?:的)?(?:办理|处理|受理|情况)"),
    ),
    (SectionId.PROACTIVE, re.compile(r"主动公开")),
    (
        SectionId.PROBLEMS,
        re.compile(r"问题|不足|改进(?:措施|情况|意见|办法)|下一步|今后|努力方向|打算"),
    ),
    (SectionId.OTHER, re.compile(r"(?:其[他它]|需要).*(?:报告|说明)")),
    (SectionId.OVERVIEW, re.compile(r"概述|概况|总体情况|基本情况|总述|综述")),
)
_FREE_OTHER = re.compile(r"收费|费用|减免|咨询|人员|经费|培训|附[表件]")
_CHAPTER = re.compile(
    r"^(?:第[一二三四五六七八九十]{1,2}(?:部分|章)|[一二三四五六七八九十]{1,2}[、.．])"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """``index`` in the flow; ``rest``: text that runs on in the same paragraph."""

    index: int
    id: SectionId
    text: str
    rest: str
    score: float


def _candidate(text: str, index: int, free: bool) -> Heading | None:
    plain = text.strip().strip("*#　 ")
    match = _NUMBERED.match(plain) or _DIGIT_NUMBERED.match(plain)
    if match is None:
        return (
            _named(plain, None, index, plain, "") if len(normalise(plain)) <= _MAX_HEADING else None
        )
    chapter = free and _CHAPTER.match(plain) is not None
    mark, body = next(m for m in match.groups() if m), match.groups()[-1]
    number = None if mark.isdigit() else _CHINESE.index(mark) + 1
    if len(normalise(body)) <= _MAX_HEADING and "。" not in body:
        return _named(body, number, index, plain, "", numbered=True, free=chapter)
    for pattern in _RUN_IN:
        cut = pattern.search(body)
        if cut is not None and len(normalise(body[: cut.start()])) <= _MAX_HEADING:
            rest = body[cut.end() :]
            shown = plain[: len(plain) - len(rest)].strip()
            hit = _named(
                body[: cut.start()], number, index, shown, rest, numbered=True, free=chapter
            )
            if hit is not None:
                return hit
    return None


def _named(
    head: str,
    number: int | None,
    index: int,
    shown: str,
    rest: str,
    *,
    numbered: bool = False,
    free: bool = False,
) -> Heading | None:
    """The section that a heading's words name, with its number as further evidence. ``free``: the
    words alone say it, whatever the number."""
    core = normalise(head).rstrip("、。:：;；")
    if len(core) < 2 or _is_table_label(core):
        return None
    best, score = _best(core)
    if free:
        meant = _by_meaning(core)
        return Heading(index, meant, shown, rest, max(score, 0.85)) if meant else None
    if number is not None:
        keyword = next((s for s, pattern in _KEYWORDS if pattern.search(core)), None)
        if keyword is not None and _ORDER.index(keyword) + 1 == number:
            return Heading(index, keyword, shown, rest, max(score, 0.85))
    threshold = 0.78 if numbered else 0.92
    return Heading(index, best, shown, rest, score) if score >= threshold else None


def _by_meaning(core: str) -> SectionId | None:
    """The one matter that a chapter of free choice speaks of; disputes over requests are disputes."""
    if _FREE_OTHER.search(core):
        return None
    meant = [section for section, pattern in _FREE if pattern.search(core)]
    if meant == [SectionId.REVIEW_LITIGATION, SectionId.REQUESTS] and "依申请" not in core:
        return SectionId.REVIEW_LITIGATION
    return meant[0] if len(meant) == 1 else None


@lru_cache(maxsize=4096)
def _best(core: str) -> tuple[SectionId, float]:
    scored = (
        (max(fuzz.ratio(core, form) for form in forms) / 100, section)
        for section, forms in _FORMS.items()
    )
    score, section = max(scored, key=lambda item: item[0])
    return section, score


@lru_cache(maxsize=4096)
def _is_table_label(core: str) -> bool:
    return any(similarity(core, forms) >= 0.9 for forms in TABLE3_FORMS.values())


def find_headings(
    items: Sequence[FlowItem], *, free: bool = False, apart: frozenset[int] = frozenset()
) -> list[Heading]:
    """The headings in document order, at most one per section. ``free``: chapters of reports up to
    2018, which are mapped by meaning. ``apart``: flow indices where lines head parts of a table.

    Where a heading occurs twice (table of contents, navigation), the one that most text follows
    before the next heading is kept.
    """
    hits: list[Heading] = []
    for index, item in enumerate(items):
        if index in apart:
            continue
        if isinstance(item, TextItem):
            if item.link:
                continue
            text = item.text
        else:
            shown = item.texts
            if len(shown) != 1:
                continue
            text = shown[0]
        # Cheap gate: most paragraphs are prose.
        if len(text) > _MAX_HEADING + 10 and not _NUMBERED.match(text.strip("*#　 ")):
            continue
        if (hit := _candidate(text, index, free)) is not None:
            hits.append(hit)
    if free:
        # 五、存在的问题 and 六、下一步打算 are one matter in two chapters.
        hits = [hit for i, hit in enumerate(hits) if not i or hit.id is not hits[i - 1].id]
    return _one_each(hits, items)


def other_chapters(
    items: Sequence[FlowItem], headings: Sequence[Heading], apart: frozenset[int]
) -> list[str]:
    """Chapters behind the first heading that stand for none of the six sections, as written."""
    known = {heading.index for heading in headings}
    begin = min(known, default=len(items))
    known |= apart
    return [
        item.text
        for index, item in enumerate(items)
        if index > begin
        and index not in known
        and isinstance(item, TextItem)
        and len(item.text) <= _MAX_HEADING
        and _CHAPTER.match(item.text)
        and not any(mark in item.text for mark in "。；")
    ]


def _one_each(hits: list[Heading], items: Sequence[FlowItem]) -> list[Heading]:
    weights: dict[int, int] = {}
    for position, hit in enumerate(hits):
        end = hits[position + 1].index if position + 1 < len(hits) else len(items)
        weights[hit.index] = len(hit.rest) + sum(
            _weight(items[i]) for i in range(hit.index + 1, end)
        )
    best: dict[SectionId, Heading] = {}
    for hit in hits:
        kept = best.get(hit.id)
        if kept is None or weights[hit.index] > weights[kept.index]:
            best[hit.id] = hit
    return sorted(best.values(), key=lambda hit: hit.index)


def _weight(item: FlowItem) -> int:
    return len(item.text) if isinstance(item, TextItem) else sum(len(t) for t in item.texts) + 5
