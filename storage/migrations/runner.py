"""Runs the migrations on a given connection, under a lock that other processes respect."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.errors import StorageError, place

_FOLDER = Path(__file__).parent
_LOCK = 0x6E69616E  # "nian"; any constant that no other user of the server takes


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; ``connection`` is what env.py migrates."""
    settings = Config()
    # Alembic interpolates with %, which a path may contain.
    settings.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection, target: str = "head") -> None:
    """Upgrade to ``target`` in one transaction; nothing is left behind if it is cut off.

    Raises StorageError when the database was written by a newer program.
    """
    settings = config(connection)
    scripts = ScriptDirectory.from_config(settings)
    with connection.begin():
        lock(connection)
        current = MigrationContext.configure(connection).get_current_heads()
        known = {script.revision for script in scripts.walk_revisions()}
        if strangers := sorted(set(current) - known):
            raise StorageError(
                f"数据库 {place(connection.engine.url)} 由更新版本的程序建立"
                f"（版本 {'、'.join(strangers)}），请先升级 nianbao"
            )
        if set(current) != set(scripts.get_heads()):
            command.upgrade(settings, target)


def downgrade(connection: Connection, target: str) -> None:
    """Go back to ``target`` (``base``: no tables); for tests and emergencies."""
    with connection.begin():
        lock(connection)
        command.downgrade(config(connection), target)


def lock(connection: Connection) -> None:
    """Until the transaction's end nobody else migrates. On SQLite BEGIN IMMEDIATE does that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
