"""Portals whose lists scripts make (大汉 and relatives), crawled together from their home pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

YEARS = (2023, 2022, 2021, 2020, 2019)


def name_of(place: str) -> str:
    return f"{place}县教育局"


def title(place: str, year: int) -> str:
    return f"{name_of(place)}{year}年政府信息公开工作年度报告"


def reports(place: str, at: str = "/art/{}.html") -> dict[str, Route]:
    return {at.format(y): report(name_of(place), y) for y in YEARS}


def home(column: str, words: str = "政府信息公开年报") -> str:
    return page("门户", f"<ul class='nav'><li><a href='{column}'>{words}</a></li></ul>")


def fields(seen: Seen) -> dict[str, str]:
    """Parameters of address and body."""
    asked = parse_qs(urlsplit(seen.path).query, keep_blank_values=True)
    asked |= parse_qs(seen.body.decode(), keep_blank_values=True)
    return {k: v[0] for k, v in asked.items()}


def wild(routes: dict[str, Route]) -> Callable[[Seen], Answer]:
    def answer(seen: Seen) -> Answer:
        found = routes.get(seen.path) or routes.get(seen.path.partition("?")[0] + "*")
        if callable(found):
            found = found(seen)
        if found is None:
            return Answer("<title>404</title>Not Found", 404)
        return Answer(found) if isinstance(found, (str, bytes)) else found

    return answer


# --- JPage ---------------------------------------------------------------------------------------


def record(place: str, year: int, cut: bool = False) -> str:
    full = title(place, year)
    shown = f"{full[:9]}..." if cut else full
    return (
        f"<record><![CDATA[<li><a href='/art/{year}.html' title='{full}'>{shown}</a>"
        f"<span>{year + 1}-01-2{year % 10}</span></li>]]></record>"
    )


def store(place: str, years: tuple[int, ...], total: int | None, pages: int = 1) -> str:
    told = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    records = "".join(record(place, y, cut=True) for y in years)
    return f"<datastore>{told}<totalpage>{pages}</totalpage><recordset>{records}</recordset></datastore>"


PARAM = (
    "{col:1,appid:'1',webid:'7',path:'/',columnid:'311',sourceContentType:1,unitid:'88',"
    "webname:'门户',permissiontype:0}"
)


def jpage_shell(xml: str, script: str) -> str:
    body = f"<div id='88'><script type='text/xml'>{xml}</script></div><script>{script}</script>"
    return page("政府信息公开年报", body)


def config(total: int, size: int = 2) -> str:
    return (
        f"var param_88 = {PARAM}; $('#88').jpage({{perPage:{size},totalRecord:{total},"
        "proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:param_88})"
    )


def proxy(place: str, *, start: bool = True, number: bool = True, post: bool = True) -> Route:
    """``dataproxy.jsp``; ``start``/``number``: which parameters it obeys."""

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        if asked.get("columnid") != "311" or (seen.body and not post):
            return Answer("", 405)
        first, last = 0, 2
        if seen.body and start:
            first, last = int(asked["startrecord"]) - 1, int(asked["endrecord"])
        elif not seen.body and number and "page" in asked:
            first = (int(asked["page"]) - 1) * 2
            last = first + 2
        xml = store(place, YEARS[first:last], len(YEARS))
        return Answer(f"<?xml version='1.0'?>{xml}", headers={"Content-Type": "text/xml"})

    return answer


def jpage_whole(place: str) -> dict[str, Route]:
    """Everything in the page; wrong totalpage."""
    shell = jpage_shell(store(place, YEARS, 5, pages=9), config(5, 15))
    return {"/": home("/col/col311/"), "/col/col311/": shell, **reports(place)}


def jpage_groups(place: str) -> dict[str, Route]:
    shell = jpage_shell(store(place, YEARS[:2], 5), config(5))
    return {
        "/": home("/col/col311/index.html"),
        "/col/col311/index.html": shell,
        "/module/web/jpage/dataproxy.jsp*": proxy(place),
        **reports(place),
    }


def jpage_ignores_start(place: str) -> dict[str, Route]:
    return jpage_groups(place) | {"/module/web/jpage/dataproxy.jsp*": proxy(place, start=False)}


def jpage_get_only(place: str) -> dict[str, Route]:
    """Upper-case tags, the parameters only in nextgroup, posting refused."""
    link = (
        '<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=7'
        '&path=/&columnid=311&unitid=88&permissiontype=0"></a>]]></nextgroup>'
    )
    xml = store(place, YEARS[:2], 5).replace("<recordset>", f"{link}<recordset>")
    for tag in ("datastore", "recordset", "record", "totalrecord", "nextgroup"):
        xml = xml.replace(f"<{tag}>", f"<{tag.upper()}>").replace(f"</{tag}>", f"</{tag.upper()}>")
    return jpage_groups(place) | {
        "/col/col311/index.html": jpage_shell(xml, ""),
        "/module/web/jpage/dataproxy.jsp*": proxy(place, post=False),
    }


def jpage_never_more(place: str) -> dict[str, Route]:
    return jpage_groups(place) | {
        "/module/web/jpage/dataproxy.jsp*": proxy(place, start=False, number=False)
    }


def jpage_empty(place: str) -> dict[str, Route]:
    return jpage_groups(place) | {
        "/col/col311/index.html": jpage_shell(store(place, (), 0), config(0))
    }


def jpage_walled(place: str) -> dict[str, Route]:
    wall = Answer("<script>$_ts=window['$_ts'];</script>", 412)
    return jpage_groups(place) | {"/module/web/jpage/dataproxy.jsp*": wall}


def jpage_without_column(place: str) -> dict[str, Route]:
    shell = jpage_shell(store(place, YEARS[:2], 5), "$('#88').jpage({totalRecord:5})")
    return jpage_groups(place) | {"/col/col311/index.html": shell}


def jpage_box(place: str) -> dict[str, Route]:
    """A printed list; the records are those of a news box."""
    news = "<datastore><totalrecord>900</totalrecord><recordset><record><![CDATA[<li><a href='/n/1.html'>要闻一则</a>2024-05-01</li>]]></record></recordset></datastore>"
    rows = "".join(
        f"<li><a href='/art/{y}.html'>{title(place, y)}</a><i>{y + 1}-01-20</i></li>" for y in YEARS
    )
    body = f"<div><script type='text/xml'>{news}</script></div><ul>{rows}</ul>"
    return {"/": home("/col/col5/"), "/col/col5/": page("年报", body), **reports(place)}


# --- xxgkAnnualReport.jsp --------------------------------------------------------------------------


def report_jsp(place: str) -> dict[str, Route]:
    """A tree of organs in a frame, years in a select; the page is the report."""
    tree = page(
        "tree",
        "<div id=t></div><script>d = new dTree('d'); d.add('0','-1','市直部门','');"
        f"d.add('11419901000000001A','0','{name_of(place)}','javascript:go()');"
        f"d.add('11419901000000002B','0','{place}县水务局','javascript:go()');</script>",
    )
    options = "".join(f"<option value='{y}'>{y}</option>" for y in (2023, 2022))
    choice = f"<select id=fbtime name=fbtime>{options}</select><script>function show(y){{location.href='xxgkAnnualReport.jsp?area='+a+'&fbtime='+y}}</script>"

    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        body = name_of(place) if asked.get("area", "").endswith("A") else f"{place}县水务局"
        year = int(asked.get("fbtime", "2023"))
        if body.endswith("水务局") and year == 2022:
            return Answer(page("年报", f"{choice}<p>暂无数据</p>"))
        return Answer(report(body, year).replace("<h1>", f"{choice}<h1>"))

    shell = (
        f"<iframe src='/module/xxgk/tree.jsp?area=&div=x'></iframe>{choice}<div id=content></div>"
    )
    return {
        "/": home("/xxgk/nb/"),
        "/xxgk/nb/": page("政府信息公开年报", shell),
        "/module/xxgk/tree.jsp?area=&div=x": tree,
        "/module/xxgk/xxgkAnnualReport.jsp*": answer,
    }


# --- JPaaS -----------------------------------------------------------------------------------------

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def units(place: str, *, obeys: bool = True, pages: bool = True) -> Route:
    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        if asked.get("tagId") == "头部":
            return Answer(json.dumps({"data": {"html": "<div><a href='/'>首页</a></div>"}}))
        if asked.get("webId") != "7" or asked.get("pageId") != "311":
            return Answer('{"success":false}')
        number = json.loads(asked.get("paramJson", "{}")).get("pageNo", 1) if obeys else 1
        shown = YEARS[(number - 1) * 2 : number * 2]
        rows = "".join(
            f'<li class="clearfix"><a href="/art/{y}.html" title="{title(place, y)}">{title(place, y)[:8]}…</a><span>{y + 1}-01-20</span></li>'
            for y in shown
        )
        pager = "<div class='pagination' rows='2' count='5'></div>" if pages else ""
        return Answer(json.dumps({"code": "200", "data": {"html": f"<ul>{rows}</ul>{pager}"}}))

    return answer


def _unit_script(tag: str) -> str:
    data = f"{{'parseType':'bulidstatic','webId':'7','tplSetId':'zf','pageType':'column','tagId':'{tag}','editType':'null','pageId':'311'}}"
    return f'<script parseType="bulidstatic" queryData="{data}" url="{UNIT}"></script>'


def jpaas(place: str) -> dict[str, Route]:
    body = _unit_script("头部") + _unit_script("信息列表")
    return {
        "/": home("/col/nb/"),
        "/col/nb/": page("政府信息公开年报", body),
        f"{UNIT}*": units(place),
        **reports(place),
    }


def jpaas_counts_pages(place: str) -> dict[str, Route]:
    """``count`` is the number of pages: what is read exceeds it."""
    answer = units(place)

    def fewer(seen: Seen) -> Answer:
        assert callable(answer)
        told = answer(seen)
        assert isinstance(told.body, str)
        return Answer(told.body.replace("count='5'", "count='3'"))

    return jpaas(place) | {f"{UNIT}*": fewer}


def jpaas_same_again(place: str) -> dict[str, Route]:
    return jpaas(place) | {f"{UNIT}*": units(place, obeys=False)}


def jpaas_no_count(place: str) -> dict[str, Route]:
    return jpaas(place) | {f"{UNIT}*": units(place, pages=False)}


# --- queryList -------------------------------------------------------------------------------------


def results(place: str, years: tuple[int, ...]) -> list[dict[str, Any]]:
    return [
        {
            "source": {
                "title": f"<em>{title(place, y)}</em>",
                "pubDate": f"{y + 1}-01-20 18:30:00",
                "urls": json.dumps({"pc": f"/art/{y}.html", "wap": f"/wap/{y}.html"}),
                "content": {"content": "null"},
            }
        }
        for y in years
    ]


def query_list(place: str) -> dict[str, Route]:
    def answer(seen: Seen) -> Answer:
        asked = fields(seen)
        if not seen.body or asked.get("channelCode[]") != "col42":
            return Answer("", 400)
        number, size = int(asked["current"]), int(asked["pageSize"])
        shown = YEARS[(number - 1) * size : number * size]
        data = {"total": len(YEARS), "results": results(place, shown)}
        return Answer(json.dumps({"code": "200", "data": data}))

    script = "loadPageData({unitid:'38',webSiteCode:['jx'],channelCode:['col42'],perPage:2,showMode:'full'})"
    return {
        "/": home("/jx/col/col42/"),
        "/jx/col/col42/": page("年报", f"<div id=div38></div><script>{script}</script>"),
        "/queryList": answer,
        **reports(place),
    }


def list_data(place: str) -> dict[str, Route]:
    rows = ",".join(
        f"{{id:{y},title:'{title(place, y)}',url:'/art/{y}.html',publishDate:'{y + 1}-01-20'}}"
        for y in YEARS
    )
    script = f"var listData={{articleList:[{rows}],title:'年报'}};render(listData)"
    return {
        "/": home("/nb/"),
        "/nb/": page("政府信息公开年报", f"<ul id=l></ul><script>{script}</script>"),
        **reports(place),
    }


# --- pagers ----------------------------------------------------------------------------------------


def listing(place: str, k: int, pager: str) -> str:
    y = YEARS[k]
    row = f"<li><a href='/art/{y}.html'>{title(place, y)}</a><span>{y + 1}-01-20</span></li>"
    return page("年报", f"<ul>{row}</ul><div class='page'>{pager}</div>")


def onclick_twin(place: str) -> dict[str, Route]:
    """The twin's name stands nowhere; the pager tells a few pages at a time."""

    def pager(k: int) -> str:
        near = "".join(
            f"<a onclick='toPage({n})'>{n}</a>" for n in range(max(1, k), min(5, k + 2) + 1)
        )
        return f"{near}<a onclick='toPage({min(k + 2, 5)})'>下一页</a>"

    pages = {f"/nb/17318-{k + 1}.html": listing(place, k, pager(k)) for k in range(1, 5)}
    return {
        "/": home("/nb/17318.html"),
        "/nb/17318.html": listing(place, 0, pager(0)),
        **pages,
        **reports(place),
    }


