"""An invented city of 60 bodies over three years: enough to judge how lists and pages look."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor import labels
from settings import SHANGHAI
from storage import repositories
from storage.domain import (
    Agency,
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
    cell_name,
)
from tests.monitor.scenario import save_page, save_run

NOW = datetime(2024, 3, 5, 9, 0, tzinfo=SHANGHAI)

BUREAUS = (
    "发展和改革委员会",
    "教育局",
    "科学技术局",
    "工业和信息化局",
    "民族宗教事务局",
    "公安局",
    "民政局",
    "司法局",
    "财政局",
    "人力资源和社会保障局",
    "自然资源和规划局",
    "生态环境局",
    "住房和城乡建设局",
    "交通运输局",
    "水利局",
    "农业农村局",
    "商务局",
    "文化广电和旅游局",
    "卫生健康委员会",
    "退役军人事务局",
    "应急管理局",
    "审计局",
    "市场监督管理局",
    "统计局",
    "医疗保障局",
    "城市管理局",
    "林业局",
    "信访局",
)
TOWNS = (
    "白石",
    "柳林",
    "沙河",
    "桃园",
    "松岗",
    "云台",
    "石桥",
    "望江",
    "龙泉",
    "青峰",
    "双溪",
    "长坪",
    "平湖",
    "古城",
    "南屏",
    "北渡",
)
COUNTIES = (
    "临溪县",
    "安岭县",
    "东湖区",
)
PORTALS = (
    Portal("p-main", "http://www.qingxi.example/", "青溪市人民政府门户网站"),
    Portal("p-linxi", "http://www.linxi.example/", "临溪县人民政府门户网站"),
    Portal("p-anling", "http://www.anling.example/", "安岭县人民政府"),
    Portal("p-donghu", "https://www.donghu.example:8443/", "东湖区人民政府"),
)
LAW = "《政府信息公开条例》第四十九条第一款：县级以上人民政府部门应于每年 1 月 31 日前公开上一年度报告"
LAW_GOVERNMENT = (
    "《政府信息公开条例》第四十九条第二款：县级以上地方人民政府的年度报告应于每年 3 月 31 日前公布"
)
CUSTOM = "乡镇、街道不在第四十九条列举之内，按惯例 1 月 31 日"


def city_agencies() -> tuple[Agency, ...]:
    city = {"parent": "qx-gov", "portal": "p-main", "division": "990100"}
    found = [
        Agency(
            "qx-gov", "青溪市人民政府", AgencyKind.GOVERNMENT, Level.CITY, "990100", None, "p-main"
        ),
        Agency("qx-office", "青溪市人民政府办公室", AgencyKind.OFFICE, Level.CITY, **city),
        Agency("qx-water", "青溪市供水集团有限公司", AgencyKind.ENTERPRISE, Level.CITY, **city),
        Agency("qx-tax", "国家税务总局青溪市税务局", AgencyKind.VERTICAL, Level.CITY, **city),
    ]
    found += [
        Agency(f"qx-{n:02}", f"青溪市{name}", AgencyKind.DEPARTMENT, Level.CITY, **city)
        for n, name in enumerate(BUREAUS)
    ]
    for portal, county in zip(("p-linxi", "p-anling", "p-donghu"), COUNTIES, strict=True):
        key = portal.removeprefix("p-")
        more = {"level": Level.COUNTY, "portal": portal}
        found += [
            Agency(
                f"{key}-gov", f"{county}人民政府", AgencyKind.GOVERNMENT, parent="qx-gov", **more
            ),
            Agency(
                f"{key}-office",
                f"{county}人民政府办公室",
                AgencyKind.OFFICE,
                parent=f"{key}-gov",
                **more,
            ),
            Agency(
                f"{key}-fin", f"{county}财政局", AgencyKind.DEPARTMENT, parent=f"{key}-gov", **more
            ),
            Agency(
                f"{key}-edu", f"{county}教育局", AgencyKind.DEPARTMENT, parent=f"{key}-gov", **more
            ),
        ]
    towns = ("p-linxi", "p-anling", "p-donghu")
    for n, town in enumerate(TOWNS):
        portal = towns[n % 3]
        key = portal.removeprefix("p-")
        kind = AgencyKind.SUBDISTRICT if n % 3 == 2 else AgencyKind.TOWNSHIP
        name = f"{town}街道办事处" if n % 3 == 2 else f"{town}镇人民政府"
        found.append(
            Agency(
                f"{key}-t{n:02}",
                f"{COUNTIES[n % 3]}{name}",
                kind,
                Level.TOWNSHIP,
                None,
                f"{key}-gov",
                portal,
            )
        )
    return tuple(found)


def city_lines(year: int) -> list[StatusLine]:
    lines = []
    for n, agency in enumerate(city_agencies()):
        government = agency.kind is AgencyKind.GOVERNMENT
        town = agency.kind in (AgencyKind.TOWNSHIP, AgencyKind.SUBDISTRICT)
        due = date(year + 1, 3, 31) if government else date(year + 1, 1, 31)
        basis = LAW_GOVERNMENT if government else CUSTOM if town else LAW
        checked = NOW - timedelta(hours=6)
        url = (
            f"http://www.{agency.portal[2:]}.example/xxgk/nb/{year + 1}01/t{year + 1}01{n:02}.html"
        )
        title = f"{agency.name}{year}年政府信息公开工作年度报告"
        base = {
            "agency": agency.id,
            "name": agency.name,
            "year": year,
            "due": due,
            "basis": basis,
            "portal": agency.portal,
            "checked_at": checked,
        }
        turn = (n * 7 + year) % 23
        if agency.kind is AgencyKind.ENTERPRISE:
            base |= {"due": None, "basis": "《条例》第五十五条：公共企事业单位不适用第四十九条"}
            lines.append(StatusLine(**base, status=Status.EXEMPT))
        elif agency.portal == "p-donghu" and year == 2023:
            lines.append(
                StatusLine(
                    **{**base, "checked_at": None}, status=Status.UNKNOWN, reason=Reason.BLOCKED
                )
            )
        elif due > NOW.date():
            lines.append(StatusLine(**base, status=Status.NOT_DUE))
        elif turn in (3, 9):
            lines.append(StatusLine(**base, status=Status.MISSING))
        elif turn in (5, 14):
            day = due + timedelta(days=turn)
            shown = Published(day, DateSource.PAGE, NOW - timedelta(days=20), checked)
            flags = (Flag.CHANGED,) if turn == 5 else ()
            lines.append(
                StatusLine(
                    **base,
                    status=Status.LATE,
                    published=shown,
                    late_days=turn,
                    url=url,
                    title=title,
                    flags=flags,
                )
            )
        elif turn == 7:
            shown = Published(due, DateSource.LIST, NOW - timedelta(days=4), checked)
            lines.append(
                StatusLine(
                    **base,
                    status=Status.DATE_UNCERTAIN,
                    published=shown,
                    url=url,
                    title=title,
                    flags=(Flag.BACKDATED,),
                )
            )
        elif turn == 11:
            lines.append(StatusLine(**base, status=Status.UNKNOWN, reason=Reason.LIST_INCOMPLETE))
        else:
            shown = Published(due - timedelta(days=turn), DateSource.PAGE, None, checked)
            flags = (Flag.IMAGE_ONLY,) if turn == 17 else ()
            lines.append(
                StatusLine(
                    **base,
                    status=Status.ON_TIME,
                    published=shown,
                    url=url,
                    title=title,
                    flags=flags,
                )
            )
    return lines


def _cell(row: str, raw: str) -> dict[str, object]:
    return {
        "name": f"table3.{row}.total",
        "label": cell_name("table3", row, "total"),
        "value": int(raw),
        "raw": raw,
        "state": "number",
        "at": "table[2]/row[4]/col[10]",
    }


def city_findings(line: StatusLine, n: int) -> list[Finding]:
    base = {"agency": line.agency, "year": line.year, "outcome": Outcome.FAIL, "url": line.url}
    found = []
    if n % 4 == 0:
        found.append(
            Finding(
                "T3-BAL",
                severity=Severity.ERROR,
                layer=Layer.REPORT,
                message="表三“总计”列：新收与结转之和 17，与办理结果和结转下年之和 16 不等",
                evidence={
                    "cells": [
                        _cell("new_received", "16"),
                        _cell("carried_in", "1"),
                        _cell("result_total", "16"),
                        _cell("carried_out", "0"),
                    ],
                    "expected": 17,
                    "actual": 16,
                },
                basis="报告格式表三“本列数据的勾稽关系”",
                hint="请核对各项数量后更正，并在页面注明更正日期。",
                subject="total",
                **base,
            )
        )
    if n % 3 == 0:
        found.append(
            Finding(
                "S-FEE",
                severity=Severity.WARNING,
                layer=Layer.REPORT,
                message="第六部分没有说明信息处理费收取情况",
                evidence={},
                basis="国办函〔2020〕109号",
                hint="在“其他需要报告的事项”中写明是否收取及金额。",
                **base,
            )
        )
    if n % 5 == 0:
        found.append(
            Finding(
                "TXT-OCR",
                severity=Severity.INFO,
                layer=Layer.EXTRACTION,
                message="正文夹杂“**”等符号，可能是读取所致",
                evidence={"quotes": [{"text": "**一是**加强组织领导", "at": "p[12]"}]},
                basis=None,
                **base,
            )
        )
    return found


def seed_city(database: Database) -> None:
    """Judgements of 2021 to 2023 as of ``NOW``, last night's runs, the pages of 2023."""
    agencies = city_agencies()
    with database.session() as s:
        import_registry(s, RegistryData(agencies, PORTALS, ()))
        towns = {a.id for a in agencies if a.level is Level.TOWNSHIP}
        for year in (2021, 2022, 2023):
            lines = city_lines(year)
            repositories.save_obligations(
                s,
                [
                    Obligation(
                        x.agency,
                        year,
                        x.due,
                        x.basis or "",
                        Severity.WARNING if x.agency in towns else Severity.ERROR,
                        x.due,
                    )
                    for x in lines
                ],
            )
            repositories.save_statuses(s, lines, NOW)
            for n, line in enumerate(lines):
                if line.url is None:
                    continue
                found = city_findings(line, n + year)
                repositories.sync_findings(s, line.agency, year, found, version=None, now=NOW)
                if year == 2023:
                    shown = labels.published_day(line.published)
                    dates = (
                        DateEvidence(
                            DateSource.PAGE, line.published.day, quote=f"发布日期：{shown}"
                        ),
                        DateEvidence(DateSource.LIST, line.published.day - timedelta(days=1)),
                    )
                    save_page(s, line.agency, year, NOW, line.url, line.title, dates)
        for portal, name in (("p-main", "qingxi"), ("p-anling", "anling")):
            columns = (
                ColumnRead(f"http://www.{name}.example/xxgk/zfxxgknb/", "pager", 64, True),
                ColumnRead(f"http://www.{name}.example/xxgk/bmnb/", "pager", 120, True),
            )
            save_run(s, portal, NOW, RunOutcome.HEALTHY, columns=columns)
        slow = (
            Problem(ProblemKind.TIMEOUT, "30 秒内没有答复", "http://www.linxi.example/nb/3"),
            Problem(ProblemKind.TIMEOUT, "30 秒内没有答复", "http://www.linxi.example/nb/4"),
            Problem(
                ProblemKind.LIST_INCOMPLETE,
                "列表共 5 页，读到第 2 页",
                "http://www.linxi.example/nb/",
            ),
        )
        column = ColumnRead("http://www.linxi.example/nb/", "jpage", 40, False)
        save_run(s, "p-linxi", NOW, RunOutcome.PARTIAL, columns=(column,), problems=slow)
        wall = Problem(
            ProblemKind.BLOCKED, "首页返回 412 验证脚本", "https://www.donghu.example:8443/"
        )
        save_run(s, "p-donghu", NOW, RunOutcome.FAILED, problems=(wall,))
