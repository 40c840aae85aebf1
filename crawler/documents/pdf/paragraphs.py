"""Lines outside tables → paragraphs; page numbers and running heads are dropped."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from crawler.documents.pdf.lines import Line, Word
from crawler.documents.pdf.page import Page

_EDGE = 0.1
"""Share of the page's height at its top and bottom where running heads and page numbers stand."""
_LEVEL = 3.0
"""Points by which a running head may move from page to page."""
_SHORT = 1.6
"""Characters; a line that ends nearer to the margin than this goes on in the next."""
_INDENT = 1.2
_LOOSE = 1.45
"""Times the usual distance of lines: a wider one parts paragraphs."""
_NUMBER = re.compile(
    r"^[-—–－·\s]*(第\s*)?(\d{1,3})(\s*页)?\s*([/／共]\s*(共\s*)?\d{1,3}\s*页?)?[-—–－·\s]*$"
)
_DASHED = re.compile(r"^[-—–－·]\s*\d{1,3}\s*[-—–－·]$|^第\s*\d{1,3}\s*页")
_DIGITS = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_DASH = re.compile(r"[-—–－·]+")
_COUNT = re.compile(r"[1-9]\d{0,2}")
_PLACE = 2.0
"""Points by which a page number may stand elsewhere on the next page."""
_COUNTED = 3
"""Pages that count up at one place, at least: figures of a table seldom do."""
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,2}\s*[、.．]")
_SECTION = re.compile(r"^[一二三四五六]\s*[、.．]\s*\S{2,30}(情况|事项|措施|概述)$")
_ITEM = re.compile(r"^[（(][一二三四五六七八九十\d]{1,2}[）)]")


@dataclass(frozen=True, slots=True)
class Body:
    """A page's lines without furniture."""

    page: Page
    lines: tuple[Line, ...]


def without_furniture(pages: Sequence[tuple[Page, Sequence[Line]]]) -> list[Body]:
    """Drop the lines at a page's edges that count pages, or stand on most pages alike."""
    at_edge: list[list[Line]] = [
        [
            line
            for line in lines
            if line.bottom < page.height * _EDGE or line.top > page.height * (1 - _EDGE)
        ]
        for page, lines in pages
    ]
    places: dict[str, list[float]] = defaultdict(list)
    numbers: Counter[int] = Counter()
    for (page, _), edge in zip(pages, at_edge, strict=True):
        for line in edge:
            places[_shape(line)].append(line.middle)
            if match := _NUMBER.match(line.text):
                numbers[int(match[2]) - page.number] += 1
    counted = {shift for shift, times in numbers.items() if times > 1}
    out: list[Body] = []
    for (page, lines), edge in zip(pages, at_edge, strict=True):
        dropped = {
            id(line)
            for line in edge
            if _is_number(line, page.number, counted)
            or _is_repeated(line, places[_shape(line)], len(pages))
        }
        out.append(Body(page, tuple(line for line in lines if id(line) not in dropped)))
    return out


def page_counts(pages: Sequence[tuple[int, Sequence[Word]]]) -> set[int]:
    """The words (by identity) that count the pages, wherever on them: a number that is printed into
    a table is none of its figures. ``pages``: numbers and words."""
    found: dict[int, list[tuple[int, Word]]] = defaultdict(list)
    for number, words in pages:
        framed = [word.middle for word in words if _DASH.fullmatch(word.text)]
        for word in words:
            # Between dashes it is a line of its own, which goes with them.
            if any(abs(place - word.middle) <= word.size / 2 for place in framed):
                continue
            if _COUNT.fullmatch(word.text):
                found[int(word.text) - number].append((number, word))
    out: set[int] = set()
    for some in found.values():
        if len(some) < max(_COUNTED, len(pages) / 2):
            continue
        for _, word in some:
            level = {
                number
                for number, other in some
                if abs(other.center - word.center) <= _PLACE
                and abs(other.middle - word.middle) <= _PLACE
            }
            if len(level) >= max(_COUNTED, len(pages) / 2):
                out.add(id(word))
    return out


def _shape(line: Line) -> str:
    return _DIGITS.sub("0", line.text)


def _is_number(line: Line, page: int, counted: set[int]) -> bool:
    match = _NUMBER.match(line.text)
    if match is None:
        return False
    return bool(_DASHED.match(line.text)) or int(match[2]) - page in counted


def _is_repeated(line: Line, places: Sequence[float], pages: int) -> bool:
    if not _LETTER.search(line.text):
        return False  # what a page break has cut off a row of numbers stands there as well
    same = sum(abs(place - line.middle) <= _LEVEL for place in places)
    return same >= 2 and same * 2 >= pages


# --- Paragraphs -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Margins:
    """``left``, ``right`` of the running text; ``step``: from one line to the next."""

    left: float
    right: float
    step: float


def margins_of(lines: Sequence[Line]) -> Margins | None:
    """From the lines of prose; None where there are none."""
    prose = [line for line in lines if len(line.text) >= 12]
    if not prose:
        return None
    size = median(line.size for line in prose)
    left = _usual([line.x0 for line in prose], size, low=True)
    right = _usual([line.x1 for line in prose], size, low=False)
    steps = [
        below.middle - above.middle
        for above, below in itertools.pairwise(prose)
        if 0 < below.middle - above.middle < 4 * size
    ]
    return Margins(left, right, median(steps) if steps else 2 * size)


def _usual(sides: Sequence[float], size: float, *, low: bool) -> float:
    """The outermost place at which several lines begin or end."""
    counts = Counter(round(side / size) for side in sides)
    often = [place for place, times in counts.items() if times * 8 >= len(sides)]
    near = (min(often) if low else max(often)) if often else round(sides[0] / size)
    close = [side for side in sides if abs(side / size - near) <= 1]
    return median(close) if close else sides[0]


def goes_on(line: Line, after: Line, margins: Margins, *, same_page: bool = True) -> bool:
    """Whether ``after`` is the next line of the same paragraph."""
    size = max(line.size, 1.0)
    if abs(after.size - line.size) > 0.15 * size or line.words[0].turn or after.words[0].turn:
        return False
    if line.x1 < margins.right - _SHORT * size:
        return False
    if after.x0 > margins.left + _INDENT * size:
        return False
    if _SECTION.match(line.text) or _HEADING.match(after.text) or _ITEM.match(after.text):
        return False
    step = after.middle - line.middle
    return not same_page or step <= _LOOSE * margins.step
