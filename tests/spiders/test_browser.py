"""Lists, pages and walls that only a running script opens, in a real Chromium; one crawl for all."""

from __future__ import annotations

import base64
import itertools
import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from settings import find_chromium
from storage import repositories
from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

pytest.importorskip("playwright", reason="Playwright 未安装（可选的 browser）")
pytestmark = pytest.mark.skipif(find_chromium() is None, reason="本机没有 Chromium")

YEARS = (2023, 2022, 2021, 2020)
HOME = page(
    "门户",
    "<p>本县门户</p><a href='/nb/'>政府信息公开年报</a><a href='/x/'>办事</a><a href='/y/'>要闻</a>",
)
DRAW = """
function draw(rows){document.getElementById('list').innerHTML = rows.map(r =>
 '<li><a href="'+r.url+'">'+r.title+'</a><span>'+r.date+'</span></li>').join('');}
"""
Build = Callable[[str], dict[str, Route]]


def body(place: str) -> str:
    return f"{place}县教育局"


def rows(place: str, years: tuple[int, ...] = YEARS) -> list[dict[str, str]]:
    return [
        {
            "title": f"{body(place)}{y}年政府信息公开工作年度报告",
            "url": f"/r/{y}.html",
            "date": f"{y + 1}-01-2{y % 10}",
        }
        for y in years
    ]


def reports(place: str, years: tuple[int, ...] = YEARS) -> dict[str, Route]:
    return {f"/r/{y}.html": report(body(place), y) for y in years}


def data(value: object) -> Answer:
    return Answer(json.dumps(value), headers={"Content-Type": "application/json"})


def column(script: str, more: str = "", head: str = "") -> str:
    return page(
        "政府信息公开年报", f"<ul id='list'></ul>{more}<script>{DRAW}{script}</script>", head
    )


# `atob` keeps addresses from being read in plain words: what is readable needs no browser.
NEXT = "<a id='next' class='btn' href='javascript:void(0)' onclick='go(1)'>下一页</a>"
PAGED = """
var page = 0; function go(by){page += by; fetch(atob('L2FwaS9saXN0')+'?page='+page+'&size=2').then(r=>r.json()).then(d=>{
 draw(d.data.rows); if(page*2 >= %s) document.getElementById('next').className='btn disabled';});}
go(1);"""


def pages(place: str, wrap: Callable[[list[Any], int], object]) -> dict[str, Route]:
    found = rows(place)
    return {
        f"/api/list?page={n}&size=2": data(wrap(found[n * 2 - 2 : n * 2], n)) for n in (1, 2, 3)
    }


def fetched(place: str) -> dict[str, Route]:
    """JSON by page, with a total; everything that is no text must stay unasked."""
    more = (
        NEXT + "<img src='/a.png'><link rel=stylesheet href='/a.css'><video src='/a.mp4'></video>"
    )
    extra = "navigator.sendBeacon('/beacon','x'); new WebSocket('ws://'+location.host+'/ws');"
    return {
        "/nb/": column(extra + PAGED % 4, more),
        **pages(place, lambda some, n: {"data": {"rows": some, "total": 4}}),
    }


def odd_keys(place: str) -> dict[str, Route]:
    """Keys that nobody foresaw, addresses only in the links, no total: the dead button proves."""
    script = """
var page = 0; function go(by){page += by; var x = new XMLHttpRequest(); x.open('POST','/q.do');
 x.setRequestHeader('Content-Type','application/x-www-form-urlencoded');
 x.onload = function(){var d = JSON.parse(x.responseText); draw(d.nr.map(r => ({title:r.bt, url:'/r/'+r.nd+'.html', date:r.rq})));
 document.getElementById('next').disabled = d.zh;}; x.send('dqy='+page);}
go(1);"""

    def answer(seen: Seen) -> Answer:
        n = int(seen.body.decode().partition("=")[2])
        some = rows(place)[n * 2 - 2 : n * 2]
        kept = [{"bt": r["title"], "nd": r["url"][3:7], "rq": r["date"]} for r in some]
        return data({"nr": kept, "zh": n >= 2})

    return {
        "/nb/": column(script, "<button id='next' onclick='go(1)'>下 一 页</button>"),
        "/q.do": answer,
    }


