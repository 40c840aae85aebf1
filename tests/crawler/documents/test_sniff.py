"""Formats are told by content, never by name; what can't be read is refused with advice."""

from __future__ import annotations

import json
import zipfile

import pytest

from crawler.documents.document import DocumentError, Paragraph
from crawler.documents.sniff import MAX_BYTES, READERS, open_document, sniff
from crawler.documents.zips import Zip
from tests.crawler.documents.office_files import docx, p, zipped

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\n\n%PDF-1.4", "application/pdf"),
        (b"{\\rtf1\\ansi}", "application/rtf"),
        (b"Rar!\x1a\x07", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"MIME-Version: 1.0\n\n", "multipart/related"),
        (b"PK\x03\x04", "application/zip"),
        (zipped({"a.txt": "x"}), "application/zip"),
        (docx(p("x")), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (zipped({"OFD.xml": "<a/>"}), "application/ofd"),
        (b"<html><body>", "text/html"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html>", "text/html"),
        ("<html><body>年报".encode("utf-16"), "text/html"),
        ("<html><body>年报".encode("utf-16-le"), "text/html"),
        (b"<?xml version='1.0'?><rss><item>&lt;p&gt;</item></rss>", "text/html"),
        (b"<?xml version='1.0'?><w:wordDocument/>", "application/vnd.ms-word+xml"),
        (b"<ucapcontent>1</ucapcontent>", "text/html"),
        ("报告\n" * 900 + "<table><tr>", "text/html"),
        (b'{"data": {"content": "<p>1</p>"}}', "application/json"),
        (b'\xef\xbb\xbf [{"a": 1}]\n', "application/json"),
        (b'callback_1({"a": "<p>"});', "application/json"),
        (b'{"data": "<p>cut', "text/html"),
        ("一、总体情况\n(一) 2 < 3", "text/plain"),
        (b"(a) text (b)", "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_the_content_decides(data: bytes | str, media_type: str) -> None:
    assert sniff(data.encode() if isinstance(data, str) else data) == media_type


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "unreadable", "空"),
        (b" " * (MAX_BYTES + 1), "too_large", "64 MB"),
        (b"Rar!\x1a\x07\x00", "unsupported", "解压"),
        (b"7z\xbc\xaf\x27\x1c", "unsupported", "解压"),
        (_OLE, "unreadable", ""),
        (b"<html></html>", None, ""),
        (b"<!-- -->", "unreadable", "没有内容"),
    ],
)
def test_refusals(data: bytes, code: str | None, word: str) -> None:
    if code is None:
        assert open_document(data).blocks == ()
        return
    with pytest.raises(DocumentError) as caught:
        open_document(data)
    assert caught.value.code == code and word in caught.value.message


def test_every_reader_is_a_media_type() -> None:
    assert all(name.count("/") == 1 for name in READERS)


# --- MHTML -------------------------------------------------------------------------------


def _archive(body: bytes, encoding: str = "8bit", charset: str = "utf-8") -> bytes:
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: image/png\r\n\r\nx\r\n--b\r\nContent-Type: text/html; charset="
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\r\n\r\n"
        + body
        + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    "data",
    [
        _archive("<p>年度报告".encode()),
        _archive("<p>年度报告".encode("gbk"), charset="gb2312"),
        _archive(b"<p>=E5=B9=B4=E5=BA=A6=E6=8A=A5=E5=91=8A", "quoted-printable"),
        _archive(b"PHA+5bm05bqm5oql5ZGK", "base64"),
    ],
)
def test_the_page_in_a_web_archive(data: bytes) -> None:
    blocks = open_document(data).blocks
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["年度报告"]


def test_a_web_archive_without_a_page() -> None:
    with pytest.raises(DocumentError) as caught:
        open_document(b"MIME-Version: 1.0\nContent-Type: text/plain\n\nx")
    assert caught.value.code == "unreadable"


# --- ZIP -----------------------------------------------------------------------------------


def test_names_are_keys_and_never_paths() -> None:
    package = Zip(zipped({"../../etc/年报.html": "a", "\\b\\C.TXT": "b"}))
    assert "../../ETC/年报.html" in package and "b/c.txt" in package
    assert package.read("B/C.txt") == b"b" and package.shown("b/c.txt") == "\\b\\C.TXT"


def test_old_names_in_gbk() -> None:
    data = zipped({"aaaa.txt": "x"}).replace(b"aaaa", "年报".encode("gbk"))
    assert Zip(data).shown(next(iter(Zip(data)))) == "年报.txt"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d[:-30], "unreadable"),
        (lambda d: d.replace(b"PK\x01\x02", b"PK\x01\x02" * 21_000), "too_large"),
        (lambda d: _flag(d, 8, 1), "encrypted"),
        (lambda d: _flag(d, 10, 99), "unsupported"),
        (lambda d: _flag(d, 16, 7), "unreadable"),
    ],
)
def test_packages_that_are_refused(change: object, code: str) -> None:
    assert callable(change)
    with pytest.raises(DocumentError) as caught:
        Zip(change(zipped({"a.txt": "x" * 99}))).read("a.txt")
    assert caught.value.code == code


def _flag(data: bytes, offset: int, value: int) -> bytes:
    """One byte of the entry in the package's directory."""
    place = data.index(b"PK\x01\x02") + offset
    return data[:place] + bytes([value]) + data[place + 1 :]


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    data = zipped({"a.txt": "0" * 9_000_000}, zipfile.ZIP_DEFLATED)
    with pytest.raises(DocumentError) as caught:
        Zip(data).read("a.txt")
    assert caught.value.code == "too_large"


def test_json_without_a_body_is_no_report() -> None:
    document = open_document(json.dumps({"code": 200, "msg": "操作成功", "data": []}).encode())
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == ["操作成功"]
