"""Document → AnnualReport: pure and repeatable. What is not shown is never made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.documents.document import Document
from crawler.parsing.assign import assign_tables
from crawler.parsing.attributions import Sources, attributions, year_conflict
from crawler.parsing.confidence import confidence
from crawler.parsing.facts import extract_facts
from crawler.parsing.flow import FlowItem, RowItem, flow
from crawler.parsing.forms import form_conflicts, told_by_tables, told_by_year
from crawler.parsing.headings import Heading, find_headings, other_chapters
from crawler.parsing.recognise import refusal
from crawler.parsing.sections import Sections, build_sections
from crawler.parsing.statistics import Statistics, find_statistics
from crawler.parsing.table2 import read_table2
from crawler.parsing.table3 import read_table3
from crawler.parsing.table4 import read_table4
from crawler.parsing.tables import NO_TABLE, TableReading
from crawler.parsing.title_search import Title, find_title
from crawler.parsing.traditional import as_written, is_traditional, twin
from crawler.parsing.unread import unread_notes
from crawler.parsing.years import body_years, read_period
from storage.domain import AnnualReport, Fact, Issue, ParseFailure, YearMention
from storage.vocab import FormatVersion, Layer, SectionId

PARSER_VERSION = "4"
_MANY_IMAGES = 2
_LAST_FREE_YEAR = 2018
"""Reports up to this year chose their chapters and had no tables of the form."""
_TABLE_SECTIONS = {
    "table2": SectionId.PROACTIVE,
    "table3": SectionId.REQUESTS,
    "table4": SectionId.REVIEW_LITIGATION,
}
_TABLE_NAMES = {"table2": "表二", "table3": "表三", "table4": "表四"}


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """``body_block``: index of the document's block where the report's text begins."""

    result: AnnualReport | ParseFailure
    body_block: int | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in a document. ``free``: read as a report of the years up to 2018."""

    document: Document
    title: Title
    parts: Sections
    tables: dict[str, TableReading]
    exact: frozenset[str]
    facts: tuple[Fact, ...]
    statistics: Statistics
    chapters: Sequence[str]
    free: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """A document laid out, with its headings as the form has them."""

    document: Document
    items: Sequence[FlowItem]
    statistics: Statistics
    headings: Sequence[Heading]

    @property
    def first(self) -> int | None:
        """Flow index of the first heading."""
        return self.headings[0].index if self.headings else None


def parse_document(document: Document) -> ParsedDocument:
    """Read a document as an annual report, or say why it is none."""
    if not is_traditional(document):
        return _read(document)
    parsed = _read(twin(document))
    if isinstance(parsed.result, AnnualReport):
        return replace(parsed, result=as_written(parsed.result, document))
    return parsed


def _read(document: Document) -> ParsedDocument:
    items = flow(document)
    seen = _Seen(document, items, find_statistics(items), find_headings(items))
    title = find_title(document, items, seen.first)
    named = title.reading.year if title.reading else None
    parsed = _parse(seen, title, named is not None and named <= _LAST_FREE_YEAR)
    report = parsed.result
    if not isinstance(report, AnnualReport) or report.format_version or report.year is None:
        return parsed
    # The year stood in the text only, which is read once the sections are known.
    return _parse(seen, title, True) if report.year <= _LAST_FREE_YEAR else parsed


def _parse(seen: _Seen, title: Title, free: bool) -> ParsedDocument:
    document, items, statistics = seen.document, seen.items, seen.statistics
    headings: Sequence[Heading] = seen.headings
    tables = assign_tables(items, _section_of(items, headings), statistics.rows)
    table2 = read_table2(tables["table2"], recognised=document.recognised)
    table3 = read_table3(tables["table3"], recognised=document.recognised)
    # Tables of the form decide, whatever the year; local ones of early reports are none of them.
    free = (free or bool(statistics.rows)) and told_by_tables(table2, table3) is None
    if free:
        headings = find_headings(items, free=True, apart=statistics.heads)
        title = find_title(document, items, headings[0].index if headings else None)
        tables = {name: [] for name in tables}
        table2 = table3 = NO_TABLE
    official = _official(items, tables, (table2, table3))
    parts = build_sections(items, headings, official, title.end)
    chapters = other_chapters(items, headings, statistics.heads) if free else []
    facts = (*extract_facts(parts.sections, parts.preface, chapters), *statistics.facts)
    table4 = read_table4(tables["table4"], facts)
    found = {"table2": table2, "table3": table3, "table4": table4}
    failure = refusal(document, items, title, headings, found, bool(statistics.rows))
    body_block = items[parts.body_start].block if parts.body_start < len(items) else None
    if failure is not None:
        return ParsedDocument(failure, body_block)
    exact = frozenset(name for name, rows in tables.items() if all(row.exact for row in rows))
    read = _Read(document, title, parts, found, exact, facts, statistics, chapters, free)
    return ParsedDocument(_assemble(read), body_block)


