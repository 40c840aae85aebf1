"""Documents that the report cites: their titles, numbers and whether they are still the ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.rules.base import EVERY, Rule
from monitor.rules.texts import compact, passages, quote
from storage.domain import AnnualReport, Verdict
from storage.vocab import Outcome, Severity

# Source: the documents themselves (国务院令第711号; 国办公开办函〔2019〕60号, 〔2021〕30号;
# 国办函〔2020〕109号). Pattern → what is wrong with it.
_WRONG = (
    (
        re.compile(r"《中华人民共和国(?:信息公开|政务信息公开|政务公开|政府信息公开工作)条例》"),
        "条例的名称是《中华人民共和国政府信息公开条例》",
    ),
    (
        re.compile(
            r"国务院(?:办公厅)?(?!办公厅政府信息与政务公开办公室)(?:办公厅)?(?:政府信息公开|政务公开|政府信息和政务公开|政府信息与政府公开|政府信息与政务信息公开)办公室"
        ),
        "发文机关是国务院办公厅政府信息与政务公开办公室",
    ),
    (re.compile(r"国办公开办涵"), "文号应为“国办公开办函”"),
    (
        re.compile(
            r"国办公开办函[〔\[（(]?20(?:21[〕\])）]?60|19[〕\])）]?30|20[〕\])）]?(?:30|60))号"
        ),
        "年度报告格式的文号是国办公开办函〔2021〕30号（2019、2020 年度为〔2019〕60号）",
    ),
    (
        re.compile(
            r"《政府信息公开信息处理费管理办法》[（(](?!国办函〔2020〕109号)国办[^）)]{0,20}号[）)]"
        ),
        "《政府信息公开信息处理费管理办法》的文号是国办函〔2020〕109号",
    ),
)
_OLD_REGULATION = re.compile(r"国务院(?:第?492号)?令[（(]?第?492号|国务院第492号令|令第492号")
_OLD_FORM = re.compile(r"国办公开办函[〔\[（(]?2019[〕\])）]?60号")
_NEW_FORM = re.compile(r"国办公开办函[〔\[（(]?2021[〕\])）]?30号")
_REVISED_SINCE = 2019
_NEW_FORM_SINCE = 2021


class Citations(Rule):
    """The old form beside the new one is no mistake; alone it is out of date from 2021 on."""

    code = "TXT-CITATION"
    severity = Severity.INFO
    versions = EVERY
    message = "引用的法规、文件名称和文号准确、现行"
    basis = "《中华人民共和国政府信息公开条例》（国务院令第711号，2019-05-15 起施行）；国办公开办函〔2021〕30号；国办函〔2020〕109号"
    bad = "2023 年度报告：按照国办公开办函〔2019〕60号的要求编制"
    good = "2023 年度报告：按照国办公开办函〔2021〕30号的要求编制"
    hint = "核对所引文件的名称和文号，改引现行文件"

    def judge(self, report: AnnualReport) -> Iterator[Verdict]:
        if not (report.sections or report.preface):
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, "没有读到正文")
            return
        found = list(self._mistakes(report))
        if not found:
            yield self.verdict(report, Outcome.PASS, "没有发现引用错误")
            return
        why = "；".join(dict.fromkeys(f"引用“{words}”，{wrong}" for words, wrong, _ in found))
        evidence = {"quotes": [place for _, _, place in found]}
        yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)

    @staticmethod
    def _mistakes(report: AnnualReport) -> Iterator[tuple[str, str, dict[str, object]]]:
        year = report.year
        rules = list(_WRONG)
        if year is not None and year >= _REVISED_SINCE:
            rules.append((_OLD_REGULATION, "条例已于 2019 年修订（国务院令第711号）"))
        whole = [p for p in passages(report) if "国" in p.text]
        new_form = any(_NEW_FORM.search(compact(p.text)) for p in whole)
        if year is not None and year >= _NEW_FORM_SINCE and not new_form:
            rules.append((_OLD_FORM, "2021 年度起适用国办公开办函〔2021〕30号"))
        for passage in whole:
            for pattern, wrong in rules:
                for match in pattern.finditer(passage.text):
                    yield match[0], wrong, quote(passage, *match.span())
