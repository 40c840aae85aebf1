"""What the sheets of a workbook hold, read by a process of its own.

The library (calamine, Rust) is fast and reads both formats of Excel, but a damaged or hostile
workbook can make it panic, and two cells far apart make it ask for more memory than there is and
abort (its issues 444 and 693). So it works in a child process with limits; what comes back is
JSON: plain data even from a child that was taken over.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crawler.documents.document import DocumentError
from crawler.documents.limits import MAX_GRID, MEGABYTE, damaged, too_large

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook, SheetMetadata

SECONDS = 30.0
_MEMORY = 1024 * MEGABYTE
"""Address space of the child; a report's workbook needs a tenth."""
_MAX_SHEETS = 60
_MAX_MERGED = 20_000
_ABORTED = 134
_CHILD = "from crawler.documents.office.sheet_values import main; main()"

Value = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` begin at ``start`` (row, column; from 0). ``merged``: top, left, bottom, right.
    A hidden sheet has no rows."""

    name: str
    visible: bool
    start: tuple[int, int]
    rows: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...]


def read_sheets(data: bytes, kind: str, *, seconds: float = SECONDS) -> list[Sheet]:
    """The worksheets in order. ``kind``: the format, for messages.

    Raises DocumentError: encrypted, unreadable, too_large (also when time or memory is used up).
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(path or os.curdir for path in sys.path),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, kind],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise too_large(f"{kind} 文件读取超过 {seconds:g} 秒") from None
    if done.returncode in (_ABORTED, -6):
        raise too_large(f"{kind} 文件展开后所需内存超过上限")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise damaged(kind) from None
    if "error" in answer:
        raise DocumentError(*answer["error"])
    return [_sheet(item) for item in answer["sheets"]]


def _sheet(item: dict[str, Any]) -> Sheet:
    rows = tuple(tuple(row) for row in item["rows"])
    merged = tuple((a, b, c, d) for a, b, c, d in item["merged"])
    top, left = item["start"]
    return Sheet(item["name"], item["visible"], (top, left), rows, merged)


def main() -> None:
    """The child: a workbook on standard input, JSON on standard output."""
    for limit, size in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (size, size))
    kind = sys.argv[1]
    try:
        answer: dict[str, Any] = {"sheets": _read(sys.stdin.buffer.read(), kind)}
    except DocumentError as error:
        answer = {"error": [error.code, error.message]}
    except MemoryError:
        os._exit(_ABORTED)
    sys.stdout.write(json.dumps(answer))


def _read(data: bytes, kind: str) -> list[dict[str, Any]]:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
    )

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [s for s in workbook.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
        if len(sheets) > _MAX_SHEETS:
            raise too_large(f"工作表超过 {_MAX_SHEETS} 个")
        return [_values(workbook, sheet) for sheet in sheets]
    except PasswordError:
        raise DocumentError("encrypted", f"{kind} 文件有打开密码，未能读取") from None
    except (CalamineError, OSError, ValueError, OverflowError):
        raise damaged(kind) from None


def _values(workbook: CalamineWorkbook, found: SheetMetadata) -> dict[str, Any]:
    from python_calamine import SheetVisibleEnum

    visible = found.visible is SheetVisibleEnum.Visible
    item = {"name": found.name, "visible": visible, "start": (0, 0), "rows": [], "merged": []}
    if not visible:
        return item
    sheet = workbook.get_sheet_by_name(found.name)
    if sheet.start is None:
        return item
    if sheet.height * sheet.width > MAX_GRID:
        raise too_large(f"工作表超过 {MAX_GRID} 个单元格")
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > _MAX_MERGED:
        raise too_large(f"合并单元格超过 {_MAX_MERGED} 处")
    rows: Sequence[Sequence[Value]] = sheet.to_python(skip_empty_area=True)
    item["start"] = sheet.start
    item["rows"] = [[_shown(value) for value in row] for row in rows]
    item["merged"] = [(*first, *last) for first, last in ranges]
    return item


def _shown(value: Value) -> str:
    """A value as a spreadsheet shows it, numbers with all their digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # Excel keeps fifteen digits; more are what binary fractions leave behind.
        return f"{Decimal(format(value, '.15g')):f}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)
