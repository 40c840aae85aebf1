"""Five more portals, written after the spider was mended for the first series and before it met
these. Second series; see `bench.discovery`."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.spiders.served import Answer, Route, Seen, page, report
from tests.spiders.varied_one import Varied, asked


def _all(bodies: dict[str, str], years: tuple[int, ...]) -> frozenset[tuple[str, int]]:
    return frozenset((b, y) for b in bodies for y in years)


def frames_and_form(place: str) -> Varied:
    """A frameset with a tree to the left; a catalogue table whose third column names the body; a
    pager that fills a form's field and sends it."""
    bodies = {
        k: f"{place}市{n}"
        for k, n in (("cul", "文物局"), ("ind", "工业和信息化局"), ("wat", "水务局"))
    }
    years = (2023, 2022, 2021)
    lines = [
        f"<tr bgcolor=#fff><td>{n}</td><td>00{y}{n}-GK</td><td><a href='show?docid={b}{y}' target=_blank>"
        f"{y}年度政府信息公开工作年度报告</a></td><td>{name}</td><td>{y + 1}/01/1{n}</td></tr>"
        for y in years
        for n, (b, name) in enumerate(bodies.items(), 1)
    ]
    size = 4

    def listing(seen: Seen) -> Answer:
        number = int(asked(seen).get("curPage") or 1)
        head = (
            "<tr><th>序号</th><th>索引号</th><th>名称</th><th>发布机构</th><th>发布日期</th></tr>"
        )
        form = (
            "<form name=f action='list' method=get><input type=hidden name=catalog value=0907>"
            f"<input type=hidden name=curPage id=cp value={number}></form>"
            "<script>function jump(n){document.getElementById('cp').value=n;document.f.submit();}</script>"
        )
        pager = "".join(f"<a href=\"javascript:jump('{n}')\">{n}</a> " for n in (1, 2, 3))
        rows = "".join(lines[(number - 1) * size : number * size])
        body = f"<table>{head}{rows}</table>{form}<div>第{number}页 共3页 {pager}<a href=\"javascript:jump('{min(number + 1, 3)}')\">下一页</a></div>"
        return Answer(page("目录列表", f"<b>政府信息公开年度报告</b>{body}"))

    def show(seen: Seen) -> Answer:
        number = asked(seen)["docid"]
        return Answer(report(bodies[number[:3]], int(number[3:])))

    tree = (
        "<ul><li><a href='guide.html' target=mainFrame>公开指南</a></li><li>公开目录<ul>"
        "<li><a href='list?catalog=0101' target=mainFrame>机构概况</a></li>"
        "<li><a href='list?catalog=0907' target=mainFrame>年度报告</a></li></ul></li></ul>"
    )
    return Varied(
        {
            "/": page(f"{place}市", "<table><tr><td><a href='/xxgkml/' target=_blank><img src=xxgk.gif alt=信息公开目录></a></td></tr></table>"),
            "/xxgkml/": "<html><head><meta charset=utf-8><title>信息公开目录</title></head><frameset cols='200,*'>"
            "<frame src='left.html' name=left><frame src='guide.html' name=mainFrame></frameset></html>",
            "/xxgkml/left.html": page("left", tree),
            "/xxgkml/guide.html": page("公开指南", "<p>指南</p>"),
            "/xxgkml/list?catalog=0101": page("目录列表", "<b>机构概况</b><p>暂无</p>"),
            "/xxgkml/list*": listing,
            "/xxgkml/show*": show,
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def three_doors(place: str) -> Varied:
    """Pictures lead to government, departments and towns; departments stand in a cloud of names, each
    with a list of bare years; the directory of a year is the article."""
    bodies = {
        "gov": f"{place}县人民政府",
        "fir": f"{place}县应急管理局",
        "gra": f"{place}县发展和改革局",
        "don": f"{place}县东沟镇人民政府",
    }
    years = (2023, 2022, 2021)

    def dirs(base: str) -> str:
        return "".join(f"<p class=nd><a href='{base}{y}n/'>{y}年</a></p>" for y in years)

    cloud = "".join(
        f"<span style='font-size:{14 + n}px'><a href='/gk/nb/bm/{b}/'>{bodies[b].removeprefix(place + '县')}</a></span>"
        for n, b in enumerate(("fir", "gra"))
    )
    doors = "".join(
        f"<div><a href='{code}/'><img src={code}.png alt='{words}'></a></div>"
        for code, words in (("zf", "县政府年报"), ("bm", "部门年报"), ("xz", "乡镇年报"))
    )
    routes: dict[str, Route] = {
        "/": page(f"{place}县", "<div class=dh><a href='/gk/'>政务公开</a><a href='/jd/'>解读</a></div>"),
        "/jd/": page("解读", "<p>解读</p>"),
        "/gk/": page("政务公开", "<ol><li><a href='/gk/nb/'><b>年报</b></a></li><li><a href='/gk/zn/'>指南</a></li></ol>"),
        "/gk/zn/": page("指南", "<p>指南</p>"),
        "/gk/nb/": page("政府信息公开年报", doors),
        "/gk/nb/zf/": page("县政府年报", dirs("/gk/nb/zf/")),
        "/gk/nb/bm/": page("部门年报", f"<div class=cloud>{cloud}</div>"),
        "/gk/nb/xz/": page("乡镇年报", "<div class=cloud><a href='/gk/nb/xz/don/'>东沟镇</a></div>"),
    }  # fmt: skip
    homes = {
        "gov": "/gk/nb/zf/",
        "fir": "/gk/nb/bm/fir/",
        "gra": "/gk/nb/bm/gra/",
        "don": "/gk/nb/xz/don/",
    }
    for b, base in homes.items():
        if b != "gov":
            routes[base] = page("年报", f"<h2>{bodies[b]}</h2>{dirs(base)}")
        for y in years:
            routes[f"{base}{y}n/"] = report(bodies[b], y)
    return Varied(routes, bodies, _all(bodies, years))


def array_in_script(place: str) -> Varied:
    """The lines stand in an array of arrays that a script writes, ten at a time."""
    bodies = {k: f"{place}区{n}" for k, n in (("law", "司法局"), ("com", "商务局"))}
    years = (2023, 2022, 2021)
    rows = [
        [f"{name}{y}年政府信息公开工作年度报告", f"../a/{b}_{y}.html", f"{y + 1}-01-11"]
        for y in years
        for b, name in bodies.items()
    ]
    script = (
        f"<script>var data = {json.dumps(rows, ensure_ascii=False)};\nvar per = 4, cur = 0;\n"
        "function draw(p){ var h=''; for (var i=p*per;i<Math.min(data.length,(p+1)*per);i++)"
        " h += '<li><a href=\"' + data[i][1] + '\">' + data[i][0] + '</a><i>' + data[i][2] + '</i></li>';"
        " document.getElementById('box').innerHTML = h; } draw(0);</script>"
    )
    routes: dict[str, Route] = {
        "/": page(f"{place}区", "<section><h4>政务</h4><a href='/g/i.html'>政府信息公开</a></section>"),
        "/g/i.html": page("政府信息公开", "<dl><dt>公开内容</dt><dd><a href='/g/n.html'>信息公开年报</a></dd></dl>"),
        "/g/n.html": page("信息公开年报", f"<ul id=box></ul><div id=pg></div>{script}"),
    }  # fmt: skip
    for b, name in bodies.items():
        for y in years:
            routes[f"/a/{b}_{y}.html"] = report(name, y)
    return Varied(routes, bodies, _all(bodies, years))


def near_names(place: str) -> Varied:
    """A district and a city of one name; explanations, other reports and the city's own among the
    lines; government against its office; a list that goes on behind 加载更多 with an address."""
    district, city = f"{place}安区", f"{place}安市"
    bodies = {
        "gov": f"{district}人民政府",
        "off": f"{district}人民政府办公室",
        "edu": f"{district}教育局",
        "fin": f"{district}财政局",
    }
    years = (2023, 2022)
    texts = {f"/d/{b}{y}.html": report(name, y) for b, name in bodies.items() for y in years}
    traps = {
        "/d/city.html": (
            f"{city}教育局2023年政府信息公开工作年度报告",
            report(f"{city}教育局", 2023),
        ),
        "/d/city2.html": (f"{city}2022年政府信息公开工作年度报告", report(f"{city}人民政府", 2022)),
        "/d/jd.html": (
            f"{district}教育局2023年政府信息公开工作年度报告解读",
            page("解读", "<p>图解</p>"),
        ),
        "/d/gz.html": (f"{district}2023年政府工作报告", page("政府工作报告", "<p>各位代表</p>")),
        "/d/fz.html": (f"{district}财政局2023年法治政府建设年度报告", page("法治", "<p>法治</p>")),
        "/d/tj.html": (f"{district}2023年国民经济和社会发展统计公报", page("公报", "<p>公报</p>")),
    }

    def row(url: str, title: str, y: int) -> str:
        return f"<div class=it><time>{y + 1}-01-2{y % 10}</time><h6><a href='{url}'>{title}</a></h6></div>"

    def words(b: str, y: int) -> str:
        name = district if b == "gov" else f"{district}政府办" if b == "off" else bodies[b]
        return f"{name}{y}年政府信息公开工作年度报告"

    own = [row(f"/d/{b}{y}.html", words(b, y), y) for y in years for b in bodies]
    other = [row(url, title, 2023) for url, (title, _) in traps.items()]
    first = (
        "".join([*own[:5], *other[:4]]) + "<div class=jz><a href='nb-more.html'>加载更多</a></div>"
    )
    rest = "".join([*own[5:], *other[4:]])
    return Varied(
        {
            "/": page(f"{district}人民政府", "<h3><a href='/xxgk/index.html'>区政府信息公开</a></h3>"),
            "/xxgk/index.html": page("信息公开", "<div class=side><a href='/xxgk/zd.html'>制度</a><a href='/xxgk/nb.html'>年度报告</a></div>"),
            "/xxgk/zd.html": page("制度", "<p>制度</p>"),
            "/xxgk/nb.html": page("年度报告", f"<div class=lst>{first}</div>"),
            "/xxgk/nb-more.html": page("年度报告", f"<div class=lst>{rest}</div>"),
            **texts,
            **{url: text for url, (_, text) in traps.items()},
        },
        bodies,
        _all(bodies, years),
    )  # fmt: skip


def menu_object(place: str) -> Varied:
    """The menu is an object in a script; lines lead straight to files that are served by number; the
    pager has arrows only, addresses without endings."""
    bodies = {
        k: f"{place}县{n}" for k, n in (("mar", "市场监督管理局"), ("soc", "人力资源和社会保障局"))
    }
    years = (2023, 2022, 2021, 2020)
    lines = [
        f"<div class=row><div class=col-8><a href='/sys/DownFile.aspx?id={b}{y}'>{name}{y}年政府信息公开年度报告</a></div>"
        f"<div class=col-4>{y + 1}.01.12</div></div>"
        for y in years
        for b, name in bodies.items()
    ]
    menu = [
        {"title": "首页", "link": "/"},
        {"title": "公开", "link": "/gk", "children": [{"title": "指南", "link": "/gk/zn"}, {"title": "年报", "link": "/gk/nb"}]},
    ]  # fmt: skip
    script = f"<script>window.menus = {json.dumps(menu, ensure_ascii=False)}; build(menus)</script>"

    def listing(number: int) -> str:
        items = "".join(
            f"<li class=active><span>{n}</span></li>"
            if n == number
            else f"<li><a href='/gk/nb/{n}'>{n}</a></li>"
            for n in (1, 2, 3)
        )
        arrow = (
            f"<li><a href='/gk/nb/{number + 1}' rel=next>»</a></li>"
            if number < 3
            else "<li class=disabled><span>»</span></li>"
        )
        shown = "".join(lines[(number - 1) * 3 : number * 3])
        return page(
            "年报",
            f"{script}<div class=c>{shown}</div><ul class=pagination>{items}{arrow}</ul><small>共有 8 条</small>",
        )

    def file(seen: Seen) -> Answer:
        number = asked(seen)["id"]
        return Answer(
            report(bodies[number[:3]], int(number[3:])),
            headers={
                "Content-Type": "application/msword",
                "Content-Disposition": "attachment; filename=nb.doc",
            },
        )

    routes: dict[str, Route] = {
        "/": page(f"{place}县", f"<div id=menu></div>{script}<p>欢迎</p>"),
        "/gk": page("公开", f"{script}<p>公开</p>"),
        "/gk/zn": page("指南", f"{script}<p>指南</p>"),
        "/gk/nb": listing(1),
        **{f"/gk/nb/{n}": listing(n) for n in (1, 2, 3)},
        "/sys/DownFile.aspx*": file,
    }
    return Varied(routes, bodies, _all(bodies, years))


SERIES: tuple[Callable[[str], Varied], ...] = (
    frames_and_form, three_doors, array_in_script, near_names, menu_object,
)  # fmt: skip
