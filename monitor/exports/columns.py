"""Columns of the two lists, in order; CSV and XLSX show exactly these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from monitor import labels
from monitor.exports.evidence import evidence_text
from monitor.exports.rows import AuditRow
from storage.domain import Finding
from storage.vocab import Severity

Row = TypeVar("Row")
Value = str | int | None


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """Heading, width in Latin characters, and how to get the value (None = nothing to show)."""

    heading: str
    width: int
    get: Callable[[Row], Value]


def _source(row: AuditRow) -> str:
    """日期来源 with what the crawls saw, so that a reader can check a disputed date."""
    source = labels.published_source(row.line.published)
    seen = labels.published_interval(row.line.published)
    return f"{source}（{seen}）" if source and seen else source or seen


BODY_COLUMNS: tuple[Column[AuditRow], ...] = (
    Column("序号", 6, lambda r: r.number),
    Column("机关名称", 30, lambda r: r.line.name),
    Column("机关类别", 16, lambda r: labels.label(r.agency.kind) if r.agency else None),
    Column("层级", 8, lambda r: labels.label(r.agency.level) if r.agency else None),
    Column("上级", 20, lambda r: r.parent),
    Column("门户", 20, lambda r: r.portal),
    Column("应公开日期", 12, lambda r: labels.day(r.line.due)),
    Column("依据", 30, lambda r: r.line.basis),
    Column("状态", 12, lambda r: labels.label(r.line.status)),
    Column("原因", 36, lambda r: labels.why(r.line)),
    Column("公开日期", 14, lambda r: labels.published_when(r.line)),
    Column("日期来源", 24, _source),
    Column("逾期天数", 10, lambda r: r.line.late_days),
    Column("标记", 18, lambda r: labels.labels(r.line.flags)),
    Column("报告标题", 36, lambda r: r.line.title),
    Column("报告地址", 36, lambda r: r.line.url),
    Column("核查时间", 17, lambda r: labels.moment(r.line.checked_at)),
    Column("错误数", 8, lambda r: r.count(Severity.ERROR)),
    Column("警告数", 8, lambda r: r.count(Severity.WARNING)),
    Column("提示数", 8, lambda r: r.count(Severity.INFO)),
    Column("主要问题", 48, lambda r: r.main_problems),
    Column("整改提示", 40, lambda r: r.advice),
)

FindingLine = tuple[AuditRow, Finding]

FINDING_COLUMNS: tuple[Column[FindingLine], ...] = (
    Column("机关", 30, lambda x: x[0].line.name),
    Column("规则", 14, lambda x: x[1].rule),
    Column("严重程度", 10, lambda x: labels.label(x[1].severity)),
    Column("层面", 10, lambda x: labels.label(x[1].layer)),
    Column("问题", 48, lambda x: x[1].message),
    Column("依据", 32, lambda x: x[1].basis),
    Column("整改提示", 36, lambda x: x[1].hint),
    Column("证据", 44, lambda x: evidence_text(x[1].evidence)),
    Column("地址", 36, lambda x: x[1].url),
    Column("首次发现", 17, lambda x: labels.moment(x[1].first_seen)),
    Column("状态", 10, lambda x: labels.label(x[1].state) if x[1].state else None),
)
