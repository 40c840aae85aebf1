"""What the reading of a document noticed. A note keeps the layer that the reader gave it; one of
layer extraction is never the agency's fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from monitor.rules.base import Rule
from monitor.rules.cells import table3_version
from storage.domain import AnnualReport, Issue, Verdict
from storage.vocab import FormatVersion, Layer, Outcome, Severity

_TABLES = {"table2": "表二", "table3": "表三", "table4": "表四"}


class _Notes(Rule):
    """Notes of the reader as findings: one a table, however many rows are concerned."""

    layer = Layer.EXTRACTION
    codes: ClassVar[tuple[str, ...]]
    many: ClassVar[str]
    """How several notes of one table are told; ``{n}`` is their number."""

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        told: dict[str, list[Issue]] = {}
        for issue in report.issues:
            if issue.code in self.codes:
                told.setdefault((issue.where or "").partition(".")[0], []).append(issue)
        for table, issues in told.items():
            yield self._table(report, table, issues)
        if told:
            return
        if report.table2 or report.table3 or report.table4:
            yield self.verdict(report, Outcome.PASS, "读取表格时没有这样的提示")
        else:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到表格")

    def _table(self, report: AnnualReport, table: str, issues: Sequence[Issue]) -> Verdict:
        name = _TABLES.get(table, "表格")
        why = f"{name}：{issues[0].message}"
        if len(issues) > 1:
            why = f"{name}{self.many.format(n=len(issues))}"
        notes = [{"where": issue.where, "text": issue.message} for issue in issues]
        whole = all(issue.layer is Layer.REPORT for issue in issues)
        return self.verdict(
            report,
            Outcome.FAIL,
            why,
            table,
            layer=Layer.REPORT if whole else Layer.EXTRACTION,
            evidence={"notes": notes},
        )


class RaggedRows(_Notes):
    code = "T-RAGGED"
    severity = Severity.WARNING
    codes = ("T-RAGGED",)
    many = "有 {n} 行读到的数字个数与格式不符，这些行不作判断"
    message = "表格各行读到的数字个数与格式的列数相同（表三 7 个，表四 15 个）"
    basis = "{format}表二、表三、表四的列数；读取时的提示，不是对机关的判断"
    bad = "“予以公开”一行只读到 5 个数字，不能确定缺的是哪两列"
    good = "“予以公开”一行读到 7 个数字"
    hint = "对照原文核对这一行；原文缺格的，请报送机关补齐后重新发布"


class Labels(_Notes):
    code = "T-LABEL"
    severity = Severity.WARNING
    codes = ("T-LABEL",)
    many = "有 {n} 个行标签与格式不一致"
    message = "表格的行标签与格式一致"
    basis = "{format}表二、表三的行、列名称；读取时的提示，不是对机关的判断"
    bad = "“5.属于三类内容事务信息”“规章（县级无此项）”"
    good = "“5.属于三类内部事务信息”“规章”"
    hint = "对照原文和格式核对标签；原文写错的，按格式改正"


class Columns(_Notes):
    code = "T-COL"
    severity = Severity.WARNING
    codes = ("T-COL",)
    many = "有 {n} 处列数与格式不符"
    message = "表格的列与格式相同，不增不减"
    basis = "{format}表三七列、表四十五列；读取时的提示，不是对机关的判断"
    bad = "表三表头只有自然人、商业企业、科研机构、社会公益组织、法律服务机构、总计六列"
    good = "表三表头七列，含“其他”"
    hint = "对照原文核对表头；原文少列的，按格式补齐后重新发布"


class Rows(_Notes):
    """（六）其他处理 left in one row beside a table 二 of the 2021 form is the report's own."""

    code = "T-ROW"
    severity = Severity.WARNING
    codes = ("T-ROW",)
    many = "有 {n} 处缺行"
    message = "表格的行与格式相同，不缺行（表三“（六）其他处理”分列三项）"
    basis = "{format}表二、表三各行；读取时的提示，不是对机关的判断"
    bad = "表三没有“7.属于行政执法案卷”一行；“（六）其他处理”不分三项"
    good = "表三二十五行齐全"
    hint = "对照原文核对；原文缺行的，按格式补齐后重新发布"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        yield from super().judge(report)
        old_rows = table3_version(report) is FormatVersion.FMT2019
        if report.format_version is FormatVersion.FMT2021 and old_rows:
            yield self.verdict(
                report,
                Outcome.FAIL,
                "表三“（六）其他处理”没有分列三项，仍是 2019 年格式的一行",
                "table3.other_all",
                layer=Layer.REPORT,
                evidence={
                    "cells": [{"name": f"table3.other_all.{c}"} for c in report.table3["other_all"]]
                },
            )


class ExtraRows(_Notes):
    code = "T-EXTRA"
    severity = Severity.INFO
    codes = ("T-EXTRA", "T-AMBIGUOUS")
    many = "有 {n} 行多出或重复，未采用"
    message = "表格没有多出或重复的行"
    basis = "{format}表二、表三各行；读取时的提示，不是对机关的判断"
    bad = "“其他处理”自成一行数字，下面又分列三项"
    good = "“（六）其他处理”只作分组名称，三项各一行"
    hint = "对照原文核对；原文多行的，按格式删去"


class MissingTables(_Notes):
    """A table may be lost in reading, or stand in an attachment."""

    code = "T-MISSING"
    severity = Severity.WARNING
    codes = ("T-MISSING",)
    many = "有 {n} 处没有读到"
    message = "第二、三、四部分各有规定的表格"
    basis = "{format}第二、三、四部分的表格；读取时的提示，不是对机关的判断"
    bad = "“三、收到和处理政府信息公开申请情况”下没有表格"
    good = "第二、三、四部分各有一张表"
    hint = "对照原文核对；原文没有表格的，按格式填写后重新发布（没有发生的填 0）"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        missing = {i.where or "": i for i in report.issues if i.code in self.codes}
        for table, issue in missing.items():
            yield self._table(report, table, [issue])
        if missing:
            return
        if report.sections or report.table3:
            yield self.verdict(report, Outcome.PASS, "没有缺少表格的提示")
        else:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到正文和表格")


class PicturedTables(Rule):
    code = "T-IMAGE"
    severity = Severity.WARNING
    layer = Layer.EXTRACTION
    message = "报告和表格以文字形式公开，可以检索和复制，不只是图片"
    basis = "《中华人民共和国政府信息公开条例》（国务院令第711号）第二十四条：提供检索、查阅、下载；读取时的提示"
    bad = "第二、三、四部分的表格是三张图片"
    good = "三张表格是可以选取文字的表格"
    hint = "以网页文字或可检索的文档重新发布；图片可作附件"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        notes = [i for i in report.issues if i.code == self.code]
        if report.image_only or notes:
            told = [{"where": i.where, "text": i.message} for i in notes]
            tables = [_TABLES[i.where] for i in notes if i.where in _TABLES]
            why = f"{'、'.join(tables) or '报告'}可能是图片，没有可读的文字"
            evidence = {"notes": told or [{"where": None, "text": why}]}
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
        elif report.table2 or report.table3 or report.table4:
            yield self.verdict(report, Outcome.PASS, "表格是文字")
        else:
            why = "没有读到表格，也没有发现图片，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
