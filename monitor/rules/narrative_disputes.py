"""The text on reviews and lawsuits against table 四."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from monitor.rules.base import REGULATION, Rule
from monitor.rules.cells import whole_number
from monitor.rules.scope import speaks_of
from monitor.rules.told import evidence_of, exact
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import TABLE4_COLUMN_NAMES, TABLE4_COLUMNS, Outcome, Severity

_LITIGATION = ("litigation_direct", "litigation_after_review")
_PARTLY_COUNTED = ("结转", "新收", "新增")


class _DisputesTold(Rule):
    """Narrated totals and outcomes of one group of table 四; a verdict per kind narrated."""

    severity = Severity.WARNING
    group: ClassVar[str]
    label: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        silent = True
        for column in TABLE4_COLUMNS:
            facts = exact(report, f"{self.group}_{column}")
            if facts:
                silent = False
                yield self._column(report, column, facts)
        if silent:
            why = f"正文没有可比的{self.label}件数"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)

    def _column(self, report: AnnualReport, column: str, facts: Sequence[Fact]) -> Verdict:
        keys = [("table4", part, column) for part in self.parts]
        numbers = [whole_number(report.cell(*key)) for key in keys]
        name = f"{self.label}{TABLE4_COLUMN_NAMES[column]}"
        known = [n for n in numbers if n is not None]
        if len(known) < len(numbers):
            why = f"表四{name}没有可用的数字，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, column)
        expected = sum(known)
        own = [f for f in facts if self._comparable(f, report)]
        agreeing = [f for f in facts if f.value == expected]
        evidence = evidence_of(report, agreeing or own or facts, keys, [expected])
        if agreeing:
            why = f"{name}：正文与表四相符，{expected} 件"
            return self.verdict(report, Outcome.PASS, why, column, evidence=evidence)
        if not own:
            why = f"{name}：正文与表四口径不同，不作比较"
            return self.verdict(report, Outcome.NOT_APPLICABLE, why, column, evidence=evidence)
        if any(f.value in known for f in own):
            why = f"{name}：正文可能只计其中一类，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, column, evidence=evidence)
        told = "、".join(str(v) for v in sorted({f.value or 0 for f in own}))
        why = f"{name}：正文说 {told} 件，表四为 {expected} 件"
        return self.verdict(report, Outcome.FAIL, why, column, evidence=evidence)

    @staticmethod
    def _comparable(fact: Fact, report: AnnualReport) -> bool:
        partly = fact.counting is not None and any(w in fact.counting for w in _PARTLY_COUNTED)
        return not partly and speaks_of(fact.scope, report.agency)


class ReviewsTold(_DisputesTold):
    code = "X-REVIEW"
    group, label, parts = "review", "行政复议", ("review",)
    message = "正文所说行政复议的件数和结果 = 表四行政复议各格"
    basis = f"{REGULATION}第五十条第（三）项；{{format}}表四"
    bad = "正文：“引起行政复议 6 件，结果维持 5 件”；表四行政复议总计 4、结果维持 4"
    good = "正文：“引起行政复议 6 件，结果维持 5 件，尚未审结 1 件”；表四相同"
    hint = "核对正文和表四的件数；按收案或结案统计的，在正文写明"


class LawsuitsTold(_DisputesTold):
    code = "X-LITIG"
    group, label, parts = "litigation", "行政诉讼", _LITIGATION
    message = "正文所说行政诉讼的件数和结果 = 表四“未经复议直接起诉”与“复议后起诉”之和"
    basis = f"{REGULATION}第五十条第（三）项；{{format}}表四"
    bad = "正文：“行政诉讼 5 件”；表四直接起诉总计 1、复议后起诉总计 1"
    good = "正文：“行政诉讼 2 件”；表四直接起诉总计 1、复议后起诉总计 1"
    hint = "核对正文和表四的件数；一审、二审分别统计的，在正文写明"
