"""Which number belongs to which label in a clause: ``予以公开3件、不予公开2件``, ``3件予以公开``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.parsing.narrated.counts import COUNT, Count, counted, tells_count

_COUNT_RE = re.compile(COUNT)
_BETWEEN = re.compile(
    r"(?:[的了共计为有是因系：、占]|属于|涉及|本(?:机关|单位|行政机关)|类|申请人?|政府信息|信息|公开|情形|情况|件?数量?|总数|案件|合计|共计|总计|累计|提出|提交|处理|办理|答复"
    r"|结果|决定|告知|依法|原因|事项)*+"
)
"""What may stand between a label and its number."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A number with the label that it belongs to; ``position`` in the clause."""

    key: str
    count: Count
    position: int


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    key: str | None
    match: re.Match[str] | None


def labelled(clause: str, labels: re.Pattern[str], groups: Mapping[str, str]) -> Iterator[Labelled]:
    """The numbers of ``clause`` whose label is beyond doubt.

    ``labels``: one named group per label (double underscore stands for none: a label that only
    blocks). ``groups``: label → the wider label it is part of; of the two side by side the
    narrower one counts (无法提供：本机关不掌握 11 件). Two labels that share a number give nothing.
    """
    if not tells_count(clause):
        return
    tokens = _tokens(clause, labels)
    if len(tokens) < 2:
        return
    number_first = tokens[0].match is not None
    if number_first and tokens[-1].match is not None:
        return  # 20件申请予以公开15件: neither reading is sure
    for i, token in enumerate(tokens):
        if token.match is None:
            continue
        count = counted(token.match)
        near = _neighbours(tokens, i, number_first)
        key = _one_key(near, groups)
        if count is None or key is None or not _close(clause, token, near, number_first):
            continue
        yield Labelled(key, count, token.match.start("number"))


def _tokens(clause: str, labels: re.Pattern[str]) -> list[_Token]:
    found = [_Token(m.start(), m.end(), m.lastgroup, None) for m in labels.finditer(clause)]
    found += [_Token(m.start(), m.end(), None, m) for m in _COUNT_RE.finditer(clause)]
    return sorted(found, key=lambda t: t.start)


def _neighbours(tokens: list[_Token], i: int, number_first: bool) -> list[_Token]:
    """The labels between a number and the number before it (or behind it)."""
    near: list[_Token] = []
    rest = tokens[i + 1 :] if number_first else reversed(tokens[:i])
    for token in rest:
        if token.match is not None:
            break
        near.append(token)
    return near


def _one_key(near: list[_Token], groups: Mapping[str, str]) -> str | None:
    keys = {token.key for token in near}
    narrow = {
        key for key in keys if key is None or not any(groups.get(k or "") == key for k in keys)
    }
    key = narrow.pop() if len(narrow) == 1 else None
    return None if key is None or key.startswith("__") else key


def _close(clause: str, number: _Token, near: list[_Token], number_first: bool) -> bool:
    closest = near[0]
    between = (
        clause[number.end : closest.start] if number_first else clause[closest.end : number.start]
    )
    return _BETWEEN.fullmatch(between) is not None
