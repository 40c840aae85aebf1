"""Eleven more portals, each with a habit of its own; two departments everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

EDU, JUS = "教育局", "司法局"
YEARS = (2023, 2022)
WANTED = {(b, y) for b in ("edu", "jus") for y in YEARS}
PDF = Answer(b"%PDF-1.7\n1 0 obj<<>>endobj", headers={"Content-Type": "application/pdf"})


def texts(place: str, pattern: str = "/{body}/{year}.html") -> dict[str, Route]:
    return {
        pattern.format(body=code, year=y): report(place + name, y)
        for code, name in (("edu", EDU), ("jus", JUS))
        for y in YEARS
    }


def title(place: str, name: str, year: int) -> str:
    return f"{place}{name}{year}年政府信息公开工作年度报告"


def rows(place: str, form: str = "<li><a href='/{b}/{y}.html'>{t}</a> <i>{d}</i></li>") -> str:
    return "".join(
        form.format(b=code, y=y, t=title(place, name, y), d=f"{y + 1}-01-2{y % 10}")
        for code, name in (("edu", EDU), ("jus", JUS))
        for y in YEARS
    )


def home(target: str = "/nb/", label: str = "政府信息公开年报") -> str:
    return page("门户", f"<p>本县门户</p><a href='{target}'>{label}</a>")


def matrix(place: str) -> dict[str, Route]:
    """A table of bodies and years."""
    lines = "".join(
        f"<tr><td>{i}</td><th>{place}{name}</th>"
        + "".join(f"<td><a href='/{c}/{y}.html'>{y}年</a></td>" for y in YEARS)
        for i, (c, name) in enumerate((("edu", EDU), ("jus", JUS)))
    )
    lines = lines.replace("<td>0</td>", "").replace("<td>1</td>", "")
    return {
        "/": home(),
        "/nb/": page("政府信息公开年报", f"<table>{lines}</table>"),
        **texts(place),
    }


def headed(place: str) -> dict[str, Route]:
    """Bodies as headings, years below, and files that can't be read."""
    lines = "".join(
        f"<div><h3>{place}{name}</h3><ul>"
        + "".join(
            f"<li><a href='/{c}/{y}.pdf'>{y}年度政府信息公开工作年度报告</a></li>" for y in YEARS
        )
        + "</ul></div>"
        for c, name in (("edu", EDU), ("jus", JUS))
    )
    files: dict[str, Route] = {f"/{c}/{y}.pdf": PDF for c in ("edu", "jus") for y in YEARS}
    return {"/": home(), "/nb/": page("政府信息公开年报", lines), **files}


def menu_of_bodies(place: str) -> dict[str, Route]:
    """A select of departments; the first page shows only the first."""
    menu = (
        "<select onchange='location=this.value'><option>请选择</option>"
        f"<option value='/nb/edu.html'>{EDU}</option><option value='/nb/jus.html'>{JUS}</option></select>"
    )
    return {
        "/": home(),
        "/nb/": page("政府信息公开年报", menu + f"<ul>{rows(place)[: rows(place).index('</li>') + 5]}</ul>"),
        **{
            f"/nb/{c}.html": page("年报", menu + "<ul>" + "".join(
                f"<li><a href='/{c}/{y}.html'>{y}年度报告</a><b>{y + 1}-01-20</b></li>" for y in YEARS) + "</ul>")
            for c in ("edu", "jus")
        },
        **texts(place),
    }  # fmt: skip


def intro_page(place: str) -> dict[str, Route]:
    """An entrance page, lines that a click opens, and text after the end of the document."""
    lines = rows(
        place, "<div class=l onclick=\"window.open('/{b}/{y}.html')\">{t}<span>{d}</span></div>"
    )
    return {
        "/": page("欢迎", "<a href='/main.shtml'><img alt='进入网站' src=e.png></a>"),
        "/main.shtml": home("/xxgk/gknb/", "年 报"),
        "/xxgk/gknb/": page("年报", "<p>目录</p>") + f"<div>{lines}</div>",
        **texts(place),
    }


def tooltips(place: str) -> dict[str, Route]:
    """Everything in @title, line by line; the printed text is cut."""
    lines = rows(
        place, "<li><a href='/{b}/{y}.html' title='标题：{t}\n发布日期：{d}'>{t:.9}…</a></li>"
    )
    return {"/": home(), "/nb/": page("政府信息公开年报", f"<ul>{lines}</ul>"), **texts(place)}


def cookies(place: str) -> dict[str, Route]:
    """Every page is first sent back to itself with a cookie."""
    pages = {
        "/": home(),
        "/nb/": page("政府信息公开年报", f"<ul>{rows(place)}</ul>"),
        **texts(place),
    }

    def behind(body: Route) -> Route:
        def answer(seen: Seen) -> Answer:
            if "k=1" in seen.headers.get("Cookie", ""):
                return Answer(str(body))
            return Answer("", 302, {"Location": seen.path, "Set-Cookie": "k=1; Path=/"})

        return answer

    return {path: behind(body) for path, body in pages.items()}


def viewer(place: str) -> dict[str, Route]:
    """Pages that show a file in a viewer."""
    shown = {
        path: page(title(place, EDU if "edu" in path else JUS, int(path[5:9])),
                   f"<h1>{title(place, EDU if 'edu' in path else JUS, int(path[5:9]))}</h1>"
                   f"<p>发布日期：{int(path[5:9]) + 1}-01-20</p>"
                   f"<iframe src='/js/viewer.html?file={path.replace('.html', '.txt')}'></iframe>")
        for path in texts(place)
    }  # fmt: skip
    files = {path.replace(".html", ".txt"): body for path, body in texts(place).items()}
    return {
        "/": home(),
        "/nb/": page("政府信息公开年报", f"<ul>{rows(place)}</ul>"),
        **shown,
        **files,
    }


