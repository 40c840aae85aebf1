"""Portals whose lists scripts make, crawled together from their home pages: found, proven, or said
to be unproven. Never read in part and called whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

YEARS = (2023, 2022, 2021)
CHANNEL = "5f0c9d1e7b3a4c2f8e6d0a1b2c3d4e5f"
GUID = "1b2c3d4e-0000-4a4a-9b9b-0123456789ab"
COLUMN = "政府信息公开年报"
ACCESS = {"delay": 0, "browser": "never"}
"""What a mechanism can't read, the browser might: here the mechanisms are on their own."""


class Served(Site):
    """Routes by path; one with a query is looked for first."""

    def answer(self, seen: Seen) -> Answer:
        if seen.path not in self.routes:
            seen = Seen(seen.at, seen.path, seen.headers, body=seen.body)
            route = self.routes.get(urlsplit(seen.path).path)
            if callable(route):
                return route(seen)
            if route is not None and not urlsplit(seen.path).path.endswith(".htm"):
                return Answer(route) if isinstance(route, (str, bytes)) else route
        return super().answer(seen)


@dataclass(frozen=True)
class Design:
    routes: dict[str, Route]
    years: tuple[int, ...] = YEARS
    reason: str | None = None
    """why the column is not proven; None = it is"""


def _name(place: str) -> str:
    return f"{place}县教育局"


def _title(place: str, year: int) -> str:
    return f"{_name(place)}{year}年政府信息公开工作年度报告"


def _at(year: int) -> str:
    return f"/doc/{year}.html"


def _reports(place: str) -> dict[str, Route]:
    return {_at(y): report(_name(place), y) for y in YEARS}


def _home(column: str, label: str = COLUMN) -> Route:
    return page("门户", f"<ul><li><a href='{column}'>{label}</a></li></ul>")


def _asked(seen: Seen) -> dict[str, str]:
    pairs = parse_qs(urlsplit(seen.path).query, keep_blank_values=True)
    pairs |= parse_qs(seen.body.decode(), keep_blank_values=True)
    return {k: v[0] for k, v in pairs.items()}


def _json(found: Any) -> Answer:
    body = json.dumps(found, ensure_ascii=False)
    return Answer(body, headers={"Content-Type": "application/json;charset=UTF-8"})


def _lines(place: str, years: tuple[int, ...]) -> str:
    return "".join(
        f"<li><a href='{_at(y)}'>{_title(place, y)}</a><span>{y + 1}-01-22</span></li>"
        for y in years
    )


# --- UCAP ---------------------------------------------------------------------


def _ucap(
    place: str, answer: Callable[[int], Any], *, printed: str = "", script: str | None = None
) -> dict[str, Route]:
    script = script or (
        f"function load(p){{ $.get('/common/search/{CHANNEL}?_isAgg=false&_isJson=true"
        "&_pageSize=20&_template=index&page=' + p, show); }"
    )
    return {
        "/": _home("/xxgk/nb.shtml"),
        "/xxgk/nb.shtml": page(COLUMN, f"<ul id='list'>{printed}</ul><script>{script}</script>"),
        f"/common/search/{CHANNEL}": lambda seen: (
            found
            if isinstance(found := answer(int(_asked(seen)["page"])), Answer)
            else _json(found)
        ),
        f"/searchList/{CHANNEL}": lambda seen: _json(answer(int(_asked(seen)["page"]))),
        **_reports(place),
    }


def _results(place: str, years: tuple[int, ...], total: int = 3) -> dict[str, Any]:
    return {
        "data": {
            "total": total,
            "results": [
                {
                    "title": f"<em>{_title(place, y)}</em>",
                    # An hour at which the epoch, eight hours off, falls on another day.
                    "publishedTime": 1,
                    "publishedTimeStr": f"{y + 1}-01-22 02:00:00",
                    "url": f"//127.0.0.1:{{port}}{_at(y)}",
                    "author": "null",
                }
                for y in years
            ],
        }
    }


def ucap(place: str) -> Design:
    """The server answers fewer records than were asked for."""
    return Design(_ucap(place, lambda p: _results(place, YEARS[(p - 1) * 2 : p * 2])))


def ucap_by_settings(place: str) -> Design:
    """The channel's number in a field, the parameters in the call's data, other calls commented out."""
    script = (
        "// $.get('/searchList/00000000000000000000000000000000?page=' + p)\n"
        "var id = $('#channelId').val(); $.ajax({url: '/searchList/' + id, type: 'get',"
        " data: {_isAgg: false, _isJson: true, _pageSize: size, page: pageNo}, success: f});"
    )
    field = f"<input type='hidden' id='channelId' value='{CHANNEL}'>"
    return Design(_ucap(place, lambda p: _results(place, YEARS), printed=field, script=script))


