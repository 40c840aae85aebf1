"""OFD files: glyphs in their places, whatever way the standard lets them be written."""

from __future__ import annotations

import random

import pytest

from crawler.documents.document import Document, DocumentError, Grid, Paragraph
from crawler.documents.ofd.reader import ofd_pages, read_ofd
from crawler.documents.pdf.page import Page
from crawler.documents.sniff import open_document, sniff
from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.ofd_files import (
    ofd,
    page_xml,
    path_object,
    report_ofd,
    rule,
    text_object,
)
from tests.crawler.documents.office_files import zipped
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import sample

LINE = "本机关按照要求公开了各类政府信息"


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def one_page(content: str, **options: str) -> Page:
    (page,) = ofd_pages(ofd([page_xml(content, **options)]))
    return page


def written(page: Page) -> str:
    return "".join(glyph.text for glyph in page.glyphs)


def starts(page: Page) -> list[float]:
    """Left edges in millimetres."""
    return [round(glyph.x0 * 25.4 / 72, 1) for glyph in page.glyphs]


def code(text: str, places: str, attributes: str = "") -> str:
    return (
        f'<ofd:TextObject ID="5" Boundary="10 20 100 10" Font="1" Size="4" {attributes}>'
        f"<ofd:TextCode {places}>{text}</ofd:TextCode></ofd:TextObject>"
    )


# --- Pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ('X="1" Y="4" DeltaX="5 6"', [11, 16, 22]),
        ('X="1" Y="4" DeltaX="g 2 5.5"', [11, 16.5, 22]),
        ('X="1" Y="4" DeltaX="5 g 1 7"', [11, 16, 23]),
        ('X="1" Y="4"', [11, 15, 19]),
        ('X="1" Y="4" DeltaX="5"', [11, 16, 20]),
        ('X="1" Y="4" DeltaX="g 99999999 1"', [11, 12, 13]),
        ('X="1" Y="4" DeltaX="g x"', [11, 15, 19]),
        ('X="1" Y="4" DeltaX="nan 5 6"', [11, 16, 22]),
    ],
)
def test_distances_between_glyphs(places: str, expected: list[float]) -> None:
    page = one_page(code("甲乙丙", places))
    assert (written(page), starts(page)) == ("甲乙丙", expected)


def test_glyphs_one_below_the_other() -> None:
    page = one_page(code("甲乙", 'X="1" Y="4" DeltaY="6"'))
    assert starts(page) == [11, 11] and page.glyphs[1].top - page.glyphs[0].top > 16


def test_matrices_scale_and_move() -> None:
    page = one_page(code("甲乙", 'X="1" Y="4" DeltaX="5"', 'CTM="2 0 0 2 3 0"'))
    assert starts(page) == [15, 25] and round(page.glyphs[0].size * 25.4 / 72, 1) == 8


def test_several_codes_of_one_object() -> None:
    two = code("甲", 'X="1" Y="4"').replace(
        "</ofd:TextObject>", '<ofd:TextCode X="9" Y="4">乙</ofd:TextCode></ofd:TextObject>'
    )
    assert starts(one_page(two)) == [11, 19]


def test_hidden_and_oblique_writing_is_not_read() -> None:
    hidden = code("藏", 'X="1" Y="4"', 'Visible="false"')
    watermark = code("水印", 'X="1" Y="4"', 'CTM="0.7 0.7 -0.7 0.7 0 0"')
    assert written(one_page(hidden + watermark + code("文", 'X="30" Y="4"'))) == "文"


def test_the_page_s_own_area_moves_it() -> None:
    page = one_page(code("甲", 'X="1" Y="4"'), area="5 10 100 150")
    assert starts(page) == [6] and round(page.width * 25.4 / 72) == 100


@pytest.mark.parametrize(
    ("data", "extra", "count"),
    [
        ("M 0 0 L 50 0", "", 1),
        ("S 0 0 L 50 0 L 50 20 L 0 20 C", "", 4),
        ("M 0 0 L 50 0 L 50 0.3 L 0 0.3 C", 'Fill="true" Stroke="false"', 1),
        ("M 0 0 L 50 0 L 50 20 L 0 20 C", 'Fill="true" Stroke="false"', 0),
        ("M 0 0 L 50 30", "", 0),
        ("M 0 0 L 50 0 M 0 10 L 50 10", "", 2),
        ("M 0 0 B 1 1 2 2 50 0 Q 1 1 50 20 A 1 1 0 0 1 0 20", "", 3),
        ("M 0", "", 0),
        ("L L L", "", 0),
    ],
)
def test_lines_of_all_kinds(data: str, extra: str, count: int) -> None:
    page = one_page(text_object(1, 5, "字") + path_object(20, 20, data, extra))
    assert len(page.rules) == count


def test_templates_are_shown_with_the_page() -> None:
    template = page_xml(text_object(20, 20, "表单上的字"))
    own = page_xml(
        text_object(20, 40, "填写的字"), before='<ofd:Template TemplateID="7" ZOrder="Background"/>'
    )
    data = ofd([own, page_xml(text_object(20, 40, "第二页"))], templates={"7": template})
    assert [written(page) for page in ofd_pages(data)] == ["表单上的字填写的字", "第二页"]


