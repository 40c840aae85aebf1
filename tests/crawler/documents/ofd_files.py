"""A small writer of OFD files after GB/T 33190, and whole sample reports laid out on pages."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from spiders.samples.reports import Heading, Report
from spiders.samples.tables import Grid
from tests.crawler.documents.office_files import zipped

_NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.2
"""Millimetres; the size of type, and the width of a Chinese character."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 20.0, 190.0, 25.0, 270.0
_LEADING = 6.5
_PAD = 1.0


def width(text: str, size: float = SIZE) -> float:
    return sum(size * (0.5 if ord(c) < 0x2E80 and c != "—" else 1.0) for c in text)


def text_object(x: float, y: float, text: str, size: float = SIZE, *, extra: str = "") -> str:
    """A line of type whose lower left corner is at (x, y)."""
    steps = [width(c, size) for c in text[:-1]]
    if steps and len(set(steps)) == 1:
        delta = f"g {len(steps)} {steps[0]:g}"
    else:
        delta = " ".join(f"{s:g}" for s in steps)
    box = f"{x:g} {y - size:g} {width(text, size):g} {size * 1.3:g}"
    return (
        f'<ofd:TextObject ID="9" Boundary="{box}" Font="1" Size="{size:g}" {extra}>'
        f'<ofd:TextCode X="0" Y="{size:g}" DeltaX="{delta}">{html.escape(text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def path_object(x: float, y: float, data: str, extra: str = "") -> str:
    return (
        f'<ofd:PathObject ID="9" Boundary="{x:g} {y:g} 200 200" LineWidth="0.2" {extra}>'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return path_object(x0, y0, f"M 0 0 L {x1 - x0:g} {y1 - y0:g}")


def page_xml(content: str, *, before: str = "", area: str = "0 0 210 297") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {_NAMES}>{before}'
        f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="2"><ofd:PageBlock ID="3">{content}</ofd:PageBlock></ofd:Layer></ofd:Content></ofd:Page>'
    )


def ofd(
    pages: Sequence[str],
    *,
    templates: dict[str, str] | None = None,
    root: str = "Doc_0/Document.xml",
    base: str = "Pages/Page_{}/Content.xml",
    others: dict[str, str | bytes] | None = None,
) -> bytes:
    """``pages``: the XML of each page's part. ``base``: their addresses as written."""
    listed = "".join(f'<ofd:Page ID="{i}" BaseLoc="{base.format(i)}"/>' for i in range(len(pages)))
    known = "".join(
        f'<ofd:TemplatePage ID="{key}" BaseLoc="Tpls/{key}/Content.xml"/>'
        for key in templates or {}
    )
    parts: dict[str, str | bytes] = {
        "OFD.xml": f'<ofd:OFD {_NAMES} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo/>'
        f"<ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_NAMES}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{known}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for i, xml in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = xml
    for key, xml in (templates or {}).items():
        parts[f"Doc_0/Tpls/{key}/Content.xml"] = xml
    return zipped({**parts, **(others or {})})


# --- Reports ------------------------------------------------------------------------------


@dataclass
class _Layout:
    """Pages filled from top to bottom."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _TOP

    def room(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self.pages[-1].append(text_object(100, 285, f"— {len(self.pages)} —"))
            self.pages.append([])
            self.y = _TOP

    def paragraph(self, text: str, indent: float = 2 * SIZE, size: float = SIZE) -> None:
        x = _LEFT + indent
        for line in wrapped(text, _RIGHT - _LEFT - indent, _RIGHT - _LEFT, size):
            self.room(_LEADING)
            self.y += _LEADING
            self.pages[-1].append(text_object(x, self.y, line, size))
            x = _LEFT

    def table(self, grid: Grid, *, ruled: bool = True) -> None:
        rows = placed(grid)
        columns = max(col + span for row in rows for col, _, span, _ in row)
        # As in Word: the stub is wider than the columns of figures.
        stub = 3 if columns == 10 else 0
        unit = (_RIGHT - _LEFT) / (columns + stub)
        xs = [_LEFT]
        for column in range(columns):
            xs.append(xs[-1] + unit * (2 if column < stub else 1))
        heights = [_row_height(row, xs) for row in rows]
        for r, row in enumerate(rows):
            self.room(heights[r])
            top = self.y
            for col, rowspan, span, text in row:
                x0, x1 = xs[col], xs[col + span]
                bottom = min(top + sum(heights[r : r + rowspan]), _BOTTOM)
                lines = wrapped(text, x1 - x0 - 2 * _PAD, x1 - x0 - 2 * _PAD)
                first = (top + bottom - len(lines) * _LEADING) / 2 + SIZE + 0.6
                first = max(first, top + SIZE + 0.6)
                for number, line in enumerate(lines):
                    y = first + number * _LEADING
                    x = (x0 + x1 - width(line)) / 2
                    self.pages[-1].append(text_object(x, y, line))
                if ruled:
                    for side in (
                        (x0, top, x1, top), (x0, bottom, x1, bottom),
                        (x0, top, x0, bottom), (x1, top, x1, bottom),
                    ):  # fmt: skip
                        self.pages[-1].append(rule(*side))
            self.y += heights[r]
        self.y += _LEADING


def wrapped(text: str, first: float, rest: float, size: float = SIZE) -> list[str]:
    lines, line, room = [], "", first
    for char in text:
        if width(line + char, size) > room + 0.01 and line:
            lines.append(line)
            line, room = "", rest
        line += char
    return [*lines, line] if line else lines


def placed(grid: Grid) -> list[list[tuple[int, int, int, str]]]:
    """Rows of (column, rowspan, colspan, text)."""
    taken: set[tuple[int, int]] = set()
    rows = []
    for r, row in enumerate(grid.rows):
        out, col = [], 0
        for cell in row:
            while (r, col) in taken:
                col += 1
            taken |= {
                (y, x) for y in range(r, r + cell.rowspan) for x in range(col, col + cell.colspan)
            }
            out.append((col, cell.rowspan, cell.colspan, cell.text))
        rows.append(out)
    return rows


def _row_height(row: Sequence[tuple[int, int, int, str]], xs: Sequence[float]) -> float:
    lines = [
        len(wrapped(text, room := xs[col + span] - xs[col] - 2 * _PAD, room))
        for col, rowspan, span, text in row
        if rowspan == 1
    ]
    return max([*lines, 1]) * _LEADING + 2


def report_ofd(report: Report, *, ruled: bool = True) -> bytes:
    """A whole report on pages; ``ruled``: with the lines of its tables."""
    layout = _Layout()
    layout.paragraph(report.title, (170 - width(report.title, 5.6)) / 2, 5.6)
    layout.paragraph(report.preface)
    for item in report.body:
        if isinstance(item, Heading):
            layout.paragraph(item.text)
        elif isinstance(item, str):
            layout.paragraph(item)
        else:
            layout.table(item, ruled=ruled)
    for line in report.signature:
        layout.paragraph(line, 110)
    return ofd([page_xml("".join(items)) for items in layout.pages])
