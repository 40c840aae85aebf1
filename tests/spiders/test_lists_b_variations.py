"""Other makes of the same mechanisms: nested answers, other spellings, other ways to the list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal
from tests.spiders.test_lists_b_portals import (
    ACCESS,
    CHANNEL,
    COLUMN,
    YEARS,
    Crawled,
    Design,
    Served,
    _asked,
    _at,
    _gkmlpt,
    _home,
    _json,
    _lines,
    _name,
    _on,
    _reports,
    _results,
    _title,
    _with_years,
)


def ucap_text_in_text(place: str) -> Design:
    """``data`` is a text with JSON in it, the total a text, the answer a JSONP call."""

    def answer(seen: Seen) -> Answer:
        found = _results(place, YEARS)["data"]
        found["total"] = "3"
        return Answer(f"callback({json.dumps({'data': json.dumps(found)})});")

    script = f"$.ajax({{url: '//127.0.0.1:{{port}}/common/search/{CHANNEL}?page=1&_pageSize=30', dataType: 'jsonp'}})"
    return Design(
        {
            "/": _home("/nb/index.shtml"),
            "/nb/index.shtml": lambda seen: Answer(page(COLUMN, f"<script>{script}</script>")),
            f"/common/search/{CHANNEL}": answer,
            **_reports(place),
        }
    )


def ucap_in_a_frame(place: str) -> Design:
    script = f"<script>axios.get(`/searchList/${{cfg.channel}}?_isJson=true&page=${{n}}`); const cfg = {{channel: '{CHANNEL}', size: 9}}</script>"
    return Design(
        {
            "/": _home("/nb/"),
            "/nb/": page(COLUMN, "<iframe src='inner.html'></iframe>"),
            "/nb/inner.html": page("list", script),
            f"/searchList/{CHANNEL}": lambda seen: _json(_results(place, YEARS)),
            **_reports(place),
        }
    )


def ucap_posted(place: str) -> Design:
    script = f"<script>fetch('/common/search/{CHANNEL}', {{method: 'POST', headers: {{'Content-Type': 'application/json'}}, body: JSON.stringify({{page: current, _pageSize: 2, _isJson: true}})}}).then(show)</script>"

    def answer(seen: Seen) -> Answer:
        number = json.loads(seen.body)["page"]
        return _json(_results(place, YEARS[(int(number) - 1) * 2 : int(number) * 2]))

    return Design(
        {
            "/": _home("/nb/"), "/nb/": page(COLUMN, script),
            f"/common/search/{CHANNEL}": answer, **_reports(place),
        }
    )  # fmt: skip


def ucap_unstable_order(place: str) -> Design:
    """Page 2 repeats a line of page 1 in place of the last one: as many lines as stated, one missing."""
    routes = ucap_posted(place).routes | {
        f"/common/search/{CHANNEL}": lambda seen: _json(
            _results(place, YEARS[:2] if json.loads(seen.body)["page"] in (1, "1") else (YEARS[1],))
        )
    }
    return Design(routes, YEARS[:2], "")


def ucap_error_in_json(place: str) -> Design:
    routes = ucap_posted(place).routes | {
        f"/common/search/{CHANNEL}": lambda seen: _json(
            {"code": 500, "msg": "内部错误", "data": None}
        )
    }
    return Design(routes, (), "不是列表数据")


def hunan_search(place: str) -> Design:
    """``/search/common/search/<column>`` with the column's number in a script; static box beside it."""
    script = "<script>var col = 6789; var api = '/search/common/search/' + col; $.getJSON(api + '?_isAgg=true&_isJson=true&_pageSize=2&page=' + p, f)</script>"
    return Design(
        {
            "/": _home("/nb/"),
            "/nb/": page(COLUMN, f"<div class='hot'><ul><li><a href='/n/2.html'>要闻</a></li></ul></div>{script}"),
            "/search/common/search/6789": lambda seen: _json(
                _results(place, YEARS[(int(_asked(seen)["page"]) - 1) * 2 :][:2])
            ),
            **_reports(place),
        }
    )  # fmt: skip


