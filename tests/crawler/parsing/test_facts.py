"""Facts from prose: what is told is found, what is only near it is not."""

from __future__ import annotations

import pytest

from crawler.parsing.facts import extract_facts
from storage.domain import Fact, Section
from storage.vocab import SectionId

OVERVIEW, S3, S4, OTHER = (
    SectionId.OVERVIEW,
    SectionId.REQUESTS,
    SectionId.REVIEW_LITIGATION,
    SectionId.OTHER,
)


def facts(text: str, section: SectionId = OVERVIEW) -> tuple[Fact, ...]:
    return extract_facts([Section(section, "标题", text)])


FAMILIES = ("requests_", "review_", "litigation_", "fee_statement")


def short(found: tuple[Fact, ...]) -> str:
    told = (f for f in found if f.kind.startswith(FAMILIES))
    return " ".join(f.kind if f.value is None else f"{f.kind}={f.value}" for f in told)


RECEIVED = [
    ("本年度共收到政府信息公开申请31件，均按期答复。", 31),
    ("2023年，我局共收到政府信息公开申请 ３１ 件。", 31),
    ("全年共收到依申请公开十五件，均为自然人提出。", 15),
    ("我委共收到政府信息公开申请一百二十三件。", 123),
    ("全区共受理政府信息公开申请1,204件。", 1204),
    ("我镇通过电子邮箱收到 3 个依申请公开。", 3),
    ("年内收到依申请信息公开8宗。", 8),
    ("2023年度，我办新收政府信息公开申请42件，上年结转2件。", 42),
    ("共收到并办理依申请公开7件，办复率100%。", 7),
    ("受理向县政府提出的信息公开申请19件。", 19),
    ("依申请公开方面，全年共收到9件，已全部办结。", 9),
    ("（二）依申请公开情况\n全年共收到申请5件，无补正。", 5),
    ("（二）依申请公开。2023年共收到5件，均已答复。", 5),
    ("收到公民、法人和其他组织提出的政府信息公开申请12件。", 12),
    ("我局收到12件社会公众提交的政府信息公开申请。", 12),
    ("政府信息公开申请总量为88件，与历史持平。", 88),
    ("2023年我局依申请公开申请数量共计4件。", 4),
    ("收到政府信息公开申请26件，比上年增加5件。", 26),
    ("与去年相比，2023年收到政府信息公开申请26件，增加5件。", 26),
    ("收到政府信息公开申请16件（其中网上申请4件，信函申请12件）。", 16),
    ("收到政府信息公开申请16件，其中网上申请4件，信函申请12件。", 16),
    ("2023年接收依申请公开件0件。", 0),
    ("我中心收到申请公开政府信息2份，均予以公开。", 2),
    ("全年共受理政府信息公开申请45件，上年度结转3件，共计48件，结转下年度2件。", 45),
    ("全市共收到政府信息公开申请512件，其中市政府办收到112件。", 512),
    ("政府信息公开申请共受理12件，撤回1件。", 12),
    ("2023年1月1日至12月31日，共收到政府信息公开申请表6份。", 6),
    ("县发改局政府信息公开申请7件，均已答复。", 7),
    ("全年新受理依申请政府信息公开8件，均按期回复。", 8),
    ("我街受理依申请信息16条。", 16),
    ("2023年，共收到10件依申请公开请求，2022年结转政府信息公开申请2件，共办结11件。", 10),
    ("2023年上半年发布信息9条，全年收到政府信息公开申请6件。", 6),
    ("本年度线上线下共收到政府信息公开申请5件。", 5),
    ("共收到政府信\n\n息公开申请 37 件。", 37),
    ("2022年我局收到政府信息公开申请9件。2023年收到政府信息公开申请14件。2023年工作良好。", 14),
]


@pytest.mark.parametrize(("text", "value"), RECEIVED)
def test_requests_received(text: str, value: int) -> None:
    assert [f.value for f in facts(text) if f.kind == "requests_received"] == [value]


