"""The service as it runs: a process of its own, stopped by signals, alone on its database."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from pytest_httpserver import HTTPServer
from sqlalchemy import create_engine, event, text
from werkzeug import Request, Response

from monitor.crawl_process import GRACE, CrawlProcess
from monitor.cycle import run_cycle
from monitor.jobs import deliver_job, serve_forever
from monitor.lease import Lease
from monitor.timer import JOB_TABLE, PatientJobStore
from settings import SHANGHAI, Places, SettingsError
from storage import repositories
from storage.domain import Portal
from storage.registry import RegistryData, import_registry
from storage.session import Database
from storage.vocab import Status
from tests.monitor.alerts.world import NOW, judge, line, seed

ROOT = Path(__file__).parents[2]
SERVICE = """
import sys
from pathlib import Path
from monitor.jobs import serve_forever
from settings import Places
sys.exit(serve_forever(Places(Path(sys.argv[1]), sys.argv[2]), "127.0.0.1", int(sys.argv[3]),
                       dashboard=sys.argv[4] == "board"))
"""


class Service:
    """A service in a child process; its log is read as it comes."""

    def __init__(self, places: Places, *, board: bool = False, port: int = 0) -> None:
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SERVICE,
                str(places.data),
                places.db,
                str(port),
                "board" if board else "",
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, words: str) -> str:
        """Reads the log up to a line with these words."""
        assert self.process.stderr is not None
        for entry in self.process.stderr:
            self.log.append(entry)
            if words in entry:
                return entry
        raise AssertionError(f"ended without {words!r}: {''.join(self.log)}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit status after a signal."""
        self.process.send_signal(number)
        assert self.process.stderr is not None
        self.log += self.process.stderr.readlines()
        return self.process.wait(30)


@pytest.fixture
def places(db_url: str, data_dir: Path) -> Places:
    return Places(data_dir, db_url)


@pytest.fixture
def small_places(sqlite_url: str, data_dir: Path) -> Places:
    return Places(data_dir, sqlite_url)


@pytest.fixture
def start() -> Iterator[Callable[..., Service]]:
    services: list[Service] = []

    def begin(*args: object, **more: object) -> Service:
        services.append(Service(*args, **more))  # type: ignore[arg-type]
        return services[-1]

    yield begin
    for service in services:
        service.process.kill()
        service.process.wait()


