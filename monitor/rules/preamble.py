"""Title and preface: form of the title, the parts announced, the period stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from monitor.rules.base import REGULATION, Rule
from monitor.rules.texts import compact
from storage.domain import AnnualReport, Verdict
from storage.vocab import Outcome, SectionId, Severity

_TITLE = re.compile(
    r"(?P<agency>[^\d]{2,40}?)(?:\d{4}|[二〇○零一三四五六七八九]{4})年政府信息公开工作年度报告"
    r"(?:[（(][^（）()]*[)）])?"
)
_WITHOUT_WORDS = re.compile(r"政府信息公开工作年度报告")
_PARTS_NUMBER = re.compile(r"([四五六七八]|[4-8])(?:个)?(?:部分|方面|项内容|章)")
_NUMERALS = dict(zip("四五六七八", range(4, 9), strict=True)) | {str(n): n for n in range(4, 9)}
_PARTS = (
    re.compile(r"总体情况|总体概况|基本情况|概述|工作概况|总体进展"),
    re.compile(r"主动公开"),
    re.compile(
        r"申请(?:的?(?:办理|处理))?情况|依申请公开|收到和处理|处理政府信息公开申请|申请情况"
    ),
    re.compile(r"复议|诉讼"),
    re.compile(r"问题|改进|整改"),
    re.compile(r"其[他它](?:需要)?(?:要)?(?:报告|说明)|需要(?:报告|说明)的其[他它]?|其[他它]事项"),
)
_PART_NAMES = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)
_OLD_PART = re.compile(r"收费(?:情况)?[及和]?减免|申诉")
_LIST = re.compile(r"(?:包括|包含|由|分为|内容为|如下)")
_SIX = 6
_COMPLETE_LIST = 3
"""With fewer known parts named the sentence is no list of parts."""


class TitleForm(Rule):
    code = "M-TITLE-FORM"
    severity = Severity.INFO
    message = "标题为“机关名称 + 年份 + 政府信息公开工作年度报告”"
    basis = f"{REGULATION}第四十九条；{{format}}的名称"
    bad = "关于某局2023年度政府信息公开工作情况的报告"
    good = "某局2023年政府信息公开工作年度报告"
    hint = "按“机关名称+年份+政府信息公开工作年度报告”改写标题"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not report.title:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到标题")
            return
        title = compact(report.title)
        expected = "机关名称 + 年份 + 政府信息公开工作年度报告"
        evidence = {
            "expected": expected,
            "actual": report.title,
            "quotes": [{"text": report.title, "at": "title"}],
        }
        if _TITLE.fullmatch(title):
            why = "标题的写法与格式相符"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
            return
        why = f"标题“{report.title}”的写法与通行格式不同：{self._difference(title)}"
        yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)

    @staticmethod
    def _difference(title: str) -> str:
        if not _WITHOUT_WORDS.search(title):
            return "名称不是“政府信息公开工作年度报告”"
        if re.search(r"\d{4}年度", title):
            return "“年度”重复"
        if not re.search(r"\d{4}年|[二〇○零]{2}..年", title):
            return "没有年份"
        return "机关名称和年份不在标题的前面"


class Preamble(Rule):
    """The parts are counted by what they are called, not by commas: 行政复议、行政诉讼 is one."""

    code = "M-PREAMBLE"
    severity = Severity.INFO
    message = "前言所列部分与所说的个数、现行格式相符，并写明统计期限"
    basis = f"{REGULATION}第五十条；{{format}}所列六个部分"
    bad = "“由总体情况、主动公开政府信息情况、存在问题及改进情况等六部分组成”，只列出三个部分"
    good = (
        "“由总体情况……其他需要报告的事项六个部分组成。数据统计期限为2023年1月1日至2023年12月31日”"
    )
    hint = "前言按现行格式列出六个部分，写明统计期限"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        overview = report.section(SectionId.OVERVIEW)
        if overview is None and not report.preface:
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到前言和第一部分")
            return
        yield self._period(report)
        head = compact(report.preface) or compact(overview.text[:1500] if overview else "")
        yield from self._parts(report, head)

    def _period(self, report: AnnualReport) -> Verdict:
        if report.period is not None:
            return self.verdict(report, Outcome.PASS, "写明了统计期限", "period")
        evidence: dict[str, Any] = {"expected": "某年1月1日至12月31日", "actual": None}
        why = "没有写明统计期限"
        return self.verdict(report, Outcome.FAIL, why, "period", evidence=evidence)

    def _parts(self, report: AnnualReport, head: str) -> Iterator[Verdict]:
        for sentence in re.split(r"[。；]", head):
            if not _LIST.search(sentence):
                continue
            named = [
                name
                for name, words in zip(_PART_NAMES, _PARTS, strict=True)
                if words.search(sentence)
            ]
            if len(named) < _COMPLETE_LIST:
                continue
            number = _PARTS_NUMBER.search(sentence)
            evidence = {
                "expected": list(_PART_NAMES),
                "actual": named,
                "quotes": [{"text": sentence}],
            }
            told = _NUMERALS[number[1]] if number else None
            if old := _OLD_PART.search(sentence):
                why = f"前言所列部分是旧格式的（“{old[0]}”）"
                yield self.verdict(report, Outcome.FAIL, why, "parts", evidence=evidence)
            elif told == _SIX and len(named) < _SIX:
                lacking = "、".join(p for p in _PART_NAMES if p not in named)
                why = f"前言说有六个部分，只列出 {len(named)} 个，缺{lacking}"
                yield self.verdict(report, Outcome.FAIL, why, "parts", evidence=evidence)
            else:
                why = "前言所列部分与所说相符"
                yield self.verdict(report, Outcome.PASS, why, "parts", evidence=evidence)
            return
