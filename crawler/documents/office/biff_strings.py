"""The texts of an XLS workbook with their runs ([MS-XLS] 2.5.293, 2.4.265): where a part of a text
is raised or struck out, what is shown is not what the library gives."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.documents.office.marks import STRUCK, raised

_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
_MAX_STRINGS = 500_000

Runs = tuple[tuple[int, int], ...]
"""Where a run begins, and the number of its font."""


@dataclass(frozen=True, slots=True)
class Font:
    struck: bool = False
    raised: bool = False


def short_text(head: bytes, body: bytes) -> str:
    """A text of fewer than 256 characters; ``head``: their number, and whether they are wide."""
    length, wide = head[0], head[1] & _WIDE
    raw = body[: length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def rich_text(text: str, runs: Runs, font: Callable[[int], Font]) -> str | None:
    """A text as it is shown; None where nothing in it is raised or struck out."""
    looks = [font(number) for _, number in runs]
    if not any(look.struck or look.raised for look in looks):
        return None
    ends = [*(start for start, _ in runs), len(text)]
    shown = text[: ends[0]]
    for (start, end), look in zip(pairwise(ends), looks, strict=True):
        piece = text[start:end]
        if look.struck:
            shown += STRUCK
        elif look.raised:
            shown += raised(piece, after_digit=shown[-1:].isdigit())
        else:
            shown += piece
    return shown


def read_strings(records: Sequence[bytes]) -> Iterator[tuple[str, Runs]]:
    """The shared texts. ``records``: the table's first record and those that go on. Ends early
    where they are damaged: the texts behind have no runs that could be believed."""
    if not records or len(records[0]) < 8:
        return
    reader = _Reader(records)
    count = struct.unpack("<I", reader.take(8)[4:])[0]
    for _ in range(min(count, _MAX_STRINGS)):
        head = reader.take(3)
        if len(head) < 3:
            return
        length, flags = struct.unpack("<HB", head)
        runs = _number(reader.take(2)) if flags & _RICH else 0
        extra = _number(reader.take(4)) if flags & _EXTENDED else 0
        text = reader.characters(length, wide=bool(flags & _WIDE))
        raw = reader.take(4 * runs)
        reader.take(extra)
        whole = len(raw) // 4 * 4
        yield text, tuple(struct.iter_unpack("<HH", raw[:whole]))


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


class _Reader:
    """Bytes over the borders of records; characters that go on have their width told again."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records
        self._record = 0
        self._at = 0

    def take(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size and self._record < len(self._records):
            part = self._records[self._record][self._at : self._at + size]
            parts.append(part)
            size -= len(part)
            self._at += len(part)
            if size:
                self._next()
        return b"".join(parts)

    def characters(self, length: int, *, wide: bool) -> str:
        parts: list[str] = []
        while length and self._record < len(self._records):
            width = 2 if wide else 1
            rest = self._records[self._record][self._at :]
            raw = rest[: length * width]
            raw = raw[: len(raw) // width * width]
            parts.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= len(raw) // width
            self._at += len(raw)
            if length:
                self._next()
                wide = bool(_number(self.take(1)) & _WIDE)
        return "".join(parts)

    def _next(self) -> None:
        self._record += 1
        self._at = 0
