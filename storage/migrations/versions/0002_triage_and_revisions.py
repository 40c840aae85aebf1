"""Triage of findings; revisions kept per later content.

Revision: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("findings", sa.Column("triage_state", sa.String(length=14), nullable=True))
    op.add_column("findings", sa.Column("triage_by", sa.String(length=80), nullable=True))
    op.add_column("findings", sa.Column("triage_reason", sa.Text(), nullable=True))
    op.add_column("findings", sa.Column("triage_at", sa.DateTime(timezone=True), nullable=True))
    # Nothing was ever written to the table of the first version.
    op.drop_table("changes")
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("against", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=160), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["report_versions.id"],
            name=op.f("fk_changes_version_id_report_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_changes_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("version_id", "path", name=op.f("uq_changes_version_id")),
    )
    op.create_index(op.f("ix_changes_agency"), "changes", ["agency"], unique=False)
    op.create_index(op.f("ix_changes_year"), "changes", ["year"], unique=False)


def downgrade() -> None:
    op.drop_table("changes")
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("against", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=160), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("delta", sa.Text(), nullable=True),
        sa.Column("ratio", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_changes_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint(
            "agency", "kind", "year", "against", "path", name=op.f("uq_changes_agency")
        ),
    )
    op.create_index(op.f("ix_changes_agency"), "changes", ["agency"], unique=False)
    op.create_index(op.f("ix_changes_year"), "changes", ["year"], unique=False)
    for column in ("triage_at", "triage_reason", "triage_by", "triage_state"):
        op.drop_column("findings", column)
