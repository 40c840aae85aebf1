"""Where a page may name the bodies of its government: menus, selects, tables, trees in scripts. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from spiders.page import Page, squeeze, text_of

MAX_HEADING = 24
_CONTAINERS = frozenset({"ul", "ol", "dl", "table", "select", "div", "section", "nav", "td"})
_NAMED = re.compile(
    r"""["']?(?:name|title|text|label|(?:org|organ|dept|unit|site|group|column)_?(?:name|nm)?)["']?\s*:\s*"""
    r"""(["'])(?P<text>(?:\\.|(?!\1).){2,60}?)\1""",
    re.I,
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NAME_KEYS = re.compile(r"^(?:name|title|text|label|\w*(?:org|organ|dept|unit)\w*)$", re.I)
MAX_SCRIPT = 3000
"""Names taken from the scripts of one page."""


@dataclass(frozen=True, slots=True)
class Mention:
    """``url``: where the name leads, None for a tree's node; ``way``: link, option, script."""

    text: str
    url: str | None
    way: str


@dataclass(frozen=True, slots=True)
class Group:
    """Names that stand together. ``headings``: the words above them, the nearest first."""

    page: str
    headings: tuple[str, ...]
    mentions: tuple[Mention, ...]


def groups(page: Page, label: str = "") -> list[Group]:
    """Everything on a page that could be a list of bodies; ``label``: the words of the link that
    led there, which are a heading too."""
    above = tuple(t for t in (label, *page.headings[:2]) if t and len(t) <= MAX_HEADING)
    found = [*_linked(page, above), *_options(page)]
    if page.json is not None:
        found.append(_group(page.url, above, _walk(page.json)))
    elif names := list(_scripted(page)):
        found.append(_group(page.url, above, names))
    return [g for g in found if g.mentions]


def _group(url: str, headings: tuple[str, ...], names: Iterator[str] | list[str]) -> Group:
    once = dict.fromkeys(names)
    return Group(url, headings, tuple(Mention(t, None, "script") for t in list(once)[:MAX_SCRIPT]))


def _linked(page: Page, above: tuple[str, ...]) -> Iterator[Group]:
    lists: dict[HtmlElement, list[Mention]] = defaultdict(list)
    for link in page.links:
        if link.element.tag == "option":
            continue
        for text in dict.fromkeys((link.title, link.text)):
            if text and len(text) <= 40:
                lists[_container(link.element)].append(Mention(text, link.url, "link"))
                break
    # Names in menus that a script opens have no address of their own.
    for a in page.root.iter("a", "li", "span"):
        if a.tag != "a" and a.find(".//a") is not None:
            continue
        leads = a.tag == "a" and page.absolute(a.get("href"))
        if not leads and 2 <= len(text := squeeze(text_of(a))) <= 40:
            lists[_container(a)].append(Mention(text, None, "link"))
    for container, mentions in lists.items():
        near = tuple(_headings(container))
        yield Group(page.url, (*near, *(above if not near else ())), tuple(mentions))


def _container(element: HtmlElement) -> HtmlElement:
    """The nearest block around a link with at least three links."""
    node = element
    for ancestor in element.iterancestors():
        node = ancestor
        if ancestor.tag in _CONTAINERS and len(ancestor.findall(".//a")) >= 3:
            return ancestor
        if ancestor.tag == "body":
            break
    return node


def _headings(container: HtmlElement) -> Iterator[str]:
    """Short words that stand above a block, at up to four levels."""
    node: HtmlElement | None = container
    for _ in range(4):
        if node is None or node.tag in {"body", "html"}:
            return
        above = node.getprevious()
        steps = 0
        while above is not None and steps < 2:
            if isinstance(above.tag, str) and above.tag not in {"script", "style"}:
                words = squeeze(text_of(above))
                links = len(above.findall(".//a"))
                if words and len(words) <= MAX_HEADING and links <= 1:
                    yield words
                    break
                if words:
                    break
            above = above.getprevious()
            steps += 1
        own = squeeze(node.get("title") or node.get("data-title") or "")
        if own and len(own) <= MAX_HEADING:
            yield own
        node = node.getparent()


def _options(page: Page) -> Iterator[Group]:
    for select in page.root.iter("select"):
        options = list(select.iter("option"))
        first = squeeze(text_of(options[0])).strip("-=— ") if options else ""
        mentions = []
        for option in options:
            text = squeeze(text_of(option))
            if text:
                mentions.append(Mention(text, page.absolute(option.get("value")), "option"))
        near = (first, *(_headings(select)))
        yield Group(page.url, tuple(t for t in near if t), tuple(mentions))
        for part in select.iter("optgroup"):
            inner = tuple(
                Mention(text, page.absolute(o.get("value")), "option")
                for o in part.iter("option")
                if (text := squeeze(text_of(o)))
            )
            yield Group(page.url, (squeeze(part.get("label")), *near), inner)


def _scripted(page: Page) -> Iterator[str]:
    """Names in arrays of scripts: zTree nodes, organ menus."""
    for m in _NAMED.finditer(page.script):
        yield _ESCAPED.sub(lambda e: chr(int(e[1], 16)), m["text"])


def _walk(value: Any, depth: int = 0) -> Iterator[str]:
    if depth > 12:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and _NAME_KEYS.match(key) and 2 <= len(item) <= 60:
                yield item
            else:
                yield from _walk(item, depth + 1)
