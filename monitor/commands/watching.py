"""alerts, run, serve: what goes on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

import settings
from monitor.alerts.channels import Channel, load_channels
from monitor.alerts.outbox import (
    AlertsError,
    acknowledge,
    alert_json,
    alert_list,
    deliver,
    send_test,
)
from monitor.commands.context import CommandError, JsonFlag, console, context, emit, notes
from monitor.labels import label, moment

Host = Annotated[str, typer.Option("--host", help="监听地址")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="监听端口")]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", help="渠道文件；默认依次为 ./alerts.yml、数据目录、名录目录中的 alerts.yml"
    ),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="预警：发送、查看、测试、确认", no_args_is_help=True)
    group.command("run")(alerts_run)
    group.command("list")(alerts_list)
    group.command("test")(alerts_test)
    group.command("ack")(alerts_ack)
    app.add_typer(group, name="alerts")
    app.command("run")(run)
    app.command("serve")(serve)


def channels_file(chosen: Path | None) -> Path:
    """The ``alerts.yml`` in use: the first that exists; the first place if none does."""
    if chosen is not None:
        if not chosen.is_file():
            raise CommandError(f"没有渠道文件 {chosen}")
        return chosen
    places = [
        Path("alerts.yml"),
        context.places.data / "alerts.yml",
        context.registry_folder / "alerts.yml",
    ]
    return next((p for p in places if p.is_file()), places[0])


def _channels(chosen: Path | None) -> tuple[Channel, ...]:
    return load_channels(channels_file(chosen))


def alerts_run(config: ConfigOption = None) -> int:
    """发送尚未送达的预警；已送达的不会再发，失败的稍后重试。

    例：nianbao alerts run
    """
    with context.database() as database:
        channels = _channels(config)
        if not channels:
            notes.print("没有配置渠道；预警已记录，写好 alerts.yml 后再运行即可送出")
            return 0
        summary = deliver(database, channels, settings.now())
    console.print(f"送达 {summary.sent}，失败 {summary.failed}，待送 {summary.pending}")
    return 1 if summary.failed else 0


def alerts_list(as_json: JsonFlag = False) -> None:
    """全部预警，新的在前。

    例：nianbao alerts list --json
    """
    with context.database() as database, database.session(write=False) as session:
        found = alert_list(session)
    if as_json:
        for alert in found:
            emit(alert_json(alert))
        return
    table = Table(title="预警", title_justify="left")
    for heading in ("编号", "状态", "程度", "内容", "发生", "解除", "送达"):
        table.add_column(heading)
    for alert in found:
        sent = sum(d.ok for d in alert.deliveries)
        table.add_row(
            str(alert.id), label(alert.state), label(alert.severity), escape(alert.title),
            moment(alert.opened_at), moment(alert.resolved_at), f"{sent}/{len(alert.deliveries)}",
        )  # fmt: skip
    console.print(table)


def alerts_test(config: ConfigOption = None) -> int:
    """向每个渠道发一条测试消息。

    例：nianbao alerts test
    """
    channels = _channels(config)
    if not channels:
        raise CommandError(f"没有配置渠道：{channels_file(config)} 不存在或为空")
    failed = 0
    for delivery in send_test(channels, settings.now()):
        failed += not delivery.ok
        console.print(
            f"{delivery.channel}　{'成功' if delivery.ok else '失败：' + (delivery.error or '')}",
            markup=False,
        )
    return 1 if failed else 0


def alerts_ack(
    alert_id: Annotated[int, typer.Argument(metavar="ID", help="预警编号")],
    by: Annotated[str, typer.Option("--by", help="确认人")] = "命令行",
) -> None:
    """确认一条预警：不再催促，状态变化时仍会解除。

    例：nianbao alerts ack 3 --by 张三
    """
    with context.database() as database, database.session() as session:
        try:
            alert = acknowledge(session, alert_id, by)
        except AlertsError as error:
            raise CommandError(str(error)) from None
    console.print(f"已确认：{alert.title}", markup=False)


def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    once: Annotated[
        bool, typer.Option("--once", help="只做一轮：采集到期的门户、核对、发送，然后退出")
    ] = False,
    dashboard: Annotated[
        bool, typer.Option("--dashboard/--no-dashboard", help="同时提供网页")
    ] = True,
    config: ConfigOption = None,
) -> int:
    """常驻服务：按时采集、核对、预警，并提供网页；Ctrl-C 或 SIGTERM 正常停止。

    例：nianbao run --port 8000
    """
    from monitor.jobs import serve_forever

    with context.database():
        # Migrate and check the database before the scheduler takes it over.
        pass
    return serve_forever(
        context.places, host, port, once=once, dashboard=dashboard, channels=channels_file(config)
    )


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """只读网页：各年度状态和问题。

    例：nianbao serve --port 8000
    """
    import uvicorn

    from monitor.web.app import create_app

    with context.database() as database:
        notes.print(f"网页：http://{host}:{port}/　（Ctrl-C 停止）")
        uvicorn.run(create_app(database), host=host, port=port, log_level="warning")
