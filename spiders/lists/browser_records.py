"""The lists in what a page was sent as JSON: arrays of records, and what stands beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy.http import Response

from spiders.entries import looks_like_report
from spiders.lists import Entry
from spiders.lists.any_record import entries_of, titles_of
from spiders.page import Page

_TOTAL = re.compile(
    r"^(?:total|totals|total_?(?:count|num|number|records?|elements|size|hits|rows?|results?)"
    r"|records?_?(?:count|total|num)|row_?count|num_?found|all_?count)$",
    re.I,
)
_COUNT = re.compile(r"^(?:count|item_?count|sum|num|length|size)$", re.I)
_PAGES = re.compile(
    r"^(?:pages|total_?pages?|page_?(?:count|total|sum|nums?)|all_?pages?|max_?page)$", re.I
)
_PAGED = re.compile(r"page|start|begin|offset|limit|size|rows|cur|num|end|pn|ps", re.I)
_MARKUP = re.compile(r"<a\b[^<>]{0,400}\bhref", re.I)
_MORE = re.compile(
    r"^(?:has_?(?:more|next(?:_?page)?)|more|(?P<end>(?:is_?)?(?:end|last|finish(?:ed)?|last_?page)))$",
    re.I,
)
_NUMBERED = re.compile(r"(?<!(?:19|20)\d)\d\.\w+$")
"""A file by page; one by year is whole."""
_DEEP = 8


@dataclass(frozen=True)
class Records:
    """A list in an answer: ``entries``, or just ``titles`` where no address stands with them, and
    what stands beside it of pages and total. ``sure``: the total's name can mean nothing else."""

    place: str
    entries: tuple[Entry, ...]
    titles: tuple[str, ...] = ()
    total: int | None = None
    sure: bool = False
    pages: int | None = None
    paged: bool = False

    @property
    def reports(self) -> int:
        return sum(map(looks_like_report, self.titles))


def joined(records: Sequence[Entry], drawn: Sequence[Entry]) -> list[Entry]:
    """Records with the addresses that the page gives them, then the other reports it draws."""
    links = {plain(e.title): e for e in drawn}
    found: dict[str, Entry] = {}
    for record in records:
        link = links.pop(plain(record.title), None)
        entry = replace(record, url=link.url, date=record.date or link.date) if link else record
        found.setdefault(entry.url, entry)
    for entry in links.values():
        if looks_like_report(entry.title):
            found.setdefault(entry.url, entry)
    return list(found.values())


def records_in(answer: Response, base: Page | None = None) -> list[Records]:
    """Every array of records with titles and addresses in an answer's JSON. ``base``: the page
    that draws them, from which their addresses count."""
    page = Page(answer.url, answer.body)
    request = answer.request
    body = request.body.decode("utf-8", "replace") if request is not None else ""
    place = urlsplit(answer.url).path
    asked = [key for key, _ in parse_qsl(urlsplit(answer.url).query)]
    asked += [key for key, _ in parse_qsl(body)] + re.findall(r'"(\w+)"\s*:', body)
    paged = any(_PAGED.search(key) for key in asked) or bool(_NUMBERED.search(place))
    return lists_in(page.json, base or page, place, paged)


def lists_in(data: Any, base: Page, place: str = "", paged: bool = True) -> list[Records]:
    """Every array of records with titles in JSON data; ``base``: where their addresses count from."""
    found: list[Records] = []
    for path, records, around in _arrays(data, "", (), 0):
        titles = titles_of(records)
        if not titles:
            continue
        total, weak = _beside(around, _TOTAL), _beside(around, _COUNT)
        told = next((n for n in (total, weak) if n is not None and n >= len(records)), None)
        found.append(
            Records(
                place=f"{place}#{path}",
                entries=tuple(entries_of(records, base)),
                titles=tuple(titles),
                total=told,
                sure=told is not None and told == total,
                pages=_beside(around, _PAGES),
                paged=paged,
            )
        )
    return found


def stated_in(data: Any) -> tuple[int | None, int | None]:
    """(total, pages) that JSON data state beside whatever else they hold."""
    levels = list(_objects(data, 0))
    return _beside(levels, _TOTAL), _beside(levels, _PAGES)


def more_in(data: Any) -> bool | None:
    """Whether JSON data say that the list goes on; None where they say nothing of it."""
    for level in _objects(data, 0):
        for key, value in level.items():
            if (m := _MORE.match(key)) and (isinstance(value, bool) or value in (0, 1, "0", "1")):
                return (value in (True, 1, "1")) != bool(m["end"])
    return None


def markup_in(data: Any) -> str:
    """HTML with links among the values of JSON data, one after the other."""
    return "".join(_markup(data, 0))


def _markup(data: Any, depth: int) -> Iterator[str]:
    if isinstance(data, str):
        if _MARKUP.search(data):
            yield data
    elif depth < _DEEP and isinstance(data, (dict, list)):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _markup(value, depth + 1)


def _objects(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict) and depth < _DEEP:
        yield data
        for value in data.values():
            yield from _objects(value, depth + 1)


def _arrays(
    data: Any, path: str, around: tuple[dict[str, Any], ...], depth: int
) -> Iterator[tuple[str, list[dict[str, Any]], tuple[dict[str, Any], ...]]]:
    """(path, records, objects around them from the inside out) of every array of objects."""
    if depth > _DEEP:
        return
    if isinstance(data, str) and data[:1] in "[{" and len(data) > 2:
        try:
            data = json.loads(data)  # JSON as a string in JSON
        except (ValueError, RecursionError):
            return
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _arrays(value, f"{path}.{key}", (data, *around), depth + 1)
    elif isinstance(data, list):
        records = [r for r in data if isinstance(r, dict)]
        if records:
            yield path, records, around
        for record in records[:50]:
            yield from _arrays(record, f"{path}[]", around, depth + 1)


def _beside(around: Sequence[dict[str, Any]], names: re.Pattern[str]) -> int | None:
    for level in around:
        for key, value in level.items():
            text = str(value)
            if names.match(key) and not isinstance(value, bool) and text.isdecimal():
                return int(text)
    return None


def plain(title: str) -> str:
    """A title without white space and punctuation, by which lines are known again."""
    return re.sub(r"\W", "", title)
