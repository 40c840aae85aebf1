"""Labels of the form: synonyms and known misprints as data, and their alignment with a document.

A label is never matched alone: the whole column of labels is aligned with the form, since order is
evidence where a label is renamed, misspelt, wrapped or lost.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from crawler.parsing.numbers import normalise
from storage.vocab import (
    TABLE2_COLUMN_NAMES,
    TABLE2_ROW_NAMES,
    TABLE3_COLUMN_NAMES,
    TABLE3_ROW_NAMES,
)

_NUMBERING = re.compile(
    r"^(?:第?[(（]?(?:[一二三四五六七八九十]{1,2}|\d{1,2})[)）]?[、.:,]+|[(（](?:[一二三四五六七八九十]{1,2}|\d{1,2})[)）])"
)
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_PUNCTUATION = re.compile(r"[、，,。.；;：:“”\"'‘’《》<>*#·\-_]+")

# Synonyms per row. Source: official form (first, from vocab), then seen in published reports
# (沭阳 2023, 中阳 2022, 鹿城 2022, 税务 system 2021–2024) and short forms used in county templates.
TABLE3_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "new_received": (
        "本年新收政府信息公开申请数",
        "本年新收申请数量",
        "本年度新收政府信息公开申请数量",
    ),
    "carried_in": (
        "上年结转政府信息公开申请数",
        "上年度结转政府信息公开申请数量",
        "上年结转申请数量",
    ),
    "granted": ("同意公开",),
    "partial": ("部分公开区分处理的只计这一情形不计其他情形",),
    "denied_state_secret": ("国家秘密", "涉及国家秘密"),
    "denied_law_prohibited": ("其他法律法规禁止公开", "其他法律行政法规规定禁止公开"),
    "denied_safety_stability": ("危及三安全一稳定", "三安全一稳定"),
    "denied_third_party": ("第三方合法权益",),
    "denied_internal": ("三类内部事务信息",),
    "denied_process": ("四类过程性信息",),
    "denied_enforcement_file": ("行政执法案卷", "属于行政执法案卷信息"),
    "denied_admin_query": ("行政查询事项",),
    "unavailable_not_held": ("本机关不掌握", "本单位不掌握相关政府信息"),
    "unavailable_needs_creation": ("没有现成信息", "需要另行制作"),
    "unavailable_unclear": ("补正后仍不明确", "补正后申请内容不明确"),
    "not_processed_petition": ("信访举报投诉类", "信访投诉举报类申请"),
    "not_processed_duplicate": ("重复申请的",),
    "not_processed_publication": ("公开出版物", "要求提供公开出版物的"),
    "not_processed_excessive": ("大量反复申请", "无正当理由大量反复申请的"),
    "not_processed_confirm": ("确认或重新出具已获取信息", "要求行政机关确认或者重新出具已获取信息"),
    "other_no_correction": ("申请人无正当理由逾期不补正", "逾期不补正"),
    "other_fee_unpaid": ("申请人逾期未按收费通知要求缴纳费用", "逾期不缴费", "逾期未缴费"),
    "other_misc": ("其它", "其他情形"),
    "other_all": ("其它处理",),
    "result_total": ("合计", "办理结果总计"),
    "carried_out": ("结转下年继续办理", "结转下年度办理"),
}
TABLE3_GROUPS = ("本年度办理结果", "不予公开", "无法提供", "不予处理", "其他处理")
"""Stub cells that only group rows: a row that shows one of them alone is a split label."""

TABLE3_COLUMN_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "natural_person": ("公民",),
    "enterprise": ("企业", "商业企业单位"),
    "research": ("科研院所", "科研单位"),
    "public_welfare": ("社会组织", "公益组织", "社会公益机构"),
    "legal_service": ("法律服务", "法律机构"),
    "other_org": ("其它",),
    "total": ("合计",),
}
TABLE2_ROW_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "rules": ("地方政府规章", "政府规章"),
    "normative_documents": ("规范性文件", "行政规范性文件数"),
    "licensing": ("行政许可事项",),
    "other_services": ("其他对外管理服务", "其他管理服务事项"),
    "penalty": ("行政处罚事项",),
    "coercion": ("行政强制事项", "行政强制措施"),
    "fees": ("行政事业收费", "事业性收费"),
    "procurement": ("集中采购", "政府采购"),
}
TABLE2_COLUMN_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "made": ("本年发件数", "本年制发数量", "本年度制发数", "制发件数", "本年度制发件数"),
    "repealed": ("本年度止件数", "本年废止数量", "废止件数", "本年度废止件数", "本年止件数"),
    "in_force": ("现行有效件", "现行有效数", "现行有效件数历史累计", "现行有效数量"),
    "decisions": ("处理决定数量", "本年处理决定数", "本年度处理决定数量"),
    "amount_wan": ("本年收费金额", "收费金额", "本年度收费金额"),
    "newly_made": ("本年新制作数", "新制作数量"),
    "newly_published": ("本年新公开数", "新公开数量"),
    "total_public": ("对外公开总数", "公开总数量"),
    "prev_items": ("上年项目数量", "上一年度项目数量"),
    "change": ("本年增减", "本年增减数量"),
    "projects": ("采购项目数",),
    "amount": ("采购金额", "采购总额"),
}


# Wordings that are no other name of a row but mistakes, as seen in published reports: matched, and
# noted (`wordings`).
MISPRINTS: Mapping[str, tuple[str, ...]] = {
    "partial": ("部分公开只计这一情况", "部分公开区分处理的只计这一情况不计其他情况"),
    "denied_third_party": ("保护第三方合法利益",),
    "denied_internal": ("属于三类内部事物信息", "属于三类内容事务信息"),
    "denied_process": ("属于四类过程性性信息",),
    "fees": ("行政性事业性收费",),
}


@lru_cache(maxsize=4096)
def core(label: str) -> str:
    """A label without white space, numbering, punctuation and notes in brackets."""
    text = normalise(label)
    text = _NUMBERING.sub("", text)
    bare = _BRACKETS.sub("", text)
    return _PUNCTUATION.sub("", bare or text)


def _forms(
    names: Mapping[str, str], synonyms: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {
        key: tuple(
            dict.fromkeys(
                core(form) for form in (name, *synonyms.get(key, ()), *MISPRINTS.get(key, ()))
            )
        )
        for key, name in names.items()
    }


TABLE3_FORMS = _forms(TABLE3_ROW_NAMES, TABLE3_SYNONYMS)
TABLE3_COLUMN_FORMS = _forms(TABLE3_COLUMN_NAMES, TABLE3_COLUMN_SYNONYMS)
TABLE2_FORMS = _forms(TABLE2_ROW_NAMES, TABLE2_ROW_SYNONYMS)
TABLE2_COLUMN_FORMS = _forms(TABLE2_COLUMN_NAMES, TABLE2_COLUMN_SYNONYMS)
_GROUP_CORES = frozenset(core(g) for g in TABLE3_GROUPS)


def is_group(label: str) -> bool:
    """Whether a label only groups rows of table 三."""
    return core(label) in _GROUP_CORES


def similarity(label: str, forms: Sequence[str]) -> float:
    """0–1: best likeness of a label's core to the known forms of one row or column."""
    return _similarity(core(label), tuple(forms))


