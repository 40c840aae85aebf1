"""The story of the simulated world: who publishes what, when, and what is wrong with it.

The story is told for the report years 2023–2025 and ends before 10 April 2026. Bodies and years
that :data:`STORY` does not name publish a compliant report on time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from settings import SHANGHAI
from spiders.samples.figures import Figures, random_figures
from spiders.samples.noise import noise
from spiders.samples.places import AGENCIES, BY_ID, ELSEWHERE, SITE_BY_ID, Trouble, profile
from spiders.samples.postings import COMMON, Posting, moment, number_of
from spiders.samples.reports import Defect, Report, compose
from storage.domain import Agency
from storage.vocab import AgencyKind

FIRST_YEAR, LAST_YEAR = 2023, 2025
_SILENT = (Trouble.WALL, Trouble.NO_COLUMN, Trouble.EMPTY_COLUMN)


@dataclass(frozen=True, slots=True)
class Fate:
    """What is special about one report; ``shown``, ``listed`` default to the day it appears."""

    appears: date | None = None
    missing: bool = False
    shown: date | None = None
    listed: date | None = None
    defects: tuple[Defect, ...] = ()
    text_of: str | None = None
    text_year: int | None = None
    copied: bool = False
    edited: datetime | None = None
    gone: datetime | None = None


def _at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


STORY: dict[tuple[str, int], Fate] = {
    ("lanchuan-czj", 2023): Fate(appears=date(2024, 2, 6)),
    ("qinglan-jyj", 2023): Fate(missing=True),
    ("huaidu-changdi", 2023): Fate(appears=date(2024, 2, 20)),
    ("lanchuan-mzj", 2023): Fate(defects=(Defect.IMAGE,)),
    ("huaidu-nyj", 2023): Fate(defects=(Defect.NO_SECTION_SIX,)),
    ("jishui-office", 2023): Fate(defects=(Defect.BLANK,)),
    ("lanchuan-scjgj", 2024): Fate(defects=(Defect.BALANCE,)),
    ("qinglan-cgj", 2024): Fate(defects=(Defect.RESULTS,)),
    ("huaidu-slj", 2024): Fate(defects=(Defect.ROW,)),
    ("jishui-gaj", 2024): Fate(defects=(Defect.REVIEW_SUM,)),
    ("huaidu-fgj", 2024): Fate(defects=(Defect.OLD_FORM,)),
    ("lanchuan-wjw", 2024): Fate(defects=(Defect.WRONG_QUOTE,)),
    ("jishui-mzj", 2024): Fate(defects=(Defect.ORDER,)),
    ("qinglan-wjj", 2024): Fate(defects=(Defect.NO_FEE,)),
    ("qinglan-yuntai", 2024): Fate(defects=(Defect.SLASH,)),
    # After the local date of the district (20 January), before that of the law.
    ("qinglan-zjj", 2024): Fate(appears=date(2025, 1, 26)),
    ("huaidu-office", 2024): Fate(
        appears=date(2025, 2, 6), shown=date(2025, 1, 24), listed=date(2025, 2, 6)
    ),
    ("jishui-sjj", 2024): Fate(text_of="jishui-sfj"),
    ("lanchuan-zrzyj", 2024): Fate(text_year=2023),
    ("huaidu-gov", 2024): Fate(appears=date(2025, 4, 9)),
    ("lanchuan-jyj", 2024): Fate(missing=True),
    ("qinglan-bailu", 2024): Fate(missing=True),
    ("shuiwu", 2024): Fate(appears=date(2025, 2, 12)),
    ("huaidu-shiliang", 2025): Fate(appears=date(2026, 2, 24)),
    ("lanchuan-zrzyj", 2025): Fate(missing=True),
    ("luming-tjj", 2025): Fate(missing=True),
    ("jishui-gov", 2025): Fate(missing=True),
    # Put up in March, dated January, in the list as on the page.
    ("jishui-sfj", 2025): Fate(
        appears=date(2026, 3, 3), shown=date(2026, 1, 23), listed=date(2026, 1, 23)
    ),
    # Put up with a wrong row, corrected in March.
    ("qinglan-office", 2025): Fate(defects=(Defect.ROW,), edited=_at(3, 5)),
    ("huaidu-nyj", 2025): Fate(gone=_at(3, 18)),
    ("qinglan-gov", 2025): Fate(appears=date(2026, 4, 2)),
    ("lanchuan-sjj", 2025): Fate(copied=True),
    ("jishui-jihe", 2025): Fate(defects=(Defect.NO_GOVERNMENT_ITEMS,)),
    ("lanchuan-sthjj", 2025): Fate(defects=(Defect.LEFTOVER,)),
}

# The district asks its departments and offices to publish earlier than the law does.
LOCAL_DATE = {
    "division": "990102",
    "kinds": ["department", "office"],
    "years": [2024],
    "due": "01-20",
    "severity": "warning",
    "source": "青岚区政务公开领导小组办公室关于2024年度报告发布时限的通知",
}


def due_day(agency: Agency, year: int) -> date | None:
    """The day that counts; None where nothing is owed (Art. 49, 55; life of the body)."""
    if agency.kind is AgencyKind.ENTERPRISE:
        return None
    government = agency.kind is AgencyKind.GOVERNMENT
    due = date(year + 1, 3, 31) if government else date(year + 1, 1, 31)
    if agency.valid_from and agency.valid_from > date(year, 12, 31):
        return None
    if agency.valid_to and agency.valid_to < due:
        return None
    local = agency.kind in (AgencyKind.DEPARTMENT, AgencyKind.OFFICE)
    if local and agency.division == LOCAL_DATE["division"] and year in LOCAL_DATE["years"]:
        return date(year + 1, 1, 20)
    return due


class World:
    """All postings for some report years (2023–2025, else ``ValueError``)."""

    def __init__(self, years: tuple[int, ...]) -> None:
        self.years = tuple(sorted(years))
        if not years or self.years[0] < FIRST_YEAR or self.years[-1] > LAST_YEAR:
            raise ValueError(f"示例门户只有 {FIRST_YEAR}–{LAST_YEAR} 年度的报告：{years}")
        owed = [(a, y) for y in self.years for a in AGENCIES if due_day(a, y)]
        told = [posting for agency, year in owed if (posting := _report(agency, year))]
        if 2024 in self.years:
            told.append(_repost(next(p for p in told if (p.agency, p.year) == _REPOSTED)))
        self.postings = (*told, *noise(self.years))

    def fate(self, posting: Posting) -> Fate:
        """The fate of the report whose text the page holds."""
        return STORY.get((posting.text_agency or "", posting.text_year or 0), Fate())

    def defects(self, posting: Posting, now: datetime) -> tuple[Defect, ...]:
        """The defects of the text that is served at ``now``."""
        corrected = posting.edited is not None and posting.edited <= now
        return () if corrected else self.fate(posting).defects

    def report(self, posting: Posting, now: datetime) -> Report:
        """The report that the page holds at ``now``."""
        assert posting.text_agency is not None and posting.text_year is not None
        return _text(posting.text_agency, posting.text_year, self.defects(posting, now))

    @property
    def events(self) -> tuple[datetime, ...]:
        """Every moment at which something on some portal changes, in order."""
        moments = {m for p in self.postings for m in (p.appears, p.edited, p.gone) if m}
        return tuple(sorted(moments))


_REPOSTED = ("lanchuan-gov", 2024)


def _repost(original: Posting) -> Posting:
    """A county shows the report of the city above it in its own column."""
    day = date(2025, 4, 8)
    return replace(
        original, number=number_of("repost", original.number), site="p-jishui", columns=(COMMON,),
        appears=moment(day, Random("repost")), shown=day, listed=day, addressed=day, agency=None,
    )  # fmt: skip


def _report(agency: Agency, year: int) -> Posting | None:
    fate = STORY.get((agency.id, year), Fate())
    site = SITE_BY_ID[ELSEWHERE.get(agency.id, agency.portal or "")]
    if fate.missing or site.trouble in _SILENT:
        return None
    own = site.own_columns.get(agency.id)
    columns = {None: (COMMON,), True: (COMMON, agency.id), False: (agency.id,)}[own]
    appears = fate.appears or _usual_day(agency.id, year)
    return Posting(
        number=number_of(agency.id, year),
        site=site.id,
        columns=columns,
        title=title_of(agency.id, year),
        appears=moment(appears, Random(f"moment {agency.id} {year}")),
        shown=fate.shown or appears,
        listed=fate.listed or appears,
        addressed=fate.listed or appears,
        agency=agency.id,
        year=year,
        text_agency=fate.text_of or agency.id,
        text_year=fate.text_year or year,
        edited=fate.edited,
        gone=fate.gone,
    )


def _usual_day(agency: str, year: int) -> date:
    """A working day well before the date that is due."""
    due = due_day(BY_ID[agency], year)
    assert due is not None
    day = due - timedelta(days=Random(f"day {agency} {year}").randint(2, 14))
    return day - timedelta(days=max(0, day.weekday() - 4))


def spoken_name(agency: str) -> str:
    """The name in titles: some towns leave the county out, some governments the last words."""
    body = BY_ID[agency]
    if body.kind is AgencyKind.TOWNSHIP and Random(f"name {agency}").random() < 0.5:
        return body.aliases[-1]
    if body.kind is AgencyKind.GOVERNMENT and Random(f"name {agency}").random() < 0.5:
        return body.aliases[0]
    return body.name


def title_of(agency: str, year: int) -> str:
    usual = ("年政府信息公开工作年度报告",) * 4
    forms = (*usual, "年度政府信息公开工作年度报告", "年政府信息公开年度报告")
    return f"{spoken_name(agency)}{year}{Random(f'title {agency} {year}').choice(forms)}"


@cache
def figures_of(agency: str, year: int) -> Figures:
    """The body's true figures; they continue those of the year before and of its predecessor."""
    body = BY_ID[agency]
    before = body.predecessor if body.predecessor and due_day(body, year - 1) is None else agency
    continues = year > FIRST_YEAR and due_day(BY_ID[before], year - 1) is not None
    previous = figures_of(before, year - 1) if continues else None
    return random_figures(Random(f"figures {agency} {year}"), profile(body), previous)


@cache
def _text(agency: str, year: int, defects: tuple[Defect, ...]) -> Report:
    fate = STORY.get((agency, year), Fate())
    shown = fate.shown or fate.appears or _usual_day(agency, year)
    wording = year - 1 if fate.copied else year
    return compose(
        spoken_name(agency),
        year,
        figures_of(agency, year),
        rng=Random(f"text {agency} {wording}"),
        defects=defects,
        signed=shown - timedelta(days=Random(f"signed {agency} {year}").randint(0, 3)),
        title=title_of(agency, year),
    )
