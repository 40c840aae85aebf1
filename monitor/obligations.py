"""Agency × year → the day on which its report is due, with the basis in law.

Sources: 政府信息公开条例 (国务院令第711号) Arts. 49, 50, 54, 55; report years up to 2018 fall under
the text of 2007 (国务院令第492号, Art. 31). Local dates come from the registry's ``overrides.yml``.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from settings import SHANGHAI
from storage.domain import Agency, DeadlineOverride, Obligation
from storage.vocab import AgencyKind, Level, Severity

FIRST_YEAR = 2008
"""The regulation came into force on 2008-05-01: no report is owed for an earlier year."""
LAST_YEAR_OF_2007_LAW = 2018

_LAW_2007 = "《政府信息公开条例》（2007年国务院令第492号）"
_LAW = "《政府信息公开条例》（国务院令第711号）"


@dataclass(frozen=True, slots=True)
class _Term:
    """A due day. ``by_law``: the regulation names this kind of body; else the day is practice."""

    month: int
    day: int
    basis: str
    by_law: bool = True

    @property
    def severity(self) -> Severity:
        return Severity.ERROR if self.by_law else Severity.WARNING


_ART_31_2007 = _Term(3, 31, f"{_LAW_2007}第三十一条")
_ART_49_1 = _Term(1, 31, f"{_LAW}第四十九条第一款")
_ART_49_2 = _Term(3, 31, f"{_LAW}第四十九条第二款")
_ART_54 = _Term(1, 31, f"{_LAW}第五十四条；时限适用第四十九条第一款")
# Art. 49 does not name these bodies; practice follows its dates.
_TOWN = _Term(1, 31, f"{_LAW}第五十条第四项；时限参照第四十九条第一款", by_law=False)
_BELOW_COUNTY = _Term(
    1, 31, f"{_LAW}第四十九条第一款（该款只列县级以上人民政府部门，乡级机关参照）", by_law=False
)
_VERTICAL = _Term(1, 31, f"{_LAW}第三条；时限参照第四十九条第一款", by_law=False)
_NATIONAL = _Term(
    3, 31, f"{_LAW}第四十九条第二款（该款只列地方人民政府，中央人民政府参照）", by_law=False
)
_TERMS: Mapping[AgencyKind, _Term] = {
    AgencyKind.GOVERNMENT: _ART_49_2,
    AgencyKind.OFFICE: _ART_49_1,
    AgencyKind.DEPARTMENT: _ART_49_1,
    AgencyKind.AUTHORIZED: _ART_54,
    AgencyKind.TOWNSHIP: _TOWN,
    AgencyKind.SUBDISTRICT: _TOWN,
    AgencyKind.VERTICAL: _VERTICAL,
}


def end_of_day(day: date) -> datetime:
    """The first moment after a day in Asia/Shanghai: the deadline day counts to its end."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def obligation(
    agency: Agency, year: int, overrides: Sequence[DeadlineOverride], division: str | None = None
) -> Obligation:
    """The obligation of one body for one report year; ``due`` None where it owes none.

    ``division``: the body's division, or that of the nearest parent that has one.
    ``statutory_due`` is None where no date of the law binds the body.
    """
    if (free := _no_duty(agency, year)) is not None:
        return Obligation(agency.id, year, None, free)
    term = _term(agency, year)
    usual = date(year + 1, term.month, term.day)
    override = _override(agency, year, overrides, division or agency.division)
    due, basis, severity = usual, term.basis, term.severity
    if override is not None:
        local = _local_date(override.due, year + 1)
        # A local date can't waive a date of the law; where there is none, it may also be later.
        if local < usual or (local > usual and not term.by_law):
            due, severity = local, override.severity
            kind = "法定" if term.by_law else "惯例"
            basis = f"{override.source}（地方时限）；{kind}期限为{_chinese(usual)}，{term.basis}"
    if (ended := _not_in_being(agency, year, due)) is not None:
        return Obligation(agency.id, year, None, ended)
    # Abolished after a local date, yet before that of the law: only the local one was missed.
    binds = term.by_law and not (agency.valid_to is not None and agency.valid_to < usual)
    return Obligation(agency.id, year, due, basis, severity, usual if binds else None)


def _no_duty(agency: Agency, year: int) -> str | None:
    if year < FIRST_YEAR:
        return f"《政府信息公开条例》自2008年5月1日起施行，{year}年度没有年度报告义务"
    if agency.kind is not AgencyKind.ENTERPRISE:
        return None
    if year <= LAST_YEAR_OF_2007_LAW:
        return f"{_LAW_2007}第三十一条只规定行政机关，公共企事业单位不在其列"
    return f"{_LAW}第五十五条：公共企事业单位不适用年度报告规定"


def _term(agency: Agency, year: int) -> _Term:
    if year <= LAST_YEAR_OF_2007_LAW:
        return _ART_31_2007
    term = _TERMS[agency.kind]
    if agency.level is Level.TOWNSHIP and agency.kind is AgencyKind.GOVERNMENT:
        return _TOWN
    if agency.level is Level.TOWNSHIP and term.by_law:
        return _BELOW_COUNTY
    if agency.level is Level.NATIONAL and agency.kind is AgencyKind.GOVERNMENT:
        return _NATIONAL
    return term


def _not_in_being(agency: Agency, year: int, due: date) -> str | None:
    """Contract section 1: no report for a year at whose end the body did not exist, or if it was
    abolished before the deadline."""
    if agency.valid_from is not None and agency.valid_from > date(year, 12, 31):
        return f"该机关于{_chinese(agency.valid_from)}成立，{year}年12月31日尚不存在"
    if agency.valid_to is not None and agency.valid_to < due:
        return f"该机关于{_chinese(agency.valid_to)}撤销，早于公开期限"
    return None


def _override(
    agency: Agency, year: int, overrides: Sequence[DeadlineOverride], division: str | None
) -> DeadlineOverride | None:
    """The most specific local date: longest division code, then named kinds, then named years.

    Of equals the later one counts: two notices that disagree must not make a body late.
    """
    fitting = [
        o
        for o in overrides
        if (not o.kinds or agency.kind in o.kinds)
        and (not o.years or year in o.years)
        and (not o.division or (division or "").startswith(o.division))
    ]
    return max(
        fitting,
        key=lambda o: (len(o.division or ""), bool(o.kinds), bool(o.years), o.due),
        default=None,
    )


def _local_date(due: str, year: int) -> date:
    month, day = (int(part) for part in due.split("-"))
    if (month, day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, month, day)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def obligations(
    agencies: Iterable[Agency], years: Iterable[int], overrides: Sequence[DeadlineOverride]
) -> list[Obligation]:
    """Every body × year, sorted by (agency, year)."""
    bodies = {a.id: a for a in agencies}
    wanted = sorted(set(years))
    return [
        obligation(bodies[key], year, overrides, _division(bodies[key], bodies))
        for key in sorted(bodies)
        for year in wanted
    ]


def _division(agency: Agency, bodies: Mapping[str, Agency]) -> str | None:
    seen: set[str] = set()
    current: Agency | None = agency
    while current is not None and current.id not in seen:
        if current.division:
            return current.division
        seen.add(current.id)
        current = bodies.get(current.parent or "")
    return None
