"""Chinese numerals, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.numerals import read_number

DIGITS = "零一二三四五六七八九"


def write(number: int) -> str:
    """The usual wording of 0-99999."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return write(high) + "万" + gap + (write(low) if low else "")
    parts, zero, text = [(1000, "千"), (100, "百"), (10, "十"), (1, "")], False, ""
    for unit, name in parts:
        digit = number // unit % 10
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return text.removeprefix("一") if 10 <= number < 20 else text or "零"


@given(st.integers(0, 99_999))
def test_written_numbers_are_read_back(number: int) -> None:
    assert read_number(write(number)) == number
    assert read_number(str(number)) == number
    assert read_number(f"{number:,}") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("２６", 26), ("两", 2), ("两百", 200), ("两万三千", 23_000), ("一百一十五", 115),
        ("二〇二三", 2023), ("〇", 0), ("3.5万", 35_000), ("1,036", 1036),
    ],
)  # fmt: skip
def test_wordings(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["三四", "一百五", "十五六", "百", "万", "", "几", "3.5", "1.23456万", "1,23", "若干"]
)
def test_what_is_no_sure_number_is_refused(text: str) -> None:
    assert read_number(text) is None
