"""What may be requested at all: the portal's hosts, public addresses, http and https.

Also applies a robots.txt's Crawl-delay, which Scrapy reads but does not keep
(https://github.com/scrapy/scrapy/issues/892).
"""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.robotstxt import RobotParser

import settings
from crawler.health import Trouble
from crawler.hosts import HostRules
from crawler.middlewares.addresses import guard, is_public, resolve
from crawler.middlewares.politeness import GATES
from storage.vocab import ProblemKind

ROBOTS_SECONDS = 15
_REMEMBER = 60.0


class AccessMiddleware:
    """Refuses requests, also those of redirects, before anything is sent."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._checked: dict[str, tuple[float, list[str]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AccessMiddleware:
        made = cls(crawler)
        crawler.signals.connect(made.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(made.robots_parsed, signal=signals.robots_parsed)
        return made

    def spider_opened(self) -> None:
        from twisted.internet import reactor

        guard(reactor)

    async def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        origin = (request.meta.get("redirect_urls") or [None])[-1]
        how = f"由 {origin} 跳转，" if origin else ""
        if parts.scheme not in ("http", "https"):
            raise Trouble(ProblemKind.CONNECT, f"{how}不支持的地址类型：{request.url[:200]}")
        rules: HostRules = self.crawler.spider.hosts  # type: ignore[union-attr]
        if not rules.allows(request.url):
            raise Trouble(
                ProblemKind.CONNECT,
                f"{how}主机 {parts.netloc} 不属于本门户，未访问；确属本门户时请写入 portals.yml 的 hosts",
            )
        await self._check_address(parts.hostname or "", how)
        if _is_robots(request):
            usual = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
            request.meta["download_timeout"] = min(ROBOTS_SECONDS, usual)
            request.meta["max_retry_times"] = 0
        delay: float = self.crawler.spider.delay  # type: ignore[union-attr]
        GATES.of(request.url).at_least(delay)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        agent = self.crawler.settings["ROBOTSTXT_USER_AGENT"]
        seconds = robotparser.crawl_delay(agent)
        if seconds:
            GATES.of(request.url).at_least(seconds)

    async def _check_address(self, host: str, how: str) -> None:
        if settings.allow_private():
            return
        known = self._checked.get(host)
        if known is None or time.monotonic() - known[0] > _REMEMBER:
            loop = asyncio.get_running_loop()
            known = (time.monotonic(), await loop.run_in_executor(None, resolve, host))
            self._checked[host] = known
        addresses = known[1]
        if addresses and not any(is_public(a) for a in addresses):
            raise Trouble(
                ProblemKind.CONNECT,
                f"{how}{host} 指向内网地址 {addresses[0]}，已拒绝；确需访问时设置 NIANBAO_ALLOW_PRIVATE=1",
            )


def _is_robots(request: Request) -> bool:
    meta: dict[str, Any] = request.meta
    return bool(meta.get("dont_obey_robotstxt")) and urlsplit(request.url).path == "/robots.txt"
