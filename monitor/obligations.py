"""Agency × year → the day on which its report is due, with the basis in law.

Sources: 政府信息公开条例 (国务院令第711号) Arts. 49, 50, 55; report years up to 2018 fall under the
text of 2007 (国务院令第492号, Art. 31). Local dates come from the registry's ``overrides.yml``.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.domain import Agency, DeadlineOverride, Obligation
from storage.vocab import AgencyKind, Level, Severity

LAST_YEAR_OF_2007_LAW = 2018


@dataclass(frozen=True, slots=True)
class _Statute:
    month: int
    day: int
    basis: str
    severity: Severity


_ART_31_2007 = _Statute(
    3, 31, "《政府信息公开条例》（2007年国务院令第492号）第三十一条", Severity.ERROR
)
_ART_49_1 = _Statute(
    1, 31, "《政府信息公开条例》（国务院令第711号）第四十九条第一款", Severity.ERROR
)
_ART_49_2 = _Statute(
    3, 31, "《政府信息公开条例》（国务院令第711号）第四十九条第二款", Severity.ERROR
)
# Art. 49 does not name these bodies; practice publishes by the end of January.
_TOWN = _Statute(
    1,
    31,
    "《政府信息公开条例》（国务院令第711号）第五十条第四项；时限参照第四十九条第一款",
    Severity.WARNING,
)
_VERTICAL = _Statute(
    1,
    31,
    "《政府信息公开条例》（国务院令第711号）第三条；时限参照第四十九条第一款",
    Severity.WARNING,
)
_STATUTES: Mapping[AgencyKind, _Statute] = {
    AgencyKind.GOVERNMENT: _ART_49_2,
    AgencyKind.OFFICE: _ART_49_1,
    AgencyKind.DEPARTMENT: _ART_49_1,
    AgencyKind.AUTHORIZED: _ART_49_1,
    AgencyKind.TOWNSHIP: _TOWN,
    AgencyKind.SUBDISTRICT: _TOWN,
    AgencyKind.VERTICAL: _VERTICAL,
}
_NO_DUTY = "《政府信息公开条例》（国务院令第711号）第五十五条：公共企事业单位不适用年度报告规定"


def obligation(
    agency: Agency, year: int, overrides: Sequence[DeadlineOverride], division: str | None = None
) -> Obligation:
    """The obligation of one body for one report year; ``due`` None where it owes none.

    ``division``: the body's division, or that of the nearest parent that has one.
    """
    if agency.kind is AgencyKind.ENTERPRISE:
        return Obligation(agency.id, year, None, _NO_DUTY)
    statute = _statute(agency, year)
    statutory = date(year + 1, statute.month, statute.day)
    override = _override(agency, year, overrides, division or agency.division)
    due, basis, severity = statutory, statute.basis, statute.severity
    if override is not None:
        local = _local_date(override.due, year + 1)
        # A local date can only be earlier: a later one cannot waive the statute.
        if local < statutory:
            due, severity = local, override.severity
            basis = (
                f"{override.source}（地方时限）；法定期限为{_chinese(statutory)}，{statute.basis}"
            )
    ended = _not_in_being(agency, year, due)
    if ended is not None:
        return Obligation(agency.id, year, None, ended)
    return Obligation(agency.id, year, due, basis, severity, statutory)


def _statute(agency: Agency, year: int) -> _Statute:
    if year <= LAST_YEAR_OF_2007_LAW:
        return _ART_31_2007
    if agency.kind is AgencyKind.GOVERNMENT and agency.level is Level.TOWNSHIP:
        return _TOWN
    return _STATUTES[agency.kind]


def _not_in_being(agency: Agency, year: int, due: date) -> str | None:
    """Contract section 1: no report for a year at whose end the body did not exist, or if it was
    abolished before the deadline."""
    year_end = date(year, 12, 31)
    if agency.valid_from is not None and agency.valid_from > year_end:
        return f"该机关于{_chinese(agency.valid_from)}成立，{year}年12月31日尚不存在"
    if agency.valid_to is not None and agency.valid_to < due:
        return f"该机关于{_chinese(agency.valid_to)}撤销，早于公开期限"
    return None


def _override(
    agency: Agency, year: int, overrides: Sequence[DeadlineOverride], division: str | None
) -> DeadlineOverride | None:
    """The most specific local date (longest division code; the earlier day among equals)."""
    fitting = [
        o
        for o in overrides
        if (not o.kinds or agency.kind in o.kinds)
        and (not o.years or year in o.years)
        and (not o.division or (division or "").startswith(o.division))
    ]
    return min(fitting, key=lambda o: (-len(o.division or ""), o.due), default=None)


def _local_date(due: str, year: int) -> date:
    month, day = (int(part) for part in due.split("-"))
    if (month, day) == (2, 29):
        return date(year, 2, 29 if isleap(year) else 28)
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
