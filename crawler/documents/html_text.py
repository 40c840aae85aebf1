"""The text of HTML elements as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html

SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "select", "svg", "head", "object", "textarea")
)
BLOCKS = frozenset(
    (
        "address article aside blockquote body caption center dd div dl dt fieldset figcaption "
        "figure footer form h1 h2 h3 h4 h5 h6 header hr iframe li main nav ol p pre publishtime "
        "section table tbody td th thead tr ucapcontent ucaptitle ul"
    ).split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u3000\u200b\u200c\u200d\ufeff]+")
_SPLIT_DIGITS = re.compile(r"\d\s+\d")

Element = lxml.html.HtmlElement


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell before its place in the grid is known."""

    element: Element
    text: str
    rowspan: int
    colspan: int


def collapse(text: str) -> str:
    """White space folded to single spaces, zero-width characters dropped."""
    return _SPACE.sub(" ", text).strip()


def is_hidden(element: Element) -> bool:
    """Whether the markup itself hides the element (style sheets are not read)."""
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def is_shown(element: Element) -> bool:
    """False for elements without visible text: scripts, hidden ones, processing instructions."""
    tag = element.tag
    return isinstance(tag, str) and tag not in SKIPPED and not is_hidden(element)


def _pieces(element: Element) -> Iterator[str]:
    """Visible pieces of text in order; "\\n" where a block or line ends."""
    if element.text:
        yield element.text
    for child in element:
        if is_shown(child):
            tag = child.tag
            if tag == "br":
                yield "\n"
            elif tag in BLOCKS:
                yield "\n"
                yield from _pieces(child)
                yield "\n"
            else:
                yield from _pieces(child)
        if child.tail:
            yield child.tail


def cell_lines(cell: Element) -> list[str]:
    """The cell's text, a string for each block or line."""
    lines: list[list[str]] = [[]]
    for piece in _pieces(cell):
        if piece == "\n":
            lines.append([])
        else:
            lines[-1].append(piece)
    return [text for line in lines if (text := collapse("".join(line)))]


def cell_text(cell: Element) -> str:
    """The cell's text in one line. A number whose digits stand in elements of their own is whole;
    digits in different lines or apart by a space stay apart, since they may be two numbers."""
    pieces = list(_pieces(cell))
    text = collapse("".join(pieces))
    if not _SPLIT_DIGITS.search(text):
        return text
    kept = [piece for piece in pieces if piece == "\n" or piece.strip()]
    return collapse("".join(p if p == "\n" else p.strip() for p in kept)) if _only_digits(kept) else text


def _only_digits(pieces: list[str]) -> bool:
    return all(piece == "\n" or piece.strip().isdigit() for piece in pieces)
