"""Titles: whose report, of which year, and whether it is one at all."""

from __future__ import annotations

import pytest

from crawler.documents.document import Document, Paragraph
from crawler.parsing.flow import flow
from crawler.parsing.title_search import Title, find_title
from crawler.parsing.titles import is_body_name, plain_title, read_title, read_year

WATER = "云溪县水利局"


@pytest.mark.parametrize(
    ("text", "agency", "year"),
    [
        ("云溪县水利局2023年政府信息公开工作年度报告", WATER, 2023),
        ("云溪县水利局2023年度政府信息公开工作年度报告", WATER, 2023),
        ("云溪县水利局 2023 年 政府信息公开 年度报告", WATER, 2023),
        ("云溪县水利局关于2022年度政府信息公开工作情况的报告", WATER, 2022),
        ("云溪县水利局政府信息公开工作2022年度报告", WATER, 2022),
        ("2023年度云溪县水利局政府信息公开年度报告", WATER, 2023),
        ("二〇二三年云溪县水利局政府信息公开工作年度报告", WATER, 2023),
        ("云溪县水利局二○二三年度政府信息公开工作年度报告", WATER, 2023),
        ("云溪县水利局信息公开年报（2023）", WATER, 2023),
        ("云溪县水利局2023年政务公开年度报告", WATER, 2023),
        ("云溪县水利局2023年政府信息公开工作告年度报", WATER, 2023),
        ("云溪县水利局2023年政府信息公开工作年度报告.pdf", WATER, 2023),
        ("云溪县水利局2023年政府信息公开工作年度报告（附表）", WATER, 2023),
        ("云溪县水利局2023年政府信息公开工作年度报告[2024-01-20]", WATER, 2023),
        ("云溪县水利局2023年政府信息公开工作年度报告-云溪县人民政府", WATER, 2023),
        ("云溪县水利局2023年政府信息公开工作年度报告_政府信息公开_云溪县", WATER, 2023),
        ("《云溪县水利局2023年政府信息公开工作年度报告》", WATER, 2023),
        ("【政府信息公开年报】云溪县水利局2023年政府信息公开工作年度报告", WATER, 2023),
        ("（2023年）云溪县水利局政府信息公开工作年度报告", WATER, 2023),
        ("附件1：云溪县水利局2023年政府信息公开工作年度报告.doc", WATER, 2023),
        ("3.云溪县水利局2023年政府信息公开工作年度报告", WATER, 2023),
        ("首页>政府信息公开>年报>云溪县水利局2023年政府信息公开工作年度报告", WATER, 2023),
        ("关于发布云溪县2023年政府信息公开工作年度报告的公告", "云溪县", 2023),
        ("云溪县2023年政府信息公开工作年度报告", "云溪县", 2023),
        ("云溪县人民政府信息公开工作年度报告（2023年）", "云溪县人民政府", 2023),
        ("国家税务总局云溪县税务局2023年政府信息公开工作年度报告", "国家税务总局云溪县税务局", 2023),
        ("云溪县统计局2023年政府信息公开工作年度报告", "云溪县统计局", 2023),
        ("云溪县国防动员办公室2023年政府信息公开工作年度报告", "云溪县国防动员办公室", 2023),
        ("云溪县委机构编制委员会办公室2023年政府信息公开工作年度报告", "云溪县委机构编制委员会办公室", 2023),
        ("云溪县干部培训中心2023年政府信息公开工作年度报告", "云溪县干部培训中心", 2023),
        ("云溪县政务服务和会议接待中心2023年政府信息公开工作年度报告", "云溪县政务服务和会议接待中心", 2023),
        ("2023年政府信息公开工作年度报告", None, 2023),
        ("云溪县水利局政府信息公开工作年度报告", WATER, None),
        ("政府信息公开工作年度报告", None, None),
        ("本机关2023年政府信息公开工作年度报告", None, 2023),
    ],
)  # fmt: skip
def test_reports(text: str, agency: str | None, year: int | None) -> None:
    reading = read_title(text)
    assert reading.is_report_title
    assert (reading.agency, reading.year, reading.excluded) == (agency, year, None)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("图解：云溪县2023年政府信息公开工作年度报告", "图解"),
        ("图解云溪县水利局2023年政府信息公开工作年度报告", "图解"),
        ("【图解】云溪县水利局2023年政府信息公开工作年度报告", "图解"),
        ("一图读懂云溪县2023年政府信息公开工作年度报告", "一图读懂"),
        ("云溪县2023年政府信息公开工作年度报告解读", "解读"),
        ("云溪县水利局部署2023年政府信息公开工作年度报告", "部署"),
        ("云溪县召开2023年政府信息公开工作年度报告编制培训会", "召开"),
        ("关于做好2023年政府信息公开工作年度报告编制工作的通知", "通知"),
        ("云溪县2023年政府信息公开工作年度报告编制要点", "编制"),
        ("云溪县2023年政府工作报告", "政府工作报告"),
        ("云溪县水利局2023年法治政府建设年度报告", "法治政府建设"),
        ("云溪县水利局政府信息公开指南", "指南"),
        ("云溪县水利局政府信息公开目录", "目录"),
        ("云溪县2023年政府信息公开工作考核报告", "考核"),
        ("云溪县水利局2023年政府网站工作年度报表", "网站工作年度报表"),
    ],
)
def test_other_pages_are_told_by_a_word(text: str, word: str) -> None:
    reading = read_title(text)
    assert not reading.is_report_title
    assert reading.excluded == word