def _section_of(items: Sequence[FlowItem], headings: Sequence[Heading]) -> list[str | None]:
    result: list[str | None] = [None] * len(items)
    for position, heading in enumerate(headings):
        end = headings[position + 1].index if position + 1 < len(headings) else len(items)
        result[heading.index : end] = [heading.id.value] * (end - heading.index)
    return result


def _official(
    items: Sequence[FlowItem],
    tables: dict[str, list[RowItem]],
    found: tuple[TableReading, TableReading],
) -> frozenset[int]:
    rows = [*tables["table4"]]
    if found[0].cells:
        rows += tables["table2"]
    if found[1].cells:
        rows += tables["table3"]
    wanted = {id(row) for row in rows}
    return frozenset(i for i, item in enumerate(items) if id(item) in wanted)


def _assemble(read: _Read) -> AnnualReport:
    parts, title, found = read.parts, read.title, read.tables
    texts = [parts.preface, *(s.text for s in parts.sections)]
    period = next((p for p in map(read_period, texts) if p), None)
    years: list[YearMention] = []
    if title.reading and title.reading.year is not None:
        years.append(YearMention("title", title.reading.year, title.text or ""))
    if period:
        years.append(YearMention("period", period[0][1].year, period[1]))
    years.extend(body_years(parts.sections))
    issues = [issue for table in found.values() for issue in table.issues]
    issues += unread_notes({name: table.cells for name, table in found.items()})
    issues += [Issue(Layer.EXTRACTION, n.code, n.message) for n in read.document.remarks]
    images = not read.free and _missing_tables(read.document, parts, found, issues)
    year = _year(title, years)
    versions = _versions(read, year)
    issues += _contradictions(read, year, years)
    report = AnnualReport(
        media_type=read.document.media_type,
        title=title.text,
        agency=(title.reading.agency if title.reading else None) or parts.signature.body,
        year=year,
        format_version=versions[0][0] if versions else None,
        report_date=parts.signature.day,
        period=period[0] if period else None,
        sections=parts.sections,
        table2=found["table2"].cells,
        table3=found["table3"].cells,
        table4=found["table4"].cells,
        issues=tuple(issues),
        preface=parts.preface,
        signatory=parts.signature.body,
        years=tuple(years),
        facts=read.facts,
        image_only=images or read.document.pictured,
        parser_version=PARSER_VERSION,
    )
    sources = Sources(read.document, title, parts.signature, parts.preface, years, period, versions)
    sure = confidence(report, read.exact, recognised=read.document.recognised)
    return replace(report, confidence=sure, attributions=attributions(sources))


def _versions(read: _Read, year: int | None) -> list[tuple[FormatVersion, str]]:
    """The form with its sources, the one that decides first: tables, then the year."""
    if read.free:
        source = "statistics" if read.statistics.rows else "year"
        return [(FormatVersion.PRE2019, source)]
    told: list[tuple[FormatVersion, str]] = []
    shown = read.tables["table2"].version or read.tables["table3"].version
    if shown is not None:
        told.append((shown, "tables"))
    by_year = told_by_year(year)
    if by_year is not None and (told or len(read.parts.sections) >= len(SectionId) - 2):
        told.append((by_year, "year"))
    return told


def _contradictions(read: _Read, year: int | None, years: Sequence[YearMention]) -> list[Issue]:
    notes = [
        Issue(
            Layer.EXTRACTION,
            "S-EXTRA",
            f"“{chapter}”在六个部分中没有对应，文字并入前一部分",
            "sections",
        )
        for chapter in read.chapters
    ]
    if conflict := year_conflict(years):
        notes.append(conflict)
    found = read.tables
    return [*notes, *form_conflicts(found["table2"], found["table3"], year, free=read.free)]


def _year(title: Title, years: Sequence[YearMention]) -> int | None:
    """The title's year; else the period's; else the prose's, if it names only one."""
    if title.reading and title.reading.year is not None:
        return title.reading.year
    for source in ("period", "body"):
        named = {m.year for m in years if m.source == source}
        if len(named) == 1:
            return named.pop()
    return None


def _missing_tables(
    document: Document, parts: Sections, found: dict[str, TableReading], issues: list[Issue]
) -> bool:
    """Notes each table that was not found; True if pictures stand in their place."""
    present = {s.id for s in parts.sections}
    lost = [name for name, table in found.items() if not table.cells]
    pictured = bool(lost) and document.images >= _MANY_IMAGES and len(lost) == len(found)
    for name in lost:
        if _TABLE_SECTIONS[name] in present or pictured:
            if pictured:
                text = f"{_TABLE_NAMES[name]}没有可读的表格，页面含 {document.images} 张图片，表格可能是图片"
                issues.append(Issue(Layer.EXTRACTION, "T-IMAGE", text, name))
            else:
                text = f"没有读到{_TABLE_NAMES[name]}"
                issues.append(Issue(Layer.EXTRACTION, "T-MISSING", text, name))
    return pictured
