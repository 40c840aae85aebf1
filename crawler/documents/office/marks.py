"""What stands in an office file and has no text: it must not leave a blank cell or half a number.

While a file is read, ornaments of symbol fonts are characters U+F000–U+F0FF, struck-out text is one
character `STRUCK`, and what can't be read at all (an object, a formula without its result) is
U+FFFD, as for readers of pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.documents.html.text import collapse

UNREAD = "\ufffd"
STRUCK = "\uf100"
SYMBOLS = range(0xF000, 0xF100)
"""Where Word keeps the characters of symbol fonts; rare Chinese characters stand elsewhere."""

_ORNAMENT = re.compile("[\uf000-\uf0ff]")
_HOLE = re.compile("[\uf000-\uf100\ufffd]")
_HOLES = re.compile("[\uf000-\uf100\ufffd\\s]+")
# Beside a digit, what is missing may have been a digit.
_HARMLESS = re.compile(r"(?<![\d\ufffd])(?<![\d\ufffd] )\ufffd+(?! ?[\d\ufffd])")
_WORDS = re.compile(r"[^\W\d_\uf000-\uf0ff]{2}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ]*\t[\t ]*(?=\d)")
_RAISED = re.compile(r"^[\s\d\[\]()（）〔〕*＊①-⑳]+$")
_SUPERSCRIPT = str.maketrans("0123456789０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2)


def as_ornaments(text: str) -> str:
    """Letters and digits in a font of ornaments, which shows other signs for them."""
    return "".join(chr(SYMBOLS.start + ord(c)) if "!" <= c <= "~" else c for c in text)


def raised(text: str, *, after_digit: bool) -> str:
    """Raised text. Its figures are a note's mark (``¹``), never digits of the number before it;
    the words and stars of such a mark (注1, *) are left out behind a number."""
    if not after_digit and not _RAISED.match(text):
        return text
    marked = text.translate(_SUPERSCRIPT)
    return "".join(c for c in marked if c in "⁰¹²³⁴⁵⁶⁷⁸⁹" or "①" <= c <= "⑳")


def cell_lines(lines: Iterable[str]) -> list[str]:
    """The lines of a cell as they are shown, without empty ones.

    Digits in two lines, or apart by a tab, may be two numbers: a line break stays between them. A
    cell that shows nothing but what could not be read, or was struck out, is unread, not blank.
    """
    shown: list[str] = []
    holes = False
    for line in lines:
        holes = holes or bool(_HOLE.search(line))
        text = _settled(line)
        if text and shown and shown[-1][-1].isdigit() and text[0].isdigit():
            shown[-1] += f"\n{text}"
        elif text:
            shown.append(text)
    return shown or ([UNREAD] if holes else [])


def prose(text: str) -> str:
    """A line outside tables, white space as it is. Cells that tabs part are cells."""
    if not _HOLE.search(text):
        return text
    if "\t" in text:
        return "\t".join(UNREAD if _HOLES.fullmatch(t) else _settled(t) for t in text.split("\t"))
    return _HARMLESS.sub("", _ORNAMENT.sub("", text.replace(STRUCK, "")))


def _settled(text: str) -> str:
    parts = (collapse(part) for part in _BETWEEN_DIGITS.split(text))
    together = "\n".join(parts).replace(STRUCK, "")
    if not _HOLE.search(together):
        return together
    # A tick before a label says nothing; before a figure it may be a digit itself.
    ornament = "" if _WORDS.search(together) else UNREAD
    return collapse(_HARMLESS.sub("", _ORNAMENT.sub(ornament, together)))
