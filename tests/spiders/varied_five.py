"""A fifth series: whole-looking lists that hold a part only, and say nothing of the rest. Some bodies
did leave out a year. See `bench.discovery`."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable

from tests.spiders.served import Answer, Route, Seen, page, report
from tests.spiders.varied_one import Varied, asked

YEARS = (2023, 2022, 2021)
DEPARTMENTS = {
    "edu": "教育局", "fin": "财政局", "wat": "水利局", "aud": "审计局", "sta": "统计局",
    "jus": "司法局", "civ": "民政局", "hea": "卫生健康局",
}  # fmt: skip
TOWNS = {
    "bei": "北关镇", "nan": "南营乡", "dong": "东湖镇", "xi": "西岭乡", "hui": "汇水镇",
}  # fmt: skip

Pair = tuple[str, int]


def _departments(place: str, number: int) -> dict[str, str]:
    return {b: f"{place}县{n}" for b, n in list(DEPARTMENTS.items())[:number]}


def _pairs(bodies: Iterable[str], *left_out: Pair) -> frozenset[Pair]:
    return frozenset((b, y) for b in bodies for y in YEARS) - set(left_out)


def _texts(bodies: dict[str, str], there: frozenset[Pair]) -> dict[str, Route]:
    return {f"/w/{b}{y}.html": report(bodies[b], y) for b, y in there}


def _lines(bodies: dict[str, str], there: Iterable[Pair], words: str = "") -> list[str]:
    """Newest first; ``words``: a title that names no body."""
    return [
        f"<li><a href='/w/{b}{y}.html'>{words.format(y) or f'{bodies[b]}{y}年政府信息公开工作年度报告'}</a>"
        f"<span>{y + 1}-01-{10 + list(bodies).index(b)}</span></li>"
        for b, y in sorted(there, key=lambda p: (-p[1], list(bodies).index(p[0])))
    ]


def _list(title: str, lines: Iterable[str], more: str = "") -> str:
    return page(title, f"<div class=con><ul class=gl>{''.join(lines)}</ul>{more}</div>")


def split_departments(place: str) -> Varied:
    """Four of eight departments stand in the common column; the others only in columns of their own,
    which a select box on the portal of departments leads to."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("fin", 2023), ("jus", 2022))
    half = ("edu", "fin", "wat", "aud")
    options = "".join(f"<option value='{b}'>{n}</option>" for b, n in bodies.items())
    go = "<script>function go(s){if(s.value)window.open('/bm/'+s.value+'/xxgk.html')}</script>"
    routes: dict[str, Route] = {
        "/": page(place, "<ul><li><a href='/zwgk/'>政务公开</a></li></ul>"),
        "/zwgk/": page("政务公开", f"<a href='/zwgk/nb/'>政府信息公开年报</a> 部门公开<select onchange='go(this)'><option>请选择</option>{options}</select>{go}"),
        "/zwgk/nb/": _list("政府信息公开年报", _lines(bodies, (p for p in there if p[0] in half))),
        **_texts(bodies, there),
    }  # fmt: skip
    for b in set(bodies) - set(half):
        own = _lines(bodies, (p for p in there if p[0] == b), "{}年度报告")
        routes[f"/bm/{b}/xxgk.html"] = page(bodies[b], f"<a href='/bm/{b}/nb.html'>公开年报</a>")
        routes[f"/bm/{b}/nb.html"] = _list(f"{bodies[b]}公开年报", own)
    return Varied(routes, bodies, there)


def year_in_select(place: str) -> Varied:
    """One folder a year; the newest is shown, the one before has a link, the oldest stands in a box."""
    bodies = _departments(place, 7)
    there = _pairs(bodies, ("sta", 2023), ("civ", 2021))
    box = (
        "<select id=nd><option value=2021>2021年</option><option value=2020>更早</option></select>"
    )
    script = "<script>$('#nd').on('change',function(){location.href='/gk/nb/'+$(this).val()+'n/'})</script>"
    routes: dict[str, Route] = {
        "/": page(place, "<a href='/gk/'>政府信息公开</a>"),
        "/gk/": page("政府信息公开", "<a href='/gk/nb/2023n/'>政府信息公开年报</a>"),
        "/gk/nb/2020n/": _list("2020年政府信息公开年报", []),
        **_texts(bodies, there),
    }
    for y in YEARS:
        tabs = f"<p><a href='/gk/nb/2023n/'>2023年</a> <a href='/gk/nb/2022n/'>2022年</a> {box}</p>{script}"
        shown = _lines(bodies, (p for p in there if p[1] == y))
        routes[f"/gk/nb/{y}n/"] = _list("政府信息公开年报", shown, tabs)
    return Varied(routes, bodies, there)


