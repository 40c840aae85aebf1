"""The simulated portals on the wire: pages, pagers, validators, troubles, the clock."""

from __future__ import annotations

import csv
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import Message
from urllib.parse import urljoin

import pytest
import yaml

from settings import SHANGHAI
from spiders.samples import AFTER_ALL, SamplePortals
from spiders.samples.columns import OTHER_LISTS
from spiders.samples.layout import article_address
from spiders.samples.places import AGENCIES, SITES, Engine, Trouble
from spiders.samples.postings import COMMON, Posting
from storage.vocab import (
    FormatVersion,
    result_rows,
)

YEARS = (2023, 2024, 2025)
RESULTS = result_rows(FormatVersion.FMT2021)


class Clock:
    def __init__(self) -> None:
        self.now = AFTER_ALL

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def served(clock: Clock) -> Iterator[SamplePortals]:
    with SamplePortals(clock, hang_seconds=0.2) as portals:
        yield portals


@pytest.fixture
def portals(served: SamplePortals, clock: Clock) -> SamplePortals:
    clock.now = AFTER_ALL
    return served


def get(url: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, Message]:
    request = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def address(portals: SamplePortals, posting: Posting) -> str:
    pages = portals.pages(posting.site)
    return portals.url(posting.site, article_address(pages.site, pages.layout, posting))


def only(portals: SamplePortals, agency: str, year: int) -> Posting:
    (posting,) = portals.postings(agency=agency, year=year)
    return posting


def test_two_instances_serve_equal_bytes_apart_from_ports(portals: SamplePortals) -> None:
    def neutral(body: bytes) -> bytes:
        return re.sub(rb"127\.0\.0\.1:\d+", b"HOST", body)

    with SamplePortals(lambda: AFTER_ALL) as other:
        for site in SITES:
            one, two = portals.pages(site.id), other.pages(site.id)
            assert one.paths == two.paths
            for path in one.paths:
                first, second = one.get(path, AFTER_ALL), two.get(path, AFTER_ALL)
                assert (first is None) == (second is None), path
                if first and second:
                    assert neutral(first.body) == neutral(second.body), path
                    assert first.modified == second.modified


