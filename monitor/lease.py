"""One service per database: a lock that its process holds and that dies with the process.

SQLite: ``flock`` on a file beside the database. PostgreSQL: a session-level advisory lock on a
connection of its own, so that services on different machines see each other.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, NullPool, create_engine, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from storage.session import Database

_KEY = 0x6E69616E62616F
"""Number of the advisory lock: "nianbao" in ASCII."""


class Lease:
    """Held from a successful :meth:`acquire` until :meth:`release` or the end of the process."""

    def __init__(self, database: Database) -> None:
        self._url = make_url(database.url)
        self._file: IO[str] | None = None
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Whether this process is now the one. Raises OSError, SQLAlchemyError: no lock to be had."""
        if self._url.get_backend_name() == "sqlite":
            return self._lock_file(Path(f"{self._url.database}.service.lock"))
        return self._lock_database()

    def held(self) -> bool:
        """Whether it is still held: a lost connection to PostgreSQL loses the lock."""
        if self._connection is None:
            return self._file is not None
        try:
            self._connection.scalar(select(1))
        except SQLAlchemyError:
            return False
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _lock_file(self, path: Path) -> bool:
        file = path.open("a", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def _lock_database(self) -> bool:
        # NullPool: closing really ends the connection, and with it the lock.
        engine = create_engine(self._url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        connection = engine.connect()
        if connection.scalar(select(func.pg_try_advisory_lock(_KEY))):
            self._connection = connection
            return True
        connection.close()
        return False
