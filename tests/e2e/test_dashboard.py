"""The dashboard and the printable list in a real Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.exports.audit_list import write_audit
from monitor.web.app import create_app
from storage.session import Database
from tests.monitor.city import NOW, seed_city
from tests.monitor.scenario import seed_small
from tests.monitor.serving import serve

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found on this machine")

PAGES = ("/", "/years/2023", "/years/2019", "/agencies/qx-05", "/findings?year=2023", "/runs")
DESKTOP, PHONE = 1280, 380


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as runner:
        started = runner.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def city(sqlite_database: Database) -> Iterator[str]:
    seed_city(sqlite_database)
    with serve(create_app(sqlite_database)) as address:
        yield address


@pytest.fixture
def tab(browser: playwright.Browser) -> Iterator[playwright.Page]:
    """A page that fails the test if the browser complains about anything."""
    page = browser.new_page(viewport={"width": DESKTOP, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    # Leaving a page stops the loading of its icon: the browser's doing, not a fault of the page.
    page.on(
        "requestfailed",
        lambda request: (
            None if "ABORTED" in (request.failure or "") else complaints.append(request.url)
        ),
    )
    yield page
    page.close()
    assert complaints == []


def overflow(page: playwright.Page) -> int:
    """Pixels by which the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def test_pages_fit_desktop_and_phone(city: str, tab: playwright.Page) -> None:
    for path in PAGES:
        for width in (DESKTOP, PHONE):
            tab.set_viewport_size({"width": width, "height": 900})
            answer = tab.goto(f"{city}{path}")
            assert answer is not None
            assert answer.status == 200
            assert tab.locator("h1").is_visible()
            assert overflow(tab) == 0, (path, width)
    # The stylesheet is applied although the policy allows nothing inline.
    assert tab.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor") == (
        "rgb(35, 54, 74)"
    )


def test_hostile_text_does_nothing_and_fits(
    sqlite_database: Database, tab: playwright.Page
) -> None:
    seed_small(sqlite_database)
    with serve(create_app(sqlite_database)) as address:
        tab.set_viewport_size({"width": PHONE, "height": 900})
        for path in ("/", "/years/2023", "/agencies/d-script", "/agencies/e-long", "/findings"):
            tab.goto(f"{address}{path}")
            assert overflow(tab) == 0, path
            assert tab.locator("main script, main img").count() == 0


def test_from_the_overview_to_the_evidence(city: str, tab: playwright.Page) -> None:
    tab.goto(f"{city}/")
    tab.locator("section", has_text="2023 年度").get_by_role("link", name="逾期公开").first.click()
    rows = tab.locator("tbody tr")
    assert rows.count() > 1
    assert set(tab.locator("tbody td:nth-child(2) .chip:first-child").all_inner_texts()) == {
        "逾期公开"
    }
    tab.get_by_label("机关名称").fill("财政局")
    tab.get_by_role("button", name="筛选").click()
    assert tab.get_by_label("状态").input_value() == "late"
    assert tab.locator("tbody th a").all_inner_texts() == ["青溪市财政局"]
    tab.locator("tbody th a").click()
    assert tab.locator("h1").inner_text() == "青溪市财政局"
    assert "逾期" in tab.locator("#y2023").inner_text()
    assert "页面标注" in tab.locator("#y2023 table").first.inner_text()


def test_the_page_can_be_used_with_the_keyboard(city: str, tab: playwright.Page) -> None:
    tab.goto(f"{city}/years/2023")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "跳到正文"
    tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_printable_list(
    sqlite_database: Database, tmp_path: Path, tab: playwright.Page
) -> None:
    seed_city(sqlite_database)
    path = tmp_path / "清单.html"
    with sqlite_database.session(write=False) as s:
        written = write_audit(s, 2023, "html", path, NOW)
    for width in (DESKTOP, PHONE):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(path.as_uri())
        assert overflow(tab) == 0
    bodies = tab.locator("section", has=tab.get_by_role("heading", name="机关清单"))
    assert bodies.locator("tbody tr:not(.band)").count() == written == 60
    tab.set_viewport_size({"width": 1047, "height": 900})
    tab.emulate_media(media="print")
    assert overflow(tab) == 0
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")
