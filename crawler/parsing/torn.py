"""Rows that a page break tore in two: the label goes on beside empty cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from crawler.parsing.labels import core, similarity
from crawler.parsing.numbers import normalise
from crawler.parsing.rows import SplitRow

_ALIKE = 0.95
_NUMBER_ALONE = re.compile(r"[(]?[一二三四五六七八九十\d]{1,2}[)、.]?")


def without_tears(splits: Sequence[SplitRow], forms: Mapping[str, Sequence[str]]) -> list[SplitRow]:
    """Each torn row put together: a row that shows no number and whose label is none of the form's
    continues the one above it (or is continued by the one below) where both labels together are.

    A row that holds nothing but the number of a group is none.
    """
    wordings = tuple(tuple(known) for known in forms.values())
    rows: list[SplitRow] = []
    for split in splits:
        if not split.shown and _NUMBER_ALONE.fullmatch(normalise(split.leaf)):
            continue
        whole = _joined(rows[-1], split, wordings) if rows else None
        if whole is not None:
            rows[-1] = whole
        else:
            rows.append(split)
    return rows


def _joined(
    above: SplitRow, below: SplitRow, wordings: tuple[tuple[str, ...], ...]
) -> SplitRow | None:
    if not (above.labels and below.labels) or (above.shown and below.shown):
        return None
    text = above.leaf + below.leaf
    likeness = [_likeness(core(text), known) for known in wordings]
    if (best := max(likeness)) < _ALIKE:
        return None
    # Either part may be a short name of the same row (没有现成信息, 需要另行制作), of no other one;
    # then both together must be the form's very words: a whole label is like itself with 其他 behind.
    parts = [core(above.leaf), core(below.leaf)]
    own = [known for known, like in zip(wordings, likeness, strict=True) if like == best]
    if any(part in known for part in parts for known in wordings if known not in own):
        return None
    named = any(part in known for part in parts for known in own)
    if named and not any(core(text) in known for known in own):
        return None
    row = below if below.shown else above
    return replace(row, labels=(*row.labels[:-1], row.labels[-1]._replace(text=text)))


@lru_cache(maxsize=4096)
def _likeness(text: str, forms: tuple[str, ...]) -> float:
    return similarity(text, forms)
