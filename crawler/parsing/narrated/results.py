"""What became of the requests, and who made them, as the text tells it: categories of table 三
(予以公开 N 件 …), carried over, applicants, and a rate of 100%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.parsing.labelled import labelled
from crawler.parsing.narrated.counts import (
    Count,
    Found,
    before_comparison,
    found,
    of_other_time,
    scope_in,
    tells_count,
)
from crawler.parsing.narrated.requests import CHANNEL, FOREIGN, REQUEST
from crawler.parsing.prose import Sentence

# A named group per row of table 三, or per group of rows; a name with two leading underscores
# marks words that make the number next to them ambiguous. Narrow labels stand before wide ones.
_CATEGORIES = re.compile(
    # What the names below begin with: to try them all at each character costs ten times as much.
    r"(?=[予公以及和或与部区属涉国法三第内四过行不没需补信重要大确逾同无能其撤终主征延])(?:"
    r"(?P<__both>(?:予以)?(?:公开)?(?:以?及|和|或|与)(?:予以)?(?:部分|不予)公开)"
    r"|(?P<partial>(?:予以)?部分(?:予以)?公开|区分处理)"
    r"|(?P<denied_state_secret>(?:属于|涉及)?国家秘密)"
    r"|(?P<denied_law_prohibited>法律[、和]?(?:行政)?法规(?:规定)?禁止公开)"
    r"|(?P<denied_safety_stability>三安全一稳定)"
    r"|(?P<denied_third_party>第三方(?:合法)?权益)"
    r"|(?P<denied_internal>(?:三类)?内部事务信息)"
    r"|(?P<denied_process>(?:四类)?过程性信息)"
    r"|(?P<denied_enforcement_file>行政执法案卷)"
    r"|(?P<denied_admin_query>行政查询事项)"
    r"|(?P<unavailable_not_held>不掌握(?:相关)?(?:政府)?(?:信息)?)"
    r"|(?P<unavailable_needs_creation>没有现成信息(?:[、，]?需要?另行制作)?|需要?另行制作)"
    r"|(?P<unavailable_unclear>补正后(?:申请内容)?仍?不明确)"
    r"|(?P<not_processed_petition>信访[、]?(?:举报|投诉)[、]?(?:举报|投诉)类?(?:申请)?)"
    r"|(?P<not_processed_duplicate>重复申请)"
    r"|(?P<not_processed_publication>(?:要求提供)?公开出版物)"
    r"|(?P<not_processed_excessive>大量反复申请)"
    r"|(?P<not_processed_confirm>确认或者?重新出具(?:已获取信息)?)"
    r"|(?P<other_no_correction>逾期不补正)"
    r"|(?P<other_fee_unpaid>逾期(?:未|不)(?:按收费通知要求)?(?:缴费|缴纳费用))"
    r"|(?P<granted>(?<!不)(?:予以|同意)公开)"
    r"|(?P<denied>不予以?公开)"
    r"|(?P<unavailable>(?:无法|不能)提供)"
    r"|(?P<not_processed>不予以?处理)"
    r"|(?P<other>其[他它]处理)"
    r"|(?P<__cut>撤[回销]|补正|终止|主动公开|征求意见|延期))"
)
_GROUPS = ("denied", "unavailable", "not_processed", "other")
_GROUP_OF = {
    name: group
    for name in _CATEGORIES.groupindex
    for group in _GROUPS
    if name.startswith(f"{group}_")
}
_CARRIED = re.compile(
    r"(?P<carried_in>(?:上一?年度?|往年|20\d\d年度?)(?:度?(?:结转|遗留|转结))|结转上年度?|(?:从|由)上年度?结转)"
    r"|(?P<carried_out>(?:结|转)转?(?:至|到|入)?(?:下一?年度?|次年|明年)(?:度?(?:继续)?(?:办理|处理|答复))?)"
    r"|(?P<__turned>结转)"
)
_APPLICANTS = re.compile(
    r"(?P<__all>公民、法人|法人、公民|自然人[、和及与或]法人|公民[和及与或]法人)"
    r"|(?P<bodies>法人(?:(?:或者?|和|及|与|、)?其[他它]组织)?(?:申请)?)"
    r"|(?P<natural_person>(?:自然人|公民(?:个人)?|个人)(?:申请)?)"
    r"|(?P<enterprise>商业企业)|(?P<research>科研机构)|(?P<public_welfare>社会公益组织)"
    r"|(?P<legal_service>法律服务机构)"
)
_ONLY = re.compile(
    r"(?:均|都|全部|皆|全)(?:为|是|系|由|属于|属)?"
    r"(?:(?P<natural>自然人|公民个人|公民|个人)|(?P<bodies>法人(?:或者?|和|及)其[他它]组织|法人|企业))"
    r"(?:的?申请件?|提出的?(?:申请)?|提交的?(?:申请)?|依申请(?:公开)?)?$"
)
_COMPLETE = re.compile(
    r"(?:办结|答复|办复|回复|办理|处理)率(?:均|全部|都)?(?:为|达到?|是|保持|实现)*了?(?:100[%％]|百分之百|百分百)"
)
_SUBSET = re.compile(r"其中")
_RESULT = re.compile(r"办理结果|处理结果|答复|办结|办理|处理")
_WITHOUT_NUMBER = re.compile(r"率|自然人|公民|个人|法人|企业")
"""What is told without a number is told in these words."""
_GATE = re.compile(r"公开|提供|处理|结转|遗留|率|自然人|法人|企业|申请|掌握|另行制作")


@dataclass(slots=True)
class _Walk:
    """``about``: the sentence speaks of requests. ``part``: of a part of them only (其中网上 …);
    ``narrow``: a class of applicants or those carried over were named, which what follows may be
    part of."""

    about: bool
    part: bool = False
    narrow: bool = False

    def widen(self) -> None:
        self.part = self.narrow = False


_Read = tuple[str, Count | None, int]


def find_results(sentence: Sentence, year: int | None, in_section: bool) -> Iterator[Found]:
    """Facts result_*, carried_in, carried_out, applicants_* and rate_complete in a sentence."""
    if not _GATE.search(sentence.text):
        return
    if not (_WITHOUT_NUMBER.search(sentence.text) or tells_count(sentence.text)):
        return
    named = any(
        REQUEST.search(told) and not FOREIGN.search(told)
        for told in (sentence.heading, sentence.before)
    )
    walk = _Walk(in_section or named)
    for start, end in sentence.clauses("，；：()"):
        before = sentence.text[start - 1 : start]
        if before in ("；", ")"):
            walk.widen()
        clause = before_comparison(sentence.text[start:end])
        _enter(clause, walk)
        if not walk.about or of_other_time(sentence, end, year):
            continue
        for kind, count, position in _read(clause, walk):
            told = found(kind, count, sentence, sentence, (start, end), start + position)
            # 其中，予以公开 …: a sentence that continues the one before shares its scope.
            yield replace(told, scope=told.scope or scope_in(sentence.before))


def _enter(clause: str, walk: _Walk) -> None:
    if FOREIGN.search(clause) and FOREIGN.search(_CATEGORIES.sub("", clause)):
        walk.about = False
    elif REQUEST.search(clause):
        walk.about = True
    if _SUBSET.search(clause) or (_RESULT.search(clause) and not CHANNEL.search(clause)):
        walk.widen()  # which part is meant is only then told


def _read(clause: str, walk: _Walk) -> Iterator[_Read]:
    told_part = CHANNEL.search(clause) is not None
    walk.part = walk.part or told_part
    only = _ONLY.search(clause)
    class_named = _APPLICANTS.search(clause) is not None
    # What became of requests matters here only beside who made them.
    result = (class_named or only is not None) and _CATEGORIES.search(clause) is not None
    walk.narrow |= result and class_named
    carried = list(labelled(clause, _CARRIED, {}))
    if not told_part:
        yield from ((item.key, item.count, item.position) for item in carried)
    if not (walk.part or walk.narrow or carried):
        for item in labelled(clause, _CATEGORIES, _GROUP_OF):
            yield f"result_{item.key}", item.count, item.position
    applicants = list(labelled(clause, _APPLICANTS, {})) if class_named else []
    if not walk.part and not result:
        for item in applicants:
            yield f"applicants_{item.key}", item.count, item.position
        if only is not None:
            yield f"applicants_only_{'natural' if only['natural'] else 'bodies'}", None, only.end()
    if match := _COMPLETE.search(clause):
        yield "rate_complete", None, match.end()
    walk.narrow |= bool(applicants or carried)
