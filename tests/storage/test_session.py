"""Sessions: transactions, several writers at once, and what is told when nothing works."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import IntegrityError

import storage
from storage.errors import describe
from storage.models import AgencyRow, AlertRow, PortalRow
from storage.session import Database, StorageError
from tests.storage.samples import NOW, add_portal

ROOT = Path(storage.__file__).parents[1]


def names(database: Database) -> list[str | None]:
    with database.session(write=False) as s:
        return list(s.scalars(select(PortalRow.name).order_by(PortalRow.id)))


def test_commits_at_the_end_and_rolls_back_on_any_error(database: Database) -> None:
    with database.session() as s:
        s.add(PortalRow(id="p", url="http://x/", name="政府"))
    assert names(database) == ["政府"]
    with pytest.raises(KeyboardInterrupt), database.session() as s:
        s.add(PortalRow(id="q", url="http://x/"))
        s.flush()
        raise KeyboardInterrupt
    assert names(database) == ["政府"]


def test_foreign_keys_hold_and_the_programs_faults_keep_their_type(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as s:
        s.add(PortalRow(id="p", url="http://x/"))
        s.add(
            AlertRow(
                key="k",
                kind="late",
                agency="none",
                severity="error",
                state="firing",
                title="",
                body="",
                opened_at=NOW,
            )
        )
    assert names(database) == []


def test_a_reading_session_can_not_write(database: Database) -> None:
    with pytest.raises(StorageError, match="只读会话"), database.session(write=False) as s:
        s.add(PortalRow(id="p", url="http://x/"))
    with database.session() as s:  # and the connection is not spoilt for the next one
        s.add(PortalRow(id="p", url="http://x/"))
    assert names(database) == [None]


def test_readers_are_not_blocked_by_a_writer(database: Database) -> None:
    with database.session() as s:
        s.add(PortalRow(id="p", url="http://x/", name="旧"))
    with database.session() as writer:
        writer.execute(text("UPDATE portals SET name = '新'"))
        started = time.monotonic()
        assert names(database) == ["旧"]
        assert time.monotonic() - started < 5
    assert names(database) == ["新"]


def test_writers_queue_and_nothing_is_lost(database: Database) -> None:
    """Read, then write in one transaction: without BEGIN IMMEDIATE SQLite refuses this at once."""
    with database.session() as s:
        s.add(PortalRow(id="p", url="http://x/", delay=0.0))
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                with database.session() as s:
                    row = s.scalars(select(PortalRow).with_for_update()).one()
                    time.sleep(0.002)
                    row.delay = (row.delay or 0) + 1
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with database.session() as s:
        assert s.scalars(select(PortalRow.delay)).one() == 40


def test_a_killed_writer_leaves_the_database_usable(database: Database) -> None:
    code = (
        "import os, signal, sys; from sqlalchemy import text\n"
        "from storage.session import Database\n"
        "with Database(sys.argv[1]).session() as s:\n"
        "    s.execute(text(\"INSERT INTO portals VALUES ('p', null, 'http://x/', '[]', '[]',"
        " null, 'auto', '{}', null, true)\"))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, database.url], cwd=ROOT, check=False)
    assert done.returncode == -9
    with database.session() as s:
        add_portal(s, "q", ())
    assert names(database) == [None]


# --- What is told ------------------------------------------------------------------


def told(work: Callable[[], object]) -> str:
    """The one Chinese line of the StorageError that ``work`` raises."""
    with pytest.raises(StorageError) as caught:
        work()
    message = str(caught.value)
    assert re.search("[一-鿿]", message)
    assert "\n" not in message
    assert "secret" not in message
    return message


def test_addresses_that_can_not_be_used(tmp_path: Path) -> None:
    assert "写法有误" in told(lambda: Database("no url at all, secret"))
    assert "mysql" in told(lambda: Database("mysql://u:secret@h/d"))
    assert "文件路径" in told(lambda: Database("sqlite://"))
    assert "文件路径" in told(lambda: Database("sqlite:///:memory:"))
    file = tmp_path / "file"
    file.write_text("x")
    assert "目录" in told(lambda: Database(f"sqlite:///{file}/sub/x.db"))
    assert "目录" in told(lambda: Database("sqlite:////proc/none/x.db"))


def test_the_folder_is_made_and_relative_paths_are_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database("sqlite:///新/夹/x.db")
    monkeypatch.chdir("/")
    database.migrate()
    database.close()
    assert (tmp_path / "新" / "夹" / "x.db").exists()


def test_files_that_are_no_database(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    file.write_text("这不是数据库" * 100)
    assert "不是 SQLite 数据库" in told(Database(f"sqlite:///{file}").migrate)
    assert "打不开文件" in told(Database(f"sqlite:///{tmp_path}").migrate)


def test_a_damaged_file(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    database = Database(sqlite_url)

    def read() -> None:
        with database.session() as s:
            s.execute(select(AgencyRow)).all()

    assert "损坏" in told(read)


def test_a_database_that_was_never_migrated(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")

    def read() -> None:
        with database.session() as s:
            s.execute(select(AgencyRow)).all()

    assert "尚未建立" in told(read)


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:  # bound but not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        database = Database(f"postgresql://user:secret@127.0.0.1:{port}/nianbao")
        assert f"127.0.0.1:{port}/nianbao" in told(database.migrate)
        assert "连接被拒绝" in told(database.migrate)

        def write() -> None:
            with database.session() as s:
                s.execute(text("SELECT 1"))

        assert "连接被拒绝" in told(write)


def test_no_password_is_shown_even_if_the_driver_does() -> None:
    url = make_url("postgresql+psycopg://user:secret@h/d?password=hidden")
    message = str(describe(OSError("odd: password=secret, hidden\nmore"), url))
    assert message == "数据库 h/d 无法使用：odd: password=***, ***"


def test_a_database_that_is_not_on_the_server(postgres_url: str) -> None:
    base, _, query = postgres_url.partition("?")
    url = base.rsplit("/", 1)[0] + "/none?" + query + "&password=secret"
    assert "不存在" in told(Database(url).migrate)


def test_a_full_disk_is_told_in_one_line(sqlite_url: str) -> None:
    """RLIMIT_FSIZE makes the system refuse the write, as a full disk does."""
    code = (
        "import resource, sys\n"
        "from storage.models import PortalRow\n"
        "from storage.session import Database, StorageError\n"
        "database = Database(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try:\n"
        "    with database.session() as s:\n"
        "        s.add_all(PortalRow(id=str(n), url='http://x/' * 99) for n in range(2000))\n"
        "except StorageError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sqlite_url],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search("磁盘", done.stdout), done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == 1
    database = Database(sqlite_url)
    assert names(database) == []
    database.close()
