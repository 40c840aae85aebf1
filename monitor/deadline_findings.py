"""Findings that follow from a status, not from a text: missing, late, withdrawn, changed, wrong.

Nothing is held against a body whose status is ``unknown`` or ``date_uncertain``, except what was
seen with certainty: a report taken down or changed, or a page that holds the wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor import labels
from monitor.obligations import end_of_day
from monitor.rules import RuleInfo, rule
from monitor.rules.base import REGULATION
from storage.domain import Change, Obligation, StatusLine, Verdict
from storage.vocab import Flag, FormatVersion, Layer, Outcome, Severity, Status

_MANY = 12
"""Differences that are told with the finding itself."""
_DUTY = f"{REGULATION}第四十九条"


def _info(
    code: str, severity: Severity, layer: Layer, message: str, basis: str, *texts: str
) -> RuleInfo:
    bad, good, hint = texts
    return RuleInfo(
        code, severity, layer, message, basis, bad, good, hint, tuple(sorted(FormatVersion))
    )


STATUS_RULES: tuple[RuleInfo, ...] = (
    _info(
        "D-CHANGED",
        Severity.WARNING,
        Layer.SITE,
        "年度报告公开后内容不再改动，确需更正的注明更正情况",
        f"{REGULATION}第六条：行政机关应当及时、准确地公开政府信息",
        "报告公开一个月后，同一网址的表三数字变了，页面没有更正说明",
        "原报告保持不变，或在页面注明更正的内容和日期",
        "核对改动的内容；确属更正的，在页面注明更正的日期和内容",
    ),
    _info(
        "D-LATE",
        Severity.ERROR,
        Layer.SITE,
        "年度报告在期限当日（北京时间）24 时前公开（只过地方时限或惯例时限的为警告）",
        f"{_DUTY}；地方时限以登记的通知为准",
        "部门 2023 年度报告的页面日期为 2024-02-06",
        "部门 2023 年度报告的页面日期为 2024-01-31",
        "核实实际公开时间；确属逾期的，说明原因，下一年度按期公开",
    ),
    _info(
        "D-MISSING",
        Severity.ERROR,
        Layer.SITE,
        "负有义务的机关在期限内公开年度报告（只过地方时限或惯例时限的为警告）",
        f"{_DUTY}；地方时限以登记的通知为准",
        "期限过后的完整采集读完了全部年报栏目，没有该机关的报告",
        "年报栏目中有该机关该年度的报告",
        "人工打开门户的年报栏目复核；确未公开的，尽快公开",
    ),
    _info(
        "D-WITHDRAWN",
        Severity.ERROR,
        Layer.SITE,
        "已公开的年度报告保持可以查阅",
        f"{REGULATION}第二十四条：政府信息公开平台应当具备信息检索、查阅、下载等功能",
        "报告公开后，原网址返回 404，栏目也不再列出",
        "报告一直可以在原网址打开；迁移网址的，栏目列出新网址",
        "核实撤下的原因，恢复报告；迁移的，从原网址转到新网址",
    ),
    _info(
        "M-AGENCY",
        Severity.ERROR,
        Layer.REPORT,
        "页面上的报告是标题所称机关自己的报告",
        f"{REGULATION}第四十九条、第五十条：各行政机关报告本机关的工作",
        "标题为甲局的页面，正文是乙局的年度报告",
        "标题和正文是同一机关",
        "核对页面内容是否传错，换上本机关的报告",
    ),
)
"""Catalogue entries of the findings made here; ``M-YEAR`` stands with the rules on texts."""

_BY_CODE: Mapping[str, RuleInfo] = {info.code: info for info in STATUS_RULES}


def status_findings(
    line: StatusLine,
    obligation: Obligation,
    proven_since: datetime | None = None,
    changes: Sequence[Change] = (),
) -> list[Verdict]:
    """The failing verdicts of one body and year; (rule, subject) occurs once.

    ``proven_since``: the moment for which absence is proven (start of the proving run), only with
    status ``missing``. ``changes``: the revisions of the body's report. Evidence holds nothing that a further crawl changes: a finding that was
    dismissed must not come back because the same absence was seen again.
    """
    if line.status is Status.EXEMPT:
        return []
    found: list[Verdict] = []
    if line.status is Status.MISSING:
        found.append(_missing(line, obligation, proven_since))
    if line.status is Status.LATE:
        found.append(_late(line, obligation))
    if Flag.WITHDRAWN in line.flags:
        found.append(_withdrawn(line))
    if Flag.CHANGED in line.flags:
        found.append(_changed(line, changes))
    if Flag.WRONG_AGENCY in line.flags:
        message = f"《{line.title or line.url}》的正文是其他机关的报告，不能算作{line.name}的报告"
        found.append(_verdict("M-AGENCY", message, line, _where(line)))
    if Flag.WRONG_YEAR in line.flags:
        message = (
            f"《{line.title or line.url}》的正文是其他年度的报告，不能算作 {line.year} 年度的报告"
        )
        found.append(_verdict("M-YEAR", message, line, _where(line), subject="slot"))
    return found


def _missing(line: StatusLine, obligation: Obligation, proven_since: datetime | None) -> Verdict:
    statutory = obligation.statutory_due
    past_law = (
        statutory is not None and proven_since is not None and proven_since >= end_of_day(statutory)
    )
    message = f"{line.year} 年度报告最迟应于 {line.due} 公开，未见公开"
    if past_law and statutory != obligation.due:
        message += f"，法定期限 {statutory} 也已过"
    if line.checked_at is not None:
        message += f"；{labels.moment(line.checked_at)} 完成的采集：{line.explanation}"
    evidence = {"expected": f"不晚于 {line.due} 公开", "actual": "未见公开"}
    severity = Severity.ERROR if past_law else obligation.severity
    return _verdict("D-MISSING", message, line, evidence, severity, line.basis)


def _late(line: StatusLine, obligation: Obligation) -> Verdict:
    published, statutory = line.published, obligation.statutory_due
    assert published is not None
    stated = None if Flag.BACKDATED in line.flags else published.day
    # Proven absent at a moment, it came later still.
    came = published.not_before if stated is None else end_of_day(stated)
    past_law = statutory is not None and came is not None and came > end_of_day(statutory)
    when = labels.published_when(line)
    message = f"{line.year} 年度报告最迟应于 {line.due} 公开，公开时间为 {when}"
    if line.late_days is not None:
        message += f"，晚 {line.late_days} 天"
    if stated is not None and statutory is not None and stated <= statutory:
        message += f"；未超过法定期限 {statutory}"
    notes = [f"日期来源：{labels.published_source(published)}"] if published.source else []
    if interval := labels.published_interval(published):
        notes.append(interval)
    evidence = {"expected": f"不晚于 {line.due} 公开", "actual": when, **_where(line, *notes)}
    severity = Severity.ERROR if past_law else obligation.severity
    return _verdict("D-LATE", message, line, evidence, severity, line.basis)


def _withdrawn(line: StatusLine) -> Verdict:
    gone = labels.moment(line.checked_at)
    message = f"{line.year} 年度报告公开后已撤下，{gone} 的采集在原网址没有见到：{line.url}"
    seen = None if line.published is None else line.published.not_after
    notes = [f"{labels.moment(seen)} 采集已见"] if seen is not None else []
    return _verdict("D-WITHDRAWN", message, line, _where(line, *notes))


def _changed(line: StatusLine, changes: Sequence[Change]) -> Verdict:
    message = f"报告公开后内容有改动，见 {line.url}"
    if changes:
        message = f"报告公开后改动 {len(changes)} 处，见 {line.url}"
    told = [
        f"{c.note or c.path}：{labels.shown(c.before)} → {labels.shown(c.after)}"
        for c in changes[:_MANY]
    ]
    if len(changes) > _MANY:
        told.append(f"另有 {len(changes) - _MANY} 处，见 nianbao changes --year {line.year}")
    return _verdict("D-CHANGED", message, line, _where(line, *told))


def _where(line: StatusLine, *notes: str) -> dict[str, Any]:
    """Evidence under the keys that exports and pages know."""
    address = [f"网址：{line.url}"] if line.url else []
    return {"notes": [*address, *notes]}


def _verdict(
    code: str,
    message: str,
    line: StatusLine,
    evidence: Mapping[str, Any],
    severity: Severity | None = None,
    basis: str | None = None,
    subject: str = "",
) -> Verdict:
    info = _BY_CODE.get(code) or rule(code)
    assert info is not None
    return Verdict(
        code,
        Outcome.FAIL,
        severity or info.severity,
        info.layer,
        message,
        basis or info.basis,
        evidence,
        info.hint,
        subject,
    )
