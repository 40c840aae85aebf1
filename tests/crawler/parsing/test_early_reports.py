"""Reports up to 2018: chapters of free choice, a 统计表 at the end, no tables of the form."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.parsing.reading import read
from monitor.rules import check_report
from storage.domain import AnnualReport, Fact
from storage.vocab import FormatVersion, Outcome, SectionId

TITLE = "云溪市水利局2014年政府信息公开年度报告"
CHAPTERS = (
    "根据条例，由云溪市水利局编制本报告。统计期限为2014年1月1日至2014年12月31日。",
    "一、概述", "2014年，我局健全公开机制，充实人员。",
    "二、主动公开政府信息情况", "全年主动公开政府信息1326条。",
    "三、依申请公开政府信息情况", "2014年共收到政府信息公开申请37件，比上年增加12件，办结36件。",
    "四、政府信息公开收费及减免情况", "本年度共收取复印成本12件，另办理咨询2300件。",
    "五、因政府信息公开申请行政复议、提起行政诉讼的情况", "2014年，因政府信息公开被申请行政复议2件，行政诉讼1件。",
    "六、存在的主要问题和改进措施", "公开内容还不够丰富，2015年将进一步完善。",
    "七、其他需要报告的事项", "无。",
    "云溪市水利局", "2015年3月20日",
)  # fmt: skip
STATISTICS = """统计指标|单位|统计数
一、主动公开情况|——|——
（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条|1,326
其中：主动公开规范性文件数|条|11
制发规范性文件总数|件|12
（二）通过不同渠道和方式公开政府信息的情况|——|——
2.政府网站公开政府信息数|条|1100
三、依申请公开情况|——|——
（一）收到申请数|件|37
1.当面申请数|件|5
4.信函申请数|件|/
（二）申请办结数|件|36
（三）申请答复数|件|36
2.同意公开答复数|件|20
3.同意部分公开答复数|件|2
4.不同意公开答复数|件|3
其中：涉及国家秘密|件|1
四、行政复议数量|件|2
（一）维持具体行政行为数|件|1
（二）被依法纠错数|件|0
（三）其他情形数|件|1
五、行政诉讼数量|件|1
（一）维持具体行政行为或者驳回原告诉讼请求数|件|1
（三）其他情形数|件|0
六、举报投诉数量|件|7
（三）其他情形数|件|7
七、依申请公开信息收取的费用|万元|0.35
（三）从事政府信息公开工作人员数|人|3"""
TOLD = {
    "disclosed_total": 1326, "normative_made": 12, "requests_received": 37, "requests_handled": 36,
    "result_granted": 20, "result_partial": 2, "result_denied": 3, "result_denied_state_secret": 1,
    "review_total": 2, "review_upheld": 1, "review_corrected": 0, "review_other": 1,
    "litigation_total": 1, "litigation_upheld": 1, "litigation_other": 0, "fee_charged": 350_000,
}  # fmt: skip


def table(lines: str) -> str:
    rows = ("".join(f"<td>{cell}</td>" for cell in line.split("|")) for line in lines.split("\n"))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def page(title: str = TITLE, chapters: tuple[str, ...] = CHAPTERS, tail: str = "") -> AnnualReport:
    body = "".join(f"<p>{text}</p>" for text in chapters)
    data = f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>{body}{tail}</body></html>"
    result = read(data.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def in_figures(report: AnnualReport) -> dict[str, Fact]:
    """Facts of the 统计表: their place is no section."""
    return {f.kind: f for f in report.facts if f.section is None}


def test_chapters_are_mapped_by_meaning() -> None:
    report = page(tail=table(STATISTICS))
    assert report.format_version is FormatVersion.PRE2019
    assert (report.agency, report.year) == ("云溪市水利局", 2014)
    assert report.report_date == date(2015, 3, 20)
    assert [s.heading[:2] for s in report.sections] == [
        "一、",
        "二、",
        "三、",
        "五、",
        "六、",
        "七、",
    ]
    assert [s.id for s in report.sections] == list(SectionId)
    assert not report.table2 and not report.table3 and not report.table4
    assert {i.code for i in report.issues} == {"S-EXTRA"}


def test_a_chapter_of_another_matter_tells_nothing_of_the_one_before() -> None:
    received = [f for f in page().facts if f.kind == "requests_received"]
    assert [f.value for f in received] == [37]


def test_indicators_become_facts_with_their_place() -> None:
    found = in_figures(page(tail=table(STATISTICS)))
    assert {kind: fact.value for kind, fact in found.items()} == TOLD
    assert found["requests_received"].at == "table[1]/row[9]/col[3]"
    assert found["requests_received"].quote == "（一）收到申请数 件 37"


def test_indicators_in_running_text() -> None:
    text = "\n\n".join((TITLE, *CHAPTERS, "附件", STATISTICS.replace("|", "\t")))
    result = read(text.encode()).result
    assert isinstance(result, AnnualReport)
    assert {kind: fact.value for kind, fact in in_figures(result).items()} == TOLD


def test_the_header_tells_this_years_column_from_the_cumulated_one() -> None:
    def cumulated(header: str) -> dict[str, Fact]:
        lines = [line + f"|{i * 100 + 50}" for i, line in enumerate(STATISTICS.split("\n")[1:])]
        return in_figures(page(tail=table("\n".join([header, *lines]))))

    assert cumulated("指标|单位|2014年|历年累计")["requests_received"].value == 37
    # Nothing tells which of two numbers is meant.
    assert "requests_received" not in cumulated("指标|单位||")


def test_no_rule_accuses_an_early_report() -> None:
    for report in (page(), page(tail=table(STATISTICS))):
        assert not [v.rule for v in check_report(report) if v.outcome is Outcome.FAIL]


def test_local_tables_are_none_of_the_form() -> None:
    local = table("科室|行政许可|行政处罚\n甲科|12|3\n乙科|4|5")
    report = page(tail=local)
    assert report.format_version is FormatVersion.PRE2019
    assert not report.table2


def test_the_year_may_stand_in_the_text_only() -> None:
    report = page(title="云溪市水利局政府信息公开年度报告")
    assert (report.year, report.format_version) == (2014, FormatVersion.PRE2019)


def test_an_old_table_in_a_new_year_is_a_contradiction() -> None:
    chapters = tuple(c.replace("2014", "2023").replace("2015", "2024") for c in CHAPTERS)
    report = page(TITLE.replace("2014", "2023"), chapters, table(STATISTICS))
    assert report.format_version is FormatVersion.PRE2019
    assert "F-VERSION" in {i.code for i in report.issues}


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("第一部分 概况", SectionId.OVERVIEW),
        ("四、重点领域主动公开情况", SectionId.PROACTIVE),
        ("五、申请公开办理情况", SectionId.REQUESTS),
        ("二、复议、诉讼情况", SectionId.REVIEW_LITIGATION),
        ("八、下一步工作打算", SectionId.PROBLEMS),
        ("九、需要说明的其他事项", SectionId.OTHER),
        ("五、组织领导情况", None),
        ("六、主动公开和依申请公开情况", None),
        ("七、依申请公开收费情况", None),
    ],
)
def test_only_what_is_clear_is_mapped(heading: str, section: SectionId | None) -> None:
    report = page(chapters=("我局依法开展政府信息公开工作。", heading, "有关工作按要求开展，情况正常。", *CHAPTERS[-2:]),
                  tail=table(STATISTICS))  # fmt: skip
    assert [s.id for s in report.sections] == ([section] if section else [])


def test_the_first_reports_begin_in_may_2008() -> None:
    chapters = ("统计期限为2008年5月1日至12月31日。", *CHAPTERS[1:3])
    report = page(
        "2008年5月1日至12月31日云溪市水利局政府信息公开年度报告", chapters, table(STATISTICS)
    )
    assert report.period == (date(2008, 5, 1), date(2008, 12, 31))
    assert (report.agency, report.year) == ("云溪市水利局", 2008)
