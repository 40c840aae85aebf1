"""How much of what a whole report shows was read: 0–1, and 1.0 only for exact grids read whole.

Headings count 0.3, the tables 0.15, 0.4 and 0.15. A table counts by the share of its cells that
could be found (blank and marked ones are found); one whose columns were guessed from running text
counts a tenth less, as does all that was read from a picture, and every row that had to be told by its place, or that had rivals, takes a
little. A report up to 2018 has no tables: its chapters count 0.6, facts in numbers 0.3.
"""

from __future__ import annotations

from collections.abc import Collection

from storage.domain import AnnualReport
from storage.vocab import CellState, FormatVersion, SectionId

_HEADINGS = 0.3
WEIGHTS = {"table2": 0.15, "table3": 0.4, "table4": 0.15}
"""Shares of the tables."""
_GUESSED = 0.9
_RECOGNISED = 0.9
_DOUBT = 0.01
_DOUBTFUL = frozenset({"T-AMBIGUOUS", "T-LABEL", "T-RAGGED", "T-COL", "T-EXTRA"})
_MOST_DOUBT = 0.1
_FREE_CHAPTERS = 5
"""Chapters that the regulation of 2007 asked for and that the six sections know."""


def confidence(report: AnnualReport, exact: Collection[str], *, recognised: bool = False) -> float:
    """``exact``: names of the tables whose columns the format states. ``recognised``: the text was
    read from a picture."""
    return round(_confidence(report, exact) * (_RECOGNISED if recognised else 1), 3)


def _confidence(report: AnnualReport, exact: Collection[str]) -> float:
    if report.format_version is FormatVersion.PRE2019:
        chapters = min(len(report.sections) / _FREE_CHAPTERS, 1)
        figures = any(fact.value is not None for fact in report.facts)
        return round(0.6 * chapters + 0.3 * figures, 3)
    score = _HEADINGS * len(report.sections) / len(SectionId)
    for name, weight in WEIGHTS.items():
        cells = [cell for row in report.table(name).values() for cell in row.values()]
        if cells:
            read = sum(cell.state is not CellState.ABSENT for cell in cells) / len(cells)
            score += weight * read * (1 if name in exact else _GUESSED)
    doubts = sum(issue.code in _DOUBTFUL for issue in report.issues)
    return round(max(score - min(_DOUBT * doubts, _MOST_DOUBT), 0.0), 3)
