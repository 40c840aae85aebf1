"""Chromium by itself: cut off from the network, started anew, ended with whoever started it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.health import Trouble
from crawler.middlewares import browser as module
from crawler.middlewares.browser import Browser, Memory, NoBrowser
from crawler.middlewares.browser_tab import Asked, visit
from settings import find_chromium
from storage.vocab import ProblemKind
from tests.spiders.served import ROOT, Site, page

pytest.importorskip("playwright", reason="Playwright 未安装（可选的 browser）")
pytestmark = pytest.mark.skipif(find_chromium() is None, reason="本机没有 Chromium")

ESCAPES = """<div id=d></div><iframe src='//127.0.0.1:{port}/frame'></iframe><img src='http://127.0.0.1:{port}/i.png'>
<link rel=preconnect href='http://127.0.0.1:{port}'><link rel=prefetch href='http://127.0.0.1:{port}/p'>
<script>new WebSocket('ws://127.0.0.1:{port}/s'); new EventSource('http://127.0.0.1:{port}/e');
navigator.sendBeacon('http://127.0.0.1:{port}/b'); new Image().src='http://localhost:{port}/n';
fetch('http://127.0.0.1:{port}/f').catch(e=>0); fetch('file:///etc/passwd').then(r=>r.text()).then(t=>d.innerText=t).catch(e=>0);
new RTCPeerConnection({{iceServers:[{{urls:'stun:127.0.0.1:{port}'}}]}}).createDataChannel('x');
window.open('http://127.0.0.1:{port}/w'); new Worker(URL.createObjectURL(new Blob(['fetch("http://127.0.0.1:{port}/k")'])));
</script>"""


def html(url: str, text: str) -> Response:
    return Response(url, headers={"Content-Type": "text/html"}, body=text.encode())


def test_nothing_leaves_but_through_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay refuses everything on the served host: whatever arrives there has escaped."""
    monkeypatch.setattr(module, "MAX_VISITS", 1)
    before = _children(os.getpid())
    asked: list[str] = []

    async def main(port: int) -> tuple[str, int]:
        async def relay(want: Asked) -> Response:
            asked.append(want.url)
            if want.url == "http://portal.example/":
                return html(want.url, page("x", ESCAPES.format(port=port)))
            raise Trouble(ProblemKind.CONNECT, "不访问")

        browser, memory = Browser(), Memory()
        try:
            shown = ""
            for _ in range(2):
                async with visit(browser, memory, "Test/1", relay, 40) as tab:
                    await tab.open("http://portal.example/")
                    shown += "".join(text for _, text in await tab.views())
            return shown, browser.starts
        finally:
            await browser.close()

    with Site() as site:
        shown, starts = asyncio.run(main(site.port))
        assert site.log == []
        assert f"http://127.0.0.1:{site.port}/f" in asked
    assert "root:" not in shown
    assert starts == 2  # started anew after MAX_VISITS
    # Other tests of this process leave helpers of their own (a resource tracker, a database).
    assert not _still_there(lambda: [p for p in _children(os.getpid()) if p not in before])


def test_without_chromium() -> None:
    async def main() -> None:
        async def relay(want: Asked) -> Response:
            raise AssertionError

        async with visit(Browser("/nowhere/chromium"), Memory(), "Test/1", relay, 10):
            pass

    with pytest.raises(NoBrowser, match="安装") as caught:
        asyncio.run(main())
    assert caught.value.kind is ProblemKind.BROWSER


HOLD = """
import asyncio, sys
from scrapy.http import Response
from crawler.middlewares.browser import Browser, Memory
from crawler.middlewares.browser_tab import visit
async def relay(want):
    if want.kind == 'document':
        return Response(want.url, headers={'Content-Type': 'text/html'}, body=b"<script>fetch('/never')</script>")
    print('held', flush=True)
    await asyncio.sleep(600)
async def main():
    async with visit(Browser(), Memory(), 'Test/1', relay, 600) as tab:
        await tab.open('http://portal.example/')
asyncio.run(main())
"""


def test_a_killed_crawl_leaves_no_chromium_behind() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    family = _children(process.pid)
    assert any("chrom" in _command(pid) for pid in family)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = _still_there(lambda: [p for p in family if _command(p)])
    assert not left, [_command(p) for p in left]


def _still_there(running: Callable[[], list[int]]) -> list[int]:
    """Processes that do not end within a minute: a busy machine reaps late."""
    deadline = time.monotonic() + 60
    while (left := running()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _children(pid: int) -> list[int]:
    """All processes below one."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _command(pid: int) -> str:
    """The command line of a living process; empty for one that is gone."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return ""


def test_answers_keep_their_order_and_redirects_their_place() -> None:
    """A page that the relay found elsewhere knows its own address."""

    async def relay(want: Asked) -> Response:
        if want.url.endswith("/old"):
            return html(
                "http://portal.example/new/list.html", "<script>fetch('data.json')</script>"
            )
        body = json.dumps({"from": want.url}).encode()
        return Response(want.url, headers={"Content-Type": "application/json"}, body=body)

    async def main() -> list[str]:
        browser = Browser()
        try:
            async with visit(browser, Memory(), "Test/1", relay, 40) as tab:
                await tab.open("http://portal.example/old")
                assert tab.page.url == "http://portal.example/new/list.html"
                return [answer.url for answer in tab.answers]
        finally:
            await browser.close()

    assert asyncio.run(main()) == ["http://portal.example/new/data.json"]
