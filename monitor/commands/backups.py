"""backup, restore: database and archive in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import settings
from monitor.commands.context import console, context, notes
from storage.backup import BackupSummary
from storage.backup import backup as write_backup
from storage.restore import restore as read_backup

File = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件")]


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(file: File) -> None:
    """把数据库和存档写入一个备份文件；服务运行时也可以做。

    例：nianbao backup nianbao-2024-05-01.tar
    """
    with context.database() as database, notes.status("备份") as shown:
        made = write_backup(
            database, context.places.archive, file, settings.now(), lambda t: shown.update(t)
        )
    console.print(f"已备份到 {file}：{_amounts(made)}")


def restore(file: File) -> None:
    """从备份文件恢复到空的数据库和数据目录；SQLite 和 PostgreSQL 的备份可以互换。

    例：nianbao --data 新目录 restore nianbao-2024-05-01.tar
    """
    with context.database() as database, notes.status("恢复") as shown:
        made = read_backup(file, database, context.places.archive, lambda t: shown.update(t))
    console.print(f"已恢复：{_amounts(made)}")


def _amounts(made: BackupSummary) -> str:
    return f"数据 {made.rows} 行，存档文件 {made.files} 个，共 {made.size / 1e6:.1f} MB"