def ucap_preview(place: str) -> Design:
    """The first lines stand in the page already, and the interface brings them again."""
    return Design(
        _ucap(
            place,
            lambda p: _results(place, YEARS[(p - 1) * 2 : p * 2]),
            printed=_lines(place, YEARS[:2]),
        )
    )


def ucap_ignores_page(place: str) -> Design:
    return Design(_ucap(place, lambda p: _results(place, YEARS[:1])), YEARS[:1], "只读到")


def ucap_other_list(place: str) -> Design:
    """A box's interface answers whole, the column's own lines are none of it."""
    other = {"data": {"total": 1, "results": [{"title": "一则消息", "url": "/n/1.html"}]}}
    routes = _ucap(place, lambda p: other, printed=_lines(place, YEARS[:2]))
    return Design(routes | {"/n/1.html": page("消息", "正文")}, YEARS[:2], "页面上的条目")


def ucap_walled(place: str) -> Design:
    """A login page in place of JSON; what stands in the page is not lost."""
    login = Answer(page("登录", "<p>请登录后查看，会话已经过期。</p>"))
    return Design(
        _ucap(place, lambda p: login, printed=_lines(place, YEARS[:1])), YEARS[:1], "不是列表数据"
    )


def ucap_empty(place: str) -> Design:
    return Design(_ucap(place, lambda p: _results(place, (), 0)), (), "")


def ucap_unknown_channel(place: str) -> Design:
    script = "$.get('/searchList/' + current() + '?_isJson=true&page=' + p, show)"
    return Design(_ucap(place, lambda p: {}, script=script), (), "没有写明")


# --- gkmlpt -------------------------------------------------------------------


def _gkmlpt(place: str, bad: tuple[int, ...] = (), size: int = 2) -> dict[str, Route]:
    tree = '[{"id": 11, "name": "机构职能", "post_count": 4, "children": []}, {"id": 2629, "name": "政府信息公开年报", "post_count": 3}]'
    config = f"<script>window._CONFIG = {{ SID: '755', BASE: '/gkmlpt', TREE: {tree}, go: function(){{}} }};</script>"

    def articles(seen: Seen) -> Answer:
        asked = _asked(seen)
        number = int(asked["page"])
        if number in bad or asked["sid"] != "755":
            return Answer("<title>404</title>", 404)
        years = YEARS[(number - 1) * size : number * size]
        rows = [
            {
                "id": 7000000 + y,
                "title": _title(place, y),
                "url": _at(y),
                "display_publish_time": f"{y + 1}-01-22 10:00:00",
                "create_time": 1,
            }
            for y in years
        ]
        return _json({"total": 3, "articles": rows})

    return {
        "/": _home("/gkmlpt/index", "政府信息公开"),
        "/gkmlpt/index": page("政府信息公开目录", f"<div id='app'></div>{config}"),
        "/gkmlpt/api/all/2629": articles,
        **_reports(place),
    }


def gkmlpt(place: str) -> Design:
    return Design(_gkmlpt(place))


def gkmlpt_second_page_gone(place: str) -> Design:
    return Design(_gkmlpt(place, bad=(2,)), YEARS[:2], "未能读取")


# --- VSB ----------------------------------------------------------------------


def _vsb(place: str, total: int = 3) -> dict[str, Route]:
    def listing(k: int) -> str:
        line = f"<li id='line_u5_{k}'><a href='{_at(YEARS[k])}'>{_title(place, YEARS[k])}</a><span>{YEARS[k] + 1}-01-22</span></li>"
        first = "<span class='p_first'><a href='../nb.htm'>首页</a></span>" if k else ""
        then = {0: "nb/2.htm", 1: "1.htm"}.get(k)
        last = {0: "nb/1.htm", 1: "1.htm"}.get(k)
        more = (
            f"<a href='{then}'>下页</a><a href='{last}'>尾页</a>" if then else "<span>下页</span>"
        )
        pager = f"<div class='p_pages'><span class='p_t'>共{total}条</span>{first}{more}</div>"
        return page(COLUMN, f"<ul>{line}</ul>{pager}")

    return {
        "/": _home("/zwgk/nb.htm"),
        "/zwgk/nb.htm": listing(0), "/zwgk/nb/2.htm": listing(1), "/zwgk/nb/1.htm": listing(2),
        **_reports(place),
    }  # fmt: skip


def vsb(place: str) -> Design:
    return Design(_vsb(place))


