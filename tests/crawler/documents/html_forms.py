"""Forms in which portals deliver a page: bodies inside scripts and JSON, Word's markup, tables
without ``<table>``, hidden copies, odd encodings. Numbers stay."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import re
from collections.abc import Callable
from random import Random
from urllib.parse import quote

import lxml.html

Form = Callable[[str, Random], str | bytes]

FORMS: dict[str, Form] = {}
"""Whole pages rewritten; nothing is lost."""


def form(change: Form) -> Form:
    """Registers a form."""
    FORMS[change.__name__] = change
    return change


def body_of(source: str) -> str:
    found = re.search(r"<body>(.*)</body>", source, re.S)
    assert found
    return found[1]


def title_of(source: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", source)
    assert found
    return found[1]


_MENU = "".join(f"<li><a href='/c{i}.html'>栏目{i}</a></li>" for i in range(30))


def shell(content: str, title: str = "云溪市水利局") -> str:
    """A page of which only menus and a footer are seen."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<ul>{_MENU}</ul><div id=app></div>{content}"
        "<div class=footer>主办：云溪市人民政府办公室 网站标识码3299990001 苏ICP备20001234号</div>"
        "</body></html>"
    )


def _answer(source: str) -> dict[str, object]:
    return {
        "code": 200,
        "msg": "操作成功",
        "data": {
            "id": 60021,
            "title": title_of(source),
            "pubDate": "2024-01-19 09:30:00",
            "author": "null",
            "content": body_of(source).replace(f"<h1>{title_of(source)}</h1>", ""),
        },
    }


# --- Bodies inside JSON and scripts --------------------------------------------


@form
def answer_of_an_interface(source: str, rng: Random) -> str:
    return json.dumps(_answer(source), ensure_ascii=False)


@form
def answer_in_ascii(source: str, rng: Random) -> str:
    return json.dumps(_answer(source))


@form
def answer_with_escaped_markup(source: str, rng: Random) -> str:
    answer = _answer(source)
    data = answer["data"]
    assert isinstance(data, dict)
    data["content"] = html.escape(str(data["content"]))
    return json.dumps(answer, ensure_ascii=False)


@form
def answer_escaped_twice(source: str, rng: Random) -> str:
    answer = _answer(source)
    data = answer["data"]
    assert isinstance(data, dict)
    data["content"] = html.escape(html.escape(str(data["content"])))
    return json.dumps(answer, ensure_ascii=False)


@form
def answer_of_jsonp(source: str, rng: Random) -> str:
    return f"jQuery1124_17({json.dumps(_answer(source), ensure_ascii=False)});"


@form
def json_inside_json(source: str, rng: Random) -> str:
    inner = json.dumps(_answer(source), ensure_ascii=False)
    return json.dumps({"success": True, "result": inner}, ensure_ascii=False)


@form
def answer_in_chapters(source: str, rng: Random) -> str:
    parts = re.split(r"(?=<p[^>]*>(?:<[^>]*>)*[二三四五六]、)", body_of(source))
    return json.dumps([{"order": i, "html": part} for i, part in enumerate(parts)])


@form
def config_in_a_script(source: str, rng: Random) -> str:
    detail = json.dumps(_answer(source)["data"], ensure_ascii=True).replace("<", "\\u003C")
    tree = json.dumps([{"id": i, "name": f"栏目{i}"} for i in range(200)])
    return shell(f"<script>window._CONFIG = {{TREE: {tree}, DETAIL: {detail}}};</script>")


@form
def variable_in_a_script(source: str, rng: Random) -> str:
    text = json.dumps(body_of(source)).replace("<", "\\u003c").replace("</", "<\\/")
    return shell(f"<script>var content = {text}; $('#app').html(content);</script>")


@form
def single_quoted_variable(source: str, rng: Random) -> str:
    text = body_of(source).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    text = text.replace("</", "<\\/")
    return shell(f"<script>// don't\nvar s='{text}';document.write(s);</script>")


@form
def template_string(source: str, rng: Random) -> str:
    text = body_of(source).replace("`", "\\`").replace("</script", "<\\/script")
    return shell(f"<script>const html = `{text}`;</script>")


