"""Runs that only look after known reports are told from crawls.

Revision: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(length=10), server_default="crawl", nullable=False)
    op.add_column("runs", kind)


def downgrade() -> None:
    op.drop_column("runs", "kind")