def gkmlpt_by_department(place: str) -> Design:
    """A body's own platform; the tree in JSON, the years below the category, dates as epochs."""
    routes = {p.replace("/gkmlpt", "/jyj/gkmlpt"): r for p, r in _gkmlpt(place).items()}
    tree = '[{"id":1,"name":"主动公开","children":[{"id":"2629","name":"年度报告","post_count":0,"children":[{"id":31,"name":"2023年"},{"id":32,"name":"往年"}]}]}]'

    def part(years: tuple[int, ...]) -> Route:
        rows = [
            {
                "id": y,
                "title": _title(place, y),
                "post_url": _at(y),
                "first_publish_time": 1705888800,
            }
            for y in years
        ]
        return lambda seen: _json({"total": len(rows), "articles": rows})

    routes["/"] = page(
        "门户",
        f"<a href='/jyj/'>{_name(place)}</a><a href='/jyj/gkmlpt/annualreport#2629'>{COLUMN}</a>",
    )
    routes["/jyj/gkmlpt/annualreport"] = page(
        "公开", f'<script>_CONFIG={{"SID":"755","TREE":{tree}}}</script>'
    )
    routes["/jyj/gkmlpt/api/all/31"], routes["/jyj/gkmlpt/api/all/32"] = (
        part(YEARS[:1]),
        part(YEARS[1:]),
    )
    return Design(routes)


def gkmlpt_half_of_it_walled(place: str) -> Design:
    """Two categories: one complete, the other refused. Neither proves the column."""
    routes = gkmlpt_by_department(place).routes | {"/jyj/gkmlpt/api/all/32": Answer("", 403)}
    return Design(routes, YEARS[:1], "未能读取")


def vsb_with_a_jump(place: str) -> Design:
    """The pager has only a box to jump; the list hides in a table."""

    def listing(k: int) -> str:
        row = f"<table class='winstyle5'><tr id='line5_{k}'><td><a class='c5' href='{_at(YEARS[k])}'>{_title(place, YEARS[k])}</a></td><td>{YEARS[k] + 1}/01/22</td></tr></table>"
        jump = f"<td id='fanye5'>共3条&nbsp;&nbsp;{k + 1}/3&nbsp;<a onclick=\"_simple_list_gotopage_fun(3,'u5_goto',1)\">转到</a></td>"
        return page(COLUMN, f"{row}<table><tr>{jump}</tr></table>")

    return Design(
        {
            "/": _home("/gk/nb.htm"), "/gk/nb.htm": listing(0), "/gk/nb/2.htm": listing(1),
            "/gk/nb/1.htm": listing(2), **_reports(place),
        }
    )  # fmt: skip


def year_buttons(place: str) -> Design:
    """Years as buttons with an attribute, the address in the script; the body kept."""
    buttons = "".join(f"<li data-year='{y}'>{y}</li>" for y in YEARS)
    script = "<script>$('li').click(function(){ location.href = 'artview.html?orgCode=a7&nbYear=' + $(this).data('year') })</script>"
    return Design(
        {
            "/": _home("/artview.html?nbYear=2023&orgCode=a7"),
            "/artview.html": lambda seen: Answer(
                _with_years(place, int(_asked(seen)["nbYear"]), f"<ul>{buttons}</ul>{script}")
                if _asked(seen)["orgCode"] == "a7"
                else ""
            ),
        }
    )


def year_of_publication(place: str) -> Design:
    """The parameter is the year of publication: 2024 shows the report of 2023."""
    options = "".join(f"<option value='{y + 1}'>{y + 1}</option>" for y in YEARS)
    select = f"<select name='nbYear'>{options}</select>"
    return Design(
        {
            "/": _home("/zfxxgknb.html?nbYear=2024"),
            "/zfxxgknb.html": lambda seen: Answer(
                _with_years(place, int(_asked(seen)["nbYear"]) - 1, select)
            ),
        }
    )


