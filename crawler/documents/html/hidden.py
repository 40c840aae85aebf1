"""What a page holds and does not show: scripts, hidden elements, struck-out text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import cast

import lxml.etree

from crawler.documents.html.text import Element, whole_text

_UNSEEN = (
    *("script", "style", "noscript", "template", "svg", "object", "textarea", "xml", "xmp"),
    *("select", "datalist", "del", "s", "strike", "rt", "rp"),
)
"""``del``, ``s``, ``strike``: a figure that was struck out is none of the report's."""
# Classes by which widespread style sheets hide: Bootstrap 3 to 5, and names for print versions.
_HIDING_CLASSES = frozenset(
    (
        *("hidden", "hide", "invisible", "d-none", "sr-only", "visually-hidden", "visible-print"),
        *("visible-print-block", "visible-print-inline", "print-only", "printonly", "only-print"),
        *("printOnly", "PrintOnly", "onlyPrint", "show-print", "print-show"),
    )
)
# Looked for in lower-case bytes, one word at a time: many times faster than all at once, or than
# without regard to case.
_HIDING_WORDS = tuple(
    map(
        re.compile,
        (rb"invisible", rb"line-through", rb"sr-only", rb"d-none", rb"display\s*:\s*none"),
    )
)
_PRINT = re.compile(rb"print")
_PRINTING_WORDS = (b"print-", b"-print", b"printonly", b"onlyprint")
_HIDE = re.compile(rb"hid(?:e|den)")
_HARMLESS = re.compile(rb"(?:overflow(?:-[xy])?\s*:\s*|type\s*=\s*[\"']?)hidden\W?\Z")
"""Fields of forms and cut edges: on nearly every page, and they hide no text."""
_NEAR = 60
"""So many bytes before ``hidden`` show what it says; where they don't, the elements are looked at."""
_NAMED = lxml.etree.XPath("//*[contains(concat(' ', @class, ' '), $name) or @id = $id]")
_HIDDEN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through)",
    re.I,
)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_MEDIA = re.compile(
    r"@media[^{]{0,200}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,200}[^{}]{0,200}\}", re.I
)
_SIMPLE = re.compile(r"^(?:\w+)?([.#][\w-]+)$")
_SUPER = re.compile(rb"super")
_RAISING_STYLE = re.compile(rb":\s*super\b")
_RAISED = re.compile(r"^[\s\d\[\]()（）〔〕*①-⑳]+$")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BRACKETS = re.compile(r"[\s\[\]()（）〔〕]+")
_MAX_STYLE = 200_000
_MAX_NAMES = 50
_MAX_KIN = 100
"""Panels stand side by side; to compare each with all would take the square of their number."""


def take_unseen(root: Element, source: bytes, *, tabs: bool = False) -> list[Element]:
    """Remove what is not seen; the text behind it stays. Returns what the markup or the page's own
    style sheet hides: scripts may show it later. ``tabs``: leave what stands hidden beside others
    of its kind, as the panels of tabs do."""
    source = source.lower()
    _show_fields(root)
    hidden = list(_hidden(root)) if _may_hide(source) else []
    if tabs:
        hidden = [element for element in hidden if not _is_panel(element)]
    lxml.etree.strip_elements(root, *_UNSEEN, with_tail=False)
    taken: list[Element] = []
    for element in hidden:
        parent = element.getparent()
        if parent is None:
            continue
        _keep_tail(element, parent)
        parent.remove(element)
        if "line-through" not in (element.get("style") or ""):
            for name in ("style", "class", "hidden", "id"):
                element.attrib.pop(name, "")
            taken.append(element)
    # The bare word first: most pages are without it, and the style's pattern begins with any colon.
    raising = _SUPER.search(source) and _RAISING_STYLE.search(source)
    if raising or next(root.iter("sup"), None) is not None:
        _raise_footnotes(root)
    return taken


def _may_hide(source: bytes) -> bool:
    """Whether anything in the source, in lower case, may hide an element."""
    if any(word.search(source) for word in _HIDING_WORDS):
        return True
    if _PRINT.search(source) and any(word in source for word in _PRINTING_WORDS):
        return True
    return any(
        not _HARMLESS.search(source, max(word.start() - _NEAR, 0), word.end() + 1)
        for word in _HIDE.finditer(source)
    )


def _is_panel(element: Element) -> bool:
    behind = islice(element.itersiblings(element.tag), _MAX_KIN)
    before = islice(element.itersiblings(element.tag, preceding=True), _MAX_KIN)
    classes = set((element.get("class") or "").split())
    return element.tag not in ("td", "tr", "table") and any(
        classes & set((e.get("class") or "").split()) or not classes for e in chain(behind, before)
    )


def _keep_tail(element: Element, parent: Element) -> None:
    if not element.tail:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + element.tail
    else:
        before.tail = (before.tail or "") + element.tail
    element.tail = None


def _hidden(root: Element) -> Iterator[Element]:
    # Editors repeat a handful of styles on a thousand elements: each is judged once.
    hiding: dict[tuple[str | None, ...], bool] = {}
    for element in root.iter():
        marks = element.get("hidden"), element.get("style"), element.get("class")
        if marks not in hiding:
            hiding[marks] = _hides(*marks)
        if hiding[marks]:
            yield element
    for name in _hiding_names(root):
        by_class = f" {name[1:]} " if name[0] == "." else "\n"
        by_id = name[1:] if name[0] == "#" else "\n"
        yield from cast("list[Element]", _NAMED(root, name=by_class, id=by_id))


def _hides(hidden: str | None, style: str | None, classes: str | None) -> bool:
    """Whether attributes of these values hide an element."""
    return (
        hidden is not None
        or _HIDDEN.search(style or "") is not None
        or not _HIDING_CLASSES.isdisjoint((classes or "").split())
    )


def _hiding_names(root: Element) -> list[str]:
    """Classes and ids that the page's own style sheet hides on screens, always."""
    hiding: set[str] = set()
    shown: list[str] = []
    for style in root.iter("style"):
        if "print" in (style.get("media") or ""):
            continue
        text = whole_text(style)[:_MAX_STYLE]
        if not _HIDDEN.search(text):
            continue
        for selectors, rules in _RULE.findall(_MEDIA.sub("", _COMMENT.sub("", text))):
            for selector in selectors.split(","):
                if _HIDDEN.search(rules) and (match := _SIMPLE.match(selector.strip())):
                    hiding.add(match[1])
                elif "display" in rules or "visibility" in rules:
                    shown.append(selector)
    # Tabs: what another rule of the same class shows is hidden only for now.
    return [n for n in sorted(hiding)[:_MAX_NAMES] if not any(n in other for other in shown)]


def _show_fields(root: Element) -> None:
    """Forms show figures in fields: a field's value is text."""
    for field in root.iter("input"):
        value = field.get("value")
        if value and (field.get("type") or "text").lower() in ("text", "number"):
            field.tail = value + (field.tail or "")
    for area in root.iter("textarea"):
        cell = next(area.iterancestors("td", "th"), None)
        text = whole_text(area)
        if cell is not None and "<" not in text:
            area.tail = text + (area.tail or "")


def _raise_footnotes(root: Element) -> None:
    """A raised figure is a mark of a note, and none of the digits of the number before it."""
    for element in root.iter("sup", "span", "font"):
        if element.tag != "sup" and "super" not in (element.get("style") or ""):
            continue
        text = whole_text(element)
        if not _RAISED.match(text):
            continue
        for child in list(element):
            element.remove(child)
        element.text = _BRACKETS.sub("", text).translate(_SUPERSCRIPT)