def test_cycle_with_nothing_due_judges_and_delivers(places: Places, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    (places.data / "alerts.yml").write_text(
        f"channels: [{{id: hook, url: 'json://127.0.0.1:{httpserver.port}/'}}]", "utf-8"
    )
    database = Database(places.db)
    seed(database)
    said: list[str] = []
    report = run_cycle(places, NOW, log=said.append)
    assert (report.portals, report.errors) == ((), ())
    assert report.judged is not None and report.delivered is not None
    titles = [json.loads(request.get_data())["title"] for request, _ in httpserver.log]
    # The crawl of that morning proves it: the judge calls both bodies missing.
    assert len(titles) == 2 and all(title.startswith("【未见公开】") for title in titles)
    again = run_cycle(places, NOW + timedelta(minutes=1), log=said.append)
    assert again.delivered is not None and again.delivered.sent == 0
    assert len(httpserver.log) == 2
    database.close()


def test_a_broken_step_is_told_and_the_others_go_on(small_places: Places) -> None:
    """The crawl fails (an address that is refused), the channels can't be read: judged all the same."""
    (small_places.data / "alerts.yml").write_text("channels: nothing", "utf-8")
    database = Database(small_places.db)
    with database.session() as s:
        portal = Portal("p-1", "http://127.0.0.1:9/")
        import_registry(s, RegistryData((), (portal,), ()))
    said: list[str] = []
    report = run_cycle(small_places, NOW, log=said.append)
    assert report.portals == ("p-1",)
    assert report.judged is not None
    assert report.delivered is None
    assert [error.split("：")[0] for error in report.errors] == ["采集", "发送预警"]
    assert "alerts.yml" in report.errors[1]
    assert all(any(error in line for line in said) for error in report.errors)
    database.close()


def test_once_returns_after_a_round(small_places: Places) -> None:
    said: list[str] = []
    assert serve_forever(small_places, "127.0.0.1", 0, once=True, log=said.append) == 0
    assert any("没有到期的门户" in line for line in said)
    (small_places.data / "alerts.yml").write_text("channels: nothing", "utf-8")
    assert serve_forever(small_places, "127.0.0.1", 0, once=True, log=said.append) == 1


def test_the_file_of_channels_can_be_named(small_places: Places, tmp_path: Path) -> None:
    bad = tmp_path / "elsewhere.yml"
    bad.write_text("channels: nothing", "utf-8")
    said: list[str] = []
    status = serve_forever(small_places, "127.0.0.1", 0, once=True, channels=bad, log=said.append)
    assert status == 1 and any("elsewhere.yml" in line for line in said)


def test_a_bad_present_is_refused_at_the_start(
    small_places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_NOW", "tomorrow")
    with pytest.raises(SettingsError):
        serve_forever(small_places, "127.0.0.1", 0, once=True, log=lambda _: None)


def test_service_starts_serves_and_stops(places: Places, start: Callable[..., Service]) -> None:
    service = start(places, board=True)
    address = service.until("看板：").split("看板：")[1].strip()
    service.until("没有到期的门户")
    with urlopen(address) as page:
        assert page.status == 200
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 8
    assert "服务已停止" in service.log[-1]
    # Jobs are kept, and no password, address or path with them.
    engine = create_engine(Database(places.db).engine.url)
    with engine.connect() as connection:
        jobs = connection.execute(text(f"SELECT id, job_state FROM {JOB_TABLE} ORDER BY id")).all()
    assert [job.id for job in jobs] == ["cycle", "deliver", "judge"]
    assert all(b"monitor.jobs:" in bytes(job.job_state) for job in jobs)
    assert not any(str(places.data).encode() in bytes(job.job_state) for job in jobs)
    engine.dispose()


def test_stopped_in_the_middle_of_a_crawl(
    places: Places,
    start: Callable[..., Service],
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A portal that keeps the crawler waiting: the service still ends soon, and nothing stays."""
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE", "1")
    asked, release = threading.Event(), threading.Event()

    def hang(_: Request) -> Response:
        asked.set()
        release.wait(60)
        return Response("")

    httpserver.expect_request(re.compile(".*")).respond_with_handler(hang)
    database = Database(places.db)
    with database.session() as s:
        portal = Portal("p-1", httpserver.url_for("/"))
        import_registry(s, RegistryData((), (portal,), ()))
    service = start(places)
    service.until("1 个门户到期")
    assert asked.wait(30)
    children = Path(f"/proc/{service.process.pid}/task")
    pids = [int(p) for f in children.glob("*/children") for p in f.read_text().split()]
    assert pids
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < GRACE + 5
    release.set()
    assert not any(alive(pid) for pid in pids)
    assert any("已中断" in entry for entry in service.log)
    with database.session(write=False) as s:
        # Not finished: the portal is due again, and nothing was judged from it.
        assert repositories.healths(s, "p-1") == []
    database.close()


def test_second_service_on_a_database_says_so_and_leaves(
    places: Places, start: Callable[..., Service]
) -> None:
    first = start(places)
    first.until("服务已启动")
    second = start(places)
    second.until("另一个 nianbao 服务")
    assert second.process.wait(20) == 1
    first.process.kill()  # however it ends, the lock ends with it
    first.process.wait()
    third = start(places)
    third.until("服务已启动")
    assert third.stop(signal.SIGINT) == 0


def test_taken_port_is_told(small_places: Places, start: Callable[..., Service]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = start(small_places, board=True, port=port)
        service.until(f"看板不能使用 127.0.0.1:{port}")
        assert service.process.wait(20) == 2


def test_service_that_lost_its_lock_ends(
    postgres_url: str, data_dir: Path, start: Callable[..., Service]
) -> None:
    service = start(Places(data_dir, postgres_url))
    service.until("没有到期的门户")
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        )
    engine.dispose()
    service.until("服务锁已失")
    assert service.process.wait(20) == 1


def test_lease_is_free_again_after_release(database: Database) -> None:
    first, second = Lease(database), Lease(database)
    assert not first.held()
    assert first.acquire() and first.held()
    assert not second.acquire() and not second.held()
    first.release()
    assert second.acquire()
    second.release()


def test_timer_outlives_a_busy_database(sqlite_database: Database) -> None:
    """A long judgement holds the write lock: the loop of APScheduler must not end with an error."""
    event.listen(
        sqlite_database.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA busy_timeout=50"),
    )
    store = PatientJobStore(engine=sqlite_database.engine, tablename=JOB_TABLE)
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="Asia/Shanghai")
    scheduler.start(paused=True)
    job = scheduler.add_job(deliver_job, "interval", minutes=1)
    with sqlite_database.session() as s:
        s.execute(text("DELETE FROM alerts"))  # holds the lock
        store.update_job(job)
        assert store.get_next_run_time() > datetime.now(SHANGHAI)
    assert store.get_next_run_time() == job.next_run_time
    scheduler.shutdown()


# --- the crawl process --------------------------------------------------------


def test_child_runs_the_program_and_tells_what_it_said(small_places: Places) -> None:
    said: list[str] = []
    arguments = ["--db", small_places.db, "--data", str(small_places.data)]
    child = CrawlProcess([*arguments, "crawl", "--portal", "p-9"], said.append)
    command = Path(f"/proc/{child.pid}/cmdline").read_text()
    assert small_places.db not in command
    assert child.wait() == 2
    assert "名录中没有门户" in child.last_words
    assert said


PARENT = """
import sys, time
from monitor.crawl_process import CrawlProcess
child = CrawlProcess(["--db", sys.argv[1], "--data", sys.argv[2], "serve", "--port", "0"], print)
print(child.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_child_ends_when_its_parent_is_killed(small_places: Places) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, small_places.db, str(small_places.data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    for entry in parent.stdout:  # it is at work
        if "网页" in entry:
            break
    assert alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def test_child_is_stopped_when_asked(small_places: Places) -> None:
    said: list[str] = []
    arguments = ["--db", small_places.db, "--data", str(small_places.data)]
    child = CrawlProcess([*arguments, "serve", "--port", "0"], said.append)
    began = time.monotonic()
    child.wait(stopping=lambda: bool(said) or time.monotonic() - began > 20)
    assert said
    assert time.monotonic() - began < 20
    assert not alive(child.pid)


def test_statuses_in_the_database_survive_a_restart_without_a_second_message(
    small_places: Places, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    (small_places.data / "alerts.yml").write_text(
        f"channels: [{{id: hook, url: 'json://127.0.0.1:{httpserver.port}/'}}]", "utf-8"
    )
    database = Database(small_places.db)
    seed(database)
    judge(database, line(Status.MISSING))
    for hours in (0, 1, 2):
        run_cycle(small_places, NOW + timedelta(hours=hours), log=lambda _: None)
    with database.session(write=False) as s:
        found = {x.agency: x.status for x in repositories.statuses(s, 2023)}
    assert found["a-1"] is Status.MISSING
    said = [json.loads(request.get_data())["message"] for request, _ in httpserver.log]
    assert len([x for x in said if "missing:a-1:2023:1（opened）" in x]) == 1
    database.close()
