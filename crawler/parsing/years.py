"""Years that a report mentions, and what its text says about the year it reports on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from storage.domain import AnnualReport, Section, YearMention
from storage.vocab import SectionId

_PERIOD = re.compile(
    r"(20\d{2}(?=年?1月1日)|2008(?=年?5月1日))年?[15]月1日(?:起)?(?:[,，]?(?:至|到|[-—–~]+))(?:(20\d{2}|当|本)年)?12月31日"
)
_YEAR = re.compile(r"(?<![\d〔\[(（第])(20\d{2})年(?!\d)")
_NOT_THIS_YEAR = re.compile(r"^(?:以来|起|开始|之前|底前|修订|印发|出台|施行)")
_COMPARISON = re.compile(r"(同比|相比|较|比|与|截至|截止|自|从|于)$")
_QUOTE = 24
_BODY = frozenset(
    {SectionId.OVERVIEW, SectionId.PROACTIVE, SectionId.REQUESTS, SectionId.REVIEW_LITIGATION}
)
# A plan for next year stands in section 五; comparisons with the former year anywhere.
_MIN_BODY = 2


def read_period(text: str) -> tuple[tuple[date, date], str] | None:
    """The statistical period that a text states, with its quote."""
    plain = re.sub(r"\s", "", text)
    match = _PERIOD.search(plain)
    if not match:
        return None
    start = int(match[1])
    end = int(match[2]) if match[2] and match[2].isdigit() else start
    # The regulation came into force on 1 May 2008: the first reports begin there.
    first = date(start, 5, 1) if "5月1日" in match.group() else date(start, 1, 1)
    return (first, date(end, 12, 31)), match.group()


def body_years(sections: Sequence[Section]) -> Iterator[YearMention]:
    """Years that the prose of sections 一–四 speaks of as its own, one mention per occurrence."""
    for section in sections:
        if section.id not in _BODY:
            continue
        plain = re.sub(r"\s", "", section.text)
        for match in _YEAR.finditer(plain):
            before, after = (
                plain[max(0, match.start() - 3) : match.start()],
                plain[match.end() :][:4],
            )
            if _NOT_THIS_YEAR.match(after) or _COMPARISON.search(before):
                continue
            quote = plain[max(0, match.start() - 4) : match.end() + _QUOTE]
            yield YearMention("body", int(match[1]), quote)


def text_year(report: AnnualReport) -> int | None:
    """The year that the text itself reports on; None where it does not say clearly.

    The stated period decides; else the year that the prose names most, if it does so at least
    twice and more than twice as often as any other.
    """
    period = {m.year for m in report.years if m.source == "period"}
    if len(period) == 1:
        year = period.pop()
        return year if not _contradicted(report, year) else None
    counts = Counter(m.year for m in report.years if m.source == "body").most_common(2)
    if not counts or counts[0][1] < _MIN_BODY:
        return None
    if len(counts) > 1 and counts[1][1] * 2 >= counts[0][1]:
        return None
    return counts[0][0]


def _contradicted(report: AnnualReport, year: int) -> bool:
    """A period left over from last year's template above prose of another year says nothing."""
    body = Counter(m.year for m in report.years if m.source == "body")
    return bool(body) and body[year] == 0 and max(body.values()) >= _MIN_BODY
