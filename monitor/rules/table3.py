"""Table 三: the identities of the requests table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from monitor.rules.base import Rule
from monitor.rules.cells import (
    Row,
    cell_evidence,
    key_name,
    sum_evidence,
    table3_row,
    table3_version,
)
from storage.domain import AnnualReport, Verdict
from storage.vocab import (
    APPLICANT_COLUMNS,
    TABLE3_COLUMN_NAMES,
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    CellState,
    Outcome,
    Severity,
    cell_name,
    result_rows,
    table3_rows,
)

_ROW_LABELS = TABLE3_ROW_NAMES | {"result_total": "（七）总计", "other_misc": "其他处理中的其他"}
_DECIMAL = re.compile(r"[-+]?\d+\.\d+")
_MANY = 3
"""More rows without a total than this are one finding on the column."""
_SHOWN_LEAST = 2
_NO_TABLE = "没有读到表三"


class _ColumnRule(Rule):
    """The sum of some rows equals the sum of others, in each of the seven columns."""

    severity = Severity.ERROR
    formula: ClassVar[str]

    def sides(self, report: AnnualReport) -> tuple[Sequence[str], Sequence[str]]:
        raise NotImplementedError

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table3:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, _NO_TABLE)
            return
        left, right = self.sides(report)
        rows = {n: table3_row(report, n) for n in (*left, *right)}
        broken = next((name for name, row in rows.items() if row.obstacle), None)
        if broken is not None:
            why = (
                f"表三“{_ROW_LABELS[broken]}”一行没有完整读出（{rows[broken].obstacle}），不作判断"
            )
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        with_blanks = [row.blanks for row in rows.values() if row.blanks]
        for column in TABLE3_COLUMNS:
            blanks = sum([column in row for row in with_blanks])
            yield self._column(report, column, rows, (left, right), blanks)

    def _column(
        self,
        report: AnnualReport,
        column: str,
        rows: Mapping[str, Row],
        sides: tuple[Sequence[str], Sequence[str]],
        blanks: int,
    ) -> Verdict:
        left, right = sides
        a = sum([rows[name].values[column] for name in left])
        b = sum([rows[name].values[column] for name in right])
        label = TABLE3_COLUMN_NAMES[column]
        if blanks == len(rows):
            why = f"表三“{label}”一列全部空白，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, column)
        if a == b:
            told = {"formula": self.formula, "expected": a, "actual": b}
            why = f"表三“{label}”一列相符：{a} = {b}"
            return self.verdict(report, Outcome.PASS, why, column, evidence=told)
        # Of a long sum only the terms that are not a printed zero are shown.
        keys = [
            ("table3", name, column)
            for name, row in rows.items()
            if len(rows) <= 4 or row.values[column] or column in row.blanks or name in right
        ]
        evidence = sum_evidence(report, keys, self.formula, a, b, blanks > 0)
        if blanks:
            why = f"表三“{label}”一列有 {blanks} 格空白，按 0 计为 {a} ≠ {b}，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, column, evidence=evidence)
        why = (
            f"表三“{label}”一列不符：{_told(rows, left, column)} = {a}，"
            f"{_told(rows, right, column)} = {b}，相差 {abs(a - b)}"
        )
        return self.verdict(report, Outcome.FAIL, why, column, evidence=evidence)


def _told(rows: Mapping[str, Row], names: Sequence[str], column: str) -> str:
    shown = [n for n in names if len(names) <= 2 or rows[n].values[column]]
    terms = [f"“{_ROW_LABELS[n]}”{rows[n].values[column]}" for n in shown]
    return " + ".join(terms) or "各项办理结果"


class RequestBalance(_ColumnRule):
    code = "T3-BAL"
    message = "表三每列：本年新收 + 上年结转 = 办理结果总计 + 结转下年度继续办理"
    basis = "{format}表三表头所印勾稽关系：第一项加第二项之和，等于第三项加第四项之和"
    bad = "本年新收 20、上年结转 1；办理结果总计 20、结转下年度 0（21 ≠ 20）"
    good = "本年新收 20、上年结转 1；办理结果总计 20、结转下年度 1（21 = 21）"
    hint = "逐列核对本年新收、上年结转、办理结果总计和结转下年度四个数，改正有误的一格后重新发布"
    formula = "本年新收 + 上年结转 = 总计 + 结转下年度继续办理"

    def sides(self, report: AnnualReport) -> tuple[Sequence[str], Sequence[str]]:
        return ("new_received", "carried_in"), ("result_total", "carried_out")


class ResultSum(_ColumnRule):
    code = "T3-RES"
    message = "表三每列：各项办理结果之和 = （七）总计"
    basis = "{format}表三“三、本年度办理结果”各行与“（七）总计”的含义"
    bad = "予以公开 12、部分公开 3、其余为 0，总计写成 14"
    good = "予以公开 12、部分公开 3、其余为 0，总计 15"
    hint = "把（一）至（六）各行逐列相加，与（七）总计核对，改正漏填、多填的一格或总计"
    formula = "（一）至（六）各行之和 = （七）总计"

    def sides(self, report: AnnualReport) -> tuple[Sequence[str], Sequence[str]]:
        return result_rows(table3_version(report)), ("result_total",)


class ApplicantSum(Rule):
    code = "T3-ROW"
    severity = Severity.ERROR
    message = "表三每行：六类申请人之和 = 该行总计（总计空白而各格有数为警告）"
    basis = "{format}表三“申请人情况”各列与“总计”列的含义"
    bad = "自然人 15、商业企业 2、其余为 0，总计 16"
    good = "自然人 15、商业企业 2、其余为 0，总计 17"
    hint = "把该行自然人至其他六格相加，与总计核对；总计空白的补填"
    formula = "自然人 + 五类法人或其他组织 = 总计"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.table3:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, _NO_TABLE)
            return
        names = table3_rows(table3_version(report))
        rows = {name: table3_row(report, name) for name in names}
        unfilled = [name for name, row in rows.items() if _lacks_total(row)]
        many = len(unfilled) > _MANY
        verdicts = [
            self._row(report, name, row)
            for name, row in rows.items()
            if not many or name not in unfilled
        ]
        wrong = any(v.outcome is Outcome.FAIL for v in verdicts)
        if wrong and (column := _moved_total(rows.values())):
            label = TABLE3_COLUMN_NAMES[column]
            why = f"表三各行的“{label}”都等于其他各格之和，各列可能读错了位置，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, "columns")
            return
        if many:
            yield self._no_totals(report, unfilled)
        yield from verdicts

    def _no_totals(self, report: AnnualReport, names: Sequence[str]) -> Verdict:
        keys = [("table3", name, "total") for name in names]
        why = f"表三有 {len(names)} 行填了申请人各格而没有填总计"
        evidence = {"cells": cell_evidence(report, keys), "formula": self.formula}
        return self.verdict(
            report, Outcome.FAIL, why, "total", severity=Severity.WARNING, evidence=evidence
        )

    def _row(self, report: AnnualReport, name: str, row: Row) -> Verdict:
        label = _ROW_LABELS[name]
        if row.obstacle:
            why = f"表三“{label}”一行没有完整读出（{row.obstacle}），不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
        if len(row.blanks) == len(TABLE3_COLUMNS):
            why = f"表三“{label}”一行全部空白，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
        total = row.values["total"]
        parts = sum([row.values[column] for column in APPLICANT_COLUMNS])
        formula = self.formula
        if "total" not in row.blanks and parts == total:
            told = {"formula": formula, "expected": parts, "actual": total}
            return self.verdict(
                report, Outcome.PASS, f"表三“{label}”一行相符：{total}", name, evidence=told
            )
        keys = [("table3", name, column) for column in TABLE3_COLUMNS]
        evidence = sum_evidence(report, keys, formula, parts, total, bool(row.blanks))
        if "total" in row.blanks:
            evidence["actual"] = None
            why = f"表三“{label}”一行的总计没有填写，各类申请人之和为 {parts}"
            return self.verdict(
                report, Outcome.FAIL, why, name, severity=Severity.WARNING, evidence=evidence
            )
        if row.blanks:
            why = f"表三“{label}”一行有 {len(row.blanks)} 格空白，按 0 计为 {parts} ≠ {total}，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name, evidence=evidence)
        why = f"表三“{label}”一行不符：六类申请人之和为 {parts}，总计为 {total}"
        return self.verdict(report, Outcome.FAIL, why, name, evidence=evidence)


class WholeNumbers(Rule):
    code = "T3-NEG"
    severity = Severity.ERROR
    message = "表三各格都是不小于 0 的整数"
    basis = "{format}表三填写申请件数，件数是非负整数"
    bad = "结转下年度继续办理：-1"
    good = "结转下年度继续办理：0"
    hint = "核对该格的件数，改为不小于 0 的整数"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        shown = found = 0
        for name, cells in report.table3.items():
            values = [cell.value for cell in cells.values()]
            known = [value for value in values if value is not None]
            if len(known) == len(values) and min(known, default=0) >= 0:
                shown += len(known)
                continue
            if any(cell.state is CellState.ABSENT for cell in cells.values()):
                continue
            for (column, cell), value in zip(cells.items(), values, strict=True):
                wrong = value < 0 if value is not None else _is_decimal(cell.raw)
                if value is not None or wrong:
                    shown += 1
                if wrong:
                    found += 1
                    key = ("table3", name, column)
                    kind = "是负数" if value is not None else "不是整数"
                    yield self.verdict(
                        report,
                        Outcome.FAIL,
                        f"{cell_name(*key)}{kind}：{cell.raw if cell.raw is not None else value}",
                        key_name(key),
                        evidence={"cells": cell_evidence(report, [key]), "expected": "≥ 0 的整数"},
                    )
        if not shown:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "表三没有完整读出的数字")
        elif not found:
            yield self.verdict(report, Outcome.PASS, f"表三 {shown} 个数字都是非负整数")


def _moved_total(rows: Iterable[Row]) -> str | None:
    """The column that adds up the others in every row that shows figures, if 总计 does not: the
    columns were not read where they stand."""
    shown = [row.values for row in rows if not row.obstacle and any(row.values.values())]
    sums = [(values, sum(values.values())) for values in shown]
    if len(sums) < _SHOWN_LEAST or all(2 * values["total"] == whole for values, whole in sums):
        return None
    for column in APPLICANT_COLUMNS:
        if all(2 * values[column] == whole for values, whole in sums):
            return column
    return None


def _lacks_total(row: Row) -> bool:
    return not row.obstacle and "total" in row.blanks and len(row.blanks) < len(TABLE3_COLUMNS)


def _is_decimal(raw: str | None) -> bool:
    return raw is not None and "." in raw and _DECIMAL.fullmatch(raw.strip()) is not None
