"""Evidence of the publication date → on time, late, or uncertain (contract section 9).

The date shown on the page decides, unless the list, the address or the meta tags put it on the
other side of the deadline. A stated date that an earlier healthy run disproves is backdated, and
the interval between the last run that did not see the report and the first that did decides.

Dates that can't be that of the publication are not believed, neither for the body nor against it:
one before the year reported on was over, and one after the report was first seen.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from monitor.obligations import end_of_day
from settings import SHANGHAI
from storage.domain import DateEvidence
from storage.vocab import DatePrecision, DateSource, Flag, Status

_RANK = (DateSource.MANUAL, DateSource.PAGE, DateSource.META, DateSource.LIST, DateSource.URL)
"""Dates that state the publication, the one that decides first. Others are only kept."""
_SOURCE_NAMES = {
    DateSource.MANUAL: "人工登记日期",
    DateSource.PAGE: "页面日期",
    DateSource.META: "网页标签日期",
    DateSource.LIST: "列表日期",
    DateSource.URL: "地址日期",
}


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which moments the report appeared, as our own runs saw it."""

    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class DateVerdict:
    """``day``/``source``: the date that was judged by, or that was disproved (flag backdated).

    ``day`` is None where only a month or only the interval is known; source ``first_seen``: judged
    by the interval alone.
    """

    status: Status
    day: date | None
    source: DateSource | None
    interval: Interval
    flags: tuple[Flag, ...]
    explanation: str


def judge_date(
    evidence: Sequence[DateEvidence], year: int, due: date | None, interval: Interval
) -> DateVerdict:
    """Judge one publication of the report on ``year``.

    ``due`` None (exempt bodies): status ``exempt``, the date is still told.
    """
    verdict = _judge(evidence, year, due, _of_this_year(interval, year))
    return replace(verdict, interval=interval)


def stated_by(evidence: Sequence[DateEvidence], year: int, interval: Interval) -> date | None:
    """The day by which the publication, as stated, was up; None where nothing credible says so."""
    interval = _of_this_year(interval, year)
    stated = _deciding(_sift(evidence, year, interval)[0])
    if stated is None or _disproved(stated, interval):
        return None
    return _span(stated)[1]


def _of_this_year(interval: Interval, year: int) -> Interval:
    """What was seen at the address before the year was over can't have been this report."""
    seen = interval.not_after
    if seen is not None and seen < end_of_day(date(year, 12, 31)):
        return Interval(None, None)
    return interval


def _judge(
    evidence: Sequence[DateEvidence], year: int, due: date | None, interval: Interval
) -> DateVerdict:
    believed, doubts = _sift(evidence, year, interval)
    stated = _deciding(believed)
    if stated is None:
        return _by_interval(due, interval, [*doubts, "没有可信的公开日期"])
    if _disproved(stated, interval):
        assert interval.not_before is not None
        absent = interval.not_before.astimezone(SHANGHAI).date()
        text = f"{_named(stated)}，但 {absent} 的完整采集尚未见到该报告"
        return _by_interval(due, interval, [*doubts, text], stated)
    day = stated.day if stated.precision is DatePrecision.DAY else None
    first, last = _span(stated)
    if due is None:
        text = "；".join([*doubts, _named(stated)])
        return DateVerdict(Status.EXEMPT, day, stated.source, interval, (), text)
    if first <= due < last:
        return _by_interval(due, interval, [*doubts, f"{_named(stated)} 不能定出在期限前后"])
    late = first > due
    against = [] if stated.source is DateSource.MANUAL else _against(believed, due, late)
    if against:
        others = "、".join(_named(e) for e in against)
        text = "；".join([*doubts, f"{_named(stated)}，但{others}，分处期限（{due}）两侧"])
        return DateVerdict(Status.DATE_UNCERTAIN, day, stated.source, interval, (), text)
    status = Status.LATE if late else Status.ON_TIME
    text = "；".join([*doubts, _named(stated)])
    return DateVerdict(status, day, stated.source, interval, (), text)


def _sift(
    evidence: Sequence[DateEvidence], year: int, interval: Interval
) -> tuple[list[DateEvidence], list[str]]:
    """(dates that can be that of the publication, why the others can't)."""
    seen = None if interval.not_after is None else interval.not_after.astimezone(SHANGHAI).date()
    believed: list[DateEvidence] = []
    doubts: list[str] = []
    for item in evidence:
        if item.source not in _RANK:
            continue
        first, last = _span(item)
        if last < date(year + 1, 1, 1):
            doubts.append(f"{_named(item)} 在 {year} 年度结束之前，不予采信")
        elif seen is not None and first > seen:
            doubts.append(f"{_named(item)} 晚于首次采集到的 {seen}，不予采信")
        else:
            believed.append(item)
    return believed, list(dict.fromkeys(doubts))


def _deciding(believed: Sequence[DateEvidence]) -> DateEvidence | None:
    """The first by source; a day before a month, however the sources rank."""
    order = sorted(
        believed, key=lambda e: (e.precision is not DatePrecision.DAY, _RANK.index(e.source))
    )
    return order[0] if order else None


def _disproved(stated: DateEvidence, interval: Interval) -> bool:
    """Whether a run that began on a later day did not see the report. What somebody entered by
    hand is our own statement: nobody has backdated it."""
    if stated.source is DateSource.MANUAL or interval.not_before is None:
        return False
    return _span(stated)[1] < interval.not_before.astimezone(SHANGHAI).date()


def _named(item: DateEvidence) -> str:
    month = item.precision is DatePrecision.MONTH
    return f"{_SOURCE_NAMES[item.source]} {item.day.strftime('%Y-%m') if month else item.day}"


def _span(item: DateEvidence) -> tuple[date, date]:
    if item.precision is DatePrecision.DAY:
        return item.day, item.day
    last = monthrange(item.day.year, item.day.month)[1]
    return item.day.replace(day=1), item.day.replace(day=last)


def _against(believed: Sequence[DateEvidence], due: date, late: bool) -> list[DateEvidence]:
    """Dates that put the publication wholly on the other side of the deadline."""
    sides = [(item, *_span(item)) for item in believed]
    return [item for item, first, last in sides if (last <= due if late else first > due)]


def _by_interval(
    due: date | None,
    interval: Interval,
    texts: Sequence[str],
    disproved: DateEvidence | None = None,
) -> DateVerdict:
    if due is None:
        status = Status.EXEMPT
    elif interval.not_after is not None and interval.not_after < end_of_day(due):
        status = Status.ON_TIME
    elif interval.not_before is not None and interval.not_before >= end_of_day(due):
        status = Status.LATE
    else:
        status = Status.DATE_UNCERTAIN
    text = "；".join([*texts, "按采集时间区间判断"])
    if disproved is None:
        return DateVerdict(status, None, DateSource.FIRST_SEEN, interval, (), text)
    day = disproved.day if disproved.precision is DatePrecision.DAY else None
    return DateVerdict(status, day, disproved.source, interval, (Flag.BACKDATED,), text)
