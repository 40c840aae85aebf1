"""Serves the simulated portals on loopback, one port each, until the context ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from spiders.samples.expectations import AFTER_ALL, Expectation, expectations
from spiders.samples.pages import Pages
from spiders.samples.places import AGENCIES, SITES, Site, Trouble
from spiders.samples.postings import COMMON, Posting
from spiders.samples.registry import write_registry
from spiders.samples.render import TEMPLATES, Page
from spiders.samples.world import World
from storage.domain import Agency

Request = tuple[float, str, str, int]
"""(time.monotonic(), portal id, path with query, HTTP status); status 0: no answer was sent."""

_NOT_FOUND = "<html><head><title>404</title></head><body>404 Not Found</body></html>"
_WALL = TEMPLATES / "wall.html"
_IDLE_SECONDS = 5
_POLL_SECONDS = 0.05


class SamplePortals:
    """A simulated gov.cn. ``now`` tells the simulated time at each request.

    ``hang_seconds``: how long the hanging list keeps its reader waiting before it hangs up.
    Use as context manager; addresses exist only inside it.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        years: Sequence[int] = (2023, 2024, 2025),
        hang_seconds: float = 3.0,
    ) -> None:
        self.now = now
        self.world = World(tuple(years))
        self.hang_seconds = hang_seconds
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self._servers: dict[str, _PortalServer] = {}
        self._threads: list[threading.Thread] = []

    # --- life -----------------------------------------------------------------

    def __enter__(self) -> SamplePortals:
        self.stopping.clear()
        for site in SITES:
            self._servers[site.id] = _PortalServer(site, self)
        bases = {site.id: self.url(site.id) for site in SITES}
        for server in self._servers.values():
            server.pages = Pages(server.site, self.world, bases)
            thread = threading.Thread(
                target=server.serve_forever, args=(_POLL_SECONDS,), name=f"sample-{server.site.id}"
            )
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        for server in self._servers.values():
            server.shutdown()
        for server in self._servers.values():
            server.server_close()
        for thread in self._threads:
            thread.join()
        self._servers.clear()
        self._threads.clear()

    # --- what is there --------------------------------------------------------

    @property
    def agencies(self) -> tuple[Agency, ...]:
        return AGENCIES

    @property
    def sites(self) -> tuple[Site, ...]:
        return SITES

    @property
    def events(self) -> tuple[datetime, ...]:
        """Every moment at which some portal changes, in order."""
        return self.world.events

    def url(self, portal: str, path: str = "/") -> str:
        """Address on a portal; ``RuntimeError`` when not serving."""
        if portal not in self._servers:
            raise RuntimeError(f"示例门户没有启动：{portal}")
        return f"http://127.0.0.1:{self._servers[portal].server_port}{path}"

    def pages(self, portal: str) -> Pages:
        """The portal's pages, to look at without a request."""
        server = self._servers[portal]
        assert server.pages is not None
        return server.pages

    def postings(self, *, agency: str | None = None, year: int | None = None) -> list[Posting]:
        """Article pages, of one body and report year if named."""
        return [
            p for p in self.world.postings if agency in (None, p.agency) and year in (None, p.year)
        ]

    def write_registry(self, folder: Path) -> None:
        """agencies.csv, portals.yml (home pages only) and overrides.yml of this world."""
        write_registry(folder, {site.id: self.url(site.id) for site in SITES})

    # --- what must be found ---------------------------------------------------

    def expectations(
        self, year: int, runs: Sequence[datetime] = (AFTER_ALL,)
    ) -> dict[str, Expectation]:
        """Agency id -> status, reason, flags and rules after crawls of everything at ``runs``."""
        return expectations(self.world, year, runs)

    def expected(self, year: int, runs: Sequence[datetime] = (AFTER_ALL,)) -> dict[str, str]:
        return {a: e.status.value for a, e in self.expectations(year, runs).items()}

    def expected_reason(self, year: int, runs: Sequence[datetime] = (AFTER_ALL,)) -> dict[str, str]:
        """Only bodies whose status is ``unknown``."""
        told = self.expectations(year, runs).items()
        return {a: e.reason.value for a, e in told if e.reason}

    def expected_flags(
        self, year: int, runs: Sequence[datetime] = (AFTER_ALL,)
    ) -> dict[str, frozenset[str]]:
        return {a: frozenset(e.flags) for a, e in self.expectations(year, runs).items()}

    def expected_rules(
        self, year: int, runs: Sequence[datetime] = (AFTER_ALL,)
    ) -> dict[str, set[str]]:
        """Rule codes (error or warning) that must be found; empty for compliant reports."""
        return {a: set(e.rules) for a, e in self.expectations(year, runs).items()}

    def tolerated_rules(
        self, year: int, runs: Sequence[datetime] = (AFTER_ALL,)
    ) -> dict[str, set[str]]:
        """Rule codes that may be found beside the expected ones."""
        return {a: set(e.tolerated) for a, e in self.expectations(year, runs).items()}


