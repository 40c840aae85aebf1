"""The text against itself, and results that ask for an explanation. Never more than info."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from monitor.rules.base import REGULATION, Rule
from monitor.rules.cells import CellKey, cell_evidence, whole_number
from monitor.rules.texts import section_text
from monitor.rules.told import exact, listed, own_facts, quotes, values_of
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import FormatVersion, Outcome, SectionId, Severity

_TABLE3_TOTALS: tuple[CellKey, ...] = (
    ("table3", "new_received", "total"),
    ("table3", "carried_in", "total"),
    ("table3", "result_total", "total"),
)
_OTHER_SHARE = 0.2
_OTHER_LEAST = 3
_EXPLAINED = re.compile(
    r"其[他它](?:处理|情形|情况|类|方式|原因)|撤[回销]|终止|主动(?:放弃|退出)|转为(?!主动)|非政府信息|不属于政府信息"
    r"|咨询(?:类|性|事项|问题)|(?:属|系|作为|按)[^，。；]{0,6}咨询"
)
"""转为主动公开 and 高频咨询 tell of other work."""
_EXPLAINING = (SectionId.OVERVIEW, SectionId.REQUESTS, SectionId.PROBLEMS, SectionId.OTHER)


class WordsAgree(Rule):
    """Parts may be told in part only: that they add up to less is a contradiction only where the
    last one is the remainder (其他 N 条)."""

    code = "X-INTERNAL"
    severity = Severity.INFO
    message = "正文各分项之和不超过总数，同一数量前后所说一致"
    basis = f"{REGULATION}第六条、第五十条：准确公开政府信息；{{format}}“内容准确”的要求"
    bad = "“公开政府信息 120 条，其中机构职能 30 条、工作动态 80 条、其他 20 条”（合计 130）"
    good = "“公开政府信息 120 条，其中机构职能 30 条、工作动态 80 条、其他 10 条”"
    hint = "核对总数与分项、前后两处的数，改正有误的一处"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        verdicts = [*self._lists(report), *self._repeated(report)]
        if not verdicts:
            why = "正文没有可以相互核对的数"
            verdicts = [self.verdict(report, Outcome.NOT_APPLICABLE, why)]
        yield from verdicts

    def _lists(self, report: AnnualReport) -> Iterator[Verdict]:
        number = 0
        total: Fact | None = None
        parts: list[Fact] = []
        for fact in (*report.facts, None):
            if fact is not None and fact.kind == "disclosed_part":
                parts.append(fact)
                continue
            if total is not None and parts:
                number += 1
                yield self._list(report, f"list-{number}", total, parts)
            total = fact if fact is not None and fact.kind == "disclosed_total" else None
            parts = []

    def _list(
        self, report: AnnualReport, subject: str, total: Fact, parts: Sequence[Fact]
    ) -> Verdict:
        whole, told = total.value or 0, sum(f.value or 0 for f in parts)
        evidence = {"quotes": quotes([total, *parts]), "expected": whole, "actual": told}
        if total.approximate or any(f.approximate for f in parts):
            why = "总数或分项是约数，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, subject, evidence=evidence)
        wrong = told > whole or (told < whole and parts[-1].counting == "其他")
        why = f"公开信息总数 {whole} 条，所列各项合计 {told} 条"
        outcome = Outcome.FAIL if wrong else Outcome.PASS
        return self.verdict(report, outcome, why, subject, evidence=evidence)

    def _repeated(self, report: AnnualReport) -> Iterator[Verdict]:
        totals = own_facts(report, exact(report, "disclosed_total"))
        for phrase in dict.fromkeys(f.counting for f in totals if f.counting):
            same = [f for f in totals if f.counting == phrase]
            yield from self._twice(report, f"“{phrase}”", phrase, same, frozenset())
        received = [f for f in own_facts(report, exact(report, "requests_received")) if f.scope]
        new, carried, results = (whole_number(report.cell(*key)) or 0 for key in _TABLE3_TOTALS)
        known = frozenset({new, new + carried, results})
        yield from self._twice(report, "收到申请", "requests", received, known)

    def _twice(
        self,
        report: AnnualReport,
        label: str,
        subject: str,
        facts: Sequence[Fact],
        known: frozenset[int],
    ) -> Iterator[Verdict]:
        """``known``: numbers that may stand beside each other, since they count differently."""
        values = values_of(facts)
        if len(facts) < 2 or len({f.scope for f in facts}) > 1:
            return
        evidence = {"quotes": quotes(facts), "actual": values}
        if len(values) == 1 or known.issuperset(values):
            why = f"{label}前后所说一致"
            yield self.verdict(report, Outcome.PASS, why, subject, evidence=evidence)
        elif max(values) != sum(values) - max(values):
            why = f"{label}前后所说不同：{listed(values)}"
            yield self.verdict(report, Outcome.FAIL, why, subject, evidence=evidence)


class OtherShare(Rule):
    code = "X-OTHER-SHARE"
    severity = Severity.INFO
    versions = frozenset({FormatVersion.FMT2021})
    message = "“（六）其他处理”中的“3.其他”达到 3 件且超过办理总数两成的，正文说明是什么情形"
    basis = f"{REGULATION}第三十六条、第五十条第（二）项；{{format}}表三“（六）其他处理”"
    bad = "办理总数 16，其中“3.其他” 4，正文没有说明"
    good = "办理总数 16，其中“3.其他” 4；正文：“其他处理 4 件，均为申请人撤回申请”"
    hint = "核对能否归入其他各行；确属其他的，在正文说明情形"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        keys: tuple[CellKey, CellKey] = (
            ("table3", "other_misc", "total"),
            ("table3", "result_total", "total"),
        )
        misc, total = (whole_number(report.cell(*key)) for key in keys)
        if misc is None or total is None:
            why = "表三没有可用的数字，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        evidence: dict[str, Any] = {
            "cells": cell_evidence(report, keys),
            "expected": f"≤ {_OTHER_SHARE:.0%}",
        }
        if misc < _OTHER_LEAST or misc <= _OTHER_SHARE * total:
            why = f"“3.其他” {misc} 件，占办理总数 {total} 件的比例不高"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
        elif any(_EXPLAINED.search(section_text(report, s)) for s in _EXPLAINING):
            why = f"“3.其他” {misc} 件，正文有说明"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
        else:
            evidence["actual"] = misc
            why = f"办理总数 {total} 件中有 {misc} 件归入“3.其他”，正文没有说明"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
