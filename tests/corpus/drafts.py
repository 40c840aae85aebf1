"""Random but consistent reports before they are written out, and what each of them says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count
from random import Random

from spiders.samples import tables
from spiders.samples.figures import Figures, Profile, old_table2, old_table3, random_figures
from spiders.samples.reports import Heading, Report, compose
from spiders.samples.tables import Grid
from storage.vocab import TABLE3_COLUMNS, FormatVersion, SectionId
from tests.corpus.early import early_report
from tests.corpus.grids import map_grids, map_values, values
from tests.corpus.truth import TABLES, Shown, Slot, Truth, shown
from tests.crawler.parsing.scoring import dense_figures

AGENCIES = (
    "澄湖市人民政府", "澄湖市人民政府办公室", "澄湖市教育局", "澄湖市住房和城乡建设局",
    "临溪县人民政府", "临溪县人民政府办公室", "临溪县市场监督管理局", "临溪县石桥镇人民政府",
    "临溪县柳河乡人民政府", "澄湖市青岚区人民政府", "澄湖市青岚区城南街道办事处",
    "澄湖市发展和改革委员会", "国家税务总局临溪县税务局", "澄湖市生态环境局青岚分局",
)  # fmt: skip


class Form(StrEnum):
    """Which tables a report has; ``MIXED``: table 二 of 2019 and table 三 of 2021, or vice versa."""

    NEW = "fmt2021"
    OLD = "fmt2019"
    MIXED = "mixed"
    EARLY = "pre2019"


class Fill(StrEnum):
    """How busy the body is and how it fills the cells."""

    ZERO = "zero"
    SMALL = "small"
    USUAL = "usual"
    LARGE = "large"
    DENSE = "dense"
    BLANKS = "blanks"
    ALL_BLANK = "all-blank"
    SLASHES = "slashes"
    DASHES = "dashes"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Draft:
    """A report before it is written; ``blemishes``: names of the layout defects put into it."""

    seed: int
    form: Form
    fill: Fill
    report: Report
    truth: Truth
    blemishes: tuple[str, ...] = ()

    @property
    def rng(self) -> Random:
        """For the writers: the same choices at every call."""
        return Random(f"writer {self.seed}")


def draft(seed: int, *, form: Form | None = None, fill: Fill | None = None) -> Draft:
    """The report of a seed; ``form`` and ``fill`` are drawn where they are not given."""
    rng = Random(f"corpus {seed}")
    drawn_form = rng.choices(tuple(Form), (60, 20, 10, 10))[0]
    drawn_fill = rng.choices(tuple(Fill), (10, 10, 25, 10, 15, 8, 4, 8, 4, 6))[0]
    form, fill = form or drawn_form, fill or drawn_fill
    agency = rng.choice(AGENCIES)
    if form is Form.EARLY:
        year = rng.randint(2014, 2018)
        report, truth = early_report(agency, year, rng)
        return Draft(seed, form, fill, report, truth)
    year = rng.choice({Form.NEW: range(2021, 2026), Form.OLD: (2019, 2020)}.get(form, (2021, 2022)))
    return modern(seed, form, fill, agency, year, rng)


def modern(
    seed: int,
    form: Form,
    fill: Fill,
    agency: str,
    year: int,
    rng: Random,
    *,
    figures: Figures | None = None,
    faults: tuple[str, ...] = (),
) -> Draft:
    """A report on one of the two forms (or both mixed); ``figures``: instead of drawn ones, taken
    as they are; ``faults``: as `spiders.samples.reports.compose` injects them."""
    if figures is None:
        drawn = (
            dense_figures(rng) if fill is Fill.DENSE else random_figures(rng, _profile(fill, rng))
        )
        figures = _lawful(drawn, agency)
    signed = date(year + 1, 1, 5) + timedelta(days=rng.randrange(20))
    report = compose(agency, year, figures, rng=rng, signed=signed, defects=faults)
    second = form is Form.OLD or (form is Form.MIXED and rng.random() < 0.5)
    third = form is Form.OLD or (form is Form.MIXED and not second)
    figures, report = with_form(figures, report, rng, second=second, third=third)
    report = _of_the_year(_filled(report, fill, rng), year, rng)
    version = FormatVersion.FMT2019 if second else FormatVersion.FMT2021
    truth = Truth(
        cells=cells_of(figures, report),
        title=report.title,
        agency=agency,
        year=year,
        day=signed,
        sections=tuple(SectionId),
        version=version,
    )
    return Draft(seed, form, fill, report, truth)


def _profile(fill: Fill, rng: Random) -> Profile:
    if fill is Fill.ZERO:
        return Profile(requests=0, documents=0)
    if fill is Fill.SMALL:
        return Profile(requests=rng.choice((1, 2, 4)), documents=rng.randint(0, 3))
    if fill is Fill.LARGE:
        return Profile(
            requests=rng.randint(15_000, 30_000), reviews=rng.randint(800, 12_000), rules=0,
            documents=rng.randint(300, 12_000), licensing=rng.randint(10**5, 10**7),
            penalty=rng.randint(10**4, 10**6), coercion=rng.randint(0, 20_000),
            fees=Decimal(rng.randint(10**6, 10**9)) / 10**4,
        )  # fmt: skip
    return Profile.random(rng)


def _lawful(figures: Figures, agency: str) -> Figures:
    """Counties and below make no 规章; whoever does, has more in force than were made this year."""
    stock = figures.table2["rules"]
    if not any(stock.values()) or agency == "澄湖市人民政府":
        return figures
    return replace(figures, table2={**figures.table2, "rules": dict.fromkeys(stock, 0)})


def with_form(
    figures: Figures, report: Report, rng: Random, *, second: bool, third: bool
) -> tuple[Figures, Report]:
    """The same body with table 二 or 三 (or both) on the form of 2019."""
    if not second and not third:
        return figures, report
    given = {
        0: old_table2(figures, rng) if second else figures.table2,
        1: old_table3(figures) if third else figures.table3,
    }
    grids = {0: tables.table2(given[0], old=second), 1: tables.table3(given[1])}  # type: ignore[arg-type]
    changed = map_grids(report, lambda n, grid: grids.get(n, grid))
    return Figures(given[0], given[1], figures.table4), changed  # type: ignore[arg-type]


def cells_of(figures: Figures, report: Report) -> dict[Slot, Shown]:
    """What each cell shows: values stand in a grid in the order of the figures."""
    grids = [item for item in report.body if isinstance(item, Grid)]
    cells: dict[Slot, Shown] = {}
    for name, grid in zip(TABLES, grids, strict=True):
        slots = [
            (name, row, column)
            for row, columns in getattr(figures, name).items()
            for column in columns
        ]
        cells.update(zip(slots, map(shown, values(grid)), strict=True))
    return cells


# --- Filling ------------------------------------------------------------------


def _filled(report: Report, fill: Fill, rng: Random) -> Report:
    change = _FILLS.get(fill)
    if change is None:
        return report
    return map_grids(report, lambda number, grid: change(number, grid, rng))


def _zeros(sign: str) -> Callable[[int, Grid, Random], Grid]:
    """Zeros of the organisations' columns of table 三 written as ``sign``."""

    def change(number: int, grid: Grid, rng: Random) -> Grid:
        if number != 1:
            return grid
        places = count()

        def one(text: str) -> str:
            column = next(places) % len(TABLE3_COLUMNS)
            return sign if text == "0" and 0 < column < len(TABLE3_COLUMNS) - 1 else text

        return map_values(grid, one)

    return change


