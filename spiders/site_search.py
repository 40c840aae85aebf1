"""The portal's own search box: the last resort, and never proof that something is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from lxml.html import HtmlElement

from spiders.page import Page

_WORD_FIELD = re.compile(
    r"^(?:q|qt|wd|kw|key|word|words|text|query|sword|keys?words?|search\w*|(?:search)?keys?(?:word)?s?|title|content)$",
    re.I,
)
_SEARCH = re.compile(r"search|sousuo|query|jsearch|was5|/s\b|so\.", re.I)
_SKIPPED = frozenset({"submit", "button", "image", "reset", "checkbox", "file", "password"})


def search_addresses(page: Page, words: str) -> list[str]:
    """Addresses that the page's search forms would open for these words."""
    found = (_address(page, form, words) for form in page.root.iter("form"))
    return list(dict.fromkeys(url for url in found if url))


def _address(page: Page, form: HtmlElement, words: str) -> str | None:
    action = page.absolute(form.get("action")) or page.url
    if (form.get("method") or "get").strip().lower() != "get":
        return None
    fields = list(_fields(form))
    named = [name for name, kind, _ in fields if kind == "text" and _WORD_FIELD.match(name)]
    marks = f"{action} {form.get('id') or ''} {form.get('class') or ''} {form.get('name') or ''}"
    if any(kind == "password" for _, kind, _ in fields) or not named or not _SEARCH.search(marks):
        return None
    sent = [(n, words if n == named[0] else v) for n, kind, v in fields if kind not in _SKIPPED]
    base, mark, asked = action.partition("?")
    return f"{base}?{asked + '&' if mark and asked else ''}{urlencode(sent)}"


def _fields(form: HtmlElement) -> Iterator[tuple[str, str, str]]:
    """(name, kind, value) of the fields that a form sends."""
    for field in form.iter("input", "select"):
        name = (field.get("name") or "").strip()
        if not name:
            continue
        kind = (field.get("type") or "text").strip().lower() if field.tag == "input" else "select"
        value = field.get("value") or ""
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((o for o in options if o.get("selected") is not None), None)
            first = chosen if chosen is not None else next(iter(options), None)
            value = (first.get("value") or "") if first is not None else ""
        yield name, "text" if kind == "search" else kind, value
