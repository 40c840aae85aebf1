"""The second run: what is unchanged costs little, what changed or went is noticed.

Every portal here is crawled twice, all of them together; between the runs each changes its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.archive import Archive
from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

HOME = page("门户", "<p>首页</p><a href='/nb/'>政府信息公开年报</a>")
LATER = "2024-05-21T09:00:00+08:00"
BODIES = ("桦县教育局", "桦县司法局", "桦县民政局", "桦县水利局")
NOTICE = "<li><a href='/x.html'>2023年年报公示</a> 2024-02-01</li>"
OLD = f"<li><a href='/old.html'>{BODIES[2]}2019年政府信息公开工作年度报告</a> 2020-01-22</li>"
PORTALS = (
    "steady",
    "same",
    "delisted",
    "failing",
    "unread",
    "moved",
    "short",
    "listed",
    "dead",
    "soft",
    "filed",
    "sent",
)


def listing(*names: str, more: str = NOTICE) -> str:
    rows = "".join(
        f"<li><a href='/{i}.html'>{name}2023年政府信息公开工作年度报告</a> <span>2024-01-22</span></li>"
        for i, name in enumerate(BODIES)
        if name in names
    )
    return page("政府信息公开年报", f"<ul>{rows}{more}</ul>")


def tagged(body: str) -> Route:
    """A page that knows its own version."""

    def answer(seen: Seen) -> Answer:
        tag = f'"{len(body)}"'
        if seen.headers.get("If-None-Match") == tag:
            return Answer("", 304, {"ETag": tag})
        return Answer(body, headers={"ETag": tag})

    return answer


def build(name: str) -> Site:
    site = Site(
        {
            "/": HOME,
            "/nb/": listing(*BODIES),
            "/0.html": tagged(report(BODIES[0], 2023)),
            **{f"/{i}.html": report(BODIES[i], 2023) for i in (1, 2, 3)},
            "/x.html": page("公示", f"<p>{'本页公示的是企业的情况，与报告无关。' * 20}</p>"),
            "/old.html": report(BODIES[2], 2019),
        }
    )
    if name == "sent":
        for i, (status, body) in enumerate(zip((301, 302, 307, 301), BODIES, strict=True)):
            site.routes[f"/{i}.html"] = Answer("", status, {"Location": f"/now/{i}.html"})
            site.routes[f"/now/{i}.html"] = tagged(report(body, 2023))
        site.routes["/now/3.html"] = Answer("", 302, {"Location": "/later/3.html"})
        site.routes["/later/3.html"] = report(BODIES[3], 2023)
    if name == "filed":
        for i, body in enumerate(BODIES):
            link = f"<p>全文见附件。</p><a href='/{i}.doc'>{body}2023年政府信息公开工作年度报告.doc</a>"
            site.routes[f"/{i}.html"] = tagged(page("年度报告", link))
            site.routes[f"/{i}.doc"] = tagged(report(body, 2023))
    return site


def change(sites: dict[str, Site]) -> None:
    same = sites["same"].routes
    same["/nb/"] = listing(*BODIES[:3])
    same["/1.html"] = report(BODIES[1], 2023, extra="本段为后来补充的内容。")
    del same["/3.html"]
    sites["delisted"].routes["/nb/"] = listing(*BODIES[:3])
    sites["failing"].routes["/nb/"] = listing(*BODIES[:3])
    sites["failing"].routes["/3.html"] = Answer("", 500)
    sites["unread"].routes["/nb/"] = listing(BODIES[0]) + "<a href='javascript:next()'>下一页</a>"
    del sites["unread"].routes["/3.html"]
    del sites["dead"].routes["/3.html"]
    sites["soft"].routes["/nb/"] = listing(*BODIES[:3])
    sites["soft"].routes["/3.html"] = page("提示", "<p>您访问的页面不存在</p>")
    sites["filed"].routes["/1.doc"] = tagged(report(BODIES[1], 2023, extra="附件换成了新的版本。"))
    moved = sites["moved"].routes
    moved["/"] = HOME.replace("/nb/", "/new/nb/")
    moved["/new/nb/"] = moved.pop("/nb/")


@dataclass
class Twice:
    world: World
    sites: dict[str, Site]
    first: dict[str, Any]
    second: dict[str, Any]
    before: dict[str, int]

    def asked(self, name: str) -> list[Seen]:
        """Requests of the second run."""
        return [s for s in self.sites[name].log[self.before[name] :] if s.path != "/robots.txt"]


@pytest.fixture(scope="module")
def runs(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    folder = tmp_path_factory.mktemp("again")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {name: build(name) for name in PORTALS}
    sites["listed"].routes["/"] = page("门户", "<p>首页没有任何链接</p>")
    more: dict[str, dict[str, Any]] = {
        "short": {"expect": {"min_reports": {2023: 5, 2022: 0}}},
        "listed": {"columns": [f"{sites['listed'].url}nb/"]},
    }
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"{n}-{i}", name, n) for n in sites for i, name in enumerate(BODIES)],
        [portal(n, s.url, **more.get(n, {})) for n, s in sites.items()],
    )
    first = world.crawl()
    before = {n: len(s.log) for n, s in sites.items()}
    change(sites)
    second = world.crawl(now=LATER)
    yield Twice(world, sites, first, second, before)
    world.close()
    for site in sites.values():
        site.close()


def test_counts_of_both_runs(runs: Twice) -> None:
    assert (runs.first["same"]["outcome"], runs.first["same"]["reports_new"]) == ("healthy", 4)
    second = runs.second["same"]
    assert second["outcome"] == "healthy"
    assert (second["reports_new"], second["reports_changed"], second["reports_gone"]) == (0, 1, 1)


def test_the_second_run_asks_only_what_it_must(runs: Twice) -> None:
    asked = runs.asked("same")
    # The column of the last healthy run needs no search, and what was nothing is left alone.
    paths = [s.path for s in asked]
    # The home page is needed only since a body is listed no more: it may stand elsewhere.
    assert paths == ["/nb/", "/", "/0.html", "/1.html", "/2.html", "/3.html"]
    assert "If-None-Match" in next(s.headers for s in asked if s.path == "/0.html")


def test_what_changed_went_and_stayed(runs: Twice) -> None:
    found = {p.url.rsplit("/", 1)[1]: p for p in runs.world.publications(portal="same")}
    assert found["3.html"].gone_at is not None
    assert found["0.html"].gone_at is None
    assert (found["1.html"].versions, found["2.html"].versions) == (2, 1)
    assert all(found[n].last_seen.day == 21 for n in ("0.html", "1.html", "2.html"))


@pytest.mark.parametrize("name", ["delisted", "failing", "unread"])
def test_gone_needs_a_whole_column_and_an_answer(runs: Twice, name: str) -> None:
    assert runs.second[name]["reports_gone"] == 0
    assert len(runs.world.found(portal=name)) == 4
    assert runs.second["unread"]["outcome"] == "partial"


@pytest.mark.parametrize("name", ["dead", "soft"])
def test_a_dead_link_and_a_page_that_says_so_are_withdrawals(runs: Twice, name: str) -> None:
    assert runs.second[name]["reports_gone"] == 1
    assert runs.world.found(portal=name) == {(f"{name}-{i}", 2023) for i in range(3)}
    assert runs.second[name]["outcome"] == "healthy"


def test_a_moved_column_is_found_again(runs: Twice) -> None:
    second = runs.second["moved"]
    assert [c["url"] for c in second["columns"]] == [f"{runs.sites['moved'].url}new/nb/"]
    assert second["outcome"] == "healthy"


def test_an_unchanged_portal_costs_its_column_and_what_is_due(runs: Twice) -> None:
    # A day old, the reports are due; the column shows by itself that it is the one it was.
    asked = [s.path for s in runs.asked("steady")]
    assert asked == ["/nb/", "/0.html", "/1.html", "/2.html", "/3.html"]
    log = runs.sites["steady"].log

    def third(hours: int, **settings: float) -> list[str]:
        before = len(log)
        moment = datetime.fromisoformat(LATER) + timedelta(hours=hours)
        result = runs.world.crawl("steady", now=moment.isoformat(), **settings)["steady"]
        assert (result["outcome"], result["reports_gone"]) == ("healthy", 0)
        assert len(runs.world.found(portal="steady")) == 4
        return [s.path for s in log[before:] if s.path != "/robots.txt"]

    assert third(1) == ["/nb/"]
    assert third(2, NIANBAO_RECHECK_DAYS=0) == asked
    # A line that changed is looked into at once, whatever was checked when.
    runs.sites["steady"].routes["/nb/"] = listing(*BODIES).replace("2024-01-22", "2024-03-22", 1)
    assert third(3) == ["/nb/", "/0.html"]


def test_a_report_behind_a_redirection_is_asked_for_when_it_is_due(runs: Twice) -> None:
    assert (runs.first["sent"]["outcome"], runs.first["sent"]["reports_new"]) == ("healthy", 4)
    second = runs.second["sent"]
    assert (second["reports_changed"], second["reports_gone"]) == (0, 0)
    # A day old they are due, and looked at.
    assert {"/0.html", "/now/0.html", "/later/3.html"} <= {s.path for s in runs.asked("sent")}
    log = runs.sites["sent"].log
    before = len(log)
    moment = datetime.fromisoformat(LATER) + timedelta(hours=1)
    third = runs.world.crawl("sent", now=moment.isoformat())["sent"]
    assert (third["outcome"], third["reports_gone"]) == ("healthy", 0)
    assert [s.path for s in log[before:] if s.path != "/robots.txt"] == ["/nb/"]
    assert len(runs.world.found(portal="sent")) == 4


def test_a_file_that_was_replaced_under_its_address_is_noticed(runs: Twice) -> None:
    second = runs.second["filed"]
    assert (second["outcome"], second["reports_changed"], second["reports_gone"]) == (
        "healthy",
        1,
        0,
    )
    versions = {
        p.url.rsplit("/", 1)[1]: p.versions for p in runs.world.publications(portal="filed")
    }
    assert versions == {"0.html": 1, "1.html": 2, "2.html": 1, "3.html": 1}
    asked = runs.asked("filed")
    files = [s for s in asked if s.path.endswith(".doc")]
    # Those that are what they were cost one conditional request.
    assert sorted(s.path for s in files if s.path != "/1.doc") == ["/0.doc", "/2.doc", "/3.doc"]
    assert all("If-None-Match" in s.headers for s in files if s.path != "/1.doc")


def test_fewer_reports_than_expected(runs: Twice) -> None:
    assert runs.first["short"]["outcome"] == "partial"
    assert [p["kind"] for p in runs.first["short"]["problems"]] == ["list_incomplete"]


def test_registered_columns_need_no_search(runs: Twice) -> None:
    assert (runs.first["listed"]["outcome"], runs.first["listed"]["reports_new"]) == ("healthy", 4)
    assert runs.sites["listed"].paths()[:2] == ["/", "/nb/"]


def test_every_used_page_is_in_the_archive(runs: Twice) -> None:
    with runs.world.database.session() as session:
        rows = session.execute(
            text("SELECT url, warc_file, warc_offset FROM captures ORDER BY id")
        ).all()
    archive, root = Archive(runs.world.archive), runs.sites["same"].url
    for url, file, offset in rows:
        assert archive.read(file, offset).url == url
    kept = {r.url.removeprefix(root) for r in rows if r.url.startswith(root)}
    assert kept >= {"", "nb/", "0.html", "1.html", "2.html", "3.html", "x.html"}
    # The same bytes are kept once; that they were seen again is kept, too.
    same = [(f, o) for u, f, o in rows if u == f"{root}2.html"]
    assert (len(same), len(set(same))) == (2, 1)


def test_years_limit_what_is_fetched_and_what_is_vouched_for(runs: Twice) -> None:
    site = runs.sites["delisted"]
    site.routes["/nb/"] = listing(*BODIES[:2], more=OLD)
    result = runs.world.crawl("delisted", years=[2023], now="2024-05-22T09:00:00+08:00")["delisted"]
    assert "/old.html" not in site.paths()
    assert [(u["agency"], u["year"]) for u in result["unresolved"]] == [("delisted-2", 2019)]
