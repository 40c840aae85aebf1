"""The dashboard on a real port of loopback, and a client that sees what a browser gets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import uvicorn
from fastapi import FastAPI


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Address of the served application, without a slash at the end."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str


def get(url: str, method: str = "GET") -> Answer:
    """What the server answers, refusals too."""
    try:
        with urlopen(Request(url, method=method), timeout=20) as reply:
            return Answer(reply.status, reply.headers, reply.read().decode("utf-8"))
    except HTTPError as refusal:
        return Answer(refusal.code, refusal.headers, refusal.read().decode("utf-8"))
