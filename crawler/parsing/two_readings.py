"""Two readings of one document → one report that shows only what can be believed.

A PDF says where glyphs stand, not what a table's cells are, and its fonts may lie about what they
show. Two readers that share neither decoder nor method seldom err in the same way: a cell that
both read alike is taken. Where they differ, the sums printed on the form choose between them, a
row of table 三 and a group of table 四 at a time; a reading is taken only if everything that the
form's identities say of it holds, and does not for the other. Sums choose; they never fill in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from crawler.parsing.report import ParsedDocument
from storage.domain import ABSENT, AnnualReport, Cell, Issue, Table
from storage.vocab import (
    TABLE3_COLUMNS,
    TABLE3_ROW_NAMES,
    TABLE4_COLUMNS,
    TABLE4_GROUP_NAMES,
    CellState,
    FormatVersion,
    Layer,
    result_rows,
)

Row = Mapping[str, Cell]
_MANY = 10
"""Doubtful rows at most: of more than this, too many combinations would hold by chance."""
_UNCHECKED = 0.9
"""Share of its confidence that a reading keeps without another to check it."""
_BALANCE = ("new_received", "carried_in", "result_total", "carried_out")
_WEIGHTS = {"table2": 0.15, "table3": 0.4, "table4": 0.15}
"""Shares of the tables in a report's confidence; see `crawler.parsing.report`."""
_NAMES = {"table2": "表二", "table3": "表三", "table4": "表四"}


def agreed(first: ParsedDocument, second: ParsedDocument) -> ParsedDocument:
    """The first reading with its tables checked against the second's.

    A table that only one reading found is taken from it. A cell that only the first could read
    stands; one that only the second could read is taken if the sums confirm it.
    """
    one, other = first.result, second.result
    if not isinstance(one, AnnualReport):
        return (
            second if not isinstance(other, AnnualReport) else replace(second, result=_alone(other))
        )
    if not isinstance(other, AnnualReport):
        return replace(first, result=_alone(one))
    return replace(first, result=_agreed(one, other))


def _alone(report: AnnualReport) -> AnnualReport:
    """A report that only one reading shows: believed, but less than what was checked."""
    note = Issue(Layer.EXTRACTION, "T-READING", "只有一种读法读出内容，表格未经核对")
    confidence = round(report.confidence * _UNCHECKED, 3)
    return replace(report, issues=(*report.issues, note), confidence=confidence)


def _agreed(first: AnnualReport, second: AnnualReport) -> AnnualReport:
    tables: dict[str, Table] = {}
    issues = list(first.issues)
    lost = 0.0
    for name in _WEIGHTS:
        one, other = first.table(name), second.table(name)
        if not one and other:
            tables[name] = other
            issues = [i for i in issues if i.where != name or i.code != "T-MISSING"]
            issues += [i for i in second.issues if (i.where or "").split(".")[0] == name]
            lost -= _WEIGHTS[name] * _share_read(other)
            continue
        tables[name], notes = _checked(name, one, other)
        # The first reading said of these rows that it could not read them.
        again = {note.where for note in notes}
        issues = [i for i in issues if i.code != "T-READING" or i.where not in again]
        issues += notes
        lost += _WEIGHTS[name] * (_share_read(one) - _share_read(tables[name]))
        # What the sums had to decide is believed, but less than what both readings show.
        lost += 0.02 * len(notes)
    return replace(
        first,
        table2=tables["table2"],
        table3=tables["table3"],
        table4=tables["table4"],
        format_version=first.format_version or second.format_version,
        issues=tuple(issues),
        confidence=round(min(max(first.confidence - lost, 0.0), 1.0), 3),
    )


