"""Delivering what the outbox holds: each message once per channel, retried until it is taken.

A message and a channel meet in one ``deliveries`` row, which is also the lock: a sender claims it
(a transaction of its own that moves ``next_try`` to the end of a lease), sends, and writes down
the result in a third step. So two senders never work on the same message, and a result that was
written is never repeated. **A kill between sending and writing repeats that one message** when the
lease ends: no receiver offers more. Every text ends with its alert's key, so a reader can tell.

A channel gets the messages of the last 7 days when it is new, and from then on everything that
came after the newest one it ever had, however long nobody called ``deliver``.

Messages about one body and year keep their order on a channel while the earlier one is tried
often; one that was refused for about a day no longer holds back the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from monitor.alerts import texts
from monitor.alerts.channels import Channel, DeliveryError
from monitor.alerts.queue import HOLDING_ATTEMPTS, due, enqueue
from monitor.alerts.views import AlertsError, acknowledge, alert_json, alert_list
from monitor.clock import Clock
from storage.domain import Delivery
from storage.models import DeliveryRow, OutboxRow
from storage.session import Database

__all__ = [
    "HOLDING_ATTEMPTS",
    "AlertsError",
    "DeliveryFailure",
    "DeliverySummary",
    "acknowledge",
    "alert_json",
    "alert_list",
    "deliver",
    "send_test",
]

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""Wait after the first, second, … failure; the last one for all that follow."""
_LEASE = timedelta(minutes=5)
"""Beyond the channel's own time limit, so that a slow sender is not taken for a dead one."""
_GIVE_UP = 3
"""Failures in a row after which a channel is left alone until the next call."""


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """One failed attempt; ``error`` is Chinese and holds no secret."""

    channel: str
    title: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """One call of ``deliver``. ``pending``: what the given channels still have to get.

    ``note`` says why nothing could be sent at all.
    """

    sent: int = 0
    failed: int = 0
    pending: int = 0
    failures: tuple[DeliveryFailure, ...] = ()
    note: str | None = None

    def __str__(self) -> str:
        if self.note is not None:
            return self.note
        return f"送达 {self.sent} 条，失败 {self.failed} 条，待送 {self.pending} 条"


@dataclass(frozen=True, slots=True)
class _Claim:
    delivery: int
    attempts: int
    title: str
    body: str


def deliver(
    database: Database,
    channels: Sequence[Channel],
    now: datetime,
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> DeliverySummary:
    """Send all that is due on these channels; ``stopping`` is asked before each message.

    Failures are counted, kept and retried (1 min, 5 min, 30 min, 2 h, then every 6 h by ``now``),
    never raised. Raises StorageError when the database fails.
    """
    if not channels:
        return DeliverySummary(note="没有配置渠道：预警照常记录，不发送")
    clock = Clock(now)  # leases must not run out while messages are sent
    with database.session() as s:
        enqueue(s, channels, now)
    sent, failures = 0, list[DeliveryFailure]()
    for channel in channels:
        in_a_row = 0
        while in_a_row < _GIVE_UP and not stopping():
            with database.session() as s:
                claim = _claim(s, channel, clock())
            if claim is None:
                break
            error = _attempt(channel, claim)
            with database.session() as s:
                _write_down(s, channel, claim, error, clock)
            if error is None:
                sent, in_a_row = sent + 1, 0
            else:
                failures.append(DeliveryFailure(channel.id, claim.title, error))
                in_a_row += 1
    with database.session(write=False) as s:
        pending = _pending(s, channels)
    return DeliverySummary(sent, len(failures), pending, tuple(failures))


def send_test(channels: Sequence[Channel], now: datetime | None = None) -> list[Delivery]:
    """A sample through each channel, one after the other; nothing is stored."""
    results = []
    for channel in channels:
        text = texts.sample(channel.id)
        error = _attempt(channel, _Claim(0, 0, text.title, text.body))
        results.append(Delivery(channel.id, "test", now, error is None, error))
    return results


def _attempt(channel: Channel, claim: _Claim) -> str | None:
    try:
        channel.send(claim.title, claim.body)
    except DeliveryError as error:
        return str(error)
    return None


def _claim(s: Session, channel: Channel, now: datetime) -> _Claim | None:
    row = s.scalars(due(channel, now)).first()
    if row is None:
        return None
    row.attempts += 1
    row.error = None
    row.next_try = now + _LEASE + timedelta(seconds=channel.limit)
    message = s.get_one(OutboxRow, row.message_id)
    return _Claim(row.id, row.attempts, message.title, message.body)


def _write_down(
    s: Session, channel: Channel, claim: _Claim, error: str | None, clock: Clock
) -> None:
    now = clock()
    row = update(DeliveryRow).where(DeliveryRow.id == claim.delivery)
    if error is not None:
        wait = BACKOFF[min(claim.attempts, len(BACKOFF)) - 1]
        # A lost lease: another sender may have delivered it meanwhile, and that stands.
        failed = row.where(DeliveryRow.ok.is_(False))
        s.execute(failed.values(at=now, error=error, next_try=now + wait))
        return
    s.execute(row.values(at=now, ok=True, error=None, next_try=None))
    # The channel works again: what failed before this call need not wait for its turn.
    s.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.channel == channel.id,
            DeliveryRow.ok.is_(False),
            DeliveryRow.error.is_not(None),
            DeliveryRow.at < clock.start,
        )
        .values(next_try=now)
    )


def _pending(s: Session, channels: Sequence[Channel]) -> int:
    query = select(func.count()).where(
        DeliveryRow.ok.is_(False), DeliveryRow.channel.in_([channel.id for channel in channels])
    )
    return s.scalars(query).one()
