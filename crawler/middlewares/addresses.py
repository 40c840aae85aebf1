"""No request leaves for a private address, however it is spelled or resolved.

Names are resolved where connections are made, so the addresses that were checked are the ones
that are connected to: a name that changes its address between check and connection gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

import settings

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet; v4 addresses inside v6 ones count too."""
    try:
        ip: Ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(a.is_global and not a.is_multicast for a in (ip, *_embedded(ip)))


def _embedded(ip: Ip) -> list[Ip]:
    if not isinstance(ip, ipaddress.IPv6Address):
        return []
    inner: list[Ip | None] = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    if int(ip) >> 32 == 0:  # ::a.b.c.d, long deprecated
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [a for a in inner if a is not None]


def resolve(host: str) -> list[str]:
    """Addresses of a host, in every spelling that the system takes (2130706433, 0x7f.1, 127.1).

    Blocking. [] where the name is not known.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Hands on what was resolved, without the addresses that must not be connected to."""

    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        known = isinstance(address, (IPv4Address, IPv6Address))
        if settings.allow_private() or (known and is_public(address.host)):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Wraps the reactor's resolver; addresses that are not public never reach a connection."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def resolveHostName(
        self, resolutionReceiver: Any, hostName: str, portNumber: int = 0, *more: Any, **named: Any
    ) -> Any:
        receiver = _PublicOnly(resolutionReceiver)
        return self.inner.resolveHostName(receiver, hostName, portNumber, *more, **named)


def guard(reactor: Any) -> None:
    """Put the guard before the reactor's resolver; may be called again."""
    if not isinstance(reactor.nameResolver, GuardedResolver):
        reactor.installNameResolver(GuardedResolver(reactor.nameResolver))
