"""The six headings as the form words them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.rules.base import REGULATION, Rule
from storage.domain import AnnualReport, Section, Verdict
from storage.vocab import SECTION_NAMES, Outcome, SectionId, Severity

_ORDER = tuple(SectionId)
_NUMERALS = "一二三四五六"
_NUMBER = re.compile(
    r"^[（(]?第?(?P<mark>[一二三四五六七八九十]|\d{1,2})(?:部分|章)?[)）]?[、.．,，:：\s]*"
)
_PUNCTUATION = re.compile(r"[\s、，,。.；;：:·*#（）()]+")
# Wordings beside the form's own that say the same (spec section 2).
_ACCEPTED: dict[SectionId, tuple[str, ...]] = {
    SectionId.OVERVIEW: (),
    SectionId.PROACTIVE: ("主动公开政府信息的情况",),
    SectionId.REQUESTS: ("收到和处理政府信息公开申请的情况",),
    SectionId.REVIEW_LITIGATION: (
        "政府信息公开行政复议和行政诉讼情况",
        "政府信息公开行政复议、行政诉讼的情况",
    ),
    SectionId.PROBLEMS: (
        "政府信息公开工作存在的主要问题及改进情况",
        "存在问题及改进情况",
        "存在的问题及改进情况",
        "存在主要问题及改进情况",
    ),
    SectionId.OTHER: ("其它需要报告的事项", "其他需要报告的事项情况"),
}


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", text)


_WORDINGS = {
    section: frozenset(_plain(w) for w in (SECTION_NAMES[section], *_ACCEPTED[section]))
    for section in SectionId
}


class HeadingWords(Rule):
    """A verdict per heading found; one that is not there is S-MISSING's matter."""

    code = "S-TITLE"
    severity = Severity.INFO
    message = "六个部分的标题和编号按格式书写"
    basis = f"{REGULATION}第五十条；{{format}}所列六个标题"
    bad = "五、存在的主要问题及整改措施"
    good = "五、存在的主要问题及改进情况"
    hint = "按格式改写标题"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.sections:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到六个部分的标题")
        for section in filter(None, map(report.section, SectionId)):
            yield self._heading(report, section)

    def _heading(self, report: AnnualReport, section: Section) -> Verdict:
        numeral = _NUMERALS[_ORDER.index(section.id)]
        expected = f"{numeral}、{SECTION_NAMES[section.id]}"
        number = _NUMBER.match(section.heading)
        words = _plain(section.heading[number.end() :] if number else section.heading)
        evidence = {"expected": expected, "actual": section.heading}
        place = {**evidence, "quotes": [{"text": section.heading, "at": section.at}]}
        subject = section.id.value
        if words not in _WORDINGS[section.id]:
            why = f"标题“{section.heading}”与格式“{expected}”不同"
            return self.verdict(report, Outcome.FAIL, why, subject, evidence=place)
        if number and number["mark"] not in (numeral, str(_NUMERALS.index(numeral) + 1)):
            why = f"标题“{section.heading}”的编号应为“{numeral}”"
            return self.verdict(report, Outcome.FAIL, why, subject, evidence=place)
        why = f"标题为“{section.heading}”"
        return self.verdict(report, Outcome.PASS, why, subject, evidence=evidence)