@form
def pieces_written_one_by_one(source: str, rng: Random) -> str:
    pieces = re.findall(r".{1,300}", body_of(source), re.S)
    lines = (json.dumps(piece).replace("</", "<\\/") for piece in pieces)
    written = "".join(f"document.write({line});\n" for line in lines)
    return shell(f"<script>{written}</script>")


@form
def pieces_added_up(source: str, rng: Random) -> str:
    pieces = re.findall(r".{1,300}", body_of(source), re.S)
    joined = " +\n ".join(json.dumps(piece).replace("</", "<\\/") for piece in pieces)
    return shell(f"<script>var s = {joined};</script>")


@form
def percent_encoded(source: str, rng: Random) -> str:
    return shell(f'<script>show(decodeURIComponent("{quote(body_of(source))}"))</script>')


@form
def base64_in_a_script(source: str, rng: Random) -> str:
    packed = base64.b64encode(body_of(source).encode()).decode()
    return shell(f"<script>var c = Base64.decode('{packed}');</script>")


@form
def escaped_as_old_scripts_do(source: str, rng: Random) -> str:
    def one(c: str) -> str:
        if c.isascii() and c.isalnum():
            return c
        return f"%u{ord(c):04X}" if ord(c) > 255 else f"%{ord(c):02X}"

    text = "".join(map(one, body_of(source)))
    return shell(f"<script>document.write(unescape('{text}'))</script>")


@form
def state_of_an_application(source: str, rng: Random) -> str:
    text = json.dumps(body_of(source)).replace("<", "\\u003C").replace("/", "\\u002F")
    state = f"(function(a,b){{return {{data:[{{title:a,content:{text},n:b}}]}}}}('x',1))"
    return shell(f"<script>window.__NUXT__={state};</script>")


@form
def escaped_in_a_textarea(source: str, rng: Random) -> str:
    return shell(f"<textarea id=c style='display:none'>{html.escape(body_of(source))}</textarea>")


@form
def markup_in_a_textarea(source: str, rng: Random) -> str:
    return shell(f"<textarea id=c>{body_of(source)}</textarea>")


@form
def script_of_type_html(source: str, rng: Random) -> str:
    return shell(f'<script type="text/html" id=tpl>{body_of(source)}</script>')


@form
def escaped_in_an_attribute(source: str, rng: Random) -> str:
    return shell(f'<div id=zoom data-content="{html.escape(body_of(source))}"></div>')


@form
def frame_with_its_source(source: str, rng: Random) -> str:
    return shell(f'<iframe srcdoc="{html.escape(body_of(source))}"></iframe>')


@form
def cdata(source: str, rng: Random) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><recordset><record>'
        f"<title>{title_of(source)}</title><body><![CDATA[{body_of(source)}]]></body>"
        "</record></recordset>"
    )


@form
def escaped_in_xml(source: str, rng: Random) -> str:
    return (
        f'<?xml version="1.0"?><rss><channel><item><title>{title_of(source)}</title>'
        f"<description>{html.escape(body_of(source))}</description></item></channel></rss>"
    )


@form
def escaped_once_too_often(source: str, rng: Random) -> str:
    return shell(f"<div id=zoom>{html.escape(body_of(source))}</div>")


@form
def body_hidden_until_the_script_runs(source: str, rng: Random) -> str:
    return shell(f'<div id="zoom" style="display: none">{body_of(source)}</div>')


# --- What Word and editors make ---------------------------------------------------


def _digits(source: str, change: Callable[[str], str]) -> str:
    return re.sub(r">(\d{2,})<", lambda m: f">{change(m[1])}<", source)


@form
def soft_hyphens_between_digits(source: str, rng: Random) -> str:
    return _digits(source, lambda d: "&shy;".join(d))


@form
def zero_width_marks_between_digits(source: str, rng: Random) -> str:
    return _digits(
        source, lambda d: "\u200b".join(f"<span>{c}</span>" for c in d) + "&#8203;\ufeff"
    )


