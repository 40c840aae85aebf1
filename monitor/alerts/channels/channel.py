"""One channel: which alerts it takes, and how one message is sent through Apprise."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from apprise import Apprise, AppriseAsset, AppriseResultStatus, NotifyBase, NotifyFormat

from monitor.alerts.channels.reasons import address, failure_reason
from storage.vocab import AlertKind, Severity

DEFAULT_TIMEOUT = 20.0
_ASSET = AppriseAsset(
    app_id="Nianbao",
    app_desc="Nianbao",
    async_mode=False,
    # A redirected POST becomes a GET of, say, a login page: answered with 200, but not delivered.
    http_redirects=False,
    service_timeout=0,
)
_MAIL = frozenset({"mailto", "mailtos"})


def _keep_secrets_out_of_logs() -> None:
    # At DEBUG both write whole addresses, tokens included. Apprise's lines are still collected for
    # each attempt (see send), which needs the level; they go nowhere else.
    apprise = logging.getLogger("apprise")
    apprise.setLevel(logging.DEBUG)
    apprise.propagate = False
    apprise.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.WARNING)


_keep_secrets_out_of_logs()


class DeliveryError(Exception):
    """A message was not taken; the text is Chinese, says why, and holds no secret."""


class UnusableAddress(ValueError):
    """An address that Apprise can't send to; the text is Chinese and holds no secret."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place for messages. Empty ``agencies`` = all; ``timeout`` in seconds per network step."""

    id: str
    service: NotifyBase = field(repr=False, compare=False)
    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    min_severity: Severity = Severity.INFO
    agencies: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    url: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """The address as far as it may be shown."""
        return address(self.url)

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities it takes."""
        order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
        return order[: order.index(self.min_severity) + 1]

    @property
    def limit(self) -> float:
        """Seconds after which a send is given up, whatever it is doing."""
        return 2 * self.timeout + self.service.request_rate_per_sec

    def send(self, title: str, body: str) -> None:
        """Send one plain-text message; raises DeliveryError when it was not taken for certain."""
        sender = Apprise(asset=_ASSET)
        sender.add(self.service)
        result = sender.notify(
            title=title,
            body=body,
            body_format=NotifyFormat.TEXT,
            timeout=self.limit,
            log_level=logging.DEBUG,
        )
        if result.status is AppriseResultStatus.SUCCESS:
            return
        if result.status is AppriseResultStatus.TIMEOUT:
            raise DeliveryError(f"超时：{self.limit:g} 秒内没有发完")
        lines = [(entry.level, entry.message) for entry in result.logs()]
        raise DeliveryError(failure_reason(lines, self.url))


def make_channel(
    id: str,
    url: str,
    *,
    kinds: Iterable[AlertKind] = AlertKind,
    min_severity: Severity = Severity.INFO,
    agencies: Iterable[str] = (),
    timeout: float = DEFAULT_TIMEOUT,
) -> Channel:
    """A channel for an Apprise URL; raises UnusableAddress (contacts nobody)."""
    service = Apprise.instantiate(url, asset=_ASSET)
    if service is None:
        raise UnusableAddress(f"Apprise 不能使用这个地址（{address(url)}），请核对类型和写法")
    _settle(service, url, timeout)
    return Channel(
        id, service, frozenset(kinds), min_severity, tuple(agencies), float(timeout), url
    )


def _settle(service: Any, url: str, timeout: float) -> None:
    # The outbox retries, by its own clock; and "optional" would call a failure a success.
    service.retry = 0
    service.optional = False
    asked = NotifyBase.parse_url(url, verify_host=False) or {}
    if "cto" not in asked:
        service.socket_connect_timeout = timeout
    if "rto" not in asked:
        service.socket_read_timeout = timeout
    if service.schema in _MAIL:
        # Apprise's pause between messages guards public chat services; a mail server needs none.
        service.request_rate_per_sec = 0
