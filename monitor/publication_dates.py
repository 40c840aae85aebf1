"""Evidence of the publication date → on time, late, or uncertain (contract section 9).

The date shown on the page decides, unless the list, the address or the meta tags put it on the
other side of the deadline. A stated date that an earlier healthy run disproves is backdated, and
the interval between the last run that did not see the report and the first that did decides.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from storage.domain import DateEvidence
from storage.vocab import DatePrecision, DateSource, Flag, Status

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_RANK = (DateSource.MANUAL, DateSource.PAGE, DateSource.META, DateSource.LIST, DateSource.URL)
_WITNESSES = frozenset({DateSource.PAGE, DateSource.META, DateSource.LIST, DateSource.URL})


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which moments the report appeared, as our own runs saw it."""

    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class DateVerdict:
    status: Status
    day: date | None
    source: DateSource | None
    interval: Interval
    flags: tuple[Flag, ...]
    explanation: str


def judge_date(
    evidence: Sequence[DateEvidence], due: date | None, interval: Interval, *, manual: bool = False
) -> DateVerdict:
    """Judge one publication. ``due`` None (exempt bodies): the date is still told."""
    stated = _stated(evidence)
    if stated is None:
        return _by_interval(due, interval, (), "页面没有可用的公开日期，按采集时间区间判断")
    if not manual and interval.not_before is not None:
        proven = interval.not_before.astimezone(_SHANGHAI).date()
        if stated.day < proven:
            return _by_interval(
                due,
                interval,
                (Flag.BACKDATED,),
                f"页面日期 {stated.day}，但 {proven} 的完整采集尚未见到该报告；按采集时间区间判断",
                stated,
            )
    if due is None:
        return DateVerdict(Status.EXEMPT, stated.day, stated.source, interval, (), "")
    late = stated.day > due
    against = [] if stated.source is DateSource.MANUAL else _against(evidence, due, late)
    if against:
        others = "；".join(f"{_SOURCE_NAMES[e.source]} {_shown(e)}" for e in against)
        text = f"{_SOURCE_NAMES[stated.source]} {stated.day}，但{others}，分处期限（{due}）两侧"
        return DateVerdict(Status.DATE_UNCERTAIN, stated.day, stated.source, interval, (), text)
    status = Status.LATE if late else Status.ON_TIME
    text = f"{_SOURCE_NAMES[stated.source]} {stated.day}"
    return DateVerdict(status, stated.day, stated.source, interval, (), text)


_SOURCE_NAMES = {
    DateSource.MANUAL: "人工登记日期",
    DateSource.PAGE: "页面日期",
    DateSource.META: "网页标签日期",
    DateSource.LIST: "列表日期",
    DateSource.URL: "地址日期",
    DateSource.LAST_MODIFIED: "服务器修改时间",
    DateSource.FIRST_SEEN: "首次采集到的时间",
}


def _stated(evidence: Sequence[DateEvidence]) -> DateEvidence | None:
    for source in _RANK:
        for item in evidence:
            if item.source is source and item.precision is DatePrecision.DAY:
                return item
    return None


def _shown(item: DateEvidence) -> str:
    return item.day.strftime("%Y-%m") if item.precision is DatePrecision.MONTH else str(item.day)


def _span(item: DateEvidence) -> tuple[date, date]:
    if item.precision is DatePrecision.DAY:
        return item.day, item.day
    last = monthrange(item.day.year, item.day.month)[1]
    return item.day.replace(day=1), item.day.replace(day=last)


def _against(evidence: Sequence[DateEvidence], due: date, late: bool) -> list[DateEvidence]:
    """Witnesses that put the publication wholly on the other side of the deadline."""
    result: list[DateEvidence] = []
    for item in evidence:
        if item.source not in _WITNESSES:
            continue
        first, last = _span(item)
        if (late and last <= due) or (not late and first > due):
            result.append(item)
    return result


def _by_interval(
    due: date | None,
    interval: Interval,
    flags: tuple[Flag, ...],
    text: str,
    stated: DateEvidence | None = None,
) -> DateVerdict:
    after = interval.not_after.astimezone(_SHANGHAI).date() if interval.not_after else None
    before = interval.not_before.astimezone(_SHANGHAI).date() if interval.not_before else None
    if due is None:
        status = Status.EXEMPT
    elif after is not None and after <= due:
        status = Status.ON_TIME
    elif before is not None and before > due:
        status = Status.LATE
    else:
        status = Status.DATE_UNCERTAIN
    return DateVerdict(
        status,
        stated.day if stated else None,
        stated.source if stated else None,
        interval,
        flags,
        text,
    )
