"""Reports as web pages, in the ways in which editors and content systems write them."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from random import Random

from spiders.samples import tables
from spiders.samples.reports import Heading, Report
from spiders.samples.tables import Grid
from tests.corpus.drafts import Draft
from tests.corpus.grids import cut


@dataclass(frozen=True, slots=True)
class _Style:
    """Markup around the text of paragraphs, headings and cells."""

    paragraph: str
    heading: str
    cell: str
    table: dict[str, str]


_STYLES = (
    _Style("<p>　　{}</p>", "<p><strong>{}</strong></p>", "{}", {"border": "1"}),
    _Style(
        '<p class="MsoNormal" style="text-indent:32.0pt"><span style="font-size:16.0pt;font-family:仿宋">{}<o:p></o:p></span></p>',
        '<p class="MsoNormal"><b><span style="font-family:黑体">{}</span></b></p>',
        '<p class="MsoNormal" align="center"><span lang="EN-US" style="font-size:10.5pt">{}<o:p></o:p></span></p>',
        {"class": "MsoTableGrid", "border": "1", "cellspacing": "0"},
    ),
    _Style(
        '<div style="text-indent:2em"><font size="4">{}</font></div>',
        "<h3>{}</h3>",
        '<div align="center"><font face="宋体">{}</font></div>',
        {"style": "border-collapse:collapse", "width": "100%"},
    ),
    _Style("<section><p>{}</p></section>", "<h2>{}</h2>", "<span>{}</span>", {"class": "tb"}),
)
_RULED = "table{border-collapse:collapse}td{border:1px solid #000}"
RULES = {
    "ruled": "@page{size:A4;margin:20mm}" + _RULED,
    "half": "@page{size:A4;margin:20mm}table{border-collapse:collapse;border:none!important}"
    "td{border:none!important;border-top:1px solid #000!important;border-bottom:1px solid #000!important}",
    "none": "@page{size:A4;margin:20mm}table,td{border:none!important;border-collapse:collapse}td{padding:3px 6px}",
    "small": "@page{size:A5;margin:12mm}" + _RULED,
    "strip": "@page{size:210mm 1600mm;margin:15mm}" + _RULED + "td{padding:4px 6px}",
}
"""Sheets for printing: how tables are ruled, and on what paper."""


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _inner(report: Report, style: _Style, grid: Callable[[Grid], str]) -> str:
    parts = [style.paragraph.format(_text(report.preface))]
    for item in report.body:
        if isinstance(item, Heading):
            parts.append(style.heading.format(_text(item.text)))
        elif isinstance(item, str):
            parts.append(style.paragraph.format(_text(item)))
        else:
            parts.append(grid(item))
    parts += [f'<p style="text-align:right">{html.escape(line)}</p>' for line in report.signature]
    return "\n".join(parts)


def _page(title: str, inner: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{head}<title>{html.escape(title)}'
        f"</title></head>\n<body>\n<h1>{html.escape(title)}</h1>\n{inner}\n</body></html>\n"
    )


def _table(style: _Style) -> Callable[[Grid], str]:
    return lambda grid: tables.to_html(grid, lambda t: style.cell.format(_text(t)), style.table)


def plain_markup(draft: Draft, css: str = "") -> str:
    """A whole page in one of the styles; ``css`` for printing."""
    style = draft.rng.choice(_STYLES)
    head = f"<style>{css}</style>" if css else ""
    return _page(draft.report.title, _inner(draft.report, style, _table(style)), head)


def plain(draft: Draft) -> bytes:
    return plain_markup(draft).encode()


def gb18030(draft: Draft) -> bytes:
    """In the old Chinese encoding, declared, declared narrower, or not at all."""
    declared = draft.rng.choice(('<meta charset="gb18030">', '<meta charset="gb2312">', ""))
    markup = plain_markup(draft).replace('<meta charset="utf-8">', declared)
    return markup.encode("gb18030")


_MENU = "".join(
    f"<li><a href='/c{i}/'>{name}</a></li>"
    for i, name in enumerate(("首页", "政务公开", "政府信息公开年报", "办事服务", "互动交流"))
)


def nested(draft: Draft) -> bytes:
    """A page laid out by tables, each of the report's tables in one more."""
    style = draft.rng.choice(_STYLES)
    write = _table(style)
    inner = _inner(
        draft.report, style, lambda g: f"<table><tr><td align='center'>{write(g)}</td></tr></table>"
    )
    title = html.escape(draft.report.title)
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body><table width='1000'>"
        f"<tr><td colspan='2'><ul>{_MENU}</ul></td></tr><tr><td width='200'><ul>{_MENU}</ul></td>"
        f"<td><table><tr><td><h1>{title}</h1></td></tr><tr><td>{inner}</td></tr></table></td></tr>"
        "<tr><td colspan='2'>主办：临溪县人民政府办公室　网站标识码：3299990002</td></tr></table></body></html>"
    ).encode()


