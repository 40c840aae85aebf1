"""OFD (GB/T 33190, the state's page format) → pages → Document. A ZIP of XML parts.

Pages are laid out like those of a PDF, so what reads those reads these: see the pdf modules.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.documents.document import Document, DocumentError, Note, NoteCode
from crawler.documents.limits import damaged, too_large
from crawler.documents.ofd.page import POINTS, Shown, numbers, read_content
from crawler.documents.pdf.contents import contents_of
from crawler.documents.pdf.limits import limited
from crawler.documents.pdf.order import ordered
from crawler.documents.pdf.page import Page, legible, tidy
from crawler.documents.pdf.pictures import LEGIBLE
from crawler.documents.pdf.reader import ImageOnlyPdf
from crawler.documents.safe_xml import Element, child, local_name, parse_xml
from crawler.documents.zips import Zip

MEDIA_TYPE = "application/ofd"
_ROOT = "OFD.xml"
_A4 = [0.0, 0.0, 210.0, 297.0]
_MAX_PAGES = 300
_PICTURE = 0.05
"""Share of the page; smaller pictures are seals and ornaments."""


@dataclass(frozen=True, slots=True)
class _Body:
    """One document of the file. ``templates``: identifier → path of its content."""

    pages: tuple[str, ...]
    templates: dict[str, str]
    box: list[float]


def read_ofd(data: bytes, http_charset: str | None = None) -> Document:
    """Read an OFD file; see `_read`."""
    return _read(data)


def read_ofd_again(data: bytes) -> Document:
    """The same, with numbers put together that narrow columns without rules have wrapped: the
    form's sums choose between these and unread ones."""
    return _read(data, joined=True)


def _read(data: bytes, *, joined: bool = False) -> Document:
    """Read an OFD file. Places: ``page[2]/table[1]/row[5]/col[3]``, ``page[2]/paragraph[3]``.

    Raises DocumentError: encrypted, too_large, unreadable (also for scans).
    """
    with limited():
        pages = list(ofd_pages(data))
        runs = contents_of(pages)
        blocks = tuple(block for run in runs for block in ordered(run, joined=joined))
    glyphs = [glyph for page in pages for glyph in page.seen]
    images = sum(page.images for page in pages)
    if not glyphs:
        raise _image_only(len(pages)) if images else DocumentError("unreadable", "OFD 没有文字内容")
    if legible(glyphs) < LEGIBLE:
        raise DocumentError("unreadable", "OFD 的字体没有文字编码，无法提取文字")
    notes: tuple[Note, ...] = ()
    if cut := sorted({t.page for run in runs for c in run for t in c.tables if t.cut}):
        shown = "、".join(map(str, cut))
        text = f"OFD 第 {shown} 页的表格超出页面，最右侧的列没有显示"
        notes = (Note(NoteCode.READING, text),)
    return Document(MEDIA_TYPE, blocks, images=images, notes=notes)


def _image_only(pages: int) -> DocumentError:
    error = ImageOnlyPdf(pages)
    error.message = error.message.replace("PDF", "OFD")
    return error


def ofd_pages(data: bytes) -> Iterator[Page]:
    """The pages in order. Raises DocumentError: encrypted, too_large, unreadable."""
    package = Zip(data, "OFD")
    if "Encryptions.xml" in package:
        raise DocumentError("encrypted", "OFD 文件已加密，未能读取")
    number = 0
    for body in _bodies(package):
        for path in body.pages:
            number += 1
            if number > _MAX_PAGES:
                raise too_large(f"OFD 超过 {_MAX_PAGES} 页")
            yield tidy(_page(package, path, body, number))


def _bodies(package: Zip) -> Iterator[_Body]:
    for body in _children(parse_xml(package.read(_ROOT), "OFD"), "DocBody"):
        path = _path(package, _ROOT, _text(child(body, "DocRoot")))
        root = parse_xml(package.read(path), "OFD")
        common = child(root, "CommonData")
        templates = {
            template.get("ID") or "": _path(package, path, template.get("BaseLoc"))
            for template in _children(common, "TemplatePage")
        }
        pages = tuple(
            _path(package, path, page.get("BaseLoc"))
            for page in _children(child(root, "Pages"), "Page")
        )
        yield _Body(pages, templates, _box(child(common, "PageArea")) or _A4)


def _page(package: Zip, path: str, body: _Body, number: int) -> Page:
    root = parse_xml(package.read(path), "OFD")
    left, top, width, height = _box(child(root, "Area")) or body.box
    shown = Shown([], [], [])
    for template in _children(root, "Template"):
        place = body.templates.get(template.get("TemplateID") or "")
        if place is not None:
            read_content(parse_xml(package.read(place), "OFD"), shown)
    read_content(root, shown)
    area = width * height * POINTS**2
    images = sum(picture >= _PICTURE * area for picture in shown.pictures)
    glyphs = tuple(
        g._replace(
            x0=g.x0 - left * POINTS,
            x1=g.x1 - left * POINTS,
            top=g.top - top * POINTS,
            bottom=g.bottom - top * POINTS,
        )
        for g in shown.glyphs
    )
    rules = tuple(
        r._replace(
            x0=r.x0 - left * POINTS,
            x1=r.x1 - left * POINTS,
            top=r.top - top * POINTS,
            bottom=r.bottom - top * POINTS,
        )
        for r in shown.rules
    )
    return Page(number, width * POINTS, height * POINTS, glyphs, rules, images)


def _box(area: Element | None) -> list[float] | None:
    """x, y, width, height of the page in millimetres."""
    for name in ("PhysicalBox", "ApplicationBox", "CropBox"):
        box = numbers(_text(child(area, name)))
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            return box
    return None


def _text(element: Element | None) -> str | None:
    return element.text if element is not None else None


def _children(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from (c for c in element if local_name(c) == name)


def _path(package: Zip, source: str, target: str | None) -> str:
    """A part's path as written in ``source``: from the root, or from the source's folder."""
    wanted = (target or "").strip().replace("\\", "/")
    places = [posixpath.join("/", posixpath.dirname(source), wanted), posixpath.join("/", wanted)]
    for place in places:
        if (path := posixpath.normpath(place)) in package:
            return path
    raise damaged("OFD", f"缺少 {wanted or '正文'}")
