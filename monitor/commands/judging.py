"""judge, status, findings, audit, rules: what the stored reports amount to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

import settings
from monitor.catalogue import all_rules
from monitor.commands.context import (
    CommandError,
    JsonFlag,
    YearOption,
    YearsOption,
    console,
    context,
    emit,
)
from monitor.exports.audit_list import audit_rows, write_audit
from monitor.exports.terminal import audit_table
from monitor.judge import judge as judge_all
from monitor.judge import to_finding
from monitor.labels import day, label, labels, published_day, why
from monitor.rules import RuleInfo, check_report
from monitor.statuses import live_statuses
from storage import repositories as repo
from storage.canonical import finding_json, status_json
from storage.domain import Finding
from storage.vocab import FindingState, Outcome


def register(app: typer.Typer) -> None:
    app.command("judge")(judge)
    app.command("status")(status)
    app.command("findings")(findings)
    app.command("audit")(audit)
    app.command("rules")(rules)


def judge(year: YearsOption = None) -> None:
    """核对：公开义务、状态、规则；可反复运行，结果相同。

    例：nianbao judge --year 2023
    """
    with context.database() as database:
        summary = judge_all(database, now=settings.now(), years=year)
    console.print(
        f"已核对 {'、'.join(map(str, summary.years))} 年度：问题 {summary.findings} 项，"
        f"状态变化 {summary.changed} 项，新预警 {summary.alerts} 条"
    )


def status(
    year: YearOption,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="按该日结束时的情形，如 2024-02-05"),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """各机关某年度报告的公开状态。

    例：nianbao status --year 2023 --as-of 2024-02-05 --json
    """
    moment, replay = _moment(as_of)
    with context.database() as database, database.session(write=False) as session:
        lines = live_statuses(session, year, moment, replay=replay)
    if as_json:
        for line in lines:
            emit(status_json(line))
        return
    table = Table(title=f"{year} 年度公开状态", title_justify="left")
    for heading in ("机关", "状态", "说明", "应公开", "公开日期", "逾期", "标记"):
        table.add_column(heading)
    for line in lines:
        table.add_row(
            escape(line.name), label(line.status), why(line), day(line.due),
            published_day(line.published), "" if line.late_days is None else f"{line.late_days} 天",
            labels(line.flags),
        )  # fmt: skip
    console.print(table)


def _moment(as_of: str | None) -> tuple[datetime, bool]:
    if as_of is None:
        return settings.now(), False
    try:
        chosen = datetime.strptime(as_of, "%Y-%m-%d").date()
    except ValueError:
        raise CommandError(f"--as-of {as_of!r} 不是日期，应写作 2024-02-05") from None
    # The end of that day, one microsecond before the next begins.
    midnight = datetime.combine(chosen + timedelta(days=1), time(), settings.SHANGHAI)
    return midnight - timedelta(microseconds=1), True


def findings(
    year: YearOption,
    as_json: JsonFlag = False,
    everything: Annotated[
        bool, typer.Option("--all", help="也列出已处理的问题，以及通过、不适用和无法判断的规则")
    ] = False,
) -> None:
    """某年度的问题清单。

    例：nianbao findings --year 2023 --json
    """
    with context.database() as database, database.session(write=False) as session:
        open_states = (FindingState.OPEN, FindingState.ACKNOWLEDGED)
        found = repo.findings(session, year=year, states=None if everything else open_states)
        others = list(_other_outcomes(session, year)) if everything else []
    found = sorted([*found, *others], key=lambda f: (f.agency or "", f.rule, f.subject))
    if as_json:
        for finding in found:
            emit(finding_json(finding))
        return
    table = Table(title=f"{year} 年度问题", title_justify="left")
    for heading in ("机关", "规则", "程度", "问题", "处理"):
        table.add_column(heading)
    for f in found:
        state = label(f.state) if f.state else f.outcome.value
        table.add_row(f.agency, f.rule, label(f.severity), escape(f.message), state)
    console.print(table)


def _other_outcomes(session: Session, year: int) -> Iterator[Finding]:
    chosen = {line.publication: line.agency for line in repo.statuses(session, year=year)}
    for publication, _, report in repo.latest_versions(session, year=year):
        if report is None or publication.id not in chosen:
            continue
        for verdict in check_report(report):
            if verdict.outcome is not Outcome.FAIL:
                item = to_finding(verdict, publication.agency, year, publication.url, None)
                yield Finding(
                    **{name: getattr(item, name) for name in item.__slots__ if name != "state"},
                    state=None,
                )


def audit(
    year: YearOption,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", help="csv、xlsx、json、html、pdf；不写则按文件名或在终端显示"
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入的文件")] = None,
) -> None:
    """合规审计清单。

    例：nianbao audit --year 2023 --format xlsx -o 清单.xlsx
    """
    with context.database() as database:
        if output is None:
            if form is not None:
                raise CommandError("请用 -o 指定写入的文件，例如 -o 清单." + form)
            with database.session(write=False) as session:
                console.print(audit_table(audit_rows(session, year)))
            return
        with database.session(write=False) as session:
            rows = write_audit(
                session, year, form or output.suffix.lstrip(".").lower(), output, settings.now()
            )
    console.print(f"已写入 {output}：{rows} 个机关")


def rules(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="规则编号")] = None,
) -> None:
    """规则目录：含义、严重程度、依据、正反例、如何整改。

    例：nianbao rules T3-BAL
    """
    if code is None:
        table = Table(title="规则目录", title_justify="left")
        for heading in ("编号", "程度", "层面", "含义"):
            table.add_column(heading)
        for info in all_rules():
            table.add_row(info.code, label(info.severity), label(info.layer), escape(info.message))
        console.print(table)
        return
    found = next((info for info in all_rules() if info.code == code.upper()), None)
    if found is None:
        raise CommandError(f"没有规则 {code}；用 nianbao rules 查看全部编号")
    console.print(_explained(found))


def _explained(info: RuleInfo) -> Group:
    parts = (
        ("含义", info.message), ("程度", label(info.severity)), ("层面", label(info.layer)),
        ("依据", info.basis), ("反例", info.bad), ("正例", info.good), ("整改", info.hint),
    )  # fmt: skip
    return Group(
        Text(info.code, style="bold"), *(Text(f"{name}　{text}") for name, text in parts if text)
    )