@form
def digits_in_fonts_with_nbsp(source: str, rng: Random) -> str:
    return _digits(
        source, lambda d: "&nbsp;" + "".join(f"<font face=x>{c}</font>" for c in d) + "&nbsp;"
    )


@form
def line_ends_between_digit_spans(source: str, rng: Random) -> str:
    return _digits(source, lambda d: "\n".join(f"<span lang=EN-US>{c}</span>" for c in d))


@form
def word_export(source: str, rng: Random) -> str:
    source = source.replace(
        "<body>",
        "<body><!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument>"
        "</xml><table><tr><td>本年新收</td><td>999</td></tr></table><![endif]-->"
        "<xml><o:p>0 7.8 磅</o:p></xml>"
        '<!--[if !vml]--><v:shape id="_x0000_s1026"><v:imagedata src="a.png"/></v:shape><!--[endif]-->',
    )
    return re.sub(
        r">(\d+)<",
        r"><p class=MsoNormal align=center><![if !supportEmptyParas]><span lang=EN-US>\1"
        r"<o:p></o:p></span><![endif]></p><",
        source,
    )


@form
def struck_out_figures(source: str, rng: Random) -> str:
    tags = rng.choice((("<del>", "</del>"), ("<s>", "</s>"), ("<strike>", "</strike>")))
    return re.sub(r">(\d+)<", rf">{tags[0]}7{tags[1]}<ins>\1</ins><", source)


@form
def figures_in_fields(source: str, rng: Random) -> str:
    return re.sub(r">(\d+)<", r'><input type="text" readonly value="\1"><', source)


@form
def entities_escaped_twice(source: str, rng: Random) -> str:
    return re.sub(r">(\d+)<", r">&amp;nbsp;\1&amp;nbsp;<", source)


@form
def marks_of_notes_behind_figures(source: str, rng: Random) -> str:
    mark = rng.choice(("<sup>1</sup>", '<span style="vertical-align:super">[2]</span>'))
    return re.sub(r">(\d+)<", rf">\1{mark}<", source)


# --- Copies that do not count ----------------------------------------------------


def _with_copies(source: str, opening: str, closing: str) -> str:
    tables = re.findall(r"<table(?:(?!<table).)*?</table>", source, re.S)
    other = "".join(re.sub(r">(\d+)<", lambda m: f">{int(m[1]) + 3}<", t) for t in tables)
    return source.replace("</h1>", f"</h1>{opening}{other}{closing}")


@form
def copy_for_printing(source: str, rng: Random) -> str:
    return _with_copies(source, "<div class='wrap print-only'>", "</div>")


@form
def copy_hidden_by_bootstrap(source: str, rng: Random) -> str:
    return _with_copies(source, "<div class='d-none d-print-block'>", "</div>")


@form
def copy_hidden_by_the_pages_style_sheet(source: str, rng: Random) -> str:
    style = "<style>/* old */ p{margin:0}\n.y2022, #z { display : none ; }</style>"
    return _with_copies(source, f"{style}<div class='box y2022'>", "</div>")


@form
def hidden_rows(source: str, rng: Random) -> str:
    row = f'<tr style="display:none"><td>（一）予以公开</td>{"<td>9</td>" * 7}</tr>'
    return source.replace("</tr>", f"</tr>{row}", 3)


@form
def copy_in_a_comment(source: str, rng: Random) -> str:
    return _with_copies(source, "<!--", "-->")


@form
def copy_in_a_variable(source: str, rng: Random) -> str:
    opening, closing = "<script>var old = `<h1>旧版</h1>", "`;</script>"
    return _with_copies(source, opening, closing)


@form
def style_that_hides_only_when_printed(source: str, rng: Random) -> str:
    style = "<style>@media print { .noprint { display: none } }</style>"
    return source.replace("<body>", f"{style}<body><div class=noprint>").replace(
        "</body>", "</div></body>"
    )