@pytest.mark.parametrize(
    "text",
    [
        "", "首页", "政府信息公开", "云溪县水利局2023年度财政决算", "云溪县城管局2023年度信息公开工作总结",
        "云溪县2023年国民经济和社会发展统计公报", "水利局年度报告",
    ],
)  # fmt: skip
def test_no_reports(text: str) -> None:
    assert not read_title(text).is_report_title


def test_two_years_are_no_year() -> None:
    assert read_year("2022年和2023年政府信息公开工作年度报告") is None
    assert read_year("云溪县2023年政府信息公开工作年度报告（2023年）") == 2023
    assert read_year("索引号1120231234") is None


def test_plain_title_keeps_what_is_no_site_name() -> None:
    assert (
        plain_title(" 云溪县 2023年政府信息公开年报 — 云溪县人民政府 ")
        == "云溪县2023年政府信息公开年报"
    )
    assert (
        plain_title("云溪-清河开发区2023年政府信息公开年报")
        == "云溪-清河开发区2023年政府信息公开年报"
    )


@pytest.mark.parametrize(
    "name", ["云溪县水利局", "云溪县人民政府办公室", "云溪镇", "云溪县水利局(盖章)"]
)
def test_names_of_bodies(name: str) -> None:
    assert is_body_name(name)


@pytest.mark.parametrize("line", ["2024年1月20日", "工作人员", "联系人:王某", "水利局2023", "局"])
def test_no_names_of_bodies(line: str) -> None:
    assert not is_body_name(line)


# --- Finding it on a page ---------------------------------------------------------


def find(*lines: str | Paragraph, title: str | None = None, meta: str | None = None) -> Title:
    blocks = tuple(x if isinstance(x, Paragraph) else Paragraph(x, "p") for x in lines)
    metas = (("ArticleTitle", meta),) if meta else ()
    document = Document("text/html", blocks, title=title, meta=metas)
    return find_title(document, flow(document), None)


def link(text: str, level: int = 0) -> Paragraph:
    return Paragraph(text, "p", level=level, link=True)


def test_title_in_one_line() -> None:
    found = find(
        "云溪县人民政府", f"{WATER}2023年政府信息公开工作年度报告", "一年来，我局依法公开。"
    )
    assert (found.text, found.end) == (f"{WATER}2023年政府信息公开工作年度报告", 2)


@pytest.mark.parametrize(
    "lines",
    [
        (WATER, "2023年政府信息公开工作年度报告"),
        (WATER, "2023年", "政府信息公开工作年度报告"),
        (f"{WATER}2023年政府信息公开", "工作年度报告"),
        (WATER, "2023年度", "政府信息公开工作", "年度报告"),
    ],
)
def test_title_over_several_lines(lines: tuple[str, ...]) -> None:
    found = find("网站首页", *lines, "本报告依法编制。")
    assert found.text == "".join(lines)
    assert found.reading is not None
    assert (found.reading.agency, found.reading.year) == (WATER, 2023)
    assert found.end == len(lines) + 1


def test_year_in_brackets_below() -> None:
    found = find(f"{WATER}政府信息公开工作年度报告", "（2023年）", "发布日期：2024-01-20")
    assert found.reading is not None
    assert found.reading.year == 2023


def test_dates_near_a_title_are_not_its_year() -> None:
    found = find("2024-01-20", f"{WATER}政府信息公开工作年度报告", "发布日期：2024-01-20")
    assert found.reading is not None
    assert found.reading.year is None
    assert found.text == f"{WATER}政府信息公开工作年度报告"


def test_words_above_do_not_join_a_whole_title() -> None:
    found = find("导航栏", "政务公开", f"{WATER}2023年政府信息公开工作年度报告")
    assert found.text == f"{WATER}2023年政府信息公开工作年度报告"


def test_links_are_titles_of_other_pages() -> None:
    others = [link(f"{WATER}{year}年政府信息公开工作年度报告") for year in (2022, 2021, 2020)]
    found = find(*others, f"{WATER}2023年政府信息公开工作年度报告", *others)
    assert found.text == f"{WATER}2023年政府信息公开工作年度报告"
    assert find(*others).text is None


def test_a_first_heading_may_be_a_link_to_itself() -> None:
    found = find(link(f"{WATER}2023年政府信息公开工作年度报告", level=1))
    assert found.is_report


def test_way_to_the_page_is_no_title() -> None:
    found = find(
        "当前位置：首页 > 年报 > 云溪县财政局2021年政府信息公开工作年度报告",
        f"{WATER}2023年政府信息公开工作年度报告",
    )
    assert found.text == f"{WATER}2023年政府信息公开工作年度报告"


def test_meta_and_page_title_serve_where_the_text_has_none() -> None:
    named = f"{WATER}2023年政府信息公开工作年度报告"
    assert find("一年来，我局依法公开。", meta=named).text == named
    assert find("一年来，我局依法公开。", title=f"{named}-云溪县人民政府").text == named


def test_title_without_body_gives_way_to_one_that_names_it() -> None:
    named = f"{WATER}2023年政府信息公开工作年度报告"
    assert find("政府信息公开年报", title=named).text == named


def test_nothing_found() -> None:
    assert find().text is None
    assert find("云溪县水利局召开工作会议").excluded == "召开"
