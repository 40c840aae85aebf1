"""Year and form: the report says of one year throughout, on the form of that year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from monitor.rules.base import REGULATION, Rule
from storage.domain import AnnualReport, Verdict, YearMention
from storage.vocab import TABLE2_2019, TABLE2_2021, CellState, FormatVersion, Outcome, Severity

_NEW_FORM_SINCE = 2021
_REPEATED = 2
_QUOTES = 3
_NEAR = 30
_SPACE = re.compile(r"\s+")
_PERIOD_WORDS = re.compile(r"统计|期限|时限|报告所列|所列数据|报告年度")
_ONLY_2019 = frozenset(
    (row, column)
    for row, columns in TABLE2_2019.items()
    for column in columns
    if column not in TABLE2_2021.get(row, ())
)


def _quotes(mentions: Sequence[YearMention]) -> list[dict[str, Any]]:
    return [{"text": m.quote, "source": m.source, "year": m.year} for m in mentions[:_QUOTES]]


class ReportYear(Rule):
    """Title against period, prose and signature. The prose contradicts the title only if it names
    another year repeatedly and the title's year never (error), or mostly (warning): plans name
    the next year and comparisons the last."""

    code = "M-YEAR"
    severity = Severity.ERROR
    message = "标题、统计期限、正文说的是同一年度（正文多数年份不符、落款早于年末为警告）"
    basis = f"{REGULATION}第四十九条、第五十条：年度报告报告上一年度的工作"
    bad = "标题为 2023 年度，统计期限为“2022年1月1日至2022年12月31日”"
    good = "标题为 2023 年度，统计期限为“2023年1月1日至2023年12月31日”"
    hint = "核对标题、统计期限、正文和落款中的年份，改正沿用上年文本留下的年份"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        titles = [m for m in report.years if m.source == "title"]
        years = {m.year for m in titles}
        if len(years) != 1:
            why = "标题没有写明唯一的年度，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        year = years.pop()
        yield self._period(report, year, titles)
        yield self._body(report, year, titles)
        yield self._signature(report, year)

    def _period(self, report: AnnualReport, year: int, titles: Sequence[YearMention]) -> Verdict:
        stated = {day.year for day in report.period or () if day is not None}
        told = [m for m in report.years if m.source == "period"]
        if not stated:
            return self.verdict(report, Outcome.NOT_ASSESSABLE, "没有写明统计期限", "period")
        if stated == {year}:
            return self.verdict(report, Outcome.PASS, f"统计期限为 {year} 年", "period")
        if not any(_states_period(report, m.quote) for m in told):
            why = "正文中的起止日期不一定是统计期限，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, "period")
        shown = "、".join(str(y) for y in sorted(stated))
        return self.verdict(
            report,
            Outcome.FAIL,
            f"标题为 {year} 年度，统计期限却在 {shown} 年",
            "period",
            evidence={
                "expected": year,
                "actual": sorted(stated),
                "quotes": _quotes([*titles, *told]),
            },
        )

    def _body(self, report: AnnualReport, year: int, titles: Sequence[YearMention]) -> Verdict:
        told = [m for m in report.years if m.source == "body"]
        counts = Counter(m.year for m in told)
        other, times = max(
            ((y, n) for y, n in counts.items() if y != year), key=lambda i: i[1], default=(0, 0)
        )
        own = counts[year]
        if not told or (not own and times < _REPEATED):
            why = "正文很少提到年份，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, "body")
        never = not own
        if not never and (times <= 2 * own or times <= _REPEATED):
            return self.verdict(report, Outcome.PASS, f"正文说的是 {year} 年", "body")
        why = f"标题为 {year} 年度，正文 {times} 次提到 {other} 年，"
        why += "没有提到标题的年份" if never else f"只有 {own} 次提到 {year} 年"
        wrong = [m for m in told if m.year == other]
        return self.verdict(
            report,
            Outcome.FAIL,
            why,
            "body",
            severity=Severity.ERROR if never else Severity.WARNING,
            evidence={"expected": year, "actual": other, "quotes": _quotes([*titles, *wrong])},
        )

    def _signature(self, report: AnnualReport, year: int) -> Verdict:
        signed = report.report_date
        if signed is None:
            return self.verdict(report, Outcome.NOT_ASSESSABLE, "没有落款日期", "signature")
        if signed >= date(year, 12, 1):
            why = f"落款日期 {signed.isoformat()} 在报告年度之后"
            return self.verdict(report, Outcome.PASS, why, "signature")
        return self.verdict(
            report,
            Outcome.FAIL,
            f"标题为 {year} 年度，落款日期 {signed.isoformat()} 却早于年末",
            "signature",
            severity=Severity.WARNING,
            evidence={"expected": f"{year}-12-01 以后", "actual": signed.isoformat()},
        )


class FormVersion(Rule):
    """A report for 2019 or 2020 on the 2021 form is more likely a year read wrongly."""

    code = "F-VERSION"
    severity = Severity.ERROR
    message = "2021 年度起使用 2021 年格式的表格（只有表三为旧式的为警告）"
    basis = "《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号），2021-09-26 起施行"
    bad = "2022 年度报告的表二仍列“本年新制作数量”“对外公开总数量”和政府集中采购"
    good = "2022 年度报告的表二列“本年制发件数”“本年废止件数”“现行有效件数”"
    hint = "换用 2021 年格式的三张表，重新填写后发布"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        version, year = report.format_version, report.year
        tables = [name for name in ("table2", "table3", "table4") if report.table(name)]
        if version is None or not tables or year is None:
            why = "不能确定年度或没有读到表格，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        new = version is FormatVersion.FMT2021
        if new == (year >= _NEW_FORM_SINCE):
            yield self._mixed(report, new) or self.verdict(
                report, Outcome.PASS, f"{year} 年度使用的格式相符"
            )
            return
        if new:
            why = f"{year} 年度的报告使用 2021 年格式的表格，年度或表格可能读错，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        old = [f"table2.{r}.{c}" for r, c in sorted(_ONLY_2019) if _shown(report, "table2", r, c)]
        seen = old or [f"table3.other_all.{c}" for c in report.table3.get("other_all", {})]
        where = "表二" if old else "表三"
        yield self.verdict(
            report,
            Outcome.FAIL,
            f"{year} 年度的报告仍使用 2019 年格式的{where}",
            severity=Severity.ERROR if old else Severity.WARNING,
            evidence={
                "expected": FormatVersion.FMT2021.value,
                "actual": version.value,
                "cells": [{"name": name} for name in seen],
            },
        )

    def _mixed(self, report: AnnualReport, new: bool) -> Verdict | None:
        """Tables, or columns of one, of two forms. An old table three beside a new table two is the
        matter of T-ROW; that of a year with the old form may be misread."""
        notes = [i for i in report.issues if i.code == self.code]
        if not notes:
            return None
        old = [f"table2.{r}.{c}" for r, c in sorted(_ONLY_2019) if _shown(report, "table2", r, c)]
        told = "；".join(i.message for i in notes)
        if not new or not old:
            return self.verdict(report, Outcome.NOT_ASSESSABLE, f"{told}，格式不能确定，不作判断")
        return self.verdict(
            report,
            Outcome.FAIL,
            told,
            severity=Severity.WARNING,
            evidence={
                "cells": [{"name": name} for name in old],
                "notes": [{"where": i.where, "text": i.message} for i in notes],
            },
        )


def _states_period(report: AnnualReport, quote: str) -> bool:
    """Whether the dates are said to bound the figures of the report, not those of something else."""
    for text in (report.preface, *(s.text for s in report.sections)):
        plain = _SPACE.sub("", text)
        at = plain.find(quote)
        if at >= 0:
            around = plain[max(0, at - _NEAR) : at + len(quote) + _NEAR]
            return _PERIOD_WORDS.search(around) is not None
    return False


def _shown(report: AnnualReport, table: str, row: str, column: str) -> bool:
    return report.cell(table, row, column).state is not CellState.ABSENT
