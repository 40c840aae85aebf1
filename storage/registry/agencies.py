"""``agencies.csv``: rows to bodies."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from storage.domain import Agency
from storage.registry import fields
from storage.registry.problems import Problems, Refused
from storage.vocab import AgencyKind, Level

FILE = "agencies.csv"
REQUIRED = ("id", "name", "kind", "level")
OPTIONAL = (
    "division",
    "parent",
    "portal",
    "aliases",
    "valid_from",
    "valid_to",
    "predecessor",
)
_Value = TypeVar("_Value")


def read_agencies(path: Path, problems: Problems) -> list[tuple[int, Agency]]:
    """(line, body) of every row without a problem of its own; the rest go to ``problems``."""
    try:
        text = fields.read_text(path)
    except Refused as error:
        problems.add(None, None, str(error))
        return []
    rows = _rows(text, problems)
    header = next(rows, None)
    if header is None:
        problems.add(1, None, "文件是空的，缺少表头")
        return []
    columns = [column.strip() for column in header[1]]
    if not _check_header(columns, problems):
        return []
    bodies: list[tuple[int, Agency]] = []
    first_lines: dict[str, int] = {}
    empty = True
    for line, values in rows:
        empty = False
        if len(values) != len(columns):
            problems.add(line, None, f"有 {len(values)} 列，表头有 {len(columns)} 列")
            continue
        row = _Row(line, dict(zip(columns, values, strict=True)), problems)
        body = row.agency()
        slug = row.values["id"].strip()
        if slug and slug in first_lines:
            problems.add(line, "id", f"“{slug}”与第 {first_lines[slug]} 行重复")
            continue
        first_lines[slug] = line
        if body is not None:
            bodies.append((line, body))
    if empty:
        problems.add(None, None, "只有表头，没有任何行政机关")
    return bodies


def _rows(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(first line, values) of rows that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield line, values
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(line, None, f"CSV 格式有误（引号不配对或字段过长）：{error}")


def _check_header(columns: list[str], problems: Problems) -> bool:
    before = len(problems.found)
    for column in REQUIRED:
        if column not in columns:
            problems.add(1, column, "缺少这一列")
    for index, column in enumerate(columns):
        if column not in REQUIRED + OPTIONAL:
            shown = column[:40] or f"（第 {index + 1} 列）"
            problems.add(1, shown, f"不认识的列，可用的列：{'、'.join(REQUIRED + OPTIONAL)}")
        elif column in columns[:index]:
            problems.add(1, column, "列名重复")
    return len(problems.found) == before


class _Row:
    """One row; a field that does not fit is told and stands as None."""

    def __init__(self, line: int, values: dict[str, str], problems: Problems) -> None:
        self.line = line
        self.values = values
        self._problems = problems
        self._before = len(problems.found)

    def agency(self) -> Agency | None:
        identity = self._field("id", fields.slug, required=True)
        name = self._field("name", fields.name, required=True)
        kind = self._field("kind", lambda text: fields.choice(text, AgencyKind), required=True)
        level = self._field("level", lambda text: fields.choice(text, Level), required=True)
        division = self._field("division", fields.division)
        parent = self._field("parent", fields.slug)
        portal = self._field("portal", fields.slug)
        aliases = self._field("aliases", _aliases) or ()
        valid_from = self._field("valid_from", fields.day)
        valid_to = self._field("valid_to", fields.day)
        predecessor = self._field("predecessor", fields.slug)
        if valid_from and valid_to and valid_from > valid_to:
            self._problems.add(
                self.line, "valid_to", f"终止日期 {valid_to} 早于起始日期 {valid_from}"
            )
        if len(self._problems.found) != self._before:
            return None
        assert identity and name and kind and level  # required, so told above if missing
        return Agency(
            identity,
            name,
            kind,
            level,
            division=division,
            parent=parent,
            portal=portal,
            aliases=aliases,
            valid_from=valid_from,
            valid_to=valid_to,
            predecessor=predecessor,
        )

    def _field(
        self, column: str, read: Callable[[str], _Value], *, required: bool = False
    ) -> _Value | None:
        text = self.values.get(column, "").strip()
        if not text:
            if required:
                self._problems.add(self.line, column, "不能为空")
            return None
        try:
            return read(text)
        except Refused as error:
            self._problems.add(self.line, column, str(error))
            return None


def _aliases(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in re.split("[;；]", text))
    return tuple(dict.fromkeys(fields.name(part) for part in parts if part))
