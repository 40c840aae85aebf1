"""Cheap tests that spare sentences the dear patterns: they must let through all that these match."""

from __future__ import annotations

import re
from itertools import product

import pytest

from crawler.parsing.narrated.counts import COUNT, tells_count
from crawler.parsing.narrated.requests import find_requests
from crawler.parsing.narrated.results import find_results
from crawler.parsing.prose import Sentence, sentences

_NUMBERS = ("3", "1,036", "12.5", "2万", "十二", "两", "一百二十三", "〇", "３")
_UNITS = ("件", "件次", "宗", "份", "次", "条", "例", "起", "个")


def _sentence(text: str) -> Sentence:
    return next(sentences(text + "。"))


@pytest.mark.parametrize(("near", "more"), [("", ""), ("约", ""), ("", "余"), ("近", "多")])
def test_every_count_is_told(near: str, more: str) -> None:
    for number, unit in product(_NUMBERS, _UNITS):
        text = f"收到{near}{number}{more}{unit}"
        assert re.search(COUNT, text), text
        assert tells_count(text), text


def test_sentences_without_a_number_of_things_are_spared() -> None:
    for text in ("2023年公开工作", "第3号", "共3万元", "三项工作", "每件"):
        assert not tells_count(text), text


# One wording for each row of table 三 and each of its groups.
_LABELS = {
    "granted": ("予以公开", "同意公开"),
    "partial": ("部分公开", "予以部分公开", "区分处理"),
    "denied_state_secret": ("属于国家秘密", "涉及国家秘密", "国家秘密"),
    "denied_law_prohibited": ("法律行政法规禁止公开",),
    "denied_safety_stability": ("三安全一稳定",),
    "denied_third_party": ("第三方合法权益",),
    "denied_internal": ("三类内部事务信息", "内部事务信息"),
    "denied_process": ("四类过程性信息", "过程性信息"),
    "denied_enforcement_file": ("行政执法案卷",),
    "denied_admin_query": ("行政查询事项",),
    "unavailable_not_held": ("不掌握相关政府信息",),
    "unavailable_needs_creation": ("没有现成信息", "需要另行制作", "需另行制作"),
    "unavailable_unclear": ("补正后申请内容仍不明确",),
    "not_processed_petition": ("信访举报投诉类申请",),
    "not_processed_duplicate": ("重复申请",),
    "not_processed_publication": ("要求提供公开出版物", "公开出版物"),
    "not_processed_excessive": ("大量反复申请",),
    "not_processed_confirm": ("确认或者重新出具已获取信息",),
    "other_no_correction": ("逾期不补正",),
    "other_fee_unpaid": ("逾期未按收费通知要求缴纳费用",),
    "denied": ("不予公开", "不予以公开"),
    "unavailable": ("无法提供", "不能提供"),
    "not_processed": ("不予处理",),
    "other": ("其他处理", "其它处理"),
}


@pytest.mark.parametrize("key", _LABELS)
def test_each_result_is_found(key: str) -> None:
    for label in _LABELS[key]:
        told = _sentence(f"答复申请：{label}7件")
        found = [(f.kind, f.value) for f in find_results(told, 2023, True)]
        assert found == [(f"result_{key}", 7)], label


def test_what_is_told_without_a_number() -> None:
    for text, kind in (
        ("本年申请均为自然人", "applicants_only_natural"),
        ("全部为企业申请", "applicants_only_bodies"),
        ("依申请公开答复率达到100%", "rate_complete"),
    ):
        assert [f.kind for f in find_results(_sentence(text), 2023, True)] == [kind]
    for text in ("2023年未收到政府信息公开申请", "政府信息公开申请数量为零"):
        assert [f.kind for f in find_requests(_sentence(text), 2023, True)] == ["requests_none"]


def test_a_stretch_of_the_source() -> None:
    source = "一、情况\n收到 12 件（含上年结转），办结 11 件。"
    sentence = next(sentences(source))
    start, end = source.index("1"), source.index("，")
    assert sentence.between(start, end) == "12件(含上年结转)"
    assert [sentence.text[a:b] for a, b in sentence.clauses("，()")] == [
        "收到12件", "含上年结转", "办结11件",
    ]  # fmt: skip
