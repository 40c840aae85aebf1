"""The pages and the API as a browser gets them, from a served application over real databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html
from sqlalchemy import update

from monitor.web.app import SECURITY_HEADERS, create_app
from storage import repositories
from storage.domain import Obligation
from storage.models import StatusRow
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import Status
from tests.monitor.contract import contract_errors
from tests.monitor.scenario import (
    JAVASCRIPT,
    LONG_NAME,
    MARKUP,
    NOW,
    PORTALS,
    SCRIPT_NAME,
    seed_small,
    small_agencies,
    small_lines,
)
from tests.monitor.serving import get, serve

PAGES = ("/", "/years/2023", "/agencies/d-script", "/findings", "/runs")


@pytest.fixture
def site(database: Database) -> Iterator[str]:
    """The small scenario, on both databases."""
    seed_small(database)
    with serve(create_app(database)) as address:
        yield address


@pytest.fixture
def lite(sqlite_database: Database) -> Iterator[str]:
    """The small scenario, where the kind of database does not matter."""
    seed_small(sqlite_database)
    with serve(create_app(sqlite_database)) as address:
        yield address


def page(url: str) -> html.HtmlElement:
    answer = get(url)
    assert answer.status == 200, answer.text
    return html.document_fromstring(answer.text)


def names(url: str) -> list[str]:
    """The bodies listed on a page of a year."""
    return [link.text for link in page(url).xpath("//tbody//th/a")]


def test_overview_counts_and_names_unhealthy_portals(site: str) -> None:
    overview = page(f"{site}/")
    chips = [c.text_content() for c in overview.xpath("//section[1]//ul[@class='chips']/li")]
    assert chips == [
        "未见公开1",
        "逾期公开1",
        "日期存疑2",
        "未能核实1",
        "按时公开1",
        "未到期1",
        "无公开义务1",
    ]
    bars = overview.xpath("//section[1]//*[local-name()='rect']")
    assert len(bars) == 7
    assert sum(float(bar.get("width")) for bar in bars) == pytest.approx(1000, abs=0.1)
    portals = overview.xpath("//section[h2='采集异常的门户']//tbody//th")
    assert [p.text_content() for p in portals] == ["p-new", "白石镇门户"]
    assert "尚未采集" in overview.text_content()
    assert "拒绝自动访问：对方返回验证页面" in overview.text_content()


FILTERS = (
    ("status=missing", [LONG_NAME]),
    ("status=&level=township", ["白石镇人民政府"]),
    ("portal=p-wall", ["白石镇人民政府"]),
    (f"q={quote('林业')}", ["青溪市林业局"]),
    ("q=c-late", ["青溪市林业局"]),
    (f"q={quote('<script>')}", [SCRIPT_NAME]),
    ("q=%25", []),
    ("q=_", []),
    (f"q={quote('民政局')}%00&portal=p-main", ["青溪市民政局"]),
    ("status=late&portal=p-wall", []),
    ("portal=%27%20OR%201=1--", []),
)


def test_filters_narrow_the_year(site: str) -> None:
    for query, expected in FILTERS:
        assert names(f"{site}/years/2023?{query}") == expected, query


def test_the_year_lists_all_judged_bodies(site: str) -> None:
    listed = names(f"{site}/years/2023")
    assert listed == [line.name for line in small_lines()]
    row = page(f"{site}/years/2023?status=late").xpath("//tbody/tr")[0]
    cells = [" ".join(cell.text_content().split()) for cell in row]
    assert cells == [
        "青溪市林业局 青溪市人民政府门户网站",
        "逾期公开 公开后有改动",
        "2024-01-31",
        "2024-02-02 页面标注",
        "2 天",
        "查看报告",
        "错误 1 警告 1",
        "2024-02-02 03:30",
    ]


def test_hostile_text_stays_text(lite: str) -> None:
    seen = ""
    for path in PAGES:
        shown = page(f"{lite}{path}")
        assert not shown.xpath("//script | //img | //iframe | //*[@onerror] | //*[@style]")
        for link in shown.xpath("//a/@href"):
            assert link.startswith(("/", "#", "http://")), link
        for link in shown.xpath("//a[starts-with(@href, 'http')]"):
            assert "noopener" in link.get("rel")
        seen += shown.text_content()
    for hostile in (SCRIPT_NAME, MARKUP, JAVASCRIPT, LONG_NAME):
        assert hostile in seen


def test_pages_are_labelled_for_readers(lite: str) -> None:
    for path in (*PAGES, "/agencies/c-late"):
        shown = page(f"{lite}{path}")
        assert shown.get("lang") == "zh-CN"
        assert shown.xpath("//table//th")
        assert all(heading.get("scope") for heading in shown.xpath("//th"))
        assert len(shown.xpath("//h1")) == 1
        assert shown.xpath("//title/text()")[0].endswith("年报监测")
        for field in shown.xpath("//input | //select"):
            assert field.getparent().tag == "label"


def test_a_body_shows_its_evidence(site: str) -> None:
    late = page(f"{site}/agencies/c-late").text_content()
    for said in (
        "青溪市林业局",
        "逾期公开",
        "逾期 2 天",
        "第四十九条第一款",
        "表三“本年新收政府信息公开申请数量”的“总计” = 16",
        "应为：16",
        "整改提示：请对照原文核对后更正。",
    ):
        assert said in late
    seen = page(f"{site}/agencies/d-script")
    evidence = seen.xpath("//section[@id='y2023']//table")[0].text_content()
    assert "栏目列表 2024-01-31" in " ".join(evidence.split())
    assert seen.xpath("//a[@href='http://www.qingxi.example/xxgk/3.html']")


FOUND = (
    ("", ["T3-BAL", "TXT-LEFTOVER", "S-FEE"]),
    ("year=2023&severity=error", ["T3-BAL", "TXT-LEFTOVER"]),
    ("rule=S-FEE&year=&severity=", ["S-FEE"]),
    ("year=2022", []),
)


def test_findings_worst_first_and_filtered(site: str) -> None:
    for query, rules in FOUND:
        shown = page(f"{site}/findings?{query}")
        assert shown.xpath("//tbody/tr/td[2]/div[1]/text()") == rules, query


def test_runs_show_every_portal(site: str) -> None:
    rows = page(f"{site}/runs").xpath("//tbody/tr")
    text = [" ".join(row.text_content().split()) for row in rows]
    assert [row.xpath("normalize-space(./th/text())") for row in rows] == [
        "p-new",
        "白石镇门户",
        "青溪市人民政府门户网站",
    ]
    assert "失败 2024-02-03 03:00" in text[1]
    assert "尚无" in text[1]
    assert "完整 2024-02-03 03:00 /xxgk/nb/ 5 条" in text[2]


WRONG = (
    ("/agencies/none", 404, "没有这个机关"),
    ("/agencies/a%00b", 404, "没有这个机关"),
    ("/agencies/a/b", 404, "没有这个机关"),
    ("/nothing", 404, "没有找到这个页面"),
    ("/years/abc", 422, "year"),
    ("/years/99999999999999999999", 422, "year"),
    ("/years/2023?status=wrong", 422, "status"),
    ("/years/2023?page=0", 422, "page"),
    ("/findings?year=x", 422, "year"),
    ("/findings?severity=bad", 422, "severity"),
    (f"/years/2023?q={'a' * 300}", 422, "q"),
)


def test_wrong_addresses_get_a_chinese_page(site: str) -> None:
    for path, status, said in WRONG:
        answer = get(f"{site}{path}")
        assert answer.status == status, path
        assert said in answer.text
        assert html.document_fromstring(answer.text).get("lang") == "zh-CN"


def test_every_answer_carries_the_security_headers(lite: str) -> None:
    paths = (*PAGES, "/nothing", "/years/abc", "/static/nianbao.css", "/healthz", "/api/statuses")
    for path in paths:
        answer = get(f"{lite}{path}")
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers.get_all(name) == [value], (path, name)


def test_nothing_can_be_submitted(lite: str) -> None:
    for path in (*PAGES, "/api/statuses?year=2023", "/healthz"):
        for method in ("POST", "PUT", "DELETE"):
            assert get(f"{lite}{path}", method).status == 405


def test_no_page_loads_from_elsewhere(lite: str) -> None:
    for path in PAGES:
        shown = page(f"{lite}{path}")
        loaded = shown.xpath("//link/@href | //script/@src | //img/@src")
        assert loaded == ["/static/nianbao.css", "/static/icon.svg"]
    for path in loaded:
        assert get(f"{lite}{path}").status == 200
    assert get(f"{lite}/docs").status == 404


def test_api_gives_objects_of_the_contract(site: str) -> None:
    statuses = json.loads(get(f"{site}/api/statuses?year=2023").text)
    assert (statuses["total"], statuses["limit"], statuses["offset"]) == (8, 100, 0)
    assert [item["agency"] for item in statuses["items"]] == [x.agency for x in small_lines()]
    findings = json.loads(get(f"{site}/api/findings?year=2023").text)
    assert [item["rule"] for item in findings["items"]] == ["T3-BAL", "TXT-LEFTOVER", "S-FEE"]
    for item in statuses["items"]:
        assert contract_errors("status", item) == []
    for item in findings["items"]:
        assert contract_errors("finding", item) == []


def test_api_is_paged(lite: str) -> None:
    part = json.loads(get(f"{lite}/api/statuses?year=2023&limit=3&offset=6").text)
    assert part["total"] == 8
    assert [item["agency"] for item in part["items"]] == ["g-water", "i-seen"]
    assert json.loads(get(f"{lite}/api/findings?year=2019").text)["items"] == []
    for query in ("", "?year=x", "?year=2023&limit=0", "?year=2023&limit=5000"):
        refused = get(f"{lite}/api/statuses{query}")
        assert refused.status == 422
        assert "参数" in json.loads(refused.text)["error"]


def test_an_empty_program_says_what_to_run(sqlite_database: Database) -> None:
    with serve(create_app(sqlite_database)) as address:
        for path, command in (
            ("/", "nianbao crawl"),
            ("/years/2024", "nianbao judge --year 2024"),
            ("/findings", "nianbao judge"),
            ("/runs", "nianbao registry import"),
        ):
            assert command in page(f"{address}{path}").text_content()
        empty = json.loads(get(f"{address}/api/statuses?year=2024").text)
        assert (empty["total"], empty["items"]) == (0, [])


def test_a_long_year_is_paged_and_keeps_the_filter(sqlite_database: Database) -> None:
    model, line = small_agencies()[2], small_lines()[2]
    agencies = [replace(model, id=f"x-{n:03}", name=f"第{n}局", parent=None) for n in range(205)]
    with sqlite_database.session() as s:
        import_registry(s, RegistryData(tuple(agencies), PORTALS, ()))
        repositories.save_obligations(s, [Obligation(a.id, 2023, None, "") for a in agencies])
        lines = [replace(line, agency=a.id, name=a.name) for a in agencies]
        assert {x.status for x in lines} == {Status.LATE}
        repositories.save_statuses(s, lines, NOW)
    with serve(create_app(sqlite_database)) as address:
        seen: list[str] = []
        path: str | None = "/years/2023?status=late&level=county"
        while path:
            shown = page(f"{address}{path}")
            seen += [link.text for link in shown.xpath("//tbody//th/a")]
            path = next(iter(shown.xpath("//a[@rel='next']/@href")), None)
            assert path is None or ("status=late" in path and "level=county" in path)
        assert seen == [a.name for a in agencies]
        beyond = page(f"{address}/years/2023?page=9")
        assert not beyond.xpath("//tbody/tr")


def test_a_fault_is_told_without_details(sqlite_database: Database) -> None:
    seed_small(sqlite_database)
    with sqlite_database.session() as s:
        s.execute(update(StatusRow).where(StatusRow.agency == "c-late").values(line={}))
    with serve(create_app(sqlite_database)) as address:
        fault = get(f"{address}/years/2023")
        assert fault.status == 500
        assert "程序出错" in fault.text
        assert "KeyError" not in fault.text
        assert fault.headers.get_all("Content-Security-Policy") == [
            SECURITY_HEADERS["Content-Security-Policy"]
        ]
        assert get(f"{address}/years/2023?status=missing").status == 200


def test_health_follows_the_database(lite: str, tmp_path: Path) -> None:
    assert json.loads(get(f"{lite}/healthz").text) == {"status": "ok"}
    assert get(f"{lite}/healthz", "HEAD").status == 200
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"this is not a database " * 100)
    with serve(create_app(Database(f"sqlite:///{broken}"))) as address:
        health = get(f"{address}/healthz")
        assert (health.status, "error" in json.loads(health.text)) == (503, True)
        overview = get(f"{address}/")
        assert overview.status == 503
        assert "数据库暂时无法使用" in overview.text
        assert str(tmp_path) not in overview.text
        assert overview.headers["Content-Security-Policy"]
