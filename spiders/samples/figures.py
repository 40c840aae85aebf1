"""Random but consistent figures of the three tables (fmt2021), and ways to spoil them.

Every identity printed on the form holds for :func:`random_figures`: T3-BAL, T3-RES, T3-ROW and
T4-SUM inside a year, carry-over and documents in force from year to year when ``previous`` is
given. :func:`spoil` breaks exactly one identity, so that a test knows which rule must speak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from storage.vocab import (
    APPLICANT_COLUMNS,
    TABLE2_2019,
    TABLE3_COLUMNS,
    TABLE3_ROWS_2021,
    TABLE4_COLUMNS,
    TABLE4_GROUPS,
    FormatVersion,
    result_rows,
)

Numbers = Mapping[str, Mapping[str, int | Decimal]]
"""row identifier -> column identifier -> value."""
Counts = Mapping[str, Mapping[str, int]]

RESULT_ROWS = result_rows(FormatVersion.FMT2021)

_APPLICANTS = dict(zip(APPLICANT_COLUMNS, (74, 14, 2, 1, 7, 2), strict=True))
_RESULTS = {
    "granted": 34, "partial": 12, "denied_law_prohibited": 1, "denied_third_party": 3,
    "denied_internal": 2, "denied_process": 3, "denied_enforcement_file": 2,
    "denied_admin_query": 2, "unavailable_not_held": 22, "unavailable_needs_creation": 6,
    "unavailable_unclear": 2, "not_processed_petition": 4, "not_processed_duplicate": 3,
    "not_processed_publication": 1, "not_processed_confirm": 1, "other_no_correction": 2,
    "other_misc": 1,
}  # fmt: skip
_OUTCOMES = dict(zip(TABLE4_COLUMNS[:-1], (60, 10, 20, 10), strict=True))
_MISC_SHARE = 10
"""``other_misc`` stays below a tenth of the results: more would ask for an explanation."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The three tables of one report; counts are int, ``fees.amount_wan`` a Decimal (万元)."""

    table2: Numbers
    table3: Counts
    table4: Counts

    def total(self, row: str) -> int:
        """The total of a row of table 三."""
        return self.table3[row]["total"]

    def reviews(self, column: str) -> int:
        return self.table4["review"][column]

    def lawsuits(self, column: str) -> int:
        """行政诉讼: both groups together."""
        groups = ("litigation_direct", "litigation_after_review")
        return sum(self.table4[group][column] for group in groups)


@dataclass(frozen=True, slots=True)
class Profile:
    """How busy a body is, per year; ``rules`` and ``documents`` are the stock in force."""

    requests: int
    reviews: int = 0
    rules: int = 0
    documents: int = 8
    licensing: int = 0
    penalty: int = 0
    coercion: int = 0
    fees: Decimal = Decimal(0)

    @classmethod
    def random(cls, rng: Random) -> Profile:
        """A department or office of middling size."""
        requests = rng.choice((0, 3, 8, 16, 30, 55, 90))
        return cls(
            requests=requests,
            reviews=requests // 12,
            documents=rng.randint(5, 30),
            licensing=rng.choice((0, 0, 140, 2300)),
            penalty=rng.choice((0, 0, 26, 410)),
            coercion=rng.choice((0, 0, 12)),
            fees=rng.choice((Decimal(0), Decimal("12.5"), Decimal("1935.87208"))),
        )


def random_figures(
    rng: Random, profile: Profile | None = None, previous: Figures | None = None
) -> Figures:
    """Consistent figures; with ``previous`` those of the year after it."""
    profile = profile or Profile.random(rng)
    return Figures(
        _table2(rng, profile, previous), _table3(rng, profile, previous), _table4(rng, profile)
    )


def _near(rng: Random, number: int) -> int:
    """A number of the same order, so that no year jumps."""
    return round(number * rng.uniform(0.85, 1.18))


def _share_out(rng: Random, number: int, weights: Mapping[str, int]) -> dict[str, int]:
    drawn = rng.choices(list(weights), list(weights.values()), k=number)
    return {name: drawn.count(name) for name in weights}


