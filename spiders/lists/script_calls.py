"""What the scripts of a page would ask their server: addresses put together from pieces, with their data.

Nothing is run. A string with the sign of a mechanism's interface is taken as the beginning or the
middle of an address; names around it are looked up among the page's variables, fields and meta
tags. What only a running script knows stays ``{name}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlencode

from spiders.lists.js_literals import NoLiteral, closing, literal, name, skip, string
from spiders.lists.script_values import PAGE_NAMES, code_of, resolved, values, with_pairs
from spiders.page import Page
from spiders.query import FORM, JSON, Query

_SIZE = "pagesize _pagesize size rows limit prepage perpage per_page page_size"
SIZE_NAMES = frozenset(_SIZE.split())
_STRING_START = re.compile(r"[\"'`]")
_PRECEDING = re.compile(r"([\w$.]+(?:\([^()]*\))?|\"[^\"\n]*\"|'[^'\n]*')\s*\+\s*$")
_OPEN = re.compile(r"\{[^{}]*\}")
_AROUND = 900
"""Characters around an address in which the data of its call may stand."""
_POST = re.compile(r"(?:type|method)[\"']?\s*:\s*[\"'`]post[\"'`]", re.I)
_POSTING = re.compile(r"(?:\.post|post\w*)\s*\(\s*$", re.I)
_GETTING = re.compile(
    r"\$\.(?:get|getJSON|ajax)\s*\(|axios\.get\s*\(|\bfetch\s*\(|\.load\s*\(", re.I
)
_AS_JSON = re.compile(r"JSON\.stringify|application/json", re.I)
_AS_FORM = re.compile(r"qs\.stringify|urlencoded|URLSearchParams", re.I)
_AXIOS = re.compile(r"axios(?:\.\w+)?\s*\(\s*(?:\{[^{}]{0,80})?$")
_DATA = re.compile(r"(?<![\w.])(?:data|params|body)[\"']?\s*:\s*")
_OPTIONS = frozenset({"method", "body", "headers", "params", "timeout", "credentials"})
_MAX_CALLS = 30


@dataclass(frozen=True)
class Call:
    """``address`` and ``data`` with ``{name}`` for what is not known."""

    address: str
    data: Mapping[str, Any] = field(default_factory=dict)
    post: bool = False
    get: bool = False
    """whether the script says which; neither where a function of the portal's own asks"""
    as_json: bool = False

    def query(self, page: Page, number: int, size: int | None = None) -> Query | None:
        """The question for a page of the list; None where its path is not known."""
        path, _, asked = self.address.partition("?")
        url = None if _OPEN.search(path) else page.absolute(path)
        if url is None:
            return None
        known = [p.partition("=")[::2] for p in asked.split("&") if p]
        pairs = [(unquote(k), _filled(k, unquote(v), number, size)) for k, v in known]
        data = {k: _filled(k, v, number, size) for k, v in self.data.items()}
        form = [(k, _plain(v)) for k, v in data.items()]
        if not self.post:
            return Query(with_pairs(url, [*pairs, *form]), referer=page.url)
        body = json.dumps(data, ensure_ascii=False) if self.as_json else urlencode(form)
        return Query(
            with_pairs(url, pairs), body.encode(), JSON if self.as_json else FORM, page.url
        )


@lru_cache(maxsize=32)
def calls(page: Page, sign: re.Pattern[str]) -> tuple[Call, ...]:
    """Every call whose address shows the sign, in page order, once each."""
    text = code_of(page)
    found: dict[tuple[str, str], Call] = {}
    for start, end, address in islice(_addresses(page, text, sign), _MAX_CALLS):
        call = _call(page, text, start, end, address)
        found.setdefault((call.address, repr(call.data)), call)
    return tuple(found.values())


