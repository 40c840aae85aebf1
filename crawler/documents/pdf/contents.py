"""What stands on each page of a PDF: its tables with rules, and the lines around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.documents.pdf.breaks import Torn, mended
from crawler.documents.pdf.lattice import lattices
from crawler.documents.pdf.lines import Line, Word, lines_of, words_of
from crawler.documents.pdf.marks import without_marks
from crawler.documents.pdf.page import Page
from crawler.documents.pdf.paragraphs import page_counts, without_furniture
from crawler.documents.pdf.raised import with_raised
from crawler.documents.pdf.struck import without_struck
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
    clean = [with_raised(without_struck(page)) for page in without_marks(pages)]
    spelled = [(page, words_of(page.glyphs)) for page in clean]
    counts = page_counts([(page.number, words) for page, words in spelled])
    bodies = _bodies(
        [_content(page, [w for w in words if id(w) not in counts]) for page, words in spelled]
    )
    runs: list[list[Content]] = []
    for body in bodies:
        if runs and body.page.number == runs[-1][-1].page.number + 1:
            runs[-1].append(body)
        else:
            runs.append([body])
    return [tuple(_mended(run)) for run in runs]


def _content(page: Page, words: Sequence[Word]) -> Content:
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
    tables = mended([Torn(c.page.number, c.tables, c.lines) for c in contents])
    return [replace(c, tables=some) for c, some in zip(contents, tables, strict=True)]
