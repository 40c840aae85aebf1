"""Tables of another shape than the official form's: columns and rows moved, added, lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from spiders.samples.tables import Grid, GridCell
from storage.vocab import (
    TABLE3_COLUMN_NAMES,
    TABLE3_COLUMNS,
    TABLE4_COLUMN_NAMES,
    TABLE4_COLUMNS,
    TABLE4_GROUP_NAMES,
    TABLE4_GROUPS,
)
from tests.crawler.parsing.scoring import Slot
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
    raw_html,
    with_grids,
)

SHAPES: dict[str, Variation] = {}
"""Other shapes as pages."""
SAMPLES: dict[str, Callable[[Sample, Random], Sample]] = {}
"""Those of them that lose nothing, as samples: to be written out and changed further."""
Row = list[GridCell]
_ORGS = TABLE3_COLUMNS[1:-1]


def reshape(change: Callable[[Sample, Random], Sample]) -> Callable[[Sample, Random], Sample]:
    """Registers a change of the tables that loses nothing."""

    def apply(given: Sample, rng: Random) -> Varied:
        changed = change(given, rng)
        return replace(encoded(page(changed.report, rng)), expected=changed.expected)

    SHAPES[change.__name__] = apply
    SAMPLES[change.__name__] = change
    return change


def shape(change: Variation) -> Variation:
    """Registers a page whose tables have lost something, or are not to be read."""
    SHAPES[change.__name__] = change
    return change


def _with(given: Sample, *new: Grid | None) -> Sample:
    return replace(given, report=with_grids(given.report, *new))


def third(given: Sample) -> Grid:
    return grids(given.report)[1]


def _values(row: Sequence[GridCell]) -> list[int]:
    return [i for i, cell in enumerate(row) if cell.is_value]


def each_row(grid: Grid, change: Callable[[Row, list[int]], Row]) -> Grid:
    """``change`` gets a row that holds values and the indices of these."""
    rows = (
        tuple(change(list(row), places)) if (places := _values(row)) else row for row in grid.rows
    )
    return replace(grid, rows=tuple(rows))


def table_slots(given: Sample, *names: str) -> frozenset[Slot]:
    return frozenset(s for s in given.expected if s[0] in names)


# --- Columns ------------------------------------------------------------------


def _reordered(grid: Grid, order: Sequence[int]) -> Grid:
    """Table 三 with the five organisations' columns in another order."""
    head = list(grid.rows[2])
    rows = list(grid.rows)
    rows[2] = tuple(head[i] for i in order)

    def change(row: Row, places: list[int]) -> Row:
        first = places[0] + 1
        return row[:first] + [row[first + i] for i in order] + row[first + 5 :]

    return each_row(replace(grid, rows=tuple(rows)), change)


@reshape
def columns_in_another_order(given: Sample, rng: Random) -> Sample:
    order = list(range(5))
    rng.shuffle(order)
    return _with(given, None, _reordered(third(given), order))


@reshape
def total_first(given: Sample, rng: Random) -> Sample:
    grid = third(given)
    rows = list(grid.rows)
    person, orgs, total = rows[1]
    rows[1] = (total, person, orgs)

    def change(row: Row, places: list[int]) -> Row:
        return [*row[: places[0]], row[places[-1]], *row[places[0] : places[-1]]]

    return _with(given, None, each_row(replace(grid, rows=tuple(rows)), change))


def _added_column(grid: Grid, name: str, at: int, value: Callable[[], str]) -> Grid:
    rows = list(grid.rows)
    rows[0] = (rows[0][0], replace(rows[0][1], colspan=8))
    rows[1] = (rows[1][0], replace(rows[1][1], colspan=6), rows[1][2])
    rows[2] = (*rows[2][:at], GridCell(name), *rows[2][at:])

    def change(row: Row, places: list[int]) -> Row:
        row.insert(places[0] + 1 + at, GridCell(value(), is_value=True))
        return row

    return each_row(replace(grid, rows=tuple(rows)), change)


@reshape
def added_column_of_zeros(given: Sample, rng: Random) -> Sample:
    return _with(given, None, _added_column(third(given), "个体工商户", 5, lambda: "0"))


@reshape
def added_column_of_numbers(given: Sample, rng: Random) -> Sample:
    """Its figures are not in the total: whose they are can't be told, but nothing may move."""
    grid = _added_column(third(given), "个体工商户", 2, lambda: str(rng.randint(1, 50)))
    return _with(given, None, grid)


def _without_column(grid: Grid, index: int, *, header: bool, values: bool) -> Grid:
    """Column ``index`` of the five organisations lost."""
    rows = list(grid.rows)
    if header:
        rows[0] = (rows[0][0], replace(rows[0][1], colspan=6))
        rows[1] = (rows[1][0], replace(rows[1][1], colspan=4), rows[1][2])
        rows[2] = (*rows[2][:index], *rows[2][index + 1 :])
    grid = replace(grid, rows=tuple(rows))

    def change(row: Row, places: list[int]) -> Row:
        del row[places[0] + 1 + index]
        return row

    return each_row(grid, change) if values else grid


