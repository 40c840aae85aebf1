"""Report or not: lists, news, guides and other bodies' other reports speak of reports as well."""

from __future__ import annotations

from random import Random

import pytest

from crawler.parsing.reading import Reading, read
from spiders.samples.tables import Grid
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import CellState, ParseErrorCode
from tests.crawler.parsing.other_pages import (
    PAGES,
    REPORT,
    column_that_is_the_report,
    listing,
    prose,
)
from tests.crawler.parsing.other_pages import page as site_page
from tests.crawler.parsing.writing import map_values, old_form, page, plain, sample, with_grids

TITLE = REPORT.format(2023)
TELLS = (
    "2023年，我局认真执行政府信息公开条例，主动公开水库运行、取水许可等信息四百余条，公众查阅方便，更新及时。",
    "全年收到政府信息公开申请三件，均按期答复，没有发生行政复议和行政诉讼，也没有收取信息处理费。",
    "存在的主要问题是公开形式不够多样，下一步将在改进上下功夫，多用图表说明防汛工作，接受社会监督。",
    "除上述内容外，本局没有其他需要报告的事项，电子版可以在门户网站下载，联系电话附在指南之后。",
)


def failure(reading: Reading) -> ParseFailure:
    assert isinstance(reading.result, ParseFailure), reading.result
    return reading.result


def report(reading: Reading) -> AnnualReport:
    assert isinstance(reading.result, AnnualReport), reading.result
    return reading.result


@pytest.mark.parametrize("name", [name for name in PAGES if name != "shell with a title"])
def test_other_pages(name: str) -> None:
    found = failure(read(PAGES[name]))
    assert found.code is ParseErrorCode.NOT_A_REPORT
    assert "不是政府信息公开工作年度报告" in found.message


_CHAPTERS = (
    "一、总体情况", "主动公开信息300条，办理依申请公开8件。" * 6, "二、主动公开政府信息情况", "见网站。",
    "三、收到和处理政府信息公开申请情况", "收到8件。", "四、政府信息公开行政复议、行政诉讼情况", "未发生。",
    "五、存在的主要问题及改进情况", "公开内容还不够丰富，回应关切还不够及时，今后将逐项改进。" * 3, "六、其他需要报告的事项", "未收取信息处理费。",
)  # fmt: skip


@pytest.mark.parametrize(
    "title", ["云溪市水利局2023年政务公开年度报告", "云溪市水利局2023年度政务公开工作总结", "首页"]
)
def test_content_decides_where_the_title_is_another(title: str) -> None:
    found = read(site_page(title, f"<h1>{title}</h1>" + prose(*_CHAPTERS))).result
    assert isinstance(found, AnnualReport)
    assert len(found.sections) == 6


def test_a_page_that_claims_a_report_and_shows_none_is_unreadable() -> None:
    assert failure(read(PAGES["shell with a title"])).code is ParseErrorCode.UNREADABLE


@pytest.mark.parametrize(
    "body",
    [
        "<p><img src=1.jpg></p><p><img src=2.jpg></p>",
        "<p>报告全文见下图：</p><img src='W020240120.png'>",
        "<div>当前位置：首页 > 政府信息公开年报 > 正文</div><img src=1.jpg>",
    ],
)
def test_pictures_in_the_place_of_the_text(body: str) -> None:
    found = failure(read(site_page(TITLE, f"<h1>{TITLE}</h1>{body}")))
    assert found.code is ParseErrorCode.UNREADABLE
    assert found.image_only
    assert "图片" in found.message


def test_only_an_attachment() -> None:
    body = f"<h1>{TITLE}</h1><p>附件：<a href='/files/P020240120.pdf'>{TITLE}.pdf</a></p>"
    reading = read(site_page(TITLE, body), url="http://a.example/zfxxgk/1.html")
    found = failure(reading)
    assert found.code is ParseErrorCode.UNREADABLE
    assert not found.image_only
    assert [a.url for a in reading.attachments] == ["http://a.example/files/P020240120.pdf"]


def test_pictures_beside_a_list_of_other_years_are_still_this_report() -> None:
    others = listing([REPORT.format(year) for year in range(2015, 2023)])
    body = f"{others}<h1>{TITLE}</h1><img src=1.jpg>"
    assert failure(read(site_page(TITLE, body))).code is ParseErrorCode.UNREADABLE


def test_column_page_that_shows_the_newest_report() -> None:
    found = report(read(column_that_is_the_report(Random(1))))
    assert (found.title, found.agency, found.year) == (TITLE, "云溪市水利局", 2023)
    assert len(found.sections) == 6


def test_report_without_headings_and_tables() -> None:
    found = report(read(site_page(TITLE, f"<h1>{TITLE}</h1>" + prose(*TELLS))))
    assert found.sections == ()
    assert "三件" in found.preface


def test_news_in_the_same_words_is_none() -> None:
    news = ("本报讯（记者王某）近日，市水利局发布年度报告。", *TELLS)
    assert failure(read(site_page(TITLE, f"<h1>{TITLE}</h1>" + prose(*news)))).code is (
        ParseErrorCode.NOT_A_REPORT
    )


def test_report_without_a_title() -> None:
    given = sample(0)
    source = page(given.report, Random(0)).replace(given.report.title, "云溪市人民政府")
    found = report(read(source.encode()))
    assert found.year == 2023  # told by the text
    assert found.agency == "云溪市水利局"  # told by the signature


