"""What editors, content systems and converters do to the markup of a report. Numbers stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import lxml.html

Change = Callable[[str, Random], str]
Rework = Callable[[lxml.html.HtmlElement, Random], None]

MARKUP: dict[str, Change] = {}
"""Changes of a page's source; no number is lost by any."""


def markup(change: Change) -> Change:
    """Registers a change of the page's source."""
    MARKUP[change.__name__] = change
    return change


def tree(change: Rework) -> Rework:
    """Registers a change of the page's elements."""

    def apply(source: str, rng: Random) -> str:
        root = lxml.html.document_fromstring(source)
        change(root, rng)
        return str(lxml.html.tostring(root, encoding="unicode"))

    MARKUP[change.__name__] = apply
    return change


_TABLE = r"<table(?:(?!<table).)*?</table>"
"""A table that holds no other."""


def _cells(root: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    return [c for c in root.iter("td") if c.text_content().strip(" \xa0").isdigit()]


@markup
def untouched(source: str, rng: Random) -> str:
    return source


@markup
def labels_broken_by_br(source: str, rng: Random) -> str:
    return re.sub(
        r"<td.*?</td>",
        lambda c: re.sub(
            r">([\u4e00-\u9fff（）、]{2,8})<", lambda m: f">{'<br/>'.join(m[1])}<", c[0]
        ),
        source,
        flags=re.S,
    )


@markup
def labels_wrapped_in_source(source: str, rng: Random) -> str:
    return re.sub(r"([\u4e00-\u9fff]{4})(?=[\u4e00-\u9fff])", "\\1\n      ", source)


@markup
def torn_by_page_numbers(source: str, rng: Random) -> str:
    def tear(match: re.Match[str]) -> str:
        torn = rng.random() < 0.08
        return match[0] + ("</table><p>- 2 -</p><table border=1>" if torn else "")

    return re.sub(r"</tr>", tear, source)


@markup
def laid_out_by_tables(source: str, rng: Random) -> str:
    opening = "<body><table width=980><tr><td>导航栏</td><td><table><tr><td>"
    return source.replace("<body>", opening).replace(
        "</body>", "</td></tr></table></td></tr></table></body>"
    )


@markup
def every_digit_in_a_span(source: str, rng: Random) -> str:
    return re.sub(
        r">(\d{2,})<", lambda m: ">" + "".join(f"<span>{d}</span>" for d in m[1]) + "<", source
    )


@markup
def white_space_between_digit_spans(source: str, rng: Random) -> str:
    return re.sub(
        r">(\d{2,})<",
        lambda m: ">" + "\n   ".join(f"<span>{d}</span>" for d in m[1]) + "<",
        source,
    )


@markup
def no_spans(source: str, rng: Random) -> str:
    return re.sub(r' (?:row|col)span="\d+"', "", source)


@markup
def zero_colspan(source: str, rng: Random) -> str:
    return source.replace("<td align", '<td colspan="0" align')


@markup
def header_cells_everywhere(source: str, rng: Random) -> str:
    return source.replace("<td", "<TH").replace("</td", "</TH")


@markup
def unclosed_cells(source: str, rng: Random) -> str:
    return source.replace("</td>", "").replace("</tr>", "").replace("</p>", "")


@markup
def padded_by_nbsp(source: str, rng: Random) -> str:
    return re.sub(r">(\d+)<", r">&nbsp;\1&#12288;<", source)


@markup
def comments_and_styles_in_cells(source: str, rng: Random) -> str:
    return re.sub(r"(<td[^>]*>)", r"\1<!-- 7 --><style>p{margin:3px}</style>", source)


@markup
def paragraphs_by_br(source: str, rng: Random) -> str:
    return re.sub(r"<p[^>]*>", "", source).replace("</p>", "<br><br>")


@markup
def headings_as_h3(source: str, rng: Random) -> str:
    return re.sub(
        r"<p[^>]*>(?:<[^p>][^>]*>)*(一|二|三|四|五|六)、(?:\w|、)+(?:<[^>]*>)*?</p>",
        lambda m: f"<h3>{re.sub('<[^>]*>', '', m[0])}</h3>",
        source,
    )


@markup
def parts_instead_of_numbers(source: str, rng: Random) -> str:
    return re.sub(r">([一二三四五六])、(?=\w{2,9}(?:情况|事项|政府))", r">第\1部分 ", source)


@markup
def headings_without_numbers(source: str, rng: Random) -> str:
    return re.sub(r">[一二三四五六]、(?=[\w、]{4,20}(?:情况|事项)<)", ">", source)


@markup
def contents_list_first(source: str, rng: Random) -> str:
    names = re.findall(r">([一二三四五六]、[\w、]{4,22}(?:情况|事项))<", source)
    listed = "".join(f'<li><a href="#{i}">{n}</a></li>' for i, n in enumerate(names))
    return source.replace("</h1>", f"</h1><ul>{listed}</ul>")


@markup
def other_years_in_the_navigation(source: str, rng: Random) -> str:
    listed = "".join(
        f"<li><a href='/{y}.html'>云溪市水利局{y}年政府信息公开工作年度报告</a></li>"
        for y in (2022, 2021, 2020, 2019)
    )
    return source.replace("<body>", f"<body><div class=nav><ul>{listed}</ul></div>")


@markup
def footer_in_the_same_block(source: str, rng: Random) -> str:
    return source.replace(
        "</body>",
        "<p>【打印】【关闭】</p><p>上一篇：云溪市水利局2022年政府信息公开工作年度报告</p>"
        "<p>主办：云溪市人民政府 网站标识码3299990001 备案号苏ICP备20001234号</p></body>",
    )


@markup
def sidebar_behind(source: str, rng: Random) -> str:
    listed = "".join(f"<li>2024-0{i}-11 某地召开第{i}次水利工作会议</li>" for i in range(1, 9))
    return source.replace("<body>", "<body><div id=main>").replace(
        "</body>", f"</div><div class=side><h3>最新信息</h3><ul>{listed}</ul></div></body>"
    )


def _second_version(source: str, change: Callable[[str], str], style: str) -> str:
    """Behind each table another one."""
    return re.sub(
        _TABLE,
        lambda m: m[0] + f"<div{style}>{change(m[0])}</div>",
        source,
        flags=re.S,
    )


def _other_figures(table: str) -> str:
    return re.sub(r">(\d+)<", lambda m: f">{int(m[1]) + 7}<", table)


@markup
def mobile_version_of_the_tables(source: str, rng: Random) -> str:
    return _second_version(source, str, " class=wap")


@markup
def hidden_tables_of_last_year(source: str, rng: Random) -> str:
    return _second_version(source, _other_figures, ' style="DISPLAY : none"')


@markup
def tables_with_the_attribute_hidden(source: str, rng: Random) -> str:
    return _second_version(source, _other_figures, " hidden")


@markup
def template_of_the_table_in_a_script(source: str, rng: Random) -> str:
    return _second_version(
        source, lambda t: f"<script type='text/x-template'>{_other_figures(t)}</script>", ""
    )


@markup
def empty_columns_between(source: str, rng: Random) -> str:
    return re.sub(r"(<td[^>]*align=\"center\")", r"<td></td>\1", source)


@markup
def repeated_header_rows(source: str, rng: Random) -> str:
    def again(match: re.Match[str]) -> str:
        table = match[0]
        if "科研机构" not in table:
            return table
        rows = re.findall(r"<tr>.*?</tr>", table, re.S)
        rows[12:12] = rows[:3]
        return "<table border=1>" + "".join(rows) + "</table>"

    return re.sub(_TABLE, again, source, flags=re.S)


@markup
def wrong_rowspans(source: str, rng: Random) -> str:
    return re.sub(
        r'rowspan="(\d+)"',
        lambda m: f'rowspan="{int(m[1]) + (rng.choice((-1, 0, 1)) if int(m[1]) > 3 else 0)}"',
        source,
    )


@markup
def endless_rowspan(source: str, rng: Random) -> str:
    return re.sub(r'rowspan="22"', 'rowspan="0"', source)


@markup
def whole_article_in_one_cell(source: str, rng: Random) -> str:
    return source.replace("<body>", "<body><table><tr><td>").replace(
        "</body>", "</td></tr></table></body>"
    )


@markup
def captions_above_tables(source: str, rng: Random) -> str:
    return source.replace("<table", "<p>附表：（单位：件）</p><table")


@markup
def units_in_cells(source: str, rng: Random) -> str:
    return re.sub(r">(\d+)<", r">\1件<", source)


@markup
def full_width_figures(source: str, rng: Random) -> str:
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    return re.sub(r">([\d.]+)<", lambda m: f">{m[1].translate(wide)}<", source)


@markup
def thousands_separators(source: str, rng: Random) -> str:
    return re.sub(r">(\d{4,})<", lambda m: f">{int(m[1]):,}<", source)


@markup
def numbering_lost(source: str, rng: Random) -> str:
    return re.sub(r">(?:（[一二三四五六七]）|\d\.)(?=[\u4e00-\u9fff])", ">", source)


@markup
def numbering_wrong(source: str, rng: Random) -> str:
    return re.sub(r">\d\.(?=[\u4e00-\u9fff])", lambda m: f">{rng.randint(1, 9)}.", source)


@markup
def notes_in_labels(source: str, rng: Random) -> str:
    source = source.replace(">规章<", ">规章（县级无此项）<")
    return source.replace(">现行有效件数<", ">现行有效件数（历史累计）<").replace(
        ">本年制发件数<", ">本年（2023）制发件数<"
    )


@markup
def misprinted_labels(source: str, rng: Random) -> str:
    def misprint(match: re.Match[str]) -> str:
        label = match[1]
        if rng.random() > 0.3:
            return match[0]
        place = rng.randrange(2, len(label))
        return f">{label[:place]}{rng.choice('度信和的了公')}{label[place + 1 :]}<"

    return re.sub(r">((?:\d\.|（.）)?[\u4e00-\u9fff、]{7,})<(?!/h1|/title)", misprint, source)


@tree
def nested_table_in_value_cells(root: lxml.html.HtmlElement, rng: Random) -> None:
    cells = _cells(root)
    for cell in rng.sample(cells, min(12, len(cells))):
        value = cell.text_content().strip()
        for child in list(cell):
            cell.remove(child)
        cell.text = None
        cell.append(lxml.html.fragment_fromstring(f"<table><tr><td>{value}</td></tr></table>"))


@tree
def sections_inside_the_table(root: lxml.html.HtmlElement, rng: Random) -> None:
    """One giant table: every paragraph a row, the three tables' rows between them."""
    body = root.find("body")
    rows: list[lxml.html.HtmlElement] = []
    for child in list(body):
        if child.tag == "table":
            rows += child.xpath("./tr | ./tbody/tr")
        else:
            row = lxml.html.fragment_fromstring("<table><tr><td colspan=15></td></tr></table>")
            row.find(".//td").append(child)
            rows += row.iter("tr")
    giant = lxml.html.Element("table")
    giant.extend(rows)
    for child in list(body):
        body.remove(child)
    body.append(giant)


@tree
def one_table_for_each_row(root: lxml.html.HtmlElement, rng: Random) -> None:
    for table in list(root.iter("table")):
        for row in list(table.iter("tr")):
            single = lxml.html.Element("table")
            single.append(row)
            table.addprevious(single)
        table.drop_tree()


@tree
def heading_and_text_in_one_paragraph(root: lxml.html.HtmlElement, rng: Random) -> None:
    for element in list(root.iter("p")):
        following = element.getnext()
        if (
            re.match(r"\s*[一五六]、", element.text_content())
            and following is not None
            and following.tag == "p"
        ):
            text = element.text_content().strip() + "。" + following.text_content().strip()
            for child in list(element):
                element.remove(child)
            element.text = text
            following.drop_tree()


@tree
def headings_in_table_rows(root: lxml.html.HtmlElement, rng: Random) -> None:
    for element in list(root.iter("p")):
        following = element.getnext()
        if (
            following is not None
            and following.tag == "table"
            and following.find("tbody") is not None
        ):
            row = lxml.html.fragment_fromstring("<table><tr><td colspan=10></td></tr></table>")
            row.find(".//td").text = element.text_content()
            target = next(following.iter("tbody"))
            target.insert(0, row.find(".//tr"))
            element.drop_tree()


@tree
def tables_side_by_side(root: lxml.html.HtmlElement, rng: Random) -> None:
    """A narrow column of explanations to the left of each table."""
    for table in list(root.iter("table")):
        wrapper = lxml.html.fragment_fromstring(
            "<table><tr><td>说明：本表由系统汇总</td><td class=here></td></tr></table>"
        )
        table.addprevious(wrapper)
        wrapper.find(".//td[@class='here']").append(table)


def _without_table_tags(source: str, row: tuple[str, str], cell: tuple[str, str]) -> str:
    for tag, (opening, closing) in (("tr", row), ("td", cell)):
        source = re.sub(rf"<{tag}\b[^>]*>", opening, source)
        source = source.replace(f"</{tag}>", closing)
    return re.sub(r"</?(?:table|tbody)[^>]*>", "", source)


@markup
def grid_of_divs(source: str, rng: Random) -> str:
    return _without_table_tags(source, ("<div class=row>", "</div>"), ("<div>", "</div>"))


@markup
def paragraph_for_each_cell(source: str, rng: Random) -> str:
    return _without_table_tags(source, ("", ""), ("<p>", "</p>"))


@markup
def preformatted_tables(source: str, rng: Random) -> str:
    def flat(match: re.Match[str]) -> str:
        table = lxml.html.fragment_fromstring(match[0])
        rows = (
            "\t".join(" ".join(c.text_content().split()) for c in tr) for tr in table.iter("tr")
        )
        return "<pre>" + "\n".join(rows) + "</pre>"

    return re.sub(_TABLE, flat, source, flags=re.S)


@markup
def rows_as_lines_in_a_paragraph(source: str, rng: Random) -> str:
    """Cells apart by no-break spaces, lines by ``<br>``."""
    return _without_table_tags(source, ("<br>", ""), ("<span>", "</span>&nbsp;&nbsp; "))


@markup
def wide_page_in_a_frame_of_lists(source: str, rng: Random) -> str:
    entries = "".join(
        f"<li>2024-01-{i:02} 关于水利工程的公告（第{i}号）</li>" for i in range(1, 29)
    )
    return source.replace("<body>", f"<body><ul>{entries}</ul>").replace(
        "</body>", f"<ul>{entries}</ul></body>"
    )
