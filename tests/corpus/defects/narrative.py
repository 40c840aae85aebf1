"""Text that contradicts the tables, or itself."""

from __future__ import annotations

import re
from random import Random

from tests.corpus.defects.base import Case, defect
from tests.corpus.defects.editing import (
    moved,
    substituted,
    with_paragraph,
    with_section,
)
from tests.corpus.drafts import Draft


def _more(draft: Draft, pattern: str, rng: Random, lawful: int = 0) -> Draft | None:
    """The number in the pattern's group 2 raised; ``lawful``: by this much it may be more."""
    by = rng.choice([n for n in range(2, 10) if n != lawful])
    return substituted(draft, pattern, lambda m: m[1] + str(int(m[2]) + by) + m[3])


@defect("X-REQ")
def requests_told_wrongly(case: Case, rng: Random) -> Draft | None:
    return _more(
        case.draft(), r"(共收到政府信息公开申请)(\d+)(件)", rng, case.figures.total("carried_in")
    )


@defect("X-HANDLED")
def handled_told_wrongly(case: Case, rng: Random) -> Draft | None:
    figures = case.figures
    new = figures.total("new_received") - figures.total("result_total")
    return _more(case.draft(), r"(全年办结)(\d+)(件)", rng, new)


@defect("X-BREAKDOWN")
def results_told_wrongly(case: Case, rng: Random) -> Draft | None:
    return _more(
        case.draft(),
        rng.choice(
            (r"([，、]予以公开)(\d+)(件)", r"(部分公开)(\d+)(件)", r"(，结转下年度)(\d+)(件)")
        ),
        rng,
    )


@defect("X-APPLICANT")
def applicants_told_wrongly(case: Case, rng: Random) -> Draft | None:
    row = case.figures.table3["new_received"]
    if row["total"] == row["natural_person"]:
        return None
    new = rng.choice((", 均为自然人申请", f"，其中自然人申请{row['natural_person'] + 2}件"))
    return substituted(
        case.draft(), r"(共收到政府信息公开申请\d+件)", rf"\1{new.replace(', ', '，')}"
    )


@defect("X-NONE")
def none_told_of_some(case: Case, rng: Random) -> Draft | None:
    draft = case.draft()
    if rng.random() < 0.5:
        return substituted(
            draft,
            r"[^。]*共收到政府信息公开申请[^。]*。(?:办理结果中[^。]*。)?",
            f"{case.year}年，未收到政府信息公开申请。",
        )
    return substituted(
        draft,
        r"因政府信息公开被申请行政复议[^。]*。",
        "未发生因政府信息公开引起的行政复议、行政诉讼。",
    )


@defect("X-REVIEW")
def reviews_told_wrongly(case: Case, rng: Random) -> Draft | None:
    return _more(
        case.draft(), rng.choice((r"(被申请行政复议)(\d+)(件)", r"(结果维持)(\d+)(件)")), rng
    )


@defect("X-LITIG")
def lawsuits_told_wrongly(case: Case, rng: Random) -> Draft | None:
    return _more(case.draft(), r"(被提起行政诉讼)(\d+)(件)", rng)


@defect("X-RATE")
def all_handled_but_some_left(case: Case, rng: Random) -> Draft | None:
    if not case.figures.total("carried_out"):
        return None
    draft = substituted(case.draft(), r"，结转下年度\d+件", "")
    words = rng.choice(("办结率100%。", "答复率达到100%。", "申请办结率为百分之百。"))
    return draft and substituted(
        draft, r"(?<=件)。(?=因政府信息公开|未发生|办理结果)", f"，{words}"
    )


@defect("X-NORM")
def documents_told_wrongly(case: Case, rng: Random) -> Draft | None:
    pattern = rng.choice((r"(制发行政规范性文件)(\d+)(件)", r"(年底现行有效)(\d+)(件)"))
    return _more(case.draft(), pattern, rng)


@defect("X-DECISIONS")
def decisions_told_wrongly(case: Case, rng: Random) -> Draft | None:
    row, words = rng.choice(
        (
            ("licensing", "作出行政许可决定"),
            ("penalty", "作出行政处罚决定"),
            ("coercion", "实施行政强制"),
        )
    )
    wrong = int(case.figures.table2[row]["decisions"]) + rng.randint(3, 30)
    return with_paragraph(case.draft(), "二", f"{case.year}年，本机关共{words}{wrong}件。")


@defect("X-FEE")
def fee_unpaid_though_none_asked(case: Case, rng: Random) -> Draft | None:
    """More than were carried in: those may have been asked the year before."""
    number = case.figures.total("carried_in") + 1
    row, column = "granted", "natural_person"
    if case.figures.table3[row][column] < number:
        return None
    moves = {(row, column): -number, ("other_fee_unpaid", column): number}
    told = rng.choice(
        ("{y}年未收取信息处理费，未发出收费通知。", "{y}年度发出信息处理费收费通知0件，收取0元。")
    ).format(y=case.year)
    return with_section(case.draft(moved(case.figures, moves)), "六", told)


@defect("X-FEE")
def fee_taken_and_not_taken(case: Case, rng: Random) -> Draft | None:
    told = f"{case.year}年，本机关收取信息处理费{rng.choice((100, 200, 400))}元，已全额上缴。"
    none = f"{case.year}年未收取政府信息公开信息处理费。"
    return with_section(case.draft(), "六", *rng.sample((told, none), 2))


@defect("X-INTERNAL")
def parts_more_than_the_whole(case: Case, rng: Random) -> Draft | None:
    def change(match: re.Match[str]) -> str:
        return f"{match[1]}{int(match[2]) - rng.randint(5, 20)}{match[3]}"

    return substituted(case.draft(), r"(政府信息)(\d+)(条)", change)


@defect("X-OTHER-SHARE")
def most_are_other(case: Case, rng: Random) -> Draft | None:
    column = "natural_person"
    table = case.figures.table3
    rows = [r for r in ("granted", "unavailable_not_held") if table[r][column] > 4]
    moves = {(row, column): 2 - table[row][column] for row in rows}
    number = -sum(moves.values())
    if number * 3 < table["result_total"]["total"]:
        return None
    return case.draft(moved(case.figures, {**moves, ("other_misc", column): number}))
