"""What the reading of a document left open: notes of layer extraction, never the agency's fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.rules.base import Rule
from storage.domain import AnnualReport, Issue, Verdict
from storage.vocab import Layer, Outcome, Severity

_TABLES = {"table2": "表二", "table3": "表三", "table4": "表四"}


class RaggedRows(Rule):
    code = "T-RAGGED"
    severity = Severity.WARNING
    layer = Layer.EXTRACTION
    message = "表格各行读到的数字个数与格式的列数相同（表三 7 个，表四 15 个）"
    basis = "{format}表二、表三、表四的列数；读取时的提示，不是对机关的判断"
    bad = "“予以公开”一行只读到 5 个数字，不能确定缺的是哪两列"
    good = "“予以公开”一行读到 7 个数字"
    hint = "对照原文核对这一行；原文缺格的，请报送机关补齐后重新发布"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        told: dict[str, list[Issue]] = {}
        for issue in report.issues:
            if issue.code == self.code:
                told.setdefault((issue.where or "").partition(".")[0], []).append(issue)
        for table, issues in told.items():
            yield self._table(report, table, issues)
        if told:
            return
        if report.table2 or report.table3 or report.table4:
            yield self.verdict(report, Outcome.PASS, "读到的各行都与格式的列数相同")
        else:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表格")

    def _table(self, report: AnnualReport, table: str, issues: Sequence[Issue]) -> Verdict:
        """One note for a table, however many of its rows are concerned."""
        name = _TABLES.get(table, "表格")
        why = f"{name}：{issues[0].message}"
        if len(issues) > 1:
            why = f"{name}有 {len(issues)} 行读到的数字个数与格式不符，这些行不作判断"
        notes = [{"where": issue.where, "text": issue.message} for issue in issues]
        return self.verdict(report, Outcome.FAIL, why, table, evidence={"notes": notes})
