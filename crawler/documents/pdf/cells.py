"""One cell of a table with rules: the lines in it, and the numbers that its width has wrapped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from crawler.documents.pdf.lattice import Box
from crawler.documents.pdf.lines import Line, Word, join_lines, lines_of
from crawler.documents.pdf.page import UNKNOWN

_DIGITS = re.compile(r"[\d.,]+")
_OPENING = "（([［【〔"
_MARGINS = 1.1
"""Ems of a cell's width that its two margins take."""
_STACK = 4
"""Lines of one value at most."""
_SOLID = 1.7
"""Sizes of type from one line to the next within a cell, at most."""


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell with its lines; ``x0``, ``x1``: its borders; ``at``: its place on its page.

    ``more``: text that stands overleaf.
    """

    box: Box
    x0: float
    x1: float
    lines: tuple[Line, ...]
    at: str
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return join_lines([*_wrapped(self), *self.more])

    @property
    def last_row(self) -> int:
        return self.box.row + self.box.rowspan - 1

    @property
    def is_value(self) -> bool:
        words = [word for line in self.lines for word in line.words]
        return bool(words) and all(word.is_value for word in words)


def lines_in(words: Sequence[Word]) -> tuple[Line, ...]:
    upright = lines_of(word for word in words if not word.turn)
    climbing = sorted((w for w in words if w.turn == 90), key=lambda w: (round(w.x0), -w.bottom))
    falling = sorted((w for w in words if w.turn == 270), key=lambda w: (-round(w.x1), w.top))
    return (*upright, *(Line((word,)) for word in (*climbing, *falling)))


def _wrapped(cell: TextCell) -> list[str]:
    """The cell's lines; digits that only the cell's width has wrapped stand in one."""
    out: list[str] = []
    for index, line in enumerate(cell.lines):
        before = cell.lines[index - 1] if index else None
        if before is not None and (_is_broken(cell, index) or _is_within_remark(out[-1])):
            out[-1] += line.text
        else:
            out.append(line.text)
    return out


def _is_within_remark(text: str) -> bool:
    """Whether a bracket is open behind a number: what stands in it is broken at any character."""
    return text[0].isdigit() and sum(map(text.count, "（(")) > sum(map(text.count, "）)"))


def goes_on(above: TextCell, below: TextCell) -> TextCell | None:
    """The cell that a page break has cut through a number; None where each part may be one."""
    whole = replace(above, lines=(*above.lines, *below.lines))
    if above.more or not (above.lines and below.lines and _is_broken(whole, len(above.lines))):
        return None
    return whole if len(_wrapped(whole)) == 1 else None


def _is_broken(cell: TextCell, index: int) -> bool:
    """Whether a line begins in the middle of a number: 22|98, 1|8（含并案3件）."""
    before, line = cell.lines[index - 1], cell.lines[index]
    if not _DIGITS.fullmatch(before.text) or not _DIGITS.match(line.text):
        return False
    return _fills(cell, before) or _torn(cell, index)


def _fills(cell: TextCell, line: Line) -> bool:
    """Whether one more digit would not have fitted in the line."""
    width = line.x1 - line.x0
    digit = width / len(line.text)
    return cell.x1 - cell.x0 - width < digit + _MARGINS * line.size


def _torn(cell: TextCell, index: int) -> bool:
    """Whether lines set solid would not have fitted side by side: what can't be parted (digits of
    one font, a digit with the bracket behind it) goes to the next line whole."""
    before, line = cell.lines[index - 1], cell.lines[index]
    glyphs = [
        glyph for n in cell.lines[index : index + 2] for word in n.words for glyph in word.glyphs
    ]
    digits = list(takewhile(lambda glyph: _DIGITS.fullmatch(glyph.text), glyphs[: len(line.text)]))
    width = before.x1 - before.x0 + digits[-1].x1 - digits[0].x0
    behind = glyphs[len(digits)] if len(digits) < len(glyphs) else None
    if behind is not None and behind.text in _OPENING:
        width += behind.x1 - behind.x0
    solid = line.words[0].middle - before.words[0].middle <= _SOLID * line.size
    return solid and cell.x1 - cell.x0 - width < _MARGINS * line.size


def is_crowded(cell: TextCell) -> bool:
    """Several values side by side, or many one above the other: rules between them are missing."""
    words = [word for line in cell.lines for word in line.words]
    if len(words) < 2 or not cell.is_value:
        return False
    return len(_wrapped(cell)) > _STACK or any(len(line.words) > 1 for line in cell.lines)


def is_stacked(cell: TextCell) -> bool:
    """Few values one above the other: parts of a number that something else than the cell's width
    has broken, or the numbers of two rows between which a rule is missing."""
    return cell.is_value and len(_wrapped(cell)) > 1


def unread(cell: TextCell) -> TextCell:
    word = cell.lines[0].words[0]
    return replace(cell, lines=(Line((replace(word, text=UNKNOWN),)),))
