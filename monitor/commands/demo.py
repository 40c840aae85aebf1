"""demo: the whole line on sample portals, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import settings
from monitor.commands.context import CommandError, console, context, notes
from monitor.exports.audit_list import audit_rows, write_audit
from monitor.exports.terminal import audit_table
from storage.session import Database

YEARS = (2023, 2024, 2025)
# Two visits, since what a monitor shows best is what happened between them: late ones appear,
# one report is edited, one withdrawn.
VISITS = (
    datetime(2026, 2, 5, 9, 0, tzinfo=settings.SHANGHAI),
    datetime(2026, 4, 10, 9, 0, tzinfo=settings.SHANGHAI),
)
FORMATS = ("html", "xlsx", "csv", "json")
_MARKER = ".nianbao-demo"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    keep_serving: Annotated[
        bool, typer.Option("--serve", help="结束后打开网页服务，Ctrl-C 停止")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="网页端口")] = 8000,
) -> int:
    """演示：启动模拟门户，采集、读取、核对，显示审计清单。

    例：nianbao demo --serve
    """
    from spiders.samples import SamplePortals

    places = _places()
    current = VISITS[0]
    with (
        SamplePortals(lambda: current, years=YEARS) as portals,
        tempfile.TemporaryDirectory() as folder,
    ):
        registry = Path(folder)
        portals.write_registry(registry)
        notes.print(f"模拟门户已启动：机关 {len(portals.agencies)} 个")
        _run(places, VISITS[0], ["registry", "import", str(registry)])
        for visit in VISITS:
            current = visit
            notes.print(f"\n第 {VISITS.index(visit) + 1} 次采集（时间设为 {visit:%Y-%m-%d}）")
            _run(places, visit, ["crawl"])
    database = Database(places.db)
    try:
        _present(database, places)
        if keep_serving:
            import uvicorn

            from monitor.web.app import create_app

            notes.print(f"网页：http://127.0.0.1:{port}/　（Ctrl-C 停止）")
            uvicorn.run(create_app(database), host="127.0.0.1", port=port, log_level="warning")
    finally:
        database.close()
    return 0


def _places() -> settings.Places:
    """A folder of the demo's own, emptied at each run; never one that holds anything else."""
    folder = context.places.data / "demo"
    if folder.exists():
        if not (folder / _MARKER).exists():
            raise CommandError(f"{folder} 不是演示目录，未改动；请用 --data 另指定")
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True)
        (folder / _MARKER).touch()
    except OSError as error:
        raise CommandError(f"演示目录 {folder} 无法创建：{error.strerror}") from None
    return settings.Places.resolve(folder, context.db)


def _run(places: settings.Places, now: datetime, words: list[str]) -> None:
    """One command in a process of its own: a crawl's reactor runs once in a process."""
    root = str(Path(settings.__file__).parent)
    environment: Mapping[str, str] = {
        **os.environ,
        "NIANBAO_NOW": now.isoformat(),
        "NIANBAO_ALLOW_PRIVATE": "1",
        "PYTHONPATH": os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH")) if p),
    }
    command = [sys.executable, "-m", "monitor.cli", "--db", places.db, "--data", str(places.data)]
    done = subprocess.run([*command, *words], env=environment, check=False)
    # 1: some sample portals are walled or broken on purpose, and the crawl says so.
    if done.returncode not in (0, 1):
        raise CommandError(f"nianbao {' '.join(words)} 未能完成（退出码 {done.returncode}）")


def _present(database: Database, places: settings.Places) -> None:
    year = YEARS[-1]
    places.exports.mkdir(parents=True, exist_ok=True)
    with database.session(write=False) as session:
        console.print(audit_table(audit_rows(session, year)))
        written: list[Path] = []
        for each in YEARS:
            for form in FORMATS:
                path = places.exports / f"audit-{each}.{form}"
                write_audit(session, each, form, path, VISITS[-1])
                written.append(path)
    console.print("\n审计清单文件：")
    for path in written:
        console.print(f"　{path}", markup=False, highlight=False, soft_wrap=True)
    command = f'nianbao --data "{places.data}" serve'
    console.print(
        f"\n网页：运行 {command} 后打开 http://127.0.0.1:8000/", markup=False, soft_wrap=True
    )
