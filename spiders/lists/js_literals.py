"""Object literals in scripts: JSON as browsers take it, with bare keys, single quotes and names.

Portals write their settings and sometimes whole lists into their pages as JavaScript, not JSON.
"""

from __future__ import annotations

import re
from typing import Any

MAX_DEPTH = 60
_SPACE = re.compile(r"(?:\s|/\*.*?\*/|//[^\n]*)*", re.S)
_WORD = re.compile(r"[\w$\u4e00-\u9fff]+(?:\.[\w$]+)*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?![\w$])")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": ""}
_WORDS: dict[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "NaN": None,
}
_PLACES = re.compile(r"\$\{([^{}]*)\}")


class NoLiteral(ValueError):
    """What stands at the place is no literal of this kind."""


def literal(text: str, start: int) -> tuple[Any, int]:
    """The literal that begins at ``start`` and the place after it.

    Names and calls, whose value only a running script has, come back as ``"{name}"``. Raises
    NoLiteral.
    """
    return _value(text, start, 0)


def string(text: str, start: int) -> tuple[str, int]:
    """The quoted string that begins at ``start``; ``${name}`` of templates becomes ``{name}``."""
    quote = text[start : start + 1]
    if quote not in {'"', "'", "`"}:
        raise NoLiteral("no quotation mark")
    at = start + 1
    while at < len(text) and text[at] != quote:
        if text[at] == "\n" and quote != "`":
            raise NoLiteral("string without end")
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise NoLiteral("string without end")
    inner = _ESCAPE.sub(_unescape, text[start + 1 : at])
    return (_PLACES.sub(r"{\1}", inner) if quote == "`" else inner), at + 1


def name(text: str, start: int) -> tuple[str, int]:
    """A name with the calls that follow it, e.g. ``$("#id").val()``, as ``"{…}"``."""
    m = _WORD.match(text, start)
    if m is None:
        raise NoLiteral("no name")
    at = m.end()
    while at < len(text) and text[at] in "([.":
        if text[at] == ".":
            more = _WORD.match(text, at + 1)
            if more is None:
                break
            at = more.end()
        else:
            at = closing(text, at) + 1
    return "{" + text[start:at] + "}", at


def closing(text: str, start: int, limit: int = 400_000) -> int:
    """Where the bracket that opens at ``start`` closes. Raises NoLiteral."""
    depth, at = 0, start
    while at < min(len(text), start + limit):
        char = text[at]
        if char in "\"'`":
            _, at = string(text, at)
            continue
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            return at
        at += 1
    raise NoLiteral("bracket without end")


def skip(text: str, at: int) -> int:
    """The next place that is neither white space nor comment."""
    m = _SPACE.match(text, at)
    return m.end() if m else at


def _value(text: str, start: int, depth: int) -> tuple[Any, int]:
    at = skip(text, start)
    char = text[at : at + 1]
    if depth > MAX_DEPTH:
        raise NoLiteral("nested too deeply")
    if char == "{":
        return _object(text, at, depth)
    if char == "[":
        return _array(text, at, depth)
    if char and char in "\"'`":
        found: Any
        found, at = string(text, at)
        return found, at
    if m := _NUMBER.match(text, at):
        return (float(m[0]) if "." in m[0] else int(m[0])), m.end()
    if char == "!" and text[at + 1 : at + 2] in {"0", "1"}:
        return text[at + 1] == "0", at + 2  # !0 and !1 of shortened scripts
    word, end = name(text, at)
    return _WORDS.get(word[1:-1], word), end


def _object(text: str, start: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    at = skip(text, start + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] in {'"', "'"}:
            key, at = string(text, at)
        elif m := _WORD.match(text, at):
            key, at = m[0], m.end()
        else:
            raise NoLiteral("no key")
        at = skip(text, at)
        if text[at : at + 1] in {",", "}"}:
            found[key] = "{" + key + "}"  # {page} stands for {page: page}
        elif text[at : at + 1] == ":":
            found[key], at = _member(text, at + 1, depth)
        else:
            at = _past(text, at)  # a method
        at = _separator(text, at, "}")
    return found, at + 1


def _array(text: str, start: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = skip(text, start + 1)
    while text[at : at + 1] != "]":
        member, at = _member(text, at, depth)
        found.append(member)
        at = _separator(text, at, "]")
    return found, at + 1


def _member(text: str, at: int, depth: int) -> tuple[Any, int]:
    """A value; one that is computed (a sum, a function) is as unknown as a name."""
    begin = skip(text, at)
    try:
        found, end = _value(text, begin, depth + 1)
        if text[skip(text, end) : skip(text, end) + 1] in {",", "}", "]"}:
            return found, end
    except NoLiteral:
        if depth >= MAX_DEPTH:
            raise
    end = _past(text, begin)
    return "{" + text[begin:end].strip() + "}", end


def _past(text: str, at: int) -> int:
    """The end of an expression: the next comma or closing bracket outside of brackets."""
    while at < len(text) and text[at] not in ",}]":
        if text[at] in "\"'`":
            _, at = string(text, at)
        elif text[at] in "([{":
            at = closing(text, at) + 1
        elif text[at] == ")":
            break
        else:
            at += 1
    return at


def _separator(text: str, at: int, end: str) -> int:
    at = skip(text, at)
    if text[at : at + 1] == ",":
        return skip(text, at + 1)
    if text[at : at + 1] == end:
        return at
    raise NoLiteral("no comma")


def _unescape(m: re.Match[str]) -> str:
    code = m[1]
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)
