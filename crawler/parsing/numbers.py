"""Text of a cell → Cell. Blank, a mark, a number, other text: four different things."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from crawler.parsing.numerals import read_number
from storage.domain import Cell
from storage.vocab import CellState

_INVISIBLE = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2060\ufeff]+")
_MARK = re.compile(r"[/\\∕╱]{1,3}|[-—–―─_~]{1,6}|\.{1,6}|[*·…]{1,3}|一|无")
UNREAD = "\ufffd"
"""What readers of pictures write for a value that they could not read."""
_SHORT = 100
"""Longest text that is looked at as a cell."""
_THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3}){1,4}(\.\d+)?$")
# Twelve digits are more than anything the form counts; "05" is two numbers that ran together.
_PLAIN = re.compile(r"^[+-]?(0|[1-9]\d{0,11})(\.\d{1,12})?$")
_COUNT = re.compile(r"(?:0|[1-9][0-9]{0,11})\Z")
"""What nearly all cells show."""
_FIGURES = re.compile(r"^[+-]?\d[\d,.]*$")
_WORDS = "[零〇一二两三四五六七八九十百千]+"
_MONEY = "亿元|百万元|万元|千元|元|万"
_COUNTED = "件次|人次|[件项个条份宗次起例人户家篇部笔]"
_ANNOTATED = re.compile(
    r"^(?:共计?|合计|总计|人民币|¥)?"
    rf"(?P<number>[+-]?\d+(?:,\d{{3}})*(?:\.\d+)?|{_WORDS})"
    rf"(?P<unit>(?:{_MONEY})(?!次)|%|(?P<myriad>万)?(?:{_COUNTED}))?"
    r"(?P<note>[(\[【](?!\d+[)\]】]).*[)\]】])?[。;]?$"
)
"""One number that stands out: with a unit, a remark in brackets (not a second number), a word for
all. A currency sign without a unit does not say whether 元 or 万元 is meant."""
_SIGN_WORDS = {
    word: sign
    for sign, words in (
        ("-", ("减", "减少", "净减", "净减少", "下降", "降低", "↓")),
        ("+", ("增", "增加", "净增", "净增加", "新增", "增长", "上升", "↑")),
    )
    for word in words
}
_SIGNED = re.compile(
    rf"^(?P<word>{'|'.join(sorted(_SIGN_WORDS, key=len, reverse=True))})(?:了|:)?"
    rf"(?P<number>\d+(?:,\d{{3}})*|{_WORDS})(?:{_COUNTED})?$"
)
_UNIT_IN_WAN = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "万": Decimal(1),
    "百万元": Decimal(100),
    "亿元": Decimal(10000),
}
_STATED_UNIT = re.compile(
    r"[(（【\[:：](?:单位)?[:：]?(?:人民币)?(亿元|百万元|万元|千元|元)(?:[)）】\]]|$)"
)
_APART = re.compile(r"\d[,，.．]?\s+[,，.．]?\d")
# Thousands set off by spaces; a line break parts two numbers.
_SPACED = re.compile(r"^[+-]?[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3}){1,3}$")
_FOOTNOTE = re.compile("[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2460-\u24ff\u2776-\u2793]")
"""Raised and circled digits, which NFKC would turn into digits of the number before them."""
_ORDINAL = frozenset("一二三四五六七八九十")
_NUMBERING = re.compile(r"\d{1,2}[.,]")
"""What is left of a label whose words stand in the next row; no number ends so."""
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "‑": "-", "‒": "-", "﹢": "+"})


def normalise(text: str) -> str:
    """NFKC without any white space or invisible characters; dashes that mean minus unified."""
    return _normalise_short(text) if len(text) <= _SHORT else _normalise(text)


def _normalise(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_MINUS)


_normalise_short = lru_cache(maxsize=8192)(_normalise)
"""The same labels and numbers come again and again."""


def _number(text: str) -> Decimal | None:
    """Digits, or numerals in words; None for anything that is not surely one number."""
    if _PLAIN.match(text):
        return Decimal(text)
    if _THOUSANDS.match(text):
        return Decimal(text.replace(",", ""))
    if text[:1].isdigit() or text[:1] in ("+", "-", ""):
        return None
    words = read_number(text)
    return None if words is None else Decimal(words)


def is_value(text: str) -> bool:
    """Whether a cell's text can stand in a value column: number-like or a mark (not blank).

    A single 一 to 十 numbers a row more often than it counts something.
    """
    return len(text) <= _SHORT and _is_value(text)


def is_figure(text: str) -> bool:
    """`is_value`, or a single numeral: where nothing is numbered."""
    return is_value(text) or normalise(text) in _ORDINAL


@lru_cache(maxsize=8192)
def _is_value(text: str) -> bool:
    plain = normalise(text)
    if plain in _ORDINAL or _NUMBERING.fullmatch(plain):
        return False
    if plain == UNREAD:
        return True
    if _MARK.fullmatch(plain) or _FIGURES.match(plain) or _SIGNED.match(plain):
        return True
    match = _ANNOTATED.match(plain)
    if match is None:
        return False
    return plain[0] not in _ORDINAL or _number(match["number"]) is not None


def is_share(text: str) -> bool:
    """Whether the text is a percentage: never a count."""
    return text.rstrip().endswith(("%", "％"))


def stated_unit(label: str) -> str | None:
    """The unit of money that a row's or column's label states in brackets: 元, 万元 …"""
    match = _STATED_UNIT.search(_INVISIBLE.sub("", label))
    return match[1] if match else None


def read_cell(
    text: str, at: str, *, decimal: bool = False, signed: bool = False, unit: str | None = None
) -> Cell:
    """Read one value cell.

    ``decimal``: a money column in 万元; a unit written in the cell, or ``unit`` of its label,
    converts the value exactly (state ``text``: the value is not the number that is printed).
    Integers only elsewhere; "3.5" in an integer column is ``text`` without a value, never rounded.
    Neither is "3 5" a number: two may have run together. ``text`` with a value where one whole
    number stands out: 12件, 十二, 3（含自然失效2件）. ``absent``, with its place, where a character
    could not be read: what is left of a number is another number.
    """
    raw = text.strip()
    if not decimal and _COUNT.match(raw):
        return Cell(CellState.NUMBER, int(raw), raw, at)
    plain = normalise(text)
    if not plain:
        return Cell(CellState.BLANK, None, raw, at)
    if UNREAD in plain:
        return Cell(CellState.ABSENT, None, None, at)
    if _MARK.fullmatch(plain):
        return Cell(CellState.MARK, None, raw, at)
    if _FOOTNOTE.search(raw):
        rest = read_cell(_FOOTNOTE.sub("", raw), at, decimal=decimal, signed=signed, unit=unit)
        return Cell(CellState.TEXT, rest.value, raw, at)
    if _APART.search(raw):
        value = int(plain) if _SPACED.match(raw) else None
        return Cell(CellState.TEXT, None if decimal else value, raw, at)
    number = _number(plain) if _FIGURES.match(plain) else None
    if number is not None:
        if decimal:
            told = _in_wan(number, unit or "万元")
            return Cell(CellState.NUMBER if told is number else CellState.TEXT, told, raw, at)
        if number == number.to_integral_value():
            return Cell(CellState.NUMBER, int(number), raw, at)
        return Cell(CellState.TEXT, None, raw, at)
    if signed and (match := _SIGNED.match(plain)):
        change = _number(match["number"])
        sign = -1 if _SIGN_WORDS[match["word"]] == "-" else 1
        return Cell(CellState.TEXT, None if change is None else sign * int(change), raw, at)
    return Cell(CellState.TEXT, _annotated(plain, decimal, unit), raw, at)


def _in_wan(number: Decimal, unit: str) -> Decimal | None:
    """Exact; a number that is printed in 万元 keeps the digits that are printed. None for what no
    amount in that unit can be: parts of 分 show that 万元 is meant, or nothing sure."""
    exponent = number.as_tuple().exponent
    if unit == "元" and isinstance(exponent, int) and exponent < -2:
        return None
    factor = _UNIT_IN_WAN[unit]
    if factor == 1:
        return number
    told = (number * factor).normalize()
    return told.quantize(Decimal(1)) if told == told.to_integral_value() else told


def _annotated(plain: str, decimal: bool, unit: str | None) -> int | Decimal | None:
    """The one number that stands out in a cell of more than a number; see `read_cell`."""
    match = _ANNOTATED.match(plain)
    number = _number(match["number"]) if match else None
    if match is None or number is None or match["unit"] == "%":
        return None
    written = match["unit"]
    currency = plain.startswith(("¥", "人民币"))
    if decimal:
        if written in _UNIT_IN_WAN:
            return _in_wan(number, written)
        return None if currency or match["myriad"] else _in_wan(number, unit or "万元")
    if currency:
        return None
    if written == "万" or match["myriad"]:
        number *= 10_000
    elif written in _UNIT_IN_WAN:
        return None
    return int(number) if number == number.to_integral_value() else None
