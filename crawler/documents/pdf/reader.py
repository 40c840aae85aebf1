"""PDF → Document: grids where rules or alignment show tables, paragraphs from the lines around.

Two readings with two decoders can be had, `read_pdf` (pdfplumber, with the ruling lines) and
`read_pdf_again` (PDFium, by the order of the lines alone), so that what both show can be believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from crawler.documents.document import Block, Document, DocumentError, Note, NoteCode
from crawler.documents.limits import damaged
from crawler.documents.pdf.contents import Content, contents_of
from crawler.documents.pdf.limits import check_streams, limited
from crawler.documents.pdf.miner import MinerFailed, miner_pages
from crawler.documents.pdf.order import ordered
from crawler.documents.pdf.page import Page, legible
from crawler.documents.pdf.pdfium import opened, pdfium_pages, title_of
from crawler.documents.pdf.pictures import (
    LEGIBLE,
    can_recognise,
    is_picture,
    is_under_text,
    recognised,
)

MEDIA_TYPE = "application/pdf"
_SCANNED = 40
"""Glyphs per page; a file of pictures that has fewer shows a stamp, a cover or page numbers."""
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
    notes: list[Note] = []
    with limited(), opened(data) as document:
        title = title_of(document)
        try:
            pages = list(miner_pages(data))
        except MinerFailed:
            check_streams(data)
            pages = list(pdfium_pages(document))
            notes.append(Note(NoteCode.READING, _ONE_READER))
        laid = _laid_out(pages)
    read = recognised(data, laid.pictures)
    return _document(laid, title, read, [*notes, *_notes(laid, read)])


def read_pdf_again(data: bytes) -> Document:
    """Second reading, independent of the first: other decoder, no rules.

    Raises `ImageOnlyPdf`. What else keeps it from reading is told by a document without blocks:
    that the first reading could not be checked must not go unsaid.
    """
    data = _from_header(data)
    try:
        with limited(), opened(data) as document:
            title = title_of(document)
            laid = _laid_out(list(pdfium_pages(document)), joined=True)
        return _document(laid, title, recognised(data, laid.pictures, again=True), ())
    except ImageOnlyPdf:
        raise
    except DocumentError as error:
        text = f"第二种读法未能读取，表格未经核对：{error.message}"
        return Document(MEDIA_TYPE, (), notes=(Note(NoteCode.READING, text),))


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
class _LaidOut:
    """All pages; ``pictures``: the numbers of those that show text and hold none; ``runs``: what
    stands on the others, in runs of pages that follow each other, with their blocks."""

    pages: tuple[Page, ...]
    pictures: tuple[int, ...]
    runs: tuple[tuple[tuple[Content, ...], tuple[Block, ...]], ...]


def _laid_out(pages: Sequence[Page], *, joined: bool = False) -> _LaidOut:
    """Raises DocumentError(unreadable) where neither text nor the recogniser is to be had."""
    pictures = tuple(page.number for page in pages if is_picture(page))
    if not pictures or not can_recognise():
        _check_text(pages, len(pictures))
    runs = contents_of([page for page in pages if page.number not in pictures])
    laid = tuple((run, tuple(ordered(run, joined=joined))) for run in runs)
    return _LaidOut(tuple(pages), pictures, laid)


def _document(
    laid: _LaidOut,
    title: str | None,
    read: Mapping[int, Sequence[Block]],
    notes: Sequence[Note],
) -> Document:
    """``read``: the blocks of pages that are pictures, by number."""
    if not any(read.values()):
        _check_text(laid.pages, len(laid.pictures))
    parts = [(run[0].page.number, blocks) for run, blocks in laid.runs]
    parts = sorted([*parts, *((n, tuple(blocks)) for n, blocks in read.items())], key=itemgetter(0))
    images = sum(page.images for page in laid.pages if page.number not in read)
    blocks = tuple(block for _, some in parts for block in some)
    return Document(MEDIA_TYPE, blocks, title, images=images, notes=tuple(notes))


def _notes(laid: _LaidOut, read: Mapping[int, Sequence[Block]]) -> list[Note]:
    """What a reader of the report should know of how it was read."""
    notes: list[Note] = []

    def tell(code: NoteCode, numbers: Iterable[int], text: str) -> None:
        if shown := "、".join(map(str, sorted(numbers))):
            notes.append(Note(code, f"PDF 第 {shown} 页{text}"))

    tables = [t for run, _ in laid.runs for content in run for t in content.tables]
    cut = {table.page for table in tables if table.cut}
    tell(NoteCode.UNREAD, cut, "的表格超出页面，最右侧的列没有显示")
    tell(NoteCode.READING, read, "是图片，文字由 OCR 识别")
    unread = set(laid.pictures) - set(read)
    tell(NoteCode.UNREAD, unread, "是图片，没有可读的文字；可安装 OCR 组件后重新读取")
    layers = [page.number for page in laid.pages if is_under_text(page)]
    tell(NoteCode.READING, layers, "是带文字层的图片，文字可能由 OCR 识别")
    readable = [page for page in laid.pages if page.number not in laid.pictures]
    known = legible([glyph for page in readable for glyph in page.seen])
    if known < 1:
        text = f"PDF 中有 {1 - known:.1%} 的字符没有文字编码"
        notes.append(Note(NoteCode.ENCODING, text))
    return notes


def _check_text(pages: Sequence[Page], pictures: int) -> None:
    """Raises DocumentError(unreadable) for a file that shows no text or hardly any."""
    glyphs = [glyph for page in pages for glyph in page.seen]
    if pictures * 2 >= len(pages) and len(glyphs) < _SCANNED * len(pages):
        raise ImageOnlyPdf(len(pages))
    if not glyphs:
        raise DocumentError("unreadable", "PDF 没有文字内容")
    if legible(glyphs) < LEGIBLE:
        raise DocumentError("unreadable", "PDF 的字体没有文字编码，无法提取文字")
