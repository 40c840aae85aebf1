"""Portals as an outsider read the description of the mechanisms: labels by the year of posting, a
tree of bodies in a frame of its own, menus beside a script that posts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bench.discovery import Row, measure
from spiders.lists.ajax_list import MECHANISM as AJAX
from spiders.page import Page
from spiders.query import Query
from spiders.reader import read_column
from tests.spiders.gallery import _varied
from tests.spiders.served import Route, page, report
from tests.spiders.varied_five import _departments, _pairs, _texts
from tests.spiders.varied_one import Varied

HOME = "<a href='/gk/nb/'>政府信息公开年报</a>"


def labelled_by_posting(place: str) -> Varied:
    """A directory a body, whose links bear the year in which they were posted."""
    bodies = _departments(place, 4)
    there = _pairs(bodies, ("fin", 2022))
    routes: dict[str, Route] = {"/": page(place, HOME), **_texts(bodies, there)}
    rows = "".join(f"<li><a href='/gk/nb/{b}/'>{name}</a></li>" for b, name in bodies.items())
    routes["/gk/nb/"] = page("政府信息公开年报", f"<ul>{rows}</ul>")
    for body, name in bodies.items():
        years = sorted(y for b, y in there if b == body)
        lines = "".join(f"<li><a href='/w/{body}{y}.html'>{y + 1}年</a></li>" for y in years)
        routes[f"/gk/nb/{body}/"] = page(f"{name}政府信息公开年报", f"<ul>{lines}</ul>")
    return Varied(routes, bodies, there)


def tree_in_frame(place: str) -> Varied:
    """The bodies in one frame, as a tree that a script writes; the first body's page in another."""
    bodies = _departments(place, 4)
    there = _pairs(bodies, ("fin", 2022))
    base = "/module/xxgk/xxgkAnnualReport.jsp"
    codes = {body: f"11419901{n:010}" for n, body in enumerate(bodies)}
    first = next(iter(codes.values()))
    nodes = "".join(
        f"d.add({n},0,'{bodies[b]}','javascript:tree(\\'{code}\\')');"
        for n, (b, code) in enumerate(codes.items(), 1)
    )
    routes: dict[str, Route] = {
        "/": page(place, HOME),
        "/gk/nb/": page(
            "政府信息公开年报",
            f"<iframe src='/module/xxgk/tree.jsp?area='></iframe>"
            f"<iframe name=rp src='{base}?area={first}&fbtime=2023'></iframe>",
        ),
        "/module/xxgk/tree.jsp?area=": page(
            "",
            f"<script>d=new dTree('d');d.add(0,-1,'机关');{nodes}"
            f"function tree(a){{parent.rp.location='{base}?area='+a+'&fbtime=2023'}}</script>",
        ),
    }
    for body, code in codes.items():
        shown = {y for b, y in there if b == body}
        for year in (2021, 2022, 2023):
            tabs = "".join(
                f"<a href='{base}?area={code}&fbtime={y}'>{y}年</a>" for y in (2023, 2022, 2021)
            )
            text = report(bodies[body], year) if year in shown else page("", "暂无数据")
            routes[f"{base}?area={code}&fbtime={year}"] = text.replace("<body>", f"<body>{tabs}", 1)
    return Varied(routes, bodies, there)


def folders_of_one_name(place: str) -> Varied:
    """A directory a body, in which every report has a folder, and all links the column's name."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2022))
    rows = "".join(f"<li><a href='/gk/nb/{b}/'>{name}</a></li>" for b, name in bodies.items())
    routes: dict[str, Route] = {
        "/": page(place, HOME),
        "/gk/nb/": page("政府信息公开年报", f"<ul>{rows}</ul>"),
    }
    for body, name in bodies.items():
        years = sorted(y for b, y in there if b == body)
        lines = "".join(
            f"<li><a href='/gk/nb/{body}/{y}n/'>政府信息公开年度报告</a></li>" for y in years
        )
        routes[f"/gk/nb/{body}/"] = page("政府信息公开年报", f"<h3>{name}</h3><ul>{lines}</ul>")
        routes |= {f"/gk/nb/{body}/{y}n/": report(name, y) for y in years}
    return Varied(routes, bodies, there)


SERIES: tuple[Callable[[str], Varied], ...] = (
    labelled_by_posting, tree_in_frame, folders_of_one_name,
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    cases = list(_varied("outside", SERIES, "榈棠楮"))
    return {row.case.name: row for row in measure(cases, tmp_path_factory.mktemp("outside"))}


@pytest.mark.parametrize("name", [made.__name__ for made in SERIES])
def test_every_report_is_found_and_the_gap_is_seen(rows: dict[str, Row], name: str) -> None:
    row = rows[name]
    assert (row.outcome, row.accused, row.lost) == ("healthy", (), ()), row
    assert (row.credited, row.wrong, row.true_missing) == (row.right, (), 1), row


POSTING = (
    "<html><body><ul><li><a href='/xw/'>新闻</a></li><li><a href='/gk/'>公开</a></li></ul>"
    "<div id=root></div><script>let p=1;async function go(){await fetch('/api/v3/docs',{method:'POST',"
    "body:JSON.stringify({cid:'nb',p:p,n:8})})}go();</script></body></html>"
)


def test_a_script_posts_to_its_interface_and_not_to_the_menu() -> None:
    asked = AJAX.next_requests(Page("http://h.example/app/nb", POSTING.encode()))
    assert [q.url for q in asked] == ["http://h.example/api/v3/docs"]


def test_an_interface_that_always_answers_the_same_is_left_alone() -> None:
    """Lines of a menu, page after page: no list, and no reason to ask three hundred times."""
    asked: list[Query] = []

    async def fetch(query: Query) -> Page:
        asked.append(query)
        lines = "".join(f"<li><a href='/x{n}'>要闻{n}</a> 2024-01-0{n}</li>" for n in range(1, 5))
        return Page(query.url, f"<ul>{lines}</ul>".encode(), asked=query)

    two = POSTING.replace("go();", "go();fetch('/api/v3/other',{method:'POST',body:{p:p}});")
    reading = asyncio.run(read_column(Page("http://h.example/app/nb", two.encode()), fetch))
    assert reading.incomplete
    assert len(asked) < 10
