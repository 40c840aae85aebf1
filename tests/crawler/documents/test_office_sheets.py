"""Workbooks of clerks: number formats, formulas, marks of notes, several sheets, hidden things."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from crawler.documents.document import DocumentError
from crawler.documents.office.number_formats import shown_number, shown_text
from crawler.documents.office.spreadsheet import read_sheet_xml, read_xlsx
from crawler.documents.sniff import open_document
from crawler.parsing.reading import read
from storage.domain import AnnualReport, ParseFailure
from tests.corpus.convert import office
from tests.crawler.documents.office_files import (
    Put,
    changed,
    needs_soffice,
    put_number,
    report_book,
    saved,
    zipped,
)
from tests.crawler.documents.test_docx import shown
from tests.crawler.documents.test_spreadsheet import grids, xlsx
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import Sample, sample

SHEET = "xl/worksheets/sheet1.xml"
ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '
RAISED, STRUCK = InlineFont(vertAlign="superscript"), InlineFont(strike=True)
_NUMBER = re.compile(r'<c r="(\w+)"([^>]*?) t="n"><v>([^<]*)</v></c>')


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("12", "0", None), ("1234.5", "#,##0.00", None), ("12", "#,##0_);[Red](#,##0)", None),
        ("-8", "0;(0)", None), ("12", "0.00E+00", None), ("12", "# ?/?", None),
        ("12", "[DBNum1][$-804]General", None), ("12", "yyyy-mm-dd", None),
        ("12", '0"件"', "12件"), ("12", '"共"0" 件"', "共12 件"), ("12", "0\\件", "12件"),
        ("0", ";;;", ""), ("12", ";;;", ""), ("0", "0;;", ""), ("12", "0;;", None),
        ("0", "0;-0;;@", ""), ("0", "#", ""), ("0", "#,###", ""), ("0", "0", None),
        ("0", ACCOUNTING, "-"), ("12", ACCOUNTING, None), ("0.5", "0%", "50%"),
        ("0.1234", "0.00%", "12.34%"), ("12000", "#,##0,", "12"), ("12345", "#,##0,", "\ufffd"),
        ("12000", '0\\.0,"万"', "1.2万"), ("12345", "0!.0,", "\ufffd"),
        ("12", "[$¥-804]#,##0.00", "¥12"), ("0", '[=0]"无";0', "无"), ("5", '[=0]"无";0', None),
        ("45300", "yyyy年m月d日", "2024年1月9日"), ("12", "0" * 300 + '"件"', None),
        ("1e300", "#,##0,%", None),
    ],
)  # fmt: skip
def test_numbers_are_what_their_format_shows(value: str, code: str, text: str | None) -> None:
    assert shown_number(Decimal(value), code) == text


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("12", "General", None), ("12", "0;;", None), ("无", ACCOUNTING, None),
        ("12", '@"件"', "12件"), ("12", ";;;", ""), ("12", '0;-0;0;"无"', "无"),
    ],
)  # fmt: skip
def test_texts_are_what_their_format_shows(value: str, code: str, text: str | None) -> None:
    assert shown_text(value, code) == text


# --- Whole reports ------------------------------------------------------------------------


def formatted(code: str) -> Put:
    def put(sheet: Worksheet, row: int, column: int, text: str) -> None:
        put_number(sheet, row, column, text)
        sheet.cell(row, column).number_format = code

    return put


def written(change: Callable[[str], object]) -> Put:
    def put(sheet: Worksheet, row: int, column: int, text: str) -> None:
        sheet.cell(row, column).value = change(text)

    return put


def struck(sheet: Worksheet, row: int, column: int, text: str) -> None:
    put_number(sheet, row, column, text)
    sheet.cell(row, column).font = Font(strike=True)


def book(put: Put = put_number, seed: int = 0) -> bytes:
    return saved(report_book(sample(seed), put))


def cells(change: str) -> bytes:
    """The XML of every cell with a number replaced; results of formulas count as sound."""
    data = changed(book(), SHEET, lambda xml: _NUMBER.sub(change, xml))
    return changed(data, "xl/workbook.xml", lambda xml: xml.replace('fullCalcOnLoad="1"', ""))


def scored(data: bytes, seed: int = 0) -> tuple[int, int, int, int]:
    """Cells right, blank, lost, and false ones."""
    report = read(data).result
    assert isinstance(report, AnnualReport), report
    result = score(report, sample(seed).expected)
    wrong = len(result.wrong) + len(result.invented)
    return len(result.right), len(result.blank), len(result.lost), wrong


RIGHT: dict[str, Callable[[], bytes]] = {
    "words behind": lambda: book(formatted('0"件"')),
    "texts": lambda: book(written(lambda t: f" {t}\u00a0")),
    "raised": lambda: book(written(lambda t: CellRichText(t, TextBlock(RAISED, "1")))),
    "raised words": lambda: book(written(lambda t: CellRichText(t, TextBlock(RAISED, "注1")))),
    "struck out before": lambda: book(written(lambda t: CellRichText(TextBlock(STRUCK, "77"), t))),
    "phonetic guides": lambda: cells(
        r'<c r="\1"\2 t="inlineStr"><is><t>\3</t><rPh sb="0" eb="1"><t>9</t></rPh></is></c>'
    ),
    "results": lambda: cells(r'<c r="\1"\2><f>1+1</f><v>\3</v></c>'),
    "declared size": lambda: changed(
        book(), SHEET, lambda xml: re.sub(r'(<dimension ref=)"[^"]*"', r'\1"A1:XFD1048576"', xml)
    ),
    "formatted to the end": lambda: changed(
        book(), SHEET,
        lambda xml: xml.replace(
            "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
        ),
    ),
}  # fmt: skip
UNREAD: dict[str, Callable[[], bytes]] = {
    "errors": lambda: cells(r'<c r="\1"\2 t="e"><v>#REF!</v></c>'),
    "results that are errors": lambda: cells(r'<c r="\1"\2 t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
    "percentages": lambda: book(formatted("0%")),
    "dates": lambda: book(formatted("yyyy-mm-dd")),
    "true": lambda: book(written(lambda t: True)),
    "two lines": lambda: book(written(lambda t: "1\n234")),
    "struck out": lambda: book(struck),
}


@pytest.mark.parametrize("name", RIGHT)
def test_every_figure_is_what_is_seen(name: str) -> None:
    assert scored(RIGHT[name]()) == (200, 0, 0, 0)


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_no_figure_is_neither_blank_nor_a_number(name: str) -> None:
    assert scored(UNREAD[name]()) == (0, 0, 200, 0)


@pytest.mark.parametrize("code", ["0;;", ACCOUNTING])
def test_zeros_that_are_not_shown_are_not_read(code: str) -> None:
    expected = sample(1).expected
    report = read(book(formatted(code), seed=1)).result
    assert isinstance(report, AnnualReport)
    values = {slot: report.cell(*slot).value for slot in expected}
    assert all(values[slot] == (number or None) for slot, number in expected.items())
    told = any("不显示" in issue.message for issue in report.issues)
    assert told is (code == "0;;")


def test_zeros_of_a_sheet_that_hides_them_are_blank() -> None:
    data = changed(
        xlsx(("a", "b", "c"), (0, 5, 1), (3, 0, 2)), SHEET,
        lambda xml: xml.replace("<sheetView ", '<sheetView showZeros="0" '),
    )  # fmt: skip
    assert shown(grids(read_xlsx(data))[0])[1:] == [["", "5", "1"], ["3", "", "2"]]


# --- Formulas -----------------------------------------------------------------------------


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without LibreOffice."""
    monkeypatch.setattr("crawler.documents.office.spreadsheet.find_soffice", lambda: None)


