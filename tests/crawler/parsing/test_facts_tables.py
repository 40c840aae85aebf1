"""Facts for the rules on table 二, table 三 and the text itself: categories, applicants, documents,
decisions, fees, pieces of information."""

from __future__ import annotations

import pytest

from crawler.parsing.facts import extract_facts
from storage.domain import Fact, Section
from storage.vocab import SectionId

OVERVIEW, OTHER = SectionId.OVERVIEW, SectionId.OTHER
CONTEXT = "（二）依申请公开\n"


def facts(text: str, section: SectionId = OVERVIEW) -> tuple[Fact, ...]:
    return extract_facts([Section(section, "标题", text)])


def told(text: str, families: tuple[str, ...], section: SectionId = OVERVIEW) -> str:
    found = (f for f in facts(text, section) if f.kind.startswith(families))
    return " ".join(f.kind if f.value is None else f"{f.kind}={f.value}" for f in found)


RESULTS = ("result_", "carried_", "applicants_", "rate_")
CATEGORIES = [
    ("收到政府信息公开申请9件，予以公开4件、部分公开3件，不予公开2件。",
     "result_granted=4 result_partial=3 result_denied=2"),
    ("政府信息公开申请中，4件予以公开，5件无法提供。", "result_granted=4 result_unavailable=5"),
    ("办结依申请公开17件（含2022年结转的3件），其中，予以公开6件，信息无法提供10件、其他处理1件。",
     "carried_in=3 result_granted=6 result_unavailable=10 result_other=1"),
    ("政府信息公开申请中，因没有现成信息需要另行制作无法提供2件；涉及第三方合法权益不予公开1件。",
     "result_unavailable_needs_creation=2 result_denied_third_party=1"),
    ("政府信息公开申请不予公开5件（其中国家秘密2件，属于行政执法案卷3件）。",
     "result_denied=5 result_denied_state_secret=2 result_denied_enforcement_file=3"),
    ("政府信息公开申请中，重复申请2件，信访举报投诉类申请3件，逾期不补正1件。",
     "result_not_processed_duplicate=2 result_not_processed_petition=3 "
     "result_other_no_correction=1"),
    ("收到政府信息公开申请30件，上年结转1件，结转下年3件。", "carried_in=1 carried_out=3"),
    (CONTEXT + "已办结12件，2件结转下年办理。", "carried_out=2"),
    ("收到政府信息公开申请9件，均为自然人申请。", "applicants_only_natural"),
    ("收到政府信息公开申请9件（均为公民个人提出）。", "applicants_only_natural"),
    ("收到政府信息公开申请9件，均为企业申请。", "applicants_only_bodies"),
    ("收到政府信息公开申请9件，其中自然人申请6件、法人或其他组织申请3件。",
     "applicants_natural_person=6 applicants_bodies=3"),
    ("收到政府信息公开申请9件，其中商业企业3件，科研机构1件。",
     "applicants_enterprise=3 applicants_research=1"),
    ("政府信息公开申请按时办结率达到100%。", "rate_complete"),
    ("依申请公开答复率为百分之百。", "rate_complete"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CATEGORIES)
def test_what_became_of_requests(text: str, expected: str) -> None:
    assert told(text, RESULTS) == expected


NO_CATEGORIES = [
    "收到政府信息公开申请9件，予以公开和部分公开8件。",
    "收到政府信息公开申请9件，予以及部分公开8件。",
    "办理政府信息公开申请20件予以公开15件。",
    "收到政府信息公开申请9件，其中网上申请4件，均为自然人申请。",
    "收到政府信息公开申请9件，其中对自然人申请予以公开5件，不予公开2件。",
    "对人大代表建议复文12件予以公开。",
    "办理网民留言378件，办结率100%。",
    "收到公民、法人和其他组织提出的政府信息公开申请12件。",
    "未出现应公开而不予公开的政府信息公开申请。",
    "信息公开申请属于国家秘密的，依法不予公开。",
    "2022年政府信息公开申请予以公开5件。2023年。2023年。2023年。",
    "政府信息公开申请予以公开比上年增加5件。",
    "因政府信息公开引起的行政复议2件，均为自然人提起。",
]


@pytest.mark.parametrize("text", NO_CATEGORIES)
def test_nothing_sure_of_requests(text: str) -> None:
    assert told(text, RESULTS) == ""


def test_a_continuing_sentence_has_the_scope_of_the_one_before() -> None:
    found = facts("全区共办结政府信息公开申请45件。其中，予以公开30件。")
    assert [(f.kind, f.scope) for f in found if f.kind == "result_granted"] == [
        ("result_granted", "全区")
    ]


TABLE2 = ("normative_", "licensing_", "penalty_", "coercion_", "administrative_")
DOCUMENTS = [
    ("制发行政规范性文件3件、废止1件，截至2023年底现行有效20件。",
     "normative_made=3 normative_repealed=1 normative_in_force=20"),
    ("制定出台行政规范性文件十六个，废止行政规范性文件0个。",
     "normative_made=16 normative_repealed=0"),
    ("行政规范性文件制发4件。", "normative_made=4"),
    ("作出行政许可决定1,234件、行政处罚决定56件。",
     "licensing_decisions=1234 penalty_decisions=56"),
    ("全年作出行政强制措施决定3件。", "coercion_decisions=3"),
    ("收取行政事业性收费12.5万元。", "administrative_fees=12500000"),
    ("行政事业性收费金额共计1935.87208万元。", "administrative_fees=1935872080"),
    ("发布行政规范性文件5件，解读材料14篇。", ""),
    ("清理规范性文件40件，其中废止9件，继续有效31件。", ""),
    ("自2019年以来制定规范性文件30件。", ""),
    ("印发文件30件。", ""),
    ("公开行政许可信息3567条，行政处罚决定公示12条。", ""),
    ("保留行政权力841项，其中行政许可24项、行政处罚765项。", ""),
    ("公开行政事业性收费1项。", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_documents_and_decisions(text: str, expected: str) -> None:
    assert told(text, TABLE2) == expected


FEES = ("fee_none", "fee_notices", "fee_charged")
CHARGES = [
    ("2023年度未收取信息处理费。", "fee_none"),
    ("本机关收取信息处理费0元。", "fee_none"),
    ("信息处理费情况：本年度未产生任何费用。", "fee_none"),
    ("发出收费通知2件，通知金额400元，实际收取信息处理费400元。", "fee_notices=2 fee_charged=40000"),
    ("收取信息处理费共计1,200元。", "fee_charged=120000"),
    ("未收取信息处理费，未发出收费通知。", "fee_none fee_notices=0 fee_none"),
    ("按照每件100元的标准收取信息处理费。", ""),
    ("行政事业性收费12万元，未收取其他费用。", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CHARGES)
def test_fees(text: str, expected: str) -> None:
    assert told(text, FEES, OTHER) == expected


DISCLOSED = ("disclosed_",)
PIECES = [
    ("全年公开政府信息120条，其中机构职能类20条、工作动态70条、其他信息30条。",
     "disclosed_total=120 disclosed_part=20 disclosed_part=70 disclosed_part=30"),
    ("2023年累计主动公开政府信息120条：政策文件20条，业务信息70条。",
     "disclosed_total=120 disclosed_part=20 disclosed_part=70"),
    ("主动公开信息120条。其中，信息公开年报1条；工作信息115条。",
     "disclosed_total=120 disclosed_part=1 disclosed_part=115"),
    ("公开信息31条，其中机构职能13条（联系方式1条，机构设置12条），预算8条等。",
     "disclosed_total=31 disclosed_part=13 disclosed_part=8"),
    ("公开信息72条，其中网站公开12条，微信公众号公开72条。", "disclosed_total=72"),
    ("公开信息72条，其中回复留言12条，办理来信20条。", "disclosed_total=72"),
    ("累计办理依申请公开信息合计12件。", ""),
    ("2022年公开信息50条。2023年。2023年。2023年。", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PIECES)
def test_pieces_of_information(text: str, expected: str) -> None:
    assert told(text, DISCLOSED) == expected


def test_what_a_total_counts_and_which_part_is_the_remainder() -> None:
    whole, *parts = facts("全年主动公开政府信息20条，其中机构职能5条、其他15条。")
    assert (whole.counting, [p.counting for p in parts]) == ("公开政府信息", [None, "其他"])
    (site,) = facts("全年通过县政府网站公开政府信息20条。")
    assert site.counting is None
    *_, last = facts("公开信息20条，其中机构职能5条、其他9条等。")
    assert last.counting is None


def test_plans_give_no_facts() -> None:
    text = "2024年，将制发行政规范性文件3件，公开政府信息200条。"
    assert facts(text, SectionId.PROBLEMS) == ()


def test_quotes_are_passages() -> None:
    text = "收到政府信息公开申\n请 9 件，其中予以\n公开 ４ 件。\n公开政府信息 20 条，其中职能 5 条、其他 15 条。"
    for fact in facts(text):
        assert fact.quote in text
        _, span = (fact.at or "").split(":")
        start, end = map(int, span.split("-"))
        assert text[start:end].strip() == fact.quote


HOSTILE = [
    "信息公开申请" + "予以公开" * 600,
    "信息公开申请" + "3件" * 700,
    "信息公开申请" + "予以公开3件" * 300,
    "制发" * 900 + "规范性文件3x",
    "作出行政处罚" + "决定" * 900,
    "公开信息9条，其中" + "甲类1条、" * 350,
    "公开信息9条，其中" + "、" * 1500,
    "收取信息处理费" + "共计" * 900 + "元",
    "均为" * 900 + "自然人的信息公开申请",
    "公开" + "了的各类" * 450 + "信息9条",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.timeout(5)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    extract_facts([Section(OVERVIEW, "标题", (text + "。") * 3)])
