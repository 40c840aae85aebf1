"""The text of HTML elements as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias, cast

import lxml.etree

Element: TypeAlias = lxml.etree._Element

BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "header", "hr", "iframe", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tbody", "td", "th", "thead", "tr", "ul"),
        *("publishtime", "ucapcontent", "ucaptitle"),
    )
)
_UNSEEN = ("script", "style", "noscript", "template", "select", "svg", "object", "textarea")
_MAY_BE_HIDDEN = lxml.etree.XPath(
    "//*[@hidden or @style[contains(., 'one') or contains(., 'idden') or contains(., 'ONE')]]"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u3000\u200b\u200c\u200d\ufeff]+")
_BOUNDARY = "\x1f"
_TWO_NUMBERS = re.compile(rf"\d[\s{_BOUNDARY}]+\d")
_ONE_DIGIT = re.compile(r"\s*[\d.,]\s*")


def collapse(text: str) -> str:
    """White space folded to single spaces, zero-width characters dropped."""
    return _SPACE.sub(" ", text).strip()


def all_text(element: Element) -> list[str]:
    """Pieces of text in order, without regard to blocks and lines."""
    return cast("list[str]", list(element.itertext()))


def _chain(element: Element) -> list[str]:
    """As `all_text` for elements that hold one another, as in most cells; else []."""
    before: list[str] = []
    after: list[str] = []
    while True:
        if element.text:
            before.append(element.text)
        children = len(element)
        if children != 1:
            return [] if children else before + after[::-1]
        element = element[0]
        if element.tail:
            after.append(element.tail)


def drop_unseen(root: Element, *, hiding: bool) -> None:
    """Remove scripts, and what the markup itself hides (style sheets are not read); the text
    behind them stays. ``hiding``: the source has words that hide."""
    lxml.etree.strip_elements(root, *_UNSEEN, with_tail=False)
    for element in cast("list[Element]", _MAY_BE_HIDDEN(root) if hiding else []):
        if element.get("hidden") is None and not _HIDDEN.search(element.get("style") or ""):
            continue
        parent = element.getparent()
        if parent is None:
            continue
        if element.tail:
            before = element.getprevious()
            if before is None:
                parent.text = (parent.text or "") + element.tail
            else:
                before.tail = (before.tail or "") + element.tail
        parent.remove(element)


def _pieces(element: Element) -> Iterator[str]:
    """Pieces of text in order; "\\n" where a block or line ends."""
    if element.text:
        yield element.text
    for child in element:
        block = child.tag in BLOCKS
        if block or child.tag == "br":
            yield "\n"
        yield from _pieces(child)
        if block:
            yield "\n"
        if child.tail:
            yield child.tail


def lines(element: Element) -> list[str]:
    """The element's text, a string for each block or line."""
    return [text for line in _lines(element) if (text := collapse("".join(line)))]


def cell_text(cell: Element) -> str:
    """A cell's text in one line. A number whose digits stand in elements of their own is whole;
    digits in different lines or apart by a space stay apart, since they may be two numbers."""
    pieces = _chain(cell) or all_text(cell)
    if not _TWO_NUMBERS.search(_BOUNDARY.join(pieces)):
        return collapse("".join(pieces))
    return " ".join(text for line in _lines(cell) if (text := _one_number(line)))


def _lines(element: Element) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for piece in _pieces(element):
        if piece == "\n":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def _one_number(pieces: list[str]) -> str:
    """The text of one line: inside it digits are joined over the borders of elements."""
    if all(_ONE_DIGIT.fullmatch(piece) for piece in pieces if piece.strip()):
        return "".join(piece.strip() for piece in pieces)
    return collapse("".join(pieces))
