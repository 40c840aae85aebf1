"""Workbooks: values as they are shown, in their cells; titles and prose as text."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from crawler.documents.document import Document, DocumentError, Grid, Paragraph
from crawler.documents.office.soffice import convert
from crawler.documents.office.spreadsheet import read_xls, read_xlsx
from crawler.parsing.reading import read
from storage.domain import AnnualReport
from storage.vocab import CellState
from tests.crawler.documents.office_files import converted, needs_soffice, ole, saved, zipped
from tests.crawler.documents.test_docx import shown, texts
from tests.crawler.parsing.scoring import score


def xlsx(*rows: tuple[object, ...], merge: tuple[str, ...] = ()) -> bytes:
    """A workbook of one sheet, written from A1."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    return saved(book)


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def refusal(read_it: Callable[[bytes], Document], data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read_it(data)
    return caught.value.code


TABLE = (("项目", "自然人", "总计"), ("予以公开", 16, 16), ("部分公开", None, 2.0))


def test_values_are_shown_with_all_their_digits() -> None:
    values = (16.0, 12.345, 0.1 + 0.2, 1e15, -8, 0.000012, 2**53, True, "007", "  55 件 ")
    (grid,) = grids(read_xlsx(xlsx(values, values)))
    assert shown(grid)[0] == [
        "16", "12.345", "0.3", "1000000000000000", "-8", "0.000012", "9007199254740990", "TRUE",
        "007", "55 件",
    ]  # fmt: skip


def test_dates_are_written_as_in_a_report() -> None:
    row = (date(2024, 1, 9), datetime(2024, 1, 9, 0, 0))
    (grid,) = grids(read_xlsx(xlsx(row, row)))
    assert shown(grid)[0] == ["2024年1月9日", "2024年1月9日"]


def test_places_are_those_of_the_sheet() -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for r, row in enumerate(TABLE, 5):
        for c, value in enumerate(row, 27):
            sheet.cell(r, c, value)
    (grid,) = grids(read_xlsx(saved(book)))
    assert [[cell.at for cell in row if cell] for row in grid.rows][1] == [
        "sheet[1]/AA6", "sheet[1]/AB6", "sheet[1]/AC6",
    ]  # fmt: skip
    assert shown(grid)[2] == ["部分公开", "", "2"]


def test_merged_cells_have_their_spans() -> None:
    rows = (("申请人", "自然人", "法人", None), (None, None, "企业", "机构"), ("甲", 1, 2, 3))
    (grid,) = grids(read_xlsx(xlsx(*rows, merge=("A1:A2", "B1:B2", "C1:D1"))))
    first = grid.rows[0][0]
    assert first is not None and (first.rowspan, first.colspan) == (2, 1)
    assert shown(grid)[1] == ["申请人", "自然人", "企业", "机构"]
    assert shown(grid)[0] == ["申请人", "自然人", "法人", "法人"]


def test_a_blank_merged_value_is_one_blank_cell() -> None:
    rows = (
        ("信息内容", "制发", "废止", "现行"),
        ("行政许可", None, None, None),
        ("行政处罚", 5, None, None),
    )
    (grid,) = grids(read_xlsx(xlsx(*rows, merge=("B2:D2", "B3:D3"))))
    assert [cell.text for cell in grid.own_cells(1)] == ["行政许可", ""]


def test_hidden_sheets_are_skipped_and_told() -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "veryHidden"
    named = book.create_sheet("三、收到和处理政府信息公开申请情况")
    for target in (sheet, hidden, named):
        for row in TABLE:
            target.append(row)
    document = read_xlsx(saved(book))
    assert [grid.at for grid in grids(document)] == ["sheet[1]", "sheet[2]"]
    assert texts(document) == ["三、收到和处理政府信息公开申请情况"]
    assert "1 个隐藏的工作表" in document.remarks[0].message


@needs_soffice
@pytest.mark.parametrize("target", ["xlsx", "xls"])
def test_hidden_rows_and_columns_are_not_read(target: str) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "表三"
    for number, row in enumerate((*TABLE, ("旧数据", 99, 99)), 1):
        sheet.append((*row[:1], number * 11, *row[1:]))
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[4].hidden = True
    data = saved(book)
    document = read_xlsx(data) if target == "xlsx" else read_xls(convert(data, "xlsx", "xls"))
    (grid,) = grids(document)
    assert [[cell.text for cell in grid.own_cells(r)] for r in range(3)] == [
        ["项目", "自然人", "总计"], ["予以公开", "16", "16"], ["部分公开", "", "2"],
    ]  # fmt: skip
    assert len(grid.rows) == 3


def test_titles_headings_and_prose_are_text_and_part_the_tables() -> None:
    prose = "本机关按照要求公开了各类政府信息，" * 8
    wide = (*TABLE[0], "甲", "乙"), ("本年新收", 1, 2, 3, 6)
    document = read_xlsx(
        xlsx(
            ("某县水利局2023年政府信息公开工作年度报告",), ("一、总体情况",), (f"{prose}\n第二段",),
            ("二、主动公开政府信息情况",), *TABLE, (), ("三、收到和处理政府信息公开申请情况",), *wide,
            ("某县水利局",), (date(2024, 1, 9),),
            merge=("A1:E1", "A3:E3"),
        )
    )  # fmt: skip
    kinds = [b.text[:4] if isinstance(b, Paragraph) else len(b.rows[0]) for b in document.blocks]
    assert kinds == [
        "某县水利", "一、总体", "本机关按", "第二段", "二、主动", 3, "三、收到", 5, "某县水利", "2024",
    ]  # fmt: skip


def test_a_title_narrower_than_a_stray_note_is_a_title() -> None:
    rows = (("某县水利局2023年政府信息公开工作年度报告",), *TABLE, (None,) * 9 + ("制表人",))
    document = read_xlsx(xlsx(*rows, merge=("A1:C1",)))
    assert texts(document) == ["某县水利局2023年政府信息公开工作年度报告", "制表人"]


def test_a_label_with_blank_cells_behind_it_stays_in_its_table() -> None:
    rows = (
        ("项目", None, None, "自然人", "总计"),
        ("一、本年新收政府信息公开申请数量", None, None, 1, 1),
        ("四、结转下年度继续办理", None, None, None, None),
    )
    (grid,) = grids(read_xlsx(xlsx(*rows, merge=("A1:C1", "A2:C2", "A3:C3"))))
    assert [cell.text for cell in grid.own_cells(2)] == ["四、结转下年度继续办理", "", ""]


@needs_soffice
def test_formulas_that_were_never_computed_are_computed() -> None:
    rows = (
        ("项目", "甲", "乙", "总计"),
        *((f"行{r}", r, 2, f"=B{r + 1}+C{r + 1}") for r in range(1, 4)),
    )
    (grid,) = grids(read_xlsx(xlsx(*rows)))
    assert [row[3] for row in shown(grid)] == ["总计", "3", "4", "5"]


# --- Damage and attacks ------------------------------------------------------------------


def with_sheet(change: Callable[[str], str]) -> bytes:
    """A workbook whose sheet's XML was changed."""
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx(*TABLE))) as package:
        parts: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    sheet = parts[name]
    assert isinstance(sheet, bytes)
    return zipped({**parts, name: change(sheet.decode())})