def vsb_lost_a_line(place: str) -> Design:
    return Design(_vsb(place, total=4), YEARS, "共 4 条")


# --- one page a year ------------------------------------------------------------


def _with_years(place: str, year: int, control: str) -> str:
    return report(_name(place), year).replace("<h1>", f"{control}<h1>", 1)


_SELECT = (
    "<select onchange=\"location.href='zfxxgknb.html?nbYear=' + this.value\">"
    + "".join(f"<option value='{y}'>{y}年</option>" for y in YEARS)
    + "</select>"
)


def _nb_year(place: str, shown: Callable[[int], str]) -> dict[str, Route]:
    return {
        "/": _home("/zfxxgk/zfxxgknb.html"),
        "/zfxxgk/zfxxgknb.html": lambda seen: Answer(shown(int(_asked(seen).get("nbYear", 2023)))),
    }


def nb_year(place: str) -> Design:
    return Design(_nb_year(place, lambda y: _with_years(place, y, _SELECT)))


def nb_year_without_a_report(place: str) -> Design:
    """One year says that there is nothing."""
    empty = page(COLUMN, f"{_SELECT}<p>暂无数据</p>")
    return Design(
        _nb_year(place, lambda y: _with_years(place, y, _SELECT) if y > 2021 else empty), YEARS[:2]
    )


def nb_year_ignored(place: str) -> Design:
    """Every year shows the newest report: nothing is known of the others."""
    return Design(
        _nb_year(place, lambda y: _with_years(place, 2023, _SELECT)), YEARS[:1], "显示的是 2023"
    )


def longxun_years(place: str) -> Design:
    base = "/public/column/6600?type=3&action=detail&nav=3"
    links = "".join(f"<a href='{base}&amp;title={y}'>{y}年</a>" for y in YEARS)
    return Design(
        {
            "/": _home(base),
            "/public/column/6600": lambda seen: Answer(
                _with_years(place, int(_asked(seen).get("title", 2023)), f"<div>{links}</div>")
            ),
        }
    )


def longxun_list(place: str) -> Design:
    def listing(seen: Seen) -> Answer:
        number = int(_asked(seen).get("pageIndex", 1))
        script = (
            "<script>Ls.pagination('#pages', function(i){ location.href = link + '&pageIndex=' + i; },"
            f" {{currPage: {number}, pageCount: 3}});</script>"
        )
        return Answer(page(COLUMN, f"<ul>{_lines(place, YEARS[number - 1 : number])}</ul>{script}"))

    return Design(
        {
            "/": _home("/public/column/6600?type=4&action=list&nav=3&catId=8"),
            "/public/column/6600": listing,
            **_reports(place),
        }
    )


def openness(place: str) -> Design:
    """The bodies in a select of numbers; titles with nothing but the year; show pages."""
    bodies = "<select name='branch_id'><option value='1'>{}</option><option value='2'>{}</option></select>"
    bodies = bodies.format(f"{place}县财政局", _name(place))

    def listing(seen: Seen) -> Answer:
        number = int(_asked(seen).get("page", 1))
        if _asked(seen)["branch_id"] == "1":
            return Answer(page(COLUMN, f"<div>{bodies}</div><p>暂无数据</p>"))
        lines = "".join(
            f"<p><a href='/OpennessAnnualReport/show/{y}.html'>{y}年</a> <i>{y + 1}-01-22</i></p>"
            for y in (YEARS[:2] if number == 1 else YEARS[2:])
        )
        follow = "<a href='?branch_id=2&amp;page=2'>下一页</a>" if number == 1 else ""
        return Answer(page(COLUMN, f"<div>{bodies}</div>{lines}<div class='page'>{follow}</div>"))

    return Design(
        {
            "/": _home("/opennessAnnualReport/?branch_id=1"),
            "/opennessAnnualReport/": listing,
            **{f"/OpennessAnnualReport/show/{y}.html": report(_name(place), y) for y in YEARS},
        }
    )


# --- searches -------------------------------------------------------------------


