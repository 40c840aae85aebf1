"""The fee for information processing as the text tells it: any statement, none, notices, amount."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parsing.narrated.counts import COUNT, Count, Found, counted, found, of_other_time
from crawler.parsing.narrated.documents import MONEY, cents
from crawler.parsing.prose import Sentence

_FORM_LABELS = re.compile(
    r"行政事业性收费|本年收费金额|申请人逾期未按收费通知要求缴纳费用|逾期未按收费通知要求缴纳费用|收费通知要求"
)
_NAMED = re.compile(r"处理费")
_TOLD = re.compile(r"处理费|收费|收取|费用|免费|检索费|复制费|邮寄费")
_RESULT = re.compile(
    r"(?:未|没有|无|不|免|零)(?!收到)[^，。；]{0,10}(?:收取|收费|费用)|收取[^，。；]{0,14}元|(?:收费|费用)[^，。；]{0,8}(?:为零|0元|元|无$)"
)
_MATTER = re.compile(r"信息公开|依申请|公开申请|申请人")
_NONE = re.compile(
    r"(?:未|没有|无|免)(?!收到|法|按|正)[^，。；]{0,14}(?:收取|收费|处理费|费用|征收)"
)
_NOTICES = (
    re.compile(rf"(?:收费|缴费)通知书?(?:共计?|合计|数量?|为|：)*+{COUNT}"),
    re.compile(rf"(?:发出|送达|制发|出具|下发)(?:了|过)?{COUNT}的?(?:收费|缴费)通知"),
)
_NO_NOTICE = re.compile(r"(?:未|没有|无)[^，。；]{0,8}(?:收费|缴费)通知")
_ALREADY = r"(?:了|的|政府|政务|信息|公开|处理费|费用|申请人?|本年度?|共计?|合计|总计|金额|总额|为|：|、)*+"
_CHARGED = (
    re.compile(rf"(?:收取|收缴|征收|缴纳|入库){_ALREADY}{MONEY}"),
    re.compile(rf"处理费(?:用)?(?:收入|总?金额|总额|共计?|合计|总计|为|：)*+{MONEY}"),
)
_NOT_CHARGED = re.compile(r"标准|每|/|超过|以[上下]|通知金额|应|拟|减免|退还|未|没有|不")


def find_fees(sentence: Sentence, year: int | None, in_section: bool) -> Iterator[Found]:
    """Facts fee_statement, fee_none, fee_notices, fee_charged (in 分) in a sentence.

    ``in_section``: it stands in section 六, where any word on charging is a statement; elsewhere
    it must name the 处理费, or tell a result (未收取 …) in a sentence on disclosure.
    """
    if "费" not in sentence.text and "收取" not in sentence.text:
        return
    bare = sentence.without_asides()
    text = _FORM_LABELS.sub("", bare.text)
    start, end = sentence.span()
    if _tells(text, sentence.heading, in_section):
        yield Found("fee_statement", None, start, end, None, None, False)
    if not _NAMED.search(sentence.heading + text):
        return  # a fee, but not surely this one
    for low, high in bare.clauses("，；："):
        if of_other_time(bare, high, year):
            continue
        for kind, count, position in _read(bare.text[low:high]):
            yield found(kind, count, sentence, bare, (low, high), low + position)


def _tells(text: str, heading: str, in_section: bool) -> bool:
    if in_section:
        return _TOLD.search(text) is not None
    return bool(_NAMED.search(text) or (_RESULT.search(text) and _MATTER.search(heading + text)))


def _read(clause: str) -> Iterator[tuple[str, Count | None, int]]:
    if match := _NO_NOTICE.search(clause):
        yield "fee_notices", Count(0, False), match.end()
    else:
        for pattern in _NOTICES:
            if (match := pattern.search(clause)) and (count := counted(match)):
                yield "fee_notices", count, match.start("number")
                break
    if match := _NONE.search(clause):
        yield "fee_none", None, match.end()
        return
    for pattern in _CHARGED:
        match = pattern.search(clause)
        if match and not _NOT_CHARGED.search(clause[: match.start("amount")]):
            value = cents(match)
            if value is not None:
                yield (
                    ("fee_charged", Count(value, False), match.start("amount"))
                    if value
                    else (
                        "fee_none",
                        None,
                        match.end(),
                    )
                )
            return
