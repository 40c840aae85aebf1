"""The official form's tables as grids with spans (国办公开办函〔2021〕30号 and 〔2019〕60号)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from spiders.samples.figures import Counts, Numbers
from storage.vocab import (
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    TABLE4_COLUMN_NAMES,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
)

_BALANCE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_PARTIAL = "部分公开（区分处理的，只计这一情形，不计其他情形）"


@dataclass(frozen=True, slots=True)
class GridCell:
    text: str
    rowspan: int = 1
    colspan: int = 1
    is_value: bool = False


GridRow = tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``header_rows`` rows precede the first row with values."""

    rows: tuple[GridRow, ...]
    header_rows: int


def _value(number: int | Decimal, zero: str = "0", colspan: int = 1) -> GridCell:
    """A number as printed; ``zero`` stands in the place of a zero ("", "/" …)."""
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return GridCell(text if number else zero, colspan=colspan, is_value=True)


# --- Table 二 -----------------------------------------------------------------

_BAND_2021: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("（一）", ("本年制发件数", "本年废止件数", "现行有效件数"),
     {"rules": "规章", "normative_documents": "行政规范性文件"}),
    ("（五）", ("本年处理决定数量",), {"licensing": "行政许可"}),
    ("（六）", ("本年处理决定数量",), {"penalty": "行政处罚", "coercion": "行政强制"}),
    ("（八）", ("本年收费金额（单位：万元）",), {"fees": "行政事业性收费"}),
)  # fmt: skip
_ITEMS = ("上一年项目数量", "本年增/减", "处理决定数量")
_BAND_2019: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("（一）", ("本年新制作数量", "本年新公开数量", "对外公开总数量"),
     {"rules": "规章", "normative_documents": "规范性文件"}),
    ("（五）", _ITEMS, {"licensing": "行政许可", "other_services": "其他对外管理服务事项"}),
    ("（六）", _ITEMS, {"penalty": "行政处罚", "coercion": "行政强制"}),
    ("（八）", _ITEMS[:2], {"fees": "行政事业性收费"}),
    ("（九）", ("采购项目数量", "采购总金额（万元）"), {"procurement": "政府集中采购"}),
)  # fmt: skip


def table2(numbers: Numbers, zero: str = "0", *, old: bool = False) -> Grid:
    """Table 二; values of bands with fewer columns are merged over the width.

    ``zero``: how a zero is printed. ``old``: the form of 2019.
    """
    width = 3 if not old else 6
    rows: list[GridRow] = []
    for item, columns, names in _BAND_2019 if old else _BAND_2021:
        span = width // len(columns)
        rows.append((GridCell(f"第二十条第{item}项", colspan=width + 1),))
        rows.append((GridCell("信息内容"), *(GridCell(c, colspan=span) for c in columns)))
        for row, name in names.items():
            values = (_value(v, zero, span) for v in numbers[row].values())
            rows.append((GridCell(name), *values))
    return Grid(tuple(rows), 0)


# --- Table 三 -----------------------------------------------------------------

_GROUPS = (
    ("（三）不予公开", "denied_"),
    ("（四）无法提供", "unavailable_"),
    ("（五）不予处理", "not_processed_"),
    ("（六）其他处理", "other_"),
)


