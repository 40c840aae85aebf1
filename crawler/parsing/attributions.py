"""Who says it: each source's word on title, agency, year, period, date and form, with a confidence.

The confidence of a source is how far it can be trusted alone. Independent sources that agree raise
each other (the chance that all err); one that another contradicts is worth less. Nothing is
resolved here: the sources that were not believed stand beside the one that was.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crawler.documents.document import Document
from crawler.parsing.signature import Signature
from crawler.parsing.title_search import Title, named_titles
from crawler.parsing.titles import TitleReading, is_body_name, plain_title, read_title
from storage.domain import Attribution, Issue, YearMention
from storage.vocab import FormatVersion, Layer

_ALONE = {
    ("title", "heading"): 0.95,
    ("title", "text"): 0.9,
    ("title", "meta"): 0.85,
    ("title", "page_title"): 0.8,
    ("agency", "title"): 0.9,
    ("agency", "signature"): 0.8,
    ("agency", "preface"): 0.7,
    ("agency", "meta"): 0.7,
    ("agency", "page_title"): 0.7,
    ("year", "title"): 0.9,
    ("year", "period"): 0.9,
    ("year", "meta"): 0.7,
    ("year", "page_title"): 0.7,
    ("year", "body"): 0.6,
    ("year", "signature"): 0.5,
    ("period", "text"): 0.95,
    ("report_date", "signature"): 0.9,
    ("format_version", "tables"): 0.95,
    ("format_version", "statistics"): 0.9,
    ("format_version", "year"): 0.5,
}
_CONTRADICTION = 0.5
"""How much a source that is certain takes from what it denies."""
_NO_REPORT = 0.5
"""A title that does not say that it is a report's."""
_UNNAMED = 0.8
"""A date at the end without the name of a body may be another date."""
_SPRING = 8
"""A report that is signed before August is one of the year before."""
_COMPILED = re.compile(r"由([\u4e00-\u9fff]{3,25}?)(?:负责)?(?:编制|编写|编撰)")
_LEAST_MENTIONS = 2


@dataclass(frozen=True, slots=True)
class Sources:
    """What the reader of a report found."""

    document: Document
    title: Title
    signature: Signature
    preface: str
    years: Sequence[YearMention]
    period: tuple[tuple[date, date], str] | None
    versions: Sequence[tuple[FormatVersion, str]]


def attributions(found: Sources) -> tuple[Attribution, ...]:
    """Each field's sources, the strongest first."""
    told = list(_told(found))
    by_field: dict[str, list[Attribution]] = defaultdict(list)
    for attribution in told:
        known = by_field[attribution.field]
        if not any(k.source == attribution.source and k.value == attribution.value for k in known):
            known.append(attribution)
    weighed = [_weighed(one, known) for known in by_field.values() for one in known]
    order = list(by_field)
    return tuple(sorted(weighed, key=lambda a: (order.index(a.field), -a.confidence)))


def year_conflict(years: Sequence[YearMention]) -> Issue | None:
    """The note that the title and the stated period name different years."""
    named = {m.source: m.year for m in years if m.source in ("title", "period")}
    if len(set(named.values())) < 2:
        return None
    text = f"标题为 {named['title']} 年，统计期限为 {named['period']} 年"
    return Issue(Layer.REPORT, "M-YEAR", text, "year")


def _weighed(one: Attribution, known: Sequence[Attribution]) -> Attribution:
    doubt, denial = 1.0, 0.0
    for other in known:
        if _same(one, other):
            doubt *= 1 - other.confidence
        else:
            denial = max(denial, other.confidence)
    confidence = (1 - doubt) * (1 - _CONTRADICTION * denial)
    return replace(one, confidence=round(min(confidence, 0.99), 3))


def _same(one: Attribution, other: Attribution) -> bool:
    """Whether two sources say the same; short names of bodies (市水利局) are parts of long ones."""
    if one.value == other.value:
        return True
    if one.field in ("agency", "title"):
        return one.value in other.value or other.value in one.value
    return False


def _told(found: Sources) -> Iterator[Attribution]:
    title, reading = found.title, found.title.reading
    if title.text:
        yield _one("title", title.text, title.source, factor=1 if title.is_report else _NO_REPORT)
    if reading is not None:
        yield from _of_title(reading, "title", title.text or "")
    for text, source in named_titles(found.document):
        other = read_title(text)
        if source != title.source and other.is_report_title:
            yield _one("title", plain_title(text), source)
            yield from _of_title(other, source, text)
    if (match := _COMPILED.search(found.preface)) and is_body_name(match[1]):
        yield _one("agency", match[1], "preface", match[0])
    if found.signature.body:
        yield _one("agency", found.signature.body, "signature")
    if found.period:
        (start, end), quote = found.period
        yield _one("period", f"{start.isoformat()}/{end.isoformat()}", "text", quote)
    yield from _years(found)
    if day := found.signature.day:
        factor = 1 if found.signature.body else _UNNAMED
        yield _one("report_date", day.isoformat(), "signature", factor=factor)
    for version, source in found.versions:
        yield _one("format_version", version.value, source)


def _of_title(reading: TitleReading, source: str, text: str) -> Iterator[Attribution]:
    if reading.agency:
        yield _one("agency", reading.agency, source, text)
    if reading.year is not None and source != "title":
        yield _one("year", str(reading.year), source, text)


def _years(found: Sources) -> Iterator[Attribution]:
    for mention in found.years:
        if mention.source != "body":
            yield _one("year", str(mention.year), mention.source, mention.quote)
    body = Counter(m.year for m in found.years if m.source == "body")
    for year, times in body.most_common():
        if times >= _LEAST_MENTIONS or len(body) == 1:
            quote = next(m.quote for m in found.years if m.source == "body" and m.year == year)
            yield _one("year", str(year), "body", quote, factor=times / body.total())
    day = found.signature.day
    if day is not None and day.month < _SPRING:
        yield _one("year", str(day.year - 1), "signature", day.isoformat())


def _one(
    field: str, value: str, source: str, quote: str | None = None, *, factor: float = 1
) -> Attribution:
    return Attribution(field, value, source, _ALONE[field, source] * factor, quote)
