"""What was read of a page's picture. Places are pixels of the straightened page."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.documents.ocr.rules import Frame


@dataclass(frozen=True, slots=True)
class Written:
    """One line of text. ``text``, ``guess``: see `ocr_text.Reading`; ``xs``: the middles of the
    characters of ``text``."""

    text: str
    guess: str
    xs: tuple[float, ...]
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class ReadTable:
    """``cells``: in the order of the frame's boxes, each with its lines from top to bottom."""

    frame: Frame
    cells: tuple[tuple[Written, ...], ...]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Pixels; ``em``: of a usual character."""

    width: int
    height: int
    em: float
    tables: tuple[ReadTable, ...]
    lines: tuple[Written, ...]
