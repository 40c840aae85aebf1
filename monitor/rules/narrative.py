"""The text against the tables. Never more than a warning: scope and counting differ lawfully."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from monitor.rules.base import REGULATION, Rule
from monitor.rules.cells import CellKey, cell_evidence, whole_number
from monitor.rules.scope import speaks_of
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import TABLE4_COLUMN_NAMES, TABLE4_COLUMNS, Outcome, Severity

_NEW: CellKey = ("table3", "new_received", "total")
_CARRIED: CellKey = ("table3", "carried_in", "total")
_RESULTS: CellKey = ("table3", "result_total", "total")
_HANDLING = ("办理", "处理", "答复", "办结")
_LITIGATION = ("litigation_direct", "litigation_after_review")
_PARTLY_COUNTED = ("结转", "新收", "新增")


def _quotes(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    return [{"text": f.quote, "value": f.value, "scope": f.scope, "at": f.at} for f in facts]


def _evidence(
    report: AnnualReport, facts: Sequence[Fact], keys: Sequence[CellKey], allowed: Sequence[int]
) -> dict[str, Any]:
    return {
        "cells": cell_evidence(report, keys),
        "quotes": _quotes(facts),
        "expected": list(allowed),
        "actual": sorted({f.value for f in facts if f.value is not None}),
    }


def _exact(report: AnnualReport, kind: str) -> list[Fact]:
    return [f for f in report.facts if f.kind == kind and f.value is not None and not f.approximate]


class RequestsTold(Rule):
    """One agreeing number is enough. Numbers of another scope (全市 in an office's report), about
    numbers and parts that add up to the table's number are no contradiction."""

    code = "X-REQ"
    severity = Severity.WARNING
    message = "正文所说收到的申请件数 = 表三本年新收，或本年新收 + 上年结转"
    basis = f"{REGULATION}第五十条第（二）项；{{format}}表三"
    bad = "正文：“我局共收到政府信息公开申请 17 件”；表三本年新收总计 71、上年结转 0"
    good = "正文：“我局共收到政府信息公开申请 71 件”；表三本年新收总计 71"
    hint = "核对正文和表三的件数；口径不同的，在正文写明（如本机关、全市，是否含上年结转）"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        facts = _exact(report, "requests_received")
        if not facts:
            why = "正文没有可比的收到申请件数"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)
            return
        new, carried = whole_number(report.cell(*_NEW)), whole_number(report.cell(*_CARRIED))
        if new is None:
            why = "表三本年新收总计没有可用的数字，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        allowed = [new] if not carried else [new, new + carried]
        agreeing = [f for f in facts if f.value in allowed or self._handled(report, f)]
        own = [f for f in facts if speaks_of(f.scope, report.agency)]
        evidence = _evidence(report, agreeing or own or facts, (_NEW, _CARRIED), allowed)
        values = {f.value for f in own if f.value is not None}
        if agreeing or (len(values) > 1 and sum(values) in allowed):
            told = "、".join(str(v) for v in sorted({f.value or 0 for f in agreeing or own}))
            why = f"正文说收到申请 {told} 件，与表三相符"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
        elif not own:
            why = "正文的件数与表三口径不同（全地区或其他机关），不作比较"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why, evidence=evidence)
        elif carried is None:
            why = "表三上年结转没有可用的数字，不能判断正文是否含结转"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, evidence=evidence)
        else:
            told = "、".join(str(v) for v in sorted(values))
            table = f"本年新收 {new} 件" + (f"、加上年结转 {new + carried} 件" if carried else "")
            why = f"正文说收到申请 {told} 件，表三{table}"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)

    @staticmethod
    def _handled(report: AnnualReport, fact: Fact) -> bool:
        """收到并办理 N 件 may count what was handled."""
        result = whole_number(report.cell(*_RESULTS))
        return result == fact.value and any(word in fact.quote for word in _HANDLING)


class _DisputesTold(Rule):
    """Narrated totals and outcomes of one group of table 四; a verdict per kind narrated."""

    severity = Severity.WARNING
    group: ClassVar[str]
    label: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        silent = True
        for column in TABLE4_COLUMNS:
            facts = _exact(report, f"{self.group}_{column}")
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
        evidence = _evidence(report, agreeing or own or facts, keys, [expected])
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


_NONE_KEYS: Mapping[str, tuple[CellKey, ...]] = {
    "requests": (_NEW,),
    "review": (("table4", "review", "total"),),
    "litigation": tuple(("table4", group, "total") for group in _LITIGATION),
}
_NONE_LABELS = {"requests": "收到申请", "review": "行政复议", "litigation": "行政诉讼"}


class NoneTold(Rule):
    """A verdict per matter of which the text says that there was none."""

    code = "X-NONE"
    severity = Severity.WARNING
    message = "正文说没有收到申请（没有发生复议、诉讼）的，表中相应总计为 0"
    basis = f"{REGULATION}第五十条第（二）、（三）项；{{format}}表三、表四"
    bad = "正文：“本年度未收到政府信息公开申请”；表三本年新收总计 3"
    good = "正文：“本年度未收到政府信息公开申请”；表三本年新收总计 0"
    hint = "核对正文和表格；正文只说某一类申请或某一时段的，写明范围"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        silent = True
        for matter, keys in _NONE_KEYS.items():
            facts = [f for f in report.facts if f.kind == f"{matter}_none"]
            if facts:
                silent = False
                yield self._matter(report, matter, keys, facts)
        if silent:
            yield self.verdict(report, Outcome.NOT_APPLICABLE, "正文没有“未收到”“未发生”一类的话")

    def _matter(
        self, report: AnnualReport, matter: str, keys: Sequence[CellKey], facts: Sequence[Fact]
    ) -> Verdict:
        label = _NONE_LABELS[matter]
        numbers = [whole_number(report.cell(*key)) for key in keys]
        shown = sum(n for n in numbers if n is not None)
        evidence = _evidence(report, facts, keys, [0])
        evidence["actual"] = shown
        if not shown and None in numbers:
            why = f"{label}：表中总计没有可用的数字，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, matter)
        if not shown:
            why = f"{label}：正文说没有，表中也是 0"
            return self.verdict(report, Outcome.PASS, why, matter, evidence=evidence)
        told_of_some = _exact(report, f"{matter}_{'received' if matter == 'requests' else 'total'}")
        own = [f for f in facts if speaks_of(f.scope, report.agency)]
        if not own or any(f.value for f in told_of_some):
            why = f"{label}：正文的话另有范围，不作比较"
            return self.verdict(report, Outcome.NOT_APPLICABLE, why, matter, evidence=evidence)
        why = f"{label}：正文说没有，表中总计为 {shown}"
        return self.verdict(report, Outcome.FAIL, why, matter, evidence=evidence)
