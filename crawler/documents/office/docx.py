"""Word's OOXML (DOCX, DOCM, DOTX; transitional and strict) → Document, straight from its XML.

What a reader of the printed page sees: tracked insertions and the results of fields, but not
deletions, hidden text, field codes, headers, footers, or the table of contents.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from crawler.documents.document import Block, Document, Grid, Note, NoteCode, Paragraph
from crawler.documents.html.text import collapse
from crawler.documents.limits import MAX_BLOCKS, damaged, too_large
from crawler.documents.office.docx_content import Content, Line, Reader, Table
from crawler.documents.office.docx_numbering import Numbering
from crawler.documents.office.docx_styles import Styles
from crawler.documents.office.docx_tables import table_content
from crawler.documents.office.marks import prose
from crawler.documents.safe_xml import Element, attribute, child, parse_xml
from crawler.documents.text.lines import Line as TextLine
from crawler.documents.text.lines import read_lines
from crawler.documents.zips import Zip

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MIN_ROWS = 4
"""Grids of fewer rows are no table of a report."""


def read_docx(
    data: bytes, http_charset: str | None = None, media_type: str = MEDIA_TYPE
) -> Document:
    """Read a Word document. Places: ``body/p[3]``, ``body/table[2]/row[5]/col[3]``.

    ``media_type``: what the file was before a conversion. Raises DocumentError.
    """
    package = Zip(data, "DOCX")
    main = _related(package, "", "officeDocument") or "word/document.xml"
    body = child(parse_xml(package.read(main), "DOCX"), "body")
    if body is None:
        raise damaged("DOCX", "没有正文")
    styles = Styles(_part(package, main, "styles"))
    numbering = Numbering(_part(package, main, "numbering"))
    reader = Reader(styles, numbering, converted=media_type != MEDIA_TYPE)
    blocks = list(_bounded(_blocks(reader.read(body), "body")))
    if not any(isinstance(block, Grid) and len(block.rows) >= _MIN_ROWS for block in blocks):
        blocks = list(_with_tables(blocks))
    shown = tuple(_collapsed(block) for block in blocks)
    return Document(media_type, shown, images=reader.images, notes=tuple(_notes(reader)))


def _notes(reader: Reader) -> Iterator[Note]:
    if reader.has_foreign:
        yield Note(NoteCode.UNREAD, "文档嵌入了另一个文件（altChunk），该部分未读取")
    if reader.objects:
        text = f"文档嵌入了 {reader.objects} 个对象（如 Excel 表格），只显示为图片，未读取"
        yield Note(NoteCode.UNREAD, text)


def _part(package: Zip, main: str, kind: str) -> Element | None:
    path = _related(package, main, kind)
    return parse_xml(package.read(path), "DOCX") if path else None


def _related(package: Zip, source: str, kind: str) -> str | None:
    """The part that ``source`` ("" for the package) relates to; None if there is none."""
    folder, name = posixpath.split(source)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in package:
        return None
    for relation in parse_xml(package.read(path), "DOCX"):
        target = attribute(relation, "Target") or ""
        external = attribute(relation, "TargetMode") == "External"
        if (attribute(relation, "Type") or "").endswith(f"/{kind}") and not external:
            found = posixpath.normpath(posixpath.join("/", folder, target))
            return found if found in package else None
    return None


def _blocks(content: Content, at: str) -> Iterator[Block]:
    """Blocks in order; a paragraph with line breaks becomes several, a table as `table_content`."""
    paragraphs = tables = 0
    for item in content:
        if isinstance(item, Table):
            tables += 1
            yield from table_content(item, f"{at}/table[{tables}]", _blocks)
            continue
        paragraphs += 1
        yield from _lines(item, f"{at}/p[{paragraphs}]")


def _lines(line: Line, at: str) -> Iterator[Block]:
    for written in line.text.split("\n"):
        text = prose(written)
        if text.strip():
            yield Paragraph(text, at, level=line.level)
    for number, box in enumerate(line.boxes, 1):
        yield from _blocks(box, f"{at}/box[{number}]")


def _bounded(blocks: Iterator[Block]) -> Iterator[Block]:
    total = 0
    for block in blocks:
        total += 1 if isinstance(block, Paragraph) else len(block.rows) * len(block.rows[0])
        if total > MAX_BLOCKS:
            raise too_large(f"文档超过 {MAX_BLOCKS} 个段落和单元格")
        yield block


def _with_tables(blocks: list[Block]) -> Iterator[Block]:
    """A document without tables may still show some, with tabs or spaces between the cells."""
    lines: list[TextLine] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(TextLine(block.text, None, block.at, level=block.level))
            continue
        yield from read_lines(lines)
        lines = []
        yield block
    yield from read_lines(lines)


def _collapsed(block: Block) -> Block:
    if isinstance(block, Grid):
        return block
    return Paragraph(collapse(block.text), block.at, block.path, block.level, block.link)
