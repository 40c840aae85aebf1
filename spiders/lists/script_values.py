"""What a page sets its parameters to: variables of its scripts, fields, meta tags, attributes.

Nothing is run: a name is looked up where it is assigned, through a few other names if need be.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

from spiders.lists.js_literals import NoLiteral, literal
from spiders.page import Page

_PAGE = "page pageno pagenum pageindex pagenumber currentpage curpage current currpage cur_page p"
PAGE_NAMES = frozenset(_PAGE.split())
"""Parameters that carry the number of a page, in small letters."""
_COMMENTS = re.compile(
    # Calls that were commented out; // inside of addresses stands after a colon or a quote.
    r"<!--.*?-->|(?:^|(?<=[\s;{},(]))/\*.*?\*/|(?:^|(?<=[\s;{},)>]))//[^\n]*",
    re.S | re.M,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)
"""Only with its semicolon: in ``&currentPage=`` no currency sign is meant."""
_DEEP = 4
"""Names looked up behind a name."""


def value(page: Page, *names: str) -> str | None:
    """What the page sets a parameter to: in a script, a field, a meta tag or an attribute.

    "" where it is set empty; None where it is not set. The first name that has a value wins.
    """
    empty: str | None = None
    for key in names:
        for found in values(page, key, _DEEP):
            if found:
                return found
            empty = ""
    return empty


def values(page: Page, key: str, deep: int, *, named: bool = True) -> Iterator[str]:
    """``named``: the key is the parameter's own name, which attributes may carry too; else it is a
    variable of the page's scripts."""
    scripts = _code(page.script) or code_of(page)
    yield from _assigned(page, scripts, key, deep)
    for element in page.root.iter("input", "meta", "select", "textarea"):
        if key.lower() in {(element.get(a) or "").lower() for a in ("id", "name")}:
            yield from filter(None, [element.get("value") or element.get("content")])
    if named:
        for element in page.root.iter("a", "div", "ul", "span", "table", "section", "body"):
            yield from filter(None, [element.get(f"data-{key.lower()}"), element.get(key.lower())])


def resolved(page: Page, unknown: str, deep: int) -> str | None:
    """The value of ``{name}``, ``{settings.name}`` or ``{$("#field").val()}``."""
    word = unknown[1:-1]
    if m := re.search(r"[#\"']([\w-]+)[\"']\)\.(?:val|value|attr)|ById\([\"']([\w-]+)", word):
        return next(filter(None, values(page, m[1] or m[2], 0, named=False)), None)
    last = word.rpartition(".")[2]
    if not deep or not re.fullmatch(r"[\w$]+", last) or last.lower() in PAGE_NAMES:
        return None
    return next(filter(None, values(page, last, deep - 1, named=False)), None)


def code_of(page: Page) -> str:
    """The page's source with references resolved and without comments."""
    return _code(page.text)


def with_pairs(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The address with these parameters; one that it has already gets the new value."""
    base, _, asked = url.partition("?")
    merged = {k: v for k, _, v in (p.partition("=") for p in asked.split("&") if p)}
    merged |= {quote(k, safe="[]"): quote(v, safe=",:/") for k, v in pairs}
    return base + ("?" + "&".join(f"{k}={v}" for k, v in merged.items()) if merged else "")


def at_root(page: Page, path: str) -> str | None:
    """An address on the page's own host."""
    parts = urlsplit(page.url)
    return page.absolute(f"{parts.scheme}://{parts.netloc}{path}")


def _assigned(page: Page, text: str, key: str, deep: int) -> Iterator[str]:
    name_of = rf"(?<![\w$.\-])[\"']?{re.escape(key)}[\"']?\s*[:=](?![=>])\s*"
    for m in re.finditer(name_of, text, re.I):
        try:
            found, _ = literal(text, m.end())
        except NoLiteral:
            continue
        if isinstance(found, str) and found.startswith("{") and found.endswith("}"):
            if deep and found[1:-1].lower() != key.lower():
                yield from filter(None, [resolved(page, found, deep - 1)])
        elif isinstance(found, (str, int, float)) and not isinstance(found, bool):
            yield str(found).strip()


@lru_cache(maxsize=16)
def _code(text: str) -> str:
    plain = _REFERENCE.sub(lambda m: html.unescape(m[0]), text)
    return _COMMENTS.sub(" ", plain.replace("\\/", "/"))