@form
def chapters_in_tabs(source: str, rng: Random) -> str:
    parts = re.split(r"(?=<p[^>]*>(?:<[^>]*>)*[二三四五六]、)", body_of(source))
    tabs = "".join(f"<li>第{i + 1}部分</li>" for i in range(len(parts)))
    panels = "".join(
        f'<div class=panel style="display:{"none" if i else "block"}">{part}</div>'
        for i, part in enumerate(parts)
    )
    return source.replace(body_of(source), f"<ul>{tabs}</ul>{panels}")


# --- Tables without <table> --------------------------------------------------------


def _tables(source: str, write: Callable[[list[list[lxml.html.HtmlElement]]], str]) -> str:
    def one(match: re.Match[str]) -> str:
        table = lxml.html.fragment_fromstring(match[0])
        return write([list(tr) for tr in table.iter("tr")])

    return re.sub(r"<table(?:(?!<table).)*?</table>", one, source, flags=re.S)


def _text(cell: lxml.html.HtmlElement) -> str:
    return " ".join(cell.text_content().split())


def _rows(source: str, row: tuple[str, str], cell: tuple[str, str], around: tuple[str, str]) -> str:
    def write(rows: list[list[lxml.html.HtmlElement]]) -> str:
        lines = (
            row[0] + "".join(cell[0] + html.escape(_text(c)) + cell[1] for c in cells) + row[1]
            for cells in rows
        )
        return around[0] + "\n".join(lines) + around[1]

    return _tables(source, write)


@form
def divs_displayed_as_table(source: str, rng: Random) -> str:
    return _rows(
        source,
        ('<div style="display:table-row">', "</div>"),
        ('<div style="display:table-cell">', "</div>"),
        ('<div style="display:table">', "</div>"),
    )


@form
def flex_rows_of_spans(source: str, rng: Random) -> str:
    return _rows(
        source,
        ('<div class="row"><div class=inner>', "</div></div>"),
        ("<span>", "</span>"),
        ("<section>", "</section>"),
    )


@form
def list_rows(source: str, rng: Random) -> str:
    return _rows(source, ("<li>", "</li>"), ("<p>", "</p>"), ("<ul class=t>", "</ul>"))


@form
def lists_in_lists(source: str, rng: Random) -> str:
    return _rows(source, ("<ul>", "</ul>"), ("<li>", "</li>"), ("<div>", "</div>"))


@form
def definition_lists(source: str, rng: Random) -> str:
    def write(rows: list[list[lxml.html.HtmlElement]]) -> str:
        out = []
        for cells in rows:
            texts = [html.escape(_text(c)) for c in cells]
            labels = [t for t in texts if not re.match(r"^[\d.]+$", t)]
            out.append(f"<dt>{' '.join(labels)}</dt>")
            out += [f"<dd>{t}</dd>" for t in texts if t not in labels]
        return f"<dl>{''.join(out)}</dl>"

    header = re.compile(
        r"<tr>(?:(?!</tr>).)*(?:申请人情况|科研机构|信息内容|件数|数量).*?</tr>", re.S
    )
    assert header.search(source)
    return _tables(source, write)


@form
def paragraphs_with_wide_gaps(source: str, rng: Random) -> str:
    gap = rng.choice(("&emsp;", "&nbsp;&nbsp;&nbsp;", "&emsp;&emsp;", "　　"))
    return _rows(source, ("<p>", "</p>"), ("<span>", f"</span>{gap}"), ("", ""))


@form
def tabs_of_word(source: str, rng: Random) -> str:
    tab = "<span style='mso-tab-count:1'>&nbsp;&nbsp;&nbsp;&nbsp; </span>"
    return _rows(source, ("<p class=MsoNormal>", "</p>"), ("", tab), ("", ""))


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def framed(rows: list[list[str]], bar: str, line: str, cross: str) -> str:
    """A table drawn with characters, a frame between all rows."""
    columns = max(map(len, rows))
    padded = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(_width(row[c]) for row in padded) for c in range(columns)]
    rule = cross + cross.join(line * (w + 2) for w in widths) + cross
    out = [rule]
    for row in padded:
        cells = (f" {t}{' ' * (w - _width(t))} " for t, w in zip(row, widths, strict=True))
        out += [bar + bar.join(cells) + bar, rule]
    return "\n".join(out)


