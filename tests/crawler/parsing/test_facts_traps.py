"""Sentences of large and small bodies over all kinds of facts: numbers of other years, of several
years, of parts and of other matters tell nothing; approximations say that they are some."""

from __future__ import annotations

import pytest

from crawler.parsing.facts import extract_facts
from storage.domain import Section
from storage.vocab import SectionId

OVERVIEW, S3, S4, OTHER = (
    SectionId.OVERVIEW,
    SectionId.REQUESTS,
    SectionId.REVIEW_LITIGATION,
    SectionId.OTHER,
)
_LEAD = "2023年，本机关认真执行条例。2023年各项任务按时完成。\n"


def told(text: str, section: SectionId) -> set[tuple[str, int | None]]:
    found = extract_facts([Section(section, "标题", _LEAD + text)])
    assert all(f.quote in _LEAD + text for f in found)
    return {(f.kind, f.value) for f in found}


TOLD = [
    ("本年新收政府信息公开申请1,204件，上年结转18件，办结1,199件，结转下年度23件。", OVERVIEW,
     {("requests_received", 1204), ("carried_in", 18), ("requests_handled", 1199), ("carried_out", 23)}),
    ("收到申请47件，较2022年的35件增长34.3%。", S3, {("requests_received", 47)}),
    ("2022年收到申请35件，2023年收到申请47件。", S3, {("requests_received", 47)}),
    ("同比减少5件，共收到申请20件。", S3, {("requests_received", 20)}),
    ("共收到申请16件、答复15件。", S3, {("requests_received", 16)}),
    ("予以公开12件，部分公开3件，不予公开2件，无法提供5件，其他处理1件。", S3,
     {("result_granted", 12), ("result_partial", 3), ("result_denied", 2), ("result_unavailable", 5), ("result_other", 1)}),
    ("办结率100%，群众满意率98%。", S3, {("rate_complete", None)}),
    ("未发生行政复议案件，行政诉讼1件。", S4, {("review_none", None), ("litigation_total", 1)}),
    ("作出行政处罚决定326件，未实施行政强制。", OVERVIEW, {("penalty_decisions", 326)}),
    ("制发行政规范性文件2件，废止1件，现行有效11件。", OVERVIEW,
     {("normative_made", 2), ("normative_repealed", 1), ("normative_in_force", 11)}),
    ("本机关2023年度收取政府信息公开信息处理费总金额0元。", OTHER, {("fee_statement", None), ("fee_none", None)}),
    ("2023年共发出收费通知2件，收取信息处理费300元。", OTHER,
     {("fee_statement", None), ("fee_notices", 2), ("fee_charged", 30_000)}),
    ("截至12月31日，共收到申请26件，办结25件，1件正在办理。", S3, {("requests_received", 26), ("requests_handled", 25)}),
    ("五年来共受理申请88件，2023年受理申请12件。", S3, {("requests_received", 12)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "section", "expected"), TOLD)
def test_told(text: str, section: SectionId, expected: set[tuple[str, int | None]]) -> None:
    assert told(text, section) == expected


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("2008年至2023年，我县累计收到公开申请2300件。", S3),
        ("2019—2023年共收到政府信息公开申请210件。", S3),
        ("自2020年以来共收到申请60件。", S3),
        ("条例实施以来，累计受理政府信息公开申请1036件。", OVERVIEW),
        ("五年来，共受理申请88件。", S3),
        ("十三五期间共办结申请320件。", S3),
        ("近三年来，我局年均收到政府信息公开申请约30件。", OVERVIEW),
        ("每年收到政府信息公开申请超过100件。", OVERVIEW),
        ("历年累计公开信息12000条。", OVERVIEW),
        ("上半年收到政府信息公开申请9件，下半年收到11件。", OVERVIEW),
        ("政府信息公开申请数量由2022年的35件增加到2023年的47件。", OVERVIEW),
        ("2024年力争将政府信息公开申请控制在30件以内。", OVERVIEW),
        ("转送其他部门办理的申请4件。", S3),
        ("指导各乡镇办理政府信息公开申请66件。", OVERVIEW),
        ("未收到信函形式的政府信息公开申请。", OVERVIEW),
        ("全年未发生因信息公开被纠正的行政复议案件。", OVERVIEW),
        ("市司法局全年受理行政复议申请320件，审结301件。", OVERVIEW),
        ("截至年底累计收到申请128件，其中2023年16件。", S3),
        ("收到政府信息公开申请128件，其中本年度16件。", S3),
        ("全年被申请行政复议5件，其中涉及政府信息公开1件。", S4),
        ("行政诉讼案件8件，均与信息公开无关。", S4),
        ("行政复议4件（不涉及信息公开）。", S4),
        ("公开行政处罚信息56条、行政许可信息230条。", OVERVIEW),
        ("全年清理规范性文件135件，废止12件。", OVERVIEW),
        ("办理人大代表建议12件、政协提案9件，并在网站公开答复。", OVERVIEW),
        ("收到12345热线转办的信息公开类工单30件。", OVERVIEW),
        ("未收到申请的单位有12个。", S3),
    ],
)
def test_not_told(text: str, section: SectionId) -> None:
    assert told(text, section) == set()


@pytest.mark.parametrize("number", ["3420余", "近50", "约50", "50多", "二十余", "超过50", "1.2万"])
def test_approximations_say_so(number: str) -> None:
    found = extract_facts([Section(OVERVIEW, "标题", f"{_LEAD}收到政府信息公开申请{number}件。")])
    assert [f.approximate for f in found if f.kind == "requests_received"] == [True]


def test_what_is_not_counted_in_is_said_so() -> None:
    found = extract_facts([Section(S3, "标题", _LEAD + "收到申请18件，不含上年结转2件。")])
    assert next(f.counting for f in found if f.kind == "carried_in") == "不含上年结转"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("共收到政府信息公开申请48件，其中本局16件，下属单位32件。", "其中本局"),
        ("共收到政府信息公开申请48件（其中局机关16件）。", "其中局机关"),
        ("全县共收到政府信息公开申请48件，其中县本级16件。", "全县"),
        ("共收到政府信息公开申请48件，其中自然人16件。", None),
    ],
)
def test_a_number_of_which_a_part_is_the_bodys_own(text: str, scope: str | None) -> None:
    facts = extract_facts([Section(S3, "标题", _LEAD + text)])
    assert [(f.value, f.scope) for f in facts if f.kind == "requests_received"] == [(48, scope)]