LONG = f"<p>{'本栏目集中公开各年度报告，欢迎监督。' * 25}</p>"


def onclick_script(place: str) -> dict[str, Route]:
    """The script makes the address."""
    code = "<script>function turn(n){if(n==1){location.href='nb.htm'}else{window.location.href='more/nb_'+(n-1)+'.htm'}}</script>"
    pager = "".join(f"<a href='javascript:turn({n})'>{n}</a>" for n in range(1, 6)) + "下一页"
    return {
        "/": home("/gk/nb.htm"),
        "/gk/nb.htm": listing(place, 0, pager + code + LONG),
        **{f"/gk/more/nb_{k}.htm": listing(place, k, pager + code + LONG) for k in range(1, 5)},
        **reports(place),
    }


def bare_numbers(place: str) -> dict[str, Route]:
    """TRS with 2.html, 3.html, …"""
    script = "<script>var countPage = 5; var currentPage = 0;</script>"
    return {
        "/": home("/nb/"),
        "/nb/": listing(place, 0, script),
        **{f"/nb/{k + 1}.html": listing(place, k, script) for k in range(1, 5)},
        **reports(place),
    }


def offset_trap(place: str) -> dict[str, Route]:
    """``_1`` is the first page once more, the second is ``_2``."""
    script = "<script>createPageHTML(5,0,'newxxgklist','html')</script>"
    return {
        "/": home("/nb/newxxgklist.html"),
        "/nb/newxxgklist.html": listing(place, 0, script),
        **{f"/nb/newxxgklist_{k + 1}.html": listing(place, k, script) for k in range(5)},
        **reports(place),
    }


