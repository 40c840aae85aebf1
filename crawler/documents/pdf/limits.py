"""Bounds of time and memory for reading one PDF, in whatever process it is read.

A PDF is a program: forms may call forms, fonts may map billions of codes, a page of one kilobyte
may unpack to gigabytes. The libraries have few limits of their own, so a guard thread interrupts
the reading thread between two Python instructions, and unpacking, which is one long instruction,
is bounded where it happens.
"""

from __future__ import annotations

import ctypes
import re
import resource
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.documents.limits import MEGABYTE, damaged, too_large

MAX_PAGES = 300
"""The longest report known has some forty pages."""
MAX_SECONDS = 25.0
"""For one reading; a report of ten pages takes half a second. Both fit in a worker's time."""
MAX_GROWTH = 600 * MEGABYTE
"""How far the process may grow meanwhile."""
MAX_STREAM = 64 * MEGABYTE
"""One part of a PDF, unpacked. Pictures are not unpacked here; a page's text has some 100 KB."""
MAX_UNPACKED = 256 * MEGABYTE
MAX_GLYPHS = 60_000
"""On one page; a full page of small print has some 5000."""
MAX_RULES = 20_000
"""A page with more lines is a drawing or a map: its lines are no tables."""

_PULSE = 0.1
_AGAIN = 1.0
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


class _Overrun(BaseException):
    """Set in the reading thread from outside; no handler of a library may swallow it."""


class _Guard(threading.Thread):
    """Interrupts the thread that made it when a limit is passed, again and again until it ends:
    a library that cleans up after itself may run into the same loop once more."""

    def __init__(self, seconds: float, growth: int) -> None:
        super().__init__(name="pdf-limits", daemon=True)
        self._reader = ctypes.c_ulong(threading.get_ident())
        self._end = time.monotonic() + seconds
        self._highest = _peak() + growth
        self._over = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        pulse = _PULSE
        while not self._over.wait(pulse):
            if time.monotonic() > self._end or _peak() > self._highest:
                pulse = _AGAIN
                with self._lock:
                    if not self._over.is_set():
                        _interrupt(self._reader, ctypes.py_object(_Overrun))

    def end(self) -> None:
        """No interruption comes any more, not even one that is under way."""
        with self._lock:
            self._over.set()
            _interrupt(self._reader, None)


def _interrupt(thread: ctypes.c_ulong, what: ctypes.py_object[type[_Overrun]] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, what)


def _peak() -> int:
    """Highest resident memory of this process so far, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


@contextmanager
def limited(seconds: float = MAX_SECONDS, growth: int = MAX_GROWTH) -> Iterator[None]:
    """Run a block within the limits; beyond them DocumentError(too_large)."""
    guard = _Guard(seconds, growth)
    guard.start()
    try:
        try:
            yield
        finally:
            guard.end()
    except _Overrun:
        raise too_large(
            f"PDF 过于复杂（解析超过 {seconds:g} 秒或 {growth // MEGABYTE} MB 内存）"
        ) from None


class Inflater:
    """Stands in for the module ``zlib`` in the PDF library: bounded, and strict about damage.

    A stream without its checksum, as some printers write, is whole; one that breaks off is not.
    """

    error = zlib.error

    def __init__(self) -> None:
        self._local = threading.local()

    def begin(self) -> None:
        """Start counting for a new document in this thread."""
        self._local.unpacked = 0

    def decompress(self, data: bytes) -> bytes:
        """Unpack one stream. DocumentError: too_large, or unreadable for a damaged one."""
        head = int.from_bytes(data[:2], "big")
        wrapped = len(data) > 2 and head % 31 == 0 and head >> 8 & 15 == 8
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            out = engine.decompress(data[2:] if wrapped else data, MAX_STREAM)
        except zlib.error:
            raise damaged("PDF") from None
        if engine.unconsumed_tail:
            raise too_large(f"PDF 的一个部分解压后超过 {MAX_STREAM // MEGABYTE} MB")
        if not engine.eof:
            raise damaged("PDF", "内容中断")
        self._local.unpacked = getattr(self._local, "unpacked", 0) + len(out)
        if self._local.unpacked > MAX_UNPACKED:
            raise too_large(f"PDF 解压后超过 {MAX_UNPACKED // MEGABYTE} MB")
        return out


INFLATER = Inflater()

_STREAM = re.compile(rb"stream\r?\n")
_CHUNK = MEGABYTE
_NESTED = 3


def check_streams(data: bytes) -> None:
    """Unpack every stream of a file once and keep nothing: PDFium's own limit is a gigabyte, and
    nothing can interrupt it. DocumentError: too_large."""
    total = 0
    for match in _STREAM.finditer(data):
        total += _unpacked(data[match.end() : match.end() + MAX_STREAM], _NESTED)
        if total > MAX_UNPACKED:
            raise too_large(f"PDF 解压后超过 {MAX_UNPACKED // MEGABYTE} MB")


def _unpacked(packed: bytes, depth: int) -> int:
    """Size of a stream with all that is packed in it; 0 for what is not packed at all."""
    engine = zlib.decompressobj()
    size = 0
    inner = bytearray()
    try:
        part = engine.decompress(packed, _CHUNK)
        while part:
            size += len(part)
            if size > MAX_STREAM:
                raise too_large(f"PDF 的一个部分解压后超过 {MAX_STREAM // MEGABYTE} MB")
            if depth > 1:
                inner += part
            part = engine.decompress(engine.unconsumed_tail, _CHUNK)
    except zlib.error:
        return size
    return size + (_unpacked(bytes(inner), depth - 1) if size and depth > 1 else 0)
