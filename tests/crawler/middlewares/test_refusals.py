"""Portals that refuse: robots.txt that fails, cookie loops, empty answers; and no Chromium at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

BODY = "楠县教育局"
ROW = f"<li><a href='/r.html'>{BODY}2023年政府信息公开工作年度报告</a> 2024-01-20</li>"
LIST = page("政府信息公开年报", f"<ul>{ROW}</ul>")
TEXT = {"Content-Type": "text/plain"}


def site(**routes: Route) -> dict[str, Route]:
    return {
        "/": page("门户", "<p>本县门户</p><a href='/nb/'>政府信息公开年报</a>"),
        "/nb/": LIST,
        "/r.html": report(BODY, 2023),
    } | {f"/{path.replace('_txt', '.txt')}": route for path, route in routes.items()}


def busy_once() -> Route:
    asked: list[Seen] = []

    def answer(seen: Seen) -> Answer:
        asked.append(seen)
        return (
            Answer("", 503) if len(asked) == 1 else Answer("User-agent: *\nAllow: /", headers=TEXT)
        )

    return answer


def loops(seen: Seen) -> Answer:
    count = seen.headers.get("Cookie", "n=0").rpartition("=")[2]
    return Answer("", 302, {"Location": seen.path, "Set-Cookie": f"n={int(count) + 1}; Path=/"})


PORTALS: dict[str, dict[str, Route]] = {
    "robots_500": site(robots_txt=Answer("<h1>500</h1>", 500)),
    "robots_429": site(robots_txt=Answer("", 429)),
    "robots_busy_once": site(robots_txt=busy_once()),
    "robots_404_page": site(robots_txt=Answer("User-agent: *\nDisallow: /", 404)),
    "robots_403": site(robots_txt=Answer("no", 403)),
    "robots_is_a_page": site(robots_txt=page("首页", "<p>Disallow: /</p>")),
    "cookie_loop": {**site(), "/": loops},
    "empty_home": {**site(), "/": ""},
    "empty_list": {**site(), "/nb/": "  \n"},
    "empty_report": {**site(), "/r.html": Answer("", 200)},
    "waiting_room": {
        **site(),
        "/": "<html><title>请稍候</title><body>正在进行安全检测，请稍候…<script>check()</script></body></html>",
    },
    "sent_to_challenge": {
        **site(),
        "/nb/": "<meta http-equiv='refresh' content='0;url=/waf/captcha?u=1'>",
        "/waf/captcha?u=1": page("x", "<p>请完成验证</p>"),
    },
    "by_script": {
        **site(),
        "/nb/": page("政府信息公开年报", "<div id=l></div><script>load('/x')</script>"),
    },
}
EXPECTED = {
    "robots_500": ("failed", "robots", "500"),
    "robots_429": ("failed", "robots", "429"),
    "robots_busy_once": ("healthy", None, ""),
    "robots_404_page": ("healthy", None, ""),
    "robots_403": ("healthy", None, ""),
    "robots_is_a_page": ("healthy", None, ""),
    "cookie_loop": ("failed", "blocked", "Cookie"),
    "empty_home": ("failed", "blocked", "空白"),
    "empty_list": ("failed", "decode", "空白"),
    "empty_report": ("healthy", "decode", "空白"),
    "waiting_room": ("failed", "blocked", "脚本验证"),
    "sent_to_challenge": ("failed", "blocked", "脚本验证"),
    "by_script": ("partial", "browser", "Chromium"),
}
Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, Site]]


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("refusals")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {name: Site(routes) for name, routes in PORTALS.items()}
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"a-{n}", BODY, n) for n in sites],
        [portal(n, s.url) for n, s in sites.items()],
    )
    yield world, world.crawl(NIANBAO_CHROMIUM="/nowhere/chromium"), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", PORTALS)
def test_refusals_are_told_as_what_they_are(crawled: Crawled, name: str) -> None:
    result = crawled[1][name]
    outcome, kind, told = EXPECTED[name]
    assert result["outcome"] == outcome, result
    found = [p["message"] for p in result["problems"] if p["kind"] == kind]
    assert any(told in message for message in found) if kind else not result["problems"], result


def test_nothing_is_asked_where_robots_txt_fails(crawled: Crawled) -> None:
    assert crawled[2]["robots_500"].paths() == crawled[2]["robots_429"].paths() == []
    assert len(crawled[2]["robots_500"].log) == 2


def test_a_loop_is_left_early(crawled: Crawled) -> None:
    assert len(crawled[2]["cookie_loop"].paths()) <= 4


def test_an_empty_answer_is_no_withdrawal_and_no_report(crawled: Crawled) -> None:
    world, results, _ = crawled
    assert world.found(portal="empty_report") == set()
    assert [u["agency"] for u in results["empty_report"]["unresolved"]] == ["a-empty_report"]