def no_data(place: str) -> dict[str, Route]:
    """The list is unpacked by the script; nothing is fetched."""
    packed = base64.b64encode(json.dumps(rows(place)).encode()).decode()
    script = f"var all = JSON.parse(atob('{packed}')), at = -3; function go(){{at += 3; draw(all.slice(at, at+3));\
 if(at + 3 >= all.length) document.getElementById('next').setAttribute('aria-disabled','true');}} go();"
    return {"/nb/": column(script, "<span id='next' onclick='go()'>下一页</span>")}


def jsonp(place: str) -> dict[str, Route]:
    script = "function show(d){draw(d.list)} document.write('<scr'+'ipt src=\"/j.js?cb=show\"></scr'+'ipt>');"
    called = Answer(f"show({json.dumps({'list': rows(place), 'recordCount': 4})});",
                    headers={"Content-Type": "text/javascript"})  # fmt: skip
    return {"/nb/": column(script), "/j.js?cb=show": called}


def grows(place: str) -> dict[str, Route]:
    """加载更多 until nothing is left."""
    script = """
var page = 0, all = []; function go(){page += 1; fetch(atob('L2FwaS9saXN0')+'?page='+page+'&size=2').then(r=>r.json()).then(d=>{
 all = all.concat(d.rows); draw(all); if(!d.more) document.getElementById('more').outerHTML = '<p>没有更多了</p>';});}
go();"""
    return {
        "/nb/": column(script, "<div id='more' onclick='go()'>点击加载更多</div>"),
        **pages(place, lambda some, n: {"rows": some, "more": n < 2}),
    }


def one_file(place: str) -> dict[str, Route]:
    return {
        "/nb/": column("fetch('/nb/all.json').then(r=>r.json()).then(draw)"),
        "/nb/all.json": data(rows(place)),
    }


def framed(place: str) -> dict[str, Route]:
    """The list is drawn in a frame of a frame."""
    return {
        "/nb/": page(
            "政府信息公开年报", "<script>var t=1</script><iframe src='/f1.html'></iframe>"
        ),
        "/f1.html": page(
            "", "<script>document.write(\"<iframe src='/f2.html'></iframe>\")</script>"
        ),
        "/f2.html": column("fetch('/all.json').then(r=>r.json()).then(d => draw(d.data))"),
        "/all.json": data({"data": rows(place), "total": 4}),
    }


def scripted_home(place: str) -> dict[str, Route]:
    """The home page's menu is made by a script, and so is the text of one report."""
    words = report(body(place), 2020).partition("<body>")[2].partition("</body>")[0]
    return {
        "/": page("门户", "<div id=m></div>",
                  "<script>onload=()=>{m.innerHTML='<a href=\"/nb/\">政府信息公开年报</a>'}</script>"),
        "/nb/": page("政府信息公开年报", "<ul>" + "".join(
            f"<li><a href='{r['url']}'>{r['title']}</a> {r['date']}</li>" for r in rows(place)) + "</ul>"),
        "/r/2020.html": page("年报", "<div id=t></div><script>fetch('/t.txt').then(r=>r.text()).then(x=>t.innerHTML=x)</script>"),
        "/t.txt": Answer(words, headers={"Content-Type": "text/plain; charset=utf-8"}),
    }  # fmt: skip


WALL = "<html><script>var $_ts={};document.cookie='ticket='+(6*7)+'; path=/';location.reload()</script></html>"


def walled(place: str) -> dict[str, Route]:
    """A wall that a script opens once, with a cookie."""
    listing = "".join(
        f"<li><a href='{r['url']}'>{r['title']}</a> {r['date']}</li>" for r in rows(place)
    )
    inner: dict[str, Route] = {
        "/": HOME, "/nb/": page("政府信息公开年报", f"<ul>{listing}</ul>"), **reports(place),
    }  # fmt: skip

    def behind(route: Route) -> Route:
        def answer(seen: Seen) -> Answer:
            passed = "ticket=42" in seen.headers.get("Cookie", "")
            return Answer(str(route)) if passed else Answer(WALL, 412)

        return answer

    return {path: behind(route) for path, route in inner.items()}


def printed(place: str, years: tuple[int, ...]) -> str:
    return "".join(
        f"<li><a href='{r['url']}'>{r['title']}</a><span>{r['date']}</span></li>"
        for r in rows(place, years)
    )


