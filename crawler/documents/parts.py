"""One report in several documents: pages of an article, a text and its annexes, files of a ZIP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crawler.documents.document import Block, Document, Paragraph
from crawler.documents.form_words import SECTIONS, TABLES, section_words, table_words, tables_shown

_TITLE = re.compile(r"政府信息公开.{0,12}年度报告")
_TITLE_LENGTH = 60
_NUMBER = re.compile(r"\d[\d,]{0,20}(\.\d{1,9})?")
_DRAWN = ("pdf", "ofd", "text/plain")
_SPACE = re.compile(r"\s+")
_PAGER = re.compile(
    r"[\[【(（<«\s]*(?:上一页|下一页|上页|下页|首页|尾页|末页|第?\s*\d{1,3}\s*页?|共\s*\d{1,3}\s*页|第\s*\d{1,3}\s*页\D{0,4}共\s*\d{1,3}\s*页"
    r"|\d{1,3}\s*/\s*\d{1,3}|[.…]{2,6}|[|·\s]+)(?:[\]】)）>»\s|·]|上一页|下一页|首页|尾页|末页|\d{1,3}|[.…])*"
)
_SHORT = 12
"""Own lines of a page's furniture that are no longer than this do not end it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document that was read. ``words``: which words of the form it has; ``tables``: how many of
    the form's tables. ``figures``: all numbers in its tables, sorted; None where pages were drawn."""

    name: str
    document: Document
    words: frozenset[str]
    tables: int
    title: str | None
    length: int
    figures: tuple[Decimal, ...] | None

    @property
    def is_whole(self) -> bool:
        return self.tables == len(TABLES) and len(self.words & set(SECTIONS)) >= 3


def make_part(name: str, document: Document) -> Part:
    """``name``: goes before the places of the part's blocks."""
    prose: list[str] = []
    cells: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            prose.append(_SPACE.sub("", block.text))
        else:
            rows = range(len(block.rows))
            cells += [_SPACE.sub("", c.text) for r in rows for c in block.own_cells(r)]
    text = "\n".join([*prose, *cells])
    titles = (t for t in (*prose, *cells) if len(t) <= _TITLE_LENGTH and _TITLE.search(t))
    tables = table_words("\n".join(cells))
    drawn = any(kind in document.media_type for kind in _DRAWN)
    return Part(
        name,
        document,
        section_words(text).union(*tables),
        tables_shown(tables),
        next(titles, None),
        len(text),
        None if drawn else tuple(sorted(_numbers(cells))),
    )


def _numbers(cells: Sequence[str]) -> Iterator[Decimal]:
    for text in cells:
        if _NUMBER.fullmatch(text):
            yield Decimal(text.replace(",", ""))


def different_reports(parts: Sequence[Part], *, by_title: bool = True) -> int:
    """How many reports the parts hold that are whole by themselves, and not the same."""
    whole = [part for part in parts if part.is_whole]
    titles = {part.title for part in whole if part.title} if by_title else set()
    figures = {part.figures for part in whole if part.figures is not None}
    return max(len(titles), len(figures), min(len(whole), 1))


def without_copies(parts: Sequence[Part]) -> list[Part]:
    """The parts without those whose tables another one has as well: the page and, attached, the
    same report as a file."""
    kept: list[Part] = []
    for index, part in enumerate(parts):
        others = [q for i, q in enumerate(parts) if i != index]
        again = [q for q in others if _covers(q, part) and not (_covers(part, q) and q not in kept)]
        if not again:
            kept.append(part)
    return kept


def _covers(part: Part, other: Part) -> bool:
    """Whether all that ``other`` has of the form is in ``part``."""
    if not other.tables or not other.words <= part.words:
        return False
    if part.figures is None or other.figures is None:
        return True
    return not Counter(other.figures) - Counter(part.figures)


def all_words(parts: Sequence[Part]) -> frozenset[str]:
    return frozenset().union(*(part.words for part in parts))


def join_parts(parts: Sequence[Part], media_type: str) -> Document:
    """Documents → one, in the order given. What pages of a portal have in common above and below
    the text stays once: at the beginning of the first, at the end of the last."""
    documents = [part.document for part in parts]
    common = _common(documents)
    blocks: list[Block] = []
    for index, part in enumerate(parts):
        first, last = 0, len(part.document.blocks)
        if common and index:
            first = _furniture(part.document.blocks, common)
        if common and index + 1 < len(parts):
            last -= _furniture(part.document.blocks[first:][::-1], common)
        kept = part.document.blocks[first:last]
        blocks += (moved(block, part.name) for block in kept if not _is_pager(block, parts))
    return Document(
        media_type,
        tuple(blocks),
        title=next((d.title for d in documents if d.title), None),
        meta=documents[0].meta if len({d.media_type for d in documents}) == 1 else (),
        links=tuple(link for d in documents for link in d.links),
        images=sum(d.images for d in documents),
        notes=tuple(note for d in documents for note in d.notes),
        pages=tuple(page for d in documents for page in d.pages),
    )


def _common(documents: Sequence[Document]) -> frozenset[str]:
    """Paragraphs that stand in every one of several pages."""
    if len(documents) < 2:
        return frozenset()
    texts = [{b.text for b in d.blocks if isinstance(b, Paragraph)} for d in documents]
    return frozenset.intersection(*map(frozenset, texts))


def _furniture(blocks: Sequence[Block], common: Collection[str]) -> int:
    """How many blocks from this end on are the portal's."""
    count = 0
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            break
        if block.text in common or block.link:
            count = index + 1
        elif len(block.text) > _SHORT and not _PAGER.fullmatch(block.text):
            break
    return count


def _is_pager(block: Block, parts: Sequence[Part]) -> bool:
    return len(parts) > 1 and isinstance(block, Paragraph) and bool(_PAGER.fullmatch(block.text))


def moved(block: Block, name: str) -> Block:
    """The block with the part's name before its places."""
    before = "".join(c for c in name if c.isprintable())[-80:]
    if isinstance(block, Paragraph):
        return replace(block, at=f"{before}/{block.at}")
    return block.below(before, block.path)
