"""doctor: what is installed and reachable, what is missing and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import typer
from sqlalchemy import text

import settings
from monitor.alerts.channels import ChannelsError, load_channels
from monitor.commands.context import console, context
from monitor.commands.watching import channels_file
from storage import repositories as repo
from storage.session import StorageError

_PACKAGES = (
    "scrapy",
    "sqlalchemy",
    "alembic",
    "lxml",
    "apscheduler",
    "apprise",
    "fastapi",
    "warcio",
)
_LOW_DISK = 2 * 2**30


@dataclass(frozen=True, slots=True)
class _Check:
    """``ok`` None: optional and absent."""

    name: str
    ok: bool | None
    text: str


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor() -> int:
    """检查安装、数据库、名录、渠道和可选组件。

    例：nianbao doctor
    """
    checks = list(_checks())
    for check in checks:
        mark = {True: "[green]正常[/]", False: "[red]有误[/]", None: "[yellow]可选[/]"}[check.ok]
        console.print(f"{mark}　{check.name}：", end="")
        console.print(check.text, markup=False, highlight=False)
    return 1 if any(check.ok is False for check in checks) else 0


def _checks() -> Iterator[_Check]:
    version = sys.version_info
    yield _Check("Python", version >= (3, 11), f"{version.major}.{version.minor}.{version.micro}")
    for package in _PACKAGES:
        try:
            yield _Check(package, True, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield _Check(package, False, "未安装；运行 make install 或 pip install nianbao")
    yield _Check("时间", True, f"{settings.now():%Y-%m-%d %H:%M %z}")
    yield from _places()
    yield from _database()
    try:
        channels = load_channels(channels_file(None))
        named = f"{len(channels)} 个：{'、'.join(c.id for c in channels)}"
        yield _Check(
            "预警渠道",
            True if channels else None,
            named if channels else "没有 alerts.yml，预警只记录不发送",
        )
    except ChannelsError as error:
        yield _Check("预警渠道", False, str(error))
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    yield _Check(
        "Chromium",
        True if chromium else None,
        chromium or "未找到；脚本生成的栏目要用：apt install chromium",
    )


def _places() -> Iterator[_Check]:
    folder = context.places.data
    parent = next(p for p in (folder, *folder.parents) if p.exists())
    writable = os.access(parent, os.W_OK)
    free = shutil.disk_usage(parent).free
    yield _Check(
        "数据目录", writable, f"{folder}" if writable else f"{parent} 不可写；用 --data 另指定"
    )
    enough = free >= _LOW_DISK
    yield _Check(
        "磁盘",
        enough,
        f"剩余 {free / 2**30:.1f} GB" + ("" if enough else "，不足 2 GB，采集可能中止"),
    )


def _database() -> Iterator[_Check]:
    try:
        with context.database() as database, database.session(write=False) as session:
            session.execute(text("SELECT 1"))
            portals, agencies = len(repo.portals(session)), len(repo.agencies(session))
            yield _Check("数据库", True, database.engine.url.render_as_string(hide_password=True))
    except StorageError as error:
        yield _Check("数据库", False, str(error))
        return
    if portals or agencies:
        yield _Check("名录", True, f"机关 {agencies}，门户 {portals}")
    else:
        yield _Check("名录", None, "尚未载入；nianbao registry import 目录")
