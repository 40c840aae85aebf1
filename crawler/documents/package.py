"""ZIP packages: finds the report among the files, or puts it together from several.

A package is unpacked in memory; names of members are shown and sorted by, never used as paths.
"""

from __future__ import annotations

import posixpath
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from crawler.documents.document import Document, DocumentError, Note, NoteCode
from crawler.documents.form_words import SECTIONS, TABLES, tables_shown
from crawler.documents.limits import MAX_UNPACKED, MEGABYTE, too_large
from crawler.documents.parts import Part, all_words, different_reports, join_parts, make_part
from crawler.documents.zips import Zip

MEDIA_TYPE = "application/zip"
MAX_MEMBERS = 200
MAX_DEPTH = 3
SECONDS = 40.0
"""For all members together."""

_IGNORED = re.compile(r"(^|/)(__macosx/|\.[^./]|~\$|thumbs\.db$|desktop\.ini$)", re.I)
_MAX_NOTES = 20
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")
# Where one report is there in several formats: the more exactly a format states its tables.
_PREFERENCE = (
    "wordprocessingml",
    "spreadsheetml",
    "msword",
    "ms-excel",
    "rtf",
    "html",
    "ofd",
    "pdf",
)

Open = Callable[[bytes], Document]
Sniff = Callable[[bytes], str]


def read_package(data: bytes, open_member: Open, sniff: Sniff) -> Document:
    """The report in a package; places begin with the member's name.

    ``open_member``, ``sniff``: as in `crawler.documents.sniff`, for members. Raises DocumentError:
    encrypted, too_large, unreadable; unsupported also for several different reports.
    """
    parts: list[Part] = []
    left = _LeftOut()
    end = time.monotonic() + SECONDS
    for name, content in _members(Zip(data), sniff, _Budget(), left):
        if time.monotonic() > end:
            raise too_large(f"压缩包内的文件读取超过 {SECONDS:g} 秒")
        try:
            parts.append(make_part(name, open_member(content)))
        except DocumentError as error:
            left.failures.append((name, error))
    if not parts:
        raise left.worst()
    chosen = _choose(parts)
    failed = [error for _, error in left.failures]
    if any(error.code == "encrypted" for error in failed) and not any(p.words for p in chosen):
        raise left.worst()
    document = join_parts(chosen, MEDIA_TYPE)
    if _is_complete(chosen):
        return document
    # What is missing may stand in a file that could not be read: it must not count as missing.
    return replace(document, notes=(*document.notes, *left.notes()))


@dataclass(slots=True)
class _LeftOut:
    """Members that were not read: name and reason of each, and how many pictures."""

    failures: list[tuple[str, DocumentError]] = field(default_factory=list)
    pictures: int = 0

    def worst(self) -> DocumentError:
        """What to say where nothing was read: of all reasons the one a user can act on."""
        for code in ("encrypted", "too_large", "unsupported", "unreadable"):
            for _, error in self.failures:
                if error.code == code:
                    return error
        if self.pictures:
            text = f"压缩包内只有 {self.pictures} 张图片，没有可读的文字；请解压后逐份导入"
            return DocumentError("unreadable", text)
        return DocumentError("unreadable", "压缩包内没有可读取的文件")

    def notes(self) -> Iterator[Note]:
        for name, error in self.failures[:_MAX_NOTES]:
            shown = "".join(c for c in name if c.isprintable())[-80:]
            yield Note(NoteCode.UNREAD, f"压缩包内的 {shown} 未能读取：{error.message}")
        if self.pictures:
            yield Note(NoteCode.UNREAD, f"压缩包内的 {self.pictures} 张图片未读取")


def _is_complete(parts: Sequence[Part]) -> bool:
    """Whether the parts show all sections and all tables of the form."""
    words = all_words(parts)
    tables = tables_shown(words & set(group) for group in TABLES)
    return tables == len(TABLES) and words >= set(SECTIONS)


@dataclass(slots=True)
class _Budget:
    members: int = 0
    size: int = 0

    def take(self, size: int) -> None:
        self.members += 1
        self.size += size
        if self.members > MAX_MEMBERS:
            raise too_large(f"压缩包内的文件超过 {MAX_MEMBERS} 个")
        if self.size > MAX_UNPACKED:
            raise too_large(f"压缩包解压后超过 {MAX_UNPACKED // MEGABYTE} MB")


def _members(
    package: Zip, sniff: Sniff, budget: _Budget, left: _LeftOut, depth: int = 1
) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all files, those of packages inside too; sorted as people number them."""
    if len(package) > MAX_MEMBERS:
        raise too_large(f"压缩包内的文件超过 {MAX_MEMBERS} 个")
    for key in sorted(package, key=lambda key: _order(package.shown(key))):
        name = package.shown(key)
        if _IGNORED.search(name):
            continue
        budget.take(package.size(key))
        try:
            content = package.read(key, MAX_UNPACKED)
        except DocumentError as error:
            if error.code == "too_large":
                raise
            left.failures.append((name, error))
            continue
        kind = sniff(content)
        if not content or kind.startswith("image/"):
            left.pictures += kind.startswith("image/")
            continue
        if kind != MEDIA_TYPE:
            yield name, content
        elif depth >= MAX_DEPTH:
            raise too_large(f"压缩包嵌套超过 {MAX_DEPTH} 层")
        else:
            try:
                inner = Zip(content)
            except DocumentError as error:
                left.failures.append((name, error))
                continue
            for below, found in _members(inner, sniff, budget, left, depth + 1):
                yield f"{name}/{below}", found


def _order(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", name.translate(_DIGITS).lower())
    return [(int(p[:9]) if p.isdecimal() else 0, p) for p in parts]


def _choose(parts: list[Part]) -> list[Part]:
    if (different := different_reports(parts)) > 1:
        raise DocumentError(
            "unsupported",
            f"压缩包内有 {different} 份不同的年度报告，无法确定取哪一份；请解压后逐份导入",
        )
    if whole := [part for part in parts if part.is_whole]:
        best = max(whole, key=_rank)
        missing = set(SECTIONS) - best.words
        rest = [p for p in parts if p is not best and not p.tables and p.words & missing]
        return sorted([best, *rest], key=lambda part: parts.index(part))
    some = [part for part in parts if part.words or part.title]
    if not some:
        return [max(parts, key=lambda part: part.length)]
    together = list({posixpath.splitext(p.name)[0]: p for p in sorted(some, key=_rank)}.values())
    best = max(some, key=_rank)
    if all_words(together) == best.words:
        return [best]
    return sorted(together, key=lambda part: parts.index(part))


def _rank(part: Part) -> tuple[int, int, int]:
    kind = part.document.media_type
    place = next((i for i, name in enumerate(_PREFERENCE) if name in kind), len(_PREFERENCE))
    return len(part.words), -place, part.length
