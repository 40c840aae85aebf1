"""The XML of an OFD page (GB/T 33190) → what the page shows: glyphs, ruling lines, pictures.

OFD measures in millimetres from the upper left corner; pages are given in points, as PDFs are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from crawler.documents.limits import too_large
from crawler.documents.pdf.page import Glyph, Rule, is_pale, plain, turn_of
from crawler.documents.safe_xml import Element, child, local_name

POINTS = 72 / 25.4
_MAX_ITEMS = 60_000
"""Glyphs, or rules, of one page."""
_THIN = 0.8
"""Millimetres; a filled area no thicker than this is a line."""
_STRAIGHT = 0.2
_DEFAULT_SIZE = 3.7
"""Millimetres: 10.5 points, 五号"""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_TOKEN = re.compile(rf"[SMLQBAC]|{_NUMBER.pattern}")
_POINTS_OF = {"S": 1, "M": 1, "L": 1, "Q": 2, "B": 3}
_LARGE = 1e6
_HALF = re.compile(r"[\x20-\x7e]")
_OFF = ("false", "0")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Matrix:
    """x' = a·x + c·y + e, y' = b·x + d·y + f"""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def apply(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


@dataclass(slots=True)
class Shown:
    """What a page shows so far, in points. ``pictures``: their boxes' areas."""

    glyphs: list[Glyph]
    rules: list[Rule]
    pictures: list[float]


def numbers(text: str | None) -> list[float]:
    """All numbers in an attribute; none larger than any page."""
    return [min(max(float(n), -_LARGE), _LARGE) for n in _NUMBER.findall(text or "")]


def read_content(root: Element, shown: Shown) -> None:
    """Add what a page's or a template's ``Content`` shows. Raises DocumentError(too_large)."""
    content = child(root, "Content")
    for element in content.iter() if content is not None else ():
        name = local_name(element)
        if name not in ("TextObject", "PathObject", "ImageObject") or _is_hidden(element):
            continue
        box = (numbers(element.get("Boundary")) + [0.0] * 4)[:4]
        matrix = _matrix(element, box)
        if name == "TextObject":
            shown.glyphs.extend(_glyphs(element, matrix))
        elif name == "PathObject":
            shown.rules.extend(_rules(element, matrix))
        else:
            shown.pictures.append(abs(box[2] * box[3]) * POINTS**2)
        if max(len(shown.glyphs), len(shown.rules)) > _MAX_ITEMS:
            raise too_large(f"OFD 一页超过 {_MAX_ITEMS} 个字符或线条")


def _is_hidden(element: Element) -> bool:
    return (element.get("Visible") or "").lower() in _OFF


def _matrix(element: Element, box: list[float]) -> Matrix:
    values = numbers(element.get("CTM"))
    a, b, c, d, e, f = values if len(values) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return Matrix(a, b, c, d, e + box[0], f + box[1])


def _glyphs(element: Element, matrix: Matrix) -> Iterator[Glyph]:
    own = numbers(element.get("Size"))
    scale = (numbers(element.get("HScale")) or [1.0])[0] or 1.0
    turn = turn_of(matrix.a, -matrix.b)
    if turn is None:
        return  # oblique writing is a watermark
    size = own[0] if own and own[0] > 0 else _DEFAULT_SIZE
    across = size * scale * math.hypot(matrix.a, matrix.b) * POINTS
    upward = size * math.hypot(matrix.c, matrix.d) * POINTS
    pale = _is_pale(element)
    x = y = 0.0
    for code in element:
        if local_name(code) != "TextCode":
            continue
        text = (code.text or "").strip("\r\n\t")
        # Where a code says nothing of its place, it goes on from the one before.
        x = (numbers(code.get("X")) or [x])[0]
        y = (numbers(code.get("Y")) or [y])[0]
        steps_x = _steps(code.get("DeltaX"), len(text))
        steps_y = _steps(code.get("DeltaY"), len(text))
        for index, char in enumerate(text):
            width = across * (0.5 if _HALF.match(char) else 1.0)
            glyph = _glyph(plain(char), matrix.apply(x, y), width, upward, turn)
            yield glyph._replace(pale=pale)
            usual = 0.0 if steps_y else size * scale * (0.5 if _HALF.match(char) else 1.0)
            x += steps_x[index] if index < len(steps_x) else usual
            y += steps_y[index] if index < len(steps_y) else 0.0


