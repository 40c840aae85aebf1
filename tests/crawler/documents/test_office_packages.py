"""Packages and web archives: parts that can't be read, names that collide, frames of workbooks."""

from __future__ import annotations

import base64
import quopri
import re
from random import Random

import pytest

from crawler.documents.document import DocumentError, NoteCode
from crawler.documents.sniff import open_document
from crawler.parsing.reading import read
from storage.domain import AnnualReport, ParseFailure
from tests.crawler.documents.office_files import docx, p, report_body, report_book, saved, zipped
from tests.crawler.documents.test_package import html_page, locked, whole
from tests.crawler.parsing.writing import sample

BODY = report_body(sample(0))
TABLES = re.findall(r"<w:tbl>.*?</w:tbl>", BODY)


def thirds() -> tuple[str, str, str]:
    second, third = BODY.index(TABLES[1]), BODY.index(TABLES[2])
    return BODY[:second], BODY[second:third], BODY[third:]


def test_a_report_in_three_word_files() -> None:
    parts = {f"第{n}部分.docx": docx(x) for n, x in zip("一二三", thirds(), strict=True)}
    whole(zipped(dict(parts)), sample(0))


def test_the_text_in_word_and_the_tables_in_a_workbook() -> None:
    text = docx(re.sub(r"<w:tbl>.*?</w:tbl>", "", BODY))
    whole(zipped({"年报正文.docx": text, "附表.xlsx": saved(report_book(sample(0)))}), sample(0))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("第二部分.docx", docx(thirds()[1])[:900]),
        ("第二部分.docx", locked(docx(thirds()[1]))),
        ("第二部分.rar", b"Rar!\x1a\x07\x01\x00" + b"0" * 99),
        ("第二部分.jpg", b"\xff\xd8\xff" + b"0" * 99),
        ("第二部分.zip", b"PK\x03\x04" + b"0" * 99),
    ],
    ids=["broken", "locked", "packed", "picture", "broken package"],
)
def test_what_may_stand_in_an_unread_part_does_not_count_as_missing(
    name: str, content: bytes
) -> None:
    first, _, last = thirds()
    data = zipped({"第一部分.docx": docx(first), name: content, "第三部分.docx": docx(last)})
    report = read(data).result
    assert isinstance(report, AnnualReport)
    assert any(issue.code == NoteCode.UNREAD for issue in report.issues)
    # Beside a report that is complete, such a file is not worth a word.
    complete = whole(zipped({"年报.docx": docx(BODY), name: content}), sample(0))
    assert not any(issue.code == NoteCode.UNREAD for issue in complete.issues)


def test_names_that_differ_in_case_are_two_files() -> None:
    for parts in (("A.docx", "a.docx"), ("a.docx", "A.docx")):
        whole(zipped(dict(zip(parts, (docx(BODY), docx(p("另一份文件"))), strict=True))), sample(0))


def test_a_package_of_pictures_says_so() -> None:
    with pytest.raises(DocumentError, match="2 张图片") as caught:
        open_document(zipped({f"{i}.jpg": b"\xff\xd8\xff" + b"0" * 99 for i in range(2)}))
    assert caught.value.code == "unreadable"


# --- Web archives -------------------------------------------------------------------------


def part(
    content: str, place: str, charset: str = "utf-8", coding: str = "base64", more: str = ""
) -> bytes:
    raw = content.encode(charset)
    body = base64.encodebytes(raw) if coding == "base64" else quopri.encodestring(raw)
    head = (
        f"Content-Type: text/html; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n"
        f"Content-Location: file:///C:/x/{place}\r\n{more}\r\n"
    )
    return head.encode() + body + b"\r\n"


def archive(*parts: bytes, start: str = "") -> bytes:
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"{start}\r\n\r\n'
    return head.encode() + b"".join(b"--=_x\r\n" + one for one in parts) + b"--=_x--\r\n"


PAGE = html_page(sample(0)).decode()
FRAMES = '<html><frameset rows="*,39"><frame src="s1.htm"><frame src="tabs.htm"></frameset></html>'


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("coding", ["base64", "quoted-printable"])
def test_pages_in_all_codings(charset: str, coding: str) -> None:
    page = PAGE.replace('charset="utf-8"', f'charset="{charset}"')
    whole(archive(part(page, "a.htm", charset, coding)), sample(0))


def test_the_sheets_of_a_workbook_that_was_saved_as_a_page() -> None:
    tables = re.findall(r"<table.*?</table>", PAGE, re.S)
    text = re.sub(r"<table.*?</table>", "", PAGE, flags=re.S)
    sheets = [part(f"<html><body>{t}</body></html>", f"s{i}.htm") for i, t in enumerate(tables)]
    tabs = part('<html><body><a href="s1.htm">Sheet1</a></body></html>', "tabs.htm")
    report = whole(
        archive(part(FRAMES, "book.htm"), part(text, "text.htm"), *sheets, tabs), sample(0)
    )
    assert report.cell("table3", "granted", "total").at.startswith("s1.htm/")
    other = html_page(sample(1)).decode()
    mixed = read(archive(part(FRAMES, "b.htm"), part(PAGE, "1.htm"), part(other, "2.htm"))).result
    assert isinstance(mixed, ParseFailure) and mixed.code.value == "unsupported"


def test_the_root_is_the_part_that_is_named() -> None:
    header = part("<html><body>页眉</body></html>", "header.htm")
    root = part(PAGE, "main.htm", more="Content-ID: <main>\r\n")
    whole(archive(header, root, start='; start="<main>"'), sample(0))
    with pytest.raises(DocumentError):
        open_document(archive(part(FRAMES, "book.htm")))


def test_random_pieces_of_an_archive_never_crash() -> None:
    rng, data = Random(5), archive(part(FRAMES, "b.htm"), part(PAGE, "1.htm"))
    for _ in range(20):
        at = rng.randrange(len(data))
        result = read(data[:at] + rng.randbytes(9) + data[at + rng.randrange(400) :]).result
        assert "解析程序出错" not in getattr(result, "message", "")
