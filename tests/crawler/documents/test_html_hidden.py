"""What a page hides stays unread, also beside markup that only looks as if it hid something."""

from __future__ import annotations

import pytest

from crawler.documents.html.reader import read_markup

_HARMLESS = (
    "<style>.box{overflow:hidden}.bar{OVERFLOW-X: hidden}</style>"
    "<script src='/js/jquery.SuperSlide.js'></script><input type='hidden' value='77'>"
    "<input TYPE=hidden value=88>"
)


def _texts(body: str, head: str = "") -> list[str]:
    page = f"<html><head>{head}</head><body>{_HARMLESS}{body}<p>看得见</p></body></html>"
    return [block.text for block in read_markup(page).blocks]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "hiding",
    [
        "hidden", "HIDDEN=''", "style='display:none'", "style='DISPLAY : None'",
        "style='color:red;visibility: hidden'", "style='overflow:hidden;visibility:hidden'",
        "style='mso-hide:all'", "style='text-decoration:line-through'", "class='a hidden'",
        "class=hide", "class='d-none d-print-block'", "class='print-only'", "class='invisible'",
        "class='sr-only'",
    ],
)  # fmt: skip
def test_hidden_elements_are_not_read(hiding: str) -> None:
    assert _texts(f"<p {hiding}>藏起来</p>") == ["看得见"]


@pytest.mark.parametrize("rule", [".x{visibility:hidden}", "#y{display:none}"])
def test_the_pages_own_style_sheet_hides(rule: str) -> None:
    head = f"<style>.z{{overflow:hidden}}{rule}</style>"
    assert _texts("<p class=x id=y>藏起来</p>", head) == ["看得见"]


@pytest.mark.parametrize(
    "shown",
    [
        "style='overflow:hidden'",
        "style='overflow-y : hidden'",
        "data-hidden-by=a",
        "class=hiddenbox",
    ],
)
def test_cut_edges_hide_nothing(shown: str) -> None:
    assert _texts(f"<p {shown}>没有藏</p>") == ["没有藏", "看得见"]


@pytest.mark.parametrize(
    "raised", ["<sup>1</sup>", "<span style='vertical-align:super'>1</span>",
               "<font style='VERTICAL-ALIGN: super'>1</font>"],
)  # fmt: skip
def test_raised_figures_are_no_digits(raised: str) -> None:
    assert _texts(f"<p>共16{raised}件</p>") == ["共16¹件", "看得见"]
