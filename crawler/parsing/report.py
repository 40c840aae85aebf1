"""Document → AnnualReport: pure and repeatable. What is not shown is never made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.documents.document import Document
from crawler.parsing.assign import assign_tables
from crawler.parsing.facts import extract_facts
from crawler.parsing.flow import FlowItem, RowItem, flow
from crawler.parsing.headings import Heading, find_headings
from crawler.parsing.recognise import refusal
from crawler.parsing.sections import Sections, build_sections
from crawler.parsing.table2 import read_table2
from crawler.parsing.table3 import read_table3
from crawler.parsing.table4 import read_table4
from crawler.parsing.tables import TableReading
from crawler.parsing.title_search import Title, find_title
from crawler.parsing.years import body_years, read_period
from storage.domain import AnnualReport, Fact, Issue, ParseFailure, YearMention
from storage.vocab import CellState, FormatVersion, Layer, SectionId

PARSER_VERSION = "1"
_MANY_IMAGES = 2
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


def parse_document(document: Document) -> ParsedDocument:
    """Read a document as an annual report, or say why it is none."""
    items = flow(document)
    headings = find_headings(items)
    title = find_title(document, items, headings[0].index if headings else None)
    tables = assign_tables(items, _section_of(items, headings))
    table2, table3 = read_table2(tables["table2"]), read_table3(tables["table3"])
    official = _official(items, tables, (table2, table3))
    parts = build_sections(items, headings, official, title.end)
    facts = extract_facts(parts.sections, parts.preface)
    table4 = read_table4(tables["table4"], facts)
    found = {"table2": table2, "table3": table3, "table4": table4}
    failure = refusal(document, items, title, headings, found)
    body_block = items[parts.body_start].block if parts.body_start < len(items) else None
    if failure is not None:
        return ParsedDocument(failure, body_block)
    return ParsedDocument(_assemble(document, title, parts, found, facts), body_block)


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


def _assemble(
    document: Document,
    title: Title,
    parts: Sections,
    found: dict[str, TableReading],
    facts: tuple[Fact, ...],
) -> AnnualReport:
    texts = [parts.preface, *(s.text for s in parts.sections)]
    period = next((p for p in map(read_period, texts) if p), None)
    years: list[YearMention] = []
    if title.reading and title.reading.year is not None:
        years.append(YearMention("title", title.reading.year, title.text or ""))
    if period:
        years.append(YearMention("period", period[0][1].year, period[1]))
    years.extend(body_years(parts.sections))
    issues = [issue for table in found.values() for issue in table.issues]
    issues += [Issue(Layer.EXTRACTION, "TXT-ENCODING", note) for note in document.notes]
    images = _missing_tables(document, parts, found, issues)
    version = found["table2"].version or found["table3"].version
    year = _year(title, years)
    if version is None and year is not None and year <= 2018:
        version = FormatVersion.PRE2019
    return AnnualReport(
        media_type=document.media_type,
        title=title.text,
        agency=(title.reading.agency if title.reading else None) or parts.signature.body,
        year=year,
        format_version=version,
        report_date=parts.signature.day,
        period=period[0] if period else None,
        sections=parts.sections,
        table2=found["table2"].cells,
        table3=found["table3"].cells,
        table4=found["table4"].cells,
        issues=tuple(issues),
        confidence=_confidence(parts, found),
        preface=parts.preface,
        signatory=parts.signature.body,
        years=tuple(years),
        facts=facts,
        image_only=images,
        parser_version=PARSER_VERSION,
    )


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


def _confidence(parts: Sections, found: dict[str, TableReading]) -> float:
    """Share of what a whole report shows that was read: headings (0.3), cells (0.7)."""

    weights = {"table2": 0.15, "table3": 0.4, "table4": 0.15}
    score = 0.3 * len(parts.sections) / len(SectionId)
    for name, table in found.items():
        cells = [c for row in table.cells.values() for c in row.values()]
        if cells:
            read = sum(c.state is not CellState.ABSENT for c in cells) / len(cells)
            score += weights[name] * read
    return round(min(score, 1.0), 3)
