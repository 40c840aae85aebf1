"""parse, check, ingest: documents from files."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

import settings
from crawler.parsing.reading import Reading, read
from monitor.commands.context import CommandError, JsonFlag, console, context, emit, notes
from monitor.judge import judge, to_finding
from monitor.labels import label
from monitor.rules import check_report
from spiders.ingest import Ingested, ingest_file
from storage.canonical import finding_json, report_to_json
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import TABLE3_COLUMN_NAMES, TABLE3_ROW_NAMES, Outcome, ParseErrorCode

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="报告文件")]


def register(app: typer.Typer) -> None:
    app.command("parse")(parse)
    app.command("check")(check)
    app.command("ingest")(ingest)


def _read_file(path: Path) -> Reading:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return Reading(ParseFailure(ParseErrorCode.UNREADABLE, f"文件无法打开：{reason}"))
    return read(data, filename=path.name)


def _failure(path: Path, failure: ParseFailure, as_json: bool) -> None:
    if as_json:
        emit({"file": str(path), "error": {"code": failure.code.value, "message": failure.message}})
    notes.print(f"[red]{escape(str(path))}[/]：{escape(failure.message)}（{failure.code.value}）")


def _report_json(path: Path, report: AnnualReport) -> dict[str, Any]:
    return {**report_to_json(report), "file": str(path)}


def parse(files: Files, as_json: JsonFlag = False) -> int:
    """读取报告文件，不保存。

    例：nianbao parse 报告.html --json
    """
    failed = 0
    for path in files:
        result = _read_file(path).result
        if isinstance(result, ParseFailure):
            failed += 1
            _failure(path, result, as_json)
        elif as_json:
            emit(_report_json(path, result))
        else:
            _show_report(path, result)
    return 1 if failed else 0


def _show_report(path: Path, report: AnnualReport) -> None:
    console.rule(escape(path.name))
    console.print(f"标题　{escape(report.title or '未知')}")
    console.print(f"机关　{escape(report.agency or '未知')}　年度　{report.year or '未知'}")
    console.print(f"格式　{report.format_version or '未知'}　可信度　{report.confidence:.2f}")
    if report.table3:
        table = Table(title="三、收到和处理政府信息公开申请情况", title_justify="left")
        table.add_column("项目", max_width=30)
        for name in TABLE3_COLUMN_NAMES.values():
            table.add_column(name, justify="right")
        for row, cells in report.table3.items():
            shown = (
                {"blank": "（空）", "absent": "未读到"}.get(
                    cell.state.value, escape(cell.raw or "")
                )
                for cell in cells.values()
            )
            table.add_row(TABLE3_ROW_NAMES[row], *shown)
        console.print(table)
    for issue in report.issues:
        console.print(f"[yellow]{issue.code}[/] {escape(issue.message)}")


def check(
    files: Files,
    as_json: JsonFlag = False,
    everything: Annotated[
        bool, typer.Option("--all", help="也列出通过、不适用和无法判断的规则")
    ] = False,
) -> int:
    """读取报告并按不需要其他报告的全部规则核对，不保存。

    例：nianbao check 报告/*.html
    """
    failed = 0
    for path in files:
        result = _read_file(path).result
        if isinstance(result, ParseFailure):
            failed += 1
            _failure(path, result, as_json)
            continue
        verdicts = [v for v in check_report(result) if everything or v.outcome is Outcome.FAIL]
        if as_json:
            findings = []
            for verdict in verdicts:
                item = finding_json(to_finding(verdict, None, result.year, None, None))
                findings.append({**item, "agency": result.agency, "state": None})
            report = _report_json(path, result)
            emit({"file": str(path), "report": report, "findings": findings})
            continue
        console.rule(escape(f"{path.name}　{result.title or ''}"))
        if not verdicts:
            console.print("[green]未发现问题[/]")
        for verdict in verdicts:
            name = label(verdict.severity)
            mark = "" if verdict.outcome is Outcome.FAIL else f"（{verdict.outcome.value}）"
            console.print(f"{name}　{verdict.rule}{mark}　{escape(verdict.message)}")
            if verdict.hint and verdict.outcome is Outcome.FAIL:
                console.print(f"　　整改：{escape(verdict.hint)}")
    return 1 if failed else 0


def ingest(
    files: Files,
    agency: Annotated[str, typer.Option("--agency", help="名录中的机关编号")],
    year: Annotated[
        int | None,
        typer.Option("--year", "-y", min=2008, max=2100, help="报告年度；不写则以报告所述为准"),
    ] = None,
    published: Annotated[
        str | None, typer.Option("--published", metavar="DATE", help="公开日期，如 2024-01-20")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="原网页地址")] = None,
    as_json: JsonFlag = False,
) -> int:
    """人工导入报告文件，视同采集所得；存档、读取、保存并重新核对。

    例：nianbao ingest 报告.html --agency wx-zfb --published 2024-01-20
    """
    day = _date(published)
    now = settings.now()
    failed = 0
    years: set[int] = set()
    with context.database() as database:
        for path in files:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise CommandError(f"{path} 无法打开：{error.strerror}") from None
            address = url if url and len(files) == 1 else _address(path, data)
            try:
                done = ingest_file(
                    database, context.places.archive, data, name=path.name, agency=agency,
                    year=year, published=day, url=address, now=now,
                )  # fmt: skip
            except LookupError as error:
                raise CommandError(str(error.args[0])) from None
            failed += done.failure is not None
            if done.year is not None:
                years.add(done.year)
            _tell(path, agency, done, as_json)
        if years:
            judge(database, now=now, years=sorted(years))
    return 1 if failed else 0


def _address(path: Path, data: bytes) -> str:
    """A stable address for a file without one: its content, not its place on this machine."""
    return f"urn:sha256:{hashlib.sha256(data).hexdigest()}#{path.name}"


def _tell(path: Path, agency: str, done: Ingested, as_json: bool) -> None:
    if as_json:
        error = (
            {"code": done.failure.code.value, "message": done.failure.message}
            if done.failure
            else None
        )
        emit(
            {
                "file": str(path),
                "agency": agency,
                "year": done.year,
                "new": done.is_new,
                "changed": done.is_changed,
                "error": error,
            }
        )
        return
    if done.failure is not None:
        notes.print(f"[red]{escape(str(path))}[/]：{escape(done.failure.message)}")
        return
    what = "新增" if done.is_new else "内容有变化" if done.is_changed else "已有，内容未变"
    console.print(f"{escape(path.name)} → {agency} {done.year} 年度：{what}")


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise CommandError(f"--published {text!r} 不是日期，应写作 2024-01-20") from None
