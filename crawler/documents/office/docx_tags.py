"""Names of Word's elements, the same in all dialects, and what is told by names alone."""

from __future__ import annotations

from functools import lru_cache

from crawler.documents.office.docx_styles import is_on, value
from crawler.documents.office.marks import SYMBOLS
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
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp:",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp:",
}
_WRITTEN = ("w:t", "w:delText")
_SHOWN = ("w:t", "m:t", "w:tbl", "a:blip", "v:imagedata")


def tag_of(element: Element) -> str:
    """The tag with a prefix that is the same in all dialects; "?:…" for foreign elements."""
    return _prefixed(str(element.tag))


@lru_cache(maxsize=2048)
def _prefixed(tag: str) -> str:
    namespace, _, name = tag.rpartition("}")
    namespace = namespace[1:]
    return f"w:{name}" if namespace in _WORD else _OTHERS.get(namespace, "?:") + name


def alternative(element: Element) -> Element | None:
    """The same content is there for new and for old readers; it is read once."""
    branches = [item for item in element if tag_of(item) in ("mc:Choice", "mc:Fallback")]
    return next((b for b in branches if any(tag_of(x) in _SHOWN for x in b.iter())), None)


def symbol(element: Element) -> str:
    """The character of a named font: U+F0xx for an ornament; those of the font Symbol have the
    places of usual characters."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    if code in SYMBOLS and (attribute(element, "font") or "").lower() == "symbol":
        usual = chr(code - SYMBOLS.start)
        return usual if usual.isdigit() or usual in ".,-/%" else chr(code)
    return chr(code) if 0x20 <= code < 0xD800 or code in SYMBOLS else ""


def chosen_entry(begin: Element) -> str:
    """What a form field shows that has no text: the entry of one that drops down, an ornament for
    a box to tick; "" for any other field."""
    if child(begin, "ffData", "checkBox") is not None:
        return chr(SYMBOLS.start)
    choices = child(begin, "ffData", "ddList")
    if choices is None:
        return ""
    entries = [attribute(e, "val") or "" for e in choices if tag_of(e) == "w:listEntry"]
    index = value(choices, "result") or value(choices, "default") or "0"
    place = int(index) if index.isdecimal() and len(index) < 5 else len(entries)
    return entries[place] if place < len(entries) else ""


def is_cell(element: Element) -> bool:
    """Whether it is a cell of a row, and was not deleted."""
    return tag_of(element) == "w:tc" and child(element, "tcPr", "cellDel") is None


def has_words(row: Element) -> bool:
    """Whether anything is written in a row, shown or not."""
    return any(tag_of(e) in _WRITTEN and (e.text or "").strip() for e in row.iter())


def is_prompt(paragraph: Element) -> bool:
    """Whether it stands in a control, around it or its cell, that shows its prompt."""
    for around in paragraph.iterancestors():
        tag = tag_of(around)
        if tag == "w:sdt" and is_on(child(around, "sdtPr"), "showingPlcHdr"):
            return True
        if tag in ("w:tr", "w:body", "w:txbxContent"):
            return False
    return False


def is_floating(picture: Element) -> bool:
    """Whether a picture stands elsewhere on the page than where it is anchored."""
    for around in picture.iterancestors():
        tag = tag_of(around)
        if tag == "wp:anchor" or "position:absolute" in (around.get("style") or ""):
            return True
        if tag in ("w:p", "w:tc"):
            return False
    return False
