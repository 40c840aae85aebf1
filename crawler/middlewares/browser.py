"""One Chromium for a crawl process, which never touches the network itself.

Every request of a page is taken out of the browser and asked by Scrapy like any other, so that
host rules, the guard against private addresses, robots.txt, pauses, limits and the archive hold for
what scripts ask, too. Should a request escape (web sockets, prefetching), it finds no name server
and a proxy that does not exist.

Chromium hangs on the pipe of its driver, and the driver on that of this process: neither outlives
a kill.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.health import Trouble
from settings import find_chromium
from storage.vocab import ProblemKind

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

TABS = 2
"""Pages open at a time in the process; each may take some 150 MB."""
MAX_VISITS = 60
"""Visits after which Chromium is started anew: long-lived ones grow without bound
(https://github.com/microsoft/playwright/issues/6319)."""
START_SECONDS = 60.0
CLOSE_SECONDS = 10.0
INSTALL = (
    "需要浏览器才能读取，但本机没有可用的 Chromium；请安装 Playwright（uv pip install 'nianbao[browser]'）"
    "和 Chromium（系统软件包 chromium，或 playwright install chromium）"
)
_FLAGS = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--renderer-process-limit=2",
    "--js-flags=--max-old-space-size=256",
)


class NoBrowser(Trouble):
    """There is no Chromium, or it does not start."""

    def __init__(self, message: str = INSTALL) -> None:
        super().__init__(ProblemKind.BROWSER, message)


@dataclass
class _Running:
    """A driver with its Chromium; ``retired``: no further visits, closed after the last one."""

    driver: Any
    chromium: Any
    visits: int = 0
    open: int = 0
    retired: bool = False


@dataclass
class Memory:
    """What a portal's visits keep of each other: cookies and storage, each context being new."""

    state: Any = None
    scripts: dict[str, Any] = field(default_factory=dict)


class Browser:
    """Started when first needed. ``executable``: Chromium's path; None = looked for."""

    def __init__(self, executable: str | None = None) -> None:
        self._executable = executable
        self._slots = asyncio.Semaphore(TABS)
        self._starting = asyncio.Lock()
        self._running: _Running | None = None
        self._retired: set[asyncio.Future[None]] = set()
        self.starts = 0

    @asynccontextmanager
    async def context(self, memory: Memory, user_agent: str) -> AsyncIterator[BrowserContext]:
        """A fresh context with what the portal's last one kept. Raises NoBrowser."""
        async with self._slots:
            running = await self._acquire()
            context: BrowserContext | None = None
            try:
                context = made = await asyncio.wait_for(
                    running.chromium.new_context(
                        user_agent=user_agent,
                        locale="zh-CN",
                        timezone_id="Asia/Shanghai",
                        service_workers="block",
                        accept_downloads=False,
                        storage_state=memory.state,
                    ),
                    START_SECONDS,
                )
                yield made
                memory.state = await asyncio.wait_for(made.storage_state(), CLOSE_SECONDS)
            finally:
                await self._leave(running, context)

    async def close(self) -> None:
        """End Chromium and its driver; may be called again."""
        running, self._running = self._running, None
        if running is not None:
            await _end(running)
        if self._retired:
            await asyncio.wait(self._retired)

    async def _acquire(self) -> _Running:
        async with self._starting:
            running = self._running
            if running is not None and (
                running.visits >= MAX_VISITS or not running.chromium.is_connected()
            ):
                self._retire(running)
                running = None
            if running is None:
                running = self._running = await self._start()
            running.visits += 1
            running.open += 1
            return running

    async def _leave(self, running: _Running, context: BrowserContext | None) -> None:
        running.open -= 1
        try:
            if context is not None:
                await asyncio.wait_for(context.close(), CLOSE_SECONDS)
        except Exception:
            # A page that does not let go takes its Chromium with it.
            if running is self._running:
                self._running = None
            running.retired = True
        if running.retired and not running.open:
            await _end(running)

    def _retire(self, running: _Running) -> None:
        running.retired = True
        self._running = None
        if not running.open:
            ending = asyncio.ensure_future(_end(running))
            self._retired.add(ending)
            ending.add_done_callback(self._retired.discard)

    async def _start(self) -> _Running:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError:
            raise NoBrowser from None
        driver = await async_playwright().start()
        try:
            executable = self._executable or find_chromium(driver.chromium.executable_path)
            if executable is None or not Path(executable).exists():
                raise NoBrowser
            root = os.geteuid() == 0
            chromium = await driver.chromium.launch(
                executable_path=executable,
                args=[*_FLAGS, *(("--no-sandbox",) if root else ())],
                chromium_sandbox=not root,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START_SECONDS * 1000,
            )
        except BaseException as error:
            await driver.stop()
            if isinstance(error, Error):
                raise NoBrowser(f"Chromium 无法启动：{str(error).splitlines()[0][:200]}") from None
            raise
        self.starts += 1
        return _Running(driver, chromium)


async def _end(running: _Running) -> None:
    """Chromium first; where it does not answer, the end of its driver ends it."""
    for step in (running.chromium.close, running.driver.stop):
        with suppress(Exception):
            await asyncio.wait_for(step(), CLOSE_SECONDS)
