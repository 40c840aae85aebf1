"""Layout defects that must not change what is read: every number is still there, in its place.

Each works on the tables before they are written, so that it comes in every format. Named after
what real reports show (lost stub cells at page breaks, misspelt labels, phantom rows …).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from spiders.samples.reports import Heading
from spiders.samples.tables import Grid, GridCell
from tests.corpus.drafts import Draft, Form
from tests.corpus.grids import (
    cut,
    free_columns,
    inserted,
    map_grids,
    map_labels,
    map_values,
    placed,
)

Blemish = Callable[[int, Grid, Random], Grid]
"""(number of the table, its grid, choices) -> the grid."""

BLEMISHES: dict[str, Blemish] = {}
_GROUP = re.compile(r"^（[三四五六]）|^三、")


def blemish(change: Blemish) -> Blemish:
    """Registers a defect of one table's layout."""
    BLEMISHES[change.__name__] = change
    return change


def blemished(draft: Draft, names: Sequence[str] | None = None) -> Draft:
    """The draft with these defects, or with one to three that its seed draws."""
    rng = Random(f"blemishes {draft.seed}")
    if names is None:
        known = [*BLEMISHES, torn_over_pages.__name__]
        names = sorted(rng.sample(known, rng.randint(1, 3)))
    if draft.form is Form.EARLY:
        return draft
    report = draft.report
    for name in names:
        if name in BLEMISHES:
            change = BLEMISHES[name]
            report = map_grids(report, lambda n, grid, change=change: change(n, grid, rng))
    changed = replace(draft, report=report, blemishes=tuple(names))
    return torn_over_pages(changed, rng) if torn_over_pages.__name__ in names else changed


# --- Labels -------------------------------------------------------------------


@blemish
def stub_cells_lost(number: int, grid: Grid, rng: Random) -> Grid:
    """The cells of groups are there, their words are not."""
    return map_labels(grid, lambda t: "" if _GROUP.match(t) and rng.random() < 0.6 else t)


_UNIT = re.compile("[百千万亿]*元")
"""A misspelt unit is another unit: 元 for 万元 changes what the numbers mean."""


@blemish
def labels_misspelt(number: int, grid: Grid, rng: Random) -> Grid:
    """One character wrong, missing or twice in some of the longer labels."""

    def misspell(label: str) -> str:
        if len(label) < 8 or rng.random() > 0.35:
            return label
        place = rng.randrange(3, len(label) - 1)
        put = rng.choice((rng.choice("度信和的了公"), "", label[place] * 2))
        if any(unit.start() <= place < unit.end() for unit in _UNIT.finditer(label)):
            return label
        return label[:place] + put + label[place + 1 :]

    return map_labels(grid, misspell)


_RENAMED = (
    ("规章", "规章（县级无此项）"),
    ("行政规范性文件", "规范性文件"),
    ("本年制发件数", "本年度制发件数"),
    ("现行有效件数", "现行有效件数（历史累计）"),
    ("属于三类内部事务信息", "属于三类内容事务信息"),
    ("属于四类过程性信息", "属于四类过程性性信息"),
    ("只计这一情形，不计其他情形", "只计这一情况，不计其他情况"),
    ("危及“三安全一稳定”", "危及三安全一稳定"),
    ("行政事业性收费", "行政事业性收费项目"),
    ("结转下年度继续办理", "结转下年继续办理"),
    ("上年结转政府信息公开申请数量", "上年度结转政府信息公开申请数"),
    ("本机关不掌握相关政府信息", "本机关不掌握相关信息"),
    ("尚未审结", "尚未审理终结"),
    ("社会公益组织", "公益组织"),
    ("要求行政机关确认或重新出具已获取信息", "要求行政机关确认或者重新出具已经获取的信息"),
)


@blemish
def labels_renamed(number: int, grid: Grid, rng: Random) -> Grid:
    chosen = rng.sample(_RENAMED, 5)

    def rename(label: str) -> str:
        for old, new in chosen:
            if re.sub(r"^\d\.|^（.）|^[一二四]、", "", label) == old or "，" in old:
                label = label.replace(old, new)
        return label

    return map_labels(grid, rename)


@blemish
def numbering_changed(number: int, grid: Grid, rng: Random) -> Grid:
    """Other brackets and points, or no numbers at all."""
    style = rng.randrange(3)

    def renumber(label: str) -> str:
        if style == 0:
            return re.sub(r"^（(.)）", r"(\1)", re.sub(r"^(\d)\.", r"（\1）", label))
        if style == 1:
            return re.sub(r"^(\d)\.", r"\1、", label)
        return re.sub(r"^\d\.", "", label)

    return map_labels(grid, renumber)


@blemish
def labels_downward(number: int, grid: Grid, rng: Random) -> Grid:
    """Short labels with one character a line, as in narrow columns."""
    return map_labels(
        grid,
        lambda t: "\n".join(t) if 2 <= len(t) <= 8 and rng.random() < 0.5 else t,
    )


