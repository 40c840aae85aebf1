"""The XML of a Word document → lines and tables as they are nested, without places yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from crawler.documents.limits import damaged
from crawler.documents.office.docx_fields import Text
from crawler.documents.office.docx_numbering import Numbering
from crawler.documents.office.docx_styles import (
    PLAIN,
    Look,
    Styles,
    is_on,
    is_set,
    value,
)
from crawler.documents.office.docx_tags import (
    alternative,
    chosen_entry,
    has_words,
    is_cell,
    is_floating,
    is_prompt,
    symbol,
    tag_of,
)
from crawler.documents.office.marks import STRUCK, UNREAD, as_ornaments
from crawler.documents.safe_xml import Element, attribute, child

_UNSEEN = frozenset(
    ("w:pPr", "w:rPr", "w:sdtPr", "w:del", "w:moveFrom", "w:delText",
     "w:delInstrText", "w:rt", "m:rPr")
)  # fmt: skip
_MARKS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_NOTES = ("w:footnoteReference", "w:endnoteReference")
# Of mathematics: what stands between the parts, and whether all but the first are raised.
_PARTED = {"m:f": ("/", False), "m:sSup": ("", True), "m:sSub": ("", True), "m:sSubSup": ("", True)}
_STRUCTURES = (*_PARTED, "m:rad", "m:nary", "m:m", "m:eqArr", "m:limLow", "m:limUpp", "m:sPre")
_FIGURES = re.compile(r"[\d,.，．\s]+")
_MAX_NESTING = 24


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
class _Paragraph:
    """The paragraph that is being read. ``around``: what its style says of runs."""

    around: Mapping[str, str]
    text: Text
    boxes: list[Content] = field(default_factory=list)


class Reader:
    """Reads bodies, cells and text boxes; counts pictures and automatic numbers on the way.

    ``converted``: the file was made of another one, so that the results of some fields are new.
    """

    def __init__(self, styles: Styles, numbering: Numbering, *, converted: bool) -> None:
        self.images = 0
        self.objects = 0
        self.has_foreign = False
        self._styles = styles
        self._numbering = numbering
        self._converted = converted
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
                if torn:
                    found.append(Line(torn))
                    torn = ""
                found.append(self._table(element))
            elif tag in ("w:altChunk", "w:subDoc"):
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
        """The line, and whether its end is deleted or hidden, so that the next paragraph goes on."""
        properties = child(element, "pPr")
        paragraph = _Paragraph(self._styles.around(properties), Text(self._converted))
        if is_prompt(element):
            self._prompt(element, paragraph, PLAIN)
        else:
            self._inline(element, paragraph)
        mark = child(properties, "rPr")
        deleted = any(child(mark, name) is not None for name in ("del", "moveFrom"))
        goes_on = deleted or is_on(mark, "vanish")
        shown = paragraph.text.shown
        text = before + shown
        # What is deleted or hidden is not counted.
        uncounted = deleted or (goes_on and not shown)
        listed = None if uncounted else self._styles.number(properties)
        if listed is not None:
            number = self._numbering.next(*listed)
            # Before a bare number it would make another number; without text it says nothing.
            if text.strip() and not _FIGURES.fullmatch(text):
                text = number + text
        if self._styles.is_contents(properties):
            text = ""
        return Line(text, self._styles.level(properties), tuple(paragraph.boxes)), goes_on

    def _inline(self, element: Element, into: _Paragraph, look: Look = PLAIN) -> None:
        text = into.text
        for item in element:
            tag = tag_of(item)
            if tag in ("w:t", "m:t"):
                written = item.text or ""
                text.add(as_ornaments(written) if look.ornament else written, is_raised=look.raised)
            elif tag == "w:r":
                self._run(item, into, look)
            elif tag in _MARKS:
                text.add(_MARKS[tag])
            elif tag in _NOTES and is_set(item, "customMarkFollows"):
                look = replace(look, raised=True)
            elif tag == "w:sym":
                text.add(symbol(item), is_raised=look.raised)
            elif tag == "w:fldChar":
                _field(item, text)
            elif tag == "w:fldSimple":
                text.begin(stale=is_set(item, "dirty"), locked=is_set(item, "fldLock"))
                text.code(attribute(item, "instr") or "")
                text.separate()
                self._inline(item, into, look)
                text.end()
            elif tag == "w:instrText":
                text.code(item.text or "")
            elif tag == "w:sdt" and is_on(child(item, "sdtPr"), "showingPlcHdr"):
                self._prompt(item, into, look)
            elif tag == "mc:AlternateContent":
                if (chosen := alternative(item)) is not None:
                    self._inline(chosen, into, look)
            elif tag == "w:txbxContent":
                into.boxes.append(self.read(item))
            elif tag in ("a:blip", "v:imagedata"):
                self.images += 1
                # The picture of an embedded object stands for the object.
                if not is_floating(item):
                    text.add(UNREAD)
            elif tag == "v:textpath":
                text.add(item.get("string") or "")  # WordArt
            elif tag == "?:OLEObject":
                self.objects += 1
            elif tag in _STRUCTURES:
                self._structure(tag, item, into, look)
            elif tag not in _UNSEEN:
                self._inline(item, into, look)

    def _run(self, item: Element, into: _Paragraph, look: Look) -> None:
        own = self._styles.look(into.around, child(item, "rPr"))
        if own.hidden or own.struck:
            # Struck-out figures are none of the report's; a cell with nothing else is not blank.
            into.text.add(STRUCK if own.struck and not own.hidden else "")
            return
        raised = look.raised or own.raised or (own.shifted and into.text.ends_with_digit)
        self._inline(item, into, own if raised is own.raised else replace(own, raised=raised))

    def _prompt(self, control: Element, into: _Paragraph, look: Look) -> None:
        """A control that shows its prompt, which the form wrote and nobody filled in: figures in it
        count nothing."""
        parts = into.text.parts
        before = len(parts)
        self._inline(control, into, look)
        if any(c.isdigit() for part in parts[before:] for c in part):
            parts[before:] = [UNREAD]

    def _structure(self, tag: str, item: Element, into: _Paragraph, look: Look) -> None:
        """Mathematics in more than one line: a fraction has two numbers, a power is none."""
        if tag not in _PARTED:
            into.text.add(UNREAD)
            return
        sign, lifted = _PARTED[tag]
        parts = [c for c in item if not tag_of(c).endswith("Pr")]
        for number, part in enumerate(parts):
            if number:
                into.text.add(sign)
            raised = look.raised or (lifted and number > 0)
            self._inline(part, into, replace(look, raised=raised))

    def _table(self, element: Element) -> Table:
        rows: list[Row] = []
        for item in _members(element):
            properties = child(item, "trPr")
            deleted = child(properties, "del") is not None or is_on(properties, "hidden")
            if tag_of(item) != "w:tr" or deleted:
                continue
            cells = tuple(self._cell(c) for c in _members(item) if is_cell(c))
            # A row whose words are all deleted or hidden is none; a blank row may be one to fill in.
            if any(map(_shows, cells)) or not has_words(item):
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
            if (chosen := alternative(item)) is not None:
                yield from _members(chosen)
        elif tag.startswith("w:"):
            yield item


def _shows(cell: Cell) -> bool:
    return any(isinstance(i, Table) or i.text or i.boxes for i in cell.content)


def _field(mark: Element, text: Text) -> None:
    kind = attribute(mark, "fldCharType")
    if kind == "begin":
        text.add(chosen_entry(mark))
        text.begin(stale=is_set(mark, "dirty"), locked=is_set(mark, "fldLock"))
    elif kind == "separate":
        text.separate()
    elif kind == "end":
        text.end()


def _count(text: str | None, default: int) -> int:
    return min(int(text), 100) if text and text.isdecimal() and len(text) < 7 else default
