"""Pages of one article that scripts write: ``createPageHTML(3, 0, "t2024_123", "html")``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAX_PAGES = 50
_WORDS = (re.compile("createPage"), re.compile("countPage"))
"""What no such script is without."""
_CREATE = re.compile(
    r"createPage\w*\s*\(\s*(?:[\"'][\w\-#.]*[\"']\s*,\s*)?(\d{1,4})\s*,\s*(\d{1,4})\s*,"
    r"\s*[\"']([\w\-./]{1,200})[\"']\s*,\s*[\"'](\w{1,6})[\"']"
)
_COUNT = re.compile(r"\b(?:var|let|const)?\s*countPage\s*=\s*(\d{1,4})")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*(\d{1,4})")
_NAMED = re.compile(r"[\"']([\w\-]{4,120})[\"']\s*\+\s*[\"']_[\"']\s*\+")
_ENDING = re.compile(r"\+\s*[\"']\.?(s?html?|jhtml|shtm)[\"']")


def script_pages(source: str) -> tuple[str, ...]:
    """Names of the pages behind the current one, relative to it; () for a text of one page."""
    if not any(word.search(source) for word in _WORDS):
        return ()
    return tuple(dict.fromkeys(_pages(source)))


def _pages(source: str) -> Iterator[str]:
    for count, current, name, ending in _CREATE.findall(source):
        yield from _numbered(name, int(count), int(current), ending)
    count_match, name_match = _COUNT.search(source), _NAMED.search(source)
    if count_match and name_match:
        current_match, ending_match = _CURRENT.search(source), _ENDING.search(source)
        current = int(current_match[1]) if current_match else 0
        ending = ending_match[1] if ending_match else "html"
        yield from _numbered(name_match[1], int(count_match[1]), current, ending)


def _numbered(name: str, count: int, current: int, ending: str) -> Iterator[str]:
    for number in range(current + 1, min(count, _MAX_PAGES)):
        yield f"{name}_{number}.{ending}"
