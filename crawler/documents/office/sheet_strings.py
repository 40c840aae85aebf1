"""Strings of an XLSX file whose runs differ: raised marks of notes, struck-out text."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.documents.office.marks import STRUCK, raised
from crawler.documents.safe_xml import Element, attribute, child, local_name

_OFF = ("0", "false")


def plain_text(item: Element) -> str:
    """All text of a string, without phonetic guides."""
    return "".join(text for text, _ in _runs(item))


def rich_text(item: Element) -> str | None:
    """A string as it is shown; None where nothing in it is raised or struck out."""
    runs = list(_runs(item))
    if not any(_is_struck(look) or _is_raised(look) for _, look in runs):
        return None
    shown = ""
    for text, look in runs:
        if _is_struck(look):
            shown += STRUCK
        elif _is_raised(look):
            shown += raised(text, after_digit=shown[-1:].isdigit())
        else:
            shown += text
    return shown


def _runs(item: Element) -> Iterator[tuple[str, Element | None]]:
    for part in item:
        name = local_name(part)
        if name == "t":
            yield part.text or "", None
        elif name == "r":
            text = child(part, "t")
            yield (text.text or "" if text is not None else ""), child(part, "rPr")


def _is_struck(look: Element | None) -> bool:
    mark = child(look, "strike")
    return mark is not None and (attribute(mark, "val") or "1") not in _OFF


def _is_raised(look: Element | None) -> bool:
    mark = child(look, "vertAlign")
    return mark is not None and attribute(mark, "val") in ("superscript", "subscript")
