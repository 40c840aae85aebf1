"""Numbers that contradict the form: tables 二, 三 and 四."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from spiders.samples.figures import spoil
from tests.corpus.defects.base import COUNTY, Case, defect
from tests.corpus.defects.editing import (
    moved,
    with_cells,
)
from tests.corpus.drafts import Draft, Form


def _stock(case: Case, row: str, made: int, repealed: int, in_force: int) -> Draft:
    cells = {"made": made, "repealed": repealed, "in_force": in_force}
    table = {**case.figures.table2, row: cells}
    return case.draft(replace(case.figures, table2=table))


@defect("T2-LB")
def stock_smaller_than_this_years(case: Case, rng: Random) -> Draft | None:
    made, repealed = rng.randint(5, 20), rng.randint(0, 2)
    return _stock(case, "normative_documents", made, repealed, rng.randint(1, made - repealed - 1))


@defect("T2-EQ")
def stock_of_this_year_only(case: Case, rng: Random) -> Draft | None:
    made = rng.randint(2, 20)
    return _stock(case, "normative_documents", made, 0, made)


@defect("T2-RULES-COMPETENCE", agencies=COUNTY)
def county_makes_rules(case: Case, rng: Random) -> Draft | None:
    made = rng.randint(0, 3)
    return _stock(case, "rules", made, 0, made + rng.randint(1, 9))


@defect("T2-PUB", form=Form.OLD)
def more_published_than_there_are(case: Case, rng: Random) -> Draft | None:
    draft = case.draft()
    total = draft.truth.cells["table2", "normative_documents", "total_public"].value or 0
    wrong = str(int(total) + rng.randint(1, 9))
    return with_cells(draft, {("table2", "normative_documents", "newly_published"): wrong})


@defect("T2-ITEMS", form=Form.OLD)
def fewer_than_no_items(case: Case, rng: Random) -> Draft | None:
    row = rng.choice(("licensing", "other_services", "penalty", "coercion", "fees"))
    items = rng.randint(1, 9)
    wrong = {"prev_items": str(items), "change": str(-items - rng.randint(1, 9))}
    return with_cells(case.draft(), {("table2", row, c): v for c, v in wrong.items()})


@defect("F-VERSION")
def form_of_2019(case: Case, rng: Random) -> Draft | None:
    return replace(case, form=Form.OLD).draft()


@defect("T-NONINT")
def words_or_decimals_for_a_count(case: Case, rng: Random) -> Draft | None:
    slot = ("table2", rng.choice(("licensing", "penalty", "coercion")), "decisions")
    return with_cells(case.draft(), {slot: rng.choice(("12.5", "若干", "见附件", "3至5", "不详"))})


@defect("T-UNIT")
def yuan_for_wan(case: Case, rng: Random) -> Draft | None:
    amount = rng.choice((f"{rng.randint(1000, 900000)}元", f"{rng.randint(1, 9)}.5亿元"))
    return with_cells(case.draft(), {("table2", "fees", "amount_wan"): amount})


# --- Tables 三 and 四 -----------------------------------------------------------


@defect("T3-BAL")
def requests_lost_between(case: Case, rng: Random) -> Draft | None:
    return case.draft(spoil(case.figures, "T3-BAL", rng))


@defect("T3-BAL")
def one_more_carried_out(case: Case, rng: Random) -> Draft | None:
    column = rng.choice(("natural_person", "enterprise", "legal_service"))
    return case.draft(moved(case.figures, {("carried_out", column): rng.randint(1, 4)}))


@defect("T3-RES")
def result_counted_twice(case: Case, rng: Random) -> Draft | None:
    return case.draft(spoil(case.figures, "T3-RES", rng))


@defect("T3-RES")
def result_left_out(case: Case, rng: Random) -> Draft | None:
    rows = [
        r
        for r in ("denied_process", "denied_third_party", "unavailable_needs_creation")
        if case.figures.table3[r]["natural_person"]
    ]
    if not rows:
        return None
    return case.draft(moved(case.figures, {(rng.choice(rows), "natural_person"): -1}))


@defect("T3-ROW")
def applicant_in_another_row(case: Case, rng: Random) -> Draft | None:
    return case.draft(spoil(case.figures, "T3-ROW", rng))


@defect("T3-NEG")
def negative_cell(case: Case, rng: Random) -> Draft | None:
    moves = {
        ("denied_state_secret", "enterprise"): -1
        - case.figures.table3["denied_state_secret"]["enterprise"],
        ("denied_safety_stability", "enterprise"): 1
        + case.figures.table3["denied_state_secret"]["enterprise"],
    }
    return case.draft(moved(case.figures, moves))


@defect("T4-SUM")
def total_of_disputes(case: Case, rng: Random) -> Draft | None:
    return case.draft(spoil(case.figures, "T4-SUM", rng))


@defect("T4-SUM")
def total_of_lawsuits(case: Case, rng: Random) -> Draft | None:
    group = rng.choice(("litigation_direct", "litigation_after_review"))
    cells = case.figures.table4[group]
    wrong = {**cells, "total": cells["total"] + rng.randint(1, 5)}
    return case.draft(replace(case.figures, table4={**case.figures.table4, group: wrong}))


@defect("T-BLANK", follows={"T-RAGGED": "blanks leave fewer than seven numbers"})
def zeros_not_filled_in(case: Case, rng: Random) -> Draft | None:
    return case.draft(faults=(rng.choice(("cells-blank", "cells-slash")),))


@defect("T-BLANK", follows={"T-RAGGED": "fewer than seven numbers", "T3-ROW": "warns of the total"})
def total_blank(case: Case, rng: Random) -> Draft | None:
    row = rng.choice(("granted", "partial", "unavailable_not_held"))
    return with_cells(case.draft(), {("table3", row, "total"): rng.choice(("", "/", "-"))})
