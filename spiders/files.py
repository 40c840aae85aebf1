"""Files that a page shows or offers, however it writes their addresses: links, viewers, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.parsing.reading import Attachment
from spiders.page import Page, squeeze, text_of

_ENDINGS = r"(?:pdf|docx?|wps|xlsx?|et|rtf|ofd|zip|rar)"
_FILE = re.compile(rf"\.{_ENDINGS}$", re.I)
_SERVED = re.compile(
    # Addresses that serve a file by number: seen are download.jsp, DownFile.aspx, attachment.do,
    # /attach/…, getFile, accessory.
    r"download|downfile|down(?:\.\w+)?$|attach|getfile|showfile|accessory|fileview",
    re.I,
)
_SAYS_FILE = re.compile(rf"附件|下载|\.{_ENDINGS}\b|全文|查看(?:原文|文件)", re.I)
_IN_SCRIPT = re.compile(
    rf"[\"'=(>]\s*\\?[\"']?((?:https?:)?[\w\-./:%~()（）《》\u4e00-\u9fff\\ ]{{1,300}}?\.{_ENDINGS})"
    r"(?:\?[\w\-=&%.]{0,200})?\\?[\"'\s>)]",
    re.I,
)
_IN_TEXT = re.compile(
    rf"[\"']([^\"'<>\s]{{1,300}}\.{_ENDINGS}(?:\?[^\"'<>\s]{{0,200}})?)[\"']", re.I
)
_VIEWER_KEYS = frozenset(
    {"file", "src", "url", "path", "pdf", "fileurl", "pdfurl", "furl", "filepath"}
)
_SHOWN = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_DATA = ("data-value", "data-url", "data-src", "data-file", "data-pdf", "data-href", "data-path")
MAX_FILES = 20


def files(page: Page) -> list[Attachment]:
    """Once each: those shown in the page first, then links, then what only scripts name."""
    found: dict[str, Attachment] = {}
    for way in (_shown, _linked, _written):
        for reference, text in way(page):
            address = page.absolute(reference)
            if address and address != page.url:
                found.setdefault(address, Attachment(address, text))
    return list(found.values())[:MAX_FILES]


def viewed(address: str) -> str | None:
    """The file that a viewer's address names (viewer.html?file=…)."""
    try:
        pairs = parse_qsl(urlsplit(address).query)
    except ValueError:
        return None
    named = [value for key, value in pairs if key.lower() in _VIEWER_KEYS]
    return next((v for v in named if _is_file(v)), None)


def _shown(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.root.iter(*_SHOWN):
        address = (element.get(_SHOWN[str(element.tag)]) or "").strip()
        if named := viewed(address) or (address if _is_file(address) else None):
            yield named, squeeze(element.get("title"))
    for parameter in page.root.iter("param"):
        value = (parameter.get("value") or "").strip()
        if _is_file(value):
            yield value, ""
    for element in page.root.iter():
        for name in _DATA:
            value = (element.get(name) or "").strip() if isinstance(element.tag, str) else ""
            if value and _is_file(value):
                yield value, squeeze(text_of(element))[:100]


def _linked(page: Page) -> Iterator[tuple[str, str]]:
    for element in page.root.iter("a", "area", "button", "span", "li", "div", "input", "p", "td"):
        text = squeeze(text_of(element)) if element.tag in ("a", "area", "button") else ""
        href = (element.get("href") or "").strip()
        if href and not href.lower().startswith(("javascript:", "#", "mailto:")):
            path = urlsplit(href).path if "[" not in href else href
            served = _SERVED.search(path) or (_SAYS_FILE.search(text) and "?" in href)
            if named := viewed(href):
                yield named, text
            elif _is_file(href) or (served and not re.search(r"\.s?html?$", path, re.I)):
                yield href, text
        code = f"{href if href.lower().startswith('javascript:') else ''} {element.get('onclick') or ''}"
        for match in _IN_TEXT.finditer(code) if code.strip() else ():
            yield match[1], text or squeeze(text_of(element))[:100]


def _written(page: Page) -> Iterator[tuple[str, str]]:
    for match in _IN_SCRIPT.finditer(page.script):
        address = match[1].replace("\\/", "/").replace("\\", "").strip()
        yield viewed(address) or address, ""


def _is_file(address: str) -> bool:
    try:
        path = urlsplit(address).path
    except ValueError:
        return False
    return bool(_FILE.search(unquote(path).strip()))
