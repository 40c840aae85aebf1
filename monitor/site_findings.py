"""Findings on how a report is put on the site: copies that differ, dead links, pictures, no date.

They speak only of what was seen with certainty; whether a body has published at all is decided in
:mod:`monitor.coverage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.absence import Runs
from monitor.changes.cells import changed_cells
from monitor.coverage import WRONG
from monitor.labels import shown
from monitor.rules import RuleInfo, rule
from monitor.rules.base import REGULATION
from storage import repositories as repo
from storage.domain import Publication, RunHealth, StatusLine, Verdict
from storage.models import PublicationRow, ReportVersionRow
from storage.vocab import (
    Flag,
    FormatVersion,
    Layer,
    Outcome,
    ParseErrorCode,
    ProblemKind,
    Severity,
    Status,
)

_ACCESS = f"{REGULATION}第二十四条：政府信息公开平台应当具备信息检索、查阅、下载等功能"
_ACCURATE = f"{REGULATION}第六条：行政机关应当及时、准确地公开政府信息"
_MANY = 12
_AT_ONCE = 20
ATTACHMENT = "附件未能下载"
"""How the spider begins the message of a page whose report is an attachment that is not there."""


def _info(code: str, severity: Severity, message: str, basis: str, *texts: str) -> RuleInfo:
    bad, good, hint = texts
    every = tuple(sorted(FormatVersion))
    return RuleInfo(code, severity, Layer.SITE, message, basis, bad, good, hint, every)


SITE_RULES: tuple[RuleInfo, ...] = (
    _info(
        "M-DATE-NONE",
        Severity.INFO,
        "年度报告的页面标明公开日期",
        f"{REGULATION}第四十九条（期限以公开日期判断）",
        "页面、列表、网址和元数据都没有日期，只知道某日采集时已经公开",
        "页面标题下注明“发布日期：2024-01-20”",
        "在页面和元数据（PubDate）中标明公开日期",
    ),
    _info(
        "P-ACCESS",
        Severity.WARNING,
        "年度报告可以直接打开、检索和复制",
        _ACCESS,
        "报告是加密的 PDF，或用专用软件才能打开的文件",
        "报告是网页文字，附可检索的 PDF 供下载",
        "改用网页文字或不加密的通用格式重新发布",
    ),
    _info(
        "P-ATTACH",
        Severity.WARNING,
        "页面所附的年度报告可以下载",
        _ACCESS,
        "页面只有标题和附件链接，附件返回 404",
        "附件可以下载，或页面直接刊载全文",
        "重新上传附件，核对链接",
    ),
    _info(
        "P-COLUMN",
        Severity.WARNING,
        "年报栏目列出本机关的年度报告",
        _ACCESS,
        "机关自己的年报栏目是空的",
        "栏目按年度列出历年报告",
        "核对栏目设置，把报告归入年报栏目",
    ),
    _info(
        "P-DUP",
        Severity.WARNING,
        "同一年度的报告在不同网址内容一致",
        _ACCURATE,
        "门户首页栏目和部门栏目各有一份报告，新收申请一处为 12、一处为 21",
        "各处的报告内容相同，或只有一处、其他处链接到它",
        "核对以哪一份为准，更正其余的",
    ),
    _info(
        "P-LINK",
        Severity.WARNING,
        "年报栏目中的链接可以打开",
        _ACCESS,
        "栏目列出某局 2023 年度报告，两次采集打开都是 404",
        "栏目中的每个链接都能打开",
        "修复链接，或从栏目中删去失效的条目",
    ),
)
"""Catalogue entries of the findings made here; ``T-IMAGE`` stands with the rules on reports."""

_BY_CODE: Mapping[str, RuleInfo] = {info.code: info for info in SITE_RULES}


def site_findings(
    session: Session,
    lines: Sequence[StatusLine],
    publications: Mapping[str, Sequence[Publication]],
    runs: Runs,
) -> dict[str, list[Verdict]]:
    """Failing verdicts by body; (rule, subject) occurs once a body. Bodies without are left out.

    ``lines``: the statuses of one year; ``publications``: of that year, by body.
    """
    found: dict[str, list[Verdict]] = defaultdict(list)
    owed = [line for line in lines if line.status is not Status.EXEMPT]
    errors = _errors(session, [line.publication for line in owed if _unread(line)])
    for line in owed:
        if Flag.IMAGE_ONLY in line.flags and not _readable(line, publications):
            why = "报告可能是图片，没有可读的文字"
            found[line.agency].append(_verdict("T-IMAGE", why, line, layer=Layer.SITE))
        elif line.publication in errors:
            found[line.agency] += _unreadable(line, *errors[line.publication])
        if _undated(line):
            found[line.agency].append(
                _verdict("M-DATE-NONE", "没有找到报告的公开日期，只知道采集时已经公开", line)
            )
    for line, verdict in _duplicates(session, owed, publications):
        found[line.agency].append(verdict)
    for agency, verdict in _of_runs(owed, runs):
        found[agency].append(verdict)
    return dict(found)


def _readable(line: StatusLine, publications: Mapping[str, Sequence[Publication]]) -> bool:
    """Of a report that could be read, the rules on reports tell which tables are pictures."""
    return any(p.readable for p in publications.get(line.agency, ()) if p.id == line.publication)


def _unread(line: StatusLine) -> bool:
    return line.publication is not None and Flag.UNREADABLE in line.flags


def _undated(line: StatusLine) -> bool:
    return (
        line.publication is not None
        and line.published is not None
        and line.published.day is None
        and (line.url or "").startswith("http")
    )


def _errors(session: Session, wanted: Iterable[int | None]) -> dict[int | None, tuple[str, str]]:
    """(code, message) of the newest content of publications that could not be read."""
    ids = iter([id for id in wanted if id is not None])
    found: dict[int | None, tuple[str, str]] = {}
    while batch := list(islice(ids, 500)):
        query = (
            select(
                ReportVersionRow.publication_id,
                ReportVersionRow.error_code,
                ReportVersionRow.error_message,
            )
            .join(PublicationRow, PublicationRow.id == ReportVersionRow.publication_id)
            .where(ReportVersionRow.publication_id.in_(batch), ReportVersionRow.report.is_(None))
            .order_by(ReportVersionRow.seq)
        )
        for publication, code, message in session.execute(query):
            found[publication] = code or "", message or ""
    return found


def _unreadable(line: StatusLine, code: str, message: str) -> list[Verdict]:
    if message.startswith(ATTACHMENT):
        return [_verdict("P-ATTACH", f"页面没有正文，{message}", line)]
    if code in (ParseErrorCode.ENCRYPTED, ParseErrorCode.UNSUPPORTED):
        return [_verdict("P-ACCESS", f"报告不能直接阅读：{message}", line)]
    return []


def _duplicates(
    session: Session,
    lines: Sequence[StatusLine],
    publications: Mapping[str, Sequence[Publication]],
) -> Iterable[tuple[StatusLine, Verdict]]:
    """Copies whose tables differ. Only cells that were read in both count."""
    doubled = iter(
        [x for x in lines if Flag.DUPLICATE in x.flags and not WRONG.intersection(x.flags)]
    )
    while batch := list(islice(doubled, _AT_ONCE)):
        standing = {
            line.agency: [
                p
                for p in publications[line.agency]
                if p.gone_at is None
                and p.readable
                and p.url.startswith("http")
                and p.content_agency in (None, p.agency)
                and p.content_year in (None, p.year)
            ]
            for line in batch
        }
        reports = repo.latest_reports(session, [p.id for ps in standing.values() for p in ps])
        for line in batch:
            copies = [p for p in standing[line.agency] if p.id in reports]
            for first, other in zip(copies[:1] * len(copies), copies[1:], strict=False):
                pair = reports[first.id][1], reports[other.id][1]
                if told := [
                    f"{note}：{shown(a)} ／ {shown(b)}"
                    for _, a, b, note in changed_cells(*pair)
                    if a.value is not None and b.value is not None
                ]:
                    message = f"两处公开的报告有 {len(told)} 格数字不同：{first.url} 与 {other.url}"
                    yield line, _verdict("P-DUP", message, line, told[:_MANY], subject=other.url)


def _of_runs(lines: Sequence[StatusLine], runs: Runs) -> Iterable[tuple[str, Verdict]]:
    """What the last two finished runs of a portal both saw."""
    by_portal: dict[str, dict[str, StatusLine]] = defaultdict(dict)
    for line in lines:
        if line.portal:
            by_portal[line.portal][line.agency] = line
    for portal, bodies in by_portal.items():
        recent = [run for run in runs.get(portal, ()) if run.finished_at is not None][-2:]
        if len(recent) < 2:
            continue
        yield from _dead_links(bodies, *recent)
        yield from _empty_columns(bodies, *recent)


def _dead_links(
    bodies: Mapping[str, StatusLine], before: RunHealth, last: RunHealth
) -> Iterable[tuple[str, Verdict]]:
    def dead(run: RunHealth) -> dict[tuple[str | None, int | None, str], str]:
        return {
            (u.agency, u.year, u.url): u.title or u.url
            for u in run.unresolved
            if u.kind in (ProblemKind.HTTP_4XX, ProblemKind.SOFT_404)
        }

    both = dead(before).keys() & dead(last).keys()
    for agency, year, url in sorted(both, key=str):
        line = bodies.get(agency or "")
        if line is not None and line.year == year:
            message = f"栏目中《{dead(last)[agency, year, url]}》的链接打不开：{url}"
            yield line.agency, _verdict("P-LINK", message, line, [f"网址：{url}"], subject=url)


def _empty_columns(
    bodies: Mapping[str, StatusLine], before: RunHealth, last: RunHealth
) -> Iterable[tuple[str, Verdict]]:
    empty = {c.url for c in before.columns if c.complete and not c.entries}
    for column in last.columns:
        line = bodies.get(column.agency or "")
        if line is not None and column.complete and not column.entries and column.url in empty:
            message = f"该机关的年报栏目没有任何条目：{column.url}"
            yield line.agency, _verdict("P-COLUMN", message, line, [f"网址：{column.url}"])


def _verdict(
    code: str,
    message: str,
    line: StatusLine,
    notes: Sequence[str] = (),
    *,
    subject: str = "",
    layer: Layer | None = None,
) -> Verdict:
    info = _BY_CODE.get(code) or rule(code)
    assert info is not None
    told = list(notes) or ([f"网址：{line.url}"] if line.url else [])
    return Verdict(
        code, Outcome.FAIL, info.severity, layer or info.layer, message, info.basis,
        {"notes": told}, info.hint, subject,
    )  # fmt: skip
