"""Whole numbers as Chinese prose writes them: ``16``, ``1,036``, ``２６``, ``一百二十三``, ``3.5万``."""

from __future__ import annotations

import re
from decimal import Decimal

_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．", "0123456789,.")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLAIN = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_WITH_MYRIAD = re.compile(r"(\d+(?:\.\d+)?)万")
_BELOW_MYRIAD = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])千)?(?P<z1>[零〇])?"
    r"(?:(?P<h>[一二两三四五六七八九])百)?(?P<z2>[零〇])?"
    r"(?:(?P<t>[一二三四五六七八九])?(?P<ten>十))?(?P<o>[一二两三四五六七八九])?"
)

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?万?|[零〇一二三四五六七八九十百千万两]+"
"""What may be handed to `read_number`, as a pattern without groups (after half-width folding)."""


def read_number(text: str) -> int | None:
    """The whole number ``text`` stands for, or None if it is not surely one.

    Full-width digits, thousands commas, Chinese numerals and 万 after Arabic digits are read.
    Two bare Chinese digits (``三四``, "three or four"), ``一百五`` and fractions are refused.
    """
    text = text.translate(_FULL_WIDTH).strip()
    if _PLAIN.fullmatch(text):
        return int(text.replace(",", ""))
    if match := _WITH_MYRIAD.fullmatch(text):
        value = Decimal(match[1]) * 10_000
        return int(value) if value == int(value) else None
    if text and all(c in _DIGITS for c in text):
        return _read_positional(text)
    head, myriad, tail = text.rpartition("万")
    if not myriad:
        return _read_below_myriad(text)
    high, low = _read_below_myriad(head), _read_below_myriad(tail.lstrip("零〇")) if tail else 0
    return None if high is None or low is None else high * 10_000 + low


def _read_positional(text: str) -> int | None:
    """``五`` and ``二〇二三``, but not ``三四`` (about three)."""
    if 1 < len(text) < 4 and not any(c in "〇零" for c in text[1:]):
        return None
    return int("".join(str(_DIGITS[c]) for c in text))


def _read_below_myriad(text: str) -> int | None:
    match = _BELOW_MYRIAD.fullmatch(text)
    if not text or match is None:
        return None
    hundreds_gap = (match["k"] or match["h"]) and not match["ten"] and match["o"]
    if hundreds_gap and not (match["z1"] or match["z2"]):
        return None  # 一百五: 105 or 150
    tens = _DIGITS[match["t"] or "一"] if match["ten"] else 0
    digits = (_DIGITS[match[g]] if match[g] else 0 for g in ("k", "h"))
    thousands, hundreds = digits
    return (
        thousands * 1000 + hundreds * 100 + tens * 10 + (_DIGITS[match["o"]] if match["o"] else 0)
    )
