"""Domain types as the JSON of the contract, and back. Pure functions.

Report: contract section 3 (without ``file``), status: section 5, finding: section 6. Moments are
told in Asia/Shanghai. What the program needs beyond the contract stands in further keys.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from settings import SHANGHAI
from storage.domain import (
    AnnualReport,
    Attribution,
    Cell,
    Change,
    Fact,
    Finding,
    Issue,
    Published,
    Score,
    Section,
    StatusLine,
    Table,
    YearMention,
)
from storage.furniture import content_lines
from storage.vocab import (
    DECIMAL_COLUMNS,
    CellState,
    DateSource,
    Flag,
    FormatVersion,
    Layer,
    Reason,
    SectionId,
    Status,
)

SCHEMA = "nianbao.report/1"
TABLES = ("table2", "table3", "table4")
_SPACE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
"""White space and the invisible characters that page editors leave behind."""


# --- Reports ------------------------------------------------------------------


def report_to_json(report: AnnualReport) -> dict[str, Any]:
    """The report object of contract section 3; plain JSON types only."""
    return {
        "schema": SCHEMA,
        "media_type": report.media_type,
        "title": report.title,
        "agency": report.agency,
        "year": report.year,
        "format_version": _text(report.format_version),
        "report_date": _iso(report.report_date),
        "period": None if report.period is None else [_iso(day) for day in report.period],
        "sections": [
            {"id": s.id.value, "heading": s.heading, "text": s.text, "at": s.at}
            for s in report.sections
        ],
        **{name: _table_to_json(report.table(name)) for name in TABLES},
        "issues": [
            {"layer": i.layer.value, "code": i.code, "where": i.where, "message": i.message}
            for i in report.issues
        ],
        "confidence": report.confidence,
        "preface": report.preface,
        "signatory": report.signatory,
        "years": [asdict(y) for y in report.years],
        "facts": [{**asdict(f), "section": _text(f.section)} for f in report.facts],
        "image_only": report.image_only,
        "parser_version": report.parser_version,
        "attributions": [asdict(a) for a in report.attributions],
    }


def report_from_json(data: Mapping[str, Any]) -> AnnualReport:
    """The exact inverse of :func:`report_to_json`; KeyError or ValueError for other data."""
    period = data["period"]
    return AnnualReport(
        media_type=data["media_type"],
        title=data["title"],
        agency=data["agency"],
        year=data["year"],
        format_version=None if (v := data["format_version"]) is None else FormatVersion(v),
        report_date=_day(data["report_date"]),
        period=None if period is None else (_day(period[0]), _day(period[1])),
        sections=tuple(
            Section(SectionId(s["id"]), s["heading"], s["text"], s["at"]) for s in data["sections"]
        ),
        table2=_table_from_json(data["table2"]),
        table3=_table_from_json(data["table3"]),
        table4=_table_from_json(data["table4"]),
        issues=tuple(
            Issue(Layer(i["layer"]), i["code"], i["message"], i["where"]) for i in data["issues"]
        ),
        confidence=data["confidence"],
        preface=data["preface"],
        signatory=data["signatory"],
        years=tuple(YearMention(**y) for y in data["years"]),
        facts=tuple(
            Fact(**{**f, "section": None if f["section"] is None else SectionId(f["section"])})
            for f in data["facts"]
        ),
        image_only=data["image_only"],
        parser_version=data["parser_version"],
        # Reports stored before readings named their sources have none.
        attributions=tuple(Attribution(**a) for a in data.get("attributions", ())),
    )


def content_digest(report: AnnualReport) -> str:
    """``sha256:<hex>`` over what the report says: title, body, year, date, sections, cells.

    White space and page furniture (counters, buttons, dates of the page) are left out, and so is
    everything that only tells where or how well it was read (``at``, issues, confidence, parser
    version). A cell
    that could not be found counts like one that is not listed.
    """
    content = [
        _squeeze(report.title),
        _squeeze(report.agency),
        report.year,
        _iso(report.report_date),
        [[s.id.value, _squeeze("".join(content_lines(s.text)))] for s in report.sections],
        [
            [name, row, column, cell.state.value, _number(cell.value), _squeeze(cell.raw)]
            for name in TABLES
            for row, columns in sorted(report.table(name).items())
            for column, cell in sorted(columns.items())
            if cell.state is not CellState.ABSENT
        ],
    ]
    return digest(content)


def digest(value: object) -> str:
    """``sha256:<hex>`` of a JSON value; key order does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _table_to_json(table: Table) -> dict[str, Any]:
    return {
        row: {column: cell_to_json(column, cell) for column, cell in columns.items()}
        for row, columns in table.items()
    }


def cell_to_json(column: str, cell: Cell) -> dict[str, Any]:
    """One cell as the contract has it; amounts of money are strings."""
    value: int | str | None
    if isinstance(cell.value, Decimal) or (cell.value is not None and column in DECIMAL_COLUMNS):
        value = plain_decimal(cell.value)
    else:
        value = cell.value
    return {"value": value, "raw": cell.raw, "state": cell.state.value, "at": cell.at}


def _table_from_json(data: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Cell]]:
    return {
        row: {column: cell_from_json(cell) for column, cell in columns.items()}
        for row, columns in data.items()
    }


_CELL_STATES = {state.value: state for state in CellState}
"""Half the cost of decoding, at 200 cells a report, were calls of the enum."""


