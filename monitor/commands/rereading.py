"""reparse: what is archived, read anew by the present parser."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import settings
from monitor.commands.context import YearsOption, console, context, notes
from monitor.judge import judge
from spiders.reread import RereadSummary, reread
from storage.session import Database

_SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("reparse")(reparse)


def reparse(year: YearsOption = None) -> int:
    """解析程序升级后，用新程序重读存档中的报告，再重新核对；不访问网络，读法的变化不算公开后改动。

    例：nianbao reparse --year 2023
    """
    with context.database() as database:
        summary = _with_progress(database, context.places.archive, year)
        if summary.replaced:
            judge(database, now=settings.now(), years=year)
    console.print(
        f"共 {summary.found} 份内容由旧版程序读取：重读 {summary.replaced} 份，保留原读法 {len(summary.kept)} 份"
    )
    for url, reason in summary.kept[:_SHOWN]:
        notes.print(f"{url}：{reason}", markup=False)
    if len(summary.kept) > _SHOWN:
        notes.print(f"另有 {len(summary.kept) - _SHOWN} 份未列出")
    return 0


def _with_progress(database: Database, archive: Path, years: list[int] | None) -> RereadSummary:
    with Progress(
        TextColumn("重读"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=notes,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=None)

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        return reread(database, archive, years=years, told=told)
