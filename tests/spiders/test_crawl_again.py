"""The second run: what is unchanged costs little, what changed or went is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.archive import Archive
from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

HOME = page("门户", "<p>首页</p><a href='/nb/'>政府信息公开年报</a>")
LATER = "2024-05-21T09:00:00+08:00"
BODIES = ("桦县教育局", "桦县司法局", "桦县民政局", "桦县水利局")


def listing(*names: str, more: str = "") -> str:
    rows = "".join(
        f"<li><a href='/{i}.html'>{name}2023年政府信息公开工作年度报告</a> <span>2024-01-22</span></li>"
        for i, name in enumerate(BODIES)
        if name in names
    )
    return page("政府信息公开年报", f"<ul>{rows}{more}</ul>")


def tagged(body: str) -> Route:
    """A page that knows its own version."""
    tag = f'"{hash(body) & 0xFFFF}"'

    def answer(seen: Seen) -> Answer:
        if seen.headers.get("If-None-Match") == tag:
            return Answer("", 304, {"ETag": tag})
        return Answer(body, headers={"ETag": tag})

    return answer


@pytest.fixture
def site() -> Iterator[Site]:
    routes: dict[str, Route] = {
        "/": HOME,
        "/nb/": listing(*BODIES, more="<li><a href='/x.html'>2023年年报公示</a> 2024-02-01</li>"),
        "/0.html": tagged(report(BODIES[0], 2023)),
        "/1.html": report(BODIES[1], 2023),
        "/2.html": report(BODIES[2], 2023),
        "/3.html": report(BODIES[3], 2023),
        "/x.html": page("公示", f"<p>{'本页公示的是企业的情况，与报告无关。' * 20}</p>"),
    }
    with Site(routes) as site:
        yield site


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path, site: Site) -> Iterator[World]:
    bodies = [agency(f"a{i}", name, "p") for i, name in enumerate(BODIES)]
    world = World(sqlite_url, tmp_path, bodies, [portal("p", site.url)])
    yield world
    world.close()


def test_second_run(world: World, site: Site) -> None:
    first = world.crawl("p")["p"]
    assert (first["outcome"], first["reports_new"]) == ("healthy", 4)
    before = len(site.log)
    site.routes["/nb/"] = listing(
        BODIES[0], BODIES[1], BODIES[2], more="<li><a href='/x.html'>2023年年报公示</a> 2024-02-01</li>"
    )
    site.routes["/1.html"] = report(BODIES[1], 2023, extra="本段为后来补充的内容。")
    del site.routes["/3.html"]
    second = world.crawl("p", now=LATER)["p"]
    asked = [s for s in site.log[before:] if s.path != "/robots.txt"]
    assert second["outcome"] == "healthy"
    assert (second["reports_new"], second["reports_changed"], second["reports_gone"]) == (0, 1, 1)
    # The column of the last healthy run needs no search, and what was nothing is left alone.
    assert [s.path for s in asked] == ["/", "/nb/", "/0.html", "/1.html", "/2.html", "/3.html"]
    assert any("If-None-Match" in s.headers for s in asked)
    by_url = {p.url.rsplit("/", 1)[1]: p for p in world.publications()}
    assert by_url["3.html"].gone_at is not None
    assert by_url["0.html"].gone_at is None
    assert by_url["1.html"].versions == 2
    assert all(by_url[n].last_seen.day == 21 for n in ("0.html", "1.html", "2.html"))
    third = world.crawl("p", now="2024-05-22T09:00:00+08:00")["p"]
    assert (third["reports_changed"], third["reports_gone"]) == (0, 0)


def test_delisted_but_still_up_is_not_gone(world: World, site: Site) -> None:
    world.crawl("p")
    site.routes["/nb/"] = listing(*BODIES[:3])
    assert world.crawl("p", now=LATER)["p"]["reports_gone"] == 0
    site.routes["/3.html"] = Answer("", 500)
    assert world.crawl("p", now=LATER)["p"]["reports_gone"] == 0
    assert len(world.found()) == 4


def test_an_unread_column_proves_nothing_gone(world: World, site: Site) -> None:
    world.crawl("p")
    site.routes["/nb/"] = listing(BODIES[0]) + "<a href='javascript:next()'>下一页</a>"
    del site.routes["/3.html"]
    result = world.crawl("p", now=LATER)["p"]
    assert (result["outcome"], result["reports_gone"]) == ("partial", 0)


def test_a_moved_column_is_found_again(world: World, site: Site) -> None:
    world.crawl("p")
    site.routes["/"] = HOME.replace("/nb/", "/new/nb/")
    site.routes["/new/nb/"] = site.routes.pop("/nb/")
    result = world.crawl("p", now=LATER)["p"]
    assert [c["url"] for c in result["columns"]] == [f"{site.url}new/nb/"]
    assert result["outcome"] == "healthy"


def test_every_used_page_is_in_the_archive(world: World, site: Site) -> None:
    world.crawl("p")
    world.crawl("p", now=LATER)
    with world.database.session() as session:
        rows = session.execute(
            text("SELECT url, warc_file, warc_offset, run_id FROM captures ORDER BY id")
        ).all()
    archive = Archive(world.archive)
    for url, file, offset, _ in rows:
        assert archive.read(file, offset).url == url
    assert {r.url.removeprefix(site.url) for r in rows} >= {"", "nb/", "0.html", "1.html", "x.html"}
    # The same bytes are kept once; that they were seen again is kept, too.
    pages = [(f, o) for u, f, o, _ in rows if u.endswith("/2.html")]
    assert len(pages) == 2
    assert len(set(pages)) == 1


def test_years_limit_what_is_fetched_and_what_is_vouched_for(world: World, site: Site) -> None:
    site.routes["/nb/"] = listing(
        *BODIES[:2],
        more=f"<li><a href='/old.html'>{BODIES[2]}2019年政府信息公开工作年度报告</a> 2020-01-22</li>",
    )
    site.routes["/old.html"] = report(BODIES[2], 2019)
    result = world.crawl("p", years=[2023])["p"]
    assert world.found() == {("a0", 2023), ("a1", 2023)}
    assert "/old.html" not in site.paths()
    assert [(u["agency"], u["year"]) for u in result["unresolved"]] == [("a2", 2019)]


def test_fewer_reports_than_expected(sqlite_url: str, tmp_path: Path, site: Site) -> None:
    bodies = [agency(f"a{i}", name, "p") for i, name in enumerate(BODIES)]
    entry = portal("p", site.url, expect={"min_reports": {2023: 5, 2022: 0}})
    world = World(sqlite_url, tmp_path, bodies, [entry])
    result = world.crawl("p")["p"]
    assert result["outcome"] == "partial"
    assert [p["kind"] for p in result["problems"]] == ["list_incomplete"]
    world.close()


def test_registered_columns_need_no_search(sqlite_url: str, tmp_path: Path, site: Site) -> None:
    site.routes["/"] = page("门户", "<p>首页没有任何链接</p>")
    bodies = [agency(f"a{i}", name, "p") for i, name in enumerate((*BODIES, "桦县文旅局"))]
    world = World(sqlite_url, tmp_path, bodies, [portal("p", site.url, columns=[f"{site.url}nb/"])])
    result = world.crawl("p")["p"]
    assert (result["outcome"], result["reports_new"]) == ("healthy", 4)
    world.close()
