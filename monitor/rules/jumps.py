"""Y-JUMP: totals that change by a factor, or fall to zero, and want a second look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.rules.across_years import pair_evidence, whose
from monitor.rules.base import Earlier, YearRule, limit
from monitor.rules.cells import CellKey
from storage.domain import AnnualReport, Cell, Verdict
from storage.vocab import TABLE4_GROUPS, Outcome, Severity, cell_name


@dataclass(frozen=True, slots=True)
class JumpLimits:
    """``factor`` and ``least_change`` together make a jump; ``least_before_zero``: a figure from
    which a fall to zero is told. Source: spec section 4, Y-JUMP."""

    factor: float = limit(5, "变化的倍数，不低于")
    least_change: float = limit(50, "变化的件数，不少于")
    least_before_zero: float = limit(1, "变为 0 的，上一年度不少于")


LIMITS = JumpLimits()
_STOCK: tuple[CellKey, ...] = (
    ("table2", "rules", "in_force"),
    ("table2", "normative_documents", "in_force"),
    ("table2", "licensing", "decisions"),
    ("table2", "penalty", "decisions"),
    ("table2", "coercion", "decisions"),
    ("table2", "fees", "amount_wan"),
)
_REQUESTS: tuple[CellKey, ...] = (
    ("table3", "new_received", "total"),
    ("table3", "result_total", "total"),
)
_DISPUTES: tuple[CellKey, ...] = tuple(("table4", group, "total") for group in TABLE4_GROUPS)
"""They go from one to none and back as a matter of course: no fall to zero is told of them."""


class Jump(YearRule):
    code = "Y-JUMP"
    limits = LIMITS
    severity = Severity.INFO
    message = (
        f"合计数与上一年度相比没有异常跳变（{LIMITS.factor:g} 倍且相差 {LIMITS.least_change:g} 以上，"
        "或由非零变为 0）"
    )
    basis = "{format}要求数据准确；跳变本身不违规，提示人工核对单位、口径和漏填"
    bad = "上一年度行政许可 320 件，本年度 0 件"
    good = "上一年度行政许可 320 件，本年度 298 件"
    hint = "核对单位（元、万元）、统计口径和是否漏填；机构或职能调整所致的可不理会"

    def compare(self, report: AnnualReport, earlier: Earlier) -> Iterator[Verdict]:
        for key in (*_STOCK, *_REQUESTS, *_DISPUTES):
            now, before = report.cell(*key), earlier.report.cell(*key)
            if (verdict := self._cell(report, earlier, key, before, now)) is not None:
                yield verdict

    def _cell(
        self, report: AnnualReport, earlier: Earlier, key: CellKey, old: Cell, new: Cell
    ) -> Verdict | None:
        if old.value is None or new.value is None:
            why = f"{cell_name(*key)}：两年没有都读到数字，不作判断"
            return self.verdict(report, Outcome.NOT_ASSESSABLE, why, ".".join(key))
        before, now = float(old.value), float(new.value)
        least, most = sorted((abs(before), abs(now)))
        jumped = (
            least > 0 and most >= LIMITS.factor * least and abs(now - before) >= LIMITS.least_change
        )
        fell = now == 0 and before >= LIMITS.least_before_zero and key not in _DISPUTES
        told = f"{cell_name(*key)}：{whose(earlier)} {old.value}，本年度 {new.value}"
        if not jumped and not fell:
            return self.verdict(report, Outcome.PASS, told, ".".join(key))
        evidence = pair_evidence(report, earlier, [key], [key], before=str(old.value),
                                 after=str(new.value))  # fmt: skip
        why = f"{told}，{'变为 0' if fell else '变化异常'}，请核对"
        return self.verdict(report, Outcome.FAIL, why, ".".join(key), evidence=evidence)