def _fujian(place: str, listed: str, size: int, count: bool) -> dict[str, Route]:
    script = (
        "<script>var conf = {channelid: '229105', chnlid: '4910', prepage: 75, recordCount: '3'};"
        "$.ajax({url: '/fjdzapp/search', type: 'post', data: {channelid: conf.channelid,"
        " sortfield: '-docreltime', classsql: 'chnlid=' + conf.chnlid, page: vm.page, prepage: conf.prepage}})</script>"
    )

    def search(seen: Seen) -> Answer:
        asked = _asked(seen)
        if (asked["channelid"], asked["classsql"]) != ("229105", "chnlid=4910"):
            return Answer("", 500)
        number = int(asked["page"])
        rows = [
            {
                "doctitle": _title(place, y),
                "docreltime": f"{y + 1}-01-22 09:00:00",
                "docpuburl": _at(y),
            }
            for y in YEARS[(number - 1) * size : number * size]
        ]
        return _json({"data": rows} | ({"count": "3"} if count else {}))

    return {
        "/": _home("/zwgk/nb/"),
        "/zwgk/nb/": page(COLUMN, f"<div id='list'>{listed}</div>{script}"),
        "/fjdzapp/search": search,
        **_reports(place),
    }


def fujian(place: str) -> Design:
    return Design(_fujian(place, "", 2, True))


def fujian_cut(place: str) -> Design:
    """The answer says nothing of the whole; the page's own count shows that it was cut."""
    return Design(_fujian(place, "", 2, False), YEARS[:2], "共 3 条")


def fujian_printed(place: str) -> Design:
    """All groups stand in the page; the interface need not be asked, and would fail."""
    groups = "".join(
        f"<div class='list_base_date_01' ms-visible='$showStatic({k})'><ul>{_lines(place, (y,))}</ul></div>"
        for k, y in enumerate(YEARS)
    )
    routes = _fujian(place, groups, 2, True)
    del routes["/fjdzapp/search"]
    return Design(routes)


def epoint(place: str) -> Design:
    """The site's number in a script file; pages counted from 0."""

    def interface(seen: Seen) -> Answer:
        asked = json.loads(seen.body)
        if (asked["categorynum"], asked["siteGuid"]) != ("003001", GUID):
            return Answer("", 500)
        rows = [
            {
                "infourl": _at(y),
                "title": _title(place, y)[:9] + "…",
                "realtitle": _title(place, y),
                "infodate": f"{y + 1}-01-22",
            }
            for y in YEARS
        ]
        start = int(asked["pageIndex"]) * int(asked["pageSize"])
        custom = {"total": 3, "data": rows[start : start + int(asked["pageSize"])]}
        return _json({"custom": json.dumps(custom), "status": {"code": 1}})

    script = Answer(
        f"var siteInfo = {{'siteGuid': '{GUID}', \"projectName\": '/EWB-FRONT'}};",
        headers={"Content-Type": "application/javascript"},
    )
    shell = "<script src='/js/webBuilderCommon.js'></script><div id='list'></div>"
    return Design(
        {
            "/": _home("/dynamic/zwgk/govInfoPub.html?categorynum=003001&deptcode="),
            "/dynamic/zwgk/govInfoPub.html": page(COLUMN, shell),
            "/js/webBuilderCommon.js": script,
            "/EWB-FRONT/rest/lightfrontaction/getgovinfolist": interface,
            **_reports(place),
        }
    )


def epoint_without_site(place: str) -> Design:
    design = epoint(place)
    return Design(design.routes | {"/js/webBuilderCommon.js": Answer("var x = 1;")}, (), "没有写明")


def static_json(place: str) -> Design:
    rows = [
        {
            "FILENAME": _title(place, y),
            "URL": f"../..{_at(y)}",
            "DOCRELTIME": f"{y + 1}-01-22 08:30",
        }
        for y in YEARS
    ]
    script = "<script>var file = 'nb'; $.getJSON('./' + file + '.json?t=' + Math.random(), show); fetch('/tq.json')</script>"
    return Design(
        {
            "/": _home("/zwgk/nb/"),
            "/zwgk/nb/": page(COLUMN, f"<table id='t'></table>{script}"),
            "/zwgk/nb/nb.json": lambda seen: _json({"data": rows}),
            "/tq.json": lambda seen: _json({"weather": "晴", "degrees": 12}),
            **_reports(place),
        }
    )


def _truecms(place: str, window: int) -> dict[str, Route]:
    script = (
        "<script>$('#m').jpage({proxyUrl: '/truecms/messageController/getMessage.do', columnId: 'c-7',"
        " perpage: '2'});</script>"
    )

    def interface(seen: Seen) -> Answer:
        asked = _asked(seen)
        if "/zwgk/nb/" not in seen.headers.get("Referer", "") or int(asked["perpage"]) > window:
            return Answer("", 404)
        lines = [
            f"<record><![CDATA[<li><a href='{_at(y)}' title='{_title(place, y)}'>{_title(place, y)[:9]}…</a>"
            f"<span>{y + 1}-01-22</span></li>]]></record>"
            for y in YEARS
        ]
        part = "".join(lines[int(asked["startrecord"]) - 1 : int(asked["endrecord"])])
        result = f"<datastore><totalrecord>3</totalrecord><recordset>{part}</recordset></datastore>"
        return Answer(
            f"{asked['callback']}({json.dumps({'result': result})})",
            headers={"Content-Type": "text/javascript"},
        )

    return {
        "/": _home("/zwgk/nb/"),
        "/zwgk/nb/": page(COLUMN, f"<div id='m'></div>{script}"),
        "/truecms/messageController/getMessage.do": interface,
        **_reports(place),
    }


