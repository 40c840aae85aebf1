"""合规审计清单: the list that a supervising office works from, in the formats it needs."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from monitor.exports.csv_file import write_csv
from monitor.exports.html_file import write_html
from monitor.exports.json_file import write_json
from monitor.exports.pdf_file import write_pdf
from monitor.exports.rows import AuditError, AuditList, AuditRow
from monitor.exports.xlsx_file import write_xlsx
from storage import repositories
from storage.domain import Finding, Obligation, StatusLine
from storage.vocab import FindingState, Severity, Status

__all__ = ["FORMATS", "AuditError", "AuditRow", "audit_rows", "write_audit"]

OPEN_STATES = frozenset({FindingState.OPEN, FindingState.ACKNOWLEDGED})
_SEVERITIES = tuple(Severity)

FORMATS: dict[str, Callable[[AuditList, Path], None]] = {
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_xlsx,
    "html": write_html,
    "pdf": write_pdf,
}


def audit_rows(s: Session, year: int) -> list[AuditRow]:
    """One row per body with an obligation of ``year`` (report year), exempt ones too, by agency id.

    A body that was never judged is ``unknown``: nothing is concluded from a missing judgement.
    """
    agencies = {a.id: a for a in repositories.agencies(s, active_only=False)}
    portals = {p.id: p.name or p.url for p in repositories.portals(s, active_only=False)}
    obligations = {o.agency: o for o in repositories.obligations(s, year)}
    lines = {line.agency: line for line in repositories.statuses(s, year)}
    findings: defaultdict[str | None, list[Finding]] = defaultdict(list)
    for finding in repositories.findings(s, year=year, states=OPEN_STATES):
        findings[finding.agency].append(finding)
    for agency_id, obligation in obligations.items():
        if agency_id not in lines:
            known = agencies.get(agency_id)
            name = known.name if known else agency_id
            lines[agency_id] = _not_judged(obligation, name, known.portal if known else None)
    rows = []
    for number, agency_id in enumerate(sorted(lines), start=1):
        line = lines[agency_id]
        agency = agencies.get(agency_id)
        parent = agencies.get(agency.parent) if agency and agency.parent else None
        portal = line.portal or (agency.portal if agency else None)
        rows.append(
            AuditRow(
                number=number,
                line=line,
                agency=agency,
                parent=parent.name if parent else (agency.parent if agency else None),
                portal=portals.get(portal, portal) if portal else None,
                obligation=obligations.get(agency_id),
                findings=tuple(sorted(findings[agency_id], key=_worst_first)),
            )
        )
    return rows


def write_audit(s: Session, year: int, fmt: str, path: Path, now: datetime) -> int:
    """Writes the audit list of ``year`` and returns the number of bodies in it.

    ``fmt``: csv, json, xlsx, html or pdf. The file appears whole or not at all. Raises ``AuditError``
    for an unknown format, a year without obligations, and a path that can't be written.
    """
    write = FORMATS.get(fmt)
    if write is None:
        raise AuditError(f"不支持的格式：{fmt or '（空）'}（可用：{'、'.join(FORMATS)}）")
    rows = audit_rows(s, year)
    if not rows:
        raise AuditError(
            f"没有 {year} 年度的公开义务，无清单可出；请先运行 nianbao judge --year {year}"
        )
    _write_whole(path, lambda temporary: write(AuditList(year, now, tuple(rows)), temporary))
    return len(rows)


def _write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Through a temporary file beside the target, so that a reader never meets half a list."""
    if path.is_dir():
        raise AuditError(f"无法写入 {path}：这是一个文件夹，请给出文件名")
    temporary = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        raise AuditError(f"无法写入 {path}：{error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _not_judged(obligation: Obligation, name: str, portal: str | None) -> StatusLine:
    exempt = obligation.due is None
    return StatusLine(
        agency=obligation.agency,
        name=name,
        year=obligation.year,
        due=obligation.due,
        basis=obligation.basis,
        status=Status.EXEMPT if exempt else Status.UNKNOWN,
        portal=portal,
        explanation=None if exempt else f"尚未判定，请运行 nianbao judge --year {obligation.year}",
    )


def _worst_first(finding: Finding) -> tuple[int, str, str]:
    return _SEVERITIES.index(finding.severity), finding.rule, finding.subject