def _addresses(page: Page, text: str, sign: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """(begin, end, address) of the sums of strings and names in which the sign stands."""
    taken = 0
    for hit in sign.finditer(text):
        if hit.start() < taken:
            continue
        line = text.rfind("\n", max(0, hit.start() - 500), hit.start()) + 1
        starts = list(_STRING_START.finditer(text, max(line, hit.start() - 500), hit.start() + 1))
        for m in reversed(starts):
            try:
                _, end = string(text, m.start())
            except NoLiteral:
                continue
            if m.start() < hit.start() < end:
                begin, before = _before(page, text, m.start())
                address, taken = _sum(page, text, m.start())
                yield begin, taken, before + address
                break


def _sum(page: Page, text: str, start: int) -> tuple[str, int]:
    parts: list[str] = []
    at = start
    while True:
        try:
            if text[at : at + 1] in {'"', "'", "`"}:
                part, end = string(text, at)
                part = _OPEN.sub(lambda m: resolved(page, m[0], 2) or m[0], part)
            elif text[at : at + 1] == "(":
                end = closing(text, at) + 1
                part = "{" + text[at:end] + "}"
            else:
                part, end = name(text, at)
                part = resolved(page, part, 2) or part
        except NoLiteral:
            return "".join(parts), at
        parts.append(part)
        at = skip(text, end)
        if text[at : at + 1] != "+":
            return "".join(parts), end
        at = skip(text, at + 1)


def _before(page: Page, text: str, start: int) -> tuple[int, str]:
    """Where the sum begins, and what stands before the string: a host, a path, a file's name."""
    found: list[str] = []
    quoted = text[start + 1 : start + 2]
    while (m := _PRECEDING.search(text, max(0, start - 120), start)) and len(found) < 4:
        word = "{" + m[1] + "}"
        # Before a path that begins at the root, an unknown name is the application's.
        unknown = "" if quoted == "/" else word
        piece = m[1][1:-1] if m[1][0] in "\"'" else resolved(page, word, 2) or unknown
        found.insert(0, piece)
        start = m.start()
    return start, "".join(found)


def _call(page: Page, text: str, start: int, end: int, address: str) -> Call:
    after = text[end : end + _AROUND]
    before = text[max(0, start - _AROUND) : start]
    inside = _enclosing(text, start)
    around = inside or re.split(r"[;\n}]", before)[-1]
    # The next call's data are not this one's.
    stop = re.search(r"(?<![\w.])url[\"']?\s*:|\$\.(?:ajax|get|post)", after)
    window = after[: stop.start()] if stop else after
    post = bool(_POSTING.search(before) or _POST.search(window) or _POST.search(around))
    data = _argument(page, window) or _member(page, window) or _member(page, inside or "") or {}
    get = not post and bool(_GETTING.search(around))
    # Axios sends objects as JSON unless it is told otherwise.
    as_json = bool(_AS_JSON.search(around + window) or _AXIOS.search(before))
    as_json = as_json and not _AS_FORM.search(around + window)
    return Call(address, data, post, get, post and as_json)


def _enclosing(text: str, start: int) -> str | None:
    """The part of an ``$.ajax({…`` before an address that stands inside of it."""
    opens = text.rfind("$.ajax", max(0, start - _AROUND), start)
    bracket = text.find("(", opens, start) if opens >= 0 else -1
    if bracket < 0:
        return None
    try:
        return text[opens:start] if closing(text, bracket) > start else None
    except NoLiteral:
        return text[opens:start]


def _argument(page: Page, window: str) -> dict[str, Any] | None:
    """The object that follows the address: data, or options that hold them."""
    m = re.match(r"\s*,\s*(?=\{|[\w$])", window)
    found = _object_at(page, window, m.end()) if m else None
    if found is None or not _OPTIONS & set(found):
        return found if found and not {"success", "url", "type", "data"} & set(found) else None
    return _member(page, window)


def _member(page: Page, window: str) -> dict[str, Any] | None:
    for m in _DATA.finditer(window):
        if (found := _object_at(page, window, m.end())) is not None:
            return found
    return None


def _object_at(page: Page, text: str, at: int) -> dict[str, Any] | None:
    """An object, also inside of JSON.stringify(…), as a query string, or behind a name."""
    m = re.compile(r"(?:JSON|qs|Qs)\.stringify\s*\(\s*").match(text, at)
    try:
        found, _ = literal(text, m.end() if m else at)
    except NoLiteral:
        return None
    if isinstance(found, str) and found.startswith("{"):
        named = re.search(rf"(?<![\w$.]){re.escape(found[1:-1])}\s*=\s*(?=\{{)", code_of(page))
        if not named or not re.fullmatch(r"[\w$]+", found[1:-1]):
            return None
        return _object_at(page, code_of(page), named.end())
    if isinstance(found, str) and "=" in found:
        found = dict(p.partition("=")[::2] for p in found.split("&") if p)
    return _known(page, found) if isinstance(found, dict) else None


def _known(page: Page, data: Mapping[str, Any]) -> dict[str, Any]:
    """Names among the values looked up, page numbers left open."""
    known: dict[str, Any] = {}
    for key, found in data.items():
        if isinstance(found, dict):
            found = _known(page, found)
        elif isinstance(found, str) and _OPEN.fullmatch(found) and key.lower() not in PAGE_NAMES:
            told = _computed(page, found) or resolved(page, found, 2)
            if told is None and found.strip("{}").lower() != key.lower():
                told = next(filter(None, values(page, key, 1)), None)
            found = told if told is not None else found
        known[key] = found
    return known


def _computed(page: Page, unknown: str) -> str | None:
    """The value of ``{'chnlid=' + number}`` where all of it is known."""
    if not re.search(r"[\"'`]\s*\+|\+\s*[\"'`]", unknown):
        return None
    found, end = _sum(page, unknown[1:-1], 0)
    return found if end >= len(unknown) - 2 and "{" not in found else None


def _filled(key: str, found: Any, number: int, size: int | None) -> Any:
    lower = key.lower()
    if isinstance(found, dict):
        return {k: _filled(k, v, number, size) for k, v in found.items()}
    if lower in PAGE_NAMES:
        return number if isinstance(found, int) else str(number)
    if lower in SIZE_NAMES and size is not None and _OPEN.search(str(found)):
        return str(size)
    if isinstance(found, str):
        return _OPEN.sub("", found)
    return found


def _plain(found: Any) -> str:
    """A value as a form field."""
    if isinstance(found, str):
        return found
    return "" if found is None else json.dumps(found, ensure_ascii=False)