def tabs_of_years(place: str) -> dict[str, Route]:
    """The newest is printed; the other years come when their tab is clicked."""
    tabs = "".join(f"<li class='{'on' if y == 2023 else ''}'>{y}年</li>" for y in YEARS)
    script = """document.querySelectorAll('.tab li').forEach(t => t.onclick = () =>
 fetch('/d/' + parseInt(t.textContent) + '.json').then(r => r.json()).then(draw));"""
    text = f"<ul class=tab>{tabs}</ul><ul id='list'>{printed(place, (2023,))}</ul>"
    return {
        "/nb/": page("政府信息公开年报", f"{text}<script>{DRAW}{script}</script>"),
        **{f"/d/{y}.json": data(rows(place, (y,))) for y in YEARS},
    }


def select_of_years(place: str) -> dict[str, Route]:
    """The same by a select box that a script obeys."""
    options = "".join(f"<option value='{y}'>{y}年</option>" for y in YEARS)
    script = "function chg(v){fetch('/d.do?nd='+btoa(v)).then(r => r.json()).then(draw)}"
    text = f"<select onchange='chg(this.value)'>{options}</select><ul id='list'>{printed(place, (2023,))}</ul>"

    def answer(seen: Seen) -> Answer:
        year = base64.b64decode(seen.path.partition("nd=")[2].replace("%3D", "=")).decode()
        return data(rows(place, (int(year),)))

    return {
        "/nb/": page("政府信息公开年报", f"{text}<script>{DRAW}{script}</script>"),
        **{f"/d.do?nd={base64.b64encode(str(y).encode()).decode()}": answer for y in YEARS},
    }


def tabs_of_groups(place: str) -> dict[str, Route]:
    """Two tabs, of which only the first is filled until the other one is clicked."""
    tabs = "<ul class=tab><li class=on onclick='go(1)'>县直部门</li><li onclick='go(2)'>乡镇街道</li></ul>"
    script = """function go(n){if (n == 2) fetch('/d/2').then(r => r.text()).then(t => {
 let d = JSON.parse(t), e = document.getElementById('list'); draw(d.rows)});}"""
    text = f"{tabs}<ul id='list'>{printed(place, YEARS[:2])}</ul>"
    return {
        "/nb/": page("政府信息公开年报", f"{text}<script>{DRAW}{script}</script>"),
        "/d/2": data({"rows": rows(place, YEARS[2:]), "total": 2}),
    }


READ: dict[str, Build] = {
    f.__name__: f
    for f in (
        fetched, odd_keys, no_data, jsonp, grows, one_file, framed, scripted_home, walled,
        tabs_of_years, select_of_years, tabs_of_groups,
    )
}  # fmt: skip

# --- portals that are not read whole -----------------------------------------------


def cut(place: str) -> dict[str, Route]:
    return {
        "/nb/": column(PAGED % 4, NEXT),
        **pages(place, lambda some, n: {"data": {"rows": some, "total": 5}}),
    }


def repeats(place: str) -> dict[str, Route]:
    """A button that stays alive and a server that gives the last page again."""
    some = rows(place)[:2]
    return {
        "/nb/": column(PAGED % 99, NEXT),
        **pages(place, lambda _, n: {"data": {"rows": some}}),
    }


def fails_later(place: str) -> dict[str, Route]:
    found = {
        "/nb/": column(PAGED % 4, NEXT),
        **pages(place, lambda some, n: {"data": {"rows": some, "total": 2}}),
    }
    return found | {"/api/list?page=2&size=2": Answer("busy", 500)}


def forbidden(place: str) -> dict[str, Route]:
    robots = Answer("User-agent: *\nDisallow: /api/", headers={"Content-Type": "text/plain"})
    return fetched(place) | {"/robots.txt": robots}


def busy_forever(place: str) -> dict[str, Route]:
    return {"/nb/": column("while(true){}")}


def always_walled(place: str) -> dict[str, Route]:
    return {path: Answer(WALL.replace("42", "x"), 412) for path in ("/", "/nb/")}


