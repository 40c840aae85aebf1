"""Glyphs → words → lines, by where they stand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.documents.pdf.page import UNKNOWN, Glyph
from crawler.documents.pdf.spreads import EVEN, spreads

_LEVEL = 0.4
"""Glyphs of one line differ in height by less than this share of their size."""
_DIGIT_GAP = 0.28
"""Shares of the size. Digits may be spread a little, and a number must not fall apart."""
_LATIN_GAP = 0.18
_CHINESE_GAP = 0.1
"""Columns of narrow tables stand as near as this. Text that is spread is joined again later."""
_OVERLAID = 0.5
"""Share of a digit that another one covers at most; more, and the two are two texts."""
_SPREAD = 0.9
_WIDE_GAP = 1.5
"""Gaps between words wider than this are meant; smaller ones are the converter's."""
_ASCII = re.compile(r"[\x21-\x7e]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_DIGIT = re.compile(r"[\d.,+\-/%]")
_VALUE = re.compile(r"^[+\-－−]?\d+([.,]\d+)*[件项个条份宗]?$|^[/／\\\-－—–]+$|^无$")


@dataclass(frozen=True, slots=True)
class Word:
    """Glyphs that touch. ``turn``: 0, or 90/270 for writing that climbs or falls."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    glyphs: tuple[Glyph, ...]
    turn: int = 0

    @property
    def center(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def is_value(self) -> bool:
        """A number or a mark that stands for none."""
        return bool(_VALUE.match(self.text))


@dataclass(frozen=True, slots=True)
class Line:
    """Words from left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return join_words(self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def middle(self) -> float:
        return sum(word.middle for word in self.words) / len(self.words)

    @property
    def size(self) -> float:
        """Of most of its glyphs."""
        return max(self.words, key=lambda word: len(word.glyphs)).size


def words_of(glyphs: Iterable[Glyph]) -> list[Word]:
    """All words of a page, turned ones too, in lines from top to bottom, left to right."""
    upright: list[Glyph] = []
    aside: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        if glyph.turn == 0:
            upright.append(glyph)
        else:
            aside.setdefault(glyph.turn, []).append(glyph)
    levels = [sorted(level, key=lambda glyph: glyph.x0) for level in _levels(upright)]
    spread = spreads(levels)
    words = [word for row, wide in zip(levels, spread, strict=True) for word in _words(row, wide)]
    for turn, some in aside.items():
        words.extend(_turned_words(some, turn))
    return words


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Upright words that stand on one level; turned words make lines of their own."""
    lines: list[Line] = []
    level: list[Word] = []
    for word in sorted(words, key=lambda word: word.middle):
        if word.turn:
            lines.append(Line((word,)))
            continue
        if level and not _same_level(level[-1], word):
            lines.append(_line(level))
            level = []
        level.append(word)
    if level:
        lines.append(_line(level))
    return sorted(lines, key=lambda line: line.middle)


def _line(words: Iterable[Word]) -> Line:
    return Line(tuple(sorted(words, key=lambda word: word.x0)))


def _same_level(one: Word | Glyph, other: Word | Glyph) -> bool:
    distance = abs(other.top + other.bottom - one.top - one.bottom) / 2
    return distance < _LEVEL * min(one.size, other.size)


def _levels(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    level: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.top + glyph.bottom):
        # Compared with the first as well: a slanting line must not run on for ever.
        if level and not (_same_level(level[-1], glyph) and _same_level(level[0], glyph)):
            yield level
            level = []
        level.append(glyph)
    if level:
        yield level


def _words(level: Iterable[Glyph], spread: float = 0.0) -> Iterator[Word]:
    """``spread``: ems between all glyphs of the line; see `spreads`."""
    run: list[Glyph] = []
    for glyph in sorted(level, key=lambda glyph: glyph.x0):
        # A digit that is printed over a character ends before it.
        last = max(run[-2:], key=lambda glyph: glyph.x1, default=glyph)
        if run and (last.pale != glyph.pale or _apart(last, glyph, spread)):
            yield _word(run)
            run = []
        run.append(glyph)
    if run:
        yield _word(run)


def _apart(left: Glyph, right: Glyph, spread: float) -> bool:
    size, gap = max(left.size, right.size), right.x0 - left.x1
    if spread and left.text.isdigit() and right.text.isdigit():
        # Digits of two columns may stand as near as digits that are spread; seldom just so.
        return gap > _gap(left, right) and abs(gap / size - spread) > EVEN
    return gap > _gap(left, right) + spread * size


def _gap(left: Glyph, right: Glyph) -> float:
    """The widest gap between glyphs of one word."""
    size = max(left.size, right.size)
    digits = bool(_DIGIT.match(left.text)), bool(_DIGIT.match(right.text))
    latin = bool(_ASCII.match(left.text)), bool(_ASCII.match(right.text))
    if all(digits):
        return _DIGIT_GAP * size
    if all(latin):
        return _LATIN_GAP * size
    return _CHINESE_GAP * size


def _word(run: Sequence[Glyph], turn: int = 0) -> Word:
    text = "".join(glyph.text for glyph in run)
    if not turn:
        text = UNKNOWN * len(text) if _is_overlaid(run) else _without_covered(run)
    return Word(
        text,
        min(glyph.x0 for glyph in run),
        max(glyph.x1 for glyph in run),
        min(glyph.top for glyph in run),
        max(glyph.bottom for glyph in run),
        max(glyph.size for glyph in run),
        tuple(run),
        turn,
    )


def _is_overlaid(run: Sequence[Glyph]) -> bool:
    """Whether digits are printed over others: together they are a number that stands nowhere."""
    return any(
        _overlap(left, right)
        for left, right in itertools.pairwise(run)
        if left.text.isdigit() and right.text.isdigit()
    )


def _without_covered(run: Sequence[Glyph]) -> str:
    """The text; figures are unread from the first one on over which a character is printed, since
    a label that is wider than its cell mixes with the number beside it."""
    covered = next(
        (
            min(i, k)
            for i, glyph in enumerate(run)
            for k in range(i + 1, min(i + 3, len(run)))
            if _are_mixed(glyph.text, run[k].text) and _overlap(glyph, run[k])
        ),
        len(run),
    )
    return "".join(
        UNKNOWN if i >= covered and glyph.text.isdigit() else glyph.text
        for i, glyph in enumerate(run)
    )


def _are_mixed(one: str, other: str) -> bool:
    digits = one.isdigit(), other.isdigit()
    return any(digits) and bool(_IDEOGRAPH.match(other if digits[0] else one))


def _overlap(left: Glyph, right: Glyph) -> bool:
    shared = min(left.x1, right.x1) - right.x0
    return shared > _OVERLAID * min(left.x1 - left.x0, right.x1 - right.x0)


def part_of(word: Word, run: Sequence[Glyph]) -> Word:
    """A word of some of another one's glyphs."""
    return _word(run, word.turn)


def _turned_words(glyphs: Sequence[Glyph], turn: int) -> Iterator[Word]:
    """Words of writing that is turned: read as if it were upright, at the place where it is."""

    def upright(glyph: Glyph) -> Glyph:
        if turn == 90:
            x0, x1, top, bottom = -glyph.bottom, -glyph.top, glyph.x0, glyph.x1
        elif turn == 270:
            x0, x1, top, bottom = glyph.top, glyph.bottom, -glyph.x1, -glyph.x0
        else:
            x0, x1, top, bottom = -glyph.x1, -glyph.x0, -glyph.bottom, -glyph.top
        return Glyph(glyph.text, x0, x1, top, bottom, glyph.size, pale=glyph.pale)

    places = {upright(glyph): glyph for glyph in glyphs}
    for level in _levels(places):
        for word in _words(level):
            yield _word([places[glyph] for glyph in word.glyphs], turn)


def phrases(words: Sequence[Word]) -> list[Sequence[Word]]:
    """Words of one line that are one text: parts of a spread label, not of two columns."""
    out: list[list[Word]] = []
    for word in words:
        if out and word.x0 - out[-1][-1].x1 < _SPREAD * word.size:
            out[-1].append(word)
        else:
            out.append([word])
    return list(out)


def join_words(words: Sequence[Word]) -> str:
    """Text of words on one line: a space where one is meant, none that only spreads the line."""
    parts: list[str] = []
    for index, word in enumerate(words):
        if index:
            before = words[index - 1]
            latin = _ASCII.match(before.text[-1]) and _ASCII.match(word.text[0])
            wide = word.x0 - before.x1 > _WIDE_GAP * max(before.size, word.size)
            if latin or wide:
                parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def join_lines(lines: Sequence[str]) -> str:
    """Lines of one paragraph or label: no space within Chinese, one between words in letters."""
    text = ""
    for line in lines:
        latin = text and line and _ASCII.match(text[-1]) and _ASCII.match(line[0])
        text += f" {line}" if latin else line
    return text
