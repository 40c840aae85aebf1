"""What a page's scripts send with XMLHttpRequest: ``x.open('POST', '/a.do'); … x.send('id=7&page=' + n)``.

Nothing is run. The text that is sent is put together as far as the script says it; names are looked
up among the page's variables, what only a running script knows stays ``{name}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from spiders.lists.js_literals import NoLiteral, closing, literal, name, skip, string
from spiders.lists.script_calls import Call
from spiders.lists.script_values import PAGE_NAMES, code_of, resolved
from spiders.page import Page

_OPEN = re.compile(r"\.open\s*\(\s*[\"'`](get|post)[\"'`]\s*,\s*(?=[\"'`])", re.I)
_SEND = re.compile(r"\.send\s*\(")
_FETCH = re.compile(r"(?<![\w$])fetch\s*\(\s*(?=[\"'`])")
_BODY = re.compile(r"(?<![\w$])body[\"']?\s*:\s*")
_ESCAPE = re.compile(r"(?:window\.)?(?:encodeURIComponent|encodeURI|escape)\s*\(\s*")
_JSON = re.compile(r"JSON\.stringify\s*\(\s*")
_NEAR = 3000
"""Characters from the opening of a request to what it sends; the handlers stand between."""
_MOST = 200

_Parts = list[str | dict[str, Any]]


@lru_cache(maxsize=32)
def sent(page: Page, sign: re.Pattern[str]) -> tuple[Call, ...]:
    """Every request to an address that shows the sign, with what is sent to it."""
    text = code_of(page)
    return tuple(_sent(page, text, sign))


def _sent(page: Page, text: str, sign: re.Pattern[str]) -> Iterator[Call]:
    for m in islice(_OPEN.finditer(text), _MOST):
        near = text[m.start() : m.start() + _NEAR]
        after = _OPEN.search(near, 1)
        near = near[: after.start()] if after else near
        yield from _call(page, near, m.end() - m.start(), _SEND, sign, post=m[1].lower() == "post")
    for m in islice(_FETCH.finditer(text), _MOST):
        near = text[m.start() : m.start() + _NEAR]
        try:
            near = near[: closing(near, near.index("(")) + 1]
        except NoLiteral:
            continue
        yield from _call(
            page, near, m.end() - m.start(), _BODY, sign, post=bool(_BODY.search(near))
        )


def _call(
    page: Page, text: str, at: int, words: re.Pattern[str], sign: re.Pattern[str], *, post: bool
) -> Iterator[Call]:
    """The call whose address begins at ``at``; the first of the words stands before what it sends."""
    try:
        address = "".join(p for p in _sum(page, text, at)[0] if isinstance(p, str))
        body = words.search(text, at) if post and sign.search(address) else None
        parts = _sum(page, text, body.end())[0] if body else []
    except NoLiteral:
        return
    if sign.search(address):
        whole = parts[0] if len(parts) == 1 and isinstance(parts[0], dict) else None
        data = _fields(parts) if whole is None else whole
        yield Call(address, data, post, not post, whole is not None)


def _sum(page: Page, text: str, start: int) -> tuple[_Parts, int]:
    """The members of a sum of strings, names, and objects turned into JSON. Raises NoLiteral."""
    parts: _Parts = []
    at = skip(text, start)
    while text[at : at + 1] != ")":
        if m := _ESCAPE.match(text, at):
            parts += _sum(page, text, m.end())[0]
            end = closing(text, text.index("(", m.start())) + 1
        elif m := _JSON.match(text, at):
            parts.append(object_at(page, text, m.end()))
            end = closing(text, text.index("(", m.start())) + 1
        elif text[at : at + 1] in {'"', "'", "`"}:
            part, end = string(text, at)
            parts.append(part)
        elif text[at : at + 1] == "(":
            end = closing(text, at) + 1
            parts.append("{" + text[at + 1 : end - 1] + "}")
        else:
            part, end = name(text, at)
            parts.append(resolved(page, part, 2) or part)
        at = skip(text, end)
        if text[at : at + 1] != "+":
            break
        at = skip(text, at + 1)
    return parts, at


def object_at(page: Page, text: str, at: int) -> dict[str, Any]:
    """The object that begins in a script at this place, also one that a variable holds, with the names
    in it looked up. Raises NoLiteral."""
    found, _ = literal(text, at)
    if isinstance(found, str) and re.fullmatch(r"\{[\w$]+\}", found):
        held = re.search(rf"(?<![\w$.]){re.escape(found[1:-1])}\s*=\s*(?=\{{)", code_of(page))
        found = literal(code_of(page), held.end())[0] if held else None
    if not isinstance(found, dict):
        raise NoLiteral("no object")
    return _known(page, found)


def _known(page: Page, found: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for key, told in found.items():
        if isinstance(told, dict):
            told = _known(page, told)
        elif isinstance(told, str) and re.fullmatch(r"\{[^{}]*\}", told):
            # A counter is a number in JSON; which one is the asker's to say.
            told = 1 if key.lower() in PAGE_NAMES else resolved(page, told, 2) or told
        known[key] = told
    return known


def _fields(parts: _Parts) -> dict[str, Any]:
    """The fields of a form: ``'a=1&b=' + n + '&c=' + JSON.stringify({…})``."""
    found: dict[str, Any] = {}
    key = ""
    for part in parts:
        if isinstance(part, dict):
            if key:
                found[key] = part
            continue
        first, *others = part.split("&")
        if key and isinstance(found.get(key), str):
            found[key] += first
        elif "=" in first:
            others.insert(0, first)
        for pair in others:
            key, _, value = pair.partition("=")
            if key:
                found[key] = value
    return found
