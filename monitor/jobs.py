"""The service: what is done and when, with the dashboard in the same process.

APScheduler 3.11 ticks by the machine's clock; what the jobs judge by is ``settings.now()``. Its
jobs are kept in the table ``apscheduler_jobs`` (outside the program's own schema) and name
functions of this module; they carry no arguments, so no address or password is stored with them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

import settings
from monitor.crawl_process import GRACE
from monitor.cycle import CycleReport, Log, Steps, run_cycle
from monitor.lease import Lease
from monitor.schedule import due_portals
from monitor.timer import make_scheduler
from settings import SHANGHAI, Places
from storage.session import Database

__all__ = ["CycleReport", "due_portals", "run_cycle", "serve_forever", "tell"]

_WATCH_SECONDS = 2.0


def tell(text: str) -> None:
    """The service's log: one line on stderr with the machine's time."""
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}", file=sys.stderr, flush=True)


def serve_forever(
    places: Places,
    host: str,
    port: int,
    *,
    once: bool = False,
    dashboard: bool = True,
    channels: Path | None = None,
    log: Log = tell,
) -> int:
    """Run the service until SIGTERM or SIGINT; the exit status.

    0: stopped when asked (with ``once``: one round without errors). 1: another service works on
    this database, the service broke, or the round had errors. 2: the port can't be used.
    ``once`` does one round without scheduler and dashboard. ``channels``: the file with the
    channels, by default ``alerts.yml`` in the data folder. Must be called in the main thread.
    Raises StorageError when the database can't be used, SettingsError for a bad ``NIANBAO_NOW``.
    """
    settings.now()
    database = Database(places.db)
    lease = Lease(database)
    try:
        database.migrate()
        try:
            if not lease.acquire():
                log("另一个 nianbao 服务正在使用这个数据库，本次不启动")
                return 1
        except (OSError, SQLAlchemyError) as error:
            log(
                f"取不到服务锁，本次不启动：{getattr(error, 'strerror', None) or type(error).__name__}"
            )
            return 1
        service = _Service(places, database, lease, channels, log)
        with service.current():
            return service.once() if once else service.run(host, port, dashboard)
    finally:
        lease.release()
        database.close()


class _Service:
    """The running service; jobs find it by :data:`_running`."""

    def __init__(
        self, places: Places, database: Database, lease: Lease, channels: Path | None, log: Log
    ) -> None:
        self._places, self._database, self._lease = places, database, lease
        self._channels, self._log = channels, log
        self._stop = threading.Event()
        self._cycling = threading.Lock()
        self._busy = threading.Semaphore(_MOST_JOBS)
        self._told: tuple[str, ...] = ()

    # --- jobs -----------------------------------------------------------------

    def cycle(self) -> None:
        if not self._cycling.acquire(blocking=False):
            return  # the first round may still be at work when the hour comes
        try:
            with self._working() as go:
                if go:
                    self._round()
        finally:
            self._cycling.release()

    def judge(self) -> None:
        with self._working() as go:
            if go:
                self._steps(self._log).judge(settings.now())

    def deliver(self) -> None:
        with self._working() as go:
            if not go:
                return
            said: list[str] = []
            self._steps(said.append).deliver(settings.now())
            # Every minute: the same trouble is told once, not sixty times an hour.
            if tuple(said) != self._told:
                for line in said:
                    self._log(line)
            self._told = tuple(said)

    # --- life -----------------------------------------------------------------

    def once(self) -> int:
        with self._signals():
            report = self._round()
        return 1 if report.errors else 0

    def run(self, host: str, port: int, with_dashboard: bool) -> int:
        board = None
        if with_dashboard:
            from monitor.dashboard import Dashboard  # a service without it needs no web server

            try:
                board = Dashboard(self._database, host, port)
            except OSError as error:
                self._log(f"看板不能使用 {host}:{port}：{error.strerror or error}")
                return 2
            self._log(f"看板：http://{f'[{host}]' if ':' in host else host}:{board.port}/")
        scheduler = make_scheduler(self._database, TIMETABLE, first=cycle_job)
        # Not APScheduler's own background thread: if it dies, somebody has to notice.
        ticking = threading.Thread(target=scheduler.start, daemon=True, name="scheduler")
        with self._signals():
            ticking.start()
            self._log("服务已启动")
            status = 0
            while not self._stop.wait(_WATCH_SECONDS):
                broken = self._broken(ticking, board)
                if broken:
                    self._log(broken)
                    status = 1
                    self._stop.set()
            self._log("正在停止")
            if board is not None:
                board.stop()
            if scheduler.running:
                scheduler.shutdown(wait=False)
            self._wait_for_jobs(status)
        self._log("服务已停止")
        return status

    def _round(self) -> CycleReport:
        return run_cycle(
            self._places,
            settings.now(),
            log=self._log,
            channels=self._channels,
            stopping=self._stop.is_set,
            database=self._database,
        )

    def _steps(self, log: Log) -> Steps:
        return Steps(self._places, self._database, self._channels, log, self._stop.is_set)

    def _broken(self, ticking: threading.Thread, board: object) -> str | None:
        if not ticking.is_alive():
            return "定时器已停，服务退出"
        if board is not None and not getattr(board, "alive", False):
            return "看板已停，服务退出"
        if not self._lease.held():
            return "与数据库的连接断开，服务锁已失，服务退出"
        return None

    def _wait_for_jobs(self, status: int) -> None:
        # A crawl gets its grace to stop. What takes longer is a judgement inside one transaction,
        # which is rolled back and done again at the next start.
        deadline = time.monotonic() + GRACE + 2
        for _ in range(_MOST_JOBS):
            if not self._busy.acquire(timeout=max(0.0, deadline - time.monotonic())):
                self._log("有任务没有及时结束，放弃（未提交的改动会回滚）")
                self._lease.release()
                os._exit(status)

    @contextmanager
    def _working(self) -> Iterator[bool]:
        """Marks a job as under way; False when the service is stopping."""
        with self._busy:
            yield not self._stop.is_set()

    @contextmanager
    def current(self) -> Iterator[None]:
        """Makes it the service that the jobs of this process work for."""
        global _running
        _running = self
        try:
            yield
        finally:
            _running = None

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT stop the service in order; a second one ends it at once."""
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def restore() -> None:
            for number, handler in before.items():
                signal.signal(number, handler)

        def stop(number: int, frame: FrameType | None) -> None:
            self._stop.set()
            restore()

        for number in before:
            signal.signal(number, stop)
        try:
            yield
        finally:
            restore()


_MOST_JOBS = 8
_running: _Service | None = None


def cycle_job() -> None:
    _service().cycle()


def judge_job() -> None:
    _service().judge()


def deliver_job() -> None:
    _service().deliver()


def _service() -> _Service:
    if _running is None:
        raise RuntimeError("these jobs run inside serve_forever")
    return _running


TIMETABLE = (
    ("cycle", cycle_job, IntervalTrigger(hours=1, timezone=SHANGHAI)),
    ("deliver", deliver_job, IntervalTrigger(minutes=1, timezone=SHANGHAI)),
    # After midnight: a deadline counts to the end of its day.
    ("judge", judge_job, CronTrigger(hour=0, minute=5, timezone=SHANGHAI)),
)