class _PortalServer(ThreadingHTTPServer):
    # Threads are joined on close: a portal that does not stop is a fault to be seen.
    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def __init__(self, site: Site, portals: SamplePortals) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        self.portals = portals
        self.pages: Pages | None = None


class _Handler(BaseHTTPRequestHandler):
    server: _PortalServer
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout: ClassVar[int] = _IDLE_SECONDS

    def do_GET(self) -> None:
        portals, site = self.server.portals, self.server.site
        path = unquote(urlsplit(self.path).path)
        if site.trouble is Trouble.WALL:
            self._answer(412, _WALL.read_bytes(), {"Set-Cookie": "Xs1dO=60a1; Path=/"})
            return
        pages = self.server.pages
        assert pages is not None
        page = pages.get(path, portals.now()) or pages.answer(path, self._asked(), portals.now())
        if page and site.trouble is Trouble.HANGING_LIST and self._hangs(pages, path):
            portals.stopping.wait(portals.hang_seconds)
            self._log(0)
            self.close_connection = True
            return
        if page is None and site.soft_404 and path != "/robots.txt":
            page = pages.get("/", portals.now())
        if page is None:
            self._answer(404, _NOT_FOUND.encode(), {})
        elif self._unchanged(page):
            self._answer(304, b"", self._validators(page))
        else:
            self._answer(200, page.body, self._validators(page), page.content_type)

    do_HEAD = do_POST = do_GET

    def _asked(self) -> dict[str, str]:
        """Parameters of the address and of a posted form."""
        posted = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        return dict(parse_qsl(urlsplit(self.path).query)) | dict(parse_qsl(posted))

    @staticmethod
    def _hangs(pages: Pages, path: str) -> bool:
        folder = pages.layout.folders[COMMON]
        return path.startswith(f"{folder}index_")

    def _validators(self, page: Page) -> dict[str, str]:
        modified = page.modified.astimezone(UTC)
        return {"ETag": page.etag, "Last-Modified": format_datetime(modified, usegmt=True)}

    def _unchanged(self, page: Page) -> bool:
        """Conditional requests as in RFC 9110: the tag decides, the date only without a tag."""
        if tags := self.headers.get("If-None-Match"):
            return page.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        if since := self.headers.get("If-Modified-Since"):
            try:
                return page.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
            except (TypeError, ValueError):
                return False
        return False

    def _answer(
        self,
        status: int,
        body: bytes,
        headers: dict[str, str],
        content_type: str = "text/html; charset=utf-8",
    ) -> None:
        self._log(status)
        self.send_response(status, HTTPStatus(status).phrase)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _log(self, status: int) -> None:
        entry = (time.monotonic(), self.server.site.id, self.path, status)
        self.server.portals.requests.append(entry)

    def log_message(self, format: str, *args: Any) -> None:
        """The list ``requests`` is the log; nothing goes to the screen."""
