"""What the readers of the three tables share: their result, and their notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crawler.parsing.labels import Match, best_match, core
from crawler.parsing.rows import SplitRow
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


_UNSPECIFIC = frozenset({"other_misc", "other_all", "result_total"})
"""Rows whose labels (其他, 总计) say which row is meant only in their place."""
NO_TABLE = TableReading({}, (), None)


def note(code: str, table: str, message: str, row: str | None = None) -> Issue:
    """A note on what reading did; never an error of the agency."""
    return Issue(Layer.EXTRACTION, code, message, f"{table}.{row}" if row else table)


def absent(columns: tuple[str, ...]) -> dict[str, Cell]:
    return dict.fromkeys(columns, ABSENT)


def believable(matches: Sequence[Match], data: Sequence[SplitRow]) -> list[Match]:
    """Matches without those by order alone, where figures and labels stand in different rows: an
    unlabelled row of figures then belongs to any neighbour."""
    labelled = sum(bool(data[m.observed].shown) for m in matches if not m.by_order)
    bare = sum(bool(split.shown) and not core(split.leaf) for split in data)
    return [m for m in matches if not m.by_order or bare < labelled]


def ambiguous(table: str, match: Match, label: str, names: Mapping[str, str]) -> Issue:
    """The note on a label that fits several rows of the form, none of which another label claims."""
    rows = "”“".join(names[key] for key in (match.key, *match.rivals))
    text = f"行标签“{label}”与格式的“{rows}”都相近，无法确定是哪一行"
    return note("T-AMBIGUOUS", table, text, match.key)


def settle_leftovers(
    table: str,
    data: Sequence[SplitRow],
    matches: Sequence[Match],
    cells: Cells,
    forms: Mapping[str, Sequence[str]],
    place: Callable[[str, SplitRow], Mapping[str, Cell] | None],
) -> list[Issue]:
    """Rows that were not matched: one out of the form's order is taken by its label, if that is
    beyond doubt; repeated ones with other figures make their row doubtful.

    ``place`` reads the cells of a row; doubtful rows of ``cells`` become absent.
    """
    issues: list[Issue] = []
    taken = {match.observed: match.key for match in matches}
    labelled = {core(data[index].leaf): key for index, key in taken.items()}
    for index, split in enumerate(data):
        if index in taken or not split.shown or not split.labels:
            continue
        key = best_match(split.leaf, forms, 0.85) or labelled.get(core(split.leaf))
        again = place(key, split) if key is not None else None
        if key in _UNSPECIFIC and key not in cells:
            again = None
        if key is None or again is None:
            text = f"多出一行“{split.leaf}”，未能对应到格式中的行"
            issues.append(note("T-EXTRA", table, text))
            continue
        if key not in cells:
            cells[key] = dict(again)
            text = f"“{split.leaf}”不在格式规定的次序上，按标签对应"
            issues.append(note("T-LABEL", table, text, key))
            continue
        shared = again.keys() & cells[key].keys()
        if any(again[column].value != cells[key][column].value for column in shared):
            cells[key] = absent(tuple(cells[key]))
            text = f"“{split.leaf}”出现多次且数字不同，无法确定取哪一行"
            issues.append(note("T-AMBIGUOUS", table, text, key))
    return issues
