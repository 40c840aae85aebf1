"""A seventh series, in the clothes of real portals: menus, news, footers, names and years that stand
beside the title, a few bodies that publish outside the column. See `bench.discovery`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.spiders.served import Answer, Route, Seen, report
from tests.spiders.varied_five import YEARS, Pair, _departments, _pairs
from tests.spiders.varied_one import Varied, asked

NEWS = tuple((f"/xw/{n}.html", w, f"2024-05-1{n}") for n, w in enumerate(("全县项目推进会召开", "今冬寒潮来临请防寒", "农村公路完工", "图书馆延长开放")))  # fmt: skip


@dataclass(frozen=True)
class _Site:
    """What stands around every page; ``menu`` and ``foot``: (words, address)."""

    place: str
    menu: tuple[tuple[str, str], ...] = ()
    foot: tuple[tuple[str, str], ...] = ()

    def page(self, title: str, body: str, crumb: str = "", head: str = "") -> str:
        items = (("首页", "/"), ("新闻中心", "/xw/"), *self.menu, ("办事服务", "/bs/"))
        menu = "".join(f"<li><a href='{a}'>{w}</a></li>" for w, a in items)
        foot = " | ".join(f"<a href='{a}'>{w}</a>" for w, a in self.foot)
        return (
            f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
            f"<div class='top'><img src='/images/banner.jpg' alt='{self.place}县人民政府网'></div>"
            f"<div class='menu'><ul>{menu}</ul></div><div class='pos'>您的位置：{crumb or '<a href=/>首页</a>'}</div>"
            f"<div class='main'>{body}</div><div class='side'><h3>热点新闻</h3>{_items(NEWS[:2])}</div>"
            f"<div class='footer'>{foot}<p>主办：{self.place}县人民政府办公室 联系电话：0000-1234567</p></div></body></html>"
        )  # fmt: skip

    def article(self, title: str, text: str, day: str, crumb: str = "", head: str = "") -> str:
        info = f"<div class='info'>发布时间：{day} 浏览次数：<span id='hits'></span> 【字体：大 中 小】</div>"
        body = f"<h1>{title}</h1>{info}<div id='zoom'>{text}</div><p>【打印】【关闭】</p>"
        return self.page(title, body, crumb, head)

    def report(self, bodies: dict[str, str], pair: Pair, after: str = "") -> str:
        title = _title(bodies[pair[0]], pair[1])
        text = f"<div class='article'>{_text(bodies[pair[0]], pair[1])}</div>{after}"
        return self.article(title, text, _day(bodies, pair))

    def routes(self, home: str) -> dict[str, Route]:
        """The front page, and the pages that have nothing to do with reports."""
        front = f"<div class='slide'>政务要闻</div>{_items(NEWS)}{home}"
        return {
            "/": self.page(f"{self.place}县人民政府", front),
            "/xw/": self.page("新闻中心", _items(NEWS)),
            "/bs/": self.page("办事服务", "<p>个人办事 法人办事</p>"),
            **{a: self.article(w, f"<p>{w}。</p>", d) for a, w, d in NEWS},
        }  # fmt: skip


def _text(name: str, year: int, extra: str = "") -> str:
    """The report without its title; 我局 as ``name``: no name at all."""
    _, _, text = report(name, year, extra=extra).partition('<div class="article">')
    return text.removesuffix("</div></body></html>").replace("<p>我局</p>", "")


def _title(name: str, year: int) -> str:
    return f"{name}{year}年政府信息公开工作年度报告"


def _day(bodies: dict[str, str], pair: Pair) -> str:
    return f"{pair[1] + 1}-01-{11 + list(bodies).index(pair[0])}"


def _newest(bodies: dict[str, str], there: Iterable[Pair]) -> list[Pair]:
    return sorted(there, key=lambda p: (-p[1], -list(bodies).index(p[0])))


def _items(rows: Iterable[tuple[str, str, str]]) -> str:
    """(address, words, day) of each line."""
    line = "<li><a href='{0}' target='_blank' title='{1}'>{1}</a><span>{2}</span></li>"
    return f"<ul class='list'>{''.join(line.format(*r) for r in rows)}</ul>"


def _row(bodies: dict[str, str], pair: Pair) -> tuple[str, str, str]:
    return f"/w/{pair[0]}{pair[1]}.html", _title(bodies[pair[0]], pair[1]), _day(bodies, pair)


def _articles(site: _Site, bodies: dict[str, str], there: Iterable[Pair]) -> dict[str, Route]:
    return {f"/w/{b}{y}.html": site.report(bodies, (b, y)) for b, y in there}


def sub_sites(place: str) -> Varied:
    """Sites of departments, all reports titled 年度报告; the body stands in the breadcrumb or in the
    meta SiteName. One body's site is linked from the footer only, another's files them under notices."""
    bodies = _departments(place, 7)
    there = _pairs(bodies, ("fin", 2023), ("sta", 2022))
    site = _Site(place, (("政务公开", "/zwgk.htm"),), (("部门网站", "/bmwz.htm"),))
    routes = site.routes("<p>今日天气：晴</p>")
    short = {b: n.removeprefix(f"{place}县") for b, n in bodies.items()}
    routes["/zwgk.htm"] = site.page("政务公开", "<ul><li><a href='/bs/'>公开指南</a></li><li><a href='zwgk/nb.htm'>政府信息公开年报</a></li></ul>")  # fmt: skip
    routes["/zwgk/nb.htm"] = site.page("政府信息公开年报", "<ul>" + "".join(f"<li><a href='../{b}/xxgk/ndbg.htm'>{short[b]}</a></li>" for b in bodies if b not in ("aud", "civ")) + "</ul>")  # fmt: skip
    routes["/bmwz.htm"] = site.page("部门网站", "".join(f"<a href='{b}/index.htm'>{n}</a> " for b, n in short.items()))  # fmt: skip
    for i, b in enumerate(bodies):
        named = i % 2 == 0
        head = "" if named else f"<meta name='SiteName' content='{bodies[b]}'>"
        start = f"<a href='/{b}/index.htm'>{bodies[b] if named else '首页'}</a>"
        own = _Site(place, (("信息公开", f"/{b}/xxgk.htm"), ("通知公告", f"/{b}/tzgg.htm")))
        crumb = f"{start} &gt;&gt; {'通知公告' if b == 'civ' else '年度报告'} &gt;&gt; 正文"
        rows = []
        for pair in _newest(bodies, (p for p in there if p[0] == b)):
            address, day = f"/{b}/info/10{i}2/{pair[1]}{i}.htm", _day(bodies, pair)
            routes[address] = own.article("年度报告", _text("我局", pair[1]), day, crumb, head)
            rows.append((address, "年度报告", day.replace("-", "/")))
        notice = (f"/{b}/info/1001/1.htm", "关于开展节前检查的通知", "2024/02/01")
        routes[notice[0]] = own.article(notice[1], "<p>请做好准备。</p>", "2024-02-01", start, head)
        link = "" if b == "civ" else "<li><a href='xxgk/ndbg.htm'>年度报告</a></li>"
        routes[f"/{b}/index.htm"] = own.page(bodies[b], f"<h3>工作动态</h3>{_items([notice])}", start, head)  # fmt: skip
        routes[f"/{b}/xxgk.htm"] = own.page("信息公开", f"<ul>{link}<li><a href='/bs/'>办事指南</a></li></ul>", start, head)  # fmt: skip
        routes[f"/{b}/tzgg.htm"] = own.page("通知公告", _items([notice, *(rows if b == "civ" else ())]), start, head)  # fmt: skip
        if link:
            routes[f"/{b}/xxgk/ndbg.htm"] = own.page("年度报告", _items(rows), f"{start} &gt;&gt; 年度报告", head)  # fmt: skip
    return Varied(routes, bodies, there)


def newest_in_front(place: str) -> Varied:
    """Tabs for the years before; the newest stands on the column's own page. Titles lack the year."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("wat", 2023), ("hea", 2022))
    site = _Site(place, (("政务公开", "/col/col1200/index.html"),))
    routes = site.routes("")
    routes["/col/col1200/index.html"] = site.page("政务公开", "<ul class='left'><li><a href='/bs/'>公开制度</a></li><li><a href='/col/col1230/index.html'>政府信息公开年报</a></li></ul>")  # fmt: skip
    tabs = "<div class='tabs'><span class='on'>2023年</span><a href='/col/col1232/index.html'>2022年</a><a href='/col/col1231/index.html'>2021年</a></div>"
    for y in YEARS:
        rows = []
        for pair in _newest(bodies, (p for p in there if p[1] == y)):
            name, day = bodies[pair[0]], _day(bodies, pair)
            address = f"/art/{y + 1}/1/{day[-2:]}/art_1230_{pair[0]}.html"
            rows.append((address, f"{name}政府信息公开工作年度报告", day))
            routes[address] = site.article(rows[-1][1], _text(name, y), day)
        shown = f"<h3>{y}年度</h3>{_items(rows)}"
        if y < YEARS[0]:
            records = "".join(f"<record><![CDATA[<li><a href='{a}' title='{w}'>{w}</a><b>{d}</b></li>]]></record>" for a, w, d in rows)  # fmt: skip
            shown = f"<div id='div77'><script type='text/xml'><datastore><totalrecord>{len(rows)}</totalrecord><totalpage>1</totalpage><recordset>{records}</recordset></datastore></script></div>"
        column = f"/col/col{1230 if y == YEARS[0] else y - 790}/index.html"
        routes[column] = site.page("政府信息公开年报", tabs + shown)
    return Varied(routes, bodies, there)


