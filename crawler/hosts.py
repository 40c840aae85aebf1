"""Which addresses belong to a portal: its own host and the listed ones, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from storage.domain import Portal

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class HostRules:
    """(host, port) pairs; port 0 = the default ports of http and https, None = any port."""

    allowed: frozenset[tuple[str, int | None]]

    @classmethod
    def of(cls, portal: Portal) -> HostRules:
        """The rules of a portal. ``hosts`` entries: ``host``, ``host:port`` or an address."""
        pairs: set[tuple[str, int | None]] = set()
        own = _split(portal.url)
        if own:
            pairs.add(own)
        for entry in portal.hosts:
            if found := _split(entry if "//" in entry else f"//{entry}"):
                host, port = found
                # Written without a port, a listed host is trusted on all of its ports.
                pairs.add((host, port or None))
        return cls(frozenset(pairs))

    def allows(self, url: str) -> bool:
        """Whether an address may be requested and counted for the portal."""
        found = _split(url)
        return found is not None and (found in self.allowed or (found[0], None) in self.allowed)


def _split(url: str) -> tuple[str, int] | None:
    """(host without www., port); default ports are one and the same, 0."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host:
        return None
    if port in (None, *_DEFAULT_PORTS.values()):
        port = 0
    return host.lower().rstrip(".").removeprefix("www."), port or 0
