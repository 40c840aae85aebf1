"""What stands on each page of a PDF: its tables with rules, and the lines around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.documents.pdf.breaks import joined, without_torn
from crawler.documents.pdf.lattice import lattices
from crawler.documents.pdf.lines import Line, lines_of, words_of
from crawler.documents.pdf.marks import without_marks
from crawler.documents.pdf.page import Page
from crawler.documents.pdf.paragraphs import without_furniture
from crawler.documents.pdf.tables import PageTable, fill, without_cut

_BESIDE = 3
"""Values beside a frame that belong to its table; fewer are a page number in the margin."""


@dataclass(frozen=True, slots=True)
class Content:
    """One page: tables with rules, and the lines around them."""

    page: Page
    tables: tuple[PageTable, ...]
    lines: tuple[Line, ...]


def contents_of(pages: Sequence[Page]) -> list[tuple[Content, ...]]:
    """The pages that can be read, in runs that follow each other, without page numbers and running
    heads; tables that were torn are whole."""
    bodies = _bodies([_content(page) for page in without_marks(pages)])
    runs: list[list[Content]] = []
    for body in bodies:
        if runs and body.page.number == runs[-1][-1].page.number + 1:
            runs[-1].append(body)
        else:
            runs.append([body])
    return [tuple(_mended(run)) for run in runs]


def _content(page: Page) -> Content:
    words = words_of(page.glyphs)
    tables: list[PageTable] = []
    prose: list[Line] = []
    for lattice in lattices(page.rules):
        if lattice.xs[0] >= page.width:
            continue
        inside = [word for word in words if lattice.holds(word.center, word.middle, word.size)]
        taken = set(map(id, inside))
        rest = [word for word in words if id(word) not in taken]
        beside = [w for w in rest if w.is_value and lattice.is_beside(w.center, w.middle)]
        if len(beside) >= _BESIDE:
            # The labels alone have borders: the rules are not those of the table.
            continue
        filled = fill(lattice, inside, page.number, len(tables) + 1)
        if filled is not None and inside:
            tables.extend(without_cut(table, page.width) for table in filled.tables)
            prose.extend(filled.lines)
            words = rest
    words = [word for word in words if page.shows(word.x0, word.x1, word.top, word.bottom)]
    lines = sorted([*prose, *lines_of(words)], key=lambda line: line.middle)
    return Content(page, tuple(tables), tuple(lines))


def _bodies(contents: Sequence[Content]) -> list[Content]:
    bodies = without_furniture([(content.page, content.lines) for content in contents])
    return [
        Content(content.page, content.tables, body.lines)
        for content, body in zip(contents, bodies, strict=True)
    ]


def _mended(contents: Sequence[Content]) -> list[Content]:
    """Tables that a page break has cut are put together, on the page where they begin."""
    tables = [list(content.tables) for content in contents]
    last: int | None = None
    """the page whose last table goes on until the end of the page before"""
    for index, content in enumerate(contents):
        below = content.tables[0] if content.tables else None
        on_top = below and not any(n.middle < below.top for n in content.lines)
        whole = joined(tables[last][-1], below) if last is not None and below and on_top else None
        if last is not None and whole is not None:
            tables[last][-1] = whole
            del tables[index][0]
        else:
            if last is not None:
                tables[last][-1] = without_torn(tables[last][-1], tables[last][-1].rows - 1)
            if below and on_top and content.page.number > 1:
                tables[index][0] = without_torn(below, 0)
        if not content.tables or any(n.middle > content.tables[-1].bottom for n in content.lines):
            last = None
        elif tables[index]:
            last = index
    if last is not None:
        tables[last][-1] = without_torn(tables[last][-1], tables[last][-1].rows - 1)
    return [replace(c, tables=tuple(t)) for c, t in zip(contents, tables, strict=True)]
