"""PDF → Document: grids where rules or alignment show tables, paragraphs from the lines around.

Two readings with two decoders can be had, `read_pdf` (pdfplumber, with the ruling lines) and
`read_pdf_again` (PDFium, by the order of the lines alone), so that what both show can be believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from crawler.documents.document import Block, Document, DocumentError, Paragraph
from crawler.documents.limits import damaged
from crawler.documents.pdf_breaks import joined
from crawler.documents.pdf_lattice import lattices
from crawler.documents.pdf_limits import limited
from crawler.documents.pdf_lines import Line, join_lines, lines_of, words_of
from crawler.documents.pdf_miner import MinerFailed, miner_pages
from crawler.documents.pdf_page import Page, legible
from crawler.documents.pdf_paragraphs import goes_on, margins_of, without_furniture
from crawler.documents.pdf_pdfium import opened, pdfium_pages, title_of
from crawler.documents.pdf_rows import find_zones, grids_of, heads_before, is_row
from crawler.documents.pdf_tables import PageTable, blocks_of, fill

MEDIA_TYPE = "application/pdf"
_SCANNED = 40
"""Glyphs per page; fewer beside a picture are a stamp or a page number on a scan."""
_LEGIBLE = 0.7
"""Share of glyphs whose character must be known."""
_HEAD = 1024
_TAIL = 2048
_ONE_READER = "PDF 只能用一种程序读取，表格未经核对"


class ImageOnlyPdf(DocumentError):
    """A PDF whose pages are pictures: it is published, but its text is not to be had."""

    def __init__(self, pages: int) -> None:
        super().__init__(
            "unreadable",
            f"PDF 共 {pages} 页，内容是图片（扫描件），没有可读的文字；可安装 OCR 组件或将原文转成文本后导入",
        )
        self.pages = pages


def read_pdf(data: bytes, http_charset: str | None = None) -> Document:
    """First reading: grids from ruling lines; where tables have none, rows from aligned words.

    Places are ``page[2]/table[1]/row[5]/col[3]``, for prose ``page[2]/paragraph[3]``.
    Raises DocumentError: encrypted, unreadable (`ImageOnlyPdf` for scans), too_large.
    """
    data = _from_header(data)
    with limited(), opened(data) as document:
        title = title_of(document)
        try:
            return _document(list(miner_pages(data)), title)
        except MinerFailed:
            return _document(list(pdfium_pages(document)), title, (_ONE_READER,))


def read_pdf_again(data: bytes) -> Document:
    """Second reading, independent of the first: other decoder, no rules. Raises as `read_pdf`."""
    with limited(), opened(_from_header(data)) as document:
        return _document(list(pdfium_pages(document)), title_of(document))


def _from_header(data: bytes) -> bytes:
    """The file without what some servers put before it.

    Raises DocumentError(unreadable) for a transfer that broke off: such a file can often be
    opened, and lacks its last pages.
    """
    end = data.rfind(b"%%EOF")
    if end < 0 or b" obj" in data[end:] or (len(data) - end > _TAIL and b"stream" in data[end:]):
        raise damaged("PDF", "文件不完整，可能下载中断")
    return data[max(data.find(b"%PDF-", 0, _HEAD), 0) :]


@dataclass(frozen=True, slots=True)
class _Content:
    """One page: tables with rules, and the lines around them."""

    page: Page
    tables: tuple[PageTable, ...]
    lines: tuple[Line, ...]


def _document(pages: Sequence[Page], title: str | None, notes: tuple[str, ...] = ()) -> Document:
    _check_text(pages)
    contents = _mended(_bodies([_content(page) for page in pages]))
    blocks = tuple(_blocks(contents))
    images = sum(page.images for page in pages)
    glyphs = [glyph for page in pages for glyph in page.glyphs]
    known = legible(glyphs)
    if known < 1:
        notes = (*notes, f"PDF 中有 {1 - known:.1%} 的字符没有文字编码")
    return Document(MEDIA_TYPE, blocks, title, images=images, notes=notes)


def _check_text(pages: Sequence[Page]) -> None:
    glyphs = sum(len(page.glyphs) for page in pages)
    pictures = sum(page.images > 0 for page in pages)
    if pictures and glyphs < _SCANNED * len(pages) and pictures * 2 >= len(pages):
        raise ImageOnlyPdf(len(pages))
    if not glyphs:
        raise DocumentError("unreadable", "PDF 没有文字内容")
    if legible([glyph for page in pages for glyph in page.glyphs]) < _LEGIBLE:
        raise DocumentError("unreadable", "PDF 的字体没有文字编码，无法提取文字")


def _content(page: Page) -> _Content:
    words = words_of(page.glyphs)
    tables: list[PageTable] = []
    for lattice in lattices(page.rules):
        inside = [word for word in words if lattice.holds(word.center, word.middle, word.size)]
        table = fill(lattice, inside, page.number, len(tables) + 1)
        if table is not None and inside:
            tables.append(table)
            taken = set(map(id, inside))
            words = [word for word in words if id(word) not in taken]
    return _Content(page, tuple(tables), tuple(lines_of(words)))


def _bodies(contents: Sequence[_Content]) -> list[_Content]:
    bodies = without_furniture([(content.page, content.lines) for content in contents])
    return [
        _Content(content.page, content.tables, body.lines)
        for content, body in zip(contents, bodies, strict=True)
    ]


def _mended(contents: Sequence[_Content]) -> list[_Content]:
    """Tables that a page break has cut are put together, on the page where they begin."""
    tables = [list(content.tables) for content in contents]
    last: int | None = None
    """the page whose last table goes on until the end of the page before"""
    for index, content in enumerate(contents):
        below = content.tables[0] if content.tables else None
        whole = None
        if last is not None and below and not any(n.middle < below.top for n in content.lines):
            whole = joined(tables[last][-1], below)
        if last is not None and whole is not None:
            tables[last][-1] = whole
            del tables[index][0]
        if not content.tables or any(n.middle > content.tables[-1].bottom for n in content.lines):
            last = None
        elif tables[index]:
            last = index
    return [replace(c, tables=tuple(t)) for c, t in zip(contents, tables, strict=True)]


# --- Reading order ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands on a page from top to bottom: one line, a table with rules (``blocks``), or the
    lines of a table without (``zone``). ``number``: of the table or paragraph on its page."""

    page: int
    number: int
    line: Line | None = None
    blocks: tuple[Block, ...] = ()
    zone: tuple[Line, ...] = ()