def table3(numbers: Counts, zero: str = "0") -> Grid:
    """Table 三, 25 data rows or 23 if ``numbers`` has the row ``other_all`` (form of 2019).

    ``zero``: how a zero is printed in the columns of organisations, where bodies that had none
    leave blanks; natural persons and totals are always filled in.
    """
    orgs = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    header: list[GridRow] = [
        (GridCell(_BALANCE, rowspan=3, colspan=3), GridCell("申请人情况", colspan=7)),
        (GridCell("自然人", rowspan=2), GridCell("法人或其他组织", colspan=5), GridCell("总计", 2)),
        tuple(GridCell(name) for name in orgs),
    ]

    def values(row: str) -> GridRow:
        signs = {"natural_person": "0", "total": "0"}
        return tuple(_value(numbers[row][c], signs.get(c, zero)) for c in TABLE3_COLUMNS)

    def wide(label: str, row: str) -> GridRow:
        return (GridCell(label, colspan=3), *values(row))

    results: list[GridRow] = [
        (GridCell("（一）予以公开", colspan=2), *values("granted")),
        (GridCell("（二）" + _PARTIAL, colspan=2), *values("partial")),
    ]
    for title, prefix in _GROUPS:
        names = [row for row in numbers if row.startswith(prefix)]
        if names == ["other_all"]:
            results.append((GridCell(title, colspan=2), *values("other_all")))
            continue
        for position, row in enumerate(names):
            label = GridCell(f"{position + 1}.{TABLE3_ROW_NAMES[row]}")
            group = (GridCell(title, rowspan=len(names)),) if position == 0 else ()
            results.append((*group, label, *values(row)))
    results.append((GridCell("（七）总计", colspan=2), *values("result_total")))
    stub = GridCell("三、本年度办理结果", rowspan=len(results))
    results[0] = (stub, *results[0])
    rows = [
        *header,
        wide("一、本年新收政府信息公开申请数量", "new_received"),
        wide("二、上年结转政府信息公开申请数量", "carried_in"),
        *results,
        wide("四、结转下年度继续办理", "carried_out"),
    ]
    return Grid(tuple(rows), 3)


# --- Table 四 -----------------------------------------------------------------


def table4(numbers: Counts) -> Grid:
    names = tuple(TABLE4_COLUMN_NAMES.values())
    header: list[GridRow] = [
        (GridCell("行政复议", colspan=5), GridCell("行政诉讼", colspan=10)),
        (
            *(GridCell(name, rowspan=2) for name in names),
            GridCell("未经复议直接起诉", colspan=5),
            GridCell("复议后起诉", colspan=5),
        ),
        tuple(GridCell(name) for name in names * 2),
    ]
    cells = [_value(numbers[g][c]) for g in TABLE4_GROUPS for c in TABLE4_COLUMNS]
    return Grid((*header, tuple(cells)), 3)


# --- Writing ------------------------------------------------------------------


def expand(grid: Grid) -> list[list[tuple[GridCell, bool]]]:
    """Every place of the grid with its cell, and whether the cell begins there."""
    taken: dict[tuple[int, int], GridCell] = {}
    rows: list[list[tuple[GridCell, bool]]] = []
    for y, row in enumerate(grid.rows):
        starts: dict[int, GridCell] = {}
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            starts[x] = cell
            for dy in range(cell.rowspan):
                for dx in range(cell.colspan):
                    taken[y + dy, x + dx] = cell
        width = 1 + max(place for line, place in taken if line == y)
        rows.append([(taken[y, x], x in starts) for x in range(width)])
    return rows


def to_text(grid: Grid) -> str:
    """Tab-separated lines: a merged place is an empty field, as office programs copy it."""
    return "\n".join(
        "\t".join(cell.text if begins else "" for cell, begins in row) for row in expand(grid)
    )


def to_html(grid: Grid, cell_html: Callable[[str], str], attributes: Mapping[str, str]) -> str:
    """``<table>`` with rowspan and colspan; ``cell_html`` wraps the text of a cell."""
    opening = "".join(f' {name}="{value}"' for name, value in attributes.items())
    lines = [f"<table{opening}>", "<tbody>"]
    for row in grid.rows:
        lines.append("<tr>" + "".join(_td(cell, cell_html) for cell in row) + "</tr>")
    return "\n".join([*lines, "</tbody>", "</table>"])


def _td(cell: GridCell, cell_html: Callable[[str], str]) -> str:
    spans: Sequence[tuple[str, int]] = (("rowspan", cell.rowspan), ("colspan", cell.colspan))
    attributes = "".join(f' {name}="{size}"' for name, size in spans if size > 1)
    align = "center" if cell.is_value else "left"
    return f'<td{attributes} align="{align}">{cell_html(cell.text)}</td>'
