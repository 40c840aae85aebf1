"""Y-COPY: a section that repeats an earlier report of the body or another body's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.rules.base import FORMATS, Match, ReuseRule, limit
from storage.domain import AnnualReport, Verdict
from storage.vocab import SECTION_NAMES, FormatVersion, Outcome, SectionId, Severity

_NUMERALS = {SectionId.OVERVIEW: "一", SectionId.PROBLEMS: "五"}
_TOLD = 5


@dataclass(frozen=True, slots=True)
class CopyLimits:
    """``alike``: similarity from which a text counts as reused (spec section 4, Y-COPY).
    ``common``: a sentence in so many texts, or in this share of all, is nobody's own.
    ``candidates``: texts that are compared in full with a new one; ``shown``: passages told."""

    alike: float = limit(0.85, "相似度，不低于")
    common: int = limit(30, "语句见于多少篇即为通用，不少于")
    common_share: float = limit(0.005, "并且占全部文本的比例，不低于")
    candidates: int = limit(12, "每篇详细比对的候选，至多")
    shown: int = limit(5, "并列所示的语句，至多")


LIMITS = CopyLimits()


class ReusedText(ReuseRule):
    """Who copied from whom is not told: only that the texts are alike."""

    code = "Y-COPY"
    limits = LIMITS
    severity = Severity.WARNING
    message = f"第一、第五部分不与本机关往年报告或其他机关的报告雷同（去除机关名称、年份、数字和通用语句后相似度 {LIMITS.alike:.0%} 以上）"
    basis = f"{FORMATS[FormatVersion.FMT2021]}：内容雷同、敷衍塞责的，依法依规追究责任"
    bad = "第五部分除年份外与上一年度逐句相同"
    good = "第五部分写明本年度的具体问题和针对性的改进措施"
    hint = "对照所列语句核实；按本年度、本机关的实际重写雷同的部分"

    def compare(
        self, report: AnnualReport, matches: Mapping[SectionId, Sequence[Match]] | None
    ) -> Iterator[Verdict]:
        for section, numeral in _NUMERALS.items():
            subject = section.value
            name = f"第{numeral}部分（{SECTION_NAMES[section]}）"
            if matches is None or section not in matches:
                why = f"{name}没有读到，或去除通用语句后太短，不作比较"
                yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, subject)
            elif not matches[section]:
                yield self.verdict(report, Outcome.PASS, f"{name}没有发现雷同的文本", subject)
            else:
                yield self._alike(report, subject, name, matches[section])

    def _alike(
        self, report: AnnualReport, subject: str, name: str, matches: Sequence[Match]
    ) -> Verdict:
        best = matches[0]
        whose = "本机关" if best.own else best.name
        why = f"{name}与{whose} {best.year} 年度报告相似度 {best.similarity:.0%}"
        if len(matches) > 1:
            why += f"，另与 {len(matches) - 1} 份报告雷同"
        evidence = {
            "against": best.year,
            "similarity": best.similarity,
            "others": [
                {"agency": m.agency, "name": m.name, "year": m.year, "similarity": m.similarity}
                for m in matches[:_TOLD]
            ],
            "passages": [{"own": own, "other": other} for own, other in best.passages],
        }
        return self.verdict(report, Outcome.FAIL, why, subject, evidence=evidence)