@lru_cache(maxsize=65536)
def _similarity(text: str, forms: tuple[str, ...]) -> float:
    if not text:
        return 0.0
    if text in forms:
        return 1.0
    best = max(fuzz.ratio(text, form) for form in forms) / 100
    # Bracketed notes and merged stub cells put other words before or behind the label.
    if len(text) >= 4 and any(len(f) >= 4 and (f in text or text in f) for f in forms):
        best = max(best, 0.85)
    return best


@lru_cache(maxsize=4096)
def _likenesses(text: str, forms: tuple[tuple[str, ...], ...]) -> tuple[float, ...]:
    return tuple(_similarity(text, wordings) for wordings in forms)


def best_match(
    label: str, forms: Mapping[str, Sequence[str]], threshold: float = 0.72
) -> str | None:
    """The one identifier that a label names; None where none, or two equally, fit."""
    scored = sorted(((similarity(label, f), key) for key, f in forms.items()), reverse=True)
    if not scored or scored[0][0] < threshold:
        return None
    if len(scored) > 1 and scored[1][0] == scored[0][0]:
        return None
    return scored[0][1]


@dataclass(frozen=True, slots=True)
class Match:
    """Observed row ``observed`` stands for ``key``; ``score`` 0–1 is the likeness of its label.

    ``by_order``: the label was empty or unreadable, and only its place tells. ``rivals``: further
    rows of the form, missing between the same neighbours, that the label fits as well.
    """

    observed: int
    key: str
    score: float
    by_order: bool
    rivals: tuple[str, ...] = ()