@blemish
def labels_spaced(number: int, grid: Grid, rng: Random) -> Grid:
    return map_labels(
        grid, lambda t: "  ".join(t) if 2 <= len(t) <= 4 and rng.random() < 0.7 else t
    )


# --- Rows ---------------------------------------------------------------------


def _rows_with_values(grid: Grid) -> list[int]:
    return [i for i, row in enumerate(grid.rows) if any(cell.is_value for cell in row)]


@blemish
def phantom_row(number: int, grid: Grid, rng: Random) -> Grid:
    """（六） in a row of its own above 其他处理, its cells empty."""
    if number != 1:
        return grid
    at = next(
        (i for i, row in enumerate(grid.rows) if any("其他处理" in c.text for c in row)), None
    )
    if at is None:
        return grid
    free = free_columns(grid, at)
    blank = tuple(GridCell("") for _ in range(7))
    return inserted(grid, at, (GridCell("（六）", colspan=free - 7), *blank))


@blemish
def blank_rows(number: int, grid: Grid, rng: Random) -> Grid:
    places = _rows_with_values(grid)
    if number == 2:
        return grid
    for at in sorted(rng.sample(places, min(2, len(places))), reverse=True):
        empty = tuple(GridCell("") for _ in range(free_columns(grid, at)))
        grid = inserted(grid, at, empty)
    return grid


@blemish
def row_torn_in_two(number: int, grid: Grid, rng: Random) -> Grid:
    """A long label goes on in a row of its own, beside empty cells, as after a page break."""
    candidates = [
        (i, row)
        for i, row in enumerate(grid.rows)
        if number == 1
        and any(len(c.text) >= 14 and not c.is_value and c.rowspan == 1 for c in row)
        and any(c.is_value for c in row)
    ]
    if not candidates:
        return grid
    at, row = rng.choice(candidates)
    label = next(c for c in row if len(c.text) >= 14 and not c.is_value and c.rowspan == 1)
    place = rng.randrange(8, len(label.text) - 2)
    rest = tuple(
        GridCell(label.text[place:], colspan=c.colspan)
        if c is label
        else GridCell("", colspan=c.colspan)
        for c in row
        if c.rowspan == 1
    )
    first = tuple(replace(c, text=label.text[:place]) if c is label else c for c in row)
    rows = (*grid.rows[:at], first, *grid.rows[at + 1 :])
    free = free_columns(grid, at + 1)
    if sum(c.colspan for c in rest) != free:
        # The group's cell ends with this row: nothing spans down to the torn-off part.
        rest = (GridCell("", colspan=free - sum(c.colspan for c in rest)), *rest)
    return inserted(replace(grid, rows=rows), at + 1, rest)


@blemish
def header_repeated(number: int, grid: Grid, rng: Random) -> Grid:
    """The header once more in the middle, as on the next page."""
    if number != 1:
        return grid
    at = rng.choice(_rows_with_values(grid)[8:18])
    above, below = cut(grid, at)
    rows = (*above.rows, *grid.rows[: grid.header_rows], *below.rows)
    return Grid(rows, grid.header_rows)


def torn_over_pages(draft: Draft, rng: Random) -> Draft:
    """Tables two and three in two pieces with a page number between, the second with or without
    its header."""
    body: list[Heading | str | Grid] = []
    number = -1
    for item in draft.report.body:
        if not isinstance(item, Grid):
            body.append(item)
            continue
        number += 1
        places = _rows_with_values(item)
        if len(places) < 4 or rng.random() < 0.4:
            body.append(item)
            continue
        above, below = cut(item, rng.choice(places[1:-1]))
        if number == 1 and rng.random() < 0.4:
            header = item.rows[: item.header_rows]
            below = Grid((*header, *below.rows), item.header_rows)
        body += [above, rng.choice(("- 3 -", "—4—", "第5页", "")) or "", below]
    kept = tuple(item for item in body if item != "")
    return replace(draft, report=replace(draft.report, body=kept))


# --- Cells --------------------------------------------------------------------


@blemish
def thousands_separators(number: int, grid: Grid, rng: Random) -> Grid:
    return map_values(grid, lambda t: f"{int(t):,}" if re.fullmatch(r"\d{4,}", t) else t)


@blemish
def full_width_figures(number: int, grid: Grid, rng: Random) -> Grid:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    return map_values(grid, lambda t: t.translate(wide) if re.fullmatch(r"[\d.]+", t) else t)


@blemish
def padded_values(number: int, grid: Grid, rng: Random) -> Grid:
    """No-break and ideographic spaces around numbers."""
    return map_values(
        grid, lambda t: rng.choice(("\u00a0{}", "{}　", " {} ")).format(t) if t else t
    )


@blemish
def column_of_remarks(number: int, grid: Grid, rng: Random) -> Grid:
    """An empty column 备注 behind table 三."""
    if number != 1:
        return grid
    rows = [
        (*(p.cell for p in row), GridCell("备注" if i == 0 else ""))
        for i, row in enumerate(placed(grid))
    ]
    return replace(grid, rows=tuple(rows))
