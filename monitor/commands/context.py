"""What every command needs: places, database, output as JSON lines, and how errors are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import settings
from storage.archive import ArchiveError
from storage.backup import BackupError
from storage.registry import RegistryError
from storage.session import Database, StorageError

JsonFlag = Annotated[bool, typer.Option("--json", help="输出 JSON，每行一个对象")]
YearOption = Annotated[
    int, typer.Option("--year", "-y", min=2008, max=2100, help="报告年度（报告所述的那一年）")
]
YearsOption = Annotated[
    list[int] | None,
    typer.Option("--year", "-y", min=2008, max=2100, help="报告年度，可重复；不写则为全部"),
]

# Into a file or a pipe there is no screen to fit: wide enough for names and dates on one line.
console = Console(width=None if sys.stdout.isatty() else 140)
notes = Console(stderr=True)


class CommandError(Exception):
    """Wrong use or unreadable input; the message is one Chinese line that says what to do."""


class Refused:
    """The errors that end a command with status 2 and one clear line."""

    @staticmethod
    def kinds() -> tuple[type[Exception], ...]:
        from monitor.alerts.channels import ChannelsError
        from monitor.exports.audit_list import AuditError
        from monitor.scoring import ProfileError

        return (
            CommandError,
            StorageError,
            ArchiveError,
            BackupError,
            RegistryError,
            ChannelsError,
            AuditError,
            ProfileError,
            settings.SettingsError,
        )

    @staticmethod
    def line(error: Exception) -> str:
        if isinstance(error, RegistryError):
            return "\n".join(f"错误：{problem}" for problem in error.problems)
        return f"错误：{error}"


@dataclass
class Context:
    """Global options of this call."""

    db: str | None = None
    data: Path | None = None
    registry: Path | None = None

    def configure(self, db: str | None, data: Path | None, registry: Path | None) -> None:
        self.db, self.data, self.registry = db, data, registry

    @property
    def places(self) -> settings.Places:
        return settings.Places.resolve(self.data, self.db)

    @property
    def registry_folder(self) -> Path:
        return self.registry or Path("registry")

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, migrated to this version."""
        places = self.places
        try:
            places.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(
                f"数据目录 {places.data} 无法使用：{error.strerror}；请用 --data 另指定"
            ) from None
        database = Database(places.db)
        try:
            database.migrate()
            yield database
        finally:
            database.close()


context = Context()


def emit(item: Mapping[str, Any]) -> None:
    """One JSON object a line on stdout."""
    sys.stdout.write(json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n")
    sys.stdout.flush()
