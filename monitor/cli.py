"""The program ``nianbao``: global options and error handling; the commands stand in
``monitor/commands/``."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
)

from monitor.commands import (
    backups,
    comparing,
    crawling,
    demo,
    doctor,
    documents,
    judging,
    registry,
    rereading,
    watching,
)
from monitor.commands.context import Refused, context

app = typer.Typer(
    name="nianbao",
    help="年报监测：发现、读取、核对政府信息公开工作年度报告。\n\n先试 nianbao demo；命令用法见 nianbao 命令 --help。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for module in (
    demo, documents, registry, crawling, rereading, judging, comparing, watching, backups,
    doctor,
):  # fmt: skip
    module.register(app)

INTERNAL_ERROR = 70
"""As in sysexits.h, EX_SOFTWARE."""
_GLOBAL = ("--db", "--data", "--registry")


@app.callback()
def options(
    db: Annotated[
        str | None,
        typer.Option(
            "--db",
            help="数据库地址（SQLAlchemy URL），默认为数据目录中的 SQLite 文件",
            metavar="URL",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="数据目录（存档、导出），默认 ./data", metavar="DIR"),
    ] = None,
    registry_: Annotated[
        Path | None, typer.Option("--registry", help="名录目录，默认 ./registry", metavar="DIR")
    ] = None,
) -> None:
    context.configure(db=db, data=data, registry=registry_)


def hoist(arguments: list[str]) -> list[str]:
    """Global options may stand anywhere: move them in front of the command."""
    front: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--":
            rest.extend(arguments[position:])
            break
        if word in _GLOBAL and position + 1 < len(arguments):
            front += [word, arguments[position + 1]]
            position += 2
            continue
        (front if word.startswith(tuple(f"{name}=" for name in _GLOBAL)) else rest).append(word)
        position += 1
    return front + rest


def _written_down() -> Path:
    """The file to which the present exception's trace was added."""
    for folder in (context.places.data, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "nianbao-error.log").open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now(UTC).isoformat()}\n{traceback.format_exc()}\n")
        except OSError:
            continue
        return folder / "nianbao-error.log"
    traceback.print_exc()
    return Path("stderr")


def wrong_use(error: ClickException) -> str:
    """What was wrong with a call, in Chinese and in one line."""
    text = " ".join(error.format_message().split())
    if isinstance(error, NoSuchOption):
        return f"没有选项 {error.option_name}"
    if isinstance(error, BadParameter):
        hint = error.param_hint
        if hint is None and error.param is not None:
            hint = error.param.opts[0] if error.param.opts else error.param.name
        name = hint if isinstance(hint, str) else "、".join(hint or ())
        missing = isinstance(error, MissingParameter)
        reason = "应为整数" if "valid integer" in error.message else error.message
        return f"缺少 {name}" if missing else f"{name} 的值无效：{reason}"
    if text.startswith("No such command"):
        return f"没有命令 {text.removeprefix('No such command').strip(' .')}"
    return text


def main(arguments: list[str] | None = None) -> None:
    """Run the program and exit: 0 done, 1 done with failures, 2 wrong use or unreadable input."""
    words = hoist(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        code = app(words, standalone_mode=False, prog_name="nianbao")
    except NoArgsIsHelpError as error:
        print(error.format_message())
        code = 2
    except ClickException as error:
        print(f"用法错误：{wrong_use(error)}（见 nianbao --help）", file=sys.stderr)
        code = 2
    except typer.Abort:
        print("已取消", file=sys.stderr)
        code = 130
    except KeyboardInterrupt:
        print("已中断；已保存的内容不会丢失", file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # The reader (head, less) went away: nothing to complain about.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Refused.kinds() as error:
        print(Refused.line(error), file=sys.stderr)
        code = 2
    except Exception as error:
        # A defect of ours: the user gets one line, whoever mends it the whole trace.
        print(f"程序内部错误：{type(error).__name__}；详情见 {_written_down()}", file=sys.stderr)
        code = INTERNAL_ERROR
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main()
