"""Reports as plain text, in the ways in which tables are copied and converted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from spiders.samples import tables
from spiders.samples.reports import Heading
from spiders.samples.tables import Grid
from tests.corpus.drafts import Draft


def _lines(draft: Draft, grid: Callable[[Grid], str], heading: str = "{}") -> str:
    report = draft.report
    parts = [report.title, report.preface]
    for item in report.body:
        if isinstance(item, Heading):
            parts.append(heading.format(item.text))
        else:
            parts.append(item if isinstance(item, str) else grid(item))
    apart = draft.rng.choice(("\n\n", "\n", "\r\n\r\n"))
    text = apart.join([*parts, *report.signature]) + "\n"
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if "\r" in apart else text


def _fields(grid: Grid) -> list[list[str]]:
    """Every place of the grid; a merged one is empty."""
    return [
        [cell.text.replace("\n", "") if begins else "" for cell, begins in row]
        for row in tables.expand(grid)
    ]


def tabs(draft: Draft) -> bytes:
    return _lines(draft, lambda g: "\n".join("\t".join(row) for row in _fields(g))).encode()


def utf16(draft: Draft) -> bytes:
    """As Notepad saves "Unicode"."""
    text = _lines(draft, lambda g: "\n".join("\t".join(row) for row in _fields(g)))
    return text.encode("utf-16")


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def aligned(draft: Draft) -> bytes:
    """Columns set off by spaces to fixed places."""

    def write(grid: Grid) -> str:
        rows = _fields(grid)
        count = max(map(len, rows))
        # A cell over several columns runs over the places that follow it, which are empty.
        lone = [
            [c for c, text in enumerate(row) if text and (c + 1 == len(row) or row[c + 1])]
            for row in rows
        ]
        wide = [
            max([6, *(_columns(row[c]) for row, ends in zip(rows, lone, strict=True) if c in ends)])
            for c in range(count)
        ]
        lines = []
        for row in rows:
            line, place = "", 0
            for c, text in enumerate(row):
                line += " " * max(place - _columns(line), 2 if line and text else 0) + text
                place += wide[c] + 3
            lines.append(line.rstrip())
        return "\n".join(lines)

    return _lines(draft, write).encode()


def cell_a_line(draft: Draft) -> bytes:
    """Each cell on a line of its own; empty cells leave no trace."""
    return _lines(
        draft, lambda g: "\n".join(text for row in _fields(g) for text in row if text.strip())
    ).encode()


def markdown(draft: Draft) -> bytes:
    def write(grid: Grid) -> str:
        rows = ["| " + " | ".join(row) + " |" for row in _fields(grid)]
        rows.insert(max(grid.header_rows, 1), "|" + " --- |" * len(_fields(grid)[0]))
        return "\n".join(rows)

    return _lines(draft, write, draft.rng.choice(("## {}", "**{}**", "{}"))).encode()


def spaces(draft: Draft) -> bytes:
    """One space between cells, as copied from PDF; empty cells leave no trace."""
    return _lines(
        draft, lambda g: "\n".join(" ".join(t for t in row if t.strip()) for row in _fields(g))
    ).encode("gb18030")
