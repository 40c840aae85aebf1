"""One request at a time, with a typed outcome: an answer or a problem, never an exception."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK, VerboseCookie

import settings
from crawler.certificates import distrust
from crawler.documents.sniff import sniff
from crawler.health import NETWORK, Trouble, problem_of, problem_of_status
from crawler.middlewares.browser_tab import Asked
from storage.domain import Capture, Problem
from storage.vocab import ProblemKind

GIVE_UP_AFTER = 5
"""Consecutive failures of the network after which a portal is not asked any more in this run."""
_UNENCRYPTED = frozenset({ProblemKind.TLS, ProblemKind.CONNECT})
"""Failures of https after which plain http is tried: a third of the portals has nothing else."""
_NOT_FORWARDED = (
    "host", "cookie", "user-agent", "accept-encoding", "connection", "content-length", "sec-",
    "if-none-match", "if-modified-since", "upgrade-insecure-requests", "cache-control", "pragma",
)  # fmt: skip
"""Headers of the browser that Scrapy sets itself, or that mean nothing outside of it."""

OpenWall = Callable[[str], Awaitable[Response | None]]


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
    """Downloads for one portal through all of Scrapy's downloader middlewares.

    ``open_wall``: visits an address whose wall a browser may open, and gives what stands behind;
    asked once in a run. ``note``: is told of exceptions that were made to reach the portal.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._failures = 0
        self._last: Problem | None = None
        self._plain: set[str] = set()
        self._legacy: set[str] = set()
        self._hopeless: set[str] = set()
        self._certified: set[str] = set()
        self._walls_tried = 0
        self.open_wall: OpenWall | None = None
        self.note: Callable[[Problem], None] = lambda problem: None

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
        if (silent := self._silent(url)) is not None:
            return Fetched(url, problem=silent)
        request = Request(
            url,
            method="GET" if post is None else "POST",
            body=post or b"",
            callback=NO_CALLBACK,
            headers={**_conditions(known), **(headers or {})},
            meta={"home": home},
        )
        try:
            response = await self._download(request)
        except Exception as error:
            behind = await self._behind_wall(url, error) if post is None else None
            if behind is None:
                problem = problem_of(error, url)
                self._count(problem)
                refused = error.answer if isinstance(error, Trouble) else None
                return Fetched(url, refused, problem, refused.status if refused else None)
            response = behind
        self._failures = 0
        if response.status == 304 and known is not None:
            if response.url == known.url:
                return Fetched(url, response, status=304)
            # Said of another page, to which the address leads now: a home page, most often.
            return await self.get(url, home=home, post=post, headers=headers)
        problem_or_none = problem_of_status(response.status, url) or _nothing(response, url, home)
        if problem_or_none is not None:
            return Fetched(url, response, problem_or_none, response.status)
        return Fetched(url, response, status=response.status)

    async def relay(self, asked: Asked, *, through: bool = False) -> Response:
        """Ask what a page in the browser asked for. ``through``: also if a wall answers. Raises
        Trouble."""
        if (silent := self._silent(asked.url)) is not None:
            raise Trouble(silent.kind, silent.message)
        headers = {
            name: value
            for name, value in asked.headers.items()
            if not name.lower().startswith(_NOT_FORWARDED)
        }
        request = Request(
            asked.url,
            method=asked.method,
            body=asked.body or b"",
            callback=NO_CALLBACK,
            headers=headers,
            cookies=[_cookie(c) for c in asked.cookies],
            meta={"through": through},
        )
        try:
            response = await self._download(request)
        except Exception as error:
            problem = problem_of(error, asked.url)
            self._count(problem)
            raise Trouble(problem.kind, problem.message) from error
        self._failures = 0
        return response

    # --- ways to reach a host ---------------------------------------------------

    async def _download(self, request: Request) -> Response:
        """The answer; where https fails, by older TLS or without encryption, which is noted."""
        place = urlsplit(request.url).netloc
        if place in self._plain:
            return await self._ask(_unencrypted(request))
        if place in self._legacy:
            return await self._ask(_with_old_tls(request))
        try:
            return await self._ask(request)
        except Exception as error:
            problem = problem_of(error, request.url)
            if not request.url.startswith("https:") or problem.kind not in _UNENCRYPTED:
                raise
            if place in self._hopeless:
                raise
            response = await self._otherwise(request, problem, place)
            if response is None:
                self._hopeless.add(place)
                raise
            return response

    async def _otherwise(self, request: Request, problem: Problem, place: str) -> Response | None:
        if problem.kind is ProblemKind.TLS:
            try:
                response = await self._ask(_with_old_tls(request))
            except Exception as error:
                if problem_of(error, request.url).kind not in _UNENCRYPTED:
                    raise
            else:
                self._legacy.add(place)
                message = "门户只支持过时的加密协议，已降低要求读取"
                self.note(Problem(ProblemKind.TLS, message, f"https://{place}/"))
                return response
        try:
            response = await self._ask(_unencrypted(request))
        except Exception as error:
            if problem_of(error, request.url).kind in NETWORK:
                return None
            raise
        self._plain.add(place)
        message = f"https 无法连接（{problem.message}），已改用 http 读取"
        self.note(Problem(problem.kind, message, f"https://{place}/"))
        return response

    async def _ask(self, request: Request) -> Response:
        assert self._crawler.engine is not None
        response = await self._crawler.engine.download_async(request)
        place = urlsplit(response.url).netloc
        if response.certificate is not None and place not in self._certified:
            self._certified.add(place)
            if (why := distrust(response.certificate, settings.now())) is not None:
                message = f"门户的证书{why}，仍照常读取"
                self.note(Problem(ProblemKind.TLS, message, f"https://{place}/"))
        return response

    # --- failures ---------------------------------------------------------------

    async def _behind_wall(self, url: str, error: BaseException) -> Response | None:
        if not isinstance(error, Trouble) or not error.opens or self.open_wall is None:
            return None
        if self._walls_tried:
            return None
        self._walls_tried += 1
        return await self.open_wall(url)

    def _silent(self, url: str) -> Problem | None:
        if self._failures < GIVE_UP_AFTER or self._last is None:
            return None
        message = f"连续 {self._failures} 次无法连接，本次不再尝试（{self._last.message}）"
        return Problem(self._last.kind, message, url)

    def _count(self, problem: Problem) -> None:
        if problem.kind in NETWORK:
            self._failures += 1
            self._last = problem
        else:
            self._failures = 0


def _nothing(response: Response, url: str, home: bool) -> Problem | None:
    """A status of success and not one byte: some walls answer so."""
    if response.body.strip():
        return None
    kind = ProblemKind.BLOCKED if home else ProblemKind.DECODE
    return Problem(kind, f"返回了空白内容（状态 {response.status}）", url)


def _unencrypted(request: Request) -> Request:
    if not request.url.startswith("https:"):
        return request
    url = "http:" + request.url.removeprefix("https:")
    return request.replace(url=url, dont_filter=True)


def _with_old_tls(request: Request) -> Request:
    if not request.url.startswith("https:"):
        return request
    return request.replace(meta={**request.meta, "legacy_tls": True}, dont_filter=True)


def _cookie(cookie: Mapping[str, Any]) -> VerboseCookie:
    """As Scrapy's jar wants it; a domain without dot is the host itself."""
    kept: VerboseCookie = {
        "name": str(cookie["name"]),
        "value": str(cookie.get("value") or ""),
        "path": str(cookie.get("path") or "/"),
    }
    if (domain := str(cookie.get("domain") or "")).startswith("."):
        kept["domain"] = domain
    return kept


def _conditions(known: Capture | None) -> Mapping[str, str]:
    if known is None or known.http_status != 200:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}
