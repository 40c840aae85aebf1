"""Small portals served on loopback, and crawls of them in processes of their own.

Twisted's reactor can't be started twice, so every crawl of a test is a subprocess.
"""

from __future__ import annotations

import csv
import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from storage import repositories
from storage.domain import Publication
from storage.registry import import_registry, read_registry
from storage.session import Database

NOW = "2024-05-20T09:00:00+08:00"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0


@dataclass
class Seen:
    at: float
    path: str
    headers: Mapping[str, str]
    done: float = 0.0
    body: bytes = b""
    """what was posted"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # crawlers that are killed leave their connections behind


Route = Answer | str | bytes | Callable[[Seen], Answer]


class Site:
    """Routes by path with query; a path that has none answers 404."""

    def __init__(
        self, routes: Mapping[str, Route] | None = None, address: str = "127.0.0.1"
    ) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.log: list[Seen] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                self.do_GET(self.rfile.read(length))

            def do_GET(self, body: bytes = b"") -> None:
                seen = Seen(time.monotonic(), self.path, dict(self.headers), body=body)
                site.log.append(seen)
                answer = site.answer(seen)
                time.sleep(answer.wait)
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                headers = {"Content-Type": "text/html; charset=utf-8", **answer.headers}
                try:
                    self.send_response(answer.status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # the crawler did not wait for the rest
                seen.done = time.monotonic()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = _Server((address, 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://{address}:{self.port}/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def answer(self, seen: Seen) -> Answer:
        route = self.routes.get(seen.path, Answer("<title>404</title>Not Found", 404))
        if callable(route):
            route = route(seen)
        return Answer(route) if isinstance(route, (str, bytes)) else route

    def paths(self) -> list[str]:
        return [s.path for s in self.log if s.path != "/robots.txt"]

    def encrypt(self, certificate: Path, *, old: bool = False) -> None:
        """Serve https from now on; ``old``: as servers of 2005 do, in TLS 1.0 only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if old:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


_TABLE3_ROWS = (
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "（一）予以公开",
    "（七）总计",
    "四、结转下年度继续办理",
)


def report(agency: str, year: int, *, shown: str | None = None, extra: str = "") -> str:
    """A short report page in words of our own; ``shown``: the date printed above the text."""
    rows = "".join(f"<tr><td>{name}</td>" + "<td>0</td>" * 7 + "</tr>" for name in _TABLE3_ROWS)
    title = f"{agency}{year}年政府信息公开工作年度报告"
    day = shown or f"{year + 1}-01-22"
    return f"""<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head><body>
<div class="nav"><a href="/">首页</a><a href="/xxgk/">政府信息公开</a></div>
<h1>{title}</h1><div class="info">发布日期：{day} 来源：{agency}</div><div class="article">
<p>{agency}按照条例的要求编制本报告，数据统计期限为{year}年1月1日至{year}年12月31日。</p>
<h3>一、总体情况</h3><p>{year}年，{agency}主动公开信息十二条，门户栏目按月更新。{extra}</p>
<h3>二、主动公开政府信息情况</h3><table><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td>
<td>现行有效件数</td></tr><tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>
<tr><td>行政规范性文件</td><td>1</td><td>0</td><td>3</td></tr></table>
<h3>三、收到和处理政府信息公开申请情况</h3><table>{rows}</table>
<h3>四、政府信息公开行政复议、行政诉讼情况</h3><p>没有复议和诉讼案件。</p>
<h3>五、存在的主要问题及改进情况</h3><p>目录更新不够及时，下一年安排专人按周核对。</p>
<h3>六、其他需要报告的事项</h3><p>没有收取信息处理费。</p><p>{agency}</p><p>{day}</p></div></body></html>"""