def _blocks(contents: Sequence[_Content]) -> Iterator[Block]:
    margins = margins_of([line for content in contents for line in content.lines])
    parts = _with_lone_rows([part for content in contents for part in _parts(content)])
    parts = _with_heads(parts)
    grids = _row_grids(parts)
    lines: list[_Part] = []
    for index, part in enumerate(parts):
        if part.line is not None and lines and margins is not None:
            before = lines[-1]
            if before.line is not None and goes_on(
                before.line, part.line, margins, same_page=before.page == part.page
            ):
                lines.append(part)
                continue
        if lines:
            yield _paragraph(lines)
            lines = []
        if part.line is not None:
            lines.append(part)
        elif part.zone:
            yield grids[index]
        else:
            yield from part.blocks
    if lines:
        yield _paragraph(lines)


def _paragraph(parts: Sequence[_Part]) -> Paragraph:
    text = join_lines([part.line.text for part in parts if part.line is not None])
    return Paragraph(text, f"page[{parts[0].page}]/paragraph[{parts[0].number}]")


def _parts(content: _Content) -> list[_Part]:
    page = content.page.number
    found: list[tuple[float, _Part]] = []
    tops = [table.top for table in content.tables]
    for table, top in zip(content.tables, tops, strict=True):
        found.append((top, _Part(page, table.number, blocks=tuple(blocks_of(table)))))
    count = max((table.number for table in content.tables), default=0)
    for top, bottom in pairwise([float("-inf"), *tops, float("inf")]):
        lines = [line for line in content.lines if top <= line.middle < bottom]
        inside: set[int] = set()
        for first, end in find_zones(lines):
            count += 1
            inside.update(range(first, end))
            zone = tuple(lines[first:end])
            found.append((zone[0].middle, _Part(page, count, zone=zone)))
        outside = [line for i, line in enumerate(lines) if i not in inside]
        found.extend((line.middle, _Part(page, 0, line=line)) for line in outside)
    found.sort(key=lambda item: item[0])
    return _numbered([part for _, part in found])


def _numbered(parts: Sequence[_Part]) -> list[_Part]:
    """Lines counted: a paragraph has the number of its first line."""
    count = 0
    out: list[_Part] = []
    for part in parts:
        count += part.line is not None
        out.append(part if part.line is None else replace(part, number=count))
    return out


def _with_lone_rows(parts: Sequence[_Part]) -> list[_Part]:
    """The only row that a page break left on its page belongs to the table overleaf."""
    out = list(parts)
    for index, part in enumerate(parts):
        if part.line is None or not is_row(part.line):
            continue
        around = [*out[max(index - 1, 0) : index], *parts[index + 1 : index + 2]]
        if any(other.zone and other.page != part.page for other in around):
            out[index] = _Part(part.page, _free_number(parts, part.page), zone=(part.line,))
    return out


def _with_heads(parts: Sequence[_Part]) -> list[_Part]:
    """The head of a table of which a page break left only the head on its page."""
    out: list[_Part] = []
    for part in parts:
        if part.zone and out and out[-1].page != part.page:
            before = _lines_at_end(out)
            if count := heads_before(before, part.zone):
                page = out[-1].page
                del out[-count:]
                out.append(_Part(page, _free_number(out, page), zone=tuple(before[-count:])))
        out.append(part)
    return out


def _lines_at_end(parts: Sequence[_Part]) -> list[Line]:
    """The lines of the last page that no table follows."""
    lines: list[Line] = []
    for part in reversed(parts):
        if part.line is None or part.page != parts[-1].page:
            break
        lines.insert(0, part.line)
    return lines


def _free_number(parts: Sequence[_Part], page: int) -> int:
    return 1 + max((p.number for p in parts if p.page == page and p.line is None), default=0)


def _row_grids(parts: Sequence[_Part]) -> dict[int, Block]:
    """The grids of tables without rules, by the index of their part. Parts with nothing but a page
    break between are one table, and have the same columns."""
    grids: dict[int, Block] = {}
    for _, run in groupby(_zone_runs(parts), key=lambda item: item[0]):
        members = [index for _, index in run]
        places = [f"page[{parts[i].page}]/table[{parts[i].number}]" for i in members]
        made = grids_of([parts[i].zone for i in members], places)
        grids.update(zip(members, made, strict=True))
    return grids


def _zone_runs(parts: Sequence[_Part]) -> Iterator[tuple[int, int]]:
    """(number of the table, index of the part)."""
    run = 0
    for index, part in enumerate(parts):
        if not part.zone:
            continue
        before = parts[index - 1] if index else None
        if before is None or not before.zone or before.page == part.page:
            run += 1
        yield run, index
