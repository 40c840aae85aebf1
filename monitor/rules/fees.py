"""The fee for information processing: what the text says of it, and what table 三 shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.rules.base import Rule
from monitor.rules.cells import CellKey, whole_number
from monitor.rules.told import evidence_of, exact, own_facts, quotes
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import FormatVersion, Outcome, Severity

_UNPAID: CellKey = ("table3", "other_fee_unpaid", "total")
_CARRIED: CellKey = ("table3", "carried_in", "total")
_CENTS = 100


class FeeContradiction(Rule):
    """未收取 beside an unpaid demand is no contradiction: nobody paid. A demand that the text
    says was never made is one."""

    code = "X-FEE"
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2021})
    message = "关于信息处理费的各处说法一致，且与表三“逾期未按收费通知要求缴纳费用”相符"
    basis = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）；{format}表三、第六部分"
    bad = "表三逾期未缴纳费用 1 件；第六部分：“未收取信息处理费，未发出收费通知”"
    good = "表三逾期未缴纳费用 1 件；第六部分：“发出收费通知 1 件，申请人逾期未缴纳，未收取费用”"
    hint = "核对收费通知的件数、收取的金额与表三，改正不一致的一处"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        notices = own_facts(report, exact(report, "fee_notices"))
        charged = [f for f in own_facts(report, exact(report, "fee_charged")) if f.value]
        if notices:
            yield self._notices(report, notices)
        if charged:
            yield self._charged(report, charged)
        if not (notices or charged):
            why = "正文没有收费通知的件数和收取的金额"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)

    def _notices(self, report: AnnualReport, facts: Sequence[Fact]) -> Verdict:
        unpaid, carried = (whole_number(report.cell(*key)) for key in (_UNPAID, _CARRIED))
        told = max(f.value or 0 for f in facts)
        if unpaid is None:
            why = "表三“逾期未按收费通知要求缴纳费用”一行没有可用的数字，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, "notices")
        evidence = evidence_of(report, facts, (_UNPAID, _CARRIED), [unpaid])
        # A demand of the year before may have run out this year.
        if told + (carried or 0) >= unpaid:
            why = f"收费通知 {told} 件，与表三逾期未缴纳费用 {unpaid} 件不矛盾"
            return self.verdict(report, Outcome.PASS, why, "notices", evidence=evidence)
        why = f"表三有 {unpaid} 件因逾期未缴纳费用不再处理，正文却说发出收费通知 {told} 件"
        return self.verdict(report, Outcome.FAIL, why, "notices", evidence=evidence)

    def _charged(self, report: AnnualReport, facts: Sequence[Fact]) -> Verdict:
        none = own_facts(report, [f for f in report.facts if f.kind == "fee_none"])
        amount = max(f.value or 0 for f in facts) / _CENTS
        if not none:
            why = f"正文说收取信息处理费 {amount:g} 元，别处没有相反的说法"
            told = {"quotes": quotes(facts)}
            return self.verdict(report, Outcome.PASS, why, "charged", evidence=told)
        evidence = {"quotes": quotes([*facts, *none]), "actual": [f"{amount:g} 元"]}
        why = f"正文一处说收取信息处理费 {amount:g} 元，一处说没有收取"
        return self.verdict(report, Outcome.FAIL, why, "charged", evidence=evidence)