_GAP_FORM = -0.25
_GAP_OBSERVED = -0.3
_BLANK_SCORE = 0.02
_ACCEPT = 0.6
_GARBLED = 0.5
"""A label less like the form's than this is not a misprint of it but another one."""
_CLEAR = 0.1
"""A label belongs to the row that it is like by so much more than any other that is missing there."""


def align(
    labels: Sequence[str], form: Sequence[str], forms: Mapping[str, Sequence[str]]
) -> list[Match]:
    """Align observed labels with the form's rows, order kept (Needleman–Wunsch).

    A row whose label is empty or garbled is matched by order, only where the rows missing between
    its neighbours are exactly as many as those observed there.
    """
    n, m = len(labels), len(form)
    wordings = tuple(tuple(forms[key]) for key in form)
    likeness = [_likenesses(core(label), wordings) for label in labels]
    if n == m and all(likeness[i][i] == 1.0 for i in range(n)):
        # The form itself, as in most documents: no other alignment scores as much.
        return [Match(i, key, 1.0, False) for i, key in enumerate(form)]
    score = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        score[i][0] = i * _GAP_OBSERVED
    for j in range(1, m + 1):
        score[0][j] = j * _GAP_FORM
    gains = [_gains(likenesses) for likenesses in likeness]
    for i in range(1, n + 1):
        row, above, gain = score[i], score[i - 1], gains[i - 1]
        for j in range(1, m + 1):
            row[j] = max(
                above[j - 1] + gain[j - 1], above[j] + _GAP_OBSERVED, row[j - 1] + _GAP_FORM
            )
    pairs: list[tuple[int, int]] = []
    i, j = n, m
    while i and j:
        if score[i][j] == score[i - 1][j - 1] + _pair(likeness[i - 1][j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif score[i][j] == score[i - 1][j] + _GAP_OBSERVED:
            i -= 1
        else:
            j -= 1
    anchors = [(a, b) for a, b in reversed(pairs) if likeness[a][b] >= _ACCEPT]
    taken = {b for _, b in anchors}
    found = [
        Match(a, form[b], likeness[a][b], False, _rivals(likeness[a], b, taken, form))
        for a, b in anchors
    ]
    bounds = [(-1, -1), *anchors, (n, m)]
    for (a, b), (c, d) in itertools.pairwise(bounds):
        if c - a == d - b and c - a > 1 and (a >= 0 or c < n):
            # A label that clearly says something else must not be overruled by its place.
            for k in range(1, c - a):
                garbled = not core(labels[a + k]) or likeness[a + k][b + k] >= _GARBLED
                if garbled and max(likeness[a + k]) < _ACCEPT:
                    found.append(Match(a + k, form[b + k], likeness[a + k][b + k], True))
    return sorted(found, key=lambda match: match.observed)


def _rivals(
    likeness: Sequence[float], chosen: int, taken: set[int], form: Sequence[str]
) -> tuple[str, ...]:
    """Rows next to the ``chosen`` one that no label claims and that this label fits nearly as well."""
    if likeness[chosen] >= 1.0:
        return ()
    near: list[str] = []
    for step in (-1, 1):
        at = chosen + step
        while 0 <= at < len(form) and at not in taken:
            if likeness[at] > max(likeness[chosen] - _CLEAR, _ACCEPT - _CLEAR):
                near.append(form[at])
            at += step
    return tuple(near)


@lru_cache(maxsize=4096)
def _gains(likenesses: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(map(_pair, likenesses))


def _pair(likeness: float) -> float:
    return likeness if likeness >= _ACCEPT else _BLANK_SCORE - 0.5 * (0 < likeness < 0.3)