@shape
def column_left_out(given: Sample, rng: Random) -> Varied:
    """The body's own form lacks a column, in header and rows alike."""
    index = rng.randrange(5)
    grid = _without_column(third(given), index, header=True, values=True)
    data = page(_with(given, None, grid).report, rng).encode()
    lost = table_slots(given, "table3")
    return Varied(data, lost)


@shape
def column_lost_in_the_rows(given: Sample, rng: Random) -> Varied:
    grid = _without_column(third(given), rng.randrange(5), header=False, values=True)
    data = page(_with(given, None, grid).report, rng).encode()
    return Varied(data, table_slots(given, "table3"))


@reshape
def column_lost_in_the_header(given: Sample, rng: Random) -> Sample:
    return _with(
        given, None, _without_column(third(given), rng.randrange(5), header=True, values=False)
    )


@reshape
def numbers_of_lines_in_front(given: Sample, rng: Random) -> Sample:
    """A column 序号 before the stub."""
    grid = third(given)
    rows = [
        (GridCell("序号" if i == 0 else "" if i < 3 else str(i - 2)), *row)
        for i, row in enumerate(grid.rows)
    ]
    return _with(given, None, replace(grid, rows=tuple(rows)))


@reshape
def column_of_remarks_behind(given: Sample, rng: Random) -> Sample:
    grid = third(given)
    rows = [(*row, GridCell("备注" if i == 0 else "")) for i, row in enumerate(grid.rows)]
    return _with(given, None, replace(grid, rows=tuple(rows)))


@reshape
def column_of_shares_behind(given: Sample, rng: Random) -> Sample:
    grid = third(given)
    rows = [
        (*row, GridCell("占比" if i == 0 else "" if i < 3 else f"{rng.randint(0, 100)}%"))
        for i, row in enumerate(grid.rows)
    ]
    return _with(given, None, replace(grid, rows=tuple(rows)))


# --- Rows ---------------------------------------------------------------------


def _row(label: str, values: Sequence[object], stub: int = 1) -> tuple[GridCell, ...]:
    cells = (GridCell(str(v), is_value=True) for v in values)
    return (GridCell(label, colspan=stub), *cells)


@reshape
def added_row_in_table_two(given: Sample, rng: Random) -> Sample:
    grid = grids(given.report)[0]
    rows = list(grid.rows)
    rows.insert(4, _row("其他主动公开文件", [rng.randint(1, 99) for _ in range(3)]))
    return _with(given, replace(grid, rows=tuple(rows)))


@reshape
def added_total_row_in_table_two(given: Sample, rng: Random) -> Sample:
    grid = grids(given.report)[0]
    rows = list(grid.rows)
    rows.insert(4, _row("合计", [rng.randint(100, 199) for _ in range(3)]))
    return _with(given, replace(grid, rows=tuple(rows)))


@reshape
def added_row_in_table_three(given: Sample, rng: Random) -> Sample:
    grid = third(given)
    rows = list(grid.rows)
    rows.append(_row("五、其中网上申请数量", [rng.randint(50, 99) for _ in range(7)], 3))
    return _with(given, None, replace(grid, rows=tuple(rows)))


@shape
def row_left_out(given: Sample, rng: Random) -> Varied:
    grid = third(given)
    label = rng.choice(("1.信访举报投诉类申请", "8.属于行政查询事项", "3.其他"))
    key = {"1": "not_processed_petition", "8": "denied_admin_query", "3": "other_misc"}[label[0]]
    rows = tuple(row for row in grid.rows if all(c.text != label for c in row))
    data = page(_with(given, None, replace(grid, rows=rows)).report, rng).encode()
    return Varied(data, frozenset(("table3", key, column) for column in TABLE3_COLUMNS))


@shape
def row_twice_with_other_figures(given: Sample, rng: Random) -> Varied:
    grid = third(given)
    rows = list(grid.rows)
    place = next(i for i, row in enumerate(rows) if any("重复申请" in c.text for c in row))
    again = tuple(
        replace(cell, text=str(int(cell.text) + 1)) if cell.is_value else cell
        for cell in rows[place]
    )
    rows.insert(place + 1, again)
    data = page(_with(given, None, replace(grid, rows=tuple(rows))).report, rng).encode()
    return Varied(data, frozenset(("table3", "not_processed_duplicate", c) for c in TABLE3_COLUMNS))


