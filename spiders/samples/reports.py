"""Whole reports from figures, as HTML and as text, with injectable defects."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from spiders.samples import tables
from spiders.samples.figures import Figures, old_table2, old_table3, spoil
from spiders.samples.prose import Writer
from spiders.samples.tables import Grid


class Defect(StrEnum):
    """What can be wrong; the value is the code of the rule that must speak (spec.md)."""

    BALANCE = "T3-BAL"
    RESULTS = "T3-RES"
    ROW = "T3-ROW"
    REVIEW_SUM = "T4-SUM"
    OLD_FORM = "F-VERSION"
    NO_SECTION_SIX = "S-MISSING"
    NO_FEE = "S-FEE"
    ORDER = "S-ORDER"
    NO_GOVERNMENT_ITEMS = "S-GOV-ITEMS"
    WRONG_QUOTE = "X-REQ"
    LEFTOVER = "TXT-LEFTOVER"
    IMAGE = "T-IMAGE"
    # Two ways to write "nothing here": lawful, but not a number.
    BLANK = "cells-blank"
    SLASH = "cells-slash"


PICTURE = '<p><img src="/images/nb.png" alt=""></p>'
"""What a page holds instead of the text when the report is a picture (``T-IMAGE``)."""

IDENTITIES = (Defect.BALANCE, Defect.RESULTS, Defect.ROW, Defect.REVIEW_SUM)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report before it is written out; ``body`` in reading order."""

    title: str
    preface: str
    body: tuple[Heading | str | Grid, ...]
    signature: tuple[str, str]


def compose(
    agency_name: str,
    year: int,
    figures: Figures,
    *,
    rng: Random,
    defects: tuple[str, ...] = (),
    signed: date | None = None,
    title: str | None = None,
) -> Report:
    """Write the report; ``defects`` are values of :class:`Defect`, anything else ``ValueError``."""
    wrong = {Defect(code) for code in defects}
    # Drawn apart, so that a corrected report reads word for word like the wrong one.
    apart = Random(rng.getrandbits(64))
    for identity in IDENTITIES:
        if identity in wrong:
            figures = spoil(figures, identity, apart)
    writer = Writer(agency_name, year, rng)
    grids = _grids(figures, wrong, apart)
    received = figures.total("new_received") + 7 if Defect.WRONG_QUOTE in wrong else None
    government = writer.voice.is_government and Defect.NO_GOVERNMENT_ITEMS not in wrong
    overview = writer.overview(figures, received=received, government=government)
    if Defect.LEFTOVER in wrong:
        overview.append(f"{year}年，XX科室承担公开任务____项（此处填写）。")
    chargeable = figures.table2["fees"]["amount_wan"] > 1 and rng.random() < 0.3
    fee = rng.choice((100, 200, 400)) if chargeable else None
    sections: list[tuple[str, list[str | Grid]]] = [
        ("一、总体情况", [*overview]),
        ("二、主动公开政府信息情况", [grids[0]]),
        ("三、收到和处理政府信息公开申请情况", [grids[1]]),
        ("四、政府信息公开行政复议、行政诉讼情况", [grids[2]]),
        ("五、存在的主要问题及改进情况", [*writer.problems()]),
        (
            "六、其他需要报告的事项",
            [*writer.others(fee_statement=Defect.NO_FEE not in wrong, fee=fee)],
        ),
    ]
    if Defect.ORDER in wrong:
        sections[4], sections[5] = sections[5], sections[4]
    if Defect.NO_SECTION_SIX in wrong:
        del sections[5]
    body = tuple(item for name, items in sections for item in (Heading(name), *items))
    signed = signed or date(year + 1, 1, 5) + timedelta(days=rng.randrange(20))
    day = f"{signed.year}年{signed.month}月{signed.day}日"
    title = title or f"{agency_name}{year}年政府信息公开工作年度报告"
    return Report(title, writer.preface(), body, (agency_name, day))


