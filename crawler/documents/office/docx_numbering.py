"""Word's automatic numbers: what is printed before a paragraph and stands in no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.documents.office.docx_styles import LEVELS, integer, value
from crawler.documents.safe_xml import Element, attribute, local_name

_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("〇一二三四五六七八九十", "零壹贰叁肆伍陆柒捌玖拾")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_COUNTING = re.compile(r"(chinese|japanese|taiwanese)(Counting|Digital)|ideographDigital")
_CIRCLED = re.compile(r"(decimal|ideograph)EnclosedCircle")


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _List:
    """A ``w:num``: which abstract list it counts, where it starts anew, and levels of its own."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)


class Numbering:
    """Counts automatic numbers in document order. ``root``: ``numbering.xml`` or None."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[int, _List] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, list[int | None]] = {}
        named: dict[str, str] = {}
        links: dict[str, str] = {}
        for element in root if root is not None else ():
            name = local_name(element)
            if name == "abstractNum":
                key = attribute(element, "abstractNumId") or ""
                self._levels[key] = dict(_levels(element))
                named[value(element, "styleLink") or ""] = key
                if link := value(element, "numStyleLink"):
                    links[key] = link
            elif name == "num" and (number := integer(attribute(element, "numId"))) is not None:
                self._lists[number] = _read_list(element)
        for found in self._lists.values():
            # A list that only names a style of lists is the list of that style.
            found.abstract = named.get(links.get(found.abstract, "-"), found.abstract)

    def next(self, listed: int, level: int) -> str:
        """The number printed before the next paragraph of this list, e.g. ``（二）``; "" if none."""
        found = self._lists.get(listed)
        if found is None or found.abstract not in self._levels:
            return ""
        levels = {**self._levels[found.abstract], **found.levels}
        counts = self._counts.setdefault(found.abstract, [None] * LEVELS)
        start = levels.get(level, _Level()).start
        last = counts[level]
        counts[level] = found.starts.pop(level, start if last is None else last + 1)
        counts[level + 1 :] = [None] * (LEVELS - level - 1)
        return self._print(levels, counts, level)

    def _print(self, levels: dict[int, _Level], counts: list[int | None], level: int) -> str:
        own = levels.get(level, _Level())
        if own.format in ("bullet", "none"):
            return ""

        def one(match: re.Match[str]) -> str:
            index = int(match.group(1)) - 1
            wanted = levels.get(index, _Level())
            count = counts[index]
            return _written(wanted.start if count is None else count, wanted.format)

        text = re.sub(r"%([1-9])", one, own.text)
        return f"{text} " if text and text[-1].isalnum() else text


def _levels(element: Element) -> Iterator[tuple[int, _Level]]:
    for level in element:
        index = integer(attribute(level, "ilvl"))
        if local_name(level) == "lvl" and index is not None and 0 <= index < LEVELS:
            yield (
                index,
                _Level(
                    integer(value(level, "start")) or 0,
                    value(level, "numFmt") or "decimal",
                    value(level, "lvlText") or "",
                ),
            )


def _read_list(element: Element) -> _List:
    found = _List(value(element, "abstractNumId") or "")
    for override in element:
        index = integer(attribute(override, "ilvl"))
        start = integer(value(override, "startOverride"))
        if index is not None and start is not None and 0 <= index < LEVELS:
            found.starts[index] = start
        found.levels.update(_levels(override))
    return found


def _written(count: int, form: str) -> str:
    if _COUNTING.match(form):
        return _chinese(count)
    if form.startswith("chineseLegal"):
        return _chinese(count).translate(_LEGAL)
    if _CIRCLED.match(form) and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    if form == "ideographTraditional" and 1 <= count <= len(_STEMS):
        return _STEMS[count - 1]
    if form in ("upperLetter", "lowerLetter") and 1 <= count <= 26:
        return chr((0x40 if form == "upperLetter" else 0x60) + count)
    if form in ("upperRoman", "lowerRoman") and 1 <= count <= 99:
        return _roman(count) if form == "upperRoman" else _roman(count).lower()
    return str(count)


def _chinese(count: int) -> str:
    if not 1 <= count <= 99:
        return "".join(_DIGITS[int(d)] for d in str(abs(count)))
    tens, ones = divmod(count, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[ones] if ones else "")


def _roman(count: int) -> str:
    marks = ((90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for size, mark in marks:
        text += mark * (count // size)
        count %= size
    return text
