"""What a generated document says, told apart from any reader of it, and the score of a reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from storage.domain import AnnualReport, Cell, ParseFailure
from storage.vocab import CellState, FormatVersion, SectionId

Slot = tuple[str, str, str]
"""table, row, column"""
TABLES = ("table2", "table3", "table4")
_MARKS = frozenset({"/", "-", "—", "无"})
_LEADING = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell as the document shows it; ``value`` None for a blank or a mark."""

    state: CellState
    value: int | Decimal | None


def shown(text: str) -> Shown:
    """What a cell with this text shows, for the few ways in which the corpus writes cells."""
    if not text:
        return Shown(CellState.BLANK, None)
    if text in _MARKS:
        return Shown(CellState.MARK, None)
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    match = _LEADING.match(digits)
    if match is None:
        raise ValueError(f"语料不写这样的单元格：{text}")
    number = sign * Decimal(match[0].replace(",", ""))
    whole = number == number.to_integral_value() and "." not in match[0]
    state = CellState.NUMBER if match.end() == len(digits) else CellState.TEXT
    return Shown(state, int(number) if whole else number)


@dataclass(frozen=True, slots=True)
class Truth:
    """``sections`` and ``version`` None: not asked of the document. ``unplaced``: cells whose
    place the format does not keep (a row with blanks in running text): they may be unread."""

    cells: Mapping[Slot, Shown]
    title: str
    agency: str
    year: int
    day: date
    sections: tuple[SectionId, ...] | None
    version: FormatVersion | None
    facts: Mapping[str, int] = field(default_factory=dict)
    unplaced: frozenset[Slot] = frozenset()


@dataclass(frozen=True, slots=True)
class Tally:
    """``right``: value and state as printed. ``lost``: something is printed, the reading says
    absent; ``unseen``: the same of a blank. ``wrong``: another value, or another state.
    ``invented``: a number where none is printed. ``amiss``: what is not right beside the cells."""

    right: tuple[Slot, ...] = ()
    lost: tuple[Slot, ...] = ()
    unseen: tuple[Slot, ...] = ()
    wrong: tuple[Slot, ...] = ()
    invented: tuple[Slot, ...] = ()
    unplaced: tuple[Slot, ...] = ()
    amiss: tuple[str, ...] = ()
    failure: str | None = None

    @property
    def faults(self) -> int:
        """How bad the reading is: a false number outweighs everything else."""
        return 1000 * (len(self.wrong) + len(self.invented)) + len(self.lost) + len(self.amiss)

    def __str__(self) -> str:
        if self.failure:
            return f"not read: {self.failure}"
        worst = [".".join(slot) for slot in (*self.invented, *self.wrong, *self.lost)[:5]]
        names = ("right", "lost", "unseen", "wrong", "invented")
        counts = " ".join(f"{name}={len(getattr(self, name))}" for name in names)
        return f"{counts} amiss={list(self.amiss)} {worst}"


def tally(result: AnnualReport | ParseFailure, truth: Truth) -> Tally:
    """Score a reading."""
    if isinstance(result, ParseFailure):
        lost = tuple(s for s, c in truth.cells.items() if c.state is not CellState.BLANK)
        return Tally(lost=lost, amiss=ASPECTS, failure=f"{result.code} {result.message}")
    found: dict[str, list[Slot]] = {
        name: [] for name in ("right", "lost", "unseen", "wrong", "invented", "unplaced")
    }
    for slot, expected in truth.cells.items():
        outcome = _outcome(result.cell(*slot), expected)
        if slot in truth.unplaced and outcome in ("lost", "unseen"):
            outcome = "unplaced"
        found[outcome].append(slot)
    for name in TABLES:
        for row, cells in result.table(name).items():
            for column, cell in cells.items():
                if cell.value is not None and (name, row, column) not in truth.cells:
                    found["invented"].append((name, row, column))
    return Tally(
        **{name: tuple(slots) for name, slots in found.items()}, amiss=_amiss(result, truth)
    )


ASPECTS = ("title", "agency", "year", "date", "sections", "format", "facts")


def _amiss(report: AnnualReport, truth: Truth) -> tuple[str, ...]:
    told = {fact.kind: fact.value for fact in report.facts}
    right = {
        "title": _plain(report.title) == _plain(truth.title),
        "agency": _plain(report.agency) == _plain(truth.agency),
        "year": report.year == truth.year,
        "date": report.report_date == truth.day,
        "sections": truth.sections in (None, tuple(s.id for s in report.sections)),
        "format": truth.version in (None, report.format_version),
        "facts": all(told.get(kind) == value for kind, value in truth.facts.items()),
    }
    return tuple(name for name in ASPECTS if not right[name])


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")


def _outcome(cell: Cell, expected: Shown) -> str:
    if cell.state is CellState.ABSENT:
        return "unseen" if expected.state is CellState.BLANK else "lost"
    if cell.value is not None and expected.value is None:
        return "invented"
    return "right" if (cell.state, cell.value) == (expected.state, expected.value) else "wrong"