def _all_zeros(sign: str) -> Callable[[int, Grid, Random], Grid]:
    return lambda number, grid, rng: map_values(grid, lambda t: sign if t == "0" else t)


def _notes(number: int, grid: Grid, rng: Random) -> Grid:
    """A remark in brackets behind some counts."""

    def one(text: str) -> str:
        if text.isdigit() and int(text) > 1 and rng.random() < 0.1:
            note = rng.choice(("含自然失效{}件", "其中上年转来{}件", "含并案{}件"))
            return f"{text}（{note.format(rng.randint(1, int(text)))}）"
        return text

    return map_values(grid, one)


_FILLS: dict[Fill, Callable[[int, Grid, Random], Grid]] = {
    Fill.BLANKS: _zeros(""),
    Fill.ALL_BLANK: _all_zeros(""),
    Fill.SLASHES: _all_zeros("/"),
    Fill.DASHES: _zeros("-"),
    Fill.NOTES: _notes,
}

# --- Prose ----------------------------------------------------------------------


_LEADS = (
    (
        "{year}年，{me}严格执行公文公开属性审核程序，公开情况见下表。",
        "本部分数据由{me}各科室分别填报、办公室汇总，有关情况如下：",
    ),
    (
        "{year}年度依申请公开办理情况统计如下表（单位：件）。",
        "{me}按月登记、逐件核对，全年数据见下表：",
    ),
    ("{year}年度因政府信息公开引起的争议情况见下表。",),
)
_CAPTIONS = ("（单位：件）", "", "", "")
_TAILS = (
    "注：1.本表数据截至{year}年12月31日；2.“总计”为各列之和。",
    "说明：本表由系统自动生成，与上级平台数据一致。",
    "",
    "",
    "",
)


def _of_the_year(report: Report, year: int, rng: Random) -> Report:
    """Prose as of its year (the documents that were then in force), and words around tables."""
    me = rng.choice(("本机关", "本单位"))
    body: list[Heading | str | Grid] = []
    number = -1
    words = {"year": year, "me": me}
    for item in report.body:
        if not isinstance(item, Grid):
            body.append(item if isinstance(item, Heading) else _as_of(item, year))
            continue
        number += 1
        if rng.random() < 0.4:
            body.append(rng.choice(_LEADS[number]).format(**words))
        if caption := rng.choice(_CAPTIONS):
            body.append(caption)
        body.append(item)
        if tail := rng.choice(_TAILS):
            body.append(tail.format(**words))
    return replace(report, preface=_as_of(report.preface, year), body=tuple(body))


def _as_of(text: str, year: int) -> str:
    if year >= 2021:
        return text
    text = text.replace("国办公开办函〔2021〕30号", "国办公开办函〔2019〕60号")
    return re.sub(
        r"(?:依照|按照)《政府信息公开信息处理费管理办法》(?:规范办理，|执行，|)", "", text
    )


def headings(report: Report) -> Sequence[str]:
    """The report's headings in order."""
    return [item.text for item in report.body if isinstance(item, Heading)]
