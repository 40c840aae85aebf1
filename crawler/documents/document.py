"""What every format is read into: paragraphs and grids in reading order, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class GridCell(NamedTuple):
    """A cell as written. ``row``/``col`` are its first grid position (0-based).

    ``at`` locates it in the source, e.g. ``table[3]/row[5]/col[2]`` or ``chars[120:122]``.
    A named tuple, since a page has hundreds: a frozen dataclass takes twice as long to make.
    """

    text: str
    row: int
    col: int
    at: str
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its spans expanded: a spanning cell stands at every position it covers.

    ``exact``: column positions are stated by the format (HTML, Word). False: they were guessed
    from separators in running text and may be shifted; never trust them alone.
    ``recognised``: read from a picture; a cell that could not be read says ``\ufffd``.
    """

    rows: tuple[tuple[GridCell | None, ...], ...]
    at: str
    exact: bool = True
    path: tuple[int, ...] = ()
    recognised: bool = False

    def own_cells(self, row: int) -> Iterator[GridCell]:
        """The cells that begin in this row, each once, in order."""
        last: GridCell | None = None
        for cell in self.rows[row]:
            if cell is not None and cell.row == row and cell is not last:
                yield cell
            last = cell

    def below(self, before: str, path: tuple[int, ...]) -> Grid:
        """The grid as part of another document, ``before`` in front of its places. A cell stays
        one over all it covers."""
        cells = {
            id(cell): cell._replace(at=f"{before}/{cell.at}")
            for row in self.rows
            for cell in row
            if cell is not None
        }
        rows = tuple(
            tuple(cells[id(cell)] if cell is not None else None for cell in row)
            for row in self.rows
        )
        return Grid(rows, f"{before}/{self.at}", self.exact, path)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``path`` is the chain of child indices from the root; empty where a format has no tree.

    ``level``: 1–6 for a heading element, 0 otherwise. ``link``: (nearly) all of it is a link to
    another page, as in lists and menus. ``recognised``: read from a picture.
    """

    text: str
    at: str
    path: tuple[int, ...] = ()
    level: int = 0
    link: bool = False
    recognised: bool = False


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str


class NoteCode(StrEnum):
    """What a reader has to say about its reading; the value is the code of the report's issue."""

    ENCODING = "TXT-ENCODING"
    """characters that could not be decoded, or were repaired"""
    UNREAD = "DOC-UNREAD"
    """a part of the document that was left out: hidden, foreign, not to be opened"""
    READING = "DOC-READING"
    """what the document shows incompletely, such as formulas without results"""


@dataclass(frozen=True, slots=True)
class Note:
    """``message``: in the user's language."""

    code: NoteCode
    message: str


@dataclass(frozen=True, slots=True)
class Document:
    """``meta``: (name, content) pairs in order; ``images``: pictures inside the page's body.

    ``notes``: a bare text is a note of the kind `NoteCode.READING`. ``pages``: addresses of further
    pages of the same text that the page's own scripts name, unresolved.
    """

    media_type: str
    blocks: tuple[Block, ...]
    title: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    images: int = 0
    notes: tuple[Note | str, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def recognised(self) -> bool:
        """Whether any of it was read from a picture."""
        return any(block.recognised for block in self.blocks)

    @property
    def pictured(self) -> bool:
        """Whether all of it was read from pictures."""
        return bool(self.blocks) and all(block.recognised for block in self.blocks)

    @property
    def remarks(self) -> tuple[Note, ...]:
        """The notes, each with its code."""
        return tuple(
            note if isinstance(note, Note) else Note(NoteCode.READING, note) for note in self.notes
        )


class DocumentError(Exception):
    """A document that can't be opened; ``code`` is one of the contract's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
