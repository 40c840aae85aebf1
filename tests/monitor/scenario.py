"""Hand-made judgements for the tests of exports and pages, written through the repositories.

One body per status, with hostile texts among them. The city to look at is in ``city.py``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from settings import SHANGHAI
from storage import repositories
from storage.domain import (
    Agency,
    AnnualReport,
    ColumnRead,
    DateEvidence,
    Finding,
    Obligation,
    Portal,
    Problem,
    Published,
    StatusLine,
)
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import (
    AgencyKind,
    DateSource,
    Flag,
    Layer,
    Level,
    Outcome,
    ProblemKind,
    Reason,
    RunOutcome,
    Severity,
    Status,
)

NOW = datetime(2024, 2, 3, 10, 0, tzinfo=SHANGHAI)
DUE = date(2024, 1, 31)
LAW = "《政府信息公开条例》第四十九条第一款"

SCRIPT_NAME = "<script>alert('甲')</script>局"
FORMULA_TITLE = "=cmd|' /C calc'!A0"
LONG_NAME = "青溪市" + "统筹协调推进办公" * 20 + "室"
JAVASCRIPT = "javascript:alert(document.domain)"
MARKUP = '"><img src=x onerror=alert(1)>'


def finding(rule: str, agency: str, severity: Severity, message: str, **more: object) -> Finding:
    values: dict[str, object] = {
        "layer": Layer.REPORT,
        "outcome": Outcome.FAIL,
        "evidence": {},
        "basis": "表三“勾稽关系”",
        "hint": "请对照原文核对后更正。",
    }
    return Finding(rule, agency, 2023, severity, message=message, **{**values, **more})  # type: ignore[arg-type]


def small_agencies() -> tuple[Agency, ...]:
    county = {"level": Level.COUNTY, "parent": "a-gov", "portal": "p-main"}
    return (
        Agency("a-gov", "青溪市人民政府", AgencyKind.GOVERNMENT, Level.CITY, portal="p-main"),
        Agency("b-office", "青溪市人民政府办公室", AgencyKind.OFFICE, **county),
        Agency("c-late", "青溪市林业局", AgencyKind.DEPARTMENT, **county),
        Agency("d-script", SCRIPT_NAME, AgencyKind.DEPARTMENT, **county),
        Agency("e-long", LONG_NAME, AgencyKind.DEPARTMENT, **county),
        Agency("f-blocked", "白石镇人民政府", AgencyKind.TOWNSHIP, Level.TOWNSHIP, portal="p-wall"),
        Agency("g-water", "青溪市供水公司", AgencyKind.ENTERPRISE, **county),
        Agency("h-new", "青溪市数据局", AgencyKind.DEPARTMENT, **county),
        Agency("i-seen", "青溪市民政局", AgencyKind.DEPARTMENT, **county),
    )


PORTALS = (
    Portal("p-main", "http://www.qingxi.example/", "青溪市人民政府门户网站"),
    Portal("p-wall", "http://baishi.example/", "白石镇门户"),
    Portal("p-new", "http://new.example/", None),
)


def small_lines() -> tuple[StatusLine, ...]:
    """The statuses of the small scenario; ``h-new`` has an obligation and was never judged."""
    checked = datetime(2024, 2, 2, 3, 30, tzinfo=SHANGHAI)
    before = datetime(2024, 1, 30, 3, 30, tzinfo=SHANGHAI)
    names = {a.id: a.name for a in small_agencies()}

    def line(agency: str, status: Status, **more: object) -> StatusLine:
        values = {"due": DUE, "basis": LAW, "portal": "p-main", "checked_at": checked, **more}
        return StatusLine(agency, names[agency], 2023, status=status, **values)  # type: ignore[arg-type]

    def on(day: int, source: DateSource = DateSource.PAGE, month: int = 1) -> Published:
        return Published(date(2024, month, day), source, None, checked)

    page = "http://www.qingxi.example/xxgk/"
    return (
        line(
            "a-gov",
            Status.NOT_DUE,
            due=date(2024, 3, 31),
            basis="《政府信息公开条例》第四十九条第二款",
        ),
        line("b-office", Status.ON_TIME, published=on(22), url=f"{page}1.html", title="年度报告"),
        line(
            "c-late",
            Status.LATE,
            published=on(2, month=2),
            late_days=2,
            url=f"{page}2.html",
            title=FORMULA_TITLE,
            flags=(Flag.CHANGED,),
        ),
        line(
            "d-script",
            Status.DATE_UNCERTAIN,
            published=Published(DUE, DateSource.LIST, before, checked),
            url=JAVASCRIPT,
            title=MARKUP,
        ),
        line("e-long", Status.MISSING, flags=(Flag.WRONG_YEAR,)),
        line("f-blocked", Status.UNKNOWN, reason=Reason.BLOCKED, portal="p-wall", checked_at=None),
        line("g-water", Status.EXEMPT, due=None, basis="第五十五条", checked_at=None),
        line(
            "i-seen",
            Status.DATE_UNCERTAIN,
            published=Published(None, DateSource.FIRST_SEEN, before, checked),
            url=f"{page}9.html",
        ),
    )


SMALL_FINDINGS: dict[str, tuple[Finding, ...]] = {
    "c-late": (
        finding(
            "T3-BAL",
            "c-late",
            Severity.ERROR,
            "表三“总计”列不平衡：16 + 0 ≠ 15 + 0",
            evidence={
                "cells": [
                    {
                        "name": "table3.new_received.total",
                        "label": "表三“本年新收政府信息公开申请数量”的“总计”",
                        "value": 16,
                        "raw": "16",
                        "state": "number",
                        "at": "table[2]/row[4]/col[10]",
                    }
                ],
                "expected": 16,
                "actual": 15,
            },
            url="http://www.qingxi.example/xxgk/2.html",
        ),
        finding("S-FEE", "c-late", Severity.WARNING, "第六部分未说明信息处理费收取情况"),
    ),
    "d-script": (
        finding(
            "TXT-LEFTOVER",
            "d-script",
            Severity.ERROR,
            f"残留模板文字：{MARKUP}",
            evidence={"quotes": [{"text": "@SUM(1+1)*cmd", "at": None}]},
            url=JAVASCRIPT,
            hint="+补齐",
        ),
    ),
}


def seed_small(database: Database) -> None:
    lines = small_lines()
    with database.session() as s:
        import_registry(s, RegistryData(small_agencies(), PORTALS, ()))
        obligations = [Obligation(x.agency, 2023, x.due, x.basis or "") for x in lines]
        repositories.save_obligations(s, [*obligations, Obligation("h-new", 2023, DUE, LAW)])
        repositories.save_statuses(s, lines, NOW)
        for agency, found in SMALL_FINDINGS.items():
            repositories.sync_findings(s, agency, 2023, found, version=None, now=NOW)
        wall = Problem(ProblemKind.BLOCKED, f"对方返回验证页面 {MARKUP}", JAVASCRIPT)
        column = ColumnRead("http://www.qingxi.example/xxgk/nb/", "pager", 5, True)
        save_run(s, "p-main", NOW, RunOutcome.HEALTHY, columns=(column,))
        save_run(s, "p-wall", NOW, RunOutcome.FAILED, problems=(wall,))
        save_page(
            s,
            "d-script",
            2023,
            NOW,
            "http://www.qingxi.example/xxgk/3.html",
            MARKUP,
            (DateEvidence(DateSource.LIST, DUE, quote=MARKUP),),
        )


def save_run(
    s: Session,
    portal: str,
    now: datetime,
    outcome: RunOutcome,
    *,
    columns: tuple[ColumnRead, ...] = (),
    problems: tuple[Problem, ...] = (),
) -> None:
    """A finished run of last night."""
    found = sum(column.entries for column in columns)
    repositories.finish_run(
        s,
        repositories.start_run(s, portal, now - timedelta(hours=7)),
        now=now - timedelta(hours=6),
        outcome=outcome,
        columns=columns,
        problems=problems,
        unresolved=(),
        candidates=found,
        reports_new=found,
        reports_changed=0,
        reports_gone=0,
        requests=40 + 8 * found,
        bytes_=500_000,
        seconds=61.5,
    )


def save_page(
    s: Session,
    agency: str,
    year: int,
    now: datetime,
    url: str,
    title: str,
    dates: tuple[DateEvidence, ...],
) -> None:
    """A report seen at an address, read without trouble."""
    repositories.save_report(
        s,
        agency=agency,
        year=year,
        url=url,
        portal="p-main",
        column_url=None,
        title=title,
        manual=False,
        dates=dates,
        content_agency=agency,
        content_year=year,
        result=AnnualReport(title=title, year=year, parser_version="1"),
        capture=None,
        run=None,
        now=now,
    )
