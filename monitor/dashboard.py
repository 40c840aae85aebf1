"""The dashboard in a thread of the service's process."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn

from monitor.web.app import create_app
from storage.session import Database

_START_SECONDS = 20.0
_STOP_SECONDS = 5.0


class Dashboard:
    """Serves the web app until :meth:`stop`. Raises OSError when the port can't be had."""

    def __init__(self, database: Database, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            create_app(database),
            log_config=None,
            log_level="warning",
            lifespan="auto",
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), daemon=True, name="dashboard"
        )
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started and self.alive and time.monotonic() < deadline:
            time.sleep(0.02)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._socket.close()
