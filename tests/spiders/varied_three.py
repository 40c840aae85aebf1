"""A third series of portals, made to be taken for whole where they are not: what is shown at first is
a part, and nothing on the page says so in the usual words. See `bench.discovery`."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.spiders.served import Answer, Route, Seen, page, report
from tests.spiders.varied_one import Varied, asked


def _all(bodies: dict[str, str], years: tuple[int, ...]) -> frozenset[tuple[str, int]]:
    return frozenset((b, y) for b in bodies for y in years)


def _texts(bodies: dict[str, str], years: tuple[int, ...]) -> dict[str, Route]:
    return {f"/w/{b}{y}.html": report(name, y) for b, name in bodies.items() for y in years}


def _line(b: str, name: str, y: int) -> str:
    return f"<li><a href='/w/{b}{y}.html'>{name}{y}年政府信息公开工作年度报告</a><s>{y + 1}-01-1{y % 10}</s></li>"


def _home(place: str, column: str) -> str:
    return page(place, f"<div class=q><a href='/gk/'>信息公开</a></div><p>{column}</p>")


def years_by_script(place: str) -> Varied:
    """Tabs of years without addresses; the list of the newest stands in the page."""
    bodies = {"edu": f"{place}县教育局", "fin": f"{place}县财政局"}
    years = (2023, 2022, 2021)
    tabs = "".join(f"<li{' class=on' if y == 2023 else ''}>{y}年</li>" for y in years)
    shown = "".join(_line(b, n, 2023) for b, n in bodies.items())
    return Varied(
        {
            "/": _home(place, ""),
            "/gk/": page("信息公开", "<p><a href='/gk/nb/'>年报</a></p>"),
            "/gk/nb/": page("政府信息公开年报", f"<ul class=nf>{tabs}</ul><ul id=l>{shown}</ul><script src='/js/nb.js'></script>"),
            "/js/nb.js": Answer("$('.nf li').click(function(){ load($(this).text()) })", headers={"Content-Type": "text/javascript"}),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def organs_by_script(place: str) -> Varied:
    """A select of organs by number that a script obeys; the page shows the first organ's reports."""
    bodies = {
        k: f"{place}县{n}"
        for k, n in (("edu", "教育局"), ("fin", "财政局"), ("wat", "水利局"), ("law", "司法局"))
    }
    years = (2023, 2022, 2021)
    options = "".join(
        f"<option value='{n}'>{name.removeprefix(place + '县')}</option>"
        for n, name in enumerate(bodies.values(), 101)
    )
    shown = "".join(_line("edu", bodies["edu"], y) for y in years)
    return Varied(
        {
            "/": _home(place, ""),
            "/gk/": page("信息公开", "<p><a href='/gk/nb/'>政府信息公开年报</a></p>"),
            "/gk/nb/": page("政府信息公开年报", f"<select id=bm onchange='chg(this.value)'>{options}</select><ul id=l>{shown}</ul><script src='/js/nb.js'></script>"),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def pager_in_attributes(place: str) -> Varied:
    """Number of pages in an attribute only; the pages are files with the usual names."""
    bodies = {"edu": f"{place}市教育局", "fin": f"{place}市财政局"}
    years = (2023, 2022, 2021)
    lines = [_line(b, n, y) for y in years for b, n in bodies.items()]

    def listing(part: int) -> str:
        pager = f"<div class=fy pagecount='3' pageno='{part + 1}' totalcount='6'></div><script src='/js/fy.js'></script>"
        return page(
            "政府信息公开年报", f"<ul>{''.join(lines[part * 2 : part * 2 + 2])}</ul>{pager}"
        )

    return Varied(
        {
            "/": _home(place, ""),
            "/gk/": page("信息公开", "<p><a href='/gk/nb/index.html'>政府信息公开年报</a></p>"),
            "/gk/nb/index.html": listing(0),
            "/gk/nb/index_1.html": listing(1),
            "/gk/nb/index_2.html": listing(2),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def click_to_see(place: str) -> Varied:
    """Rows whose link says only 点击查看; body and year stand in other cells."""
    bodies = {
        "edu": f"{place}区教育局",
        "fin": f"{place}区财政局",
        "str": f"{place}区南门街道办事处",
    }
    years = (2023, 2022)
    rows = "".join(
        f"<tr><td>{name}</td><td>{y}年度</td><td>{y + 1}-01-12</td><td><a href='/w/{b}{y}.html'>点击查看</a></td></tr>"
        for y in years
        for b, name in bodies.items()
    )
    head = "<tr><th>单位名称</th><th>年度</th><th>公开时间</th><th>内容</th></tr>"
    return Varied(
        {
            "/": _home(place, ""),
            "/gk/": page("信息公开", "<p><a href='/gk/nb/'>政府信息公开工作年度报告</a></p>"),
            "/gk/nb/": page("政府信息公开工作年度报告", f"<table>{head}{rows}</table>"),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )


def old_and_new(place: str) -> Varied:
    """The footer still links the old column, which ends years ago; the new one is asked by a script
    that sends JSON and answers with the whole table as HTML in JSON."""
    bodies = {"edu": f"{place}县教育局", "fin": f"{place}县财政局", "wat": f"{place}县水利局"}
    old, new = (2019, 2018), (2023, 2022, 2021)
    past = "".join(_line(b, n, y) for y in old for b, n in bodies.items())
    lines = [_line(b, n, y) for y in new for b, n in bodies.items()]

    def answer(seen: Seen) -> Answer:
        given = json.loads(seen.body or b"{}")
        number = int(given.get("pageNo", asked(seen).get("pageNo", 1)))
        html = "".join(lines[(number - 1) * 5 : number * 5])
        told = {
            "code": 0,
            "data": {"html": f"<ul>{html}</ul>", "total": len(lines), "pageNo": number},
        }
        return Answer(
            json.dumps(told, ensure_ascii=False), headers={"Content-Type": "application/json"}
        )

    script = (
        "<script>function go(n){ $.ajax({url:'/portal/list/query', type:'post', contentType:'application/json',"
        " data: JSON.stringify({channel:'nb2021', pageNo:n, pageSize:5}), success:function(r){ $('#l').html(r.data.html) }}) } go(1)</script>"
    )
    return Varied(
        {
            "/": page(place, "<div><a href='/zwgk/'>政务公开</a></div><footer><a href='/old/nb/'>政府信息公开年报</a></footer>"),
            "/zwgk/": page("政务公开", "<ul><li><a href='/zwgk/zn/'>政府信息公开指南</a></li><li><a href='/zwgk/nb/'>政府信息公开年报</a></li></ul>"),
            "/zwgk/zn/": page("指南", "<p>指南</p>"),
            "/zwgk/nb/": page("政府信息公开年报", f"<ul id=l></ul>{script}"),
            "/old/nb/": page("政府信息公开年报", f"<ul>{past}</ul>"),
            "/portal/list/query*": answer,
            **_texts(bodies, (*old, *new)),
        },
        bodies,
        _all(bodies, (*old, *new)),
    )  # fmt: skip


SERIES: tuple[Callable[[str], Varied], ...] = (
    years_by_script, organs_by_script, pager_in_attributes, click_to_see, old_and_new,
)  # fmt: skip
UNREADABLE = frozenset({"years_by_script", "organs_by_script"})
"""Without a browser no honest crawler can have all of these."""
