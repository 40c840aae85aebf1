"""The report's prose for rules: passages with their place, and text without white space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from storage.domain import AnnualReport, Section
from storage.vocab import SectionId

_SPACE = re.compile(r"\s+")
_AROUND = 14
_SHOWN = 5
"""Quotes in a finding; more of the same say nothing new."""


@dataclass(frozen=True, slots=True)
class Passage:
    """``where``: a section's id, or preface, title."""

    where: str
    text: str


def passages(report: AnnualReport) -> Iterator[Passage]:
    """Title, preface and sections, each with its text as read."""
    if report.title:
        yield Passage("title", report.title)
    if report.preface:
        yield Passage("preface", report.preface)
    for section in report.sections:
        yield Passage(section.id.value, section.text)


@lru_cache(maxsize=64)
def compact(text: str) -> str:
    """Without white space: PDF and word processors leave it between the characters."""
    return _SPACE.sub("", text)


@lru_cache(maxsize=4)
def _prose(sections: tuple[Section, ...], preface: str) -> str:
    return compact("\n".join([preface, *(s.text for s in sections)]))


def prose(report: AnnualReport) -> str:
    """Preface and sections in one, without white space."""
    return _prose(report.sections, report.preface)


def section_text(report: AnnualReport, section_id: SectionId) -> str:
    """The section's text without white space; empty where there is no such section."""
    section = report.section(section_id)
    return compact(section.text) if section else ""


def quote(passage: Passage, start: int, end: int) -> dict[str, Any]:
    """The place with some text around it, exactly as it stands there."""
    low, high = max(0, start - _AROUND), min(len(passage.text), end + _AROUND)
    return {"text": passage.text[low:high].strip(), "at": f"{passage.where}:{start}-{end}"}


def hits(report: AnnualReport, pattern: re.Pattern[str]) -> Iterator[tuple[Passage, re.Match[str]]]:
    for passage in passages(report):
        for match in pattern.finditer(passage.text):
            yield passage, match


def quoted(found: list[tuple[Passage, re.Match[str]]]) -> list[dict[str, Any]]:
    return [quote(passage, *match.span()) for passage, match in found[:_SHOWN]]