def truecms(place: str) -> Design:
    return Design(_truecms(place, 2))


def truecms_refuses(place: str) -> Design:
    return Design(_truecms(place, 1), (), "未能读取")


def eportal(place: str) -> Design:
    def listing(seen: Seen) -> Answer:
        number = int(_asked(seen).get("currentPage", 1))
        pager = "".join(
            f"<a tagname='/eportal/ui?pageId=31&currentPage={n}&moduleId=ab' href='javascript:;'>{t}</a>"
            for n, t in ((2, "下一页"), (3, "尾页"))
        )
        return Answer(
            page(COLUMN, f"<ul>{_lines(place, YEARS[number - 1 : number])}</ul><div>{pager}</div>")
        )

    return Design({"/": _home("/eportal/ui?pageId=31"), "/eportal/ui": listing, **_reports(place)})


DESIGNS: tuple[Callable[[str], Design], ...] = (
    ucap, ucap_by_settings, ucap_preview, ucap_ignores_page, ucap_other_list, ucap_walled,
    ucap_empty, ucap_unknown_channel, gkmlpt, gkmlpt_second_page_gone, vsb, vsb_lost_a_line,
    nb_year, nb_year_without_a_report, nb_year_ignored, longxun_years, longxun_list, openness,
    fujian, fujian_cut, fujian_printed, epoint, epoint_without_site, static_json, truecms,
    truecms_refuses, eportal,
)  # fmt: skip
PLACES = dict(
    zip(
        (d.__name__ for d in DESIGNS),
        "松柏桐枫榆槐柳桑梧楠杉樟椿楸榉桦椴檀栎橡楝枣梨桃李杏柚",
        strict=True,
    )
)
PLANS = {d.__name__: d(PLACES[d.__name__]) for d in DESIGNS}

Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, Site]]


def _on(site: Site, routes: dict[str, Route]) -> None:
    """Addresses that name the port."""
    mark = "{port}"

    def filled(route: Route) -> Route:
        if not callable(route):
            return route

        def answer(seen: Seen) -> Answer:
            found = route(seen)
            body = found.body if isinstance(found.body, str) else found.body.decode()
            return Answer(body.replace(mark, str(site.port)), found.status, found.headers)

        return answer

    site.routes = {path: filled(route) for path, route in routes.items()}


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("lists-b")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites: dict[str, Site] = {name: Served() for name in PLANS}
    for name, site in sites.items():
        _on(site, PLANS[name].routes)
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"a-{n}", _name(PLACES[n]), f"p-{n}") for n in sites],
        [portal(f"p-{n}", site.url, access=dict(ACCESS)) for n, site in sites.items()],
    )
    yield world, world.crawl(), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", PLANS)
def test_every_report_is_found_and_the_end_proven_or_not(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    result, plan = results[f"p-{name}"], PLANS[name]
    told = (result, sites[name].paths())
    assert world.found(portal=f"p-{name}") == {(f"a-{name}", y) for y in plan.years}, told
    assert result["columns"], told
    assert (result["outcome"] == "healthy") == (plan.reason is None), told
    if plan.reason is None:
        assert all(c["complete"] and c["entries"] for c in result["columns"]), told
    else:
        assert not any(c["complete"] and c["entries"] for c in result["columns"]), told
        assert plan.reason in json.dumps(result["problems"], ensure_ascii=False), told


@pytest.mark.parametrize("name", PLANS)
def test_nothing_is_asked_twice(crawled: Crawled, name: str) -> None:
    asked = [(s.path, s.body) for s in crawled[2][name].log if s.path != "/robots.txt"]
    assert len(asked) == len(set(asked)), asked


def test_the_day_is_the_one_that_is_printed(crawled: Crawled) -> None:
    for name in ("ucap", "gkmlpt", "fujian", "epoint", "static_json", "truecms"):
        for publication in crawled[0].publications(portal=f"p-{name}"):
            days = {e.day for e in publication.dates if e.source.value == "list"}
            assert {d.isoformat() for d in days if d} == {f"{publication.year + 1}-01-22"}, name
