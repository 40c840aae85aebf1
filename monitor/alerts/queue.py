"""Which messages a channel has to get, and which of them is next; see :mod:`.outbox`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from monitor.alerts.channels import Channel
from storage.models import AgencyRow, AlertRow, DeliveryRow, OutboxRow
from storage.repositories.writing import insert_new

HOLDING_ATTEMPTS = 8
"""Attempts (about a day) for which a failed message holds back later ones about the same body."""
_NEW_CHANNEL_WINDOW = timedelta(days=7)


def enqueue(s: Session, channels: Sequence[Channel], now: datetime) -> None:
    """A ``deliveries`` row for every message that a channel must get and has none for."""
    for channel in channels:
        newest = (
            select(func.max(DeliveryRow.message_id))
            .where(DeliveryRow.channel == channel.id)
            .scalar_subquery()
        )
        known = select(DeliveryRow.message_id).where(DeliveryRow.channel == channel.id)
        wanted = (
            select(OutboxRow.id, literal(channel.id))
            .join(AlertRow, AlertRow.id == OutboxRow.alert_id)
            .outerjoin(AgencyRow, AgencyRow.id == AlertRow.agency)
            .where(
                or_(OutboxRow.created_at >= now - _NEW_CHANNEL_WINDOW, OutboxRow.id > newest),
                OutboxRow.id.not_in(known),
                AlertRow.kind.in_(channel.kinds),
                AlertRow.severity.in_(channel.severities),
                _about(channel),
            )
            .order_by(OutboxRow.id)
        )
        _add(s, wanted)


def due(channel: Channel, now: datetime) -> Select[DeliveryRow]:
    """The next delivery to try, locked against other senders (SQLite locks the whole database)."""
    alert, message = aliased(AlertRow), aliased(OutboxRow)
    earlier_alert, earlier_message, earlier = (
        aliased(AlertRow),
        aliased(OutboxRow),
        aliased(DeliveryRow),
    )
    held_back = (
        select(earlier.id)
        .join(earlier_message, earlier_message.id == earlier.message_id)
        .join(earlier_alert, earlier_alert.id == earlier_message.alert_id)
        .where(
            earlier.channel == channel.id,
            earlier.ok.is_(False),
            earlier.attempts < HOLDING_ATTEMPTS,
            earlier_message.id < message.id,
            earlier_alert.agency == alert.agency,
            earlier_alert.year == alert.year,
        )
        .exists()
    )
    return (
        select(DeliveryRow)
        .join(message, message.id == DeliveryRow.message_id)
        .join(alert, alert.id == message.alert_id)
        .where(
            DeliveryRow.channel == channel.id,
            DeliveryRow.ok.is_(False),
            or_(DeliveryRow.next_try.is_(None), DeliveryRow.next_try <= now),
            ~held_back,
        )
        .order_by(DeliveryRow.message_id)
        .limit(1)
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )


def _about(channel: Channel) -> ColumnElement[bool]:
    if not channel.agencies:
        return true()
    divisions = [AgencyRow.division.startswith(item) for item in channel.agencies if item.isdigit()]
    return or_(false(), AlertRow.agency.in_(channel.agencies), *divisions)


def _add(s: Session, wanted: Select[int, str]) -> None:
    for message, channel in s.execute(wanted).all():
        # Another sender may have just added it.
        row = {"message_id": message, "channel": channel}
        insert_new(s, DeliveryRow, row, ("message_id", "channel"))
