"""What the prose of the sections must cover: topics of section 一, problems and measures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.rules.base import REGULATION, Rule
from monitor.rules.scope import is_government
from monitor.rules.texts import compact, prose, section_text
from storage.domain import AnnualReport, Section, Verdict
from storage.vocab import Outcome, SectionId, Severity

# Wide on purpose: a topic counts as missing only where no word of it is found.
_TOPICS = {
    "主动公开": re.compile(
        r"主动公开|公开[^，。；]{0,12}信息|发布[^，。；]{0,12}信息|重点领域|信息发布"
    ),
    "依申请公开": re.compile(r"依申请|申请"),
    "政府信息管理": re.compile(
        r"信息管理|审查|审核|审校|三审|三校|保密|把关|动态调整|规范性文件|公开属性|目录|清理|台账|规章制度|信息质量|管理制度|管理机制"
    ),
    "平台建设": re.compile(
        r"平台|网站|新媒体|公众号|专栏|栏目|公报|微博|微信|公开栏|公示栏|专区|查阅点|查阅场所|客户端"
    ),
    "监督保障": re.compile(
        r"监督|保障|考核|培训|检查|督查|督导|评议|评估|责任|领导小组|组织领导|专人|通报|自查|问责"
    ),
}
_GOVERNMENT_ITEMS = {
    "工作考核": re.compile(r"考核|考评|绩效|评估|评分|监测指标"),
    "社会评议": re.compile(r"评议|满意度|测评|第三方评估|问卷|社会监督员"),
    "责任追究": re.compile(r"责任追究|追究|追责|问责"),
}
_NO_GOVERNMENT = re.compile(r"街道(?:办事处)?$|(?:开发|高新|示范|园|管理|保税|度假|景|林|矿)区$")
_NOTHING = re.compile(
    r"[（(]?(?:本年度|本年|目前|暂时|我[局办镇乡街县市区委]|本[单位机关部门]{2})?(?:暂?无|没有|不存在|暂?未发现)(?:存在)?(?:的?主要|突出)?"
    r"(?:的?问题|相关)?(?:内容|情况|事项|问题)?[)）]?|略|/|[-—]+"
)
_SHORT = 30
_MEASURE = re.compile(
    r"改进|措施|下一步|下步|今后|将[^，。；]|加强|完善|强化|提升|提高|优化|健全|规范|整改|加大|推进|力争|计划|打算|拟|着力|发力|针对|已[^，。；]{0,8}(?:解决|整改|改正)"
)
_EDGES = "。.；;，,：:、 *#"


def _said(section: Section) -> str:
    return compact(section.text).strip(_EDGES)


class OverviewTopics(Rule):
    """Words of the preface count too: some reports put the overview above the first heading."""

    code = "S-OVERVIEW-ITEMS"
    absence = True
    severity = Severity.WARNING
    message = "第一部分说明主动公开、依申请公开、政府信息管理、平台建设、监督保障五个方面"
    basis = f"{REGULATION}第五十条；{{format}}第一部分：五个方面“不能遗漏，也不宜泛化”"
    bad = "一、总体情况：只有编制说明和一段开头语"
    good = "一、总体情况：（一）主动公开……（五）监督保障"
    hint = "按五个方面逐项补写；没有发生的事项也写明"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        section = report.section(SectionId.OVERVIEW)
        if section is None or not _said(section) or _NOTHING.fullmatch(_said(section)):
            why = "没有读到第一部分的内容，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        told = compact(report.preface) + section_text(report, SectionId.OVERVIEW)
        requests = told + section_text(report, SectionId.REQUESTS)
        missing = [
            topic
            for topic, words in _TOPICS.items()
            if not words.search(requests if topic == "依申请公开" else told)
        ]
        evidence = {
            "expected": list(_TOPICS),
            "actual": [t for t in _TOPICS if t not in missing],
            "quotes": [
                {"text": f"{section.heading}：{section.text.strip()[:60]}", "at": section.at}
            ],
        }
        if not missing:
            why = "第一部分说到五个方面"
            yield self.verdict(report, Outcome.PASS, why, evidence=evidence)
        else:
            why = f"第一部分没有说到{'、'.join(missing)}"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)


class GovernmentItems(Rule):
    """未发生责任追究 counts as said. A 街道办事处 is no government."""

    code = "S-GOV-ITEMS"
    absence = True
    severity = Severity.WARNING
    message = "各级人民政府的报告说明工作考核、社会评议和责任追究结果情况"
    basis = f"{REGULATION}第五十条第（四）项；{{format}}第一部分“监督保障”"
    bad = "某镇人民政府的报告只写组织领导和培训"
    good = "“公开工作列入年度考核；开展社会评议，群众满意度较高；全年未发生责任追究情形”"
    hint = "在“监督保障”中写明工作考核、社会评议、责任追究的结果；没有的写明没有"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        agency = report.agency
        if agency is None:
            why = "不能确定报告机关，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        elif not is_government(agency) or _NO_GOVERNMENT.search(agency):
            why = "不是人民政府的报告"
            yield self.verdict(report, Outcome.NOT_APPLICABLE, why)
        elif report.section(SectionId.OVERVIEW) is None:
            why = "没有读到第一部分，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        else:
            yield self._government(report)

    def _government(self, report: AnnualReport) -> Verdict:
        told = prose(report)
        missing = [item for item, words in _GOVERNMENT_ITEMS.items() if not words.search(told)]
        evidence = {
            "expected": list(_GOVERNMENT_ITEMS),
            "actual": [i for i in _GOVERNMENT_ITEMS if i not in missing],
        }
        if not missing:
            why = "说到工作考核、社会评议和责任追究"
            return self.verdict(report, Outcome.PASS, why, evidence=evidence)
        why = f"没有说明{'、'.join(missing)}的结果情况"
        return self.verdict(report, Outcome.FAIL, why, evidence=evidence)


class EmptySection(Rule):
    """Sections 一 and 五 consist of prose. One without any text may have lost it in reading, or
    hold a picture: only a warning."""

    code = "S-EMPTY"
    absence = True
    severity = Severity.ERROR
    message = "第一、第五部分有实际内容，不能只写“无”（没有读到文字的为警告）"
    basis = f"{REGULATION}第五十条第（四）项；{{format}}第一、第五部分"
    bad = "五、存在的主要问题及改进情况：无"
    good = "五、存在的主要问题及改进情况：一是……二是……针对上述问题，将……"
    hint = "如实写明存在的主要问题和改进情况"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        for section_id in (SectionId.OVERVIEW, SectionId.PROBLEMS):
            section = report.section(section_id)
            if section is None:
                why = "没有读到这一部分，不作判断"
                yield self.verdict(report, Outcome.NOT_ASSESSABLE, why, section_id.value)
            else:
                yield self._section(report, section)

    def _section(self, report: AnnualReport, section: Section) -> Verdict:
        said, subject = _said(section), section.id.value
        evidence = {"quotes": [{"text": f"{section.heading}：{said[:20]}", "at": section.at}]}
        if not said:
            why = f"“{section.heading}”下没有读到文字"
            return self.verdict(
                report,
                Outcome.FAIL,
                why,
                subject,
                severity=Severity.WARNING,
                evidence=evidence,
            )
        if _NOTHING.fullmatch(said):
            why = f"“{section.heading}”只写“{said}”"
            return self.verdict(report, Outcome.FAIL, why, subject, evidence=evidence)
        why = f"“{section.heading}”有 {len(said)} 个字"
        return self.verdict(report, Outcome.PASS, why, subject)


class ThinProblems(Rule):
    code = "S-PROBLEM-THIN"
    absence = True
    severity = Severity.INFO
    message = "第五部分写明问题和改进情况，不少于三十字"
    basis = f"{REGULATION}第五十条第（四）项；{{format}}第五部分“存在的主要问题及改进情况”"
    bad = "五、存在的主要问题及改进情况：公开内容还不够丰富。"
    good = "五、存在的主要问题及改进情况：解读形式单一。下一年将增加图解和短视频，每月检查一次"
    hint = "逐项写明问题和相应的改进措施"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        section = report.section(SectionId.PROBLEMS)
        said = _said(section) if section else ""
        if section is None or not said or _NOTHING.fullmatch(said):
            why = "没有读到第五部分的内容，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
            return
        evidence = {
            "quotes": [
                {"text": f"{section.heading}：{section.text.strip()[:80]}", "at": section.at}
            ],
            "actual": len(said),
        }
        if len(said) < _SHORT:
            why = f"第五部分只有 {len(said)} 个字"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
        elif not _MEASURE.search(said):
            why = "第五部分只写问题，没有改进情况"
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
        else:
            why = f"第五部分有 {len(said)} 个字，说到改进"
            yield self.verdict(report, Outcome.PASS, why)
