"""A fetched page as the spider sees it: links with their text and place, scripts, visible words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import lxml.etree
import lxml.html
from lxml.html import HtmlElement
from w3lib.url import safe_url_string

from crawler.documents.charset import decode
from spiders.jumps import script_jump
from spiders.markup import root_of
from spiders.options import chosen_address
from spiders.query import Query

_SPACE = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")
_QUOTED = re.compile(
    r"""["']\s*((?:https?:/)?\.{0,2}/[^"'\s]+|[\w\-./]+\.(?:s?html?|aspx?|jspx?|php|do)(?:\?[^"'\s]*)?)\s*["']"""
)
_KEPT = ("data-href", "data-url", "data-link")
"""Attributes in which elements that a script opens keep their address."""
_ADDRESS = re.compile(r"[/.?=]")
_REFRESH = re.compile(r"^\s*(\d*)(?:\.\d*)?\s*[;,]?\s*url\s*=\s*[\"']?\s*([^\"'>]+)", re.I)
_WRITTEN_FRAME = re.compile(r"<i?frame\b[^<>]*?\bsrc=[\\\"']*([^\\\"'\s<>]+)[\\\"']", re.I)
"""A frame in the text that a script writes."""
_JSONP = re.compile(r"^[\w.$]+\s*\(\s*([\[{].*[\]}])\s*\)\s*;?$", re.S)
_HIDDEN = frozenset({"script", "style", "noscript", "template"})
_FURNITURE = re.compile(
    # Class and id words of blocks that surround the content of a page.
    r"(?:^|[\s_-])(?:nav|navi|menu|foot|footer|head|header|crumbs?|position|weizhi|dqwz|friend"
    r"|yqlj|friendlink|links?|hot|related|xgxx|xgwz|xgyd|tuijian|copyright|topbar|login)(?:$|[\s_\-\d])",
    re.I,
)
_REPORT_LINK = re.compile(r"(?:19|20)\d{2}.*(?:年报|报告)")
"""What a list links and a shell does not, however few words it has."""
MAX_URL = 2000
"""Bytes; longer addresses are traps, and the database refuses them."""
SHELL_TEXT = 400
"""Fewer visible characters than this and a script jump: a page that only sends on."""


def squeeze(text: str | None) -> str:
    """White space folded to single spaces."""
    return _SPACE.sub(" ", text or "").strip()


