"""Reports as workbooks: everything on one sheet, or each table on its own."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from spiders.samples.reports import Heading
from spiders.samples.tables import Grid
from tests.corpus.drafts import Draft
from tests.corpus.grids import placed, width


def _put(sheet: Worksheet, grid: Grid, top: int, *, numeric: bool) -> int:
    """Writes a table from row ``top`` on; the row after it."""
    for row in placed(grid):
        for p in row:
            y, x, text = top + p.row, 1 + p.column, p.cell.text
            number = numeric and p.cell.is_value and text.isascii() and text.isdigit()
            sheet.cell(y, x, int(text) if number else text or None)
            if p.cell.rowspan > 1 or p.cell.colspan > 1:
                sheet.merge_cells(
                    start_row=y, start_column=x,
                    end_row=y + p.cell.rowspan - 1, end_column=x + p.cell.colspan - 1,
                )  # fmt: skip
    return top + len(grid.rows)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one_sheet(draft: Draft) -> bytes:
    """All in the order of the report; prose over merged cells."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "年度报告"
    numeric = draft.rng.random() < 0.7
    y = 1
    for item in _items(draft):
        if isinstance(item, Grid):
            y = _put(sheet, item, y, numeric=numeric) + 1
            continue
        sheet.cell(y, 1, item)
        sheet.merge_cells(start_row=y, start_column=1, end_row=y, end_column=10)
        y += 1
    return _saved(book)


def sheets(draft: Draft) -> bytes:
    """Prose on the first sheet, then a sheet a table."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "正文"
    numeric = draft.rng.random() < 0.7
    y = 1
    for item in _items(draft):
        if isinstance(item, Grid):
            number = len(book.sheetnames)
            table = book.create_sheet(f"表{number}")
            table.cell(1, 1, f"附表{number}")
            table.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width(item))
            _put(table, item, 2, numeric=numeric)
            continue
        sheet.cell(y, 1, item)
        y += 1
    return _saved(book)


def _items(draft: Draft) -> Iterator[str | Grid]:
    report = draft.report
    yield report.title
    yield report.preface
    for item in report.body:
        yield item.text if isinstance(item, Heading) else item
    yield from report.signature
