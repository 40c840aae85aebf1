"""Tables (SQLAlchemy 2, declarative). Times are stored in UTC and come back aware.

Words follow :mod:`storage.domain`; enums are stored as their string values so that a database
stays readable with plain SQL.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes on every database: written as UTC, read back with UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime refused; pass an aware one")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class DecimalText(TypeDecorator[Decimal]):
    """Exact decimals as text: SQLite has no exact numeric type."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        # Python's None is SQL NULL, not the JSON text "null".
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class AgencyRow(Base):
    __tablename__ = "agencies"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    division: Mapped[str | None] = mapped_column(String(12), index=True)
    # Parent and predecessor may name bodies that a later registry drops: no foreign key.
    parent: Mapped[str | None] = mapped_column(String(120))
    portal: Mapped[str | None] = mapped_column(String(120), index=True)
    aliases: Mapped[list[Any]] = mapped_column(default=list)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    predecessor: Mapped[str | None] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(default=True)


class PortalRow(Base):
    __tablename__ = "portals"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(Text)
    columns: Mapped[list[Any]] = mapped_column(default=list)
    hosts: Mapped[list[Any]] = mapped_column(default=list)
    delay: Mapped[float | None]
    browser: Mapped[str] = mapped_column(String(10), default="auto")
    min_reports: Mapped[dict[str, Any]] = mapped_column(default=dict)
    notes: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)


class OverrideRow(Base):
    __tablename__ = "deadline_overrides"

    id: Mapped[int] = mapped_column(primary_key=True)
    due: Mapped[str] = mapped_column(String(5))
    source: Mapped[str] = mapped_column(Text)
    division: Mapped[str | None] = mapped_column(String(12))
    kinds: Mapped[list[Any]] = mapped_column(default=list)
    years: Mapped[list[Any]] = mapped_column(default=list)
    severity: Mapped[str] = mapped_column(String(10), default="warning")


class RunRow(Base):
    """One visit to one portal; ``finished_at`` None = under way or killed. ``kind``: only crawls
    read columns and can vouch for what they did not find."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    portal: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(10), default="crawl", server_default="crawl")
    """crawl | revisit (storage.vocab.RunKind)"""
    outcome: Mapped[str | None] = mapped_column(String(10))
    columns: Mapped[list[Any]] = mapped_column(default=list)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    unresolved: Mapped[list[Any]] = mapped_column(default=list)
    candidates: Mapped[int] = mapped_column(default=0)
    reports_new: Mapped[int] = mapped_column(default=0)
    reports_changed: Mapped[int] = mapped_column(default=0)
    reports_gone: Mapped[int] = mapped_column(default=0)
    requests: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)


class CaptureRow(Base):
    __tablename__ = "captures"
    __table_args__ = (Index("ix_captures_url_fetched", "url", "fetched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    fetched_at: Mapped[datetime]
    http_status: Mapped[int]
    media_type: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(80), index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    warc_file: Mapped[str] = mapped_column(Text)
    warc_offset: Mapped[int] = mapped_column(BigInteger)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)


class CandidateRow(Base):
    """What was decided about a listed entry, and why; the latest decision per address."""

    __tablename__ = "candidates"
    __table_args__ = (UniqueConstraint("portal", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal: Mapped[str] = mapped_column(ForeignKey("portals.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    column_url: Mapped[str | None] = mapped_column(Text)
    list_date: Mapped[date | None]
    verdict: Mapped[str] = mapped_column(String(20))
    """report | not_a_report | foreign (another body's) | unresolved"""
    agency: Mapped[str | None] = mapped_column(String(120))
    year: Mapped[int | None]
    score: Mapped[float] = mapped_column(default=0.0)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))


class PublicationRow(Base):
    __tablename__ = "publications"
    __table_args__ = (UniqueConstraint("agency", "year", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    url: Mapped[str] = mapped_column(Text)
    portal: Mapped[str | None] = mapped_column(ForeignKey("portals.id"), index=True)
    column_url: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    manual: Mapped[bool] = mapped_column(default=False)
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    first_run: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    gone_at: Mapped[datetime | None]
    dates: Mapped[list[Any]] = mapped_column(default=list)
    content_agency: Mapped[str | None] = mapped_column(String(120))
    content_year: Mapped[int | None]
    readable: Mapped[bool] = mapped_column(default=True)
    image_only: Mapped[bool] = mapped_column(default=False)

    versions: Mapped[list[ReportVersionRow]] = relationship(
        back_populates="publication", order_by="ReportVersionRow.seq"
    )


class ReportVersionRow(Base):
    """One content of a report at one address; a new row only when the content differs.

    ``changed``: the difference from the version before is proven to be the publisher's. It is not
    where another parser version read other bytes, or where a document could not be read.
    """

    __tablename__ = "report_versions"
    __table_args__ = (UniqueConstraint("publication_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), index=True)
    seq: Mapped[int]
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("captures.id"))
    seen_at: Mapped[datetime]
    content_digest: Mapped[str] = mapped_column(String(80))
    changed: Mapped[bool] = mapped_column(default=False)
    parser_version: Mapped[str] = mapped_column(String(20))
    format_version: Mapped[str | None] = mapped_column(String(10))
    report: Mapped[dict[str, Any] | None]
    """canonical JSON (storage.canonical); None where the document could not be read"""
    error_code: Mapped[str | None] = mapped_column(String(20))
    error_message: Mapped[str | None] = mapped_column(Text)

    publication: Mapped[PublicationRow] = relationship(back_populates="versions")


class CellRow(Base):
    """One long row per cell, for analysis with plain SQL."""

    __tablename__ = "cells"

    version_id: Mapped[int] = mapped_column(ForeignKey("report_versions.id"), primary_key=True)
    table: Mapped[str] = mapped_column("table_name", String(8), primary_key=True)
    row: Mapped[str] = mapped_column("row_name", String(32), primary_key=True)
    column: Mapped[str] = mapped_column("column_name", String(20), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    value: Mapped[Decimal | None] = mapped_column(DecimalText)
    raw: Mapped[str | None] = mapped_column(Text)


class ObligationRow(Base):
    __tablename__ = "obligations"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, index=True)
    due: Mapped[date | None]
    statutory_due: Mapped[date | None]
    basis: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(10))


class StatusRow(Base):
    """The latest judged status of an obligation; ``since`` is when it last changed."""

    __tablename__ = "statuses"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, index=True)
    status: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str | None] = mapped_column(String(20))
    since: Mapped[datetime]
    judged_at: Mapped[datetime]
    line: Mapped[dict[str, Any]]
    """the whole status object of contract section 5"""


