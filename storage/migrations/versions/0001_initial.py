"""All tables of the first version.

Revision: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=True),
        sa.Column("parent", sa.String(length=120), nullable=True),
        sa.Column("portal", sa.String(length=120), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("predecessor", sa.String(length=120), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_index(op.f("ix_agencies_division"), "agencies", ["division"], unique=False)
    op.create_index(op.f("ix_agencies_name"), "agencies", ["name"], unique=False)
    op.create_index(op.f("ix_agencies_portal"), "agencies", ["portal"], unique=False)
    op.create_table(
        "deadline_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(length=5), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("division", sa.String(length=12), nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("years", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_overrides")),
    )
    op.create_table(
        "portals",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("delay", sa.Double(), nullable=True),
        sa.Column("browser", sa.String(length=10), nullable=False),
        sa.Column("min_reports", sa.JSON(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portals")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_alerts_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
    )
    op.create_index(op.f("ix_alerts_agency"), "alerts", ["agency"], unique=False)
    op.create_index(op.f("ix_alerts_kind"), "alerts", ["kind"], unique=False)
    op.create_index(op.f("ix_alerts_state"), "alerts", ["state"], unique=False)
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
    op.create_table(
        "obligations",
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("statutory_due", sa.Date(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_obligations_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("agency", "year", name=op.f("pk_obligations")),
    )
    op.create_index(op.f("ix_obligations_year"), "obligations", ["year"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("unresolved", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("reports_new", sa.Integer(), nullable=False),
        sa.Column("reports_changed", sa.Integer(), nullable=False),
        sa.Column("reports_gone", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["portal"], ["portals.id"], name=op.f("fk_runs_portal_portals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_portal"), "runs", ["portal"], unique=False)
    op.create_index(op.f("ix_runs_started_at"), "runs", ["started_at"], unique=False)
    op.create_table(
        "statuses",
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_statuses_agency_agencies")
        ),
        sa.PrimaryKeyConstraint("agency", "year", name=op.f("pk_statuses")),
    )
    op.create_index(op.f("ix_statuses_status"), "statuses", ["status"], unique=False)
    op.create_index(op.f("ix_statuses_year"), "statuses", ["year"], unique=False)
    op.create_table(
        "candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portal", sa.String(length=120), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("column_url", sa.Text(), nullable=True),
        sa.Column("list_date", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["portal"], ["portals.id"], name=op.f("fk_candidates_portal_portals")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_candidates_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
        sa.UniqueConstraint("portal", "url", name=op.f("uq_candidates_portal")),
    )
    op.create_index(op.f("ix_candidates_portal"), "candidates", ["portal"], unique=False)
    op.create_table(
        "captures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("warc_file", sa.Text(), nullable=False),
        sa.Column("warc_offset", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_captures_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
    )
    op.create_index(op.f("ix_captures_digest"), "captures", ["digest"], unique=False)
    op.create_index(op.f("ix_captures_run_id"), "captures", ["run_id"], unique=False)
    op.create_index("ix_captures_url_fetched", "captures", ["url", "fetched_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_outbox_alert_id_alerts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("alert_id", "event", name=op.f("uq_outbox_alert_id")),
    )
    op.create_index(op.f("ix_outbox_alert_id"), "outbox", ["alert_id"], unique=False)
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("portal", sa.String(length=120), nullable=True),
        sa.Column("column_url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("manual", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_run", sa.Integer(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("content_agency", sa.String(length=120), nullable=True),
        sa.Column("content_year", sa.Integer(), nullable=True),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.Column("image_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_publications_agency_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["first_run"], ["runs.id"], name=op.f("fk_publications_first_run_runs")
        ),
        sa.ForeignKeyConstraint(
            ["portal"], ["portals.id"], name=op.f("fk_publications_portal_portals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("agency", "year", "url", name=op.f("uq_publications_agency")),
    )
    op.create_index(op.f("ix_publications_agency"), "publications", ["agency"], unique=False)
    op.create_index(op.f("ix_publications_portal"), "publications", ["portal"], unique=False)
    op.create_index(op.f("ix_publications_year"), "publications", ["year"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox.id"], name=op.f("fk_deliveries_message_id_outbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message_id", "channel", name=op.f("uq_deliveries_message_id")),
    )
    op.create_index(op.f("ix_deliveries_message_id"), "deliveries", ["message_id"], unique=False)
    op.create_table(
        "report_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("capture_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_digest", sa.String(length=80), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("parser_version", sa.String(length=20), nullable=False),
        sa.Column("format_version", sa.String(length=10), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["capture_id"], ["captures.id"], name=op.f("fk_report_versions_capture_id_captures")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publications.id"],
            name=op.f("fk_report_versions_publication_id_publications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_versions")),
        sa.UniqueConstraint(
            "publication_id", "seq", name=op.f("uq_report_versions_publication_id")
        ),
    )
    op.create_index(
        op.f("ix_report_versions_publication_id"),
        "report_versions",
        ["publication_id"],
        unique=False,
    )
    op.create_table(
        "cells",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=8), nullable=False),
        sa.Column("row_name", sa.String(length=32), nullable=False),
        sa.Column("column_name", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["report_versions.id"], name=op.f("fk_cells_version_id_report_versions")
        ),
        sa.PrimaryKeyConstraint(
            "version_id", "table_name", "row_name", "column_name", name=op.f("pk_cells")
        ),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("layer", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"], ["agencies.id"], name=op.f("fk_findings_agency_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["report_versions.id"],
            name=op.f("fk_findings_version_id_report_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("agency", "year", "rule", "subject", name=op.f("uq_findings_agency")),
    )
    op.create_index(op.f("ix_findings_agency"), "findings", ["agency"], unique=False)
    op.create_index(op.f("ix_findings_rule"), "findings", ["rule"], unique=False)
    op.create_index(op.f("ix_findings_state"), "findings", ["state"], unique=False)
    op.create_index(op.f("ix_findings_year"), "findings", ["year"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_findings_year"), table_name="findings")
    op.drop_index(op.f("ix_findings_state"), table_name="findings")
    op.drop_index(op.f("ix_findings_rule"), table_name="findings")
    op.drop_index(op.f("ix_findings_agency"), table_name="findings")
    op.drop_table("findings")
    op.drop_table("cells")
    op.drop_index(op.f("ix_report_versions_publication_id"), table_name="report_versions")
    op.drop_table("report_versions")
    op.drop_index(op.f("ix_deliveries_message_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_publications_year"), table_name="publications")
    op.drop_index(op.f("ix_publications_portal"), table_name="publications")
    op.drop_index(op.f("ix_publications_agency"), table_name="publications")
    op.drop_table("publications")
    op.drop_index(op.f("ix_outbox_alert_id"), table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("ix_captures_url_fetched", table_name="captures")
    op.drop_index(op.f("ix_captures_run_id"), table_name="captures")
    op.drop_index(op.f("ix_captures_digest"), table_name="captures")
    op.drop_table("captures")
    op.drop_index(op.f("ix_candidates_portal"), table_name="candidates")
    op.drop_table("candidates")
    op.drop_index(op.f("ix_statuses_year"), table_name="statuses")
    op.drop_index(op.f("ix_statuses_status"), table_name="statuses")
    op.drop_table("statuses")
    op.drop_index(op.f("ix_runs_started_at"), table_name="runs")
    op.drop_index(op.f("ix_runs_portal"), table_name="runs")
    op.drop_table("runs")
    op.drop_index(op.f("ix_obligations_year"), table_name="obligations")
    op.drop_table("obligations")
    op.drop_index(op.f("ix_changes_year"), table_name="changes")
    op.drop_index(op.f("ix_changes_agency"), table_name="changes")
    op.drop_table("changes")
    op.drop_index(op.f("ix_alerts_state"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_kind"), table_name="alerts")
    op.drop_index(op.f("ix_alerts_agency"), table_name="alerts")
    op.drop_table("alerts")
    op.drop_table("portals")
    op.drop_table("deadline_overrides")
    op.drop_index(op.f("ix_agencies_portal"), table_name="agencies")
    op.drop_index(op.f("ix_agencies_name"), table_name="agencies")
    op.drop_index(op.f("ix_agencies_division"), table_name="agencies")
    op.drop_table("agencies")
