"""The text of a page → its elements, repaired where libxml2 gives most of it up."""

from __future__ import annotations

import re

import lxml.etree
import lxml.html
from lxml.html import HtmlElement, soupparser

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_END = re.compile(r"</\s*(?:body|html)\s*>", re.I)
"""libxml2 drops what stands after the end of the document; browsers show it, portals rely on it."""
_ANCHOR = re.compile(r"<a\s[^<>]*href", re.I)
_UNPARSED = re.compile(
    r"<(script|style|textarea|template|noscript)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPAIRABLE = 1_000_000
"""Characters of a broken page that are repaired; that takes about a second."""


def root_of(text: str) -> HtmlElement:
    """The element ``html``; an empty one for what is no markup at all."""
    text = _END.sub("", _XML_DECLARATION.sub("", text))
    root = _parsed(text)
    if root is None or _lost_links(text, root):
        root = _repaired(text) if root is None else _better(root, _repaired(text))
    return root


def _parsed(text: str) -> HtmlElement | None:
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        return lxml.html.document_fromstring(
            text.encode("utf-8", "replace"), parser=parser, ensure_head_body=True
        )
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return None


def _lost_links(text: str, root: HtmlElement) -> bool:
    """Whether broken markup made libxml2 swallow most links of a page."""
    written = len(_ANCHOR.findall(_UNPARSED.sub("", text[:_REPAIRABLE])))
    return written >= 5 and 2 * sum(1 for _ in root.iter("a")) < written


def _repaired(text: str) -> HtmlElement:
    """The page by BeautifulSoup, which is slower and bears more."""
    try:
        return soupparser.fromstring(_CONTROL.sub(" ", text[:_REPAIRABLE]))
    except (RecursionError, ValueError, lxml.etree.LxmlError, AssertionError):
        return lxml.html.document_fromstring("<html><body></body></html>")


def _better(one: HtmlElement, other: HtmlElement) -> HtmlElement:
    """The one with more links; the first where both have as many."""
    return max(one, other, key=lambda root: sum(1 for _ in root.iter("a")))
