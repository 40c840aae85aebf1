"""Spreadsheets (XLSX, XLS, ET, ODS) → Document: the grids and texts of each visible sheet."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawler.documents.document import Block, Document, DocumentError, Note, NoteCode, Paragraph
from crawler.documents.grids import Placed, sheet_blocks
from crawler.documents.html.text import collapse
from crawler.documents.limits import MAX_BLOCKS, MAX_GRID, too_large
from crawler.documents.office.biff import inspect_workbook
from crawler.documents.office.marks import cell_lines
from crawler.documents.office.ole import refuse_locked_excel
from crawler.documents.office.sheet_parts import inspect
from crawler.documents.office.sheet_shows import Book, Place, Shows
from crawler.documents.office.sheet_values import Sheet, read_sheets
from crawler.documents.office.soffice import convert, find_soffice
from crawler.documents.parts import Part, different_reports, make_part, without_copies
from crawler.documents.safe_xml import parse_xml
from crawler.documents.zips import Zip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
SHEET_XML = "application/vnd.ms-excel+xml"

_MANIFEST = "META-INF/manifest.xml"
_PLAIN_NAME = re.compile(r"^(sheet|工作表|表|table)?\s*\d*$", re.I)
_Spans = dict[tuple[int, int], tuple[int, int]]


def read_xlsx(data: bytes, http_charset: str | None = None) -> Document:
    """Read XLSX, XLSM or XLTX. Places: ``sheet[1]/B7``. Raises DocumentError."""
    book = inspect(data)
    sheets = read_sheets(data, "XLSX")
    return _document(sheets, XLSX, book, _computed(data, "xlsx", sheets, book))


def read_xls(data: bytes, http_charset: str | None = None) -> Document:
    """Read XLS or WPS 表格. Places as for `read_xlsx`. Raises DocumentError."""
    refuse_locked_excel(data)
    book = inspect_workbook(data)
    sheets = read_sheets(data, "XLS")
    return _document(sheets, XLS, book, _computed(data, "xls", sheets, book))


def read_ods(data: bytes, http_charset: str | None = None) -> Document:
    """OpenDocument, by way of XLSX (merged cells are not told otherwise). Raises DocumentError."""
    package = Zip(data, "ODS")
    package.read("content.xml")
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise DocumentError("encrypted", "ODS 文件有打开密码，未能读取")
    converted = convert(data, "ods", "xlsx")
    return _document(read_sheets(converted, "ODS"), ODS, inspect(converted))


def read_sheet_xml(data: bytes, http_charset: str | None = None) -> Document:
    """Excel 2003 XML, a single file that programs often name .xls. Raises DocumentError."""
    parse_xml(data, "Excel XML")
    converted = convert(data, "xml", "xlsx")
    return _document(read_sheets(converted, "Excel XML"), SHEET_XML, inspect(converted))


def _computed(data: bytes, kind: str, sheets: Sequence[Sheet], book: Book) -> tuple[Note, ...]:
    """Formulas that no program has computed get the results that a reader's Excel shows: those of
    LibreOffice. Where there are none, such cells are unread; never blank, never 0."""
    shown = book.sheets
    wanted = {s.name: shown[s.name] for s in sheets if s.visible and s.name in shown}
    wanted = {name: shows for name, shows in wanted.items() if shows.uncomputed}
    if not wanted:
        return ()
    results: dict[str, dict[Place, str]] = {}
    if find_soffice() and not any(shows.outward for shows in shown.values()):
        # Where that fails too, the other cells are what they are.
        with contextlib.suppress(DocumentError):
            converted = convert(data, kind, "xlsx")
            looks = inspect(converted).sheets
            for sheet in read_sheets(converted, kind.upper()):
                look = looks.get(sheet.name, Shows())
                results[sheet.name] = {**_stored(sheet), **look.texts}
    lost = sum(shows.settle(results.get(name, {})) for name, shows in wanted.items())
    text = f"{lost} 个公式没有可用的计算结果，未能读取"
    return (Note(NoteCode.READING, text),) if lost else ()


def _stored(sheet: Sheet) -> dict[Place, str]:
    top, left = sheet.start
    return {
        (top + r, left + c): content
        for r, row in enumerate(sheet.rows)
        for c, content in enumerate(row)
    }


def _document(
    sheets: list[Sheet],
    media_type: str,
    book: Book,
    notes: tuple[Note, ...] = (),
) -> Document:
    visible = [sheet for sheet in sheets if sheet.visible]
    parts: list[Part] = []
    cells = unseen = 0
    for number, stored in enumerate(visible, 1):
        at = f"sheet[{number}]"
        shows = book.sheets.get(stored.name, Shows())
        sheet = _widened(stored, shows)
        unseen += shows.unseen
        placed = [c for c in _cells(sheet, at, shows) if not shows.hidden.holds(c, sheet.start)]
        cells += len(placed)
        if cells > MAX_BLOCKS:
            raise too_large(f"工作簿超过 {MAX_BLOCKS} 个单元格")
        blocks: list[Block] = []
        if placed and not _PLAIN_NAME.match(sheet.name.strip()):
            blocks.append(Paragraph(collapse(sheet.name), at))
        blocks.extend(sheet_blocks(placed, at))
        parts.append(make_part(at, Document(media_type, tuple(blocks))))
    if (different := different_reports(parts)) > 1:
        text = f"工作簿内有 {different} 份不同的年度报告，无法确定取哪一份；请分别另存后导入"
        raise DocumentError("unsupported", text)
    if unseen:
        text = f"{unseen} 个单元格的值按格式不显示，按空白读取"
        notes = (*notes, Note(NoteCode.READING, text))
    if book.boxes:
        notes = (*notes, Note(NoteCode.UNREAD, f"{book.boxes} 个文本框中的文字未读取"))
    if skipped := len(sheets) - len(visible):
        notes = (*notes, Note(NoteCode.UNREAD, f"跳过了 {skipped} 个隐藏的工作表"))
    kept = tuple(block for part in without_copies(parts) for block in part.document.blocks)
    return Document(media_type, kept, notes=notes)


def _cells(sheet: Sheet, at: str, shows: Shows) -> Iterator[Placed]:
    """Every position within the used part of a sheet, merged ones once."""
    top, left = sheet.start
    spans, covered = _merged(sheet)
    for r, row in enumerate(sheet.rows):
        for c, content in enumerate(row):
            if (r, c) not in covered:
                place = f"{at}/{_letters(left + c)}{top + r + 1}"
                text = shows.texts.get((top + r, left + c), content)
                lines = tuple(cell_lines(text.splitlines()))
                yield Placed(r, c, lines, place, *spans.get((r, c), (1, 1)))


def _widened(sheet: Sheet, shows: Shows) -> Sheet:
    """The sheet with the cells at its edges that show something and store nothing."""
    places = [place for place, text in shows.texts.items() if text]
    height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
    if height:
        top, left = sheet.start
        places += [(top, left), (top + height - 1, left + width - 1)]
    if not places:
        return sheet
    first, start = min(y for y, _ in places), min(x for _, x in places)
    last, end = max(y for y, _ in places), max(x for _, x in places)
    if (last - first + 1) * (end - start + 1) > MAX_GRID:
        raise too_large(f"工作表超过 {MAX_GRID} 个单元格")
    stored = _stored(sheet)
    rows = tuple(
        tuple(stored.get((y, x), "") for x in range(start, end + 1)) for y in range(first, last + 1)
    )
    return replace(sheet, start=(first, start), rows=rows)


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
