from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.session import Database
from tests.monitor.alerts.world import Mailbox, MailServer, seed


@pytest.fixture
def world(database: Database) -> Database:
    """A database (SQLite, PostgreSQL) with bodies, obligations and a finished crawl."""
    seed(database)
    return database


@pytest.fixture
def small_world(sqlite_database: Database) -> Database:
    """The same on SQLite only, where the kind of database does not matter."""
    seed(sqlite_database)
    return sqlite_database


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail_url(mailbox: Mailbox) -> Iterator[str]:
    """The Apprise URL of a mail server that fills ``mailbox``."""
    server = MailServer(mailbox)
    server.start()
    yield f"mailto://127.0.0.1:{server.port}/?from=watch@example.org&to=desk@example.org"
    server.stop()
