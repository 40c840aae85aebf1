"""Five portals written without a look at the spider: words, nesting, classes and order as they came
to mind from what real portals do. First series; see `bench.discovery`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

from tests.spiders.served import Answer, Route, Seen, page, report


@dataclass(frozen=True)
class Varied:
    """``bodies``: id → name; ``there``: (id, year) of every report that the portal shows."""

    routes: dict[str, Route]
    bodies: dict[str, str]
    there: frozenset[tuple[str, int]] = field(default_factory=frozenset)


def asked(seen: Seen) -> dict[str, str]:
    pairs = parse_qs(urlsplit(seen.path).query, keep_blank_values=True)
    pairs |= parse_qs(seen.body.decode(), keep_blank_values=True)
    return {k: v[0] for k, v in pairs.items()}


def _all(bodies: dict[str, str], years: tuple[int, ...]) -> frozenset[tuple[str, int]]:
    return frozenset((b, y) for b in bodies for y in years)


def tabs_of_groups(place: str) -> Varied:
    """Tabs of groups on the column's page, each with its newest lines and a link 更多; words of a
    link in pieces, the day before the month, 工作年报 in the titles."""
    bodies = {
        "gov": f"{place}县人民政府",
        "edu": f"{place}县教育局",
        "wat": f"{place}县水利和湖泊局",
        "tow": f"{place}县石桥镇人民政府",
    }
    years = (2023, 2022, 2021)

    def line(b: str, y: int) -> str:
        shown = f"{bodies[b].removesuffix('人民政府')}{y}年政府信息公开工作年报"
        day = f"<span class=rq><b>2{y % 10}</b><i>{y + 1}-01</i></span>"
        return f"<article>{day}<a href='/gk/{b}/t{y + 1}01_{y}.shtml'><p>{shown}</p></a></article>"

    menu = (
        "<aside><div class=m1>政府信息公开指南</div><div class=m1>政府信息公开制度</div>"
        "<div class=m1 data-open=1>法定主动公开内容</div>"
        "<a class=m1 href='/gk/ndbg_3/'><em>政府信息</em><em>公开年报</em></a></aside>"
    )
    groups = {
        "zf": ("县政府", ("gov",)),
        "bm": ("县直部门", ("edu", "wat")),
        "xz": ("乡镇", ("tow",)),
    }

    def tab(code: str, words: str, members: tuple[str, ...]) -> str:
        lines = "".join(line(b, years[0]) for b in members)
        return f"<section><h5>{words}<a href='/gk/ndbg_3/{code}/'>更多&gt;&gt;</a></h5>{lines}</section>"

    def listing(code: str, words: str, members: tuple[str, ...], part: int, of: int) -> str:
        lines = [line(b, y) for y in years for b in members]
        size = -(-len(lines) // of)
        shown = "".join(lines[part * size : (part + 1) * size])
        script = (
            f"<script>var pageCount = {of}; var curPage = {part};\nfor (var i = 1; i < pageCount; i++)"
            "{document.write('<a href=\"index_' + i + '.shtml\">' + (i + 1) + '</a>')}</script>"
        )
        return page(f"{words}_政府信息公开年报", f"{menu}<main>{shown}{script}</main>")

    routes: dict[str, Route] = {
        "/": page(
            f"{place}县人民政府门户网站",
            "<nav><span><a href='/zx/'>资讯</a></span><span><a href='/gk/'>公开</a></span>"
            "<span><a href='/fw/'>服务</a></span></nav>",
        ),
        "/zx/": page("资讯", "<a href='/zx/1.html'>全县工作会议召开</a>"),
        "/fw/": page("服务", "<p>办事</p>"),
        "/gk/": page("政府信息公开", f"{menu}<main><h2>领导之窗</h2><p>机构职能</p></main>"),
        "/gk/ndbg_3/": page(
            "政府信息公开年报",
            menu + "<main>" + "".join(tab(c, *g) for c, g in groups.items()) + "</main>",
        ),
        "/gk/ndbg_3/zf/": listing("zf", *groups["zf"], 0, 1),
        "/gk/ndbg_3/bm/": listing("bm", *groups["bm"], 0, 3),
        "/gk/ndbg_3/bm/index_1.shtml": listing("bm", *groups["bm"], 1, 3),
        "/gk/ndbg_3/bm/index_2.shtml": listing("bm", *groups["bm"], 2, 3),
        "/gk/ndbg_3/xz/": listing("xz", *groups["xz"], 0, 1),
    }
    for b, name in bodies.items():
        for y in years:
            routes[f"/gk/{b}/t{y + 1}01_{y}.shtml"] = report(name, y)
    return Varied(routes, bodies, _all(bodies, years))


def asp_of_2006(place: str) -> Varied:
    """GBK, an image map, a tree that a script adds, a select of page numbers, notices as titles."""
    bodies = {"cul": f"{place}县文化广电旅游局", "agr": f"{place}县农业农村局"}
    years = (2023, 2022, 2021)

    def gbk(text: str) -> Answer:
        body = text.replace("utf-8", "gb2312").encode("gbk")
        return Answer(body, headers={"Content-Type": "text/html"})

    lines = [
        f"<TR><TD>◆<A HREF=show.asp?id={y}{n} TARGET=_blank>关于公布《{bodies[b]}{y}年政府信息公开工作年度报告》的通知</A>"
        f"</TD><TD NOWRAP>[{y + 1}/1/2{y % 10}]</TD></TR>"
        for y in years
        for n, b in enumerate(bodies)
    ]
    lines.insert(
        2,
        "<TR><TD>◆<A HREF=show.asp?id=77>我县召开信息公开工作推进会</A></TD><TD>[2024/1/9]</TD></TR>",
    )

    def listing(seen: Seen) -> Answer:
        number = int(asked(seen).get("page", "1"))
        options = "".join(
            f"<OPTION VALUE={n}{' SELECTED' if n == number else ''}>{n}</OPTION>" for n in (1, 2, 3)
        )
        pager = (
            f'共<FONT COLOR=red>7</FONT>条 每页3条 第{number}/3页 转到第<SELECT ONCHANGE="location.href='
            f"'list.asp?classid=12&page='+this.value\">{options}</SELECT>页"
        )
        rows = "".join(lines[(number - 1) * 3 : number * 3])
        return gbk(
            page(
                "年度报告",
                f"<TABLE><TR><TD COLSPAN=2>当前位置：首页&gt;年度报告</TD></TR>{rows}</TABLE>{pager}",
            )
        )

    def article(seen: Seen) -> Answer:
        number = asked(seen)["id"]
        if number == "77":
            return gbk(page("我县召开信息公开工作推进会", "<p>会议强调，要按时编制年度报告。</p>"))
        return gbk(report(list(bodies.values())[int(number[4])], int(number[:4])))

    tree = (
        "<script>var d = new dTree('d');d.add(0,-1,'信息公开');d.add(1,0,'公开指南','list.asp?classid=9');"
        "d.add(2,0,'公开目录','list.asp?classid=10');d.add(3,0,'年度报告','list.asp?classid=12');"
        "document.write(d);</script>"
    )
    home = (
        "<IMG SRC=top.jpg USEMAP=#m><MAP NAME=m><AREA SHAPE=rect COORDS=0,0,9,9 HREF=news.asp ALT=新闻>"
        "<AREA SHAPE=rect COORDS=9,0,19,9 HREF=xxgk.asp ALT=信息公开></MAP>"
    )
    by_page: Callable[[Seen], Answer] = listing
    return Varied(
        {
            "/": gbk(page(f"{place}县", home)),
            "/news.asp": gbk(page("新闻", "<A HREF=show.asp?id=77>我县召开信息公开工作推进会</A>")),
            "/xxgk.asp": gbk(page("信息公开", tree)),
            "/list.asp*": by_page,
            "/show.asp*": article,
        },
        bodies,
        _all(bodies, years),
    )


def years_of_records(place: str) -> Varied:
    """One sub-column a year, each with records in CDATA as table rows, an interface for the rest, and
    a year for which there is nothing yet."""
    bodies = {
        k: f"{place}市{n}" for k, n in (("fin", "财政局"), ("civ", "民政局"), ("sta", "统计局"))
    }
    years = (2023, 2022)

    def record(b: str, y: int) -> str:
        full = f"{bodies[b]}{y}年度政府信息公开工作年度报告"
        return (
            f'<record><![CDATA[<tr><td class=\'bt\'><a target="_blank" href="/art/{y + 1}/1/9/art_{y}_{b}.html"'
            f' title="{full}">{full[:12]}...</a></td><td>{y + 1}年01月09日</td></tr>]]></record>'
        )

    def xml(y: int, members: list[str]) -> str:
        return (
            f"<datastore>\n<totalrecord>{len(bodies)}</totalrecord><totalpage>1</totalpage>"
            f"<recordset>{''.join(record(b, y) for b in members)}</recordset></datastore>"
        )

    side = "<div class=zc><ul><li><a href='/col/col70/index.html'>年度报告</a><ol>" + "".join(
        f"<li><a href='/col/col{y}/index.html'>{y}年度</a></li>" for y in (2024, *years)
    ) + "</ol></li></ul></div>"  # fmt: skip

    def column(y: int) -> str:
        config = (
            f"<script>$(function(){{ $('#u{y}').jpage({{ themeName:'default', dataSplit:'',\n perPage:2, groupSize:1,"
            f" dataBefore:'<table>', dataAfter:'</table>', proxyUrl : '/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=2&perpage=2',"
            f" ajaxParam:{{ col:1, webid:3, path:'/', columnid:{y}, sourceContentType:1, unitid:'u{y}', webname:'门户', permissiontype:0 }}"
            "}); })</script>"
        )
        body = f"<div id='u{y}'><script type=\"text/xml\">{xml(y, list(bodies)[:2])}</script></div>{config}"
        return page(f"{y}年度", side + body)

    empty = "<datastore><totalrecord>0</totalrecord><totalpage>0</totalpage><recordset></recordset></datastore>"

    def proxy(seen: Seen) -> Answer:
        given = asked(seen)
        first, last = int(given.get("startrecord", 1)) - 1, int(given.get("endrecord", 2))
        body = xml(int(given["columnid"]), list(bodies)[first:last])
        return Answer(body, headers={"Content-Type": "text/xml;charset=UTF-8"})

    routes: dict[str, Route] = {
        "/": page(f"{place}市政府网", "<div id=top><p><a href='/col/col9/index.html' title='政务公开'>政务</a></p></div>"),
        "/col/col9/index.html": page(
            "政务公开", "<ul class=k><li><a href='/col/col71/index.html'>公开指南</a></li>"
            "<li><a href='/col/col72/index.html'>公开制度</a></li><li><a href='/col/col70/index.html'>公开年报</a></li></ul>",
        ),
        "/col/col71/index.html": page("公开指南", "<p>指南</p>"),
        "/col/col72/index.html": page("公开制度", "<p>制度</p>"),
        "/col/col70/index.html": page("年度报告", side + "<div class=y></div>"),
        "/col/col2024/index.html": page("2024年度", side + f"<div id=u2024><script type='text/xml'>{empty}</script></div>"),
        **{f"/col/col{y}/index.html": column(y) for y in years},
        "/module/web/jpage/dataproxy.jsp*": proxy,
    }  # fmt: skip
    for b, name in bodies.items():
        for y in years:
            routes[f"/art/{y + 1}/1/9/art_{y}_{b}.html"] = report(name, y)
    return Varied(routes, bodies, _all(bodies, years))


def departments_by_number(place: str) -> Varied:
    """No common column: each department has a page by number, whose list a template string asks for."""
    bodies = {
        k: f"{place}区{n}"
        for k, n in (("hou", "住房和城乡建设局"), ("tra", "交通运输局"), ("hea", "卫生健康局"))
    }
    years = (2023, 2022, 2021)
    channels = {b: f"{n}a7e5c3b1d9f8e6a4c2b0d1f3e5a7c9b" for n, b in enumerate(bodies)}

    def shell(seen: Seen) -> Answer:
        given = asked(seen)
        names = list(bodies)
        if given.get("dept") not in {str(n) for n in range(3)}:
            return Answer("<title>404</title>", 404)
        body = names[int(given["dept"])]
        items = "".join(
            f"<li><a href='dept.shtml?dept={given['dept']}&amp;item={code}'>{words}</a></li>"
            for code, words in (("zn", "公开指南"), ("fd", "法定主动公开"), ("nb", "年报"))
        )
        head = f"<header><h1>{bodies[body]}</h1></header><ul class=xx>{items}</ul>"
        if given.get("item") != "nb":
            return Answer(page(f"{bodies[body]}信息公开", head + "<p>内容整理中</p>"))
        script = (
            f'<script>const cid = "{channels[body]}"; let n = 1;\nasync function more() {{ const r = await fetch('
            "`/common/search/${cid}?_isAgg=true&_isJson=true&_pageSize=2&_template=index&page=${n}`);"
            " draw(await r.json()) }</script>"
        )
        return Answer(page("年报", head + "<div id=app v-cloak></div>" + script))

    def search(body: str) -> Callable[[Seen], Answer]:
        def answer(seen: Seen) -> Answer:
            number = int(asked(seen).get("page", 1))
            size = int(asked(seen).get("_pageSize", 2))
            rows = [
                {
                    "title": f"{y}年政府信息公开工作年度报告",
                    "url": f"/{body}/{y + 1}01/{body}{y}.shtml",
                    "publishedTimeStr": f"{y + 1}-01-15 09:12:00",
                    "publishedTime": 1,
                    "channelName": "年报",
                }
                for y in years[(number - 1) * size : number * size]
            ]
            told = {
                "code": 200,
                "data": {"total": len(years), "page": number, "rows": size, "results": rows},
            }
            return Answer(json.dumps(told), headers={"Content-Type": "application/json"})

        return answer

    links = "".join(
        f"<div class=card onclick=\"window.open('dept.shtml?dept={n}')\"><img alt='' src=x.png><p>{name.removeprefix(place + '区')}</p></div>"
        for n, name in enumerate(bodies.values())
    )
    routes: dict[str, Route] = {
        "/": page(
            f"{place}区政府",
            "<div class=w><a href='/gk.shtml'><span>信息公开</span></a> <a href='/hd.shtml'>互动</a></div>",
        ),
        "/gk.shtml": page("信息公开", f"<div class=tabs><b>部门</b></div>{links}"),
        "/hd.shtml": page("互动", "<p>信箱</p>"),
        "/dept.shtml*": shell,
    }
    for b, name in bodies.items():
        routes[f"/common/search/{channels[b]}*"] = search(b)
        for y in years:
            routes[f"/{b}/{y + 1}01/{b}{y}.shtml"] = report(name, y)
    return Varied(routes, bodies, _all(bodies, years))


def short_names_by_year(place: str) -> Varied:
    """Years as headings, nothing but short names of bodies below; a button for the next part; articles
    that only show a file in a viewer."""
    bodies = {
        "edu": f"{place}县教育体育局",
        "hum": f"{place}县人力资源和社会保障局",
        "xik": f"{place}县西口乡人民政府",
    }
    shorts = {"edu": "教体局", "hum": "人社局", "xik": "西口乡"}
    years = (2023, 2022, 2021, 2020)

    def group(y: int) -> str:
        cells = "".join(
            f"<span class=g><a target=_blank href='/n/{y}/{b}.html'>{s}</a></span>"
            for b, s in shorts.items()
        )
        return f"<div class=acc><div class=hd>{y}年</div><div class=bd>{cells}</div></div>"

    def listing(part: int) -> str:
        more = (
            "<button class=nx data-page='2' data-url='/n/p2.html'>下一页</button>"
            if not part
            else "<button class=nx disabled>下一页</button>"
        )
        back = "<button class=pv data-page='1' data-url='/n/'>上一页</button>" if part else ""
        shown = "".join(group(y) for y in years[part * 2 : part * 2 + 2])
        return page(
            "政府信息公开年度报告", f"<h3>政府信息公开年度报告</h3>{shown}<p>{back}{more}</p>"
        )

    routes: dict[str, Route] = {
        "/": page(f"{place}县", "<footer><a href='/map.html'>网站地图</a></footer><header><a href='/a/'>走进本县</a></header>"),
        "/a/": page("走进", "<p>县情</p>"),
        "/map.html": page("网站地图", "<table><tr><td>要闻</td><td><a href='/a/'>县情</a></td></tr><tr><td>公开</td><td><a href='/n/'>年度报告</a></td></tr></table>"),
        "/n/": listing(0),
        "/n/p2.html": listing(1),
    }  # fmt: skip
    for b, name in bodies.items():
        for y in years:
            title = f"{name}{y}年政府信息公开工作年度报告"
            at = f"/f/{b}{y}.doc"
            routes[f"/n/{y}/{b}.html"] = page(
                title,
                f"<h2>{title}</h2><p>{y + 1}-01-18 10:20</p><div class=vw><iframe src='/lib/pdf/web/viewer.html?v=2&amp;file={quote(at, safe='')}'></iframe></div>",
            )
            routes[at] = Answer(report(name, y), headers={"Content-Type": "application/msword"})
    return Varied(routes, bodies, _all(bodies, years))


SERIES: tuple[Callable[[str], Varied], ...] = (
    tabs_of_groups, asp_of_2006, years_of_records, departments_by_number, short_names_by_year,
)  # fmt: skip