NOTHING = [
    "2023年上半年，全区共受理政府信息公开申请67件，答复63件。",
    "第三季度，共收到政府信息公开申请6件。",
    "未发生政府信息公开行政诉讼败诉案件。",
    "依申请公开信息23条。",
    "收到省厅转来政府信息公开申请2件。",
    "指导各乡镇办理依申请公开56件。",
    "收到政府信息公开申请后答复16件次咨询。",
    "政府信息公开工作培训3次，收到申请表扬信2件。",
    "未收到依申请公开收费投诉。",
    "没有依申请公开超期答复情况。",
    "我局作为被告的政府信息公开行政诉讼案件3件。",
    "政府信息公开行政复议维持率100%。",
    "下一步力争将政府信息公开申请控制在5件以内。",
    "自开展工作以来，政府信息公开网站设置“依申请公开”栏目1个，受理平台2个。",
    "全年办理网民留言378件，办结率100%。",
    "受理群众来信来电共 52 件，均已回复。",
    "发布政府信息1204条，解读材料14篇。",
    "依申请公开工作进一步规范，答复时限压缩至20个工作日。",
    "收到政府信息公开申请后15个工作日内予以答复。",
    "上年收到政府信息公开申请23件。",
    "较2022年收到的12件申请增加4件。",
    "2023年政务公开培训3次。2022年收到政府信息公开申请12件。2023年举办活动。2023年总结。",
    "自2019年以来累计收到政府信息公开申请300件。2023年。2023年。",
    "其中网上申请4件，信函申请12件。",
    "收到自然人提交的政府信息公开申请10件。",
    "上半年收到政府信息公开申请10件。",
    "对收到的每一件政府信息公开申请认真登记。",
    "收到三四件政府信息公开申请。",
    "未收到信函申请。",
    "未收到通过当面方式提交的政府信息公开申请。",
    "未收到要求提供公开出版物的申请。",
    "一、本年新收政府信息公开申请数量\t16\t0\t0\t16",
    "一、本年新收政府信息公开申请数量\n16\n0\n0",
    "全年办理行政复议案件120件，审结110件。",
    "深入推进政务公开，全年办理行政复议案件120件。",
    "依法办理行政复议案件120件，其中纠正18件。",
    "公开行政复议决定书56份、行政处罚信息3件。",
    "共受理涉及政府信息公开的行政复议案件12件，审结10件。",
    "没有因答复不当引起的行政复议。",
    "依申请公开答复无一件被复议机关纠正。",
    "做好依申请公开工作，有效减少行政复议和行政诉讼。",
    "收到政府信息公开行政复议答复通知书3份。",
    "公布行政事业性收费目录清单，规范涉企收费。",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "认真贯彻《政府信息公开信息处理费管理办法》。",
    "邀请行政诉讼法专家授课2次，围绕政府信息公开申请办理开展培训。",
]


@pytest.mark.parametrize("text", NOTHING)
def test_no_fact(text: str) -> None:
    assert short(facts(text)) == ""


STATEMENTS = [
    ("2022年,本局未接到依申请公开事项.", "requests_none"),
    ("我镇没有接到群众主动要求公开政府信息的申请。", "requests_none"),
    (
        "没有发生针对本单位政府信息公开事务的行政复议案、行政诉讼案和申诉案。",
        "review_none litigation_none",
    ),
    ("我镇没有收到任何形式的政府信息公开申请。", "requests_none"),
    ("无公民、法人及其他组织申请公开本机关政府信息。", "requests_none"),
    ("未收到要求公开政府信息的申请。", "requests_none"),
    ("全年无依申请公开及行政复议、诉讼。", "review_none litigation_none"),
    ("本年度未收到政府信息公开申请。", "requests_none"),
    ("2023年，我镇没有收到公民、法人或者其他组织提出的政府信息公开申请。", "requests_none"),
    ("我局2023年度无依申请公开事项。", "requests_none"),
    ("政府信息公开申请数量为零。", "requests_none"),
    (
        "未收到政府信息公开申请，未发生因政府信息公开引起的行政复议、行政诉讼。",
        "requests_none review_none litigation_none",
    ),
    ("未发生因政府信息公开引发的行政复议。", "review_none"),
    ("因政府信息公开引起的行政复议、行政诉讼均未发生。", "review_none litigation_none"),
    ("未因政府信息公开工作被申请行政复议或提起行政诉讼。", "review_none litigation_none"),
    (
        "全年收到依申请公开3件，均按时答复，无行政复议和行政诉讼情况。",
        "requests_received=3 review_none litigation_none",
    ),
    ("涉及政府信息公开的行政复议0件、行政诉讼0件。", "review_total=0 litigation_total=0"),
    ("因政府信息公开引起行政复议3件，没有引起行政诉讼。", "review_total=3 litigation_none"),
]


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statements(text: str, expected: str) -> None:
    assert short(facts(text)) == expected


