"""The text of HTML elements as a reader sees it."""

from __future__ import annotations

import html
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
# Soft hyphens, zero-width and direction marks: between the digits of a number they are nothing.
_MARKS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_INVISIBLE = re.compile(f"[{_MARKS}]+")
_INVISIBLE_ENTITY = re.compile(
    r"&(?:shy|zwn?j|lrm|rlm|ZeroWidthSpace|#0*(?:173|820[3-7]|823[4-8]|8288|65279)"
    r"|#[xX]0*(?:[aA][dD]|200[bBcCdDeEfF]|202[a-eA-E]|2060|[fF][eE][fF]{2}));?"
)
_WRITTEN_ENTITY = re.compile(
    r"&(?:nbsp|lt|gt|amp|quot|e[nm]sp|middot|[lr][ds]quo|mdash|hellip|#\d{1,6}|#[xX][\da-fA-F]{1,5});"
)
_BOUNDARY = "\x1f"
_BREAK = "\x00"
"""Stands in no source: NUL characters are removed before parsing."""
_TWO_NUMBERS = re.compile(rf"\d[\s{_BOUNDARY}]+\d")
_DIGITS = re.compile(r"\d\s*\d")
_ONE_DIGIT = re.compile(r"\s*[\d.,]\s*")


def without_invisible(source: str) -> str:
    """A page's source without characters that nobody sees, whether written or as entities."""
    # Each search for one character is many times faster than one for a class.
    if not source.isascii() and any(mark in source for mark in _MARKS):
        source = _INVISIBLE.sub("", source)
    return _INVISIBLE_ENTITY.sub("", source) if "&" in source else source


def collapse(text: str) -> str:
    """White space folded to single spaces, zero-width characters dropped; entities that were
    escaped twice, and stand in the text as such, resolved."""
    if "&" in text and _WRITTEN_ENTITY.search(text):
        text = html.unescape(html.unescape(text))
    if not text.isascii() and _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def tidy(text: str) -> str:
    """As `collapse`, for text of a source that `without_invisible` has been through."""
    if "&" in text and _WRITTEN_ENTITY.search(text):
        text = without_invisible(html.unescape(html.unescape(text)))
    return " ".join(text.split())


def all_text(element: Element) -> list[str]:
    """Pieces of text in order, without regard to blocks and lines."""
    return cast("list[str]", list(element.itertext()))


def whole_text(element: Element) -> str:
    """All text below an element, as `all_text` in one string and many times faster."""
    return str(lxml.etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def _pieces(element: Element) -> Iterator[str]:
    """Pieces of text in order; `_BREAK` where a block or line ends. Not recursive: markup may nest
    without end."""
    stack: list[tuple[Element, Iterator[Element]]] = [(element, iter(element))]
    if element.text:
        yield element.text
    while stack:
        around, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if stack:
                if around.tag in BLOCKS:
                    yield _BREAK
                if around.tail:
                    yield around.tail
            continue
        if child.tag in BLOCKS or child.tag == "br":
            yield _BREAK
        if child.text:
            yield child.text
        stack.append((child, iter(child)))


def lines(element: Element) -> list[str]:
    """The element's text, a string for each block or line."""
    return [text for line in _lines(element) if (text := tidy("".join(line)))]


def cell_text(cell: Element) -> str:
    """A cell's text in one line. A number whose digits stand in elements of their own is whole;
    digits in different lines or apart by a space stay apart, since they may be two numbers."""
    text = whole_text(cell)
    if not _DIGITS.search(text) or not _TWO_NUMBERS.search(_BOUNDARY.join(all_text(cell))):
        return tidy(text)
    return " ".join(text for line in _lines(cell) if (text := _one_number(line)))


def _lines(element: Element) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for piece in _pieces(element):
        if piece == _BREAK:
            found.append([])
        else:
            found[-1].append(piece)
    return found


def _one_number(pieces: list[str]) -> str:
    """The text of one line: inside it digits are joined over the borders of elements."""
    if all(_ONE_DIGIT.fullmatch(piece) for piece in pieces if piece.strip()):
        return "".join(piece.strip() for piece in pieces)
    return tidy("".join(pieces))
