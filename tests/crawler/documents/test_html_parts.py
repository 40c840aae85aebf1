"""A report over several pages or files: read as one, and where its further pages are."""

from __future__ import annotations

import pickle
import re
from itertools import pairwise
from random import Random

import pytest

from crawler.parsing.reading import Part, Reading, read, read_parts
from spiders.samples.tables import to_html
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import ParseErrorCode
from tests.crawler.documents.html_forms import body_of
from tests.crawler.documents.office_files import docx, p, zipped
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import Sample, grids, page, plain, sample

_URL = "http://www.example.gov.cn/zfxxgk/nb/202401/t20240119_40213.html"


def _furnished(body: str, number: int, count: int) -> bytes:
    """A page of an article as portals print it."""
    menu = "".join(f"<li><a href=/c{i}>栏目名称{i}</a></li>" for i in range(12))
    pager = "".join(
        f"<span>{i + 1}</span>"
        if i == number
        else f"<a href='t20240119_40213{f'_{i}' if i else ''}.html'>{i + 1}</a>"
        for i in range(count)
    )
    return (
        f"<html><head><meta charset=utf-8><title>云溪市水利局</title></head><body><ul>{menu}</ul>"
        "<p>当前位置：<a href=/>首页</a> &gt; <a href=/nb>政府信息公开年报</a></p>"
        "<h1>云溪市水利局2023年政府信息公开工作年度报告</h1>"
        "<p>发布日期：2024-01-19 来源：云溪市水利局 字体：大 中 小</p>"
        f"<div id=zoom>{body}</div><div class=page>{pager}"
        f"<a href='t20240119_40213_{number + 1}.html'>下一页</a></div>"
        "<p>上一篇：<a href=1.html>关于印发某计划的通知</a></p>"
        "<div>主办：云溪市人民政府办公室 网站标识码3299990001 苏ICP备20001234号</div></body></html>"
    ).encode()


def _cut(made: Sample, rng: Random, count: int, *, inside: bool) -> list[Part]:
    """The sample's page cut between paragraphs; ``inside``: also between rows of a table."""
    body = re.sub(r"<h1>.*?</h1>\s*", "", body_of(page(made.report, rng)))
    pieces = re.split(r"(?<=</p>)\s*|(?<=</table>)\s*", body)
    if inside:
        table = next(i for i, piece in enumerate(pieces) if "自然人" in piece)
        rows = re.split(r"(?<=</tr>)", pieces[table])
        middle = len(rows) // 2
        head, rest = "".join(rows[:middle]) + "</table>", "<table>" + "".join(rows[middle:])
        bounds = [0, table + 1, len(pieces) + 1]
        pieces[table : table + 1] = [head, rest]
    else:
        bounds = [0, *sorted(rng.sample(range(3, len(pieces) - 2), count - 1)), len(pieces)]
    cut = ["".join(pieces[a:b]) for a, b in pairwise(bounds)]
    return [Part(_furnished(text, n, len(cut)), url=_URL) for n, text in enumerate(cut)]


def _same(reading: Reading, made: Sample) -> AnnualReport:
    report = reading.result
    assert isinstance(report, AnnualReport), report
    found = score(report, made.expected)
    assert len(found.right) == len(made.expected) and not found.invented, str(found)
    alone = read(_furnished(body_of(page(made.report, Random(1))), 0, 1)).result
    assert isinstance(alone, AnnualReport)
    assert [(s.id, s.text) for s in report.sections] == [(s.id, s.text) for s in alone.sections]
    assert (report.title, report.year, report.report_date, report.signatory) == (
        alone.title,
        alone.year,
        alone.report_date,
        alone.signatory,
    )
    return report


@pytest.mark.parametrize("seed", range(6))
def test_pages_of_an_article(seed: int) -> None:
    made, rng = sample(seed), Random(1)
    parts = _cut(made, rng, 2 + seed % 4, inside=False)
    _same(read_parts(parts), made)


def test_a_table_over_two_pages() -> None:
    made = sample(0)
    report = _same(read_parts(_cut(made, Random(1), 2, inside=True)), made)
    assert report.cell("table3", "new_received", "total").at.startswith("part[1]/table[2]/row[4]/")
    assert report.cell("table3", "carried_out", "total").at.startswith("part[2]/table[1]/row[")


def test_text_and_annexes_of_other_formats() -> None:
    made = sample(0)
    body = page(made.report, Random(1))
    text = re.sub(r"<table.*?</table>", "", body, flags=re.S)
    tables = "".join(f"<p>附件</p>{to_html(grid, str, {})}" for grid in grids(made.report)[1:])
    second = to_html(grids(made.report)[0], str, {})
    report = _same(
        read_parts([Part(text.encode()), Part(f"<p>{second}</p>".encode()), Part(tables.encode())]),
        made,
    )
    assert report.cell("table4", "review", "total").at.startswith("part[3]/")
    packed = zipped({"1 正文.html": text, "2 附件一.html": second, "3 附件二.html": tables})
    assert _cells(read(packed)) == len(made.expected)


def _cells(reading: Reading) -> int:
    assert isinstance(reading.result, AnnualReport), reading.result
    tables = (reading.result.table2, reading.result.table3, reading.result.table4)
    return sum(c.value is not None for t in tables for row in t.values() for c in row.values())


