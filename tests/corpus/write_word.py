"""Reports as Word files, written straight as OOXML: merged cells, nested tables, text boxes."""

from __future__ import annotations

import html
from collections.abc import Callable
from random import Random

from spiders.samples.reports import Heading
from spiders.samples.tables import Grid
from tests.corpus.drafts import Draft
from tests.corpus.grids import placed, width
from tests.crawler.documents.office_files import docx

_BORDERS = {
    "ruled": ("top", "left", "bottom", "right", "insideH", "insideV"),
    "half": ("top", "bottom", "insideH"),
    "none": (),
}
_TWIPS = 9000


def _run(text: str, properties: str = "") -> str:
    lines = text.split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{html.escape(line)}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def _p(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{_run(text, run)}</w:p>"


def _torn(text: str, rng: Random) -> str:
    """The runs that Word leaves after corrections."""
    if len(text) < 2 or rng.random() < 0.5:
        return _p(text, '<w:jc w:val="center"/>')
    at = rng.randrange(1, len(text))
    return f"<w:p>{_run(text[:at])}{_run(text[at:], '<w:b/>')}</w:p>"


def _table(grid: Grid, rng: Random, rules: str) -> str:
    wide = width(grid)
    unit = _TWIPS // (wide + 3)
    widths = [unit * (2 if c < 3 and wide == 10 else 1) for c in range(wide)]
    starts = {(p.row, p.column): p.cell for row in placed(grid) for p in row}
    below = {
        (p.row + dy, p.column): p.cell
        for row in placed(grid)
        for p in row
        for dy in range(1, p.cell.rowspan)
    }
    rows = []
    for y in range(len(grid.rows)):
        cells, x = [], 0
        while x < wide:
            cell = starts.get((y, x)) or below.get((y, x))
            if cell is None:
                cells.append(_tc("<w:p/>", 1, "", widths[x : x + 1]))
                x += 1
                continue
            first = (y, x) in starts
            merge = ""
            if cell.rowspan > 1:
                merge = '<w:vMerge w:val="restart"/>' if first else "<w:vMerge/>"
            content = _torn(cell.text, rng) if first else "<w:p/>"
            cells.append(_tc(content, cell.colspan, merge, widths[x : x + cell.colspan]))
            x += cell.colspan
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in _BORDERS[rules]
    )
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _tc(content: str, span: int, merge: str, widths: list[int]) -> str:
    spread = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{spread}{merge}</w:tcPr>'
        f"{content}</w:tc>"
    )


def _boxed(content: str) -> str:
    """In the only cell of a table around it."""
    return f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="{_TWIPS}"/></w:tblGrid><w:tr><w:tc><w:tcPr/>{content}<w:p/></w:tc></w:tr></w:tbl>'


def _text_box(content: str) -> str:
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"<w:txbxContent>{content}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def _written(
    draft: Draft,
    rules: str = "ruled",
    around: Callable[[str], str] = str,
    boxed_title: bool = False,
) -> bytes:
    rng, report = draft.rng, draft.report
    title = _p(report.title, '<w:jc w:val="center"/>', '<w:sz w:val="44"/>')
    parts = [_text_box(title) if boxed_title else title, _p(report.preface)]
    for item in report.body:
        if isinstance(item, Heading):
            parts.append(_p(item.text, '<w:outlineLvl w:val="0"/>', "<w:b/>"))
        elif isinstance(item, str):
            parts.append(_p(item, '<w:ind w:firstLineChars="200"/>'))
        else:
            # Two tables without a paragraph between would be one.
            parts.append(around(_table(item, rng, rules)) + "<w:p/>")
    parts += [_p(line, '<w:jc w:val="right"/>') for line in report.signature]
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1400" w:bottom="1440" w:left="1400"/></w:sectPr>'
    return docx("".join(parts) + page, others={"[Content_Types].xml": _CONTENT_TYPES})


_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
    '<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>'
    "</Types>"
)


def word(draft: Draft) -> bytes:
    return _written(draft)


def word_half_ruled(draft: Draft) -> bytes:
    return _written(draft, "half")


def word_unruled(draft: Draft) -> bytes:
    return _written(draft, "none")


def word_nested(draft: Draft) -> bytes:
    """Each table in the only cell of another."""
    return _written(draft, around=_boxed)


def word_text_boxes(draft: Draft) -> bytes:
    """The title, and each table, in text boxes."""
    return _written(draft, around=_text_box, boxed_title=True)
