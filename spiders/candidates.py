"""A listed line + its column → could it be a report, whose, of which year; scored, with reasons.

Nothing here fetches. A claim is made from the listing; after the document was read,
:mod:`spiders.attribution` decides by its content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crawler.parsing.titles import read_year
from spiders import titles
from spiders.entries import is_column_label, looks_like_report
from spiders.lists import Entry
from spiders.scope import Scope

FETCH_SCORE = 0.4
_OTHER_REPORTS = re.compile(
    # Yearly reports of other kinds; the words mean nothing where 信息公开 stands beside them.
    r"(?:统计|企业|财政|预算|决算|法治|社会责任|绩效|审计报告|工作要点|述职|党建|普法|质量报告|环境质量|体检|规划)"
    # 财政局, 统计局 and 审计局 are bodies.
    r"(?!局|厅|委|办|科|股|所|中心)"
)
_PUBLISHED = re.compile(r"发布|公布|公开时间|公开日期|上传")
"""Headings that give the year of publication, which is none of a report's."""
_YEAR_ONLY = re.compile(r"^(?:19|20)\d{2}年?度?(?:年报|年度报告|工作报告|报告)?$")
_GATHERS_REPORTS = re.compile(r"年报|年度报告")
_YEAR_BEFORE = re.compile(r"上一?年(?:度|政府|信息)|去年")
"""上年度, said on the day of publication."""
_BODY_BESIDE = re.compile(r"(?:局|委|委员会|办|办公室|厅|政府|镇|乡|街道|办事处)$")
_CUT = re.compile(r"(?:\.{2,}|…+)$")


class Verdict(StrEnum):
    """What was decided about a listed entry; values as stored with candidates."""

    REPORT = "report"
    NOT_A_REPORT = "not_a_report"
    FOREIGN = "foreign"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class ColumnContext:
    """What the way to a column tells: whose column it is and of which year, if it says so."""

    url: str
    agency: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a listing claims about an address.

    ``agency``: the body that the title names, by registry id; ``named``: the name as printed,
    also where no body of the registry has it; ``context_agency``: the column's body, weaker;
    ``hint``: a body named beside the title (often just who published it), weaker than the text.
    ``verdict``: set where the listing alone decides and nothing is fetched.
    """

    url: str
    title: str
    list_date: date | None
    column: str | None
    agency: str | None
    named: str | None
    context_agency: str | None
    hint: str | None
    year: int | None
    score: float
    reasons: tuple[str, ...]
    verdict: Verdict | None = None

    @property
    def slot_agency(self) -> str | None:
        return self.agency or self.context_agency

    @property
    def strong(self) -> bool:
        """The title itself is that of a report with body and year."""
        return self.score >= 0.8 and self.year is not None and self.slot_agency is not None


@dataclass
class _Scoring:
    score: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def add(self, points: float, reason: str) -> None:
        self.score += points
        self.reasons.append(f"{reason} {points:+.1f}")


def claim_entry(entry: Entry, column: ColumnContext | None, scope: Scope) -> Claim:
    """What a line of a list claims. ``column`` None: the line stands outside 年报 columns."""
    reading = titles.read(entry.title)
    cut = bool(_CUT.search(entry.title))
    agency = scope.match(reading.agency) if reading.agency else None
    agency = agency or scope.match(_CUT.sub("", entry.title))
    if agency is None and not reading.agency:
        # 2023年 under 教育局: the heading, or the row's first cell, is part of the title.
        agency = scope.exact(entry.heading) if entry.heading else None
    heading = None if _PUBLISHED.search(entry.heading) else read_year(entry.heading)
    year = reading.year or heading or (column.year if column else None)
    if year is None and entry.date and _YEAR_BEFORE.search(entry.title):
        year = entry.date.year - 1
    scoring = _Scoring()
    if column:
        scoring.add(0.2, "在年报栏目中")
    if reading.is_report_title:
        scoring.add(0.5, "标题是年度报告")
    elif looks_like_report(entry.title):
        scoring.add(0.3, "标题提到年报或年度报告")
    elif column and is_column_label(entry.title) and (entry.date or _is_below(entry, column)):
        scoring.add(0.3, "标题只是年度报告，有日期或在机关自己的目录中")
    elif _YEAR_ONLY.match(entry.title.replace(" ", "")) or (cut and agency):
        scoring.add(0.3, "标题只有年份或被截断")
    elif titles.gathers(entry.title):
        scoring.add(0.3 if column else 0.2, "标题是汇总或公布，报告可能在其附件中")
        if _GATHERS_REPORTS.search(entry.title):
            scoring.add(0.2, "标题提到年报或年度报告")
    elif cut and column and reading.excluded is None:
        scoring.add(0.2, "标题被截断，看不出是什么")
    elif agency and scope.exact(entry.title):
        scoring.add(0.2, "标题只有机关名称")
    if agency:
        scoring.add(0.2, f"机关 {agency}")
    if reading.year:
        scoring.add(0.1, f"年度 {reading.year}")
    excluded = None if titles.gathers(entry.title) else reading.excluded
    verdict = _verdict_unread(entry, excluded, agency, reading.agency, scoring, scope)
    if (
        verdict is None
        and is_column_label(entry.title)
        and not entry.date
        and not _is_below(entry, column)
    ):
        scoring.add(-1.0, "栏目名称")
        verdict = Verdict.NOT_A_REPORT
    return Claim(
        url=entry.url,
        title=entry.title,
        list_date=entry.date,
        column=column.url if column else None,
        agency=agency,
        named=reading.agency,
        hint=scope.match_context(entry.context)
        or _body_above(entry, agency, reading.agency, scope),
        context_agency=(column.agency if column else None) or scope.only_agency(),
        year=year,
        score=round(min(scoring.score, 1.0), 2),
        reasons=tuple(scoring.reasons),
        verdict=verdict,
    )


def _is_below(entry: Entry, column: ColumnContext | None) -> bool:
    """Whether a line leads further down from a body's own column: into the folder of one report."""
    if column is None or column.agency is None or entry.url == column.url:
        return False
    return entry.url.startswith(column.url.rpartition("/")[0] + "/")


