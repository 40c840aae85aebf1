"""The archive: every response as received, in WARC files (ISO 28500), one gzip member a record.

A record is written in one piece behind the last whole one. A process that is killed leaves at most
a truncated last record; the next run writes a file of its own, and everything before stays
readable at its offset.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from types import TracebackType

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import (
    StatusAndHeaders,
    StatusAndHeadersParser,
    StatusAndHeadersParserException,
)
from warcio.warcwriter import WARCWriter

from storage.domain import Capture

MAX_FILE = 256 * 1024 * 1024
_SKIPPED_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""They describe the bytes on the wire; the archived body is decoded."""
_DAMAGE = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError)
"""What warcio and the conversions below raise for a damaged record."""
_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"


class ArchiveError(Exception):
    """The archive can't be written or read; the message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """A response read back; ``Content-Length`` is that of the decoded ``body``."""

    url: str
    http_status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime


class Archive:
    """A folder of WARC files, ``YYYY/MM/<name>-<time>-<n>.warc.gz`` (UTC)."""

    def __init__(self, folder: Path, *, max_file: int = MAX_FILE) -> None:
        self.folder = Path(folder)
        self._max_file = max_file

    def writer(self, name: str) -> ArchiveWriter:
        """A writer with files of its own; ``name`` (a portal) becomes part of their names."""
        return ArchiveWriter(self.folder, name, self._max_file)

    def read(self, warc_file: str, offset: int) -> ArchivedResponse:
        """The response at a place that a Capture names.

        ArchiveError: the file is missing, lies outside the folder, or the record is damaged (its
        digest is checked).
        """
        folder = self.folder.resolve()
        path = (folder / warc_file).resolve()
        if not path.is_relative_to(folder):
            raise ArchiveError(f"存档路径超出存档目录：{warc_file}")
        try:
            with path.open("rb") as stream:
                stream.seek(offset)
                return _read_record(stream, warc_file, offset)
        except FileNotFoundError:
            raise ArchiveError(f"存档文件不存在：{warc_file}") from None
        except OSError as error:
            raise ArchiveError(f"无法读取存档 {warc_file}：{error.strerror}") from error
        except _DAMAGE as error:
            raise ArchiveError(f"存档 {warc_file} 位置 {offset} 的记录已损坏") from error


class ArchiveWriter:
    """Appends responses; opens a file at the first one and a further one at the size limit."""

    def __init__(self, folder: Path, name: str, max_file: int) -> None:
        self._folder = folder
        self._name = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".")[:80] or "archive"
        self._max_file = max_file
        self._descriptor: int | None = None
        self._file = ""
        self._size = 0

    def write(
        self,
        url: str,
        http_status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        fetched_at: datetime,
        media_type: str | None,
    ) -> Capture:
        """Archive a response; on return it is with the operating system.

        ``body`` is decoded (no content or transfer encoding). ArchiveError: the disk is full or
        can't be written; then the file ends with the last whole record.
        """
        body_digest = "sha256:" + hashlib.sha256(body).hexdigest()
        record = _record(url, http_status, headers, body, fetched_at, body_digest)
        try:
            descriptor = self._open(fetched_at)
            offset = self._size
            self._append(descriptor, record)
        except OSError as error:
            raise ArchiveError(f"无法写入存档 {self._folder}：{error.strerror}") from error
        return Capture(
            url=url,
            fetched_at=fetched_at,
            http_status=http_status,
            media_type=media_type,
            digest=body_digest,
            length=len(body),
            warc_file=self._file,
            warc_offset=offset,
            etag=_header(headers, "etag"),
            last_modified=_header(headers, "last-modified"),
        )

    def close(self) -> None:
        """Put everything on the disk and close the file; may be called twice."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        try:
            os.fsync(descriptor)
        except OSError as error:
            raise ArchiveError(f"无法写入存档 {self._folder}：{error.strerror}") from error
        finally:
            os.close(descriptor)

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, moment: datetime) -> int:
        if self._descriptor is not None and self._size < self._max_file:
            return self._descriptor
        self.close()
        moment = moment.astimezone(UTC)
        folder = self._folder / f"{moment:%Y}" / f"{moment:%m}"
        folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            path = folder / f"{self._name}-{moment:%Y%m%d%H%M%S}-{number}.warc.gz"
            try:
                # O_EXCL: never a file that another process writes or a killed one left.
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
                break
            except FileExistsError:
                number += 1
        self._descriptor = descriptor
        self._file = path.relative_to(self._folder).as_posix()
        self._size = 0
        self._append(descriptor, _info_record(path.name))
        return descriptor

    def _append(self, descriptor: int, record: bytes) -> None:
        rest = memoryview(record)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError:
            # Later records must follow a whole one, or a reader stops here.
            os.ftruncate(descriptor, self._size)
            os.lseek(descriptor, self._size, os.SEEK_SET)
            raise
        self._size += len(record)


class _Head(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """Headers written as received; warcio would percent-encode Chinese file names."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.to_bytes(encoding="utf-8")


def _record(
    url: str,
    http_status: int,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    fetched_at: datetime,
    body_digest: str,
) -> bytes:
    try:
        phrase = HTTPStatus(http_status).phrase
    except ValueError:
        phrase = "Unknown"  # status codes of the servers' own making
    kept = [
        (_one_line(name), _one_line(value))
        for name, value in headers
        if name.strip() and name.strip().lower() not in _SKIPPED_HEADERS
    ]
    kept.append(("Content-Length", str(len(body))))
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    record = writer.create_warc_record(
        _one_line(url),
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=_Head(f"{http_status} {phrase}", kept, protocol="HTTP/1.1"),
        warc_headers_dict={
            "WARC-Date": fetched_at.astimezone(UTC).strftime(_DATE),
            "WARC-Payload-Digest": body_digest,
        },
    )
    writer.write_record(record)
    return buffer.getvalue()


def _info_record(file_name: str) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    info = {"software": "nianbao", "format": "WARC File Format 1.0"}
    writer.write_record(writer.create_warcinfo_record(file_name, info))
    return buffer.getvalue()


def _read_record(stream: object, warc_file: str, offset: int) -> ArchivedResponse:
    # The HTTP head is parsed here: warcio does so for http addresses only, and a document taken by
    # hand may have another.
    record = next(iter(ArchiveIterator(stream, no_record_parse=True)), None)
    if record is None or record.rec_type != "response":
        raise ArchiveError(f"存档 {warc_file} 位置 {offset} 没有响应记录")
    head = StatusAndHeadersParser(["HTTP/1.1"]).parse(record.raw_stream)
    body = record.raw_stream.read()
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    if record.rec_headers.get_header("WARC-Payload-Digest") != digest:
        raise ArchiveError(f"存档 {warc_file} 位置 {offset} 的记录已损坏（校验值不符）")
    moment = datetime.strptime(record.rec_headers.get_header("WARC-Date", ""), _DATE)
    return ArchivedResponse(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        http_status=int(head.get_statuscode()),
        headers=tuple(head.headers),
        body=body,
        fetched_at=moment.replace(tzinfo=UTC),
    )


def _one_line(text: str) -> str:
    """Header text that can't begin another header and is valid UTF-8."""
    return re.sub("[\r\n\0\ud800-\udfff]+", " ", text).strip()


def _header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in headers if key.strip().lower() == name), None)
