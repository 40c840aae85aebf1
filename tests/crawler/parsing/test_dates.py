"""Dates: in text, in addresses, on pages; each only where it says when a page was published."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.documents.html.reader import read_html
from crawler.parsing.dates import find_dates, only_date, page_dates, url_date
from storage.domain import DateEvidence
from storage.vocab import DatePrecision, DateSource

JAN_20 = date(2024, 1, 20)


@pytest.mark.parametrize(
    "text",
    [
        "2024年1月20日", "2024-01-20", "2024/1/20", "2024.01.20", "2024 年 1 月 20 日", "２０２４年１月２０日",
        "二〇二四年一月二十日", "二○二四年一月二十日", "二零二四年一月二十日", "2024-01-20 10:31:05", "[2024-01-20]",
    ],
)  # fmt: skip
def test_ways_to_write_a_day(text: str) -> None:
    assert find_dates(text) == [JAN_20]


@pytest.mark.parametrize(
    "text",
    [
        "2024年1月",
        "2024-13-20",
        "2024-02-30",
        "120240120",
        "1月20日",
        "2024-01-201",
        "二〇二四年",
        "",
    ],
)
def test_no_days(text: str) -> None:
    assert find_dates(text) == []


def test_several_days_in_order() -> None:
    assert find_dates("自2023年1月1日至二〇二三年十二月三十一日，2024-01-20发布") == [
        date(2023, 1, 1),
        date(2023, 12, 31),
        JAN_20,
    ]


def test_only_date() -> None:
    assert only_date("云溪县水利局2024年1月20日") == (JAN_20, "云溪县水利局")
    assert only_date("二〇二四年一月二十日") == (JAN_20, "")
    assert only_date("2024年1月20日至2024年1月21日") is None
    assert only_date("云溪县水利局") is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.example/zfxxgk/202401/t20240120_123.html", JAN_20),
        ("http://a.example/art/2024/1/20/art_12_345.html", JAN_20),
        ("http://a.example/2024/01-20/123.html", JAN_20),
        ("http://a.example/2024/0120/c12.html", JAN_20),
        ("http://a.example/20240120/i12.html", JAN_20),
        ("http://a.example/columns/ab/202401/20/ab.html", JAN_20),
        ("http://a.example/2024-01-20/1.html", JAN_20),
    ],
)
def test_addresses_that_tell_a_day(url: str, day: date) -> None:
    found = url_date(url)
    assert found is not None
    assert (found.source, found.day, found.precision) == (DateSource.URL, day, DatePrecision.DAY)
    assert found.quote is not None
    assert found.quote in url


@pytest.mark.parametrize(
    "url",
    ["http://a.example/zfxxgk/202401/0123456789abcdef.shtml", "http://a.example/2024/1/x.html"],
)
def test_addresses_that_tell_a_month(url: str) -> None:
    found = url_date(url)
    assert found is not None
    assert (found.day, found.precision) == (date(2024, 1, 1), DatePrecision.MONTH)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/col/col20240/index.html",
        "http://a.example/info/1024/20240120.htm",
        "http://a.example/t20241320_1.html",
        "http://20240120.example/x.html",
        "http://a.example/x?d=/20240120/",
        "not an address",
    ],
)
def test_addresses_that_tell_nothing(url: str) -> None:
    assert url_date(url) is None


# --- Pages --------------------------------------------------------------------


def dates(body: str, head: str = "", body_start: int | None = None) -> list[tuple[str, date]]:
    document = read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode())
    start = len(document.blocks) if body_start is None else body_start
    return [(d.source.value, d.day) for d in page_dates(document, start)]


PAGE = [("page", JAN_20)]


@pytest.mark.parametrize(
    "line",
    [
        "<p>发布时间：2024-01-20</p>",
        "<p>发布日期： 2024年1月20日　来源：县水利局　浏览次数：31</p>",
        "<p>公开日期</p><p>2024-01-20</p>",
        "<div><span>时间：</span><span>2024-01-20 09:12</span></div>",
        "<p>信息来源：云溪县统计局 发布时间：2024-01-20</p>",
        "<table><tr><td>索引号</td><td>1</td></tr><tr><td>发布日期</td><td>2024-01-20</td></tr></table>",
        "<publishtime>发布于：2024-01-20</publishtime>",
        "<p>[2024-01-20]</p>",
    ],
)
def test_visible_dates(line: str) -> None:
    assert dates(f"<h1>年度报告</h1>{line}") == PAGE


@pytest.mark.parametrize(
    "line",
    [
        "<p>今天是2024年1月20日 星期六</p>",
        "<p>页面生成时间：2024-01-20</p>",
        "<p>成文日期：2024-01-20</p>",
        "<p>统计日期：2024-01-20</p>",
        "<p>本报告统计期限为2023年1月1日至2023年12月31日。</p>",
        "<ul><li><a href=/1.html>水库公告</a> 2024-01-20</li></ul>",
        "<p>2024-01-20</p><p>2024-01-21</p>",
        "<p style='display:none'>发布时间：2024-01-20</p>",
    ],
)
def test_dates_that_are_no_publication(line: str) -> None:
    assert dates(f"<h1>年度报告</h1>{line}") == []


def test_meta_dates() -> None:
    head = '<meta name="PubDate" content="2024-01-20 09:00"><meta name="date" content="2020-05-05">'
    assert dates("<p>正文</p>", head) == [("meta", JAN_20)]


def test_dates_inside_the_report_never_count() -> None:
    body = (
        "<h1>年度报告</h1><p>发布时间：2024-01-20</p><p>一、总体情况</p><p>发布时间：2023-05-05</p>"
    )
    assert dates(body, body_start=2) == PAGE


def test_all_evidence_is_kept_once() -> None:
    head = '<meta name="PubDate" content="2024-02-14">'
    found = dates("<p>发布时间：2024-01-20</p><p>发布时间：2024-01-20</p>", head)
    assert found == [("meta", date(2024, 2, 14)), ("page", JAN_20)]


def test_evidence_quotes_the_page() -> None:
    document = read_html("<p>发布时间：2024-01-20 来源：办公室</p>".encode())
    (found,) = page_dates(document, 1)
    assert isinstance(found, DateEvidence)
    assert found.quote == "发布时间：2024-01-20 来源：办公室"
