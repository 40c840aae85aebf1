"""Rows and columns that an XLS workbook hides, by its records ([MS-XLS] 2.4).

The library that reads the values does not tell. Only workbooks of Excel 97 and later.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from crawler.documents.limits import MEGABYTE, too_large
from crawler.documents.office.ole import Ole
from crawler.documents.office.sheet_parts import Hidden

_LIMIT = 64 * MEGABYTE
_MAX_RECORDS = 2_000_000
_EOF = 0x000A
_BOUNDSHEET = 0x0085
_COLINFO = 0x007D
_ROW = 0x0208
_HIDDEN_COLUMN = 0x01
_HIDDEN_ROW = 0x20
_WIDE = 0x01
_HEAD = struct.Struct("<HH")


def hidden_in_workbook(data: bytes) -> dict[str, Hidden]:
    """What is hidden, by the sheet's name. Raises DocumentError(unreadable, too_large)."""
    stream = Ole(data).read("Workbook", _LIMIT)
    records = 0
    found: dict[str, Hidden] = {}
    for name, start in _sheets(stream):
        rows: set[int] = set()
        columns: list[range] = []
        for kind, body in _records(stream, start):
            records += 1
            if records > _MAX_RECORDS:
                raise too_large(f"XLS 文件超过 {_MAX_RECORDS} 条记录")
            if kind == _ROW and len(body) >= 13 and body[12] & _HIDDEN_ROW:
                rows.add(struct.unpack_from("<H", body)[0])
            elif kind == _COLINFO and len(body) >= 9 and body[8] & _HIDDEN_COLUMN:
                first, last = struct.unpack_from("<HH", body)
                columns.append(range(first, last + 1))
        found[name] = Hidden(frozenset(rows), tuple(columns))
    return found


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Names of the sheets and where their records begin."""
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET and len(body) >= 8:
            wide = body[7] & _WIDE
            raw = body[8 : 8 + body[6] * (2 if wide else 1)]
            name = raw.decode("utf-16-le" if wide else "latin-1", "replace")
            yield name, struct.unpack_from("<I", body)[0]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record of one substream."""
    while at + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, at)
        if kind == _EOF:
            return
        yield kind, stream[at + _HEAD.size : at + _HEAD.size + length]
        at += _HEAD.size + length