DISPUTES = [
    (
        "因信息公开引发行政复议9件，行政诉讼3件，其中，行政复议结果维持6件，结果纠正1件，尚未审结2件，"
        "行政诉讼结果维持2件，尚未审结1件。",
        "review_total=9 litigation_total=3 review_upheld=6 review_corrected=1 review_pending=2 "
        "litigation_upheld=2 litigation_pending=1",
    ),
    (
        "涉政府信息公开行政复议4件（维持3件，未审结1件），行政诉讼2件（维持1件，未审结1件）。",
        "review_total=4 review_upheld=3 review_pending=1 litigation_total=2 litigation_upheld=1 "
        "litigation_pending=1",
    ),
    (
        "因政府信息公开被申请行政复议4件，其中3件维持、1件尚未审结；被提起行政诉讼1件，结果维持1件。",
        "review_total=4 review_upheld=3 review_pending=1 litigation_total=1 litigation_upheld=1",
    ),
    ("因政府信息公开发生行政复议5件，行政诉讼2件，维持7件。", "review_total=5 litigation_total=2"),
    ("因政府信息公开引起的行政复议、行政诉讼共8件。", ""),
    ("因政府信息公开引起的行政复议和行政诉讼各1件。", "review_total=1 litigation_total=1"),
    ("收到2件因政府信息公开引起的行政复议。", "review_total=2"),
    ("政府信息公开行政复议2件，一审行政诉讼1件，二审1件。", "review_total=2"),
    ("政府信息公开行政复议2件，未经复议直接起诉1件，复议后起诉1件。", "review_total=2"),
    ("办理16件依申请公开、行政复议2件。", ""),
    (
        "收到政府信息公开申请20件。引发行政复议2起，行政诉讼1起。",
        "requests_received=20 review_total=2 litigation_total=1",
    ),
]


@pytest.mark.parametrize(("text", "expected"), DISPUTES)
def test_disputes(text: str, expected: str) -> None:
    assert short(facts(text)) == expected


def test_section_four_needs_no_mention_of_disclosure() -> None:
    assert short(facts("本年度行政复议2件，结果维持2件。", S4)) == "review_total=2 review_upheld=2"
    assert short(facts("本年度未发生行政复议、行政诉讼。", S4)) == "review_none litigation_none"
    assert short(facts("本年度行政复议2件，结果维持2件。", OVERVIEW)) == ""


FEES = [
    ("2023年度未收取信息处理费。", OTHER, True),
    ("本年度未收取任何费用。", OTHER, True),
    ("政府信息公开未发生收费情况。", OTHER, True),
    ("本机关全年发出收费通知2件，总金额400元，实际收取400元。", OTHER, True),
    ("依据《政府信息公开信息处理费管理办法》，本机关收取信息处理费0元。", OTHER, True),
    ("无其他需要报告的事项。", OTHER, False),
    ("无", OTHER, False),
    ("本机关办理政府信息公开申请未收取任何费用。", OVERVIEW, True),
    ("本年度未产生信息处理费。", OVERVIEW, True),
    ("公开教育收费、医疗收费信息，未收费项目一并公示。", OVERVIEW, False),
    (
        "行政事业性收费\n0\n第二十条第（八）项\n本年收费金额（单位：万元）",
        SectionId.PROACTIVE,
        False,
    ),
]


