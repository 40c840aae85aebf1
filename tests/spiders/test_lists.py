"""List mechanisms on pages of different make."""

from __future__ import annotations

from datetime import date

import pytest

from spiders.entries import is_column_label, looks_like_report
from spiders.lists import DuplicateMechanism, Extent, choose, mechanisms, register
from spiders.page import Page
from spiders.query import Query

ROW = (
    "<li><a href='a.html'>楸县教育局2023年政府信息公开工作年度报告</a><span>2024-01-20</span></li>"
)
LIST = f"<ul>{ROW}</ul>"


def page(body: str, url: str = "http://h.example/nb/") -> Page:
    return Page(url, f"<html><body>{body}</body></html>".encode())


def test_mechanisms_register_by_package_walk_and_duplicates_fail() -> None:
    found = mechanisms()
    assert {"static_pager", "link_pager", "plain_list"} <= set(found)
    with pytest.raises(DuplicateMechanism):
        register([*found.values(), found["plain_list"]])


@pytest.mark.parametrize("name", ["static_pager", "link_pager", "plain_list"])
def test_mechanisms_bear_empty_and_broken_pages(name: str) -> None:
    mechanism = mechanisms()[name]
    for text in ("", "<", "<table><tr><td>", "\x00", "<a href='http://[x'>x</a>" * 3):
        broken = Page("http://h.example/", text.encode())
        assert mechanism.entries(broken) == []
        assert mechanism.next_requests(broken) == []
        mechanism.extent(broken)


@pytest.mark.parametrize(
    ("script", "url", "following"),
    [
        ("createPageHTML(3,0,'index','html')", "/nb/", ["index_1.html", "index_2.html"]),
        ('createPageHTML("page_div", 3, 0, "list", "shtml", 44)', "/nb/list.shtml",
         ["list_1.shtml", "list_2.shtml"]),
        ("createPageHTML(2,1,'index','html')", "/nb/", ["index_2.html"]),
        ("var countPage = 3//共3页", "/nb/index.html", ["index_1.html", "index_2.html"]),
        ("var countPage=2; document.write('<a href=\"common_list_' + i + '.shtml\">')", "/nb/common_list.shtml",
         ["common_list_1.shtml"]),
        ("var pageCount = 2; w('index_' + (i+1) + '.html')", "/nb/index.html", ["index_2.html"]),
        ("createPageHTML(1,0,'index','html')", "/nb/", []),
        ("createPageHTML(3,1,'index','html')", "/nb/index_1.html", []),
    ],
)  # fmt: skip
def test_static_pager(script: str, url: str, following: list[str]) -> None:
    listing = page(f"{LIST}<script>{script}</script>", f"http://h.example{url}")
    mechanism = choose(listing)
    assert mechanism.name == "static_pager"
    asked = mechanism.next_requests(listing)
    assert len(asked) == min(len(following), 1)  # the others once it is known how they are named
    for query in asked:
        asked = [query, *mechanism.next_requests(Page(query.url, b"", asked=query))]
    assert [q.url for q in asked] == [f"http://h.example/nb/{f}" for f in following]


@pytest.mark.parametrize(
    ("pager", "following", "end"),
    [
        ("<a href='2.htm'>下一页</a>", ["2.htm"], None),
        ("<a href='2.htm'>下页</a><a href='9.htm'>尾页</a>", ["2.htm", "9.htm"], None),
        ("<b>1</b><a href='?p=2'>2</a><a href='?p=3'>3</a><a href='?p=2'>下一页</a>", ["?p=2", "?p=3"], None),
        ("<select onchange='go()'><option value='?p=1'>1</option><option value='?p=2'>2</option></select>"
         "<span>下一页</span>", ["?p=2"], None),
        ("<a href='#' onclick=\"location.href='/nb/2.html'\">下一页</a>", ["2.html"], None),
        ("<a href='javascript:go()'>下一页</a>", [], "脚本"),
        ("<span>首页</span><span>1</span><span>下一页</span>", [], None),
        ("<a>上一页</a><b>1</b><a href='javascript:;'>下一页</a>", [], None),
        ("<a class='disabled' href='javascript:;'>下一页</a>", [], None),
        ("<a href='javascript:go(1)'>下一页</a> 共 1 页", [], None),
    ],
)  # fmt: skip
def test_link_pager(pager: str, following: list[str], end: str | None) -> None:
    listing = page(f"{LIST}<div>{pager}</div>")
    mechanism = choose(listing)
    assert mechanism.name == "link_pager"
    assert mechanism.next_requests(listing) == [
        Query(f"http://h.example/nb/{f}") for f in following
    ]
    open_end = mechanism.extent(listing).open_end
    assert (end in open_end) if end and open_end else open_end is end


@pytest.mark.parametrize(
    ("words", "extent"),
    [
        ("共 4 页", Extent(4)),
        ("共57条记录", Extent(None, 57)),
        ("第1/3页 共 30 条", Extent(3, 30)),
        ("共 17 条", Extent(None, 17)),
        ("共 1 条", Extent()),
        ("本栏目共收录 3 项制度", Extent()),
    ],
)
def test_what_a_page_states(words: str, extent: Extent) -> None:
    told = choose(listing := page(f"{LIST}<p>{words}</p>")).extent(listing)
    assert (told.pages, told.total) == (extent.pages, extent.total)


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        ("<li><a href=a>楸县年报</a><span>[2024-01-20]</span></li>", date(2024, 1, 20)),
        ("<li><i>2024年1月20日</i><a href=a>楸县年报</a></li>", date(2024, 1, 20)),
        ("<li><a href=a>楸县年报</a>2024/1/20</li>", date(2024, 1, 20)),
        ("<li><a href=a>楸县年报 <b>2024.01.20</b></a></li>", date(2024, 1, 20)),
        ("<li><a href=a>楸县年报</a><span>01-20</span></li>", None),
        ("<li><a href=a>楸县年报</a><span>2024-13-45</span></li>", None),
        ("<li><a href=a>楸县年报</a></li>", None),
    ],
)
def test_dates_beside_titles(markup: str, day: date | None) -> None:
    listing = page(f"<ul>{markup}</ul>")
    assert [e.date for e in choose(listing).entries(listing)] == [day]


def test_navigation_is_no_list() -> None:
    menu = "<ul class='nav'><li><a href='/'>首页</a></li><li><a href='/nb/x'>政府信息公开年报</a></li></ul>"
    listing = page(f"{menu}{LIST}<div class='footer'><a href='/map'>网站地图</a></div>")
    assert [e.url for e in choose(listing).entries(listing)] == ["http://h.example/nb/a.html"]


def test_the_full_title_is_preferred_to_the_cut_one() -> None:
    row = "<li><a href=a title='楸县教育局2023年政府信息公开工作年度报告'>楸县教育局2023年政府…</a></li>"
    listing = page(f"<ul>{row}</ul>")
    assert choose(listing).entries(listing)[0].title == "楸县教育局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "name", ["年报", "政府信息公开年报", "部门信息公开年报", "政府信息公开工作年度报告"]
)
def test_names_of_columns_are_no_reports(name: str) -> None:
    assert is_column_label(name)
    assert not looks_like_report(name)


@pytest.mark.parametrize(
    "title",
    ["2023年年报", "楸县教育局年报", "2023年度报告", "关于2022年度政府信息公开工作情况的报告"],
)
def test_titles_that_may_be_reports(title: str) -> None:
    assert looks_like_report(title)
