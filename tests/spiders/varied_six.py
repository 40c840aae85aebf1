"""A sixth series: lists that lose a few reports only, so that no count of bodies or years tells. See
`bench.discovery`."""

from __future__ import annotations

from collections.abc import Callable

from tests.spiders.served import Route, page
from tests.spiders.varied_five import (
    _departments,
    _lines,
    _list,
    _pairs,
    _texts,
)
from tests.spiders.varied_one import Varied


def two_moved_out(place: str) -> Varied:
    """Two of eight departments publish on pages of their own; their names on the front page lead
    there, in a drop-down that a script writes."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("edu", 2023), ("hea", 2022))
    own = ("civ", "hea")
    items = ",".join(f"{{name:'{bodies[b]}',url:'/d/{b}/'}}" for b in own)
    routes: dict[str, Route] = {
        "/": page(place, f"<a href='/gk/nb/'>政府信息公开年报</a><div id=dd></div><script>var d=[{items}]</script>"),
        "/gk/nb/": _list("政府信息公开年报", _lines(bodies, (p for p in there if p[0] not in own))),
        **_texts(bodies, there),
    }  # fmt: skip
    for b in own:
        routes[f"/d/{b}/"] = page(
            bodies[b], f"<h1>{bodies[b]}</h1><a href='/d/{b}/gk/'>信息公开</a>"
        )
        routes[f"/d/{b}/gk/"] = page(
            "信息公开", f"<ul><li><a href='/d/{b}/gk/nb/'>年度报告</a></li></ul>"
        )
        shown = _lines(bodies, (p for p in there if p[0] == b), "{}年度政府信息公开工作年度报告")
        routes[f"/d/{b}/gk/nb/"] = _list("年度报告", shown)
    return Varied(routes, bodies, there)


def titled_otherwise(place: str) -> Varied:
    """Two reports of the newest year bear titles without the usual words."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("fin", 2023))
    odd = {
        ("aud", 2023): "关于2023年度主动公开和依申请公开情况的说明",
        ("sta", 2023): "2023年政务公开工作情况",
    }
    lines = _lines(bodies, (p for p in there if p not in odd))
    for (b, y), words in odd.items():
        lines.insert(
            0, f"<li><a href='/w/{b}{y}.html'>{bodies[b]}{words}</a><span>{y + 1}-01-20</span></li>"
        )
    return Varied(
        {"/": page(place, "<a href='/gk/nb/'>政府信息公开年报</a>"), "/gk/nb/": _list("政府信息公开年报", lines), **_texts(bodies, there)},
        bodies, there,
    )  # fmt: skip


def short_newest(place: str) -> Varied:
    """A box 本年度年报 above, the archive below behind a link with a word of its own; one body's
    newest report stands in neither but on its line in the list of bodies."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("edu", 2023), ("jus", 2021))
    newest = [p for p in there if p[1] == 2023 and p[0] != "wat"]
    table = "".join(
        f"<tr><td>{n}</td><td>{'<a href=/w/wat2023.html>查看</a>' if b == 'wat' else '—'}</td></tr>"
        for b, n in bodies.items()
    )
    return Varied(
        {
            "/": page(place, "<a href='/gk/nb/'>政府信息公开年报</a>"),
            "/gk/nb/": page("政府信息公开年报", f"<h4>本年度年报</h4><ul>{''.join(_lines(bodies, newest))}</ul><table>{table}</table><p><a href='/gk/nb/old.html'>往年归档</a></p>"),
            "/gk/nb/old.html": _list("往年归档", _lines(bodies, (p for p in there if p[1] < 2023))),
            **_texts(bodies, there),
        },
        bodies, there,
    )  # fmt: skip


def half_by_half(place: str) -> Varied:
    """The list in two columns: the second starts in a frame that is written by a script."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("wat", 2023))
    lines = _lines(bodies, there)
    frame = "<script>document.write('<iframe src=\"/gk/nb/right.html\"></iframe>')</script>"
    return Varied(
        {
            "/": page(place, "<a href='/gk/nb/'>政府信息公开年报</a>"),
            "/gk/nb/": _list("政府信息公开年报", lines[::2], frame),
            "/gk/nb/right.html": _list("", lines[1::2]),
            **_texts(bodies, there),
        },
        bodies, there,
    )  # fmt: skip


SERIES: tuple[Callable[[str], Varied], ...] = (
    two_moved_out, titled_otherwise, short_newest, half_by_half,
)  # fmt: skip