def test_the_same_report_attached_again_counts_once() -> None:
    made = sample(1)
    whole = page(made.report, Random(1)).encode()
    reading = read_parts([Part(whole, url=_URL), Part(plain(made.report).encode()), Part(whole)])
    report = _same(reading, made)
    assert {s.at.split("/")[0] for s in report.sections} == {"part[1]"}


def test_two_reports_are_not_one() -> None:
    parts = [Part(page(sample(n).report, Random(1)).encode()) for n in (0, 2)]
    failure = read_parts(parts).result
    assert isinstance(failure, ParseFailure) and failure.code is ParseErrorCode.UNSUPPORTED


def test_a_part_that_cannot_be_read() -> None:
    made = sample(0)
    parts = _cut(made, Random(1), 3, inside=False)
    failure = read_parts([*parts[:2], Part(b"%PDF-1.4 broken")]).result
    assert isinstance(failure, ParseFailure)
    assert failure.code is ParseErrorCode.UNREADABLE and "第 3 个部分" in failure.message
    report = read_parts([*parts, Part(b"%PDF-1.4 broken")]).result
    assert isinstance(report, AnnualReport)
    assert [i.code for i in report.issues] == ["DOC-UNREAD"]


def test_one_part_is_read_as_ever_and_none_is_told() -> None:
    data = page(sample(0).report, Random(0)).encode()
    assert read_parts([Part(data, url=_URL)]) == read(data, url=_URL)
    assert isinstance(read_parts([]).result, ParseFailure)
    other = read_parts(
        [
            Part(docx(p("关于召开某会议的通知，请按时参加"))),
            Part("<p>附件：参会人员名单</p>".encode()),
        ]
    )
    assert isinstance(other.result, ParseFailure)
    assert other.result.code is ParseErrorCode.NOT_A_REPORT


def test_a_reading_can_be_sent_to_another_process() -> None:
    reading = read_parts(_cut(sample(0), Random(1), 3, inside=False))
    assert pickle.loads(pickle.dumps(reading)) == reading


# --- Further pages ---------------------------------------------------------------------------

_BASE = "http://www.example.gov.cn/nb/202401/"


@pytest.mark.parametrize(
    ("url", "markup", "expected"),
    [
        ("t2024_123.html", "<a href='t2024_123_1.html'>2</a><a href='t2024_123_2.html'>3</a>",
         ["t2024_123_1.html", "t2024_123_2.html"]),
        ("content_123.shtml", "<a href='content_123_2.shtml'>下一页</a>", ["content_123_2.shtml"]),
        ("content_123_2.shtml", "<a href='content_123_3.shtml'>下一页</a>"
         "<a href='content_123.shtml'>1</a><a href='content_123_2.shtml'>2</a>",
         ["content_123_3.shtml"]),
        ("post_9.html", "<a href='post_9.html?page=2'>[2]</a>", ["post_9.html?page=2"]),
        ("show?id=7", "<a href='show?id=7&pageNo=2'>第2页</a><a href='show?id=8&pageNo=2'>2</a>",
         ["show?id=7&pageNo=2"]),
        ("t2024_123.html", "<script>createPageHTML(3, 0, \"t2024_123\", \"html\");</script>",
         ["t2024_123_1.html", "t2024_123_2.html"]),
        ("t2024_123.html", "<script>createPageHTML('page_div',3,1,'t2024_123','html',900);</script>",
         ["t2024_123_2.html"]),
        ("t2024_123.html", "<script>var countPage = 2//页\nvar currentPage = 0;"
         "document.write('<a href=\"'+'t2024_123'+'_'+i+'.html\">');</script>", ["t2024_123_1.html"]),
        ("t2024_123.html", "<script>createPageHTML(1,0,'t2024_123','html')</script>", []),
        ("t2024_123.html", "<a href='t2024_124.html'>下一篇</a><a href='t2024_122.html'>2</a>", []),
        ("t2024_123.html", "<a href='http://other.example.com/nb/202401/t2024_123_1.html'>2</a>", []),
        ("t2024_123.html", "<a href='../t2024_123_1.html'>2</a><a href='#2'>2</a>", []),
        ("t2024_123.html", "<a href='t2024_123_5.html'>2024年计划</a>", []),
        ("index.html", "<script>createPageHTML(3, 0, \"index\", \"html\");</script>", []),
        ("x.html", "<a href='http://[broken'>2</a>", []),
    ],
)  # fmt: skip
def test_further_pages(url: str, markup: str, expected: list[str]) -> None:
    data = f"<html><body><p>云溪市水利局</p>{markup}</body></html>".encode()
    assert read(data, url=_BASE + url).next_pages == tuple(_BASE + name for name in expected)
    assert read(data).next_pages == ()


def test_a_directory_that_is_the_article() -> None:
    pager = '<script>createPageHTML(2, 0, "index", "html");</script>'
    data = page(sample(0).report, Random(0), after=pager).encode()
    assert read(data, url=f"{_BASE}2023n/").next_pages == (f"{_BASE}2023n/index_1.html",)


def test_marks_where_a_script_cuts_pages_are_no_text() -> None:
    made = sample(0)
    source = page(made.report, Random(0)).replace("<table", "<p>#PAGE_BREAK#</p><table")
    report = read(source.encode()).result
    assert isinstance(report, AnnualReport)
    assert not any("PAGE_BREAK" in section.text for section in report.sections)
