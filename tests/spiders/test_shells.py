"""Reports that do not stand where the list points: one body each, all on one portal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import repositories
from storage.domain import AnnualReport
from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

NAMES = {
    "frame": "教育局", "nested": "司法局", "refresh": "财政局", "noscript": "民政局", "replace": "水利局",
    "pieces": "农业局", "later": "商务局", "escaped": "统计局", "cookie": "审计局", "viewer": "林业局",
    "object": "医保局", "data": "卫健局", "written": "住建局", "fj": "交通局", "served": "税务局",
    "click": "气象局", "tables": "文旅局", "split": "体育局", "scripted": "档案局", "book": "信访局",
    "gone": "邮政局", "busy": "粮食局", "far": "城管局", "phone": "国资局",
}  # fmt: skip
YEAR = 2023
TITLE = "{}{}年政府信息公开工作年度报告"
JUMP = "<script>{}</script><p>页面正在跳转</p>"


def full(key: str) -> str:
    return f"梅县{NAMES[key]}"


def text(key: str, **more: str) -> str:
    return report(full(key), YEAR, **more)


def word(key: str, *, prose: bool = True) -> Answer:
    """The report as a .doc that is HTML, as Word saves it; without ``prose`` only its tables."""
    whole = text(key)
    if not prose:
        table = whole.split("<h3>三、", 1)[1].partition("</table>")[0]
        whole = f"<html><body><h3>三、{table}</table></body></html>"
    return Answer(whole, headers={"Content-Type": "application/msword"})


def shell(key: str, inner: str, head: str = "") -> str:
    heading = f"<h1>{TITLE.format(full(key), YEAR)}</h1><p>发布日期：2024-01-20</p>"
    return page(TITLE.format(full(key), YEAR), heading + inner, head)


def parts(key: str) -> list[str]:
    """The report cut into three pages."""
    whole = text(key)
    head, rest = whole.split("<h3>三、", 1)
    middle, tail = rest.split("<h3>五、", 1)
    opening, end = (
        whole.partition('<div class="article">')[0] + '<div class="article">',
        "</div></body></html>",
    )
    pager = "<div id='pages'></div><script>createPageHTML(3, {}, 'split', 'html');</script>"
    return [
        f"{head}{pager.format(0)}{end}",
        f"{opening}<h3>三、{middle}{pager.format(1)}{end}",
        f"{opening}<h3>五、{tail.removesuffix(end)}{pager.format(2)}{end}",
    ]


def behind_cookie(seen: Seen) -> Answer:
    if "k=1" in seen.headers.get("Cookie", ""):
        return Answer(text("cookie"))
    return Answer("", 302, {"Location": seen.path, "Set-Cookie": "k=1; Path=/"})


def build() -> dict[str, Route]:
    listing = "".join(
        f"<li><a href='/a/{key}.html'>{TITLE.format(full(key), YEAR)}</a> 2024-01-20</li>"
        for key in NAMES
    )
    first, second, third = parts("split")
    lost = parts("gone")[0].replace("'split'", "'gone'")
    busy = parts("busy")[0].replace("'split'", "'busy'")
    prose = text("tables").replace("<table>", "<!--").replace("</table>", "-->")
    body = text("escaped").partition("<body>")[2].partition("</body>")[0]
    return {
        "/": page("门户", "<a href='/nb/'>政府信息公开年报</a><a href='/x/'>要闻</a><a href='/y/'>办事</a>"),
        "/nb/": page("政府信息公开年报", f"<ul>{listing}</ul>"),
        "/a/frame.html": shell("frame", "<iframe src='/in/frame.html'></iframe>"),
        "/in/frame.html": text("frame"),
        "/a/nested.html": shell("nested", "<iframe src='/in/1.html'></iframe>"),
        "/in/1.html": page("", "<frameset><frame src='2.html'></frameset>"),
        "/in/2.html": text("nested"),
        "/a/refresh.html": page("", "", "<meta http-equiv='Refresh' content='0.5, URL=\"/in/refresh.html\"'>"),
        "/in/refresh.html": text("refresh"),
        "/a/noscript.html": text("noscript").replace(
            "</head>", "<noscript><meta http-equiv=refresh content='0;url=/nojs.html'></noscript></head>"),
        "/a/replace.html": JUMP.format("window.location.replace('/in/replace.html');"),
        "/in/replace.html": text("replace"),
        "/a/pieces.html": JUMP.format("var a='/in', b=a+'/pieces'; top.location.href = location.origin + b + \".html\";"),
        "/in/pieces.html": text("pieces"),
        "/a/later.html": JUMP.format("setTimeout(\"self.location='/in/later.html'\", 800)"),
        "/in/later.html": text("later"),
        "/a/escaped.html": shell("escaped", "<div id=c></div>", f"<script>var content={json.dumps(body)};c.innerHTML=content</script>"),
        "/a/cookie.html": behind_cookie,
        "/a/viewer.html": shell("viewer", "<iframe src='/js/web/viewer.html?file=../../f/viewer.doc#page=1'></iframe>"),
        "/f/viewer.doc": word("viewer"),
        "/a/object.html": shell("object", "<object data='/f/object.doc'></object>"),
        "/f/object.doc": word("object"),
        "/a/data.html": shell("data", "<div id='pdfshow' data-value='/f/data.doc'></div>"),
        "/f/data.doc": word("data"),
        "/a/written.html": shell("written", "<script>document.write('<a href=\"/f/written.doc\">附件</a>');</script>"),
        "/f/written.doc": word("written"),
        "/a/fj.html": shell("fj", "<script>var hasFJ = './fj.doc'; if (hasFJ) show(hasFJ);</script>"),
        "/a/fj.doc": word("fj"),
        "/a/served.html": shell("served", "<a href='/system/_content/download.jsp?urltype=x&wbfileid=77'>附件1</a>"),
        "/system/_content/download.jsp?urltype=x&wbfileid=77": word("served"),
        "/a/click.html": shell("click", "<a href='javascript:;' onclick=\"openFile('/f/click.doc', 1)\">查看</a>"),
        "/f/click.doc": word("click"),
        "/a/tables.html": prose.replace("</body>", "<p><a href='/f/tables.doc'>附件：申请情况统计表</a></p></body>"),
        "/f/tables.doc": word("tables", prose=False),
        "/a/split.html": first, "/a/split_1.html": second, "/a/split_2.html": third,
        "/a/scripted.html": JUMP.format("function go(){location.href='/in/scripted.html'} go()"),
        "/in/scripted.html": text("scripted"),
        "/a/book.html": page("年报", "<script>var bookConfig = {pages: 2}</script>"),
        "/a/files/basic-html/page1.html": parts("book")[0].replace("createPageHTML(3, 0, 'split', 'html');", "")
            .replace("</body>", "<a href='page2.html'>下一页</a></body>"),
        "/a/files/basic-html/page2.html": (parts("book")[1] + parts("book")[2]).replace("createPageHTML(3, 1, 'split', 'html');", ""),
        "/a/gone.html": lost,
        "/a/busy.html": busy, "/a/busy_1.html": Answer("busy", 500),
        "/a/far.html": JUMP.format("location.href='http://elsewhere.example/far.html'"),
        "/a/phone.html": text("phone").replace(
            "</head>", "<script>if (/Android/.test(navigator.userAgent)) location.href='/m/phone.html'</script></head>"),
    }  # fmt: skip


Crawled = tuple[World, dict[str, Any], Site]
UNREAD = ("gone", "busy", "far")


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("shells")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    with Site(build()) as site:
        world = World(
            f"sqlite:///{database}",
            folder,
            [agency(key, full(key), "p") for key in NAMES],
            [portal("p", site.url, access={"delay": 0, "browser": "never"})],
        )
        yield world, world.crawl()["p"], site
        world.close()


def read(world: World, key: str) -> AnnualReport:
    [publication] = [p for p in world.publications(portal="p") if p.agency == key]
    with world.database.session(write=False) as session:
        found = repositories.latest_report(session, publication.id)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("key", [k for k in NAMES if k not in UNREAD])
def test_the_report_is_found_wherever_it_stands(crawled: Crawled, key: str) -> None:
    world, result, _ = crawled
    assert (key, YEAR) in world.found(portal="p"), (world.verdicts("p"), result["problems"])
    found = read(world, key)
    assert (found.year, found.table3 != {}) == (YEAR, True)


@pytest.mark.parametrize("key", UNREAD)
def test_what_could_not_be_read_whole_is_doubted(crawled: Crawled, key: str) -> None:
    world, result, _ = crawled
    assert (key, YEAR) not in world.found(portal="p")
    assert [u["year"] for u in result["unresolved"] if u["agency"] == key] == [YEAR]


def test_pages_of_an_article_are_one_report(crawled: Crawled) -> None:
    found = read(crawled[0], "split")
    assert [s.id.value[:2] for s in found.sections] == ["s1", "s2", "s3", "s4", "s5", "s6"]
    assert read(crawled[0], "tables").sections


def test_everything_used_is_archived_and_asked_once(crawled: Crawled) -> None:
    world, _, site = crawled
    paths = [p for p in site.paths() if p not in ("/a/cookie.html", "/a/busy_1.html")]
    assert len(paths) == len(set(paths)), paths
    with world.database.session(write=False) as session:
        for path in ("in/2.html", "f/written.doc", "a/split_2.html", "in/pieces.html"):
            assert repositories.latest_capture(session, site.url + path) is not None, path
    assert "/m/phone.html" not in paths
