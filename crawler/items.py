"""What the spiders hand to the pipelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from scrapy.http import Response

from crawler.parsing.reading import Reading
from storage.domain import AnnualReport, DateEvidence, ParseFailure
from storage.repositories import Saved


@dataclass(eq=False)
class PageItem:
    """A response that is used: archived first, and read afterwards where ``read`` is set.

    ``capture`` and ``unchanged`` are filled by the archive, ``reading`` by the store.
    """

    response: Response = field(repr=False)
    read: bool = False
    known: bool = False
    """an earlier run stored what stands at this address; unchanged bytes need no reading"""
    capture: int | None = None
    unchanged: bool = False
    reading: Reading | None = field(default=None, repr=False)


@dataclass(eq=False)
class ReportItem:
    """A report to be filed under ``agency`` and ``year``; ``saved`` is filled by the store."""

    agency: str
    year: int
    url: str
    column: str | None
    title: str | None
    dates: Sequence[DateEvidence]
    content_agency: str | None
    content_year: int | None
    result: AnnualReport | ParseFailure = field(repr=False)
    capture: int | None
    candidate: CandidateItem | None = None
    """the decision that made it a report, where that is news; stored with it or not at all"""
    saved: Saved | None = None


@dataclass(eq=False)
class CandidateItem:
    """What was decided about a listed entry, and why."""

    url: str
    title: str | None
    column: str | None
    list_date: date | None
    verdict: str
    agency: str | None
    year: int | None
    score: float
    reasons: Sequence[str]