@shape
def every_table_twice_with_other_figures(given: Sample, rng: Random) -> Varied:
    """全市 and 本级 on one page: neither can be taken for the body's own."""

    def other(cell: GridCell) -> GridCell:
        return replace(cell, text=str(int(float(cell.text)) + 5)) if cell.is_value else cell

    body: list[object] = []
    for item in given.report.body:
        body.append(item)
        if isinstance(item, Grid):
            body += ["（以下为全市汇总数据）", map_cells(item, other)]
    report = replace(given.report, body=tuple(body))  # type: ignore[arg-type]
    return Varied(page(report, rng).encode(), frozenset(given.expected))


# --- Cells --------------------------------------------------------------------


def _rewritten(given: Sample, rng: Random, change: Callable[[str], str]) -> Varied:
    data = page(map_values(given.report, change), rng).encode()
    return Varied(data, frozenset(given.expected))


@shape
def blank_form(given: Sample, rng: Random) -> Varied:
    return _rewritten(given, rng, lambda text: "")


@shape
def all_slashes(given: Sample, rng: Random) -> Varied:
    return _rewritten(given, rng, lambda text: "/")


@shape
def zeros_left_blank(given: Sample, rng: Random) -> Varied:
    data = page(map_values(given.report, lambda t: "" if t == "0" else t), rng).encode()
    return Varied(data, frozenset(s for s, v in given.expected.items() if v == 0))


@shape
def text_instead_of_some_numbers(given: Sample, rng: Random) -> Varied:
    destroyed = frozenset(s for s, v in given.expected.items() if v in (3, 8, 12))
    words = {"3": "约3件左右", "8": "8-9", "12": "见附件"}
    data = page(map_values(given.report, lambda t: words.get(t, t)), rng).encode()
    return Varied(data, destroyed)


# --- Forms --------------------------------------------------------------------


@reshape
def form_of_2019(given: Sample, rng: Random) -> Sample:
    return old_form(given, rng)


@reshape
def table_two_of_2019(given: Sample, rng: Random) -> Sample:
    return old_form(given, rng, third=False)


@reshape
def table_three_of_2019(given: Sample, rng: Random) -> Sample:
    return old_form(given, rng, second=False)


@reshape
def form_of_2019_with_long_notes(given: Sample, rng: Random) -> Sample:
    """Hubei's notes inside labels, and signs as in "减3"."""
    old = old_form(given, rng)
    second = grids(old.report)[0]

    def annotate(cell: GridCell) -> GridCell:
        if cell.text == "其他对外管理服务事项":
            return replace(
                cell, text=cell.text + "（指行政确认、行政给付、行政奖励等，不含行政许可）"
            )
        if cell.is_value and re.fullmatch(r"-\d+", cell.text):
            return replace(cell, text="减" + cell.text[1:])
        return cell

    return _with(old, map_cells(second, annotate))


# --- Table 四 -----------------------------------------------------------------


def _fourth(given: Sample) -> dict[str, list[str]]:
    return {
        group: [str(given.expected["table4", group, column]) for column in TABLE4_COLUMNS]
        for group in TABLE4_GROUPS
    }


def _value_cells(values: Sequence[str]) -> tuple[GridCell, ...]:
    return tuple(GridCell(v, is_value=True) for v in values)


_NAMES = tuple(GridCell(name) for name in TABLE4_COLUMN_NAMES.values())


@reshape
def table_four_a_line_a_group(given: Sample, rng: Random) -> Sample:
    rows: list[tuple[GridCell, ...]] = [(GridCell("类别"), *_NAMES)]
    for group, values in _fourth(given).items():
        rows.append((GridCell(TABLE4_GROUP_NAMES[group]), *_value_cells(values)))
    return _with(given, None, None, Grid(tuple(rows), 1))


@reshape
def table_four_upright(given: Sample, rng: Random) -> Sample:
    """A line a result: three columns of figures, or labels stacked to the left of one column."""
    rows: list[tuple[GridCell, ...]] = []
    for group, values in _fourth(given).items():
        for i, (name, value) in enumerate(zip(_NAMES, _value_cells(values), strict=True)):
            stub = (GridCell(TABLE4_GROUP_NAMES[group], rowspan=5),) if i == 0 else ()
            rows.append((*stub, name, value))
    return _with(given, None, None, Grid(tuple(rows), 0))


@reshape
def table_four_groups_as_columns(given: Sample, rng: Random) -> Sample:
    head = (GridCell(""), *(GridCell(name) for name in TABLE4_GROUP_NAMES.values()))
    rows: list[tuple[GridCell, ...]] = [head]
    for name, values in zip(_NAMES, zip(*_fourth(given).values(), strict=True), strict=True):
        rows.append((name, *_value_cells(values)))
    return _with(given, None, None, Grid(tuple(rows), 1))


