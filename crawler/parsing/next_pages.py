"""The further pages of an article that a portal has cut into several, as the page itself tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from crawler.documents.document import Document

MAX_PAGES = 50
_WORDS = re.compile(
    r"^[\s\[【(（<«]*(?:下一?页|后一?页|next|第?\s*(\d{1,2})\s*页?)[\s\]】)）>»]*$", re.I
)
_FIRST_PAGE = re.compile(r"^[\s\[【(（]*第?\s*[01]\s*页?[\s\]】)）]*$")
_FILE = re.compile(r"^(.*?)(\.\w{1,6})?$")
_NUMBER = re.compile(r"^[_-](\d{1,2})$")
_OWN_NUMBER = re.compile(r"^(.{3,}?)[_-](\d{1,2})$")
_PAGE_KEYS = frozenset(
    ("page", "p", "pageno", "pagenum", "pageindex", "pagenumber", "curpage", "pn")
)
# Names that lists have, too: believed only where the page is a report by itself.
_LIST_NAMES = re.compile(r"^(?:index|list|default|main)$", re.I)


def next_pages(document: Document, url: str | None, *, is_report: bool) -> tuple[str, ...]:
    """Addresses of the article's pages behind this one, in order; () for an article of one page.

    Pagers of lists and links to other articles are told apart by the address: a further page has
    the article's own with a number. ``url``: of the page; without it nothing can be told.
    """
    if not url:
        return ()
    try:
        own = urlsplit(url)
        found = list(_linked(document, url, own))
        for address in (urljoin(url, page) for page in document.pages):
            further = _further(own, urlsplit(address), is_report=is_report)
            if further is not None:
                found.append((address, further))
    except ValueError:
        return ()
    pages = {address: page.number for address, page in found if page.number > page.own}
    return tuple(sorted(pages, key=lambda address: pages[address]))[:MAX_PAGES]


@dataclass(frozen=True, slots=True)
class _Further:
    """``number`` in the other page's address, ``own`` in this one's: 0 for a first page."""

    number: int
    own: int


def _linked(document: Document, url: str, own: SplitResult) -> Iterator[tuple[str, _Further]]:
    for link in document.links:
        label = _WORDS.match(link.text)
        if not label or _FIRST_PAGE.match(link.text):
            continue
        try:
            address = urljoin(url, link.url)
            further = _further(own, urlsplit(address), is_report=True)
        except ValueError:
            continue
        if further is None:
            continue
        # Second pages are _1 on some portals, _2 on others.
        named = int(label[1]) if label[1] else further.own + 1
        first = not further.own and not label[1]
        if further.number in ((1, 2) if first else (named - 1, named)):
            yield address, further


def _further(own: SplitResult, other: SplitResult, *, is_report: bool) -> _Further | None:
    """How ``other``'s address differs from the page's own by a number; None if in more."""
    if other.scheme not in ("http", "https") or other.netloc != own.netloc:
        return None
    folder, stem, ending = _parts(own.path)
    other_folder, other_stem, other_ending = _parts(other.path)
    if folder != other_folder:
        return None
    if (stem, ending) == (other_stem, other_ending):
        return _query_further(own.query, other.query)
    if stem and ending != other_ending:
        return None
    base = stem or "index"
    if _LIST_NAMES.match(base) and not is_report:
        return None
    number = _NUMBER.match(other_stem.removeprefix(base)) if other_stem.startswith(base) else None
    if number:
        return _Further(int(number[1]), 0)
    ours, theirs = _OWN_NUMBER.match(stem), _OWN_NUMBER.match(other_stem)
    if ours and theirs and ours[1] == theirs[1]:
        # Both names differ in their last number only: this may itself be a further page.
        return _Further(int(theirs[2]), int(ours[2]))
    return None


def _query_further(own: str, other: str) -> _Further | None:
    rest = [pair for pair in parse_qsl(own) if pair[0].lower() not in _PAGE_KEYS]
    if rest != [pair for pair in parse_qsl(other) if pair[0].lower() not in _PAGE_KEYS]:
        return None
    here = next(_numbers(own), 0)
    return next((_Further(number, here) for number in _numbers(other)), None)


def _numbers(query: str) -> Iterator[int]:
    for key, value in parse_qsl(query):
        if key.lower() in _PAGE_KEYS and value.isdecimal() and len(value) <= 2:
            yield int(value)


def _parts(path: str) -> tuple[str, str, str]:
    """Folder, file name without ending, ending."""
    folder, _, name = path.rpartition("/")
    match = _FILE.match(name)
    assert match  # matches any name
    return folder, match[1], match[2] or ""
