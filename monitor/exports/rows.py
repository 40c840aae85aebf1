"""The compliance audit list as values: what every format shows, in the words of the field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import labels
from storage.domain import Agency, Finding, Obligation, StatusLine
from storage.vocab import Flag, Severity, Status


class AuditError(Exception):
    """The list can't be written; the message is one line of Chinese."""


MAIN_PROBLEMS = 3
"""So many messages stand in the body list; the rest is in the list of findings."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One body of the audit list.

    ``findings`` are those still open (open or acknowledged), worst first. ``agency`` None: the
    registry no longer knows the body, its history is kept.
    """

    number: int
    line: StatusLine
    agency: Agency | None
    parent: str | None
    portal: str | None
    obligation: Obligation | None
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        return sum(1 for f in self.findings if f.severity is severity)

    @property
    def severities(self) -> dict[Severity, int]:
        return {severity: self.count(severity) for severity in Severity}

    @property
    def main_problems(self) -> str:
        said = list(dict.fromkeys(f.message for f in self.findings))
        text = "；".join(message.rstrip("。；") for message in said[:MAIN_PROBLEMS])
        return f"{text}；等 {len(self.findings)} 项" if len(said) > MAIN_PROBLEMS else text

    @property
    def advice(self) -> str:
        """整改提示: what the supervising office may do next about the status and the flags."""
        return "".join([_status_advice(self.line, self.obligation), *_flag_advice(self.line)])


@dataclass(frozen=True, slots=True)
class AuditList:
    """A whole audit list: ``generated_at`` aware, ``rows`` numbered from 1."""

    year: int
    generated_at: datetime
    rows: tuple[AuditRow, ...]

    @property
    def status_counts(self) -> dict[Status, int]:
        """Every status, zero included, in the order of attention."""
        counted = Counter(row.line.status for row in self.rows)
        return {status: counted[status] for status in labels.STATUS_ORDER}

    @property
    def severity_counts(self) -> dict[Severity, int]:
        counted = Counter(f.severity for row in self.rows for f in row.findings)
        return {severity: counted[severity] for severity in Severity}

    @property
    def findings(self) -> list[tuple[AuditRow, Finding]]:
        return [(row, finding) for row in self.rows for finding in row.findings]


def summary(rows: Sequence[AuditRow]) -> str:
    """One line: how many bodies, how many of each status that occurs, how many findings."""
    counted = Counter(row.line.status for row in rows)
    parts = [f"{labels.label(s)} {counted[s]}" for s in labels.STATUS_ORDER if counted[s]]
    findings = sum(len(row.findings) for row in rows)
    return f"共 {len(rows)} 个机关：" + "，".join(parts) + f"；待处理问题 {findings} 项"


def _status_advice(line: StatusLine, obligation: Obligation | None) -> str:
    statutory = None if obligation is None else obligation.statutory_due
    local = statutory is not None and line.due is not None and line.due < statutory
    if line.status is Status.MISSING:
        note = ""
        if local:
            note = f"已过的是本地时限，法定时限为 {labels.day(statutory)}；"
        elif obligation is not None and obligation.severity is not Severity.ERROR:
            note = "该时限并非《条例》对此类机关的明文规定；"
        return f"{note}请人工打开门户年报栏目复核，确未公开的督促尽快公开。"
    if line.status is Status.LATE:
        day = None if line.published is None else line.published.day
        if local and day is not None and statutory is not None and day <= statutory:
            return f"晚于本地时限，未超过法定时限 {labels.day(statutory)}；请核实公开日期。"
        return "请核实公开日期，提醒下一年度按期公开。"
    if line.status is Status.DATE_UNCERTAIN:
        return "请核对各处日期，必要时请该机关提供后台发布时间。"
    if line.status is Status.UNKNOWN:
        return "不能据此认定未公开；请人工访问门户核实，或待采集恢复后再看。"
    return ""


_FLAG_ADVICE: dict[Flag, str] = {
    Flag.WITHDRAWN: "报告已从原地址撤下，请核实原因并要求恢复。",
    Flag.CHANGED: "报告公开后有改动，请核实是否有更正说明。",
    Flag.BACKDATED: "标注日期之后的完整采集仍未见报告，请核实实际上网时间。",
    Flag.UNREADABLE: "报告文件无法读取，请人工打开核对。",
    Flag.IMAGE_ONLY: "报告仅有图片，建议改为可检索、可复制的文本。",
    Flag.WRONG_YEAR: "该地址的内容是其他年度的，请核实是否传错。",
    Flag.WRONG_AGENCY: "该地址的内容是其他机关的，请核实是否传错。",
    Flag.DUPLICATE: "同一年度有多份，请核对是否一致。",
}


def _flag_advice(line: StatusLine) -> list[str]:
    return [_FLAG_ADVICE[flag] for flag in line.flags]
