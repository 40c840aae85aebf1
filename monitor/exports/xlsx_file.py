"""The audit list as a workbook: 概况, 机关清单, 问题明细, 说明.

Every text is written as a string: never a formula, and an address becomes a link only while Excel's
limits on links allow it. Rows go to disk as they are written (``constant_memory``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from monitor import labels
from monitor.exports.columns import BODY_COLUMNS, FINDING_COLUMNS, Column, Value
from monitor.exports.notes import NOTES
from monitor.exports.rows import AuditError, AuditList
from storage.vocab import Severity, Status

FONT = "Microsoft YaHei"
MAX_ROWS = 1_048_576
MAX_TEXT = 32_000
"""Characters of a cell; Excel's own limit is 32 767."""
MAX_LINKS = 60_000
"""Links of a sheet; Excel's own limit is 65 530."""
MAX_LINK_LENGTH = 2_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")

Colours = dict[StrEnum, tuple[str, str]]
"""Background and text."""

STATUS_COLOURS: Colours = {
    Status.MISSING: ("#FBE3E1", "#9B1C13"),
    Status.LATE: ("#FCEBD6", "#8A4B00"),
    Status.DATE_UNCERTAIN: ("#FBF3CF", "#6B5500"),
    Status.UNKNOWN: ("#E9E4F5", "#4B3A87"),
    Status.ON_TIME: ("#DFF1E4", "#17602F"),
    Status.NOT_DUE: ("#E2EEF9", "#1B4F80"),
    Status.EXEMPT: ("#ECEEF0", "#4A5259"),
}
SEVERITY_COLOURS: Colours = {
    Severity.ERROR: STATUS_COLOURS[Status.MISSING],
    Severity.WARNING: STATUS_COLOURS[Status.LATE],
    Severity.INFO: STATUS_COLOURS[Status.NOT_DUE],
}


class _Book:
    """A workbook with its formats; each is made once."""

    def __init__(self, path: Path) -> None:
        self.book: Workbook = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.text = self._format()
        self.number = self._format(align="center")
        self.share = self._format(num_format="0.0%", align="center")
        self.link = self._format(font_color="#1B4F80", underline=1)
        self.head = self._format(
            bold=True, bg_color="#23364A", font_color="#FFFFFF", align="center", valign="vcenter"
        )
        self.title = self.book.add_format({"font_name": FONT, "font_size": 16, "bold": True})
        self.plain = self.book.add_format({"font_name": FONT, "font_size": 10})
        self.coloured: dict[str, Format] = {
            labels.label(value): self._format(bg_color=back, font_color=fore, align="center")
            for value, (back, fore) in {**STATUS_COLOURS, **SEVERITY_COLOURS}.items()
        }

    def _format(self, **properties: Any) -> Format:
        base = {"font_name": FONT, "font_size": 10, "text_wrap": True, "valign": "top"}
        return self.book.add_format({**base, "border": 1, "border_color": "#C9CFD6", **properties})

    def sheet(self, name: str, widths: Sequence[int]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R第 &P 页，共 &N 页")
        return sheet


def clean(text: str) -> str:
    """Text that a workbook may hold: no control characters, no longer than a cell."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n"))
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "……（过长，已截断）"


def write_xlsx(audit: AuditList, path: Path) -> None:
    findings = audit.findings
    if max(len(audit.rows), len(findings)) >= MAX_ROWS:
        raise AuditError(f"超过 Excel 的 {MAX_ROWS} 行上限，请改用 json 格式")
    book = _Book(path)
    _overview(book, audit)
    _table(book, "机关清单", BODY_COLUMNS, audit.rows, frozen=2, coloured={"状态"})
    _table(book, "问题明细", FINDING_COLUMNS, findings, frozen=1, coloured={"严重程度"})
    _notes(book)
    try:
        book.book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _overview(book: _Book, audit: AuditList) -> None:
    sheet = book.sheet("概况", (22, 12, 12, 90))
    sheet.write_string(0, 0, f"{audit.year} 年度政府信息公开工作年度报告合规审计清单", book.title)
    made = labels.moment(audit.generated_at)
    sheet.write_string(1, 0, f"生成时间：{made}（北京时间）；机关 {len(audit.rows)} 个", book.plain)
    for column, text in enumerate(("状态", "机关数", "占比", "含义")):
        sheet.write_string(3, column, text, book.head)
    row = 4
    for status, count in audit.status_counts.items():
        name = labels.label(status)
        sheet.write_string(row, 0, name, book.coloured[name])
        sheet.write_number(row, 1, count, book.number)
        sheet.write_number(row, 2, count / len(audit.rows) if audit.rows else 0, book.share)
        sheet.write_string(row, 3, labels.STATUS_MEANINGS[status], book.text)
        row += 1
    row += 1
    sheet.write_string(row, 0, "待处理问题", book.head)
    sheet.write_string(row, 1, "项数", book.head)
    for severity, count in audit.severity_counts.items():
        row += 1
        name = labels.label(severity)
        sheet.write_string(row, 0, name, book.coloured[name])
        sheet.write_number(row, 1, count, book.number)


def _table(
    book: _Book,
    name: str,
    columns: Sequence[Column[Any]],
    rows: Sequence[Any],
    *,
    frozen: int,
    coloured: set[str],
) -> None:
    sheet = book.sheet(name, [column.width for column in columns])
    sheet.freeze_panes(1, frozen)
    sheet.repeat_rows(0)
    sheet.set_row(0, 24)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.heading, book.head)
    links = 0
    for number, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            value = column.get(row)
            style = book.coloured.get(str(value)) if column.heading in coloured else None
            links += _write(book, sheet, number, index, value, style, links < MAX_LINKS)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _write(
    book: _Book,
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    style: Format | None,
    may_link: bool,
) -> int:
    """Writes one cell; the number of links made (0 or 1)."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style or book.text)
        return 0
    if isinstance(value, int):
        sheet.write_number(row, column, value, style or book.number)
        return 0
    text = clean(value)
    url = labels.web_link(text) if may_link and len(text) <= MAX_LINK_LENGTH else None
    if url is not None and sheet.write_url(row, column, url, book.link, string=text) == 0:
        return 1
    sheet.write_string(row, column, text, style or book.text)
    return 0


def _notes(book: _Book) -> None:
    sheet = book.sheet("说明", (22, 110))
    meanings = [(labels.label(s), text) for s, text in labels.STATUS_MEANINGS.items()]
    row = 0
    for heading, entries in (("状态", meanings), ("说明", NOTES)):
        sheet.write_string(row, 0, heading, book.head)
        sheet.write_string(row, 1, "含义", book.head)
        for name, text in entries:
            row += 1
            sheet.write_string(row, 0, name, book.coloured.get(name, book.text))
            sheet.write_string(row, 1, text, book.text)
        row += 2
