"""The six sections: all there, in order, and what section 六 must say of fees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from monitor.rules.base import REGULATION, Rule
from storage.domain import AnnualReport, Section, Verdict
from storage.vocab import SECTION_NAMES, FormatVersion, Outcome, SectionId, Severity

_ORDER = tuple(SectionId)
_NUMERALS = "一二三四五六"
_READ_AS_WHOLE = 3
"""With fewer headings found the document was not surely read as a whole."""
_TABLE_OF = {
    SectionId.PROACTIVE: "table2",
    SectionId.REQUESTS: "table3",
    SectionId.REVIEW_LITIGATION: "table4",
}
_NUMBERED_LINE = {
    section: re.compile(rf"^\s*{numeral}\s*[、.．,，:：]\s*(.{{2,40}})$", re.M)
    for section, numeral in zip(_ORDER, _NUMERALS, strict=True)
}
_FEE_RULES_SINCE = 2021


def _title(section: SectionId) -> str:
    return f"{_NUMERALS[_ORDER.index(section)]}、{SECTION_NAMES[section]}"


def _other_heading(report: AnnualReport, section: SectionId) -> str | None:
    """A line numbered like the missing section in the text of another: a heading reworded."""
    pattern = _NUMBERED_LINE[section]
    for other in report.sections:
        if match := pattern.search(other.text):
            return match[0].strip()
    return None


class MissingSection(Rule):
    """A heading may be lost in reading, or reworded: where its table or a line with its number is
    there, the finding is only a warning. With fewer than three headings nothing is said."""

    code = "S-MISSING"
    absence = True
    severity = Severity.ERROR
    message = "年度报告包括六个部分（有表格或改写标题、只缺规定标题的为警告）"
    basis = f"{REGULATION}第五十条；{{format}}所列六个部分"
    bad = "报告从“四、政府信息公开行政复议、行政诉讼情况”直接到落款，没有第五、第六部分"
    good = "一、总体情况……六、其他需要报告的事项，六个部分齐全"
    hint = "按格式补齐该部分及其标题；确无内容的写明“无”并作说明"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        found = {section.id for section in report.sections}
        if len(found) < _READ_AS_WHOLE:
            why = f"只读到 {len(found)} 个部分的标题，文档可能没有完整读出，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        for section in SectionId:
            if section in found:
                why = f"有“{_title(section)}”"
                yield self.verdict(report, Outcome.PASS, why, section.value)
            else:
                yield self._missing(report, section)

    def _missing(self, report: AnnualReport, section: SectionId) -> Verdict:
        evidence: dict[str, object] = {
            "expected": _title(section),
            "actual": [s.heading for s in report.sections],
        }
        table = _TABLE_OF.get(section)
        if table and report.table(table):
            why = f"没有找到标题“{_title(section)}”，但有该部分的表格"
        elif line := _other_heading(report, section):
            why = f"没有找到标题“{_title(section)}”，相应位置为“{line}”"
            evidence["quotes"] = [line]
        else:
            why = f"缺少“{_title(section)}”部分"
            return self.verdict(report, Outcome.FAIL, why, section.value, evidence=evidence)
        return self.verdict(
            report,
            Outcome.FAIL,
            why,
            section.value,
            severity=Severity.WARNING,
            evidence=evidence,
        )


class SectionOrder(Rule):
    code = "S-ORDER"
    severity = Severity.WARNING
    message = "六个部分按格式规定的次序排列"
    basis = "{format}所列六个部分的次序"
    bad = "“五、存在的主要问题及改进情况”排在“四、政府信息公开行政复议、行政诉讼情况”之前"
    good = "一至六依次排列"
    hint = "按格式的次序调整各部分"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        ids = [section.id for section in report.sections]
        if len(ids) < _READ_AS_WHOLE:
            why = f"只读到 {len(ids)} 个部分的标题，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        places = [_ORDER.index(section) for section in ids]
        headings = [section.heading for section in report.sections]
        if places == sorted(places):
            yield self.verdict(report, Outcome.PASS, f"读到的 {len(ids)} 个部分次序相符")
            return
        early = next(i for i, (a, b) in enumerate(pairwise(places)) if a > b)
        yield self.verdict(
            report,
            Outcome.FAIL,
            f"“{headings[early]}”排在“{headings[early + 1]}”之前，次序与格式不符",
            evidence={
                "expected": [_title(_ORDER[place]) for place in sorted(places)],
                "actual": headings,
            },
        )


class FeeStatement(Rule):
    """Any word on the fee anywhere in the report will do."""

    code = "S-FEE"
    absence = True
    severity = Severity.WARNING
    versions = frozenset({FormatVersion.FMT2019, FormatVersion.FMT2021})
    message = "第六部分说明本年度收取政府信息公开信息处理费的情况（2021 年度起）"
    basis = "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）；{format}第六部分"
    bad = "六、其他需要报告的事项：无"
    good = "六、其他需要报告的事项：本年度未收取政府信息公开信息处理费"
    hint = "在“六、其他需要报告的事项”中写明是否收取信息处理费；收取的写明件数和金额"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        year = report.year
        if year is not None and year < _FEE_RULES_SINCE:
            why = f"信息处理费办法自 {_FEE_RULES_SINCE} 年起施行，不适用于 {year} 年度"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)
            return
        told = next((f for f in report.facts if f.kind == "fee_statement"), None)
        section = report.section(SectionId.OTHER)
        if told is not None:
            evidence = {"quotes": [{"text": told.quote, "at": told.at}]}
            yield self.verdict(report, Outcome.PASS, "已说明收费情况", evidence=evidence)
        elif section is None:
            why = "没有读到第六部分，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        elif year is None:
            why = "不能确定报告年度，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        else:
            yield self._silent(report, section)

    def _silent(self, report: AnnualReport, section: Section) -> Verdict:
        text = section.text.strip()
        shown = text if len(text) <= 80 else text[:80] + "……"
        return self.verdict(
            report,
            Outcome.FAIL,
            "第六部分没有说明收取信息处理费的情况",
            evidence={
                "expected": "关于信息处理费的说明",
                "actual": shown,
                "quotes": [{"text": f"{section.heading}：{shown}", "at": section.at}],
            },
        )