def divs(draft: Draft) -> bytes:
    """Tables drawn with blocks; a merged place is an empty block."""

    def grid(given: Grid) -> str:
        rows = (
            "".join(
                f'<div class="td">{_text(cell.text) if begins else ""}</div>'
                for cell, begins in row
            )
            for row in tables.expand(given)
        )
        return (
            '<div class="table">' + "".join(f'<div class="tr">{r}</div>' for r in rows) + "</div>"
        )

    css = ".table{display:table}.tr{display:table-row}.td{display:table-cell;border:1px solid}"
    style = draft.rng.choice(_STYLES)
    return _page(
        draft.report.title, _inner(draft.report, style, grid), f"<style>{css}</style>"
    ).encode()


def split(draft: Draft) -> bytes:
    """Each table torn into several, as copied from a document page by page."""
    rng = draft.rng
    style = rng.choice(_STYLES)
    write = _table(style)

    def grid(given: Grid) -> str:
        parts = [given]
        while len(parts[-1].rows) > 9:
            parts[-1:] = cut(parts[-1], rng.randint(5, 8))
        between = rng.choice(("", "<p>&nbsp;</p>", "<br>"))
        return between.join(map(write, parts))

    return _page(draft.report.title, _inner(draft.report, style, grid)).encode()


def listed(draft: Draft) -> bytes:
    """The sections in a list of definitions."""
    style = draft.rng.choice(_STYLES)
    write = _table(style)
    parts = [f"<p>{_text(draft.report.preface)}</p><dl>"]
    opened = False
    for item in draft.report.body:
        if isinstance(item, Heading):
            parts.append(("</dd>" if opened else "") + f"<dt>{_text(item.text)}</dt><dd>")
            opened = True
        else:
            parts.append(f"<p>{_text(item)}</p>" if isinstance(item, str) else write(item))
    parts.append("</dd></dl>" + "".join(f"<p>{line}</p>" for line in draft.report.signature))
    return _page(draft.report.title, "\n".join(parts)).encode()


def in_json(draft: Draft) -> bytes:
    """The answer of a content interface: the body is a string of markup in JSON."""
    style = draft.rng.choice(_STYLES)
    body = _inner(draft.report, style, _table(style))
    answer = {
        "code": 200,
        "msg": "success",
        "data": {"id": 40217, "title": draft.report.title, "content": body, "hits": 138},
    }
    return json.dumps(answer, ensure_ascii=draft.rng.random() < 0.5).encode()


def escaped(draft: Draft) -> bytes:
    """The body escaped once more inside a page, to be put in by script."""
    style = draft.rng.choice(_STYLES)
    body = html.escape(_inner(draft.report, style, _table(style)))
    hidden = f'<div id="zoom"><textarea style="display:none" id="content">{body}</textarea></div>'
    return _page(draft.report.title, hidden).encode()


def spanned(draft: Draft) -> bytes:
    """Every run of digits in pieces, as after corrections in an editor."""
    rng: Random = draft.rng
    style = rng.choice(_STYLES)

    def cell(text: str) -> str:
        if text.isdigit() and len(text) > 1:
            at = rng.randrange(1, len(text))
            return style.cell.format(f"<span>{text[:at]}</span><span><b>{text[at:]}</b></span>")
        return style.cell.format(_text(text))

    inner = _inner(draft.report, style, lambda g: tables.to_html(g, cell, style.table))
    return _page(draft.report.title, inner).encode()


def mhtml(draft: Draft) -> bytes:
    """A page saved as one file, with a picture beside it."""
    message = EmailMessage()
    message["Subject"] = "report"
    encoding = draft.rng.choice(("base64", "quoted-printable"))
    message.set_content(plain_markup(draft), subtype="html", charset="utf-8", cte=encoding)
    message.add_related(b"\x89PNG\r\n\x1a\n" + bytes(64), "image", "png", cid="<logo>")
    data = message.as_bytes()
    return b"MIME-Version: 1.0\r\n" + data.replace(b"MIME-Version: 1.0\n", b"", 1)
