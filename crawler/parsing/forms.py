"""Which generation of the form a report follows, and where its parts contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.parsing.tables import TableReading
from storage.domain import Issue
from storage.vocab import TABLE2_2019, TABLE2_2021, CellState, FormatVersion, Layer

_NAMES = {FormatVersion.FMT2019: "2019 年格式", FormatVersion.FMT2021: "2021 年格式"}
_FIRST_YEAR = {FormatVersion.FMT2019: 2019, FormatVersion.FMT2021: 2021}
_FEW = 8
"""A table 三 with fewer rows may be a local table of applicants."""
_SPLIT_2021 = ("other_no_correction", "other_fee_unpaid")


def told_by_year(year: int | None) -> FormatVersion | None:
    """The form in force for a report year; None up to 2018, when there was none."""
    if year is None or year < _FIRST_YEAR[FormatVersion.FMT2019]:
        return None
    new = year >= _FIRST_YEAR[FormatVersion.FMT2021]
    return FormatVersion.FMT2021 if new else FormatVersion.FMT2019


def told_by_tables(table2: TableReading, table3: TableReading) -> FormatVersion | None:
    """The form that tables show beyond doubt: enough rows of it to be no local table."""
    if table2.version is not None and len(_shown(table2)) >= 2:
        return table2.version
    return table3.version if len(_shown(table3)) >= _FEW else None


def form_conflicts(
    table2: TableReading, table3: TableReading, year: int | None, *, free: bool
) -> Iterator[Issue]:
    """Tables of two forms in one report, and a form that is not the year's."""
    if free:
        if year is not None and year >= _FIRST_YEAR[FormatVersion.FMT2019]:
            yield _note(f"报告年度为 {year} 年，却使用 2018 年及以前的统计表")
        return
    second, third = table2.version, _version_of_rows(table3)
    if second and third and second is not third:
        yield _note(f"表二为{_NAMES[second]}，表三为{_NAMES[third]}")
    columns = {(row, column) for row in _shown(table2) for column in table2.cells[row]}
    forms = [_has(columns, TABLE2_2019, TABLE2_2021), _has(columns, TABLE2_2021, TABLE2_2019)]
    if all(forms):
        yield _note("表二混用 2019 年格式和 2021 年格式的列")
    version = told_by_tables(table2, table3)
    due = told_by_year(year)
    if year is not None and version is not None and version is not due:
        yield _note(f"报告年度为 {year} 年，表格为{_NAMES[version]}")


def _shown(table: TableReading) -> list[str]:
    """Rows of which at least one cell was found."""
    return [
        row
        for row, cells in table.cells.items()
        if any(cell.state is not CellState.ABSENT for cell in cells.values())
    ]


def _version_of_rows(table3: TableReading) -> FormatVersion | None:
    """The form by the rows of （六）其他处理 that only one form has."""
    shown = _shown(table3)
    if "other_all" in shown:
        return FormatVersion.FMT2019
    return FormatVersion.FMT2021 if any(row in shown for row in _SPLIT_2021) else None


def _has(
    columns: set[tuple[str, str]],
    form: dict[str, tuple[str, ...]],
    other: dict[str, tuple[str, ...]],
) -> bool:
    """Whether columns that only ``form`` has, of the two, were found."""
    return any(
        column in form.get(row, ()) and column not in other.get(row, ()) for row, column in columns
    )


def _note(text: str) -> Issue:
    return Issue(Layer.REPORT, "F-VERSION", text, "format_version")
