"""One request at a time, with a typed outcome: an answer or a problem, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.documents.sniff import sniff
from crawler.health import NETWORK, problem_of, problem_of_status
from storage.domain import Capture, Problem

GIVE_UP_AFTER = 5
"""Consecutive failures of the network after which a portal is not asked any more in this run."""


@dataclass(frozen=True)
class Fetched:
    """``response`` with status 200 or 304, or the ``problem`` that there is none.

    ``status``: the HTTP status, None where no answer came.
    """

    url: str
    response: Response | None = None
    problem: Problem | None = None
    status: int | None = None

    @property
    def is_html(self) -> bool:
        return self.response is not None and sniff(self.response.body) == "text/html"

    @property
    def unchanged(self) -> bool:
        return self.status == 304


class Fetcher:
    """Downloads for one portal through all of Scrapy's downloader middlewares."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._failures = 0
        self._last: Problem | None = None

    async def get(
        self,
        url: str,
        *,
        known: Capture | None = None,
        home: bool = False,
        post: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Fetch an address. ``known``: its last capture, to ask only for what changed since;
        ``post``: a body to be posted.

        Raises only what is no failure of the web: cancellation, programming errors.
        """
        if self._failures >= GIVE_UP_AFTER and self._last is not None:
            message = f"连续 {self._failures} 次无法连接，本次不再尝试（{self._last.message}）"
            return Fetched(url, problem=Problem(self._last.kind, message, url))
        request = Request(
            url,
            method="GET" if post is None else "POST",
            body=post or b"",
            callback=NO_CALLBACK,
            headers={**_conditions(known), **(headers or {})},
            meta={"home": home},
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:
            problem = problem_of(error, url)
            self._count(problem)
            return Fetched(url, problem=problem)
        self._failures = 0
        if response.status == 304 and known is not None:
            return Fetched(url, response, status=304)
        problem_or_none = problem_of_status(response.status, url)
        if problem_or_none is not None:
            return Fetched(url, response, problem_or_none, response.status)
        return Fetched(url, response, status=response.status)

    def _count(self, problem: Problem) -> None:
        if problem.kind in NETWORK:
            self._failures += 1
            self._last = problem
        else:
            self._failures = 0


def _conditions(known: Capture | None) -> Mapping[str, str]:
    if known is None or known.http_status != 200:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}