def dead_column(place: str) -> Varied:
    """GBK. The menu's column ended with 2021; its successor, two pages long, and one body's own
    column are linked from the site map only."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("jus", 2023), ("edu", 2022))
    site = _Site(place, (("年度报告", "/ndbg/"),), (("网站地图", "/sitemap.html"),))
    routes = site.routes("")
    old = [p for p in there if p[1] == 2021]
    rows = [_row(bodies, p) for p in _newest(bodies, there - set(old)) if p[0] != "aud"]
    routes["/ndbg/"] = site.page("年度报告", _items(_row(bodies, p) for p in _newest(bodies, old)) + "<div class='pages'>共 1页8条</div>")  # fmt: skip
    turns = {
        "": "<li>首页</li><li class='thisclass'>1</li><li><a href='list_31_2.html'>2</a></li><li><a href='list_31_2.html'>下一页</a></li>",
        "list_31_2.html": "<li><a href='/gknb/'>首页</a></li><li><a href='/gknb/'>1</a></li><li class='thisclass'>2</li><li>末页</li>",
    }
    for n, (name, turn) in enumerate(turns.items()):
        shown = f"{_items(rows[n * 7 : n * 7 + 7])}<ul class='pagelist'>{turn}<li>共 <b>2</b>页<b>12</b>条</li></ul>"
        routes[f"/gknb/{name}"] = site.page("公开年报", shown)
    audit = _newest(bodies, (p for p in there if p[0] == "aud" and p not in old))
    routes["/sjgk/"] = site.page("审计公开", _items([("/xw/2.html", "审计整改督查结束", "2024-02-01"), *(_row(bodies, p) for p in audit)]))  # fmt: skip
    links = (("新闻中心", "/xw/"), ("年度报告", "/ndbg/"), ("办事服务", "/bs/"), ("审计公开", "/sjgk/"), ("公开年报", "/gknb/"))  # fmt: skip
    routes["/sitemap.html"] = site.page("网站地图", "".join(f"<dl><dt><a href='{a}'>{w}</a></dt></dl>" for w, a in links))  # fmt: skip
    routes |= _articles(site, bodies, there)
    for address, text in routes.items():
        body = str(text).replace("charset='utf-8'", "charset='gb2312'").encode("gbk")
        routes[address] = Answer(body, headers={"Content-Type": "text/html"})
    return Varied(routes, bodies, there)


def jump_box(place: str) -> Varied:
    """A box of departments sends one on; two of the pages ended with 2022 and say where they moved."""
    bodies = _departments(place, 7)
    there = _pairs(bodies, ("edu", 2023), ("sta", 2021))
    moved = ("fin", "jus")
    site = _Site(place, (("信息公开", "/xxgk/index.shtml"),))
    routes = site.routes("") | _articles(site, bodies, there)
    options = "".join(f"<option value='{b}'>{n}</option>" for b, n in bodies.items())
    script = "<script>function jump(o){var v=o.options[o.selectedIndex].value;if(v!='0'){window.location.href='/xxgk/nb/bm_'+v+'.shtml';}}</script>"
    box = f"<select onchange='jump(this)'><option value='0'>--请选择部门--</option>{options}</select>{script}"
    routes["/xxgk/index.shtml"] = site.page("信息公开", "<ul><li><a href='/xxgk/nb/index.shtml'>政府信息公开年报</a></li></ul>")  # fmt: skip
    routes["/xxgk/nb/index.shtml"] = site.page("政府信息公开年报", f"<p>请选择部门：{box}</p>")
    for b in bodies:
        own = _newest(bodies, (p for p in there if p[0] == b))
        body = f"<h2>{bodies[b]}</h2>" + _items(_row(bodies, p) for p in own if b not in moved or p[1] < 2023)  # fmt: skip
        if b in moved:
            body += f"<p class='tip'>栏目已迁移至<a href='/{b}/gkzl/index.shtml'>{bodies[b]}信息公开专栏</a></p>"
            routes[f"/{b}/gkzl/index.shtml"] = site.page("信息公开专栏", "<ul><li><a href='/bs/'>办事指南</a></li><li><a href='nb.shtml'>年度报告</a></li></ul>")  # fmt: skip
            routes[f"/{b}/gkzl/nb.shtml"] = site.page("年度报告", _items(_row(bodies, p) for p in own if p[1] == 2023))  # fmt: skip
        routes[f"/xxgk/nb/bm_{b}.shtml"] = site.page(f"{bodies[b]}年报", body)
    return Varied(routes, bodies, there)


def renamed(place: str) -> Varied:
    """An accordion whose heads bear the bodies' names of today; three were renamed in 2023, which
    their newest reports tell."""
    bodies = _departments(place, 7) | {"edu": f"{place}县教育体育局", "wat": f"{place}县水务局", "sta": f"{place}县统计调查局"}  # fmt: skip
    was = {"edu": f"{place}县教育局", "wat": f"{place}县水利局", "sta": f"{place}县统计局"}
    there = _pairs(bodies, ("fin", 2023), ("civ", 2022))
    site = _Site(place, (("政府信息公开", "/gk/"),))
    routes = site.routes("")
    routes["/gk/"] = site.page("政府信息公开", "<a href='/bs/'>指南</a> <a href='/gk/nb/'>政府信息公开年报</a>")  # fmt: skip
    panels = ""
    for b, name in bodies.items():
        rows = []
        for pair in _newest(bodies, (p for p in there if p[0] == b)):
            then = was.get(b, name) if pair[1] < 2023 else name
            extra = f"2023年3月，原{was[b]}更名为{name}。" if b in was and pair[1] == 2023 else ""
            title, address = _title(then, pair[1]), f"/w/{b}{pair[1]}.html"
            routes[address] = site.article(title, _text(then, pair[1], extra), _day(bodies, pair))  # fmt: skip
            rows.append((address, title, _day(bodies, pair)))
        panels += f"<div class='panel'><h4 data-toggle='collapse' data-target='#c_{b}'>{name}</h4><div id='c_{b}' class='collapse'>{_items(rows)}</div></div>"
    routes["/gk/nb/"] = site.page("政府信息公开年报", f"<div class='accordion'>{panels}</div>")
    return Varied(routes, bodies, there)


def two_columns(place: str) -> Varied:
    """Two columns, none whole; one body's newest report is only a related link of its report of the
    year before, another's only among the notices of the front page."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("civ", 2023), ("wat", 2022))
    site = _Site(place, (("政府信息公开", "/gk/"),))
    hidden = {("aud", 2023), ("sta", 2023)}
    first = [p for p in there if p[0] not in ("jus", "hea") and p not in hidden]
    other = [p for p in there if p[0] in ("jus", "hea") or p in {("edu", 2021), ("fin", 2021)}]
    related = f"<div class='xg'><h4>相关链接</h4><a href='/w/aud2023.html'>{_title(bodies['aud'], 2023)}</a></div>"
    routes = site.routes(f"<h3>通知公告</h3>{_items([NEWS[1], _row(bodies, ('sta', 2023))])}")
    routes |= _articles(site, bodies, there)
    routes["/w/aud2022.html"] = site.report(bodies, ("aud", 2022), related)
    routes["/gk/"] = site.page("政府信息公开", "<ul><li><a href='/gk/gzbg/'>信息公开工作报告</a></li><li><a href='/gk/nb/'>政府信息公开年报</a></li></ul>")  # fmt: skip
    routes["/gk/gzbg/"] = site.page("信息公开工作报告", _items(_row(bodies, p) for p in _newest(bodies, other)))  # fmt: skip
    routes["/gk/nb/"] = site.page("政府信息公开年报", _items(_row(bodies, p) for p in _newest(bodies, first)))  # fmt: skip
    return Varied(routes, bodies, there)