def odd_pager(place: str) -> Varied:
    """Spans whose number a script in a file turns to an address; the total counts one page alone."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("edu", 2023), ("hea", 2022))
    lines = _lines(bodies, there)
    size = 6
    last = -(-len(lines) // size)
    spans = "".join(f"<span class=pn data-n={n}>{n}</span>" for n in range(1, last + 1))
    routes: dict[str, Route] = {
        "/": page(place, "<a href='/gk/index.jhtml'>政府信息公开</a>"),
        "/gk/index.jhtml": page("政府信息公开", "<a href='/gk/nb.jhtml'>政府信息公开年报</a>"),
        "/js/turn.js": "document.onclick=function(e){var n=e.target.dataset.n;if(n)location='/gk/nb'+(n>1?'-p'+n:'')+'.jhtml'}",
        **_texts(bodies, there),
    }  # fmt: skip
    for n in range(1, last + 1):
        shown = lines[(n - 1) * size : n * size]
        more = f"<div>共{len(shown)}条记录</div><div>{spans}</div><script src=/js/turn.js></script>"
        routes[f"/gk/nb{f'-p{n}' if n > 1 else ''}.jhtml"] = _list("政府信息公开年报", shown, more)
    return Varied(routes, bodies, there)


def notice_with_file(place: str) -> Varied:
    """Half of the bodies in the column; the others each hang the report to a notice of another title,
    among the notices of the portal."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("wat", 2023), ("jus", 2023))
    hung = ("aud", "sta", "jus")
    routes: dict[str, Route] = {
        "/": page(place, "<a href='/tz/'>通知公告</a> <a href='/gk/nb/'>政府信息公开年报</a>"),
        "/gk/nb/": _list(
            "政府信息公开年报", _lines(bodies, (p for p in there if p[0] not in hung))
        ),
        **_texts(bodies, there),
    }
    notices = []
    for b, y in sorted(p for p in there if p[0] in hung):
        name = bodies[b]
        routes[f"/tz/{b}{y}.html"] = page(
            f"{name}关于{y}年度有关材料的公示",
            f"<h1>{name}关于{y}年度有关材料的公示</h1><p>发布时间：{y + 1}-01-19</p><p>现予公示。</p>"
            f"<p><a href='/f/{y}/{b}.docx'>附件1.docx</a></p>",
        )
        routes[f"/f/{y}/{b}.docx"] = _docx(name, y)
        notices.append(f"<li><a href='/tz/{b}{y}.html'>{name}关于{y}年度有关材料的公示</a></li>")
    return Varied(routes | {"/tz/": _list("通知公告", notices)}, bodies, there)


def _docx(name: str, year: int) -> bytes:
    lines = (
        f"{name}{year}年政府信息公开工作年度报告",
        f"{name}按照条例的要求编制本报告，数据统计期限为{year}年1月1日至{year}年12月31日。",
        "一、总体情况", f"{year}年，{name}主动公开信息十二条。", "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况", "六、其他需要报告的事项", name, f"{year + 1}年1月19日",
    )  # fmt: skip
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{text}</w:body></w:document>',
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for path, content in parts.items():
            file.writestr(path, content)
    return written.getvalue()


def towns_on_a_host(place: str) -> Varied:
    """Two of five towns in the common column; the others on a host of the towns, whose pages name
    them in headings only."""
    towns = {b: f"{place}县{n}人民政府" for b, n in TOWNS.items()}
    bodies = _departments(place, 6) | towns
    there = _pairs(bodies, ("fin", 2023), ("nan", 2023), ("hui", 2022))
    away = ("dong", "xi", "hui")
    host = "http://localhost:{port}"
    shown = _lines(bodies, (p for p in there if p[0] not in away))
    routes: dict[str, Route] = {
        "/": page(place, f"<a href='/gk/nb/'>政府信息公开年报</a><div class=foot><a href='{host}/zhen/'>乡镇网站群</a></div>"),
        "/gk/nb/": _list("政府信息公开年报", shown),
        "/zhen/": page("乡镇网站群", "".join(f"<a href='{host}/zhen/{b}/'>{TOWNS[b]}</a>" for b in away)),
        **_texts(bodies, there),
    }  # fmt: skip
    for b in away:
        own = _lines(bodies, (p for p in there if p[0] == b), "{}年信息公开年度报告")
        routes[f"/zhen/{b}/"] = page(
            TOWNS[b], f"<h1>{TOWNS[b]}</h1><a href='{host}/zhen/{b}/nb/'>信息公开年报</a>"
        )
        routes[f"/zhen/{b}/nb/"] = _list("信息公开年报", own)
    return Varied(routes, bodies, there)


