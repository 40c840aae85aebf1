"""Backups: made on one kind of database, restored on either, refused when anything is wrong."""

from __future__ import annotations

import io
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import repositories as repo
from storage.archive import Archive
from storage.backup import BackupError, backup
from storage.models import Base
from storage.restore import restore
from storage.session import Database
from tests.storage.samples import NOW, URL, add_portal, report, save

BODY = "报告正文".encode() * 5000


@pytest.fixture
def full(database: Database, tmp_path: Path) -> tuple[Database, Path]:
    """A database and an archive with a bit of everything."""
    archive = tmp_path / "old" / "archive"
    with Archive(archive).writer("p") as writer:
        capture = writer.write(URL, 200, (), BODY, NOW, "text/html")
    with database.session() as s:
        add_portal(s)
        run = repo.start_run(s, "p", NOW)
        save(s, report(), run=run, capture=repo.save_capture(s, run, capture))
        save(s, report(preface="后来改过。"), run=run, now=NOW + timedelta(days=1))
    return database, archive


def rows(database: Database) -> dict[str, list[Any]]:
    with database.session(write=False) as s:
        return {
            t.name: s.execute(select(t).order_by(*t.primary_key.columns)).all()
            for t in Base.metadata.sorted_tables
        }


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_everything_comes_back_on_either_database(
    full: tuple[Database, Path], kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database, archive = full
    target = tmp_path / "b.tar"
    told: list[str] = []
    made = backup(database, archive, target, NOW, told.append)
    assert made.files == 1 and made.rows == sum(map(len, rows(database).values()))
    assert "数据表 cells" in told and target.stat().st_size == made.size
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_server").create()
    other = Database(url)
    other.migrate()
    restored = tmp_path / "new" / "archive"
    assert restore(target, other, restored) == made
    assert rows(other) == rows(database)
    assert files(restored) == files(archive)
    with other.session() as s:  # numbering goes on behind what was restored
        (publication,) = repo.publications(s)
        assert save(s, report(), url=URL + "2").publication > publication.id
    other.close()
    if kind == "postgres":
        request.getfixturevalue("postgres_server").drop(url)


def test_nothing_is_overwritten(full: tuple[Database, Path], tmp_path: Path) -> None:
    database, archive = full
    target = tmp_path / "b.tar"
    backup(database, archive, target, NOW)
    before = target.read_bytes()
    with pytest.raises(BackupError, match="已存在"):
        backup(database, archive, target, NOW)
    assert target.read_bytes() == before
    with pytest.raises(BackupError, match="存档目录"):
        restore(target, database, archive)
    with pytest.raises(BackupError, match="数据库不是空的"):
        restore(target, database, tmp_path / "elsewhere")
    assert not list(tmp_path.glob("elsewhere*"))
    with pytest.raises(BackupError, match="无法写出"):
        backup(database, archive, tmp_path / "no" / "such" / "b.tar", NOW)


def repacked(source: Path, change: str) -> None:
    """The same backup with something wrong in it."""
    with tarfile.open(source) as tar:
        entries = [(info.name, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]
    if change == "tampered":
        entries = [(n, d.replace(d[-9:], b"x" * 9) if "archive/" in n else d) for n, d in entries]
    elif change == "dropped":
        entries = [(n, d) for n, d in entries if n != "tables/cells.jsonl.gz"]
    elif change == "escaping":
        entries.insert(0, ("archive/../../evil", b"x"))
    elif change == "absolute":
        entries.insert(0, ("/tmp/evil", b"x"))
    elif change == "stranger":
        entries = [(n, d.replace(b"nianbao.backup/1", b"nianbao.backup/9")) for n, d in entries]
    elif change == "older":
        entries = [(n, d.replace(b'"revision": "', b'"revision": "x')) for n, d in entries]
    with tarfile.open(source, "w") as tar:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("tampered", "已损坏"),
        ("dropped", "已损坏"),
        ("escaping", "不该有"),
        ("absolute", "不该有"),
        ("stranger", "其他版本"),
        ("older", "版本不同"),
        ("cut", "没有写完|无法恢复"),
        ("none", "无法恢复"),
        ("text", "无法恢复"),
    ],
)
def test_a_bad_backup_changes_nothing(
    sqlite_database: Database, tmp_path: Path, change: str, message: str
) -> None:
    archive = tmp_path / "old" / "archive"
    with Archive(archive).writer("p") as writer:
        writer.write(URL, 200, (), BODY, NOW, "text/html")
    target = tmp_path / "b.tar"
    backup(sqlite_database, archive, target, NOW)
    if change == "cut":
        target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    elif change == "none":
        target.unlink()
    elif change == "text":
        target.write_text("不是备份", encoding="utf-8")
    else:
        repacked(target, change)
    before = rows(sqlite_database)
    with pytest.raises(BackupError, match=message):
        restore(target, sqlite_database, tmp_path / "new" / "archive")
    assert rows(sqlite_database) == before
    assert not files(tmp_path / "new") and not Path("/tmp/evil").exists()