def matrix(place: str) -> Varied:
    """A table of bodies and years; 查看 opens by an attribute or a script, against a relative base."""
    bodies = _departments(place, 8)
    there = _pairs(bodies, ("edu", 2022), ("sta", 2023))
    site = _Site(place, (("政务公开", "/zwgk/index.html"),))
    routes = site.routes("")
    routes["/zwgk/index.html"] = site.page("政务公开", "<a href='/zwgk/nbhz/index.html'>年报汇总</a>")  # fmt: skip
    table = "<tr><th>单位</th>" + "".join(f"<th>{y}年</th>" for y in YEARS) + "</tr>"
    for i, (b, name) in enumerate(bodies.items()):
        table += f"<tr><td>{name}</td>"
        for y in YEARS:
            to, cell = f"nb/{b}{y}.html", "—"
            if (b, y) in there:
                how = f"class='ck' data-url='{to}'" if i % 2 else f"onclick=\"window.open('{to}')\""
                cell = f"<a href='javascript:;' {how}>查看</a>"
                routes[f"/files/{to}"] = site.report(bodies, (b, y))
            table += f"<td>{cell}</td>"
        table += "</tr>"
    script = "<script>$('.ck').click(function(){window.open($(this).attr('data-url'))})</script>"
    routes["/zwgk/nbhz/index.html"] = site.page("政府信息公开年报汇总", f"<table>{table}</table>{script}", head="<base href='../../files/'>")  # fmt: skip
    return Varied(routes, bodies, there)