def _as_pre(source: str, bar: str, line: str, cross: str) -> str:
    def write(rows: list[list[lxml.html.HtmlElement]]) -> str:
        return f"<pre>{framed([[_text(c) for c in r] for r in rows], bar, line, cross)}</pre>"

    return _tables(source, write)


@form
def box_drawing(source: str, rng: Random) -> str:
    return _as_pre(source, "│", "─", "┼")


@form
def ascii_frames(source: str, rng: Random) -> str:
    return _as_pre(source, "|", "-", "+")


@form
def double_box_drawing(source: str, rng: Random) -> str:
    return _as_pre(source, "║", "═", "╬")


@form
def lines_kept_by_style(source: str, rng: Random) -> str:
    around = ("<div style='white-space:pre-wrap'>", "</div>")
    return _rows(source, ("", "\n"), ("", "\t"), around)


def _as_text(source: str, write: Callable[[list[list[str]]], str]) -> str:
    marked = _tables(source, lambda rows: f"\n\n{write([[_text(c) for c in r] for r in rows])}\n\n")
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<title>.*?</title>", "", marked)))


@form
def comma_separated(source: str, rng: Random) -> str:
    def write(rows: list[list[str]]) -> str:
        out = io.StringIO()
        width = max(map(len, rows))
        csv.writer(out).writerows([*row, *[""] * (width - len(row))] for row in rows)
        return out.getvalue().replace("\r", "")

    return _as_text(source, write)


@form
def framed_and_wrapped(source: str, rng: Random) -> str:
    """Cells of eight characters a line, as RST has them."""

    def write(rows: list[list[str]]) -> str:
        width = max(map(len, rows))
        rule = "+" + "----+" * width
        out = [rule]
        for row in rows:
            cells = [re.findall(r".{1,8}", cell) or [""] for cell in row]
            cells += [[""]] * (width - len(row))
            for line in range(max(map(len, cells))):
                out.append("|" + "|".join(c[line] if line < len(c) else "" for c in cells) + "|")
            out.append(rule)
        return "\n".join(out)

    return _as_text(source, write)


# --- Encodings -----------------------------------------------------------------------


@form
def gbk_called_latin(source: str, rng: Random) -> bytes:
    return source.replace("utf-8", "iso-8859-1").encode("gb18030")


@form
def gbk_called_utf8(source: str, rng: Random) -> bytes:
    return source.encode("gbk")


@form
def utf8_called_gbk(source: str, rng: Random) -> bytes:
    return source.replace("utf-8", "gb2312").encode()


@form
def utf16_without_a_mark(source: str, rng: Random) -> bytes:
    return source.encode(rng.choice(("utf-16-le", "utf-16-be")))


@form
def utf16_with_a_mark(source: str, rng: Random) -> bytes:
    return source.encode("utf-16")


@form
def stored_twice_as_latin(source: str, rng: Random) -> bytes:
    return source.encode().decode("latin-1").encode()


@form
def damaged_bytes_in_the_footer(source: str, rng: Random) -> bytes:
    return source.encode().replace(b"</body>", b"<p>\xff\xfe\xe4\xb8</p></body>")


@form
def text_in_utf16(source: str, rng: Random) -> bytes:
    return _as_text(source, lambda rows: "\n".join("\t".join(row) for row in rows)).encode("utf-16")


# --- Broken markup --------------------------------------------------------------------


@form
def overlapping_spans(source: str, rng: Random) -> str:
    return source.replace('rowspan="8"', 'rowspan="9"').replace('rowspan="5"', 'rowspan="6"')


@form
def cells_without_ends(source: str, rng: Random) -> str:
    return re.sub(r"</t[dr]>", lambda m: "" if rng.random() < 0.5 else m[0], source)


@form
def one_table_in_three(source: str, rng: Random) -> str:
    """Torn between rows, each part with its own border and a heading of its own."""
    count = 0

    def tear(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return (
            f"</tr></table><p>（续表）</p><table border=1 id=t{count}>"
            if count % 9 == 0
            else "</tr>"
        )

    return re.sub(r"</tr>", tear, source)
