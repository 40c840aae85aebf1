"""Articles that gather the reports of several bodies: each is credited to its own, nobody is accused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from spiders.reread import reread
from tests.spiders.served import Route, World, agency, page, portal, report
from tests.spiders.varied_five import _docx
from tests.spiders.varied_one import Varied
from tests.spiders.wild import Portal

YEARS = (2023, 2022)
BODIES = {"edu": "教育局", "fin": "财政局", "wat": "水利局", "bei": "北关镇"}


def bodies_of(place: str) -> dict[str, str]:
    return {
        b: f"{place}县{n}人民政府" if n.endswith("镇") else f"{place}县{n}"
        for b, n in BODIES.items()
    }


def column(place: str, lines: str) -> dict[str, Route]:
    return {
        "/": page(place, "<a href='/gk/nb/'>政府信息公开年报</a>"),
        "/gk/nb/": page("政府信息公开年报", f"<ul class=list>{lines}</ul>"),
    }


def article(title: str, text: str) -> str:
    head = f"<h1>{title}</h1><div>发布日期：2024-01-20</div>"
    return page(
        title, f"{head}<div class=con>{text}</div><div class=foot><a href='/'>首页</a></div>"
    )


def notice_of_files(place: str) -> Varied:
    """A notice a year, whose attachments are numbered and bear the names of bodies only."""
    bodies = bodies_of(place)
    routes, lines = dict[str, Route](), ""
    for y in YEARS:
        title = f"{place}县人民政府办公室关于公布{y}年度有关材料的通知"
        files = "".join(
            f"<p><a href='/f/{y}{b}.docx'>附件{n}：{BODIES[b]}.docx</a></p>"
            for n, b in enumerate(bodies, 1)
        )
        routes[f"/tz/{y}.html"] = article(title, f"<p>现予公布。</p>{files}")
        lines += f"<li><a href='/tz/{y}.html'>{title}</a><span>{y + 1}-01-20</span></li>"
        routes |= {f"/f/{y}{b}.docx": _docx(name, y) for b, name in bodies.items()}
    return Varied(
        column(place, lines) | routes, bodies, frozenset((b, y) for b in bodies for y in YEARS)
    )


def table_of_links(place: str) -> Varied:
    """An article of the year whose table has a body in a row, with a link that says only 查看."""
    bodies = bodies_of(place)
    routes, lines = dict[str, Route](), ""
    for y in YEARS:
        title = f"{y}年度政府信息公开工作年度报告汇总"
        rows = "".join(
            f"<tr><td>{n}</td><td>{BODIES[b]}</td><td><a href='/w/{b}{y}.html'>查看</a></td></tr>"
            for n, b in enumerate(bodies, 1)
        )
        routes[f"/hz/{y}.html"] = article(title, f"<table>{rows}</table>")
        lines += f"<li><a href='/hz/{y}.html'>{title}</a><span>{y + 1}-01-20</span></li>"
        routes |= {f"/w/{b}{y}.html": report(name, y) for b, name in bodies.items()}
    return Varied(
        column(place, lines) | routes, bodies, frozenset((b, y) for b in bodies for y in YEARS)
    )


def named_by_group(place: str) -> Varied:
    """The government's own report beside an article that names its departments together."""
    bodies = bodies_of(place)
    routes, lines = dict[str, Route](), ""
    for y in YEARS:
        title = f"{place}县各部门、乡镇{y}年政府信息公开工作年度报告"
        links = "　".join(
            f"<a href='/w/{b}{y}.html'>{BODIES[b]}{y}年年报</a>" for b in bodies if b != "edu"
        )
        routes[f"/bm/{y}.html"] = article(title, f"<p>{links}</p>")
        lines += f"<li><a href='/bm/{y}.html'>{title}</a><span>{y + 1}-01-20</span></li>"
        own = f"{bodies['edu']}{y}年政府信息公开工作年度报告"
        lines += f"<li><a href='/w/edu{y}.html'>{own}</a><span>{y + 1}-01-20</span></li>"
        routes |= {f"/w/{b}{y}.html": report(name, y) for b, name in bodies.items()}
    return Varied(
        column(place, lines) | routes, bodies, frozenset((b, y) for b in bodies for y in YEARS)
    )


def own_notice(place: str) -> Varied:
    """A body's notice of its own report with a second file: nobody else's."""
    bodies = bodies_of(place)
    routes, lines = dict[str, Route](), ""
    for y in YEARS:
        for b, name in bodies.items():
            title = f"{name}关于公布{y}年政府信息公开工作年度报告的公告"
            files = f"<p><a href='/f/{y}{b}.docx'>附件1.{BODIES[b]}{y}年度报告.docx</a></p>"
            routes[f"/tz/{b}{y}.html"] = article(title, files)
            routes[f"/f/{y}{b}.docx"] = _docx(name, y)
            lines += f"<li><a href='/tz/{b}{y}.html'>{title}</a><span>{y + 1}-01-20</span></li>"
    return Varied(
        column(place, lines) | routes, bodies, frozenset((b, y) for b in bodies for y in YEARS)
    )


