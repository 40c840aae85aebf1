"""Small pieces for the storage tests: a report with all tables, rows that others refer to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from storage import repositories as repo
from storage.domain import (
    AnnualReport,
    Capture,
    Cell,
    Fact,
    Issue,
    ParseFailure,
    Section,
    YearMention,
)
from storage.models import AgencyRow, PortalRow
from storage.repositories import Saved
from storage.vocab import (
    DECIMAL_COLUMNS,
    TABLE2_2021,
    TABLE3_COLUMNS,
    TABLE3_ROWS_2021,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    CellState,
    FormatVersion,
    Layer,
    ParseErrorCode,
    SectionId,
)

NOW = datetime(2024, 2, 1, 9, tzinfo=UTC)
URL = "http://www.example.gov.cn/zwgk/nb/1.html"


def number(value: int | Decimal, at: str = "表1 行1 列1") -> Cell:
    return Cell(CellState.NUMBER, value, str(value), at)


def table(
    rows: Mapping[str, tuple[str, ...]], start: int, at: str = "表"
) -> dict[str, dict[str, Cell]]:
    """Every cell a number of its own, money as decimals."""
    found: dict[str, dict[str, Cell]] = {}
    for row, columns in rows.items():
        found[row] = {}
        for column in columns:
            start += 1
            value = Decimal(start) / 100 if column in DECIMAL_COLUMNS else start
            found[row][column] = number(value, f"{at} {row}/{column}")
    return found


def report(**changes: Any) -> AnnualReport:
    """A full report: 10 + 175 + 15 cells, all sections, facts."""
    values: dict[str, Any] = {
        "media_type": "text/html",
        "title": "青石县水务局2023年政府信息公开工作年度报告",
        "agency": "青石县水务局",
        "year": 2023,
        "format_version": FormatVersion.FMT2021,
        "report_date": date(2024, 1, 20),
        "period": (date(2023, 1, 1), date(2023, 12, 31)),
        "sections": tuple(
            Section(identity, f"{n}、标题", f"第{n}部分写了些什么。" * 20, f"段{n}")
            for n, identity in enumerate(SectionId, 1)
        ),
        "table2": table(TABLE2_2021, 0),
        "table3": table(dict.fromkeys(TABLE3_ROWS_2021, TABLE3_COLUMNS), 100),
        "table4": table(dict.fromkeys(TABLE4_GROUPS, TABLE4_COLUMNS), 500),
        "issues": (Issue(Layer.EXTRACTION, "T-RAGGED", "这一行少了数字", "table3.granted"),),
        "confidence": 0.93,
        "preface": "根据条例编制。",
        "signatory": "青石县水务局",
        "years": (YearMention("title", 2023, "2023年"),),
        "facts": (Fact("requests_received", 3, "共收到3件", SectionId.REQUESTS, scope="我局"),),
        "parser_version": "1",
    }
    return AnnualReport(**{**values, **changes})


FAILURE = ParseFailure(ParseErrorCode.UNREADABLE, "文件打不开")


def add_portal(s: Session, identity: str = "p", agencies: tuple[str, ...] = ("a", "b")) -> None:
    """A portal with some bodies."""
    s.add(PortalRow(id=identity, url="http://www.example.gov.cn/"))
    s.flush()
    for agency in agencies:
        s.add(
            AgencyRow(
                id=agency, name=f"单位{agency}", kind="department", level="county", portal=identity
            )
        )
    s.flush()


def save(s: Session, result: AnnualReport | ParseFailure, **changes: Any) -> Saved:
    """save_report with everything that does not matter filled in."""
    values: dict[str, Any] = {
        "agency": "a",
        "year": 2023,
        "url": URL,
        "portal": "p",
        "column_url": None,
        "title": "标题",
        "manual": False,
        "dates": (),
        "content_agency": "a",
        "content_year": 2023,
        "capture": None,
        "run": None,
        "now": NOW,
    }
    return repo.save_report(s, **{**values, **changes}, result=result)


def capture(body: str, offset: int = 0, **changes: Any) -> Capture:
    """An archived response; ``body`` stands for its digest."""
    values: dict[str, Any] = {
        "url": URL,
        "fetched_at": NOW,
        "http_status": 200,
        "media_type": "text/html",
        "digest": f"sha256:{body}",
        "length": 10,
        "warc_file": "2024/02/p-1.warc.gz",
        "warc_offset": offset,
    }
    return Capture(**{**values, **changes})
