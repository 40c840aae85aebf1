"""registry import, check, propose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.context import console, context
from monitor.commands.proposing import propose
from storage.registry import import_registry, read_registry

Folder = Annotated[Path | None, typer.Argument(metavar="DIR", help="名录目录，默认 ./registry")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="名录：机关、门户、地方时限", no_args_is_help=True)
    group.command("import")(import_)
    group.command("check")(check)
    group.command("propose")(propose)
    app.add_typer(group, name="registry")


def import_(folder: Folder = None) -> None:
    """核对并载入名录；有一处错误则全部不载入。

    例：nianbao registry import registry
    """
    data = read_registry(folder or context.registry_folder)
    with context.database() as database, database.session() as session:
        counts = import_registry(session, data)
    console.print(
        f"已载入：机关 {counts['agencies']}，门户 {counts['portals']}，地方时限 {counts['overrides']}"
        + (f"；停用不再列出的 {counts['deactivated']}" if counts.get("deactivated") else "")
    )


def check(folder: Folder = None) -> None:
    """只核对名录文件，不载入。

    例：nianbao registry check registry
    """
    data = read_registry(folder or context.registry_folder)
    console.print(
        f"无误：机关 {len(data.agencies)}，门户 {len(data.portals)}，地方时限 {len(data.overrides)}"
    )
