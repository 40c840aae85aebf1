"""The audit list, written and opened again with other people's readers."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from lxml import html
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pypdfium2 import PdfDocument

from monitor import labels
from monitor.exports import xlsx_file
from monitor.exports.audit_list import AuditError, audit_rows, write_audit
from monitor.exports.columns import BODY_COLUMNS, FINDING_COLUMNS
from settings import find_chromium
from storage.session import Database
from storage.vocab import Severity, Status
from tests.monitor.contract import contract_errors
from tests.monitor.scenario import (
    FORMULA_TITLE,
    JAVASCRIPT,
    LONG_NAME,
    MARKUP,
    NOW,
    SCRIPT_NAME,
    seed_small,
)

AGENCIES = [
    "a-gov",
    "b-office",
    "c-late",
    "d-script",
    "e-long",
    "f-blocked",
    "g-water",
    "h-new",
    "i-seen",
]


@pytest.fixture
def small(sqlite_database: Database) -> Database:
    seed_small(sqlite_database)
    return sqlite_database


def export(database: Database, fmt: str, folder: Path) -> Path:
    path = folder / f"audit.{fmt}"
    with database.session(write=False) as s:
        assert write_audit(s, 2023, fmt, path, NOW) == len(AGENCIES)
    return path


def test_every_body_of_the_year_is_listed_once(database: Database) -> None:
    seed_small(database)
    with database.session(write=False) as s:
        rows = audit_rows(s, 2023)
        assert audit_rows(s, 2022) == []
    assert [row.line.agency for row in rows] == AGENCIES
    assert [row.number for row in rows] == list(range(1, 10))
    late = rows[2]
    assert (late.parent, late.portal) == ("青溪市人民政府", "青溪市人民政府门户网站")
    assert late.severities == {Severity.ERROR: 1, Severity.WARNING: 1, Severity.INFO: 0}
    assert [finding.rule for finding in late.findings] == ["T3-BAL", "S-FEE"]
    assert rows[6].line.status is Status.EXEMPT


def test_a_body_that_was_never_judged_is_unknown_and_says_so(small: Database) -> None:
    with small.session(write=False) as s:
        row = next(row for row in audit_rows(s, 2023) if row.line.agency == "h-new")
    assert row.line.status is Status.UNKNOWN
    assert row.line.checked_at is None
    assert "nianbao judge --year 2023" in labels.why(row.line)


def test_csv_opens_in_excel_without_running_anything(small: Database, tmp_path: Path) -> None:
    path = export(small, "csv", tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == [column.heading for column in BODY_COLUMNS]
    assert [row[header.index("序号")] for row in rows] == [str(n) for n in range(1, 10)]
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]
    late = dict(zip(header, rows[2], strict=True))
    assert late["报告标题"] == "'" + FORMULA_TITLE
    assert (late["状态"], late["逾期天数"], late["公开日期"]) == ("逾期公开", "2", "2024-02-02")
    assert (late["错误数"], late["警告数"], late["提示数"]) == ("1", "1", "0")
    assert late["标记"] == "公开后有改动"
    script = dict(zip(header, rows[3], strict=True))
    assert script["机关名称"] == SCRIPT_NAME
    assert script["日期来源"] == (
        "栏目列表（2024-01-30 03:30 采集未见；2024-02-02 03:30 采集已见）"
    )
    seen = dict(zip(header, rows[8], strict=True))
    assert seen["公开日期"] == "2024-01-30 03:30 至 2024-02-02 03:30 之间"


def test_unknown_is_never_called_a_breach(small: Database, tmp_path: Path) -> None:
    with export(small, "csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["状态"] == "未能核实"]
    assert [row["机关名称"] for row in rows] == ["白石镇人民政府", "青溪市数据局"]
    for row in rows:
        assert row["原因"]
        assert row["逾期天数"] == ""
        assert "不能据此认定未公开" in row["整改提示"]
        assert not any("未见公开" in value for value in row.values())


def test_missing_names_the_run_that_proves_it(small: Database, tmp_path: Path) -> None:
    with export(small, "csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["状态"] == "未见公开")
    assert row["核查时间"] == "2024-02-02 03:30"
    assert row["原因"] == "期限后 2024-02-02 03:30 核查：未见该机关的报告"
    assert "人工" in row["整改提示"]


def test_json_holds_objects_of_the_contract(database: Database, tmp_path: Path) -> None:
    seed_small(database)
    data = json.loads(export(database, "json", tmp_path).read_text(encoding="utf-8"))
    assert data["year"] == 2023
    assert data["generated_at"] == NOW.isoformat()
    assert [body["agency"] for body in data["bodies"]] == AGENCIES
    assert data["summary"] == {
        "bodies": 9,
        "statuses": {
            "missing": 1,
            "late": 1,
            "date_uncertain": 2,
            "unknown": 2,
            "on_time": 1,
            "not_due": 1,
            "exempt": 1,
        },
        "findings": {"error": 2, "warning": 1, "info": 0},
    }
    assert data["bodies"][2]["findings"][0]["evidence"]["expected"] == 16
    assert data["bodies"][3]["url"] == JAVASCRIPT
    for body in data["bodies"]:
        assert contract_errors("status", body) == []
        for finding in body["findings"]:
            assert contract_errors("finding", finding) == []


def test_xlsx_has_its_four_sheets_ready_to_work_with(small: Database, tmp_path: Path) -> None:
    book = load_workbook(export(small, "xlsx", tmp_path))
    assert book.sheetnames == ["概况", "机关清单", "问题明细", "说明"]
    for name, columns, frozen, lines in (
        ("机关清单", BODY_COLUMNS, "C2", 9),
        ("问题明细", FINDING_COLUMNS, "B2", 3),
    ):
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == [column.heading for column in columns]
        assert sheet.freeze_panes == frozen
        assert sheet.auto_filter.ref == f"A1:{get_column_letter(len(columns))}{lines + 1}"
        assert sheet.max_row == lines + 1
        assert sheet.print_title_rows == "$1:$1"
        # Neighbours of one width share an entry.
        widths = {
            place: entry.width
            for entry in sheet.column_dimensions.values()
            for place in range(entry.min, entry.max + 1)
        }
        for place, column in enumerate(columns, start=1):
            assert widths[place] == pytest.approx(column.width, abs=1)
        assert all(cell.alignment.wrap_text for cell in sheet[2])


def test_xlsx_sums_up_on_its_first_sheet(small: Database, tmp_path: Path) -> None:
    sheet = load_workbook(export(small, "xlsx", tmp_path))["概况"]
    assert "2023 年度" in sheet["A1"].value
    assert "2024-02-03 10:00" in sheet["A2"].value
    counts = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert counts["日期存疑"] == counts["未能核实"] == 2
    assert counts["未见公开"] == 1
    assert (counts["错误"], counts["警告"], counts["提示"]) == (2, 1, 0)
    assert sheet["C5"].value == pytest.approx(1 / 9)


def test_xlsx_writes_text_as_text(small: Database, tmp_path: Path) -> None:
    book = load_workbook(export(small, "xlsx", tmp_path))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    links = {cell.hyperlink.target for cell in cells if cell.hyperlink}
    assert links == {
        "http://www.qingxi.example/xxgk/1.html",
        "http://www.qingxi.example/xxgk/2.html",
        "http://www.qingxi.example/xxgk/9.html",
    }
    body = {row[1].value: row for row in book["机关清单"].iter_rows(min_row=2)}
    headings = [column.heading for column in BODY_COLUMNS]
    assert body["青溪市林业局"][headings.index("报告标题")].value == FORMULA_TITLE
    assert body[SCRIPT_NAME][headings.index("报告地址")].value == JAVASCRIPT
    assert LONG_NAME in body
    late = body["青溪市林业局"][headings.index("逾期天数")]
    assert (late.value, late.data_type) == (2, "n")
    fills = {row[8].value: row[8].fill.fgColor.rgb for row in body.values()}
    assert len(set(fills.values())) == len(fills) == 7
    evidence = book["问题明细"].cell(2, 8).value
    assert evidence == (
        "单元格：表三“本年新收政府信息公开申请数量”的“总计” = 16\n应为：16\n实为：15"
    )
    explained = {row[0].value for row in book["说明"].iter_rows()}
    assert {labels.label(status) for status in Status} <= explained


def test_xlsx_makes_no_more_links_than_excel_allows(
    small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "MAX_LINKS", 1)
    sheet = load_workbook(export(small, "xlsx", tmp_path))["机关清单"]
    addresses = [row[15] for row in sheet.iter_rows(min_row=2) if row[15].value]
    assert [bool(cell.hyperlink) for cell in addresses] == [True, False, False, False]


def test_cells_hold_what_a_workbook_can(tmp_path: Path) -> None:
    assert xlsx_file.clean("甲\x00\x0b乙\r\n丙") == "甲乙\n丙"
    long = xlsx_file.clean("长" * 40_000)
    assert len(long) < 32_767
    assert long.endswith("（过长，已截断）")


def test_html_is_one_inert_file(small: Database, tmp_path: Path) -> None:
    text = export(small, "html", tmp_path).read_text(encoding="utf-8")
    page = html.document_fromstring(text)
    assert page.get("lang") == "zh-CN"
    assert not page.xpath("//script | //img | //link | //iframe | //@onerror | //@onclick")
    assert "@import" not in text
    assert "url(" not in text
    outside = [link for link in page.xpath("//a/@href") if not link.startswith("#")]
    assert outside
    assert all(link.startswith("http://www.qingxi.example/") for link in outside)
    for link in page.xpath("//a[not(starts-with(@href, '#'))]"):
        assert "noopener" in link.get("rel")
    assert all(heading.get("scope") for heading in page.xpath("//th"))
    shown = page.text_content()
    for hostile in (SCRIPT_NAME, MARKUP, JAVASCRIPT, FORMULA_TITLE, LONG_NAME):
        assert hostile in shown


def test_html_counts_and_explains(small: Database, tmp_path: Path) -> None:
    page = html.parse(export(small, "html", tmp_path)).getroot()
    overview = page.xpath("//section[@aria-label='概况']")[0]
    chips = [chip.text_content() for chip in overview.xpath(".//li")]
    assert chips == [
        "未见公开1",
        "逾期公开1",
        "日期存疑2",
        "未能核实2",
        "按时公开1",
        "未到期1",
        "无公开义务1",
        "错误2",
        "警告1",
        "提示0",
    ]
    for status in Status:
        band = page.get_element_by_id(status.value).getparent()
        rows = band.xpath("./tr[td]")
        assert rows
        for row in rows:
            assert row.xpath("./td[2]/span[1]/text()") == [labels.label(status)]
    explained = page.xpath("//section[h2='说明']")[0].text_content()
    assert "不表示该机关未公开" in explained
    assert "人工复核" in explained


@pytest.mark.skipif(find_chromium() is None, reason="本机没有 Chromium")
def test_pdf_shows_the_same_list(small: Database, tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="Playwright 未安装（可选的 browser）")
    document = PdfDocument(export(small, "pdf", tmp_path))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    squeezed = "".join(text.split())
    assert "2023年度政府信息公开工作年度报告合规审计清单" in squeezed
    for shown in (SCRIPT_NAME, "未能核实2", "不表示该机关未公开"):
        assert "".join(shown.split()) in squeezed


@pytest.mark.skipif(find_chromium() is None, reason="本机没有 Chromium")
def test_pdf_needs_a_chinese_font(
    small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("playwright", reason="Playwright 未安装（可选的 browser）")
    lister = tmp_path / "bin" / "fc-list"
    lister.parent.mkdir()
    lister.write_text("#!/bin/sh\nexit 0\n")
    lister.chmod(0o755)
    monkeypatch.setenv("PATH", f"{lister.parent}:{os.environ['PATH']}")
    with small.session(write=False) as s, pytest.raises(AuditError, match="中文字体"):
        write_audit(s, 2023, "pdf", tmp_path / "a.pdf", NOW)
    assert not (tmp_path / "a.pdf").exists()


def test_what_cannot_be_written_is_said_in_one_line(small: Database, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("not a folder")
    with small.session(write=False) as s:
        for fmt, path, year, word in (
            ("docx", tmp_path / "a.docx", 2023, "docx"),
            ("csv", tmp_path, 2023, "文件夹"),
            ("xlsx", file / "a.xlsx", 2023, "无法写入"),
            ("html", file / "a.html", 2023, "无法写入"),
            ("json", tmp_path / "a.json", 2019, "nianbao judge --year 2019"),
        ):
            with pytest.raises(AuditError, match=word) as raised:
                write_audit(s, year, fmt, path, NOW)
            assert "\n" not in str(raised.value)
    assert list(tmp_path.glob("*.part")) == list(tmp_path.glob(".*.part")) == []
    assert not (tmp_path / "a.json").exists()


def test_a_failure_leaves_the_list_of_yesterday(
    small: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(small, "xlsx", tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(xlsx_file, "MAX_ROWS", 3)
    with small.session(write=False) as s, pytest.raises(AuditError, match="json"):
        write_audit(s, 2023, "xlsx", path, NOW)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


def test_the_folder_of_the_list_is_made(small: Database, tmp_path: Path) -> None:
    with small.session(write=False) as s:
        write_audit(s, 2023, "csv", tmp_path / "2023" / "清单.csv", NOW)
    assert [p.name for p in (tmp_path / "2023").iterdir()] == ["清单.csv"]
