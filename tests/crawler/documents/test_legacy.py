"""Old word-processing files by way of LibreOffice: right, bounded, apart from the network."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.documents.document import Document, DocumentError, Paragraph
from crawler.documents.mhtml import read_mhtml
from crawler.documents.office import soffice
from crawler.documents.office.legacy import read_doc, read_odt, read_rtf
from crawler.documents.sniff import open_document, sniff
from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.office_files import converted, needs_soffice, ole, zipped
from tests.crawler.parsing.scoring import score

RTF = rb"{\rtf1\ansi\ansicpg936 \'d5\'fe\'b8\'ae\'d0\'c5\'cf\'a2}"


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def refusal(read_it: Callable[[bytes], object], data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_it(data)
    return caught.value


@pytest.fixture
def own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Conversions of this test alone."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@needs_soffice
@pytest.mark.parametrize("target", ["doc", "rtf"])
def test_whole_reports_are_read_without_a_fault(target: str, own_temp: Path) -> None:
    sample, data = converted(target)[0]
    report = read(data, filename="名字.wps").result
    assert isinstance(report, AnnualReport)
    result = score(report, sample.expected)
    assert len(result.right) == len(sample.expected) and not result.invented, str(result)
    assert report.media_type in ("application/msword", "application/rtf")
    assert report.title == sample.report.title and len(report.sections) == 6
    assert not list(own_temp.iterdir())


@needs_soffice
def test_chinese_in_rtf_and_two_conversions_at_once(own_temp: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: texts(read_rtf(RTF)), range(2)))
    assert found == [["政府信息"]] * 2


# --- Refusals ----------------------------------------------------------------------------


@needs_soffice
def test_a_locked_word_file_is_told_without_a_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(converted("doc")[0][1])
    start = data.index(b"\xec\xa5")  # the file information block
    flags = struct.unpack_from("<H", data, start + 10)[0]
    struct.pack_into("<H", data, start + 10, flags | 0x0100)
    monkeypatch.setattr(soffice, "find_soffice", lambda: None)
    assert refusal(open_document, bytes(data)).code == "encrypted"


def test_other_compound_files() -> None:
    locked = ole({"EncryptionInfo": b"x" * 5000, "EncryptedPackage": b"y" * 9000})
    assert refusal(open_document, locked).code == "encrypted"
    slides = refusal(open_document, ole({"PowerPoint Document": b"x" * 5000}))
    assert slides.code == "unsupported" and "PPT" in slides.message
    assert refusal(open_document, ole({"Contents": b"x" * 5000})).code == "unsupported"
    # An embedded workbook does not make a Word file a workbook.
    assert sniff(ole({"WordDocument": b"x" * 5000, "Data": b""})) == "application/msword"
    assert sniff(ole({"Workbook": b"x" * 5000})) == "application/vnd.ms-excel"


def test_damaged_compound_files() -> None:
    whole = ole({"WordDocument": b"\xec\xa5" + b"\0" * 8000})
    for data in (whole[:-1024], whole[:600], whole[:8], whole[:48] + b"\xff" * (len(whole) - 48)):
        assert refusal(open_document, data).code == "unreadable"
    ring = bytearray(ole({"Workbook": b"x" * 9000}))
    for at in range(len(ring) - 512, len(ring), 4):
        struct.pack_into("<I", ring, at, 0)  # every sector is followed by the first
    assert refusal(open_document, bytes(ring)).code in ("unreadable", "too_large")


def test_without_libreoffice_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soffice, "find_soffice", lambda: None)
    error = refusal(read_rtf, RTF)
    assert error.code == "unsupported"
    assert "apt install libreoffice-writer-nogui" in error.message and "DOCX" in error.message


@needs_soffice
def test_what_the_converter_cannot_open_is_unreadable(own_temp: Path) -> None:
    assert refusal(read_doc, ole({"WordDocument": b"\xec\xa5" + b"\0" * 9000})).code == "unreadable"
    assert not list(own_temp.iterdir())


# --- Bounds ------------------------------------------------------------------------------


@pytest.fixture
def stuck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A converter that starts a helper and then hangs; the file tells their numbers."""
    told = tmp_path / "pids"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 60 &\necho $! $$ > {told}\nsleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(soffice, "find_soffice", lambda: str(program))
    yield told
    for pid in told.read_text(encoding="utf-8").split():
        assert not _lives(int(pid))


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.usefixtures("stuck")
def test_a_converter_that_hangs_is_ended_with_its_helpers(own_temp: Path) -> None:
    begin = time.monotonic()
    with pytest.raises(DocumentError, match="已中止") as caught:
        soffice.convert(RTF, "rtf", "docx", seconds=1)
    assert caught.value.code == "too_large" and time.monotonic() - begin < 5
    assert not list(own_temp.iterdir())