@pytest.mark.parametrize("corner", ["XFD1048576", "A16777217", "B900000", "IV60000"])
def test_two_cells_far_apart_are_too_large(corner: str) -> None:
    far = f'<row r="1048576"><c r="{corner}"><v>2</v></c></row></sheetData>'
    data = with_sheet(lambda xml: xml.replace("</sheetData>", far))
    assert refusal(read_xlsx, data) == "too_large"


def test_merged_areas_without_end_are_bounded() -> None:
    area = '<mergeCell ref="A1:XFD1048576"/>' * 2000
    data = with_sheet(
        lambda xml: xml.replace("</sheetData>", f"</sheetData><mergeCells>{area}</mergeCells>")
    )
    assert texts(read_xlsx(data)) == ["项目"]


def test_entities_are_refused() -> None:
    doctype = '<!DOCTYPE w [<!ENTITY a "1">]>'
    data = with_sheet(lambda xml: xml.replace("<worksheet", f"{doctype}<worksheet", 1))
    assert refusal(read_xlsx, data) == "unreadable"


def test_damage_is_told() -> None:
    whole = xlsx(*TABLE)
    assert refusal(read_xlsx, b"") == refusal(read_xls, b"") == "unreadable"
    assert refusal(read_xlsx, whole[:-400]) == "unreadable"
    assert refusal(read_xlsx, zipped({"xl/workbook.xml": "<workbook/>"})) == "unreadable"
    assert (
        refusal(read_xls, ole({"Workbook": b"\x09\x08\x10\0\0\x06\x05\0" + b"\xff" * 5000}))
        == "unreadable"
    )


def test_a_workbook_with_a_password_is_encrypted() -> None:
    beginning = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    locked = beginning + struct.pack("<HH", 0x2F, 54) + b"\x01\0\x01\0\x01\0" + b"\x77" * 48
    assert refusal(read_xls, ole({"Workbook": locked})) == "encrypted"


@needs_soffice
def test_a_library_that_panics_says_so_in_one_line(tmp_path: object) -> None:
    data = bytearray(converted("xls")[0][1])
    panics = 0
    for place in range(0x200, len(data), 4099):
        broken = bytes(data[:place]) + b"\xff\xff\xff\x7f" * 8 + bytes(data[place + 32 :])
        code = (
            "import sys; from crawler.parsing.reading import read;"
            "r = read(sys.stdin.buffer.read()).result; print(getattr(r, 'message', 'ok'))"
        )
        if place < 4 * 4099:
            done = subprocess.run(
                [sys.executable, "-c", code], input=broken, capture_output=True, check=True
            )
            assert done.stderr == b""
        else:
            message = getattr(read(broken).result, "message", "")
            assert "解析程序出错" not in message
            panics += "损坏" in message
    assert panics


# --- Whole reports -----------------------------------------------------------------------


@needs_soffice
@pytest.mark.parametrize("target", ["xlsx", "xls"])
def test_whole_reports_are_read_without_a_fault(target: str) -> None:
    for sample, data in converted(target):
        report = read(data).result
        assert isinstance(report, AnnualReport)
        result = score(report, sample.expected)
        assert len(result.right) == len(sample.expected) and not result.invented, str(result)
        assert report.title == sample.report.title and len(report.sections) == 6
        cell = report.cell("table3", "granted", "total")
        assert cell.state is CellState.NUMBER and cell.at.startswith("sheet[1]/")
