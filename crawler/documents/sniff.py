"""Bytes → Document, by what the bytes show and not by the file's name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from crawler.documents.charset import decode
from crawler.documents.document import Document, DocumentError
from crawler.documents.html.json_body import MEDIA_TYPE as JSON
from crawler.documents.html.json_body import is_json, read_json
from crawler.documents.html.reader import read_html
from crawler.documents.image import MEDIA_TYPES as IMAGES
from crawler.documents.image import read_image, read_image_again
from crawler.documents.mhtml import read_mhtml
from crawler.documents.ofd.reader import MEDIA_TYPE as OFD
from crawler.documents.ofd.reader import read_ofd, read_ofd_again
from crawler.documents.office.docx import MEDIA_TYPE as DOCX
from crawler.documents.office.docx import read_docx
from crawler.documents.office.legacy import (
    ODT,
    WORD_XML,
    read_doc,
    read_odt,
    read_rtf,
    read_word_xml,
)
from crawler.documents.office.ole import ole_kind, read_other_ole
from crawler.documents.office.spreadsheet import (
    ODS,
    SHEET_XML,
    XLS,
    XLSX,
    read_ods,
    read_sheet_xml,
    read_xls,
    read_xlsx,
)
from crawler.documents.package import read_package
from crawler.documents.pdf.reader import MEDIA_TYPE as PDF
from crawler.documents.pdf.reader import read_pdf, read_pdf_again
from crawler.documents.text.mixed import as_page
from crawler.documents.text.reader import read_text
from crawler.documents.zips import zip_kind

MAX_BYTES = 64 * 1024 * 1024

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "application/pdf", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "DOC/XLS/WPS"),
    (b"PK\x03\x04", "application/zip", "DOCX/XLSX/OFD/ZIP"),
    (b"Rar!", "application/vnd.rar", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7Z"),
    (b"{\\rtf", "application/rtf", "RTF"),
    (b"\x89PNG", "image/png", "PNG"),
    (b"\xff\xd8\xff", "image/jpeg", "JPEG"),
    (b"GIF8", "image/gif", "GIF"),
    (b"II*\x00", "image/tiff", "TIFF"),
    (b"MM\x00*", "image/tiff", "TIFF"),
    (b"MIME-Version:", "multipart/related", "MHT"),
    (b"\x1f\x8b\x08", "application/gzip", "GZIP"),
)
_WORD_XML = re.compile(rb"<\?mso-application\s+progid\s*=\s*[\"']Word\.Document|<w:wordDocument\b")
_SHEET_XML = re.compile(rb"<\?mso-application\s+progid\s*=\s*[\"']Excel\.Sheet")
_MAIL = re.compile(rb"(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){1,20}?MIME-Version:", re.I)
"""Browsers write other headers before; a page's own text begins otherwise."""
_PACKED = (
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/gzip",
    "application/x-tar",
)
_TAG = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|table|div|p|meta|span|td|tr|ul|h1)\b", re.I
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TAR = (b"ustar", "application/x-tar", "TAR")
_LOOKED_AT = 65536
_MARKUP = re.compile(rb"<(?:\?xml\b|!--|[a-z][\w:.-]*[\s/>])", re.I)
"""XML that is none of the office formats carries a page or a part of one."""

READERS: dict[str, Callable[[bytes, str | None], Document]] = {
    "text/html": read_html,
    "text/plain": read_text,
    "multipart/related": read_mhtml,
    "application/msword": read_doc,
    "application/rtf": read_rtf,
    "application/x-ole-storage": read_other_ole,
    "application/zip": lambda data, _: read_package(data, open_document, sniff),
    DOCX: read_docx,
    JSON: read_json,
    ODS: read_ods,
    ODT: read_odt,
    OFD: read_ofd,
    PDF: read_pdf,
    WORD_XML: read_word_xml,
    SHEET_XML: read_sheet_xml,
    XLS: read_xls,
    XLSX: read_xlsx,
    **dict.fromkeys(IMAGES, read_image),
}

# Formats that say where things stand and not what they are: read twice, by independent readers.
AGAIN: dict[str, Callable[[bytes], Document]] = {
    OFD: read_ofd_again,
    PDF: read_pdf_again,
    **dict.fromkeys(IMAGES, read_image_again),
}


def sniff(data: bytes) -> str:
    """Media type of the content."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, media_type, _ in _MAGIC:
        if head.startswith(magic):
            if media_type == "application/zip":
                return zip_kind(data)
            return ole_kind(data) if media_type == "application/x-ole-storage" else media_type
    if data[8:12] == b"WEBP" and data.startswith(b"RIFF"):
        return "image/webp"
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return "image/bmp"
    if _WORD_XML.search(head):
        return WORD_XML
    if _SHEET_XML.search(head):
        return SHEET_XML
    if _MAIL.match(head) and b"multipart/related" in head:
        return "multipart/related"
    if data[257:262] == b"ustar":
        return "application/x-tar"
    if is_json(data):
        return JSON
    beginning = data[:_LOOKED_AT]
    if data.startswith(_UTF16) or data.count(0, 0, 4096):
        # Halves of characters of two bytes look like tags, and tags do not.
        beginning = decode(beginning)[0].encode("utf-8", "replace")
    if _MARKUP.match(head) or _TAG.search(beginning):
        return "text/html"
    return "text/plain"


def open_document(data: bytes, http_charset: str | None = None) -> Document:
    """Read any supported format. Raises DocumentError with the contract's code."""
    if not data:
        raise DocumentError("unreadable", "文件为空")
    if len(data) > MAX_BYTES:
        raise DocumentError("too_large", f"文件超过 {MAX_BYTES // 2**20} MB，未读取")
    media_type = sniff(data)
    reader = READERS.get(media_type)
    if reader is None:
        name = next((n for _, m, n in (*_MAGIC, _TAR) if m == media_type), media_type)
        advice = "请解压后逐份导入" if media_type in _PACKED else "请另存为 DOCX、PDF 或文本后导入"
        raise DocumentError("unsupported", f"暂不支持读取 {name} 文件；{advice}")
    if media_type == "text/html" and (page := as_page(data, http_charset)) is not None:
        return reader(page, "utf-8")
    return reader(data, http_charset)


def open_again(data: bytes, document: Document) -> Document | None:
    """The second reading of what `open_document` has read; None where there is none to be had."""
    reader = AGAIN.get(document.media_type)
    if reader is None or sniff(data) != document.media_type:
        return None
    try:
        return reader(data)
    except DocumentError:
        return None
