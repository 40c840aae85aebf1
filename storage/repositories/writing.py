"""Helpers for writing rows that work alike on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.errors import StorageError
from storage.models import Base

MAX_URL = 2000
"""Bytes. PostgreSQL refuses index entries above 2,704 bytes; no report has such an address."""
_BATCH = 1000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_Item = TypeVar("_Item")


def upsert(
    session: Session,
    model: type[Base],
    rows: Iterable[Mapping[str, Any]],
    keys: Sequence[str],
    update: Collection[str] | None = None,
) -> None:
    """INSERT … ON CONFLICT (keys) DO UPDATE of ``update`` (None: every other given column).

    Rows are keyed by column attribute; all must have the same keys. Two processes writing the same
    row end up with one.
    """
    session.flush()  # what the caller changed in its objects must not be lost below
    table = table_of(model)
    for batch in batches(rows, _BATCH):
        statement = _insert(session)(table)
        changed = [c for c in batch[0] if c not in keys] if update is None else update
        # A list of rows: compiled once, however many there are.
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[table.c[key] for key in keys],
                set_={column: statement.excluded[column] for column in changed},
            ),
            [dict(row) for row in batch],
        )
    for known in session.identity_map.values():
        if isinstance(known, model):
            session.expire(known)


def add_up(
    session: Session, model: type[Base], rows: Iterable[Mapping[str, Any]], key: str, count: str
) -> None:
    """Add to the counts of known keys; others begin with what is given."""
    session.flush()
    table = table_of(model)
    for batch in batches(rows, _BATCH):
        statement = _insert(session)(table)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[table.c[key]],
                set_={count: table.c[count] + statement.excluded[count]},
            ),
            [dict(row) for row in batch],
        )


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Lists of at most ``size`` items: databases limit the parameters of one statement."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def clean(text: str | None) -> str | None:
    """Text as both databases take it: NUL and half characters become U+FFFD."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return _UNSTORABLE.sub("�", text)


def checked_url(url: str) -> str:
    """The address; StorageError if it is too long to be indexed."""
    url = clean(url) or ""
    if len(url.encode()) > MAX_URL:
        raise StorageError(f"网址过长（{len(url)} 个字符，上限 {MAX_URL} 字节）：{url[:80]}…")
    return url


def insert_new(
    session: Session, model: type[Base], row: Mapping[str, Any], keys: Sequence[str]
) -> bool:
    """INSERT … ON CONFLICT (keys) DO NOTHING; True if the row was not there before."""
    session.flush()
    return _insert_new(session, table_of(model), row, keys, keys[0]) is not None


def insert_id(
    session: Session, model: type[Base], row: Mapping[str, Any], keys: Sequence[str]
) -> int | None:
    """:func:`insert_new` of a row with a number of its own: that number; None for a known row."""
    session.flush()
    found: int | None = _insert_new(session, table_of(model), row, keys, "id")
    return found


def add_row(session: Session, model: type[Base], row: Mapping[str, Any]) -> int:
    """INSERT; the number of the new row. No object of it is kept in the session."""
    session.flush()
    table = table_of(model)
    return int(session.execute(insert(table).returning(table.c.id), dict(row)).scalar_one())


def _insert_new(
    session: Session, table: Table, row: Mapping[str, Any], keys: Sequence[str], told: str
) -> Any:
    statement = _insert(session)(table).on_conflict_do_nothing(
        index_elements=[table.c[key] for key in keys]
    )
    return session.execute(statement.returning(table.c[told]), dict(row)).scalar()


def _insert(session: Session) -> Any:
    """The dialect's INSERT; both have the same ON CONFLICT methods but no common type."""
    postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert if postgres else sqlite.insert