@pytest.mark.parametrize(("text", "section", "told"), FEES)
def test_fee_statement(text: str, section: SectionId, told: bool) -> None:
    assert any(f.kind == "fee_statement" for f in facts(text, section)) is told


def test_handled() -> None:
    found = facts("收到政府信息公开申请20件，已办结18件，结转下年2件。")
    assert short(found) == "requests_received=20 requests_handled=18"
    assert short(facts("按时办结依申请公开18件。")) == "requests_handled=18"
    assert short(facts("办理市长信箱来信30件，公开答复26件。")) == ""
    assert short(facts("全年办结政府信息公开申请18件。")) == "requests_handled=18"
    told = "政府信息公开申请办结17件，正在办理2件，转下年度办理1件。"
    assert short(facts(told)) == "requests_handled=17"
    assert short(facts("通过网上办结政府信息公开申请5件。")) == ""


def test_scope_counting_and_approximation_are_kept() -> None:
    (wide,) = facts("2023年，全市各级行政机关共收到政府信息公开申请8000余件。")
    assert (wide.value, wide.approximate) == (8000, True)
    assert wide.scope in ("全市", "各级")
    own, _ = facts("全市工作扎实推进，我办收到政府信息公开申请18件（含上年结转2件）。")
    (none,) = facts("2023年我局未收到政府信息公开申请。")
    assert none.scope == "我局"
    (site,) = facts("县政府门户网站全年收到依申请公开5件。")
    assert site.scope is None
    assert (own.scope, own.counting, own.approximate) == ("我办", "含上年结转", False)


def test_of_several_channels_none_is_a_total() -> None:
    text = "通过网络收到政府信息公开申请4件。通过信函收到政府信息公开申请12件。"
    assert short(facts(text)) == ""
    assert short(facts("共收到政府信息公开申请16件。" + text)) == "requests_received=16"


def test_quote_is_the_exact_passage_and_at_locates_it() -> None:
    text = "前文。\n全年受理政府信息公\n\n开申请 22 件，均已办结。"
    (fact,) = (f for f in facts(text) if f.kind == "requests_received")
    where, span = (fact.at or "").split(":")
    start, end = map(int, span.split("-"))
    assert where == "s1_overview"
    assert text[start:end] == fact.quote == "全年受理政府信息公\n\n开申请 22 件"


def test_a_period_left_over_from_last_year_hides_nothing() -> None:
    preface = "统计期限自2022年1月1日起至2022年12月31日止。"
    section = Section(OVERVIEW, "标题", "2023年，我局收到政府信息公开申请9件。2023年培训2次。")
    assert [f.value for f in extract_facts([section], preface)] == [9]


def test_plans_do_not_move_the_year() -> None:
    sections = [
        Section(OVERVIEW, "标题", "2023年，我局收到政府信息公开申请9件。"),
        Section(SectionId.PROBLEMS, "标题", "2024年将加强培训。2024年将完善制度。2024年更进一步。"),
    ]
    assert [f.value for f in extract_facts(sections)] == [9]


def test_preface_is_read_too() -> None:
    (fact,) = extract_facts([], "2023年，本机关共收到政府信息公开申请3件。")
    assert (fact.section, fact.value, (fact.at or "")[:8]) == (None, 3, "preface:")


HOSTILE = [
    "收到" * 20_000 + "申请" * 20_000,
    "收到" + "总数量" * 600,
    "信息公开申请" + "局" * 1500 + "政府信息公开申请7件",
    "未" + "公民、法人和其他组织" * 150,
    "行政复议" + "案件数" * 400 + "x1件",
    "因信息公开" + "行政复议1件、" * 250,
    "(" * 1900,
    "办理" * 900 + "信息公开申请3x",
    "收到申请（" * 300 + "）" * 300,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.timeout(5)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    extract_facts([Section(OVERVIEW, "标题", (text + "。") * 3)])
