"""OLE compound files (DOC, XLS, WPS, ET): what they hold and whether they are locked.

Only as much of [MS-CFB] as is needed to list the root storage and to read its streams; every
chain is bounded by the number of sectors in the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from crawler.documents.document import DocumentError
from crawler.documents.limits import damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16xHHHHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBxIII36xIQ")
_END = 0xFFFFFFF0
"""From here on, sector numbers are marks (end of chain, free, …)."""
_ENCRYPTED_WORD = 0x0100
_FILEPASS = 0x002F
_HEAD = 4096
_DIRECTORY_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Ole:
    """A compound file in memory. Raises DocumentError(unreadable) if it has no directory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._open()
        except (struct.error, IndexError, ValueError):
            raise damaged("OLE") from None

    def _open(self) -> None:
        fields = _HEADER.unpack_from(self._data)
        magic, _, _, order, shift, mini_shift, _, _, directory, _, cutoff = fields[:11]
        mini_start, _, difat, _ = fields[11:15]
        if magic != MAGIC or order != 0xFFFE or not 7 <= shift <= 16 or mini_shift > shift:
            raise ValueError("header")
        self._size = 1 << shift
        self._mini_size = 1 << mini_shift
        self._cutoff = cutoff
        self._sectors = -(-len(self._data) // self._size) - 1
        self._fat: list[int] = []
        for sector in self._fat_sectors(difat):
            self._fat.extend(self._numbers(sector))
        raw = b"".join(self._chain(directory, _DIRECTORY_LIMIT))
        entries = [_entry(raw, at) for at in range(0, len(raw) - 127, 128)]
        self._root = entries[0]
        self._streams = {e.name.lower(): e for e in _children(entries)}
        if not self._streams:
            raise ValueError("empty")
        # A transfer that broke off: what is left would be read as if it were all.
        for entry in (self._root, *self._streams.values()):
            if entry.size >= cutoff and not self._is_whole(entry):
                raise ValueError("cut")
        self._mini_fat = [n for part in self._chain_ids(mini_start) for n in self._numbers(part)]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._streams

    def read(self, name: str, limit: int) -> bytes:
        """The first ``limit`` bytes of a stream in the root storage; b"" if there is none."""
        entry = self._streams.get(name.lower())
        if entry is None:
            return b""
        size = min(entry.size, limit, len(self._data))
        if entry.size >= self._cutoff:
            return b"".join(self._chain(entry.start, size))[:size]
        container = b"".join(self._chain(self._root.start, self._root.size))
        parts: list[bytes] = []
        sector = entry.start
        while sector < len(self._mini_fat) and len(parts) * self._mini_size < size:
            at = sector * self._mini_size
            parts.append(container[at : at + self._mini_size])
            sector = self._mini_fat[sector]
        return b"".join(parts)[:size]

    def _is_whole(self, entry: _Entry) -> bool:
        return bool(sum(1 for _ in self._chain_ids(entry.start)) * self._size >= entry.size)

    def _numbers(self, sector: int) -> tuple[int, ...]:
        at = (sector + 1) * self._size
        part = self._data[at : at + self._size].ljust(self._size, b"\xff")
        return struct.unpack(f"<{self._size // 4}I", part)

    def _fat_sectors(self, difat: int) -> Iterator[int]:
        first = struct.unpack_from("<109I", self._data, 76)
        yield from (n for n in first if n < self._sectors)
        for _ in range(self._sectors):
            if difat >= self._sectors:
                return
            *numbers, difat = self._numbers(difat)
            yield from (n for n in numbers if n < self._sectors)

    def _chain_ids(self, sector: int) -> Iterator[int]:
        for _ in range(self._sectors):
            if sector >= _END or sector >= self._sectors:
                return
            yield sector
            sector = self._fat[sector] if sector < len(self._fat) else _END

    def _chain(self, sector: int, size: int) -> Iterator[bytes]:
        for number, found in enumerate(self._chain_ids(sector)):
            if number * self._size >= size:
                return
            at = (found + 1) * self._size
            yield self._data[at : at + self._size]


def _entry(raw: bytes, at: int) -> _Entry:
    name, length, kind, left, right, child, start, size = _ENTRY.unpack_from(raw, at)
    text = name[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    return _Entry(text, kind, left, right, child, start, size & 0xFFFFFFFF)


def _children(entries: list[_Entry]) -> Iterator[_Entry]:
    """Members of the root storage: not those of embedded objects further down."""
    waiting, seen = [entries[0].child], set[int]()
    while waiting:
        index = waiting.pop()
        if index >= len(entries) or index in seen:
            continue
        seen.add(index)
        entry = entries[index]
        waiting += (entry.left, entry.right)
        yield entry


def ole_kind(data: bytes) -> str:
    """Media type by the streams; ``application/x-ole-storage`` for anything else or damaged."""
    try:
        ole = Ole(data)
    except DocumentError:
        return "application/x-ole-storage"
    if "WordDocument" in ole:
        return "application/msword"
    if "Workbook" in ole or "Book" in ole:
        return "application/vnd.ms-excel"
    return "application/x-ole-storage"


def refuse_locked_word(data: bytes) -> None:
    """Raises DocumentError(encrypted) by the flags in the file information block ([MS-DOC])."""
    head = Ole(data).read("WordDocument", 12)
    if len(head) < 12:
        raise damaged("DOC")
    if struct.unpack_from("<H", head, 10)[0] & _ENCRYPTED_WORD:
        raise DocumentError("encrypted", "DOC 文件有打开密码，未能读取")


def refuse_locked_excel(data: bytes) -> None:
    """Raises DocumentError(encrypted) by the record FILEPASS among the first ones ([MS-XLS])."""
    ole = Ole(data)
    head = ole.read("Workbook", _HEAD) or ole.read("Book", _HEAD)
    at = 0
    while at + 4 <= len(head):
        kind, length = struct.unpack_from("<HH", head, at)
        if kind == _FILEPASS:
            raise DocumentError("encrypted", "XLS 文件有打开密码，未能读取")
        at += 4 + length


def read_other_ole(data: bytes, http_charset: str | None = None) -> NoReturn:
    """Says why a compound file that is neither Word nor Excel can't be read."""
    ole = Ole(data)
    if "EncryptedPackage" in ole or "EncryptionInfo" in ole:
        raise DocumentError("encrypted", "Office 文件有打开密码，未能读取")
    if "PowerPoint Document" in ole:
        raise DocumentError("unsupported", "暂不支持读取 PPT 文件；请另存为 DOCX 或 PDF 后导入")
    raise DocumentError(
        "unsupported", "不是 Word 或 Excel 文件，暂不支持读取；请另存为 DOCX 或 PDF 后导入"
    )
