"""Base of the spiders: a crawl as one readable course of work, with items through the pipelines.

A portal is asked one question at a time anyway, so the work is written as it goes, not as a net of
callbacks. Items still pass Scrapy's pipelines, and :meth:`WorkSpider.submit` waits until they have:
that a page is archived before it is read follows from the order of the pipelines.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

import settings
from crawler.components import COMPONENTS
from crawler.fetch import Fetcher
from crawler.health import RunRecord
from crawler.hosts import HostRules
from crawler.services import OUTCOMES, CrawlEvent, Services, acquire, leave
from storage import repositories
from storage.archive import ArchiveError
from storage.domain import Portal, Problem
from storage.errors import StorageError
from storage.repositories import Archived
from storage.vocab import RunKind, RunOutcome

_Item = TypeVar("_Item")

_TICK_SECONDS = 0.05
GO_ON_WITHIN = timedelta(hours=3)
"""A run that was killed is gone on with if it began no longer ago: its pages are still what the
portal shows. The scheduler takes a run for dead after two hours."""


class WorkSpider(Spider):
    """One portal, one run. Subclasses define :meth:`work`.

    Arguments: ``portal`` (registry id, required), ``years`` (comma-separated, optional).
    """

    custom_settings = COMPONENTS
    kind = RunKind.CRAWL

    def __init__(self, portal: str | None = None, years: str | None = None, **kwargs: Any) -> None:
        if not portal:
            raise ValueError("缺少参数 portal：scrapy crawl portal -a portal=门户编号")
        super().__init__(**kwargs)
        self.portal_id = portal
        self.years = [int(y) for y in years.split(",")] if years else None
        self.record = RunRecord()
        self.run: int | None = None
        self.archived: Mapping[str, list[Archived]] = {}
        """what this run had archived before it was cut off"""
        self.finished = False
        self.failure: str | None = None
        """why the crawl was given up (Chinese); None where it went to its end"""
        self.hosts = HostRules(frozenset())
        self.delay = 0.0
        self.portal: Portal
        self.fetcher: Fetcher
        self.services: Services
        self._waiting: asyncio.Queue[Any] = asyncio.Queue()
        self._outcomes: dict[int, asyncio.Future[Any]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> WorkSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.services = acquire(crawler.settings)
        spider.fetcher = Fetcher(crawler)
        spider.fetcher.note = spider.problem
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        crawler.signals.connect(spider._item_done, signal=signals.item_scraped)
        crawler.signals.connect(spider._item_failed, signal=signals.item_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's entry: runs the work and yields its items."""
        task = self.services.begin(self._run())
        try:
            while True:
                getter = asyncio.ensure_future(self._waiting.get())
                await asyncio.wait({task, getter}, return_when=asyncio.FIRST_COMPLETED)
                if getter.done():
                    yield getter.result()
                    continue
                getter.cancel()
                if not (task.cancelled() and self.services.stopping):
                    await task
                # Stopped: the engine finds nothing left to do and closes. Its own stop would wait
                # for ever where an item is in the pipelines (scrapy/core/scraper.py, 2.19: only
                # scraped responses tell a closing slot that it is idle).
                await self._items_left()
                return
        finally:
            task.cancel()

    async def work(self) -> None:
        """The crawl; what it finds goes to :attr:`record`."""
        raise NotImplementedError

    def conclude(self) -> RunOutcome:
        """The outcome of the run; problems that only show at its end are added to the record."""
        return self.record.conclude(self.portal.min_reports, self.years)

    async def result(self) -> dict[str, Any]:
        """What came of it (contract section 4), after the end."""
        assert self.run is not None
        return await self.services.store(repositories.run_result, self.run)

    async def submit(self, item: _Item) -> _Item:
        """Send an item through the pipelines; raises what a pipeline raised."""
        future: asyncio.Future[_Item] = asyncio.get_running_loop().create_future()
        self._outcomes[id(item)] = future
        await self._waiting.put(item)
        return await future

    async def _items_left(self) -> None:
        """Wait until no item is in the pipelines; those that did not get there are dropped."""
        while not self._waiting.empty():
            self._outcomes.pop(id(self._waiting.get_nowait()), None)
        while self._outcomes:
            await asyncio.sleep(_TICK_SECONDS)

    def problem(self, problem: Problem) -> None:
        self.record.problem(problem)
        self.services.tell(CrawlEvent(self.portal_id, "problem", problem.message, problem.url))

    async def _run(self) -> None:
        started = time.monotonic()
        try:
            await self._load()
            self.services.tell(CrawlEvent(self.portal_id, "started", "开始采集", self.portal.url))
            await self.work()
            await self._finish(time.monotonic() - started)
            self.finished = True
        except (StorageError, ArchiveError) as error:
            # The run stays unfinished: what was read and could not be kept vouches for nothing.
            self.failure = str(error)
            self.logger.error("%s：%s", self.portal_id, error)
        except asyncio.CancelledError:
            self.failure = "采集被中止"
            raise
        except Exception as error:
            self.failure = f"程序出错：{type(error).__name__}: {error}"
            raise

    async def _load(self) -> None:
        _, portals = await self.services.registry()
        found = next((p for p in portals if p.id == self.portal_id), None)
        if found is None:
            raise StorageError(f"登记名录中没有门户 {self.portal_id}")
        self.portal = found
        self.hosts = HostRules.of(found)
        default = self.crawler.settings.getfloat("NIANBAO_DELAY", settings.DOWNLOAD_DELAY)
        self.delay = default if found.delay is None else found.delay
        await self._begin()

    async def _begin(self) -> None:
        """A run of its own, or the last one where that was cut off a while ago."""
        store, now, portal = self.services.store, settings.now(), self.portal.id
        before = await store(repositories.broken_off, portal, now, GO_ON_WITHIN, self.kind)
        if before is None:
            self.run = await store(repositories.start_run, portal, now, self.kind)
            return
        self.run = before.run
        self.record.new = before.reports_new
        self.record.changed = before.reports_changed
        self.record.gone = before.reports_gone
        self.archived = await store(repositories.captures_of, before.run)
        message = f"接着上次中断的采集，已存档 {len(self.archived)} 个地址"
        self.services.tell(CrawlEvent(portal, "started", message, self.portal.url))

    async def _finish(self, seconds: float) -> None:
        assert self.run is not None
        record, stats = self.record, self.crawler.stats
        outcome = self.conclude()
        await self.services.store(
            repositories.finish_run,
            self.run,
            now=settings.now(),
            outcome=outcome,
            columns=record.columns,
            problems=record.problems,
            unresolved=record.unresolved,
            candidates=record.candidates,
            reports_new=record.new,
            reports_changed=record.changed,
            reports_gone=record.gone,
            requests=stats.get_value("downloader/request_count", 0),
            bytes_=stats.get_value("downloader/response_bytes", 0),
            seconds=round(seconds, 3),
        )
        self.services.tell(
            CrawlEvent(self.portal_id, "finished", OUTCOMES[outcome], self.portal.url)
        )

    def _item_done(self, item: Any) -> None:
        future = self._outcomes.pop(id(item), None)
        if future is not None and not future.done():
            future.set_result(item)

    def _item_failed(self, item: Any, failure: Failure) -> None:
        future = self._outcomes.pop(id(item), None)
        if future is not None and not future.done():
            future.set_exception(failure.value)

    async def _closed(self) -> None:
        await leave(self.services)
