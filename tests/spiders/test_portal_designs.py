"""Ten portals of different make, crawled together from their home pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spiders.served import Answer, Route, Site, World, agency, page, portal, report

YEARS = (2023, 2022, 2021)


def _name(prefix: str) -> str:
    return f"{prefix}县教育局"


def _reports(prefix: str, at: str = "/nb/{}.html", encoding: str = "utf-8") -> dict[str, Route]:
    return {
        at.format(y): Answer(
            report(_name(prefix), y).replace("utf-8", encoding).encode(encoding),
            headers={"Content-Type": "text/html"},
        )
        for y in YEARS
    }


def _title(prefix: str, year: int) -> str:
    return f"{_name(prefix)}{year}年政府信息公开工作年度报告"


def table_list(prefix: str) -> dict[str, Route]:
    """Tables for layout, upper-case tags, the date in a cell of its own, no class names."""
    rows = "".join(
        f"<TR><TD WIDTH=20>·</TD><TD><A HREF='/nb/{y}.html' TARGET=_blank>{_title(prefix, y)}</A></TD>"
        f"<TD>教育局</TD><TD>{y + 1}/1/2{y % 10}</TD></TR>"
        for y in YEARS
    )
    menu = "<TABLE><TR><TD><A HREF='/'>首页</A></TD><TD><A HREF=/gk/>政务公开</A></TD></TR></TABLE>"
    return {
        "/": page("门户", menu),
        "/gk/": page("政务公开", f"{menu}<A HREF='/gk/nb.htm'>信息公开年报</A>"),
        "/gk/nb.htm": page("信息公开年报", f"{menu}<TABLE><TBODY>{rows}</TBODY></TABLE>"),
        **_reports(prefix),
    }


def dl_list(prefix: str) -> dict[str, Route]:
    """A dl list behind a frameset page, addresses by onclick."""
    rows = "".join(
        f"<dt><a href='javascript:void(0)' onclick=\"openPage('/nb/{y}.html')\">{_title(prefix, y)}</a></dt>"
        f"<dd>[{y + 1}-01-2{y % 10}]</dd>"
        for y in YEARS
    )
    return {
        "/": page(
            "门户", "<ul><li><a href='/xx/'><img src=a.png alt='政府信息公开'></a></li></ul>"
        ),
        "/xx/": page("公开", "<div class='left-menu'><a href='/xx/nb/'>年报</a></div>"),
        "/xx/nb/": page("年报", "<iframe src='list.html' width=100%></iframe>"),
        "/xx/nb/list.html": page("list", f"<dl>{rows}</dl>"),
        **_reports(prefix),
    }


def gbk_base_href(prefix: str) -> dict[str, Route]:
    """GBK without a word of it in the header, base href, ./ addresses."""
    head = "<base href='/a/b/'>"
    rows = "".join(
        f"<li><span class='date'>{y + 1}-01-2{y % 10}</span><a href='./{y}.html'>{_title(prefix, y)}</a></li>"
        for y in YEARS
    )

    def gbk(text: str) -> Answer:
        return Answer(
            text.replace("utf-8", "gb2312").encode("gbk"), headers={"Content-Type": "text/html"}
        )

    return {
        "/": gbk(page("首页", "<div id='dh'><a href='a/b/'>信息公开</a></div>", "<base href='/'>")),
        "/a/b/": gbk(page("信息公开", "<p><a href='nb'>政府信息公开年度报告</a></p>", head)),
        "/a/b/nb": gbk(page("政府信息公开年度报告", f"<div><ul>{rows}</ul></div>", head)),
        **_reports(prefix, "/a/b/{}.html", "gbk"),
    }


def bare_links(prefix: str) -> dict[str, Route]:
    """No list markup at all: links, dates and line breaks; titles cut with the full one in @title."""
    rows = "".join(
        f"<a href='../nb/{y}.html' title='{_title(prefix, y)}'>{_title(prefix, y)[:12]}...</a> "
        f"{y + 1}年1月2{y % 10}日<br/>"
        for y in YEARS
    )
    return {
        "/": page("门户", "<a href='zwgk/zfxxgknb/'><img src='nb.png'></a>"),
        "/zwgk/zfxxgknb/": page(
            "政府信息公开年报", f"<a href='/'>首页</a> &gt; 年报<hr><div>{rows}</div>",
            "<script>location.protocol</script>",
        ),
        **{f"/zwgk/nb/{y}.html": r for y, r in zip(YEARS, _reports(prefix).values(), strict=True)},
    }  # fmt: skip


def uls_per_row(prefix: str) -> dict[str, Route]:
    """One ul per row and a meta refresh on the way."""
    rows = "".join(
        f"<ul class='row'><li class='t'><a href='/nb/{y}.html'>{_title(prefix, y)}</a></li>"
        f"<li class='d'>{y + 1}.01.2{y % 10}</li></ul>"
        for y in YEARS
    )
    return {
        "/": page("x", "", "<meta http-equiv='refresh' content='0;url=/cn/index.html'>"),
        "/cn/index.html": page("门户", "<a href='/cn/gk.html'>政务公开</a>"),
        "/cn/gk.html": page("政务公开", "<a href='/cn/nb.html'>政府信息公开工作年度报告</a>"),
        "/cn/nb.html": page("政府信息公开工作年度报告", f"<div class='rightcon'>{rows}</div>"),
        **_reports(prefix),
    }


def trs_pages(prefix: str) -> dict[str, Route]:
    """createPageHTML with a container, one report a page, sidebar on every page."""
    side = "<div class='hot'><ul><li><a href='/n/1.html'>要闻一则</a><span>2024-05-01</span></li></ul></div>"

    def listing(k: int) -> str:
        y = YEARS[k]
        item = f"<li><a href='../nb/{y}.html'>{_title(prefix, y)}</a><span>{y + 1}-01-2{y % 10}</span></li>"
        script = f"<script>createPageHTML('page_div',3,{k},'list','shtml',3);</script>"
        return page("年报", f"{side}<ul class='list'>{item}</ul><div id='page_div'></div>{script}")

    return {
        "/": page("门户", "<a href='/gkml/list.shtml'>公开年报</a>"),
        "/gkml/list.shtml": listing(0),
        "/gkml/list_1.shtml": listing(1),
        "/gkml/list_2.shtml": listing(2),
        **_reports(prefix),
    }


def count_page_from_two(prefix: str) -> dict[str, Route]:
    """countPage in a script; the second page is _2, as a link shows."""

    def listing(k: int) -> str:
        y = YEARS[k]
        item = (
            f"<li><a href='/nb/{y}.html'>{_title(prefix, y)}</a><b>({y + 1}-01-2{y % 10})</b></li>"
        )
        links = "<a href='index.html'>1</a><a href='index_2.html'>2</a>"
        script = f"<script>var countPage = 3;var currentPage = {k};</script>"
        return page("年报", f"<ul>{item}</ul><div>{links}</div>{script}")

    return {
        "/": page("门户", "<a href='/gk/index.html'>信息公开年报</a>"),
        "/gk/index.html": listing(0), "/gk/index_2.html": listing(1), "/gk/index_3.html": listing(2),
        **_reports(prefix),
    }  # fmt: skip


def next_links(prefix: str) -> dict[str, Route]:
    """Only 下一页, by query; the last page shows it dead."""

    def listing(k: int) -> str:
        y = YEARS[k]
        item = f"<div class='item'><h4><a href='/nb/{y}.html'>{_title(prefix, y)}</a></h4><p>{y + 1}-01-2{y % 10}</p></div>"
        follow = (
            f"<a href='?page={k + 2}'>下一页</a>" if k < 2 else "<a class='disabled'>下一页</a>"
        )
        return page("年报", f"<section>{item}</section><div class='fenye'>{follow}</div>")

    return {
        "/": page("门户", "<a href='/nb.do'>政府信息公开年报</a>"),
        "/nb.do": listing(0), "/nb.do?page=2": listing(1), "/nb.do?page=3": listing(2),
        **_reports(prefix),
    }  # fmt: skip


def year_folders(prefix: str) -> dict[str, Route]:
    """The column has one folder a year; one of them is the report itself."""
    links = "".join(f"<li><a href='/nb/{y}n/'>{y}年</a></li>" for y in YEARS)
    return {
        "/": page("门户", "<a href='/nb/'>政府信息公开年报</a>"),
        "/nb/": page("政府信息公开年报", f"<ul>{links}</ul>"),
        "/nb/2023n/": report(_name(prefix), 2023),
        **{
            f"/nb/{y}n/": page(f"{y}年", f"<ul><li><a href='/nb/{y}n/1.html'>{_title(prefix, y)}</a> {y + 1}-01-20</li></ul>")
            for y in (2022, 2021)
        },
        **{f"/nb/{y}n/1.html": report(_name(prefix), y) for y in (2022, 2021)},
    }  # fmt: skip


def agency_pages(prefix: str) -> dict[str, Route]:
    """No common column: the department's own page has one; titles without the body's name."""
    rows = "".join(
        f"<p><a href='{y}.html'>{y}年度政府信息公开工作年度报告</a><i>{y + 1}-01-2{y % 10}</i></p>"
        for y in YEARS
    )
    return {
        "/": page("门户", "<a href='/xxgk/'>政府信息公开</a>"),
        "/xxgk/": page("政府信息公开", f"<div><a href='/jyj/'>{_name(prefix)}</a> <a href='/czj/'>财政局</a></div>"),
        "/jyj/": page("部门", "<ul><li><a href='/jyj/zn/'>公开指南</a></li><li><a href='/jyj/nb/'>公开年报</a></li></ul>"),
        "/jyj/nb/": page("公开年报", f"<div id=c>{rows}</div>"),
        **{f"/jyj/nb/{y}.html": report(_name(prefix), y) for y in YEARS},
    }  # fmt: skip


DESIGNS = (
    table_list,
    dl_list,
    gbk_base_href,
    bare_links,
    uls_per_row,
    trs_pages,
    count_page_from_two,
    next_links,
    year_folders,
    agency_pages,
)
PLACES = dict(zip((d.__name__ for d in DESIGNS), "松柏桐枫榆槐柳桑梧楠", strict=True))


@pytest.fixture(scope="module")
def crawled(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, dict[str, Any]], dict[str, Site]]]:
    folder = tmp_path_factory.mktemp("designs")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {d.__name__: Site(d(PLACES[d.__name__])) for d in DESIGNS}
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"a-{n}", _name(PLACES[n]), f"p-{n}") for n in sites],
        [portal(f"p-{n}", site.url) for n, site in sites.items()],
    )
    yield world, world.crawl(), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", PLACES)
def test_every_design_is_read_to_its_end(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]], name: str
) -> None:
    world, results, sites = crawled
    result = results[f"p-{name}"]
    assert result["outcome"] == "healthy", (result, sites[name].paths())
    assert world.found(portal=f"p-{name}") == {(f"a-{name}", y) for y in YEARS}
    assert not result["unresolved"]


@pytest.mark.parametrize("name", PLACES)
def test_no_page_is_fetched_twice(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]], name: str
) -> None:
    paths = crawled[2][name].paths()
    assert len(paths) == len(set(paths)), paths


def test_columns_tell_whose_they_are_and_whose_reports_they_list(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]],
) -> None:
    own = crawled[1]["p-agency_pages"]["columns"][0]
    assert (own["agency"], own["bodies"]) == ("a-agency_pages", ["a-agency_pages"])
    common = crawled[1]["p-table_list"]["columns"][0]
    assert (common["agency"], common["bodies"]) == (None, ["a-table_list"])


def test_a_second_run_goes_the_same_way(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]],
) -> None:
    world, first, _ = crawled
    for name, result in world.crawl(now="2024-05-21T09:00:00+08:00").items():
        assert result["outcome"] == "healthy", (name, result)
        assert (result["reports_new"], result["reports_gone"]) == (0, 0)
        assert result["requests"] <= first[name]["requests"], name
        assert {c["url"] for c in result["columns"]} == {c["url"] for c in first[name]["columns"]}