STALE = r'<c r="\1"\2><f>\3+0</f><v>0</v></c>'


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    "change",
    [r'<c r="\1"\2><f>\3+0</f></c>', r'<c r="\1"\2><f t="shared" si="0"/><v/></c>', STALE],
    ids=["no result", "empty result", "to be computed anew"],
)
def test_formulas_without_results_are_unread(change: str) -> None:
    data = changed(book(), SHEET, lambda xml: _NUMBER.sub(change, xml))
    assert scored(data) == (0, 0, 200, 0)


@pytest.mark.usefixtures("alone")
def test_unread_formulas_at_the_edge_keep_their_column_and_are_told() -> None:
    document = read_xlsx(xlsx(("甲", 1, "=A1"), ("乙", 2, "=A2"), ("丙", 3, '=IF(1,"","")')))
    assert [row[2] for row in shown(grids(document)[0])] == ["\ufffd"] * 3
    assert "3 个公式" in document.remarks[0].message


@needs_soffice
def test_results_that_another_program_computes_are_checked() -> None:
    rows = (
        ("和", 2, "=B1+1"), ("错误", 2, "=B1/0"), ("无此函数", 2, "=FOOBAR(B1)"), ("循环", 2, "=C4+1"),
        ("无此表", 2, "='不存在'!A1"),
    )  # fmt: skip
    (grid,) = grids(read_xlsx(xlsx(*rows)))
    assert [row[2] for row in shown(grid)] == ["3", "\ufffd", "\ufffd", "\ufffd", "\ufffd"]
    stale = changed(book(), SHEET, lambda xml: _NUMBER.sub(STALE, xml))
    assert scored(stale) == (200, 0, 0, 0)


