"""Requests for information (依申请公开) as the text tells them: received, handled, none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parsing.narrated.counts import (
    COUNT,
    Count,
    Found,
    before_comparison,
    counted,
    found,
    of_other_time,
    tells_count,
)
from crawler.parsing.prose import Sentence

_NOUN = (
    r"(?:依申请|信息公开(?:类|的|方面的|相关)?申请|公开(?:政府|政务|的)?(?:信息)?的?申请|申请公开"
    r"|申请(?:政府|政务)信息公开|申请信息公开|(?:政府|政务)信息(?:的)?申请|信息申请公开)"
)
REQUEST = re.compile(_NOUN)
_RECEIVED = r"(?:收到|受理|接收|接到|接受|收悉|新收|共收|收件)"
_HANDLED = r"(?:办结|办理|办复|答复|回复|处理)"
_DONE = re.compile(_HANDLED)
_FILL = (
    r"(?:了|过|到|并|和|及|、|共计?|总计|合计|累计|各类|涉及|关于|有关|登记|受理|办理|处理|答复|办结|的|为|新增"
    r"|来自|申请|总?数量?|总量|公众|群众|社会|人民)*+"
)
_GAP = r"[^，。；：\d]{0,30}?"
_RECEIVED_NOUN_COUNT = re.compile(rf"{_RECEIVED}{_GAP}{_NOUN}(?P<tail>{_GAP}){COUNT}")
_RECEIVED_COUNT_NOUN = re.compile(
    rf"{_RECEIVED}{_FILL}{COUNT}(?P<tail>[^，。；：\d]{{0,24}}?){_NOUN}"
)
_RECEIVED_COUNT = re.compile(
    rf"{_RECEIVED}{_FILL}{COUNT}(?:的?申请(?:件|表|书)?)?(?=$|、(?:已|均|全部|共)*+(?:答复|办结|办理|回复|结转))"
)
_NOUN_COUNT = re.compile(
    rf"{_NOUN}(?:公开)?(?:政府|政务)?(?:信息)?(?:公开)?(?:申请|事项|件)?"
    rf"(?P<of>的?(?:总?数量?|总?件数|总量)?(?:共计?|共有|合计|总计|总共|累计|为|达到?|有|是)*+){COUNT}"
)
_HANDLED_COUNT = re.compile(
    rf"{_HANDLED}(?:完毕|完成|了|的|{_NOUN}|(?:政府|政务)?信息|公开|申请|共计?|件|总数|数|为|、|并|{_HANDLED})*+{COUNT}"
)
_NO_TOTAL = re.compile(
    r"予以|不予|部分公开|无法|其[他它]处理|转送|转由|结转|转下|顺延|正在|遗留|撤回|补正|逾期|重复|转办|退回|主动撤|终止|公开出版物|信访|投诉|举报|转来|转交|移送|交办|指导|督促|协助|协调"
)
FOREIGN = re.compile(
    r"留言|来信|来电|来访|咨询|信访|投诉|举报|提案|建议|意见|热线|工单|信箱|问政|复议|诉讼|应诉|起诉|诉求|舆情|新闻"
    r"|稿件|许可|处罚|业务|专利|商标|登记申请|补贴|救助|低保|住房|行政确认|备案|文件"
)
_TAIL_BREAKS = re.compile(r"[后均已]|答复|办结|回复")
_SUBSET = re.compile(r"其中|包括|分别|主要(?:为|是|涉及)")
CHANNEL = re.compile(
    r"网上|网络|在线|线上|线下|信函|来函|邮寄|邮政|邮件|邮箱|快递|EMS|当面|现场|窗口|传真|电话|平台|网站|渠道|微信|书面|纸质"
)
_WHEN_WHO = (
    r"(?:(?:20\d\d|本|全|今)?年度?[内共]?|全[市县区镇乡]|[我本](?:局|委|办|厅|镇|乡|街道|县|市|区|单位|机关)"
    r"|共|其|的|政府|政务|方面|情况)*+"
)
_VERBLESS_LEAD = re.compile(
    rf"{_WHEN_WHO}(?:[\u4e00-\u9fa5]{{0,14}}(?:局|办|委|厅|政府|中心|办公室|镇|街道|处))?{_WHEN_WHO}"
)
_NOTHING = re.compile(r"[未没无]|[为：是][零0]")
"""What `_NEGATED` and `_ZERO_AFTER` can't do without."""
_NEGATED = re.compile(
    rf"(?:未|没有|没|无|未曾|从未|尚未)(?:有|发生|出现)?{_RECEIVED}?(?:过|到|任何(?:形式的)?|公民|、|法人|和|或|及|以及|与|者"
    r"|其他组织|其它组织|自然人|群众|公众|社会|单位|个人|主动|提出|提交|要求|关于|有关|涉及|对|的|本单位|本机关|向"
    rf"|我[局办镇县市委])*+(?:政府|政务)?{_NOUN}(?P<after>.*)$"
)
_NEGATED_AFTER = re.compile(
    r"(?:公开|政府|政务|信息|申请|的|案件|件|事项|情况|需求|办理|内容|业务|数量|为|零|0|本机关|本单位|我[局办镇县市委]|[、和及或与])*+$"
)
_ZERO_AFTER = re.compile(
    rf"{_NOUN}[^，。；：\d]{{0,12}}?(?:数量?|件数|总数)?(?:为|：|是)(?:零|0|无)$"
)