def _table2(rng: Random, profile: Profile, previous: Figures | None) -> Numbers:
    def stock(row: str, size: int) -> dict[str, int]:
        before = int(previous.table2[row]["in_force"]) if previous else size
        made = rng.randint(0, min(5, size // 4 + 1)) if size else 0
        repealed = rng.randint(0, min(2, before // 4))
        return {"made": made, "repealed": repealed, "in_force": before + made - repealed}

    fees = profile.fees * rng.randint(90, 110) / 100
    return {
        "rules": stock("rules", profile.rules),
        "normative_documents": stock("normative_documents", profile.documents),
        "licensing": {"decisions": _near(rng, profile.licensing)},
        "penalty": {"decisions": _near(rng, profile.penalty)},
        "coercion": {"decisions": _near(rng, profile.coercion)},
        "fees": {"amount_wan": fees.normalize() if fees else Decimal(0)},
    }


def _table3(rng: Random, profile: Profile, previous: Figures | None) -> Counts:
    new = _share_out(rng, _near(rng, profile.requests), _APPLICANTS)
    table: dict[str, dict[str, int]] = {row: {} for row in TABLE3_ROWS_2021}
    for column in APPLICANT_COLUMNS:
        first = rng.randint(0, 1) if profile.requests else 0
        before = previous.table3["carried_out"][column] if previous else first
        left = min(new[column], rng.randint(0, 1 + new[column] // 20)) if new[column] > 4 else 0
        done = new[column] + before - left
        results = _share_out(rng, done, _RESULTS)
        table["new_received"][column] = new[column]
        table["carried_in"][column] = before
        table["result_total"][column] = done
        table["carried_out"][column] = left
        for row in RESULT_ROWS:
            table[row][column] = results.get(row, 0)
    _limit_misc(table)
    for cells in table.values():
        cells["total"] = sum(cells.values())
    return table


def _limit_misc(table: dict[str, dict[str, int]]) -> None:
    allowed = sum(table["result_total"].values()) // _MISC_SHARE
    for column in APPLICANT_COLUMNS:
        misc = table["other_misc"][column]
        kept = min(misc, allowed)
        allowed -= kept
        table["other_misc"][column] = kept
        table["granted"][column] += misc - kept


def _table4(rng: Random, profile: Profile) -> Counts:
    table: dict[str, dict[str, int]] = {}
    sizes = (profile.reviews, profile.reviews // 3, profile.reviews // 4)
    for group, size in zip(TABLE4_GROUPS, sizes, strict=True):
        cells = _share_out(rng, _near(rng, size), _OUTCOMES)
        table[group] = {**cells, "total": sum(cells.values())}
    return table


# --- Defects ------------------------------------------------------------------


def _add(figures: Figures, row: str, column: str, number: int) -> Figures:
    cells = {**figures.table3[row], column: figures.table3[row][column] + number}
    return replace(figures, table3={**figures.table3, row: cells})


def spoil(figures: Figures, rule: str, rng: Random) -> Figures:
    """Break the identity of ``rule`` (T3-BAL, T3-RES, T3-ROW or T4-SUM) and no other.

    Carried-over cells are never touched, so that the year before and the year after still fit.
    """
    wrong = rng.randint(1, 3)
    if rule == "T3-BAL":
        figures = _add(figures, "new_received", "natural_person", wrong)
        return _add(figures, "new_received", "total", wrong)
    if rule == "T3-RES":
        figures = _add(figures, "unavailable_not_held", "natural_person", wrong)
        return _add(figures, "unavailable_not_held", "total", wrong)
    if rule == "T3-ROW":
        # One request moves between two rows of one column: the column still adds up.
        rows = [row for row in RESULT_ROWS if figures.table3[row]["natural_person"]]
        if not rows:
            raise ValueError("没有办理结果，无法改出 T3-ROW")
        figures = _add(figures, rows[0], "natural_person", -1)
        target = "denied_process" if rows[0] != "denied_process" else "granted"
        return _add(figures, target, "natural_person", 1)
    if rule == "T4-SUM":
        review = figures.table4["review"]
        table4 = {**figures.table4, "review": {**review, "total": review["total"] + wrong}}
        return replace(figures, table4=table4)
    raise ValueError(f"没有这种数字错误：{rule}")


def old_table2(figures: Figures, rng: Random) -> Numbers:
    """The same body's table 二 on the form of 2019 (22 cells)."""
    table: dict[str, dict[str, int | Decimal]] = {}
    for row, columns in TABLE2_2019.items():
        if row in ("rules", "normative_documents"):
            stock = figures.table2[row]
            values: tuple[int | Decimal, ...] = (stock["made"], stock["made"], stock["in_force"])
        elif row == "procurement":
            values = (rng.randint(1, 9), Decimal(rng.randint(800, 90000)) / 100)
        else:
            items = rng.randint(3, 60)
            decisions = figures.table2.get(row, {}).get("decisions", rng.randint(0, 40))
            values = (items, rng.choice((-2, 0, 0, 1, 3)), decisions)
        table[row] = dict(zip(columns, values, strict=False))
    return table


def old_table3(figures: Figures) -> Counts:
    """Table 三 on the form of 2019: the three kinds of （六）其他处理 in one row."""
    three = ("other_no_correction", "other_fee_unpaid", "other_misc")
    table: dict[str, Mapping[str, int]] = {}
    for row, cells in figures.table3.items():
        if row == "other_misc":
            table["other_all"] = {
                column: sum(figures.table3[part][column] for part in three)
                for column in TABLE3_COLUMNS
            }
        elif row not in three:
            table[row] = cells
    return table
