"""The audit list for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from monitor import labels
from monitor.exports.rows import AuditRow, summary
from storage.vocab import Status

_STYLES: dict[Status, str] = {
    Status.MISSING: "bold red",
    Status.LATE: "yellow",
    Status.DATE_UNCERTAIN: "yellow",
    Status.UNKNOWN: "magenta",
    Status.ON_TIME: "green",
    Status.NOT_DUE: "cyan",
    Status.EXEMPT: "dim",
}


def audit_table(rows: Sequence[AuditRow]) -> Table:
    """A compact table, what needs attention first; the caption sums it up."""
    table = Table(caption=summary(rows), caption_justify="left", header_style="bold")
    table.add_column("机关", overflow="fold", ratio=3)
    table.add_column("状态", overflow="fold", ratio=4)
    table.add_column("应公开日期", no_wrap=True)
    table.add_column("公开日期", overflow="fold", min_width=10)
    table.add_column("逾期", justify="right", no_wrap=True)
    table.add_column("问题", justify="right", no_wrap=True)
    for row in sorted(rows, key=lambda r: labels.STATUS_ORDER.index(r.line.status)):
        line = row.line
        status = Text(labels.label(line.status), style=_STYLES[line.status])
        said = [text for text in (labels.why(line), labels.labels(line.flags)) if text]
        if said and line.status is not Status.EXEMPT:
            status.append("（" + "；".join(said) + "）", style="dim")
        table.add_row(
            Text(line.name),
            status,
            labels.day(line.due) or "—",
            labels.published_when(line) or "—",
            "" if line.late_days is None else f"{line.late_days} 天",
            str(len(row.findings)) if row.findings else "",
        )
    return table
