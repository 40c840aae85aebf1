"""Running text as sentences that pattern rules can be applied to, with the way back to the source.

Whitespace is dropped, digits and brackets are folded to half width, and the lines that a page
break cut apart are joined; every character keeps its offset in the source, so that a quote is
always the exact passage.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

_FOLD = str.maketrans("０１２３４５６７８９，,；;：:（）().", "0123456789，，；；：：()().")
_ENUMERATOR = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.．](?!\d)|第[一二三四五六七八九十]{1,3}[章节部])"
)
_ENDS = "。！？!?"
_END = re.compile(rf"[{_ENDS}]|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff]|$)")
_PAGE_NUMBER = re.compile(r"[-—–－\s]*\d{1,3}[-—–－\s]*|第\d{1,3}页(?:共\d{1,3}页)?")
_ASIDE = re.compile(r"\([^()]*\)|《[^《》]*》")
_HEADING_MAX = 30
_SENTENCE_MAX = 2000
"""Longer ones are run-together tables or debris, no prose."""
_INVISIBLE = "\u200b\u200c\u200d\ufeff\xad"
_DIGIT_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
"""A comma between digits belongs to the number (1,036); `_FOLD` made it a full-width one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, compact. ``offsets[i]`` is where ``text[i]`` stands in the source.

    ``heading`` is the nearest sub-heading above, ``before`` the sentence before it under the same
    heading; both compact, empty if there is none.
    """

    text: str
    offsets: Sequence[int]
    heading: str
    before: str

    def span(self) -> tuple[int, int]:
        """Where the sentence stands in the source."""
        return self.offsets[0], self.offsets[-1] + 1

    def clauses(self, separators: str) -> Iterator[tuple[int, int]]:
        """Start and end of the stretches between ``separators``, empty ones left out."""
        for match in _between(separators).finditer(self.text):
            yield match.span()

    def between(self, start: int, end: int) -> str:
        """What of the sentence stands from ``start`` up to ``end`` of the source."""
        return self.text[bisect_left(self.offsets, start) : bisect_left(self.offsets, end)]

    def without_asides(self) -> Sentence:
        """The sentence without what stands in brackets and without titles of documents."""
        if not _ASIDE.search(self.text):
            return self
        kept: list[int] = []
        end = 0
        for match in _ASIDE.finditer(self.text):
            kept += range(end, match.start())
            end = match.end()
        kept += range(end, len(self.text))
        text = "".join(self.text[i] for i in kept)
        return replace(self, text=text, offsets=tuple(self.offsets[i] for i in kept))


@cache
def _between(separators: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(separators)}]+")


def sentences(source: str) -> Iterator[Sentence]:
    """The sentences of ``source`` in order; table rows and page numbers are left out."""
    heading = before = ""
    for chars, offsets, is_heading in _paragraphs(source):
        if is_heading:
            heading, before = chars, ""
            continue
        if _ENUMERATOR.match(chars):
            # "（二）依申请公开方面。2023年……": the heading runs into its paragraph.
            heading, before = re.split(r"[。，：]", chars, maxsplit=1)[0][:_HEADING_MAX], ""
        start = 0
        for end in [*(m.end() for m in _END.finditer(chars)), len(chars)]:
            if 1 < end - start <= _SENTENCE_MAX:
                text = chars[start:end].rstrip(_ENDS + ".")
                yield Sentence(text, offsets[start : start + len(text)], heading, before)
                before = text
            start = end


def _paragraphs(source: str) -> Iterator[tuple[str, Sequence[int], bool]]:
    """Compact paragraphs with offsets; True marks a heading line of its own."""
    chars = ""
    offsets: range | list[int] = []
    position = 0
    for line in source.splitlines(keepends=True):
        where = position
        position += len(line)
        if len([cell for cell in line.split("\t") if cell.strip()]) > 1:
            continue
        text, places = _compact(line, where)
        if not text or _PAGE_NUMBER.fullmatch(text):
            continue
        numbered = _ENUMERATOR.match(text) is not None
        heading = numbered and len(text) <= _HEADING_MAX and not any(c in "，。；" for c in text)
        if chars and (numbered or chars[-1] in _ENDS):
            yield chars, offsets, False
            chars, offsets = "", []
        if heading:
            yield text, places, True
            continue
        if not chars:
            chars, offsets = text, places
            continue
        if isinstance(offsets, range):
            offsets = list(offsets)
        chars += text
        offsets += places
    if chars:
        yield chars, offsets, False


def _compact(line: str, where: int) -> tuple[str, range | list[int]]:
    """A line without white space, and where its characters stand: most lines have none inside."""
    folded = line.translate(_FOLD)
    bare = folded.strip()
    if bare and len(bare.split(maxsplit=1)) == 1 and not any(c in bare for c in _INVISIBLE):
        first = where + folded.index(bare)
        return _DIGIT_COMMA.sub(",", bare), range(first, first + len(bare))
    kept = [(c, where + i) for i, c in enumerate(folded) if not c.isspace() and c not in _INVISIBLE]
    text = "".join(c for c, _ in kept)
    return _DIGIT_COMMA.sub(",", text), [i for _, i in kept]
