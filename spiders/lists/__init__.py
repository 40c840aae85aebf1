"""List mechanisms: one file each, knowing how one family of portals prints and pages its lists.

A module of this package registers by defining ``MECHANISM``. It is pure: it sees pages and gives
entries and addresses; fetching and the proof that a list was read to its end are the reader's
(:mod:`spiders.reader`).

A mechanism may also have

- ``column(page) -> bool``: the page's scripts name a column of annual reports, although no word
  that a reader sees does;
- ``parts(page) -> list[Entry]``: parts of the column, each a column of its own (one a body, say),
  that only the page's scripts name;
- ``otherwise(query, page) -> list[Query]``: how else to ask where the answer to a question repeats
  what is known (``page``) or none came (None).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from spiders.page import Page
from spiders.query import Query


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list. ``date``: as printed beside it; ``context``: the line's other words;
    ``heading``: the words above the list or, in a table, at the beginning of the row."""

    url: str
    title: str
    date: date | None = None
    context: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """What one page tells of the whole list.

    ``pages`` and ``total``: number of pages with entries and of entries that it states; ``open_end``: why
    the list may go on where nothing can follow it (Chinese), None where its end is certain.

    ``step``: the page is none of the list's but on the way to it: a shell whose lines its questions
    bring again, or an answer with parameters only. ``of``: which of the column's lists the page
    belongs to, where it has several; each states its own extent.
    """

    pages: int | None = None
    total: int | None = None
    open_end: str | None = None
    step: bool = False
    of: str = ""


class ListMechanism(Protocol):
    name: str

    def fingerprint(self, page: Page) -> float:
        """How surely the page's list is of this kind: 0 = not at all, 1 = certainly."""
        ...

    def entries(self, page: Page) -> list[Entry]: ...

    def next_requests(self, page: Page) -> list[Query]:
        """Further pages of the list that this page makes known; for a list that a script fills,
        the questions that the script would ask. Answers come back as pages with ``asked`` set."""
        ...

    def extent(self, page: Page) -> Extent: ...


class DuplicateMechanism(ValueError):
    """Two modules register the same name."""


def register(found: Iterable[ListMechanism]) -> dict[str, ListMechanism]:
    """By name. Raises DuplicateMechanism."""
    known: dict[str, ListMechanism] = {}
    for mechanism in found:
        if mechanism.name in known:
            raise DuplicateMechanism(f"list mechanism {mechanism.name!r} is registered twice")
        known[mechanism.name] = mechanism
    return known


@lru_cache(maxsize=1)
def mechanisms() -> dict[str, ListMechanism]:
    """All mechanisms of this package."""
    modules = [
        importlib.import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
    ]
    return register(m.MECHANISM for m in modules if hasattr(m, "MECHANISM"))


def choose(page: Page) -> ListMechanism:
    """The mechanism that fits the page best; a plain single page fits always, but weakly."""
    return max(mechanisms().values(), key=lambda m: (m.fingerprint(page), m.name))


def holds_list(page: Page) -> bool:
    """Whether a page has entries of a list, or leads to them."""
    mechanism = choose(page)
    return bool(mechanism.entries(page) or mechanism.next_requests(page))


def names_column(page: Page) -> bool:
    """Whether the page's mechanism knows it for a column of annual reports by its scripts."""
    told = getattr(choose(page), "column", None)
    return told is not None and bool(told(page))


def scripted_parts(page: Page) -> list[Entry]:
    """Parts of a column that the page's mechanism knows by its scripts."""
    told = getattr(choose(page), "parts", None)
    return list(told(page)) if told is not None else []


def otherwise(mechanism: ListMechanism, query: Query, page: Page | None) -> list[Query]:
    """Other questions for what the answer to this one did not bring."""
    told = getattr(mechanism, "otherwise", None)
    return list(told(query, page)) if told is not None else []
