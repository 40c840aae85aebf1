"""Records of a list in JSON whose keys nobody knows: title, address and day told by their values."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crawler.parsing.dates import find_dates
from settings import SHANGHAI
from spiders.entries import looks_like_report
from spiders.lists import Entry
from spiders.page import Page, squeeze

_TAGS = re.compile(r"<[^<>]{1,200}>")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TITLE_NAME = re.compile(r"title|subject|headline|标题|(?:^|\.)(?:bt|name|mc|topic)$", re.I)
_LESS = re.compile(r"sub|short|meta|seo|keyword|column|channel|site|dept|org|author|source", re.I)
_ADDRESS = re.compile(r"^(?:https?:)?//\S+$|^\.{0,2}/\S+$|^[\w\-./%]+\.s?html?(?:\?\S*)?$", re.I)
_ADDRESS_NAME = re.compile(r"url|link|href|path|地址", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|svg|ico|webp|css|js|mp4)(?:\?|$)", re.I)
_OTHER_ADDRESS = re.compile(
    r"img|pic|cover|thumb|icon|logo|site|domain|column|channel|wap|mobile", re.I
)
_DAY_NAME = re.compile(r"pub|release|fabu|fbrq|fbsj|display|show|infodate|发布|公开", re.I)
_NO_DAY = re.compile(r"update|modif|edit|expire|end|top|check|valid|effect|implement", re.I)
_WEAK_DAY = re.compile(r"create|gen|add|input|save", re.I)
_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")
_MOST = 0.6
"""Share of the records in which a key must hold what it is taken for."""
_NESTED = 2


def entries_of(records: Sequence[Mapping[str, Any]], page: Page) -> list[Entry]:
    """The records that have a title and an address, in order; [] where no keys are found."""
    flat = [_flat(record, "", 0) for record in records]
    title = _key(flat, _is_title, _title_rank)
    if title is None:
        return []
    address = _key(flat, _is_address, _address_rank)
    if address is None:
        return []
    days = [{k: v for k, v in record.items() if not _NO_DAY.search(k)} for record in flat]
    day = _key(days, lambda value: _day(value) is not None, _day_rank)
    found: list[Entry] = []
    for record in flat:
        url = page.absolute(str(record.get(address) or ""))
        words = _words(record.get(title))
        if url and words:
            found.append(Entry(url, words, _day(record.get(day)) if day else None))
    return found


def titles_of(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The titles of records, also of those without address; [] where no key holds titles."""
    flat = [_flat(record, "", 0) for record in records]
    title = _key(flat, _is_title, _title_rank)
    return [w for record in flat if (w := _words(record.get(title)))] if title else []


def _flat(record: Mapping[str, Any], before: str, depth: int) -> dict[str, Any]:
    """Values by dotted key; JSON in strings is opened."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, str) and value[:1] == "{" and depth < _NESTED:
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                continue
        if isinstance(value, Mapping):
            if depth < _NESTED:
                found |= _flat(value, f"{before}{key}.", depth + 1)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            found[f"{before}{key}"] = value
    return found


def _key(
    records: Sequence[Mapping[str, Any]],
    fits: Callable[[Any], bool],
    rank: Callable[[str, list[Any]], tuple[float, ...]],
) -> str | None:
    keys = dict.fromkeys(key for record in records for key in record)
    best: tuple[tuple[float, ...], str] | None = None
    for key in keys:
        values = [r[key] for r in records if key in r and r[key] != ""]
        if sum(map(fits, values)) < max(1, _MOST * len(records)):
            continue
        found = (rank(key, values), key)
        best = found if best is None or found[0] > best[0] else best
    return best[1] if best else None


def _words(value: Any) -> str:
    return squeeze(_TAGS.sub("", html.unescape(value))) if isinstance(value, str) else ""


def _is_title(value: Any) -> bool:
    words = _words(value)
    return 4 <= len(words) <= 200 and len(_CHINESE.findall(words)) >= 2


def _title_rank(key: str, values: list[Any]) -> tuple[float, ...]:
    words = [_words(v) for v in values]
    named = bool(_TITLE_NAME.search(key)) - bool(_LESS.search(key))
    different = len(set(words)) / max(len(words), 1)
    return (sum(map(looks_like_report, words)), named, different, -key.count("."))


def _is_address(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(_ADDRESS.match(value.strip()))
        and not _PICTURE.search(value)
        and not find_dates(value.replace("/", "-").strip("-"))
    )


def _address_rank(key: str, values: list[Any]) -> tuple[float, ...]:
    named = bool(_ADDRESS_NAME.search(key)) - 2 * bool(_OTHER_ADDRESS.search(key))
    return (len(set(values)) > len(values) / 2, named, len(set(values)), -key.count("."))


def _day(value: Any) -> date | None:
    """A printed day, or the moment of an epoch in seconds or milliseconds, in Shanghai."""
    text = str(value).strip()
    if text.isdecimal() and len(text) in (10, 13):
        moment = datetime.fromtimestamp(int(text[:10]), SHANGHAI)
        return moment.date() if 1995 < moment.year < 2100 else None
    if not isinstance(value, str) or len(text) > 40:
        return None
    if _ZONED.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(SHANGHAI).date()
    if text.isdecimal() and len(text) == 8:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    days = find_dates(text)
    return days[0] if days else None


def _day_rank(key: str, values: list[Any]) -> tuple[float, ...]:
    # Epochs are eight hours off on some portals; what is printed is not.
    printed = not any(str(v).isdecimal() and len(str(v)) > 8 for v in values)
    named = bool(_DAY_NAME.search(key)) - bool(_WEAK_DAY.search(key))
    return (named, printed, -key.count("."))
