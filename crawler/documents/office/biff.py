"""What an XLS workbook shows, by its records ([MS-XLS] 2.4): what is hidden, formats, errors.

The library that reads the values does not tell. Only workbooks of Excel 97 and later.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from crawler.documents.limits import MEGABYTE, damaged, too_large
from crawler.documents.office.biff_strings import Font, Runs, read_strings, rich_text, short_text
from crawler.documents.office.marks import STRUCK, UNREAD
from crawler.documents.office.number_formats import BUILT_IN, shown_number, shown_text
from crawler.documents.office.ole import Ole
from crawler.documents.office.sheet_shows import Book, Hidden, Place, Shows

_LIMIT = 64 * MEGABYTE
_MAX_RECORDS = 2_000_000
_EOF = 0x000A
_FONT, _FORMAT, _XF = 0x0031, 0x041E, 0x00E0
_STRINGS, _CONTINUE, _BOUNDSHEET = 0x00FC, 0x003C, 0x0085
_COLINFO, _ROW, _WINDOW = 0x007D, 0x0208, 0x023E
_FORMULA, _ERROR, _STRING_CELL = 0x0006, 0x0205, 0x00FD
_NUMBER, _PACKED, _MANY_PACKED = 0x0203, 0x027E, 0x00BD
_OBJECT, _DRAWN_TEXT = 0x005D, 0x01B6
_BOXES = (*range(0x01, 0x05), 0x06, 0x09, 0x0E, 0x1E)
"""Kinds of drawn objects that show their text; comments and the parts of forms are others."""
_HIDDEN_COLUMN, _HIDDEN_ROW = 0x01, 0x20
_SHOWS_ZEROS = 0x0010
_NO_NUMBER = 0xFFFF
_ERROR_RESULT, _EMPTY_RESULT = 2, 3
_EMPTY_LITERAL = b"\x17\x00"
"""The text "" in a formula, which alone may have an empty text as its result."""
_HEAD = struct.Struct("<HH")
_CELL = struct.Struct("<HHH")


@dataclass(slots=True)
class _Book:
    """The workbook's globals. ``looks``: font and number format of each XF."""

    fonts: list[Font] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN))
    looks: list[tuple[int, int]] = field(default_factory=list)
    strings: list[bytes] = field(default_factory=list)
    texts: list[tuple[str, Runs]] = field(default_factory=list)
    sheets: list[tuple[str, int]] = field(default_factory=list)

    def code(self, look: int) -> str:
        return self.codes.get(self.looks[look][1], "") if look < len(self.looks) else ""

    def struck(self, look: int) -> bool:
        return look < len(self.looks) and self.font(self.looks[look][0]).struck

    def shown(self, look: int, text: str, runs: Runs) -> str | None:
        """A text as its runs show it; None where that is all of it."""
        first = self.looks[look][0] if look < len(self.looks) else 0
        # Before the first run the cell's own font holds; a cell that is all raised has no mark.
        whole = ((0, first), *runs) if self.font(first).struck else runs
        return rich_text(text, whole, self.font)

    def font(self, index: int) -> Font:
        place = index - (index > 4)  # number 4 is left out
        return self.fonts[place] if place < len(self.fonts) else Font()


@dataclass(slots=True)
class _Sheet:
    book: _Book
    shows: Shows = field(default_factory=Shows)
    rows: set[int] = field(default_factory=set)
    columns: list[range] = field(default_factory=list)
    zeros: list[Place] = field(default_factory=list)
    shows_zeros: bool = True

    def put(self, place: Place, text: str | None) -> None:
        if text is not None:
            self.shows.texts[place] = text
            self.shows.unseen += not text

    def number(self, place: Place, look: int, value: float) -> None:
        if self.book.struck(look):
            self.put(place, STRUCK)
            return
        if not value:
            self.zeros.append(place)
        number = Decimal(format(value, ".15g"))
        if number.is_finite():
            self.put(place, shown_number(number, self.book.code(look)))

    def text(self, place: Place, look: int, index: int) -> None:
        if index >= len(self.book.texts):
            return
        plain, runs = self.book.texts[index]
        rich = self.book.shown(look, plain, runs) if plain else None
        told = plain if rich is None else rich
        shown = shown_text(told, self.book.code(look)) if told else None
        self.put(place, rich if shown is None else shown)


