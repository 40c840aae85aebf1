"""ZIP packages: finds the report among the files, or puts it together from several.

A package is unpacked in memory; names of members are shown and sorted by, never used as paths.
"""

from __future__ import annotations

import posixpath
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crawler.documents.document import Block, Document, DocumentError, Grid, Paragraph
from crawler.documents.limits import MAX_UNPACKED, MEGABYTE, too_large
from crawler.documents.zips import Zip

MEDIA_TYPE = "application/zip"
MAX_MEMBERS = 200
MAX_DEPTH = 3
SECONDS = 40.0
"""For all members together."""

# Words that only the official form has, by the table they stand in (spec, section 2).
_TABLES = (
    ("制发件数", "现行有效", "新制作数量", "对外公开总数"),
    ("自然人", "商业企业", "本年新收", "结转下年"),
    ("结果维持", "尚未审结", "复议后起诉", "结果纠正"),
)
_SECTIONS = (
    "总体情况",
    "主动公开政府信息",
    "公开申请情况",
    "行政诉讼情况",
    "主要问题",
    "需要报告的事项",
)
_TITLE = re.compile(r"政府信息公开.{0,12}年度报告")
_TITLE_LENGTH = 60
_NUMBER = re.compile(r"\d[\d,]{0,20}(\.\d{1,9})?")
_DRAWN = ("pdf", "ofd", "text/plain")
_SPACE = re.compile(r"\s+")
_IGNORED = re.compile(r"(^|/)(__macosx/|\.[^./]|~\$|thumbs\.db$|desktop\.ini$)", re.I)
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


@dataclass(frozen=True, slots=True)
class _Part:
    """A member that was read. ``words``: which words of the form it has; ``tables``: how many of the
    form's tables. ``figures``: all numbers in its tables, sorted; None where pages were drawn."""

    name: str
    document: Document
    words: frozenset[str]
    tables: int
    title: str | None
    length: int
    figures: tuple[Decimal, ...] | None

    @property
    def is_whole(self) -> bool:
        return self.tables == len(_TABLES) and len(self.words & set(_SECTIONS)) >= 3


def read_package(data: bytes, open_member: Open, sniff: Sniff) -> Document:
    """The report in a package; places begin with the member's name.

    ``open_member``, ``sniff``: as in `crawler.documents.sniff`, for members. Raises DocumentError:
    encrypted, too_large, unreadable; unsupported also for several different reports.
    """
    parts: list[_Part] = []
    failures: list[DocumentError] = []
    end = time.monotonic() + SECONDS
    for name, content in _members(Zip(data), sniff, _Budget(), failures):
        if time.monotonic() > end:
            raise too_large(f"压缩包内的文件读取超过 {SECONDS:g} 秒")
        try:
            parts.append(_part(name, open_member(content)))
        except DocumentError as error:
            failures.append(error)
    if not parts:
        raise _worst(failures)
    chosen = _choose(parts)
    if any(error.code == "encrypted" for error in failures) and not any(p.words for p in chosen):
        raise _worst(failures)
    return join_parts([(part.name, part.document) for part in chosen])


def join_parts(parts: Sequence[tuple[str, Document]]) -> Document:
    """Documents → one, in the order given; ``parts``: (name, document), names go before places."""
    documents = [document for _, document in parts]
    return Document(
        MEDIA_TYPE,
        tuple(_moved(block, name) for name, document in parts for block in document.blocks),
        title=next((d.title for d in documents if d.title), None),
        meta=documents[0].meta if len(documents) == 1 else (),
        links=tuple(link for d in documents for link in d.links),
        images=sum(d.images for d in documents),
        notes=tuple(note for d in documents for note in d.notes),
    )


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
    package: Zip, sniff: Sniff, budget: _Budget, failures: list[DocumentError], depth: int = 1
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
            failures.append(error)
            continue
        if not content or sniff(content).startswith("image/"):
            continue
        if sniff(content) != MEDIA_TYPE:
            yield name, content
        elif depth >= MAX_DEPTH:
            raise too_large(f"压缩包嵌套超过 {MAX_DEPTH} 层")
        else:
            try:
                inner = Zip(content)
            except DocumentError as error:
                failures.append(error)
                continue
            for below, found in _members(inner, sniff, budget, failures, depth + 1):
                yield f"{name}/{below}", found


def _order(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", name.translate(_DIGITS).lower())
    return [(int(p[:9]) if p.isdecimal() else 0, p) for p in parts]


def _part(name: str, document: Document) -> _Part:
    prose: list[str] = []
    cells: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            prose.append(_SPACE.sub("", block.text))
        else:
            rows = range(len(block.rows))
            cells += [_SPACE.sub("", c.text) for r in rows for c in block.own_cells(r)]
    shown, table = "\n".join([*prose, *cells]), "\n".join(cells)
    titles = (t for t in (*prose, *cells) if len(t) <= _TITLE_LENGTH and _TITLE.search(t))
    found = [frozenset(word for word in group if word in table) for group in _TABLES]
    sections = frozenset(word for word in _SECTIONS if word in shown)
    drawn = any(kind in document.media_type for kind in _DRAWN)
    return _Part(
        name,
        document,
        sections.union(*found),
        sum(len(words) >= 2 for words in found),
        next(titles, None),
        len(shown),
        None if drawn else tuple(sorted(_numbers(cells))),
    )


def _numbers(cells: Sequence[str]) -> Iterator[Decimal]:
    for text in cells:
        if _NUMBER.fullmatch(text):
            yield Decimal(text.replace(",", ""))


def _choose(parts: Sequence[_Part]) -> list[_Part]:
    whole = [part for part in parts if part.is_whole]
    titles = {part.title for part in whole if part.title}
    figures = {part.figures for part in whole if part.figures is not None}
    if (different := max(len(titles), len(figures))) > 1:
        raise DocumentError(
            "unsupported",
            f"压缩包内有 {different} 份不同的年度报告，无法确定取哪一份；请解压后逐份导入",
        )
    if whole:
        return [max(whole, key=_rank)]
    some = [part for part in parts if part.words or part.title]
    if not some:
        return [max(parts, key=lambda part: part.length)]
    together = list({posixpath.splitext(p.name)[0]: p for p in sorted(some, key=_rank)}.values())
    best = max(some, key=_rank)
    if frozenset().union(*(p.words for p in together)) == best.words:
        return [best]
    return sorted(together, key=lambda part: parts.index(part))


def _rank(part: _Part) -> tuple[int, int, int]:
    kind = part.document.media_type
    place = next((i for i, name in enumerate(_PREFERENCE) if name in kind), len(_PREFERENCE))
    return len(part.words), -place, part.length


def _worst(failures: Sequence[DocumentError]) -> DocumentError:
    """What to say where nothing could be read: of all reasons the one a user can act on."""
    for code in ("encrypted", "too_large", "unsupported", "unreadable"):
        for error in failures:
            if error.code == code:
                return error
    return DocumentError("unreadable", "压缩包内没有可读取的文件")


def _moved(block: Block, name: str) -> Block:
    """The block with the member's name before its places."""
    before = "".join(c for c in name if c.isprintable())[-80:]
    if isinstance(block, Paragraph):
        return replace(block, at=f"{before}/{block.at}")
    moved = {
        id(cell): replace(cell, at=f"{before}/{cell.at}")
        for row in block.rows
        for cell in row
        if cell is not None
    }
    rows = tuple(tuple(moved[id(c)] if c is not None else None for c in row) for row in block.rows)
    return Grid(rows, f"{before}/{block.at}", block.exact, block.path)
