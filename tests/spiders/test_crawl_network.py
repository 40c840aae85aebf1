"""Servers that fail below HTTP; each ends as a typed problem, none ends the crawl of the others."""

from __future__ import annotations

import datetime
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.spiders.served import NOW, Route, Site, World, agency, page, portal, report

BODY = "椿县教育局"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def drips(c: socket.socket) -> None:
    c.sendall(HEAD + b"Content-Length: 99999\r\n\r\n")
    for _ in range(100):
        c.sendall(b"x")
        time.sleep(0.2)


def never_ends(c: socket.socket) -> None:
    c.sendall(HEAD + b"\r\n")
    while True:
        c.sendall(b"<p>x</p>" * 5000)


def breaks_off(c: socket.socket) -> None:
    c.sendall(HEAD + b"Content-Length: 99999\r\n\r\n<html>")


def talks_nonsense(c: socket.socket) -> None:
    c.sendall(b"\x00\x01nonsense\r\n\r\n")


def resets(c: socket.socket) -> None:
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def sends_nowhere(c: socket.socket) -> None:
    c.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n")


def names_a_wrong_charset(c: socket.socket) -> None:
    c.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\xff\xfe\r\nContent-Length: 5\r\n\r\nhello"
    )


EXPECTED = {
    drips: "timeout",
    never_ends: "too_large",
    breaks_off: "connect",
    talks_nonsense: "connect",
    resets: "connect",
    sends_nowhere: "connect",
    names_a_wrong_charset: "decode",
}


def listen(stack: ExitStack, behave: Callable[[socket.socket], None]) -> str:
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(4096)
            behave(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def certificate(folder: Path, *days: int) -> Path:
    """For another name; without ``days`` (from now, of its life) self-signed and long expired, as on
    many a portal."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other.example")])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca.example")]) if days else name
    begin, end = datetime.datetime(2019, 1, 1), datetime.datetime(2020, 1, 1)
    if days:
        now = datetime.datetime.fromisoformat(NOW).replace(tzinfo=None)
        begin, end = (now + datetime.timedelta(d) for d in days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / f"certificate{len(days)}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def results(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("network")
    database = folder / "d.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    row = f"<li><a href='/r.html'>{BODY}2023年政府信息公开工作年度报告</a> 2024-01-20</li>"
    routes: dict[str, Route] = {
        "/": page("门户", "<a href='/nb/'>政府信息公开年报</a>"),
        "/nb/": page("年报", f"<ul>{row}</ul>"),
        "/r.html": report(BODY, 2023),
    }
    with ExitStack() as stack:
        urls = {b.__name__: listen(stack, b) for b in EXPECTED}
        secure, plain = stack.enter_context(Site(routes)), stack.enter_context(Site(routes))
        secure.encrypt(certificate(folder))
        old = stack.enter_context(Site(routes))
        old.encrypt(certificate(folder, -30, 30), old=True)
        urls |= {
            "self_signed": secure.url.replace("http:", "https:"),
            "old_protocol": old.url.replace("http:", "https:"),
            "not_encrypted": plain.url.replace("http:", "https:"),
            "no_such_name": "http://no-such-host.invalid/",
            "refused": "http://127.0.0.1:9/",
        }
        world = World(
            f"sqlite:///{database}",
            folder,
            [agency(f"a-{n}", BODY, n) for n in urls],
            [portal(n, u) for n, u in urls.items()],
        )
        yield world.crawl(DOWNLOAD_TIMEOUT=1.5, DOWNLOAD_MAXSIZE=3_000_000)
        world.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((b.__name__, kind) for b, kind in EXPECTED.items()),
        ("no_such_name", "dns"),
        ("refused", "connect"),
    ],
)
def test_failures_are_typed(results: dict[str, dict[str, Any]], name: str, kind: str) -> None:
    assert results[name]["outcome"] == "failed"
    assert {p["kind"] for p in results[name]["problems"]} == {kind}, results[name]["problems"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("self_signed", "证书已于 2020-01-01 过期"),
        ("not_encrypted", "已改用 http"),
        ("old_protocol", "过时的加密协议"),
    ],
)
def test_bad_encryption_keeps_nobody_out_and_is_told(
    results: dict[str, dict[str, Any]], name: str, told: str
) -> None:
    assert results[name]["outcome"] == "healthy", results[name]
    assert results[name]["reports_new"] == 1
    assert [p["kind"] for p in results[name]["problems"]] == ["tls"], results[name]["problems"]
    assert told in results[name]["problems"][0]["message"]
