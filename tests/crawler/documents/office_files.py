"""Office files for tests: Word XML by hand, compound files by hand, whole reports by LibreOffice."""

from __future__ import annotations

import html
import io
import shutil
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from spiders.samples.reports import Heading
from spiders.samples.tables import Grid
from tests.corpus.grids import placed, width
from tests.crawler.parsing.writing import Sample, page, sample

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


# --- Word ---------------------------------------------------------------------------


def p(text: str, properties: str = "") -> str:
    """A paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p>"


def tc(content: str, properties: str = "") -> str:
    """A cell; ``content`` is text or, beginning with a tag, XML."""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def document_xml(body: str, namespace: str = W) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<w:document xmlns:w="{namespace}" {_NAMES}><w:body>{body}</w:body></w:document>'
    )


def docx(
    body: str,
    *,
    styles: str = "",
    numbering: str = "",
    namespace: str = W,
    main: str = "word/document.xml",
    others: dict[str, str | bytes] | None = None,
) -> bytes:
    """A whole Word file around the body's XML."""
    folder, _, name = main.rpartition("/")
    related = [("styles", "styles.xml"), ("numbering", "numbering.xml")]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _relations([("officeDocument", main)]),
        f"{folder}/_rels/{name}.rels": _relations(related),
        main: document_xml(body, namespace),
        f"{folder}/styles.xml": f'<w:styles xmlns:w="{namespace}">{styles}</w:styles>',
        f"{folder}/numbering.xml": f'<w:numbering xmlns:w="{namespace}">{numbering}</w:numbering>',
    }
    return zipped({**parts, **(others or {})})


def _relations(items: list[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="r{i}" Type="{_TYPES}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(items)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inner}</Relationships>'


def zipped(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


# --- Compound files -------------------------------------------------------------------


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) whose root storage has these streams, each of 4 KB or more."""
    size = 512
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        parts = [data[i : i + size].ljust(size, b"\0") for i in range(0, len(data), size)]
        sectors.extend(parts)
        fat.extend([*range(first + 1, first + len(parts)), 0xFFFFFFFE])
        return first

    entries: list[bytes] = []
    items = list(streams.items())
    for index, (name, data) in enumerate(items):
        data = data.ljust(4096, b"\0")
        following = index + 2 if index + 1 < len(items) else 0xFFFFFFFF
        entries.append(_entry(name, 2, put(data), len(data), right=following))
    root = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1 if items else 0xFFFFFFFF)
    directory = put(b"".join([root, *entries]))
    place = len(sectors)
    count = (place + 1) * 4 // size + 1
    table = [*fat, *[0xFFFFFFFD] * count]
    table += [0xFFFFFFFF] * (count * size // 4 - len(table))
    raw = struct.pack(f"<{len(table)}I", *table)
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0,
        4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    difat = [place + i for i in range(count)] + [0xFFFFFFFF] * (109 - count)
    return header + struct.pack("<109I", *difat) + b"".join(sectors) + raw


def _entry(
    name: str, kind: int, start: int, size: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII36xIQ", text, len(text), kind, 1, 0xFFFFFFFF, right, child, start, size
    )


# --- LibreOffice ----------------------------------------------------------------------

needs_soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
SEEDS = (0, 1)
"""One report without zeros, one as bodies write them."""


@cache
def converted(target: str) -> tuple[tuple[Sample, bytes], ...]:
    """Sample reports as LibreOffice writes them in the format ``target`` (a file ending)."""
    calc = target in ("xlsx", "xls", "ods")
    with tempfile.TemporaryDirectory(prefix="nb-office-") as name:
        folder = Path(name)
        samples = {seed: sample(seed) for seed in SEEDS}
        for seed, made in samples.items():
            (folder / f"{seed}.html").write_text(page(made.report, Random(seed)), encoding="utf-8")
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation={(folder / 'p').as_uri()}", "--headless",
                f"--infilter=HTML (Star{'Calc' if calc else 'Writer'})",
                "--convert-to", target, "--outdir", name,
                *(str(folder / f"{seed}.html") for seed in SEEDS),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return tuple((samples[s], (folder / f"{s}.{target}").read_bytes()) for s in SEEDS)


# --- Whole reports by hand --------------------------------------------------------------

Content = Callable[[str], str]
"""Text of a cell → its paragraphs as XML."""


def report_body(made: Sample, value: Content = p, label: Content = p) -> str:
    """The report as the XML of a Word body; ``value`` writes the cells with figures."""
    parts = [p(made.report.title), p(made.report.preface)]
    for item in made.report.body:
        if isinstance(item, Grid):
            parts.append(grid_xml(item, value, label) + "<w:p/>")
        else:
            parts.append(p(item.text if isinstance(item, Heading) else item))
    return "".join([*parts, *map(p, made.report.signature)])


def grid_xml(grid: Grid, value: Content = p, label: Content = p) -> str:
    """A table of the form with ``gridSpan``, ``vMerge`` and widths, which LibreOffice needs."""
    rows: list[list[tuple[int, str]]] = [[] for _ in grid.rows]
    unit = 9000 // width(grid)
    for item in (one for row in placed(grid) for one in row):
        cell = item.cell
        span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        size = f'<w:tcW w:w="{unit * cell.colspan}" w:type="dxa"/>{span}'
        merge = '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
        content = (value if cell.is_value else label)(cell.text)
        rows[item.row].append((item.column, tc(content, size + merge)))
        for below in range(1, cell.rowspan):
            rows[item.row + below].append((item.column, tc("<w:p/>", f"{size}<w:vMerge/>")))
    columns = f'<w:gridCol w:w="{unit}"/>' * width(grid)
    return tbl(
        f"<w:tblGrid>{columns}</w:tblGrid>", *(tr(*(xml for _, xml in sorted(row))) for row in rows)
    )


Put = Callable[[Worksheet, int, int, str], None]
"""Sheet, row and column from 1, text of a cell with a figure."""


def put_number(sheet: Worksheet, row: int, column: int, text: str) -> None:
    sheet.cell(row, column, float(text) if "." in text else int(text))


def report_book(made: Sample, put: Put = put_number) -> Workbook:
    """The report as a workbook of one sheet; ``put`` writes the cells with figures."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    y = 1
    for item in (made.report.title, *made.report.body, *made.report.signature):
        if not isinstance(item, Grid):
            sheet.cell(y, 1, item.text if isinstance(item, Heading) else item)
            sheet.merge_cells(start_row=y, start_column=1, end_row=y, end_column=10)
            y += 1
            continue
        for one in (cell for row in placed(item) for cell in row):
            row, column, cell = y + one.row, 1 + one.column, one.cell
            if cell.is_value and cell.text:
                put(sheet, row, column, cell.text)
            else:
                sheet.cell(row, column, cell.text or None)
            if cell.rowspan > 1 or cell.colspan > 1:
                sheet.merge_cells(
                    start_row=row, start_column=column,
                    end_row=row + cell.rowspan - 1, end_column=column + cell.colspan - 1,
                )  # fmt: skip
        y += len(item.rows) + 1
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """A package with one XML part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts: dict[str, str | bytes] = {n: package.read(n) for n in package.namelist()}
    part = parts[name]
    assert isinstance(part, bytes)
    return zipped({**parts, name: change(part.decode())})
