"""X-AGG: a government's figures beside those of the bodies that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.rules.base import REGULATION, GroupRule, Member
from monitor.rules.cells import cell_evidence, whole_number
from storage.domain import AnnualReport, Verdict
from storage.vocab import Outcome, Severity, cell_name

_KEY = ("table3", "new_received", "total")


class Aggregate(GroupRule):
    """A government's report covers its departments and towns. One that shows less than a single
    one of them was probably written for the office alone."""

    code = "X-AGG"
    severity = Severity.INFO
    message = "政府报告的新收申请数量不少于任何一个所属机关报告的新收申请数量"
    basis = f"{REGULATION}第四十九条第二款：县级以上地方人民政府的报告汇总本级政府信息公开工作情况；{{format}}表三"
    bad = "县政府报告新收申请 12 件，其公安局报告新收申请 30 件"
    good = "县政府报告新收申请 96 件，其公安局报告新收申请 30 件"
    hint = "核对政府报告是否只填了政府办公室的数据，应汇总所属部门和乡镇"

    def compare(self, report: AnnualReport, members: Sequence[Member]) -> Iterator[Verdict]:
        own = whole_number(report.cell(*_KEY))
        if own is None:
            yield self.verdict(
                report, Outcome.NOT_ASSESSABLE, f"没有读到{cell_name(*_KEY)}，不作判断"
            )
            return
        known = [(m, n) for m in members if (n := whole_number(m.report.cell(*_KEY))) is not None]
        more = [(m, n) for m, n in known if n > own]
        if not known:
            why = "所属机关的报告都没有读到新收申请总计，不作判断"
            yield self.verdict(report, Outcome.NOT_ASSESSABLE, why)
        elif not more:
            why = f"政府报告新收 {own} 件，不少于已读到的 {len(known)} 个所属机关中的任何一个"
            yield self.verdict(report, Outcome.PASS, why)
        else:
            member, number = max(more, key=lambda found: found[1])
            cells = [
                *cell_evidence(report, [_KEY]),
                *(
                    {**c, "agency": m.name}
                    for m, _ in more
                    for c in cell_evidence(m.report, [_KEY])
                ),
            ]
            why = f"政府报告新收申请 {own} 件，少于{member.name}的 {number} 件"
            if len(more) > 1:
                why += f"等 {len(more)} 个所属机关"
            evidence = {"cells": cells, "formula": "政府 ≥ 每个所属机关", "expected": f"≥ {number}",
                        "actual": own}  # fmt: skip
            yield self.verdict(report, Outcome.FAIL, why, evidence=evidence)
