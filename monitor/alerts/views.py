"""Alerts as they are shown, and the one thing a reader can do to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from settings import SHANGHAI
from storage.domain import Alert, Delivery
from storage.models import AlertRow, OutboxRow
from storage.vocab import AlertKind, AlertState, Severity


class AlertsError(ValueError):
    """An alert that can't be found or changed; the message is Chinese."""


def alert_list(s: Session, state: AlertState | None = None) -> list[Alert]:
    """All alerts, or those in one state, newest first, each with its deliveries."""
    query = (
        select(AlertRow)
        .options(selectinload(AlertRow.messages).selectinload(OutboxRow.deliveries))
        .order_by(AlertRow.id.desc())
    )
    if state is not None:
        query = query.where(AlertRow.state == state)
    return [_alert(row) for row in s.scalars(query)]


def acknowledge(s: Session, alert_id: int, by: str) -> Alert:
    """Somebody takes care of it. It stays open, and its end is told as ever.

    Raises AlertsError: no such alert, already over, or no name given.
    """
    if not by.strip():
        raise AlertsError("确认预警须写明确认人")
    row = s.get(AlertRow, alert_id, with_for_update=True)
    if row is None:
        raise AlertsError(f"没有编号为 {alert_id} 的预警，可用 nianbao alerts list 查看")
    if row.state == AlertState.RESOLVED:
        raise AlertsError(f"预警 {alert_id} 已经解除，无须确认")
    row.state = AlertState.ACKNOWLEDGED
    row.acknowledged_by = by.strip()[:80]
    s.flush()
    return _alert(row)


def alert_json(alert: Alert) -> dict[str, Any]:
    """The alert object of contract section 8; times in Asia/Shanghai."""
    return {
        "id": alert.id,
        "key": alert.key,
        "kind": alert.kind.value,
        "agency": alert.agency,
        "year": alert.year,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "title": alert.title,
        "body": alert.body,
        "opened_at": alert.opened_at.astimezone(SHANGHAI).isoformat(),
        "resolved_at": alert.resolved_at and alert.resolved_at.astimezone(SHANGHAI).isoformat(),
        "deliveries": [delivery_json(delivery) for delivery in alert.deliveries],
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """One entry of ``deliveries``; ``event`` is ``opened``, ``resolved`` or ``test``."""
    return {
        "channel": delivery.channel,
        "event": delivery.event,
        "at": delivery.at and delivery.at.astimezone(SHANGHAI).isoformat(),
        "ok": delivery.ok,
        "error": delivery.error,
    }


def _alert(row: AlertRow) -> Alert:
    deliveries = tuple(
        Delivery(delivery.channel, message.event, delivery.at, delivery.ok, delivery.error)
        for message in row.messages
        for delivery in message.deliveries
    )
    return Alert(
        id=row.id,
        key=row.key,
        kind=AlertKind(row.kind),
        agency=row.agency,
        year=row.year,
        severity=Severity(row.severity),
        state=AlertState(row.state),
        title=row.title,
        body=row.body,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        deliveries=deliveries,
    )
