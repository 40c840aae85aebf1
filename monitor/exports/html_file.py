"""The audit list as one self-contained, printable page: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from monitor import labels
from monitor.exports.notes import NOTES
from monitor.exports.rows import AuditList
from monitor.web.render import render, stylesheet


def write_html(audit: AuditList, path: Path) -> None:
    groups = [
        (status, [row for row in audit.rows if row.line.status is status])
        for status in labels.STATUS_ORDER
    ]
    page = render(
        "audit.html",
        audit=audit,
        groups=[(status, rows) for status, rows in groups if rows],
        style=Markup(stylesheet()),  # noqa: S704 - our own file, not data
        notes=NOTES,
        legend=labels.STATUS_MEANINGS.items(),
    )
    path.write_text(page, encoding="utf-8")
