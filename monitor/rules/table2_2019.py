"""Table 二 of the 2019 form: what was published, and the number of items."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.rules.base import Rule
from monitor.rules.cells import CellKey, cell_evidence, read_row
from storage.domain import AnnualReport, Verdict
from storage.vocab import TABLE2_2019, TABLE2_ROW_NAMES, FormatVersion, Outcome, Severity

_DOCUMENT_ROWS = ("rules", "normative_documents")
_DOCUMENT_COLUMNS = TABLE2_2019["rules"]
_ITEM_ROWS = tuple(row for row, columns in TABLE2_2019.items() if "prev_items" in columns)
_ITEM_COLUMNS = ("prev_items", "change")
_OLD_FORM = frozenset({FormatVersion.FMT2019})


class PublishedStock(Rule):
    """Earlier documents may lawfully be published late: more published than made is a warning."""

    code = "T2-PUB"
    severity = Severity.ERROR
    versions = _OLD_FORM
    message = "表二：对外公开总数量 ≥ 本年新公开数量（本年新公开多于本年新制作为警告）"
    basis = "《中华人民共和国政府信息公开工作年度报告格式（试行）》（国办公开办函〔2019〕60号）表二列名的含义"
    bad = "规范性文件：本年新制作 6、本年新公开 9、对外公开总数量 5"
    good = "规范性文件：本年新制作 6、本年新公开 6、对外公开总数量 41"
    hint = "“对外公开总数量”填历年累计仍公开的件数；核对三个数"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table2:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表二")
            return
        for name in _DOCUMENT_ROWS:
            yield from self._row(report, name)

    def _row(self, report: AnnualReport, name: str) -> Iterator[Verdict]:
        label = TABLE2_ROW_NAMES[name]
        row = read_row(report.table2.get(name), _DOCUMENT_COLUMNS)
        if row.obstacle or row.blanks:
            why = f"表二“{label}”一行不能判断（{row.obstacle or '有空白'}）"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
            return
        made, published, total = (row.values[c] for c in _DOCUMENT_COLUMNS)
        keys: list[CellKey] = [("table2", name, column) for column in _DOCUMENT_COLUMNS]
        cells = cell_evidence(report, keys)
        why = f"表二“{label}”对外公开总数量 {total}，本年新公开 {published}"
        evidence = {"cells": cells, "expected": f"≥ {published}", "actual": total}
        outcome = Outcome.FAIL if total < published else Outcome.PASS
        yield self.verdict(report, outcome, why, f"{name}.total_public", evidence=evidence)
        why = f"表二“{label}”本年新公开 {published}，本年新制作 {made}"
        evidence = {"cells": cells, "expected": f"≤ {made}", "actual": published}
        outcome = Outcome.FAIL if published > made else Outcome.PASS
        yield self.verdict(
            report,
            outcome,
            why,
            f"{name}.newly_published",
            severity=Severity.WARNING,
            evidence=evidence,
        )


class ItemsLeft(Rule):
    code = "T2-ITEMS"
    severity = Severity.WARNING
    versions = _OLD_FORM
    message = "表二各事项：上一年项目数量 + 本年增/减 ≥ 0"
    basis = "《中华人民共和国政府信息公开工作年度报告格式（试行）》（国办公开办函〔2019〕60号）表二列名的含义，减用负值表示"
    bad = "行政许可：上一年项目数量 3、本年增/减 -5"
    good = "行政许可：上一年项目数量 8、本年增/减 -5"
    hint = "“上一年项目数量”填事项数，“本年增/减”填比上年增加或减少的事项数；核对正负号"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table2:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表二")
            return
        for name in _ITEM_ROWS:
            yield self._row(report, name)

    def _row(self, report: AnnualReport, name: str) -> Verdict:
        label = TABLE2_ROW_NAMES[name]
        row = read_row(report.table2.get(name), _ITEM_COLUMNS)
        if row.obstacle or row.blanks:
            why = f"表二“{label}”一行不能判断（{row.obstacle or '有空白'}）"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
        before, change = (row.values[c] for c in _ITEM_COLUMNS)
        why = f"表二“{label}”上一年 {before} 项，本年增减 {change:+d} 项"
        if before + change >= 0:
            return self.verdict(report, Outcome.PASS, why, name)
        keys: list[CellKey] = [("table2", name, column) for column in _ITEM_COLUMNS]
        cells = cell_evidence(report, keys)
        evidence = {"cells": cells, "expected": "≥ 0", "actual": before + change}
        return self.verdict(report, Outcome.FAIL, f"{why}，剩余为负数", name, evidence=evidence)
