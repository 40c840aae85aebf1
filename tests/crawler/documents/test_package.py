"""ZIP packages: the report among the files, a report in several files, and packages that attack."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from random import Random

import pytest

from crawler.documents.document import DocumentError, Grid, Paragraph
from crawler.documents.sniff import open_document, sniff
from crawler.documents.zips import Zip
from crawler.parsing.reading import read
from spiders.samples.tables import to_html
from storage.domain import AnnualReport
from tests.crawler.documents.ofd_files import report_ofd
from tests.crawler.documents.office_files import docx, p, zipped
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import Sample, grids, page, plain, sample


def html_page(made: Sample, seed: int = 1) -> bytes:
    return page(made.report, Random(seed)).encode()


def refusal(data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        open_document(data)
    return caught.value


def whole(data: bytes, made: Sample) -> AnnualReport:
    """The report read from a package, right in every cell."""
    report = read(data).result
    assert isinstance(report, AnnualReport), report
    result = score(report, made.expected)
    assert len(result.right) == len(made.expected) and not result.invented, str(result)
    return report


# --- The report among the files -----------------------------------------------------------


def test_the_report_among_other_files() -> None:
    made = sample(1)
    data = zipped(
        {
            "说明.txt": "请查收附件。" * 20,
            "年报/封面.png": b"\x89PNG\r\n\x1a\n" + b"0" * 100,
            "年报/2023年年报.html": html_page(made),
            "__MACOSX/年报/._2023年年报.html": b"\0\5\x16\7",
            "目录.docx": docx(p("目录")),
        }
    )
    assert sniff(data) == "application/zip"
    report = whole(data, made)
    assert report.title == made.report.title and report.media_type == "application/zip"
    assert report.cell("table3", "granted", "total").at.startswith("年报/2023年年报.html/table[2]/")


def test_one_report_in_several_formats_is_read_once() -> None:
    made = sample(1)
    data = zipped(
        {"a.ofd": report_ofd(made.report), "b.txt": plain(made.report), "c.html": html_page(made)}
    )
    assert whole(data, made).sections[0].at.startswith("c.html/")


def test_packages_in_packages() -> None:
    made = sample(0)
    inner = zipped({"年报.html": html_page(made)})
    report = whole(zipped({"外": zipped({"内.zip": inner})}), made)
    assert report.sections[0].at.startswith("外/内.zip/年报.html/")


def test_several_pages_are_put_together() -> None:
    made = sample(0)
    second, third, fourth = (to_html(g, str, {"border": "1"}) for g in grids(made.report))
    text = [item for item in made.report.body if isinstance(item, str)]
    parts = {
        "第三页.html": f"<p>四、政府信息公开行政复议、行政诉讼情况</p>{fourth}<p>五、存在的主要问题及改进情况</p>"
        f"<p>{text[-2]}</p><p>六、其他需要报告的事项</p><p>{text[-1]}</p>",
        "第一页.html": f"<h1>{made.report.title}</h1><p>一、总体情况</p><p>{text[0]}</p>"
        f"<p>二、主动公开政府信息情况</p>{second}",
        "第二页.html": f"<p>三、收到和处理政府信息公开申请情况</p>{third}",
    }
    report = whole(zipped({n: f"<html><body>{b}</body></html>" for n, b in parts.items()}), made)
    assert report.title == made.report.title and len(report.sections) == 6


def test_reports_of_several_bodies_are_not_chosen_from() -> None:
    first, second = sample(0), sample(1)
    other = html_page(second).replace("云溪市水利局".encode(), "云溪市教育局".encode())
    error = refusal(zipped({"水利局.html": html_page(first), "教育局.html": other}))
    assert error.code == "unsupported" and "2 份不同" in error.message


def test_two_drafts_of_one_report_are_not_chosen_from() -> None:
    first, second = html_page(sample(0)), html_page(sample(1))
    assert refusal(zipped({"初稿.html": first, "定稿.html": second})).code == "unsupported"
    assert whole(zipped({"a.html": first, "b.html": first + b" "}), sample(0))


def test_the_text_in_one_file_and_the_tables_in_another() -> None:
    for seed in range(4):
        made = sample(seed)
        content = html_page(made, seed).decode()
        tables = "".join(re.findall(r"<table.*?</table>", content, re.S))
        text = re.sub(r"<table.*?</table>", "", content, flags=re.S)
        data = zipped({"正文.html": text, "附表.html": f"<html><body>{tables}</body></html>"})
        report = whole(data, made)
        assert report.title == made.report.title and len(report.sections) == 6


def test_old_names_are_read_as_gbk() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("XXXXXXXX.txt", "政府信息公开")
    data = out.getvalue().replace(b"XXXXXXXX", "年度报告".encode("gbk"))
    assert [Zip(data).shown(key) for key in Zip(data)] == ["年度报告.txt"]
    (block,) = open_document(data).blocks
    assert block.at.startswith("年度报告.txt/chars[")


def test_names_are_never_paths() -> None:
    made = sample(1)
    names = ("../../../etc/passwd", "/root/年报.html", "C:\\年报.html", "a\x00b.html")
    for name in names:
        report = whole(zipped({name: html_page(made)}), made)
        assert "\x00" not in report.sections[0].at


# --- Refusals -----------------------------------------------------------------------------


def locked(data: bytes) -> bytes:
    """The package with every member marked as encrypted."""
    out = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", out, at + offset)[0]
            struct.pack_into("<H", out, at + offset, flags | 1)
            at = out.find(signature, at + 4)
    return bytes(out)


def test_a_package_with_a_password() -> None:
    assert refusal(locked(zipped({"年报.html": html_page(sample(1))}))).code == "encrypted"
    assert refusal(locked(docx(p("甲")))).code == "encrypted"


def test_other_packers() -> None:
    for data, name in ((b"Rar!\x1a\x07\x01\x00", "RAR"), (b"7z\xbc\xaf\x27\x1c\0\4", "7Z")):
        error = refusal(data)
        assert error.code == "unsupported" and name in error.message and "解压" in error.message
        assert refusal(zipped({"a": data})).code == "unsupported"
    lzma = zipped({"a.txt": "年报" * 99}, zipfile.ZIP_LZMA)
    assert refusal(lzma).code == "unsupported"


def test_nothing_to_read() -> None:
    for data in (zipped({}), zipped({"a/": b""}), zipped({"a.bin": b"\0\1\2"}), zipped({"a": b""})):
        assert refusal(data).code in ("unreadable", "unsupported")
    report = zipped({"a.html": html_page(sample(1))})
    assert refusal(report[:-30]).code == "unreadable"
    assert refusal(report[:2000]).code == "unreadable"


def test_bombs() -> None:
    zeros = b"0" * (40 * 1024 * 1024)
    assert refusal(zipped({"a.txt": zeros})).code == "too_large"
    assert refusal(zipped({f"{i}.txt": "x" for i in range(201)})).code == "too_large"
    nested = zipped({"a.txt": "x"})
    for _ in range(4):
        nested = zipped({"a.zip": nested})
    assert refusal(nested).code == "too_large"
    inner = zipped({f"{i}.txt": "x" for i in range(150)})
    assert refusal(zipped({"a.zip": inner, "b.zip": inner})).code == "too_large"
    entry = b"PK\x01\x02" + b"\0" * 42
    assert refusal(b"PK\x03\x04" + entry * 30_000).code == "too_large"


def test_a_member_that_says_it_is_smaller_than_it_is() -> None:
    data = bytearray(zipped({"a.txt": "政府信息公开" * 9000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(signature) + offset, 100)
    assert refusal(bytes(data)).code == "unreadable"


def test_overlapping_members_count_each() -> None:
    """The directory names one stretch of data many times over (a bomb without nesting)."""
    text = Random(1).randbytes(3 * 1024 * 1024).hex().encode()
    data = zipped({"a.txt": text})
    end = data.rfind(b"PK\x05\x06")
    directory = data[data.rfind(b"PK\x01\x02", 0, end) : end]
    names = [directory.replace(b"a.txt", f"{i:05}".encode()) for i in range(150)]
    tail = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, 150, 150, len(directory) * 150, end - len(directory), 0
    )
    assert refusal(data[: end - len(directory)] + b"".join(names) + tail).code in (
        "too_large",
        "unreadable",
    )


def test_spanning_cells_stay_one_cell() -> None:
    table = "<tr><td colspan=2>甲</td><td>1</td></tr><tr><td>乙</td><td>丙</td><td>2</td></tr>" * 3
    data = zipped(
        {"a.html": f"<html><body><p>总体情况</p><table border=1>{table}</table></body></html>"}
    )
    (grid,) = (block for block in open_document(data).blocks if isinstance(block, Grid))
    assert grid.rows[0][0] is grid.rows[0][1]
    assert [c.at for c in grid.own_cells(0)] == [
        "a.html/table[1]/row[1]/col[1]",
        "a.html/table[1]/row[1]/col[3]",
    ]
    assert any(isinstance(block, Paragraph) for block in open_document(data).blocks)
