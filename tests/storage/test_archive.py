"""The archive: written, read back, cut off, damaged, full."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

import storage
from storage.archive import Archive, ArchivedResponse, ArchiveError, ArchiveWriter
from storage.domain import Capture

ROOT = Path(storage.__file__).parents[1]
NOW = datetime(2024, 1, 31, 23, 30, 0, 123456, tzinfo=UTC)
HEADERS = (
    ("Content-Type", "text/html; charset=gb18030"),
    ("Content-Encoding", "gzip"),
    ("transfer-encoding", "chunked"),
    ("Content-Length", "9"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
    ("Content-Disposition", 'attachment; filename="年报.pdf"'),
    ("ETag", '"abc"'),
    ("last-modified", "Wed, 31 Jan 2024 00:00:00 GMT"),
)


def put(writer: ArchiveWriter, body: bytes = b"body", url: str = "http://x/1") -> Capture:
    return writer.write(url, 200, (), body, NOW, "text/html")


def test_a_response_comes_back_as_it_was(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    url = "http://www.example.gov.cn/年报.html?a=1&b=%20"
    with archive.writer("p-qs") as writer:
        stored = writer.write(url, 200, HEADERS, b"\x1f\x8b\r\n\r\n\0", NOW, "text/html")
        # No need to wait for the end: it is readable at once.
        found = archive.read(stored.warc_file, stored.warc_offset)
    assert found == ArchivedResponse(
        url=url,
        http_status=200,
        headers=(
            ("Content-Type", "text/html; charset=gb18030"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("Content-Disposition", 'attachment; filename="年报.pdf"'),
            ("ETag", '"abc"'),
            ("last-modified", "Wed, 31 Jan 2024 00:00:00 GMT"),
            ("Content-Length", "7"),
        ),
        body=b"\x1f\x8b\r\n\r\n\0",
        fetched_at=NOW,
    )
    assert stored == Capture(
        url=url,
        fetched_at=NOW,
        http_status=200,
        media_type="text/html",
        digest="sha256:" + hashlib.sha256(b"\x1f\x8b\r\n\r\n\0").hexdigest(),
        length=7,
        warc_file="2024/01/p-qs-20240131233000-1.warc.gz",
        warc_offset=stored.warc_offset,
        etag='"abc"',
        last_modified="Wed, 31 Jan 2024 00:00:00 GMT",
    )


@pytest.mark.parametrize("status", [200, 304, 404, 521, 999])
@pytest.mark.parametrize("body", [b"", b"x" * 300_000], ids=len)
def test_any_status_and_size(tmp_path: Path, status: int, body: bytes) -> None:
    archive = Archive(tmp_path)
    with archive.writer("p") as writer:
        stored = writer.write("http://x/", status, (), body, NOW, None)
    found = archive.read(stored.warc_file, stored.warc_offset)
    assert (found.http_status, found.body) == (status, body)
    assert (stored.length, stored.media_type) == (len(body), None)


def test_documents_taken_by_hand_have_other_addresses(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer("p") as writer:
        stored = put(writer, b"%PDF", "file:///tmp/%E5%B9%B4%E6%8A%A5.pdf")
    assert archive.read(stored.warc_file, stored.warc_offset).body == b"%PDF"


def test_headers_can_not_smuggle_others(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    nasty = (("X\r\nSet-Cookie: a", "b\r\n\r\n<html>"), ("Y", "\ud800z"), ("", "w"))
    with archive.writer("p") as writer:
        stored = writer.write("http://x/", 200, nasty, b"body", NOW, None)
    found = archive.read(stored.warc_file, stored.warc_offset)
    assert found.body == b"body"
    assert [name for name, _ in found.headers] == ["X Set-Cookie", "Y", "Content-Length"]


def test_the_files_are_sound_warc_files(tmp_path: Path) -> None:
    with Archive(tmp_path).writer("p") as writer:
        files = {put(writer, f"第{n}页".encode() * 50).warc_file for n in range(5)}
    (name,) = files
    with (tmp_path / name).open("rb") as stream:
        kinds = [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds == ["warcinfo"] + ["response"] * 5


def test_names_are_made_harmless(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "new" / "archive")
    for name in ("../../etc/passwd", "青石县", "..", "", "a" * 300):
        with archive.writer(name) as writer:
            stored = put(writer)
        assert (archive.folder / stored.warc_file).resolve().is_relative_to(archive.folder)
        assert archive.read(stored.warc_file, stored.warc_offset).body == b"body"


def test_the_folder_is_that_of_the_utc_month(tmp_path: Path) -> None:
    moment = datetime(2024, 2, 1, 7, 30, tzinfo=timezone(timedelta(hours=8)))
    with Archive(tmp_path).writer("p") as writer:
        stored = writer.write("http://x/", 200, (), b"", moment, None)
    assert stored.warc_file == "2024/01/p-20240131233000-1.warc.gz"


def test_a_large_file_is_followed_by_another(tmp_path: Path) -> None:
    archive = Archive(tmp_path, max_file=50_000)
    body = random.Random(1).randbytes(20_000)
    with archive.writer("p") as writer:
        stored = [put(writer, body + bytes([n])) for n in range(7)]
    assert [c.warc_file[-9] for c in stored] == list("1112223")
    for n, c in enumerate(stored):
        assert archive.read(c.warc_file, c.warc_offset).body == body + bytes([n])


def test_writers_never_share_a_file(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer("p") as one, archive.writer("p") as two:
        first, second = put(one, b"1"), put(two, b"2")
    assert first.warc_file != second.warc_file
    assert archive.read(first.warc_file, first.warc_offset).body == b"1"
    assert archive.read(second.warc_file, second.warc_offset).body == b"2"


def test_a_writer_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    with Archive(tmp_path).writer("p") as writer:
        writer.close()
    assert list(tmp_path.iterdir()) == []


# --- Damage --------------------------------------------------------------------------------


def test_places_outside_the_folder_are_refused(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    with Archive(tmp_path / "other").writer("p") as writer:
        stored = put(writer)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "link").symlink_to(tmp_path / "other")
    for path in (
        f"../other/{stored.warc_file}",
        str(tmp_path / "other" / stored.warc_file),
        f"link/{stored.warc_file}",
    ):
        with pytest.raises(ArchiveError, match="超出存档目录"):
            archive.read(path, stored.warc_offset)


def test_what_is_not_there(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer("p") as writer:
        stored = put(writer)
    with pytest.raises(ArchiveError, match="不存在"):
        archive.read("2024/01/none.warc.gz", 0)
    with pytest.raises(ArchiveError, match="无法读取"):
        archive.read("2024", 0)
    for offset in (0, 10**9):  # the file's own record; behind its end
        with pytest.raises(ArchiveError, match="没有响应记录"):
            archive.read(stored.warc_file, offset)


def test_any_damage_is_noticed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer("p") as writer:
        before, hit, after = (put(writer, f"第{n}页".encode() * 200) for n in range(3))
    path = tmp_path / hit.warc_file
    whole = path.read_bytes()
    expected = archive.read(hit.warc_file, hit.warc_offset)
    dice = random.Random(7)
    refused = 0
    for n in range(400):
        data = bytearray(whole)
        place = dice.randrange(hit.warc_offset, after.warc_offset)
        if n % 2:
            data[place] ^= 1 << dice.randrange(8)
        else:
            del data[place:]
        path.write_bytes(data)
        try:
            assert archive.read(hit.warc_file, hit.warc_offset) == expected
        except ArchiveError as error:
            refused += 1
            assert "损坏" in str(error) or "没有响应记录" in str(error)
        assert archive.read(before.warc_file, before.warc_offset).body == "第0页".encode() * 200
    assert refused > 350  # a few bits of a gzip header mean nothing


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    start = (
        "import os, random, resource, signal, sys\n"
        "from datetime import datetime, UTC\n"
        "from pathlib import Path\n"
        "from storage.archive import Archive, ArchiveError\n"
        "now = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)\n"
        "archive = Archive(Path(sys.argv[1]))\n"
        "noise = random.Random(1).randbytes\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_killed_writer_loses_at_most_its_last_record(tmp_path: Path) -> None:
    code = (
        "writer = archive.writer('p')\n"
        "stored = writer.write('http://x/', 200, (), b'whole', now, None)\n"
        "print(stored.warc_file, stored.warc_offset, flush=True)\n"
        "writer._append(writer._descriptor, b'\\x1f\\x8b\\x08 half a record')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = run(code, str(tmp_path))
    assert done.returncode == -signal.SIGKILL, done.stderr
    file, offset = done.stdout.split()
    archive = Archive(tmp_path)
    assert archive.read(file, int(offset)).body == b"whole"
    with archive.writer("p") as writer:
        stored = put(writer)
    assert stored.warc_file != file
    assert archive.read(stored.warc_file, stored.warc_offset).body == b"body"
    assert archive.read(file, int(offset)).body == b"whole"


def test_a_full_disk_is_told_and_leaves_whole_records(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes the system write a part and refuse the rest, as a full disk does."""
    code = (
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "with archive.writer('p') as writer:\n"
        "    for size in (20_000, 20_000, 20_000, 2_000):\n"
        "        try:\n"
        "            stored = writer.write('http://x/', 200, (), noise(size), now, None)\n"
        "            print(stored.warc_file, stored.warc_offset, stored.length)\n"
        "        except ArchiveError as error:\n"
        "            print(error)\n"
    )
    done = run(code, str(tmp_path))
    assert done.returncode == 0, done.stderr
    first, second, error, last = done.stdout.splitlines()
    assert error.startswith("无法写入存档")
    archive = Archive(tmp_path)
    for line in (first, second, last):  # what fits after the refused one is written behind it
        file, offset, length = line.split()
        assert len(archive.read(file, int(offset)).body) == int(length)
    with (tmp_path / file).open("rb") as stream:
        assert len(list(ArchiveIterator(stream))) == 4


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with (
        Archive(blocked / "sub").writer("p") as writer,
        pytest.raises(ArchiveError, match="无法写入"),
    ):
        put(writer)
    with Archive(Path("/proc/none")).writer("p") as writer, pytest.raises(ArchiveError):
        put(writer)