def _share_read(table: Table) -> float:
    cells = [cell for row in table.values() for cell in row.values()]
    return sum(c.state is not CellState.ABSENT for c in cells) / len(cells) if cells else 0.0


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A row that the readings show differently."""

    key: str
    first: Row
    second: Row

    @property
    def columns(self) -> list[str]:
        return [c for c in self.first if _differ(self.first[c], self.second.get(c, ABSENT))]

    @property
    def unread(self) -> bool:
        """Whether only the second reading has the row."""
        return all(cell.state is CellState.ABSENT for cell in self.first.values())

    @property
    def options(self) -> tuple[Row, ...]:
        return (self.second,) if self.unread else (self.first, self.second)


def _differ(one: Cell, other: Cell) -> bool:
    """Whether two readings contradict each other. What one could not read it does not deny."""
    if other.state is CellState.ABSENT:
        return False
    if other.state is CellState.BLANK and one.value == 0:
        # Without rules a blank is only inferred: it denies a figure, not a zero.
        return False
    if one.value is None and other.value is None:
        return one.state is CellState.ABSENT and other.state is not CellState.BLANK
    return one.value != other.value


def _checked(name: str, one: Table, other: Table) -> tuple[Table, list[Issue]]:
    doubts = [doubt for key in one if (doubt := _Doubt(key, one[key], other.get(key, {}))).columns]
    if not doubts:
        return one, []
    settled = _settle(name, one, doubts)
    table = dict(one)
    issues: list[Issue] = []
    for doubt in doubts:
        chosen = settled.get(doubt.key)
        if chosen is not None:
            table[doubt.key] = chosen
        elif doubt.unread:
            continue
        else:
            doubtful = doubt.columns
            # In a row that may have slipped aside, cells that agree do so by chance.
            keep = doubt.first if len(doubtful) == 1 else {}
            table[doubt.key] = {
                c: ABSENT if c in doubtful else keep.get(c, ABSENT) for c in doubt.first
            }
        if chosen is not doubt.first:
            issues.append(_note(name, doubt, chosen))
    return table, issues


def _note(name: str, doubt: _Doubt, chosen: Row | None) -> Issue:
    label = TABLE3_ROW_NAMES.get(doubt.key) or TABLE4_GROUP_NAMES.get(doubt.key) or doubt.key
    shown = "、".join(
        f"{_raw(doubt.first[c])}/{_raw(doubt.second.get(c, ABSENT))}" for c in doubt.columns[:4]
    )
    outcome = "无法确定，相关单元格不作判断" if chosen is None else "按勾稽关系采用第二种读法"
    text = f"{_NAMES[name]}“{label}”两种读法不一致（{shown}）：{outcome}"
    return Issue(Layer.EXTRACTION, "T-READING", text, f"{name}.{doubt.key}")


def _raw(cell: Cell) -> str:
    return "未读到" if cell.state is CellState.ABSENT else (cell.raw or "空")


# --- What the sums confirm ----------------------------------------------------------


def _settle(name: str, table: Table, doubts: Sequence[_Doubt]) -> dict[str, Row]:
    """Doubtful rows for which the identities leave one reading only."""
    if name == "table4":
        return {d.key: row for d in doubts if (row := _only(d.options, _group_adds_up))}
    if name != "table3" or len(doubts) > _MANY:
        return {}
    columns = sorted({c for doubt in doubts for c in doubt.columns})
    usable = [[row for row in d.options if _row_adds_up(row)] for d in doubts]
    held: list[tuple[Row, ...]] = []
    for choice in product(*usable):
        whole = {**table, **{d.key: row for d, row in zip(doubts, choice, strict=True)}}
        if all(_column_adds_up(whole, column) for column in columns):
            held.append(choice)
    settled: dict[str, Row] = {}
    for index, doubt in enumerate(doubts):
        found = {id(choice[index]): choice[index] for choice in held}
        if len(found) == 1:
            settled[doubt.key] = next(iter(found.values()))
    return settled


def _only(options: Sequence[Row], holds: Callable[[Row], bool]) -> Row | None:
    fitting = [row for row in options if holds(row)]
    return fitting[0] if len(fitting) == 1 else None


def _figures(row: Row, columns: Sequence[str]) -> Iterator[int | None]:
    """Blanks and marks count as nothing; None for what is no whole number or was not read."""
    for column in columns:
        cell = row.get(column, ABSENT)
        if cell.state in (CellState.BLANK, CellState.MARK):
            yield 0
        else:
            yield cell.value if isinstance(cell.value, int) else None


def _row_adds_up(row: Row) -> bool:
    return _adds_up(list(_figures(row, TABLE3_COLUMNS)))


def _group_adds_up(group: Row) -> bool:
    return _adds_up(list(_figures(group, TABLE4_COLUMNS)))


def _adds_up(figures: Sequence[int | None]) -> bool:
    known = [figure for figure in figures if figure is not None]
    return len(known) == len(figures) and sum(known[:-1]) == known[-1]


def _column_adds_up(table: Table, column: str) -> bool:
    """Both identities of a column: what came in went out, and the results add up."""
    form = FormatVersion.FMT2019 if "other_all" in table else FormatVersion.FMT2021
    parts = result_rows(form)
    figures = {key: next(_figures(table.get(key, {}), (column,))) for key in (*_BALANCE, *parts)}
    known = {key: figure for key, figure in figures.items() if figure is not None}
    if len(known) < len(figures):
        return False
    new, before, done, after = (known[key] for key in _BALANCE)
    return new + before == done + after and sum(known[key] for key in parts) == done
