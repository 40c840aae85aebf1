"""The database: opening it, migrating it, and the one way to get a session.

SQLite is tuned for one file shared by several processes: WAL, so that readers are never blocked,
and ``BEGIN IMMEDIATE`` for writers, so that two of them queue (up to 30 s) instead of failing when
a read lock has to be upgraded. See https://docs.sqlalchemy.org/en/21/dialects/sqlite.html (pysqlite
transactions) and https://www.sqlite.org/lang_transaction.html.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.orm import Session

from storage.errors import StorageError, describe

BUSY_SECONDS = 30
CONNECT_SECONDS = 10
_MODE = "nianbao_mode"
"""Execution option: ``write`` (default), ``read`` or ``migrate``."""
_BEGIN = {
    "write": ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    "read": ("PRAGMA query_only=ON", "BEGIN"),
    # Batch migrations rebuild tables; with foreign keys on, dropping the old one fails.
    "migrate": ("PRAGMA foreign_keys=OFF", "PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
}
_SURROGATES = re.compile("[\ud800-\udfff]")

__all__ = ["Database", "StorageError"]


class Database:
    """One database by SQLAlchemy URL (SQLite file or PostgreSQL).

    Creating it opens nothing except that the parent folder of an SQLite file is made.
    Raises StorageError for a URL that can't be used and a folder that can't be made.
    """

    def __init__(self, url: str) -> None:
        parsed = _normalise(url)
        self.url = parsed.render_as_string(hide_password=False)
        self.engine = _engine(parsed)
        self._reader = self.engine.execution_options(**_read_options(parsed))

    def migrate(self) -> None:
        """Bring the tables to the newest revision; does nothing when they are.

        Two processes may call it at once: the second waits, then finds nothing left to do.
        Raises StorageError: unreachable, no database, not writable, newer than the program.
        """
        from storage.migrations import runner  # Alembic costs 0.2 s: only where it is needed

        connection: Connection | None = None
        try:
            connection = self.engine.connect().execution_options(**{_MODE: "migrate"})
            runner.upgrade(connection)
        except _FAILURES as error:
            raise describe(error, self.engine.url) from error
        finally:
            if connection is not None:
                # A fresh connection next time: this one has foreign keys switched off.
                connection.detach()
                connection.close()

    @contextmanager
    def session(self, *, write: bool = True) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error.

        ``write=False``: the transaction is read-only, enforced by the database; on SQLite it
        neither waits for writers nor makes them wait.
        Raises StorageError when the database can't be reached, read or written.
        """
        session = Session(self.engine if write else self._reader, expire_on_commit=False)
        try:
            yield session
            session.commit()
        except (IntegrityError, ProgrammingError, DataError):
            # The program's fault, not the database's: keep the technical error.
            session.rollback()
            raise
        except _FAILURES as error:
            session.rollback()
            raise describe(error, self.engine.url, reading=not write) from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


_FAILURES = (DatabaseError, InterfaceError, OSError)


def _normalise(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(
            "数据库地址写法有误，应为 sqlite:///文件路径 或 postgresql://用户:密码@主机/库名"
        ) from None
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StorageError(f"不支持的数据库类型 {backend}：只支持 SQLite 和 PostgreSQL")
    if not parsed.database or parsed.database == ":memory:":
        raise StorageError("SQLite 地址缺少文件路径，应写作 sqlite:///文件路径（不支持内存数据库）")
    path = Path(parsed.database).expanduser().absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"无法建立数据库所在的目录 {path.parent}：{error.strerror}") from error
    return parsed.set(database=str(path))


def _engine(url: URL) -> Engine:
    arguments: dict[str, Any] = {"json_serializer": to_json}
    if url.get_backend_name() == "postgresql":
        arguments["connect_args"] = {"connect_timeout": CONNECT_SECONDS}
        arguments["pool_pre_ping"] = True
    else:
        arguments["connect_args"] = {"timeout": BUSY_SECONDS}
    try:
        engine = create_engine(url, **arguments)
    except ImportError:
        raise StorageError(
            "缺少 PostgreSQL 驱动 psycopg，请执行：pip install 'nianbao[pg]'"
        ) from None
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _read_options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "postgresql":
        return {"postgresql_readonly": True}
    return {_MODE: "read"}


def _prepare_sqlite(connection: Any, record: object) -> None:
    # The driver must not begin transactions by itself; _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        _switch_to_wal(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Changing the journal mode ignores busy_timeout while another process does the same."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except cursor.connection.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _begin_sqlite(connection: Connection) -> None:
    for statement in _BEGIN[connection.get_execution_options().get(_MODE, "write")]:
        connection.exec_driver_sql(statement)


def to_json(value: object) -> str:
    """JSON as stored: readable Chinese; half characters (no valid UTF-8) become U+FFFD."""
    return _SURROGATES.sub("�", json.dumps(value, ensure_ascii=False, allow_nan=False))