def _is_pale(element: Element) -> bool:
    """By the colour that fills its letters (7.5.2, table 24: RGB unless another space is named)."""
    fill = child(element, "FillColor")
    if fill is None or fill.get("ColorSpace"):
        return False
    color = numbers(fill.get("Value"))
    alpha = [*numbers(fill.get("Alpha")), *numbers(element.get("Alpha")), 255.0][0]
    return len(color) == 3 and is_pale(color[0], color[1], color[2], alpha)


def _glyph(text: str, base: Point, width: float, height: float, turn: int) -> Glyph:
    """``base``: where the glyph's line begins, in millimetres; sizes in points."""
    x, y = base[0] * POINTS, base[1] * POINTS
    above, below = 0.88 * height, 0.12 * height
    if turn == 0:
        return Glyph(text, x, x + width, y - above, y + below, height)
    if turn == 90:
        return Glyph(text, x - above, x + below, y - width, y, height, turn)
    if turn == 180:
        return Glyph(text, x - width, x, y - below, y + above, height, turn)
    return Glyph(text, x - below, x + above, y, y + width, height, turn)


def _steps(text: str | None, count: int) -> list[float]:
    """Distances between glyphs; ``g 3 5.5`` stands for three times 5.5."""
    out: list[float] = []
    parts = (text or "").split()
    index = 0
    while index < len(parts) and len(out) < count:
        if parts[index] == "g" and index + 2 < len(parts):
            times, step = numbers(parts[index + 1]), numbers(parts[index + 2])
            if times and step:
                out.extend(step[:1] * min(max(int(times[0]), 0), count))
            index += 3
        else:
            out.extend(numbers(parts[index])[:1])
            index += 1
    return out


def _rules(element: Element, matrix: Matrix) -> Iterator[Rule]:
    """Straight lines, the sides of outlined boxes, and the thin areas that stand for lines."""
    data = child(element, "AbbreviatedData")
    if data is None or len(data.text or "") > _MAX_ITEMS * 8:
        return
    stroked = (element.get("Stroke") or "true").lower() not in _OFF
    for points in _outlines(data.text or ""):
        placed = [matrix.apply(x, y) for x, y in points]
        xs, ys = [x for x, _ in placed], [y for _, y in placed]
        if max(xs) - min(xs) <= _THIN or max(ys) - min(ys) <= _THIN:
            yield from _rule(min(xs), max(xs), min(ys), max(ys))
        elif stroked:
            for (x0, y0), (x1, y1) in pairwise(placed):
                if min(abs(x1 - x0), abs(y1 - y0)) <= _STRAIGHT:
                    yield from _rule(min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1))


def _rule(x0: float, x1: float, y0: float, y1: float) -> Iterator[Rule]:
    across, down = x1 - x0, y1 - y0
    if across == down:
        return
    if across > down:
        middle = (y0 + y1) / 2 * POINTS
        yield Rule(x0 * POINTS, x1 * POINTS, middle, middle)
    else:
        middle = (x0 + x1) / 2 * POINTS
        yield Rule(middle, middle, y0 * POINTS, y1 * POINTS)


def _outlines(text: str) -> Iterator[list[Point]]:
    """The corners of each figure; of curves only their ends."""
    tokens = _TOKEN.findall(text)
    figure: list[Point] = []
    index = 0
    while index < len(tokens):
        command = tokens[index]
        index += 1
        if command == "C":
            if len(figure) > 1:
                figure.append(figure[0])
            continue
        length = 7 if command == "A" else 2 * _POINTS_OF.get(command, 0)
        values = [numbers(t) for t in tokens[index : index + length]]
        if not length or len(values) < length or not all(values):
            continue
        index += length
        if command in "SM":
            if len(figure) > 1:
                yield figure
            figure = []
        figure.append((values[-2][0], values[-1][0]))
    if len(figure) > 1:
        yield figure
