"""Word files: what a reader of the printed page sees, in its place, and nothing else."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from crawler.documents.document import Document, DocumentError, Grid, Paragraph
from crawler.documents.office.docx import read_docx
from crawler.documents.sniff import sniff
from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.office_files import (
    STRICT_W,
    converted,
    document_xml,
    docx,
    needs_soffice,
    p,
    tbl,
    tc,
    tr,
    zipped,
)
from tests.crawler.parsing.scoring import score


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def only_grid(document: Document) -> Grid:
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    return grid


def shown(grid: Grid) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in grid.rows]


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def numbers(rows: int = 4) -> str:
    """A table large enough to be one of a report."""
    return tbl(*(tr(tc(f"第{r}行"), tc(str(r))) for r in range(1, rows + 1)))


# --- Text -------------------------------------------------------------------------------


def test_paragraphs_and_tables_in_order_with_places() -> None:
    document = read_docx(docx(p("甲") + numbers() + p("") + p("乙")))
    first, grid, last = document.blocks
    assert isinstance(grid, Grid)
    assert (first.at, grid.at, last.at) == ("body/p[1]", "body/table[1]", "body/p[3]")
    cell = grid.rows[1][1]
    assert cell is not None and (cell.text, cell.at) == ("2", "body/table[1]/row[2]/col[2]")


def test_a_line_break_parts_a_title_and_a_page_break_a_paragraph() -> None:
    body = "<w:p><w:r><w:t>某县水利局</w:t><w:br/><w:t>年度报告</w:t><w:br w:type='page'/><w:t>一、总体情况</w:t></w:r></w:p>"
    assert texts(read_docx(docx(body))) == ["某县水利局", "年度报告", "一、总体情况"]


def test_runs_of_a_word_are_one_and_hyphens_are_what_is_printed() -> None:
    body = (
        f"<w:p>{run('信息')}{run('公开')}<w:r><w:softHyphen/></w:r>{run('工&#173;作')}"
        "<w:r><w:t>2023</w:t><w:noBreakHyphen/><w:t>12</w:t></w:r></w:p>"
    )
    assert texts(read_docx(docx(body))) == ["信息公开工作2023-12"]


def test_tracked_changes_are_read_as_accepted() -> None:
    body = (
        f"<w:p>{run('收到')}<w:del>{run('9')}<w:r><w:delText>9</w:delText></w:r></w:del>"
        f"<w:ins>{run('12')}</w:ins>{run('件')}<w:moveFrom>{run('移走')}</w:moveFrom>"
        f"<w:moveTo>{run('移来')}</w:moveTo></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("前半句") + "</w:p>" + p("后半句")
    )
    assert texts(read_docx(docx(body))) == ["收到12件移来", "前半句后半句"]


def test_a_deleted_row_is_gone_and_an_inserted_one_is_there() -> None:
    rows = [tr(tc(f"行{i}"), tc(str(i))) for i in range(5)]
    rows[1] = tr(tc("删"), tc("99"), properties="<w:del/>")
    rows[2] = tr(tc("增"), tc("7"), properties="<w:ins/>")
    grid = only_grid(read_docx(docx(tbl(*rows))))
    assert [row[1] for row in shown(grid)] == ["0", "7", "3", "4"]


def test_fields_show_their_results() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText>PAGEREF _Toc1</w:instrText></w:r>"
    nested = f"{mark('begin')}{run('代码里的文字')}{mark('begin')}{code}{mark('separate')}{run('内')}{mark('end')}"
    body = (
        f"<w:p>{run('共')}{mark('begin')}{code}{mark('separate')}{run('5')}{mark('end')}{run('页')}</w:p>"
        f"<w:p>{nested}{mark('separate')}{run('外')}{mark('end')}</w:p>"
        f"<w:p>{mark('begin')}{run('没有结束的域')}</w:p>"
        f'<w:p><w:fldSimple w:instr="DATE">{run("2024年1月5日")}</w:fldSimple></w:p>'
    )
    assert texts(read_docx(docx(body))) == ["共5页", "外", "没有结束的域", "2024年1月5日"]


def test_hidden_text_and_ruby_and_ornaments_are_left_out() -> None:
    hidden = run("隐藏", "<w:vanish/>") + run("不隐藏", '<w:vanish w:val="0"/>')
    ruby = (
        f"<w:r><w:ruby><w:rt>{run('yi')}</w:rt><w:rubyBase>{run('沂')}</w:rubyBase></w:ruby></w:r>"
    )
    symbols = (
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="宋体" w:char="25A1"/></w:r>'
    )
    body = f"<w:p>{run('可见')}{hidden}{ruby}{symbols}</w:p>"
    assert texts(read_docx(docx(body))) == ["可见不隐藏沂□"]


def test_headings_by_style_outline_and_inheritance() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="标题样式"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="x"/><w:basedOn w:val="H"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="L"><w:name w:val="y"/><w:basedOn w:val="L"/></w:style>'
    )
    body = (
        p("题", '<w:pStyle w:val="T"/>')
        + p("节", '<w:pStyle w:val="H2"/>')
        + p("自定", '<w:outlineLvl w:val="0"/>')
        + p("正文级别", '<w:outlineLvl w:val="9"/>')
        + p("循环", '<w:pStyle w:val="L"/>')
    )
    document = read_docx(docx(body, styles=styles))
    assert [b.level for b in document.blocks if isinstance(b, Paragraph)] == [1, 2, 1, 0, 0]


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def item(text: str, level: int = 0, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_automatic_numbers_are_printed() -> None:
    body = "".join(
        (
            item("总体情况"), item("主动公开", 1), item("依申请公开", 1), item("主动公开政府信息情况"),
            item("第一", 1), item("甲", 2), item("点", 0, 2), item("没有", 0, 0), item("另起", 0, 3),
        )
    )  # fmt: skip
    assert texts(read_docx(docx(body, numbering=NUMBERING))) == [
        "一、总体情况", "（一）主动公开", "（二）依申请公开", "二、主动公开政府信息情况",
        "（一）第一", "1.甲", "点", "没有", "一、另起",
    ]  # fmt: skip


def test_the_tenth_to_the_twentieth_number() -> None:
    body = "".join(item(f"项{i}") for i in range(1, 22))
    found = texts(read_docx(docx(body, numbering=NUMBERING)))
    assert [found[i] for i in (9, 10, 19, 20)] == [
        "十、项10",
        "十一、项11",
        "二十、项20",
        "二十一、项21",
    ]


def test_a_number_in_a_cell_stays_bare_though_its_paragraph_is_numbered() -> None:
    rows = [tr(tc(item("予以公开", 2)), tc(item("5", 2)), tc(item("", 2))) for _ in range(4)]
    grid = only_grid(read_docx(docx(tbl(*rows), numbering=NUMBERING)))
    assert shown(grid)[0] == ["1.予以公开", "5", ""]


def test_the_table_of_contents_is_no_text() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>'
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = (
        p("一、总体情况……1", '<w:pStyle w:val="11"/>')
        + f"<w:sdt>{gallery}<w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>"
        + f"<w:sdt><w:sdtContent>{p('控件里的正文')}</w:sdtContent></w:sdt>"
    )
    assert texts(read_docx(docx(body, styles=styles))) == ["控件里的正文"]


BOX = "<w:txbxContent>{}</w:txbxContent>"


def boxed(content: str) -> str:
    """A text box as Word 2010 writes it: for new readers and again for old ones."""
    inner = BOX.format(content)
    return (
        "<w:p><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def test_a_text_box_is_read_once_where_it_is_anchored() -> None:
    document = read_docx(docx(p("前") + boxed(p("框内标题") + numbers()) + p("后")))
    assert texts(document) == ["前", "框内标题", "后"]
    assert only_grid(document).at == "body/p[2]/box[1]/table[1]"


def test_a_number_in_a_text_box_in_a_cell_is_the_cell_s() -> None:
    rows = [tr(tc("申请"), tc(boxed(p("16")))) for _ in range(4)]
    assert shown(only_grid(read_docx(docx(tbl(*rows)))))[0] == ["申请", "16"]


def test_pictures_are_counted_and_not_those_of_the_header() -> None:
    picture = '<w:p><w:r><w:drawing><a:blip r:embed="r9"/></w:drawing></w:r></w:p>'
    old = '<w:p><w:r><w:pict><v:imagedata r:id="r8"/></w:pict></w:r></w:p>'
    header = {"word/header1.xml": document_xml(p("页眉") + picture)}
    document = read_docx(docx(picture + old + p("文"), others=header))
    assert (document.images, texts(document)) == (2, ["文"])


def test_a_part_of_another_format_is_told() -> None:
    document = read_docx(docx(p("文") + '<w:altChunk r:id="r7"/>'))
    assert texts(document) == ["文"] and "altChunk" in document.remarks[0].message


# --- Tables -----------------------------------------------------------------------------


def test_merged_cells_have_their_true_spans() -> None:
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    grid = only_grid(
        read_docx(
            docx(
                tbl(
                    tr(tc("三、本年度办理结果", start), tc("（一）予以公开", '<w:gridSpan w:val="2"/>'), tc("1")),
                    tr(tc("旧文字", on), tc("（三）不予公开", start), tc("1.国家秘密"), tc("2")),
                    tr(tc("", on), tc("", on), tc("2.法律禁止"), tc("3")),
                    tr(tc("", '<w:vMerge w:val="continue"/>'), tc("（七）总计", '<w:gridSpan w:val="2"/>'), tc("6")),
                )
            )
        )
    )  # fmt: skip
    stub, group = grid.rows[0][0], grid.rows[1][1]
    assert stub is not None and (stub.rowspan, stub.colspan) == (4, 1)
    assert group is not None and (group.rowspan, group.colspan) == (2, 1)
    assert grid.exact and shown(grid)[2] == [
        "三、本年度办理结果",
        "（三）不予公开",
        "2.法律禁止",
        "3",
    ]
    assert shown(grid)[3] == ["三、本年度办理结果", "（七）总计", "（七）总计", "6"]


def test_uneven_rows_keep_their_columns() -> None:
    grid = only_grid(
        read_docx(
            docx(
                tbl(
                    tr(tc("甲"), tc("乙"), tc("丙")),
                    tr(tc("缩进"), tc("1"), properties='<w:gridBefore w:val="1"/>'),
                    tr(tc("合", "<w:hMerge w:val='restart'/>"), tc("x", "<w:hMerge/>"), tc("2")),
                    tr(tc("悬空的接续", "<w:vMerge/>"), tc("3"), tc("4")),
                )
            )
        )
    )
    assert shown(grid) == [
        ["甲", "乙", "丙"], [None, "缩进", "1"], ["合", "合", "2"], ["悬空的接续", "3", "4"],
    ]  # fmt: skip


def test_a_continued_cell_needs_one_just_above_it() -> None:
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        tr(tc("甲", start), tc("1")),
        tr(tc("宽", '<w:gridSpan w:val="2"/>')),
        tr(tc("", on), tc("2")),
        tr(tc("乙"), tc("3")),
    )
    assert shown(only_grid(read_docx(docx(tbl(*rows))))) == [
        ["甲", "1"], ["宽", "宽"], ["", "2"], ["乙", "3"],
    ]  # fmt: skip


def test_controls_around_rows_and_cells_are_looked_through() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    rows = [
        control(tr(control(tc("甲")), tc(control(p("1"))))),
        *(tr(tc("乙"), tc("2")) for _ in range(3)),
    ]
    assert shown(only_grid(read_docx(docx(tbl(*rows)))))[0] == ["甲", "1"]


def test_a_table_that_lays_out_the_page_is_walked() -> None:
    document = read_docx(docx(tbl(tr(tc(p("一、总体情况") + numbers() + p("尾"))))))
    assert texts(document) == ["一、总体情况", "尾"]
    assert only_grid(document).at == "body/table[1]/row[1]/col[1]/table[1]"


def test_a_number_in_a_table_of_its_own_is_the_cell_s() -> None:
    rows = [tr(tc("申请"), tc(tbl(tr(tc("16"))) + p(""))) for _ in range(4)]
    assert shown(only_grid(read_docx(docx(tbl(*rows)))))[0] == ["申请", "16"]


def test_prose_in_a_table_is_text_and_parts_the_table() -> None:
    prose = "本机关按照要求公开了各类政府信息，" * 8
    rows = [tr(tc("甲"), tc("1")) for _ in range(4)]
    cell = tc(p("一、总体情况") + p(prose), '<w:gridSpan w:val="2"/>')
    document = read_docx(docx(tbl(*rows, tr(cell), *rows)))
    assert texts(document) == ["一、总体情况", prose]
    assert [type(block) for block in document.blocks] == [Grid, Paragraph, Paragraph, Grid]


def test_tables_made_with_tabs_are_tables() -> None:
    labels = ("自然人", "商业企业", "科研机构", "其他", "总计")
    header = (
        "<w:p><w:r>"
        + "<w:tab/>".join(f"<w:t>{t}</w:t>" for t in ("项目", *labels))
        + "</w:r></w:p>"
    )
    row = (
        "<w:p><w:r>"
        + "<w:tab/>".join(f"<w:t>{t}</w:t>" for t in ("予以公开", 1, 2, 3, 4, 10))
        + "</w:r></w:p>"
    )
    grid = only_grid(read_docx(docx(p("题") + header + row * 4)))
    assert shown(grid)[1] == ["予以公开", "1", "2", "3", "4", "10"]


# --- Dialects ----------------------------------------------------------------------------


def test_the_strict_dialect() -> None:
    document = read_docx(docx(p("甲") + numbers(), namespace=STRICT_W))
    assert texts(document) == ["甲"] and shown(only_grid(document))[0] == ["第1行", "1"]


def test_the_main_part_is_where_the_package_says() -> None:
    assert texts(read_docx(docx(p("正文"), main="weird/main2.xml"))) == ["正文"]


def test_a_package_without_relations_and_with_backslashes() -> None:
    data = zipped(
        {"[Content_Types].xml": "<Types/>", "word\\document.xml": document_xml(p("正文"))}
    )
    assert sniff(data).endswith("wordprocessingml.document")
    assert texts(read_docx(data)) == ["正文"]


# --- Safety ------------------------------------------------------------------------------


def refusal(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read_docx(data)
    return caught.value.code


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "哈哈哈哈哈哈哈哈">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_entities_are_refused(codec: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    outside = f'<!DOCTYPE w [<!ENTITY i SYSTEM "{secret.as_uri()}">]>'
    for doctype in (LAUGHS, outside):
        xml = document_xml(p("ENTITY")).replace("ENTITY", "&i;").replace("UTF-8", codec)
        xml = xml.replace("?>", f"?>{doctype}", 1)
        assert refusal(docx("", others={"word/document.xml": xml.encode(codec)})) == "unreadable"


def test_bombs_are_refused_without_unpacking_them() -> None:
    blank = b" " * (49 * 1024 * 1024)
    assert refusal(docx("", others={"word/document.xml": blank})) == "too_large"
    flat = document_xml("<w:p/>" * 1_600_000)
    stored = zipped({"word/document.xml": flat}, zipfile.ZIP_STORED)
    assert refusal(stored) == "too_large"


def test_deep_nesting_is_refused() -> None:
    body = p("底")
    for _ in range(40):
        body = tbl(tr(tc(body + p(""))))
    assert refusal(docx(body)) == "unreadable"
    spans = "<w:smartTag>" * 5000 + "</w:smartTag>" * 5000
    assert refusal(docx(f"<w:p>{spans}</w:p>")) == "unreadable"


def test_wide_spans_are_bounded() -> None:
    wide = tr(*(tc("1", '<w:gridSpan w:val="999999"/>') for _ in range(40)))
    assert refusal(docx(tbl(*[wide] * 200))) == "too_large"


def test_damage_is_told() -> None:
    whole = docx(p("甲") + numbers())
    assert refusal(b"") == "unreadable"
    assert refusal(whole[: len(whole) // 2]) == "unreadable"
    assert refusal(docx("<w:p>")) == "unreadable"
    assert refusal(zipped({"word/document.xml": "<other/>"})) == "unreadable"
    assert refusal(zipped({"[Content_Types].xml": "<Types/>"})) == "unreadable"


def test_a_flipped_byte_in_the_packed_text_is_noticed() -> None:
    whole = bytearray(docx("".join(p(f"第{i}段有{i * 7}件") for i in range(400))))
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as package:
        info = package.getinfo("word/document.xml")
    for step in range(100, info.compress_size - 40, info.compress_size // 8):
        damaged = bytearray(whole)
        damaged[info.header_offset + 60 + step] ^= 0x10
        assert refusal(bytes(damaged)) == "unreadable"


# --- Whole reports -----------------------------------------------------------------------


@needs_soffice
def test_whole_reports_are_read_without_a_fault() -> None:
    for sample, data in converted("docx"):
        report = read(data).result
        assert isinstance(report, AnnualReport)
        result = score(report, sample.expected)
        assert len(result.right) == len(sample.expected), str(result)
        assert not result.invented
        assert report.title == sample.report.title and len(report.sections) == 6
        assert report.cell("table3", "granted", "total").at.startswith("body/table[2]/row[")


@needs_soffice
def test_mutated_files_never_crash() -> None:
    data = converted("docx")[0][1]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for seed in range(40):
        rng = random.Random(seed)
        name = rng.choice(["word/document.xml", "word/styles.xml", "_rels/.rels"])
        part = bytearray(parts[name])
        for _ in range(rng.randrange(1, 6)):
            part[rng.randrange(len(part))] = rng.randrange(32, 127)
        mutated = zipped({**parts, name: bytes(part)})
        result = read(mutated).result
        assert "解析程序出错" not in getattr(result, "message", "")
