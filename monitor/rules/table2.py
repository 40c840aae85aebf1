"""Table 二: stock and movement of rules and normative documents, and who may make rules."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.rules.base import Rule
from monitor.rules.cells import CellKey, cell_evidence, read_row, sum_evidence, whole_number
from monitor.rules.levels import Place, home_of
from storage.domain import AnnualReport, Verdict
from storage.vocab import (
    TABLE2_2021,
    TABLE2_COLUMN_NAMES,
    TABLE2_ROW_NAMES,
    FormatVersion,
    Outcome,
    Severity,
)

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


class StockEqualsMade(Rule):
    code = "T2-EQ"
    severity = Severity.INFO
    versions = frozenset({FormatVersion.FMT2021})
    message = "表二现行有效件数是年末全部有效文件，通常多于本年制发件数"
    basis = "{format}表二列名的含义：现行有效 = 上年现行有效 + 本年制发 − 本年废止"
    bad = "本年制发 14、本年废止 0、现行有效 14"
    good = "本年制发 14、本年废止 0、现行有效 63"
    hint = "核对现行有效件数是否漏计往年文件；新设机关可不理会"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table2:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表二")
            return
        for name in _STOCK_ROWS:
            label = TABLE2_ROW_NAMES[name]
            row = read_row(report.table2.get(name), _COLUMNS)
            if row.obstacle or row.blanks:
                reason = row.obstacle or "有空白"
                why = f"表二“{label}”一行不能判断（{reason}）"
                yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
                continue
            made, repealed, in_force = (row.values[c] for c in _COLUMNS)
            equal = made > 0 and in_force == made and repealed == 0
            keys = [("table2", name, column) for column in _COLUMNS]
            outcome = Outcome.FAIL if equal else Outcome.PASS
            why = f"表二“{label}”本年制发 {made} 件、废止 {repealed} 件、现行有效 {in_force} 件"
            why += "，现行有效可能只填了本年的文件" if equal else ""
            evidence = {"cells": cell_evidence(report, keys)} if equal else None
            yield self.verdict(report, outcome, why, name, evidence=evidence)


class RulesCompetence(Rule):
    """By the name: a single 市 may be a prefecture-level city, which makes rules."""

    code = "T2-RULES-COMPETENCE"
    severity = Severity.WARNING
    message = "县级、乡级机关没有规章制定权，表二“规章”一行为 0"
    basis = (
        "《中华人民共和国立法法》第九十三条：规章由省级和设区的市、自治州人民政府制定；{format}表二"
    )
    bad = "某镇人民政府：规章 本年制发 2、现行有效 2"
    good = "某镇人民政府：规章 本年制发 0、现行有效 0"
    hint = "规范性文件填入“行政规范性文件”一行；“规章”一行改为 0"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        cells = report.table2.get("rules", {})
        numbers = {column: whole_number(cell) for column, cell in cells.items()}
        home = home_of(report.agency)
        if home is None or all(n is None for n in numbers.values()):
            why = "不能确定机关的级别，或没有读到表二“规章”一行，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        if home.place not in (Place.COUNTY, Place.TOWN):
            why = "机关可能属于设区的市以上，不作判断"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)
            return
        filled: list[CellKey] = [("table2", "rules", c) for c, n in numbers.items() if n]
        if not filled:
            yield self.verdict(report, Outcome.PASS, "表二“规章”一行为 0")
            return
        level = "乡级" if home.place is Place.TOWN else "县级"
        shown = "、".join(f"{TABLE2_COLUMN_NAMES[c]} {numbers[c]}" for _, _, c in filled)
        why = f"{level}机关没有规章制定权，表二“规章”却填{shown}"
        evidence = {"cells": cell_evidence(report, filled), "expected": 0}
        yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
