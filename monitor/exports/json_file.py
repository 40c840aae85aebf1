"""The audit list as JSON: status objects (contract section 5), each with its findings (6)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from monitor import labels
from monitor.exports.rows import AuditList, AuditRow
from storage.canonical import finding_json, status_json


def body_json(row: AuditRow) -> dict[str, Any]:
    """The status object with the body's place in the registry and its open findings."""
    agency = row.agency
    return {
        **status_json(row.line),
        "kind": None if agency is None else agency.kind.value,
        "level": None if agency is None else agency.level.value,
        "parent": None if agency is None else agency.parent,
        "advice": row.advice,
        "findings": [finding_json(finding) for finding in row.findings],
    }


def audit_json(audit: AuditList) -> dict[str, Any]:
    return {
        "schema": "nianbao.audit/1",
        "year": audit.year,
        "generated_at": audit.generated_at.isoformat(),
        "summary": {
            "bodies": len(audit.rows),
            "statuses": {status.value: n for status, n in audit.status_counts.items()},
            "findings": {severity.value: n for severity, n in audit.severity_counts.items()},
        },
        "legend": {status.value: labels.label(status) for status in labels.STATUS_ORDER},
        "bodies": [body_json(row) for row in audit.rows],
    }


def write_json(audit: AuditList, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(audit_json(audit), file, ensure_ascii=False, indent=1)
        file.write("\n")