def test_the_registry_names_every_portal_by_its_home_page(portals, tmp_path) -> None:  # type: ignore[no-untyped-def]
    portals.write_registry(tmp_path)
    with (tmp_path / "agencies.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [agency.id for agency in AGENCIES]
    office = next(row for row in rows if row["id"] == "lanchuan-jrglj")
    assert office["predecessor"] == "lanchuan-jrgzj" and office["valid_from"] == "2024-07-01"
    listed = yaml.safe_load((tmp_path / "portals.yml").read_text(encoding="utf-8"))
    assert all(set(entry) == {"id", "name", "url", "access", "notes"} for entry in listed)
    assert {entry["url"] for entry in listed} == {portals.url(site.id) for site in SITES}
    (local,) = yaml.safe_load((tmp_path / "overrides.yml").read_text(encoding="utf-8"))
    assert local["due"] == "01-20" and local["source"]


def links(url: str, html: str) -> list[tuple[str, str]]:
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', html)
    return [(urljoin(url, href), text) for href, text in found]


def page_numbers(html: str) -> int:
    match = re.search(r"createPageHTML\((\d+),|countPage = (\d+)", html)
    return int(match[1] or match[2]) if match else 1


def entries(portals: SamplePortals, site: str, column: str) -> list[tuple[str, str]]:
    """All entries of a column, by following its pager as a reader would."""
    found: list[tuple[str, str]] = []
    count = page_numbers(text_of(column, site))
    for number in range(count):
        url = urljoin(column, f"index_{number}.html") if number else column
        html = text_of(url, site)
        block = html[html.index('<ul class="list') :]
        found += links(url, block[: block.index("</ul>")])
    return found


def text_of(url: str, site: str) -> str:
    status, body, _ = get(url)
    assert status == 200, url
    encoding = next(s.encoding for s in SITES if s.id == site)
    return body.decode(encoding)


def column_of(portals: SamplePortals, site: str) -> tuple[str, int]:
    """The 年报 column's address and the clicks it takes from the home page."""
    url, clicks = portals.url(site), 0
    while True:
        found = {text: href for href, text in links(url, text_of(url, site))}
        clicks += 1
        if "政府信息公开年报" in found:
            return found["政府信息公开年报"], clicks
        url = (
            found.get("政府信息公开")
            if clicks > 1
            else None or found.get("政府信息公开", found.get("政务公开"))
        )
        assert url and clicks < 4, site


@pytest.mark.parametrize(
    "site",
    [s for s in SITES if s.trouble in (None, Trouble.EMPTY_COLUMN) and s.engine not in OTHER_LISTS],
    ids=lambda s: s.id,
)
def test_the_column_is_few_clicks_away_and_its_pager_reaches_every_entry(portals, site) -> None:  # type: ignore[no-untyped-def]
    column, clicks = column_of(portals, site.id)
    assert clicks in (2, 3)
    found = entries(portals, site.id, column)
    shown = [
        p
        for p in portals.postings()
        if p.site == site.id and COMMON in p.columns and p.visible(AFTER_ALL)
    ]
    assert {url for url, _ in found} == {address(portals, p) for p in shown}
    assert len(found) == len(shown)
    if site.engine in (Engine.TRS_CREATE, Engine.TRS_COUNT) and shown:
        assert len(found) > site.per_page
    last = -(-len(found) // site.per_page)
    assert get(urljoin(column, f"index_{last + 5}.html"))[0] == (200 if site.soft_404 else 404)


@pytest.mark.parametrize("site", [s for s in SITES if s.engine in OTHER_LISTS], ids=lambda s: s.id)
def test_other_columns_show_every_entry_in_their_own_way(portals, site) -> None:  # type: ignore[no-untyped-def]
    column, _ = column_of(portals, site.id)
    shell = text_of(column, site.id)
    shown = [p for p in portals.postings() if p.site == site.id and COMMON in p.columns]
    assert len(shown) > site.per_page
    if site.engine is Engine.VSB:
        pages, url = [shell], column
        while match := re.search(r"<a href='([^']+)'>下页</a>", pages[-1]):
            url = urljoin(url, match[1])
            pages.append(text_of(url, site.id))
        assert len(pages) == -(-len(shown) // site.per_page)
        assert url.endswith("/1.htm")
        told = "".join(pages)
    elif site.engine is Engine.FRAMES:
        (frame,) = re.findall(r"<iframe src='([^']+)'", shell)
        told = text_of(urljoin(column, frame), site.id)
    elif site.engine is Engine.GKMLPT:
        api = "/gkmlpt/api/all/2629?sid=990104&page="
        told = "".join(get(portals.url(site.id, api + n))[1].decode() for n in "123")
        assert get(portals.url(site.id, api + "9"))[0] == 404
    else:
        proxy = "/module/web/jpage/dataproxy.jsp?columnid=311&startrecord=11&endrecord=99"
        told = shell + get(portals.url(site.id, proxy))[1].decode()
        assert f"<totalrecord>{len(shown)}</totalrecord>" in shell
    assert all(p.title in told for p in shown)


def test_a_viewer_shows_the_text_of_an_article(portals: SamplePortals) -> None:
    url = address(portals, only(portals, "fengting-czj", 2024))
    html = text_of(url, "p-fengting")
    assert "总体情况" not in html
    match = re.search(r"viewer\.html\?file=([^'\"]+)", html)
    assert match
    assert "总体情况" in text_of(urljoin(url, match[1]), "p-fengting")


def test_departments_have_columns_of_their_own(portals: SamplePortals) -> None:
    platform = portals.url("p-lanchuan", "/zfxxgk/")
    departments = {t: u for u, t in links(platform, text_of(platform, "p-lanchuan"))}
    page = departments["澜川市生态环境局"]
    own = {t: u for u, t in links(page, text_of(page, "p-lanchuan"))}["政府信息公开年报"]
    assert own != column_of(portals, "p-lanchuan")[0]
    titles = [text for _, text in entries(portals, "p-lanchuan", own)]
    assert len(titles) == 3 and all("生态环境局" in title for title in titles)
    assert not any(
        "生态环境局20" in text
        for _, text in entries(portals, "p-lanchuan", column_of(portals, "p-lanchuan")[0])
    )


def test_every_visible_article_is_served_with_its_title_and_date(portals: SamplePortals) -> None:
    for posting in portals.postings(year=2024):
        url = address(portals, posting)
        html = text_of(url, posting.site)
        assert f"<h1>{posting.title}</h1>" in html or f"<ucaptitle>{posting.title}" in html
        day = posting.shown
        forms = (
            f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day:%Y年%m月%d日}",
            f"{day.year}年{day.month}月{day.day}日",
        )  # fmt: skip
        head = html[: html.index("行政规范性文件")] if "行政规范性文件" in html else html
        assert any(form in head for form in forms), url


def test_conditional_requests_are_answered_with_304(portals: SamplePortals, clock: Clock) -> None:
    url = address(portals, only(portals, "qinglan-office", 2025))
    clock.now = datetime(2026, 2, 10, tzinfo=SHANGHAI)
    status, body, headers = get(url)
    assert status == 200 and b"\xb1\xa8\xb8\xe6" in body
    assert headers["Content-Type"] == "text/html"
    tag, modified = headers["ETag"], headers["Last-Modified"]
    assert get(url, {"If-None-Match": tag})[:2] == (304, b"")
    assert get(url, {"If-Modified-Since": modified})[0] == 304
    assert get(url, {"If-None-Match": '"other"', "If-Modified-Since": modified})[0] == 200
    clock.now = AFTER_ALL
    status, corrected, headers = get(url, {"If-None-Match": tag, "If-Modified-Since": modified})
    assert status == 200 and headers["ETag"] != tag
    assert get(url, {"If-Modified-Since": modified})[0] == 200
    # Only figures changed: the text is the same, word for word.
    lines = zip(body.splitlines(), corrected.splitlines(), strict=True)
    changed = [pair for pair in lines if pair[0] != pair[1]]
    assert changed and all(b"<td" in old and b"<td" in new for old, new in changed)


def test_a_report_appears_at_its_moment_and_may_go_again(
    portals: SamplePortals, clock: Clock
) -> None:
    late = only(portals, "huaidu-shiliang", 2025)
    column, _ = column_of(portals, "p-huaidu")
    clock.now = late.appears - timedelta(minutes=1)
    # The portal answers with its home page where others say 404.
    assert late.title not in text_of(address(portals, late), "p-huaidu")
    assert late.title not in text_of(column, "p-huaidu")
    clock.now = late.appears
    assert late.title in text_of(address(portals, late), "p-huaidu")
    assert late.title in text_of(column, "p-huaidu")
    assert late.appears in portals.events
    gone = only(portals, "huaidu-nyj", 2025)
    assert gone.gone is not None
    clock.now = gone.gone - timedelta(minutes=1)
    assert gone.title in text_of(column, "p-huaidu")
    before = get(column)[2]["Last-Modified"]
    clock.now = gone.gone
    assert gone.title not in text_of(column, "p-huaidu")
    assert get(column, {"If-Modified-Since": before})[0] == 200


def test_the_pages_of_the_special_cases_say_what_they_should(portals: SamplePortals) -> None:
    other = text_of(address(portals, only(portals, "jishui-sjj", 2024)), "p-jishui")
    assert "<ucaptitle>霁水县审计局2024年" in other and "司法局" in other
    old = text_of(address(portals, only(portals, "lanchuan-zrzyj", 2024)), "p-lanchuan")
    assert "<h1>澜川市自然资源和规划局2024年" in old and "2023年12月31日" in old
    assert "2024年12月31日" not in old
    image = text_of(address(portals, only(portals, "lanchuan-mzj", 2023)), "p-lanchuan")
    assert "总体情况" not in image
    status, picture, headers = get(portals.url("p-lanchuan", "/images/nb.png"))
    assert (
        status == 200 and picture.startswith(b"\x89PNG") and headers["Content-Type"] == "image/png"
    )
    uncertain = only(portals, "huaidu-office", 2024)
    assert "2025/01/24" in text_of(address(portals, uncertain), "p-huaidu")
    assert "2025/02-06" in address(portals, uncertain)
    repost = next(
        p for p in portals.postings() if p.site == "p-jishui" and p.is_report and not p.agency
    )
    assert "澜川市2024年" in text_of(address(portals, repost), "p-jishui")


def test_portals_in_trouble(portals: SamplePortals) -> None:
    for path in ("/", "/robots.txt", "/zfxxgk/"):
        status, body, _ = get(portals.url("p-wangtang", path))
        assert status == 412 and b"$_ts" in body
    home = get(portals.url("p-huaidu"))[1]
    assert get(portals.url("p-huaidu", "/lszt2019/"))[:2] == (200, home)
    assert get(portals.url("p-lanchuan", "/lszt2019/"))[0] == 404
    assert "年报</a>" not in text_of(portals.url("p-shayuan", "/zfxxgk/"), "p-shayuan")
    assert "暂无信息" in text_of(column_of(portals, "p-weitang")[0], "p-weitang")
    column, _ = column_of(portals, "p-luming")
    assert page_numbers(text_of(column, "p-luming")) > 1
    with pytest.raises((urllib.error.URLError, ConnectionError, TimeoutError)):
        get(urljoin(column, "index_1.html"))
    assert portals.requests[-1][1:] == ("p-luming", "/zfxxgk/zfxxgknb/index_1.html", 0)


def test_robots_files(portals: SamplePortals) -> None:
    for site in SITES:
        if site.trouble is not Trouble.WALL:
            text = get(portals.url(site.id, "/robots.txt"))[1].decode()
            assert "Disallow: /admin/" in text
            assert ("Crawl-delay: 0.05" in text) == (site.id == "p-lanchuan")


def test_a_hanging_reader_does_not_keep_the_portals_from_stopping() -> None:
    with SamplePortals(lambda: AFTER_ALL, hang_seconds=60) as portals:
        url = portals.url("p-luming", "/zfxxgk/zfxxgknb/index_1.html")
        with pytest.raises((urllib.error.URLError, TimeoutError)):
            urllib.request.urlopen(url, timeout=0.3)
        started = time.monotonic()
    assert time.monotonic() - started < 20
    with pytest.raises(RuntimeError, match="没有启动"):
        portals.url("p-luming")


def test_the_log_tells_who_was_asked_for_what(portals: SamplePortals) -> None:
    before = len(portals.requests)
    get(portals.url("p-jishui", "/search/?q=1"))
    moment, portal, path, status = portals.requests[before]
    assert (portal, path, status) == ("p-jishui", "/search/?q=1", 404)
    assert moment <= time.monotonic()