@pytest.mark.parametrize(
    ("root", "base"),
    [
        ("/Doc_0/Document.xml", "/Doc_0/Pages/Page_{}/Content.xml"),
        ("Doc_0/Document.xml", "Doc_0/Pages/Page_{}/Content.xml"),
        ("doc_0\\document.xml", "pages\\page_{}\\content.xml"),
    ],
)
def test_addresses_as_makers_write_them(root: str, base: str) -> None:
    data = ofd([page_xml(text_object(20, 20, "甲"))], root=root, base=base)
    assert [written(page) for page in ofd_pages(data)] == ["甲"]


# --- Documents ---------------------------------------------------------------------------


def test_lines_of_a_paragraph_are_one() -> None:
    lines = [LINE * 2 + LINE[:8], LINE * 2, "二、主动公开政府信息情况"]
    content = "".join(
        text_object(20 if i else 28.4, 30 + 7 * i, line) for i, line in enumerate(lines)
    )
    assert texts(read_ofd(ofd([page_xml(content)]))) == [lines[0] + lines[1], lines[2]]


def test_a_table_with_lines_is_an_exact_grid() -> None:
    rows = (
        ("项目", "自然人", "总计"),
        ("予以公开", "3", "3"),
        ("部分公开", "", "0"),
        ("总计", "3", "3"),
    )
    content = text_object(20, 20, "三、收到和处理政府信息公开申请情况")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            x, y = 20 + 40 * c, 30 + 10 * r
            content += text_object(x + 5, y + 7, text) if text else ""
            content += path_object(x, y, "M 0 0 L 40 0 L 40 10 L 0 10 C")
    document = read_ofd(ofd([page_xml(content)]))
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [[cell.text for cell in row if cell] for row in grid.rows] == [list(row) for row in rows]
    cell = grid.rows[1][2]
    assert grid.exact and cell is not None and cell.at == "page[1]/table[1]/row[2]/col[3]"


def test_whole_reports_are_read_without_a_fault() -> None:
    for seed in range(4):
        made = sample(seed)
        data = report_ofd(made.report)
        assert sniff(data) == "application/ofd"
        report = read(data).result
        assert isinstance(report, AnnualReport)
        result = score(report, made.expected)
        assert len(result.right) == len(made.expected) and not result.invented, str(result)
        assert report.title == made.report.title and len(report.sections) == 6
        assert report.media_type == "application/ofd"


def test_without_lines_nothing_is_wrong_or_made_up() -> None:
    for seed in range(4):
        made = sample(seed)
        report = read(report_ofd(made.report, ruled=False)).result
        if isinstance(report, AnnualReport):
            result = score(report, made.expected)
            assert not result.wrong and not result.invented, str(result)


# --- Damage and attacks ------------------------------------------------------------------


def refusal(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        open_document(data)
    return caught.value


def test_an_encrypted_file() -> None:
    data = ofd([page_xml(text_object(20, 20, "甲"))], others={"Encryptions.xml": "<e/>"})
    assert refusal(data).code == "encrypted"


def test_a_scan_is_told() -> None:
    picture = '<ofd:ImageObject ID="4" Boundary="0 0 210 297" ResourceID="5"/>'
    error = refusal(ofd([page_xml(picture), page_xml(picture)]))
    assert error.code == "unreadable" and "图片" in error.message and "PDF" not in error.message
    assert refusal(ofd([page_xml("")])).code == "unreadable"


def test_too_many_pages_and_glyphs() -> None:
    assert refusal(ofd([page_xml(text_object(20, 20, "甲"))] * 301)).code == "too_large"
    many = code("甲" * 61_000, 'X="0" Y="4" DeltaX="g 61000 0.01"')
    assert refusal(ofd([page_xml(many)])).code == "too_large"
    lines = path_object(0, 0, "M 0 0 L 9 0 " * 20_000) * 4
    assert refusal(ofd([page_xml(text_object(20, 20, "甲") + lines)])).code == "too_large"


def test_entities_are_refused() -> None:
    xml = page_xml(text_object(20, 20, "甲")).replace("?>", '?><!DOCTYPE p [<!ENTITY a "1">]>')
    assert refusal(ofd([xml])).code == "unreadable"


def test_damage_is_told() -> None:
    whole = ofd([page_xml(text_object(20, 20, "甲"))])
    assert refusal(whole[:-60]).code == "unreadable"
    assert refusal(zipped({"OFD.xml": "<OFD/>"})).code == "unreadable"
    assert refusal(ofd([page_xml("")], root="../../etc/passwd")).code == "unreadable"
    assert refusal(ofd([page_xml("")], base="/etc/{}")).code == "unreadable"


def test_mutated_files_never_crash() -> None:
    whole = page_xml(
        "".join(text_object(20, 20 + 7 * i, LINE) for i in range(20)) + rule(1, 1, 90, 1) * 9
    )
    for seed in range(60):
        rng = random.Random(seed)
        part = bytearray(whole.encode())
        for _ in range(rng.randrange(1, 5)):
            part[rng.randrange(60, len(part))] = rng.randrange(32, 127)
        result = read(ofd([whole], others={"Doc_0/Pages/Page_0/Content.xml": bytes(part)})).result
        assert "解析程序出错" not in getattr(result, "message", "")
