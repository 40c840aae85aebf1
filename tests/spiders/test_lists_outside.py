"""Lists whose pages name their own addresses, sizes and bodies in other ways than most do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from spiders.lists import choose, names_column
from spiders.page import Page
from spiders.query import JSON, Query
from spiders.reader import ColumnReading, read_column
from storage.domain import Problem
from storage.vocab import ProblemKind

HOST = "http://h.example"
Ask = Callable[[Query, dict[str, str]], str | None]


def made(url: str, body: str) -> Page:
    return Page(HOST + url, f"<html><body>{body}</body></html>".encode())


def fields(query: Query) -> dict[str, str]:
    asked = parse_qsl(urlsplit(query.url).query, keep_blank_values=True)
    return dict(asked + parse_qsl((query.body or b"").decode(), keep_blank_values=True))


def read(first: Page, ask: Ask) -> tuple[ColumnReading, list[Query]]:
    """``ask``: the server's answer; None where it has none."""
    log: list[Query] = []

    async def fetch(query: Query) -> Page | Problem:
        log.append(query)
        text = ask(query, fields(query))
        if text is None:
            return Problem(ProblemKind.HTTP_4XX, query.url, "服务器返回 404")
        return Page(query.url, text.encode(), asked=query)

    return asyncio.run(read_column(first, fetch)), log


def lines(*numbers: int) -> str:
    return "".join(
        f"<li><a href='/art/{n}.html'>平川县第{n}局2023年政府信息公开工作年度报告</a><span>2024-01-12</span></li>"
        for n in numbers
    )


# --- nbYear --------------------------------------------------------------------------------------

NAV = "<a href='/zfxxgknb.html?nbYear=2023'>政府信息公开年报</a>"


def tabs(address: str) -> str:
    return "".join(f"<a href='{address}nbYear={y}'>{y}年</a>" for y in (2023, 2022, 2021))


@pytest.mark.parametrize(
    ("url", "body", "own"),
    [
        ("/zfxxgk/zn.html", NAV, False),
        ("/zfxxgk/zn.html", NAV + "<select><option>2023</option><option>2022</option></select>", False),
        ("/xw/", tabs("/zfxxgknb.html?"), False),
        ("/xw/", f"{NAV}<script>function go(y){{location.href='/zfxxgknb.html?nbYear='+y}}</script>"
         "<b>2023</b><a href='/a'>2023年</a><a href='/b'>2022年</a>", False),
        ("/index.php?m=xw", tabs("/index.php?m=nb&"), False),
        ("/", tabs("/index.php?m=nb&"), False),
        ("/index.php?m=nb", tabs("/index.php?m=nb&amp;"), True),
        ("/zfxxgknb.html?nbYear=2023", NAV, True),
        ("/zfxxgknb.html", NAV + tabs("/zfxxgknb.html?"), True),
        ("/nb/", tabs("index.html?"), True),
        ("/nb/a.html", tabs("?orgCode=7&amp;"), True),
        ("/nb/a.html", "<select onchange=\"location.href='a.html?nbYear='+this.value\">"
         "<option>2023</option><option>2022</option></select>", True),
        ("/nb/a.html", "<a onclick='show(2023)'>2023</a><a onclick='show(2022)'>2022</a>"
         "<script>function show(y){location.href=`${base}?nbYear=${y}`}</script>", True),
    ],
)  # fmt: skip
def test_a_menu_that_names_the_year_is_no_column(url: str, body: str, own: bool) -> None:
    page = made(url, body)
    assert (choose(page).name == "nb_year") is own
    assert names_column(page) is own


# --- bodies --------------------------------------------------------------------------------------