def merged_article(place: str) -> Varied:
    """Three bodies publish alone; four have one article a year that holds the reports of all four."""
    bodies = _departments(place, 7)
    there = _pairs(bodies, ("fin", 2023), ("sta", 2022))
    alone = ("edu", "fin", "wat")
    routes: dict[str, Route] = {"/": page(place, "<a href='/gk/nb/'>政府信息公开年报</a>")}
    lines = _lines(bodies, (p for p in there if p[0] in alone))
    for y in YEARS:
        title = f"{place}县部分县直单位{y}年政府信息公开工作年度报告"
        within = [bodies[b] for b in bodies if b not in alone and (b, y) in there]
        texts = "".join(report(n, y).partition("</div>")[2].partition("</body>")[0] for n in within)
        routes[f"/w/hb{y}.html"] = page(title, f"<h1>{title}</h1>{texts}")
        lines.append(f"<li><a href='/w/hb{y}.html'>{title}</a><span>{y + 1}-01-25</span></li>")
    routes["/gk/nb/"] = _list("政府信息公开年报", lines)
    return Varied(
        routes | _texts(bodies, frozenset(p for p in there if p[0] in alone)), bodies, there
    )


def statutory(place: str) -> Varied:
    """Four of seven in 年报; the others wrote theirs to 法定主动公开内容, between other matters."""
    bodies = _departments(place, 7)
    there = _pairs(bodies, ("wat", 2022), ("civ", 2023))
    other = ("sta", "jus", "civ")
    mixed = [
        x
        for n, line in enumerate(_lines(bodies, (p for p in there if p[0] in other)))
        for x in (line, f"<li><a href='/o/{n}.html'>{place}县第{n + 3}次常务会议召开</a></li>")
    ]
    return Varied(
        {
            "/": page(place, "<a href='/gk/'>政府信息公开</a>"),
            "/gk/": page("政府信息公开", "<ul class=left><li><a href='/gk/zn.html'>公开指南</a></li><li><a href='/gk/fd/'>法定主动公开内容</a></li><li><a href='/gk/nb.html'>公开年报</a></li></ul>"),
            "/gk/zn.html": page("公开指南", "<p>公开指南</p>"),
            "/gk/fd/": page("法定主动公开内容", "<p><a href='/gk/fd/jg.html'>机构职能</a> <a href='/gk/fd/qt.html'>其他法定信息</a></p>"),
            "/gk/fd/jg.html": page("机构职能", "<p>机构职能</p>"),
            "/gk/fd/qt.html": _list("其他法定信息", mixed),
            "/gk/nb.html": _list("公开年报", _lines(bodies, (p for p in there if p[0] not in other))),
            **{f"/o/{n}.html": page("会议", "<p>会议召开。</p>") for n in range(len(mixed))},
            **_texts(bodies, there),
        },
        bodies,
        there,
    )  # fmt: skip


def stale_list(place: str) -> Varied:
    """The column's page is of an older state, without the reports published last; the block on the
    front page, whose "more" leads to another address of the column, has them."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("aud", 2023), ("edu", 2021))
    late = {("sta", 2023), ("jus", 2023), ("wat", 2023)}
    newest = "".join(_lines(bodies, there)[:2])
    return Varied(
        {
            "/": page(place, f"<a href='/gk/'>政府信息公开</a><div><h3>最新公开</h3><a href='/gk/zx/list.html'>更多</a><ul>{newest}</ul></div>"),
            "/gk/": page("政府信息公开", "<a href='/gk/nb/'>政府信息公开年报</a>"),
            "/gk/nb/": _list("政府信息公开年报", _lines(bodies, there - late), "<p>缓存于2024-01-12</p>"),
            "/gk/zx/list.html": _list("最新公开", _lines(bodies, there)),
            **_texts(bodies, there),
        },
        bodies,
        there,
    )  # fmt: skip


def infinite_scroll(place: str) -> Varied:
    """The rest comes while one scrolls, by a cursor that only a script in a file knows how to use."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, ("wat", 2023), ("fin", 2022))
    lines = _lines(bodies, there)

    def more(seen: Seen) -> Answer:
        start = int(asked(seen).get("after") or "0", 16)
        rest = lines[start : start + 4]
        after = f"{start + 4:x}" if start + 4 < len(lines) else None
        return Answer(json.dumps({"html": "".join(rest), "after": after}))

    head = "<script src=/js/scroll.js></script>"
    shown = f"<div id=flow data-after=4><ul>{''.join(lines[:4])}</ul></div>"
    return Varied(
        {
            "/": page(place, "<a href='/gk/nb/'>政府信息公开年报</a>"),
            "/gk/nb/": page("政府信息公开年报", shown, head),
            "/js/scroll.js": "addEventListener('scroll',function(){load('/gk/flow?after='+flow.dataset.after)})",
            "/gk/flow*": more,
            **_texts(bodies, there),
        },
        bodies,
        there,
    )  # fmt: skip


SERIES: tuple[Callable[[str], Varied], ...] = (
    split_departments, year_in_select, odd_pager, notice_with_file, towns_on_a_host,
    merged_article, statutory, stale_list, infinite_scroll,
)  # fmt: skip
UNREADABLE: frozenset[str] = frozenset()
ELSEWHERE = frozenset({"notice_with_file", "towns_on_a_host"})
"""A whole column, and reports that an honest crawler has no way to."""
