"""What the readers of the three tables share: their result, and their notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.domain import ABSENT, Cell, Issue
from storage.vocab import FormatVersion, Layer

Cells = dict[str, dict[str, Cell]]
"""row → column → cell, while it is being filled."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """``cells``: row → column → cell; empty where no table was found."""

    cells: Mapping[str, Mapping[str, Cell]]
    issues: tuple[Issue, ...]
    version: FormatVersion | None


NO_TABLE = TableReading({}, (), None)


def note(code: str, table: str, message: str, row: str | None = None) -> Issue:
    """A note on what reading did; never an error of the agency."""
    return Issue(Layer.EXTRACTION, code, message, f"{table}.{row}" if row else table)


def absent(columns: tuple[str, ...]) -> dict[str, Cell]:
    return dict.fromkeys(columns, ABSENT)


def same_figures(one: Mapping[str, Cell], other: Mapping[str, Cell]) -> bool:
    """Whether two readings of a row show the same; columns that only one has are not compared."""
    return all(one[key].value == other[key].value for key in one.keys() & other.keys())
