"""The text on requests against table 三. Never more than a warning: scope and counting differ
lawfully."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.rules.base import REGULATION, Rule
from monitor.rules.cells import CellKey, whole_number
from monitor.rules.told import Comparison, compare, evidence_of, exact, listed, own_facts, values_of
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import Outcome, Severity

_NEW: CellKey = ("table3", "new_received", "total")
_CARRIED: CellKey = ("table3", "carried_in", "total")
_RESULTS: CellKey = ("table3", "result_total", "total")
_HANDLING = ("办理", "处理", "答复", "办结")
_UNDER_WAY = ("办理", "处理", "受理")
_LITIGATION = ("litigation_direct", "litigation_after_review")


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
        facts = exact(report, "requests_received")
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
        own = own_facts(report, facts)
        evidence = evidence_of(report, agreeing or own or facts, (_NEW, _CARRIED), allowed)
        values = values_of(own)
        if agreeing or (len(values) > 1 and sum(values) in allowed):
            why = f"正文说收到申请 {listed(values_of(agreeing or own))} 件，与表三相符"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
        elif not own:
            why = "正文的件数与表三口径不同（全地区或其他机关），不作比较"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why, evidence=evidence)
        elif carried is None:
            why = "表三上年结转没有可用的数字，不能判断正文是否含结转"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, evidence=evidence)
        else:
            table = f"本年新收 {new} 件" + (f"、加上年结转 {new + carried} 件" if carried else "")
            why = f"正文说收到申请 {listed(values)} 件，表三{table}"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)

    @staticmethod
    def _handled(report: AnnualReport, fact: Fact) -> bool:
        """收到并办理 N 件 may count what was handled."""
        result = whole_number(report.cell(*_RESULTS))
        return result == fact.value and any(word in fact.quote for word in _HANDLING)


class HandledTold(Rule):
    """Those newly received are allowed beside those handled: many texts say that all of the
    year's requests were answered. 办理, 受理 may also count those still under way."""

    code = "X-HANDLED"
    severity = Severity.WARNING
    message = "正文所说办结、答复的申请件数 = 表三（七）总计，或本年新收"
    basis = f"{REGULATION}第五十条第（二）项；{{format}}表三"
    bad = "正文：“全年办结 25 件”；表三（七）总计 22、本年新收 20"
    good = "正文：“全年办结 22 件”；表三（七）总计 22"
    hint = "核对正文和表三的件数；含上年结转或只计某一类的，在正文写明"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        facts = exact(report, "requests_handled")
        if not facts:
            why = "正文没有可比的办结、答复件数"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)
            return
        keys = (_RESULTS, _NEW, _CARRIED)
        results, new, carried = (whole_number(report.cell(*key)) for key in keys)
        allowed = [n for n in (results, new) if n is not None]
        if new is not None and carried and any(w in f.quote for f in facts for w in _UNDER_WAY):
            allowed.append(new + carried)
        whole = results is not None and new is not None
        table = f"表三（七）总计 {results} 件、本年新收 {new} 件"
        doubt = None if whole else "表三有一个总计没有可用的数字"
        item = Comparison("", "办结、答复", facts, keys, allowed, table, doubt=doubt)
        yield compare(self, report, item)


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
        evidence = evidence_of(report, facts, keys, [0])
        evidence["actual"] = shown
        if not shown and None in numbers:
            why = f"{label}：表中总计没有可用的数字，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, matter)
        if not shown:
            why = f"{label}：正文说没有，表中也是 0"
            return self.verdict(report, Outcome.PASS, why, matter, evidence=evidence)
        told_of_some = exact(report, f"{matter}_{'received' if matter == 'requests' else 'total'}")
        own = own_facts(report, facts)
        if not own or any(f.value for f in told_of_some):
            why = f"{label}：正文的话另有范围，不作比较"
            return self.verdict(report, Outcome.NOT_APPLICABLE, why, matter, evidence=evidence)
        why = f"{label}：正文说没有，表中总计为 {shown}"
        return self.verdict(report, Outcome.FAIL, why, matter, evidence=evidence)
