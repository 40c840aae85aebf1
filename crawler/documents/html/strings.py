"""Texts inside scripts and JSON: string literals, their escapes, and what stands beside them."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

LEAST = 200
"""Shorter texts are no body."""
_MAX_SCRIPT = 8_000_000
_MAX_DEPTH = 4
_MAX_FOUND = 400
# Always matches to the end of a line at least, so that a quote without its pair costs one scan.
_LITERAL = re.compile(
    r'"((?:[^"\\\n]++|\\.)*+)(?:"|\n|\Z)'
    r"|'((?:[^'\\\n]++|\\.)*+)(?:'|\n|\Z)"
    r"|`((?:[^`\\]++|\\.)*+)(?:`|\Z)"
    r"|//[^\n]*+|/\*.*?(?:\*/|\Z)",
    re.S,
)
_NAME = re.compile(r"""["']?([\w$]{1,60})["']?\s{0,9}[:=]\s{0,9}(?:\w{1,30}\()?$""")
_GOES_ON = re.compile(
    r"^\s*(?:\)\s*;?\s*)?(?:\+|,|;?\s*(?:[\w$.]{1,60}\s*\+=|document\.write(?:ln)?\s*\())\s*$"
)
_ESCAPE = re.compile(
    r"\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r?\n)|(.))", re.S
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": " ", "f": " ", "v": " ", "0": ""}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_PERCENT = re.compile(r"%(?:3[CcEe]|u[\da-fA-F]{4}|[Ee][4-9])")
_PERCENT_U = re.compile(r"%u([\da-fA-F]{4})")
_BASE64 = re.compile(r"^[A-Za-z0-9+/_\-\s]{200,}={0,2}\s*$")
_TAG = re.compile(r"</?(?:p|div|span|table|tr|td|h\d|br|section)\b[^>]{0,2000}>", re.I)
_WRITTEN_ESCAPE = re.compile(r"\\u003[cCeE]|<\\/|\\x3[cC]|\\u[4-9][\da-fA-F]{3}")
_TITLE = re.compile(r"^(?:article|doc|news|info|page|report)?_?(?:title|name)$", re.I)
_DATE = re.compile(
    r"^(?:display_?)?(?:pub(?:lish(?:ed)?)?|release|issue|put)_?(?:date|time)_?(?:str)?$|^date$",
    re.I,
)
_DAY = re.compile(r"^\s*20\d\d\D")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was found. ``at``: where; ``beside``: meta entries from its neighbours."""

    text: str
    at: str
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def is_markup(self) -> bool:
        return bool(_TAG.search(self.text))


def script_texts(script: str, at: str) -> Iterator[Text]:
    """String literals of a script, joined where the script joins them."""
    named: list[tuple[int, str, str]] = []
    found: list[tuple[int, int, str, str]] = []
    end = -1
    for match in _LITERAL.finditer(script[:_MAX_SCRIPT]):
        raw = match[1] or match[2] or match[3]
        if raw is None:
            continue
        name_match = _NAME.search(script[max(match.start() - 80, 0) : match.start()])
        name = name_match[1] if name_match else ""
        if found and end >= 0 and _GOES_ON.match(script[end : match.start()]) and not name:
            start, _, before_name, before = found[-1]
            found[-1] = (start, match.end(), before_name, before + unescaped(raw))
        elif found and found[-1][2] == name and _GOES_ON.match(script[end : match.start()]):
            start, _, _, before = found[-1]
            found[-1] = (start, match.end(), name, before + unescaped(raw))
        else:
            found.append((match.start(), match.end(), name, unescaped(raw)))
        end = match.end()
        if name and len(raw) < LEAST:
            named.append((match.start(), name, unescaped(raw)))
    count = 0
    for start, _, name, text in found:
        if len(text) >= LEAST and count < _MAX_FOUND:
            count += 1
            near = sorted(named, key=lambda item: abs(item[0] - start))
            beside = _metas((key, value) for _, key, value in near)
            yield from plain(Text(text, f"{at}/{name}" if name else at, beside))


def json_texts(value: Any, at: str = "$") -> Iterator[Text]:
    """Long strings of a JSON value, in order; ``at`` is the path to each."""
    stack: list[tuple[Any, str, tuple[tuple[str, str], ...]]] = [(value, at, ())]
    count = 0
    while stack:
        item, place, beside = stack.pop()
        if isinstance(item, dict):
            own = _metas((k, v) for k, v in item.items() if isinstance(v, str) and len(v) < LEAST)
            near = (*own, *(pair for pair in beside if pair[0] not in dict(own)))
            stack += [(v, f"{place}.{k}", near) for k, v in reversed(item.items())]
        elif isinstance(item, list):
            stack += [
                (v, f"{place}[{i}]", beside) for i, v in reversed(list(enumerate(item, start=1)))
            ]
        elif isinstance(item, str) and len(item) >= LEAST and count < _MAX_FOUND:
            count += 1
            yield from plain(Text(item, place, beside))


def json_strings(value: Any, at: str = "$") -> Iterator[Text]:
    """All strings of a JSON value, in order."""
    stack: list[tuple[Any, str]] = [(value, at)]
    while stack:
        item, place = stack.pop()
        if isinstance(item, dict):
            stack += [(v, f"{place}.{k}") for k, v in reversed(item.items())]
        elif isinstance(item, list):
            stack += [(v, f"{place}[{i}]") for i, v in reversed(list(enumerate(item, start=1)))]
        elif isinstance(item, str) and item.strip():
            yield Text(item, place)


def parsed_json(text: str) -> Any:
    """The JSON value of a text, also inside the call of a JSONP answer; None for anything else."""
    text = text.strip().lstrip("\ufeff")
    if match := re.match(r"^[\w$.]{1,100}\s*\(\s*(?=[\[{])", text):
        text = text[match.end() :].rstrip("; \r\n\t").removesuffix(")")
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def plain(found: Text, depth: int = 0) -> Iterator[Text]:
    """The text without the escapes in which it was wrapped, JSON in strings included."""
    text = found.text
    if depth >= _MAX_DEPTH or len(text) > _MAX_SCRIPT:
        return
    if text.lstrip()[:1] in ("{", "[") and (value := parsed_json(text)) is not None:
        for inner in json_texts(value, found.at):
            yield replace(inner, beside=inner.beside or found.beside)
        return
    unwrapped = _unwrapped(text)
    if unwrapped is not None and unwrapped != text:
        yield from plain(replace(found, text=unwrapped), depth + 1)
    else:
        yield found


def _unwrapped(text: str) -> str | None:
    if not _TAG.search(text):
        if "&lt;" in text or "&amp;lt;" in text or "&#" in text:
            return html.unescape(text)
        if _PERCENT.search(text):
            return unquote(_PERCENT_U.sub(lambda m: chr(int(m[1], 16)), text))
        if _BASE64.match(text):
            return _from_base64(text)
    return unescaped(text) if _WRITTEN_ESCAPE.search(text) else None


def _from_base64(text: str) -> str | None:
    packed = "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None


def unescaped(raw: str) -> str:
    """A string literal's text."""
    if "\\" not in raw:
        return raw
    text = _ESCAPE.sub(_escape, raw)
    return _SURROGATES.sub(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _escape(match: re.Match[str]) -> str:
    for group in (match[1], match[2], match[3]):
        if group is not None:
            code = int(group, 16)
            return chr(code) if code <= 0x10FFFF else "\ufffd"
    return "" if match[4] is not None else _SIMPLE.get(match[5], match[5])


def _metas(named: Iterator[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Title and date among the names beside a body, as the meta tags of a page would say them."""
    found: dict[str, str] = {}
    for name, value in named:
        if _TITLE.match(name) and value.strip():
            found.setdefault("ArticleTitle", value.strip())
        elif _DATE.match(name) and _DAY.match(value):
            found.setdefault("PubDate", value.strip())
    return tuple(found.items())