def capped(place: str) -> dict[str, Route]:
    """The script counts fewer pages than the stated total needs."""
    script = "<script>createPageHTML(2,0,'index','html')</script>共 5 条记录"
    return {
        "/": home("/nb/index.html"),
        "/nb/index.html": listing(place, 0, script),
        "/nb/index_1.html": listing(place, 1, script),
        **reports(place),
    }


WHOLE = (
    jpage_whole, jpage_groups, jpage_ignores_start, jpage_get_only, jpage_box, jpaas, query_list,
    list_data, onclick_twin, onclick_script, bare_numbers, offset_trap,
)  # fmt: skip
PARTIAL = {
    jpage_never_more: 2,
    jpage_empty: 0,
    jpage_walled: 2,
    jpage_without_column: 2,
    jpaas_counts_pages: 4,
    jpaas_same_again: 2,
    jpaas_no_count: 2,
    capped: 2,
}
DESIGNS = (*WHOLE, *PARTIAL, report_jsp)
PLACES = dict(
    zip((d.__name__ for d in DESIGNS), "松柏桐枫榆槐柳桑梧楠檀樟杉杨椿桂梅兰竹菊荷", strict=True)
)


@pytest.fixture(scope="module")
def crawled(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, dict[str, Any]], dict[str, Site]]]:
    folder = tmp_path_factory.mktemp("lists_a")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites: dict[str, Site] = {}
    for design in DESIGNS:
        sites[design.__name__] = site = Site()
        site.answer = wild(design(PLACES[design.__name__]))  # type: ignore[method-assign]
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"a-{n}", name_of(PLACES[n]), f"p-{n}") for n in sites]
        + [agency("a-water", f"{PLACES['report_jsp']}县水务局", "p-report_jsp")],
        [
            portal(f"p-{n}", s.url, access={"delay": 0, "browser": "never"})
            for n, s in sites.items()
        ],
    )
    yield world, world.crawl(), sites
    world.close()
    for site in sites.values():
        site.close()


Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, Site]]


