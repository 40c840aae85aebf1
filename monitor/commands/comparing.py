"""changes, triage, score: what differs between contents and years, what people decide on findings,
and what the findings amount to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

import settings
from monitor.changes.listing import all_changes
from monitor.commands.context import (
    CommandError,
    JsonFlag,
    YearOption,
    YearsOption,
    console,
    context,
    emit,
)
from monitor.labels import label, moment, shown
from monitor.scoring import load_profile, scores
from storage import repositories as repo
from storage.canonical import change_json, finding_json, score_json
from storage.domain import Change, Finding, Score
from storage.vocab import ChangeKind, FindingState

_DECISIONS = {
    "acknowledge": FindingState.ACKNOWLEDGED,
    "dismiss": FindingState.DISMISSED,
    "reopen": FindingState.OPEN,
}


def register(app: typer.Typer) -> None:
    app.command("changes")(changes)
    app.command("triage")(triage)
    app.command("score")(score)


def changes(
    year: YearsOption = None,
    as_json: JsonFlag = False,
    agency: Annotated[
        str | None, typer.Option("--agency", "-a", metavar="ID", help="只列该机关")
    ] = None,
    kind: Annotated[
        ChangeKind | None,
        typer.Option("--kind", help="revision：公开后改动；year_over_year：与上一年度比较"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="与上年比较时也列出没有变化的单元格")
    ] = False,
) -> None:
    """变动：报告公开后的改动，各单元格与上一年度的比较。

    例：nianbao changes --year 2023 --json
    """
    with context.database() as database, database.session(write=False) as session:
        found = all_changes(session, year, agency=agency, kind=kind, unchanged=everything)
        if as_json:
            for change in found:
                emit(change_json(change))
            return
        console.print(_table(found))


def _table(found: Iterator[Change]) -> Table:
    table = Table(title="变动", title_justify="left")
    for heading in ("机关", "年度", "类别", "位置", "前", "后", "差"):
        table.add_column(heading)
    for c in found:
        table.add_row(
            c.agency, str(c.year), label(c.kind), escape(c.note or c.path),
            escape(shown(c.before)), escape(shown(c.after)),
            "" if c.delta is None else f"{c.delta:+}",
        )  # fmt: skip
    return table


def score(
    year: YearOption,
    profile: Annotated[
        str,
        typer.Option(
            "--profile", metavar="NAME|FILE", help="评分方案：default、licheng 或 YAML 文件"
        ),
    ] = "default",
    agency: Annotated[
        str | None, typer.Option("--agency", "-a", metavar="ID", help="只列该机关，逐条说明")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="列出历次得分（default 方案，须写 --agency）")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """评分：由公开状态和问题按方案扣分，逐条可查；未能核实的不评分。

    例：nianbao score --year 2023 --profile licheng

    例：nianbao score --year 2023 --agency wenxian --history
    """
    if history and agency is None:
        raise CommandError("--history 须同时写 --agency")
    weights = load_profile(profile)
    with context.database() as database, database.session(write=False) as session:
        if history:
            assert agency is not None
            told = repo.score_history(session, agency, year, weights.id)
        else:
            lines = [x for x in repo.statuses(session, year=year) if agency in (None, x.agency)]
            found = repo.findings(session, year=year, agency=agency)
            told = [(settings.now(), one) for one in scores(lines, found, weights)]
    if as_json:
        for at, one in told:
            emit({**score_json(one), **({"at": at.isoformat()} if history else {})})
        return
    table = Table(
        title=f"{year} 年度评分（{weights.name}，满分 {weights.full}）", title_justify="left"
    )
    for heading in ("机关", "得分", "扣分说明"):
        table.add_column(heading)
    for at, one in told:
        value = "不评分" if one.value is None else f"{one.value}"
        name = f"{one.agency} {moment(at)}" if history else one.agency
        table.add_row(name, value, escape(_why(one, whole=agency is not None)))
    console.print(table)


def _why(one: Score, *, whole: bool) -> str:
    if not whole:
        return "、".join(f"{x.rule} -{x.points}" for x in one.lines)
    return "\n".join(
        f"-{x.points}　{x.rule}　{x.message}{f'（{x.note}）' if x.note else ''}" for x in one.lines
    )


def triage(
    decision: Annotated[
        str, typer.Argument(metavar="DECISION", help="acknowledge 确认，dismiss 驳回，reopen 重开")
    ],
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="ID…", help="问题编号（findings --json 的 id）")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="处理人")] = "",
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="理由，驳回时必填")
    ] = None,
    agency: Annotated[
        str | None, typer.Option("--agency", "-a", metavar="ID", help="不写编号时：机关")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", "-y", help="不写编号时：年度")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="不写编号时：规则编号")] = None,
    as_json: JsonFlag = False,
) -> None:
    """处理问题：确认、驳回（须写理由）或重开；证据不变，驳回一直有效。

    例：nianbao triage dismiss 12 15 --by 张三 --reason "已电话核实，系分局合并所致"

    例：nianbao triage acknowledge --agency wenxian --year 2023 --rule T3-BAL --by 李四
    """
    state = _DECISIONS.get(decision)
    if state is None:
        raise CommandError(f"没有处理方式 {decision}；可用 acknowledge、dismiss、reopen")
    if not by:
        raise CommandError("缺少 --by：请写明处理人")
    if state is FindingState.DISMISSED and not reason:
        raise CommandError("缺少 --reason：驳回须写明理由")
    with context.database() as database, database.session() as session:
        chosen = list(ids or ()) or _matching(session, agency, year, rule)
        done = repo.triage(session, chosen, state, by=by, reason=reason, now=settings.now())
    _tell(done, set(chosen), as_json)


def _matching(
    session: Session, agency: str | None, year: int | None, rule: str | None
) -> list[int]:
    if agency is None or year is None or rule is None:
        raise CommandError("请写问题编号，或同时写 --agency、--year、--rule")
    found = repo.findings(session, agency=agency, year=year)
    chosen = [f.id for f in found if f.rule == rule.upper() and f.id is not None]
    if not chosen:
        raise CommandError(f"{agency} {year} 年度没有规则 {rule} 的问题")
    return chosen


def _tell(done: list[Finding], asked: set[int], as_json: bool) -> None:
    for finding in done:
        if as_json:
            emit(finding_json(finding))
        else:
            state = label(finding.state) if finding.state else ""
            console.print(f"{finding.id}　{finding.agency}　{finding.rule}　{state}", markup=False)
    if left := sorted(asked - {f.id for f in done}):
        numbers = "、".join(map(str, left))
        raise CommandError(f"没有处理：{numbers}（没有这个编号，或问题已消除）")
