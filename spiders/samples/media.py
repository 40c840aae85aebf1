"""Small pictures made on the spot, so that no binary file is needed."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int, *, lines: bool) -> bytes:
    """A grey picture; with ``lines`` it looks like a page of print from afar."""
    rows = bytearray()
    for y in range(height):
        dark = lines and y % 24 < 9 and 40 < y < height - 40
        row = bytearray(b"\xf4" * width)
        if dark:
            row[width // 10 : width - width // 10 - (y * 37) % (width // 4)] = bytes(
                b"\x40" * (width - width // 10 - (y * 37) % (width // 4) - width // 10)
            )
        rows += b"\x00" + row
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
