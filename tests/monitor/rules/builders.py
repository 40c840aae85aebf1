"""Reports for rule tests: a compliant one, and changes to it by path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from crawler.parsing.facts import extract_facts
from crawler.parsing.numbers import read_cell
from crawler.parsing.years import body_years, read_period
from storage.domain import ABSENT, AnnualReport, Cell, Issue, Section, YearMention
from storage.vocab import (
    APPLICANT_COLUMNS,
    DECIMAL_COLUMNS,
    SECTION_NAMES,
    SIGNED_COLUMNS,
    TABLE2_2019,
    TABLE2_2021,
    TABLE3_COLUMNS,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    FormatVersion,
    Layer,
    SectionId,
    result_rows,
    table3_rows,
)

Numbers = Mapping[str, Mapping[str, int]]
_NUMERALS = "一二三四五六"

BASE_ROWS: Numbers = {
    "new_received": {"natural_person": 15, "enterprise": 5},
    "carried_in": {"natural_person": 1},
    "granted": {"natural_person": 9, "enterprise": 4},
    "unavailable_not_held": {"natural_person": 6},
    "other_misc": {"enterprise": 1},
    "carried_out": {"natural_person": 1},
}
BASE_DISPUTES: Numbers = {
    "review": {"upheld": 2, "pending": 1},
    "litigation_direct": {"upheld": 1},
    "litigation_after_review": {"other": 1},
}


def cell(shown: object, at: str, column: str = "") -> Cell:
    """What a source would show: a number, a text as printed, or None for a cell not found; a list
    of number and unit where the header states the unit."""
    if shown is None:
        return ABSENT
    unit: str | None = None
    if isinstance(shown, list):
        shown, unit = shown
    decimal, signed = column in DECIMAL_COLUMNS, column in SIGNED_COLUMNS
    return read_cell(str(shown), at, decimal=decimal, signed=signed, unit=unit)


def table3(rows: Numbers, version: FormatVersion) -> dict[str, dict[str, Cell]]:
    """Table 三 from its filled cells; totals and zeros are added."""
    numbers = {
        name: {c: rows.get(name, {}).get(c, 0) for c in APPLICANT_COLUMNS}
        for name in table3_rows(version)
    }
    for column in APPLICANT_COLUMNS:
        numbers["result_total"][column] = sum(numbers[n][column] for n in result_rows(version))
    return {
        name: {
            c: cell(values[c] if c in values else sum(values.values()), f"表三 {name} {c}")
            for c in TABLE3_COLUMNS
        }
        for name, values in numbers.items()
    }


def table4(groups: Numbers) -> dict[str, dict[str, Cell]]:
    filled = {
        g: {c: groups.get(g, {}).get(c, 0) for c in TABLE4_COLUMNS[:-1]} for g in TABLE4_GROUPS
    }
    return {
        group: {
            c: cell(values[c] if c in values else sum(values.values()), f"表四 {group} {c}")
            for c in TABLE4_COLUMNS
        }
        for group, values in filled.items()
    }


def table2(version: FormatVersion) -> dict[str, dict[str, Cell]]:
    form = TABLE2_2019 if version is FormatVersion.FMT2019 else TABLE2_2021
    shown = {"made": 2, "repealed": 1, "in_force": 12, "newly_made": 2, "total_public": 12}
    return {
        row: {
            c: cell(shown.get(c, 0) if row != "rules" else 0, f"表二 {row} {c}", c) for c in columns
        }
        for row, columns in form.items()
    }


def texts(year: int, received: int, disputes: bool = True) -> dict[SectionId, str]:
    told = f"{year}年，我局共收到政府信息公开申请{received}件，均按期答复。"
    if disputes:
        told += "因政府信息公开引起的行政复议3件，行政诉讼2件。"
    return {
        SectionId.OVERVIEW: (
            f"{year}年，我局按照条例要求推进公开。\n（一）主动公开\n办事指南和年度预算按时公布。\n（二）依申请公开\n{told}\n"
            "（三）政府信息管理\n拟公开的文件逐件审核。\n（四）平台建设\n门户网站专栏按月更新。\n"
            "（五）监督保障\n公开工作列入年度考核，开展社会评议，没有发生责任追究情形。"
        ),
        SectionId.PROACTIVE: "",
        SectionId.REQUESTS: "其他处理的，均为申请人撤回申请。",
        SectionId.REVIEW_LITIGATION: "",
        SectionId.PROBLEMS: f"人员变动较多，业务不熟，解读形式偏少。{year + 1}年将加强培训，完善制度，多用图表。",
        SectionId.OTHER: f"{year}年度未收取政府信息公开信息处理费。",
    }


def section(section_id: SectionId, text: str) -> Section:
    numeral = _NUMERALS[list(SectionId).index(section_id)]
    heading = f"{numeral}、{SECTION_NAMES[section_id]}"
    return Section(section_id, heading, text, f"段落 {numeral}")


def compliant(
    year: int = 2023,
    agency: str = "临溪县农业农村局",
    version: FormatVersion = FormatVersion.FMT2021,
    rows: Numbers = BASE_ROWS,
    disputes: Numbers = BASE_DISPUTES,
) -> AnnualReport:
    """A report that no rule finds fault with (if ``rows`` balance)."""
    received = sum(rows.get("new_received", {}).values())
    told = texts(year, received, disputes is BASE_DISPUTES)
    report = AnnualReport(
        media_type="text/html",
        agency=agency,
        title=f"{agency}{year}年政府信息公开工作年度报告",
        year=year,
        format_version=version,
        report_date=date(year + 1, 1, 18),
        sections=tuple(section(s, t) for s, t in told.items()),
        table2=table2(version),
        table3=table3(rows, version),
        table4=table4(disputes),
        confidence=1.0,
        preface=f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    )
    return derived(report, title_year=year)


def derived(report: AnnualReport, title_year: int | None) -> AnnualReport:
    """What the parser takes from the text, taken anew: facts, period, years."""
    period = read_period(report.preface)
    years = [YearMention("title", title_year, report.title or "")] if title_year else []
    if period:
        years.append(YearMention("period", period[0][1].year, period[1]))
    return replace(
        report,
        facts=extract_facts(report.sections, report.preface),
        years=(*years, *body_years(report.sections)),
        period=period[0] if period else None,
    )


def changed(report: AnnualReport, changes: Mapping[str, Any]) -> AnnualReport:
    """``report`` with changes by path.

    ``table3.granted.total: 5`` (as printed; None = absent), ``table3.granted: null``, ``table3:
    null``, ``sections.s6_other: text`` (None removes it), ``headings.s6_other: text``,
    ``overview: text`` (added to section 一), ``order: [ids]``, ``issues: [[code, where,
    message]]``, ``title_year``, ``report_date``, or a field of AnnualReport.
    """
    tables = {name: dict(report.table(name)) for name in ("table2", "table3", "table4")}
    sections = {s.id: s for s in report.sections}
    fields: dict[str, Any] = {}
    title_year: int | None = report.year
    for path, value in changes.items():
        head, *rest = path.split(".")
        if head in tables:
            _change_table(tables, head, rest, value)
        elif head == "sections":
            wanted = SectionId(rest[0])
            if value is None:
                sections.pop(wanted)
            else:
                sections[wanted] = section(wanted, value)
        elif head == "headings":
            wanted = SectionId(rest[0])
            sections[wanted] = replace(sections[wanted], heading=value)
        elif head == "overview":
            first = sections[SectionId.OVERVIEW]
            sections[first.id] = replace(first, text=f"{first.text}\n{value}")
        elif head == "order":
            sections = {SectionId(i): sections[SectionId(i)] for i in value}
        elif head == "issues":
            fields["issues"] = tuple(
                Issue(Layer.EXTRACTION, code, message, where) for code, where, message in value
            )
        elif head == "title_year":
            title_year = value
        elif head == "format_version":
            fields[head] = FormatVersion(value) if value else None
        else:
            fields[head] = value
    fields |= {"sections": tuple(sections.values()), **tables}
    return derived(replace(report, **fields), title_year)


def _change_table(
    tables: dict[str, dict[str, Any]], name: str, rest: list[str], value: object
) -> None:
    if not rest:
        tables[name] = {}
    elif len(rest) == 1:
        tables[name][rest[0]] = {
            column: cell(value, f"{name} {rest[0]} {column}", column)
            for column in tables[name][rest[0]]
        }
    else:
        row, column = rest
        tables[name][row] = dict(tables[name][row]) | {
            column: cell(value, f"{name} {row} {column}", column)
        }