@reshape
def table_four_over_two_rows(given: Sample, rng: Random) -> Sample:
    """行政复议 above, 行政诉讼 below, each with its own header."""
    values = _fourth(given)
    rows = (
        (GridCell("行政复议", colspan=10),),
        tuple(replace(name, colspan=2) for name in _NAMES),
        tuple(replace(c, colspan=2) for c in _value_cells(values["review"])),
        (GridCell("行政诉讼", colspan=10),),
        (GridCell("未经复议直接起诉", colspan=5), GridCell("复议后起诉", colspan=5)),
        (*_NAMES, *_NAMES),
        _value_cells(values["litigation_direct"] + values["litigation_after_review"]),
    )
    return _with(given, None, None, Grid(rows, 0))


@reshape
def table_four_with_a_label_in_front(given: Sample, rng: Random) -> Sample:
    grid = grids(given.report)[2]
    rows = [(GridCell("项目" if i == 0 else ""), *row) for i, row in enumerate(grid.rows)]
    rows[-1] = (GridCell("件数"), *grid.rows[-1])
    return _with(given, None, None, replace(grid, rows=tuple(rows)))


@reshape
def table_four_litigation_first(given: Sample, rng: Random) -> Sample:
    values = _fourth(given)
    order = ("litigation_direct", "litigation_after_review", "review")
    rows = (
        (GridCell("行政诉讼", colspan=10), GridCell("行政复议", colspan=5)),
        (
            GridCell("未经复议直接起诉", colspan=5),
            GridCell("复议后起诉", colspan=5),
            *(replace(n, rowspan=2) for n in _NAMES),
        ),
        (*_NAMES, *_NAMES),
        _value_cells([v for g in order for v in values[g]]),
    )
    return _with(given, None, None, Grid(rows, 3))


def _cut_fourth(given: Sample, rng: Random, keep: Sequence[int], pad: int = 0) -> Varied:
    grid = grids(given.report)[2]
    last = grid.rows[-1]
    row = (*(GridCell("") for _ in range(pad)), *(last[i] for i in keep))
    cut = replace(grid, rows=(*grid.rows[:-1], row))
    data = page(_with(given, None, None, cut).report, rng).encode()
    return Varied(data, table_slots(given, "table4"))


@shape
def table_four_lost_its_first_cell(given: Sample, rng: Random) -> Varied:
    return _cut_fourth(given, rng, range(1, 15))


@shape
def table_four_lost_a_group(given: Sample, rng: Random) -> Varied:
    lost = rng.randrange(3) * 5
    return _cut_fourth(given, rng, [i for i in range(15) if not lost <= i < lost + 5])


@shape
def table_four_shifted(given: Sample, rng: Random) -> Varied:
    return _cut_fourth(given, rng, range(10), pad=5)


@shape
def table_four_lost_some_cells(given: Sample, rng: Random) -> Varied:
    return _cut_fourth(given, rng, sorted(rng.sample(range(15), rng.randint(6, 14))))


@shape
def table_three_transposed(given: Sample, rng: Random) -> Varied:
    """Applicants as rows, results as columns: nothing that the reader knows."""
    rows: list[tuple[GridCell, ...]] = []
    keys = list(dict.fromkeys(s[1] for s in given.expected if s[0] == "table3"))
    labels = [c.text for row in third(given).rows for c in row if not c.is_value]
    rows.append((GridCell("申请人"), *(GridCell(str(label)) for label in labels[-len(keys) :])))
    for column, name in TABLE3_COLUMN_NAMES.items():
        rows.append(_row(name, [given.expected["table3", key, column] for key in keys]))
    grid = Grid(tuple(rows), 1)
    data = page(_with(given, None, grid).report, rng).encode()
    return Varied(data, table_slots(given, "table3"))


@shape
def table_two_in_one_line(given: Sample, rng: Random) -> Varied:
    """All rows of table 二 side by side: every label above its number."""
    slots = [s for s in given.expected if s[0] == "table2"]
    names = ["规章制发", "规章废止", "规章有效", "规范性文件制发", "规范性文件废止"]
    names += ["规范性文件有效", "行政许可", "行政处罚", "行政强制", "行政事业性收费"]
    head = tuple(GridCell(n) for n in names)
    grid = Grid((head, _value_cells([str(given.expected[s]) for s in slots])), 1)
    data = page(_with(given, grid).report, rng).encode()
    return Varied(data, frozenset(slots))


@shape
def tables_in_one_table(given: Sample, rng: Random) -> Varied:
    """The three tables under each other in one, without the headings between."""
    second, third_, fourth = grids(given.report)
    joined = Grid((*second.rows, *third_.rows, *fourth.rows), 0)
    report = given.report
    body = tuple(item for item in report.body if not isinstance(item, Grid))
    text = page(replace(report, body=body), rng)
    return Varied(text.replace("</body>", raw_html(joined) + "</body>").encode())