def mixed_postback(place: str) -> Varied:
    """Reports of four kinds in one list of three pages; the pager posts back, and has plain links for
    readers without scripts."""
    bodies = {"gov": f"{place}县人民政府"} | _departments(place, 6)
    there = _pairs(bodies, ("wat", 2023), ("jus", 2022))
    site = _Site(place, (("政府信息公开", "/zfxxgk/Default.aspx"),))
    routes = site.routes("") | _articles(site, bodies, there)
    rows = [_row(bodies, p) for p in there]
    for n, (b, name) in enumerate(bodies.items()):
        others = [f"{name}2023年度法治政府建设工作报告", f"{name}2021年度法治政府建设工作报告"]
        others += [f"一图读懂{name}2023年政府信息公开工作年度报告"] * (b != "wat")
        rows += [(f"/w/o{b}{k}.html", w, f"{2022 if k == 1 else 2024}-02-{10 + n}") for k, w in enumerate(others)]  # fmt: skip
    rows += [(f"/w/zfgz{y + 1}.html", f"{y + 1}年{place}县人民政府工作报告", f"{y + 1}-01-08") for y in YEARS]  # fmt: skip
    rows.sort(key=lambda r: r[2], reverse=True)
    for address, words, day in rows:
        routes.setdefault(address, site.article(words, f"<p>{words}。现将情况报告如下。</p>", day))
    routes["/zfxxgk/Default.aspx"] = site.page("政府信息公开", "<a href='/zfxxgk/bg.aspx'>报告年报</a> <a href='/bs/'>办事</a>")  # fmt: skip

    def shown(seen: Seen) -> Answer:
        number = int(asked(seen).get("__EVENTARGUMENT") or asked(seen).get("page") or "1")
        links = [n for n in (1, 2, 3) if n != number]
        posts = " ".join(f"<a href=\"javascript:__doPostBack('ctl00$Pager','{n}')\">{n}</a>" for n in links)  # fmt: skip
        plain = " ".join(f"<a href='?page={n}'>第{n}页</a>" for n in links)
        form = (
            "<form method='post' action='bg.aspx' id='form1'><input type='hidden' name='__VIEWSTATE' value='/wEPDwUK'>"
            "<input type='hidden' name='__EVENTTARGET'><input type='hidden' name='__EVENTARGUMENT'>"
            f"{_items(rows[number * 15 - 15 : number * 15])}<div class='pager'>共{len(rows)}条 第{number}/3页 {posts}</div>"
            f"<noscript>{plain}</noscript></form>"
        )
        script = "<script>function __doPostBack(t,a){var f=document.forms[0];f.__EVENTTARGET.value=t;f.__EVENTARGUMENT.value=a;f.submit();}</script>"
        return Answer(site.page("报告年报", form + script))

    return Varied(routes | {"/zfxxgk/bg.aspx": shown}, bodies, there)


SERIES: tuple[Callable[[str], Varied], ...] = (
    sub_sites, newest_in_front, dead_column, jump_box, renamed, two_columns, matrix, mixed_postback,
)  # fmt: skip
