"""Scrapy components and settings that every crawl of portals needs, in one place."""

from __future__ import annotations

from typing import Any

DATABASE = "NIANBAO_DATABASE"
ARCHIVE = "NIANBAO_ARCHIVE"
"""Names of the project's own Scrapy settings: database URL and archive folder."""
CHROMIUM = "NIANBAO_CHROMIUM"
"""Path of Chromium; unset = Playwright's own, else the system's."""
RECHECK_DAYS = "NIANBAO_RECHECK_DAYS"
"""Days after which a known report whose line in its list is unchanged is asked for again."""
VISIT_SECONDS = "NIANBAO_VISIT_SECONDS"
"""Time of one visit in the browser, with all its pages; pauses between requests count."""

COMPONENTS: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.middlewares.access.AccessMiddleware": 60,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "crawler.middlewares.robots.PoliteRobots": 100,
        # Outside of retries and redirects (550–600): it judges the answer that is final.
        "crawler.middlewares.walls.WallMiddleware": 545,
        # Inside of redirects: it sees each of them.
        "crawler.middlewares.redirects.RedirectRecorder": 605,
        "crawler.middlewares.walls.CookieLoopMiddleware": 610,
        # In the place of the network, before requests are counted (850).
        "crawler.middlewares.resume.ResumeMiddleware": 840,
    },
    "ITEM_PIPELINES": {
        # Archived before anything is parsed, parsed before anything is stored.
        "crawler.pipelines.archive.ArchivePipeline": 100,
        "crawler.pipelines.store.StorePipeline": 300,
    },
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.middlewares.politeness.PoliteHandler",
        "https": "crawler.middlewares.politeness.PoliteHandler",
    },
    # The gates of politeness.py pause per host and process; Scrapy's slots know one crawler only.
    "DOWNLOAD_DELAY": 0,
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
        "Cache-Control": "max-age=0",
    },
    "ROBOTSTXT_USER_AGENT": "Nianbao",
    # A proxy resolves names itself, out of reach of the guard against private addresses.
    "HTTPPROXY_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    RECHECK_DAYS: 7,
    VISIT_SECONDS: 120,
    "RETRY_TIMES": 1,
    "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
    "DNSCACHE_ENABLED": False,
}
