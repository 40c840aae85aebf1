"""The way back from a backup (:mod:`storage.backup`) into an empty database and an empty archive."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, Table, func, insert, select, text

from storage.backup import (
    BATCH,
    FORMAT,
    MANIFEST,
    BackupError,
    BackupSummary,
    Told,
    chunks,
    revision,
)
from storage.models import Base
from storage.session import Database

_LARGEST_MANIFEST = 64 * 1024 * 1024


def restore(
    source: Path, database: Database, archive: Path, told: Told = lambda _: None
) -> BackupSummary:
    """Fill an empty, migrated database and an empty archive folder from a backup.

    The whole file is checked before anything is written; the database is filled in one
    transaction, and the archive appears at its end. Raises BackupError: no backup, damaged, of another version of the program, or the
    target is not empty; StorageError: the database.
    """
    if archive.is_dir() and any(archive.iterdir()):
        raise BackupError(f"存档目录 {archive} 不是空的，不覆盖；请用 --data 指定空目录")
    unfinished = archive.with_name(archive.name + ".restoring")
    try:
        told("核对备份")
        manifest = _checked(source)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        with database.session() as session:
            connection = session.connection()
            _refuse(connection, manifest)
            counts = _fill(source, connection, unfinished, told)
            if counts != manifest["tables"]:
                raise BackupError(f"{source} 已损坏：数据表的行数不符")
            unfinished.replace(archive)  # an empty folder may be there
    except (OSError, EOFError, tarfile.TarError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BackupError(f"备份 {source} 无法恢复：{reason}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    files = sum(name.startswith("archive/") for name in manifest["sha256"])
    return BackupSummary(sum(counts.values()), files, source.stat().st_size)


def _checked(source: Path) -> dict[str, Any]:
    """The manifest of a file whose every entry is what it says."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    for name, stream, size in _entries(source):
        if name == MANIFEST:
            if size > _LARGEST_MANIFEST:
                raise BackupError(f"{source} 不是 nianbao 的备份")
            manifest = _manifest(source, stream.read(size))
            continue
        digest = hashlib.sha256()
        for chunk in chunks(stream, size):
            digest.update(chunk)
        found[name] = digest.hexdigest()
    if manifest is None:
        raise BackupError(f"{source} 不是 nianbao 的备份，或没有写完")
    if manifest["sha256"] != found:
        raise BackupError(f"{source} 已损坏：内容与清单不符")
    return manifest


def _manifest(source: Path, data: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(data)
        parts = manifest["format"], manifest["revision"], manifest["tables"], manifest["sha256"]
    except (ValueError, KeyError, TypeError):
        raise BackupError(f"{source} 不是 nianbao 的备份") from None
    if parts[0] != FORMAT or set(parts[2]) != set(Base.metadata.tables):
        raise BackupError(f"{source} 由其他版本的 nianbao 备份，请用该版本恢复后再升级")
    return cast(dict[str, Any], manifest)


def _entries(source: Path) -> Iterator[tuple[str, BinaryIO, int]]:
    """Regular files with a plain relative path, and nothing else."""
    with tarfile.open(source, mode="r|") as tar:
        for info in tar:
            path = PurePosixPath(info.name)
            if not info.isfile() or path.is_absolute() or ".." in path.parts or not path.parts:
                raise BackupError(f"{source} 中有不该有的内容：{info.name!r}")
            stream = tar.extractfile(info)
            assert stream is not None  # a regular file
            yield info.name, cast(BinaryIO, stream), info.size


def _refuse(connection: Connection, manifest: dict[str, Any]) -> None:
    if manifest["revision"] != revision(connection):
        raise BackupError("备份与程序的数据库版本不同：请用备份时的 nianbao 恢复，再升级")
    for table in Base.metadata.sorted_tables:
        if connection.scalar(select(func.count()).select_from(table)):
            raise BackupError("数据库不是空的，不覆盖；请用 --db 指定空的数据库")


def _fill(source: Path, connection: Connection, archive: Path, told: Told) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, stream, size in _entries(source):
        if name == MANIFEST:
            continue
        told(name)
        folder, _, rest = name.partition("/")
        if folder == "archive":
            target = archive / rest
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                for chunk in chunks(stream, size):
                    file.write(chunk)
                os.fsync(file.fileno())
            continue
        table = Base.metadata.tables[rest.removesuffix(".jsonl.gz")]
        counts[table.name] = _load(connection, table, stream)
    return counts


def _load(connection: Connection, table: Table, stream: BinaryIO) -> int:
    readers = {
        c.name: _READERS[t] for c in table.columns if (t := _python_type(c.type)) in _READERS
    }
    count = 0
    with gzip.open(stream, "rb") as lines:
        for batch in _batched(json.loads(line) for line in lines):
            for row in batch:
                for name, read in readers.items():
                    if row[name] is not None:
                        row[name] = read(row[name])
            connection.execute(insert(table), batch)
            count += len(batch)
    _resume_numbering(connection, table)
    return count


_READERS: dict[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
}


def _python_type(column_type: Any) -> type | None:
    name = type(column_type).__name__
    return {"UtcDateTime": datetime, "DecimalText": Decimal, "Date": date}.get(name)


def _batched(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _resume_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers rows by a sequence that knows nothing of rows that came with a number."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    sequence = connection.scalar(
        text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}
    )
    most = connection.scalar(select(func.max(column)))
    if sequence and most is not None:
        connection.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": most})
