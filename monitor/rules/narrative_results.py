"""What the text says became of the requests, and who made them, against table 三."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.rules.base import REGULATION, Rule
from monitor.rules.cells import (
    CellKey,
    cell_evidence,
    read_row,
    table3_row,
    table3_version,
    whole_number,
)
from monitor.rules.told import Comparison, compare, evidence_of, exact, own_facts, quotes
from storage.domain import AnnualReport, Fact, Verdict
from storage.vocab import (
    APPLICANT_COLUMNS,
    TABLE3_COLUMN_NAMES,
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    Outcome,
    Severity,
    result_rows,
)

_GROUPS = {
    "denied": "不予公开",
    "unavailable": "无法提供",
    "not_processed": "不予处理",
    "other": "其他处理",
}
_BODIES = APPLICANT_COLUMNS[1:]
_CARRIED = ("carried_in", "carried_out")
_CARRIED_LABELS = {"carried_in": "上年结转", "carried_out": "结转下年度"}
_NEWLY = ("新收", "新增", "新受理")
_PREFIX = "result_"


class CategoriesTold(Rule):
    """A verdict per category narrated. A text may count only what was newly received: then a
    number that lacks no more than was carried in is no contradiction."""

    code = "X-BREAKDOWN"
    severity = Severity.WARNING
    message = "正文所说各类办理结果和结转的件数 = 表三相应行的总计"
    basis = f"{REGULATION}第五十条第（二）项；{{format}}表三"
    bad = "正文：“予以公开 12 件、无法提供 6 件”；表三予以公开总计 9、无法提供各行总计之和 6"
    good = "正文：“予以公开 9 件、无法提供 6 件”；表三相同"
    hint = "核对正文和表三各行的总计；只计本年新收或另有口径的，在正文写明"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        kinds = dict.fromkeys(
            f.kind for f in report.facts if f.kind.startswith(_PREFIX) or f.kind in _CARRIED
        )
        silent = True
        for kind in kinds:
            if facts := exact(report, kind):
                silent = False
                yield self._category(report, kind.removeprefix(_PREFIX), facts)
        if silent:
            why = "正文没有可比的分类件数"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)

    def _category(self, report: AnnualReport, name: str, facts: Sequence[Fact]) -> Verdict:
        rows = self._rows(report, name)
        keys: list[CellKey] = [("table3", row, "total") for row in rows]
        numbers = [whole_number(report.cell(*key)) for key in keys]
        known = [n for n in numbers if n is not None]
        label = _GROUPS.get(name) or _CARRIED_LABELS.get(name) or TABLE3_ROW_NAMES[name]
        expected = sum(known)
        allowed = [expected] if known and len(known) == len(numbers) else []
        shown = [key for key, n in zip(keys, numbers, strict=True) if n != 0 or len(keys) == 1]
        table = f"表三为 {expected} 件"
        doubt = self._doubt(report, name, facts, expected)
        item = Comparison(name, label, facts, shown, allowed, table, doubt=doubt)
        return compare(self, report, item)

    @staticmethod
    def _rows(report: AnnualReport, name: str) -> Sequence[str]:
        if name not in _GROUPS:
            return (name,)
        return [r for r in result_rows(table3_version(report)) if r.startswith(f"{name}_")]

    @staticmethod
    def _doubt(report: AnnualReport, name: str, facts: Sequence[Fact], expected: int) -> str | None:
        if name in _CARRIED:
            return None
        if any(f.counting and f.counting.startswith(_NEWLY) for f in facts):
            return "正文可能只计本年新收"
        carried = whole_number(report.cell("table3", "carried_in", "total"))
        if carried is None:
            return "表三上年结转没有可用的数字，正文可能只计本年新收"
        lacking = [expected - (f.value or 0) for f in facts]
        if any(0 < n <= carried for n in lacking):
            return f"正文可能只计本年新收（上年结转 {carried} 件）"
        return None


class ApplicantsTold(Rule):
    code = "X-APPLICANT"
    severity = Severity.WARNING
    message = "正文所说申请人情况与表三各列相符（“均为自然人”的，其他各列为 0）"
    basis = f"{REGULATION}第五十条第（二）项；{{format}}表三“申请人情况”"
    bad = "正文：“均为自然人申请”；表三本年新收的商业企业一列为 3"
    good = "正文：“其中自然人申请 12 件、商业企业申请 3 件”；表三本年新收相同"
    hint = "核对正文和表三“本年新收”一行的申请人各列"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        silent = True
        for kind, columns in (("natural", _BODIES), ("bodies", ("natural_person",))):
            facts = [f for f in report.facts if f.kind == f"applicants_only_{kind}"]
            if facts:
                silent = False
                yield self._only(report, f"only_{kind}", columns, facts)
        for name in (*TABLE3_COLUMNS, "bodies"):
            if numbers := exact(report, f"applicants_{name}"):
                silent = False
                yield self._number(report, name, numbers)
        if silent:
            yield self.verdict(report, Outcome.NOT_APPLICABLE, "正文没有说明申请人的类别")

    def _only(
        self, report: AnnualReport, subject: str, columns: Sequence[str], facts: Sequence[Fact]
    ) -> Verdict:
        row = table3_row(report, "new_received")
        told = "均为自然人" if subject == "only_natural" else "均为法人或其他组织"
        if row.obstacle:
            why = f"表三“本年新收”一行没有完整读出（{row.obstacle}），不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, subject)
        others = [column for column in columns if row.values[column]]
        keys: list[CellKey] = [("table3", "new_received", c) for c in others or columns]
        evidence = {"cells": cell_evidence(report, keys), "quotes": quotes(facts), "expected": 0}
        if not others:
            why = f"正文说{told}，表三其他各列没有申请"
            return self.verdict(report, Outcome.PASS, why, subject, evidence=evidence)
        if not own_facts(report, facts) or row.values["total"] == 0:
            why = f"正文所说“{told}”与表三口径不同，不作比较"
            return self.verdict(report, Outcome.NOT_APPLICABLE, why, subject, evidence=evidence)
        shown = "、".join(f"{TABLE3_COLUMN_NAMES[c]} {row.values[c]} 件" for c in others)
        why = f"正文说{told}，表三本年新收却有{shown}"
        evidence["actual"] = sum(row.values[c] for c in others)
        return self.verdict(report, Outcome.FAIL, why, subject, evidence=evidence)

    def _number(self, report: AnnualReport, name: str, facts: Sequence[Fact]) -> Verdict:
        columns = _BODIES if name == "bodies" else (name,)
        label = "法人或其他组织" if name == "bodies" else TABLE3_COLUMN_NAMES[name]
        new = self._sum(report, "new_received", columns)
        carried = self._sum(report, "carried_in", columns)
        allowed = [] if new is None else [new, *([new + carried] if carried else [])]
        keys: list[CellKey] = [("table3", "new_received", c) for c in columns]
        doubt = "表三上年结转没有可用的数字，正文可能含结转" if carried is None else None
        table = f"表三本年新收为 {new} 件"
        item = Comparison(name, f"{label}申请", facts, keys, allowed, table, doubt=doubt)
        return compare(self, report, item)

    @staticmethod
    def _sum(report: AnnualReport, row: str, columns: Sequence[str]) -> int | None:
        """Of the columns; a blank counts as 0 only beside a number."""
        read = read_row(report.table3.get(row), columns)
        if read.obstacle or len(read.blanks) == len(columns):
            return None
        return sum(read.values.values())


class RateTold(Rule):
    """100% usually means: all that fell due. Worth a look, no more."""

    code = "X-RATE"
    severity = Severity.INFO
    message = "正文说办结率、答复率 100% 的，表三没有结转下年度继续办理的申请"
    basis = f"{REGULATION}第三十三条、第五十条第（二）项；{{format}}表三"
    bad = "正文：“办结率 100%”；表三结转下年度继续办理 2"
    good = "正文：“按期答复率 100%，未到期的 2 件结转下年度”；表三结转下年度继续办理 2"
    hint = "指按期办结的，在正文写明；否则改正比率或结转件数"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        facts = own_facts(report, [f for f in report.facts if f.kind == "rate_complete"])
        if not facts:
            why = "正文没有说本机关办结率、答复率为 100%"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)
            return
        key: CellKey = ("table3", "carried_out", "total")
        left = whole_number(report.cell(*key))
        evidence = evidence_of(report, facts, [key], [0])
        if left is None:
            why = "表三“结转下年度继续办理”总计没有可用的数字，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        elif left == 0 or any(f.kind == "carried_out" for f in report.facts):
            why = "正文说办结率为 100%，没有结转或已说明结转"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
        else:
            evidence["actual"] = left
            why = f"正文说办结率为 100%，表三却有 {left} 件结转下年度"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
