"""Cells that were found and could not be read: they are ``absent``, and have a place."""

from __future__ import annotations

from collections.abc import Mapping

from storage.domain import Cell, Issue, Table
from storage.vocab import (
    TABLE2_ROW_NAMES,
    TABLE3_COLUMN_NAMES,
    TABLE3_ROW_NAMES,
    TABLE4_COLUMN_NAMES,
    TABLE4_GROUP_NAMES,
    CellState,
    Layer,
)

_ROWS = TABLE2_ROW_NAMES | TABLE3_ROW_NAMES | TABLE4_GROUP_NAMES
_COLUMNS = TABLE3_COLUMN_NAMES | TABLE4_COLUMN_NAMES
_TABLES = {"table2": "表二", "table3": "表三", "table4": "表四"}


def unread_notes(tables: Mapping[str, Table]) -> list[Issue]:
    """A note for each row with such cells."""
    return [
        Issue(
            Layer.EXTRACTION,
            "T-READING",
            f"{_TABLES[name]}“{_ROWS.get(row, row)}”一行有 {len(lost)} 格有内容而未能读出"
            f"{_named(lost)}，不作判断",
            f"{name}.{row}",
        )
        for name, table in tables.items()
        for row, cells in table.items()
        if (lost := [column for column, cell in cells.items() if _is_unread(cell)])
    ]


def _is_unread(cell: Cell) -> bool:
    return cell.state is CellState.ABSENT and cell.at is not None


def _named(columns: list[str]) -> str:
    names = [_COLUMNS[column] for column in columns if column in _COLUMNS]
    return f"（{'、'.join(names)}）" if names and len(names) == len(columns) else ""