def _body_above(entry: Entry, agency: str | None, named: str | None, scope: Scope) -> str | None:
    """The body that the heading names, over lines that bear a name which the registry does not have:
    the one that it had before, most often. Schools and the like have names of their own."""
    if agency or not entry.heading or not named or not _BODY_BESIDE.search(named):
        return None
    return None if scope.is_elsewhere(named) else scope.exact(entry.heading)


def _verdict_unread(
    entry: Entry,
    excluded: str | None,
    agency: str | None,
    named: str | None,
    scoring: _Scoring,
    scope: Scope,
) -> Verdict | None:
    """Decisions that need no reading: other pages, and reports of bodies that can't count here."""
    if excluded:
        scoring.add(-1.0, f"标题含“{excluded}”")
        return Verdict.NOT_A_REPORT
    if (
        _OTHER_REPORTS.search(entry.title)
        and "公开" not in entry.title
        and not _CUT.search(entry.title)
    ):
        scoring.add(-1.0, "其他种类的报告")
        return Verdict.NOT_A_REPORT
    if scoring.score < FETCH_SCORE:
        return Verdict.NOT_A_REPORT
    if agency and not scope.counts(agency, entry.url):
        scoring.reasons.append("该机关的年报不应在本门户发布，属转载")
        return Verdict.FOREIGN
    if agency is None and named and scope.is_elsewhere(named):
        scoring.reasons.append(f"“{named}”不是本门户的机关，属转载")
        return Verdict.FOREIGN
    return None


def wanted(claim: Claim, years: Sequence[int] | None) -> bool:
    """Whether a claim is asked for; an unknown year always is."""
    return not years or claim.year is None or claim.year in years
