"""First pipeline: every page that is used is in the archive before anything looks into it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Response

import settings
from crawler.items import PageItem
from crawler.middlewares.resume import capture_of
from crawler.services import Services
from storage.domain import Capture
from storage.repositories import latest_capture, save_capture, settled_capture


class ArchivePipeline:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Archive a page. ArchiveError and StorageError end the crawl of the portal."""
        if isinstance(item, PageItem):
            spider: Any = self.crawler.spider
            services: Services = spider.services
            item.capture, item.unchanged = await services.call(
                lambda: keep(services, item.response, spider.run)
            )
        return item


def keep(services: Services, response: Response, run: int | None) -> tuple[int, bool]:
    """(capture id, whether the bytes are those that were dealt with before).

    The same bytes are archived once; a capture of its own still tells that they were seen now.
    What an unfinished run archived need not have been read: only finished ones tell what is known.
    """
    now = settings.now()
    headers = [
        (name.decode("latin-1"), value.decode("utf-8", "replace"))
        for name, values in response.headers.items()
        for value in values
    ]
    known = {name.lower(): value for name, value in headers}
    digest = "sha256:" + hashlib.sha256(response.body).hexdigest()
    with services.database.session() as session:
        latest = latest_capture(session, response.url)
        settled = latest and settled_capture(session, response.url)
        if response.status == 304 and settled:
            # The server says that the bytes of that capture stand there now.
            return save_capture(session, run, replace(settled, fetched_at=now)), True
        unchanged = settled is not None and _same(settled, digest, response.status)
        if (again := capture_of(response)) is not None:
            return again, unchanged
        last = settled if unchanged else latest
        if last and _same(last, digest, response.status):
            capture = replace(
                last,
                fetched_at=now,
                etag=known.get("etag"),
                last_modified=known.get("last-modified"),
            )
            return save_capture(session, run, capture), unchanged
        media_type = known.get("content-type", "").partition(";")[0].strip().lower() or None
        capture = services.writer.write(
            response.url, response.status, headers, response.body, now, media_type
        )
        return save_capture(session, run, capture), False


def _same(capture: Capture, digest: str, status: int) -> bool:
    """Of a redirection the bytes tell nothing: where it leads stands in its head."""
    same = capture.digest == digest and capture.http_status == status
    return same and not 300 <= status < 400
