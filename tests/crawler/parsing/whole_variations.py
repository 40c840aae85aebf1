"""Whole reports as bodies write them by hand: other words, other figures, rows and columns moved.

None of these shapes was in view when the reader was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

from spiders.samples.reports import Heading
from spiders.samples.tables import Grid, GridCell
from storage.vocab import TABLE3_COLUMNS
from tests.crawler.parsing.writing import (
    Sample,
    Variation,
    Varied,
    encoded,
    grids,
    map_cells,
    map_values,
    old_form,
    page,
    plain,
    raw_html,
    with_grids,
)

WHOLE: dict[str, Variation] = {}
"""Other reports as pages."""
KEPT: dict[str, Callable[[Sample, Random], Sample]] = {}
"""Those of them that lose nothing, as samples: to be written out and changed further."""
Row = tuple[GridCell, ...]
_DIGITS = "〇一二三四五六七八九"


def kept(change: Callable[[Sample, Random], Sample]) -> Callable[[Sample, Random], Sample]:
    """Registers a change that loses nothing, as a page."""

    def apply(given: Sample, rng: Random) -> Varied:
        changed = change(given, rng)
        return replace(encoded(page(changed.report, rng)), expected=changed.expected)

    WHOLE[change.__name__] = apply
    KEPT[change.__name__] = change
    return change


def whole(change: Variation) -> Variation:
    WHOLE[change.__name__] = change
    return change


def _values(given: Sample, change: Callable[[str], str]) -> Sample:
    return replace(given, report=map_values(given.report, change))


def _labels(given: Sample, change: Callable[[str], str], *which: int) -> Sample:
    """Labels rewritten in tables 0, 1, 2 (all if none is named)."""

    def one(cell: GridCell) -> GridCell:
        return cell if cell.is_value else replace(cell, text=change(cell.text))

    new = [
        map_cells(grid, one) if not which or i in which else grid
        for i, grid in enumerate(grids(given.report))
    ]
    return replace(given, report=with_grids(given.report, *new))


def _renamed(given: Sample, names: Mapping[str, str], *which: int) -> Sample:
    return _labels(given, lambda text: names.get(text, text), *which)


def _rows(given: Sample, which: int, change: Callable[[list[Row]], list[Row]]) -> Sample:
    new: list[Grid | None] = [None, None, None]
    grid = grids(given.report)[which]
    new[which] = replace(grid, rows=tuple(change(list(grid.rows))))
    return replace(given, report=with_grids(given.report, *new))


def _text(given: Sample, change: Callable[[str], str]) -> Sample:
    """Headings, preface and signature rewritten."""
    report = given.report
    body = tuple(Heading(change(i.text)) if isinstance(i, Heading) else i for i in report.body)
    return replace(given, report=replace(report, body=body))


# --- Figures ------------------------------------------------------------------


def in_words(number: int) -> str:
    """A whole number below 10 000 in Chinese numerals."""
    if number < 10:
        return _DIGITS[number]
    units = ["", "十", "百", "千"]
    digits = str(number)
    out = ""
    for i, digit in enumerate(digits):
        place = len(digits) - i - 1
        if digit != "0":
            out += _DIGITS[int(digit)] + units[place]
        elif out and not out.endswith("零") and int(digits[i:]) > 0:
            out += "零"
    return out.removeprefix("一") if 10 <= number < 20 else out


@whole
def figures_in_words(given: Sample, rng: Random) -> Varied:
    """一 may be a dash as well: it says no number."""
    changed = _values(given, lambda t: in_words(int(t)) if t.isdigit() and int(t) < 10_000 else t)
    return Varied(
        page(changed.report, rng).encode(),
        frozenset(s for s, v in given.expected.items() if v == 1),
    )


@kept
def thousands_by_hard_spaces(given: Sample, rng: Random) -> Sample:
    return _values(given, lambda t: f"{int(t):,}".replace(",", "\u00a0") if t.isdigit() else t)


@kept
def a_remark_behind_each_figure(given: Sample, rng: Random) -> Sample:
    return _values(
        given, lambda t: f"{t}（含网上1件）" if t.isdigit() and rng.random() < 0.3 else t
    )


@kept
def footnotes_at_figures(given: Sample, rng: Random) -> Sample:
    return _values(given, lambda t: t + rng.choice("①②¹²") if rng.random() < 0.2 else t)


@kept
def figures_with_decimals(given: Sample, rng: Random) -> Sample:
    return _values(given, lambda t: f"{t}.00" if t.isdigit() else t)


@kept
def full_stops_and_units(given: Sample, rng: Random) -> Sample:
    return _values(given, lambda t: t + rng.choice(("件", "件。", "。", "")) if t.isdigit() else t)


@whole
def zeros_as_dashes(given: Sample, rng: Random) -> Varied:
    changed = _values(given, lambda t: rng.choice(("-", "—", "--", "／", "无")) if t == "0" else t)
    return encoded(page(changed.report, rng))


@whole
def figures_that_overflow(given: Sample, rng: Random) -> Varied:
    changed = _values(given, lambda t: "9" * 31 if t in ("3", "8") else t)
    destroyed = frozenset(s for s, v in given.expected.items() if v in (3, 8))
    return Varied(page(changed.report, rng).encode(), destroyed)


@whole
def vague_figures(given: Sample, rng: Random) -> Varied:
    words = {"5": "约5件", "9": "8至9件", "14": "十余件", "21": "超过20件"}
    changed = _values(given, lambda t: words.get(t, t))
    destroyed = frozenset(s for s, v in given.expected.items() if v in (5, 9, 14, 21))
    return Varied(page(changed.report, rng).encode(), destroyed)


# --- Labels -------------------------------------------------------------------


@kept
def upright_labels(given: Sample, rng: Random) -> Sample:
    names = (
        "三、本年度办理结果",
        "（三）不予公开",
        "（四）无法提供",
        "（五）不予处理",
        "（六）其他处理",
    )
    return _labels(given, lambda t: "\n".join(t) if t in names else t, 1)


@kept
def circled_numbers(given: Sample, rng: Random) -> Sample:
    return _labels(
        given, lambda t: re.sub(r"^([1-8])\.", lambda m: "①②③④⑤⑥⑦⑧"[int(m[1]) - 1], t), 1
    )


@kept
def numbers_in_brackets(given: Sample, rng: Random) -> Sample:
    return _labels(given, lambda t: re.sub(r"^([1-8])\.", r"（\1）", t), 1)


@kept
def short_labels(given: Sample, rng: Random) -> Sample:
    return _renamed(
        given,
        {
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.逾期不补正",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2.逾期不缴费",
            "5.要求行政机关确认或重新出具已获取信息": "5.确认或重新出具",
            "2.没有现成信息需要另行制作": "2.需另行制作",
            "一、本年新收政府信息公开申请数量": "一、本年新收",
            "二、上年结转政府信息公开申请数量": "二、上年结转",
        },
        1,
    )


@kept
def columns_renamed(given: Sample, rng: Random) -> Sample:
    return _renamed(
        given,
        {
            "自然人": "公民",
            "商业企业": "企业",
            "科研机构": "科研院所",
            "总计": "合计",
            "法律服务机构": "律师事务所",
        },
        1,
    )


@kept
def outcomes_renamed(given: Sample, rng: Random) -> Sample:
    return _renamed(
        given,
        {
            "结果维持": "维持",
            "结果纠正": "纠正",
            "其他结果": "其他",
            "尚未审结": "未审结",
            "总计": "合计",
        },
        2,
    )


@kept
def group_written_into_its_first_row(given: Sample, rng: Random) -> Sample:
    """（三）不予公开1.属于国家秘密 in one cell over both columns of the stub."""

    def change(rows: list[Row]) -> list[Row]:
        out: list[Row] = []
        for row in rows:
            at = next(
                (i for i, c in enumerate(row) if c.rowspan > 1 and c.text.startswith("（")), None
            )
            if at is None:
                leaf = bool(re.match(r"[1-8]\.", row[0].text))
                out.append((replace(row[0], colspan=2), *row[1:]) if leaf else row)
                continue
            joined = GridCell(row[at].text + row[at + 1].text, colspan=2)
            out.append((*row[:at], joined, *row[at + 2 :]))
        return out

    return _rows(given, 1, change)


@kept
def group_repeated_in_each_row(given: Sample, rng: Random) -> Sample:
    def change(rows: list[Row]) -> list[Row]:
        out: list[Row] = []
        group = ""
        for row in rows:
            at = next(
                (i for i, c in enumerate(row) if c.rowspan > 1 and c.text.startswith("（")), None
            )
            if at is not None:
                group = row[at].text
                row = (*row[:at], replace(row[at], rowspan=1), *row[at + 1 :])
            elif re.match(r"[1-8]\.", row[0].text):
                row = (GridCell(group), *row)
            out.append(row)
        return out

    return _rows(given, 1, change)


@kept
def years_in_headers(given: Sample, rng: Random) -> Sample:
    return _labels(given, lambda t: t.replace("本年", "2023年").replace("上年", "2022年"), 0, 1)


@kept
def latin_punctuation(given: Sample, rng: Random) -> Sample:
    marks = str.maketrans("（）、，：“”", '(),,:""')
    return _text(_labels(given, lambda t: t.translate(marks)), lambda t: t.translate(marks))


# --- Rows and columns ---------------------------------------------------------


@kept
def decisions_in_another_order(given: Sample, rng: Random) -> Sample:
    """行政强制 before 行政处罚."""

    def change(rows: list[Row]) -> list[Row]:
        i, j = (
            next(n for n, r in enumerate(rows) if r[0].text == w) for w in ("行政处罚", "行政强制")
        )
        rows[i], rows[j] = rows[j], rows[i]
        return rows

    return _rows(given, 0, change)


@kept
def reasons_in_another_order(given: Sample, rng: Random) -> Sample:
    def change(rows: list[Row]) -> list[Row]:
        places = [i for i, r in enumerate(rows) if re.match(r"[2-8]\.属于", r[0].text)]
        shuffled = rng.sample(places, len(places))
        old = list(rows)
        for to, source in zip(places, shuffled, strict=True):
            rows[to] = old[source]
        return rows

    return _rows(given, 1, change)


@kept
def every_row_twice(given: Sample, rng: Random) -> Sample:
    def change(rows: list[Row]) -> list[Row]:
        out: list[Row] = []
        for row in rows:
            out.append(row)
            if row[0].rowspan == 1 and row[0].text.startswith(("一", "二", "四")):
                out.append(row)
        return out

    return _rows(given, 1, change)


@kept
def numbers_of_columns_under_the_header(given: Sample, rng: Random) -> Sample:
    """栏次 1 2 3 …, as statistical forms have it."""

    def change(rows: list[Row]) -> list[Row]:
        line = (GridCell("栏次", colspan=3), *(GridCell(str(i + 1)) for i in range(7)))
        return [*rows[:3], line, *rows[3:]]

    return _rows(given, 1, change)


@kept
def remarks_as_last_row(given: Sample, rng: Random) -> Sample:
    def change(rows: list[Row]) -> list[Row]:
        return [
            *rows,
            (GridCell("注：含上年结转3件，其中网上申请12件、信函申请5件。", colspan=10),),
        ]

    return _rows(given, 1, change)


@kept
def lines_of_totals_in_table_two(given: Sample, rng: Random) -> Sample:
    def change(rows: list[Row]) -> list[Row]:
        return [*rows, (GridCell("合计"), GridCell("999", colspan=3, is_value=True))]

    return _rows(given, 0, change)


@kept
def numbered_lines_in_table_two(given: Sample, rng: Random) -> Sample:
    def change(rows: list[Row]) -> list[Row]:
        out: list[Row] = []
        number = 0
        for row in rows:
            if any(c.is_value for c in row):
                number += 1
                out.append((GridCell(str(number)), *row))
            elif row[0].text == "信息内容":
                out.append((GridCell("序号"), *row))
            else:
                out.append((replace(row[0], colspan=row[0].colspan + 1), *row[1:]))
        return out

    return _rows(given, 0, change)


@whole
def column_of_totals_left_out(given: Sample, rng: Random) -> Varied:
    """The six columns that are left are still named by the header."""

    def change(rows: list[Row]) -> list[Row]:
        rows[0] = (rows[0][0], replace(rows[0][1], colspan=6))
        rows[1] = rows[1][:-1]
        return [row[:-1] if any(c.is_value for c in row) else row for row in rows]

    data = page(_rows(given, 1, change).report, rng).encode()
    lost = frozenset(s for s in given.expected if s[0] == "table3" and s[2] == "total")
    return Varied(data, lost)


@whole
def a_label_that_fits_two_rows(given: Sample, rng: Random) -> Varied:
    """属于…信息 without saying which, and its neighbour gone."""

    def change(rows: list[Row]) -> list[Row]:
        out: list[Row] = []
        for row in rows:
            if any("四类过程性" in c.text for c in row):
                continue
            out.append(
                tuple(
                    replace(c, text="属于三四类事务性信息") if "三类内部" in c.text else c
                    for c in row
                )
            )
        return out

    data = page(_rows(given, 1, change).report, rng).encode()
    keys = ("denied_internal", "denied_process")
    return Varied(data, frozenset(("table3", k, c) for k in keys for c in TABLE3_COLUMNS))


@whole
def rows_of_a_group_lost(given: Sample, rng: Random) -> Varied:
    """（五）不予处理 as one row with its sum: none of its five rows can be told."""
    keys = [s[1] for s in given.expected if s[0] == "table3" and s[1].startswith("not_processed_")]

    def change(rows: list[Row]) -> list[Row]:
        out: list[Row] = []
        skip = 0
        for row in rows:
            if skip:
                skip -= 1
                continue
            if row[0].text == "（五）不予处理":
                sums = [
                    sum(int(given.expected["table3", k, c]) for k in dict.fromkeys(keys))
                    for c in TABLE3_COLUMNS
                ]
                values = tuple(GridCell(str(v), is_value=True) for v in sums)
                out.append((GridCell("（五）不予处理", colspan=2), *values))
                skip = row[0].rowspan - 1
                continue
            out.append(row)
        return out

    data = page(_rows(given, 1, change).report, rng).encode()
    return Varied(data, frozenset(s for s in given.expected if s[1] in keys))


@kept
def table_three_in_two_parts(given: Sample, rng: Random) -> Sample:
    """What came in and what became of it, each under its own header."""
    third = grids(given.report)[1]
    head = third.rows[:3]
    parts = Grid(third.rows[:5], 3), Grid((*head, *third.rows[5:]), 3)
    body = tuple(
        part for item in given.report.body for part in (parts if item is third else (item,))
    )
    return replace(given, report=replace(given.report, body=body))


@kept
def a_table_for_each_band(given: Sample, rng: Random) -> Sample:
    second = grids(given.report)[0]
    bands: list[list[Row]] = []
    for row in second.rows:
        if row[0].text.startswith("第二十条"):
            bands.append([])
        bands[-1].append(row)
    body = tuple(
        part
        for item in given.report.body
        for part in ([Grid(tuple(b), 0) for b in bands] if item is second else [item])
    )
    return replace(given, report=replace(given.report, body=body))


# --- The form of 2019 ---------------------------------------------------------


@kept
def changes_in_words(given: Sample, rng: Random) -> Sample:
    """增加3, 减少8项, in all value cells that carry a sign."""
    old = old_form(given, rng, third=False)

    def word(cell: GridCell) -> GridCell:
        if not cell.is_value or not re.fullmatch(r"[+-]\d+", cell.text):
            return cell
        verb = rng.choice(("减", "减少", "下降")) if cell.text[0] == "-" else "增加"
        return replace(cell, text=f"{verb}{cell.text[1:]}{rng.choice(('', '项'))}")

    return replace(old, report=with_grids(old.report, map_cells(grids(old.report)[0], word)))


@kept
def purchases_in_yuan(given: Sample, rng: Random) -> Sample:
    """采购总金额（元）in the header, plain figures below."""
    old = old_form(given, rng, third=False)
    amount = old.expected["table2", "procurement", "amount"]
    yuan = str((Decimal(amount) * 10_000).quantize(Decimal(1)))

    def change(rows: list[Row]) -> list[Row]:
        rows[-2] = tuple(replace(c, text=c.text.replace("万元", "元")) for c in rows[-2])
        rows[-1] = (*rows[-1][:-1], replace(rows[-1][-1], text=yuan))
        return rows

    return _rows(old, 0, change)


@kept
def bands_of_other_widths(given: Sample, rng: Random) -> Sample:
    """Header and rows of one band divide the width differently: cells count by their order."""
    old = old_form(given, rng)

    def change(rows: list[Row]) -> list[Row]:
        return [
            tuple(replace(c, colspan=c.colspan + (i % 2)) for i, c in enumerate(row))
            if any(c.is_value for c in row)
            else row
            for row in rows
        ]

    return _rows(old, 0, change)


@kept
def other_published_documents(given: Sample, rng: Random) -> Sample:
    """Hubei's further row in the first band."""
    old = old_form(given, rng)

    def change(rows: list[Row]) -> list[Row]:
        extra = (
            GridCell("其他主动公开文件"),
            *(GridCell(str(rng.randint(100, 199)), colspan=2, is_value=True) for _ in range(3)),
        )
        return [*rows[:4], extra, *rows[4:]]

    return _rows(old, 0, change)


