"""Number formats of spreadsheets (ECMA-376 18.8.30): what a cell shows, where that is another text
than its value's digits: hidden zeros, percentages, words behind numbers, thousands, dashes.

Digits are never rounded away. Where the format moves the decimal point, it shows another number than
the one that is stored; if it rounds it too, neither can be believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from crawler.documents.office.marks import UNREAD

_DASH_FOR_ZERO = '#,##0;-#,##0;"-"'
BUILT_IN: Mapping[int, str] = {
    **dict.fromkeys((9, 10), "0%"),
    **dict.fromkeys((41, 42, 43, 44), _DASH_FOR_ZERO),
    # Dates of the Chinese locale, which the library that reads the values takes for numbers.
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy年m月d日"),
}
"""Formats by number that files do not spell out, as far as they change what is shown."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)"
    r"|(?P<percent>%)|(?P<odd>[eE][+-]|/)|(?P<text>@)"
    r"|(?P<date>[yYmMdDhHsSeEbBgG]|年|月|日|AM/PM|上午/下午|aaa)|(?P<other>.)",
    re.S,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d{1,12}(?:\.\d{1,6})?)")
_SIGNS = " ()-+"
_TEXTS = ("literal", "percent")
_MAX_CODE = 255
_LARGE = Decimal(10) ** 15
"""Spreadsheets keep fifteen digits."""
_FIRST_DAY = date(1899, 12, 30)
_LAST_SERIAL = 2_958_465


@dataclass(frozen=True, slots=True)
class _Part:
    """A token: its kind, and the text it shows."""

    kind: str
    text: str


def shown_number(value: Decimal, code: str) -> str | None:
    """What is shown for a number; None where that is its digits (grouped, rounded or not)."""
    if code in ("", "General", "@", "0") or len(code) > _MAX_CODE or abs(value) >= _LARGE:
        return None
    sections = _sections(code)
    parts, number = _chosen(sections, value)
    kinds = {part.kind for part in parts}
    if "date" in kinds:
        return _date(number) if code == "yyyy年m月d日" else None
    if kinds & {"odd", "text", "general"}:
        return None
    if "digit" not in kinds:
        return "".join(part.text for part in parts if part.kind == "literal").strip()
    return _with_digits(parts, number)


def shown_text(text: str, code: str) -> str | None:
    """What is shown for a text; None where that is the text itself."""
    if code in ("", "General", "@") or len(code) > _MAX_CODE:
        return None
    sections = _sections(code)
    own = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) < 4 and not any(part.kind == "text" for part in own):
        return None
    shown = "".join(text if p.kind == "text" else p.text for p in own if p.kind != "digit")
    return None if shown.strip() == text.strip() else shown


@lru_cache(maxsize=512)
def _sections(code: str) -> list[list[_Part]]:
    found: list[list[_Part]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if kind == "other" and text == ";":
            found.append([])
        elif kind in ("quoted", "escaped", "other"):
            found[-1].append(_Part("literal", text))
        elif kind == "bracket":
            # [$¥-804] shows its sign; colours, languages and numerals in words show no text.
            if text.startswith("$"):
                found[-1].append(_Part("literal", text[1:].partition("-")[0]))
            elif _CONDITION.fullmatch(text):
                found[-1].append(_Part("condition", text))
        elif kind:
            found[-1].append(_Part(kind, text))
    return found


def _chosen(sections: Sequence[list[_Part]], value: Decimal) -> tuple[list[_Part], Decimal]:
    """The section for a number, and the number that it shows (without the sign it takes over)."""
    sections = sections[:3]
    conditions = [next((p.text for p in s if p.kind == "condition"), None) for s in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(condition, value):
                return [p for p in section if p.kind != "condition"], value
        return [_Part("general", "")], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _holds(condition: str, value: Decimal) -> bool:
    match = _CONDITION.fullmatch(condition)
    if match is None:
        return False
    bound = Decimal(match[2])
    return {
        "<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound,
        "=": value == bound, "<>": value != bound,
    }[match[1]]  # fmt: skip


def _with_digits(parts: Sequence[_Part], number: Decimal) -> str | None:
    places = [i for i, part in enumerate(parts) if part.kind == "digit"]
    first, last = places[0], places[-1]
    inside = parts[first : last + 1]
    thousands = sum(p.kind == "comma" for p in _commas_behind(parts[last + 1 :]))
    percents = sum(part.kind == "percent" for part in parts)
    point = next((i for i, p in enumerate(inside) if p.kind == "point"), len(inside))
    if thousands:
        decimals = sum(p.kind == "digit" for p in inside[point:])
        scaled = number / Decimal(1000) ** thousands
        number = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if number != scaled:
            return UNREAD
    number *= Decimal(100) ** percents
    digits = f"{number.normalize():f}"
    if not number and not any(p.text == "0" for p in inside if p.kind == "digit"):
        digits = ""  # "#" and "?" show significant digits only
    between = [p for p in inside if p.kind == "literal"]
    if between and number != number.to_integral_value():
        return UNREAD
    if between:
        digits = _interspersed(inside[:point], number)
    around = [
        "".join("%" if p.kind == "percent" else p.text for p in side if p.kind in _TEXTS)
        for side in (parts[:first], parts[last + 1 :])
    ]
    moved = thousands or percents or between or not digits
    if not moved and not any(side.strip(_SIGNS) for side in around):
        return None
    return f"{around[0]}{digits}{around[1]}".strip()


def _commas_behind(parts: Sequence[_Part]) -> list[_Part]:
    end = next((i for i, part in enumerate(parts) if part.kind != "comma"), len(parts))
    return list(parts[:end])


def _interspersed(pattern: Sequence[_Part], number: Decimal) -> str:
    """Digits with other characters between them, such as 1.2 for 12345 in ``0\\.0,``."""
    rest = list(f"{abs(number):.0f}")
    shown: list[str] = []
    for part in reversed(pattern):
        if part.kind == "digit":
            shown.append(rest.pop() if rest else "0" if part.text == "0" else "")
        elif part.kind == "literal":
            shown.append(part.text)
    return ("-" if number < 0 else "") + "".join(rest) + "".join(reversed(shown))


def _date(serial: Decimal) -> str | None:
    if not 1 <= serial <= _LAST_SERIAL:
        return None
    day = _FIRST_DAY + timedelta(days=int(serial))
    return f"{day.year}年{day.month}月{day.day}日"
