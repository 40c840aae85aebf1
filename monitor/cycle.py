"""One round of the service: read anew what an older parser read, crawl what is due, revisit known
reports, judge, deliver. Also what ``run --once`` does.

A step that fails is told and does not keep the next one from its work: a crawl that broke still
leaves statuses to be judged (to ``unknown``, where nothing could be read) and messages to be sent.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from monitor import labels
from monitor.alerts.channels import FILE_NAME, ChannelsError, load_channels
from monitor.alerts.outbox import DeliverySummary, deliver
from monitor.clock import Clock
from monitor.crawl_process import CrawlProcess
from monitor.schedule import due_portals, due_revisits
from settings import Places
from storage.session import Database, StorageError
from storage.vocab import RunOutcome

if TYPE_CHECKING:
    from monitor.judge import JudgeSummary

Log = Callable[[str], None]
Stopping = Callable[[], bool]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What a round did. None = the step did not come to its end; ``errors`` says why, in Chinese."""

    portals: tuple[str, ...] = ()
    judged: JudgeSummary | None = None
    delivered: DeliverySummary | None = None
    errors: tuple[str, ...] = ()
    revisited: tuple[str, ...] = ()


class Steps:
    """The parts of a round, each also a job of its own; collects what went wrong."""

    def __init__(
        self,
        places: Places,
        database: Database,
        channels: Path | None,
        log: Log,
        stopping: Stopping,
    ) -> None:
        self._places, self._database = places, database
        self._channels = channels or places.data / FILE_NAME
        self._log, self._stopping = log, stopping
        self.errors: list[str] = []

    def reread(self) -> None:
        """After an update: archived documents by the new parser, before anything is compared."""
        self._try("重读", self._reread)

    def crawl(self, now: datetime) -> tuple[str, ...]:
        """Crawl the portals that are due, in a child process; their ids."""
        return self._try("采集", lambda: self._crawl(now)) or ()

    def revisit(self, now: datetime) -> tuple[str, ...]:
        """Ask for known reports again, in a child process; the portals' ids."""
        return self._try("复查", lambda: self._revisit(now)) or ()

    def judge(self, now: datetime) -> JudgeSummary | None:
        return self._try("判定", lambda: self._judge(now))

    def deliver(self, now: datetime) -> DeliverySummary | None:
        return self._try("发送预警", lambda: self._deliver(now))

    def _reread(self) -> None:
        from spiders.reread import reread  # brings the parser along: only where it is needed

        summary = reread(self._database, self._places.archive, stopping=self._stopping)
        if summary.replaced:
            self._log(f"重读：{summary.found} 份由旧版程序读取，已重读 {summary.replaced} 份")

    def _crawl(self, now: datetime) -> tuple[str, ...]:
        with self._database.session(write=False) as s:
            portals = tuple(due_portals(s, now))
        if not portals:
            self._log("采集：没有到期的门户")
            return ()
        self._visit("采集", "crawl", portals, "有门户未能读全")
        return portals

    def _revisit(self, now: datetime) -> tuple[str, ...]:
        with self._database.session(write=False) as s:
            portals = tuple(due_revisits(s, now))
        if portals:
            self._visit("复查", "revisit", portals, "有报告未能复查")
        return portals

    def _visit(self, step: str, command: str, portals: tuple[str, ...], failed: str) -> None:
        self._log(f"{step}：{len(portals)} 个门户到期，开始")
        chosen = [part for portal in portals for part in ("--portal", portal)]
        places = ["--db", self._places.db, "--data", str(self._places.data)]
        child = CrawlProcess(
            [*places, command, "--json", *chosen],
            lambda line: self._log(f"{step} | {_told(line)}"),
        )
        status = child.wait(self._stopping)
        if self._stopping():
            self._log(f"{step}：已中断，未完成的门户下次接着做")
        elif status == 1:
            self._fail(step, f"{failed}，原因见各门户的{step}结果")
        elif status != 0:
            self._fail(
                step, f"{step}进程异常结束（状态 {status}）：{child.last_words or '没有输出'}"
            )

    def _judge(self, now: datetime) -> JudgeSummary:
        from monitor.judge import judge  # brings all rules along: only where it is needed

        summary = judge(self._database, now=now)
        if summary.changed:
            self._log(f"判定：{summary.changed} 个状态有变化，{summary.alerts} 条新消息")
        return summary

    def _deliver(self, now: datetime) -> DeliverySummary:
        channels = load_channels(self._channels)  # read anew: edits count at once
        summary = deliver(self._database, channels, now, stopping=self._stopping)
        if summary.sent or summary.failed:
            self._log(f"发送预警：{summary}")
        for failure in summary.failures:
            self._fail("发送预警", f"渠道 {failure.channel}：{failure.error}（{failure.title}）")
        return summary

    def _try(self, step: str, act: Callable[[], T]) -> T | None:
        try:
            return act()
        except (StorageError, ChannelsError, OSError) as error:
            self._fail(step, str(error))
        except Exception as error:
            # A fault of the program: told with its traceback; the service has to live on.
            logging.getLogger("nianbao").exception("%s", step)
            self._fail(step, f"程序出错 {type(error).__name__}：{error}")
        return None

    def _fail(self, step: str, reason: str) -> None:
        self.errors.append(f"{step}：{reason}")
        self._log(f"{step}：{reason}")


def _told(line: str) -> str:
    """A line of the child: a crawl result (contract section 4) in short, anything else as it is."""
    try:
        result = json.loads(line)
        outcome = labels.label(RunOutcome(result["outcome"]))
        counts = (result[key] for key in ("reports_new", "reports_changed", "reports_gone"))
        new, changed, gone = counts
    except (ValueError, TypeError, KeyError):
        return line
    return f"{result['portal']}：{outcome}，新增 {new}，变化 {changed}，撤下 {gone}"


def run_cycle(
    places: Places,
    now: datetime,
    *,
    log: Log,
    channels: Path | None = None,
    stopping: Stopping = lambda: False,
    database: Database | None = None,
) -> CycleReport:
    """Read anew, crawl due portals, judge, deliver; ``now`` moves on with the work.

    ``channels``: the file with the channels, by default ``alerts.yml`` in the data folder.

    The crawl runs in a child process and takes its own time from ``settings.now()``. Once
    ``stopping`` is true the child is ended and the remaining steps are left out. Raises
    StorageError only when the database can't be opened at all.
    """
    clock = Clock(now)
    opened = database or Database(places.db)
    try:
        opened.migrate()
        steps = Steps(places, opened, channels, log, stopping)
        steps.reread()
        portals = () if stopping() else steps.crawl(clock())
        revisited = () if stopping() else steps.revisit(clock())
        judged = None if stopping() else steps.judge(clock())
        delivered = None if stopping() else steps.deliver(clock())
        return CycleReport(portals, judged, delivered, tuple(steps.errors), revisited)
    finally:
        if database is None:
            opened.close()
