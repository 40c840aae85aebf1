"""Sample reports as pages and as text, and the tools with which variations change them."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from spiders.samples import tables
from spiders.samples.figures import Figures, old_table2, old_table3, random_figures
from spiders.samples.reports import Heading, Report, compose, report_html
from spiders.samples.tables import Grid, GridCell
from tests.crawler.parsing.scoring import Slot, Truth, dense_figures, truth

AGENCY, YEAR = "云溪市水利局", 2023


@dataclass(frozen=True, slots=True)
class Sample:
    """A report before it is written out, and what it says."""

    report: Report
    expected: Truth
    figures: Figures


@dataclass(frozen=True, slots=True)
class Varied:
    """``destroyed``: cells whose number, or whose place, the variation took away. ``expected``:
    what the document then says, where that is not what the sample said."""

    data: bytes
    destroyed: frozenset[Slot] = field(default=frozenset())
    expected: Truth | None = None


Variation = Callable[[Sample, Random], Varied]


def sample(seed: int) -> Sample:
    """Odd seeds: figures as bodies have them; even ones: no zero and no two neighbours alike."""
    rng = Random(seed)
    figures = random_figures(rng) if seed % 2 else dense_figures(rng)
    return Sample(compose(AGENCY, YEAR, figures, rng=rng), truth(figures), figures)


def old_form(given: Sample, rng: Random, *, second: bool = True, third: bool = True) -> Sample:
    """The same body on the form of 2019, whole or one table of it."""
    table2 = old_table2(given.figures, rng) if second else given.figures.table2
    table3 = old_table3(given.figures) if third else given.figures.table3
    grids = (
        tables.table2(table2, old=second),
        tables.table3(table3),
        tables.table4(given.figures.table4),
    )
    figures = replace(given.figures, table2=table2, table3=table3)
    return Sample(with_grids(given.report, *grids), truth(figures), figures)


def grids(report: Report) -> tuple[Grid, Grid, Grid]:
    second, third, fourth = (item for item in report.body if isinstance(item, Grid))
    return second, third, fourth


def with_grids(report: Report, *new: Grid | None) -> Report:
    """The report with other tables in the places of the three; None keeps one."""
    stock = iter(new)
    body = tuple(
        (next(stock, None) or item) if isinstance(item, Grid) else item for item in report.body
    )
    return replace(report, body=body)


def map_cells(grid: Grid, change: Callable[[GridCell], GridCell]) -> Grid:
    return replace(grid, rows=tuple(tuple(change(cell) for cell in row) for row in grid.rows))


def map_values(report: Report, change: Callable[[str], str]) -> Report:
    """Every number cell rewritten."""

    def one(cell: GridCell) -> GridCell:
        return replace(cell, text=change(cell.text)) if cell.is_value else cell

    return with_grids(report, *(map_cells(grid, one) for grid in grids(report)))


def page(report: Report, rng: Random, *, before: str = "", after: str = "") -> str:
    """A whole page; ``before`` and ``after`` are markup around the report."""
    title = html.escape(report.title)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body>{before}<h1>{title}</h1>\n{report_html(report, rng)}{after}</body></html>\n"
    )


def plain(report: Report, write: Callable[[Grid], str] = tables.to_text) -> str:
    """Plain text, paragraphs apart by blank lines; ``write`` turns a table into lines."""
    parts = [report.title, report.preface]
    for item in report.body:
        if isinstance(item, Heading):
            parts.append(item.text)
        else:
            parts.append(item if isinstance(item, str) else write(item))
    return "\n\n".join([*parts, *report.signature]) + "\n"


def raw_html(grid: Grid, attributes: Mapping[str, str] | None = None) -> str:
    return tables.to_html(grid, html.escape, attributes or {"border": "1"})


def encoded(text: str) -> Varied:
    return Varied(text.encode())
