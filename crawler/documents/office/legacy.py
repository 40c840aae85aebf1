"""Old and foreign word-processing formats (DOC, WPS, RTF, ODT) → Document, by way of DOCX."""

from __future__ import annotations

import io
import zipfile

import lxml.etree

from crawler.documents.document import Document, DocumentError
from crawler.documents.office.docx import read_docx
from crawler.documents.office.ole import refuse_locked_word
from crawler.documents.office.soffice import convert
from crawler.documents.safe_xml import Element, attribute, child, local_name, parse_xml
from crawler.documents.zips import Zip

ODT = "application/vnd.oasis.opendocument.text"
WORD_XML = "application/vnd.ms-word+xml"
_LONGEST_NAME = 1000
_MANIFEST = "META-INF/manifest.xml"


def read_doc(data: bytes, http_charset: str | None = None) -> Document:
    """Word 97–2003 and WPS 文字. Places are those of the converted document. Raises DocumentError."""
    refuse_locked_word(data)
    return read_docx(convert(data, "doc", "docx"), media_type="application/msword")


def read_rtf(data: bytes, http_charset: str | None = None) -> Document:
    """Rich text. Raises DocumentError."""
    return read_docx(convert(data, "rtf", "docx"), media_type="application/rtf")


def read_odt(data: bytes, http_charset: str | None = None) -> Document:
    """OpenDocument text. Raises DocumentError."""
    package = Zip(data, "ODT")
    package.read("content.xml")  # refuses bombs before the converter sees them
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise DocumentError("encrypted", "ODT 文件有打开密码，未能读取")
    return read_docx(convert(data, "odt", "docx"), media_type=ODT)


def read_word_xml(data: bytes, http_charset: str | None = None) -> Document:
    """Word in a single XML file, often named .doc: that of 2003, or today's parts in one file.

    Raises DocumentError.
    """
    root = parse_xml(data, "Word XML")
    if local_name(root) == "package":
        return read_docx(_packed(root))
    return read_docx(convert(data, "xml", "docx"), media_type=WORD_XML)


def _packed(root: Element) -> bytes:
    """The parts of a package that was written as XML ("Flat OPC"), as a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for part in root:
            content = child(part, "xmlData")
            name = (attribute(part, "name") or "").lstrip("/")
            if content is not None and len(content) and len(name) <= _LONGEST_NAME:
                package.writestr(name, lxml.etree.tostring(content[0], with_tail=False))
    return out.getvalue()