@needs_soffice
def test_what_asks_other_files_or_the_clock_is_not_computed(tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(xlsx((4242,)))
    for outward in ("='[1]Sheet'!A1", "=YEAR(TODAY())", f"='{other.as_uri()}'#$Sheet.A1"):
        (grid,) = grids(read_xlsx(xlsx(("甲", 1, outward), ("乙", 2, "=C1+1"))))
        assert [row[2] for row in shown(grid)] == ["\ufffd", "\ufffd"]


# --- Sheets -------------------------------------------------------------------------------


def two_sheets(first: Sample, second: Sample) -> Workbook:
    made = report_book(first)
    copy = made.create_sheet("另一份")
    source = report_book(second).active
    assert isinstance(source, Worksheet)
    for row in source.iter_rows():
        for cell in row:
            if cell.value is not None:
                copy.cell(cell.row, cell.column, cell.value)
    return made


def test_two_reports_in_one_workbook_are_not_mixed() -> None:
    different = saved(two_sheets(sample(0), sample(1)))
    failure = read(different).result
    assert isinstance(failure, ParseFailure) and failure.code.value == "unsupported"
    assert scored(saved(two_sheets(sample(0), sample(0)))) == (200, 0, 0, 0)
    hidden = load_workbook(io.BytesIO(different))
    hidden["另一份"].sheet_state = "hidden"
    assert scored(saved(hidden)) == (200, 0, 0, 0)


def test_a_merged_label_over_a_hidden_column_is_seen() -> None:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in (("项目", None, "数"), ("予以公开", None, 5), ("不予公开", None, 6)):
        sheet.append(row)
    for number in (1, 2, 3):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=2)
    sheet.column_dimensions["A"].hidden = True
    assert [row[-1] for row in shown(grids(read_xlsx(saved(made)))[0])] == ["数", "5", "6"]
    assert shown(grids(read_xlsx(saved(made)))[0])[1][0] == "予以公开"


def test_binary_workbooks_are_refused_clearly() -> None:
    data = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\0" * 99})
    with pytest.raises(DocumentError, match="XLSB") as caught:
        open_document(data)
    assert caught.value.code == "unsupported"


def test_text_boxes_are_told() -> None:
    """What floats over the cells is not read: it must not count as missing."""
    drawing = (
        '<d:wsDr xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:sp><d:txBody>'
        "<a:p><a:r><a:t>{}</a:t></a:r></a:p></d:txBody></d:sp></d:wsDr>"
    )
    for text, told in (("一、总体情况", True), ("", False)):
        with zipfile.ZipFile(io.BytesIO(xlsx(("甲", 1), ("乙", 2)))) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        data = zipped({**parts, "xl/drawings/drawing1.xml": drawing.format(text)})
        assert any("文本框" in note.message for note in read_xlsx(data).remarks) is told


# --- XLS and ODS, as LibreOffice writes them -----------------------------------------------

SMALL = (
    ("项目", "数", "说明"),
    ("百分比", 0.5, "a"), ("零", 0, "b"), ("件", 12, "c"), ("错误", "=1/0", "d"), ("公式", "=6*2", "e"),
    ("上标", CellRichText("12", TextBlock(RAISED, "1")), "f"),
    ("划去", CellRichText(TextBlock(STRUCK, "77"), "12"), "g"), ("整格划去", 12, "h"),
)  # fmt: skip


@cache
def small(target: str) -> bytes:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in SMALL:
        sheet.append(row)
    for place, code in (("B2", "0%"), ("B3", "0;;"), ("B4", '0"件"')):
        sheet[place].number_format = code
    sheet["B9"].font = Font(strike=True)
    data = saved(made)
    return office([data], "xlsx", target)[0]


@needs_soffice
@pytest.mark.parametrize("target", ["xls", "ods", "xlsx"])
def test_other_formats_show_the_same(target: str) -> None:
    (grid,) = grids(open_document(small(target)))
    assert [row[1] for row in shown(grid)] == [
        "数", "50%", "", "12件", "\ufffd", "12", "12¹", "12", "\ufffd",
    ]  # fmt: skip


@needs_soffice
def test_an_xls_formula_without_a_result_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.documents.office.spreadsheet.find_soffice", lambda: None)
    data = bytearray(small("xls"))
    # The formula's record: row 5, column 1, any format, the result 12.
    at = re.search(rb"\x06\0..\x05\0\x01\0..\0\0\0\0\0\0\x28\x40", bytes(data), re.S)
    assert at is not None
    data[at.start() + 10 : at.start() + 18] = b"\x03\0\0\0\0\0\xff\xff"
    (grid,) = grids(open_document(bytes(data)))
    assert shown(grid)[5][1] == "\ufffd"


@needs_soffice
def test_excel_2003_xml() -> None:
    names = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = "".join(
        f'<Row><Cell><Data ss:Type="String">行{n}</Data></Cell>'
        f'<Cell ss:Index="3"><Data ss:Type="Number">{n * 7}</Data></Cell></Row>'
        for n in range(1, 4)
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        f'<Workbook xmlns="{names}" xmlns:ss="{names}"><Worksheet ss:Name="Sheet1"><Table>{rows}</Table>'
        "</Worksheet></Workbook>"
    )
    (grid,) = grids(read_sheet_xml(xml.encode()))
    assert shown(grid) == [["行1", "", "7"], ["行2", "", "14"], ["行3", "", "21"]]
    with pytest.raises(DocumentError):
        read_sheet_xml(xml[:300].encode())


@needs_soffice
def test_templates_are_read_as_what_they_are_templates_of() -> None:
    with zipfile.ZipFile(io.BytesIO(small("ods"))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    changed_parts = {n: c.replace(kind + b'"', kind + b'-template"') for n, c in parts.items()}
    data = zipped({**changed_parts, "mimetype": kind + b"-template"})
    (grid,) = grids(open_document(data))
    assert shown(grid)[3][1] == "12件"