def branches(query: str, count: int = 5, size: int = 2, *, default: str = "7") -> str:
    """A list that the portal shows for one body by default and pages under that body's number."""
    asked = {k: v[0] for k, v in parse_qs(query).items()}
    body, number = asked.get("branch_id", default), int(asked.get("page", 1))
    own = range(1, count + 1) if body == default else range(101, 102)
    pages = -(-len(own) // size)
    shown = "".join(
        f"<li><a href='/OpennessAnnualReport/show/{n}.html'>{n}号报告</a><i>2024-01-12</i></li>"
        for n in own[(number - 1) * size : number * size]
    )
    pager = "".join(f"<a href='?branch_id={body}&page={n}'>{n}</a>" for n in range(1, pages + 1))
    return f"<html><body><ul>{shown}</ul><div class='pagination'>{pager}</div></body></html>"


def test_the_default_page_belongs_to_the_body_that_its_pager_names() -> None:
    first = Page(f"{HOST}/opennessAnnualReport/", branches("").encode())
    reading, log = read(first, lambda query, _: branches(urlsplit(query.url).query))
    assert reading.how == "openness"
    assert (reading.lines, reading.incomplete) == (5, None)
    assert len(log) == 2


def test_a_page_of_the_default_list_that_is_not_there_is_missed() -> None:
    first = Page(f"{HOST}/opennessAnnualReport/", branches("").encode())
    reading, _ = read(
        first, lambda q, asked: None if asked["page"] == "3" else branches(urlsplit(q.url).query)
    )
    assert reading.lines == 4
    assert reading.incomplete


# --- JPage ---------------------------------------------------------------------------------------


def store(numbers: range, total: int) -> str:
    records = "".join(f"<record><![CDATA[{lines(n)}]]></record>" for n in numbers)
    return (
        f"<datastore><totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>"
    )


def jpage(total: int, size: int = 7) -> Page:
    script = (
        f"$('#55').jpage({{perPage:{size},proxyUrl:'/module/web/jpage/dataproxy.jsp',"
        "appid:'1',webid:'3',columnid:'12',unitid:'55'})"
    )
    xml = store(range(1, min(size, total) + 1), total)
    return made("/col/col12/", f"<script type='text/xml'>{xml}</script><script>{script}</script>")


def deaf(total: int, cut: int, *, paged: bool) -> Ask:
    """A server that does not hear of ``startrecord``: ``perpage`` records, at most ``cut``."""

    def ask(query: Query, asked: dict[str, str]) -> str:
        assert (asked["columnid"], asked["unitid"]) == ("12", "55")
        size = min(int(asked.get("perpage", 7)), cut)
        skip = (int(asked.get("page", 1)) - 1) * size if paged else 0
        return store(range(skip + 1, min(skip + size, total) + 1), total)

    return ask


def test_a_server_that_hears_perpage_alone_is_asked_for_all_at_once() -> None:
    reading, log = read(jpage(20), deaf(20, 300, paged=False))
    assert (reading.how, reading.lines, reading.incomplete) == ("jpage", 20, None)
    assert len(log) == 2
    assert fields(log[1])["perpage"] == "20"


def test_what_such_a_server_cuts_is_asked_for_by_page() -> None:
    reading, _ = read(jpage(50), deaf(50, 15, paged=True))
    assert (reading.lines, reading.incomplete) == (50, None)
    reading, log = read(jpage(700), deaf(700, 300, paged=True))
    assert (reading.lines, reading.incomplete) == (700, None)
    assert "300" in {fields(q)["perpage"] for q in log}


def test_what_such_a_server_never_sends_is_missed() -> None:
    reading, log = read(jpage(50), deaf(50, 15, paged=False))
    assert reading.lines == 15
    assert reading.incomplete
    assert len(log) < 20


# --- Fujian --------------------------------------------------------------------------------------


def printed(words: str, *groups: tuple[int, ...]) -> Page:
    blocks = "".join(
        f'<div class="list_base_date_01" ms-visible="$showStatic({k})"><ul>{lines(*g)}</ul></div>'
        for k, g in enumerate(groups, 1)
    )
    return made("/zwgk/nb/", f"<div ms-controller='list'>{blocks}</div><div>{words}</div>")


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("共5条", True), ("共 3 页", True), ("共 5 条记录 1/3页", True), ("共5条 共3页", True),
        ("", False), ("共57条", False), ("共4条", False), ("共5条 共4页", False), ("共 5 页", False),
    ],
)  # fmt: skip
def test_printed_groups_are_all_where_the_count_fits_them(words: str, whole: bool) -> None:
    reading, log = read(printed(words, (1, 2), (3, 4), (5,)), lambda query, asked: None)
    assert (reading.how, reading.lines, log) == ("fujian_search", 5, [])
    assert (reading.incomplete is None) is whole


# --- questions that scripts put together from pieces ---------------------------------------------

