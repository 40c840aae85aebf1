"""What is read out of scripts: literals, addresses put together, numbered questions."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from spiders.lists import choose, mechanisms
from spiders.lists.flip_book import first_page
from spiders.lists.js_literals import NoLiteral, literal
from spiders.lists.numbered import count_at, following, number_of, rows_at, with_number
from spiders.lists.script_calls import calls
from spiders.lists.script_values import value
from spiders.page import Page
from spiders.query import JSON, Query

SIGN = re.compile(r"/api/list\b")
MINE = (
    "ucap_search", "gkmlpt", "vsb", "longxun", "openness", "nb_year", "fujian_search", "epoint",
    "static_json", "truecms", "eportal", "flip_book",
)  # fmt: skip


def page(body: str, url: str = "http://h.example/nb/") -> Page:
    return Page(url, f"<html><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{a: 1, 'b': [1, 2,], \"c\": {d: null}}", {"a": 1, "b": [1, 2], "c": {"d": None}}),
        ("{n: -3.5, t: !0, f: !1, u: undefined}", {"n": -3.5, "t": True, "f": False, "u": None}),
        (r"{s: 'it\'s \u5e74', u: `a${x}b`}", {"s": "it's 年", "u": "a{x}b"}),
        ("{p: page, q: f(1, {a: 2}).g, s: 'a' + b, r}", {"p": "{page}", "q": "{f(1, {a: 2}).g}", "s": "{'a' + b}", "r": "{r}"}),
        ("{go: function(x){ return {y: 1}; }, z(){ }, k: 2} tail", {"go": "{function(x){ return {y: 1}; }}", "z": 0, "k": 2}),
        ("[/* one */ 1, // two\n 2]", [1, 2]),
    ],
)  # fmt: skip
def test_literals_of_scripts(text: str, found: object) -> None:
    if isinstance(found, dict) and "z" in found:
        read, _ = literal(text, 0)
        assert {k: v for k, v in read.items() if k != "z"} == {
            k: v for k, v in found.items() if k != "z"
        }
        return
    assert literal(text, 0)[0] == found


@pytest.mark.parametrize(
    "text", ["", "{", "{a", "{a:'x", "[1,", "{" * 200, "[" * 200, ")", "{a:)}"]
)
def test_what_is_no_literal_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NoLiteral):
        literal(text, 0)


@pytest.mark.parametrize(
    ("script", "url", "body"),
    [
        ("var u = '/api/list?id=7&page=' + n + '&size=9';", "/api/list?id=7&page=2&size=9", None),
        ("$.get(host + '/api/list', {id: col, page: p, pageSize: s}); var col = 'x1', host = '/app'",
         "/app/api/list?id=x1&page=2&pageSize=20", None),
        ("$.ajax({type: 'POST', data: {id: 5, page: p}, url: '/api/list'})", "/api/list", b"id=5&page=2"),
        ("$.ajax({url: '/api/list', data: q, type: \"post\"}); var q = {page: 1, id: $('#c').val()}",
         "/api/list", b"page=2&id=c9"),
        ("axios.post(`/api/list`, {page: 1, where: 'a=' + col}); const col = 3", "/api/list",
         b'{"page": 2, "where": "a=3"}'),
        ("axios.post('/api/list', qs.stringify({page: 1, id: 5}))", "/api/list", b"page=2&id=5"),
        ("fetch('/api/list', {method: 'post', body: JSON.stringify({q: {page: 1}})})", "/api/list",
         b'{"q": {"page": 2}}'),
        ("$.ajax({url: '/x', data: {a: 1}}); $.getJSON('/api/list?page=1', f)", "/api/list?page=2", None),
        ("$('#l').load('/api/list?a=1&currentPage=' + i)", "/api/list?a=1&currentPage=2", None),
    ],
)  # fmt: skip
def test_calls_of_scripts(script: str, url: str, body: bytes | None) -> None:
    listing = page(f"<input id='c' value='c9'><script>{script}</script>")
    found = calls(listing, SIGN)
    assert len(found) == 1, found
    query = found[0].query(listing, 2, 20)
    assert query and (query.url, query.body) == (f"http://h.example{url}", body)


@pytest.mark.parametrize(
    "script",
    ["// $.get('/api/list')", "/* $.get('/api/list') */", "<!-- '/api/list' -->", "x = /api/list"],
)
def test_calls_that_are_commented_out_are_none(script: str) -> None:
    assert calls(page(f"<script>\n{script}\n</script>"), SIGN) == ()


def test_an_address_that_only_the_script_knows_is_no_question() -> None:
    listing = page("<script>$.get(dir() + 'a' + '/api/list' + now() + '/x?page=' + p)</script>")
    assert [c.query(listing, 1) for c in calls(listing, SIGN)] == [None]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<script>var channelId = 'a1'</script>", "a1"),
        ("<script>var channelId = cfg.no, cfg = {no: 77}</script>", "77"),
        ("<meta name='channelid' content='m1'>", "m1"),
        ("<input type=hidden name=channelId value=i1>", "i1"),
        ("<div data-channelid='d1'></div>", "d1"),
        ("<script>if (channelId == 'x') go()</script>", None),
        ("<script>var channelId = ''</script>", ""),
    ],
)
def test_parameters_of_a_page(markup: str, found: str | None) -> None:
    assert value(page(markup), "channelId") == found


def test_references_without_semicolon_are_parts_of_addresses() -> None:
    listing = page("<script>$.get('/api/list?a=1&currentPage=1&copy=2&amp;reg=3')</script>")
    query = calls(listing, SIGN)[0].query(listing, 3)
    assert query and query.url.endswith("?a=1&currentPage=3&copy=2&reg=3")


def test_numbered_questions() -> None:
    get = Query("http://h.example/a?x=%E5%B9%B4&page=1&s=2")
    form = Query("http://h.example/a", b"x=1&pageNo=1")
    posted = Query("http://h.example/a", b'{"params": {"pageIndex": 1, "k": "v"}}', JSON)
    assert [number_of(q) for q in (get, form, posted, Query("http://h.example/a"))] == [
        1,
        1,
        1,
        None,
    ]
    assert with_number(get, 3).url == "http://h.example/a?x=%E5%B9%B4&page=3&s=2"
    assert with_number(form, 3).body == b"x=1&pageNo=3"
    assert json.loads(with_number(posted, 3).body or b"")["params"] == {"pageIndex": 3, "k": "v"}
    assert [number_of(q) for q in following(get, 41, 20)] == [2, 3]
    assert following(with_number(get, 2), 41, 20) == []
    assert following(get, 0, 0) == following(None, 9, 3) == following(get, None, 5) == []


def test_answers_are_read_by_paths() -> None:
    found = {"Data": json.dumps({"total": " 12 ", "rows": [{"a": 1}, 5, None]}), "n": -1, "b": True}
    assert rows_at(found, "x", "data.rows") == [{"a": 1}]
    assert rows_at(found, "data", "data.total") is None
    assert (count_at(found, "n", "data.total"), count_at(found, "n", "b")) == (12, None)
    assert rows_at([{"a": 1}], "") == [{"a": 1}]


@pytest.mark.parametrize("name", MINE)
def test_mechanisms_bear_empty_and_broken_answers(name: str) -> None:
    mechanism = mechanisms()[name]
    signs = "/common/search/ _CONFIG={SID:'1',TREE:[ getgovinfolist nbYear= /fjdzapp/search getMessage.do ui?currentPage=2"
    for text in (
        "",
        "{",
        "[[",
        "null",
        "<li>",
        "\x00",
        f"<script>'{signs}",
        '{"data": [1, {}], "total": "x"}',
    ):
        for asked in (
            None,
            Query("http://h.example/a?page=1"),
            Query("http://h.example/a", b'{"a":1}', JSON),
        ):
            broken = Page("http://h.example/", text.encode(), asked=asked)
            assert mechanism.entries(broken) == []
            mechanism.next_requests(broken)
            mechanism.extent(broken)
            if signs[:9] not in text:
                assert mechanism.fingerprint(broken) == 0


@pytest.mark.parametrize(
    "body",
    [
        "<form action='/common/search/'><input name='searchWord'></form>",
        "<script>$.get('/common/search/a1?searchWord=' + w)</script>",
        "<a href='/nb/2.htm'>第二篇</a><li id='line_u5_0'><a href='/x/1.htm'>x</a></li>",
        "<a title='2023年政府信息公开年报' href='/a?title=x'>x</a>",
        "<script>var _CONFIG = {SID: '3'}</script>",
        "<p>见 files 目录</p>",
    ],
)
def test_pages_that_only_look_alike(body: str) -> None:
    listed = (
        "<ul><li><a href='a.html'>楸县教育局2023年政府信息公开工作年度报告</a> 2024-01-20</li></ul>"
    )
    assert choose(page(listed + body)).name in {"plain_list", "link_pager"}


def test_a_printed_list_with_links_to_its_pages_needs_no_interface() -> None:
    listed = (
        "<ul><li><a href='a.html'>楸县教育局2023年政府信息公开工作年度报告</a> 2024-01-20</li></ul>"
    )
    box = "<script>$.get('/common/search/0123456789abcdef?_isJson=true&page=1')</script>"
    pager = "<div><a href='nb_2.html'>下一页</a></div>"
    assert choose(page(listed + pager + box)).name == "link_pager"
    assert choose(page(listed + box)).name == "ucap_search"


def test_the_epoch_that_is_eight_hours_off_is_no_date() -> None:
    row = {
        "title": "楸县2023年政府信息公开工作年度报告",
        "url": "//h.example/1.shtml",
        "publishedTime": 1705852800000,
    }
    answers = [
        Page("http://h.example/s", json.dumps({"data": {"total": 1, "results": [r]}}).encode(), asked=Query("http://h.example/s?page=1"))
        for r in (row, row | {"publishedTimeStr": "2024-01-22 00:30:00"})
    ]  # fmt: skip
    found = [mechanisms()["ucap_search"].entries(a)[0] for a in answers]
    assert [e.date for e in found] == [None, date(2024, 1, 22)]
    assert found[0].url == "http://h.example/1.shtml"


@pytest.mark.parametrize(
    ("url", "markup"),
    [
        ("http://h.example:88/b/files/basic-html/page7.html", "<p>第七页</p>"),
        ("http://h.example:88/b/index.html", "<script src='mobile/javascript/main.js'></script>"),
        ("http://h.example:88/b/", "<a href='files/basic-html/index.html'>简易版</a>"),
    ],
)
def test_a_book_is_listed_once_by_its_first_page(url: str, markup: str) -> None:
    book = page(markup, url)
    first = "http://h.example:88/b/files/basic-html/page1.html"
    assert first_page(book) == first
    assert choose(book).name == "flip_book"
    assert [e.url for e in choose(book).entries(book)] == [first]
