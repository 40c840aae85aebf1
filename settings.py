"""Scrapy's settings and the project's own; the only reader of environment variables.

Upper-case names are Scrapy settings. Functions read the environment at each call, so that a
replay (``NIANBAO_NOW``) or a test can change it without reloading the module.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class SettingsError(ValueError):
    """A setting that can't be used; the message is Chinese and says what to write instead."""


def now() -> datetime:
    """The present moment in Asia/Shanghai; ``NIANBAO_NOW`` (ISO 8601 with offset) stands for it."""
    text = os.environ.get("NIANBAO_NOW")
    if not text:
        return datetime.now(SHANGHAI)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"NIANBAO_NOW 不是 ISO 8601 时间：{text!r}，应写作 2024-02-01T09:00:00+08:00"
        ) from None
    if moment.tzinfo is None:
        raise SettingsError(f"NIANBAO_NOW 缺少时区：{text!r}，应写作 2024-02-01T09:00:00+08:00")
    return moment.astimezone(SHANGHAI)


def allow_private() -> bool:
    """Whether portals on loopback and private addresses may be crawled."""
    return os.environ.get("NIANBAO_ALLOW_PRIVATE", "") == "1"


@dataclass(frozen=True)
class Places:
    """Where things are kept: the data folder and the database."""

    data: Path
    db: str

    @classmethod
    def resolve(cls, data: Path | None = None, db: str | None = None) -> Places:
        """Command-line values win over ``NIANBAO_DATA`` / ``NIANBAO_DB``, these over defaults."""
        folder = data or Path(os.environ.get("NIANBAO_DATA") or "data")
        folder = folder.expanduser().absolute()
        url = db or os.environ.get("NIANBAO_DB") or f"sqlite:///{folder / 'nianbao.sqlite3'}"
        return cls(folder, url)

    @property
    def archive(self) -> Path:
        return self.data / "archive"

    @property
    def exports(self) -> Path:
        return self.data / "exports"


# --- the browser --------------------------------------------------------------

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium(bundled: str | None = None) -> str | None:
    """Path of a Chromium: Playwright's own where it was installed, else the system's."""
    if bundled and Path(bundled).exists():
        return bundled
    return next((path for name in _CHROMIUMS if (path := shutil.which(name))), None)


# --- Scrapy -------------------------------------------------------------------

BOT_NAME = "nianbao"
SPIDER_MODULES = ["spiders"]
CONTACT = os.environ.get("NIANBAO_CONTACT", "https://pypi.org/project/nianbao/")
USER_AGENT = f"Nianbao/0.1 (+{CONTACT}; annual disclosure report monitor)"

ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 8
COOKIES_ENABLED = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "WARNING"
