"""An eighth series: plain portals on which a part of the reports stands a step aside of the common
list, under a title of another wording or behind a page that does not answer. See `bench.discovery`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from tests.spiders.served import Answer, Route, Seen, Site, page, report
from tests.spiders.varied_five import TOWNS, _departments, _lines, _list, _pairs, _texts
from tests.spiders.varied_one import Varied

COLUMN = "政府信息公开年报"
LINK = f"<a href='/gk/nb/'>{COLUMN}</a>"


def _pages(path: str, title: str, lines: list[str], size: int) -> dict[str, Route]:
    """A list over several pages, each with links to all of them; ``path``: folder of the list."""
    last = -(-len(lines) // size)
    files = [f"{path}{'index' if n == 1 else f'index_{n}'}.html" for n in range(1, last + 1)]
    numbers = "".join(f"<a href='{f}'>{n}</a> " for n, f in enumerate(files, 1))
    routes: dict[str, Route] = {}
    for n, file in enumerate(files):
        onward = f"<a href='{files[n + 1]}'>下一页</a>" if n + 1 < last else ""
        pager = f"<div class=page>{numbers}{onward}</div>"
        routes[file] = _list(title, lines[n * size : (n + 1) * size], pager)
    return routes


def _line(path: str, title: str, day: str) -> str:
    return f"<li><a href='{path}'>{title}</a><span>{day}</span></li>"


def other_column(place: str) -> Varied:
    """Two reports were put among the notices instead of the column."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2023))
    other = {("aud", 2023), ("sta", 2022)}
    return Varied(
        {
            "/": page(place, f"{LINK}<a href='/tz/'>通知公告</a>"),
            "/gk/nb/": _list(COLUMN, _lines(bodies, there - other)),
            "/tz/": _list("通知公告", _lines(bodies, other)),
            **_texts(bodies, there),
        },
        bodies,
        there,
    )


def newest_ten(place: str) -> Varied:
    """The column shows the newest ten; a link below leads to the whole list, which has pages."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("wat", 2022))
    lines = _lines(bodies, there)
    more = "<p class=more><a href='/gk/nb/qb/index.html'>更多&gt;&gt;</a></p>"
    return Varied(
        {
            "/": page(place, LINK),
            "/gk/nb/": _list(COLUMN, lines[:10], more),
            **_pages("/gk/nb/qb/", COLUMN, lines, 8),
            **_texts(bodies, there),
        },
        bodies,
        there,
    )


def left_menu(place: str) -> Varied:
    """The column's own list holds three of the newest; the others stand in the lists of the menu on
    its left: departments, towns, earlier years."""
    towns = {b: f"{place}县{TOWNS[b]}人民政府" for b in ("bei", "nan", "dong")}
    bodies = _departments(place, 4) | towns
    there = _pairs(bodies, ("fin", 2023))
    own = {("edu", 2023), ("wat", 2023), ("bei", 2023)}
    kept = {
        "bm": ("部门年报", {p for p in there - own if p[1] == 2023 and p[0] not in towns}),
        "xz": ("乡镇年报", {p for p in there - own if p[1] == 2023 and p[0] in towns}),
        "ln": ("历年年报", {p for p in there if p[1] < 2023}),
    }
    links = "".join(f"<li><a href='/gk/nb/{k}/'>{title}</a></li>" for k, (title, _) in kept.items())
    menu = f"<div class=left><h3>{COLUMN}</h3><ul>{links}</ul></div>"
    return Varied(
        {
            "/": page(place, LINK),
            "/gk/nb/": _list(COLUMN, _lines(bodies, own), menu),
            **{f"/gk/nb/{k}/": _list(t, _lines(bodies, p), menu) for k, (t, p) in kept.items()},
            **_texts(bodies, there),
        },
        bodies,
        there,
    )


def page_three(place: str, status: int = 500) -> Varied:
    """Three pages, what was entered late at the end; the third never answers but with an error."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("edu", 2023))
    lines = _lines(bodies, there)
    routes = _pages("/gk/nb/", COLUMN, [*lines[3:], *lines[:3]], 6)
    routes["/gk/nb/index_3.html"] = Answer(page("", "<h1>出错了</h1>"), status)
    home = page(place, f"<a href='/gk/nb/index.html'>{COLUMN}</a>")
    return Varied({"/": home, **routes, **_texts(bodies, there)}, bodies, there)


def short_names(place: str) -> Varied:
    """Names as people say them in some titles, in two bodies' texts too; the oldest report of one
    body bears the name that the body had before."""
    bodies = {
        "drc": f"{place}县发展和改革委员会",
        "hou": f"{place}县住房和城乡建设局",
        "hea": f"{place}县卫生健康委员会",
        "hrs": f"{place}县人力资源和社会保障局",
        "rur": f"{place}县乡村振兴局",
        "fin": f"{place}县财政局",
    }
    there = _pairs(bodies, ("fin", 2023))
    named = dict.fromkeys((("drc", 2023), ("drc", 2022)), "县发改委")
    named |= {("hou", 2023): "县住建局", ("hou", 2021): "县住建局"}
    named |= {("hea", 2023): "县卫健委", ("hrs", 2023): "县人社局", ("hrs", 2022): "县人社局"}
    named[("rur", 2021)] = f"{place}县扶贫开发办公室"
    routes: dict[str, Route] = {"/": page(place, LINK)}
    lines = []
    for b, y in sorted(there, key=lambda p: (-p[1], list(bodies).index(p[0]))):
        called = named.get((b, y), bodies[b])
        text = report(bodies[b], y)
        if b in ("drc", "hrs", "rur"):
            text = text.replace(bodies[b], called)
        for before in ("<title>", "<h1>", "来源："):
            text = text.replace(before + bodies[b], before + called)
        routes[f"/w/{b}{y}.html"] = text
        title = f"{called}{y}年政府信息公开工作年度报告"
        lines.append(_line(f"/w/{b}{y}.html", title, f"{y + 1}-01-22"))
    return Varied(routes | {"/gk/nb/": _list(COLUMN, lines)}, bodies, there)


