"""Whose report is it: reposts, wrong texts, attachments, generic titles; one crawl of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.domain import Publication
from tests.spiders.served import Answer, Route, Site, World, agency, page, portal, report

PDF = Answer(
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj trailer<<>>",
    headers={"Content-Type": "application/pdf"},
)
HOME = page("门户", "<p>这里是门户首页。</p><a href='/nb/'>政府信息公开年报</a>")


def lines(*rows: tuple[str, str]) -> str:
    items = "".join(
        f"<li><a href='{url}'>{title}</a> <span>2024-01-22</span></li>" for url, title in rows
    )
    return page("政府信息公开年报", f"<ul>{items}</ul>")


def named(name: str, year: int = 2023) -> str:
    return f"{name}{year}年政府信息公开工作年度报告"


def attachment(title: str, href: str) -> str:
    return page(
        title,
        f"<h1>{title}</h1><p>发布日期：2024-01-25</p><p>详见附件：<a href='{href}'>{title}.pdf</a></p>",
    )


COUNTY: dict[str, Route] = {
    "/": HOME,
    "/nb/": lines(
        ("/gov.html", named("杉县")),
        ("/office.html", named("杉县人民政府办公室")),
        ("/edu.html", named("杉县教育局")),
        ("/short.html", "县发改委2023年政府信息公开年报"),
        ("/city.html", named("苍山市人民政府")),
        ("/province.html", "天河省2023年政府信息公开工作年度报告"),
        ("/other.html", named("杉县档案馆")),
        ("/wrong.html", named("杉县财政局")),
        ("/old.html", named("杉县水利局")),
        ("/town.html", named("溪口镇")),
        ("/town2.html", named("桥头镇人民政府")),
        ("/generic.html", "2023年度政府信息公开工作年度报告"),
        ("/pdf.pdf", named("杉县审计局")),
        ("/attached.html", named("杉县统计局")),
        ("/text-attached.html", named("杉县司法局")),
        ("/explained.html", "一图读懂杉县教育局2023年政府信息公开工作年度报告"),
        ("/meeting.html", "全县政府信息公开工作年度报告编制培训会召开"),
        ("/law.html", "杉县2023年法治政府建设年度报告"),
        ("/renamed.html", named("杉县粮食局")),
        ("/unreadable.html", "2022年度政府信息公开工作年度报告"),
        ("http://elsewhere.invalid/x.html", named("杉县民政局")),
    ),
    "/gov.html": report("杉县人民政府", 2023),
    "/office.html": report("杉县人民政府办公室", 2023),
    "/edu.html": report("杉县教育局", 2023),
    "/short.html": report("杉县发展和改革委员会", 2023),
    "/city.html": report("苍山市人民政府", 2023),
    "/province.html": report("天河省人民政府", 2023),
    "/other.html": report("杉县档案馆", 2023),
    # The page of one body with the text of another; and last year's text under a new title.
    "/wrong.html": report("杉县交通运输局", 2023).replace(named("杉县交通运输局"), named("杉县财政局")),
    "/old.html": report("杉县水利局", 2022).replace(named("杉县水利局", 2022), named("杉县水利局", 2023)),
    "/town.html": report("杉县溪口镇人民政府", 2023),
    "/town2.html": report("杉县桥头镇人民政府", 2023),
    "/generic.html": report("杉县卫生健康委员会", 2023),
    "/pdf.pdf": PDF,
    "/attached.html": attachment(named("杉县统计局"), "/files/a.pdf"),
    "/files/a.pdf": PDF,
    "/text-attached.html": attachment(named("杉县司法局"), "/files/report.txt"),
    "/files/report.txt": report("杉县司法局", 2023),
    "/renamed.html": report("杉县粮食局", 2023),
    "/unreadable.html": page("2022年度政府信息公开工作年度报告", "<p>2022年度政府信息公开工作年度报告</p>"),
}  # fmt: skip

BODIES = [
    agency("city", "苍山市人民政府", "p-city", kind="government"),
    agency("gov", "杉县人民政府", "p-county", kind="government", parent="city"),
    agency("office", "杉县人民政府办公室", "p-county", kind="office", parent="gov"),
    agency("edu", "杉县教育局", "p-county", parent="gov"),
    agency("drc", "杉县发展和改革委员会", "p-county", parent="gov"),
    agency("fin", "杉县财政局", "p-county", parent="gov"),
    agency("tra", "杉县交通运输局", "p-county", parent="gov"),
    agency("wat", "杉县水利局", "p-county", parent="gov"),
    agency("aud", "杉县审计局", "p-county", parent="gov"),
    agency("sta", "杉县统计局", "p-county", parent="gov"),
    agency("jus", "杉县司法局", "p-county", parent="gov"),
    agency("hea", "杉县卫生健康委员会", "p-county", parent="gov"),
    agency("civ", "杉县民政局", "p-county", parent="gov"),
    agency("gra", "杉县粮食和物资储备局", "p-county", parent="gov"),
    # A township with a portal of its own whose report stands on the county's.
    agency("xikou", "杉县溪口镇人民政府", "p-town", kind="township", parent="gov"),
    agency("qiaotou", "杉县桥头镇人民政府", "p-county", kind="township", parent="gov"),
]


@pytest.fixture(scope="module")
def crawled(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, Any], Site]]:
    folder = tmp_path_factory.mktemp("attribution")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    with Site(COUNTY) as site:
        portals = [
            portal("p-county", site.url),
            portal("p-city", "http://127.0.0.1:9/"),
            portal("p-town", "http://127.0.0.1:10/"),
        ]
        world = World(f"sqlite:///{database}", folder, BODIES, portals)
        yield world, world.crawl("p-county")["p-county"], site
        world.close()


def one(world: World, agency_id: str, year: int = 2023) -> Publication:
    found = world.publications(agency=agency_id, year=year)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("body", ["gov", "office", "edu", "drc", "xikou", "qiaotou", "hea", "jus"])
def test_reports_are_filed_under_their_body(
    crawled: tuple[World, dict[str, Any], Site], body: str
) -> None:
    found = one(crawled[0], body)
    assert found.readable
    assert (found.content_agency, found.content_year) in ((body, 2023), (None, 2023))


def test_reposts_of_superiors_and_strangers_count_for_nobody(
    crawled: tuple[World, dict[str, Any], Site],
) -> None:
    world, _, site = crawled
    assert not world.publications(agency="city")
    verdicts = world.verdicts("p-county")
    assert verdicts[named("苍山市人民政府")] == "foreign"
    assert verdicts["天河省2023年政府信息公开工作年度报告"] == "foreign"
    assert verdicts[named("杉县档案馆")] == "foreign"
    assert "/city.html" not in site.paths()


def test_another_bodys_text_is_told(crawled: tuple[World, dict[str, Any], Site]) -> None:
    world = crawled[0]
    assert one(world, "fin").content_agency == "tra"
    assert not world.publications(agency="tra")


def test_last_years_text_is_told(crawled: tuple[World, dict[str, Any], Site]) -> None:
    assert one(crawled[0], "wat").content_year == 2022


@pytest.mark.parametrize("body", ["aud", "sta"])
def test_what_is_up_but_unreadable_is_published(
    crawled: tuple[World, dict[str, Any], Site], body: str
) -> None:
    found = one(crawled[0], body)
    assert not found.readable
    assert found.content_agency is None


def test_a_page_with_attachment_is_published_at_its_own_address(
    crawled: tuple[World, dict[str, Any], Site],
) -> None:
    world, _, site = crawled
    found = one(world, "jus")
    assert found.url == f"{site.url}text-attached.html"
    assert {d.source.value for d in found.dates} >= {"page", "list"}


def test_other_pages_are_not_even_fetched(
    crawled: tuple[World, dict[str, Any], Site],
) -> None:
    assert not {"/explained.html", "/meeting.html", "/law.html"} & set(crawled[2].paths())


def test_doubt_is_limited_to_whom_it_can_concern(
    crawled: tuple[World, dict[str, Any], Site],
) -> None:
    doubts = {(u["agency"], u["year"]) for u in crawled[1]["unresolved"]}
    # The old name of a body may be that body; a title without a name may be anybody's.
    assert doubts == {("gra", 2023), (None, 2022)}
    assert crawled[1]["outcome"] == "healthy"


def test_hosts_that_are_not_the_portals_are_left_alone(
    crawled: tuple[World, dict[str, Any], Site],
) -> None:
    assert not crawled[0].publications(agency="civ")
    assert all("elsewhere" not in (p["url"] or "") for p in crawled[1]["problems"])
