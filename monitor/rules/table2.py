"""Table 二: stock and movement of rules and normative documents (2021 form)."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.rules.base import Rule
from monitor.rules.cells import read_row, sum_evidence
from storage.domain import AnnualReport, Verdict
from storage.vocab import TABLE2_2021, TABLE2_ROW_NAMES, FormatVersion, Outcome, Severity

_STOCK_ROWS = ("rules", "normative_documents")
_COLUMNS = TABLE2_2021["rules"]


class StockLowerBound(Rule):
    code = "T2-LB"
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2021})
    message = "表二规章、行政规范性文件：现行有效件数 ≥ 本年制发件数 − 本年废止件数，且不为负数"
    basis = "{format}表二列名的含义：现行有效 = 上年现行有效 + 本年制发 − 本年废止，上年现行有效不小于 0"
    bad = "本年制发 8、本年废止 1、现行有效 3"
    good = "本年制发 8、本年废止 1、现行有效 21"
    hint = "“现行有效件数”填报告年末仍然有效的全部文件，不是本年新增的一部分；核对三个数"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table2:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表二")
            return
        for name in _STOCK_ROWS:
            yield self._row(report, name)

    def _row(self, report: AnnualReport, name: str) -> Verdict:
        label = TABLE2_ROW_NAMES[name]
        row = read_row(report.table2.get(name), _COLUMNS)
        if row.obstacle or "in_force" in row.blanks:
            reason = row.obstacle or "现行有效件数为空白"
            why = f"表二“{label}”一行不能判断（{reason}）"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
        made, repealed, in_force = (row.values[c] for c in _COLUMNS)
        least = max(made - repealed, 0)
        formula = "现行有效件数 ≥ 本年制发件数 − 本年废止件数，且 ≥ 0"
        if in_force >= least:
            told = {"formula": formula, "expected": f"≥ {least}", "actual": in_force}
            why = f"表二“{label}”现行有效 {in_force} 件，不少于 {least} 件"
            return self.verdict(report, Outcome.PASS, why, name, evidence=told)
        keys = [("table2", name, column) for column in _COLUMNS]
        evidence = sum_evidence(report, keys, formula, least, in_force, bool(row.blanks))
        if row.blanks:
            why = f"表二“{label}”一行有空白，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name, evidence=evidence)
        why = (
            f"表二“{label}”现行有效 {in_force} 件，少于本年制发 {made} 件减本年废止 {repealed} 件"
            f"（至少应为 {least} 件）"
        )
        return self.verdict(report, Outcome.FAIL, why, name, evidence=evidence)
