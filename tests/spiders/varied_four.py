"""A fourth series: pages that lead astray in other ways than the third. See `bench.discovery`."""

from __future__ import annotations

from collections.abc import Callable

from tests.spiders.served import Answer, Route, Seen, page, report
from tests.spiders.varied_one import Varied, asked


def _all(bodies: dict[str, str], years: tuple[int, ...]) -> frozenset[tuple[str, int]]:
    return frozenset((b, y) for b in bodies for y in years)


def _texts(bodies: dict[str, str], years: tuple[int, ...]) -> dict[str, Route]:
    return {f"/w/{b}{y}.html": report(name, y) for b, name in bodies.items() for y in years}


def _title(name: str, y: int) -> str:
    return f"{name}{y}年政府信息公开工作年度报告"


def hidden_next(place: str) -> Varied:
    """A pager of arrows as pictures and icons; nothing that says page in words."""
    bodies = {"edu": f"{place}县教育局", "fin": f"{place}县财政局"}
    years = (2023, 2022, 2021)
    lines = [
        f"<li><a href='/w/{b}{y}.html'>{_title(n, y)}</a><i>{y + 1}-01-11</i></li>"
        for y in years
        for b, n in bodies.items()
    ]

    def listing(seen: Seen) -> Answer:
        number = int(asked(seen).get("p", "1"))
        more = f"<a href='?p={number + 1}'><img src='/img/next.gif'></a>" if number < 3 else ""
        back = f"<a href='?p={number - 1}'><img src='/img/prev.gif'></a>" if number > 1 else ""
        shown = "".join(lines[(number - 1) * 2 : number * 2])
        return Answer(page("公开年报", f"<ul>{shown}</ul><div class=ar>{back}{more}</div>"))

    return Varied(
        {
            "/": page(place, "<p><a href='/gk/'>政府信息公开</a></p>"),
            "/gk/": page("政府信息公开", "<ul><li><a href='/gk/nb.jsp'>公开年报</a></li></ul>"),
            "/gk/nb.jsp*": listing,
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )


def two_lists(place: str) -> Varied:
    """The government's list on the page is whole; the departments' list below has a pager of its own
    whose second page repeats the first list."""
    bodies = {
        "gov": f"{place}县人民政府",
        "edu": f"{place}县教育局",
        "fin": f"{place}县财政局",
        "wat": f"{place}县水利局",
    }
    years = (2023, 2022)
    own = "".join(
        f"<li><a href='/w/gov{y}.html'>{_title(f'{place}县', y)}</a> {y + 1}-03-11</li>"
        for y in years
    )
    lines = [
        f"<li><a href='/w/{b}{y}.html'>{_title(n, y)}</a> {y + 1}-01-11</li>"
        for y in years
        for b, n in bodies.items()
        if b != "gov"
    ]

    def listing(number: int) -> str:
        other = 3 - number
        pager = f"<div class=page>{number}/2 <a href='{'nb.html' if other == 1 else 'nb_2.html'}'>{'上一页' if other == 1 else '下一页'}</a></div>"
        shown = "".join(lines[(number - 1) * 3 : number * 3])
        return page(
            "政府信息公开年报",
            f"<h4>县政府</h4><ul>{own}</ul><h4>县直部门</h4><ul>{shown}</ul>{pager}",
        )

    return Varied(
        {
            "/": page(place, "<p><a href='/gk/nb.html'>政府信息公开年报</a></p>"),
            "/gk/nb.html": listing(1),
            "/gk/nb_2.html": listing(2),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def towns_apart(place: str) -> Varied:
    """The column shows departments; the towns have a platform of their own, one page for each with a
    list whose titles name nobody, reached from the site's lower navigation only."""
    bodies = {
        "edu": f"{place}县教育局",
        "fin": f"{place}县财政局",
        "bei": f"{place}县北关镇人民政府",
        "nan": f"{place}县南营乡人民政府",
    }
    years = (2023, 2022)
    lines = "".join(
        f"<li><a href='/w/{b}{y}.html'>{_title(bodies[b], y)}</a> {y + 1}-01-11</li>"
        for y in years
        for b in ("edu", "fin")
    )
    routes: dict[str, Route] = {
        "/": page(place, "<ul class=nav><li><a href='/gk/'>政务公开</a></li></ul><div class=foot><a href='/xz/'>乡镇街道</a></div>"),
        "/gk/": page("政务公开", "<a href='/gk/nb/'>政府信息公开年报</a>"),
        "/gk/nb/": page("政府信息公开年报", f"<ul>{lines}</ul>"),
        "/xz/": page("乡镇街道", "<p><a href='/xz/bei/'>北关镇</a> <a href='/xz/nan/'>南营乡</a></p>"),
        **_texts(bodies, years),
    }  # fmt: skip
    for b, name in (("bei", "北关镇"), ("nan", "南营乡")):
        shown = "".join(
            f"<p>{y + 1}-01-15 <a href='/w/{b}{y}.html'>{y}年度信息公开年报</a></p>" for y in years
        )
        routes[f"/xz/{b}/"] = page(name, f"<h1>{name}</h1><a href='/xz/{b}/gk/'>信息公开</a>")
        routes[f"/xz/{b}/gk/"] = page(f"{name}信息公开", f"<a href='/xz/{b}/nb/'>年报</a>")
        routes[f"/xz/{b}/nb/"] = page("年报", shown)
    return Varied(routes, bodies, _all(bodies, years))


def ajax_tabs(place: str) -> Varied:
    """Anchors as tabs of groups; each group's list stands in the page, but only the first is filled."""
    bodies = {
        "edu": f"{place}市教育局",
        "fin": f"{place}市财政局",
        "dis": f"{place}市东河区人民政府",
    }
    years = (2023, 2022)
    shown = "".join(
        f"<li><a href='/w/{b}{y}.html'>{_title(bodies[b], y)}</a> {y + 1}-01-11</li>"
        for y in years
        for b in ("edu", "fin")
    )
    tabs = "<ul class=tab><li class=on data-id=1>市直部门</li><li data-id=2>县（市、区）</li></ul>"
    return Varied(
        {
            "/": page(place, "<p><a href='/gk/nb/'>政府信息公开年报</a></p>"),
            "/gk/nb/": page("政府信息公开年报", f"{tabs}<ul id=c1>{shown}</ul><ul id=c2></ul><script src=/js/tab.js></script>"),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def cut_titles(place: str) -> Varied:
    """Titles cut by the server without a full one anywhere, several bodies beginning alike; dates
    without years; the year stands in a heading above."""
    bodies = {
        "hou": f"{place}县住房和城乡建设局",
        "hrs": f"{place}县人力资源和社会保障局",
        "ind": f"{place}县工业和信息化局",
    }
    years = (2023, 2022)
    blocks = "".join(
        f"<h5>{y + 1}年发布</h5><ul>"
        + "".join(
            f"<li><a href='/w/{b}{y}.html'>{_title(n, y)[:9]}…</a><span>[01-{10 + k}]</span></li>"
            for k, (b, n) in enumerate(bodies.items())
        )
        + "</ul>"
        for y in years
    )
    return Varied(
        {
            "/": page(place, "<p><a href='/gk/nb/'>政府信息公开年报</a></p>"),
            "/gk/nb/": page("政府信息公开年报", blocks),
            **_texts(bodies, years),
        },
        bodies,
        _all(bodies, years),
    )


SERIES: tuple[Callable[[str], Varied], ...] = (
    hidden_next, two_lists, towns_apart, ajax_tabs, cut_titles,
)  # fmt: skip
UNREADABLE = frozenset({"ajax_tabs"})
