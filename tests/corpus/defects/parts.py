"""Title, year, preface and sections."""

from __future__ import annotations

import re
from random import Random

from tests.corpus.defects.base import GOVERNMENTS, Case, defect
from tests.corpus.defects.editing import (
    substituted,
    with_fields,
    with_heading,
    with_section,
    without_section,
)
from tests.corpus.drafts import AGENCIES, Draft


@defect("S-MISSING", follows={"S-FEE": "the statement stands in section 六"})
def section_left_out(case: Case, rng: Random) -> Draft | None:
    return without_section(case.draft(), rng.choice("五六"))


@defect("S-ORDER")
def sections_exchanged(case: Case, rng: Random) -> Draft | None:
    return case.draft(faults=("S-ORDER",))


@defect("S-TITLE")
def heading_altered(case: Case, rng: Random) -> Draft | None:
    old, new = rng.choice(
        (("存在的主要问题及改进情况", "存在的主要问题及整改措施"), ("总体情况", "工作总体概况"),
         ("其他需要报告的事项", "需要说明的其他情况"), ("主动公开政府信息情况", "政府信息主动公开工作情况"))
    )  # fmt: skip
    return with_heading(case.draft(), old, new)


@defect("S-EMPTY")
def problems_none(case: Case, rng: Random) -> Draft | None:
    return with_section(
        case.draft(), "五", rng.choice(("无。", "无", "暂无。", "本年度不存在问题。", "（无）"))
    )


@defect("S-PROBLEM-THIN")
def problems_thin(case: Case, rng: Random) -> Draft | None:
    text = rng.choice(
        ("公开内容还不够丰富。", "信息更新不及时，下一步将加强。",
         "一是公开内容不够丰富，二是栏目更新不及时，三是工作人员业务不熟，四是解读形式单一。")
    )  # fmt: skip
    return with_section(case.draft(), "五", text)


_TOPICS = {
    "主动公开": "通过多种方式向社会亮出家底，{year}年预算决算全部上网。",
    "依申请公开": "完善受理登记，对每件来信来函按期答复。",
    "政府信息管理": "落实先审查后上网，文件清理一并完成。",
    "平台建设": "门户网站专栏改版，政务新媒体按周更新。",
    "监督保障": "组织业务培训两次，列入年度考核。",
}


@defect("S-OVERVIEW-ITEMS", agencies=tuple(a for a in AGENCIES if a not in GOVERNMENTS))
def topic_left_out(case: Case, rng: Random) -> Draft | None:
    lacking = rng.choice(("政府信息管理", "平台建设", "监督保障"))
    me = "我单位"
    told = "".join(
        f"（{n}）{topic}。{text.format(year=case.year)}"
        for n, (topic, text) in zip(
            "一二三四", (i for i in _TOPICS.items() if i[0] != lacking), strict=True
        )
    )
    if lacking == "平台建设":
        told = told.replace("上网", "公布")
    if lacking == "政府信息管理":
        told = told.replace("改版", "换了样式")
    if lacking == "监督保障":
        told = told.replace("考核", "")
    preface = f"本报告统计期限为{case.year}年1月1日至{case.year}年12月31日。"
    opening = f"{case.year}年，{me}认真做好各项工作。"
    return with_fields(with_section(case.draft(), "一", opening + told), preface=preface)


@defect("S-GOV-ITEMS", agencies=GOVERNMENTS)
def no_assessment_told(case: Case, rng: Random) -> Draft | None:
    draft = case.draft(faults=("S-GOV-ITEMS",))
    # The other sentences may speak of assessment by chance.
    return (
        substituted(
            draft, r"[^，。；]*(?:考核|考评|测评|评议|评先|复核|评估|评分)[^，。；]*[，。；]", ""
        )
        or draft
    )


@defect("S-FEE")
def no_fee_statement(case: Case, rng: Random) -> Draft | None:
    return case.draft(faults=("S-FEE",))


# --- Title, year, preface --------------------------------------------------------------


@defect("M-TITLE-FORM")
def title_altered(case: Case, rng: Random) -> Draft | None:
    title = rng.choice(
        ("关于{a}{y}年度政府信息公开工作情况的报告", "{a}政府信息公开工作{y}年度报告",
         "{y}年度{a}政府信息公开年报", "{a}{y}年政务公开工作年度报告", "{a}{y}年度政府信息公开工作总结报告")
    )  # fmt: skip
    return with_fields(case.draft(), title=title.format(a=case.agency, y=case.year))


@defect(
    "M-YEAR", follows={"M-PREAMBLE": "a period of another year", "TXT-CITATION": "form of the year"}
)
def title_of_another_year(case: Case, rng: Random) -> Draft | None:
    title = f"{case.agency}{case.year + 1}年政府信息公开工作年度报告"
    return with_fields(case.draft(), title=title)


@defect("M-YEAR")
def period_of_last_year(case: Case, rng: Random) -> Draft | None:
    draft = case.draft()
    last = case.year - 1
    preface = re.sub(rf"{case.year}(?=年1月1日|年12月31日)", str(last), draft.report.preface)
    return with_fields(draft, preface=preface)


@defect("M-PREAMBLE")
def parts_miscounted(case: Case, rng: Random) -> Draft | None:
    preface = rng.choice(
        (
            f"本报告由总体情况、主动公开政府信息情况、存在的主要问题及改进情况等六个部分组成，统计期限为{case.year}年1月1日至{case.year}年12月31日。",
            f"根据《中华人民共和国政府信息公开条例》，编制{case.agency}{case.year}年政府信息公开工作年度报告。",
            f"本报告包括总体情况、主动公开政府信息情况、依申请公开情况、复议诉讼情况、存在问题六个部分，统计期限为{case.year}年1月1日至{case.year}年12月31日。",
        )
    )
    return with_fields(case.draft(), preface=preface)