def inspect_workbook(data: bytes) -> Book:
    """What the sheets show. Raises DocumentError(unreadable, too_large)."""
    stream = Ole(data).read("Workbook", _LIMIT)
    book = _Book()
    last = 0
    try:
        for kind, body in _records(stream, 0):
            last = kind if kind != _CONTINUE else last
            _take_global(book, last, kind, body)
        book.texts = list(read_strings(book.strings))
        found: dict[str, Shows] = {}
        left, boxes = _MAX_RECORDS, 0
        for name, start in book.sheets:
            sheet, drawn = _Sheet(book), 0
            for kind, body in _records(stream, start):
                left -= 1
                if left < 0:
                    raise too_large(f"XLS 文件超过 {_MAX_RECORDS} 条记录")
                _take_row_or_column(sheet, kind, body)
                _take_cell(sheet, kind, body)
                if kind == _OBJECT:
                    drawn = struct.unpack_from("<H", body, 4)[0]
                boxes += kind == _DRAWN_TEXT and drawn in _BOXES and body[10:12] > b"\0\0"
            found[name] = _finished(sheet)
    except struct.error:
        raise damaged("XLS") from None
    return Book(found, boxes)


def _finished(sheet: _Sheet) -> Shows:
    if not sheet.shows_zeros:
        for place in sheet.zeros:
            sheet.put(place, "")
    sheet.shows.hidden = Hidden(frozenset(sheet.rows), tuple(sheet.columns))
    return sheet.shows


def _take_global(book: _Book, last: int, kind: int, body: bytes) -> None:
    if kind == _BOUNDSHEET and len(body) >= 8:
        book.sheets.append((short_text(body[6:8], body[8:]), struct.unpack_from("<I", body)[0]))
    elif last == _STRINGS:
        book.strings.append(body)
    elif kind == _FONT and len(body) >= 10:
        _, flags, _, _, raised = struct.unpack_from("<HHHHH", body)
        book.fonts.append(Font(struck=bool(flags & 0x8), raised=raised in (1, 2)))
    elif kind == _FORMAT and len(body) >= 5:
        number, length, wide = struct.unpack_from("<HHB", body)
        book.codes[number] = short_text(bytes((min(length, 255), wide)), body[5:])
    elif kind == _XF and len(body) >= 4:
        font, number = struct.unpack_from("<HH", body)
        book.looks.append((font, number))


def _take_row_or_column(sheet: _Sheet, kind: int, body: bytes) -> None:
    if kind == _ROW and len(body) >= 13 and body[12] & _HIDDEN_ROW:
        sheet.rows.add(struct.unpack_from("<H", body)[0])
    elif kind == _COLINFO and len(body) >= 9:
        first, last, width = struct.unpack_from("<HHH", body)
        if body[8] & _HIDDEN_COLUMN or not width:
            sheet.columns.append(range(first, last + 1))
    elif kind == _WINDOW and len(body) >= 2:
        sheet.shows_zeros = bool(struct.unpack_from("<H", body)[0] & _SHOWS_ZEROS)


def _take_cell(sheet: _Sheet, kind: int, body: bytes) -> None:
    if kind not in (_NUMBER, _PACKED, _MANY_PACKED, _STRING_CELL, _ERROR, _FORMULA):
        return
    row, column, look = _CELL.unpack_from(body)
    place = row, column
    if kind == _NUMBER:
        sheet.number(place, look, struct.unpack_from("<d", body, 6)[0])
    elif kind == _PACKED:
        sheet.number(place, look, _unpacked(struct.unpack_from("<I", body, 6)[0]))
    elif kind == _MANY_PACKED:
        for index, at in enumerate(range(4, len(body) - 6, 6)):
            look, packed = struct.unpack_from("<HI", body, at)
            sheet.number((row, column + index), look, _unpacked(packed))
    elif kind == _STRING_CELL:
        sheet.text(place, look, struct.unpack_from("<I", body, 6)[0])
    elif kind == _ERROR:
        if body[7:8] == b"\1":
            sheet.put(place, UNREAD)
    elif struct.unpack_from("<H", body, 12)[0] != _NO_NUMBER:
        sheet.number(place, look, struct.unpack_from("<d", body, 6)[0])
    elif body[6] == _ERROR_RESULT:
        sheet.put(place, UNREAD)
    elif body[6] == _EMPTY_RESULT and _EMPTY_LITERAL not in body[22:]:
        # No program has computed it.
        sheet.shows.uncomputed.add(place)


def _unpacked(packed: int) -> float:
    """A number in 30 bits ([MS-XLS] 2.5.217)."""
    if packed & 2:
        value = float(struct.unpack("<i", struct.pack("<I", packed))[0] >> 2)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFFFFFC))[0]
    return value / 100 if packed & 1 else value


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record of one substream."""
    while at + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        if kind == _EOF:
            return
        yield kind, stream[at + _HEAD.size : at + _HEAD.size + length]
        at += _HEAD.size + length
