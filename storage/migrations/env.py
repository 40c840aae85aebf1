"""Alembic environment: migrates the connection that storage.migrations.runner hands over."""

from __future__ import annotations

from alembic import context

from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite alters tables by rebuilding them.
    render_as_batch=True,
    # Both databases roll back DDL; the caller holds the transaction.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