def find_requests(whole: Sentence, year: int | None, in_section: bool) -> Iterator[Found]:
    """Facts of the kinds requests_received, requests_handled and requests_none in a sentence.

    ``year``: of the report; numbers of other years are left out. ``in_section``: the sentence
    stands in section 三, so that a bare "共收到 16 件" speaks of requests.
    """
    if not (_NOTHING.search(whole.text) or tells_count(whole.text)):
        return
    bare = whole.without_asides()
    about = in_section or any(
        REQUEST.search(context) and not FOREIGN.search(context)
        for context in (bare.heading, bare.before)
    )
    subset = False
    for start, end in bare.clauses("，；："):
        if bare.text[max(0, start - 1) : start] == "；":
            subset = False
        clause = bare.text[start:end]
        if mark := _SUBSET.search(clause):
            clause = clause[: mark.start()]
        if clause and not subset and not FOREIGN.search(clause):
            named = about or REQUEST.search(clause) is not None
            read = _read_clause(before_comparison(clause), named)
            if read and not of_other_time(bare, end, year):
                kind, count, position = read
                yield found(kind, count, whole, bare, (start, end), start + position)
        subset = subset or mark is not None
        if FOREIGN.search(clause):
            about = False
        elif REQUEST.search(clause):
            about = True


def came_by_channel(quote: str) -> bool:
    """Whether a receipt is told of one channel only (通过邮件收到 …)."""
    return CHANNEL.search(quote) is not None


def _read_clause(clause: str, about: bool) -> tuple[str, Count | None, int] | None:
    """Kind, number and where it stands in the clause."""
    if _NOTHING.search(clause) and _none_received(clause):
        return "requests_none", None, len(clause)
    if not tells_count(clause):
        return None
    match = _received(clause, about)
    if match and (count := counted(match)):
        return "requests_received", count, match.start("number")
    if match or not about or _NO_TOTAL.search(clause):
        return None
    match = _HANDLED_COUNT.search(clause)
    if match and (count := counted(match)):
        return "requests_handled", count, match.start("number")
    return None


def _received(clause: str, about: bool) -> re.Match[str] | None:
    for pattern in (_RECEIVED_NOUN_COUNT, _RECEIVED_COUNT_NOUN):
        if match := pattern.search(clause):
            told, tail = clause[: match.end()], match["tail"]
            partial = _NO_TOTAL.search(told) or CHANNEL.search(tail) or _TAIL_BREAKS.search(tail)
            return None if partial or _one_applicant_class(told) else match
    if _NO_TOTAL.search(clause) or _one_applicant_class(clause):
        return None
    if about and (match := _RECEIVED_COUNT.search(clause)):
        return match
    match = _NOUN_COUNT.search(clause)
    if match and (match["of"] or clause[: match.start("number")].endswith("申请")):
        lead = clause[: match.start()]
        return match if _VERBLESS_LEAD.fullmatch(lead) and not _DONE.search(lead) else None
    return None


def _one_applicant_class(text: str) -> bool:
    """Requests of 自然人 only, or of 法人 only, are no total."""
    person = any(word in text for word in ("公民", "自然人", "个人"))
    body = any(word in text for word in ("法人", "企业", "组织", "律师", "机构"))
    return person != body


def _none_received(clause: str) -> bool:
    if match := _NEGATED.search(clause):
        return _NEGATED_AFTER.fullmatch(match["after"]) is not None
    return _ZERO_AFTER.search(clause) is not None and not CHANNEL.search(clause)
