"""robots.txt as RFC 9309 wants it: absent means allowed, a server that fails means hands off.

Scrapy reads the body of any answer as rules, an error page too
(scrapy/downloadermiddlewares/robotstxt.py, 2.19), and takes a failing server for consent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler.health import Trouble
from storage.vocab import ProblemKind

AGAIN_SECONDS = 2.0
"""A server that was busy once is asked once more."""
_REFUSING = 429
_Rules = tuple[RobotParser | None, int | None]


@dataclass(frozen=True)
class _Place:
    scheme: str
    netloc: str
    legacy: bool


class PoliteRobots(RobotsTxtMiddleware):
    """One reading per scheme, host and port. A server that can't be reached at all is not asked
    twice: the request itself will tell."""

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlparse_cached(request)
        place = _Place(parts.scheme, parts.netloc, bool(request.meta.get("legacy_tls")))
        readings: dict[_Place, asyncio.Future[_Rules]] = self.__dict__.setdefault("_readings", {})
        if place not in readings:
            readings[place] = asyncio.ensure_future(self._read(place, request))
        rules, failed = await asyncio.shield(readings[place])
        if failed is not None:
            raise Trouble(
                ProblemKind.ROBOTS,
                f"robots.txt 未能读取（服务器返回 {failed}），按规范视为不允许，本次不访问 {place.netloc}",
            )
        self.process_request_2(rules, request)

    async def _read(self, place: _Place, request: Request) -> _Rules:
        """(rules, None where everything is allowed; the status that forbids everything)."""
        try:
            response = await self._get(place)
            if _forbids(response.status):
                await asyncio.sleep(AGAIN_SECONDS)
                response = await self._get(place)
        except IgnoreRequest:
            return None, None
        except Exception as error:
            # Whatever keeps robots.txt from being asked keeps the page from being asked, too.
            self._stats.inc_value(f"robotstxt/exception_count/{type(error)}")
            return None, None
        if _forbids(response.status):
            return None, response.status
        body = response.body if 200 <= response.status < 300 else b""
        rules = build_from_crawler(self._parserimpl, self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules, None

    async def _get(self, place: _Place) -> Response:
        self._stats.inc_value("robotstxt/request_count")
        meta = {"dont_obey_robotstxt": True, "legacy_tls": place.legacy, "dont_retry": True}
        request = Request(
            f"{place.scheme}://{place.netloc}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta=meta,
            callback=NO_CALLBACK,
        )
        response = await self.crawler.engine.download_async(request)
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        return response


def _forbids(status: int) -> bool:
    return status >= 500 or status == _REFUSING