def year_tabs(place: str) -> dict[str, Route]:
    """Tabs of years by query; the page without query shows the newest."""
    tabs = "<div class='tabs'>" + "".join(f"<a href='?year={y}'>{y}</a> " for y in YEARS) + "</div>"

    def listing(year: int) -> str:
        lines = "".join(
            f"<p><a href='/{c}/{year}.html'>{title(place, n, year)}</a><em>{year + 1}年1月20日</em></p>"
            for c, n in (("edu", EDU), ("jus", JUS))
        )
        return page("政府信息公开年报", f"{tabs}<div>{lines}</div>")

    return {
        "/": home("/nb"), "/nb": listing(2023),
        "/nb?year=2023": listing(2023), "/nb?year=2022": listing(2022), **texts(place),
    }  # fmt: skip


def publisher_column(place: str) -> dict[str, Route]:
    """XHTML in GBK; generic titles; a cell names who published, always the same body."""
    form = (
        "<tr><td><a href='/{b}/{y}.html'>{y}年度政府信息公开工作年度报告</a></td>"
        f"<td>{place}{EDU}</td><td>{{d}}</td></tr>"
    )
    xml = "<?xml version='1.0' encoding='gbk'?>"
    listing = page("政府信息公开年报", f"<table><tbody>{rows(place, form)}</tbody></table>")
    gbk = Answer(
        (xml + listing.replace("utf-8", "gbk")).encode("gbk"), headers={"Content-Type": "text/html"}
    )
    return {"/": home(), "/nb/": gbk, **texts(place)}


def far_departments(place: str) -> dict[str, Route]:
    """The common column has one body; the other has a column behind weaker links."""

    def listing(code: str, name: str) -> str:
        lines = "".join(
            f"<li><a href='/{code}/{y}.html'>{title(place, name, y)}</a> {y + 1}-01-20</li>"
            for y in YEARS
        )
        return page("公开年报", f"<ul>{lines}</ul>")

    return {
        "/": page("门户", "<a href='/nb/'>政府信息公开年报</a><a href='/bm/'>部门信息公开</a><a href='/news/'>要闻</a>"),
        "/nb/": listing("edu", EDU),
        "/bm/": page("部门", f"<div><a href='/bm/jus/'>{place}{JUS}</a></div>"),
        "/bm/jus/": page(JUS, "<ul><li><a href='/bm/jus/gk/'>政府信息公开</a></li></ul>"),
        "/bm/jus/gk/": page("公开", "<dl><dd><a href='/bm/jus/nb/'>政府信息公开年报</a></dd></dl>"),
        "/bm/jus/nb/": listing("jus", JUS),
        **texts(place),
    }  # fmt: skip


def column_is_report(place: str) -> dict[str, Route]:
    """The column shows this year's report, with links to the other years; one body only."""
    years = "".join(f"<a href='/nb.html?nbYear={y}'>{y}年</a> " for y in YEARS)

    def shown(year: int) -> str:
        return report(place + EDU, year).replace("<h1>", f"<div class=y>{years}</div><h1>")

    others = {f"/jus/{y}.html": report(place + JUS, y) for y in YEARS}
    rows_of_jus = "".join(
        f"<li><a href='/jus/{y}.html'>{title(place, JUS, y)}</a> {y + 1}-01-20</li>" for y in YEARS
    )
    return {
        "/": page(
            "门户", "<a href='/nb.html'>政府信息公开年报</a><a href='/bm/'>部门信息公开年报</a>"
        ),
        "/nb.html": shown(2023),
        "/nb.html?nbYear=2023": shown(2023),
        "/nb.html?nbYear=2022": shown(2022),
        "/bm/": page("部门信息公开年报", f"<ul>{rows_of_jus}</ul>"),
        **others,
    }


DESIGNS = (
    column_is_report, matrix, headed, menu_of_bodies, intro_page, tooltips, cookies, viewer, year_tabs,
    publisher_column, far_departments,
)  # fmt: skip
PLACES = dict(zip((d.__name__ for d in DESIGNS), "柿椿楝檀栎椴棠榉樟梓檬", strict=True))
Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, Site]]


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("oddities")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {d.__name__: Site(d(f"{PLACES[d.__name__]}县")) for d in DESIGNS}
    bodies = [
        agency(f"{n}-{code}", f"{PLACES[n]}县{name}", n)
        for n in sites
        for code, name in (("edu", EDU), ("jus", JUS))
    ]
    world = World(
        f"sqlite:///{database}", folder, bodies, [portal(n, s.url) for n, s in sites.items()]
    )
    yield world, world.crawl(), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", PLACES)
def test_every_habit_is_understood(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    assert results[name]["outcome"] == "healthy", (results[name], sites[name].paths())
    assert world.found(portal=name) == {(f"{name}-{b}", y) for b, y in WANTED}, results[name]
    assert not results[name]["unresolved"]
    found = world.publications(portal=name)
    assert {p.readable for p in found} == {name != "headed"}
    assert all(p.content_agency in (None, p.agency) for p in found)


@pytest.mark.parametrize("name", [n for n in PLACES if n != "cookies"])
def test_no_page_is_fetched_twice(crawled: Crawled, name: str) -> None:
    paths = crawled[2][name].paths()
    assert len(paths) == len(set(paths)), paths