@pytest.mark.usefixtures("own_temp")
def test_it_ends_by_itself_when_the_program_is_killed(
    stuck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soffice, "_GRACE", 1)
    pid = os.fork()
    if pid == 0:
        try:
            soffice.convert(RTF, "rtf", "docx", seconds=1)
        finally:
            os._exit(0)
    deadline = time.monotonic() + 10
    while not (stuck.exists() and stuck.read_text(encoding="utf-8").endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    numbers = [int(n) for n in stuck.read_text(encoding="utf-8").split()]
    assert any(map(_lives, numbers))
    while any(map(_lives, numbers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_lives, numbers))


def test_folders_that_killed_programs_left_are_swept(
    own_temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = own_temp / "nianbao-soffice-old", own_temp / "nianbao-soffice-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (1, 1))
    monkeypatch.setattr(soffice, "find_soffice", lambda: "/bin/false")
    assert refusal(read_rtf, RTF).code == "unreadable"
    assert list(own_temp.iterdir()) == [new]


@needs_soffice
def test_nothing_is_fetched() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    found = texts(read_odt(odt(f"{address}/tracker.png", f"{address}/section.txt")))
    server.shutdown()
    assert found == ["段落", "旧内容"] and asked == []


def odt(picture: str, section: str) -> bytes:
    """A text whose picture and whose section stand on another machine."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    manifest = f"{office}:manifest:1.0"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{manifest}">'
            '<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
            "content.xml": f'<o:document-content xmlns:o="{office}:office:1.0" '
            f'xmlns:t="{office}:text:1.0" xmlns:d="{office}:drawing:1.0" '
            f'xmlns:s="{office}:svg-compatible:1.0" xmlns:x="http://www.w3.org/1999/xlink">'
            "<o:body><o:text><t:p>段落"
            f'<d:frame s:width="2cm" s:height="2cm"><d:image x:href="{picture}" x:type="simple"/></d:frame></t:p>'
            f'<t:section t:name="s"><t:section-source x:href="{section}" t:filter-name="Text"/>'
            "<t:p>旧内容</t:p></t:section></o:text></o:body></o:document-content>",
        }
    )


def test_a_locked_odt_is_encrypted() -> None:
    parts: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": b"\x93\x01",
        "META-INF/manifest.xml": "<m><encryption-data/></m>",
    }
    assert refusal(open_document, zipped(parts)).code == "encrypted"


@needs_soffice
def test_word_2003_xml() -> None:
    name = "http://schemas.microsoft.com/office/word/2003/wordml"
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
        f'<w:wordDocument xmlns:w="{name}"><w:body><w:p><w:r><w:t>政府信息</w:t></w:r></w:p></w:body></w:wordDocument>'
    )
    assert texts(open_document(xml.encode())) == ["政府信息"]


def test_web_archives() -> None:
    parts = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"\r\n\r\n--=_x\r\n'
        b'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        b"<html><body><p>=D5=FE=B8=AE=D0=C5=CF=A2</p></body></html>\r\n--=_x--\r\n"
    )
    assert texts(open_document(parts)) == ["政府信息"]
    assert refusal(read_mhtml, b"MIME-Version: 1.0\r\n\r\n").code == "unreadable"


def test_the_program_is_found_by_any_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "libreoffice"
    shutil.copy("/bin/true", program)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert soffice.find_soffice() == str(program)
