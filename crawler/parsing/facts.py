"""Numbers and statements told in the text (`Fact`), to be held against the tables.

Precision before recall: a sentence that can be read in two ways gives nothing. Numbers of other
years, parts (其中 …) and other matters (留言, 信访, 提案) are no facts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.parsing.narrated import Found
from crawler.parsing.narrated_disputes import find_disputes
from crawler.parsing.narrated_requests import came_by_channel, find_requests
from crawler.parsing.prose import Sentence, sentences
from storage.domain import Fact, Section
from storage.vocab import SectionId

_YEAR = re.compile(r"(20\d\d)\s*年")
_PERIOD = re.compile(
    r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。；]{0,12}?(?:20\d\d\s*年\s*)?12\s*月\s*31\s*日"
)
_TOPIC = re.compile(r"申请|复议|诉讼|费|收取|共收|收到|受理")
_FORM_LABELS = re.compile(
    r"行政事业性收费|本年收费金额|申请人逾期未按收费通知要求缴纳费用|逾期未按收费通知要求缴纳费用|收费通知要求"
)
_FEE_NAMED = re.compile(r"处理费")
_FEE_TOLD = re.compile(r"处理费|收费|收取|费用|免费|检索费|复制费|邮寄费")
_FEE_RESULT = re.compile(
    r"(?:未|没有|无|不|免|零)(?!收到)[^，。；]{0,10}(?:收取|收费|费用)|收取[^，。；]{0,14}元|(?:收费|费用)[^，。；]{0,8}(?:为零|0元|元|无$)"
)
_FEE_MATTER = re.compile(r"信息公开|依申请|公开申请|申请人")


def extract_facts(sections: Sequence[Section], preface: str = "") -> tuple[Fact, ...]:
    """The facts told in ``preface`` and ``sections``, in order of the text; kinds: see `Fact`.

    Quotes are the exact clauses; ``at`` is ``<section id>:<start>-<end>`` (characters of the
    section's text; ``preface:`` for the preface). Text of tables is skipped.
    """
    told = [s.text for s in sections if s.id is not SectionId.PROBLEMS]  # plans for next year
    year = _year_of_text([preface, *told])
    facts: list[Fact] = []
    for section, text in [(None, preface), *((s.id, s.text) for s in sections)]:
        for sentence in sentences(text):
            if not _TOPIC.search(sentence.text):
                continue
            found = sorted(_read(sentence, section, year), key=lambda f: f.start)
            facts += [_fact(f, section, text) for f in found]
    return tuple(_without_parts(facts))


def _read(sentence: Sentence, section: SectionId | None, year: int | None) -> Iterator[Found]:
    yield from find_requests(sentence, year, section is SectionId.REQUESTS)
    yield from find_disputes(sentence, year, section is SectionId.REVIEW_LITIGATION)
    if _tells_fees(sentence, section):
        start, end = sentence.span()
        yield Found("fee_statement", None, start, end, None, None, False)


def _tells_fees(sentence: Sentence, section: SectionId | None) -> bool:
    """Whether the sentence says something of the fee for information processing.

    In section 六 any word on charging will do; elsewhere it must name the 处理费, or tell a
    result (未收取 …) in a sentence on disclosure.
    """
    text = _FORM_LABELS.sub("", sentence.without_asides().text)
    if section is SectionId.OTHER:
        return _FEE_TOLD.search(text) is not None
    if _FEE_NAMED.search(text):
        return True
    return bool(_FEE_RESULT.search(text) and _FEE_MATTER.search(sentence.heading + text))


def _without_parts(facts: list[Fact]) -> list[Fact]:
    """Receipts by one channel (通过邮件收到 …) are a total only where they stand alone."""
    receipts = [f for f in facts if f.kind == "requests_received"]
    if len(receipts) < 2:
        return facts
    return [f for f in facts if f.kind != "requests_received" or not came_by_channel(f.quote)]


def _year_of_text(texts: Sequence[str]) -> int | None:
    """The year the text speaks of: that of the stated period if the prose names it too (a period
    may be left over from last year's text), else the one named most often."""
    whole = "\n".join(texts)
    stated = {int(year) for year in _PERIOD.findall(whole)}
    counts = Counter(int(year) for year in _YEAR.findall(_PERIOD.sub("", whole)))
    if len(stated) == 1 and (not counts or stated & set(counts)):
        return stated.pop()
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _fact(found: Found, section: SectionId | None, text: str) -> Fact:
    where = section.value if section else "preface"
    return Fact(
        kind=found.kind,
        value=found.value,
        quote=text[found.start : found.end].strip(),
        section=section,
        scope=found.scope,
        counting=found.counting,
        approximate=found.approximate,
        at=f"{where}:{found.start}-{found.end}",
    )
