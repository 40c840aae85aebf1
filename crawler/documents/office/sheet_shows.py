"""What a sheet shows, as far as it differs from the values that it stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.documents.grids import Placed
from crawler.documents.office.marks import UNREAD

Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rows and ranges of columns that are not shown, from 0."""

    rows: frozenset[int] = frozenset()
    columns: tuple[range, ...] = ()

    def holds(self, cell: Placed, start: Place) -> bool:
        """Whether nothing of a cell is shown; ``start``: where the sheet's cells begin."""
        if not self.rows and not self.columns:
            return False
        top, left = cell.row + start[0], cell.col + start[1]
        rows = range(top, top + cell.rowspan)
        columns = range(left, left + cell.colspan)
        return all(row in self.rows for row in rows) or all(
            any(column in some for some in self.columns) for column in columns
        )


@dataclass(slots=True)
class Shows:
    """``texts``: what is shown in a cell, where it is not what is stored. ``uncomputed``: formulas
    without a result that may be believed. ``outward``: a formula asks other files, the network, the
    clock or chance, so that no other program's results are those of the report. ``unseen``: how many
    values are formatted away."""

    hidden: Hidden = field(default_factory=Hidden)
    texts: dict[Place, str] = field(default_factory=dict)
    uncomputed: set[Place] = field(default_factory=set)
    outward: bool = False
    unseen: int = 0

    def settle(self, computed: Mapping[Place, str]) -> int:
        """Formulas get what another program ``computed``, or are unread; how many are."""
        for place in self.uncomputed:
            self.texts[place] = computed.get(place) or UNREAD
        return sum(self.texts[place] == UNREAD for place in self.uncomputed)


@dataclass(frozen=True, slots=True)
class Book:
    """``sheets``: by name. ``boxes``: how many text boxes float over them."""

    sheets: Mapping[str, Shows]
    boxes: int = 0