def years_filled_by_script(place: str) -> Design:
    """Older years come without text: a script would fill them."""
    options = "".join(f"<option>{y}</option>" for y in YEARS)
    select = f"<select id='nbYear'>{options}</select><script>var u = '?nbYear=' + y</script>"
    return Design(
        {
            "/": _home("/zfxxgknb.html"),
            "/zfxxgknb.html": lambda seen: Answer(
                _with_years(place, 2023, select)
                if _asked(seen).get("nbYear", "2023") == "2023"
                else page(COLUMN, f"{select}<div id='content'></div>")
            ),
        },
        YEARS[:1],
        "可能由脚本生成",
    )


def fujian_by_get(place: str) -> Design:
    script = "<script>$.getJSON('/fjdzapp/search', {channelid: 229105, classsql: \"chnlid=4910\", page: 1, prepage: 2}, show)</script>"

    def search(seen: Seen) -> Answer:
        if seen.body:
            return Answer("", 405)
        number = int(_asked(seen)["page"])
        rows = [
            {"doctitle": _title(place, y), "chnldocurl": _at(y), "docreltime": 1705888800000}
            for y in YEARS[(number - 1) * 2 : number * 2]
        ]
        return _json({"docs": rows, "pageCount": 2})

    return Design(
        {
            "/": _home("/nb/"), "/nb/": page(COLUMN, script), "/fjdzapp/search": search,
            **_reports(place),
        }
    )  # fmt: skip


def json_with_more_names(place: str) -> Design:
    """A bare array; the file's name in an attribute's script; addresses absolute."""
    rows = [
        {
            "DOCTITLE": _title(place, y),
            "DOCURL": f"http://127.0.0.1:{{port}}{_at(y)}",
            "PUBDATE": f"{y + 1}年1月22日",
        }
        for y in YEARS
    ]
    script = '<script>$(function(){ loadList("./data/nbList.json"); })</script>'
    return Design(
        {
            "/": _home("/gk/nb.html"),
            "/gk/nb.html": page(COLUMN, f"<div id='l'></div>{script}"),
            "/gk/data/nbList.json": lambda seen: _json(rows),
            **_reports(place),
        }
    )


def truecms_plain_xml(place: str) -> Design:
    """No JSONP around the records; the settings in an object, other quotes."""
    script = '<script>var opt = {"proxyUrl": "messageController/getMessage.do?x=1", "columnId": "9", "perPage": 15}</script>'

    def interface(seen: Seen) -> Answer:
        lines = "".join(
            f"<record><![CDATA[{li}]]></record>" for li in (_lines(place, (y,)) for y in YEARS)
        )
        body = f"<?xml version='1.0' encoding='utf-8'?><datastore><totalrecord>3</totalrecord><recordset>{lines}</recordset></datastore>"
        return Answer(body, headers={"Content-Type": "text/xml"})

    return Design(
        {
            "/": _home("/col/nb.html"), "/col/nb.html": page(COLUMN, script),
            "/col/messageController/getMessage.do": interface, **_reports(place),
        }
    )  # fmt: skip


DESIGNS: tuple[Callable[[str], Design], ...] = (
    ucap_text_in_text, ucap_in_a_frame, ucap_posted, ucap_unstable_order, ucap_error_in_json,
    hunan_search, gkmlpt_by_department, gkmlpt_half_of_it_walled, vsb_with_a_jump, year_buttons,
    year_of_publication, years_filled_by_script, fujian_by_get, json_with_more_names,
    truecms_plain_xml,
)  # fmt: skip
PLACES = dict(zip((d.__name__ for d in DESIGNS), "松柏桐枫榆槐柳桑梧楠杉樟椿楸榉", strict=True))
PLANS = {d.__name__: d(PLACES[d.__name__]) for d in DESIGNS}


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("lists-b2")
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
def test_variations(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    result, plan = results[f"p-{name}"], PLANS[name]
    told = (result, sites[name].paths())
    assert world.found(portal=f"p-{name}") == {(f"a-{name}", y) for y in plan.years}, told
    assert (result["outcome"] == "healthy") == (plan.reason is None), told
    if plan.reason is not None:
        assert not any(c["complete"] and c["entries"] for c in result["columns"]), told
        assert plan.reason in json.dumps(result["problems"], ensure_ascii=False), told
