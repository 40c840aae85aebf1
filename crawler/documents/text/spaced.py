"""Rows of cells apart by single spaces, alone or beside rows with wider gaps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.documents.form_words import ONE_NUMBER_ROWS
from crawler.documents.text.line_cells import LABEL, WIDE_CELL, WORD, Piece, as_cell, part

_PROSE_MARK = re.compile(r"[，。；：！？]")
_REMARK = re.compile(r"[（(][^（()）]*[)）]")
_MIN_SPACED = 3
"""Fewer numbers at a line's end, apart by single spaces, are no proof of a table."""


def rows_above(stack: list[Piece], run: int) -> list[list[Piece]]:
    """The lines right above a table (from ``run`` on) that are its rows, taken from the stack: from
    the first one that holds several cells."""
    rows: list[list[Piece]] = []
    for number in range(len(stack) - 1, run - 1, -1):
        row = _two_labels(stack[number]) or row_apart_by_spaces(stack[number])
        if row is None and (len(stack[number].text) > LABEL or is_prose(stack[number].text)):
            break
        rows.append(row or [stack[number]])
    while rows and len(rows[-1]) == 1:
        rows.pop()
    del stack[len(stack) - len(rows) :]
    return rows[::-1]


def _two_labels(piece: Piece) -> list[Piece] | None:
    """Two labels apart by a wide gap."""
    parts = [m.group() for m in WIDE_CELL.finditer(piece.text)]
    if len(parts) != 2 or max(map(len, parts)) > LABEL or is_prose(piece.text):
        return None
    start = piece.start
    return [
        as_cell(piece.line, start + m.start(), start + m.end())
        for m in WIDE_CELL.finditer(piece.text)
    ]


def row_apart_by_spaces(piece: Piece) -> list[Piece] | None:
    """Beside rows with wide gaps: a label with its numbers, or labels, apart by single spaces."""
    if is_prose(piece.text):
        return None
    rows = spaced_rows(piece) or header_words(piece)
    return rows[0] if len(rows) == 1 and len(rows[0]) > 1 else None


def is_prose(text: str) -> bool:
    return bool(_PROSE_MARK.search(_REMARK.sub("", text)))


def _words(piece: Piece) -> list[Piece]:
    return [
        as_cell(piece.line, piece.start + m.start(), piece.start + m.end())
        for m in WORD.finditer(piece.text)
    ]


def spaced_rows(piece: Piece) -> list[list[Piece]]:
    """Rows of cells apart by single spaces: words that make a label, then numbers; [] if the text
    does not end with a number."""
    words = _words(piece)
    if not words[-1].is_value:
        return []
    rows = stacked(words)
    if len(rows) > 1:
        # A whole table in one paragraph: the first words are its header.
        return rows
    labels = [word for word in words if not word.is_value]
    if not labels:
        return rows
    end = labels[-1].start + len(labels[-1].text)
    return [[part(piece.line, labels[0].start, end), *words[len(labels) :]]]


def proves_table(rows: Sequence[Sequence[Piece]]) -> bool:
    return any(
        len(row) > _MIN_SPACED
        or (len(row) == 2 and "".join(row[0].text.split()) in ONE_NUMBER_ROWS)
        for row in rows
    )


def header_words(piece: Piece) -> list[list[Piece]]:
    """Column labels apart by single spaces."""
    words = _words(piece)
    fits = len(words) > 1 and max(len(word.text) for word in words) <= LABEL
    return [words] if fits else []


def stacked(stack: Sequence[Piece]) -> list[list[Piece]]:
    """One cell a line → rows: labels, then the values up to the next label."""
    rows: list[list[Piece]] = [[]]
    in_values = False
    for piece in stack:
        if in_values and not piece.is_value:
            rows.append([])
        in_values = piece.is_value
        rows[-1].append(piece)
    return rows