XHR = "<script>{names}function ld(){{var x=new XMLHttpRequest();x.open('POST','{to}');x.onload=function(){{show('a')}};x.send({sends})}}ld()</script>"
CATEGORY = "/rest/lightfrontaction/getgovinfolist"
GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
MESSAGES = "/messageController/getMessage.do"


def titled(n: int) -> dict[str, str]:
    return {
        "title": f"平川县第{n}局2023年政府信息公开工作年度报告",
        "infourl": f"/art/{n}.html",
        "infodate": "2024-01-12",
    }


def rows(start: int, size: int, total: int) -> list[dict[str, str]]:
    return [titled(n) for n in range(start + 1, min(start + size, total) + 1)]


@pytest.mark.parametrize("zero", [True, False])
@pytest.mark.parametrize(
    ("names", "sends"),
    [
        ("", "'params='+encodeURIComponent(JSON.stringify({siteGuid:'GUID',categoryNum:'003',pageIndex:pi,pageSize:4}))"),
        ("var c='003',g='GUID';", "'params='+JSON.stringify({token:'',siteGuid:g,categoryNum:c,kw:kw(),pageIndex:pi,pageSize:4})+'&t='+now()"),
        ("var o={siteGuid:'GUID',categoryNum:'003',pageIndex:1,pageSize:4};", "JSON.stringify(o)"),
        ("", "JSON.stringify({params:{siteGuid:'GUID',categoryNum:'003',pageIndex:pi-1,pageSize:'4'}})"),
        ("", "'siteGuid=GUID&categoryNum=003&pageSize=4&pageIndex='+pi"),
    ],
)  # fmt: skip
def test_epoint_is_asked_in_the_words_of_the_page(names: str, sends: str, zero: bool) -> None:
    script = XHR.format(names=names, to=CATEGORY, sends=sends).replace("GUID", GUID)

    def ask(query: Query, asked: dict[str, str]) -> str:
        given = json.loads(query.body or b"") if query.content_type == JSON else asked
        given = given.get("params", given)
        given = json.loads(given) if isinstance(given, str) else given
        assert (given["categoryNum"], given["siteGuid"]) == ("003", GUID)
        number = int(given["pageIndex"]) - (not zero)
        shown = rows(number * 4, 4, 10) if number >= 0 else []
        return json.dumps({"custom": {"total": 10, "infodata": shown}})

    reading, log = read(made("/xxgk/nb/govinfo.html", script), ask)
    assert (reading.how, reading.lines, reading.incomplete) == ("epoint", 10, None)
    assert len(log) <= 6


@pytest.mark.parametrize(
    "script",
    [
        XHR.format(names="var n=1;", to=MESSAGES, sends="'channelId=88&pageSize=4&page='+n"),
        XHR.format(names="var n=0;", to=MESSAGES, sends="'channelId=88&pageSize=4&page='+n+'&k='"),
        f"<script>function ld(n){{fetch('{MESSAGES}?channelId=88&pageSize=4&page='+n).then(draw)}}</script>",
        f"<script>fetch('{MESSAGES}',{{method:'POST',body:`channelId=88&pageSize=4&page=${{n}}`}}).then(draw)</script>",
    ],
)
@pytest.mark.parametrize("lined", [True, False])
def test_messages_are_asked_for_by_number(script: str, lined: bool) -> None:
    first = 0 if "n=0" in script else 1

    def ask(query: Query, asked: dict[str, str]) -> str | None:
        if asked.get("channelId") != "88" or not query.referer:
            return None
        start = (int(asked["page"]) - first) * 4
        if lined:
            return store(range(start + 1, min(start + 4, 10) + 1), 10) if start >= 0 else None
        return json.dumps({"total": 10, "rows": rows(start, 4, 10) if start >= 0 else []})

    reading, _ = read(made("/zfxxgk/nb/", script), ask)
    assert reading.how == "truecms"
    assert (reading.lines, reading.incomplete) == (10, None)


def test_a_question_that_names_no_column_is_not_asked() -> None:
    script = XHR.format(names="", to=MESSAGES, sends="'channelId='+id()+'&pageSize=4&page='+n")
    reading, log = read(made("/zfxxgk/nb/", script), lambda query, asked: None)
    assert log == []
    assert reading.incomplete
