"""Reports in traditional characters (繁体版 pages, Big5 files): read by their simplified twin.

The twin has the same text at the same places, one character for one, so that all that the parser
knows of words holds for it. What the report quotes is then given back as the document has it;
names of bodies stay simplified, as registries have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.documents.document import Block, Document, Grid, Paragraph
from crawler.parsing.traditional_table import SIMPLIFIED, TRADITIONAL
from storage.domain import AnnualReport, Cell, Fact, Section, Table, YearMention

_MARKS = re.compile("[報開請數辦條與關訴訟體為]")
"""Characters of any report that no simplified text has."""
_LEAST = 3
"""So many different marks are no name or quotation."""
_TABLE = str.maketrans(TRADITIONAL, SIMPLIFIED)
# Hong Kong and Taiwan say 資訊 where the mainland says 信息; 後 and 覆 are characters of GB 2312 too.
_WORDS = (
    ("资讯", "信息"),
    ("网路", "网络"),
    ("规范性档案", "规范性文件"),
    ("後", "后"),
    ("反覆", "反复"),
    ("答覆", "答复"),
)


def simplified(text: str) -> str:
    """The text in simplified characters, of the same length."""
    found = text.translate(_TABLE)
    for word, ours in _WORDS:
        found = found.replace(word, ours)
    return found


def is_traditional(document: Document) -> bool:
    """Whether its paragraphs are written in traditional characters."""
    marks: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            marks.update(_MARKS.findall(block.text))
            if len(marks) >= _LEAST:
                return True
    return False


def twin(document: Document) -> Document:
    """The document in simplified characters."""
    return replace(
        document,
        blocks=tuple(map(_block, document.blocks)),
        title=simplified(document.title) if document.title else document.title,
        meta=tuple((name, simplified(text)) for name, text in document.meta),
    )


def _block(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=simplified(block.text))
    # A cell stays one over all that it covers.
    cells = {
        id(cell): cell._replace(text=simplified(cell.text))
        for row in block.rows
        for cell in row
        if cell is not None
    }
    rows = tuple(
        tuple(None if cell is None else cells[id(cell)] for cell in row) for row in block.rows
    )
    return replace(block, rows=rows)


def as_written(report: AnnualReport, document: Document) -> AnnualReport:
    """The twin's report with what it quotes as the ``document`` has it."""
    original = _Original(document)
    return replace(
        report,
        title=original.title(report.title),
        preface=original.lines(report.preface),
        sections=tuple(original.section(section) for section in report.sections),
        table2=original.table(report.table2),
        table3=original.table(report.table3),
        table4=original.table(report.table4),
        facts=tuple(original.fact(fact) for fact in report.facts),
        years=tuple(original.mention(mention) for mention in report.years),
    )


class _Original:
    """Finds the document's own wording of what the twin says."""

    def __init__(self, document: Document) -> None:
        texts = list(_texts(document))
        self._text = "\n".join(texts)
        self._twin = simplified(self._text)
        self._titles = {re.sub(r"\s+", "", simplified(t)): re.sub(r"\s+", "", t) for t in texts}

    def _line(self, line: str) -> str:
        found = self._twin.find(line) if line else -1
        return line if found < 0 else self._text[found : found + len(line)]

    def lines(self, text: str) -> str:
        return "\n".join("\t".join(map(self._line, line.split("\t"))) for line in text.split("\n"))

    def title(self, title: str | None) -> str | None:
        return None if title is None else self._titles.get(title, self._line(title))

    def table(self, table: Table) -> Table:
        return {
            row: {column: self._cell(cell) for column, cell in cells.items()}
            for row, cells in table.items()
        }

    def _cell(self, cell: Cell) -> Cell:
        return replace(cell, raw=self._line(cell.raw)) if cell.raw else cell

    def section(self, section: Section) -> Section:
        return replace(section, heading=self._line(section.heading), text=self.lines(section.text))

    def fact(self, fact: Fact) -> Fact:
        return replace(fact, quote=self._line(fact.quote))

    def mention(self, mention: YearMention) -> YearMention:
        return replace(mention, quote=self._line(mention.quote))


def _texts(document: Document) -> Iterator[str]:
    yield from filter(None, (document.title, *(text for _, text in document.meta)))
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from (cell.text for row in block.rows for cell in row if cell is not None)
        else:
            yield block.text
