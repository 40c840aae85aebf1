"""Questions that carry the number of a page, and what the answer to one tells of the others."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from spiders.lists.script_values import PAGE_NAMES
from spiders.query import JSON, Query

MAX_PAGES = 400
"""Questions derived from one answer; the reader stops before."""


def number_of(query: Query | None) -> int | None:
    """The page that a question asks for; None where it carries no number."""
    if query is None:
        return None
    for key, found in _fields(query):
        if key.lower() in PAGE_NAMES and re.fullmatch(r"\d{1,5}", str(found)):
            return int(found)
    return None


def with_number(query: Query, number: int) -> Query:
    """The same question for another page."""
    base, mark, asked = query.url.partition("?")
    pairs = [p.partition("=") for p in asked.split("&")]
    asked = "&".join(
        f"{k}={quote(str(number))}" if k.lower() in PAGE_NAMES else f"{k}{e}{v}"
        for k, e, v in pairs
    )
    body = query.body
    if body is not None and query.content_type == JSON:
        body = json.dumps(_renumbered(json.loads(body), number), ensure_ascii=False).encode()
    elif body is not None:
        fields = parse_qsl(body.decode(), keep_blank_values=True)
        body = urlencode(
            [(k, str(number) if k.lower() in PAGE_NAMES else v) for k, v in fields]
        ).encode()
    return replace(query, url=base + mark + asked, body=body)


def following(
    query: Query | None, total: int | None, size: int, pages: int | None = None
) -> list[Query]:
    """The questions for all pages after the first, once the first was answered.

    ``size``: entries that the answer brought, whatever was asked for: servers cap it.
    """
    if query is None or not size or number_of(query) != 1:
        return []
    count = page_count(total, size) or pages or 1
    return [with_number(query, n) for n in range(2, min(count, MAX_PAGES) + 1)]


def page_count(total: int | None, size: int) -> int | None:
    return math.ceil(total / size) if total is not None and size else None


def rows_at(found: Any, *paths: str) -> list[Mapping[str, Any]] | None:
    """The records under the first path that leads to a list; None where none does."""
    for path in paths:
        here = _at(found, path)
        if isinstance(here, list):
            return [row for row in here if isinstance(row, dict)]
    return None


def count_at(found: Any, *paths: str) -> int | None:
    """The number under the first path that leads to one, also printed as text."""
    for path in paths:
        here = _at(found, path)
        if isinstance(here, int) and not isinstance(here, bool) and here >= 0:
            return here
        if isinstance(here, str) and re.fullmatch(r"\s*\d{1,7}\s*", here):
            return int(here)
    return None


def _at(found: Any, path: str) -> Any:
    """What stands under a path of names; JSON inside of strings is read."""
    for key in filter(None, path.split(".")):
        found = _read(found)
        if not isinstance(found, dict):
            return None
        found = next((v for k, v in found.items() if k.lower() == key.lower()), None)
    return _read(found)


def _read(found: Any) -> Any:
    if isinstance(found, str) and found.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(found)
        except (ValueError, RecursionError):
            return found
    return found


def _fields(query: Query) -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = parse_qsl(query.url.partition("?")[2], keep_blank_values=True)
    if query.body is not None and query.content_type == JSON:
        fields += _flat(json.loads(query.body))
    elif query.body is not None:
        fields += parse_qsl(query.body.decode(), keep_blank_values=True)
    return fields


def _flat(found: Any) -> list[tuple[str, Any]]:
    if not isinstance(found, dict):
        return []
    return [
        pair
        for key, member in found.items()
        for pair in (_flat(member) if isinstance(member, dict) else [(key, member)])
    ]


def _renumbered(found: Any, number: int) -> Any:
    if not isinstance(found, dict):
        return found
    return {
        k: _renumbered(v, number)
        if isinstance(v, dict)
        else (number if isinstance(v, int) else str(number))
        if k.lower() in PAGE_NAMES
        else v
        for k, v in found.items()
    }
