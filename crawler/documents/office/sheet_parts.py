"""The XML inside an XLSX file, for what the library that reads its values does not tell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.documents.grids import Placed
from crawler.documents.safe_xml import Element, attribute, local_name, parse_xml
from crawler.documents.zips import Zip

_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
_UNCOMPUTED = re.compile(
    rb"<(\w+:)?f\b[^>]*(/>|>[^<]*</(\w+:)?f>)\s*(<(\w+:)?v\s*(/>|></)|</(\w+:)?c>)"
)
_BOOK = "xl/workbook.xml"
_LAST_COLUMN = 16_384


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rows and ranges of columns that are not shown, from 0."""

    rows: frozenset[int] = frozenset()
    columns: tuple[range, ...] = ()

    def holds(self, cell: Placed, start: tuple[int, int]) -> bool:
        """Whether a cell begins in one of them; ``start``: where the sheet's cells begin."""
        column = cell.col + start[1]
        return cell.row + start[0] in self.rows or any(column in some for some in self.columns)


@dataclass(frozen=True, slots=True)
class Inspection:
    """``computed``: every formula has a value. ``hidden``: by the sheet's name."""

    computed: bool
    hidden: Mapping[str, Hidden]


def inspect(data: bytes) -> Inspection:
    """Parse every part. Raises DocumentError for those that are not safe to read."""
    package = Zip(data, "XLSX")
    computed = True
    hidden: dict[str, Hidden] = {}
    book: Element | None = None
    targets: dict[str, str] = {}
    for path in package:
        part = package.read(path)
        # What a part is called says nothing of how the workbook uses it.
        if not part.lstrip(_BLANK).startswith(b"<"):
            continue
        root = parse_xml(part, "XLSX")
        computed = computed and not _UNCOMPUTED.search(part)
        if local_name(root) == "worksheet":
            hidden[path] = Hidden(frozenset(_rows(root)), tuple(_columns(root)))
        elif path == _BOOK:
            book = root
        elif path == "xl/_rels/workbook.xml.rels":
            targets = {attribute(r, "Id") or "": attribute(r, "Target") or "" for r in root}
    named: dict[str, Hidden] = {}
    for sheet in book.iter() if book is not None else ():
        if local_name(sheet) == "sheet":
            target = posixpath.join("/xl", targets.get(attribute(sheet, "id") or "", ""))
            path = posixpath.normpath(target).lstrip("/").lower()
            named[attribute(sheet, "name") or ""] = hidden.get(path, Hidden())
    return Inspection(computed, named)


def _is_on(element: Element) -> bool:
    return (attribute(element, "hidden") or "") in ("1", "true")


def _rows(sheet: Element) -> Iterator[int]:
    for rows in sheet:
        if local_name(rows) == "sheetData":
            for row in rows:
                number = attribute(row, "r") or ""
                if _is_on(row) and number.isdecimal() and len(number) < 9:
                    yield int(number) - 1


def _columns(sheet: Element) -> Iterator[range]:
    for columns in sheet:
        if local_name(columns) == "cols":
            for column in columns:
                ends = attribute(column, "min") or "", attribute(column, "max") or ""
                if _is_on(column) and all(e.isdecimal() and len(e) < 9 for e in ends):
                    yield range(int(ends[0]) - 1, min(int(ends[1]), _LAST_COLUMN))
