"""A straight page → its tables and lines with their text, read twice.

First reading: lines of text found on the whole page, spelled, and dealt out to cells by where each
character stands. Second reading: what is written in a cell, alone, without ruling lines, in another
size. Running text with figures is spelled a second time in another size.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.documents.ocr.downward import spelled_down, tower_of
from crawler.documents.ocr.ink import Ink, Spot, by_shape, ink_of
from crawler.documents.ocr.reader import Char, Spelled, spell
from crawler.documents.ocr.result import ReadPage, ReadTable, Written
from crawler.documents.ocr.rules import Frame, rules_of
from crawler.documents.ocr.sheet import Sheet, crop
from crawler.documents.ocr.text import (
    NOTHING,
    UNREAD,
    UNREAD_WORDS,
    Reading,
    confirmed,
    needs_second,
    prose,
    settled,
)

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]

_TOWER = 1.6
"""Times as high as wide: characters that stand one above the other, or one narrow character."""
_LEVEL = 0.5
_LONG = 5.0
"""Ems; longer than the longest number."""
_AGAIN = 1.25
"""Size of the second picture of a line of running text."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A character and its place: middle across, and the height of its line."""

    text: str
    x: float
    top: float
    bottom: float
    sure: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class _Cell:
    corners: tuple[float, float, float, float]
    letters: list[Letter] = field(default_factory=list)


def read_sheet(sheet: Sheet) -> ReadPage:
    rules = rules_of(sheet.grey, sheet.boxes, sheet.em)
    ink = ink_of(sheet.grey, rules, sheet.em)
    cells = [[_Cell(frame.corners(box)) for box in frame.boxes] for frame in rules.frames]
    found = spell([crop(sheet.grey, box) for box in sheet.boxes])
    outside: list[tuple[Picture, Spelled]] = []
    for box, spelled in zip(sheet.boxes, found, strict=True):
        place = _cell_of(rules.frames, cells, *box.mean(axis=0))
        if (
            math.dist(box[0], box[3]) > _TOWER * math.dist(box[0], box[1])
            and len(spelled.chars) != 1
        ):
            # Characters above each other: the recogniser reads along lines only.
            continue
        letters = _letters(box, spelled)
        owners = [_cell_of(rules.frames, cells, a.x, a.middle) for a in letters]
        if place is None and not any(owners):
            outside.append((box, spelled))
            continue
        for letter, owner in zip(letters, owners, strict=True):
            if owner is not None:
                owner.letters.append(letter)
    tables = _read_cells(cells, ink)
    return ReadPage(
        sheet.grey.shape[1],
        sheet.grey.shape[0],
        sheet.em,
        tuple(ReadTable(f, t) for f, t in zip(rules.frames, tables, strict=True)),
        _read_lines(sheet.grey, outside),
    )


def _letters(box: Picture, spelled: Spelled) -> list[Letter]:
    (ax, ay), (bx, by) = box[0], box[1]
    (dx, dy), (cx, cy) = box[3], box[2]
    return [
        Letter(
            char.text,
            ((ax + (bx - ax) * char.place) + (dx + (cx - dx) * char.place)) / 2,
            ay + (by - ay) * char.place,
            dy + (cy - dy) * char.place,
            char.sure,
        )
        for char in spelled.chars
    ]


def _cell_of(
    frames: Sequence[Frame], cells: Sequence[Sequence[_Cell]], x: float, y: float
) -> _Cell | None:
    for frame, own in zip(frames, cells, strict=True):
        row = bisect_right([line.at(x) for line in frame.ys], y) - 1
        col = bisect_right([line.at(y) for line in frame.xs], x) - 1
        if not (0 <= row < len(frame.ys) - 1 and 0 <= col < len(frame.xs) - 1):
            continue
        for box, cell in zip(frame.boxes, own, strict=True):
            if box.row <= row < box.row + box.rowspan and box.col <= col < box.col + box.colspan:
                return cell
    return None


# --- Cells ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a cell: its letters of the first reading, and where its ink is. ``known``: its
    text, where it needs no further reading."""

    letters: tuple[Letter, ...]
    spot: Spot | None
    known: str | None = None

    @property
    def spelled(self) -> Spelled:
        return Spelled(tuple(Char(a.text, 0.0, a.sure) for a in self.letters))


def _read_cells(
    tables: Sequence[Sequence[_Cell]], ink: Ink
) -> list[tuple[tuple[Written, ...], ...]]:
    """Every cell's lines. What must be read a second time is collected, to be spelled at once."""
    lines = _with_towers([[_lines(cell, ink) for cell in cells] for cells in tables], ink)
    todo = [
        line
        for cells in lines
        for cell in cells
        for line in cell
        if line.spot is not None
        and line.known is None
        and (not line.letters or needs_second("".join(a.text for a in line.letters)))
    ]
    pictures = [ink.picture(line.spot) for line in todo if line.spot is not None]
    again = dict(zip(map(id, todo), spell(pictures), strict=True))
    missed = [line for line in todo if _differ(line, again[id(line)])]
    pictures = [ink.picture(line.spot, other=True) for line in missed if line.spot is not None]
    third = dict(zip(map(id, missed), spell(pictures), strict=True))

    return [_written_cells(cells, again, third, ink) for cells in lines]


