"""registry propose: a portal's own list of bodies → files for a registry."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
import yaml
from rich.table import Table

from monitor.commands.context import CommandError, JsonFlag, console, context, emit, notes
from monitor.labels import label
from storage.registry import read_registry
from storage.vocab import AgencyKind, RunOutcome

AGENCIES, PORTALS, DOUBTFUL = "agencies.csv", "portals.yml", "proposals.csv"
_COLUMNS = (
    "id", "name", "kind", "level", "division", "parent", "portal", "aliases",
    "valid_from", "valid_to", "predecessor",
)  # fmt: skip
_SHOWN = 20


def propose(
    url: Annotated[str, typer.Argument(metavar="URL", help="门户首页网址")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="写出名录文件的目录；已有的文件不覆盖"),
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """读取门户自己的部门、乡镇名单，拟出名录供核对；拿不准的另列，不凭空添加。

    例：nianbao registry propose http://www.wenxian.gov.cn/ --out registry-wenxian
    """
    _check_address(url)
    if out is not None:
        _check_folder(out)
    result = _read(url)
    if as_json:
        emit(result)
    else:
        _show(result)
    if out is not None:
        _write(out, result)
    for problem in result["problems"][:5]:
        notes.print(f"{problem['url'] or url}：{problem['message']}", markup=False)
    return 0 if result["agencies"] and result["outcome"] != RunOutcome.FAILED.value else 1


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise CommandError(f"“{url}”不是网址；应写作 http://www.wenxian.gov.cn/")


def _check_folder(out: Path) -> None:
    there = [name for name in (AGENCIES, PORTALS, DOUBTFUL) if (out / name).exists()]
    if there:
        raise CommandError(f"{out} 中已有 {'、'.join(there)}，不覆盖；请另指定目录")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"目录 {out} 无法使用：{error.strerror}") from None


def _read(url: str) -> dict[str, Any]:
    from crawler.run import CrawlEvent, work

    def told(event: CrawlEvent) -> None:
        if event.kind in ("column", "report"):
            notes.print(f"{event.text} {event.url or ''}", markup=False)

    with context.database() as database:
        archive = context.places.archive
        (result,) = work(database.url, archive, "agencies", {url: {"url": url}}, told)
    if error := result.get("error"):
        raise CommandError(f"{url} 未能读取：{error}")
    return result


def _show(result: dict[str, Any]) -> None:
    portal, sure, doubtful = result["portal"], result["agencies"], result["doubtful"]
    table = Table(title=f"{portal['name'] or portal['url']}：拟列入名录", title_justify="left")
    for heading in ("名称", "类别", "编号", "把握", "依据"):
        table.add_column(heading, justify="right" if heading == "把握" else "left")
    for row in sure:
        table.add_row(*_line(row))
    console.print(table)
    if doubtful:
        console.print(f"拿不准的 {len(doubtful)} 个，未列入：")
        for row in doubtful[:_SHOWN]:
            console.print(
                f"  {row['name']}（{row['confidence']:.2f}，{row['doubt']}）", markup=False
            )
        if len(doubtful) > _SHOWN:
            console.print(f"  另有 {len(doubtful) - _SHOWN} 个，用 --out 或 --json 查看")
    for note in result["notes"]:
        notes.print(f"注意：{note}", markup=False)


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    first = row["evidence"][0] if row["evidence"] else {"text": "", "page": ""}
    kind = label(AgencyKind(row["kind"])) or row["kind"]
    seen = f"“{first['text']}” {first['page']}"
    return row["name"], kind, row["id"], f"{row['confidence']:.2f}", seen


def _write(out: Path, result: dict[str, Any]) -> None:
    """Files that ``registry check`` takes; with nothing certain only the doubtful ones."""
    if sure := result["agencies"]:
        _write_table(out / AGENCIES, _COLUMNS, [_values(row) for row in sure])
        portal = {k: v for k, v in result["portal"].items() if v}
        portal["notes"] = "由 nianbao registry propose 拟出，请核对后使用"
        with _new(out / PORTALS) as stream:
            yaml.safe_dump([portal], stream, allow_unicode=True, sort_keys=False)
        read_registry(out)
        console.print(f"已写出 {out / AGENCIES}、{out / PORTALS}；请核对后用 registry import 载入")
    if doubtful := result["doubtful"]:
        more = ("confidence", "doubt", "evidence")
        rows = [
            {
                **_values(row),
                "confidence": row["confidence"],
                "doubt": row["doubt"],
                "evidence": json.dumps(row["evidence"], ensure_ascii=False),
            }
            for row in doubtful
        ]
        _write_table(out / DOUBTFUL, (*_COLUMNS, *more), rows)
        console.print(f"拿不准的写在 {out / DOUBTFUL}，核对后可自行移入")


def _values(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: row.get(name) or "" for name in _COLUMNS}
    return {**shown, "aliases": ";".join(row["aliases"])}


def _write_table(path: Path, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    with _new(path) as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _new(path: Path) -> Any:
    """A file that did not exist before."""
    try:
        return path.open("x", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{path} 无法写出：{error.strerror}") from None
