"""Further lists: catalogues by category, lines in scripts, previews, and pagers without pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spiders.served import Answer, Route, Seen, World, agency, page, portal
from tests.spiders.test_lists_a_portals import YEARS, fields, home, name_of, reports, title
from tests.spiders.wild import Portal

COLUMN = "政府信息公开年报"


def rows(place: str, years: tuple[int, ...]) -> str:
    return "".join(
        f"<tr class=tr_main_value_odd><td>{n}</td><td><a href='/art/{y}.html' title='{title(place, y)}'>"
        f"{title(place, y)[:9]}...</a></td><td>{y + 1}-01-22</td></tr>"
        for n, y in enumerate(years, 1)
    )


def catalogue(place: str, *, post: bool = True) -> Route:
    """``search.jsp``; ``post``: whether it reads what is posted."""

    def answer(seen: Seen) -> Answer:
        if seen.body and not post:
            return Answer("", 405)
        asked = fields(seen)
        if (asked.get("infotypeId"), asked.get("jdid")) != ("A0907", "3"):
            return Answer("<table></table>&nbsp;共0页")
        number = int(asked.get("currpage") or 1)
        shown = rows(place, YEARS[(number - 1) * 2 : number * 2])
        pager = (
            f"第{number}页&nbsp;&nbsp;共3页&nbsp;<a onclick=\"gotopage('{number + 1}')\">下一页</a>"
        )
        return Answer(f"<table id=t>{shown}</table><div>{pager}</div>")

    return answer


SCRIPT = (
    "<div id='div88'></div><script>$.ajax({type: 'POST', url: '/module/xxgk/search.jsp?texttype=0&fbtime=-1',"
    " data: 'infotypeId=A0907&jdid=3&area=&divid=div88&currpage=' + n, success: show});</script>"
)


def by_category(place: str, *, post: bool = True, shell: str = SCRIPT) -> dict[str, Route]:
    return {
        "/": home("/col/col88/index.html"),
        "/col/col88/index.html": page(COLUMN, shell),
        "/module/xxgk/search.jsp*": catalogue(place, post=post),
        **reports(place),
    }


def xxgk_search(place: str) -> dict[str, Route]:
    return by_category(place)


def xxgk_search_by_get(place: str) -> dict[str, Route]:
    return by_category(place, post=False)


def xxgk_search_framed(place: str) -> dict[str, Route]:
    """The first page stands in a frame whose address has the parameters."""
    address = "/module/xxgk/search.jsp?infotypeId=A0907&amp;jdid=3&amp;area=&amp;divid=div88"
    return by_category(place, shell=f"<iframe src='{address}'></iframe>")


def xxgk_search_unnamed(place: str) -> dict[str, Route]:
    """The category is known to a running script only."""
    shell = (
        "<div id=d></div><script>$.post('/module/xxgk/search.jsp', fields(chosen()), show)</script>"
    )
    return by_category(place, shell=shell)


def records_in_script(place: str, more: str = "") -> dict[str, Route]:
    """Records under unusual keys, other arrays before them."""
    found = [
        {"bt": title(place, y), "dz": f"/art/{y}.html", "fbrq": f"{y + 1}-01-22"} for y in YEARS
    ]
    script = (
        "<script>var colours = ['red', 'blue']; var tabs = [{name: '指南', url: '/zn/'}];"
        f"render({{list: {json.dumps(found, ensure_ascii=False)}}});{more}</script>"
    )
    return {"/": home("/nb/"), "/nb/": page(COLUMN, f"<ul id=u></ul>{script}"), **reports(place)}


def records_of_many_pages(place: str) -> dict[str, Route]:
    """The script holds the first of three pages only."""
    return records_in_script(place, "var pageCount = 3;")


def line(place: str, year: int) -> str:
    return f"<li><a href='/art/{year}.html'>{title(place, year)}</a> {year + 1}-01-22</li>"


def load_more(place: str, target: str) -> dict[str, Route]:
    first = "".join(line(place, y) for y in YEARS[:3])
    rest = "".join(line(place, y) for y in YEARS[3:])
    return {
        "/": home("/nb/"),
        "/nb/": page(COLUMN, f"<ul>{first}</ul><div class=m>{target}</div>"),
        "/nb/more.html": page(COLUMN, f"<ul>{rest}</ul>"),
        **reports(place),
    }


def load_more_linked(place: str) -> dict[str, Route]:
    return load_more(place, "<a href='more.html'>点击加载更多</a>")


def load_more_scripted(place: str) -> dict[str, Route]:
    return load_more(place, "<span onclick='more()'>加载更多</span>")


def box(place: str, target: str) -> dict[str, Route]:
    """The newest in a box with 更多; the whole list stands behind it."""
    whole = "".join(line(place, y) for y in YEARS)
    inner = f"<h3>部门年报</h3>{target}</div><ul>{line(place, YEARS[0])}</ul>"
    return {
        "/": home("/nb/"),
        "/nb/": page(COLUMN, f"<div class=box><div class=hd>{inner}</div>"),
        "/nb/bm/": page("部门年报", f"<ul>{whole}</ul>"),
        **reports(place),
    }


def preview(place: str) -> dict[str, Route]:
    return box(place, "<a class=more href='bm/'>更多&gt;&gt;</a>")


def preview_closed(place: str) -> dict[str, Route]:
    return box(place, "<a class=more href='javascript:;' onclick='more(3)'>更多&gt;&gt;</a>")


WHOLE = (
    xxgk_search, xxgk_search_by_get, xxgk_search_framed, records_in_script, load_more_linked, preview,
)  # fmt: skip
PARTIAL = {
    xxgk_search_unnamed: 0,
    records_of_many_pages: 5,
    load_more_scripted: 3,
    preview_closed: 1,
}
PLACES = dict(zip((d.__name__ for d in (*WHOLE, *PARTIAL)), "松柏桐枫榆槐柳桑梧楠", strict=True))
Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, Portal]]


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("lists_more")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {d.__name__: Portal(d(PLACES[d.__name__])) for d in (*WHOLE, *PARTIAL)}
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"a-{n}", name_of(PLACES[n]), n) for n in sites],
        [portal(n, s.url, access={"delay": 0, "browser": "never"}) for n, s in sites.items()],
    )
    yield world, world.crawl(), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", [d.__name__ for d in WHOLE])
def test_read_to_the_proven_end(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    assert results[name]["outcome"] == "healthy", (results[name], sites[name].paths())
    assert world.found(portal=name) == {(f"a-{name}", y) for y in YEARS}
    assert not results[name]["unresolved"]


@pytest.mark.parametrize("name", [d.__name__ for d in PARTIAL])
def test_what_is_not_the_whole_says_so(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    assert results[name]["outcome"] == "partial", (results[name], sites[name].paths())
    count = next(n for d, n in PARTIAL.items() if d.__name__ == name)
    assert len(world.found(portal=name)) == count, results[name]
    assert len(sites[name].paths()) < 25