NOT_READ: dict[str, tuple[Build, str, str]] = {
    "cut": (cut, "partial", "共 5 条"),
    "repeats": (repeats, "partial", "没有带来新的条目"),
    "fails_later": (fails_later, "partial", "500"),
    "forbidden": (forbidden, "partial", "robots.txt"),
    "never": (fetched, "partial", "栏目里没有读到条目"),
    "busy_forever": (busy_forever, "partial", "浏览器"),
    "always_walled": (always_walled, "failed", "412"),
    "elsewhere": (one_file, "partial", "portals.yml"),
}
PLACES = dict(zip((*READ, *NOT_READ), "橡榛栗柚橘柑橙枇杷枣李杏桃梨荔芒椰柿莓萄", strict=True))
Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, Site]]


def build(name: str) -> dict[str, Route]:
    made = (READ.get(name) or NOT_READ[name][0])(PLACES[name])
    return {"/": HOME, **reports(PLACES[name]), **made}


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("browser")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as stack:
        sites = {name: stack.enter_context(Site(build(name))) for name in PLACES}
        other = stack.enter_context(Site({"/l.js": "function load(){}"}))
        sites["elsewhere"].routes["/nb/"] = column(
            "load();", head=f"<script src='{other.url}l.js'></script>"
        )
        access = {"never": {"browser": "never", "delay": 0}, "fetched": {"delay": 0.3}}
        world = World(
            f"sqlite:///{database}",
            folder,
            [agency(f"a-{n}", body(PLACES[n]), n) for n in sites],
            [portal(n, s.url, access=access.get(n, {"delay": 0})) for n, s in sites.items()],
        )
        sites["other"] = other
        yield world, world.crawl(NIANBAO_VISIT_SECONDS=60), sites
        world.close()


@pytest.mark.parametrize("name", READ)
def test_what_scripts_make_is_read_to_its_proven_end(crawled: Crawled, name: str) -> None:
    world, results, sites = crawled
    result = results[name]
    assert result["outcome"] == "healthy", (result, sites[name].paths())
    assert world.found(portal=name) == {(f"a-{name}", y) for y in YEARS}
    assert not result["unresolved"]
    if name not in ("scripted_home", "walled"):
        how = "static_json" if name == "one_file" else "browser"
        assert [c["how"] for c in result["columns"]] == [how]
        dates = {p.year: p.dates for p in world.publications(portal=name)}
        assert all(any(d.source == "list" for d in found) for found in dates.values())


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_not_proven_is_told(crawled: Crawled, name: str) -> None:
    result = crawled[1][name]
    _, outcome, told = NOT_READ[name]
    assert result["outcome"] == outcome, result
    assert any(told in p["message"] for p in result["problems"]), result["problems"]


def test_only_texts_are_asked_for_and_each_once(crawled: Crawled) -> None:
    paths = crawled[2]["fetched"].paths()
    assert not [p for p in paths if p.startswith(("/a.", "/beacon", "/ws", "/favicon"))]
    for name in ("fetched", "odd_keys", "no_data", "jsonp", "grows", "one_file"):
        asked = [s for s in crawled[2][name].log if not s.body]
        assert len({s.path for s in asked}) == len(asked), (name, [s.path for s in asked])


def test_hosts_robots_and_never_hold_for_scripts_too(crawled: Crawled) -> None:
    assert crawled[2]["other"].log == []
    assert not [p for p in crawled[2]["forbidden"].paths() if p.startswith("/api/")]
    assert not [p for p in crawled[2]["never"].paths() if p.startswith("/api/")]


def test_scripts_wait_like_everybody(crawled: Crawled) -> None:
    log = crawled[2]["fetched"].log
    gaps = [b.at - a.at for a, b in itertools.pairwise(log)]
    assert len([s for s in log if "/api/" in s.path]) == 2
    # The server's clock sees when it got round to a request: single gaps may shrink under load.
    assert statistics.median(gaps) >= 0.29, gaps


def test_the_browser_tells_who_it_is(crawled: Crawled) -> None:
    asked = [s for s in crawled[2]["fetched"].log if "/api/" in s.path]
    assert all(s.headers["User-Agent"].startswith("Nianbao/") for s in asked)


def test_what_scripts_fetched_is_in_the_archive(crawled: Crawled) -> None:
    world, _, sites = crawled
    with world.database.session() as session:
        for address in ("api/list?page=2&size=2", "nb/"):
            url = sites["fetched"].url + address
            assert repositories.latest_capture(session, url) is not None, url


def test_a_wall_gets_one_visit(crawled: Crawled) -> None:
    walls = [s for s in crawled[2]["always_walled"].log if s.path == "/"]
    assert 2 <= len(walls) <= 8
