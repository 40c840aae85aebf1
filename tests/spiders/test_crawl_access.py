"""What is asked, how often, and what is never asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

BODY = "槭县教育局"


def routes(prefix: str = "/") -> dict[str, Route]:
    items = f"<li><a href='{prefix}r.html'>{BODY}2023年政府信息公开工作年度报告</a> 2024-01-22</li>"
    return {
        prefix: page("门户", f"<p>{prefix}</p><a href='{prefix}nb/'>政府信息公开年报</a>"),
        f"{prefix}nb/": page("政府信息公开年报", f"<ul>{items}</ul>"),
        f"{prefix}r.html": report(BODY, 2023),
    }


def gaps(log: list[Seen]) -> list[float]:
    return [b.at - a.at for a, b in itertools.pairwise(log)]


@pytest.fixture(scope="module")
def polite(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, Any], dict[str, Site]]]:
    """Portals with pauses, all crawled together."""
    folder = tmp_path_factory.mktemp("polite")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    robots = Answer("User-agent: *\nCrawl-delay: 0.6\n", headers={"Content-Type": "text/plain"})
    with ExitStack() as stack:
        sites = {
            "delay": Site(routes()),
            "robots": Site(routes() | {"/robots.txt": robots}),
            "shared": Site(routes("/a/") | routes("/b/")),
            "busy": Site(routes()),
        }
        waited: list[int] = []

        def busy(seen: Seen) -> Answer:
            waited.append(1)
            return (
                Answer("", 503, {"Retry-After": "1"})
                if len(waited) == 1
                else Answer(report(BODY, 2023))
            )

        sites["busy"].routes["/r.html"] = busy
        for site in sites.values():
            stack.enter_context(site)
        entries = [
            portal("delay", sites["delay"].url, access={"delay": 0.5}),
            portal("robots", sites["robots"].url),
            portal("shared-a", f"{sites['shared'].url}a/", access={"delay": 0.4}),
            portal("shared-b", f"{sites['shared'].url}b/", access={"delay": 0.1}),
            portal("busy", sites["busy"].url),
        ]
        bodies = [agency(f"a-{e['id']}", BODY, e["id"]) for e in entries]
        world = World(f"sqlite:///{database}", folder, bodies, entries)
        yield world, world.crawl(), sites
        world.close()


@pytest.mark.parametrize(("name", "pause"), [("delay", 0.5), ("robots", 0.6), ("shared", 0.4)])
def test_pauses_between_requests(
    polite: tuple[World, dict[str, Any], dict[str, Site]], name: str, pause: float
) -> None:
    log = polite[2][name].log
    # What was asked before robots.txt was read could not know its Crawl-delay.
    between = gaps(log)[1:] if name == "robots" else gaps(log)
    assert len(between) >= 2
    # The server notes a request when its thread runs: on a busy machine one may be noted late, so
    # that the next seems to come early.
    assert median(between) >= pause * 0.97, between
    assert min(between) >= pause * 0.5, between


def test_two_portals_of_one_host_are_never_asked_at_once(
    polite: tuple[World, dict[str, Any], dict[str, Site]],
) -> None:
    _, results, sites = polite
    log = sites["shared"].log
    assert {s.path[:3] for s in log if s.path != "/robots.txt"} == {"/a/", "/b/"}
    assert all(a.done <= b.at + 0.02 for a, b in itertools.pairwise(log))
    assert results["shared-a"]["outcome"] == results["shared-b"]["outcome"] == "healthy"


def test_retry_after_is_kept(polite: tuple[World, dict[str, Any], dict[str, Site]]) -> None:
    _, results, sites = polite
    tries = [s.at for s in sites["busy"].log if s.path == "/r.html"]
    assert tries[1] - tries[0] >= 1
    assert results["busy"]["reports_new"] == 1


def test_private_addresses_are_refused(sqlite_url: str, tmp_path: Path) -> None:
    with Site(routes()) as site:
        spellings = {
            "plain": f"http://127.0.0.1:{site.port}/",
            "name": f"http://localhost:{site.port}/",
            "decimal": f"http://2130706433:{site.port}/",
            "hex": f"http://0x7f.0.0.1:{site.port}/",
            "short": f"http://127.1:{site.port}/",
            "mapped": f"http://[::ffff:127.0.0.1]:{site.port}/",
        }
        bodies = [agency(f"a-{n}", BODY, n) for n in spellings]
        world = World(sqlite_url, tmp_path, bodies, [portal(n, u) for n, u in spellings.items()])
        results = world.crawl(private=False)
        assert site.log == []
        for name, result in results.items():
            assert result["outcome"] == "failed", name
            assert "内网地址" in result["problems"][0]["message"], (name, result["problems"])
        world.close()


def test_redirects_are_refused_like_any_request(sqlite_url: str, tmp_path: Path) -> None:
    """127.0.0.1 stands for the open Internet, 127.0.0.2 for the inside of a network."""
    with (
        Site(routes()) as inside_host,
        Site(routes(), "127.0.0.2") as inside,
        Site(routes()) as open_,
    ):
        open_.routes["/r.html"] = Answer("", 302, {"Location": f"{inside.url}r.html"})
        foreign = Answer("", 301, {"Location": f"{inside_host.url}nb/"})
        open_.routes["/"] = page(
            "门户", "<a href='/nb/'>政府信息公开年报</a><a href='/away/'>部门信息公开年报</a>"
            f"<a href='{inside_host.url}nb/'>乡镇信息公开年报</a><a href='ftp://127.0.0.1/nb/'>年报</a>",
        )  # fmt: skip
        open_.routes["/away/"] = foreign
        entry = portal("p", open_.url, hosts=[f"127.0.0.2:{inside.port}"])
        world = World(sqlite_url, tmp_path, [agency("a", BODY, "p")], [entry])
        result = world.crawl(private=False, public="127.0.0.1")["p"]
        assert inside.log == []
        assert inside_host.log == []
        messages = [p["message"] for p in result["problems"]]
        assert any("127.0.0.2 指向内网地址" in m and "跳转" in m for m in messages), messages
        assert any("不属于本门户" in m and "跳转" in m for m in messages), messages
        assert result["outcome"] == "partial"
        assert [(u["agency"], u["kind"]) for u in result["unresolved"]] == [("a", "connect")]
        world.close()
