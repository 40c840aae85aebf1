"""The body list as CSV for Excel: UTF-8 with BOM, formulas defused."""

from __future__ import annotations

import csv
from pathlib import Path

from monitor.exports.columns import BODY_COLUMNS, Value
from monitor.exports.rows import AuditList

# Full-width forms too: East Asian versions of Excel read them as the same operators.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defuse(value: Value) -> str | int:
    """A cell that a spreadsheet shows as text: a leading ``'`` where it would start a formula."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    text = value.replace("\0", "")
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def write_csv(audit: AuditList, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.heading for column in BODY_COLUMNS])
        for row in audit.rows:
            writer.writerow([defuse(column.get(row)) for column in BODY_COLUMNS])
