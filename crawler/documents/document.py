"""What every format is read into: paragraphs and grids in reading order, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell as written. ``row``/``col`` are its first grid position (0-based).

    ``at`` locates it in the source, e.g. ``table[3]/row[5]/col[2]`` or ``chars[120:122]``.
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
    """

    rows: tuple[tuple[GridCell | None, ...], ...]
    at: str
    exact: bool = True
    path: tuple[int, ...] = ()

    def own_cells(self, row: int) -> Iterator[GridCell]:
        """The cells that begin in this row, each once, in order."""
        last: GridCell | None = None
        for cell in self.rows[row]:
            if cell is not None and cell.row == row and cell is not last:
                yield cell
            last = cell


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``path`` is the chain of child indices from the root; empty where a format has no tree.

    ``level``: 1–6 for a heading element, 0 otherwise. ``link``: (nearly) all of it is a link to
    another page, as in lists and menus.
    """

    text: str
    at: str
    path: tuple[int, ...] = ()
    level: int = 0
    link: bool = False


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """``meta``: (name, content) pairs in order; ``images``: pictures inside the page's body."""

    media_type: str
    blocks: tuple[Block, ...]
    title: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    images: int = 0
    notes: tuple[str, ...] = ()


class DocumentError(Exception):
    """A document that can't be opened; ``code`` is one of the contract's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
