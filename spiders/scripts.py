"""Scripts that a page loads from files of its own portal: its pager or its list may be made there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from spiders.entries import looks_like_report
from spiders.page import Page
from spiders.query import Query
from spiders.reader import ColumnReading, read_column
from storage.domain import Problem

if TYPE_CHECKING:
    from spiders.portal import PortalSpider

Doubt = Callable[[Page, ColumnReading], str | None]

MAX_FILES = 4
MAX_IN_RUN = 16
MAX_BYTES = 256 * 1024
"""Files of one page, of all pages in one run, and their characters: what makes a list is short."""
_LIBRARY = re.compile(
    # Libraries and counters that all portals share.
    r"jquery|bootstrap|swiper|layui|layer\b|layer[./]|vue(?:[.\-]|$)|react|angular|echarts|polyfill|modernizr|html5|respond"
    r"|superslide|slide|carousel|banner|share|analytics|tongji|hm\.js|count\w*\.js|wechat|weixin|jweixin|barrier|wza|speech"
    r"|player|video|calendar|datepicker|ueditor|md5|crypto|cookie|base64|qrcode|lazyload|iscroll|fontsize|gray|aria",
    re.I,
)
_PAGE = re.compile(r"^\s*<(?:!doctype|html)", re.I)
_PAGER = re.compile(r"page|pager|fenye|(?:^|[_-])(?:pg|fy)(?:$|[_.\-\d])|turn", re.I)
_LIKELY = re.compile(r"list|page|fenye|turn|nb|xxgk|gk|column|load|scroll|data|query|index", re.I)


class Scripts:
    """The script files of one portal's run; each is asked for once."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider
        self._texts: dict[str, str | None] = {}

    async def added(self, page: Page) -> Page | None:
        """The page with the texts of its script files as scripts of its own; None where it has none
        that may be read."""
        texts = [t for url in self._files(page) if (t := await self._text(url, page.url))]
        if not texts:
            return None
        inline = "".join(f"<script>{t}</script>" for t in texts)
        head, end, tail = page.text.rpartition("</body>")
        whole = f"{head}{inline}{end}{tail}" if end else page.text + inline
        fuller = Page(page.url, whole.encode("utf-8", "replace"), "utf-8")
        fuller.drawn = page.drawn
        return fuller

    async def reread(
        self, page: Page, reading: ColumnReading, doubt: Doubt
    ) -> tuple[Page, ColumnReading]:
        """A list read again with what the page's script files tell, if that brings more and loses
        nothing; else as it was. ``doubt``: why a reading of a page may not be whole."""
        fuller = await self.added(page)
        if fuller is None:
            return page, reading
        again = await read_column(fuller, self._spider.ask)
        brought = {e.url for e in again.entries}
        lost = (e for e in reading.entries if e.url not in brought and looks_like_report(e.title))
        if not brought or next(lost, None) is not None:
            return page, reading
        more = len(brought) > len({e.url for e in reading.entries})
        return (fuller, again) if more or doubt(fuller, again) is None else (page, reading)

    def draws_pager(self, page: Page) -> bool:
        """Whether a script file may draw a pager of which the page itself shows nothing: by its name,
        or because it lies beside the page."""
        folder = page.url.rpartition("/")[0]
        names = (u.partition("?")[0].rpartition("/") for u in self._files(page))
        return any(_PAGER.search(name) or place == folder for place, _, name in names)

    def _files(self, page: Page) -> list[str]:
        """Likely ones first; among the others the last, which are the page's own."""
        found = [page.absolute(s.get("src")) for s in page.root.iter("script") if s.get("src")]
        own = [u for u in dict.fromkeys(found) if u and self._spider.hosts.allows(u)]
        own = [u for u in own if not _LIBRARY.search(u.partition("?")[0].rpartition("/")[2])]
        own.reverse()
        own.sort(key=lambda u: not _LIKELY.search(u.rpartition("/")[2]))
        return own[:MAX_FILES]

    async def _text(self, url: str, referer: str) -> str | None:
        if url not in self._texts:
            self._texts[url] = (
                await self._fetched(url, referer) if len(self._texts) < MAX_IN_RUN else None
            )
        return self._texts[url]

    async def _fetched(self, url: str, referer: str) -> str | None:
        """What can't be had leaves the list as unproven as it was, with the reason that it has."""
        answer = await self._spider.ask(Query(url, referer=referer))
        if isinstance(answer, Problem) or len(answer.text) > MAX_BYTES or _PAGE.search(answer.text):
            return None
        return re.sub(r"</(?=script)", r"<\\/", answer.text, flags=re.I)
