"""ZIP files that strangers made: names are keys and never paths, sizes are bounded."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from crawler.documents.document import DocumentError
from crawler.documents.limits import (
    MAX_ENTRIES,
    MAX_PART,
    MAX_RATIO,
    MAX_UNPACKED,
    MEGABYTE,
    SMALL,
    damaged,
    too_large,
)

_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FAULTS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError,
    struct.error, NotImplementedError, RuntimeError, IndexError, OverflowError,
)  # fmt: skip


class Zip:
    """A ZIP file in memory. ``kind``: the format as users know it, for messages.

    Raises DocumentError: unreadable for a damaged directory, too_large for one without end.
    """

    def __init__(self, data: bytes, kind: str = "ZIP") -> None:
        self.kind = kind
        # Counted before zipfile reads the directory: it keeps an object for each entry.
        if data.count(_ENTRY) > MAX_ENTRIES:
            raise too_large(f"{kind} 文件内的条目超过 {MAX_ENTRIES} 个")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _FAULTS:
            raise damaged(kind) from None
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if not info.is_dir():
                self._members[self._free_key(info)] = info
        self._unpacked = 0

    def _free_key(self, info: zipfile.ZipInfo) -> str:
        """Of two members with one name the later counts; names that differ in case are two."""
        key = _key(name(info))
        while key in self._members and name(self._members[key]) != name(info):
            key += "\0"
        return key

    def __contains__(self, path: str) -> bool:
        return _key(path) in self._members

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[str]:
        """Keys in the order of the directory."""
        return iter(self._members)

    def shown(self, path: str) -> str:
        """The member's name as its maker wrote it."""
        return name(self._members[_key(path)])

    def encrypted(self, path: str) -> bool:
        return bool(self._members[_key(path)].flag_bits & _ENCRYPTED)

    def size(self, path: str) -> int:
        """Unpacked size as stated."""
        return self._members[_key(path)].file_size

    def read(self, path: str, limit: int = MAX_PART) -> bytes:
        """A member's bytes. Raises DocumentError: encrypted, too_large, unsupported, unreadable."""
        info = self._members.get(_key(path))
        if info is None:
            raise damaged(self.kind, f"缺少 {path}")
        if info.flag_bits & _ENCRYPTED:
            raise DocumentError("encrypted", f"{self.kind} 文件有密码，未能读取")
        if info.compress_type not in _METHODS:
            raise DocumentError("unsupported", f"{self.kind} 文件用了不支持的压缩方法")
        if info.file_size > limit:
            raise too_large(f"{self.kind} 文件内的 {name(info)} 超过 {limit // MEGABYTE} MB")
        if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise too_large(f"{self.kind} 文件内的 {name(info)} 压缩比超过 {MAX_RATIO}")
        self._unpacked += info.file_size
        if self._unpacked > MAX_UNPACKED:
            raise too_large(f"{self.kind} 文件解压后超过 {MAX_UNPACKED // MEGABYTE} MB")
        try:
            # zipfile stops at the stated size and compares the checksum.
            return self._zip.read(info)
        except _FAULTS:
            raise damaged(self.kind, f"{name(info)} 无法解压") from None


def name(info: zipfile.ZipInfo) -> str:
    """The name as written: old Chinese packers store GBK without saying so."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _key(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").lower()


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FOLDERS = (
    ("word/", _DOCX),
    ("xl/", _XLSX),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MAIN_PARTS = ((b"wordprocessingml", _DOCX), (b"ms-word.", _DOCX), (b"spreadsheetml", _XLSX))
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."


def zip_kind(data: bytes) -> str:
    """Media type of what the ZIP file is by its members; ``application/zip`` for a mere package."""
    try:
        package = Zip(data)
        if "OFD.xml" in package:
            return "application/ofd"
        if "mimetype" in package and not package.encrypted("mimetype"):
            stated = package.read("mimetype", 100).strip()
            if stated.startswith(_OPEN_DOCUMENT):
                # A template is read as what it is a template of.
                return stated.decode("ascii", "replace").removesuffix("-template")
        if "[Content_Types].xml" in package:
            for folder, media_type in _FOLDERS:
                if any(path.startswith(folder) for path in package):
                    return media_type
            # Parts may stand anywhere; what the main one is, the list of types says.
            types = package.read("[Content_Types].xml", MEGABYTE)
            for mark, media_type in _MAIN_PARTS:
                if mark in types:
                    return media_type
    except DocumentError:
        pass  # the reader of packages tells what is wrong
    return "application/zip"
