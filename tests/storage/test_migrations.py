"""Migrations on both databases: they lead to the models, back, and past each other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

import storage
from storage.migrations import runner
from storage.models import Base
from storage.session import Database, StorageError

ROOT = Path(storage.__file__).parents[1]
TABLES = {*Base.metadata.tables, "alembic_version"}


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def migrated(url: str) -> Database:
    database = Database(url)
    database.migrate()
    return database


def test_the_migrations_lead_to_the_models(empty_db_url: str) -> None:
    database = migrated(empty_db_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_down_and_up_again(empty_db_url: str) -> None:
    database = migrated(empty_db_url)
    assert tables(empty_db_url) == TABLES
    with database.engine.connect() as connection:
        runner.downgrade(connection, "base")
    assert tables(empty_db_url) == {"alembic_version"}
    database.migrate()
    assert tables(empty_db_url) == TABLES
    database.close()


def test_migrating_again_keeps_everything(database: Database) -> None:
    with database.session() as s:
        s.execute(
            text(
                "INSERT INTO portals VALUES ('p', null, 'http://x/', '[]', '[]', null, 'auto', '{}', null, true)"
            )
        )
    database.migrate()
    with database.session() as s:
        assert s.scalar(text("SELECT count(*) FROM portals")) == 1


def test_processes_that_migrate_at_once(empty_db_url: str) -> None:
    code = "import sys; from storage.session import Database; Database(sys.argv[1]).migrate()"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty_db_url],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert tables(empty_db_url) == TABLES


def test_a_migration_waits_for_another(empty_db_url: str) -> None:
    database = Database(empty_db_url)
    thread = threading.Thread(target=database.migrate)
    with database.engine.begin() as connection:
        runner.lock(connection)
        thread.start()
        thread.join(0.7)
        assert thread.is_alive()
        assert not inspect(connection).get_table_names()
    thread.join(30)
    assert tables(empty_db_url) == TABLES
    database.close()


def test_a_migration_that_fails_leaves_nothing(empty_db_url: str) -> None:
    engine = create_engine(empty_db_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (x integer)"))
    with pytest.raises(StorageError, match="无法使用"):
        migrated(empty_db_url)
    assert tables(empty_db_url) == {"outbox"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE outbox"))
    engine.dispose()
    migrated(empty_db_url).close()
    assert tables(empty_db_url) == TABLES


def test_a_newer_database_is_left_alone(database: Database) -> None:
    with database.session() as s:
        s.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError) as caught:
        database.migrate()
    assert "更新版本的程序" in str(caught.value)
    assert "9999" in str(caught.value)


def test_it_works_wherever_the_package_is_installed(tmp_path: Path) -> None:
    place = tmp_path / "安装 100%"
    shutil.copytree(
        ROOT / "storage", place / "storage", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "settings.py", place)
    code = (
        "import storage; from storage.session import Database;"
        "Database('sqlite:///here.sqlite3').migrate(); print(storage.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(place), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(place) in done.stdout
    assert tables(f"sqlite:///{tmp_path / 'here.sqlite3'}") == TABLES
