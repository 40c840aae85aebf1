"""How much of a container may be unpacked: a small file can hold a very large one."""

from __future__ import annotations

from crawler.documents.document import DocumentError

MEGABYTE = 1024 * 1024
MAX_PART = 48 * MEGABYTE
"""One XML part, unpacked. The longest report's ``document.xml`` has some 3 MB."""
MAX_UNPACKED = 256 * MEGABYTE
"""Everything in one ZIP file, nested ones included."""
MAX_RATIO = 200
"""Unpacked to packed size of one member; Office XML reaches about 60."""
SMALL = MEGABYTE
"""Members below this size are unpacked whatever their ratio."""
MAX_ENTRIES = 20_000
"""More entries than this are refused before the ZIP's directory is read."""
MAX_GRID = 200_000
"""Positions of one grid with its spans expanded."""
MAX_TEXT = 4_000_000
"""Characters of a document's text. The longest report has some 60,000."""
MAX_BLOCKS = 200_000
"""Paragraphs and cells of one document."""


def too_large(what: str) -> DocumentError:
    """``what``: the thing and its limit, e.g. "表格超过 200000 个单元格"."""
    return DocumentError("too_large", f"{what}，未读取")


def damaged(kind: str, why: str = "") -> DocumentError:
    """``kind``: the format as users know it, e.g. "DOCX"."""
    return DocumentError(
        "unreadable", f"{kind} 文件损坏或不完整{f'（{why}）' if why else ''}，未能读取"
    )