# --- Headings and text --------------------------------------------------------


@kept
def headings_as_chapters(given: Sample, rng: Random) -> Sample:
    return _text(given, lambda t: re.sub(r"^(.)、", r"第\1部分 ", t))


@kept
def headings_with_full_stops(given: Sample, rng: Random) -> Sample:
    return _text(given, lambda t: t.replace("、", "．", 1) + "：")


@kept
def headings_by_digits(given: Sample, rng: Random) -> Sample:
    return _text(given, lambda t: f"{'一二三四五六'.index(t[0]) + 1}、{t[2:]}")


@whole
def pipes(given: Sample, rng: Random) -> Varied:
    """Markdown."""

    def write(grid: Grid) -> str:
        lines = [
            "|" + "|".join(c.text or " " for c in row for _ in range(c.colspan)) + "|"
            for row in _expanded(grid)
        ]
        return "\n".join([lines[0], "|" + "---|" * lines[0].count("|"), *lines[1:]])

    return encoded(plain(given.report, write))


def _expanded(grid: Grid) -> list[Row]:
    """Rows with cells of rows above repeated empty, so that columns stay in line."""
    open_: dict[int, int] = {}
    out: list[Row] = []
    for row in grid.rows:
        cells: list[GridCell] = []
        column = 0
        stock = list(row)
        while stock or open_.get(column, 0):
            if open_.get(column, 0):
                open_[column] -= 1
                cells.append(GridCell(""))
                column += 1
                continue
            cell = stock.pop(0)
            for i in range(cell.colspan):
                if cell.rowspan > 1:
                    open_[column + i] = cell.rowspan - 1
            cells.append(cell)
            column += cell.colspan
        out.append(tuple(cells))
    return out


@whole
def tables_at_the_end(given: Sample, rng: Random) -> Varied:
    """附表一 to 三 behind the signature, a word in their places."""
    report = given.report
    tables = "".join(
        f"<p>附表{'一二三'[i]}</p>{raw_html(grid)}" for i, grid in enumerate(grids(report))
    )
    body = tuple("详见附表。" if isinstance(item, Grid) else item for item in report.body)
    return encoded(page(replace(report, body=body), rng, after=tables))
