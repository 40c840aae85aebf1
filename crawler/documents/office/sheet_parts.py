"""The XML inside an XLSX file, for what the library that reads its values does not tell."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from crawler.documents.document import DocumentError
from crawler.documents.office.marks import STRUCK, UNREAD
from crawler.documents.office.number_formats import BUILT_IN, shown_number, shown_text
from crawler.documents.office.sheet_shows import Book, Hidden, Shows
from crawler.documents.office.sheet_strings import plain_text, rich_text
from crawler.documents.safe_xml import Element, attribute, child, local_name, parse_xml
from crawler.documents.zips import Zip

_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
_BOOK = "xl/workbook.xml"
_LAST_COLUMN = 16_384
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_OFF = ("0", "false")
_OUTWARD = re.compile(
    r"\[\d+\]|://|file:|\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|WEBSERVICE|RTD|DDE|CELL|INFO)\s*\(",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Style:
    """``code``: the number format. ``struck``: all of the cell is struck out."""

    code: str = ""
    struck: bool = False


@dataclass(slots=True)
class _Parts:
    """Parts by what they are; what a part is called says nothing of how the workbook uses it."""

    sheets: dict[str, Element] = field(default_factory=dict)
    book: Element | None = None
    book_path: str = _BOOK
    relations: dict[str, Element] = field(default_factory=dict)
    strings: list[str | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    styles: list[_Style] = field(default_factory=list)
    boxes: int = 0


def inspect(data: bytes) -> Book:
    """What the sheets show. Parses every part.

    Raises DocumentError for those that are not safe to read; unsupported for XLSB.
    """
    package = Zip(data, "XLSX")
    if "xl/workbook.bin" in package:
        raise DocumentError("unsupported", "暂不支持读取 XLSB 文件；请另存为 XLSX 后导入")
    parts = _Parts()
    for path in package:
        part = package.read(path)
        if part.lstrip(_BLANK).startswith(b"<"):
            _take(parts, path, parse_xml(part, "XLSX"))
    stale = _is_on(child(parts.book, "calcPr"), "fullCalcOnLoad")
    folder, book = posixpath.split(parts.book_path)
    related = parts.relations.get(f"{folder}/_rels/{book}.rels".lstrip("/"))
    targets = {
        attribute(r, "Id") or "": attribute(r, "Target") or ""
        for r in (related if related is not None else ())
    }
    found: dict[str, Shows] = {}
    for sheet in parts.book.iter() if parts.book is not None else ():
        if local_name(sheet) == "sheet":
            target = posixpath.join("/", folder, targets.get(attribute(sheet, "id") or "", ""))
            path = posixpath.normpath(target).lstrip("/").lower()
            root = parts.sheets.get(path)
            shows = Shows() if root is None else _Sheet(parts, root, stale).read()
            found[attribute(sheet, "name") or ""] = shows
    return Book(found, parts.boxes)


def _take(parts: _Parts, path: str, root: Element) -> None:
    kind = local_name(root)
    if kind == "worksheet":
        parts.sheets[path] = root
    elif kind == "sst":
        items = [item for item in root if local_name(item) == "si"]
        parts.strings = [rich_text(item) for item in items]
        parts.texts = [plain_text(item) for item in items]
    elif kind == "styleSheet":
        parts.styles = list(_styles(root))
    elif kind == "workbook":
        parts.book, parts.book_path = root, path
    elif kind == "wsDr":
        texts = ["".join(map(str, s.itertext())) for s in root.iter() if local_name(s) == "txBody"]
        parts.boxes += sum(bool(text.strip()) for text in texts)
    elif kind == "Relationships":
        parts.relations[path] = root


def _styles(root: Element) -> Iterator[_Style]:
    codes: dict[str, str] = {str(number): code for number, code in BUILT_IN.items()}
    struck: list[bool] = []
    formats = child(root, "numFmts")
    for one in formats if formats is not None else ():
        codes[attribute(one, "numFmtId") or ""] = attribute(one, "formatCode") or ""
    fonts = child(root, "fonts")
    for font in fonts if fonts is not None else ():
        mark = child(font, "strike")
        struck.append(mark is not None and (attribute(mark, "val") or "1") not in _OFF)
    cells = child(root, "cellXfs")
    for one in cells if cells is not None else ():
        font_id = attribute(one, "fontId") or ""
        index = int(font_id) if font_id.isdecimal() and len(font_id) < 6 else len(struck)
        code = codes.get(attribute(one, "numFmtId") or "", "")
        yield _Style(code, index < len(struck) and struck[index])


class _Sheet:
    """One worksheet. ``stale``: formulas are to be computed anew when the file is opened."""

    def __init__(self, parts: _Parts, root: Element, stale: bool) -> None:
        self._parts = parts
        self._root = root
        self._stale = stale
        self._zeros = not _is_off(child(root, "sheetViews", "sheetView"), "showZeros")

    def read(self) -> Shows:
        shows = Shows(Hidden(frozenset(_rows(self._root)), tuple(_columns(self._root))))
        for row, column, cell in _cells(self._root):
            place = row, column
            formula, stored = child(cell, "f"), child(cell, "v")
            value = (stored.text or "") if stored is not None else ""
            kind = attribute(cell, "t") or "n"
            computed = stored is not None and (value != "" or kind == "str")
            if formula is not None and (self._stale or not computed):
                shows.uncomputed.add(place)
            if formula is not None and _OUTWARD.search(formula.text or ""):
                shows.outward = True
            text = self._text(cell, kind, value)
            if text is not None:
                shows.texts[place] = text
                shows.unseen += not text and bool(value)
        return shows

    def _text(self, cell: Element, kind: str, value: str) -> str | None:
        """What is shown; None where it is what is stored."""
        style = self._style(cell)
        if kind == "e":
            return UNREAD
        if kind not in ("s", "str", "inlineStr"):
            if style.struck and value:
                return STRUCK
            return self._number(value, style.code) if kind == "n" else None
        rich, plain = self._string(cell, kind, value)
        if rich is None and style.struck and plain:
            rich = STRUCK
        told = plain if rich is None else rich
        shown = shown_text(told, style.code) if told else None
        return rich if shown is None else shown

    def _string(self, cell: Element, kind: str, value: str) -> tuple[str | None, str]:
        if kind == "str":
            return None, value
        if kind == "inlineStr":
            inside = child(cell, "is")
            return (None, "") if inside is None else (rich_text(inside), plain_text(inside))
        index = int(value) if value.isdecimal() and len(value) < 9 else -1
        if 0 <= index < len(self._parts.texts):
            return self._parts.strings[index], self._parts.texts[index]
        return None, ""

    def _number(self, value: str, code: str) -> str | None:
        try:
            # Excel keeps fifteen digits.
            number = Decimal(format(float(value), ".15g"))
        except (ValueError, InvalidOperation, OverflowError):
            return None
        if not number.is_finite():
            return None
        if not number and not self._zeros:
            return ""
        return shown_number(number, code)

    def _style(self, cell: Element) -> _Style:
        index = attribute(cell, "s") or "0"
        if index.isdecimal() and len(index) < 7 and int(index) < len(self._parts.styles):
            return self._parts.styles[int(index)]
        return _Style()


def _cells(sheet: Element) -> Iterator[tuple[int, int, Element]]:
    """Row and column, from 0, of each cell that is written; cells without a place follow the last."""
    data = child(sheet, "sheetData")
    row = -1
    for one in data if data is not None else ():
        number = attribute(one, "r") or ""
        row = int(number) - 1 if number.isdecimal() and len(number) < 9 else row + 1
        column = -1
        for cell in one:
            place = _PLACE.fullmatch(attribute(cell, "r") or "")
            column = _column(place[1]) if place else column + 1
            yield (int(place[2]) - 1 if place else row), column, cell


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_on(element: Element | None, name: str) -> bool:
    return element is not None and (attribute(element, name) or "") in ("1", "true")


def _is_off(element: Element | None, name: str) -> bool:
    return element is not None and (attribute(element, name) or "") in _OFF


def _is_flat(element: Element, name: str) -> bool:
    """Whether a height or width is stated as nothing."""
    return bool(re.fullmatch(r"0+(\.0*)?", attribute(element, name) or ""))


def _rows(sheet: Element) -> Iterator[int]:
    for rows in sheet:
        if local_name(rows) == "sheetData":
            for row in rows:
                number = attribute(row, "r") or ""
                hidden = _is_on(row, "hidden") or _is_flat(row, "ht")
                if hidden and number.isdecimal() and len(number) < 9:
                    yield int(number) - 1


def _columns(sheet: Element) -> Iterator[range]:
    for columns in sheet:
        if local_name(columns) == "cols":
            for column in columns:
                ends = attribute(column, "min") or "", attribute(column, "max") or ""
                hidden = _is_on(column, "hidden") or _is_flat(column, "width")
                if hidden and all(e.isdecimal() and len(e) < 9 for e in ends):
                    yield range(int(ends[0]) - 1, min(int(ends[1]), _LAST_COLUMN))