class JudgedRow(Base):
    """What the findings of a body and year were last made from; equal marks need no new judgement."""

    __tablename__ = "judged"

    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, index=True)
    mark: Mapped[str] = mapped_column(String(80))


class FindingRow(Base):
    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("agency", "year", "rule", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(24), index=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    """tells several findings of one rule on one report apart, e.g. the column of a sum"""
    severity: Mapped[str] = mapped_column(String(10))
    layer: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Text)
    hint: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]]
    basis: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("report_versions.id"))
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(14), default="open", index=True)
    triage_state: Mapped[str | None] = mapped_column(String(14))
    """what a person decided, kept while the finding is resolved; None where nobody did"""
    triage_by: Mapped[str | None] = mapped_column(String(80))
    triage_reason: Mapped[str | None] = mapped_column(Text)
    triage_at: Mapped[datetime | None]


class ChangeRow(Base):
    """A difference between two contents of one report; the years are compared when asked for."""

    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("report_versions.id"))
    """the later content"""
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    against: Mapped[str] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(String(160))
    before: Mapped[dict[str, Any] | None]
    """canonical cell, or ``{"text": …}``"""
    after: Mapped[dict[str, Any] | None]
    note: Mapped[str | None] = mapped_column(Text)


class TextRow(Base):
    """A section's text without names and figures, compared with those of other reports."""

    __tablename__ = "texts"
    __table_args__ = (UniqueConstraint("agency", "year", "section"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("report_versions.id"))
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int] = mapped_column(index=True)
    section: Mapped[str] = mapped_column(String(24))
    content: Mapped[list[Any]]
    fingerprints: Mapped[list[Any]]
    mark: Mapped[str] = mapped_column(String(80))
    """of the content and the normaliser that it was made from"""
    bands: Mapped[int]
    """number of its bands; 0: too short to be compared"""


class TextBandRow(Base):
    """Texts that share a band key may be alike (locality-sensitive hashing)."""

    __tablename__ = "text_bands"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text_id: Mapped[int] = mapped_column(ForeignKey("texts.id"), primary_key=True, index=True)


class TextSentenceRow(Base):
    """In how many texts a sentence stands: what stands everywhere was copied from nobody."""

    __tablename__ = "text_sentences"

    fingerprint: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    texts: Mapped[int]


class TextLikenessRow(Base):
    """Two texts that are alike; found when the later of them was stored."""

    __tablename__ = "text_likenesses"

    later: Mapped[int] = mapped_column(ForeignKey("texts.id"), primary_key=True)
    earlier: Mapped[int] = mapped_column(ForeignKey("texts.id"), primary_key=True, index=True)
    similarity: Mapped[float]


class ScoreRow(Base):
    """A score as it was from ``at`` on; a new row only when value or reasons differ."""

    __tablename__ = "scores"
    __table_args__ = (Index("ix_scores_year_agency", "year", "agency", "profile"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    year: Mapped[int]
    profile: Mapped[str] = mapped_column(String(80))
    value: Mapped[Decimal | None] = mapped_column(DecimalText)
    full: Mapped[Decimal] = mapped_column(DecimalText)
    lines: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]


class AlertRow(Base):
    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """names the state change, e.g. ``missing:a-1:2023:1``; the number counts recurrences"""
    kind: Mapped[str] = mapped_column(String(16), index=True)
    agency: Mapped[str | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    year: Mapped[int | None]
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(14), index=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(80))

    messages: Mapped[list[OutboxRow]] = relationship(
        back_populates="alert", order_by="OutboxRow.id"
    )


class OutboxRow(Base):
    """A message that must go out once; one row per alert and event (``opened``, ``resolved``)."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("alert_id", "event"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), index=True)
    event: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    alert: Mapped[AlertRow] = relationship(back_populates="messages")
    deliveries: Mapped[list[DeliveryRow]] = relationship(
        back_populates="message", order_by="DeliveryRow.id"
    )


class DeliveryRow(Base):
    """State of one message on one channel; retried until ``ok``."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("message_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    channel: Mapped[str] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime | None]
    ok: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(Text)
    next_try: Mapped[datetime | None]

    message: Mapped[OutboxRow] = relationship(back_populates="deliveries")
