"""Words that should not stand in a report: template residue, slips of the pen, reading noise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.rules.base import EVERY, REGULATION, Rule
from monitor.rules.texts import Passage, hits, prose, quote, quoted
from storage.domain import AnnualReport, Verdict
from storage.vocab import Layer, Outcome, Severity

_LEFTOVER = re.compile(
    r"(?<![A-Za-z0-9./@“‘《])(?:[Xx]{2,}|[Ｘ×]{2,})(?![A-Za-z0-9./@”’》])"
    r"|20[\dXxＸ×]?[XxＸ×]{1,2}(?=年)"
    r"|[_＿]{3,}"
    r"|[（(【\[](?:此处|请在此|在此|待|请)(?:填写|填入|补充|插入|核实|确认|修改)[^）)】\]\n]{0,12}[）)】\]]"
    r"|此处填写|[（(【\[](?:示例|样例|模板|空白|待定)[）)】\]]"
)
# What a leftover has in it, quickly found: most reports have none.
_MAY_BE_LEFT = (
    re.compile(r"[XxＸ×_＿][XxＸ×_＿年]"),
    re.compile(r"[（(【\[](?:此处|请|待|在此|示例|样例|模板|空白)"),
    re.compile(r"此处填写"),
)
_EMPTY_DATE = re.compile(r"年[ \t\u3000_]+月[ \t\u3000_]+日")
_BEFORE_DATE = re.compile(r"(?:[^\d〇○零一二三四五六七八九十某当本]|^)[ \t\u3000_]+$")
_MARKDOWN = re.compile(r"\*\*|^#{1,6}\s|\ufffd|[\ue000-\uf8ff]|&(?:nbsp|amp|lt|gt);", re.M)
_MAY_BE_MARKED = re.compile(r"[*#&\ufffd\ue000-\uf8ff]")
_ENGLISH = re.compile(r"(?:and|the|with|for|from|of|or)(?![A-Za-z])")
_CHINESE = re.compile(r"[\u4e00-\u9fff，、；。（）“”]")
_DOUBLED = re.compile(
    r"(公开|信息|政府|工作|平台|进一步|不断|加强|制度|机制|情况|问题|进行|建设|人民|主动|积极|及时|完善|提升|推进|行政|单位|部门|监督|保障|年度)\1"
)
_DOUBLED_LETTER = re.compile(
    r"性性|(?<!的)的的(?![的确])|(?<![作行认以成因称视定更])为为(?![民企群人农了])|进进一步|公公开|信信息|政政府|工工作|(?<!涉)及及(?![时早其])"
)
_TWICE = re.compile(r"(性|的|为|进|公|信|政|工|及)\1")
"""What a doubled letter may be; `_DOUBLED_LETTER` looks at its neighbours."""
_LEGITIMATE = re.compile(
    r"工作工作日|部门部门预算|单位单位预算|行政行政|政府政府(?:信息|网站|门户|采购|公报)"
)


class Leftover(Rule):
    """A date without digits may have lost them in reading: only a warning. What stands in quotes
    is cited, not left over."""

    code = "TXT-LEFTOVER"
    severity = Severity.ERROR
    versions = EVERY
    message = "正文没有模板留下的占位文字（缺数字的日期为警告）"
    basis = f"{REGULATION}第六条：准确公开政府信息；{{format}}“内容准确”的要求"
    bad = "XX科室承担公开任务____项（此处填写）"
    good = "办公室承担公开任务 12 项"
    hint = "补上实际内容，删去占位文字"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not (report.sections or report.preface):
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到正文")
            return
        texts = (prose(report), report.title or "")
        left = any(pattern.search(text) for pattern in _MAY_BE_LEFT for text in texts)
        found = list(hits(report, _LEFTOVER)) if left else []
        dates = [] if found else [hit for hit in hits(report, _EMPTY_DATE) if _no_year(*hit)]
        if not found and not dates:
            yield self.verdict(report, Outcome.PASS, "没有发现占位文字")
            return
        words = "、".join(dict.fromkeys(m[0].strip() for _, m in found or dates))
        severity = Severity.ERROR if found else Severity.WARNING
        why = f"正文有 {len(found or dates)} 处占位文字：{words}"
        evidence = {"quotes": quoted(found or dates)}
        yield self.verdict(report, Outcome.FAIL, why, severity=severity, evidence=evidence)


def _no_year(passage: Passage, match: re.Match[str]) -> bool:
    line = passage.text.rfind("\n", 0, match.start()) + 1
    return _BEFORE_DATE.search(passage.text[line : match.start()]) is not None


class ReadingNoise(Rule):
    """Words of another script between Chinese ones, marks of a mark-up language, lost characters:
    by experience left by conversion, not by the agency."""

    code = "TXT-OCR"
    severity = Severity.INFO
    layer = Layer.EXTRACTION
    versions = EVERY
    message = "文字中没有转换留下的痕迹（夹杂英文词、“**”、乱码）"
    basis = "读取时的提示，不是对机关的判断；报告以{format}为准"
    bad = "全面贯彻落实会议精神 and 工作要求；**一是**加强领导"
    good = "全面贯彻落实会议精神和工作要求；一是加强领导"
    hint = "对照原文核对；原文如此的，请改正后重新发布"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not (report.sections or report.preface):
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到正文")
            return
        marks = hits(report, _MARKDOWN) if _MAY_BE_MARKED.search(prose(report)) else ()
        found = [quote(passage, *match.span()) for passage, match in marks]
        found += [
            quote(passage, *match.span())
            for passage, match in hits(report, _ENGLISH)
            if _between_chinese(passage.text, match)
        ]
        notes = [{"text": i.message} for i in report.issues if i.code == "TXT-ENCODING"]
        if found or notes:
            why = f"文字中有 {len(found) + len(notes)} 处转换留下的痕迹"
            evidence = {"quotes": [*found, *notes][:5]}
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
        else:
            yield self.verdict(report, Outcome.PASS, "没有发现转换留下的痕迹")


def _between_chinese(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()].rstrip()[-1:], text[match.end() :].lstrip()[:1]
    return bool(_CHINESE.match(before) and _CHINESE.match(after))


class Doubled(Rule):
    code = "TXT-TYPO"
    severity = Severity.INFO
    versions = EVERY
    message = "正文没有重复的字词"
    basis = f"{REGULATION}第六条：准确公开政府信息；{{format}}“内容准确”的要求"
    bad = "属于四类过程性性信息；进一步进一步完善制度"
    good = "属于四类过程性信息；进一步完善制度"
    hint = "删去重复的字词"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not (report.sections or report.preface):
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到正文")
            return
        found = list(_doubled(report))
        if not found:
            yield self.verdict(report, Outcome.PASS, "没有发现重复的字词")
            return
        words = "、".join(dict.fromkeys(match[0] for _, match in found))
        why = f"正文有 {len(found)} 处重复的字词：{words}"
        evidence = {"quotes": quoted(found)}
        yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)


def _doubled(report: AnnualReport) -> Iterator[tuple[Passage, re.Match[str]]]:
    for passage, match in hits(report, _DOUBLED):
        if not _LEGITIMATE.match(passage.text, match.start()):
            yield passage, match
    for passage, twice in hits(report, _TWICE):
        whole = _DOUBLED_LETTER.match(passage.text, twice.start())
        if whole is not None:
            yield passage, whole