def page(title: str, body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def agency(
    id: str,
    name: str,
    portal: str | None,
    *,
    kind: str = "department",
    parent: str = "",
    **more: str,
) -> dict[str, str]:
    """A row of agencies.csv."""
    return {
        "id": id, "name": name, "kind": kind, "level": "county", "division": "419901",
        "parent": parent, "portal": portal or "", **more,
    }  # fmt: skip


def portal(id: str, url: str, **more: Any) -> dict[str, Any]:
    """An entry of portals.yml, without pause unless told otherwise."""
    return {"id": id, "name": id, "url": url, "access": {"delay": 0}, **more}


def clean_environment(now: str = NOW, private: bool = True) -> dict[str, str]:
    """This process's environment without settings of the project, except those given."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("NIANBAO_")}
    own |= {"PYTHONPATH": str(ROOT), "NIANBAO_NOW": now, "PYTHONIOENCODING": "utf-8"}
    if own.pop("PYTHONDONTWRITEBYTECODE", None):
        # Compiling all modules anew is a third of the life of a crawl's process and its readers'.
        own["PYTHONPYCACHEPREFIX"] = str(ROOT / ".cache" / "pycache")
    return own | ({"NIANBAO_ALLOW_PRIVATE": "1"} if private else {})


class World:
    """A registry in a database, and crawls of its portals."""

    def __init__(
        self,
        url: str,
        folder: Path,
        agencies: Iterable[dict[str, str]],
        portals: Iterable[dict[str, Any]],
    ) -> None:
        self.url, self.folder = url, folder
        self.archive = folder / "archive"
        registry = folder / "registry"
        registry.mkdir(parents=True, exist_ok=True)
        columns = (
            "id", "name", "kind", "level", "division", "parent", "portal", "aliases",
            "valid_from", "valid_to", "predecessor",
        )  # fmt: skip
        with (registry / "agencies.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, restval="")
            writer.writeheader()
            writer.writerows(agencies)
        (registry / "portals.yml").write_text(
            yaml.safe_dump(list(portals), allow_unicode=True), encoding="utf-8"
        )
        self.database = Database(url)
        with self.database.session() as session:
            import_registry(session, read_registry(registry))

    def environment(self, now: str = NOW, private: bool = True) -> dict[str, str]:
        return clean_environment(now, private)

    def command(
        self,
        portals: Iterable[str] = (),
        years: Iterable[int] = (),
        public: str | None = None,
        **overrides: Any,
    ) -> list[str]:
        task = {
            "public": public,
            "database": self.url,
            "archive": str(self.archive),
            "portals": list(portals),
            "years": list(years),
            "overrides": overrides,
        }
        return [sys.executable, "-m", "tests.spiders.crawl_process", json.dumps(task)]

    def crawl(
        self,
        *portals: str,
        years: Iterable[int] = (),
        now: str = NOW,
        private: bool = True,
        public: str | None = None,
        **overrides: Any,
    ) -> dict[str, dict[str, Any]]:
        """Crawl in a process of its own; results by portal. ``public``: an address of loopback
        that stands for the open Internet."""
        done = subprocess.run(
            self.command(portals, years, public, **overrides),
            env=self.environment(now, private),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        self.stderr = done.stderr
        return {r["portal"]: r for r in json.loads(done.stdout.splitlines()[-1])}

    def run_spider(
        self, spider: str, portals: Iterable[str], now: str = NOW, **given: str
    ) -> dict[str, dict[str, Any]]:
        """Another spider than the crawl's, once for each portal, in a process of its own;
        ``given``: its further arguments."""
        task = {
            "database": self.url, "archive": str(self.archive), "portals": list(portals),
            "spider": spider, "given": given, "overrides": {},
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "tests.spiders.crawl_process", json.dumps(task)],
            env=self.environment(now),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return {r["portal"]: r for r in json.loads(done.stdout.splitlines()[-1])}

    def publications(self, **where: Any) -> list[Publication]:
        with self.database.session(write=False) as session:
            return repositories.publications(session, **where)

    def found(self, **where: Any) -> set[tuple[str, int]]:
        """(body, year) of the publications that stand."""
        return {(p.agency, p.year) for p in self.publications(**where) if p.gone_at is None}

    def verdicts(self, portal: str) -> dict[str, str]:
        with self.database.session(write=False) as session:
            known = repositories.known_candidates(session, portal)
        return {k.title or "": k.verdict for k in known.values()}

    def close(self) -> None:
        self.database.close()
