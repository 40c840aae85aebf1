"""Text of a cell → Cell. Blank, a mark, a number, other text: four different things."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from storage.domain import Cell
from storage.vocab import CellState

_INVISIBLE = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2060\ufeff]+")
_MARKS = frozenset({"/", "\\", "-", "--", "—", "——", "–", "―", "一", "无", "∕", "╱", "…", "*", "."})
_SHORT = 100
"""Longest text that is looked at as a cell."""
_THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3}){1,4}(\.\d+)?$")
# Twelve digits are more than anything the form counts; "05" is two numbers that ran together.
_PLAIN = re.compile(r"^[+-]?(0|[1-9]\d{0,11})(\.\d{1,12})?$")
_FIGURES = re.compile(r"^[+-]?\d[\d,.]*$")
_ANNOTATED = re.compile(
    r"^(?P<number>[+-]?\d+(?:,\d{3})*(?:\.\d+)?)(?P<unit>亿元|万元|元|[件项个条份宗次起%])?"
    r"(?P<note>[(\[【].*[)\]】])?$"
)
_SIGN_WORDS = {"减": "-", "减少": "-", "增": "+", "增加": "+"}
_SIGNED = re.compile(r"^(减少|增加|减|增)(\d+)[件项个]?$")
_UNIT_IN_WAN = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}
_APART = re.compile(r"\d[,，.．]?\s+[,，.．]?\d")
_MINUS = str.maketrans({"−": "-", "﹣": "-", "‐": "-", "‑": "-", "‒": "-", "﹢": "+"})


def normalise(text: str) -> str:
    """NFKC without any white space or invisible characters; dashes that mean minus unified."""
    return _normalise_short(text) if len(text) <= _SHORT else _normalise(text)


def _normalise(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_MINUS)


_normalise_short = lru_cache(maxsize=8192)(_normalise)
"""The same labels and numbers come again and again."""


def _number(text: str) -> Decimal | None:
    if _PLAIN.match(text):
        return Decimal(text)
    if _THOUSANDS.match(text):
        return Decimal(text.replace(",", ""))
    return None


def is_value(text: str) -> bool:
    """Whether a cell's text can stand in a value column: number-like or a mark (not blank)."""
    return len(text) <= _SHORT and _is_value(text)


@lru_cache(maxsize=8192)
def _is_value(text: str) -> bool:
    plain = normalise(text)
    if plain in _MARKS:
        return plain != "一"
    return bool(_FIGURES.match(plain) or _ANNOTATED.match(plain) or _SIGNED.match(plain))


def is_share(text: str) -> bool:
    """Whether the text is a percentage: never a count."""
    return text.rstrip().endswith(("%", "％"))


def read_cell(text: str, at: str, *, decimal: bool = False, signed: bool = False) -> Cell:
    """Read one value cell.

    ``decimal``: a money column in 万元; a unit written in the cell converts the value exactly
    (state ``text``, since the cell holds more than a number). Integers only elsewhere; "3.5" in
    an integer column is ``text`` without a value, never rounded. Neither is "3 5" a number: two may
    have run together.
    """
    raw = text.strip()
    plain = normalise(text)
    if not plain:
        return Cell(CellState.BLANK, None, raw, at)
    if plain in _MARKS:
        return Cell(CellState.MARK, None, raw, at)
    if _APART.search(raw):
        return Cell(CellState.TEXT, None, raw, at)
    number = _number(plain)
    if number is not None:
        if decimal:
            return Cell(CellState.NUMBER, number, raw, at)
        if number == number.to_integral_value():
            return Cell(CellState.NUMBER, int(number), raw, at)
        return Cell(CellState.TEXT, None, raw, at)
    if signed and (match := _SIGNED.match(plain)):
        value = int(_SIGN_WORDS[match.group(1)] + match.group(2))
        return Cell(CellState.TEXT, value, raw, at)
    if match := _ANNOTATED.match(plain):
        value_ = _number(match.group("number"))
        unit = match.group("unit")
        if value_ is not None and unit != "%":
            if decimal:
                return Cell(
                    CellState.TEXT, value_ * _UNIT_IN_WAN.get(unit or "万元", Decimal(1)), raw, at
                )
            if unit not in _UNIT_IN_WAN and value_ == value_.to_integral_value():
                return Cell(CellState.TEXT, int(value_), raw, at)
    return Cell(CellState.TEXT, None, raw, at)
