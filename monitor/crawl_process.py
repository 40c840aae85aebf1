"""A crawl in a process of its own: Twisted's reactor can't be started twice in one process.

The arguments travel through stdin and not on the command line, where a database password could be
read by everyone on the machine. The pipe stays open while the parent lives: when it closes, the
child knows that nobody waits for it and ends itself, however the parent died. (Parent-death
signals would not do: they follow the parent's *thread*, and pool threads come and go.)
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

GRACE = 6.0
"""Seconds between the request to stop and the kill; containers give a service ten in all."""
_POLL = 0.2


class CrawlProcess:
    """``nianbao …`` in a child process. What it prints goes to ``log`` line by line."""

    def __init__(self, arguments: Sequence[str], log: Callable[[str], None]) -> None:
        self._log = log
        self._tail: deque[str] = deque(maxlen=5)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "monitor.crawl_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C goes to the service, which then stops the child in order.
            start_new_session=True,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin = self._process.stdin
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), daemon=True, name="crawl-output"
        )
        self._reader.start()
        with suppress(BrokenPipeError):  # it died at once: wait() tells
            self._stdin.write(json.dumps(list(arguments)) + "\n")
            self._stdin.flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def last_words(self) -> str:
        """The last lines it printed, for the message of a failure."""
        return " / ".join(self._tail)

    def wait(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """The exit status; when ``stopping`` turns true the child is stopped first."""
        while True:
            try:
                status = self._process.wait(_POLL)
                break
            except subprocess.TimeoutExpired:
                if stopping():
                    status = self._stop()
                    break
        self._kill_group()
        self._reader.join(1.0)
        with suppress(BrokenPipeError):
            self._stdin.close()
        return status

    def _stop(self) -> int:
        self._process.terminate()
        try:
            return self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._kill_group()
            return self._process.wait()

    def _kill_group(self) -> None:
        # What the child started (browser, parsers) must not outlive it.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            if line.strip():
                self._tail.append(line.strip()[:300])
                self._log(line.rstrip())


def _child() -> None:
    arguments = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True, name="parent-watch").start()
    from monitor import cli

    cli.main(arguments)


def _end_with_parent() -> None:
    # Not sys.stdin: a thread that waits in it when the interpreter ends makes it abort.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    _child()
