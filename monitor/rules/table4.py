"""Table 四: the identity of each group of reviews and lawsuits."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.rules.base import Rule
from monitor.rules.cells import read_row, sum_evidence
from storage.domain import AnnualReport, Verdict
from storage.vocab import (
    TABLE4_COLUMN_NAMES,
    TABLE4_COLUMNS,
    TABLE4_GROUP_NAMES,
    TABLE4_GROUPS,
    Outcome,
    Severity,
)

_PARTS = TABLE4_COLUMNS[:-1]


class DisputeSum(Rule):
    code = "T4-SUM"
    severity = Severity.ERROR
    message = "表四每组：结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计"
    basis = "{format}表四各列与“总计”列的含义"
    bad = "行政复议：结果维持 5、尚未审结 1，其余为 0，总计 5"
    good = "行政复议：结果维持 5、尚未审结 1，其余为 0，总计 6"
    hint = "把该组四种结果相加，与总计核对，改正有误的一格"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table4:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表四")
            return
        for group in TABLE4_GROUPS:
            yield self._group(report, group)

    def _group(self, report: AnnualReport, group: str) -> Verdict:
        label = TABLE4_GROUP_NAMES[group]
        row = read_row(report.table4.get(group), TABLE4_COLUMNS)
        if row.obstacle:
            why = f"表四“{label}”一组没有完整读出（{row.obstacle}），不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, group)
        if "total" in row.blanks:
            why = f"表四“{label}”一组的总计为空白，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, group)
        total = row.values["total"]
        parts = sum([row.values[column] for column in _PARTS])
        formula = "结果维持 + 结果纠正 + 其他结果 + 尚未审结 = 总计"
        if parts == total:
            told = {"formula": formula, "expected": parts, "actual": total}
            return self.verdict(
                report, Outcome.PASS, f"表四“{label}”一组相符：{total}", group, evidence=told
            )
        keys = [("table4", group, column) for column in TABLE4_COLUMNS]
        evidence = sum_evidence(report, keys, formula, parts, total, bool(row.blanks))
        if row.blanks:
            why = f"表四“{label}”一组有 {len(row.blanks)} 格空白，按 0 计为 {parts} ≠ {total}，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, group, evidence=evidence)
        terms = " + ".join(f"{TABLE4_COLUMN_NAMES[c]} {row.values[c]}" for c in _PARTS)
        why = f"表四“{label}”一组不符：{terms} = {parts}，总计为 {total}"
        return self.verdict(report, Outcome.FAIL, why, group, evidence=evidence)
