"""Known columns that portals change between two visits: new ones beside them, lines that vanish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from spiders.candidates import ColumnContext, claim_entry
from spiders.known import first_due, lists_year, losses, read_before, searched_lately
from spiders.lists import Entry
from spiders.scope import Scope
from storage.domain import ColumnRead, DeadlineOverride, Portal, Publication, RunHealth
from storage.vocab import RunOutcome
from tests.spiders.served import Route, Site, World, agency, page, portal, report

BEFORE, AFTER = "2024-01-10T09:00:00+08:00", "2024-02-05T09:00:00+08:00"
OLD = (2022, 2021, 2020, 2019, 2018, 2017)


def name_of(place: str) -> str:
    return f"{place}县教育局"


def column(place: str, years: tuple[int, ...], more: str = "") -> str:
    rows = "".join(
        f"<li><a href='/art/{y}.html'>{name_of(place)}{y}年政府信息公开工作年度报告</a>"
        f"<span>{y + 1}-01-20</span></li>"
        for y in years
    )
    return page("政府信息公开年报", f"<ul>{rows}</ul>{more}")


def home(*links: tuple[str, str]) -> str:
    return page("门户", "".join(f"<p><a href='{u}'>{t}</a></p>" for u, t in links))


OLD_LINK = ("/nb/", "政府信息公开年报")


def common(place: str) -> dict[str, Route]:
    return {
        "/": home(OLD_LINK),
        "/nb/": column(place, OLD),
        **{f"/art/{y}.html": report(name_of(place), y) for y in (2023, *OLD)},
    }


@dataclass(frozen=True)
class Case:
    """``after``: what changed at the second visit."""

    after: dict[str, Route]
    outcome: str
    years: set[int]


def cases() -> dict[str, tuple[str, Case]]:
    def news(place: str) -> str:
        rows = "".join(
            f"<li><a href='/n/{k}.html'>要闻之{k}</a><i>2024-01-1{k}</i></li>" for k in range(8)
        )
        return page("年报", f"<ul>{rows}</ul>")

    return {
        # A second column for the newest year; the known one stays as it was.
        "new_column": ("松", Case({
            "/": home(OLD_LINK, ("/gk/", "信息公开")),
            "/gk/": home(("/gk/nb2023/", "2023年政府信息公开年度报告专栏")),
            "/gk/nb2023/": column("松", (2023,)),
        }, "healthy", {2023, *OLD})),
        # The same column, only a few lines left, though nothing was taken down.
        "loss": ("柏", Case({"/nb/": column("柏", (2022, 2021))}, "partial", set(OLD))),
        # The column shows something else altogether.
        "other": ("桐", Case({"/nb/": news("桐")}, "partial", set(OLD))),
        # Older years went into a column of their own.
        "moved_part": ("枫", Case({
            "/": home(OLD_LINK, ("/ls/", "历年年报")),
            "/nb/": column("枫", (2023,)),
            "/ls/": column("枫", OLD).replace("政府信息公开年报", "历年年报"),
        }, "healthy", {2023, *OLD})),
        # All of the column under another address.
        "moved": ("榆", Case({
            "/": home(("/xx/nb.html", "政府信息公开年报")),
            "/nb/": page("404", "您访问的页面不存在"),
            "/xx/nb.html": column("榆", (2023, *OLD)),
        }, "healthy", {2023, *OLD})),
        # Withdrawn, and the addresses say so.
        "withdrawn": ("槐", Case({
            "/nb/": column("槐", (2022, 2021)),
            **{f"/art/{y}.html": "<title>404</title>该文章已被删除" for y in (2020, 2019, 2018, 2017)},
        }, "healthy", {2022, 2021})),
    }  # fmt: skip


Crawled = tuple[World, dict[str, dict[str, Any]], dict[str, dict[str, Any]], dict[str, Site]]


@pytest.fixture(scope="module")
def crawled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("known")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {n: Site(common(place)) for n, (place, _) in cases().items()}
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"a-{n}", name_of(cases()[n][0]), f"p-{n}") for n in sites],
        [portal(f"p-{n}", s.url, access={"delay": 0, "browser": "never"}) for n, s in sites.items()],
    )  # fmt: skip
    first = world.crawl(now=BEFORE)
    for name, site in sites.items():
        site.routes |= cases()[name][1].after
        site.log.clear()
    yield world, first, world.crawl(now=AFTER), sites
    world.close()
    for site in sites.values():
        site.close()


@pytest.mark.parametrize("name", cases())
def test_changed_columns(crawled: Crawled, name: str) -> None:
    world, first, second, sites = crawled
    case = cases()[name][1]
    assert first[f"p-{name}"]["outcome"] == "healthy", first[f"p-{name}"]
    result = second[f"p-{name}"]
    assert result["outcome"] == case.outcome, (result, sites[name].paths())
    assert {y for _, y in world.found(portal=f"p-{name}")} == case.years


def test_a_loss_is_told(crawled: Crawled) -> None:
    problems = crawled[2]["p-loss"]["problems"]
    assert [p["kind"] for p in problems] == ["list_incomplete"]
    assert "骤减" in problems[0]["message"]


def test_a_move_is_told(crawled: Crawled) -> None:
    result = crawled[2]["p-moved"]
    assert {p["kind"] for p in result["problems"]} == {"soft_404"}
    assert [c["url"].rpartition("/")[2] for c in result["columns"]] == ["nb.html"]


# --- the parts ---------------------------------------------------------------------------------


def test_the_first_day_on_which_reports_are_due() -> None:
    rules = [
        DeadlineOverride(due="01-20", source="某市通知", years=(2023,)),
        DeadlineOverride(due="03-31", source="某县通知"),
    ]
    assert first_due(date(2024, 2, 5), rules) == date(2024, 1, 20)
    assert first_due(date(2025, 2, 5), rules) == date(2025, 1, 31)
    assert first_due(date(2024, 2, 5), []) == date(2024, 1, 31)


def test_lines_of_a_year() -> None:
    scope = Scope(Portal("p", "门户", "http://h.example/"), [], [])

    def listed(*entries: Entry) -> bool:
        context = ColumnContext("http://h.example/nb/")
        return lists_year([claim_entry(e, context, scope) for e in entries], 2023)

    url = "http://h.example/1.html"
    assert listed(Entry(url, "松县教育局2023年政府信息公开工作年度报告"))
    assert listed(Entry(url, "政府信息公开工作年度报告", date(2024, 1, 20)))
    assert not listed(Entry(url, "松县教育局2022年政府信息公开工作年度报告", date(2024, 1, 20)))
    assert not listed(Entry(url, "2023年财政预算报告", date(2024, 1, 20)))


def _run(day: int, *columns: ColumnRead, outcome: RunOutcome = RunOutcome.HEALTHY) -> RunHealth:
    moment = datetime(2024, 3, day, tzinfo=UTC)
    return RunHealth(day, "p", moment, moment, outcome, columns)


def _publication(number: int, url: str, column: str) -> Publication:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    return Publication(number, "a", 2010 + number, url, "p", "t", moment, moment, column_url=column)


def test_losses() -> None:
    before, now = ColumnRead("c", "x", 8, True), ColumnRead("c", "x", 3, True)
    known = [_publication(n, f"u{n}", "c") for n in range(8)]
    read = read_before([now], [_run(1, before)])
    assert losses(read, known, {"u0", "u1", "u2"}) == [(now, before)]
    assert losses(read, known, {p.url for p in known}) == []
    elsewhere = [*known, *(_publication(n, f"v{n}", "d") for n in range(8))]
    assert losses(read, elsewhere, {f"v{n}" for n in range(8)}) == []
    assert losses(read, [], set()) == [(now, before)]  # nothing known tells that it is all right
    slightly = ColumnRead("c", "x", 7, True)
    assert losses([(slightly, before)], known, {p.url for p in known[1:]}) == []
    assert read_before([now], [_run(1, before, outcome=RunOutcome.PARTIAL)]) == []


def test_a_loss_that_lasts_is_the_new_state() -> None:
    before, now = ColumnRead("c", "x", 8, True), ColumnRead("c", "x", 3, True)
    doubted = [_run(n, ColumnRead("c", "x", 3, False), outcome=RunOutcome.PARTIAL) for n in (5, 8)]
    runs = [_run(1, before), *doubted]
    assert read_before([now], runs)
    runs.append(_run(20, ColumnRead("c", "x", 3, False), outcome=RunOutcome.PARTIAL))
    assert not read_before([now], runs)


def test_a_search_for_the_year_is_not_repeated_at_once() -> None:
    due, now = date(2024, 1, 31), datetime(2024, 3, 5, tzinfo=UTC)
    assert searched_lately([_run(4)], now, due)
    assert not searched_lately([_run(1)], now, due)
    assert not searched_lately([_run(4, outcome=RunOutcome.PARTIAL)], now, due)
    assert not searched_lately([_run(4)], now + timedelta(days=3), due)
    assert not searched_lately([_run(4)], now, date(2024, 3, 4))
