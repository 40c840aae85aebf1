"""Known reports asked for again: unchanged, changed, gone, back; and that it vouches for nothing.

All portals are crawled together once; then each changes its way and is revisited, twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from monitor.schedule import due_portals, due_revisits
from settings import SHANGHAI
from spiders.pace import is_due, pace
from storage import repositories
from storage.archive import Archive
from storage.domain import DateEvidence, Publication
from storage.vocab import DateSource
from tests.spiders.served import Answer, Route, Seen, Site, World, agency, page, portal, report

BODIES = ("桐县教育局", "桐县司法局", "桐县民政局", "桐县水利局", "桐县交通运输局")
FIRST, SECOND, THIRD = (f"2024-{day}T09:00:00+08:00" for day in ("05-20", "05-29", "06-10"))
HOME = page(
    "门户", f"<p>{'桐县人民政府门户网站首页的文字。' * 8}</p><a href='/nb/'>政府信息公开年报</a>"
)
NAMES = (
    "steady", "edited", "removed", "soft", "homely", "rebuilt", "down", "replaced", "returned",
    "filed", "redirected", "young", "dark",
)  # fmt: skip


def listing(count: int = 5) -> str:
    rows = "".join(
        f"<li><a href='/{i}.html'>{name}2023年政府信息公开工作年度报告</a> <span>2024-01-22</span></li>"
        for i, name in enumerate(BODIES[:count])
    )
    return page("政府信息公开年报", f"<ul>{rows}</ul>")


def tagged(body: str) -> Route:
    def answer(seen: Seen) -> Answer:
        tag = f'"{hash(body)}"'
        if seen.headers.get("If-None-Match") == tag:
            return Answer("", 304, {"ETag": tag})
        return Answer(body, headers={"ETag": tag})

    return answer


def build(name: str) -> Site:
    site = Site({"/": HOME, "/nb/": listing()})
    site.routes |= {f"/{i}.html": report(body, 2023) for i, body in enumerate(BODIES)}
    if name == "steady":
        site.routes |= {f"/{i}.html": tagged(report(b, 2023)) for i, b in enumerate(BODIES)}
    if name == "filed":
        link = (
            "<p>全文见附件。</p><a href='/f.doc'>桐县教育局2023年政府信息公开工作年度报告.doc</a>"
        )
        site.routes |= {"/nb/": listing(1), "/0.html": page("年度报告", link)}
        site.routes["/f.doc"] = report(BODIES[0], 2023)
    if name == "redirected":
        site.routes["/nb/"] = listing(1)
        site.routes["/0.html"] = Answer("", 302, {"Location": "/new/0.html"})
        site.routes["/new/0.html"] = tagged(report(BODIES[0], 2023))
    return site


def change(sites: dict[str, Site]) -> None:
    sites["edited"].routes["/1.html"] = report(BODIES[1], 2023, extra="本段为后来补充的内容。")
    del sites["removed"].routes["/3.html"]
    sites["removed"].routes["/4.html"] = Answer("此内容已移除", 410)
    sites["soft"].routes["/3.html"] = page("提示", "<p>您访问的页面不存在</p>")
    sites["homely"].routes["/3.html"] = HOME
    sites["homely"].routes["/2.html"] = Answer("", 302, {"Location": "/"})
    for i in range(4):
        del sites["rebuilt"].routes[f"/{i}.html"]
    sites["down"].routes["/0.html"] = Answer("", 500)
    sites["down"].routes["/1.html"] = Answer("<html>", 412)
    sites["replaced"].routes["/2.html"] = page("公告", f"<p>{'系统升级，稍后恢复。' * 30}</p>")
    sites["returned"].routes["/3.html"] = Answer("Not Found", 404)
    sites["filed"].routes["/f.doc"] = report(BODIES[0], 2023, extra="附件换成了新的版本。")
    for path in ("/", "/0.html", "/1.html"):
        sites["dark"].routes[path] = Answer("Not Found", 404)


@dataclass
class Runs:
    world: World
    sites: dict[str, Site]
    second: dict[str, dict[str, Any]]
    third: dict[str, dict[str, Any]]
    healths: list[Any]
    due: list[str]
    asked: dict[str, list[Seen]]

    def publications(self, name: str) -> dict[str, Publication]:
        return {p.url.rsplit("/", 1)[1]: p for p in self.world.publications(portal=name)}


@pytest.fixture(scope="module")
def runs(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("revisit")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    sites = {name: build(name) for name in NAMES}
    world = World(
        f"sqlite:///{database}",
        folder,
        [agency(f"{n}-{i}", name, n) for n in sites for i, name in enumerate(BODIES)],
        [portal(n, s.url) for n, s in sites.items()],
    )
    first = world.crawl(now=FIRST)
    assert {n: r["reports_new"] for n, r in first.items()} == {
        n: 1 if n in ("filed", "redirected") else 5 for n in NAMES
    }
    with world.database.session() as session:
        healths = repositories.healths(session)
    before = {n: len(s.log) for n, s in sites.items()}
    change(sites)
    young = world.run_spider("revisit", ["young"], now="2024-05-21T09:00:00+08:00")
    assert young["young"]["asked"] == 0
    assert len(sites["young"].log) == before["young"]
    second = world.run_spider("revisit", [n for n in NAMES if n != "young"], now=SECOND)
    asked = {n: s.log[before[n] :] for n, s in sites.items()}
    with world.database.session() as session:
        due = due_portals(session, datetime.fromisoformat(SECOND))
    sites["returned"].routes["/3.html"] = report(BODIES[3], 2023)
    third = world.run_spider("revisit", ["returned", "rebuilt", "soft", "replaced"], now=THIRD)
    yield Runs(world, sites, second, third, healths, due, asked)
    world.close()
    for site in sites.values():
        site.close()


def test_unchanged_reports_cost_one_conditional_request_each(runs: Runs) -> None:
    result = runs.second["steady"]
    assert (result["asked"], result["unchanged"], result["outcome"]) == (5, 5, "healthy")
    asked = [s for s in runs.asked["steady"] if s.path != "/robots.txt"]
    assert sorted(s.path for s in asked) == [f"/{i}.html" for i in range(5)]
    assert all(
        s.headers["If-None-Match"] and s.headers["Cache-Control"] == "max-age=0" for s in asked
    )
    assert {p.last_seen for p in runs.publications("steady").values()} == {
        datetime.fromisoformat(SECOND)
    }


def test_a_changed_report_is_a_new_version(runs: Runs) -> None:
    assert (runs.second["edited"]["reports_changed"], runs.second["edited"]["unchanged"]) == (1, 4)
    found = runs.publications("edited")
    assert [found[f"{i}.html"].versions for i in range(5)] == [1, 2, 1, 1, 1]
    # The evidence of the first reading stays beside what the second found.
    assert any(d.source is DateSource.LIST for d in found["1.html"].dates)


def test_gone_with_an_archived_proof(runs: Runs) -> None:
    for name, proofs in {
        "removed": {"3.html": 404, "4.html": 410},
        "soft": {"3.html": 200},
        "homely": {"3.html": 200, "": 200},  # the other one sends its reader to the home page
        "returned": {"3.html": 404},
    }.items():
        assert runs.second[name]["reports_gone"] == len(proofs), name
        for path, status in proofs.items():
            with runs.world.database.session() as session:
                query = text(
                    "SELECT http_status, warc_file, warc_offset FROM captures JOIN runs"
                    " ON runs.id = run_id WHERE url = :url AND kind = 'revisit' ORDER BY captures.id"
                )
                url = f"{runs.sites[name].url}{path}"
                proof = session.execute(query, {"url": url}).first()
            assert proof is not None and proof.http_status == status
            Archive(runs.world.archive).read(proof.warc_file, proof.warc_offset)
    assert runs.publications("soft")["3.html"].gone_at == datetime.fromisoformat(SECOND)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("rebuilt", {"http_4xx"}),
        ("down", {"http_5xx", "blocked"}),
        ("replaced", {"decode"}),
        ("dark", {"http_4xx"}),
    ],
)
def test_what_is_no_proof_takes_nothing_away(runs: Runs, name: str, kinds: set[str]) -> None:
    """Most of a portal at once, failures, walls, another text, a portal without home page."""
    assert runs.second[name]["reports_gone"] == 0
    assert {p["kind"] for p in runs.second[name]["problems"]} == kinds
    assert runs.second[name]["outcome"] == "partial"
    assert all(p.gone_at is None for p in runs.publications(name).values())


def test_another_text_is_no_report_however_often_it_is_seen(runs: Runs) -> None:
    assert runs.third["replaced"]["unchanged"] == 4
    assert runs.publications("replaced")["2.html"].last_seen == datetime.fromisoformat(FIRST)


def test_back_again(runs: Runs) -> None:
    assert (runs.third["returned"]["reports_back"], runs.third["returned"]["reports_new"]) == (1, 0)
    back = runs.publications("returned")["3.html"]
    assert (back.gone_at, back.versions) == (None, 1)
    # A page that says that nothing is there stays gone, although its bytes have not changed.
    assert (runs.third["soft"]["reports_back"], runs.third["soft"]["reports_gone"]) == (0, 0)
    assert runs.publications("soft")["3.html"].gone_at is not None


def test_a_file_that_was_replaced_behind_its_page(runs: Runs) -> None:
    assert runs.second["filed"]["reports_changed"] == 1
    assert runs.publications("filed")["0.html"].versions == 2


def test_behind_a_redirection(runs: Runs) -> None:
    asked = [s.path for s in runs.asked["redirected"] if s.path != "/robots.txt"]
    assert asked == ["/0.html", "/new/0.html"]
    assert runs.second["redirected"]["unchanged"] == 1


def test_it_vouches_for_nothing(runs: Runs) -> None:
    with runs.world.database.session() as session:
        assert repositories.healths(session) == runs.healths
        assert runs.due == sorted(NAMES)  # nine days after the crawl, in the quiet season
        kinds = session.execute(text("SELECT DISTINCT kind FROM runs")).scalars().all()
        later = datetime.fromisoformat(THIRD)
        assert set(kinds) == {"crawl", "revisit"}
        assert "returned" not in due_revisits(session, later + timedelta(hours=20))
        assert "returned" in due_revisits(session, later + timedelta(hours=24))


NOW = datetime(2024, 6, 3, 10, tzinfo=SHANGHAI)
KNOWN = Publication(
    1, "a", 2023, "http://x/1", "p", "t", first_seen=NOW - timedelta(days=90), last_seen=NOW,
    dates=(DateEvidence(DateSource.LIST, date(2024, 1, 20)),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "now", "days"),
    [
        ({}, NOW, 7),
        ({}, datetime(2024, 3, 20, tzinfo=SHANGHAI), 1),
        ({"year": 2022}, datetime(2024, 3, 20, tzinfo=SHANGHAI), 7),
        ({}, datetime(2025, 3, 20, tzinfo=SHANGHAI), 30),
        ({"dates": (DateEvidence(DateSource.LIST, date(2019, 1, 20)),)}, NOW, 30),
        ({"dates": (DateEvidence(DateSource.URL, date(2029, 1, 20)),)}, NOW, 7),
        ({"dates": ()}, NOW, 7),
        ({"gone_at": NOW - timedelta(days=3)}, NOW, 7),
        ({"gone_at": NOW - timedelta(days=300)}, NOW, 30),
        # The day is Shanghai's: this is already the season's first one there.
        ({}, datetime(2024, 1, 14, 17, tzinfo=UTC), 1),
    ],
)
def test_pace(changes: dict[str, Any], now: datetime, days: int) -> None:
    known = replace(KNOWN, **changes)
    assert pace(known, now).pause == timedelta(days=days)
    assert is_due(known, now - timedelta(days=days), now)
    assert not is_due(known, now - timedelta(days=days) / 2, now)
    assert is_due(known, None, now)
