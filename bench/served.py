"""Portals in a process of their own, many ports or loopback addresses of one asyncio server: cheap
enough that what is measured is the crawler and not the server."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from tests.spiders.served import page, report

Pages = Mapping[str, bytes]
HANG, FLOOD = b"hang", b"flood"
"""Instead of a page: never answer; send without end."""


YEARS = tuple(range(2024, 2014, -1))


def bodies(portal: int, reports: int) -> list[str]:
    """The bodies of a portal, found on no other one: each has published ten reports."""
    county = "".join(_NUMBERS[int(digit)] for digit in f"{portal:03}")
    return [f"桤{county}县{n}局" for n in range(-(-reports // len(YEARS)))]


_NUMBERS = "甲乙丙丁戊己庚辛壬癸"


def portal_pages(portal: int, lists: int, reports: int, filler: int = 0) -> dict[str, bytes]:
    """A portal with one column of ``lists`` pages and so many ``reports``; ``filler``: characters of
    menus and of text on every page, as portals have them."""
    texts = [(b, y) for b in bodies(portal, reports) for y in YEARS][:reports]
    menu = "".join(f"<li><a href='/'>栏目{n % 97}</a></li>" for n in range(filler // 40))
    prose = "".join(f"<p>办理情况说明第{n}项，已按时完成。</p>" for n in range(filler // 40))
    padding = f"<ul class='nav'>{menu}</ul>"
    pages = {"/": page("门户", f"{padding}<a href='/nb/'>政府信息公开年报</a>").encode()}
    size = -(-reports // lists)
    for number in range(lists):
        rows = "".join(
            f"<li><a href='/r{n}.html'>{body}{year}年政府信息公开工作年度报告</a> <span>{year + 1}-01-22</span></li>"
            for n, (body, year) in list(enumerate(texts))[number * size : (number + 1) * size]
        )
        script = f"<script>createPageHTML({lists}, {number}, 'index', 'html');</script>"
        path = "/nb/" if number == 0 else f"/nb/index_{number}.html"
        links = "".join(f"<a href='/nb/index_{n}.html'>{n + 1}</a>" for n in range(1, lists))
        pages[path] = page("政府信息公开年报", f"{padding}<ul>{rows}</ul>{script}{links}").encode()
    for n, (body, year) in enumerate(texts):
        text = report(body, year).replace('<div class="nav">', padding + '<div class="nav">')
        pages[f"/r{n}.html"] = text.replace("<h3>五", f"{prose}<h3>五").encode()
    return pages


@dataclass
class Served:
    """``urls`` of the portals in order; :meth:`log` gives (moment, duration) of requests by portal."""

    urls: list[str]
    _process: Any
    _pipe: Connection = field(repr=False)

    def log(self) -> list[list[tuple[float, float, str]]]:
        """(when it came, when it was answered, path) of every request, by portal; one that was
        never answered whole has the moment when it came twice."""
        self._pipe.send("log")
        return [[tuple(x) for x in one] for one in json.loads(self._pipe.recv())]

    def clear(self) -> None:
        self._pipe.send("clear")
        self._pipe.recv()

    def close(self) -> None:
        self._process.kill()
        self._process.join()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(count: int, make: Callable[[int], Pages], *, addresses: bool = False) -> Served:
    """``count`` portals on ports of 127.0.0.1, or (``addresses``) on one port of 127.0.x.y each;
    ``make`` gives the pages of the n-th. It must be a function of a module: it is called there."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, count, make, addresses), daemon=True)
    process.start()
    return Served(ours.recv(), process, ours)


def _run(pipe: Connection, count: int, make: Callable[[int], Pages], addresses: bool) -> None:
    asyncio.run(_main(pipe, count, make, addresses))


async def _main(
    pipe: Connection, count: int, make: Callable[[int], Pages], addresses: bool
) -> None:
    logs: list[list[list[Any]]] = [[] for _ in range(count)]
    urls = []
    for n in range(count):
        host = f"127.0.{1 + n // 250}.{1 + n % 250}" if addresses else "127.0.0.1"
        server = await asyncio.start_server(_handler(make(n), logs[n]), host, 0, backlog=256)
        urls.append(f"http://{host}:{server.sockets[0].getsockname()[1]}/")
    pipe.send(urls)
    while True:
        order = await asyncio.to_thread(_order, pipe)
        if order is None:
            return
        if order == "clear":
            for log in logs:
                log.clear()
        pipe.send(json.dumps(logs if order == "log" else []))


def _order(pipe: Connection) -> str | None:
    try:
        return str(pipe.recv())
    except EOFError:
        return None


def _handler(pages: Pages, log: list[list[Any]]) -> Any:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                began = time.time()
                path = head.split(b" ", 2)[1].decode()
                seen = [began, began, path]
                log.append(seen)
                body = pages.get(path)
                if body == HANG:
                    await asyncio.sleep(3600)
                if body == FLOOD:
                    await _flood(writer)
                status = b"200 OK" if body is not None else b"404 Not Found"
                body = body if body is not None else b"Not Found"
                writer.write(
                    b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html; charset=utf-8\r\n"
                    b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
                )
                await writer.drain()
                seen[1] = time.time()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the crawler has what it wanted
        finally:
            writer.close()

    return handle


async def _flood(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>")
    while True:
        writer.write(b"<p>" + b"x" * 65536 + b"</p>")
        await writer.drain()
