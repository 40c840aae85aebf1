"""crawl: portals → archive → reports, then judging; revisit: known reports once more."""

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

Portals = Annotated[
    list[str] | None, typer.Option("--portal", "-p", help="门户编号，可重复；不写则为全部")
]


def register(app: typer.Typer) -> None:
    app.command("crawl")(crawl)
    app.command("revisit")(revisit)


def crawl(
    portal: Portals = None,
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
    if not as_json:
        console.print(run_table(results))
        console.print(f"已核对年度：{'、'.join(map(str, summary.years))}")
    return _told(results, as_json)


def revisit(
    portal: Portals = None,
    year: YearsOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="全部已知报告，不论是否到期（平时按报告的新旧决定）")
    ] = False,
    as_json: JsonFlag = False,
) -> int:
    """复查已知的报告：是否仍在、有无改动、撤下的是否恢复；不找新报告，也不作为“未公开”的依据。

    例：nianbao revisit --portal p-wenxian --all
    """
    with context.database() as database:
        wanted = _portals(database, portal)
        results = _crawl(database, wanted, year, "revisit", all="1" if everything else None)
        judge(database, now=settings.now(), years=year)
    if not as_json:
        console.print(_revisit_table(results))
    return _told(results, as_json)


def _told(results: list[dict[str, Any]], as_json: bool) -> int:
    """Results as JSON, failures as notes; the exit status."""
    for result in results if as_json else ():
        emit(result)
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


def _crawl(
    database: Database,
    portals: list[str],
    years: list[int] | None,
    spider: str = "portal",
    **more: str | None,
) -> list[dict[str, Any]]:
    from crawler.run import CrawlEvent, work

    given = {"years": ",".join(map(str, years)) if years else None, **more}
    tasks = {portal: {"portal": portal, **given} for portal in portals}
    with Progress(
        SpinnerColumn(),
        TextColumn("采集" if spider == "portal" else "复查"),
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

        return work(database.url, context.places.archive, spider, tasks, told)


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


def _revisit_table(results: list[dict[str, Any]]) -> Table:
    """Results of a revisit, one portal a line."""
    table = Table(title="复查结果", title_justify="left")
    for heading in ("门户", "复查", "未变", "变化", "撤下", "恢复", "待下次", "请求", "问题"):
        table.add_column(heading, justify="left" if heading == "门户" else "right")
    for r in results:
        counts = (
            "asked", "unchanged", "reports_changed", "reports_gone", "reports_back", "waiting",
            "requests",
        )  # fmt: skip
        # A portal that had to be given up has no counts of its own.
        table.add_row(r["portal"], *(str(r.get(c, 0)) for c in counts), str(len(r["problems"])))
    return table
