"""The Chinese words for what the program judges; shared by web, exports and alerts.

One place, so that a status reads the same in a mail, a table and a page. Nothing here may say that
a body is in breach while its status is ``unknown``: 未能核实 is not 未公开.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from settings import SHANGHAI
from storage.domain import Cell, Published, StatusLine
from storage.vocab import (
    AgencyKind,
    AlertKind,
    AlertState,
    CellState,
    ChangeKind,
    DateSource,
    FindingState,
    Flag,
    Layer,
    Level,
    ProblemKind,
    Reason,
    RunOutcome,
    Severity,
    Status,
)

LABELS: dict[type[StrEnum], dict[StrEnum, str]] = {
    ChangeKind: {
        ChangeKind.REVISION: "公开后改动",
        ChangeKind.YEAR_OVER_YEAR: "与上年比较",
    },
    Status: {
        Status.EXEMPT: "无公开义务",
        Status.NOT_DUE: "未到期",
        Status.ON_TIME: "按时公开",
        Status.LATE: "逾期公开",
        Status.DATE_UNCERTAIN: "日期存疑",
        Status.MISSING: "未见公开",
        Status.UNKNOWN: "未能核实",
    },
    Reason: {
        Reason.NEVER_CRAWLED: "尚未采集过",
        Reason.UNREACHABLE: "门户无法访问",
        Reason.BLOCKED: "门户拒绝自动访问",
        Reason.COLUMN_NOT_FOUND: "未找到年报栏目",
        Reason.LIST_INCOMPLETE: "栏目列表未能读全",
        Reason.EMPTY_COLUMN: "年报栏目为空",
    },
    Flag: {
        Flag.WITHDRAWN: "已撤下",
        Flag.CHANGED: "公开后有改动",
        Flag.BACKDATED: "标注日期早于实际上网",
        Flag.UNREADABLE: "无法读取",
        Flag.IMAGE_ONLY: "仅有图片",
        Flag.WRONG_YEAR: "内容为其他年度",
        Flag.WRONG_AGENCY: "内容为其他机关",
        Flag.DUPLICATE: "多处发布",
    },
    Severity: {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"},
    Layer: {Layer.REPORT: "报告内容", Layer.EXTRACTION: "读取过程", Layer.SITE: "网站发布"},
    FindingState: {
        FindingState.OPEN: "待处理",
        FindingState.ACKNOWLEDGED: "已确认",
        FindingState.DISMISSED: "已排除",
        FindingState.RESOLVED: "已消除",
    },
    AgencyKind: {
        AgencyKind.GOVERNMENT: "人民政府",
        AgencyKind.OFFICE: "政府办公厅（室）",
        AgencyKind.DEPARTMENT: "政府部门",
        AgencyKind.TOWNSHIP: "乡镇人民政府",
        AgencyKind.SUBDISTRICT: "街道办事处",
        AgencyKind.VERTICAL: "垂直管理机关",
        AgencyKind.AUTHORIZED: "法律法规授权组织",
        AgencyKind.ENTERPRISE: "公共企事业单位",
    },
    Level: {
        Level.NATIONAL: "国家级",
        Level.PROVINCE: "省级",
        Level.CITY: "市级",
        Level.COUNTY: "县级",
        Level.TOWNSHIP: "乡级",
    },
    DateSource: {
        DateSource.MANUAL: "人工录入",
        DateSource.PAGE: "页面标注",
        DateSource.META: "页面元数据",
        DateSource.LIST: "栏目列表",
        DateSource.URL: "网址",
        DateSource.LAST_MODIFIED: "服务器修改时间",
        DateSource.FIRST_SEEN: "首次采集见到",
    },
    RunOutcome: {
        RunOutcome.HEALTHY: "完整",
        RunOutcome.PARTIAL: "部分完成",
        RunOutcome.FAILED: "失败",
    },
    ProblemKind: {
        ProblemKind.DNS: "域名解析失败",
        ProblemKind.CONNECT: "无法连接",
        ProblemKind.TIMEOUT: "超时",
        ProblemKind.TLS: "证书或加密连接错误",
        ProblemKind.HTTP_4XX: "页面不存在或被拒绝",
        ProblemKind.HTTP_5XX: "服务器错误",
        ProblemKind.BLOCKED: "拒绝自动访问",
        ProblemKind.CAPTCHA: "需要验证码",
        ProblemKind.SOFT_404: "以首页或错误页代替内容",
        ProblemKind.REDIRECT_LOOP: "循环跳转",
        ProblemKind.ROBOTS: "robots.txt 不允许",
        ProblemKind.TOO_LARGE: "文件过大",
        ProblemKind.DECODE: "无法解码",
        ProblemKind.COLUMN_NOT_FOUND: "未找到年报栏目",
        ProblemKind.EMPTY_COLUMN: "年报栏目为空",
        ProblemKind.LIST_INCOMPLETE: "列表未能读全",
        ProblemKind.BROWSER: "浏览器渲染失败",
    },
    AlertKind: {
        AlertKind.DUE_SOON: "即将到期",
        AlertKind.MISSING: "未见公开",
        AlertKind.LATE: "逾期公开",
        AlertKind.WITHDRAWN: "报告撤下",
        AlertKind.CHANGED: "公开后有改动",
        AlertKind.FINDING: "内容问题",
        AlertKind.CRAWL_HEALTH: "采集异常",
    },
    AlertState: {
        AlertState.FIRING: "进行中",
        AlertState.ACKNOWLEDGED: "已确认",
        AlertState.RESOLVED: "已解除",
        AlertState.SILENCED: "已静默",
    },
}

STATUS_ORDER: tuple[Status, ...] = (
    Status.MISSING,
    Status.LATE,
    Status.DATE_UNCERTAIN,
    Status.UNKNOWN,
    Status.ON_TIME,
    Status.NOT_DUE,
    Status.EXEMPT,
)
"""What needs attention first."""

STATUS_MEANINGS: dict[Status, str] = {
    Status.MISSING: "应公开日期已过，其后一次完整采集读完了应当刊载该机关年报的栏目，未见报告。"
    "完整采集的时间见“核查时间”。发出通知前须人工复核。",
    Status.LATE: "报告已公开，公开日期晚于应公开日期；期限当日（北京时间）24 时前公开不算逾期。",
    Status.DATE_UNCERTAIN: "报告已公开，但各处日期分列期限前后，不能断定是否按时，须人工判断。",
    Status.UNKNOWN: "没有取得足以判断的证据（原因另列），不表示该机关未公开。",
    Status.ON_TIME: "报告已公开，公开日期不晚于应公开日期。",
    Status.NOT_DUE: "应公开日期未到，尚不判断。",
    Status.EXEMPT: "不适用：该机关该年度无须公开年报（如当时尚未设立、已撤销，或属公共企事业单位）。",
}


def label(value: StrEnum) -> str:
    """The Chinese word for a value of the vocabulary, e.g. ``Status.LATE`` -> 逾期公开."""
    return LABELS[type(value)][value]


def labels(values: tuple[StrEnum, ...]) -> str:
    return "、".join(label(value) for value in values)


def day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def moment(value: datetime | None) -> str:
    """Local time of Shanghai to the minute."""
    return "" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def published_day(published: Published | None) -> str:
    """The publication date; where only an interval is known, the interval in words."""
    if published is None:
        return ""
    if published.day is not None:
        return published.day.isoformat()
    before, after = moment(published.not_before), moment(published.not_after)
    if before and after:
        return f"{before} 至 {after} 之间"
    if after:
        return f"不晚于 {after}"
    return "不详"


def published_source(published: Published | None) -> str:
    return "" if published is None or published.source is None else label(published.source)


def published_interval(published: Published | None) -> str:
    """What the crawls themselves saw: last absent, first present."""
    if published is None:
        return ""
    parts = []
    if published.not_before is not None:
        parts.append(f"{moment(published.not_before)} 采集未见")
    if published.not_after is not None:
        parts.append(f"{moment(published.not_after)} 采集已见")
    return "；".join(parts)


def published_when(line: StatusLine) -> str:
    """The publication date that counts: of a backdated report the interval, not the stated day."""
    shown = published_day(line.published)
    if line.published is None or Flag.BACKDATED not in line.flags:
        return shown
    seen = published_day(replace(line.published, day=None))
    return seen if line.published.day is None else f"{seen}（标注 {shown}）"


def why(line: StatusLine) -> str:
    """Why a status is unknown, what proves it missing, what makes a date doubtful; else empty."""
    said = [] if line.reason is None else [label(line.reason)]
    if line.status is Status.MISSING and line.checked_at is not None:
        said.append(f"期限后 {moment(line.checked_at)} 核查")
    plain = line.status in (Status.ON_TIME, Status.LATE) and Flag.BACKDATED not in line.flags
    stated = line.published is not None and line.published.day is not None
    if line.explanation and not (plain and stated):
        said.append(line.explanation)
    elif line.status is Status.MISSING:
        said.append("未见该机关的报告")
    return "：".join(said)


def shown(content: Cell | str | None, most: int = 60) -> str:
    """What a cell or a text shows, cut after ``most`` characters; blank, mark and nothing are
    told apart."""
    if isinstance(content, Cell):
        if content.state is CellState.BLANK:
            return "空白"
        content = content.raw if content.raw is not None else str(content.value)
    if content is None:
        return "无"
    text = " ".join(content.split())
    return text if len(text) <= most else f"{text[:most]}……"


def web_link(url: str | None) -> str | None:
    """The address if a browser may be sent there (http or https with a host), else None."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
