"""The XML of a Word document → lines and tables as they are nested, without places yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.documents.limits import damaged
from crawler.documents.office.docx_styles import Numbering, Styles, is_on, value
from crawler.documents.safe_xml import Element, attribute, child

_WORD = frozenset(
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
_OTHERS = {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "urn:schemas-microsoft-com:vml": "v:",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
    "http://purl.oclc.org/ooxml/drawingml/main": "a:",
}
_UNSEEN = frozenset(
    ("w:pPr", "w:rPr", "w:sdtPr", "w:del", "w:moveFrom", "w:instrText", "w:delText",
     "w:delInstrText", "w:rt", "m:rPr")
)  # fmt: skip
_MARKS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_SHOWN = ("w:t", "m:t", "w:tbl", "a:blip", "v:imagedata")
_MAX_NESTING = 24
_PRIVATE = range(0xE000, 0xF900)
_SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; ``boxes``: the text boxes anchored in it. Breaks in ``text`` are "\\n"."""

    text: str
    level: int = 0
    boxes: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """``merge``: "start" where cells below may continue this one, "down" or "right" where it
    continues another, "" for any other."""

    content: Content
    span: int
    merge: str


@dataclass(frozen=True, slots=True)
class Row:
    """``before``: grid columns left free at the row's beginning."""

    cells: tuple[Cell, ...]
    before: int


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]


Content = tuple[Line | Table, ...]


@dataclass(slots=True)
class _Run:
    """The paragraph that is being read. ``fields``: open fields, True while in their code."""

    parts: list[str] = field(default_factory=list)
    coded: list[str] = field(default_factory=list)
    boxes: list[Content] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)

    def add(self, text: str) -> None:
        (self.coded if any(self.fields) else self.parts).append(text)

    @property
    def text(self) -> str:
        # A field whose code never ends is damaged: what looked like its code is shown.
        parts = [*self.parts, *self.coded] if any(self.fields) else self.parts
        return "".join(parts).replace(_SOFT_HYPHEN, "")


def tag_of(element: Element) -> str:
    """The tag with a prefix that is the same in all dialects; "" for foreign elements."""
    namespace, _, name = str(element.tag).rpartition("}")
    namespace = namespace[1:]
    return f"w:{name}" if namespace in _WORD else _OTHERS.get(namespace, "?:") + name


class Reader:
    """Reads bodies, cells and text boxes; counts pictures and automatic numbers on the way."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.images = 0
        self.has_foreign = False
        self._styles = styles
        self._numbering = numbering
        self._depth = 0

    def read(self, container: Element) -> Content:
        """Raises DocumentError(unreadable) for tables nested deeper than any editor makes them."""
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise damaged("DOCX", f"表格或文本框嵌套超过 {_MAX_NESTING} 层")
        found: list[Line | Table] = []
        torn = ""
        for element in _members(container):
            tag = tag_of(element)
            if tag == "w:tbl":
                found.append(self._table(element))
            elif tag == "w:altChunk":
                self.has_foreign = True
            elif tag == "w:p":
                line, goes_on = self._paragraph(element, torn)
                torn = line.text if goes_on else ""
                if goes_on:
                    line = Line("", line.level, line.boxes)
                found.append(line)
        if torn:
            found.append(Line(torn))
        self._depth -= 1
        return tuple(found)

    def _paragraph(self, element: Element, before: str) -> tuple[Line, bool]:
        """The line, and whether its end is deleted, so that the next paragraph goes on."""
        properties = child(element, "pPr")
        run = _Run()
        self._inline(element, run)
        text = run.text
        listed = self._styles.number(properties)
        if listed is not None:
            number = self._numbering.next(*listed)
            # Before a bare number it would make another number; without text it says nothing.
            if text.strip() and not text.strip().isdigit():
                text = number + text
        if self._styles.is_contents(properties):
            text = ""
        goes_on = child(properties, "rPr", "del") is not None
        return Line(before + text, self._styles.level(properties), tuple(run.boxes)), goes_on

    def _inline(self, element: Element, run: _Run) -> None:
        for item in element:
            tag = tag_of(item)
            if tag in ("w:t", "m:t"):
                run.add(item.text or "")
            elif tag in _MARKS:
                run.add(_MARKS[tag])
            elif tag == "w:sym":
                run.add(_symbol(item))
            elif tag == "w:fldChar":
                _field(attribute(item, "fldCharType"), run)
            elif tag == "mc:AlternateContent":
                chosen = _alternative(item)
                if chosen is not None:
                    self._inline(chosen, run)
            elif tag == "w:txbxContent":
                run.boxes.append(self.read(item))
            elif tag in ("a:blip", "v:imagedata"):
                self.images += 1
            elif tag in _UNSEEN or (tag == "w:r" and is_on(child(item, "rPr"), "vanish")):
                continue
            else:
                self._inline(item, run)

    def _table(self, element: Element) -> Table:
        rows: list[Row] = []
        for item in _members(element):
            properties = child(item, "trPr")
            deleted = child(properties, "del") is not None or is_on(properties, "hidden")
            if tag_of(item) == "w:tr" and not deleted:
                cells = tuple(self._cell(c) for c in _members(item) if tag_of(c) == "w:tc")
                rows.append(Row(cells, _count(value(properties, "gridBefore"), 0)))
        return Table(tuple(rows))

    def _cell(self, element: Element) -> Cell:
        properties = child(element, "tcPr")
        merge = ""
        for name, direction in (("vMerge", "down"), ("hMerge", "right")):
            mark = child(properties, name)
            if mark is not None:
                restarts = attribute(mark, "val") == "restart"
                merge = ("start" if direction == "down" else merge) if restarts else direction
        return Cell(self.read(element), _count(value(properties, "gridSpan"), 1), merge)


def _members(container: Element) -> Iterator[Element]:
    """Paragraphs, tables, rows or cells in order, out of the wrappers around them."""
    for item in container:
        tag = tag_of(item)
        if tag in ("w:ins", "w:moveTo", "w:customXml", "w:smartTag", "w:sdtContent"):
            yield from _members(item)
        elif tag == "w:sdt":
            gallery = value(item, "sdtPr", "docPartObj", "docPartGallery")
            if gallery != "Table of Contents":
                yield from _members(item)
        elif tag == "mc:AlternateContent":
            if (chosen := _alternative(item)) is not None:
                yield from _members(chosen)
        elif tag.startswith("w:"):
            yield item


def _alternative(element: Element) -> Element | None:
    """The same content is there for new and for old readers; it is read once."""
    branches = [item for item in element if tag_of(item) in ("mc:Choice", "mc:Fallback")]
    return next((b for b in branches if any(tag_of(x) in _SHOWN for x in b.iter())), None)


def _field(kind: str | None, run: _Run) -> None:
    if kind == "begin":
        run.fields.append(True)
    elif kind == "separate" and run.fields:
        run.fields[-1] = False
        _settle(run)
    elif kind == "end" and run.fields:
        run.fields.pop()
        _settle(run)


def _settle(run: _Run) -> None:
    """Outside all codes: what was set aside was code indeed."""
    if not any(run.fields):
        run.coded.clear()


def _symbol(element: Element) -> str:
    """A character of a named font; those of Wingdings and the like are ornaments."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return "" if code in _PRIVATE or not 0x20 <= code < 0xD800 else chr(code)


def _count(text: str | None, default: int) -> int:
    return min(int(text), 100) if text and text.isdecimal() and len(text) < 7 else default
