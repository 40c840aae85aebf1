"""What the text tells of the matters of table 二: normative documents, decisions, fees charged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from crawler.parsing.narrated.counts import (
    COUNT,
    Count,
    Found,
    before_comparison,
    counted,
    found,
    of_other_time,
)
from crawler.parsing.prose import Sentence

MONEY = r"(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>万元|亿元|元)"
"""An amount of money; `cents` reads a match of it."""
_IN_CENTS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}

_DOCUMENT = r"(?:行政|部门|政府)?规范性文件"
_OF = r"(?:共计?|合计|总计|总数|数量?|件数|为|的|有|了|：|是)*+"
_MAKE = r"(?:制发|制定|印发|出台|新制定|新制发)"
_STOCK = (
    (
        "normative_made",
        rf"{_MAKE}(?:[并和、及]?(?:制发|制定|印发|出台|公开|发布|实施))*+(?:了|的|本级|本部门|本年度?)*+{_DOCUMENT}{_OF}{COUNT}",
    ),
    ("normative_made", rf"{_DOCUMENT}(?:本年度?)?{_MAKE}{_OF}{COUNT}"),
    (
        "normative_repealed",
        rf"(?:废止|宣布失效)(?:[并和、及]?(?:宣布)?失效)?(?:了|的)*+(?:{_DOCUMENT})?{_OF}{COUNT}",
    ),
    ("normative_in_force", rf"(?:现行|继续)有效(?:的|政府)*+(?:{_DOCUMENT}|文件)?{_OF}{COUNT}"),
)
# Clean-ups count documents of other years and kinds; party documents are no administrative ones.
_OTHER_STOCK = re.compile(r"清理|历年|以来|党内|党委|累计|拟|修订|修改")
_MATTERS = (
    ("licensing_decisions", "行政许可"),
    ("penalty_decisions", "行政处罚"),
    ("coercion_decisions", r"行政强制(?:措施|执行)?"),
)
_DECISIONS = tuple(
    (kind, pattern)
    for kind, word in _MATTERS
    for pattern in (
        rf"(?:作出|做出|下达|下发)(?:的|了|各类)*+{word}(?:处理)?(?:决定书?|案件)?{_OF}{COUNT}",
        rf"{word}(?:处理)?决定书?{_OF}{COUNT}",
        rf"(?:实施|采取)(?:的|了|各类)*+{word}(?:案件)?{_OF}{COUNT}(?<=[件起宗例次])",
    )
)
_STOCK_RE = tuple((kind, re.compile(pattern)) for kind, pattern in _STOCK)
_DECISIONS_RE = tuple((kind, re.compile(pattern)) for kind, pattern in _DECISIONS)
_ONLY_SHOWN = re.compile(r"公开|公示|发布|公布|上传|归集|录入|信息|事项|清单|目录|受理|不予|撤销")
_FEES = re.compile(
    rf"行政事业性?收费(?:的|金额|总额|收入|共计?|合计|总计|为|计|收取|征收|总?金?额|：|是|有|达)*+{MONEY}"
)


def find_documents(sentence: Sentence, year: int | None) -> Iterator[Found]:
    """Facts normative_*, *_decisions and administrative_fees (in 分) in a sentence."""
    text = sentence.text
    documents = "规范性文件" in text and not _OTHER_STOCK.search(text)
    matters = "行政" in text and any(word in text for word in ("许可", "处罚", "强制", "事业"))
    if not documents and not matters:
        return
    bare = sentence.without_asides()
    for start, end in bare.clauses("，；："):
        clause = before_comparison(bare.text[start:end])
        if of_other_time(bare, end, year):
            continue
        for kind, count, position in _read(clause, documents, matters):
            yield found(kind, count, sentence, bare, (start, end), start + position)


def _read(clause: str, documents: bool, matters: bool) -> Iterator[tuple[str, Count, int]]:
    decisions = matters and not _ONLY_SHOWN.search(clause)
    read: set[str] = set()
    for kind, pattern in (*(_STOCK_RE if documents else ()), *(_DECISIONS_RE if decisions else ())):
        match = pattern.search(clause)
        if match and kind not in read and (count := counted(match)):
            read.add(kind)
            yield kind, count, match.start("number")
    if matters and (match := _FEES.search(clause)) and (value := cents(match)) is not None:
        yield "administrative_fees", Count(value, False), match.start("amount")


def cents(match: re.Match[str]) -> int | None:
    """The amount of a `MONEY` match in 分; None if it is no whole number of them."""
    value = Decimal(match["amount"].replace(",", "")) * _IN_CENTS[match["unit"]]
    return int(value) if value == value.to_integral_value() else None
