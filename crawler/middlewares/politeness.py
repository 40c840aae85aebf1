"""One request per host at a time, with a pause between them, across all portals of the process.

Every Scrapy crawler has slots of its own, so two portals on one host would double the rate. The
gates here belong to the process, and are passed where connections are made: retries, redirects
and robots.txt wait like everything else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.middlewares.legacy_tls import LegacyContextFactory

MAX_PAUSE = 30.0
"""Seconds; a longer Crawl-delay or Retry-After would keep a crawl from ever ending."""
_MARGIN = 0.01


class Gate:
    """The way to one host: ``pause`` seconds from the end of one answer to the next request. When
    a request really left is not known: a busy process may send it long after it passed here."""

    def __init__(self) -> None:
        self.pause = 0.0
        self._lock = asyncio.Lock()
        self._free_at = 0.0

    def at_least(self, seconds: float) -> None:
        """Ask for a pause; of several wishes the longest counts."""
        self.pause = max(self.pause, min(seconds, MAX_PAUSE))

    def hold(self, seconds: float) -> None:
        """No request before so many seconds from now (Retry-After)."""
        self._free_at = max(self._free_at, time.monotonic() + min(seconds, MAX_PAUSE))

    @asynccontextmanager
    async def pass_through(self) -> AsyncIterator[None]:
        async with self._lock:
            await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))
            try:
                yield
            finally:
                if self.pause:
                    self.hold(self.pause + _MARGIN)


class Gates:
    """All gates of the process, by host."""

    def __init__(self) -> None:
        self._gates: dict[str, Gate] = {}

    def of(self, url: str) -> Gate:
        return self._gates.setdefault(_host(url), Gate())


def _host(url: str) -> str:
    """The host; on loopback every port is a portal of its own (tests, demonstrations)."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return f"{host}:{parts.port}" if loopback else host


GATES = Gates()


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's handler behind the gate of the request's host. Requests with ``legacy_tls`` in
    their meta go through a handler of their own, with connections of its own."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._legacy: HTTP11DownloadHandler | None = None

    async def download_request(self, request: Request) -> Response:
        gate = GATES.of(request.url)
        async with gate.pass_through():
            if request.meta.get("legacy_tls"):
                response = await self._for_legacy().download_request(request)
            else:
                response = await super().download_request(request)
        if response.status in (429, 503):
            gate.hold(_retry_after(response))
        return response

    async def close(self) -> None:
        await super().close()
        if self._legacy is not None:
            await self._legacy.close()

    def _for_legacy(self) -> HTTP11DownloadHandler:
        if self._legacy is None:
            self._legacy = HTTP11DownloadHandler(self._crawler)
            self._legacy._contextFactory = LegacyContextFactory()  # type: ignore[assignment]
        return self._legacy


def _retry_after(response: Response) -> float:
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    return float(text) if text.isdigit() else 0.0