def years_in_words(place: str) -> Varied:
    """Years in Chinese numerals, with two digits, or by the date of publication alone."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2023))
    routes: dict[str, Route] = {"/": page(place, LINK)}
    lines = []
    for b, y in sorted(there, key=lambda p: (-p[1], list(bodies).index(p[0]))):
        day = f"{y + 1}-01-20"
        text = report(bodies[b], y, shown=day)
        words = f"{y}年"
        if b == "aud":
            words = "".join("〇一二三四五六七八九"[int(c)] for c in str(y)) + "年"
            text = text.replace(f"{y}年", words)
        elif b == "sta":
            words = f"{y % 100}年度"
            text = text.replace(f"{bodies[b]}{y}年", f"{bodies[b]}{words}")
        elif b == "jus":
            words = "上年度"
            text = text.replace(f"至{y}年", "至").replace(f"{y}年1月", "上年1月")
            text = text.replace(f"{y}年", words)
        routes[f"/w/{b}{y}.html"] = text
        lines.append(_line(f"/w/{b}{y}.html", f"{bodies[b]}{words}政府信息公开工作年度报告", day))
    return Varied(routes | {"/gk/nb/": _list(COLUMN, lines)}, bodies, there)


def closed_articles(place: str) -> Varied:
    """Listed like all others, but one newest article is forbidden, another's page was moved away."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2023))
    gone = "<div class=err><p>您访问的页面不存在</p><p><a href='/'>返回首页</a></p></div>"
    return Varied(
        {
            "/": page(place, LINK),
            "/gk/nb/": _list(COLUMN, _lines(bodies, there)),
            **_texts(bodies, there),
            "/w/aud2023.html": Answer(page("403", "<h1>403 Forbidden</h1>"), 403),
            "/w/sta2023.html": page("提示信息", gone),
        },
        bodies,
        there,
    )


def own_section(place: str) -> Varied:
    """One body publishes in its own section only; the sections of the others have no reports."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2023))
    folders = dict(zip(bodies, ("jyj", "czj", "slj", "sjj", "tjj", "sfj"), strict=True))
    sections = "".join(
        f"<li><a href='/bmxx/{folders[b]}/'>{name}</a></li>" for b, name in bodies.items()
    )
    routes: dict[str, Route] = {
        "/": page(place, "<a href='/gk/'>政务公开</a> <a href='/bmxx/'>部门信息</a>"),
        "/gk/": page("政务公开", LINK),
        "/gk/nb/": _list(COLUMN, _lines(bodies, (p for p in there if p[0] != "aud"))),
        "/bmxx/": page("部门信息", f"<ul>{sections}</ul>"),
        **_texts(bodies, there),
    }
    for b, name in bodies.items():
        here = f"/bmxx/{folders[b]}/"
        routes[here] = page(name, f"<h1>{name}</h1><a href='{here}xxgk/'>信息公开</a>")
        reports = f"<li><a href='{here}xxgk/nb/'>年报</a></li>" if b == "aud" else ""
        duties = f"<ul><li><a href='{here}xxgk/jg.html'>机构职能</a></li>{reports}</ul>"
        routes[f"{here}xxgk/"] = page(f"{name}信息公开", f"<h1>{name}</h1>{duties}")
        routes[f"{here}xxgk/jg.html"] = page("机构职能", f"<p>{name}的机构职能</p>")
    own = _lines(bodies, (p for p in there if p[0] == "aud"), "{}年政府信息公开工作年度报告")
    return Varied(routes | {"/bmxx/sjj/xxgk/nb/": _list("年报", own)}, bodies, there)


def foreign_newest(place: str) -> Varied:
    """The list of the newest year, with its articles, on another host; the years before here."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2022))
    newest = frozenset(p for p in there if p[1] == 2023)

    @cache
    def abroad() -> Site:
        # Only while somebody looks at the portal: its port isn't known before.
        shown = _list("2023年政府信息公开年报", _lines(bodies, newest))
        return Site({"/nb/2023/": shown, **_texts(bodies, newest)})

    def column(seen: Seen) -> Answer:
        years = f"<a href='{abroad().url}nb/2023/'>2023年</a>"
        years += "".join(f" <a href='/gk/nb/{y}/'>{y}年</a>" for y in (2022, 2021))
        return Answer(page(COLUMN, f"<h2>{COLUMN}</h2><p class=nd>{years}</p>"))

    def of(year: int) -> Iterable[str]:
        return _lines(bodies, (p for p in there if p[1] == year))

    return Varied(
        {
            "/": page(place, LINK),
            "/gk/nb/": column,
            **{f"/gk/nb/{y}/": _list(f"{y}年{COLUMN}", of(y)) for y in (2022, 2021)},
            **_texts(bodies, there - newest),
        },
        bodies,
        there,
    )


SERIES: tuple[Callable[[str], Varied], ...] = (
    other_column, newest_ten, left_menu, page_three, short_names, years_in_words,
    closed_articles, own_section, foreign_newest,
)  # fmt: skip
