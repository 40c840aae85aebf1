"""Word's styles and automatic numbers: what a paragraph is, and the number printed before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.documents.safe_xml import Element, attribute, child, local_name

LEVELS = 9
_CONTENTS = re.compile(r"^(toc( heading| \d)|目录)", re.I)
_OFF = ("0", "false", "off")
_STRIKES = ("strike", "dstrike")
_SWITCHES = ("vanish", *_STRIKES)
_LOOKS = frozenset((*_SWITCHES, "vertAlign", "position", "rStyle"))
_SHIFT = 6
"""Half points. Less is an adjustment of fonts, in which digits stay digits of their number."""
_FONTS = frozenset(("rFonts",))
_ORNAMENTS = re.compile(r"(wing|web)dings", re.I)


def value(element: Element | None, *names: str) -> str | None:
    """The ``val`` of the descendant along a path."""
    found = child(element, *names)
    return None if found is None else attribute(found, "val")


def is_on(properties: Element | None, name: str) -> bool:
    """Whether a switch such as ``w:vanish`` is set."""
    found = child(properties, name)
    return found is not None and (attribute(found, "val") or "1").lower() not in _OFF


def is_set(element: Element, name: str) -> bool:
    """Whether an attribute such as ``w:dirty`` is set."""
    return (attribute(element, name) or "0").lower() not in _OFF


def integer(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is shown. ``hidden``: not at all. ``struck``: struck out. ``raised``: above or below the
    line. ``shifted``: moved up or down, as raised text or whole lines may be.
    ``ornament``: in a font that shows signs for letters and digits."""

    hidden: bool = False
    struck: bool = False
    raised: bool = False
    shifted: bool = False
    ornament: bool = False


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class _Style:
    """``run``: what the style says of runs, by the element's name."""

    level: int = 0
    number: tuple[int, int] | None = None
    is_contents: bool = False
    run: Mapping[str, str] = field(default_factory=dict)


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
        own = integer(value(properties, "outlineLvl"))
        level = own + 1 if own is not None else self._style(properties).level
        return min(level, 6) if 1 <= level <= LEVELS else 0

    def around(self, paragraph: Element | None) -> Mapping[str, str]:
        """What a paragraph's style says of the runs in it, for `look`."""
        return self._style(paragraph).run

    def look(self, around: Mapping[str, str], run: Element | None) -> Look:
        """How a run looks by its own properties, its style and its paragraph's style."""
        own = _run(run)
        if not around and not own.keys() - _FONTS and not _ORNAMENTS.match(own.get("rFonts", "")):
            return PLAIN
        style = self._styled(own["rStyle"]).run if "rStyle" in own else {}
        merged = {**around, **style, **own}
        for name in _SWITCHES:
            if name not in own and name in around and name in style:
                # Both switched: the one turns off what the other turned on (17.7.3).
                merged[name] = "1" if _on(around[name]) != _on(style[name]) else "0"
        position = integer(merged.get("position", ""))
        return Look(
            hidden=_on(merged.get("vanish", "0")),
            struck=any(_on(merged.get(name, "0")) for name in _STRIKES),
            raised=merged.get("vertAlign", "baseline") in ("superscript", "subscript"),
            shifted=position is not None and abs(position) >= _SHIFT,
            ornament=bool(_ORNAMENTS.match(merged.get("rFonts", ""))),
        )

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
        return self._styled(value(properties, "pStyle") or self._default or "")

    def _styled(self, key: str) -> _Style:
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def _read(self, key: str) -> _Style:
        level = 0
        number: tuple[int, int] | None = None
        contents = False
        run: dict[str, str] = {}
        seen: set[str] = set()
        while key in self._raw and key not in seen:
            seen.add(key)
            style = self._raw[key]
            properties = child(style, "pPr")
            outline = integer(value(properties, "outlineLvl"))
            title = (value(style, "name") or "").strip().lower()
            contents = contents or bool(_CONTENTS.match(title))
            if not level and outline is not None:
                level = outline + 1
            if not level and title in ("title", "标题"):
                level = 1
            found = _number(properties)
            if number is None and found is not None and found[0] is not None:
                number = found[0], found[1]
            run = {**_run(child(style, "rPr")), **run}
            key = value(style, "basedOn") or ""
        return _Style(level, number, contents, run)


def _run(properties: Element | None) -> dict[str, str]:
    """What properties of a run say of its look, by the element's name."""
    found: dict[str, str] = {}
    for item in properties if properties is not None else ():
        name = local_name(item)
        if name in _LOOKS:
            found[name] = attribute(item, "val") or "1"
        elif name == "rFonts":
            found[name] = attribute(item, "ascii") or attribute(item, "hAnsi") or ""
    return found


def _on(text: str) -> bool:
    return text.lower() not in _OFF


def _number(properties: Element | None) -> tuple[int | None, int] | None:
    number = child(properties, "numPr")
    if number is None:
        return None
    level = integer(value(number, "ilvl")) or 0
    return integer(value(number, "numId")), min(max(level, 0), LEVELS - 1)
