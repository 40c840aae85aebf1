"""Database and archive in one file, from which both can be made again, on SQLite or PostgreSQL.

A TAR of: ``manifest.json``; ``tables/NAME.jsonl.gz``, a row a line, the tables in an order in which
foreign keys hold; ``archive/…``, the WARC files as they are. The manifest comes last, so that a file
that was cut off is no backup. The tables are of one moment; records that the archive gained after
it do no harm, since nothing points to them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, select

from storage.models import Base
from storage.session import Database, to_json

FORMAT = "nianbao.backup/1"
MANIFEST = "manifest.json"
BATCH = 1000
_CHUNK = 1 << 20

Told = Callable[[str], None]


class BackupError(Exception):
    """The backup can't be written or used; the message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class BackupSummary:
    rows: int
    files: int
    size: int
    """bytes of the backup"""


def backup(
    database: Database, archive: Path, target: Path, now: datetime, told: Told = lambda _: None
) -> BackupSummary:
    """Write ``target``; it appears only when it is whole. ``told``: what is being written, Chinese.

    Raises BackupError: the file exists or can't be written; StorageError: the database.
    """
    if target.exists():
        raise BackupError(f"{target} 已存在，不覆盖；请另指定文件")
    part = target.with_name(target.name + ".part")
    manifest: dict[str, Any] = {"format": FORMAT, "made_at": now.isoformat(), "tables": {}}
    digests: dict[str, str] = {}
    try:
        with part.open("wb") as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
            with _snapshot(database) as connection:
                manifest["revision"] = revision(connection)
                for table in Base.metadata.sorted_tables:
                    told(f"数据表 {table.name}")
                    manifest["tables"][table.name] = _add_table(tar, connection, table, digests)
            for file in sorted(archive.rglob("*")) if archive.is_dir() else ():
                if file.is_file() and not file.is_symlink():
                    name = f"archive/{file.relative_to(archive).as_posix()}"
                    told(name)
                    _add_file(tar, name, file, digests)
            manifest["sha256"] = digests
            _add_bytes(tar, MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupError(f"备份 {target} 无法写出：{error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    rows = sum(manifest["tables"].values())
    files = sum(name.startswith("archive/") for name in digests)
    return BackupSummary(rows, files, target.stat().st_size)


def _snapshot(database: Database) -> Connection:
    """A connection that sees all tables as of one moment."""
    engine = database.engine
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    return engine.connect().execution_options(nianbao_mode="read")


def revision(connection: Connection) -> str:
    return ",".join(sorted(MigrationContext.configure(connection).get_current_heads()))


def _add_table(
    tar: tarfile.TarFile, connection: Connection, table: Table, digests: dict[str, str]
) -> int:
    """Through a temporary file: a TAR states an entry's size before its content."""
    count = 0
    with tempfile.TemporaryFile() as spool:
        with gzip.GzipFile(fileobj=spool, mode="wb", mtime=0) as packed:
            query = select(table).order_by(*table.primary_key.columns)
            rows = connection.execution_options(yield_per=BATCH).execute(query)
            for row in rows.mappings():
                count += 1
                packed.write(to_json({k: _plain(v) for k, v in row.items()}).encode() + b"\n")
        size = spool.tell()
        _add(tar, f"tables/{table.name}.jsonl.gz", cast(BinaryIO, spool), size, digests)
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # also datetime
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _add_file(tar: tarfile.TarFile, name: str, file: Path, digests: dict[str, str]) -> None:
    with file.open("rb") as stream:
        _add(tar, name, stream, os.fstat(stream.fileno()).st_size, digests)


def _add(
    tar: tarfile.TarFile, name: str, stream: BinaryIO, size: int, digests: dict[str, str]
) -> None:
    """``size``: as it is now; what is being appended meanwhile is left out."""
    digest = hashlib.sha256()
    stream.seek(0)
    for chunk in chunks(stream, size):
        digest.update(chunk)
    digests[name] = digest.hexdigest()
    stream.seek(0)
    info = tarfile.TarInfo(name)
    info.size = size
    tar.addfile(info, stream)


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := stream.read(min(size, _CHUNK))):
        size -= len(chunk)
        yield chunk
