"""The field's words as identifiers: states, codes, and the rows and columns of the official form.

Sources: the report form of 国办公开办函〔2021〕30号 (``fmt2021``) and 〔2019〕60号 (``fmt2019``).
Standard library only; everything else in the program may import this module.
"""

from __future__ import annotations

from enum import StrEnum


class AgencyKind(StrEnum):
    GOVERNMENT = "government"
    OFFICE = "office"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    SUBDISTRICT = "subdistrict"
    VERTICAL = "vertical"
    AUTHORIZED = "authorized"
    ENTERPRISE = "enterprise"


class Level(StrEnum):
    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class BrowserMode(StrEnum):
    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


class CellState(StrEnum):
    """What a cell shows. Blank, a mark and "could not be found" are three different things."""

    NUMBER = "number"
    BLANK = "blank"
    MARK = "mark"
    TEXT = "text"
    ABSENT = "absent"


class FormatVersion(StrEnum):
    PRE2019 = "pre2019"
    FMT2019 = "fmt2019"
    FMT2021 = "fmt2021"


class SectionId(StrEnum):
    OVERVIEW = "s1_overview"
    PROACTIVE = "s2_proactive"
    REQUESTS = "s3_requests"
    REVIEW_LITIGATION = "s4_review_litigation"
    PROBLEMS = "s5_problems"
    OTHER = "s6_other"


SECTION_NAMES: dict[SectionId, str] = {
    SectionId.OVERVIEW: "总体情况",
    SectionId.PROACTIVE: "主动公开政府信息情况",
    SectionId.REQUESTS: "收到和处理政府信息公开申请情况",
    SectionId.REVIEW_LITIGATION: "政府信息公开行政复议、行政诉讼情况",
    SectionId.PROBLEMS: "存在的主要问题及改进情况",
    SectionId.OTHER: "其他需要报告的事项",
}


class Layer(StrEnum):
    REPORT = "report"
    EXTRACTION = "extraction"
    SITE = "site"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Outcome(StrEnum):
    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a rule's outcome
    NOT_ASSESSABLE = "not_assessable"
    NOT_APPLICABLE = "not_applicable"


class FindingState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"
    RESOLVED = "resolved"