def _grids(figures: Figures, wrong: set[Defect], rng: Random) -> tuple[Grid, Grid, Grid]:
    old = Defect.OLD_FORM in wrong
    second = old_table2(figures, rng) if old else figures.table2
    third = old_table3(figures) if old else figures.table3
    sign = "/" if Defect.SLASH in wrong else "0"
    return (
        tables.table2(second, sign, old=old),
        tables.table3(third, "" if Defect.BLANK in wrong else sign),
        tables.table4(figures.table4),
    )


# --- Writers ------------------------------------------------------------------


def render_html(
    agency_name: str, year: int, figures: Figures, *, rng: Random, defects: tuple[str, ...] = ()
) -> str:
    """A whole HTML page (UTF-8) that holds one report."""
    report = compose(agency_name, year, figures, rng=rng, defects=defects)
    title = html.escape(report.title)
    body = PICTURE if Defect.IMAGE in defects else report_html(report, rng)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"{body}\n</body>\n</html>\n"
    )


def render_text(
    agency_name: str, year: int, figures: Figures, *, rng: Random, defects: tuple[str, ...] = ()
) -> str:
    """Plain text; cells of a table row are separated by tabs. A picture has none: ``ValueError``."""
    if Defect.IMAGE in defects:
        raise ValueError("图片版报告没有文本")
    report = compose(agency_name, year, figures, rng=rng, defects=defects)
    parts = [report.title, report.preface]
    for item in report.body:
        if isinstance(item, Heading):
            parts.append(item.text)
        else:
            parts.append(item if isinstance(item, str) else tables.to_text(item))
    return "\n\n".join([*parts, *report.signature]) + "\n"


def report_html(report: Report, rng: Random) -> str:
    """The report's text as HTML, in one of the styles that editors leave behind."""
    style = rng.choice((_PLAIN, _WORD, _RICH))
    lines = [style.paragraph(report.preface)]
    for item in report.body:
        if isinstance(item, Heading):
            lines.append(style.heading(item.text))
        elif isinstance(item, str):
            lines.append(style.paragraph(item))
        else:
            lines.append(tables.to_html(item, style.cell, style.table))
    lines += [f'<p style="text-align: right;">{html.escape(s)}</p>' for s in report.signature]
    return "\n".join(lines)


@dataclass(frozen=True)
class _Style:
    """``mark`` and ``unmark`` stand around every run of text, in paragraphs and cells alike."""

    mark: str
    unmark: str
    p: str
    bold: tuple[str, str]
    cell_p: bool
    table: dict[str, str]

    def paragraph(self, text: str) -> str:
        return f"{self.p}{self.mark}{html.escape(text)}{self.unmark}</p>"

    def heading(self, text: str) -> str:
        return f"{self.p}{self.bold[0]}{html.escape(text)}{self.bold[1]}</p>"

    def cell(self, text: str) -> str:
        inner = html.escape(text) or "&nbsp;"
        inner = f"{self.mark}{inner}{self.unmark}"
        return f'<p align="center">{inner}</p>' if self.cell_p else inner


_PLAIN = _Style(
    "", "", "<p>　　", ("<strong>", "</strong>"), False, {"border": "1", "cellspacing": "0"}
)
_WORD = _Style(
    '<span style="font-family:仿宋_GB2312;font-size:21px">', "</span>",
    '<p class="MsoNormal" style="text-indent:2em;line-height:2">',
    ('<span style="font-family:黑体;font-size:21px">', "</span>"), True,
    {"class": "MsoNormalTable", "border": "1", "cellspacing": "0", "cellpadding": "0"},
)  # fmt: skip
_RICH = _Style(
    '<span style="font-family: 微软雅黑;"><font face="方正仿宋_GBK">', "</font></span>",
    '<p style="text-indent: 2em; text-align: justify; line-height: 2;">',
    ('<span style="font-family: 微软雅黑;"><b>', "</b></span>"), True,
    {"border": "1", "style": "border-collapse:collapse;width:100%"},
)  # fmt: skip
