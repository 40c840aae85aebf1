"""Word files of clerks: whole reports whose every figure is written in an odd way."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from crawler.documents.document import Document, Grid, NoteCode
from crawler.documents.office.docx import read_docx
from crawler.documents.office.legacy import read_rtf
from crawler.documents.sniff import open_document
from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.office_files import (
    docx,
    needs_soffice,
    p,
    report_body,
    tbl,
    tc,
    tr,
)
from tests.crawler.documents.test_docx import boxed, only_grid, run, shown, texts
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import Sample, sample

MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
STYLES = (
    '<w:style w:type="character" w:styleId="Note"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Gone"><w:name w:val="gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="GoneLine"><w:name w:val="gone line"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Struck"><w:name w:val="struck"/><w:rPr><w:strike/></w:rPr></w:style>'
)
RAISED = '<w:vertAlign w:val="superscript"/>'
Write = Callable[[str], str]


def line(*runs: str, style: str = "") -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}</w:pPr>{''.join(runs)}</w:p>"


def mark(kind: str, inside: str = "", attributes: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"{attributes}>{inside}</w:fldChar></w:r>'


def code(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def formula(*result: str, attributes: str = "") -> str:
    return line(
        mark("begin", attributes=attributes), code(" =SUM(ABOVE) "), mark("separate"), *result,
        mark("end"),
    )  # fmt: skip


def dropped_down(text: str) -> str:
    entries = f'<w:listEntry w:val="7"/><w:listEntry w:val="{text}"/>'
    data = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    return line(mark("begin", data), code("FORMDROPDOWN"), mark("end"))


def math(inner: str) -> str:
    return line(f"<m:oMath {MATH}>{inner}</m:oMath>")


def symbols(text: str) -> str:
    return line(
        *(
            f'<w:r><w:sym w:font="Symbol" w:char="F0{ord(c):02X}"/></w:r>'
            if c.isdigit()
            else run(c)
            for c in text
        )
    )


def power(text: str) -> str:
    base, above = f"<m:r><m:t>{text}</m:t></m:r>", "<m:r><m:t>1</m:t></m:r>"
    return math(f"<m:sSup><m:e>{base}</m:e><m:sup>{above}</m:sup></m:sSup>")


SEEN: dict[str, Write] = {
    "hidden by a style": lambda t: line(run("77", '<w:rStyle w:val="Gone"/>'), run(t)),
    "a hidden line": lambda t: line(run("77"), style="GoneLine") + line(run(t)),
    "struck out": lambda t: line(run("77", "<w:strike/>"), run(t)),
    "struck out twice": lambda t: line(run("77", "<w:dstrike/>"), run(t)),
    "a struck line": lambda t: line(run("77"), style="Struck") + line(run(t)),
    "a switch that is off": lambda t: line(run(t, '<w:strike w:val="0"/>')),
    "two switches": lambda t: line(run(t, "<w:strike w:val='0'/>"), style="Struck"),
    "raised": lambda t: line(run(t), run("1", RAISED)),
    "raised in brackets": lambda t: line(run(t), run("[1]", RAISED)),
    "raised words": lambda t: line(run(t), run("注1", RAISED)),
    "raised star": lambda t: line(run(t), run("*", RAISED)),
    "raised by a style": lambda t: line(run(t), run("1", '<w:rStyle w:val="Note"/>')),
    "shifted": lambda t: line(run(t), run("1", '<w:position w:val="6"/>')),
    "lowered": lambda t: line(run(t), run("1", '<w:vertAlign w:val="subscript"/>')),
    "shifted a little": lambda t: line(run(t[:1]), run(t[1:], '<w:position w:val="2"/>')),
    "all shifted": lambda t: line(run(t, '<w:position w:val="-3"/>')),
    "own mark of a note": lambda t: line(
        run(t),
        '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>',
    ),
    "a power": power,
    "a drop-down field": dropped_down,
    "a computed field": lambda t: formula(run(t)),
    "a field in two lines": lambda t: (
        line(mark("begin"), code('IF 1=1 "9')) + line(code('"'), mark("separate"), run(t), mark("end"))
    ),
    "a locked field": lambda t: formula(run(t), attributes=' w:dirty="true" w:fldLock="true"'),
    "digits of a symbol font": symbols,
    "a picture that floats": lambda t: line(
        run(t),
        '<w:r><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:blip/></wp:anchor></w:drawing></w:r>',
    ),
    "a text box": lambda t: boxed(line(run(t))),
    "a number in front": lambda t: p(t, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    "a moved line": lambda t: (
        f"<w:p><w:pPr><w:rPr><w:moveFrom/></w:rPr></w:pPr><w:moveFrom>{run('8')}</w:moveFrom></w:p>"
        + line(run(t))
    ),
}  # fmt: skip
UNREAD: dict[str, Write] = {
    "a formula without result": lambda t: line(mark("begin"), code(" =SUM(ABOVE) "), mark("end")),
    "an empty result": lambda t: formula(),
    "a stale result": lambda t: formula(run("0"), attributes=' w:dirty="true"'),
    "a simple field": lambda t: line('<w:fldSimple w:instr=" =SUM(LEFT) "/>'),
    "a composed character": lambda t: line(
        mark("begin"), code(rf"EQ \o\ac(○,{t})"), mark("end")
    ),
    "a picture": lambda t: line("<w:r><w:drawing><a:blip/></w:drawing></w:r>"),
    "an object": lambda t: line(
        "<w:r><w:object><v:shape><v:imagedata/></v:shape></w:object></w:r>"
    ),
    "a tick": lambda t: line('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
    "a circled digit before it": lambda t: line(
        '<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>', run(t)
    ),
    "a font of ornaments": lambda t: line(run(t, '<w:rFonts w:ascii="Wingdings"/>')),
    "a prompt": lambda t: line(
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('0')}</w:sdtContent></w:sdt>"
    ),
    "a prompt around the line": lambda t: (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('0')}</w:sdtContent></w:sdt>"
    ),
    "only struck out": lambda t: line(run(t, "<w:strike/>")),
    "a fraction": lambda t: math(
        f"<m:f><m:num><m:r><m:t>{t}</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f>"
    ),
    "two lines": lambda t: line(run("1")) + line(run("234")),
    "a line break": lambda t: line("<w:r><w:t>1</w:t><w:br/><w:t>234</w:t></w:r>"),
    "a tab": lambda t: line("<w:r><w:t>1</w:t><w:tab/><w:t>234</w:t></w:r>"),
}  # fmt: skip
NUMBERED = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


@pytest.fixture(scope="module")
def made() -> Sample:
    return sample(0)


def whole(data: bytes) -> AnnualReport:
    report = read(data).result
    assert isinstance(report, AnnualReport), report
    return report


@pytest.mark.parametrize("name", SEEN)
def test_every_figure_is_what_is_seen(name: str, made: Sample) -> None:
    data = docx(report_body(made, SEEN[name]), styles=STYLES, numbering=NUMBERED)
    result = score(whole(data), made.expected)
    assert len(result.right) == len(made.expected) and not result.invented, str(result)


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_neither_blank_nor_a_number(name: str, made: Sample) -> None:
    result = score(whole(docx(report_body(made, UNREAD[name]), styles=STYLES)), made.expected)
    assert len(result.lost) == len(made.expected) and not result.invented, str(result)


def rows_changed(made: Sample, change: Callable[[str], str]) -> bytes:
    body = re.sub(r"<w:tr>.*?</w:tr>", lambda row: change(row[0]), report_body(made))
    return docx(body, numbering=NUMBERED)


def deleted(row: str) -> str:
    return re.sub(r"<w:r>.*?</w:r>", lambda one: f"<w:del>{one[0]}</w:del>", row)


def gone(row: str) -> str:
    return row.replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>")


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row if "vMerge" in row else row + deleted(row),
        lambda row: row if "vMerge" in row else row + gone(row),
        lambda row: row.replace(
            "<w:tc>", f"<w:tc><w:tcPr><w:cellDel/></w:tcPr>{p('99')}</w:tc><w:tc>"
        ),
        lambda row: f"<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>",
        lambda row: row.replace("<w:vMerge/></w:tcPr><w:p/>", f"<w:vMerge/></w:tcPr>{p('旧')}"),
        lambda row: row.replace(
            "</w:trPr>", '<w:gridBefore w:val="1"/><w:wBefore w:w="50"/></w:trPr>'
        ),
        lambda row: re.sub(r'<w:gridSpan w:val="\d+"/>', "", row),
    ],
    ids=["deleted", "hidden", "deleted cells", "controls", "old text", "indented", "no spans"],
)
def test_tables_that_were_worked_on(change: Callable[[str], str], made: Sample) -> None:
    result = score(whole(rows_changed(made, change)), made.expected)
    assert len(result.right) == len(made.expected) and not result.invented, str(result)


def test_a_blank_row_is_a_row() -> None:
    empty = "<w:p><w:r><w:t></w:t></w:r></w:p>"
    rows = [tr(tc("甲"), tc("1")) for _ in range(3)]
    grid = only_grid(read_docx(docx(tbl(*rows, tr(tc(empty), tc(empty))))))
    assert shown(grid)[-1] == ["", ""]


def test_an_embedded_sheet_is_unread_and_told(made: Sample) -> None:
    body = report_body(made)
    third = re.findall(r"<w:tbl>.*?</w:tbl>", body)[1]
    sheet = (
        "<w:p><w:r><w:object><v:shape><v:imagedata/></v:shape>"
        '<o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" ProgID="Excel.Sheet.12"/>'
        "</w:object></w:r></w:p>"
    )
    report = whole(docx(body.replace(third, sheet)))
    result = score(report, made.expected)
    assert {table for table, _, _ in result.lost} == {"table3"} and not result.blank
    assert any(i.code == NoteCode.UNREAD and "对象" in i.message for i in report.issues)


def test_ornaments_before_words_are_nothing(made: Sample) -> None:
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    report = whole(docx(report_body(made, label=lambda t: line(tick, run(t)))))
    assert not [issue for issue in report.issues if issue.code == "T-LABEL"]
    (text,) = texts(read_docx(docx(line(tick, run("总体情况")))))
    assert text == "总体情况"


def test_a_figure_with_a_hole_in_a_sentence_is_not_a_smaller_figure() -> None:
    hole = "<w:r><w:drawing><a:blip/></w:drawing></w:r>"
    assert texts(read_docx(docx(line(run("收到"), hole, run("申请1"), hole, run("件"))))) == [
        "收到申请1\ufffd件"
    ]


def test_numbers_of_deleted_and_hidden_headings_are_not_counted() -> None:
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    old = f"<w:p><w:pPr>{listed}<w:rPr><w:del/></w:rPr></w:pPr><w:del>{run('旧')}</w:del></w:p>"
    hidden = (
        f"<w:p><w:pPr>{listed}<w:rPr><w:vanish/></w:rPr></w:pPr>{run('隐', '<w:vanish/>')}</w:p>"
    )
    body = p("甲", listed) + old + hidden + p("乙", listed)
    assert texts(read_docx(docx(body, numbering=NUMBERED))) == ["1.甲", "2.乙"]


def test_lists_that_only_name_a_style_of_lists() -> None:
    numbering = NUMBERED.replace("<w:lvl ", '<w:styleLink w:val="S"/><w:lvl ', 1) + (
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="S"/></w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="5"/></w:num>'
        '<w:num w:numId="8"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:lvlOverride></w:num>'
    )
    body = "".join(
        p(text, f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
        for text, number in (("甲", 9), ("乙", 1), ("丙", 8))
    )
    assert texts(read_docx(docx(body, numbering=numbering))) == ["1.甲", "2.乙", "三、丙"]


def test_a_torn_line_does_not_pass_a_table() -> None:
    torn = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('前')}</w:p>"
    table = tbl(*(tr(tc("甲"), tc("1")) for _ in range(4)))
    document = read_docx(docx(torn + table + p("后")))
    assert [b.text if not isinstance(b, Grid) else "" for b in document.blocks] == ["前", "", "后"]


@pytest.mark.parametrize("kind", ["document", "template"])
def test_parts_may_stand_anywhere(kind: str) -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/docs/text.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'wordprocessingml.{kind}.main+xml"/></Types>'
    )
    data = docx(p("正文"), main="docs/text.xml", others={"[Content_Types].xml": types})
    assert texts(open_document(data)) == ["正文"]


def test_drawn_words_and_boxes_to_tick() -> None:
    drawn = '<w:r><w:pict><v:shape><v:textpath string="某县水利局"/></v:shape></w:pict></w:r>'
    tick = mark("begin", "<w:ffData><w:checkBox/></w:ffData>") + code("FORMCHECKBOX") + mark("end")
    assert texts(read_docx(docx(line(drawn) + line(tick, run("是"))))) == ["某县水利局", "是"]
    rows = [tr(tc("甲"), tc(line(tick))) for _ in range(4)]
    assert shown(only_grid(read_docx(docx(tbl(*rows)))))[0] == ["甲", "\ufffd"]


def test_a_package_in_one_xml_file(made: Sample) -> None:
    with zipfile.ZipFile(io.BytesIO(docx(report_body(made)))) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    inner = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{text.partition("?>")[2] or text}</pkg:xmlData></pkg:part>'
        for name, text in parts.items()
    )
    xml = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package '
        f'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{inner}</pkg:package>'
    )
    result = score(whole(xml.encode()), made.expected)
    assert len(result.right) == len(made.expected) and not result.invented


# --- By way of LibreOffice ----------------------------------------------------------------


def rtf(*cells: str) -> bytes:
    rows = "".join(
        rf"\trowd\cellx3000\cellx6000\pard\intbl a\cell {cell}\cell\row " for cell in cells
    )
    return rf"{{\rtf1\ansi{{\fonttbl{{\f0 SimSun;}}}}{rows}\pard end\par}}".encode("ascii")


@needs_soffice
def test_results_that_a_converter_makes_up_are_unread() -> None:
    def field(of: str) -> str:
        return rf"{{\field{{\*\fldinst {of}}}{{\fldrslt 99}}}}"

    document: Document = read_rtf(
        rtf(
            *map(field, ("=SUM(ABOVE)", r'DATE \\@ "yyyy"', "NUMPAGES", "QUOTE 5")),
            r"12{\super 1}", r"{\strike 99}12", r"{\deleted 99}12", r"{\v 99}12", r"1\line 234",
        )
    )  # fmt: skip
    assert [row[1] for row in shown(only_grid(document))] == [
        "\ufffd", "\ufffd", "\ufffd", "99", "12¹", "12", "12", "12", "1\n234",
    ]  # fmt: skip
