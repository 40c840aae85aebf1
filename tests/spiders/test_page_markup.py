"""Broken markup: links that a browser shows are found although libxml2 swallows them."""

from __future__ import annotations

import time

import pytest

from spiders.page import Page

LINKS = "".join(f"<a href='/{n}.html'>第{n}条</a>" for n in range(9))


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- x -><p>", "<iframe src=x>", "<svg><title>x", "<option>", "<table><tr><td><table>",
        "<frameset><frame src=a></frameset>", "<div title=\"x><p>y</p>", "<p></html></body>",
    ],
)  # fmt: skip
def test_links_behind_broken_markup(markup: str) -> None:
    assert len(Page("http://h.example/", (markup + LINKS).encode()).links) >= 8


@pytest.mark.parametrize("wrap", ["<script>var t = `{}`;</script>", "<!-- {} -->"])
def test_links_in_scripts_and_comments_are_none(wrap: str) -> None:
    assert Page("http://h.example/", wrap.format(LINKS).encode()).links == ()


def test_a_page_that_nothing_can_mend_is_empty_and_soon_so() -> None:
    start = time.process_time()
    page = Page("http://h.example/", ("<div>" * 50_000 + "<!-- x ->" + LINKS).encode())
    assert isinstance(page.links, tuple)
    assert time.process_time() - start < 30
