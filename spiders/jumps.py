"""Where the script of a shell sends its reader; no script is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

_JUMP = re.compile(
    r"(?<![\w.$])(?:(?:window|self|top|parent|document|this)\s*\.\s*)*location\s*"
    r"(?:(?:\.\s*href\s*)?=(?!=)|\.\s*(?:replace|assign)\s*\()\s*"
    r"|(?<![\w.$])(?:window\s*\.\s*)?(?:navigate|open)\s*\(\s*(?=[^;{}]{0,400}['\"]_(?:self|top|parent)['\"])"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_FOR_PHONES = re.compile(
    r"userAgent|Mobile|Android|iPhone|isMobile|screen\s*\.\s*width|innerWidth", re.I
)
_ON_CLICK = re.compile(r"\.\s*(?:on)?click\s*[(=]|\.on\s*\(\s*['\"]click", re.I)
_FUNCTION = re.compile(
    r"(?:([\w$]+)\s*[=:]\s*)?(?:async\s+)?function\s*([\w$]*)\s*\(([^()]*)\)\s*$"
)
_BEFORE = 300
"""Characters before a jump in which its condition stands."""
_DEEP = 6
_PARTS = 20


def script_jump(code: str, url: str) -> str | None:
    """The reference that the first jump in ``code`` leads to; None for none.

    Jumps for telephones and those that wait for a click are left out, and so is an address of
    which a part is not known.
    """
    for match in _JUMP.finditer(code):
        before = code[max(0, match.start() - _BEFORE) : match.start()]
        if _FOR_PHONES.search(before) or _ON_CLICK.search(before[-120:]):
            continue
        if not _runs_by_itself(code, match.start()):
            continue
        # In setTimeout("location.href='x'", 500) the quotes may be escaped.
        target = _value(code, match.end(), code, url, 0) or _value(
            _unescaped(code[match.end() : match.end() + 600]), 0, code, url, 0
        )
        if target and not target.lower().startswith("javascript:"):
            return target
    return None


def _runs_by_itself(code: str, at: int) -> bool:
    """Whether nothing around a jump makes it wait for a reader: functions with parameters turn
    pages, and one that the script never names again is called by a click."""
    open_, depth = at, 0
    while open_ > 0:
        open_ -= 1
        if code[open_] == "}":
            depth += 1
        elif code[open_] == "{":
            if depth:
                depth -= 1
            elif m := _FUNCTION.search(code[max(0, open_ - 200) : open_]):
                name = m[2] or (m[1] or "").removeprefix("onload")
                if m[3].strip():
                    return False
                if name and len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", code)) < 2:
                    return False
    return True


def _value(text: str, at: int, code: str, url: str, depth: int) -> str | None:
    """The string that the expression at ``at`` makes: strings and names joined by +."""
    parts: list[str] = []
    while len(parts) < _PARTS:
        while at < len(text) and text[at] in " \t\r\n(":
            at += 1
        if at >= len(text):
            return None
        if text[at] in "'\"`":
            found = _string(text, at)
            if found is None:
                return None
            part, at = found
        elif m := _NAME.match(text, at):
            known = _named(re.sub(r"\s", "", m.group()), code, url, depth)
            if known is None:
                return None
            part, at = known, m.end()
        else:
            return None
        parts.append(part)
        rest = re.compile(r"[\s)]*\+(?![+=])").match(text, at)
        if rest is None:
            return "".join(parts)
        at = rest.end()
    return None


def _string(text: str, at: int) -> tuple[str, int] | None:
    quote, end = text[at], at + 1
    while end < len(text) and text[end] != quote:
        if text[end] in "\r\n" and quote != "`":
            return None
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        return None
    inner = text[at + 1 : end]
    return None if quote == "`" and "${" in inner else (_unescaped(inner), end + 1)


def _unescaped(text: str) -> str:
    def one(m: re.Match[str]) -> str:
        number = m[1] or m[2]
        return chr(int(number, 16)) if number else {"n": "\n", "t": "\t", "r": ""}.get(m[3], m[3])

    return _ESCAPE.sub(one, text)


def _named(name: str, code: str, url: str, depth: int) -> str | None:
    """The value of a variable, or of a part of the page's own address."""
    place = re.sub(r"^(?:window|self|top|parent|document)\.", "", name)
    if place.startswith("location"):
        return _of_location(place.removeprefix("location").lstrip("."), url)
    if depth >= _DEEP or "." in name:
        return None
    return next(_assigned(name, code, url, depth), None)


def _assigned(name: str, code: str, url: str, depth: int) -> Iterator[str]:
    pattern = re.compile(rf"(?<![\w.$]){re.escape(name)}\s*=(?!=)\s*")
    for match in pattern.finditer(code):
        value = _value(code, match.end(), code, url, depth + 1)
        if value is not None:
            yield value


def _of_location(part: str, url: str) -> str | None:
    try:
        split = urlsplit(url)
    except ValueError:
        return None
    known = {
        "": url,
        "href": url,
        "protocol": f"{split.scheme}:",
        "host": split.netloc,
        "hostname": split.hostname or "",
        "port": str(split.port or ""),
        "origin": f"{split.scheme}://{split.netloc}",
        "pathname": split.path,
        "search": f"?{split.query}" if split.query else "",
        "hash": "",
    }
    return known.get(part)
