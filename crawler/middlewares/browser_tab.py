"""One visit of one page in the browser: its requests are relayed, what they brought is kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from scrapy.http import Response

from crawler.documents.sniff import sniff
from crawler.health import Trouble, problem_of_status
from crawler.middlewares.browser import Browser, Memory
from storage.domain import Problem
from storage.vocab import ProblemKind

if TYPE_CHECKING:
    from playwright.async_api import Page, Request, Route

MAX_REQUESTS = 80
MAX_HTML = 8 * 1024 * 1024
QUIET = 0.7
"""Seconds without any request after which a page is taken to have done its work."""
STUCK_SECONDS = 12.0
"""A script that computes for so long without a pause will not end."""
MAX_SCRIPTS = 60
_DATA = frozenset({"xhr", "fetch"})
_TAKEN = frozenset({"document", "script"}) | _DATA
"""Resources that are asked for; pictures, fonts, styles and media never are."""
_TEXTS = frozenset({"text/html", "text/plain"})
_HOP = frozenset(
    {"content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive"}
)
_IDLE = "() => new Promise(r => requestIdleCallback(() => setTimeout(r, 30), {timeout: 3000}))"
_PRESS = """([words, off, more, beside]) => {
  const word = new RegExp(words, 'i'), dead = new RegExp(off, 'i'), load = new RegExp(more, 'i');
  const read = e => (e.tagName === 'INPUT' ? e.value : e.textContent || '').replace(/\\s+/g, '');
  const name = e => read(e) || (e.title || e.getAttribute('aria-label') || '').replace(/\\s+/g, '');
  const shown = e => e.getClientRects().length > 0;
  const leads = e => { const a = e.closest('a[href]'); return a && !/^(#|javascript:|$)/i.test(a.getAttribute('href')); };
  const all = [...document.querySelectorAll('a,button,input[type=button],input[type=submit],li,span,i,em,b,td,div,p,font,strong,label')]
    .filter(e => { const n = name(e); return n.length < 12 && (word.test(n) || (load.test(n) && !leads(e)))
      || (!read(e) && e.childElementCount < 3 && /(^|[\\s_-])next($|[\\s_-])/i.test(e.className || '')); });
  const near = e => !beside || (e.tagName !== 'TD' && [e.parentElement, e.parentElement && e.parentElement.parentElement]
    .some(p => p && [...p.querySelectorAll('a,span,li,button,em,b,strong,i')].some(o => o !== e && read(o) === beside)));
  const inner = all.filter(e => !all.some(o => o !== e && e.contains(o)) && near(e));
  const off_ = e => { for (let n = e, i = 0; n && i < 3; n = n.parentElement, i++) {
      if (n.disabled || n.hasAttribute('disabled') || n.getAttribute('aria-disabled') === 'true') return true;
      if (dead.test((n.className && n.className.baseVal === undefined ? n.className : '') || '')) return true;
      if (n.tagName === 'A' || n.tagName === 'BUTTON' || n.tagName === 'LI') { if (n.tagName === 'LI') break; } }
    return !shown(e); };
  const alive = inner.find(e => !off_(e));
  if (alive) { setTimeout(() => alive.click(), 0); return 'pressed'; }
  return inner.length ? 'dead' : 'none';
}"""

Relay = Callable[["Asked"], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a page made. ``kind``: Playwright's resource type."""

    url: str
    method: str
    headers: dict[str, str]
    body: bytes | None
    cookies: list[dict[str, Any]]
    kind: str

    @property
    def is_data(self) -> bool:
        return self.kind in _DATA


class Pressed(StrEnum):
    """What became of pressing 下一页: done, there but disabled, or nowhere to be seen."""

    PRESSED = "pressed"
    DEAD = "dead"
    NONE = "none"


@dataclass
class Tab:
    """``answers``: what scripts were sent, in order; ``documents``: pages and frames, in order;
    ``refused``: pages and data that were not had, or only a failure; ``without``: scripts that were not had;
    ``files``: documents in frames that are no pages."""

    page: Page
    relay: Relay
    memory: Memory
    answers: list[Response] = field(default_factory=list)
    documents: list[Response] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    without: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    ready: dict[str, Response] = field(default_factory=dict)
    """answers at hand for documents that were fetched before, each used once"""
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _failure: BaseException | None = None
    _pending: int = 0
    _moved: float = 0.0
    _requests: int = 0

    async def open(self, url: str, quiet: float = QUIET) -> None:
        from playwright.async_api import Error

        try:
            await self.page.goto(url, wait_until="commit", timeout=0)
        except Error as error:
            if self.refused:
                problem = self.refused[-1]
                raise Trouble(problem.kind, problem.message) from None
            raise _trouble(error) from None
        await self.settle(quiet)

    async def settle(self, quiet: float = QUIET) -> None:
        """Wait until the page asks for nothing and computes nothing."""
        from playwright.async_api import Error

        self._moved = time.monotonic()
        while True:
            if self._failure is not None:
                raise self._failure
            while self._pending or time.monotonic() - self._moved < quiet:
                await asyncio.sleep(0.05)
            before = self._requests
            try:
                await asyncio.wait_for(self.page.evaluate(_IDLE), STUCK_SECONDS)
            except TimeoutError:
                message = f"页面的脚本 {STUCK_SECONDS:g} 秒没有响应，浏览器未能读取"
                raise Trouble(ProblemKind.BROWSER, message) from None
            except Error:
                self._moved = time.monotonic()  # it is on its way to another page
                await asyncio.sleep(0.1)
                if self.page.is_closed():
                    raise Trouble(ProblemKind.BROWSER, "浏览器中的页面意外关闭") from None
                continue
            if before == self._requests and not self._pending:
                return

    async def views(self) -> list[tuple[str, str]]:
        """(address, HTML as it stands now) of the page, then of its frames."""
        from playwright.async_api import Error

        found: list[tuple[str, str]] = []
        for frame in self.page.frames:
            if not frame.url.startswith("http"):
                continue
            try:
                html = await frame.content()
            except Error:
                continue  # the frame went while others were read
            if len(html) > MAX_HTML:
                raise Trouble(ProblemKind.TOO_LARGE, "浏览器中的网页过大，未读取")
            found.append((frame.url, html))
        return found

    async def press(self, words: str, dead: str, more: str, beside: str = "") -> Pressed:
        """Press the first control, in any frame, whose name matches ``words`` or, if it leads to
        no other address, ``more``; ``dead``: class names of controls that are disabled;
        ``beside``: only one that has another of this name beside it."""
        from playwright.async_api import Error

        state = Pressed.NONE
        for frame in self.page.frames:
            try:
                told = Pressed(await frame.evaluate(_PRESS, [words, dead, more, beside]))
            except Error:
                continue
            if told is Pressed.PRESSED:
                await asyncio.sleep(0.05)
                return told
            state = told if told is Pressed.DEAD else state
        return state

    async def scroll(self) -> None:
        from playwright.async_api import Error

        try:
            await self.page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
        except Error as error:
            raise _trouble(error) from None

    # --- requests ---------------------------------------------------------------

    async def route(self, route: Route, request: Request) -> None:
        """Answer a request of the page, or leave it without answer."""
        from playwright.async_api import Error

        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._pending += 1
        self._requests += 1
        self._moved = time.monotonic()
        try:
            await self._answer(route, request)
        except Error:
            return  # the page went before its answer came
        except Exception as error:
            # What is no failure of the web (a full disk) ends the visit, not just the request.
            self._failure = error
            await route.abort()
        finally:
            self._tasks.discard(task)
            self._pending -= 1
            self._moved = time.monotonic()

    def leave(self) -> None:
        """Nobody waits any more for what is being asked."""
        for task in self._tasks:
            task.cancel()

    async def _answer(self, route: Route, request: Request) -> None:
        kind, url = request.resource_type, request.url.partition("#")[0]
        if kind not in _TAKEN or not url.startswith(("http://", "https://")):
            await route.abort()
            return
        if self._requests > MAX_REQUESTS:
            message = f"页面发出的请求超过 {MAX_REQUESTS} 个"
            self._refuse(url, "document", Trouble(ProblemKind.BROWSER, message))
            await route.abort()
            return
        kept = self.ready.pop(url, None) if kind == "document" else self.memory.scripts.get(url)
        try:
            response = kept or await self._ask(url, request)
        except Trouble as trouble:
            self._refuse(url, kind, trouble)
            await route.abort()
            return
        if kind == "document":
            await self._document(route, url, response)
            return
        failed = problem_of_status(response.status, url)
        if failed is not None and kind in _DATA:
            self.refused.append(failed)  # the page gets it all the same, and may try again
        elif kind in _DATA or "?" in url:
            self.answers.append(response)
        if kind == "script" and len(self.memory.scripts) < MAX_SCRIPTS and "?" not in url:
            self.memory.scripts[url] = response
        await route.fulfill(status=response.status, headers=_headers(response), body=response.body)

    async def _document(self, route: Route, url: str, response: Response) -> None:
        if response.body and sniff(response.body) not in _TEXTS:
            self.files.append(response.url)
            await route.abort()
            return
        if response.url.partition("#")[0] != url:
            # Redirects were followed outside; the page must know where it stands.
            self.ready[response.url.partition("#")[0]] = response
            target = response.url.replace("\\", "%5C").replace("'", "%27").replace("<", "%3C")
            body = f"<script>location.replace('{target}' + location.hash)</script>"
            await route.fulfill(status=200, content_type="text/html", body=body)
            return
        self.documents.append(response)
        await route.fulfill(status=response.status, headers=_headers(response), body=response.body)

    async def _ask(self, url: str, request: Request) -> Response:
        cookies = await self.page.context.cookies(url)
        body = request.post_data_buffer
        asked = Asked(
            url, request.method, dict(request.headers), body,
            [dict(cookie) for cookie in cookies], request.resource_type,
        )  # fmt: skip
        return await self.relay(asked)

    def _refuse(self, url: str, kind: str, trouble: Trouble) -> None:
        problem = Problem(trouble.kind, trouble.message, url)
        kept = self.without if kind == "script" else self.refused
        if problem not in kept:
            kept.append(problem)


@asynccontextmanager
async def visit(
    browser: Browser, memory: Memory, user_agent: str, relay: Relay, seconds: float
) -> AsyncIterator[Tab]:
    """A tab in a context of its own, for so many seconds at most. Raises Trouble."""
    async with browser.context(memory, user_agent) as context:
        from playwright.async_api import Error

        tab = Tab(await context.new_page(), relay, memory)
        await context.route("**/*", tab.route)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        context.on("page", lambda other: asyncio.ensure_future(other.close()))
        try:
            async with asyncio.timeout(seconds):
                yield tab
        except TimeoutError:
            message = f"浏览器 {seconds:g} 秒内没有读完页面"
            raise Trouble(ProblemKind.BROWSER, message) from None
        except Error as error:
            raise _trouble(error) from None
        finally:
            tab.leave()


def _trouble(error: Exception) -> Trouble:
    return Trouble(ProblemKind.BROWSER, f"浏览器未能读取：{str(error).splitlines()[0][:160]}")


def _headers(response: Response) -> dict[str, str]:
    """Several values of a name go as lines, which Playwright takes apart again."""
    return {
        name.decode("latin-1"): "\n".join(v.decode("latin-1") for v in values)
        for name, values in response.headers.items()
        if name.decode("latin-1").lower() not in _HOP
    }
