"""Whether a row's label says what the form says, or something near it: what is matched all the same
but worth a note. A mistake of reading must not look like one of the agency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from crawler.parsing.labels import MISPRINTS, TABLE3_GROUPS, core
from crawler.parsing.numbers import normalise
from storage.vocab import TABLE2_ROW_NAMES, TABLE3_ROW_NAMES

_REMARK = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_NAMES: Mapping[str, str] = {**TABLE2_ROW_NAMES, **TABLE3_ROW_NAMES}
# Remarks of the official forms, and what says nothing of the row: numbers, units, sums.
_OFFICIAL_REMARK = re.compile(
    r"区分处理的?只计这一情形不计其他情形|区分处理的?|只计这一情形不计其他情形|只计这一情形"
    r"|第?[一二三四五六七八九十\d]{1,3}[项类]?|(?:单位)?(?:件|条|个|项|宗|次|亿?万?元)"
    r"|.*(?:勾稽|之和|合计|总计|[=+＝＋]).*"
)
_PARTICLES = re.compile(r"[的了度数量年者或与和及并关于相经一二三四五六七八九十\d]")
"""Characters whose presence or absence makes no other label: 上年/上年度, 申请数/申请数量, 或/或者."""
_GROUP_LETTERS = frozenset("".join(map(core, TABLE3_GROUPS)) + "一二三四五六七")
_LEAST_WOVEN = 3
_MISPRINTED = frozenset(core(form) for forms in MISPRINTS.values() for form in forms)
_MISPRINTED_REMARK = re.compile("这一情况|其他情况")


@lru_cache(maxsize=4096)
def deviates(label: str, key: str, forms: tuple[str, ...]) -> bool:
    """Whether the label of row ``key`` is a known misprint, another wording than the form's (in
    any of its known ``forms``), or bears a remark that the form does not have.

    Labels cut off or run together with their neighbours are the reader's doing: no deviation.
    """
    text = core(label)
    remarks = [core(found) for found in _REMARK.findall(normalise(label))]
    if text in _MISPRINTED or any(_MISPRINTED_REMARK.search(remark) for remark in remarks):
        return True
    if text == core(_NAMES[key]) or text in forms:
        return any(remark and not _OFFICIAL_REMARK.fullmatch(remark) for remark in remarks)
    known = [form for form in forms if form not in _MISPRINTED]
    if not text or any(form in text or text in form for form in known):
        return False
    if any(_woven(text, form) for form in known):
        return False
    loose = _PARTICLES.sub("", text)
    return all(loose != _PARTICLES.sub("", form) for form in known)


def _woven(text: str, form: str) -> bool:
    """Whether the label is the form's with a group's name (三、本年度办理结果) read into it, as where
    lines of neighbouring cells without rules were joined."""
    rest: list[str] = []
    wanted = iter(form)
    following = next(wanted, "")
    for character in text:
        if character == following:
            following = next(wanted, "")
        else:
            rest.append(character)
    return not following and len(rest) >= _LEAST_WOVEN and _GROUP_LETTERS.issuperset(rest)
