"""Lists that only script files tell of, and reports that stand a step aside of their column."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.discovery import Row, measure
from tests.spiders.gallery import Case
from tests.spiders.served import Answer, Route, Seen, agency, page
from tests.spiders.varied_five import YEARS, _departments, _lines, _list, _pairs, _texts
from tests.spiders.varied_one import Varied, asked

COLUMN = "政府信息公开年报"
HOME = "<a href='/gk/nb.html'>政府信息公开年报</a>"
LEFT_OUT = ("fin", 2023)


def made(
    place: str, routes: Callable[[dict[str, str], frozenset[tuple[str, int]]], dict[str, Route]]
) -> Varied:
    """Six departments, of which one left out a year; ``routes`` beside the front page and the texts."""
    bodies = _departments(place, 6)
    there = _pairs(bodies, LEFT_OUT)
    return Varied(
        {"/": page(place, HOME), **_texts(bodies, there), **routes(bodies, there)}, bodies, there
    )


def records(
    bodies: dict[str, str], there: frozenset[tuple[str, int]], title: str, url: str
) -> list[dict[str, str]]:
    return [
        {title: f"{bodies[b]}{y}年政府信息公开工作年度报告", url: f"/w/{b}{y}.html"}
        for b, y in sorted(there)
    ]


def posted_by_a_file(place: str) -> Varied:
    """The call stands in a script file; it posts JSON whose values are the component's data."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        rows = records(bodies, there, "articleTitle", "articleUrl")

        def answer(seen: Seen) -> Answer:
            given = json.loads(seen.body or b"{}")
            if given.get("catalogId") != "c77":
                return Answer('{"code": 500, "data": null}')
            start = (int(given["current"]) - 1) * 5
            return Answer(
                json.dumps({"data": {"records": rows[start : start + 5], "total": len(rows)}})
            )

        script = (
            "new Vue({data:{current:1,size:5,catalogId:'c77',list:[]},methods:{load(){axios.post('/api/article/page',"
            "{current:this.current,size:this.size,catalogId:this.catalogId}).then(r=>{this.list=r.data.data.records})}}})"
        )
        return {
            "/gk/nb.html": page(COLUMN, "<ul><li v-for='i in list'></li></ul><script src=/static/app.list.js></script>"),
            "/static/app.list.js": script,
            "/api/article/page": answer,
        }  # fmt: skip

    return made(place, routes)


def counted_from_zero(place: str) -> Varied:
    """Pages from 0, no total: the answer says whether there is more."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        rows = records(bodies, there, "name", "link")

        def answer(seen: Seen) -> Answer:
            start = int(asked(seen)["pageNum"]) * 6
            return Answer(
                json.dumps({"list": rows[start : start + 6], "hasMore": start + 6 < len(rows)})
            )

        script = "let pageNum=0;async function more(){add(await (await fetch(`/api/nb?pageNum=${pageNum}&size=6`)).json());pageNum++}more()"
        return {
            "/gk/nb.html": page(COLUMN, f"<ul></ul><button onclick='more()'>加载更多</button><script>{script}</script>"),
            "/api/nb*": answer,
        }  # fmt: skip

    return made(place, routes)


def posted_back(place: str) -> Varied:
    """A pager that posts the page's form back, with no other way."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        lines = _lines(bodies, there)

        def column(seen: Seen) -> Answer:
            given = asked(seen)
            if seen.body and given.get("__VIEWSTATE") != "vv":
                return Answer("bad", 500)
            number = int(given.get("__EVENTARGUMENT") or 1)
            pager = "".join(
                f"<a href=\"javascript:__doPostBack('P','{n}')\">{n}</a> "
                for n in (1, 2, 3)
                if n != number
            )
            fields = "".join(
                f"<input type=hidden name={k} value='{v}'>"
                for k, v in (("__VIEWSTATE", "vv"), ("__EVENTTARGET", ""), ("__EVENTARGUMENT", ""))
            )
            shown = "".join(lines[(number - 1) * 6 : number * 6])
            turn = f"<div class=pager>{pager}<a href=\"javascript:__doPostBack('P','{number + 1}')\">下一页</a></div>"
            return Answer(page(COLUMN, f"<form method=post>{fields}<ul>{shown}</ul>{turn}</form>"))

        return {"/gk/nb.html": column}  # fmt: skip

    return made(place, routes)


