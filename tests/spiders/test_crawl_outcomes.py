"""What a run vouches for: walls, dead ends and doubts, each on a portal of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spiders.served import Answer, Route, Site, World, agency, page, portal, report

HOME = page(
    "门户首页",
    "<p>欢迎访问本县门户网站，这里有政务公开和办事指南等内容。</p><a href='/nb/'>政府信息公开年报</a>",
)
EDU, COURT = "枣县教育局", "枣县司法局"


def title(name: str, year: int) -> str:
    return f"{name}{year}年政府信息公开工作年度报告"


def item(name: str, year: int, url: str) -> str:
    return f"<li><a href='{url}'>{title(name, year)}</a><span>{year + 1}-01-22</span></li>"


def column(items: str, after: str = "") -> str:
    return page("政府信息公开年报", f"<ul class='list'>{items}</ul>{after}")


ONE = item(EDU, 2023, "/e23.html")
PAGER = "<script>createPageHTML(3,0,'index','html');</script>"


def base(**routes: Route) -> dict[str, Route]:
    """Home, a column with one report, and what is given by keyword (/ written as _)."""
    return {"/": HOME, "/nb/": column(ONE), "/e23.html": report(EDU, 2023)} | {
        "/" + k: v for k, v in routes.items()
    }


def paged(second: Route, third: Route) -> dict[str, Route]:
    return base() | {
        "/nb/": column(ONE, PAGER),
        "/nb/index_1.html": second,
        "/nb/index_2.html": third,
        "/e22.html": report(EDU, 2022),
        "/e21.html": report(EDU, 2021),
    }


SECOND, THIRD = (
    column(item(EDU, 2022, "/e22.html"), PAGER),
    column(item(EDU, 2021, "/e21.html"), PAGER),
)
CHALLENGE = Answer("<script>$_ts=window['$_ts'];eval(1)</script>", 412)
WAF = page("访问被拦截", "<p>您的访问被拦截，事件编号 17</p>")
NOT_THERE = page(
    "提示", f"<div>{'<a href=/x>栏目</a>' * 90}</div><p>您访问的页面不存在或已删除</p>"
)

PORTALS: dict[str, dict[str, Route]] = {
    "whole": paged(SECOND, THIRD),
    "wall": {"/": CHALLENGE},
    "waf200": base() | {"/nb/": WAF},
    "captcha": base() | {"/nb/": page("安全验证", "<p>请拖动滑块完成验证</p>")},
    "wall_on_page_2": paged(CHALLENGE, THIRD),
    "page_2_is_404": paged(Answer("", 404), THIRD),
    "page_2_repeats": paged(column(ONE, PAGER), THIRD),
    "page_2_is_soft_404": paged(NOT_THERE, THIRD),
    "page_2_is_a_stub": paged(page("", "<script>x()</script>"), THIRD),
    "page_2_hangs": paged(Answer(SECOND, wait=4), THIRD),
    "total_not_reached": base() | {"/nb/": column(ONE, "<p>共 57 条记录 当前第 1 页</p>")},
    "next_by_script": base() | {"/nb/": column(ONE, "<div><a href='javascript:go(2)'>下一页</a></div>")},
    "pages_without_pager": base() | {"/nb/": column(ONE, "<p>第 1 页 共 4 页</p>")},
    "datastore": base() | {"/nb/": column(ONE, "<datastore><recordset></recordset></datastore>")},
    "empty": base() | {"/nb/": column("", "<p>共 0 条</p>")},
    "by_script": base() | {"/nb/": column("", "<script>$.post('/list.do', show)</script>")},
    "news_by_script": base() | {
        "/nb/": column("<li><a href='/n.html'>全县公开工作推进会召开</a> 2024-03-01</li>", "<script>$.get('/l')</script>")},
    "only_news": base() | {"/nb/": column("<li><a href='/n.html'>全县公开工作推进会召开</a> 2024-03-01</li>")},
    "no_column": {"/": page("门户首页", "<a href='/gk/'>政务公开</a>"), "/gk/": page("政务公开", "<p>机构职能</p>")},
    "column_is_home": base() | {"/nb/": HOME},
    "column_redirects_home": base() | {"/nb/": Answer("", 302, {"Location": "/"})},
    "redirect_loop": base() | {"/nb/": Answer("", 302, {"Location": "/nb/"})},
    "dead_link": base() | {"/e23.html": Answer("gone", 404)},
    "broken_server": base() | {"/e23.html": Answer("oops", 500)},
    "hangs": {"/": Answer(HOME, wait=4)},
    "robots_column": base() | {"/robots.txt": Answer("User-agent: *\nDisallow: /nb/", headers={"Content-Type": "text/plain"})},
    "robots_all": base() | {"/robots.txt": Answer("User-agent: *\nDisallow: /", headers={"Content-Type": "text/plain"})},
    "gzip_bomb": base(),
    "bad_gzip": base() | {"/nb/": Answer(b"no gzip", headers={"Content-Encoding": "gzip"})},
    "login": base() | {"/nb/": page("用户登录", "<form><input type='password'></form>")},
    "foreign_403": {"/": Answer(page("禁止", "<p>您所在地区无法访问</p>"), 403)},
    "plain_403": {"/": Answer("<h1>403 Forbidden</h1><hr>nginx", 403)},
    "mentions_captcha": base() | {"/e23.html": report(EDU, 2023, extra="新门户的登录页要求输入验证码，页面不存在的链接已清理。" * 3)},
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, dict[str, Any]], dict[str, Site]]]:
    import gzip

    folder = tmp_path_factory.mktemp("outcomes")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    bomb = gzip.compress(b"<html>" + b" " * 3_000_000)
    PORTALS["gzip_bomb"]["/nb/"] = Answer(bomb, headers={"Content-Encoding": "gzip"})
    sites = {name: Site(routes) for name, routes in PORTALS.items()}
    bodies = [agency(f"{n}-jyj", EDU, n) for n in sites] + [
        agency(f"{n}-sfj", COURT, n) for n in sites
    ]
    world = World(
        f"sqlite:///{database}", folder, bodies, [portal(n, s.url) for n, s in sites.items()]
    )
    results = world.crawl(DOWNLOAD_TIMEOUT=1.5, DOWNLOAD_MAXSIZE=2_000_000)
    yield world, results, sites
    world.close()
    for site in sites.values():
        site.close()


EXPECTED = {
    "whole": ("healthy", None),
    "wall": ("failed", "blocked"),
    "waf200": ("failed", "blocked"),
    "captcha": ("failed", "captcha"),
    "wall_on_page_2": ("partial", "blocked"),
    "page_2_is_404": ("partial", "http_4xx"),
    "page_2_repeats": ("partial", "list_incomplete"),
    "page_2_is_soft_404": ("partial", "soft_404"),
    "page_2_is_a_stub": ("partial", "list_incomplete"),
    "page_2_hangs": ("partial", "timeout"),
    "total_not_reached": ("partial", "list_incomplete"),
    "next_by_script": ("partial", "list_incomplete"),
    "pages_without_pager": ("partial", "list_incomplete"),
    "datastore": ("partial", "list_incomplete"),
    "empty": ("partial", "empty_column"),
    "by_script": ("partial", "empty_column"),
    "news_by_script": ("partial", "list_incomplete"),
    "only_news": ("healthy", None),
    "no_column": ("failed", "column_not_found"),
    "column_is_home": ("failed", "soft_404"),
    "column_redirects_home": ("failed", "soft_404"),
    "redirect_loop": ("failed", "redirect_loop"),
    "dead_link": ("healthy", "http_4xx"),
    "broken_server": ("healthy", "http_5xx"),
    "hangs": ("failed", "timeout"),
    "robots_column": ("failed", "robots"),
    "robots_all": ("failed", "robots"),
    "gzip_bomb": ("failed", "too_large"),
    "bad_gzip": ("failed", "decode"),
    "login": ("failed", "blocked"),
    "foreign_403": ("failed", "blocked"),
    "plain_403": ("failed", "http_4xx"),
    "mentions_captcha": ("healthy", None),
}


@pytest.mark.parametrize("name", PORTALS)
def test_outcome_and_problem(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]], name: str
) -> None:
    result = crawled[1][name]
    outcome, kind = EXPECTED[name]
    kinds = {p["kind"] for p in result["problems"]}
    assert result["outcome"] == outcome, result
    assert (kind in kinds) if kind else not kinds, result
    assert all(p["message"] for p in result["problems"])


def test_every_list_page_is_read(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]],
) -> None:
    world, results, _ = crawled
    assert world.found(portal="whole") == {("whole-jyj", y) for y in (2021, 2022, 2023)}
    column = results["whole"]["columns"][0]
    assert (column["how"], column["entries"], column["complete"]) == ("static_pager", 3, True)
    assert column["bodies"] == ["whole-jyj"]


@pytest.mark.parametrize("name", ["dead_link", "broken_server"])
def test_what_is_listed_but_unreachable_is_doubted_for_its_body_only(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]], name: str
) -> None:
    doubts = crawled[1][name]["unresolved"]
    assert [(d["agency"], d["year"]) for d in doubts] == [(f"{name}-jyj", 2023)]


def test_robots_keeps_the_column_unvisited(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]],
) -> None:
    assert crawled[2]["robots_column"].paths() == ["/"]
    assert crawled[2]["robots_all"].paths() == []


def test_a_silent_portal_is_not_asked_on_and_on(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]],
) -> None:
    assert len(crawled[2]["hangs"].log) <= 4


def test_the_crawler_is_honest_and_asks_for_fresh_pages(
    crawled: tuple[World, dict[str, dict[str, Any]], dict[str, Site]],
) -> None:
    headers = crawled[2]["whole"].log[-1].headers
    assert headers["User-Agent"].startswith("Nianbao/")
    assert headers["Cache-Control"] == "max-age=0"
