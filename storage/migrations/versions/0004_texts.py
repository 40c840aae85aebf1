"""Texts that are compared with each other; marks of what was judged.

Revision: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "text_sentences",
        sa.Column("fingerprint", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_text_sentences")),
    )
    op.create_table(
        "texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=24), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fingerprints", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("bands", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agencies.id"], name=op.f("fk_texts_agency_agencies")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["report_versions.id"], name=op.f("fk_texts_version_id_report_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("agency", "year", "section", name=op.f("uq_texts_agency")),
    )
    op.create_index(op.f("ix_texts_year"), "texts", ["year"], unique=False)
    op.create_table(
        "text_bands",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["text_id"], ["texts.id"], name=op.f("fk_text_bands_text_id_texts")
        ),
        sa.PrimaryKeyConstraint("key", "text_id", name=op.f("pk_text_bands")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_text_bands_text_id"), "text_bands", ["text_id"], unique=False)
    op.create_table(
        "text_likenesses",
        sa.Column("later", sa.Integer(), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["earlier"], ["texts.id"], name=op.f("fk_text_likenesses_earlier_texts")
        ),
        sa.ForeignKeyConstraint(
            ["later"], ["texts.id"], name=op.f("fk_text_likenesses_later_texts")
        ),
        sa.PrimaryKeyConstraint("later", "earlier", name=op.f("pk_text_likenesses")),
    )
    op.create_index(
        op.f("ix_text_likenesses_earlier"), "text_likenesses", ["earlier"], unique=False
    )

    op.create_table(
        "judged",
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_judged_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("agency", "year", name=op.f("pk_judged")),
    )
    op.create_index(op.f("ix_judged_year"), "judged", ["year"], unique=False)


def downgrade() -> None:
    for table in ("judged", "text_likenesses", "text_bands", "texts", "text_sentences"):
        op.drop_table(table)