@pytest.mark.parametrize("name", [d.__name__ for d in WHOLE])
def test_lists_read_to_their_proven_end(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    result = results[f"p-{name}"]
    assert result["outcome"] == "healthy", (result, sites[name].paths())
    assert world.found(portal=f"p-{name}") == {(f"a-{name}", y) for y in YEARS}
    assert not result["unresolved"]
    assert [c["entries"] for c in result["columns"]] == [len(YEARS)]


@pytest.mark.parametrize("name", [d.__name__ for d in PARTIAL])
def test_lists_that_cannot_be_read_whole_say_so(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    result = results[f"p-{name}"]
    assert result["outcome"] == "partial", (result, sites[name].paths())
    count = next(n for d, n in PARTIAL.items() if d.__name__ == name)
    assert len(world.found(portal=f"p-{name}")) == count, result
    kinds = {p["kind"] for p in result["problems"]}
    assert kinds & {"list_incomplete", "empty_column", "blocked"}, result
    assert len(sites[name].paths()) < 25, sites[name].paths()  # never a loop


def test_a_wall_before_the_interface_is_told(crawled: Crawled) -> None:
    assert "blocked" in {p["kind"] for p in crawled[1]["p-jpage_walled"]["problems"]}


def test_organs_of_a_tree_are_columns_of_their_own(crawled: Crawled) -> None:
    world, results, sites = crawled
    result = results["p-report_jsp"]
    assert result["outcome"] == "healthy", (result, sites["report_jsp"].paths())
    assert world.found(portal="p-report_jsp") == {
        ("a-report_jsp", 2023), ("a-report_jsp", 2022), ("a-water", 2023),
    }  # fmt: skip
    owners = {c["agency"]: c["complete"] for c in result["columns"]}
    assert owners.keys() >= {"a-report_jsp", "a-water"}
    assert all(owners.values())


def test_the_interface_is_asked_no_more_than_needed(crawled: Crawled) -> None:
    for name in ("jpage_groups", "jpaas", "query_list"):
        paths = crawled[2][name].paths()
        assert len(paths) <= 5 + 2 + 4, (name, paths)
