"""Addresses that are refused, in every spelling, and at the moment of connecting."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from crawler.middlewares.addresses import GuardedResolver, guard, is_public, resolve


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "2001:db8::1", "x",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"]
)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "１２７.０.０.１",
    ],
)
def test_spellings_of_loopback(host: str) -> None:
    addresses = resolve(host)
    assert addresses
    assert not any(is_public(a) for a in addresses)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "", "a" * 70 + ".example", "\udcff"])
def test_hosts_without_address(host: str) -> None:
    assert [a for a in resolve(host) if is_public(a)] == []


@implementer(IHostnameResolver)
class Rebinding:
    """A name server that names a public and an inner address."""

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, *more: Any) -> None:
        receiver.resolutionBegan(None)
        for address in (
            IPv4Address("TCP", "93.184.216.34", port),
            IPv4Address("TCP", "10.0.0.1", port),
            IPv6Address("TCP", "::1", port),
        ):
            receiver.addressResolved(address)
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.found: list[str] = []

    def resolutionBegan(self, resolution: Any) -> None: ...

    def addressResolved(self, address: Any) -> None:
        self.found.append(address.host)

    def resolutionComplete(self) -> None: ...


def test_connections_see_only_public_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIANBAO_ALLOW_PRIVATE", raising=False)
    receiver = Receiver()
    GuardedResolver(Rebinding()).resolveHostName(receiver, "x.example")  # type: ignore[arg-type]
    assert receiver.found == ["93.184.216.34"]
    monkeypatch.setenv("NIANBAO_ALLOW_PRIVATE", "1")
    receiver = Receiver()
    GuardedResolver(Rebinding()).resolveHostName(receiver, "x.example")  # type: ignore[arg-type]
    assert len(receiver.found) == 3


def test_the_guard_is_put_once() -> None:
    class Reactor:
        nameResolver: Any = Rebinding()

        def installNameResolver(self, resolver: Any) -> None:
            self.nameResolver = resolver

    reactor = Reactor()
    guard(reactor)
    first = reactor.nameResolver
    guard(reactor)
    assert reactor.nameResolver is first
