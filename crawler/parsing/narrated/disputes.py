"""行政复议 and 行政诉讼 over disclosure as the text tells them: totals, outcomes, none.

The parser chooses between alignments of table 四 by these facts, so what is not surely said of
disclosure disputes of this year is left out: a bureau of justice also counts the reviews it hears.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.parsing.narrated.counts import (
    COUNT,
    Found,
    before_comparison,
    counted,
    found,
    of_other_time,
)
from crawler.parsing.prose import Sentence

_GROUP = re.compile(
    r"(?P<part>未经复议(?:直接)?(?:起诉|提起)|经?复议后(?:又|再)?(?:提起)?(?:行政)?(?:起诉|诉讼)|直接起诉)"
    r"|(?P<review>(?:行政)?复议(?!机关|机构|局|委|办|法|后|文书|信息|决定|答复|结果公开))"
    r"|(?P<litigation>(?:行政)?诉讼(?!法|请求|风险|费|文书|信息)|提起起诉)"
)
_OUTCOMES = {
    "upheld": r"结果维持|维持原?(?:行政行为|具体行政行为|决定|判决?)?",
    "corrected": r"结果纠正|被?纠正|纠错",
    "other": r"其他结果|其它结果",
    "pending": r"尚未审结|未审结|尚未办结|尚未结案|未结案|正在审理中?|仍?在审理中?|待审结",
}
_OUTCOME_RE = re.compile("|".join(f"(?P<{k}>{v})" for k, v in _OUTCOMES.items()))
_COUNT_RE = re.compile(COUNT)
_FILLER = re.compile(
    r"(?:案件|申请|案|事项|情况|数量|总数|件数|数|共计?|合计|总计|为|有|的|：|发生|收到|了|是|方面|被|"
    r"引起|引发|产生|结果|其中|均|和|、|及|全年|本年度?|分别)*+"
)
_UNSURE = re.compile(
    r"受理|审理|审结|备案|结转|一审|二审|再审|上诉|应诉|出庭|败诉|撤[销回诉]|参加|答复|赔偿|发布|公示|公布|化解|调解"
    r"|移送|转办|裁决|执行|开展|组织|培训|胜诉|驳回|以县|以市|作为"
)
_AFTER_COUNT = re.compile(
    r"(?:的|政府|政务|信息公开|依申请公开|类|因|由|引起|引发|申请|答复|涉及|关于|产生|被)*+$"
)
_CASE = re.compile(r"(?:案件?|申请)?(?=[、和及(]|$)")
_TIGHT = re.compile(
    r"(?:因|由|涉|关于|有关|针对|就|与|不服)[^，。；]{0,12}(?:信息公开|依申请|公开申请)"
    r"|(?:信息公开|依申请公开)[^，。；]{0,12}$"
)
_REQUEST = re.compile(r"依申请|信息公开申请|公开申请|申请公开|信息申请|公开(?:政府)?信息的?申请")
_NEGATED = re.compile(
    r"(?<![尚并])(?:从未|未曾|没有|不存在|未(?!经|审|结|办|予|能|及|来|按)|无(?!法|误|关|障|偿|需|论|正|现|理|效|争)|没(?!收))"
    r"|尚未(?=发生|出现|收到)|并未|并无"
)
_NEGATED_AFTER = re.compile(
    r"(?:均|都|皆|全部|也)?(?:未(?:发生|出现|收到|产生)(?:过)?|没有(?:发生)?|(?:为|：|是)(?:零|0|无)|：?无)$"
)
_QUALIFIED = re.compile(
    r"不当|不规范|错误|败诉|纠|撤销|违法|变更|责令|逾期|超期|超时|结果|决定|判决|审结|应诉|因.{0,8}(?:程序|质量)|重大"
    r"|\d|维持|胜诉"
)
_OF_ALL_KINDS = re.compile(
    # 行政复议5件，其中涉及信息公开1件; 行政诉讼8件，均与信息公开无关: the number counts all cases.
    r"其中[^。；其]{0,16}(?:信息公开|依申请公开|公开申请)"
    r"|(?:与|和|同|跟)[^，。；]{0,8}(?:信息公开|公开申请)[^，。；]{0,4}无关"
    r"|(?:不|未|无|没有|非)(?:涉及|属于|涉|属|因|关于)?[^，。；]{0,6}(?:信息公开|公开申请)"
)


@dataclass(slots=True)
class _Carry:
    """The group an outcome without a name belongs to, and whether a total stood just before."""

    group: str | None = None
    totals: int = 0


_Read = tuple[str, re.Match[str] | None]
"""Kind of fact, and the match of its number (None for a statement)."""


def find_disputes(sentence: Sentence, year: int | None, in_section: bool) -> Iterator[Found]:
    """Facts review_*, litigation_* in a sentence. ``in_section``: it stands in section 四."""
    if "复议" not in sentence.text and "诉讼" not in sentence.text:
        return
    context = in_section or any(_REQUEST.search(c) for c in (sentence.heading, sentence.before))
    carry = _Carry()
    for start, end in sentence.clauses("，；()"):
        clause = before_comparison(sentence.text[start:end])
        if of_other_time(sentence, end, year):
            continue
        if sentence.text[start - 1 : start] == "(":
            carry.totals = min(carry.totals, 1)  # the bracket belongs to the total before it
        for kind, match in _read_clause(clause, carry):
            position = start + (match.start() if match else len(clause))
            if not (context or _linked(sentence.text[:position], clause, match)):
                continue
            if match and _OF_ALL_KINDS.search(sentence.text[start + match.end() :]):
                continue
            count = counted(match) if match else None
            if count or not match:
                yield found(kind, count, sentence, sentence, (start, end), position)


def _linked(told: str, clause: str, match: re.Match[str] | None) -> bool:
    """Whether what was said so far ties the dispute to disclosure."""
    after = clause[match.end() :] if match else ""
    return bool(_REQUEST.search(told) or _TIGHT.search(told) or _TIGHT.search(after))


def _read_clause(clause: str, carry: _Carry) -> Iterator[_Read]:
    counts = list(_COUNT_RE.finditer(clause))
    if not counts:
        groups = {m.lastgroup for m in _GROUP.finditer(clause)}
        yield from _none(clause)
        if groups:
            carry.group, carry.totals = groups.pop() if len(groups) == 1 else None, 0
        return
    before = clause[: counts[0].start()]
    if _NEGATED.search(before):
        return
    named_first = _GROUP.search(before) or _OUTCOME_RE.search(before)
    edges = [0, *(m.end() for m in counts)] if named_first else [m.start() for m in counts]
    for i, match in enumerate(counts):
        if named_first:
            yield from _prefixed(clause[edges[i] : match.start()], match, carry)
        else:
            stop = edges[i + 1] if i + 1 < len(edges) else len(clause)
            yield from _suffixed(clause[match.end() : stop], match, carry)


def _prefixed(item: str, match: re.Match[str], carry: _Carry) -> Iterator[_Read]:
    """``行政复议 6 件``, ``行政复议结果维持 5 件``, ``尚未审结 1 件``."""
    groups = list(_GROUP.finditer(item))
    names = {m.lastgroup for m in groups}
    if "part" in names or len(names) > 1:
        carry.group, carry.totals = None, 0
        if names == {"review", "litigation"} and item.endswith("各") and not _UNSURE.search(item):
            yield "review_total", match
            yield "litigation_total", match
        return
    if groups:
        carry.group = groups[-1].lastgroup
    if outcome := _OUTCOME_RE.search(item):
        sure = _FILLER.fullmatch(item, outcome.end()) and not _UNSURE.search(
            item[: outcome.start()]
        )
        yield from _outcome(outcome, bool(sure), bool(groups), match, carry)
    elif groups:
        carry.totals += 1
        if _FILLER.fullmatch(item, groups[-1].end()) and not _UNSURE.search(item):
            yield f"{carry.group}_total", match


def _suffixed(item: str, match: re.Match[str], carry: _Carry) -> Iterator[_Read]:
    """``2 件行政复议``, ``5 件维持``."""
    if outcome := _OUTCOME_RE.match(item.lstrip("案件予以被的为")):
        yield from _outcome(
            outcome, not _UNSURE.search(match.string[: match.start()]), False, match, carry
        )
        return
    group = _GROUP.search(item)
    if group is None or group.lastgroup == "part":
        return
    carry.group, carry.totals = group.lastgroup, carry.totals + 1
    sure = _AFTER_COUNT.match(item[: group.start()]) and _CASE.match(item, group.end())
    if sure and not _UNSURE.search(item) and not _UNSURE.search(match.string[: match.start()]):
        yield f"{carry.group}_total", match


def _outcome(
    outcome: re.Match[str], sure: bool, named: bool, match: re.Match[str], carry: _Carry
) -> Iterator[_Read]:
    clear = named or carry.totals <= 1
    if not clear:
        carry.group = None  # 复议 6 件，诉讼 2 件，维持 7 件: of both
    carry.totals = 0
    if sure and carry.group in ("review", "litigation"):
        yield f"{carry.group}_{outcome.lastgroup}", match


def _none(clause: str) -> Iterator[_Read]:
    groups = list(_GROUP.finditer(clause))
    if not groups or any(m.lastgroup == "part" for m in groups):
        return
    negated = _NEGATED.search(clause)
    if negated and negated.end() <= groups[-1].start():
        told = [m for m in groups if m.start() >= negated.end()]
        stretch = clause[negated.end() :]
    elif _NEGATED_AFTER.search(clause):
        told, stretch = groups, clause[groups[0].end() :]
    else:
        return
    if _QUALIFIED.search(stretch) or _UNSURE.search(stretch):
        return
    for name in sorted({m.lastgroup for m in told if m.lastgroup}, reverse=True):
        yield f"{name}_none", None