def _with_towers(tables: list[list[list[_Line]]], ink: Ink) -> list[list[list[_Line]]]:
    """The lines, with those of labels that are written downward known."""
    found = [
        (t, c, tower)
        for t, cells in enumerate(tables)
        for c, lines in enumerate(cells)
        if (tower := tower_of([n.spot for n in lines if n.spot is not None], ink)) is not None
    ]
    spelled = spell([tower.picture for _, _, tower in found])
    for (t, c, tower), text in zip(found, spelled, strict=True):
        parts = spelled_down(tower, text)
        if parts is not None:
            tables[t][c] = [_Line((), s, p) for s, p in zip(tower.spots, parts, strict=True) if p]
    return tables


def _written_cells(
    cells: Sequence[Sequence[_Line]],
    again: Mapping[int, Spelled],
    third: Mapping[int, Spelled],
    ink: Ink,
) -> tuple[tuple[Written, ...], ...]:
    """One table's lines. Figures that are much smaller or larger than its others are none: what is
    left of a ruling line looks like a 1."""
    read = {
        id(line): _reading(line, again.get(id(line)), third.get(id(line)))
        for cell in cells
        for line in cell
    }
    heights = sorted(
        line.spot.y1 - line.spot.y0
        for cell in cells
        for line in cell
        if line.spot is not None and (text := read[id(line)].text).isdigit() and text != "1"
    )
    usual = heights[len(heights) // 2] if heights else None

    def written(line: _Line) -> Written:
        reading = read[id(line)]
        if line.spot is not None and id(line) in again:
            reading = by_shape(reading, line.spot, ink, usual)
        return _written(line, reading, ink.em)

    return tuple(tuple(map(written, cell)) for cell in cells)


def _lines(cell: _Cell, ink: Ink) -> list[_Line]:
    """The lines of ink, each with its letters; letters where no ink is stand in lines of their
    own: they are believed even less."""
    spots = ink.lines(cell.corners)
    taken: list[list[Letter]] = [[] for _ in spots]
    rest: list[Letter] = []
    for letter in cell.letters:
        near = [
            i
            for i, spot in enumerate(spots)
            if spot.y0 - _LEVEL * ink.em < letter.middle < spot.y1 + _LEVEL * ink.em
        ]
        if near:
            best = min(near, key=lambda i: abs((spots[i].y0 + spots[i].y1) / 2 - letter.middle))
            taken[best].append(letter)
        else:
            rest.append(letter)
    out = [
        _Line(tuple(sorted(letters, key=lambda a: a.x)), spot)
        for spot, letters in zip(spots, taken, strict=True)
    ]
    if rest:
        out.append(_Line(tuple(sorted(rest, key=lambda a: a.x)), None))
    return out


def _reading(line: _Line, again: Spelled | None, third: Spelled | None) -> Reading:
    if line.spot is None:
        return NOTHING
    if line.known is not None:
        return Reading(line.known, line.known)
    first = line.spelled
    if again is None:
        return Reading(first.text, first.text)
    return settled(first, again) if third is None else confirmed(first, again, third)


def _written(line: _Line, reading: Reading, em: float) -> Written:
    letters, spot = line.letters, line.spot
    if spot is None:
        top, bottom = letters[0].top, letters[0].bottom
        x0, x1 = letters[0].x - em / 2, letters[-1].x + em / 2
        return Written(UNREAD, UNREAD, ((x0 + x1) / 2,), x0, x1, top, bottom)
    text, guess = reading.text, reading.guess
    if text == guess == UNREAD and spot.x1 - spot.x0 > _LONG * em:
        text = guess = UNREAD_WORDS
    if text == line.spelled.text:
        xs = tuple(a.x for a in letters)
    else:
        step = (spot.x1 - spot.x0) / max(len(text), 1)
        xs = tuple(spot.x0 + step * (i + 0.5) for i in range(len(text)))
    return Written(text, guess, xs, spot.x0, spot.x1, spot.y0, spot.y1)


def _differ(line: _Line, again: Spelled) -> bool:
    return settled(line.spelled, again).text == UNREAD


# --- Running text -----------------------------------------------------------------


def _read_lines(grey: Picture, found: Sequence[tuple[Picture, Spelled]]) -> tuple[Written, ...]:
    figures = [(b, s) for b, s in found if any(c.text.isdigit() for c in s.chars)]
    pictures = [crop(grey, _wider(box), _AGAIN) for box, _ in figures]
    again = dict(zip((id(s) for _, s in figures), spell(pictures), strict=True))
    out: list[Written] = []
    for box, spelled in found:
        if not spelled.chars:
            continue
        text, xs = prose(spelled, again.get(id(spelled)))
        left, right = float(box[0][0]), float(box[1][0])
        top, bottom = float(box[:2, 1].mean()), float(box[2:, 1].mean())
        places = tuple(left + place * (right - left) for place in xs)
        out.append(Written(text, text, places, left, right, top, bottom))
    return tuple(out)


def _wider(box: Picture) -> Picture:
    """The box with a little more paper above and below."""
    up = (box[0] - box[3]) * 0.06
    side = box.copy()
    side[0], side[1] = box[0] + up, box[1] + up
    side[2], side[3] = box[2] - up, box[3] - up
    return side