def one_after_the_other(place: str) -> Varied:
    """One article a year with all reports, each in a block of its own under its title."""
    bodies = bodies_of(place)
    routes, lines = dict[str, Route](), ""
    for y in YEARS:
        title = f"{y}年政府信息公开工作年度报告合集"
        texts = "".join(
            f"<section><p align=center><b>{name}{y}年政府信息公开工作年度报告</b></p>"
            f"{report(name, y).partition('</h1>')[2].partition('</body>')[0]}</section>"
            for name in bodies.values()
        )
        routes[f"/hj/{y}.html"] = article(title, texts)
        lines += f"<li><a href='/hj/{y}.html'>{title}</a><span>{y + 1}-01-20</span></li>"
    there = frozenset((b, y) for b in bodies for y in YEARS)
    return Varied(column(place, lines) | routes, bodies, there)


DESIGNS: tuple[Callable[[str], Varied], ...] = (
    notice_of_files, table_of_links, named_by_group, own_notice, one_after_the_other,
)  # fmt: skip


@dataclass
class Crawled:
    world: World
    results: dict[str, dict[str, Any]]
    sites: dict[str, Portal]
    designs: dict[str, Varied]

    def there(self, name: str) -> set[tuple[str, int]]:
        return {(f"{name}-{b}", y) for b, y in self.designs[name].there}


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("bundles")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    designs = {d.__name__: d(p) for d, p in zip(DESIGNS, "松柏桐枫榆", strict=True)}
    sites = {n: Portal(d.routes) for n, d in designs.items()}
    world = World(
        f"sqlite:///{database}",
        folder,
        [
            agency(f"{n}-{b}", name, n, kind="township" if b == "bei" else "department")
            for n, d in designs.items()
            for b, name in d.bodies.items()
        ],
        [portal(n, s.url, access={"delay": 0, "browser": "never"}) for n, s in sites.items()],
    )
    yield Crawled(world, world.crawl(), sites, designs)
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", [d.__name__ for d in DESIGNS])
def test_each_report_is_its_own_bodys(crawled: Crawled, name: str) -> None:
    found = crawled.world.found(portal=name)
    assert found == crawled.there(name), (crawled.results[name], crawled.sites[name].paths())
    assert crawled.results[name]["outcome"] == "healthy", crawled.results[name]
    for p in crawled.world.publications(portal=name):
        assert p.column_url is not None, "it was listed"
        assert p.content_agency in (None, p.agency), p


def test_of_reports_on_one_page_each_is_followed_by_itself(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "one_after_the_other"
    site, world = crawled.sites[name], crawled.world
    assert world.crawl(name)[name]["reports_changed"] == 0
    text = site.routes["/hj/2023.html"]
    assert isinstance(text, str)
    words = "教育局主动公开信息十二条"
    assert words in text
    site.routes["/hj/2023.html"] = text.replace(words, "教育局主动公开信息四十条")
    result = world.crawl(name)[name]
    assert (result["outcome"], result["reports_changed"]) == ("healthy", 1), result
    changed = [p for p in world.publications(portal=name) if p.versions > 1]
    assert [(p.agency, p.year) for p in changed] == [(f"{name}-edu", 2023)]
    monkeypatch.setattr("spiders.reread.PARSER_VERSION", "later")
    summary = reread(world.database, world.archive, years=[2022])
    kept = [url for url, _ in summary.kept if "/hj/" in url]
    assert len(kept) == len(crawled.designs[name].bodies), summary
    assert world.found(portal=name) == crawled.there(name)


def test_a_second_crawl_asks_for_the_articles_and_finds_what_was_added(crawled: Crawled) -> None:
    name = "notice_of_files"
    site, world = crawled.sites[name], crawled.world
    site.log.clear()
    assert world.crawl(name)[name]["outcome"] == "healthy"
    assert sorted(p for p in site.paths() if p != "/") == [
        "/gk/nb/",
        "/tz/2022.html",
        "/tz/2023.html",
    ]
    text = site.routes["/tz/2023.html"]
    assert isinstance(text, str)
    line = "<p><a href='/f/2023jus.docx'>附件5：司法局2023年年度报告.docx</a></p><div class=foot>"
    site.routes["/tz/2023.html"] = text.replace("<div class=foot>", line)
    site.routes["/f/2023jus.docx"] = _docx("松县司法局", 2023)
    site.log.clear()
    assert world.crawl(name)[name]["outcome"] == "healthy"
    assert "/f/2023jus.docx" in site.paths()
