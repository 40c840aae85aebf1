"""Second pipeline: reads archived documents in a worker process, stores reports and decisions."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from sqlalchemy.orm import Session

import settings
from crawler.items import CandidateItem, PageItem, ReportItem
from crawler.services import Services
from storage.repositories import Saved, save_candidate, save_report


class StorePipeline:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Read or store. StorageError ends the crawl of the portal; nothing is swallowed."""
        spider: Any = self.crawler.spider
        if isinstance(item, PageItem):
            await self._read(item, spider.services)
        elif isinstance(item, ReportItem):
            await self._save(item, spider)
        elif isinstance(item, CandidateItem):
            await self._note(item, spider)
        return item

    async def _read(self, item: PageItem, services: Services) -> None:
        if not item.read or (item.known and item.unchanged):
            return
        content_type = item.response.headers.get("Content-Type")
        item.reading = await services.parser.read(
            item.response.body,
            content_type=content_type.decode("latin-1") if content_type else None,
            url=item.response.url,
        )

    async def _save(self, item: ReportItem, spider: Any) -> None:
        item.saved = await spider.services.store(_save_report, item, spider.portal.id, spider.run)

    async def _note(self, item: CandidateItem, spider: Any) -> None:
        await spider.services.store(_save_candidate, item, spider.portal.id, spider.run)


def _save_report(session: Session, item: ReportItem, portal: str, run: int | None) -> Saved:
    if item.candidate is not None:
        _save_candidate(session, item.candidate, portal, run)
    return save_report(
        session,
        agency=item.agency,
        year=item.year,
        url=item.url,
        portal=portal,
        column_url=item.column,
        title=item.title,
        manual=False,
        dates=item.dates,
        content_agency=item.content_agency,
        content_year=item.content_year,
        result=item.result,
        capture=item.capture,
        run=run,
        now=settings.now(),
    )


def _save_candidate(session: Session, item: CandidateItem, portal: str, run: int | None) -> None:
    save_candidate(
        session,
        portal=portal,
        url=item.url,
        title=item.title,
        column_url=item.column,
        list_date=item.list_date,
        verdict=item.verdict,
        agency=item.agency,
        year=item.year,
        score=item.score,
        reasons=item.reasons,
        run=run,
    )
