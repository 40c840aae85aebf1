"""How many pieces of information were made public, in all and by kind, as the text tells it.

Only for the text against itself: no table shows these numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.parsing.narrated.counts import (
    COUNT,
    Found,
    before_comparison,
    counted,
    found,
    of_other_time,
    scope_of,
    tells_count,
)
from crawler.parsing.narrated.requests import CHANNEL
from crawler.parsing.prose import Sentence

_NOUN = r"(?P<noun>政府信息|政务信息|信息)"
_TOTAL = re.compile(
    rf"(?<!申请)(?:主动)?(?P<verb>公开|发布)(?:了|的|各类|各种|相关|有关|全[省市县区镇乡])*+{_NOUN}(?:总数|数量|总量|共计?|合计|累计|总计|共有|达到?|为|的)*+{COUNT}$"
)
_LEAD = re.compile(
    r"(?:(?:20\d\d|本|全|今)?年度?[内来共]?|一年来|[我本](?:局|委|办|厅|镇|乡|街道?|县|市|区|单位|机关)|共计?|累计|总计|合计|其|的)*+"
)
_PARTS = re.compile(r"^(?:其中|包括|包含|含|主要有|分别为|分别是|具体为)[：，]?")
_PART = re.compile(rf"(?P<label>[^\d]{{1,30}}?){COUNT}(?P<etc>等)?$")
_REST = re.compile(r"^(?:及|和|以及)?(?:其[他它余]|综合)")
_SEPARATOR = re.compile(r"[、，；]")
_OVERLAPPING = re.compile(r"微博|公众号|抖音|视频号|快手|头条|新媒体|公报|报刊|媒体|双公示")
"""The same piece may stand in several media."""
_OTHER_MATTER = re.compile(
    r"办理|答复|回复|回应|受理|收到|开展|召开|举办|访问|点击|阅读|申请|留言|来信"
    r"|(?:组织|培训|整改|意见|征集)(?!.*(?:信息|类)$)"
)
"""Words that, in the name of a kind of information (社会组织信息, 意见征集类), tell only its subject,
count as doings elsewhere."""
_LEAST = 2


def find_disclosure(sentence: Sentence, year: int | None) -> Iterator[Found]:
    """Facts disclosed_total and disclosed_part in a sentence.

    ``counting`` of a total is what it counts (公开政府信息) where it is the whole year's, else
    None; of a part 其他 where it is the remainder, so that the parts are all there are. Parts
    follow their total; parts by medium overlap and are left out.
    """
    text = sentence.text
    if ("条" not in text and "件" not in text) or not tells_count(text):
        return
    bare = sentence.without_asides()
    if _PARTS.match(bare.text) and _ends_in_total(sentence.before):
        yield from _parts(sentence, bare, 0)
        return
    for start, end in bare.clauses("，；："):
        if "信息" not in bare.text[start:end]:
            continue
        match = _TOTAL.search(before_comparison(bare.text[start:end]))
        if match is None or of_other_time(bare, end, year):
            continue
        count = counted(match)
        if count is None:
            continue
        clause = (start, end)
        told = found(
            "disclosed_total", count, sentence, bare, clause, start + match.start("number")
        )
        whole = _LEAD.fullmatch(bare.text[start : start + match.start()]) and not _by_medium(
            bare.text[:end]
        )
        yield replace(told, counting=match["verb"] + match["noun"] if whole else None)
        if bare.text[end : end + 1] == "：" or _PARTS.match(bare.text[end + 1 :]):
            yield from _parts(sentence, bare, end + 1)
        return


def _ends_in_total(before: str) -> bool:
    return _TOTAL.search(re.split(r"[，；：]", before)[-1]) is not None


def _by_medium(text: str) -> bool:
    return bool(CHANNEL.search(text) or _OVERLAPPING.search(text))


def _parts(sentence: Sentence, bare: Sentence, start: int) -> Iterator[Found]:
    """The listed parts from ``start`` on, up to the first thing that is none."""
    lead = _PARTS.match(bare.text[start:])
    start += lead.end() if lead else 0
    parts: list[Found] = []
    for low, high in _items(bare.text, start):
        match = _PART.fullmatch(bare.text, low, high)
        count = counted(match) if match else None
        if match is None or count is None or _OTHER_MATTER.search(match["label"]):
            break
        if _by_medium(match["label"]):
            return
        scope = scope_of(bare, low, high)
        rest = _REST.match(match["label"]) and not match["etc"] and high == len(bare.text)
        place = bare.offsets[low], bare.offsets[high - 1] + 1
        counting = "其他" if rest else None
        parts.append(
            Found("disclosed_part", count.value, *place, scope, counting, count.approximate)
        )
    if len(parts) >= _LEAST:
        yield from parts


def _items(text: str, start: int) -> Iterator[tuple[int, int]]:
    for match in _SEPARATOR.finditer(text, start):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)
