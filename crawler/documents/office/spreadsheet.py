"""Spreadsheets (XLSX, XLS, ET, ODS) → Document: the grids and texts of each visible sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from crawler.documents.document import Block, Document, DocumentError, Note, NoteCode, Paragraph
from crawler.documents.grids import Placed, sheet_blocks
from crawler.documents.html.text import collapse
from crawler.documents.limits import MAX_BLOCKS, too_large
from crawler.documents.office.biff import hidden_in_workbook
from crawler.documents.office.ole import refuse_locked_excel
from crawler.documents.office.sheet_parts import Hidden, inspect
from crawler.documents.office.sheet_values import Sheet, read_sheets
from crawler.documents.office.soffice import convert, find_soffice
from crawler.documents.zips import Zip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

_MANIFEST = "META-INF/manifest.xml"
_PLAIN_NAME = re.compile(r"^(sheet|工作表|表|table)?\s*\d*$", re.I)
_Spans = dict[tuple[int, int], tuple[int, int]]


def read_xlsx(data: bytes, http_charset: str | None = None) -> Document:
    """Read XLSX, XLSM or XLTX. Places: ``sheet[1]/B7``. Raises DocumentError."""
    inside = inspect(data)
    if not inside.computed and find_soffice():
        # Written by a program that computes nothing: the cells show what a reader's Excel computes.
        data = convert(data, "xlsx", "xlsx")
        inside = replace(inspect(data), computed=True)
    text = "部分公式没有保存计算结果，按空白读取"
    notes = () if inside.computed else (Note(NoteCode.READING, text),)
    return _document(read_sheets(data, "XLSX"), XLSX, notes, inside.hidden)


def read_xls(data: bytes, http_charset: str | None = None) -> Document:
    """Read XLS or WPS 表格. Places as for `read_xlsx`. Raises DocumentError."""
    refuse_locked_excel(data)
    return _document(read_sheets(data, "XLS"), XLS, hidden=hidden_in_workbook(data))


def read_ods(data: bytes, http_charset: str | None = None) -> Document:
    """OpenDocument, by way of XLSX (merged cells are not told otherwise). Raises DocumentError."""
    package = Zip(data, "ODS")
    package.read("content.xml")
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise DocumentError("encrypted", "ODS 文件有打开密码，未能读取")
    return _document(read_sheets(convert(data, "ods", "xlsx"), "ODS"), ODS)


def _document(
    sheets: list[Sheet],
    media_type: str,
    notes: tuple[Note, ...] = (),
    hidden: Mapping[str, Hidden] | None = None,
) -> Document:
    visible = [sheet for sheet in sheets if sheet.visible]
    blocks: list[Block] = []
    cells = 0
    for number, sheet in enumerate(visible, 1):
        at = f"sheet[{number}]"
        unseen = (hidden or {}).get(sheet.name, Hidden())
        placed = [cell for cell in _cells(sheet, at) if not unseen.holds(cell, sheet.start)]
        cells += len(placed)
        if cells > MAX_BLOCKS:
            raise too_large(f"工作簿超过 {MAX_BLOCKS} 个单元格")
        if placed and not _PLAIN_NAME.match(sheet.name.strip()):
            blocks.append(Paragraph(collapse(sheet.name), at))
        blocks.extend(sheet_blocks(placed, at))
    if skipped := len(sheets) - len(visible):
        notes = (*notes, Note(NoteCode.UNREAD, f"跳过了 {skipped} 个隐藏的工作表"))
    return Document(media_type, tuple(blocks), notes=notes)


def _cells(sheet: Sheet, at: str) -> Iterator[Placed]:
    """Every position within the used part of a sheet, merged ones once."""
    top, left = sheet.start
    spans, covered = _merged(sheet)
    for r, row in enumerate(sheet.rows):
        for c, content in enumerate(row):
            if (r, c) not in covered:
                place = f"{at}/{_letters(left + c)}{top + r + 1}"
                lines = tuple(text for line in content.splitlines() if (text := collapse(line)))
                yield Placed(r, c, lines, place, *spans.get((r, c), (1, 1)))


def _merged(sheet: Sheet) -> tuple[_Spans, set[tuple[int, int]]]:
    """First cell → (rows, columns), and the cells behind it; within the used part."""
    top, left = sheet.start
    height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
    spans: _Spans = {}
    covered: set[tuple[int, int]] = set()
    area = 0
    for first, start, last, end in sheet.merged:
        r, c = first - top, start - left
        bottom, right = min(last - top + 1, height), min(end - left + 1, width)
        area += max(bottom - max(r, 0), 0) * max(right - max(c, 0), 0)
        if area > MAX_BLOCKS:
            raise too_large(f"合并单元格超过 {MAX_BLOCKS} 个")
        inside = {(y, x) for y in range(max(r, 0), bottom) for x in range(max(c, 0), right)}
        # Overlapping ranges are a fault of the file: the first one holds.
        if (r, c) in inside and not inside & covered and not inside & spans.keys():
            spans[r, c] = bottom - r, right - c
            covered |= inside - {(r, c)}
    return spans, covered


def _letters(column: int) -> str:
    """0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
