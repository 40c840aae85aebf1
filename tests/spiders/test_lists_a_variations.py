"""The same kinds of lists in other clothes, and other ways to a column: crawled from home pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report
from tests.spiders.test_lists_a_portals import (
    LONG,
    PARAM,
    UNIT,
    YEARS,
    Crawled,
    fields,
    home,
    jpage_groups,
    listing,
    name_of,
    proxy,
    reports,
    results,
    store,
    title,
    units,
    wild,
)


def gbk(text: str) -> Answer:
    body = text.replace("utf-8", "gb2312").encode("gbk")
    return Answer(body, headers={"Content-Type": "text/html"})


def rows(place: str) -> str:
    lines = (
        f"<li><a href='/art/{y}.html'>{title(place, y)}</a><i>{y + 1}-01-20</i></li>" for y in YEARS
    )
    return f"<ul>{''.join(lines)}</ul>"


# --- JPage ---------------------------------------------------------------------------------------


def jpage_rows_in_gbk(place: str) -> dict[str, Route]:
    """Upper-case tags, rows of a table, everything in GBK, parameters inside of the call."""

    def record(year: int) -> str:
        return (
            f"<RECORD><![CDATA[<tr><td>·</td><td><A HREF='../../art/{year}.html'>{title(place, year)}"
            f"</A></td><td>{year + 1}/1/2{year % 10}</td></tr>]]></RECORD>"
        )

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        shown = YEARS[int(asked["startrecord"]) - 1 : int(asked["endrecord"])]
        xml = f"<datastore><totalrecord>5</totalrecord>{''.join(map(record, shown))}</datastore>"
        return Answer(xml.encode("gbk"), headers={"Content-Type": "text/xml;charset=gbk"})

    xml = f"<DATASTORE><TOTALRECORD>5</TOTALRECORD>{''.join(map(record, YEARS[:3]))}</DATASTORE>"
    call = f"$('#88').jpage({{perPage:3,proxyUrl:'/module/jpage/dataproxy.jsp',ajaxParam:{PARAM}}})"
    body = f"<DIV><SCRIPT TYPE='text/xml'>{xml}</SCRIPT></DIV><SCRIPT>{call}</SCRIPT>"
    return {
        "/": gbk(home("/col/col311/")),
        "/col/col311/": gbk(page("政府信息公开年报", body)),
        "/module/jpage/dataproxy.jsp*": answer,
        **{f"/art/{y}.html": gbk(report(name_of(place), y)) for y in YEARS},
    }


def jpage_two_lists(place: str) -> dict[str, Route]:
    """Two lists and a box of news, each with parameters of its own."""

    def unit(number: str, years: tuple[int, ...], total: int) -> str:
        param = PARAM.replace("'88'", f"'{number}'")
        return (
            f"<div><script type='text/xml'>{store(place, years, total)}</script></div>"
            f"<script>var param_{number}={param};$('#{number}').jpage({{perPage:2,"
            f"proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:param_{number}}})</script>"
        )

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        own = {"88": YEARS[:3], "99": YEARS[3:]}[asked["unitid"]]
        shown = own[int(asked["startrecord"]) - 1 : int(asked["endrecord"])]
        return Answer(store(place, shown, len(own)))

    news = "<datastore><totalrecord>70</totalrecord><record><![CDATA[<li><a href='/n/1.html'>要闻一则</a>2024-05-01</li>]]></record></datastore>"
    lists = unit("88", YEARS[:2], 3) + unit("99", YEARS[3:4], 2)
    return {
        "/": home("/col/nb/"),
        "/col/nb/": page("年报", f"<div><script type='text/xml'>{news}</script></div>{lists}"),
        "/module/web/jpage/dataproxy.jsp*": answer,
        **reports(place),
    }


def jpage_attributes(place: str) -> dict[str, Route]:
    """The parameters are attributes of the block."""
    block = "<div id=88 data-columnid='311' data-unitid='88' data-webid='7'>"
    body = f"{block}<xml>{store(place, YEARS[:2], 5)}</xml></div><script src=/jpage.js></script>"
    return {
        "/": home("/c/nb.html"),
        "/c/nb.html": page("政府信息公开年报", body),
        "/module/web/jpage/dataproxy.jsp*": proxy(place),
        **reports(place),
    }


def jpage_overlap(place: str) -> dict[str, Route]:
    """Every group begins with the last record of the one before."""

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        start, end = max(int(asked["startrecord"]) - 2, 0), int(asked["endrecord"])
        return Answer(store(place, YEARS[start:end], 5))

    return jpage_groups(place) | {"/module/web/jpage/dataproxy.jsp*": answer}


# --- JPaaS, queryList --------------------------------------------------------------------------------


def jpaas_call(place: str) -> dict[str, Route]:
    """An ordinary call with variables; the piece of HTML is ``data`` itself, rows of a table."""
    script = (
        'var webId="7",tpl="zf";$.ajax({type:"GET",url:"'
        + UNIT
        + '",data:{webId:webId,pageId:"311",'
        'parseType:"bulidstatic",pageType:"column",tagId:"信息列表",tplSetId:tpl},success:draw})'
    )

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        if (asked.get("webId"), asked.get("pageId")) != ("7", "311"):
            return Answer('{"success":false}')
        number = json.loads(asked.get("paramJson", "{}")).get("pageNo", 1)
        lines = "".join(
            f"<TR><TD><A HREF='/art/{y}.html'>{title(place, y)}</A></TD><TD>{y + 1}.01.20</TD></TR>"
            for y in YEARS[(number - 1) * 2 : number * 2]
        )
        return Answer(json.dumps({"data": f"<TABLE>{lines}</TABLE><p>共5条记录</p>"}))

    return {
        "/": home("/nb/"),
        "/nb/": page("年报", f"<div id=l></div><script>{script}</script>"),
        f"{UNIT}*": answer,
        **reports(place),
    }


def jpaas_attributes(place: str) -> dict[str, Route]:
    data = {"webId": "7", "pageId": "311", "tplSetId": "z", "tagId": "右侧内容"}
    told = json.dumps(data, ensure_ascii=False).replace('"', "&quot;")
    body = f'<DIV DATA-URL="{UNIT}" DATA-QUERYDATA="{told}"></DIV><script>go("jpaas-publish-server")</script>'
    return {
        "/": home("/nb/"),
        "/nb/": page("年报", body),
        f"{UNIT}*": units(place),
        **reports(place),
    }


def query_json_only(place: str) -> dict[str, Route]:
    """The page posts an object; a form brings nothing."""

    def answer(seen: Seen) -> Answer:
        if not seen.body.startswith(b"{"):
            return Answer('{"code":"500","data":null}')
        asked = json.loads(seen.body)
        number, size = int(asked["current"]), int(asked["pageSize"])
        shown = YEARS[(number - 1) * size : number * size]
        return Answer(json.dumps({"data": {"total": 5, "results": results(place, shown)}}))

    script = "function load(n){$.post('/queryList',{current:n,pageSize:2,webSiteCode:['jx'],channelCode:['col42']},draw)};load(1)"
    return {
        "/": home("/nb/"),
        "/nb/": page("年报", f"<script>{script}</script>"),
        "/queryList": answer,
        **reports(place),
    }


def query_flat(place: str) -> dict[str, Route]:
    """Records without ``source``, days as epochs, addresses without scheme, codes in variables."""

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        number, size = int(asked["current"]), int(asked["pageSize"])
        found = [
            {
                "title": title(place, y),
                "pubDate": 1705738200000 + (y - 2023) * 31_536_000_000,
                "urls": {"pc": f"//{seen.headers['Host']}/art/{y}.html"},
                "author": "null",
            }
            for y in YEARS[(number - 1) * size : number * size]
        ]
        return Answer(json.dumps({"data": {"total": "5", "results": found}}))

    script = 'var site=\'jx\';var code="col42";loadPageData({"webSiteCode":site,"channelCode":code,"perPage":"3"});'
    return {
        "/": home("/nb/"),
        "/nb/": page("年报", f"<script>{script}</script>"),
        "/queryList": answer,
        **reports(place),
    }


def list_data_json(place: str) -> dict[str, Route]:
    found = [
        {"articleTitle": title(place, y), "articleUrl": f"/art/{y}.html", "publishTime": f"{y + 1}-01-20"}
        for y in YEARS
    ]  # fmt: skip
    data = json.dumps({"code": 0, "data": {"total": 5, "articleList": found}})
    script = f"<script>window.listData={data};</script><div id=app></div>"
    return {"/": home("/nb/"), "/nb/": page("年报", script), **reports(place)}


# --- xxgkAnnualReport.jsp --------------------------------------------------------------------------


def _report_jsp(place: str, choice: str, encoding: str = "utf-8") -> Route:
    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        own = asked.get("area", "") in {"001003", "11419901000000001A"}
        body = name_of(place) if own else f"{place}县水务局"
        text = report(body, int(asked.get("fbtime") or 2023)).replace("<h1>", f"{choice}<h1>")
        return gbk(text) if encoding == "gbk" else Answer(text)

    return answer


def jsp_select(place: str) -> dict[str, Route]:
    """Organs in a select, years as links, no column page."""
    organs = f"<option value=''>请选择机关</option><option value='001003'>{name_of(place)}</option><option value='001004'>{place}县水务局</option>"
    years = "".join(f"<a href='?area=001003&fbtime={y}'>{y}年</a>" for y in YEARS)
    choice = f"<div>{years}</div><select name='area'>{organs}</select>"
    column = "/module/xxgk/xxgkAnnualReport.jsp"
    return {
        "/": home(f"{column}?area=001003&fbtime=2023"),
        f"{column}*": _report_jsp(place, choice, "gbk"),
    }


def jsp_ztree(place: str) -> dict[str, Route]:
    """The tree as data of a script; the shell has no years."""
    script = (
        "var zNodes=[{id:'1',pId:0,name:'县直部门'},"
        f"{{id:'11419901000000001A',pId:'1',name:'{name_of(place)}'}},"
        f"{{id:'11419901000000002B',pId:'1',name:'{place}县水务局'}}];function onClick(e,t,n)"
        "{$('#f').attr('src','/module/xxgk/xxgkAnnualReport.jsp?area='+n.id+'&fbtime='+$('#y').val())}"
    )
    years = f"<select name=fbtime>{''.join(f'<option>{y}</option>' for y in YEARS)}</select>"
    body = f"<ul class=ztree></ul><iframe id=f></iframe><script>{script}</script>"
    return {
        "/": home("/nb/"),
        "/nb/": page("政府信息公开年报", body),
        "/module/xxgk/xxgkAnnualReport.jsp*": _report_jsp(place, years),
    }


# --- pagers ----------------------------------------------------------------------------------------


def data_page(place: str) -> dict[str, Route]:
    """The numbers are attributes, the address is in a handler."""
    numbers = "".join(
        f"<li><a href='javascript:;' data-page='{n}'>{n}</a></li>" for n in range(1, 6)
    )
    script = "<script>$('.pg').on('click',function(){var p=$(this).data('page');window.location.href='/nb/list_'+p+'.html'})</script>"
    pager = f"<ul>{numbers}<li><a href='javascript:;'>下一页</a></li></ul>{script}{LONG}"
    pages = {f"/nb/list_{k + 1}.html": listing(place, k, pager) for k in range(5)}
    return {
        "/": home("/nb/list.html"),
        "/nb/list.html": listing(place, 0, pager),
        **pages,
        **reports(place),
    }


def form_pager(place: str) -> dict[str, Route]:
    """A form posts the number of the page."""
    form = "<form method=post action='/nb.do'><input type=hidden name=pageNo value=1><input type=hidden name=id value=9></form>"
    numbers = "".join(f"<a href='javascript:jump({k})'>{k}</a>" for k in range(1, 6))

    def answer(seen: Seen) -> Answer:
        number = int(fields(seen).get("pageNo", "1"))
        if number > 1 and fields(seen).get("id") != "9":
            return Answer("", 500)
        return Answer(
            listing(
                place, number - 1, f"{form}{numbers}<a href='javascript:jump(2)'>下一页</a> 共5页"
            )
        )

    return {"/": home("/nb.do"), "/nb.do": answer, **reports(place)}


def upper_case_script(place: str) -> dict[str, Route]:
    script = (
        '<SCRIPT LANGUAGE=JavaScript>createPageHTML( 5 , 0 , "./common_list" , "shtml" );</SCRIPT>'
    )
    pages = {f"/nb/common_list_{k}.shtml": listing(place, k, script) for k in range(1, 5)}
    first = {"/nb/common_list.shtml": listing(place, 0, script)}
    return {"/": home("/nb/common_list.shtml"), **first, **pages, **reports(place)}


def neighbours_name(place: str) -> dict[str, Route]:
    """What would be the second page's usual name is another list's."""
    pager = (
        "".join(f"<a onclick='toPage({n})'>{n}</a>" for n in range(1, 6))
        + "<a onclick='toPage(2)'>下一页</a>"
    )
    other = page(
        "规范性文件", f"<ul><li><a href='/f/1.html'>某办法</a> 2024-01-02</li></ul>{pager}"
    )
    wrong = {f"/nb/17318-{k}.html": other for k in range(2, 6)}
    right = {f"/nb/17318_{k + 1}.html": listing(place, k, pager) for k in range(1, 5)}
    return {
        "/": home("/nb/17318.html"),
        "/nb/17318.html": listing(place, 0, pager),
        **wrong,
        **right,
        **reports(place),
    }


# --- ways to a column ---------------------------------------------------------------------------------


def site_map(place: str) -> dict[str, Route]:
    listed = "<dl><dt>政务公开</dt><dd><a href='/g/7.html'>政府信息公开年报</a></dd></dl>"
    return {
        "/": page("门户", "<p><a href='/n.html'>要闻</a></p><a href='/map.html'>网站地图</a>"),
        "/n.html": page("要闻", "一则"),
        "/map.html": page("网站地图", listed),
        "/g/7.html": page("政府信息公开年报", rows(place)),
        **reports(place),
    }


def own_search(place: str) -> dict[str, Route]:
    """Only the portal's search finds a report, whose breadcrumb leads to the column."""

    def find(seen: Seen) -> Answer:
        hit = (
            f"<h3><a href='/art/2023.html'><em>{title(place, 2023)}</em></a></h3><p>2024-01-20</p>"
        )
        return Answer(
            page("搜索结果", hit if "年度报告" in fields(seen).get("q", "") else "没有结果")
        )

    crumb = '<a href="/xxgk/">政府信息公开</a>', "<a href='/deep/nb/'>政府信息公开年报</a>"
    articles = {f"/art/{y}.html": report(name_of(place), y).replace(*crumb) for y in YEARS}
    form = "<form action='/search'><input type=hidden name=site value=1><input name=q></form>"
    return {
        "/": page("门户", form),
        "/search*": find,
        "/deep/nb/": page("政府信息公开年报", rows(place)),
        **articles,
    }


