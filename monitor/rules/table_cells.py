"""What stands in the cells: blanks and marks, text in place of numbers, units of money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from monitor.rules.base import Rule
from monitor.rules.cells import CellKey, cell_evidence, once_a_report
from storage.domain import AnnualReport, Cell, Verdict
from storage.vocab import (
    DECIMAL_COLUMNS,
    SIGNED_COLUMNS,
    CellState,
    FormatVersion,
    Outcome,
    Severity,
    cell_name,
)

_Found = list[tuple[CellKey, Cell]]
_TABLES = {"table2": "表二", "table3": "表三", "table4": "表四"}
_REMARKS = DECIMAL_COLUMNS | SIGNED_COLUMNS
"""Columns whose cells lawfully hold more than a number: a unit, 减3."""
_SHOWN = 8
"""Cells named in one finding; its message gives their number."""
_OTHER_UNIT = re.compile(r"(?<!万)元|亿")
_DECIMAL = re.compile(r"[-+]?[\d,]+\.\d+")
IMPLAUSIBLE_WAN = Decimal(1_000_000)
"""100 亿元: more than any county or department charges in administrative fees."""


@once_a_report
def _odd_cells(report: AnnualReport, table: str) -> _Found | None:
    """The cells that show anything but a number from 0 up; None where the table was not read."""
    read = False
    odd: _Found = []
    for row, cells in report.table(table).items():
        for column, cell in cells.items():
            if cell.state is CellState.NUMBER:
                read = True
                if cell.value is None or cell.value < 0:
                    odd.append(((table, row, column), cell))
            elif cell.state is not CellState.ABSENT:
                read = True
                odd.append(((table, row, column), cell))
    return odd if read else None


class Blanks(Rule):
    """No rule says that zeros must be printed; a total left blank hides what the row adds up to."""

    code = "T-BLANK"
    severity = Severity.INFO
    message = "表格各格填写数字，没有的填 0（总计空白为警告）"
    basis = "《中华人民共和国政府信息公开条例》（国务院令第711号）第五十条；{format}三张表格：没有发生的也报告"
    bad = "“部分公开”一行各格空白，或填“/”“-”“无”"
    good = "“部分公开”一行各格填 0"
    hint = "空白和“/”“-”“无”改填 0，补填总计"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        for table, name in _TABLES.items():
            cells = _odd_cells(report, table)
            if cells is None:
                why = f"没有读到{name}，不作判断"
                yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, table)
            else:
                yield self._table(report, table, name, cells)

    def _table(self, report: AnnualReport, table: str, name: str, cells: _Found) -> Verdict:
        blank = [k for k, c in cells if c.state is CellState.BLANK]
        marks = [k for k, c in cells if c.state is CellState.MARK]
        if not blank and not marks:
            return self.verdict(report, Outcome.PASS, f"{name}没有空白", table)
        totals = [key for key in blank if key[2] == "total"]
        told = [f"{len(blank)} 格空白"] if blank else []
        told += [f"{len(marks)} 格为“/”“-”“无”一类的标记"] if marks else []
        why = f"{name}有 {'、'.join(told)}"
        why += f"，其中总计 {len(totals)} 格" if totals else ""
        chosen = (totals or blank or marks)[:_SHOWN]
        evidence = {
            "cells": cell_evidence(report, chosen),
            "expected": 0,
            "actual": len(blank) + len(marks),
        }
        severity = Severity.WARNING if totals else Severity.INFO
        return self.verdict(report, Outcome.FAIL, why, table, severity=severity, evidence=evidence)


class NotNumbers(Rule):
    """A number with a remark (55（含自然失效29件）) can be read: info. Decimals and negative
    numbers of table 三 are T3-NEG's matter."""

    code = "T-NONINT"
    severity = Severity.WARNING
    message = "表格各格填写整数（收费金额可有小数），不填文字（数字附说明为提示）"
    basis = "{format}三张表格：件数、数量为整数"
    bad = "行政处罚：12.5；现行有效件数：五件"
    good = "行政处罚：12；现行有效件数：5"
    hint = "改填整数；说明写在正文里"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        for table, name in _TABLES.items():
            cells = _odd_cells(report, table)
            if cells is None:
                why = f"没有读到{name}，不作判断"
                yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, table)
            else:
                yield self._table(report, table, name, cells)

    def _table(self, report: AnnualReport, table: str, name: str, cells: _Found) -> Verdict:
        text = [(k, c) for k, c in cells if c.state is CellState.TEXT]
        wrong = [key for key, cell in text if cell.value is None and not _decimal(key, cell)]
        wrong += [key for key, cell in cells if _negative(key, cell)]
        noted = [key for key, cell in text if cell.value is not None and key[2] not in _REMARKS]
        if not wrong and not noted:
            return self.verdict(report, Outcome.PASS, f"{name}各格都是数字", table)
        chosen = (wrong or noted)[:_SHOWN]
        first = report.cell(*chosen[0])
        kind = "不是整数" if wrong else "在数字外另有文字"
        why = f"{name}有 {len(wrong or noted)} 格{kind}，如{cell_name(*chosen[0])}为“{first.raw}”"
        evidence = {"cells": cell_evidence(report, chosen), "expected": "整数"}
        severity = Severity.WARNING if wrong else Severity.INFO
        return self.verdict(report, Outcome.FAIL, why, table, severity=severity, evidence=evidence)


def _decimal(key: CellKey, cell: Cell) -> bool:
    """A decimal of table 三, which T3-NEG tells."""
    return key[0] == "table3" and _DECIMAL.fullmatch((cell.raw or "").strip()) is not None


def _negative(key: CellKey, cell: Cell) -> bool:
    value = cell.value
    if value is None or value >= 0:
        return False
    return key[0] != "table3" and key[2] not in SIGNED_COLUMNS


class MoneyUnit(Rule):
    """The 2019 form gave no unit for purchases; only the fees of the 2021 form are judged."""

    code = "T-UNIT"
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2021})
    message = "表二行政事业性收费以万元为单位填写，格内不另写单位（金额大得不合常理为提示）"
    basis = "{format}表二“本年收费金额（单位：万元）”"
    bad = "行政事业性收费：251000元"
    good = "行政事业性收费：25.1"
    hint = "换算为万元后只填数字"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        key: CellKey = ("table2", "fees", "amount_wan")
        cell = report.cell(*key)
        if cell.value is None:
            why = "表二没有可用的收费金额，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        evidence = {"cells": cell_evidence(report, [key]), "expected": "以万元计的数字"}
        if cell.state is CellState.TEXT and _OTHER_UNIT.search(cell.raw or ""):
            why = f"表二行政事业性收费填“{cell.raw}”，单位应为万元"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
        elif cell.value >= IMPLAUSIBLE_WAN:
            why = f"表二行政事业性收费为 {_amount(cell)}，可能按元填写"
            yield self.verdict(report, Outcome.FAIL, why, severity=Severity.INFO, evidence=evidence)
        else:
            yield self.verdict(report, Outcome.PASS, f"行政事业性收费 {_amount(cell)}")


def _amount(cell: Cell) -> str:
    """As printed, which is in 万元 unless the cell, its row or its column says otherwise."""
    if cell.state is CellState.TEXT:
        return f"{cell.value} 万元（原文“{cell.raw}”）"
    return f"{cell.raw} 万元"
