"""The text on documents, decisions and administrative fees against table 二 (2021 form)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from monitor.rules.base import REGULATION, Rule
from monitor.rules.cells import CellKey, whole_number
from monitor.rules.told import Comparison, compare, evidence_of, exact, own_facts
from storage.domain import AnnualReport, Verdict
from storage.vocab import TABLE2_COLUMN_NAMES, TABLE2_ROW_NAMES, FormatVersion, Outcome, Severity

_ROUNDING = Decimal("0.01")
"""Texts round amounts of money: this share of the amount is no contradiction."""
_CENTS_IN_WAN = 1_000_000


class DocumentsTold(Rule):
    """文件 is wider than 行政规范性文件: only what the text calls 规范性文件 is compared."""

    code = "X-NORM"
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2021})
    message = "正文所说规范性文件制发、废止、现行有效件数 = 表二行政规范性文件各格"
    basis = f"{REGULATION}第二十条第（一）项、第五十条第（一）项；{{format}}表二"
    bad = "正文：“制发行政规范性文件 6 件，现行有效 20 件”；表二本年制发 4、现行有效 20"
    good = "正文：“制发行政规范性文件 4 件，现行有效 20 件”；表二相同"
    hint = "核对正文和表二；正文所说包含其他文件的，写明“其中行政规范性文件”的件数"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        silent = True
        for column in ("made", "repealed", "in_force"):
            facts = exact(report, f"normative_{column}")
            if facts:
                silent = False
                key: CellKey = ("table2", "normative_documents", column)
                shown = whole_number(report.cell(*key))
                label = f"行政规范性文件{TABLE2_COLUMN_NAMES[column]}"
                allowed = [] if shown is None else [shown]
                item = Comparison(column, label, facts, [key], allowed, f"表二为 {shown} 件")
                yield compare(self, report, item)
        if silent:
            why = "正文没有可比的规范性文件件数"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)


class DecisionsTold(Rule):
    code = "X-DECISIONS"
    severity = Severity.INFO
    versions = frozenset({FormatVersion.FMT2021})
    message = "正文所说行政许可、行政处罚、行政强制决定件数和行政事业性收费金额 = 表二相应各格"
    basis = f"{REGULATION}第二十条第（五）、（六）、（八）项；{{format}}表二"
    bad = "正文：“作出行政处罚决定 35 件”；表二行政处罚本年处理决定数量 26"
    good = "正文：“作出行政处罚决定 26 件”；表二行政处罚本年处理决定数量 26"
    hint = "核对正文和表二；单位或统计口径不同的，在正文写明"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        silent = True
        for row in ("licensing", "penalty", "coercion"):
            if facts := exact(report, f"{row}_decisions"):
                silent = False
                key: CellKey = ("table2", row, "decisions")
                shown = whole_number(report.cell(*key))
                label = f"{TABLE2_ROW_NAMES[row]}决定"
                allowed = [] if shown is None else [shown]
                item = Comparison(row, label, facts, [key], allowed, f"表二为 {shown} 件")
                yield compare(self, report, item)
        if exact(report, "administrative_fees"):
            silent = False
            yield self._fees(report)
        if silent:
            why = "正文没有可比的处理决定件数和收费金额"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)

    def _fees(self, report: AnnualReport) -> Verdict:
        facts = exact(report, "administrative_fees")
        key: CellKey = ("table2", "fees", "amount_wan")
        shown = report.cell(*key).value
        evidence = evidence_of(report, facts, [key], [])
        if shown is None:
            why = "行政事业性收费：表二没有可用的金额，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, "fees")
        told = [Decimal(f.value or 0) / _CENTS_IN_WAN for f in own_facts(report, facts)]
        evidence["expected"] = str(shown)
        evidence["actual"] = [str(amount) for amount in told]
        if not told:
            why = "行政事业性收费：正文与表二口径不同，不作比较"
            return self.verdict(report, Outcome.NOT_APPLICABLE, why, "fees", evidence=evidence)
        if any(abs(amount - shown) <= abs(Decimal(shown)) * _ROUNDING for amount in told):
            why = f"行政事业性收费：正文与表二相符，{shown} 万元"
            return self.verdict(report, Outcome.PASS, why, "fees", evidence=evidence)
        amounts = "、".join(f"{amount.normalize():f}" for amount in told)
        why = f"行政事业性收费：正文说 {amounts} 万元，表二为 {shown} 万元"
        return self.verdict(report, Outcome.FAIL, why, "fees", evidence=evidence)
