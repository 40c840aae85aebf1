"""Which of two spellings is believed, and lines → cells; no engine is needed."""

from __future__ import annotations

import pytest

from crawler.documents.ocr.cells import cells_of
from crawler.documents.ocr.reader import Char, Spelled
from crawler.documents.ocr.text import UNREAD, alone, confirmed, needs_second, prose, settled
from crawler.documents.pdf.lattice import Box


def spelled(text: str, sure: float = 0.99) -> Spelled:
    """Every character as sure."""
    return Spelled(tuple(Char(c, (i + 0.5) / len(text), sure) for i, c in enumerate(text)))


@pytest.mark.parametrize(
    ("first", "second", "text", "guess"),
    [
        ("12", "12", "12", "12"),
        ("12", "１2", "12", "12"),
        ("12", "13", UNREAD, "12"),
        ("O", "O", UNREAD, "0"),
        ("O", "0", UNREAD, "0"),
        ("l2", "l2", UNREAD, "12"),
        ("〇", "〇", UNREAD, "0"),
        ("", "7", UNREAD, "7"),
        ("", "", UNREAD, UNREAD),
        ("一", "-", "-", "-"),
        ("/", "／", "/", "/"),
        ("无", "无", "无", "无"),
        ("1,204", "1，204", "1,204", "1,204"),
        ("3(含失效2件)", "3（含失效2件）", "3(含失效2件)", "3(含失效2件)"),
        ("3.5", "35", UNREAD, UNREAD),
    ],
)
def test_settled(first: str, second: str, text: str, guess: str) -> None:
    reading = settled(spelled(first), spelled(second, 0.98))
    assert (reading.text, reading.guess) == (text, guess)


def test_what_both_readings_hardly_see_is_not_believed() -> None:
    assert settled(spelled("8", 0.4), spelled("8", 0.9)).text == UNREAD


@pytest.mark.parametrize(
    ("spellings", "text"),
    [
        # Not seen on the whole page, surely seen alone.
        ((("", 0), ("0", 0.97), ("0", 0.8)), "0"),
        ((("", 0), ("0", 0.7), ("0", 0.8)), UNREAD),
        ((("", 0), ("0", 0.97), ("8", 0.9)), UNREAD),
        # Alone a nought looks like an o.
        ((("0", 0.99), ("o", 0.8), ("0", 0.8)), "0"),
        ((("o", 0.99), ("o", 0.99), ("o", 0.99)), UNREAD),
        # One doubtful spelling against two sure ones; a sure one against them.
        ((("8", 0.5), ("6", 0.97), ("6", 0.95)), "6"),
        ((("8", 0.95), ("6", 0.97), ("6", 0.95)), UNREAD),
        ((("12", 0.95), ("2", 0.6), ("12", 0.95)), "12"),
    ],
)
def test_third_spelling(spellings: tuple[tuple[str, float], ...], text: str) -> None:
    assert confirmed(*(spelled(*one) for one in spellings)).text == text


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("", True), ("0", True), ("O", True), ("无", True), ("3（含2件）", True), ("合计12", True),
        ("1.属于国家秘密", False), ("（一）予以公开", False), ("总计", False), ("行政许可", False),
        ("3.5", True),
    ],
)  # fmt: skip
def test_needs_second(text: str, needed: bool) -> None:
    assert needs_second(text) is needed


def test_words_without_a_second_reading_but_nothing_that_counts() -> None:
    assert alone(spelled("总")).text == "总"
    assert alone(spelled("一")).text == UNREAD
    assert alone(spelled("7")).text == UNREAD
    assert alone(spelled("口")).text == UNREAD


def test_figures_of_prose_are_whole_or_unread() -> None:
    text, places = prose(spelled("收到申请123件，办结45件"), spelled("收到申请128件，办结45件"))
    assert text == f"收到申请{UNREAD}件，办结45件"
    assert len(places) == len(text)
    assert prose(spelled("办结45件"), None)[0] == f"办结{UNREAD}件"


def test_cells_of_a_grid_with_spans_and_a_shape_that_is_no_rectangle() -> None:
    # Two rows of two; the upper two fields are one.
    above = [[True, True], [True, True], [True, True]]
    beside = [[True, True], [False, True], [True, True]]
    assert cells_of(above, beside, 2, 2) == (
        [Box(0, 0, 1, 2), Box(1, 0, 1, 1), Box(1, 1, 1, 1)],
        True,
    )
    # Three of the four fields are one: no rectangle.
    above[1][0] = False
    boxes, whole = cells_of(above, beside, 2, 2)
    assert not whole and sum(box.rowspan * box.colspan for box in boxes) == 4
