"""Changes of drafts and figures of which defects are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from spiders.samples.figures import Figures
from spiders.samples.reports import Heading
from spiders.samples.tables import Grid
from tests.corpus.drafts import Draft
from tests.corpus.grids import map_grids
from tests.corpus.truth import TABLES, Slot


def with_cells(draft: Draft, texts: Mapping[Slot, str]) -> Draft:
    """Cells rewritten in the tables, the prose as it was."""

    def change(number: int, grid: Grid) -> Grid:
        slots = iter([slot for slot in draft.truth.cells if slot[0] == TABLES[number]])
        rows = tuple(
            tuple(replace(c, text=texts.get(next(slots), c.text)) if c.is_value else c for c in row)
            for row in grid.rows
        )
        return replace(grid, rows=rows)

    return replace(draft, report=map_grids(draft.report, change))


def with_prose(draft: Draft, change: Callable[[str], str]) -> Draft | None:
    """Paragraphs rewritten; None if nothing changed."""
    body = tuple(change(item) if isinstance(item, str) else item for item in draft.report.body)
    if body == draft.report.body:
        return None
    return replace(draft, report=replace(draft.report, body=body))


def substituted(
    draft: Draft, pattern: str, new: str | Callable[[re.Match[str]], str]
) -> Draft | None:
    return with_prose(draft, lambda text: re.sub(pattern, new, text))


def with_paragraph(draft: Draft, numeral: str, text: str) -> Draft:
    """A paragraph at the end of a section."""
    body: list[Heading | str | Grid] = []
    inside = False
    for item in draft.report.body:
        if isinstance(item, Heading):
            if inside:
                body.append(text)
            inside = item.text.startswith(f"{numeral}、")
        body.append(item)
    if inside:
        body.append(text)
    return replace(draft, report=replace(draft.report, body=tuple(body)))


def with_section(draft: Draft, numeral: str, *texts: str | Grid) -> Draft:
    """The section's content replaced."""
    body: list[Heading | str | Grid] = []
    inside = False
    for item in draft.report.body:
        if isinstance(item, Heading):
            inside = item.text.startswith(f"{numeral}、")
            body.append(item)
            body += texts if inside else ()
        elif not inside:
            body.append(item)
    return replace(draft, report=replace(draft.report, body=tuple(body)))


def without_section(draft: Draft, numeral: str) -> Draft:
    body: list[Heading | str | Grid] = []
    inside = False
    for item in draft.report.body:
        if isinstance(item, Heading):
            inside = item.text.startswith(f"{numeral}、")
        if not inside:
            body.append(item)
    return replace(draft, report=replace(draft.report, body=tuple(body)))


def with_fields(draft: Draft, **fields: object) -> Draft:
    return replace(draft, report=replace(draft.report, **fields))  # type: ignore[arg-type]


def with_heading(draft: Draft, old: str, new: str) -> Draft:
    body = tuple(
        Heading(item.text.replace(old, new)) if isinstance(item, Heading) else item
        for item in draft.report.body
    )
    return with_fields(draft, body=body)


def moved(figures: Figures, moves: Mapping[tuple[str, str], int]) -> Figures:
    """Cells of table 三 raised by numbers, totals of their rows with them."""
    table = {row: dict(cells) for row, cells in figures.table3.items()}
    for (row, column), number in moves.items():
        table[row][column] += number
        table[row]["total"] += number
    return replace(figures, table3=table)


def in_table3(draft: Draft, change: Callable[[Grid], Grid]) -> Draft:
    return replace(draft, report=map_grids(draft.report, lambda n, g: change(g) if n == 1 else g))
