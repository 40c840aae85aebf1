"""Identities between a report and the one of the year before: requests and documents carried over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from monitor.rules.base import Earlier, YearRule
from monitor.rules.cells import (
    BLANK_POLICY,
    CellKey,
    Row,
    cell_evidence,
    read_row,
    whole_number,
)
from storage.domain import AnnualReport, Verdict
from storage.vocab import (
    TABLE2_2019,
    TABLE2_2021,
    TABLE2_ROW_NAMES,
    TABLE3_COLUMN_NAMES,
    TABLE3_COLUMNS,
    FormatVersion,
    Outcome,
    SectionId,
    Severity,
)

STOCK_ROWS = ("rules", "normative_documents")
ITEM_ROWS = ("licensing", "other_services", "penalty", "coercion", "fees")
_REVIEWED = re.compile(
    # Why a stock is no longer last year's plus this year's, as reports explain it.
    r"清理|失效|核减|核实|调整|口径|划转|移交|机构改革|更正"
)
_CORRECTED = re.compile(
    r"更正|勘误|上年.{0,12}(?:有误|错误|调整)|口径|机构改革|职[责能]划转|划转|合并"
)
_PARAGRAPH = re.compile(r"[^。；\n]*(?:规范性文件|规章)[^。；\n]*")


def pair_evidence(
    report: AnnualReport,
    earlier: Earlier,
    later_keys: Sequence[CellKey],
    earlier_keys: Sequence[CellKey],
    **more: Any,
) -> dict[str, Any]:
    """Cells of both years, each with its year."""
    cells = [{**c, "year": earlier.year} for c in cell_evidence(earlier.report, earlier_keys)]
    cells += [{**c, "year": report.year} for c in cell_evidence(report, later_keys)]
    return {"cells": cells, "against": earlier.year, **more}


def whose(earlier: Earlier) -> str:
    """How to name the earlier report in a message."""
    return f"{earlier.year} 年度" if earlier.same_body else f"{earlier.name} {earlier.year} 年度"


class CarriedOver(YearRule):
    """A row's total is an error only between two reports of one body that were read whole: after a
    merger, or where the text explains a correction, the figures differ lawfully."""

    code = "Y-CARRY"
    severity = Severity.ERROR
    message = (
        "表三上年结转数量 = 上一年度报告的结转下年度继续办理数量（总计不符为错误，单列不符为警告）"
    )
    basis = "{format}表三“上年结转政府信息公开申请数量”“结转下年度继续办理”两行的含义"
    bad = "2022 年度报告结转下年度继续办理 3 件，2023 年度报告上年结转 1 件"
    good = "2022 年度报告结转下年度继续办理 3 件，2023 年度报告上年结转 3 件"
    hint = "与上一年度报告的“结转下年度继续办理”一行核对；上年有误的，更正上年报告并在本年报告说明"
    formula = "本年“上年结转” = 上一年度“结转下年度继续办理”"

    def compare(self, report: AnnualReport, earlier: Earlier) -> Iterator[Verdict]:
        now = read_row(report.table3.get("carried_in"), TABLE3_COLUMNS)
        then = read_row(earlier.report.table3.get("carried_out"), TABLE3_COLUMNS)
        if obstacle := now.obstacle or then.obstacle:
            which = "本年“上年结转”" if now.obstacle else f"{whose(earlier)}“结转下年度继续办理”"
            why = f"{which}一行没有完整读出（{obstacle}），不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, "total")
            return
        total = self._column(report, earlier, "total", now, then)
        yield total
        if total.outcome is Outcome.PASS:
            for column in TABLE3_COLUMNS[:-1]:
                yield self._column(report, earlier, column, now, then)

    def _column(
        self, report: AnnualReport, earlier: Earlier, column: str, now: Row, then: Row
    ) -> Verdict:
        a, b = then.values[column], now.values[column]
        label = TABLE3_COLUMN_NAMES[column]
        told = f"{whose(earlier)}结转下年度“{label}”{a} 件，本年度上年结转“{label}”{b} 件"
        if a == b:
            return self.verdict(report, Outcome.PASS, told, column)
        evidence = pair_evidence(
            report, earlier, [("table3", "carried_in", column)],
            [("table3", "carried_out", column)],
            formula=self.formula, expected=a, actual=b,
        )  # fmt: skip
        if column in now.blanks or column in then.blanks:
            evidence["policy"] = BLANK_POLICY
            why = f"{told}；其中有空白，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, column, evidence=evidence)
        if quote := _explained(report, _CORRECTED):
            evidence["quotes"] = [{"text": quote}]
            why = f"{told}；报告对口径或更正有说明，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, column, evidence=evidence)
        certain = column == "total" and earlier.same_body
        return self.verdict(
            report, Outcome.FAIL, f"{told}，两年不衔接", column,
            severity=Severity.ERROR if certain else Severity.WARNING, evidence=evidence,
        )  # fmt: skip


class StockCarried(YearRule):
    """No identity with the 2019 form: its 对外公开总数量 counts other documents (Y-BREAK)."""

    code = "Y-INFORCE"
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2021})
    message = "表二现行有效件数 = 上一年度现行有效件数 + 本年制发件数 − 本年废止件数"
    basis = "{format}表二“现行有效件数”的含义；2019 年格式的“对外公开总数量”口径不同，不作比较"
    bad = "上一年度现行有效 20，本年制发 3、废止 1，现行有效 25"
    good = "上一年度现行有效 20，本年制发 3、废止 1，现行有效 22"
    hint = "核对三个数和上一年度的现行有效件数；因清理调整的，在报告中说明"
    formula = "现行有效 = 上一年度现行有效 + 本年制发 − 本年废止"

    def compare(self, report: AnnualReport, earlier: Earlier) -> Iterator[Verdict]:
        for name in STOCK_ROWS:
            yield self._row(report, earlier, name)

    def _row(self, report: AnnualReport, earlier: Earlier, name: str) -> Verdict:
        label = TABLE2_ROW_NAMES[name]
        row = read_row(report.table2.get(name), TABLE2_2021[name])
        before = whole_number(earlier.report.cell("table2", name, "in_force"))
        if row.obstacle or before is None or "in_force" in row.blanks:
            why = f"表二“{label}”：本年或{whose(earlier)}的数没有完整读出，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
        made, repealed, in_force = (row.values[c] for c in TABLE2_2021[name])
        expected = before + made - repealed
        told = (
            f"表二“{label}”：{whose(earlier)}现行有效 {before} 件，本年制发 {made} 件、废止"
            f" {repealed} 件，现行有效 {in_force} 件"
        )
        if expected == in_force:
            return self.verdict(report, Outcome.PASS, told, name)
        evidence = pair_evidence(
            report, earlier, [("table2", name, c) for c in TABLE2_2021[name]],
            [("table2", name, "in_force")],
            formula=self.formula, expected=expected, actual=in_force,
        )  # fmt: skip
        quote = next((q for q in _PARAGRAPH.findall(_prose(report)) if _REVIEWED.search(q)), None)
        if quote or row.blanks or not earlier.same_body:
            reason = (
                "报告说明了清理或调整" if quote else "有空白" if row.blanks else "机关有更名或合并"
            )
            if quote:
                evidence["quotes"] = [{"text": quote.strip()}]
            why = f"{told}；{reason}，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name, evidence=evidence)
        why = f"{told}，推算应为 {expected} 件"
        return self.verdict(report, Outcome.FAIL, why, name, evidence=evidence)


class ItemsCarried(YearRule):
    code = "Y-ITEMS"
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2019})
    message = "2019 年格式表二：上一年项目数量 = 上一年度报告的上一年项目数量 + 其本年增/减"
    basis = "{format}表二“上一年项目数量”“本年增/减”两列的含义"
    bad = "2019 年度：上一年项目数量 40、本年增/减 -8；2020 年度：上一年项目数量 40"
    good = "2019 年度：上一年项目数量 40、本年增/减 -8；2020 年度：上一年项目数量 32"
    hint = "与上一年度报告核对项目数量；因权责清单调整的，在报告中说明"
    formula = "上一年项目数量 = 上一年度（上一年项目数量 + 本年增/减）"

    def compare(self, report: AnnualReport, earlier: Earlier) -> Iterator[Verdict]:
        for name in ITEM_ROWS:
            yield self._row(report, earlier, name)

    def _row(self, report: AnnualReport, earlier: Earlier, name: str) -> Verdict:
        assert name in TABLE2_2019
        label = TABLE2_ROW_NAMES[name]
        now = whole_number(report.cell("table2", name, "prev_items"))
        before = whole_number(earlier.report.cell("table2", name, "prev_items"))
        change = whole_number(earlier.report.cell("table2", name, "change"))
        if now is None or before is None or change is None:
            why = f"表二“{label}”：本年或{whose(earlier)}的项目数量没有读到，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name)
        expected = before + change
        told = (
            f"表二“{label}”：{whose(earlier)}上一年项目数量 {before}、本年增/减 {change:+d}，"
            f"本年度填报上一年项目数量 {now}"
        )
        if expected == now:
            return self.verdict(report, Outcome.PASS, told, name)
        evidence = pair_evidence(
            report, earlier, [("table2", name, "prev_items")],
            [("table2", name, "prev_items"), ("table2", name, "change")],
            formula=self.formula, expected=expected, actual=now,
        )  # fmt: skip
        if not earlier.same_body:
            why = f"{told}；机关有更名或合并，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, name, evidence=evidence)
        why = f"{told}，推算应为 {expected}"
        return self.verdict(report, Outcome.FAIL, why, name, evidence=evidence)


def _prose(report: AnnualReport) -> str:
    wanted = (SectionId.OVERVIEW, SectionId.PROACTIVE, SectionId.OTHER)
    return "\n".join(s.text for s in report.sections if s.id in wanted)


def _explained(report: AnnualReport, sign: re.Pattern[str]) -> str | None:
    """The sentence on requests carried over that explains why the years differ."""
    for section in report.sections:
        for sentence in re.split(r"[。；\n]", section.text):
            if "结转" in sentence and sign.search(sentence):
                return sentence.strip()
    return None
