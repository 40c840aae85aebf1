"""What the crawlers of one process share: database, archive, parser, and who wants to be told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from scrapy.settings import BaseSettings
from sqlalchemy.orm import Session

import settings
from crawler.components import ARCHIVE, CHROMIUM, DATABASE
from crawler.middlewares.browser import Browser
from crawler.worker import ParserPool
from storage import repositories
from storage.archive import Archive, ArchiveWriter
from storage.domain import Agency, Portal
from storage.session import Database
from storage.vocab import RunOutcome

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CrawlEvent:
    """Progress of one portal. ``kind``: started, column, report, problem, finished; ``text`` is
    Chinese."""

    portal: str
    kind: str
    text: str
    url: str | None = None


OUTCOMES = {
    RunOutcome.HEALTHY: "已读全",
    RunOutcome.PARTIAL: "未读全",
    RunOutcome.FAILED: "失败",
}


class Services:
    """One database, one archive file, one parser pool, one browser. Use :func:`acquire`.

    All storing is done by one thread: in order, off the reactor, and without writers of this
    process waiting for each other's locks.
    """

    def __init__(self, database_url: str, archive: Path, chromium: str | None = None) -> None:
        self.database = Database(database_url)
        self.archive = Archive(archive)
        self.writer: ArchiveWriter = self.archive.writer("crawl")
        self.parser = ParserPool()
        self.browser = Browser(chromium)
        self.progress: Callable[[CrawlEvent], None] | None = None
        self.users = 0
        self.stopping = False
        self._works: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="storage")
        self._registry: tuple[tuple[Agency, ...], tuple[Portal, ...]] | None = None

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a portal's work as a task that :meth:`stop` ends."""
        task = asyncio.ensure_future(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)
        if self.stopping:
            task.cancel()
        return task

    def stop(self) -> None:
        """End all works under way, and those that begin from now on; their runs stay unfinished."""
        self.stopping = True
        for task in list(self._works):
            task.cancel()

    async def store(
        self, work: Callable[Concatenate[Session, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Run ``work(session, …)`` in a transaction of its own on the storage thread."""

        def run() -> _T:
            with self.database.session() as session:
                return work(session, *args, **kwargs)

        return await self.call(run)

    async def call(self, work: Callable[[], _T]) -> _T:
        """Run something on the storage thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def registry(self) -> tuple[tuple[Agency, ...], tuple[Portal, ...]]:
        """All active bodies and portals, loaded once: the same objects for every crawler."""
        if self._registry is None:
            agencies = await self.store(repositories.agencies)
            portals = await self.store(repositories.portals)
            self._registry = self._registry or (tuple(agencies), tuple(portals))
        return self._registry

    def tell(self, event: CrawlEvent) -> None:
        if self.progress is not None:
            self.progress(event)

    def close(self) -> None:
        self._thread.shutdown(wait=True)
        self.parser.close()
        self.writer.close()
        self.database.close()


_shared: dict[tuple[str, str], Services] = {}


def acquire(scrapy_settings: BaseSettings) -> Services:
    """The services for a crawler's settings; :func:`release` them when it closes."""
    places = settings.Places.resolve()
    url = scrapy_settings.get(DATABASE) or places.db
    archive = scrapy_settings.get(ARCHIVE) or str(places.archive)
    services = _shared.get((url, archive))
    if services is None:
        chromium = scrapy_settings.get(CHROMIUM)
        services = _shared[url, archive] = Services(url, Path(archive), chromium)
    services.users += 1
    return services


async def leave(services: Services) -> None:
    """Give services back while the event loop runs: the last user ends the browser first."""
    if services.users == 1:
        await services.browser.close()
    release(services)


def release(services: Services) -> None:
    """Give services back; the last user closes them."""
    services.users -= 1
    if services.users <= 0:
        end(services)


def end(services: Services) -> None:
    """Close services whoever still holds them: the reactor has stopped, and a crawler that was cut
    off gives nothing back."""
    for key, known in list(_shared.items()):
        if known is services:
            del _shared[key]
    services.close()