def clean_url(url: str) -> str | None:
    """Absolute http(s) address without fragment and default port; None for anything else."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        host, port = parts.hostname.lower(), parts.port
    except ValueError:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc += f":{port}"
    clean = safe_url_string(urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")))
    return clean if len(clean) <= MAX_URL else None


@dataclass(frozen=True, eq=False)
class Link:
    """``text`` as printed; ``title`` the attribute, where a list cuts its texts short."""

    url: str
    text: str
    title: str
    element: HtmlElement

    @property
    def label(self) -> str:
        """The fuller of text and title."""
        if self.title and (not self.text or self.text.rstrip(".…") in self.title):
            return self.title
        return self.text or self.title


class Page:
    """One page, or the answer to a list's question (JSON, XML). ``url`` is the address that
    answered, after redirects; ``asked`` the question of a list mechanism that it answers."""

    def __init__(
        self, url: str, body: bytes, charset: str | None = None, asked: Query | None = None
    ) -> None:
        self.url = url
        self.asked = asked
        self.drawn = False
        """as scripts had made it when a browser was asked: what it shows may be a part only"""
        self.text = decode(body, charset)[0].replace("\x00", "")

    @cached_property
    def root(self) -> HtmlElement:
        return root_of(self.text)

    @cached_property
    def json(self) -> Any:
        """The page as JSON, also inside the call of a JSONP answer; None where it is none."""
        text = self.text.strip().lstrip("\ufeff")
        m = _JSONP.match(text)
        try:
            return json.loads(m[1] if m else text)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def base(self) -> str:
        href = next((b.get("href") for b in self.root.iter("base") if b.get("href")), None)
        return urljoin(self.url, href.strip()) if href else self.url

    @cached_property
    def title(self) -> str:
        return squeeze(self.root.findtext(".//title"))

    @cached_property
    def meta(self) -> dict[str, str]:
        """Meta tags by lower-case name."""
        return {
            name.lower(): squeeze(m.get("content"))
            for m in self.root.iter("meta")
            if (name := m.get("name") or m.get("property"))
        }

    @cached_property
    def headings(self) -> tuple[str, ...]:
        return tuple(t for h in self.root.iter("h1", "h2", "h3") if (t := squeeze(text_of(h))))

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """Headings of the whole page; those of boxes are lower ones."""
        return tuple(t for h in self.root.iter("h1") if (t := squeeze(text_of(h))))

    @cached_property
    def visible(self) -> str:
        body = self.root.find("body")
        return squeeze(text_of(body)) if body is not None else ""

    @cached_property
    def script(self) -> str:
        """All inline scripts."""
        return "\n".join(s.text or "" for s in self.root.iter("script"))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        return tuple(self._links())

    def absolute(self, href: str | None) -> str | None:
        """The address a reference means; None for anchors, scripts and mail."""
        href = (href or "").strip().replace("\\", "/")
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            return None
        try:
            return clean_url(urljoin(self.base, href))
        except ValueError:
            return None

    def frames(self) -> list[str]:
        """Addresses of frames that may hold the content."""
        written = [f.get("src") for f in self.root.iter("iframe", "frame")]
        written += _WRITTEN_FRAME.findall(self.script)
        found = (self.absolute(src) for src in written)
        return list(dict.fromkeys(u for u in found if u and u != self.url))

    def jump(self) -> str | None:
        """Where a page without content of its own sends its reader."""
        for meta in self.root.iter("meta"):
            if (meta.get("http-equiv") or "").strip().lower() == "refresh" and (
                m := _REFRESH.match((meta.get("content") or "")[:1000])
            ):
                if any(a.tag == "noscript" for a in meta.iterancestors()):
                    continue  # meant for readers without scripts
                target = self.absolute(m[2])
                return target if target != self.url and int(m[1] or 0) < 30 else None
        if len(self.visible) < SHELL_TEXT and not any(
            _REPORT_LINK.search(k.label) for k in self.links
        ):
            body = self.root.find("body")
            loaded = (body.get("onload") or "") if body is not None else ""
            target = self.absolute(script_jump(f"{self.script}\n{loaded}", self.base))
            return target if target != self.url else None
        return None

    def _links(self) -> Iterator[Link]:
        for a in self.root.iter("a", "area"):
            url = self.absolute(a.get("href")) or self._scripted(a)
            if not url:
                continue
            text = squeeze(text_of(a)) or squeeze(
                next((i.get("alt") or i.get("title") for i in a.iter("img")), None)
            )
            yield Link(url, text, _tooltip(a), a)
        for other in self.root.iter("option", "li", "tr", "td", "div", "span", "p", "button"):
            # Menus of addresses, and lines that a click opens although no link stands in them.
            value = other.get("value") if other.tag == "option" else None
            if other.tag != "option" and (
                not any(other.get(name) for name in ("onclick", *_KEPT))
                or other.find(".//a") is not None
            ):
                continue
            if value and not _ADDRESS.search(value):
                url = self.absolute(chosen_address(other, value, self.script))
            else:
                url = self.absolute(value) if value else self._scripted(other)
            if url:
                yield Link(url, squeeze(text_of(other)), _tooltip(other), other)

    def _scripted(self, a: HtmlElement) -> str | None:
        """Address inside ``javascript:open('/x.html')``, of an onclick or kept for a script, where a
        link has none of its own."""
        for name in _KEPT:
            if (kept := a.get(name)) and _ADDRESS.search(kept) and (url := self.absolute(kept)):
                return url
        code = " ".join(
            c for c in (a.get("href"), a.get("onclick")) if c and not c.strip().startswith("#")
        )
        m = _QUOTED.search(code)
        return self.absolute(m[1]) if m else None


def _tooltip(element: HtmlElement) -> str:
    """The title attribute; some portals write 标题：… and the date into it, line by line."""
    lines = (element.get("title") or element.get("alt") or "").strip().splitlines()
    return squeeze(re.sub(r"^标题\s*[:：]", "", lines[0])) if lines else ""


def text_of(element: HtmlElement) -> str:
    """Text inside an element without scripts and styles; blocks are kept apart by spaces."""
    if not len(element):
        # Most links and cells: nothing to walk through.
        if element.tag in _HIDDEN:
            return ""
        return f" {element.text or ''}" if element.tag in _BLOCK else element.text or ""
    parts: list[str] = []
    walk = lxml.etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _HIDDEN:
                walk.skip_subtree()
                continue
            if node.tag in _BLOCK:
                parts.append(" ")
            parts.append(node.text or "")
        elif node is not element:
            if node.tag in _BLOCK:
                parts.append(" ")
            parts.append(node.tail or "")
    return "".join(parts)


_BLOCK_NAMES = (
    """p div li ul ol dl dt dd td th tr table h1 h2 h3 h4 h5 h6 br section article option"""
)
_BLOCK = frozenset(_BLOCK_NAMES.split())


def is_furniture(element: HtmlElement) -> bool:
    """Whether an element stands in navigation, header, footer or a box of other links."""
    node: HtmlElement | None = element
    while node is not None and node.tag not in {"body", "html"}:
        if node.tag in {"nav", "header", "footer"}:
            return True
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        if _FURNITURE.search(marks):
            return True
        node = node.getparent()
    return False
