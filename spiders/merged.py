"""One article with the reports of several bodies one after the other: where each begins."""

from __future__ import annotations

import html
import re
from copy import deepcopy

import lxml.html
from lxml.html import HtmlElement

from spiders import titles
from spiders.page import Page, is_furniture, squeeze, text_of

_HEAD = "总体情况"
"""Every report begins with it: a page that has the words once holds one report."""
_SECTIONS = re.compile(r"总体情况|主动公开政府信息|收到和处理|行政复议|存在的主要问题|其他需要报告")
_LEAST = 3
_TITLE = 80
"""Characters of a title that stands as a block of its own."""
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "p", "div", "strong", "b", "center", "td", "span")
_INNER = 3
_MARK = "nianbao-part"
_FORM = "<!doctype html><html><head><meta charset='utf-8'><title>{}</title></head><body>{}</body></html>"


def texts(page: Page) -> list[tuple[str, bytes]]:
    """(title, page of its own) of every report on a page that holds those of several bodies; [] for
    any other page."""
    if page.text.count(_HEAD) < 2:
        return []
    root = deepcopy(page.root)
    named: list[tuple[str, str]] = []
    for element in list(root.iter(*_BLOCKS)):
        words = squeeze(text_of(element)) if len(element) <= _INNER else ""
        agency = _agency(element, words) if 8 <= len(words) <= _TITLE else None
        if agency is not None:
            named.append((agency, words))
            element.addprevious(lxml.html.HtmlComment(_MARK))
    if len({agency for agency, _ in named}) < 2:
        return []
    pieces = lxml.html.tostring(root, encoding="unicode").split(f"<!--{_MARK}-->")[1:]
    whole = [
        (agency, title, piece)
        for (agency, title), piece in zip(named, pieces, strict=True)
        if len(set(_SECTIONS.findall(piece))) >= _LEAST
    ]
    if len({agency for agency, _, _ in whole}) < 2:
        return []
    return [(title, _FORM.format(html.escape(title), piece).encode()) for _, title, piece in whole]


def _agency(element: HtmlElement, words: str) -> str | None:
    """Whose report begins with a block that is nothing but a report's title."""
    if any(len(squeeze(text_of(inner))) == len(words) for inner in element):
        return None  # the block inside is the title
    reading = titles.read(words)
    if not reading.is_report_title or titles.of_several(words) or is_furniture(element):
        return None
    linked = any(a.tag == "a" for a in element.iterancestors())
    return None if linked or next(element.iter("a"), None) is not None else reading.agency