def links_by_year(place: str) -> dict[str, Route]:
    """Named like reports, they lead to a list for each year."""
    links = "".join(f"<p><a href='/gk/{y}/'>{y}年度政府信息公开工作年度报告</a></p>" for y in YEARS)
    lists = {
        f"/gk/{y}/": page(
            f"{y}年政府信息公开年报",
            f"<ul><li><a href='/art/{y}.html'>{title(place, y)}</a> {y + 1}-01-20</li></ul>",
        )
        for y in YEARS
    }
    return {
        "/": home("/gk/", "信息公开"),
        "/gk/": page("信息公开", links),
        **lists,
        **reports(place),
    }


DESIGNS = (
    jpage_rows_in_gbk, jpage_two_lists, jpage_attributes, jpage_overlap, jpaas_call, jpaas_attributes,
    query_json_only, query_flat, list_data_json, jsp_select, jsp_ztree, data_page, form_pager,
    upper_case_script, neighbours_name, site_map, own_search, links_by_year,
)  # fmt: skip
TWO_BODIES = ("jsp_select", "jsp_ztree")
PLACES = dict(
    zip((d.__name__ for d in DESIGNS), "松柏桐枫榆槐柳桑梧楠檀樟杉杨椿桂梅兰", strict=True)
)


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("variations_a")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites: dict[str, Site] = {}
    for design in DESIGNS:
        sites[design.__name__] = site = Site()
        site.answer = wild(design(PLACES[design.__name__]))  # type: ignore[method-assign]
    bodies = [agency(f"a-{n}", name_of(PLACES[n]), f"p-{n}") for n in sites]
    bodies += [agency(f"w-{n}", f"{PLACES[n]}县水务局", f"p-{n}") for n in TWO_BODIES]
    portals = [
        portal(f"p-{n}", s.url, access={"delay": 0, "browser": "never"}) for n, s in sites.items()
    ]
    world = World(f"sqlite:///{database}", folder, bodies, portals)
    yield world, world.crawl(), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", PLACES)
def test_variations_are_read_to_their_end(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    result = results[f"p-{name}"]
    assert result["outcome"] == "healthy", (result, sites[name].paths())
    bodies = {f"a-{name}"} | ({f"w-{name}"} if name in TWO_BODIES else set())
    assert world.found(portal=f"p-{name}") == {(b, y) for b in bodies for y in YEARS}
    assert not result["unresolved"]


def test_days_of_records_are_those_of_shanghai(crawled: Crawled) -> None:
    days = {
        d.day.isoformat()
        for p in crawled[0].publications(portal="p-query_flat")
        if p.year == 2023
        for d in p.dates
        if d.source == "list"
    }
    assert days == {"2024-01-20"}
