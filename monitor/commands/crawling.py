"""crawl: portals → archive → reports, then judging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

import settings
from monitor.commands.context import (
    CommandError,
    JsonFlag,
    YearsOption,
    console,
    context,
    emit,
    notes,
)
from monitor.judge import judge
from monitor.labels import LABELS
from storage import repositories as repo
from storage.session import Database
from storage.vocab import ProblemKind, RunOutcome


def register(app: typer.Typer) -> None:
    app.command("crawl")(crawl)


def crawl(
    portal: Annotated[
        list[str] | None, typer.Option("--portal", "-p", help="门户编号，可重复；不写则为全部")
    ] = None,
    year: YearsOption = None,
    as_json: JsonFlag = False,
) -> int:
    """采集门户：找到年报栏目，存档并读取报告，最后重新核对。

    例：nianbao crawl --portal p-wenxian --year 2023
    """
    with context.database() as database:
        wanted = _portals(database, portal)
        results = _crawl(database, wanted, year)
        summary = judge(database, now=settings.now(), years=year)
    for result in results:
        if as_json:
            emit(result)
    if not as_json:
        console.print(run_table(results))
        console.print(f"已核对年度：{'、'.join(map(str, summary.years))}")
    bad = [r for r in results if r["outcome"] != RunOutcome.HEALTHY.value]
    for result in bad:
        if error := result.get("error"):
            notes.print(f"{result['portal']}：{error}", markup=False)
        for problem in result["problems"][:3]:
            notes.print(f"{result['portal']}：{problem['message']}", markup=False)
    return 1 if bad else 0


def _portals(database: Database, chosen: list[str] | None) -> list[str]:
    with database.session(write=False) as session:
        known = [p.id for p in repo.portals(session)]
    if not known:
        raise CommandError("名录中没有门户；请先用 nianbao registry import 目录 载入")
    unknown = [p for p in chosen or [] if p not in known]
    if unknown:
        raise CommandError(f"名录中没有门户：{'、'.join(unknown)}")
    return list(dict.fromkeys(chosen)) if chosen else known


def _crawl(database: Database, portals: list[str], years: list[int] | None) -> list[dict[str, Any]]:
    from crawler.run import CrawlEvent
    from crawler.run import crawl as run_crawl

    with Progress(
        SpinnerColumn(),
        TextColumn("采集"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        console=notes,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=len(portals), note="")

        def told(event: CrawlEvent) -> None:
            done = int(event.kind == "finished")
            progress.update(task, advance=done, note=f"{event.portal}：{event.text}"[:60])

        return run_crawl(database.url, context.places.archive, portals, years, told)


def run_table(results: list[dict[str, Any]]) -> Table:
    """Results of a crawl, one portal a line."""
    names: Mapping[str, str] = {k.value: v for k, v in LABELS[RunOutcome].items()}
    kinds: Mapping[str, str] = {k.value: v for k, v in LABELS[ProblemKind].items()}
    table = Table(title="采集结果", title_justify="left")
    for heading in ("门户", "结果", "栏目", "条目", "新增", "变化", "撤下", "请求", "秒", "问题"):
        table.add_column(
            heading, justify="left" if heading in ("门户", "结果", "问题") else "right"
        )
    for r in results:
        problems = "、".join(dict.fromkeys(kinds.get(p["kind"], p["kind"]) for p in r["problems"]))
        entries = sum(c["entries"] for c in r["columns"])
        table.add_row(
            r["portal"], names[r["outcome"]], str(len(r["columns"])), str(entries),
            str(r["reports_new"]), str(r["reports_changed"]), str(r["reports_gone"]),
            str(r["requests"]), f"{r['seconds']:.1f}", problems,
        )  # fmt: skip
    return table
