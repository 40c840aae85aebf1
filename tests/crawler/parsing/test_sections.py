"""Sections: torn sentences joined, page furniture cut, tables left out."""

from __future__ import annotations

import pytest

from crawler.parsing.reading import read
from crawler.parsing.sections import join_torn
from storage.domain import AnnualReport
from storage.vocab import SectionId

TITLE = "云溪市水利局2023年政府信息公开工作年度报告"
HEADINGS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
PROSE = "本局依法公开水库调度、供水水质和工程建设信息，回应群众关切，接受社会监督。"


def of(last: str, *, first: str = PROSE, around: tuple[str, str] = ("", "")) -> AnnualReport:
    parts = [f"<p>{first}</p>", *(f"<p>{PROSE}</p>" for _ in HEADINGS[1:-1]), last]
    body = "".join(f"<p>{name}</p>{text}" for name, text in zip(HEADINGS, parts, strict=True))
    page = (
        f"<html><body>{around[0]}<div id=zoom><h1>{TITLE}</h1>{body}</div>{around[1]}</body></html>"
    )
    result = read(page.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def last_text(report: AnnualReport) -> str:
    section = report.section(SectionId.OTHER)
    assert section is not None
    return section.text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["进一步提升了全市政务公开工作水平；组织全市各行", "政机关参加学习。"],
         "进一步提升了全市政务公开工作水平；组织全市各行政机关参加学习。"),
        (["进一步提升了全市政务公开工作水平。", "组织学习。"], "进一步提升了全市政务公开工作水平。\n组织学习。"),
        (["（一）主动公开", "全年公开信息。"], "（一）主动公开\n全年公开信息。"),
        (["存在的主要问题是公开的形式还不够丰富多样，主要有", "一是图表少。"],
         "存在的主要问题是公开的形式还不够丰富多样，主要有\n一是图表少。"),
        (["存在的主要问题是公开的形式还不够丰富多样，主要有", "（一）图表少。"],
         "存在的主要问题是公开的形式还不够丰富多样，主要有\n（一）图表少。"),
        (["甲" * 30, "乙" * 30, "丙。"], "甲" * 30 + "乙" * 30 + "丙。"),
        ([], ""),
    ],
)  # fmt: skip
def test_torn_sentences(lines: list[str], text: str) -> None:
    assert join_torn(lines) == text


@pytest.mark.parametrize(
    "line",
    [
        "【打印】【关闭】", "打印本页", "上一篇：云溪市水利局2022年政府信息公开工作年度报告", "下一条：没有了",
        "主办单位：云溪市人民政府", "承办：云溪市大数据中心", "版权所有 云溪市人民政府", "网站标识码：3299990001",
        "苏ICP备20001234号", "扫一扫在手机打开当前页", "责任编辑：王某", "信息来源：水利局", "相关链接", "分享到：",
    ],
)  # fmt: skip
def test_furniture_behind_the_text_is_cut(line: str) -> None:
    found = of(f"<p>没有其他事项。</p><p>{line}</p><p>更多内容</p>")
    assert last_text(found) == "没有其他事项。"


@pytest.mark.parametrize(
    "line",
    [
        "承办人大代表建议五件、政协委员提案三件，均已答复。",
        "打印机耗材等政府采购信息一并公开。",
        "关闭企业自备井的信息已经公布。",
        "分享工作经验的文章刊登在政府公报。",
        "来源于群众的意见均已答复。",
    ],
)
def test_sentences_that_begin_like_furniture_stay(line: str) -> None:
    assert last_text(of(f"<p>没有收费。</p><p>{line}</p>")) == f"没有收费。\n{line}"


def test_furniture_in_the_middle_of_a_report_is_text() -> None:
    found = of("<p>没有其他事项。</p>", first="来源广泛的信息")
    assert found.sections[0].text == "来源广泛的信息"


def test_what_stands_outside_the_report_s_container_is_left_out() -> None:
    around = (
        "<div class=nav><p>本站提供全市政府信息公开服务，欢迎广大群众查阅使用并提出意见建议。</p></div>",
        "<div class=foot><p>云溪市水利局办公室地址在人民路一号，邮政编码000000。</p></div>",
    )
    found = of("<p>没有其他事项。</p>", around=around)
    assert last_text(found) == "没有其他事项。"
    assert found.preface == ""


def test_entries_of_lists_behind_the_text_are_left_out() -> None:
    links = "".join(f"<p><a href=/{i}.html>关于第{i}号工程的公告</a></p>" for i in range(6))
    assert last_text(of(f"<p>没有其他事项。</p>{links}")) == "没有其他事项。"


def test_tables_of_other_kinds_stay_in_the_text() -> None:
    table = "<table><tr><td>项目</td><td>数量</td></tr><tr><td>提案</td><td>三件</td></tr></table>"
    assert (
        last_text(of(f"<p>办理情况如下：</p>{table}")) == "办理情况如下：\n项目\t数量\n提案\t三件"
    )


# --- The body reaches from the title to the signature, wherever the sections stand --------------

LIST = "".join(f"<dt>{name}</dt><dd>{PROSE}</dd>" for name in HEADINGS)
PREFACE = "本报告由云溪市水利局按照政府信息公开条例编制，所列数据期限为2023年1月1日至12月31日。"


def whole(before: str, after: str) -> AnnualReport:
    page = f"<html><body><div><h1>{TITLE}</h1>{before}<dl>{LIST}</dl>{after}</div></body></html>"
    result = read(page.encode()).result
    assert isinstance(result, AnnualReport), result
    return result


def test_preface_and_signature_outside_the_element_of_the_sections() -> None:
    found = whole(f"<p>{PREFACE}</p>", "<p>云溪市水利局</p><p>2024年1月12日</p><p>【打印】</p>")
    assert found.preface == PREFACE
    assert (found.signatory, str(found.report_date)) == ("云溪市水利局", "2024-01-12")
    assert last_text(found) == PROSE


@pytest.mark.parametrize(
    "after",
    [
        "<p>2024年1月12日</p>",
        "<p>版权所有</p><p>云溪市水利局</p><p>2024年1月12日</p>",
        "<p><a href=/a.html>云溪市水利局</a></p><p>2024年1月12日</p>",
        "<table><tr><td>云溪市水利局<td>2024年1月12日<td>晴</table>",
        "<p>云溪市水利局</p><p>2024年1月12日</p><p>会议强调，要继续推进各项水利工程建设。</p>",
    ],
)
def test_what_stands_behind_the_sections_is_no_signature(after: str) -> None:
    found = whole("", after)
    assert (found.signatory, found.report_date) == (None, None)
    assert last_text(found) == PROSE


@pytest.mark.parametrize(
    "before",
    ["<p>温馨提示：本网站支持无障碍浏览。点击右上角按钮即可切换。</p>",
     "<p><a href=/x>关于政府信息公开条例施行若干问题的解读。</a></p>", "<p>来源：云溪市水利局办公室 浏览次数：123</p>"],
)  # fmt: skip
def test_what_stands_before_the_sections_is_no_preface(before: str) -> None:
    assert whole(before, "").preface == ""
