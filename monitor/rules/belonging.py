"""Whether the text speaks of the body itself: terms of another level, and texts without a body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.rules.base import EVERY, REGULATION, Rule
from monitor.rules.levels import Home, Place, home_of
from monitor.rules.texts import Passage, passages, quoted, section_text
from storage.domain import AnnualReport, Verdict
from storage.vocab import Outcome, SectionId, Severity

_TOWNSHIPS = ("镇", "乡", "街道")
_REGION = re.compile(
    r"全(?P<word>省|市(?!场)|县|区(?!域|划|块|间|段|位|分)|旗|州|盟|镇(?!村)|乡(?![村镇土])|街道)"
    r"|我(?P<we>镇|乡(?![村镇土])|街道)"
)
_PART_OF_WORD = frozenset("健安完齐保周十俱双顾职万")
"""健全, 安全 …: the 全 is not of the region's name."""
# 对全县…的指导, 推动全县…: the speaker governs that region.
_GOVERNS_BEFORE = re.compile(
    r"(?:推进|推动|指导|组织|统筹|协调|督促|督导|规范|影响|制约|带动|监督)(?:了|好|开展)?$"
)
_GOVERNS_AFTER = re.compile(r"[^，。；]{0,18}?的?(?:推进|指导|协调|监督|管理|督促|统筹)")
_OF_SUPERIOR = re.compile(
    r"上级|[省市县区](?:委|政府|政务|局|办|直|级)|参加|参与|落实|按照|根据|对照|列|排名|名列|位居|考核中|要求|部署|会议|组织的|统一"
)
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|‘[^’]*’")
_RANK = {"镇": 0, "乡": 0, "街道": 0, "县": 1, "区": 1, "旗": 1, "市": 2, "州": 2, "盟": 2, "省": 3}
_HOME_RANK = {Place.TOWN: 0, Place.COUNTY: 1, Place.CITY: 2, Place.PROVINCE: 3}

_OWN = re.compile(
    r"我[局办镇乡县市区委厅州旗省盟处院所队中单机部街会]|本[局办镇乡县市区委厅州旗省盟机单部街级]|全[局办镇乡县市区委厅州旗省系街]"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?\s*(?![\d.年月日号]|\s*[月日])[\u4e00-\u9fff]")
_NAME_ENDS = re.compile(r"(?:人民政府)?(?:办公室|办公厅)?$")
_PLACE = re.compile(r"^.*?(?:省|自治区|市|自治州|州|盟|县|区|旗)")
_LONG_ENOUGH = 60


class ForeignTerm(Rule):
    """A township's report has no 全乡 if it is a 镇. A superior region may be named; it is a
    foreign term only where the text says that the body itself runs it."""

    code = "TXT-FOREIGN-TERM"
    severity = Severity.WARNING
    versions = EVERY
    message = "正文所说的地区与报告机关的层级相符（乡镇不互称，县级不称自己管全市）"
    basis = f"{REGULATION}第五十条：年度报告报告本机关的工作；{{format}}要求内容不得雷同、敷衍"
    bad = "某镇的报告：“影响全乡政府信息公开工作的开展”"
    good = "某镇的报告：“影响全镇政府信息公开工作的开展”"
    hint = "核对是否沿用了其他机关的文本，改为本机关所在地区的说法"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        home = home_of(report.agency)
        if home is None or not report.sections:
            why = "不能从名称确定机关的层级，或没有读到正文，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        found = [
            (passage, match)
            for passage in passages(report)
            for match in _REGION.finditer(passage.text)
            if _foreign(home, passage, match)
        ]
        if not found:
            yield self.verdict(report, Outcome.PASS, "没有发现其他地区层级的说法")
            return
        words = "、".join(dict.fromkeys(match[0] for _, match in found))
        why = f"{report.agency}的报告 {len(found)} 次说到“{words}”，与机关的层级不符"
        evidence = {"quotes": quoted(found), "expected": f"全{home.word}", "actual": words}
        yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)


def _foreign(home: Home, passage: Passage, match: re.Match[str]) -> bool:
    word = match["word"] or match["we"]
    if word == home.word or passage.text[match.start() - 1 : match.start()] in _PART_OF_WORD:
        return False
    if _is_quoted(passage.text, match.start()):
        return False
    if home.place is Place.TOWN and word in _TOWNSHIPS:
        return True
    if match["we"] or home.place not in (Place.COUNTY, Place.TOWN):
        return False
    if home.word == "区" and word == "县":
        return True
    # 区 may stand for 自治区, whose name the body's own does not tell.
    above = _RANK.get(word, 0) > _HOME_RANK[home.place] and word != "区"
    return above and _governed(passage.text, match)


def _governed(text: str, match: re.Match[str]) -> bool:
    start = max(text.rfind(mark, 0, match.start()) for mark in "，。；：\n") + 1
    before = text[start : match.start()]
    if _OF_SUPERIOR.search(before):
        return False
    after = _GOVERNS_AFTER.match(text, match.end())
    if before.endswith("对"):
        return after is not None
    return _GOVERNS_BEFORE.search(before) is not None


def _is_quoted(text: str, position: int) -> bool:
    return any(m.start() < position < m.end() for m in _QUOTED.finditer(text))


class NoBodyNamed(Rule):
    """Both must be lacking, any word for the body itself and any number: a text that would fit
    every body of the country."""

    code = "TXT-GENERIC"
    severity = Severity.WARNING
    versions = EVERY
    message = "第一部分说的是本机关的工作，有机关的名称或自称，有具体数字"
    basis = f"{REGULATION}第五十条；{{format}}：内容“不宜泛化”，不得雷同、敷衍塞责"
    bad = "各级政府部门不断加强信息公开，部分地区公开水平明显提高"
    good = "我局全年公开政府信息 120 条，收到申请 3 件"
    hint = "改写为本机关当年的工作和数字"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        told = section_text(report, SectionId.OVERVIEW)
        if len(told) < _LONG_ENOUGH:
            why = "第一部分的文字太少，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        named = _OWN.search(told) or any(name in told for name in _names(report))
        if named or _NUMBER.search(told):
            why = "第一部分说到本机关或有具体数字"
            yield self.verdict(report, Outcome.PASS, why)
            return
        why = "第一部分没有机关的名称、自称，也没有任何数字"
        evidence = {"quotes": [{"text": told[:80]}], "expected": "本机关当年的工作和数字"}
        yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)


def _names(report: AnnualReport) -> Iterator[str]:
    """What the body may be called: its name, the name without its place, its place."""
    for name in (report.agency, report.signatory):
        if name:
            yield name
            yield _NAME_ENDS.sub("", name) or name
            if len(short := _PLACE.sub("", name)) >= 2:
                yield short
