"""Word's styles and automatic numbers: what a paragraph is, and the number printed before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.documents.safe_xml import Element, attribute, child, local_name

_LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("〇一二三四五六七八九十", "零壹贰叁肆伍陆柒捌玖拾")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_COUNTING = re.compile(r"(chinese|japanese|taiwanese)(Counting|Digital)|ideographDigital")
_CIRCLED = re.compile(r"(decimal|ideograph)EnclosedCircle")
_CONTENTS = re.compile(r"^(toc( heading| \d)|目录)", re.I)
_OFF = ("0", "false", "off")


def value(element: Element | None, *names: str) -> str | None:
    """The ``val`` of the descendant along a path."""
    found = child(element, *names)
    return None if found is None else attribute(found, "val")


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a switch such as ``w:vanish`` is set."""
    found = child(properties, name)
    return found is not None and (attribute(found, "val") or "1").lower() not in _OFF


def _integer(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


@dataclass(frozen=True, slots=True)
class _Style:
    level: int
    number: tuple[int, int] | None
    is_contents: bool


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _List:
    """A ``w:num``: which abstract list it counts, and where it starts anew."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)


class Styles:
    """Paragraph styles by identifier. ``root``: ``styles.xml``, None where there is none."""

    def __init__(self, root: Element | None) -> None:
        self._raw: dict[str, Element] = {}
        self._known: dict[str, _Style] = {}
        self._default: str | None = None
        for style in root if root is not None else ():
            key = attribute(style, "styleId")
            if local_name(style) == "style" and key is not None:
                self._raw.setdefault(key, style)
                if attribute(style, "type") == "paragraph" and attribute(style, "default") == "1":
                    self._default = key

    def level(self, properties: Element | None) -> int:
        """1–6 for a heading, 0 otherwise (as in `Paragraph`)."""
        own = _integer(value(properties, "outlineLvl"))
        level = own + 1 if own is not None else self._style(properties).level
        return min(level, 6) if 1 <= level <= _LEVELS else 0

    def is_contents(self, properties: Element | None) -> bool:
        """Whether the paragraph belongs to a table of contents."""
        return self._style(properties).is_contents

    def number(self, properties: Element | None) -> tuple[int, int] | None:
        """(list, level) of an automatic number; None for paragraphs without."""
        own = _number(properties)
        inherited = self._style(properties).number
        if own is None:
            return inherited if inherited and inherited[0] else None
        listed, level = own
        if listed is None:
            listed = inherited[0] if inherited else 0
        return (listed, level) if listed else None

    def _style(self, properties: Element | None) -> _Style:
        key = value(properties, "pStyle") or self._default or ""
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def _read(self, key: str) -> _Style:
        level = 0
        number: tuple[int, int] | None = None
        contents = False
        seen: set[str] = set()
        while key in self._raw and key not in seen:
            seen.add(key)
            style = self._raw[key]
            properties = child(style, "pPr")
            outline = _integer(value(properties, "outlineLvl"))
            title = (value(style, "name") or "").strip().lower()
            contents = contents or bool(_CONTENTS.match(title))
            if not level and outline is not None:
                level = outline + 1
            if not level and title in ("title", "标题"):
                level = 1
            found = _number(properties)
            if number is None and found is not None and found[0] is not None:
                number = found[0], found[1]
            key = value(style, "basedOn") or ""
        return _Style(level, number, contents)


def _number(properties: Element | None) -> tuple[int | None, int] | None:
    number = child(properties, "numPr")
    if number is None:
        return None
    level = _integer(value(number, "ilvl")) or 0
    return _integer(value(number, "numId")), min(max(level, 0), _LEVELS - 1)


class Numbering:
    """Counts automatic numbers in document order. ``root``: ``numbering.xml`` or None."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[int, _List] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, list[int | None]] = {}
        for element in root if root is not None else ():
            name = local_name(element)
            if name == "abstractNum":
                key = attribute(element, "abstractNumId") or ""
                self._levels[key] = dict(_levels(element))
            elif name == "num" and (number := _integer(attribute(element, "numId"))) is not None:
                self._lists[number] = _read_list(element)

    def next(self, listed: int, level: int) -> str:
        """The number printed before the next paragraph of this list, e.g. ``（二）``; "" if none."""
        found = self._lists.get(listed)
        if found is None or found.abstract not in self._levels:
            return ""
        levels = self._levels[found.abstract]
        counts = self._counts.setdefault(found.abstract, [None] * _LEVELS)
        start = levels.get(level, _Level()).start
        last = counts[level]
        counts[level] = found.starts.pop(level, start if last is None else last + 1)
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
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
        index = _integer(attribute(level, "ilvl"))
        if local_name(level) == "lvl" and index is not None and 0 <= index < _LEVELS:
            yield (
                index,
                _Level(
                    _integer(value(level, "start")) or 0,
                    value(level, "numFmt") or "decimal",
                    value(level, "lvlText") or "",
                ),
            )


def _read_list(element: Element) -> _List:
    found = _List(value(element, "abstractNumId") or "")
    for override in element:
        index = _integer(attribute(override, "ilvl"))
        start = _integer(value(override, "startOverride"))
        if index is not None and start is not None and 0 <= index < _LEVELS:
            found.starts[index] = start
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