def test_report_without_tables() -> None:
    given = sample(1)
    body = tuple(item for item in given.report.body if not isinstance(item, Grid))
    text = plain(with_grids(given.report))
    assert text
    lines = [line for line in text.split("\n") if "\t" not in line]
    found = report(read("\n".join(lines).encode()))
    assert len(found.sections) == 6
    assert {issue.code for issue in found.issues} == {"T-MISSING"}
    assert found.table2 == found.table3 == found.table4 == {}
    assert len(body) < len(given.report.body)


def test_tables_as_pictures() -> None:
    given = sample(1)
    source = page(given.report, Random(1))
    for _ in range(3):
        begin, end = source.index("<table"), source.index("</table>") + len("</table>")
        source = source[:begin] + "<p><img src=t.png></p>" + source[end:]
    found = report(read(source.encode()))
    assert found.image_only
    assert [issue.code for issue in found.issues] == ["T-IMAGE"] * 3


@pytest.mark.parametrize("sign", ["", "/", "-", "—", "无"])
def test_blank_form_is_a_report(sign: str) -> None:
    given = sample(0)
    found = report(read(page(map_values(given.report, lambda _: sign), Random(0)).encode()))
    states = {c.state for t in (found.table2, found.table3, found.table4) for r in t.values() for c in r.values()}  # fmt: skip
    assert states == {CellState.MARK if sign else CellState.BLANK}
    values = [c.value for t in (found.table2, found.table3, found.table4) for r in t.values() for c in r.values()]  # fmt: skip
    assert set(values) == {None}


def test_report_of_the_old_law() -> None:
    chapters = (
        "一、概述", "根据《中华人民共和国政府信息公开条例》编制本报告，统计期限为2016年1月1日至2016年12月31日。",
        "二、主动公开政府信息的情况", "全年主动公开信息三百条，其中防汛信息一百条，通过网站公开。",
        "三、依申请公开政府信息情况", "全年收到申请两件，均已答复，没有收取费用。",
        "四、复议和诉讼情况", "没有发生行政复议和行政诉讼。",
        "五、存在的主要问题及改进措施", "公开内容不够丰富，今后加强培训，逐项改进。",
    )  # fmt: skip
    title = "云溪市水利局2016年政府信息公开工作年度报告"
    found = report(read(site_page(title, f"<h1>{title}</h1>" + prose(*chapters))))
    assert (found.year, found.format_version) == (2016, "pre2019")
    assert [s.id for s in found.sections] == [
        "s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation", "s5_problems",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("second", "third", "version"),
    [
        (True, True, "fmt2019"),
        (False, False, "fmt2021"),
        (True, False, "fmt2019"),
        (False, True, "fmt2021"),
    ],
)
def test_version_of_the_form(second: bool, third: bool, version: str) -> None:
    """Mixed forms are told by table 二, and each table is read in its own form."""
    rng = Random(3)
    given = old_form(sample(3), rng, second=second, third=third)
    found = report(read(page(given.report, rng).encode()))
    assert found.format_version == version
    assert ("other_services" in found.table2) is second
    assert ("other_all" in found.table3) is third


@pytest.mark.parametrize(
    "span",
    [
        "2023年上半年{}",
        "2023年半年度{}",
        "2023年第三季度{}",
        "2023年一季度{}",
        "2023年5月{}",
        "2023年前三季度{}",
    ],
)
def test_less_than_a_year_is_no_annual_report(span: str) -> None:
    """Though it has the form's sections and tables."""
    given = sample(0).report
    title = "云溪市水利局" + span.format("政府信息公开工作报告")
    assert failure(read(page(given, Random(0)).replace(given.title, title).encode()))


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("云溪市水利局2023年1月至12月政府信息公开工作年度报告", "云溪市水利局"),
        ("云溪市半岛镇2023年政府信息公开工作年度报告", "云溪市半岛镇"),
        ("关于公布《云溪市水利局2023年政府信息公开工作年度报告》的公告", "云溪市水利局"),
        ("云溪市水利局关于报送2023年政府信息公开工作年度报告的函", "云溪市水利局"),
        ("云溪市政策解读中心2023年政府信息公开工作年度报告", "云溪市政策解读中心"),
        ("云溪市第一中学2023年信息公开年度报告", "云溪市第一中学"),
        ("云溪市自来水公司2023年信息公开年报", "云溪市自来水公司"),
    ],
)
def test_odd_titles_of_reports(title: str, agency: str) -> None:
    given = sample(0).report
    found = report(read(page(given, Random(0)).replace(given.title, title).encode()))
    assert (found.agency, found.year) == (agency, 2023)


@pytest.mark.parametrize(
    "title",
    [
        "一张图读懂云溪市2023年政府信息公开工作年度报告",
        "三分钟带你看懂2023年政府信息公开工作年度报告",
        "我市举行2023年政府信息公开工作年度报告新闻发布会",
        "关于公开征集对2023年政府信息公开工作年度报告意见的公告",
        "政府信息公开工作年度报告填写说明",
    ],
)
def test_what_tells_of_reports_is_none(title: str) -> None:
    assert failure(read(site_page(title, f"<h1>{title}</h1>" + prose(*TELLS))))


def test_a_table_without_a_title_gives_none() -> None:
    text = "\n".join(line for line in plain(sample(0).report).split("\n") if "\t" in line)
    assert report(read(("第二十条第（一）项\n" + text).encode())).title is None
