"""Tables of another shape than the form, and cells not filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from spiders.samples.tables import Grid, GridCell
from tests.corpus.defects.base import Case, defect
from tests.corpus.defects.editing import (
    in_table3,
    with_fields,
    with_section,
)
from tests.corpus.drafts import Draft
from tests.corpus.grids import inserted, map_grids, map_labels, placed
from tests.corpus.write_html import plain_markup


@defect("T-LABEL")
def row_renamed(case: Case, rng: Random) -> Draft | None:
    old, new = rng.choice(
        (("三类内部事务信息", "三类内容事务信息"), ("四类过程性信息", "四类过程性性信息"),
         ("只计这一情形，", "只计这一情况，"), ("规章", "规章（县级无此项）"),
         ("重复申请", "重复提出的申请"), ("信访举报投诉类申请", "信访、举报类申请"))
    )  # fmt: skip

    def rename(label: str) -> str:
        exact = old != "规章" or label == "规章"
        return label.replace(old, new) if exact else label

    draft = case.draft()
    return with_fields(draft, body=map_grids(draft.report, lambda n, g: map_labels(g, rename)).body)


@defect("T-COL")
def column_added(case: Case, rng: Random) -> Draft | None:
    """个体工商户 behind 其他."""

    def change(grid: Grid) -> Grid:
        rows = list(grid.rows)
        rows[0] = (rows[0][0], replace(rows[0][1], colspan=8))
        rows[1] = (rows[1][0], replace(rows[1][1], colspan=6), rows[1][2])
        rows[2] = (*rows[2], GridCell("个体工商户"))
        for i, row in enumerate(rows):
            if any(c.is_value for c in row):
                rows[i] = (*row[:-1], GridCell("0"), row[-1])
        return replace(grid, rows=tuple(rows))

    return in_table3(case.draft(), change)


@defect("T-COL", follows={"T-RAGGED": "six numbers a row", "T3-ROW": "of six columns"})
def column_left_out(case: Case, rng: Random) -> Draft | None:
    index = rng.randrange(5)

    def change(grid: Grid) -> Grid:
        rows = list(grid.rows)
        rows[0] = (rows[0][0], replace(rows[0][1], colspan=6))
        rows[1] = (rows[1][0], replace(rows[1][1], colspan=4), rows[1][2])
        rows[2] = (*rows[2][:index], *rows[2][index + 1 :])
        for i, row in enumerate(rows):
            places = [p for p, c in enumerate(row) if c.is_value]
            if places:
                at = places[1 + index]
                rows[i] = (*row[:at], *row[at + 1 :])
        return replace(grid, rows=tuple(rows))

    return in_table3(case.draft(), change)


@defect("T-ROW")
def row_left_out(case: Case, rng: Random) -> Draft | None:
    zero = [
        label
        for label, row in (
            ("1.属于国家秘密", "denied_state_secret"),
            ("7.属于行政执法案卷", "denied_enforcement_file"),
            ("4.无正当理由大量反复申请", "not_processed_excessive"),
            ("5.要求行政机关确认或重新出具已获取信息", "not_processed_confirm"),
        )
        if not case.figures.table3[row]["total"]
    ]
    if not zero:
        return None
    label = rng.choice(zero)

    def change(grid: Grid) -> Grid:
        at = next(i for i, row in enumerate(grid.rows) if any(c.text == label for c in row))
        rows = [
            tuple(
                replace(p.cell, rowspan=p.cell.rowspan - (p.row < at < p.row + p.cell.rowspan))
                for p in row
            )
            for row in placed(grid)
        ]
        group = [c for c in rows[at] if c.rowspan > 1 and not c.is_value]
        following = rows[at + 1]
        rows[at + 1] = (*(replace(c, rowspan=c.rowspan - 1) for c in group), *following)
        del rows[at]
        return replace(grid, rows=tuple(rows))

    return in_table3(case.draft(), change)


@defect("T-EXTRA")
def row_added(case: Case, rng: Random) -> Draft | None:
    """A row that the form does not have, with numbers."""
    label = rng.choice(("五、其中网上申请数量", "五、本年度咨询数量", "其中：涉及征地拆迁的申请"))

    def change(grid: Grid) -> Grid:
        cells = (GridCell(str(rng.randint(0, 9))) for _ in range(7))
        return inserted(grid, len(grid.rows), (GridCell(label, colspan=3), *cells))

    return in_table3(case.draft(), change)


@defect("T-RAGGED")
def cell_left_out(case: Case, rng: Random) -> Draft | None:
    """A row of six numbers in a table of seven."""
    draft = case.draft()
    row = rng.choice(("granted", "partial", "unavailable_not_held", "carried_in"))
    slots = iter([s for s in draft.truth.cells if s[0] == "table3"])
    gone = ("table3", row, rng.choice(("enterprise", "research", "other_org")))

    def change(grid: Grid) -> Grid:
        rows = tuple(
            tuple(c for c in line if not (c.is_value and next(slots) == gone)) for line in grid.rows
        )
        return replace(grid, rows=rows)

    return in_table3(draft, change)


@defect("T-MISSING")
def table_left_out(case: Case, rng: Random) -> Draft | None:
    draft = case.draft()
    number = rng.randrange(3)
    return with_section(draft, "二三四"[number], "详见附件。")


@defect("T-IMAGE", follows={"T-MISSING": "no table can be read"})
def tables_as_pictures(case: Case, rng: Random) -> str | None:
    markup = plain_markup(case.draft())
    return re.sub(
        r"<table.*?</table>",
        '<p style="text-align:center"><img src="/upload/t.png" width="600"></p>',
        markup,
        flags=re.S,
    )
