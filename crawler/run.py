"""Many portals at once in one process: one Scrapy crawler per portal, so many at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

import settings as project
from crawler.components import ARCHIVE, DATABASE
from crawler.services import OUTCOMES, CrawlEvent, Services, acquire, end
from storage import repositories
from storage.vocab import RunOutcome

AT_ONCE = 32
"""Portals at a time; each asks one question at a time, so one process holds some hundred."""
STOP_SECONDS = 8.0
"""Crawlers that were told to stop close within this, or are cut off. Runs stay unfinished either way,
and what is in the archive is not asked for again."""
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_QUIET = (
    # They log what the run's record tells as problems, with tracebacks.
    "scrapy.downloadermiddlewares.robotstxt",
    "scrapy.core.scraper",
    "scrapy.core.downloader.handlers.http11",
)

Arguments = Mapping[str, str | None]
"""Of one spider, as ``scrapy crawl NAME -a key=value`` would give them."""

__all__ = ["AT_ONCE", "Arguments", "CrawlError", "CrawlEvent", "crawl", "work"]


class CrawlError(Exception):
    """The crawl can't be started as asked; the message is one Chinese line."""


def crawl(
    database_url: str,
    archive: Path,
    portals: Sequence[str],
    years: Sequence[int] | None = None,
    progress: Callable[[CrawlEvent], None] | None = None,
    *,
    at_once: int = AT_ONCE,
    overrides: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Crawl portals (registry ids; none = all) and return their results in that order.

    Blocking; once per process, since Twisted's reactor can't be started again. ``years`` limits
    the reports that are fetched to these report years. ``overrides``: Scrapy settings.

    A result is the object of contract section 4. A portal that had to be given up (the database
    or the archive failed) has outcome ``failed`` and says why under ``error``; its run, if one
    was begun, stays unfinished. Raises CrawlError for unknown portals, StorageError where the
    database can't be opened at all, KeyboardInterrupt after a clean stop by SIGINT or SIGTERM.
    """
    scrapy_settings = _settings(database_url, archive, overrides)
    services = acquire(scrapy_settings)
    try:
        with services.database.session(write=False) as session:
            known = {p.id for p in repositories.portals(session)}
        unknown = [p for p in portals if p not in known]
        if unknown:
            raise CrawlError(f"登记名录中没有门户：{'、'.join(unknown)}")
        services.progress = progress
        chosen = list(dict.fromkeys(portals)) or sorted(known)
        text = ",".join(map(str, years)) if years else None
        tasks = {p: {"portal": p, "years": text} for p in chosen}
        return _Crawl(scrapy_settings, services, "portal", at_once).run(tasks) if tasks else []
    finally:
        end(services)


def work(
    database_url: str,
    archive: Path,
    spider: str,
    tasks: Mapping[str, Arguments],
    progress: Callable[[CrawlEvent], None] | None = None,
    *,
    at_once: int = AT_ONCE,
    overrides: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Run a spider once for each task, by name, and return the results in that order; as `crawl`
    for what it raises, and what it says of tasks that failed."""
    scrapy_settings = _settings(database_url, archive, overrides)
    services = acquire(scrapy_settings)
    try:
        services.progress = progress
        return _Crawl(scrapy_settings, services, spider, at_once).run(tasks) if tasks else []
    finally:
        end(services)


def _settings(database_url: str, archive: Path, overrides: Mapping[str, Any] | None) -> Settings:
    made = Settings({k: getattr(project, k) for k in dir(project) if k.isupper()})
    own = {**(overrides or {}), DATABASE: database_url, ARCHIVE: str(archive)}
    made.update(own, priority="cmdline")
    return made


class _Crawl:
    def __init__(
        self,
        scrapy_settings: Settings,
        services: Services,
        spider: str,
        at_once: int,
    ) -> None:
        self._settings = scrapy_settings
        self._services = services
        self._spider = spider
        self._limit = asyncio.Semaphore(at_once)
        self._stopped = False
        self._results: dict[str, dict[str, Any]] = {}
        self._error: BaseException | None = None

    def run(self, tasks: Mapping[str, Arguments]) -> list[dict[str, Any]]:
        install_reactor(_REACTOR)
        from twisted.internet import reactor as installed

        reactor: Any = installed
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        loop = asyncio.get_event_loop()
        self._runner = AsyncCrawlerRunner(self._settings)

        async def main() -> None:
            try:
                await asyncio.gather(*(self._one(name, given) for name, given in tasks.items()))
            except BaseException as error:
                self._error = error
            finally:
                await self._services.browser.close()
                reactor.stop()

        def begin() -> None:
            self._main = loop.create_task(main())

        reactor.callWhenRunning(begin)
        with self._signals(loop):
            reactor.run(installSignalHandlers=False)
        if self._stopped:
            raise KeyboardInterrupt
        if self._error is not None:
            raise self._error
        return [self._results[name] for name in tasks]

    async def _one(self, portal: str, given: Arguments) -> None:
        async with self._limit:
            if self._stopped:
                return
            crawler = self._runner.create_crawler(self._spider)
            error: str | None = None
            try:
                await self._runner.crawl(crawler, **given)
            except Exception as failure:  # one portal's defect must not end the others
                error = f"程序出错：{type(failure).__name__}: {failure}"
            spider: Any = crawler.spider
            error = error or getattr(spider, "failure", None)
            run: int | None = getattr(spider, "run", None)
            if error is None and getattr(spider, "finished", False):
                self._results[portal] = await spider.result()
                return
            message = error or "采集没有开始"
            self._results[portal] = _failed(portal, run, message)
            self._services.tell(CrawlEvent(portal, "problem", message))
            self._services.tell(CrawlEvent(portal, "finished", OUTCOMES[RunOutcome.FAILED]))

    @contextlib.contextmanager
    def _signals(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """SIGINT and SIGTERM stop the crawlers; runs under way stay unfinished."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        if self._stopped:
            self._main.cancel()  # asked twice: do not wait for requests under way
            return
        self._stopped = True
        self._services.stop()
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._main.cancel)


def _failed(portal: str, run: int | None, message: str) -> dict[str, Any]:
    return {
        "portal": portal,
        "run": run if run is not None else "",
        "outcome": "failed",
        "columns": [],
        "candidates": 0,
        "reports_new": 0,
        "reports_changed": 0,
        "reports_gone": 0,
        "requests": 0,
        "bytes": 0,
        "seconds": 0.0,
        "problems": [],
        "unresolved": [],
        "error": message,
    }