def cell_from_json(data: Mapping[str, Any]) -> Cell:
    """The inverse of :func:`cell_to_json`."""
    value = data["value"]
    return Cell(
        _CELL_STATES[data["state"]],
        Decimal(value) if isinstance(value, str) else value,
        data["raw"],
        data["at"],
    )


def plain_decimal(value: int | Decimal) -> str:
    """Digits without exponent, as the contract wants; ValueError for NaN and infinity."""
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return format(number, "f")


# --- Statuses and findings ----------------------------------------------------


def status_json(line: StatusLine) -> dict[str, Any]:
    """The status object of contract section 5, with ``explanation`` and ``publication``."""
    published = line.published
    return {
        "agency": line.agency,
        "name": line.name,
        "year": line.year,
        "due": _iso(line.due),
        "basis": line.basis,
        "status": line.status.value,
        "reason": _text(line.reason),
        "published": None
        if published is None
        else {
            "date": _iso(published.day),
            "source": _text(published.source),
            "not_before": _clock(published.not_before),
            "not_after": _clock(published.not_after),
        },
        "late_days": line.late_days,
        "url": line.url,
        "title": line.title,
        "portal": line.portal,
        "checked_at": _clock(line.checked_at),
        "flags": [flag.value for flag in line.flags],
        "explanation": line.explanation,
        "publication": line.publication,
    }


def status_from_json(data: Mapping[str, Any]) -> StatusLine:
    """The inverse of :func:`status_json`."""
    published = data["published"]
    return StatusLine(
        agency=data["agency"],
        name=data["name"],
        year=data["year"],
        due=_day(data["due"]),
        basis=data["basis"],
        status=Status(data["status"]),
        reason=None if data["reason"] is None else Reason(data["reason"]),
        published=None
        if published is None
        else Published(
            day=_day(published["date"]),
            source=None if published["source"] is None else DateSource(published["source"]),
            not_before=_moment(published["not_before"]),
            not_after=_moment(published["not_after"]),
        ),
        late_days=data["late_days"],
        url=data["url"],
        title=data["title"],
        portal=data["portal"],
        checked_at=_moment(data["checked_at"]),
        flags=tuple(Flag(flag) for flag in data["flags"]),
        explanation=data["explanation"],
        publication=data["publication"],
    )


def finding_json(finding: Finding) -> dict[str, Any]:
    """The finding object of contract section 6, with ``hint`` and ``subject``."""
    return {
        "rule": finding.rule,
        "agency": finding.agency,
        "year": finding.year,
        "severity": finding.severity.value,
        "layer": finding.layer.value,
        "outcome": finding.outcome.value,
        "message": finding.message,
        "evidence": plain(finding.evidence),
        "basis": finding.basis,
        "url": finding.url,
        "first_seen": _clock(finding.first_seen),
        "state": _text(finding.state),
        "hint": finding.hint,
        "subject": finding.subject,
        "id": finding.id,
        "triage": None
        if finding.triage is None
        else {
            "state": finding.triage.state.value,
            "by": finding.triage.by,
            "reason": finding.triage.reason,
            "at": _clock(finding.triage.at),
        },
    }


def change_json(change: Change) -> dict[str, Any]:
    """The change object of contract section 7. ``before``/``after``: the number that a cell shows
    (its text where it shows none), with the whole cells beside them."""
    column = change.path.rpartition(".")[2]
    told = {"before": change.before, "after": change.after}
    cells = {
        f"{name}_cell": cell_to_json(column, shown)
        for name, shown in told.items()
        if isinstance(shown, Cell)
    }
    return {
        "agency": change.agency,
        "kind": change.kind.value,
        "year": change.year,
        "against": change.against,
        "path": change.path,
        **{name: _plain_cell(column, shown) for name, shown in told.items()},
        "delta": _plain_number(change.delta),
        "ratio": change.ratio,
        "note": change.note,
        **cells,
    }


def score_json(score: Score) -> dict[str, Any]:
    """A score with its lines; ``score`` null: not to be scored yet."""
    return {
        "agency": score.agency,
        "year": score.year,
        "profile": score.profile,
        "score": _points(score.value),
        "full": _points(score.full),
        "lines": [
            {
                "rule": line.rule,
                "subject": line.subject,
                "message": line.message,
                "points": _points(line.points),
                "note": line.note,
            }
            for line in score.lines
        ],
    }


def _points(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _plain_cell(column: str, shown: Cell | str | None) -> int | str | None:
    if not isinstance(shown, Cell):
        return shown
    value: int | str | None = cell_to_json(column, shown)["value"]
    return shown.raw if value is None else value


def _plain_number(value: int | Decimal | None) -> int | str | None:
    return plain_decimal(value) if isinstance(value, Decimal) else value


# --- Small change -------------------------------------------------------------


def plain(value: Any) -> Any:
    """Evidence and the like as JSON types: decimals and dates as text, enums as their value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _squeeze(text: str | None) -> str | None:
    return None if text is None else _SPACE.sub("", text)


def _number(value: int | Decimal | None) -> str | None:
    """One text per number: ``1.50`` and ``1.5`` are the same amount."""
    if value is None:
        return None
    digits = plain_decimal(value)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _text(value: Enum | None) -> str | None:
    return None if value is None else str(value.value)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _clock(value: datetime | None) -> str | None:
    """Moments are told in China's time, whatever zone they came in."""
    return None if value is None else value.astimezone(SHANGHAI).isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