class Status(StrEnum):
    EXEMPT = "exempt"
    NOT_DUE = "not_due"
    ON_TIME = "on_time"
    LATE = "late"
    DATE_UNCERTAIN = "date_uncertain"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a status is ``unknown``."""

    NEVER_CRAWLED = "never_crawled"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    COLUMN_NOT_FOUND = "column_not_found"
    LIST_INCOMPLETE = "list_incomplete"
    EMPTY_COLUMN = "empty_column"


class Flag(StrEnum):
    WITHDRAWN = "withdrawn"
    CHANGED = "changed_after_publication"
    BACKDATED = "backdated"
    UNREADABLE = "unreadable"
    IMAGE_ONLY = "image_only"
    WRONG_YEAR = "wrong_year"
    WRONG_AGENCY = "wrong_agency"
    DUPLICATE = "duplicate"


class RunOutcome(StrEnum):
    HEALTHY = "healthy"
    PARTIAL = "partial"
    FAILED = "failed"


class RunKind(StrEnum):
    """``revisit``: known reports were asked for again; it read no list and vouches for nothing."""

    CRAWL = "crawl"
    REVISIT = "revisit"


class ProblemKind(StrEnum):
    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    BLOCKED = "blocked"
    CAPTCHA = "captcha"
    SOFT_404 = "soft_404"
    REDIRECT_LOOP = "redirect_loop"
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    DECODE = "decode"
    COLUMN_NOT_FOUND = "column_not_found"
    EMPTY_COLUMN = "empty_column"
    LIST_INCOMPLETE = "list_incomplete"
    BROWSER = "browser"


class ParseErrorCode(StrEnum):
    NOT_A_REPORT = "not_a_report"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"


class DateSource(StrEnum):
    """Where a publication date was read; ``PAGE`` (visible on the page) decides."""

    MANUAL = "manual"
    PAGE = "page"
    META = "meta"
    LIST = "list"
    URL = "url"
    LAST_MODIFIED = "last_modified"
    FIRST_SEEN = "first_seen"


class DatePrecision(StrEnum):
    DAY = "day"
    MONTH = "month"


class ChangeKind(StrEnum):
    REVISION = "revision"
    YEAR_OVER_YEAR = "year_over_year"


class AlertKind(StrEnum):
    DUE_SOON = "due_soon"
    MISSING = "missing"
    LATE = "late"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    FINDING = "finding"
    CRAWL_HEALTH = "crawl_health"


class AlertState(StrEnum):
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    SILENCED = "silenced"


# --- Table 二 -----------------------------------------------------------------

TABLE2_2021: dict[str, tuple[str, ...]] = {
    "rules": ("made", "repealed", "in_force"),
    "normative_documents": ("made", "repealed", "in_force"),
    "licensing": ("decisions",),
    "penalty": ("decisions",),
    "coercion": ("decisions",),
    "fees": ("amount_wan",),
}
TABLE2_2019: dict[str, tuple[str, ...]] = {
    "rules": ("newly_made", "newly_published", "total_public"),
    "normative_documents": ("newly_made", "newly_published", "total_public"),
    "licensing": ("prev_items", "change", "decisions"),
    "other_services": ("prev_items", "change", "decisions"),
    "penalty": ("prev_items", "change", "decisions"),
    "coercion": ("prev_items", "change", "decisions"),
    "fees": ("prev_items", "change"),
    "procurement": ("projects", "amount"),
}
DECIMAL_COLUMNS = frozenset({"amount_wan", "amount"})
"""Columns whose value is a decimal (money), written as a string in JSON."""
SIGNED_COLUMNS = frozenset({"change"})

TABLE2_ROW_NAMES: dict[str, str] = {
    "rules": "规章",
    "normative_documents": "行政规范性文件",
    "licensing": "行政许可",
    "other_services": "其他对外管理服务事项",
    "penalty": "行政处罚",
    "coercion": "行政强制",
    "fees": "行政事业性收费",
    "procurement": "政府集中采购",
}
TABLE2_COLUMN_NAMES: dict[str, str] = {
    "made": "本年制发件数",
    "repealed": "本年废止件数",
    "in_force": "现行有效件数",
    "decisions": "本年处理决定数量",
    "amount_wan": "本年收费金额（万元）",
    "newly_made": "本年新制作数量",
    "newly_published": "本年新公开数量",
    "total_public": "对外公开总数量",
    "prev_items": "上一年项目数量",
    "change": "本年增/减",
    "projects": "采购项目数量",
    "amount": "采购总金额",
}

# --- Table 三 -----------------------------------------------------------------

TABLE3_COLUMN_NAMES: dict[str, str] = {
    "natural_person": "自然人",
    "enterprise": "商业企业",
    "research": "科研机构",
    "public_welfare": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
TABLE3_COLUMNS = tuple(TABLE3_COLUMN_NAMES)
APPLICANT_COLUMNS = TABLE3_COLUMNS[:-1]

TABLE3_ROW_NAMES: dict[str, str] = {
    "new_received": "本年新收政府信息公开申请数量",
    "carried_in": "上年结转政府信息公开申请数量",
    "granted": "予以公开",
    "partial": "部分公开",
    "denied_state_secret": "属于国家秘密",
    "denied_law_prohibited": "其他法律行政法规禁止公开",
    "denied_safety_stability": "危及“三安全一稳定”",
    "denied_third_party": "保护第三方合法权益",
    "denied_internal": "属于三类内部事务信息",
    "denied_process": "属于四类过程性信息",
    "denied_enforcement_file": "属于行政执法案卷",
    "denied_admin_query": "属于行政查询事项",
    "unavailable_not_held": "本机关不掌握相关政府信息",
    "unavailable_needs_creation": "没有现成信息需要另行制作",
    "unavailable_unclear": "补正后申请内容仍不明确",
    "not_processed_petition": "信访举报投诉类申请",
    "not_processed_duplicate": "重复申请",
    "not_processed_publication": "要求提供公开出版物",
    "not_processed_excessive": "无正当理由大量反复申请",
    "not_processed_confirm": "要求行政机关确认或重新出具已获取信息",
    "other_no_correction": "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "other_fee_unpaid": "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "other_misc": "其他",
    "other_all": "其他处理",
    "result_total": "总计",
    "carried_out": "结转下年度继续办理",
}
_OTHER_2021 = ("other_no_correction", "other_fee_unpaid", "other_misc")
TABLE3_ROWS_2021 = tuple(r for r in TABLE3_ROW_NAMES if r != "other_all")
TABLE3_ROWS_2019 = tuple(r for r in TABLE3_ROW_NAMES if r not in _OTHER_2021)


def table3_rows(version: FormatVersion | None) -> tuple[str, ...]:
    """Row identifiers of table 三 in form order (25 in fmt2021, 23 in fmt2019)."""
    return TABLE3_ROWS_2019 if version is FormatVersion.FMT2019 else TABLE3_ROWS_2021


def result_rows(version: FormatVersion | None) -> tuple[str, ...]:
    """The rows that ``result_total`` adds up."""
    rows = table3_rows(version)
    return rows[rows.index("granted") : rows.index("result_total")]


# --- Table 四 -----------------------------------------------------------------

TABLE4_GROUP_NAMES: dict[str, str] = {
    "review": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_review": "复议后起诉",
}
TABLE4_COLUMN_NAMES: dict[str, str] = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
TABLE4_GROUPS = tuple(TABLE4_GROUP_NAMES)
TABLE4_COLUMNS = tuple(TABLE4_COLUMN_NAMES)


def cell_name(table: str, row: str, column: str) -> str:
    """Chinese name of a cell for messages, e.g. ``表三“予以公开”的“自然人”``."""
    if table == "table2":
        return f"表二“{TABLE2_ROW_NAMES[row]}”的“{TABLE2_COLUMN_NAMES[column]}”"
    if table == "table3":
        return f"表三“{TABLE3_ROW_NAMES[row]}”的“{TABLE3_COLUMN_NAMES[column]}”"
    return f"表四“{TABLE4_GROUP_NAMES[row]}”的“{TABLE4_COLUMN_NAMES[column]}”"