def pager_in_a_file(place: str) -> Varied:
    """The page shows nothing of its pager: a file beside it writes that."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        lines = _lines(bodies, there)
        found: dict[str, Route] = {
            "/gk/pg_9.js": "document.write(createPageHTML(3,0,'nb','html'));"
        }
        for n in range(3):
            shown = _list(
                COLUMN, lines[n * 6 : n * 6 + 6], "<div id=pg></div><script src=pg_9.js></script>"
            )
            found[f"/gk/nb{f'_{n}' if n else ''}.html"] = shown
        return found

    return made(place, routes)


def see_there(place: str) -> Varied:
    """The newer reports stand where 点击这里 leads."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        old = {p for p in there if p[1] < 2022}
        note = "<p>2022年及以后的年报请<a href=/xgk/list.html>点击这里</a>。</p>"
        return {
            "/gk/nb.html": page(COLUMN, f"{note}<ul>{''.join(_lines(bodies, old))}</ul>"),
            "/xgk/list.html": _list("信息公开年度报告", _lines(bodies, there - old)),
        }

    return made(place, routes)


def names_and_years(place: str) -> Varied:
    """Lines that say body and year, and nothing else."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        lines = (
            f"<li><a href=/w/{b}{y}.html>{bodies[b][2:]}（{y}）</a></li>" for b, y in sorted(there)
        )
        return {"/gk/nb.html": _list(COLUMN, lines)}

    return made(place, routes)


def among_notices(place: str) -> Varied:
    """One report stands on the second page of the notices."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        aside = {("aud", 2023)}
        notices = [
            f"<li><a href=/n/{i}.html>通知第{i}号</a><span>2024-04-{i:02}</span></li>"
            for i in range(1, 9)
        ]
        notices += _lines(bodies, aside)
        return {
            "/": page(place, f"{HOME}<a href=/tz/>通知公告</a>"),
            "/gk/nb.html": _list(COLUMN, _lines(bodies, there - aside)),
            "/tz/": _list("通知公告", notices[:5], "<div class=page><a href=/tz/index_1.html>下一页</a></div>"),
            "/tz/index_1.html": _list("通知公告", notices[5:], "<div class=page><a href=/tz/>上一页</a></div>"),
        }  # fmt: skip

    return made(place, routes)


def gathered_in_front(place: str) -> Varied:
    """Half of the bodies stand only in articles of a box on the front page, one a year."""

    def routes(bodies: dict[str, str], there: frozenset[tuple[str, int]]) -> dict[str, Route]:
        own = ("edu", "fin", "wat")
        found: dict[str, Route] = {
            "/gk/nb.html": _list(COLUMN, _lines(bodies, (p for p in there if p[0] in own)))
        }
        box = ""
        for y in YEARS:
            title = f"{y}年度县直部门政府信息公开年报公示"
            links = " ".join(
                f"<a href=/w/{b}{y}.html>{n}</a>" for b, n in bodies.items() if b not in own
            )
            found[f"/zt/{y}.html"] = page(title, f"<h1>{title}</h1><p>{links}</p>")
            box += f"<li><a href=/zt/{y}.html>{title}</a></li>"
        return found | {"/": page(place, f"{HOME}<h3>专题</h3><ul>{box}</ul>")}

    return made(place, routes)


DESIGNS: tuple[Callable[[str], Varied], ...] = (
    posted_by_a_file, counted_from_zero, posted_back, pager_in_a_file, see_there, names_and_years,
    among_notices, gathered_in_front,
)  # fmt: skip
NAMES = [d.__name__ for d in DESIGNS]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    found: list[Case] = []
    for design, place in zip(DESIGNS, "柏桐枫榆槐柳桑梧", strict=True):
        name, portal = design.__name__, design(place)
        bodies = tuple(agency(f"{name}-{b}", words, name) for b, words in portal.bodies.items())
        there = frozenset((f"{name}-{b}", y) for b, y in portal.there)
        found.append(Case(name, "aside", portal.routes, bodies, there))
    folder: Path = tmp_path_factory.mktemp("aside")
    return {row.case.name: row for row in measure(found, folder)}


@pytest.mark.parametrize("name", NAMES)
def test_all_are_found_and_only_who_left_out_a_year_is_missing(
    rows: dict[str, Row], name: str
) -> None:
    row = rows[name]
    assert (row.outcome, row.lost, row.wrong) == ("healthy", (), ()), row
    assert (row.accused, row.true_missing) == ((), 1), row
