"""The six headings, whatever their wording; and what only looks like one."""

from __future__ import annotations

import pytest

from crawler.documents.document import Document, Grid, GridCell, Paragraph
from crawler.parsing.flow import flow
from crawler.parsing.headings import Heading, find_headings
from storage.vocab import SectionId

S1, S2, S3, S4, S5, S6 = SectionId


def headings(*lines: str | Paragraph) -> list[Heading]:
    blocks = tuple(x if isinstance(x, Paragraph) else Paragraph(x, "p") for x in lines)
    return find_headings(flow(Document("text/html", blocks)))


def ids(*lines: str | Paragraph) -> list[SectionId]:
    return [heading.id for heading in headings(*lines)]


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("一、总体情况", S1),
        ("一、 总体情况", S1),
        ("一.总体情况", S1),
        ("一，总体情况", S1),
        ("一 总体情况", S1),
        ("第一部分 总体情况", S1),
        ("第一部分总体情况", S1),
        ("第一章 总体情况", S1),
        ("1.总体情况", S1),
        ("**一、总体情况**", S1),
        ("## 一、总体情况", S1),
        ("　　一、总体情况：", S1),
        ("总体情况", S1),
        ("一、工作总体推进情况", S1),
        ("一、工作概述", S1),
        ("二、主动公开政府信息情况", S2),
        ("二、主动公开政府信息的情况", S2),
        ("主动公开政府信息情况", S2),
        ("三、收到和处理政府信息公开申请情况", S3),
        ("三、政府信息公开申请办理情况", S3),
        ("四、政府信息公开行政复议、行政诉讼情况", S4),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", S4),
        ("五、存在的主要问题及改进情况", S5),
        ("五、政府信息公开工作存在的主要问题及改进情况", S5),
        ("五、存在的主要问题及整改措施", S5),
        ("五、存在不足和下一步打算", S5),
        ("六、其他需要报告的事项", S6),
        ("六、其他需要报告事项", S6),
        ("六、需要说明的其他事项", S6),
    ],
)
def test_wordings(line: str, section: SectionId) -> None:
    assert ids(line) == [section]


@pytest.mark.parametrize(
    "line",
    [
        "（一）主动公开情况",
        "（二）依申请公开",
        "1.属于国家秘密",
        "3.其他",
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "四、结转下年度继续办理",
        "一是主动公开范围不够广",
        "五、附件",
        "因政府信息公开工作被申请行政复议、提起行政诉讼等六个部分组成，现将有关情况予以公布，接受社会各界监督",
        "其他",
        "总计",
    ],
)
def test_no_headings(line: str) -> None:
    assert ids(line) == []


def test_text_that_runs_on_in_the_heading_s_paragraph() -> None:
    (heading,) = headings("六、其他需要报告的事项。2023年，本局没有收取信息处理费。没有其他事项。")
    assert heading.text == "六、其他需要报告的事项。"
    assert heading.rest == "2023年，本局没有收取信息处理费。没有其他事项。"


def test_white_space_of_wrapped_source_does_not_cut_a_heading() -> None:
    (heading,) = headings(
        "五、存在的 主要问题及 改进情况。一是公开不够及时。" + "二是形式单一。" * 5
    )
    assert heading.id is S5
    assert heading.rest.startswith("一是")


def test_table_of_contents_gives_way_to_the_text() -> None:
    contents = ["一、总体情况……1", "二、主动公开政府信息情况……2"]
    found = headings(
        "一、总体情况", "二、主动公开政府信息情况", *contents,
        "一、总体情况", "全年公开信息四百余条，内容以防汛和供水为主。" * 3,
        "二、主动公开政府信息情况", "见下表，数据截至年底。" * 3,
    )  # fmt: skip
    assert [(h.id, h.index) for h in found] == [(S1, 4), (S2, 6)]


def test_links_are_marks_of_other_places() -> None:
    assert ids(Paragraph("一、总体情况", "p", link=True)) == []


def test_heading_in_a_table_row() -> None:
    cell = GridCell("二、主动公开政府信息情况", 0, 0, "t", colspan=4)
    grid = Grid(((cell,) * 4,), "t")
    (heading,) = find_headings(flow(Document("text/html", (grid,))))
    assert heading.id is S2


def test_numbering_that_begins_anew_inside_a_section() -> None:
    found = ids(
        "五、存在的主要问题及改进情况", "一、公开形式单一", "二、队伍不稳定",
        "六、其他需要报告的事项", "一、收费情况",
    )  # fmt: skip
    assert found == [S5, S6]
